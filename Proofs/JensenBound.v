(******************************************************************************)
(* The Jensen bound (14)-(16) and its case of equality                        *)
(*                                                                            *)
(* Main results                                                               *)
(*   `jensen_bound_le`           the objective (16) is at most I(X; Z), with  *)
(*                               no integrability assumption                  *)
(*   `jensen_bound_eq_constant`  it equals I(X; Z) if, for almost all (x, z), *)
(*                               the score S(z, h(t(x))) does not depend on   *)
(*                               the transformation t                         *)
(*   `jensen_bound_eq`           and only then, if I(X; Z) is finite and beta *)
(*                               is not 0                                     *)
(*                                                                            *)
(* Definition                                                                 *)
(*   jensen_bound == E_{X,Z} E_{T'|X} ln (exp (beta S(Z, h(T'(X))))           *)
(*                     / E_{T'',X'} exp (beta S(Z, h(T''(X'))))), line (16)   *)
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

Section JensenForLogarithm.
Context d (T : measurableType d) (R : realType).
Variable m : {measure set T -> \bar R}.
Hypothesis m_probability : m setT = 1.
Variable f : T -> R.
Hypothesis mf : measurable_fun setT f.

Let E := \int[m]_t (expR (f t))%:E.

Let measurable_exp : measurable_fun setT (fun t => (expR (f t))%:E : \bar R).
Proof. exact/EFin_measurable_fun/(measurable_fun_comp (@measurable_fun_expR R)). Qed.

Let E_gt0 : 0 < E.
Proof.
by apply: probability_integral_gt0 => // t; rewrite lte_fin expR_gt0.
Qed.

Let integrable_exp : E \is a fin_num ->
  m.-integrable setT (fun t => (expR (f t))%:E : \bar R).
Proof. exact: integrable_of_fin_num. Qed.

(* The tangent of exp at c = ln E lies above f. *)
Let tangent (c : R) t := (expR (f t - c) - 1 + c)%R.

Let tangent_ge c t : (f t <= tangent c t)%R.
Proof. by rewrite /tangent -ler_subl_addr ler_subr_addl expR_ge1Dx_real. Qed.

Let tangent_eq c t : f t = tangent c t -> f t = c.
Proof.
move=> /eqP; rewrite /tangent -subr_eq => /eqP e.
have [/eqP|/expR_gt1Dx] := eqVneq (f t - c)%R 0%R; first by rewrite subr_eq0 => /eqP.
by rewrite [X in (1 + X < _)%R]e addrC subrK ltxx.
Qed.

Let measurable_tangent c : measurable_fun setT (fun t => (tangent c t)%:E).
Proof.
apply/EFin_measurable_fun/measurable_funD; last exact: measurable_fun_cst.
apply: measurable_funB; last exact: measurable_fun_cst.
apply: (measurable_fun_comp (@measurable_fun_expR R)).
by apply: measurable_funB => //; exact: measurable_fun_cst.
Qed.

Let tangent_integral c : E = (expR c)%:E -> \int[m]_t (tangent c t)%:E = c%:E.
Proof.
move=> Ec; have E_fin : E \is a fin_num by rewrite Ec.
have scaled t : (tangent c t)%:E = (expR (- c))%:E * (expR (f t))%:E + (c - 1)%:E.
  by rewrite -EFinM -expRD -EFinD (addrC (- c)%R) /tangent addrAC addrA.
under eq_integral do rewrite scaled.
rewrite (integralD measurableT); last 2 first.
- exact/integrablerM/integrable_exp.
- exact: probability_integrable_cst.
rewrite (integralM measurableT (integrable_exp E_fin)) probability_integral_cst //.
by rewrite -/E Ec -EFinM -expRD addNr expR0 -EFinD addrC subrK.
Qed.

Let lne_E : E \is a fin_num -> E = (expR (fine (lne E)))%:E.
Proof.
move: E_gt0; case: E => [r| |] //; rewrite lte_fin => r0 _.
by rewrite lne_EFin //= lnK ?posrE.
Qed.

Theorem jensen_ln : \int[m]_t (f t)%:E <= lne E.
Proof.
have [E_fin|] := boolP (E \is a fin_num); last first.
  rewrite ge0_fin_numE ?(ltW E_gt0) // -leNgt leye_eq => /eqP ->.
  exact: leey.
have Ec := lne_E E_fin; set c := fine (lne E) in Ec.
rewrite Ec lne_EFin ?expR_gt0 // expK -(tangent_integral Ec).
apply: le_integral_measurable => [||t]; last by rewrite lee_fin.
- exact/EFin_measurable_fun.
- exact: measurable_tangent.
Qed.

Theorem jensen_ln_eq : E \is a fin_num -> \int[m]_t (f t)%:E = lne E ->
  {ae m, forall t, f t = fine (lne E)}.
Proof.
move=> E_fin; have Ec := lne_E E_fin; set c := fine (lne E) in Ec *.
rewrite Ec lne_EFin ?expR_gt0 // expK -(tangent_integral Ec) => fE.
have := ae_eq_of_le_integral _ (measurable_tangent c) _ fE.
rewrite tangent_integral // => eq_ae; apply: (ae_imply _ (eq_ae _ _ _)) => //.
- by move=> t [/tangent_eq].
- exact/EFin_measurable_fun.
- by move=> t; rewrite lee_fin.
Qed.

End JensenForLogarithm.

Section JensenBound.
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

Let score x z t := S z (h (aug t x)).
Let I := information P K mu_sigma_finite aug h S beta C.

Definition jensen_bound : \bar R :=
  expectation_XZ P K mu_sigma_finite aug h S beta C (fun xz =>
    \int[K xz.1]_t log_ratio (expR (beta * S xz.2 (h (aug t xz.1))))%:E
                             (denominator P K aug h S beta xz.2)).

Let inner (xz : X * Z) : \bar R :=
  \int[K xz.1]_t log_ratio (expR (beta * score xz.1 xz.2 t))%:E (den xz.2).

Let outer (xz : X * Z) : \bar R := log_ratio (num xz) (den xz.2).

Let Kx_probability x : K x setT = 1.
Proof. exact: (kernel_probability (channel_kernel channel)). Qed.

Let measurable_score x z : measurable_fun setT (score x z).
Proof.
exact: (measurable_fun_prod1 (x, z) (channel_measurable channel)).
Qed.

Let measurable_outer : measurable_fun setT (outer : XZ -> \bar R).
Proof.
apply: measurable_fun_log_ratio; first exact: (measurable_fun_numerator channel).
apply: (measurable_fun_comp (measurable_fun_denominator channel)).
exact: measurable_fun_snd.
Qed.

Let measurable_inner : measurable_fun setT (inner : XZ -> \bar R).
Proof.
apply: (measurable_fun_kernel_integral_signed (kernel_fst channel)
  (f := fun xzt => log_ratio (expR (beta * score xzt.1.1 xzt.1.2 xzt.2))%:E
                             (den xzt.1.2))).
apply: measurable_fun_log_ratio; first exact: (measurable_fun_exp_score channel).
apply: (measurable_fun_comp (measurable_fun_denominator channel)).
exact: (measurable_fun_comp (@measurable_fun_snd _ _ X Z) (@measurable_fun_fst _ _ _ T)).
Qed.

Let num_gt0 xz : 0 < num xz.
Proof.
apply: probability_integral_gt0 => // [|t]; last by rewrite lte_fin expR_gt0.
exact: (measurable_fun_exp_score_at channel).
Qed.

Let den_gt0 z : 0 < den z.
Proof.
apply: (probability_integral_gt0 (channel_data channel)) => [|x].
- exact: (measurable_fun_prod2 z (measurable_fun_numerator channel)).
- exact: (num_gt0 (x, z)).
Qed.

(* Dividing every exponential by the denominator. *)
Let shifted (b : R) x z t := (beta * score x z t - ln b)%R.

Let inner_shifted xz b : (0 < b)%R -> den xz.2 = b%:E ->
  inner xz = \int[K xz.1]_t (shifted b xz.1 xz.2 t)%:E.
Proof.
move=> b0 e; apply: eq_integral => t _.
by rewrite e log_ratio_EFin ?expR_gt0 // ln_div ?posrE ?expR_gt0 // expK.
Qed.

Let measurable_shifted b x z : measurable_fun setT (shifted b x z).
Proof.
apply: measurable_funB; last exact: measurable_fun_cst.
exact: measurable_funrM.
Qed.

Let outer_shifted xz b : (0 < b)%R -> den xz.2 = b%:E ->
  \int[K xz.1]_t (expR (shifted b xz.1 xz.2 t))%:E = (b^-1)%:E * num xz /\
  lne ((b^-1)%:E * num xz) = outer xz.
Proof.
move=> b0 e; split.
  rewrite -ge0_integralM //.
  - by apply: eq_integral => t _; rewrite expRB lnK ?posrE // -EFinM mulrC.
  - exact: (measurable_fun_exp_score_at channel).
  - by move=> t _; rewrite lee_fin ltW // expR_gt0.
  - by rewrite lee_fin invr_ge0 ltW.
rewrite lneM_EFin ?invr_gt0 // ?ltW ?num_gt0 // lnV ?posrE // addeC EFinN.
by rewrite -lne_EFin // -e.
Qed.

Let inner_le xz : inner xz <= outer xz.
Proof.
have := den_gt0 xz.2; case e : (den xz.2) => [b| |] // b0; last first.
  rewrite /inner e /log_ratio; under eq_integral do rewrite lne_EFin ?expR_gt0 //.
  by rewrite /= probability_integral_cst // leNye.
have [expE outerE] := outer_shifted b0 e.
by rewrite (inner_shifted b0 e) -outerE -expE; exact: jensen_ln.
Qed.

Let p_gt0 xz : 0 < p xz.
Proof.
rewrite /p (channel_densityE channel); apply: mule_gt0; last exact: num_gt0.
by rewrite lte_fin; exact: (channel_constant channel).
Qed.

Let measurable_p_mul (g : XZ -> \bar R) :
  measurable_fun setT g -> measurable_fun setT (fun xz => p xz * g xz).
Proof. by apply: emeasurable_funM; exact: (measurable_fun_channel_density channel). Qed.

Let p_inner_le xz : p xz * inner xz <= p xz * outer xz.
Proof. by rewrite lee_wpmul2l ?inner_le // ltW. Qed.

Theorem jensen_bound_le : jensen_bound <= I.
Proof.
rewrite /I (equation_2 mu_sigma_finite channel); apply: le_integral_measurable.
- exact: measurable_p_mul.
- exact: measurable_p_mul.
- exact: p_inner_le.
Qed.

(* The condition of equality. *)
Let constant_score : Prop := {ae P_mu, forall xz,
  exists c : R, {ae K xz.1, forall t, S xz.2 (h (aug t xz.1)) = c}}.

Theorem jensen_bound_eq_constant : constant_score -> jensen_bound = I.
Proof.
rewrite /I (equation_2 mu_sigma_finite channel) => const.
apply: ae_eq_integral => //; try exact: measurable_p_mul.
apply: ae_imply const => -[x z] [c score_c] _; congr (_ * _).
have exp_c : {ae K x, forall t, (expR (beta * score x z t))%:E = (expR (beta * c))%:E}.
  by apply: ae_imply score_c => t; rewrite /score => ->.
have mexp : measurable_fun setT (fun t => (expR (beta * score x z t))%:E : \bar R).
  exact: (measurable_fun_exp_score_at channel).
have -> : numerator K aug h S beta (x, z) = (expR (beta * c))%:E.
  exact: (probability_integral_ae_cst (Kx_probability x) mexp exp_c).
apply: (probability_integral_ae_cst (Kx_probability x)).
  by apply: measurable_fun_log_ratio mexp _; exact: measurable_fun_cst.
by apply: ae_imply exp_c => t; rewrite /score => ->.
Qed.

Let p_fin : {ae P_mu, forall xz, p xz \is a fin_num}.
Proof.
have ip : P_mu.-integrable setT p.
  apply: integrable_of_fin_num; first exact: (measurable_fun_channel_density channel).
  by rewrite (joint_mass mu_sigma_finite channel).
by apply: ae_imply (integrable_ae measurableT ip) => xz; exact.
Qed.

Let den_fin : {ae P_mu, forall xz, den xz.2 \is a fin_num}.
Proof.
pose pZ (xz : X * Z) := marginal2 P p xz.2.
have mpZ : measurable_fun setT (pZ : XZ -> \bar R).
  apply: measurable_fun_comp (@measurable_fun_snd _ _ X Z).
  exact: (measurable_fun_marginal2 (P_sigma_finite channel)
    (measurable_fun_channel_density channel) (channel_density_ge0 channel)).
have pZ0 xz : 0 <= pZ xz.
  by apply: integral_ge0 => x _; exact/ltW/p_gt0.
have ipZ : P_mu.-integrable setT pZ.
  apply: integrable_of_fin_num => //.
  rewrite [X in X \is a fin_num](fubini_tonelli1 mu_sigma_finite _ mpZ pZ0).
  have mass := marginal2_mass (P_sigma_finite channel)
    (measurable_fun_channel_density channel) (channel_density_ge0 channel)
    (joint_mass mu_sigma_finite channel).
  rewrite (eq_integral (cst 1)) => [|x _]; last exact: mass.
  by rewrite (probability_integral_cst (channel_data channel) 1).
apply: ae_imply (integrable_ae measurableT ipZ) => xz /(_ Logic.I).
rewrite /pZ (marginal2_channel_density channel) -/den.
have C_gt0 := channel_constant channel.
by have := den_gt0 xz.2; case: (den xz.2) => // _; rewrite mulry gtr0_sg // mul1e.
Qed.

(* Main result. *)
Theorem jensen_bound_eq : beta != 0%R -> I < +oo ->
  jensen_bound = I <-> constant_score.
Proof.
move=> beta_neq0 I_lty; split; last exact: jensen_bound_eq_constant.
have I_fin : I \is a fin_num.
  by rewrite ge0_fin_numE // (information_ge0 mu_sigma_finite channel).
move: I_fin; rewrite /I (equation_2 mu_sigma_finite channel) => I_fin e.
have eq_ae := ae_eq_of_le_integral (measurable_p_mul measurable_inner)
  (measurable_p_mul measurable_outer) p_inner_le e I_fin.
apply: ae_imply (ae_and eq_ae (ae_and p_fin den_fin)) => xz [eq_xz [p_xz den_xz]].
have io : inner xz = outer xz.
  apply/eqP; rewrite eq_le inner_le /= -(lee_pmul2l p_xz) ?p_gt0 //.
  by rewrite eq_xz.
have := den_gt0 xz.2; case eb : (den xz.2) den_xz => [b| |] // _ b0.
have [expE outerE] := outer_shifted b0 eb.
have num_fin : num xz \is a fin_num.
  move: p_xz; rewrite /p (channel_densityE channel) -/num.
  have := num_gt0 xz; case: (num xz) => // _.
  by rewrite mulry gtr0_sg ?mul1e // (channel_constant channel).
have shift_eq := jensen_ln_eq (Kx_probability xz.1) (measurable_shifted b xz.1 xz.2).
rewrite expE in shift_eq; move: shift_eq.
rewrite outerE -io (inner_shifted b0 eb) => /(_ _ erefl) shift_eq.
exists ((fine (\int[K xz.1]_t (shifted b xz.1 xz.2 t)%:E) + ln b) / beta)%R.
apply: ae_imply (shift_eq _) => [t <-|]; last by rewrite fin_numM.
by rewrite subrK mulrC mulKf.
Qed.

End JensenBound.
