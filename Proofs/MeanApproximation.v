(******************************************************************************)
(* The mean approximation (17) is no bound of I(X; Z)                         *)
(*                                                                            *)
(* Main results: channels that satisfy every hypothesis of Proposition 1 and  *)
(* for which replacing Z by h(T(X)) overshoots the mutual information, and    *)
(* one for which it falls short.                                              *)
(*   `mean_approximation_sphere`     Z on the sphere S^0 = {1, -1}, for every *)
(*                                   beta > 0                                 *)
(*   `mean_approximation_exact_mean` the same with encoders h that are        *)
(*                                   exactly the mean of p(Z | T(X)); so the  *)
(*                                   approximation as such is at fault        *)
(*   `mean_approximation_below`      on the sphere S^0, for every beta > 0,   *)
(*                                   with views that tell nothing about X     *)
(*                                                                            *)
(* Definitions                                                                *)
(*   mean_approximation == line (17): (16) with Z replaced by h(T(X))         *)
(*   cosh a, tanh a     == the hyperbolic cosine and tangent                  *)
(* The two-point channel:                                                     *)
(*   coin         P: X is true or false with probability 1/2                  *)
(*   identity_augmentation  K: T is always the identity, so V = X             *)
(*   toss         K: T is true or false with probability 1/2, and t(x) = t    *)
(*   signs        mu: the counting measure on {1, -1}, as a measure on R      *)
(*   encode m v   h: - m for v = true, m for v = false                        *)
(*   S z h = z h, the inner product                                           *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel MutualInformation.
From CRLTAC Require Import AugmentationChannel Proposition1 Atomic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section MeanApproximation.
Context dX dT (X : measurableType dX) (T : measurableType dT) (V H : Type).
Variables (R : realType) (P : {measure set X -> \bar R}).
Variables (K : X -> {measure set T -> \bar R}) (aug : T -> X -> V) (h : V -> H).
Variables (S : H -> H -> R) (beta : R).

Definition mean_approximation : \bar R :=
  \int[P]_x \int[K x]_t \int[K x]_t'
    log_ratio (expR (beta * S (h (aug t x)) (h (aug t' x))))%:E
      (\int[P]_x' \int[K x']_t''
         (expR (beta * S (h (aug t x)) (h (aug t'' x'))))%:E).

End MeanApproximation.

Section Hyperbolic.
Variable R : realType.
Implicit Types a y : R.
Local Open Scope ring_scope.

Definition cosh a : R := (expR a + expR (- a)) / 2.

Definition tanh a : R := (expR a - expR (- a)) / (expR a + expR (- a)).

Lemma exp_sum_gt0 a : 0 < expR a + expR (- a).
Proof. by rewrite addr_gt0 ?expR_gt0. Qed.

Lemma cosh_gt0 a : 0 < cosh a.
Proof. by rewrite divr_gt0 ?exp_sum_gt0. Qed.

Lemma tanh_lt1 a : tanh a < 1.
Proof.
rewrite ltr_pdivr_mulr ?exp_sum_gt0 // mul1r ltr_add2l.
by rewrite (lt_trans _ (expR_gt0 _)) // oppr_lt0 expR_gt0.
Qed.

Lemma tanh_gt0 a : 0 < a -> 0 < tanh a.
Proof.
move=> a0; rewrite divr_gt0 ?exp_sum_gt0 // subr_gt0 ltr_expR.
by rewrite (lt_trans _ a0) // oppr_lt0.
Qed.

Lemma cosh_lt a y : 0 <= y -> y < a -> cosh y < cosh a.
Proof.
move=> y0 ya; rewrite ltr_pmul2r ?invr_gt0 // -subr_gt0.
rewrite (_ : _ - _ = (expR a - expR y) * (1 - expR (- (a + y)))); last first.
  have -> : expR (- a) = expR y * expR (- (a + y)).
    by rewrite -expRD opprD addrCA subrr addr0.
  have -> : expR (- y) = expR a * expR (- (a + y)).
    by rewrite -expRD opprD addrA subrr add0r.
  move: (expR (- (a + y))) => q.
  rewrite mulrBl !mulrBr !mulr1 [in LHS]opprD opprB [RHS]addrACA; congr (_ + _).
  exact: addrC.
by rewrite mulr_gt0 ?subr_gt0 ?ltr_expR // expR_lt1 oppr_lt0 ltr_paddr // (le_lt_trans y0).
Qed.

End Hyperbolic.

Section TwoPoints.
Variable R : realType.
Variables beta m : R.

Let half_ge0 (k : nat) : (0 <= 2^-1 :> R)%R. Proof. by rewrite invr_ge0. Qed.

Let one_ge0 (k : nat) : (0 <= 1 :> R)%R. Proof. exact: ler01. Qed.

Definition coin : {measure set bool -> \bar R} := atomic odd half_ge0 2.

Definition identity_augmentation (x : bool) : {measure set bool -> \bar R} :=
  atomic xpredT one_ge0 1.

Definition signs : {measure set R -> \bar R} :=
  atomic (fun k => (-1) ^+ k : R)%R one_ge0 2.

Definition signs_sigma_finite : sigma_finite setT signs :=
  atomic_sigma_finite _ one_ge0 2.

Definition inner_product (z u : R) : R := (z * u)%R.

Definition encode (v : bool) : R := ((-1) ^+ v * m)%R.

Let a := (beta * m)%R.
Let aug (t x : bool) : bool := x.

Definition two_point_constant : R := (expR (beta * m) + expR (- (beta * m)))^-1%R.
Local Notation C := two_point_constant.

Let measurable_bool d (U : measurableType d) (f : bool -> U) : measurable_fun setT f.
Proof. by []. Qed.

Let integral_coin (f : bool -> \bar R) : (forall v, f v \is a fin_num) ->
  \int[coin]_x f x = (2^-1)%:E * f false + (2^-1)%:E * f true.
Proof. by move=> f_fin; rewrite integral_atomic // !big_ord_recl big_ord0 adde0. Qed.

Let integral_identity x (f : bool -> \bar R) : (forall v, f v \is a fin_num) ->
  \int[identity_augmentation x]_t f t = f true.
Proof. by move=> f_fin; rewrite integral_atomic // !big_ord_recl big_ord0 adde0 mul1e. Qed.

Let integral_signs (f : R -> \bar R) : measurable_fun setT f ->
    (forall s : bool, f ((-1) ^+ s)%R \is a fin_num) ->
  \int[signs]_z f z = f ((-1) ^+ false)%R + f ((-1) ^+ true)%R.
Proof.
move=> mf f_fin; rewrite integral_atomic // => [|k]; last by rewrite -signr_odd.
by rewrite !big_ord_recl big_ord0 adde0 !mul1e.
Qed.

Let measurable_exp v : measurable_fun setT (fun z : R => expR (beta * (z * encode v))).
Proof.
apply: (measurable_fun_comp (@measurable_fun_expR R)); apply: measurable_funrM.
by apply: measurable_funM; [exact: measurable_fun_id|exact: measurable_fun_cst].
Qed.

Let C_gt0 : (0 < C)%R.
Proof. by rewrite invr_gt0 exp_sum_gt0. Qed.

Let score_sign (z : R) v : (beta * (z * encode v) = z * (-1) ^+ v * a)%R.
Proof. by rewrite /encode /a [RHS]mulrCA -mulrA. Qed.

Let normalised v : \int[signs]_z (C * expR (beta * (z * encode v)))%:E = 1.
Proof.
rewrite integral_signs //; last exact/EFin_measurable_fun/measurable_funrM.
rewrite !score_sign -EFinD -mulrDr; congr EFin.
rewrite (_ : _ + _ = expR a + expR (- a))%R ?mulVf ?gt_eqF ?exp_sum_gt0 //.
by case: v; rewrite ?mulN1r ?mul1r ?opprK ?mul1r ?mulN1r // addrC.
Qed.

Theorem two_point_channel : augmentation_channel
  coin identity_augmentation signs aug encode inner_product beta C.
Proof.
split.
- by rewrite atomic_setT !big_ord_recl big_ord0 addr0 -mulr2n -(mulr_natr 2^-1%R) mulVf.
- split=> [y|A _]; last exact: measurable_bool.
  by rewrite atomic_setT big_ord_recl big_ord0 addr0.
- exact: C_gt0.
- apply: measurable_funM.
    exact: (measurable_fun_comp (@measurable_fun_snd _ _ _ _) (@measurable_fun_fst _ _ _ _)).
  apply: (@measurable_fun_comp _ _ _ _ _ _ encode) => //.
  exact: (measurable_fun_comp (@measurable_fun_fst _ _ _ _) (@measurable_fun_fst _ _ _ _)).
- by move=> x t; exact: normalised.
Qed.

Let p := channel_density identity_augmentation aug encode inner_product beta C.

Let pE v z : p (v, z) = (C * expR (beta * (z * encode v)))%:E.
Proof. by rewrite /p /channel_density integral_identity. Qed.

Let p_sign (s v : bool) : p (v, (-1) ^+ s)%R = (C * expR ((-1) ^+ (s (+) v) * a))%:E.
Proof. by rewrite pE score_sign -signr_addb. Qed.

Let pZ_sign (s : bool) : marginal2 coin p ((-1) ^+ s)%R = (2^-1)%:E.
Proof.
rewrite /marginal2 integral_coin => [|v]; last by rewrite pE.
rewrite !p_sign -!EFinM -EFinD -!mulrDr; congr EFin.
rewrite (_ : _ + _ = expR a + expR (- a))%R ?mulVf ?gt_eqF ?exp_sum_gt0 ?mulr1 //.
by case: s; rewrite ?expr0 ?expr1 ?mul1r ?mulN1r // addrC.
Qed.

Let log_sign (s v : bool) : log_ratio (p (v, (-1) ^+ s)%R) (marginal2 coin p ((-1) ^+ s)%R) =
  ((-1) ^+ (s (+) v) * a - ln (cosh a))%:E.
Proof.
rewrite pZ_sign p_sign log_ratio_EFin ?invr_gt0 // ?mulr_gt0 ?expR_gt0 //.
rewrite invrK mulrAC lnM ?posrE ?mulr_gt0 ?expR_gt0 // expK addrC; congr (_ + _)%:E.
by rewrite -lnV ?posrE ?cosh_gt0 // /cosh invf_div mulrC.
Qed.

Theorem two_point_information :
  information coin identity_augmentation signs_sigma_finite aug encode inner_product beta C =
  (a * tanh a - ln (cosh a))%:E.
Proof.
rewrite (information_iterated signs_sigma_finite two_point_channel) -/p.
have P1 := channel_data two_point_channel.
rewrite -[RHS](probability_integral_cst P1); apply: eq_integral => v _.
have mp := measurable_fun_channel_density two_point_channel.
have mKL : measurable_fun setT
    (fun z => p (v, z) * log_ratio (p (v, z)) (marginal2 coin p z)).
  apply: measurable_fun_KL; first exact: (measurable_fun_prod1 v mp).
  exact: (measurable_fun_marginal2 (P_sigma_finite two_point_channel) mp
    (channel_density_ge0 two_point_channel)).
rewrite /KL integral_signs // => [|s]; last by rewrite log_sign p_sign.
rewrite !log_sign !p_sign -!EFinM -EFinD; congr EFin.
have mass : (C * expR a + C * expR (- a) = 1)%R.
  by rewrite -mulrDr mulVf // gt_eqF // exp_sum_gt0.
have average (u w l : R) : (u + w = 1 ->
    u * (a - l) + w * (- a - l) = a * (u - w) - l)%R.
  move=> uw; rewrite !mulrBr mulrN addrACA -opprD -mulrDl uw mul1r.
  by rewrite [(u * a)%R]mulrC [(w * a)%R]mulrC.
have -> : (a * tanh a - ln (cosh a) = C * expR a * (a - ln (cosh a))
    + C * expR (- a) * (- a - ln (cosh a)))%R.
  by rewrite (average _ _ _ mass) -mulrBr /tanh (mulrC C).
by case: v {mKL}; rewrite /= ?mul1r ?mulN1r // addrC.
Qed.

Let mean_score (u v : bool) :
  (beta * inner_product (encode u) (encode v) = (-1) ^+ (u (+) v) * (beta * m ^+ 2))%R.
Proof.
by rewrite /inner_product /encode mulrACA -signr_addb -expr2 mulrCA.
Qed.

Theorem two_point_mean_approximation :
  mean_approximation coin identity_augmentation aug encode inner_product beta =
  (beta * m ^+ 2 - ln (cosh (beta * m ^+ 2)))%:E.
Proof.
set q := (beta * m ^+ 2)%R; rewrite /mean_approximation.
have P1 := channel_data two_point_channel.
rewrite -[RHS](probability_integral_cst P1); apply: eq_integral => v _.
have denE : \int[coin]_x' \int[identity_augmentation x']_t''
    (expR (beta * inner_product (encode v) (encode x')))%:E = (cosh q)%:E.
  rewrite (eq_integral (fun x' => (expR ((-1) ^+ (v (+) x') * q))%:E)); last first.
    by move=> x' _; rewrite integral_identity // mean_score.
  rewrite integral_coin // -!EFinM -EFinD -mulrDr mulrC; congr (_ / _)%:E.
  by case: v; rewrite /= ?mul1r ?mulN1r // addrC.
rewrite (eq_integral (cst (q - ln (cosh q))%:E)) => [|t _]; last first.
  rewrite (eq_integral (cst (q - ln (cosh q))%:E)) => [|t' _]; last first.
    rewrite denE mean_score addbb mul1r log_ratio_EFin ?expR_gt0 ?cosh_gt0 //.
    by rewrite ln_div ?posrE ?expR_gt0 ?cosh_gt0 // expK.
  by rewrite integral_identity.
by rewrite integral_identity.
Qed.

(* The mean of Z given the view: tanh (beta m) in the direction of h. *)
Theorem two_point_mean x t :
  \int[signs]_z (z%:E * view_density aug encode inner_product beta C x t z) =
  ((-1) ^+ x * tanh a)%:E.
Proof.
under eq_integral do rewrite /view_density -EFinM.
rewrite integral_signs //; last first.
  apply/EFin_measurable_fun/measurable_funM; first exact: measurable_fun_id.
  exact: (measurable_funrM C (measurable_exp x)).
rewrite /inner_product !score_sign -EFinD -!signr_addb /tanh (mulrC _ C) mulrBr.
congr EFin; by case: x; rewrite /= ?mul1r ?mulN1r // opprB addrC.
Qed.

End TwoPoints.

(* Both images have the same views: T is a toss of the coin, and t(x) = t.     *)
Section Toss.
Variables (R : realType) (beta : R).

Definition toss (x : bool) : {measure set bool -> \bar R} := coin R.

Let view (t x : bool) : bool := t.
Local Notation C := (two_point_constant beta 1).
Let two_points := two_point_channel beta 1.

Theorem toss_channel : augmentation_channel (coin R) toss (signs R)
  view (encode 1) (@inner_product R) beta C.
Proof.
split.
- exact: (channel_data two_points).
- by split=> [y|A _]; [exact: (channel_data two_points)|exact: measurable_fun_cst].
- exact: (channel_constant two_points).
- apply: measurable_funM.
    exact: (measurable_fun_comp (@measurable_fun_snd _ _ _ _) (@measurable_fun_fst _ _ _ _)).
  apply: (@measurable_fun_comp _ _ _ _ _ _ (encode 1)) => //.
  exact: measurable_fun_snd.
- by move=> x t; exact: (channel_normalised two_points t t).
Qed.

Theorem toss_information : information (coin R) toss (signs_sigma_finite R)
  view (encode 1) (@inner_product R) beta C = 0.
Proof.
apply/(information_eq0 (signs_sigma_finite R) toss_channel).
exists set0; split => //; rewrite ?measure0 // => xz /= neq; exfalso; apply: neq.
exact: (esym (probability_integral_cst (channel_data two_points)
  (channel_density toss view (encode 1) (@inner_product R) beta C xz))).
Qed.

Let integral_toss (f : bool -> R) :
  \int[coin R]_x (f x)%:E = ((f false + f true) / 2)%:E.
Proof.
rewrite integral_atomic // !big_ord_recl big_ord0 adde0 -!EFinM -EFinD.
by rewrite -mulrDr mulrC.
Qed.

Theorem toss_mean_approximation :
  mean_approximation (coin R) toss view (encode 1) (@inner_product R) beta =
  (- ln (cosh beta))%:E.
Proof.
have score (u v : bool) : (beta * inner_product (encode 1 u) (encode 1 v) =
    (-1) ^+ (u (+) v) * beta :> R)%R.
  by rewrite /inner_product /encode !mulr1 -signr_addb mulrC.
have average (f : R -> R) (u : bool) : (f ((-1) ^+ (u (+) false) * beta) +
    f ((-1) ^+ (u (+) true) * beta) = f beta + f (- beta) :> R)%R.
  by case: u; rewrite /= ?mul1r ?mulN1r // addrC.
have P1 := channel_data two_points.
have denE u : \int[coin R]_x' \int[toss x']_t''
    (expR (beta * inner_product (encode 1 u) (encode 1 (view t'' x'))))%:E = (cosh beta)%:E.
  rewrite -[RHS](probability_integral_cst P1); apply: eq_integral => x' _.
  by rewrite integral_toss !score average.
rewrite /mean_approximation -[RHS](probability_integral_cst P1).
apply: eq_integral => x _; rewrite -[RHS](probability_integral_cst P1).
apply: eq_integral => t _.
rewrite (eq_integral (fun t' => (beta * inner_product (encode 1 t) (encode 1 t')
    - ln (cosh beta))%:E)) => [|t' _]; last first.
  rewrite denE log_ratio_EFin ?expR_gt0 ?cosh_gt0 //.
  by rewrite ln_div ?posrE ?expR_gt0 ?cosh_gt0 // expK.
rewrite integral_toss !score (average (fun s => s - ln (cosh beta))%R).
by rewrite addrACA subrr add0r -mulr2n -[X in (X / _)%R]mulr_natr mulfK ?(pnatr_eq0 _ 2).
Qed.

Lemma cosh_gt1 : (0 < beta)%R -> (1 < cosh beta)%R.
Proof.
move=> beta0; have -> : (1 = cosh 0 :> R)%R by rewrite /cosh oppr0 expR0 divff // (pnatr_eq0 _ 2).
by rewrite cosh_lt.
Qed.

End Toss.

Section Main.
Variable R : realType.
Let identity (t x : bool) : bool := x.
Let drawn (t x : bool) : bool := t.

(* On the sphere S^0 = {1, -1}: h takes the values 1 and -1, any beta > 0. *)
Theorem mean_approximation_sphere (beta : R) : (0 < beta)%R ->
  let C := two_point_constant beta 1 in
  [/\ augmentation_channel (coin R) (identity_augmentation R) (signs R)
        identity (encode 1) (@inner_product R) beta C,
      information (coin R) (identity_augmentation R) (signs_sigma_finite R)
        identity (encode 1) (@inner_product R) beta C =
      (beta * tanh beta - ln (cosh beta))%:E,
      mean_approximation (coin R) (identity_augmentation R)
        identity (encode 1) (@inner_product R) beta =
      (beta - ln (cosh beta))%:E &
      information (coin R) (identity_augmentation R) (signs_sigma_finite R)
        identity (encode 1) (@inner_product R) beta C
      < mean_approximation (coin R) (identity_augmentation R)
          identity (encode 1) (@inner_product R) beta].
Proof.
move=> beta0 C; rewrite two_point_information two_point_mean_approximation.
rewrite expr1n !mulr1; split => //; first exact: two_point_channel.
by rewrite lte_fin ltr_add2r gtr_pmulr // tanh_lt1.
Qed.

(* Nor is it an upper bound: if the view tells nothing about the image, then  *)
(* I(X; Z) = 0, and the approximation is negative.                            *)
Theorem mean_approximation_below (beta : R) : (0 < beta)%R ->
  let C := two_point_constant beta 1 in
  [/\ augmentation_channel (coin R) (@toss R) (signs R)
        drawn (encode 1) (@inner_product R) beta C,
      information (coin R) (@toss R) (signs_sigma_finite R)
        drawn (encode 1) (@inner_product R) beta C = 0,
      mean_approximation (coin R) (@toss R)
        drawn (encode 1) (@inner_product R) beta =
      (- ln (cosh beta))%:E &
      mean_approximation (coin R) (@toss R)
        drawn (encode 1) (@inner_product R) beta
      < information (coin R) (@toss R) (signs_sigma_finite R)
          drawn (encode 1) (@inner_product R) beta C].
Proof.
move=> beta0 C; rewrite toss_information toss_mean_approximation; split => //.
  exact: toss_channel.
by rewrite lte_fin oppr_lt0 ln_gt0 // cosh_gt1.
Qed.

(* Main result. With m = tanh a and beta = a / m the encoder is exactly the   *)
(* mean of Z given the view, and the approximation still exceeds I(X; Z).     *)
Theorem mean_approximation_exact_mean (a : R) : (0 < a)%R ->
  let m := tanh a in let beta := (a / m)%R in
  let C := two_point_constant beta m in
  [/\ augmentation_channel (coin R) (identity_augmentation R) (signs R)
        identity (encode m) (@inner_product R) beta C,
      forall t x,
        \int[signs R]_z (z%:E * view_density identity (encode m)
                                  (@inner_product R) beta C x t z) =
        (encode m (identity t x))%:E &
      information (coin R) (identity_augmentation R) (signs_sigma_finite R)
        identity (encode m) (@inner_product R) beta C
      < mean_approximation (coin R) (identity_augmentation R)
          identity (encode m) (@inner_product R) beta].
Proof.
move=> a0 m beta C; have m0 : (0 < m)%R by exact: tanh_gt0.
have beta_m : (beta * m = a)%R by rewrite /beta divfK // gt_eqF.
split; first exact: two_point_channel.
  by move=> t x; rewrite two_point_mean beta_m.
rewrite two_point_information two_point_mean_approximation beta_m expr2 mulrA beta_m.
rewrite lte_fin ltr_add2l ltr_opp2 ltr_ln ?posrE ?cosh_gt0 //.
by apply: cosh_lt; [rewrite ltW // mulr_gt0|rewrite gtr_pmulr // tanh_lt1].
Qed.

End Main.
