(******************************************************************************)
(* The Gaussian on the real line satisfies the hypotheses of Proposition 1    *)
(*                                                                            *)
(* Main results                                                               *)
(*   `gaussian_channel`  with S(z, u) = - (z - u)^2 / 2, beta = 1 / sigma^2   *)
(*      and C_beta = 1 / (the integral of exp (- beta z^2 / 2)), p(z | t(x))  *)
(*      is the Gaussian of mean h(t(x)) and variance sigma^2; nothing is      *)
(*      assumed                                                               *)
(*   `gaussian_channel_closed_form`  the same with C_beta = sqrt (beta / 2pi) *)
(*                                                                            *)
(* mathcomp-analysis 0.6.0 does not know the value of the Gaussian integral.  *)
(* The second result has it as its one named hypothesis, `gaussian_integral`. *)
(* The first needs only that the integral is finite, which is proved here, as *)
(* is the translation invariance of the Lebesgue measure, which makes the     *)
(* constant the same for all means.                                           *)
(******************************************************************************)
From HB Require Import structures.
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp trigo measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel AugmentationChannel.
From CRLTAC Require Import Homogeneous.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section LebesgueMeasure.
Variable R : realType.
Let mu_gitvs := [the measure _ _ of @lebesgue_measure R].

(* The library defines the Lebesgue measure on an alias of R. *)
Definition lebesgue (A : set R) : \bar R := lebesgue_measure A.

Let lebesgue0 : lebesgue set0 = 0. Proof. exact: (measure0 mu_gitvs). Qed.

Let lebesgue_ge0 A : 0 <= lebesgue A. Proof. exact: (measure_ge0 mu_gitvs). Qed.

Let lebesgue_sigma_additive : semi_sigma_additive lebesgue.
Proof. exact: (@measure_semi_sigma_additive _ _ _ mu_gitvs). Qed.

HB.instance Definition _ := isMeasure.Build _ _ _ lebesgue
  lebesgue0 lebesgue_ge0 lebesgue_sigma_additive.

Let mu := [the {measure set R -> \bar R} of lebesgue].

Let window (k : nat) := `](- k%:R : R)%R, k%:R]%classic.

Let window_cover : \bigcup_k window k = setT.
Proof.
rewrite -subTset => z _ /=; exists `|(floor `|z| + 1)%R|%N => //=.
rewrite /window /= in_itv/= !natr_absz intr_norm intrD.
suff: (`|z| < `|(floor `|z|)%:~R + 1|)%R by rewrite ltr_norml => /andP[-> /ltW->].
rewrite [ltRHS]ger0_norm //; last by rewrite addr_ge0 // ler0z floor_ge0.
by rewrite (le_lt_trans _ (lt_succ_floor _)) ?ler_norm.
Qed.

Lemma lebesgue_itv (a b : R) : mu `]a, b]%classic = (if (a < b)%R then (b - a)%:E else 0).
Proof. by rewrite [LHS]lebesgue_measure_itv hlength_itv /= lte_fin EFinB. Qed.

Let window_lty k : mu (window k) < +oo.
Proof. by rewrite lebesgue_itv; case: ifP; rewrite ltry. Qed.

Lemma lebesgue_sigma_finite : sigma_finite setT mu.
Proof.
by exists window => [|k]; [rewrite window_cover|split; [exact: measurable_itv|]].
Qed.

Definition translate (c z : R) : R := (z + c)%R.

Lemma measurable_fun_translate c : measurable_fun setT (translate c).
Proof. by apply: measurable_funD; [exact: measurable_fun_id|exact: measurable_fun_cst]. Qed.

Lemma lebesgue_translate c (A : set R) : measurable A ->
  mu (translate c @^-1` A) = mu A.
Proof.
pose nu := [the {measure set R -> \bar R} of pushforward mu (measurable_fun_translate c)].
move=> mA; apply/esym/(@measure_unique _ _ _ (@ocitv R) window _ _ _ _ mu nu) => //.
- exact: ocitvI.
- by move=> k; exact: is_ocitv.
move=> _ [[a b] _ <-]; rewrite /nu /= /pushforward /=.
rewrite (_ : _ @^-1` _ = `]a - c, b - c]%classic)%R.
  by rewrite !lebesgue_itv ltr_add2r; case: ifP => // _; rewrite opprB addrA subrK.
apply/seteqP.
by split=> z; rewrite /translate /= !in_itv /= ltr_subl_addr ler_subr_addr.
Qed.

End LebesgueMeasure.

(* The integral of exp (- beta z^2 / 2) is finite: on the points at distance  *)
(* k to k + 1 from 0, the integrand is at most exp (- beta / 2)^k.            *)
Section GaussianIntegral.
Variable R : realType.
Let mu := [the {measure set R -> \bar R} of @lebesgue R].
Variable beta : R.
Hypothesis beta_gt0 : (0 < beta)%R.

Let f (z : R) : \bar R := (expR (- (beta * z ^+ 2 / 2)))%:E.

Let mf : measurable_fun setT f.
Proof.
apply/EFin_measurable_fun/(measurable_fun_comp (@measurable_fun_expR R)).
apply: measurable_funN; apply: measurable_funM; last exact: measurable_fun_cst.
by apply: measurable_funrM; apply: measurable_fun_sqr; exact: measurable_fun_id.
Qed.

Let q := expR (- (beta / 2)).

Let q0 : (0 < q)%R. Proof. exact: expR_gt0. Qed.
Let q1 : (q < 1)%R.
Proof. by rewrite expR_lt1 oppr_lt0 divr_gt0. Qed.

(* The points at distance k to k + 1 from 0. *)
Let shell (k : nat) : set R := `]k%:R, k.+1%:R] `|` `](- k.+1%:R)%R, (- k%:R)%R].

Let measurable_shell k : measurable (shell k).
Proof. by apply: measurableU; exact: measurable_itv. Qed.

Let lebesgue_itv (a b : R) :
  mu `]a, b]%classic = (if (a < b)%R then (b - a)%:E else 0) := lebesgue_itv a b.

Let shell_le2 k : mu (shell k) <= 2%:E.
Proof.
have lt : (k%:R < k.+1%:R :> R)%R by rewrite ltr_nat.
have -> : mu (shell k) = mu `]k%:R, k.+1%:R]%classic + mu `](- k.+1%:R)%R, (- k%:R)%R]%classic.
  apply: measureU; [exact: measurable_itv|exact: measurable_itv|].
  apply/seteqP; split => // z [] /=; rewrite !in_itv /= => /andP[kz _] /andP[_ zk].
  have := lt_le_trans kz zk; rewrite ltNge => /negP; apply.
  by rewrite (@le_trans _ _ 0%R) ?oppr_le0 ?ler0n.
rewrite !lebesgue_itv lt ltr_opp2 lt -EFinD lee_fin -natr1 opprK.
by rewrite (addrC _ (k%:R + 1)%R) addrAC subrr add0r -mulr2n.
Qed.

Let shell_bound k z : shell k z -> f z <= (q ^+ k)%:E.
Proof.
move=> kz; have {}kz : (k%:R <= `|z|)%R.
  case: kz; rewrite /= in_itv /= => /andP[a b].
    by rewrite (le_trans _ (ler_norm z)) // ltW.
  by rewrite -normrN (le_trans _ (ler_norm _)) // ler_oppr.
rewrite lee_fin /q -expRMm ler_expR mulrN ler_opp2 (mulrAC beta) [leLHS]mulrC.
rewrite ler_pmul2l ?divr_gt0 //.
rewrite -[X in (_ <= X)%R]real_normK ?num_real //.
rewrite (@le_trans _ _ (k%:R ^+ 2)%R) //; last by rewrite ler_sqr ?nnegrE.
by rewrite -natrX ler_nat; case: (k) => // n; rewrite expnS leq_pmulr.
Qed.

Let shell_cover z : exists k, shell k z.
Proof.
have floorP (r : R) : (0 <= r)%R -> exists k : nat, (k%:R <= r < k.+1%:R)%R.
  move=> r0; exists `|floor r|%N; rewrite -natr1 natr_absz ger0_norm ?floor_ge0 //.
  by rewrite floor_le lt_succ_floor.
have ceilP (r : R) : (0 < r)%R -> exists k : nat, (k%:R < r <= k.+1%:R)%R.
  move=> r0; have [k /andP[kr rk]] := floorP r (ltW r0).
  move: kr; rewrite le_eqVlt => /orP[/eqP e|kr]; last by exists k; rewrite kr ltW.
  case: k e rk => [e _|k e rk]; first by rewrite -e ltxx in r0.
  by exists k; rewrite -e lexx andbT ltr_nat.
have [z0|z0] := ltP 0%R z.
  by have [k kz] := ceilP z z0; exists k; left; rewrite /= in_itv.
have [|k /andP[kz zk]] := floorP (- z)%R; first by rewrite oppr_ge0.
by exists k; right; rewrite /= in_itv /= ltr_oppl zk ler_oppr kz.
Qed.

Let geometric_le n : (\sum_(k < n) q ^+ k <= (1 - q)^-1)%R.
Proof.
have q'0 : (0 < 1 - q)%R by rewrite subr_gt0.
elim: n => [|n IH]; first by rewrite big_ord0 invr_ge0 ltW.
rewrite big_ord_recl expr0; under eq_bigr do rewrite exprS.
rewrite -mulr_sumr (le_trans (ler_add (lexx 1%R) (ler_wpmul2l (ltW q0) IH))) //.
rewrite -[X in (X + _ <= _)%R](@divff _ (1 - q)%R) ?gt_eqF // -mulrDl subrK mul1r.
exact: lexx.
Qed.

Let dominating z : \bar R := \sum_(k <oo) ((q ^+ k)%:E * (\1_(shell k) z)%:E).

Let term_ge0 k z : 0 <= (q ^+ k)%:E * (\1_(shell k) z)%:E.
Proof. by rewrite -EFinM lee_fin mulr_ge0 ?exprn_ge0 // ltW. Qed.

Let dominating_integral : \int[mu]_z dominating z <= (2 / (1 - q))%:E.
Proof.
rewrite integral_nneseries //; last first.
  move=> k; apply: measurable_funeM; apply/EFin_measurable_fun; exact: measurable_fun_indic.
apply: lime_le.
  by apply: is_cvg_nneseries => k _; apply: integral_ge0.
apply: nearW => n; rewrite big_mkord.
apply: (@le_trans _ _ (\sum_(k < n) (q ^+ k * 2)%:E)).
  apply: lee_sum => k _; rewrite ge0_integralM //.
  - by rewrite integral_indic // setIT EFinM lee_pmul2l // lte_fin exprn_gt0.
  - apply/EFin_measurable_fun; exact: measurable_fun_indic.
  - by move=> z _; rewrite lee_fin.
  - by rewrite lee_fin exprn_ge0 // ltW.
by rewrite sumEFin lee_fin -mulr_suml mulrC ler_pmul2l // geometric_le.
Qed.

Let f_le_dominating z : f z <= dominating z.
Proof.
have [k kz] := shell_cover z; apply: (le_trans (shell_bound kz)).
apply: le_trans (nneseries_lim_ge k.+1 (fun n _ => term_ge0 n z)).
rewrite big_mkord big_ord_recr /= -[leLHS]add0e; apply: lee_add.
  by apply: sume_ge0 => n _; exact: term_ge0.
by rewrite indicE mem_set // mule1.
Qed.

Lemma gaussian_integral_lty : \int[mu]_z f z < +oo.
Proof.
apply: le_lt_trans (ltry (2 / (1 - q))%R); apply: le_trans dominating_integral.
apply: ge0_le_integral => //.
- by move=> z _; rewrite /f lee_fin ltW // expR_gt0.
- by move=> z _; apply: nneseries_ge0 => n _; exact: term_ge0.
- apply: ge0_emeasurable_fun_sum => n; first by move=> z; exact: term_ge0.
  by apply: measurable_funeM; apply/EFin_measurable_fun; exact: measurable_fun_indic.
Qed.

Lemma gaussian_integral_gt0 : 0 < \int[mu]_z f z.
Proof.
apply: integral_gt0 => // [|z]; last by rewrite /f lte_fin expR_gt0.
rewrite gt_eqF //; apply: (@lt_le_trans _ _ (mu `]0%R, 1%R]%classic)).
  by rewrite lebesgue_itv ltr01 subr0.
by apply: le_measure; rewrite ?inE //; exact: measurable_itv.
Qed.

End GaussianIntegral.

Section Gaussian.
Context dX dT (X : measurableType dX) (T : measurableType dT) (V : Type).
Variables (R : realType) (P : {measure set X -> \bar R}).
Variable K : X -> {measure set T -> \bar R}.
Variables (aug : T -> X -> V) (h : V -> R) (beta : R).
Let mu := [the {measure set R -> \bar R} of @lebesgue R].

Definition negative_half_square (z u : R) : R := (- ((z - u) ^+ 2 / 2))%R.

Definition gaussian_constant : R :=
  ((fine (\int[mu]_z (expR (- (beta * z ^+ 2 / 2)))%:E))^-1)%R.

Hypothesis P_probability : P setT = 1.
Hypothesis K_kernel : probability_kernel K.
Hypothesis encoding_measurable :
  measurable_fun setT (fun xt : X * T => h (aug xt.2 xt.1)).
Hypothesis beta_gt0 : (0 < beta)%R.

Let N := \int[mu]_z (expR (- (beta * z ^+ 2 / 2)))%:E.

Let N_fin : N \is a fin_num.
Proof. by rewrite ge0_fin_numE ?gaussian_integral_lty // ltW // gaussian_integral_gt0. Qed.

Let N_gt0 : (0 < fine N)%R.
Proof. by rewrite fine_gt0 // gaussian_integral_gt0 // gaussian_integral_lty. Qed.

Lemma measurable_fun_negative_half_square d (Y : measurableType d) (f g : Y -> R) :
  measurable_fun setT f -> measurable_fun setT g ->
  measurable_fun setT (fun y => negative_half_square (f y) (g y)).
Proof.
move=> mf mg; apply: measurable_funN; apply: measurable_funM; last exact: measurable_fun_cst.
by apply: measurable_fun_sqr; exact: measurable_funB.
Qed.

(* Main result. *)
Theorem gaussian_channel :
  augmentation_channel P K mu aug h negative_half_square beta gaussian_constant.
Proof.
split=> //.
- by rewrite invr_gt0.
- apply: measurable_fun_negative_half_square.
    exact: (measurable_fun_comp (@measurable_fun_snd _ _ _ _) (@measurable_fun_fst _ _ _ _)).
  pose xt (xzt : X * R * T) := (xzt.1.1, xzt.2).
  have mxt : measurable_fun setT xt.
    apply/prod_measurable_funP; split; last exact: measurable_fun_snd.
    exact: (measurable_fun_comp (@measurable_fun_fst _ _ _ _) (@measurable_fun_fst _ _ _ _)).
  exact: (measurable_fun_comp encoding_measurable mxt).
- move=> x t; apply: (@homogeneous_normalised _ _ _ _ _ mu negative_half_square
    setT (@translate R) beta (@measurable_fun_translate R) (@lebesgue_translate R)
    _ _ _ 0%R) => //.
  + move=> u u' _ _; exists (u' - u)%R => z.
    by rewrite /negative_half_square /translate addrA addrAC addrK.
  + move=> u; apply: measurable_fun_negative_half_square; first exact: measurable_fun_id.
    exact: measurable_fun_cst.
  + rewrite fineK //; apply: eq_integral => z _.
    by rewrite /negative_half_square subr0 mulrN mulrA.
Qed.

Corollary gaussian_channel_closed_form :
  \int[mu]_z (expR (- (beta * z ^+ 2 / 2)))%:E = (Num.sqrt (2 * pi / beta))%:E ->
  augmentation_channel P K mu aug h negative_half_square beta
    ((Num.sqrt (2 * pi / beta))^-1)%R.
Proof.
by move=> gaussian_integral; have := gaussian_channel; rewrite /gaussian_constant gaussian_integral.
Qed.

End Gaussian.
