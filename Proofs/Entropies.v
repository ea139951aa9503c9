(******************************************************************************)
(* The entropies in the proof of Proposition 1: lines (5)-(13)                *)
(*                                                                            *)
(* Main results                                                               *)
(*   `equation_7`   E ln p(Z | X) = E ln numerator + ln C,   lines (5)-(7)    *)
(*   `equation_13`  E ln p(Z) = E ln denominator + ln C,     lines (11)-(13)  *)
(*   `information_entropies`  I(X; Z) = H(Z) - H(Z | X), where H(Z) is finite *)
(*                                                                            *)
(* The paper writes + C_beta in (7)-(10) and (13)-(15); what is left over is  *)
(* ln C_beta. It cancels all the same, so (2) is not touched.                 *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel MutualInformation.
From CRLTAC Require Import AugmentationChannel Proposition1.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Entropies.
Context dX dT dZ (X : measurableType dX) (T : measurableType dT)
  (Z : measurableType dZ) (V H : Type) (R : realType).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variable mu : {measure set Z -> \bar R}.
Hypothesis mu_sigma_finite : sigma_finite setT mu.
Variables (aug : T -> X -> V) (h : V -> H) (S : Z -> H -> R) (beta C : R).
Hypothesis channel : augmentation_channel P K mu aug h S beta C.

Let XZ := [the measurableType _ of (X * Z)%type].
Let P_mu := [the {measure set XZ -> \bar R} of product_measure1 P mu_sigma_finite].
Let p := channel_density K aug h S beta C.
Let num := numerator K aug h S beta.
Let den := denominator P K aug h S beta.
Let E_XZ := expectation_XZ P K mu_sigma_finite aug h S beta C.
Let I := information P K mu_sigma_finite aug h S beta C.

Let mp := measurable_fun_channel_density channel.
Let p0 := channel_density_ge0 channel.
Let C_gt0 := channel_constant channel.

Let p_integrable : P_mu.-integrable setT p.
Proof.
by apply: integrable_of_fin_num; rewrite // (joint_mass mu_sigma_finite channel).
Qed.

Let p_fin : {ae P_mu, forall xz, p xz \is a fin_num}.
Proof. by apply: ae_imply (integrable_ae measurableT p_integrable) => xz; exact. Qed.

Let measurable_p_lne (f : XZ -> \bar R) : measurable_fun setT f ->
  measurable_fun setT (fun xz => p xz * lne (f xz)).
Proof.
move=> mf; apply: emeasurable_funM => //.
exact: (measurable_fun_comp (@measurable_fun_lne R)).
Qed.

(* ln (C f) = ln C + ln f under the expectation. *)
Let log_constant (f : XZ -> \bar R) : measurable_fun setT f -> (forall xz, 0 <= f xz) ->
  E_XZ (fun xz => lne (C%:E * f xz)) = E_XZ (fun xz => lne (f xz)) + (ln C)%:E.
Proof.
move=> mf f0; have mCf : measurable_fun setT (fun xz => C%:E * f xz).
  exact: measurable_funeM.
have ipC : P_mu.-integrable setT (fun xz => (ln C)%:E * p xz) by exact: integrablerM.
have pC : \int[P_mu]_xz ((ln C)%:E * p xz) = (ln C)%:E.
  by rewrite (integralM measurableT p_integrable) (joint_mass mu_sigma_finite channel) mule1.
rewrite /E_XZ /expectation_XZ -[in RHS]pC.
rewrite -(integralD_integrable (measurable_p_lne mf) ipC).
apply: (@ae_eq_integral _ _ _ P_mu setT) => //.
- exact: measurable_p_lne.
- by apply: emeasurable_funD; [exact: measurable_p_lne|exact: ipC.1].
apply: ae_imply p_fin => xz pxz _; rewrite lneM_EFin // (addeC (ln C)%:E).
by rewrite muleDr ?fin_num_adde_def // (muleC _ (ln C)%:E).
Qed.

Let mnum : measurable_fun setT (num : XZ -> \bar R).
Proof. exact: (measurable_fun_numerator channel). Qed.

Let mden : measurable_fun setT (fun xz : XZ => den xz.2).
Proof.
apply: (measurable_fun_comp (measurable_fun_denominator channel)).
exact: measurable_fun_snd.
Qed.

(* Lines (5)-(7). *)
Theorem equation_7 : E_XZ (fun xz => lne (p xz)) =
  E_XZ (fun xz => lne (num xz)) + (ln C)%:E.
Proof.
rewrite -(log_constant mnum) => [|xz]; last exact: numerator_ge0.
by apply: eq_integral => xz _; rewrite /p (channel_densityE channel).
Qed.

(* Lines (11)-(13). *)
Theorem equation_13 : E_XZ (fun xz => lne (marginal2 P p xz.2)) =
  E_XZ (fun xz => lne (den xz.2)) + (ln C)%:E.
Proof.
rewrite -(log_constant mden) => [|xz]; last exact: denominator_ge0.
by apply: eq_integral => xz _; rewrite (marginal2_channel_density channel).
Qed.

(* Main result. *)
Theorem information_entropies :
  E_XZ (fun xz => lne (marginal2 P p xz.2)) \is a fin_num ->
  I = E_XZ (fun xz => lne (p xz)) - E_XZ (fun xz => lne (marginal2 P p xz.2)).
Proof.
set pZ := fun xz : XZ => marginal2 P p xz.2 => HZ.
have mpZ : measurable_fun setT pZ.
  apply: (measurable_fun_comp _ (@measurable_fun_snd _ _ X Z)).
  exact: (measurable_fun_marginal2 (P_sigma_finite channel) mp p0).
have iZ : P_mu.-integrable setT (fun xz => p xz * lne (pZ xz)).
  by apply: integrable_of_fin_num => //; exact: measurable_p_lne.
have iNZ : P_mu.-integrable setT (fun xz => - (p xz * lne (pZ xz))) by exact: integrableN.
have -> : - E_XZ (fun xz => lne (pZ xz)) = \int[P_mu]_xz (- (p xz * lne (pZ xz))).
  have := integralM measurableT iZ (-1)%R; rewrite mulN1e => <-.
  by apply: eq_integral => xz _; rewrite mulN1e.
rewrite /E_XZ /expectation_XZ -(integralD_integrable (measurable_p_lne mp) iNZ).
apply: (@ae_eq_integral _ _ _ P_mu setT) => //.
- apply: measurable_fun_KL => //; apply: emeasurable_funM => //.
  apply: (measurable_fun_comp _ (@measurable_fun_fst _ _ X Z)).
  exact: measurable_fun_marginal1.
- by apply: emeasurable_funD; [exact: measurable_p_lne|exact: iNZ.1].
apply: ae_imply p_fin => xz pxz _.
rewrite (marginal1_channel_density mu_sigma_finite channel) mul1e /log_ratio -/p -/(pZ xz).
move: pxz (p0 xz : 0 <= p xz); case: (p xz) => [r| |] // _.
rewrite lee_fin le_eqVlt => /orP[/eqP<-|r0].
  by rewrite !mul0e oppe0 ?adde0.
by rewrite (lne_EFin r0) muleDr // ?muleN.
Qed.

End Entropies.
