(******************************************************************************)
(* The augmentation channel X -> T(X) -> Z of section 2                       *)
(*                                                                            *)
(* Main result: `equation_1`. The random process that draws x, then a         *)
(* transformation t given x, then z given t(x), has exactly the joint density *)
(* p(x, z) = p(z | x) of equation (1), with respect to P(dx) mu(dz).          *)
(*                                                                            *)
(* The setting                                                                *)
(*   P    the law of X, a probability measure                                 *)
(*   K    P(T | X), a probability kernel: K x is the law of T given X = x     *)
(*   mu   the measure on Z with respect to which densities are taken          *)
(*   aug  aug t x is the view t(x), of any type V                             *)
(*   h    the encoder, from views to a type H                                 *)
(*   S    the similarity S(z, h)                                              *)
(*   beta, C   the inverse temperature and the constant C_beta                *)
(*                                                                            *)
(* Definitions                                                                *)
(*   augmentation_channel P K mu aug h S beta C == the hypotheses of the      *)
(*                   proposition; `channel_normalised` says that              *)
(*                   C exp (beta S(z, h(t(x)))) is a density in z, with one   *)
(*                   constant C for all views: "C_beta depends only on beta"  *)
(*   view_density x t z     == p(z | t(x)) = C exp (beta S(z, h(t(x))))       *)
(*   channel_density (x, z) == p(z | x), equation (1)                         *)
(*   numerator (x, z)  == E_{T'|X=x} exp (beta S(z, h(T'(x)))), from (2)      *)
(*   denominator z     == E_{T'',X'} exp (beta S(z, h(T''(X')))), from (2)    *)
(*   expectation_XZ g  == E_{X,Z} g(X, Z)                                     *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel MutualInformation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Hypotheses.
Context dX dT dZ (X : measurableType dX) (T : measurableType dT)
  (Z : measurableType dZ) (V H : Type) (R : realType).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variable mu : {measure set Z -> \bar R}.
Variables (aug : T -> X -> V) (h : V -> H) (S : Z -> H -> R) (beta C : R).

Record augmentation_channel : Prop := {
  channel_data : P setT = 1;
  channel_kernel : probability_kernel K;
  channel_constant : (0 < C)%R;
  channel_measurable :
    measurable_fun setT (fun xzt : (X * Z) * T => S xzt.1.2 (h (aug xzt.2 xzt.1.1)));
  channel_normalised : forall x t,
    \int[mu]_z (C * expR (beta * S z (h (aug t x))))%:E = 1 }.

(* The same as a list of five statements. *)
Lemma augmentation_channelE : augmentation_channel <->
  [/\ P setT = 1,
      (forall x, K x setT = 1) /\
      (forall A, measurable A -> measurable_fun setT (fun x => K x A)),
      (0 < C)%R,
      measurable_fun setT (fun xzt : (X * Z) * T => S xzt.1.2 (h (aug xzt.2 xzt.1.1))) &
      forall x t, \int[mu]_z (C * expR (beta * S z (h (aug t x))))%:E = 1].
Proof. by split=> [[? [? ?] ? ? ?]|[? [? ?] ? ? ?]]; split. Qed.

End Hypotheses.

Section Channel.
Context dX dT dZ (X : measurableType dX) (T : measurableType dT)
  (Z : measurableType dZ) (V H : Type) (R : realType).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variable mu : {measure set Z -> \bar R}.
Hypothesis mu_sigma_finite : sigma_finite setT mu.
Variables (aug : T -> X -> V) (h : V -> H) (S : Z -> H -> R) (beta C : R).

Let XZ := [the measurableType _ of (X * Z)%type].
Let XZT := [the measurableType _ of ((X * Z) * T)%type].
Let P_mu := [the {measure set XZ -> \bar R} of product_measure1 P mu_sigma_finite].

Definition view_density (x : X) (t : T) (z : Z) : \bar R :=
  (C * expR (beta * S z (h (aug t x))))%:E.

Definition channel_density (xz : X * Z) : \bar R :=
  \int[K xz.1]_t view_density xz.1 t xz.2.

Definition numerator (xz : X * Z) : \bar R :=
  \int[K xz.1]_t (expR (beta * S xz.2 (h (aug t xz.1))))%:E.

Definition denominator (z : Z) : \bar R :=
  \int[P]_x \int[K x]_t (expR (beta * S z (h (aug t x))))%:E.

Definition expectation_XZ (g : X * Z -> \bar R) : \bar R :=
  \int[P_mu]_xz (channel_density xz * g xz).

Hypothesis channel : augmentation_channel P K mu aug h S beta C.

Let P_probability := channel_data channel.
Let K_kernel := channel_kernel channel.
Let C_gt0 := channel_constant channel.
Let score_measurable := channel_measurable channel.
Let normalised := channel_normalised channel.

Lemma P_sigma_finite : sigma_finite setT P.
Proof. exact: probability_sigma_finite. Qed.

Lemma K_sigma_finite x : sigma_finite setT (K x).
Proof. exact/probability_sigma_finite/(kernel_probability K_kernel). Qed.

Lemma K_integral_cst x (r : \bar R) : \int[K x]_t r = r.
Proof. exact/probability_integral_cst/(kernel_probability K_kernel). Qed.

Lemma kernel_fst : probability_kernel (fun xz : XZ => K xz.1).
Proof.
split=> [xz|A mA]; first exact: kernel_probability.
apply: (measurable_fun_comp (kernel_measurable K_kernel mA)).
exact: measurable_fun_fst.
Qed.

Lemma measurable_fun_exp_score : measurable_fun setT
  (fun xzt : XZT => (expR (beta * S xzt.1.2 (h (aug xzt.2 xzt.1.1))))%:E).
Proof.
apply/EFin_measurable_fun/(measurable_fun_comp (@measurable_fun_expR R)).
exact: measurable_funrM.
Qed.

Lemma measurable_fun_numerator : measurable_fun setT (numerator : XZ -> \bar R).
Proof.
apply: (measurable_fun_kernel_integral kernel_fst measurable_fun_exp_score).
by move=> xzt; rewrite lee_fin ltW // expR_gt0.
Qed.

Lemma numerator_ge0 xz : 0 <= numerator xz.
Proof. by apply: integral_ge0 => t _; rewrite lee_fin ltW // expR_gt0. Qed.

Lemma denominator_ge0 z : 0 <= denominator z.
Proof. by apply: integral_ge0 => x _; exact: (numerator_ge0 (x, z)). Qed.

Lemma measurable_fun_denominator : measurable_fun setT denominator.
Proof.
exact: (measurable_fun_fubini_tonelli_G P_sigma_finite numerator
  measurable_fun_numerator numerator_ge0).
Qed.

Lemma measurable_fun_exp_score_at x z : measurable_fun setT
  (fun t => (expR (beta * S z (h (aug t x))))%:E : \bar R).
Proof.
exact: (@measurable_fun_prod1 _ _ _ _ XZ T
  (fun xzt => (expR (beta * S xzt.1.2 (h (aug xzt.2 xzt.1.1))))%:E) (x, z)
  measurable_fun_exp_score).
Qed.

Lemma channel_densityE xz : channel_density xz = C%:E * numerator xz.
Proof.
rewrite /channel_density /view_density -ge0_integralM //.
- exact: measurable_fun_exp_score_at.
- by move=> t _; rewrite lee_fin ltW // expR_gt0.
- by rewrite lee_fin ltW.
Qed.

Lemma channel_density_ge0 xz : 0 <= channel_density xz.
Proof. by rewrite channel_densityE mule_ge0 ?numerator_ge0 // lee_fin ltW. Qed.

Lemma measurable_fun_channel_density :
  measurable_fun setT (channel_density : XZ -> \bar R).
Proof.
rewrite (funext channel_densityE : channel_density = _).
by apply: measurable_funeM; exact: measurable_fun_numerator.
Qed.

Lemma measurable_fun_view_density x :
  measurable_fun setT (fun zt : Z * T => view_density x zt.2 zt.1).
Proof.
have pairing : measurable_fun setT (fun zt : Z * T => ((x, zt.1), zt.2) : XZT).
  apply/prod_measurable_funP; split; last exact: measurable_fun_snd.
  apply/prod_measurable_funP; split; first exact: measurable_fun_cst.
  exact: measurable_fun_fst.
rewrite /view_density; under eq_fun do rewrite EFinM; apply: measurable_funeM.
exact: (measurable_fun_comp measurable_fun_exp_score pairing).
Qed.

(* Main result: the generation process has the density (1). *)
Theorem equation_1 (g : X * Z -> \bar R) :
    measurable_fun setT (g : XZ -> \bar R) -> (forall xz, 0 <= g xz) ->
  \int[P]_x \int[K x]_t \int[mu]_z (view_density x t z * g (x, z)) =
  expectation_XZ g.
Proof.
move=> mg g0; have view0 x t z : 0 <= view_density x t z.
  by rewrite lee_fin mulr_ge0 ?ltW // expR_gt0.
rewrite /expectation_XZ (fubini_tonelli1 mu_sigma_finite); last 2 first.
- by apply: emeasurable_funM => //; exact: measurable_fun_channel_density.
- by move=> xz; rewrite mule_ge0 ?channel_density_ge0.
apply: eq_integral => x _; rewrite /fubini_F.
pose f (zt : Z * T) := view_density x zt.2 zt.1 * g (x, zt.1).
have mf : measurable_fun setT f.
  apply: emeasurable_funM; first exact: measurable_fun_view_density.
  apply: (@measurable_fun_comp _ _ _ _ _ _ (fun z => g (x, z))).
    exact: measurable_fun_prod1.
  exact: measurable_fun_fst.
have f0 zt : 0 <= f zt by rewrite mule_ge0.
transitivity (\int[mu]_z \int[K x]_t f (z, t)).
  exact/esym/(tonelli mu_sigma_finite (@K_sigma_finite x) mf f0).
apply: eq_integral => z _; rewrite /f /= muleC /channel_density -ge0_integralM //=.
- by under eq_integral do rewrite muleC.
- exact: (measurable_fun_prod1 z (measurable_fun_view_density x)).
Qed.

Lemma channel_density_mass x : \int[mu]_z channel_density (x, z) = 1.
Proof.
have mf := measurable_fun_view_density x.
have f0 (zt : Z * T) : 0 <= view_density x zt.2 zt.1.
  by rewrite lee_fin mulr_ge0 ?ltW // expR_gt0.
rewrite [LHS](tonelli mu_sigma_finite (@K_sigma_finite x) mf f0).
rewrite -[RHS](K_integral_cst x); apply: eq_integral => t _.
exact: normalised.
Qed.

Lemma joint_mass : \int[P_mu]_xz channel_density xz = 1.
Proof.
rewrite (fubini_tonelli1 mu_sigma_finite) //.
- rewrite -[RHS](probability_integral_cst P_probability); apply: eq_integral => x _.
  exact: channel_density_mass.
- exact: measurable_fun_channel_density.
- exact: channel_density_ge0.
Qed.

Lemma marginal2_channel_density z :
  marginal2 P channel_density z = C%:E * denominator z.
Proof.
rewrite /denominator -ge0_integralM //.
- by apply: eq_integral => x _; rewrite channel_densityE.
- exact: (measurable_fun_prod2 z measurable_fun_numerator).
- by move=> x _; exact: (numerator_ge0 (x, z)).
- by rewrite lee_fin ltW.
Qed.

End Channel.
