(******************************************************************************)
(* The Gaussian on the real line satisfies the hypotheses of Proposition 1    *)
(*                                                                            *)
(* Main result: `gaussian_channel`. With S(z, u) = - (z - u)^2 / 2 and        *)
(* beta = 1 / sigma^2, p(z | t(x)) is the Gaussian of mean h(t(x)) and        *)
(* variance sigma^2, and C_beta = sqrt (beta / (2 pi)).                       *)
(*                                                                            *)
(* One named hypothesis, `gaussian_integral`: the value of the integral of    *)
(* exp (- beta z^2 / 2), which mathcomp-analysis 0.6.0 does not have. That    *)
(* the constant is the same for all means is proved, from the translation     *)
(* invariance of the Lebesgue measure, which is proved here too.              *)
(******************************************************************************)
From HB Require Import structures.
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp trigo measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Integration Kernel AugmentationChannel Homogeneous.

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

Let lebesgue_itv (a b : R) : lebesgue `]a, b]%classic = (if (a < b)%R then (b - a)%:E else 0).
Proof. by rewrite /lebesgue lebesgue_measure_itv hlength_itv /= lte_fin EFinB. Qed.

Let window_lty k : lebesgue (window k) < +oo.
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

Section Gaussian.
Context dX dT (X : measurableType dX) (T : measurableType dT) (V : Type).
Variables (R : realType) (P : {measure set X -> \bar R}).
Variable K : X -> {measure set T -> \bar R}.
Variables (aug : T -> X -> V) (h : V -> R) (beta : R).
Let mu := [the {measure set R -> \bar R} of @lebesgue R].

Definition negative_half_square (z u : R) : R := (- ((z - u) ^+ 2 / 2))%R.

Definition gaussian_constant : R := (Num.sqrt (2 * pi / beta))^-1%R.

Hypothesis P_probability : P setT = 1.
Hypothesis K_kernel : probability_kernel K.
Hypothesis encoding_measurable :
  measurable_fun setT (fun xt : X * T => h (aug xt.2 xt.1)).
Hypothesis beta_gt0 : (0 < beta)%R.
Hypothesis gaussian_integral :
  \int[mu]_z (expR (- (beta * z ^+ 2 / 2)))%:E = (Num.sqrt (2 * pi / beta))%:E.

Let N_gt0 : (0 < Num.sqrt (2 * pi / beta))%R.
Proof. by rewrite sqrtr_gt0 divr_gt0 // mulr_gt0 ?pi_gt0. Qed.

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
  + rewrite -gaussian_integral; apply: eq_integral => z _.
    by rewrite /negative_half_square subr0 mulrN mulrA.
Qed.

End Gaussian.
