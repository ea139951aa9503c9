(******************************************************************************)
(* I(X;Z) for small beta                                                      *)
(*                                                                            *)
(* Main results, for finitely many images and transformations, unit codes h,  *)
(* |beta| <= 1, and with the mean codes m_i = E[h | x_i] and m = E h:         *)
(*    |I(X;Z) - beta^2 / (2 d) E |m_X - m|^2| <= 37 |beta|^3                  *)
(*                                                                            *)
(*    `isotropic_small_beta`        Z among unit vectors of R^d, with any     *)
(*                                  measure of finite mass under which the    *)
(*                                  mean of (z . v)^2 is |v|^2 / d            *)
(*    `von_mises_small_beta`        von Mises-Fisher noise on the circle      *)
(*    `von_mises_fisher_small_beta` the same on any sphere, whose uniform     *)
(*                                  measure is given                          *)
(*                                                                            *)
(* The constant is not sharp, and on the sphere the remainder is of the order *)
(* of beta^4; what counts is that 37 does not depend on the channel.          *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap matrix.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm SecondOrder Mixture Integration Kernel.
From CRLTAC Require Import MutualInformation AugmentationChannel FiniteAugmentations.
From CRLTAC Require Import VonMisesFisher Circle Isotropy.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Expansion.
Context dZ (Z : measurableType dZ) (R : realType) (n m d : nat).
Variables (mu : {measure set Z -> \bar R}) (mu_sigma_finite : sigma_finite setT mu).
Variables (prior : 'I_n.+1 -> R) (w : 'I_n.+1 -> 'I_m.+1 -> R).
Hypothesis prior_ge0 : forall i, (0 <= prior i)%R.
Hypothesis prior_sum : (\sum_i prior i = 1)%R.
Hypothesis w_ge0 : forall i j, (0 <= w i j)%R.
Hypothesis w_sum : forall i, (\sum_j w i j = 1)%R.
Variables (point : Z -> 'rV[R]_d) (h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_d) (beta C : R).
Hypothesis C_gt0 : (0 < C)%R.
Hypothesis normalised : forall i j,
  \int[mu]_z (C * expR (beta * dot (point z) (h i j)))%:E = 1.
Hypothesis h_unit : forall i j, dot (h i j) (h i j) = 1%R.
Hypothesis point_unit : forall z, dot (point z) (point z) = 1%R.
Hypothesis point_measurable : forall i, measurable_fun setT (fun z => point z ord0 i).
Variable mass : R.
Hypothesis mu_mass : mu setT = mass%:E.
Hypothesis isotropy : forall v : 'rV[R]_d,
  \int[mu]_z (dot (point z) v ^+ 2)%:E = (mass * dot v v / d%:R)%:E.
Hypothesis beta_le1 : (`|beta| <= 1)%R.

Let I := finite_information mu_sigma_finite prior_ge0 w_ge0 h
  (fun z u => dot (point z) u) beta C.

Let mean_code i := (\sum_j w i j *: h i j)%R.
Let mean := (\sum_i prior i *: mean_code i)%R.
Let spread := (\sum_i prior i * dot (mean_code i - mean) (mean_code i - mean))%R.
Let leading := (beta ^+ 2 / (2 * d%:R) * spread)%R.

Let b := `|beta|%R.
Let t z i j := (beta * dot (point z) (h i j))%R.
Let q i z := (\sum_j w i j * expR (t z i j))%R.
Let kl i z := (q i z * ln (q i z / \sum_i' prior i' * q i' z))%R.

Let b_ge0 : (0 <= b)%R. Proof. exact: normr_ge0. Qed.

Let t_le z i j : (`|t z i j| <= b)%R.
Proof. by rewrite normrM ler_pimulr // dot_norm_le1. Qed.

Let exp_range z i j : (expR (- b) <= expR (t z i j) <= expR b)%R.
Proof. by rewrite !ler_expR -ler_norml. Qed.

Let q_range i z : (expR (- b) <= q i z <= expR b)%R.
Proof.
apply/andP; split; [apply: average_ge|apply: average_le] => // j.
- by case/andP: (exp_range z i j).
- by case/andP: (exp_range z i j).
Qed.

Let qbar_range z : (expR (- b) <= \sum_i prior i * q i z <= expR b)%R.
Proof.
apply/andP; split; [apply: average_ge|apply: average_le] => // i.
- by case/andP: (q_range i z).
- by case/andP: (q_range i z).
Qed.

Let q_gt0 i z : (0 < q i z)%R.
Proof. by case/andP: (q_range i z) => + _; exact/lt_le_trans/expR_gt0. Qed.

Let qbar_gt0 z : (0 < \sum_i prior i * q i z)%R.
Proof. by case/andP: (qbar_range z) => + _; exact/lt_le_trans/expR_gt0. Qed.

Let ln_range (x : R) : (expR (- b) <= x <= expR b)%R -> (`|ln x| <= b)%R.
Proof.
move=> /andP[x0 x1]; have x_gt0 := lt_le_trans (expR_gt0 (- b)) x0.
rewrite ler_norml; apply/andP; split.
- by rewrite -(expK (- b)%R) ler_ln ?posrE ?expR_gt0.
- by rewrite -[leRHS]expK ler_ln ?posrE ?expR_gt0.
Qed.

Let kl_le i z : (`|kl i z| <= expR b * (b + b))%R.
Proof.
rewrite normrM; apply: ler_pmul => //.
  by rewrite gtr0_norm //; case/andP: (q_range i z).
rewrite ln_div ?posrE // (le_trans (ler_norm_sub _ _)) //.
by rewrite ler_add // ln_range.
Qed.

Let scaled_le i z : (`|C * kl i z| <= C * (expR b * (b + b)))%R.
Proof. by rewrite normrM (gtr0_norm C_gt0) ler_pmul2l. Qed.

Let similarity_measurable (v : 'rV[R]_d) : measurable_fun setT (fun z => dot (point z) v).
Proof. by apply: measurable_fun_dot => // i; exact: measurable_fun_cst. Qed.

Let scaledE i z : (C * kl i z)%R =
  ((\sum_j w i j * (C * expR (t z i j))) * ln ((\sum_j w i j * (C * expR (t z i j)))
    / \sum_i' prior i' * \sum_j w i' j * (C * expR (t z i' j))))%R.
Proof.
have factor i' : (\sum_j w i' j * (C * expR (t z i' j)) = C * q i' z)%R.
  by rewrite mulr_sumr; apply: eq_bigr => j _; rewrite mulrCA.
have -> : (\sum_i' prior i' * (\sum_j w i' j * (C * expR (t z i' j))) =
    C * \sum_i' prior i' * q i' z)%R.
  by rewrite mulr_sumr; apply: eq_bigr => i' _; rewrite factor mulrCA.
by rewrite factor /kl invfM mulrACA divff ?gt_eqF // mul1r mulrA.
Qed.

Let scaled_measurable i : measurable_fun setT (fun z => (C * kl i z)%:E).
Proof.
under eq_fun do rewrite scaledE.
exact: (@finite_integrand_measurable _ _ _ _ _ _ _ _ _ prior_ge0 prior_sum
  w_ge0 w_sum h (fun z u => dot (point z) u) beta C C_gt0
  (fun i j => similarity_measurable (h i j)) normalised i).
Qed.

Let informationE : I = \int[mu]_z (\sum_i prior i * (C * kl i z))%:E.
Proof.
rewrite -(integral_sum mu_mass) => [|i]; last first.
  by apply: (integrable_bounded mu_mass) => [|z]; [exact: scaled_measurable|exact: scaled_le].
rewrite /I (@finite_by_definition _ _ _ _ _ _ _ mu_sigma_finite _ _ prior_ge0 prior_sum
  w_ge0 w_sum h (fun z u => dot (point z) u) beta C C_gt0
  (fun i j => similarity_measurable (h i j)) normalised).
apply: eq_bigr => i _; congr (_ * _).
by apply: eq_integral => z _; rewrite scaledE.
Qed.

Let direction i : 'rV[R]_d := (mean_code i - mean)%R.

Let square i z := (dot (point z) (direction i) ^+ 2)%R.

Let square_integrable i : mu.-integrable setT (fun z => (square i z)%:E).
Proof. by apply: integrable_of_fin_num; [exact: measurable_square|rewrite isotropy]. Qed.

Let integral_squares (a e : R) :
  \int[mu]_z (a * (\sum_i prior i * square i z) + e)%:E =
  (a * (mass * spread / d%:R) + e * mass)%:E.
Proof.
have sum_integrable :
    mu.-integrable setT (fun z => (a * \sum_i prior i * square i z)%R%:E).
  rewrite (_ : (fun z => _) = fun z => a%:E * (\sum_i prior i * square i z)%R%:E) //.
  apply: integrablerM => //; exact: (integrable_sum mu_mass).
have cst_integrable : mu.-integrable setT (fun=> e%:E).
  by apply: (integrable_bounded mu_mass (b := `|e|)) => //; exact: measurable_fun_cst.
rewrite (eq_integral (fun z => (a * (\sum_i prior i * square i z))%R%:E + e%:E)) //.
rewrite integralD // (integral_cst_mass mu_mass) EFinD; congr (_ + _).
rewrite (eq_integral (fun z => a%:E * (\sum_i prior i * square i z)%R%:E)) //.
rewrite integralM //; last exact: (integrable_sum mu_mass).
rewrite -(integral_sum mu_mass) // EFinM; congr (_ * _).
rewrite (eq_bigr (fun i => (mass / d%:R * (prior i * dot (direction i) (direction i)))%R%:E)).
  by rewrite sumEFin -mulr_sumr mulrAC.
move=> i _; rewrite isotropy -EFinM; congr EFin.
rewrite [RHS]mulrACA (mulrC mass) -!mulrA; do 2 congr (_ * _)%R; exact: mulrC.
Qed.

Let tauE i z : (\sum_j w i j * t z i j = beta * dot (point z) (mean_code i))%R.
Proof. by rewrite dot_sum mulr_sumr; apply: eq_bigr => j _; rewrite mulrCA. Qed.

Let spreadE z : (\sum_i prior i * (\sum_j w i j * t z i j
    - \sum_i' prior i' * \sum_j w i' j * t z i' j) ^+ 2 =
  beta ^+ 2 * \sum_i prior i * square i z)%R.
Proof.
have -> : (\sum_i' prior i' * (\sum_j w i' j * t z i' j) = beta * dot (point z) mean)%R.
  by rewrite dot_sum mulr_sumr; apply: eq_bigr => i _; rewrite tauE mulrCA.
rewrite mulr_sumr; apply: eq_bigr => i _; rewrite tauE -mulrBr -dotBr exprMn.
by rewrite mulrCA.
Qed.

Let at_each z : (`|\sum_i prior i * kl i z - beta ^+ 2 / 2 * (\sum_i prior i * square i z)|
  <= 11 * b ^+ 3)%R.
Proof.
have := divergence_second_order prior_ge0 prior_sum w_ge0 w_sum (t_le z) b_ge0 beta_le1.
by rewrite spreadE mulrAC.
Qed.

Let kappa := (C * mass)%R.

Let kappa_range : (expR (- b) <= kappa <= expR b)%R.
Proof.
have me i j : measurable_fun setT (fun z => (C * expR (t z i j))%:E : \bar R).
  apply/EFin_measurable_fun/measurable_funrM/(measurable_fun_comp (@measurable_fun_expR R)).
  exact: measurable_funrM.
have N := normalised ord0 ord0.
have cstE (c : R) : \int[mu]_z (C * c)%:E = (c * kappa)%:E.
  by rewrite (integral_cst_mass mu_mass) mulrAC mulrC.
have lower : (expR (- b) * kappa <= 1)%R.
  rewrite -lee_fin -cstE -N; apply: le_integral_measurable => [||z];
    [exact: measurable_fun_cst|exact: me|].
  by rewrite lee_fin ler_pmul2l //; case/andP: (exp_range z ord0 ord0).
have upper : (1 <= expR b * kappa)%R.
  rewrite -lee_fin -cstE -N; apply: le_integral_measurable => [||z];
    [exact: me|exact: measurable_fun_cst|].
  by rewrite lee_fin ler_pmul2l //; case/andP: (exp_range z ord0 ord0).
apply/andP; split.
- by rewrite expRN -[leLHS]mulr1 ler_pdivr_mull ?expR_gt0.
- by rewrite -[leRHS]mulr1 -ler_pdivr_mull ?expR_gt0 // -expRN.
Qed.

Let kappa_gt0 : (0 < kappa)%R.
Proof. by case/andP: kappa_range => + _; exact/lt_le_trans/expR_gt0. Qed.

Let expb_le : (expR b <= 1 + 2 * b)%R.
Proof.
have b1 : (`|b| <= 1)%R by rewrite ger0_norm.
case/andP: (expR_second_order b1) => _.
rewrite -addrA -opprD ler_subl_addl => /le_trans; apply; rewrite -addrA ler_add2l.
by rewrite mulr_natl mulr2n ler_add2l expr2 ler_pimulr.
Qed.

Let kappa_le3 : (kappa <= 3)%R.
Proof.
case/andP: kappa_range => _ /le_trans; apply; apply: (le_trans expb_le).
rewrite (_ : 3 = 1 + 2 * 1 :> R)%R; last by rewrite mulr1 [LHS]mulrS.
by rewrite ler_add2l ler_pmul2l.
Qed.

Let kappa_near1 : (`|kappa - 1| <= 2 * b)%R.
Proof.
case/andP: kappa_range => k0 k1; rewrite ler_norml ler_subr_addr ler_subl_addr.
rewrite (addrC (2 * b)%R) (le_trans k1 expb_le) andbT (le_trans _ k0) //.
rewrite (le_trans _ (expR_ge1Dx_real _)) // addrC ler_add2l ler_opp2.
by rewrite mulr_natl mulr2n ler_addl.
Qed.

Let leading_ge0 : (0 <= leading)%R.
Proof.
rewrite mulr_ge0 ?divr_ge0 ?sqr_ge0 ?mulr_ge0 ?ler0n // sumr_ge0 // => i _.
by rewrite mulr_ge0 // dot_ge0.
Qed.

Let leadingE : (beta ^+ 2 / 2 * (mass * spread / d%:R) = mass * leading)%R.
Proof.
by rewrite /leading invfM [RHS]mulrCA [RHS]mulrAC [LHS]mulrACA.
Qed.

Let square_le i z : (square i z <= 2 ^+ 2)%R.
Proof.
have code_le k : (`|dot (point z) (mean_code k)| <= 1)%R.
  by rewrite dot_sum; apply: average_norm_le => // j; exact: dot_norm_le1.
have mean_le : (`|dot (point z) mean| <= 1)%R by rewrite dot_sum; exact: average_norm_le.
rewrite /square /direction dotBr -[X in (X <= _)%R](real_normK (num_real _)).
apply: ler_expn2r; rewrite ?nnegrE //.
by rewrite (le_trans (ler_norm_sub _ _)) // mulr2n ler_add.
Qed.

Let b_squared : (b ^+ 2 = beta ^+ 2)%R. Proof. exact: real_normK (num_real _). Qed.

Let squares_measurable (a e : R) :
  measurable_fun setT (fun z => (a * (\sum_i prior i * square i z) + e)%R%:E : \bar R).
Proof.
apply/EFin_measurable_fun; apply: measurable_funD; last exact: measurable_fun_cst.
apply: measurable_funrM; apply/EFin_measurable_fun.
by case: (integrable_sum mu_mass prior square_integrable (index_enum _)).
Qed.

Let leading_le : (leading <= 2 * b ^+ 2)%R.
Proof.
have mass_gt0 : (0 < mass)%R by rewrite -(pmulr_rgt0 _ C_gt0).
rewrite -(ler_pmul2l mass_gt0) -leadingE -lee_fin.
have := integral_squares (beta ^+ 2 / 2) 0; rewrite mul0r addr0 => <-.
rewrite (mulrC mass) -(integral_cst_mass mu_mass); apply: le_integral_measurable => [||z].
- exact: squares_measurable.
- exact: measurable_fun_cst.
rewrite lee_fin addr0 b_squared; have -> : (2 * beta ^+ 2 = beta ^+ 2 / 2 * 2 ^+ 2 :> R)%R.
  by rewrite -mulrA (expr2 (2%:R : R)) mulKf ?pnatr_eq0 // mulrC.
apply: ler_wpmul2l; first by rewrite divr_ge0 ?sqr_ge0 // ler0n.
by apply: average_le => // i; exact: square_le.
Qed.

Let error := (11 * b ^+ 3)%R.

Let affine_integral (e : R) :
  \int[mu]_z (C * (beta ^+ 2 / 2) * (\sum_i prior i * square i z) + C * e)%:E =
  (kappa * leading + kappa * e)%:E.
Proof.
rewrite integral_squares; congr (_ + _)%R%:E; last exact: mulrAC.
by rewrite -[LHS]mulrA leadingE mulrA.
Qed.

Let information_measurable :
  measurable_fun setT (fun z => (\sum_i prior i * (C * kl i z))%R%:E : \bar R).
Proof.
have ki i : mu.-integrable setT (fun z => (C * kl i z)%R%:E).
  by apply: (integrable_bounded mu_mass) => [|z]; [exact: scaled_measurable|exact: scaled_le].
by case: (integrable_sum mu_mass prior ki (index_enum _)).
Qed.

Let at_each_scaled z :
  (C * (beta ^+ 2 / 2) * (\sum_i prior i * square i z) + C * - error
    <= \sum_i prior i * (C * kl i z)
    <= C * (beta ^+ 2 / 2) * (\sum_i prior i * square i z) + C * error)%R.
Proof.
have -> : (\sum_i prior i * (C * kl i z) = C * \sum_i prior i * kl i z)%R.
  by rewrite mulr_sumr; apply: eq_bigr => i _; rewrite mulrCA.
rewrite -!(mulrA C) -!mulrDr !ler_pmul2l //.
by have := at_each z; rewrite ler_norml -/error ler_subl_addl ler_subr_addl.
Qed.

Theorem isotropic_small_beta : `|I - leading%:E| <= (37 * b ^+ 3)%:E.
Proof.
have lower : (kappa * leading + kappa * - error)%:E <= I.
  rewrite -affine_integral informationE; apply: le_integral_measurable;
    [exact: squares_measurable|exact: information_measurable|move=> z].
  by rewrite lee_fin; case/andP: (at_each_scaled z).
have upper : I <= (kappa * leading + kappa * error)%:E.
  rewrite -affine_integral informationE; apply: le_integral_measurable;
    [exact: information_measurable|exact: squares_measurable|move=> z].
  by rewrite lee_fin; case/andP: (at_each_scaled z).
have I_fin : I \is a fin_num.
  by rewrite fin_numElt (lt_le_trans (ltNyr _) lower) (le_lt_trans upper (ltry _)).
move: I_fin lower upper => /fineK <-; rewrite -EFinB !lee_fin; set i := fine I => lower upper.
have b3 : (0 <= b ^+ 3)%R by rewrite exprn_ge0.
have -> : (i - leading = (i - kappa * leading) + (kappa - 1) * leading)%R.
  by rewrite mulrBl mul1r addrA subrK.
rewrite (_ : 37 * b ^+ 3 = 3 * (11 * b ^+ 3) + 2 * b * (2 * b ^+ 2))%R; last first.
  have -> : (2 * b * (2 * b ^+ 2) = 4 * b ^+ 3)%R by rewrite mulrACA -exprS -natrM.
  by rewrite mulrA -natrM -mulrDl -natrD.
rewrite (le_trans (ler_norm_add _ _)) // ler_add //.
  apply: (@le_trans _ _ (kappa * error)%R); last first.
    by apply: ler_wpmul2r; [rewrite mulr_ge0 // ler0n | exact: kappa_le3].
  by rewrite ler_norml ler_subl_addl upper andbT ler_subr_addl -mulrN.
by rewrite normrM (ger0_norm leading_ge0) ler_pmul.
Qed.

End Expansion.

(* ------------------------- On the circle ---------------------------------- *)

Section OnTheCircle.
Context (R : realType) (n m : nat).
Variables (prior : 'I_n.+1 -> R) (w : 'I_n.+1 -> 'I_m.+1 -> R).
Hypothesis prior_ge0 : forall i, (0 <= prior i)%R.
Hypothesis prior_sum : (\sum_i prior i = 1)%R.
Hypothesis w_ge0 : forall i j, (0 <= w i j)%R.
Hypothesis w_sum : forall i, (\sum_j w i j = 1)%R.
Variables (h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_2) (beta : R).
Hypothesis h_unit : forall i j, dot (h i j) (h i j) = 1%R.
Hypothesis beta_le1 : (`|beta| <= 1)%R.

Let mean_code i := (\sum_j w i j *: h i j)%R.
Let mean := (\sum_i prior i *: mean_code i)%R.
Let spread := (\sum_i prior i * dot (mean_code i - mean) (mean_code i - mean))%R.

Theorem von_mises_small_beta : `|finite_information (@arc_length_sigma_finite R)
    prior_ge0 w_ge0 h (fun z u => dot (circle_point z) u) beta (von_mises_constant beta)
  - (beta ^+ 2 / (2 * 2) * spread)%:E| <= (37 * `|beta| ^+ 3)%:E.
Proof.
exact: (isotropic_small_beta _ prior_ge0 prior_sum w_ge0 w_sum
  (von_mises_constant_gt0 beta) (fun i j => von_mises_normalised beta (h_unit i j))
  h_unit (@circle_point_unit R) (@measurable_circle_point R) (@arc_length_total R)
  (isotropic (@arc_length_total R) (@circle_point_unit R) (@measurable_circle_point R)
    (@circle_square R)) beta_le1).
Qed.

End OnTheCircle.

(* ------------------------- On any sphere ---------------------------------- *)

Section OnTheSphere.
Context dZ (Z : measurableType dZ) (R : realType) (n m d : nat).
Variables (uniform : {measure set Z -> \bar R}) (s : sigma_finite setT uniform).
Variables (point : Z -> 'rV[R]_d) (rotate : 'M[R]_d -> Z -> Z).
Variables (prior : 'I_n.+1 -> R) (w : 'I_n.+1 -> 'I_m.+1 -> R).
Hypothesis prior_ge0 : forall i, (0 <= prior i)%R.
Hypothesis prior_sum : (\sum_i prior i = 1)%R.
Hypothesis w_ge0 : forall i j, (0 <= w i j)%R.
Hypothesis w_sum : forall i, (\sum_j w i j = 1)%R.
Variables (h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_d) (beta : R).
Hypothesis h_unit : forall i j, dot (h i j) (h i j) = 1%R.
Hypothesis point_unit : forall z, dot (point z) (point z) = 1%R.
Hypothesis point_measurable : forall i, measurable_fun setT (fun z => point z ord0 i).
Hypothesis uniform_probability : uniform setT = 1.
Hypothesis rotate_point : forall O z, orthogonal O -> point (rotate O z) = (point z *m O)%R.
Hypothesis rotate_measurable : forall O, orthogonal O -> measurable_fun setT (rotate O).
Hypothesis rotation_invariant : forall O A, orthogonal O -> measurable A ->
  uniform (rotate O @^-1` A) = uniform A.
Hypothesis beta_gt0 : (0 < beta)%R.
Hypothesis beta_le1 : (beta <= 1)%R.

Let mean_code i := (\sum_j w i j *: h i j)%R.
Let mean := (\sum_i prior i *: mean_code i)%R.
Let spread := (\sum_i prior i * dot (mean_code i - mean) (mean_code i - mean))%R.

Theorem von_mises_fisher_small_beta (u0 : 'rV[R]_d) : dot u0 u0 = 1%R ->
  `|finite_information s prior_ge0 w_ge0 h (fun z u => dot (point z) u) beta
      (von_mises_fisher_constant uniform point beta u0)
    - (beta ^+ 2 / (2 * d%:R) * spread)%:E| <= (37 * beta ^+ 3)%:E.
Proof.
move=> u01; have square := sphere_square point_measurable rotate_point rotate_measurable
  rotation_invariant.
have norm_beta : `|beta|%R = beta by rewrite gtr0_norm.
rewrite -[in leRHS]norm_beta.
apply: (isotropic_small_beta s prior_ge0 prior_sum w_ge0 w_sum _ _ h_unit point_unit
  point_measurable uniform_probability) => //.
- exact: von_mises_fisher_constant_gt0.
- by move=> i j; apply: (von_mises_fisher_normalised (rotate := rotate)).
- exact: (isotropic uniform_probability point_unit point_measurable square).
- by rewrite norm_beta.
Qed.

End OnTheSphere.
