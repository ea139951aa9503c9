(******************************************************************************)
(* Every statement that is proved, in full                                    *)
(*                                                                            *)
(* This is the one file to review. Each theorem is restated here from its     *)
(* hypotheses and closed by `exact`, so that no theorem can be weakened in    *)
(* its own file without an error here. The lemmas called _def do the same for *)
(* the definitions. Above each theorem stand, between brackets, the file that *)
(* proves it and the statement of the paper; `check` makes theorems.txt out   *)
(* of these lines. README.md explains the notation.                           *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap matrix.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp trigo measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel MutualInformation.
From CRLTAC Require Import AugmentationChannel Proposition1 Entropies JensenBound.
From CRLTAC Require Import Atomic FiniteAugmentations SimCLR MeanApproximation.
From CRLTAC Require Import SecondOrder LiaoBerg VariationalBound.
From CRLTAC Require Import Homogeneous Gaussian VonMisesFisher Circle SmallBeta.
From CRLTAC Require Import MeanExpansion.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

(* ---------------------------- The definitions ----------------------------- *)

Section Definitions.
Context dX dT dZ (X : measurableType dX) (T : measurableType dT)
  (Z : measurableType dZ) (V H : Type) (R : realType).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variables (mu : {measure set Z -> \bar R}) (s : sigma_finite setT mu).
Variables (aug : T -> X -> V) (h : V -> H) (S : Z -> H -> R) (beta C : R).

Lemma lne_def (x : \bar R) : lne x =
  match x with
  | r%:E => if (0 < r)%R then (ln r)%:E else -oo
  | +oo => +oo
  | -oo => -oo
  end.
Proof. exact: erefl. Qed.

Lemma log_ratio_def (a b : \bar R) : log_ratio a b = lne a - lne b.
Proof. exact: erefl. Qed.

Lemma log_ratio_real (r t : R) : (0 < r)%R -> (0 < t)%R ->
  log_ratio r%:E t%:E = (ln (r / t))%:E.
Proof. exact: log_ratio_EFin. Qed.

(* 0 ln (0 / q) = 0, and p ln (p / 0) = +oo for p > 0. *)
Lemma log_ratio_conventions (p q : \bar R) :
  0 * log_ratio 0 q = 0 /\ (0 < p -> p * log_ratio p 0 = +oo).
Proof. exact: (conj (mul0_log_ratio q) (@mul_log_ratio0 R p)). Qed.

Lemma mutual_information_def (f : X * Z -> \bar R) :
  mutual_information P s f =
  \int[product_measure1 P s]_xz
    (f xz * log_ratio (f xz) ((\int[mu]_z f (xz.1, z)) * (\int[P]_x f (x, xz.2)))).
Proof. exact: erefl. Qed.

Lemma channel_def : augmentation_channel P K mu aug h S beta C <->
  [/\ P setT = 1,
      (forall x, K x setT = 1) /\
      (forall A, measurable A -> measurable_fun setT (fun x => K x A)),
      (0 < C)%R,
      measurable_fun setT (fun xzt : (X * Z) * T => S xzt.1.2 (h (aug xzt.2 xzt.1.1))) &
      forall x t, \int[mu]_z (C * expR (beta * S z (h (aug t x))))%:E = 1].
Proof. exact: augmentation_channelE. Qed.

Lemma information_def : information P K s aug h S beta C =
  mutual_information P s
    (fun xz => \int[K xz.1]_t (C * expR (beta * S xz.2 (h (aug t xz.1))))%:E).
Proof. exact: erefl. Qed.

End Definitions.

(* ----------- Any two random variables with a joint density f -------------- *)

Section MutualInformation.
Context dX dZ (X : measurableType dX) (Z : measurableType dZ) (R : realType).
Variables (mX : {measure set X -> \bar R}) (mZ : {measure set Z -> \bar R}).
Hypotheses (sX : sigma_finite setT mX) (sZ : sigma_finite setT mZ).
Variable f : X * Z -> \bar R.
Hypothesis f_measurable : measurable_fun setT f.
Hypothesis f_ge0 : forall xz, 0 <= f xz.
Hypothesis f_mass : \int[product_measure1 mX sZ]_xz f xz = 1.

(* [MutualInformation.v] Gibbs: I(X;Z) >= 0, for any two random variables *)
Theorem mutual_information_ge0 : 0 <= mutual_information mX sZ f.
Proof. exact: MutualInformation.mutual_information_ge0. Qed.

(* [MutualInformation.v] I(X;Z) = 0 if and only if X and Z are independent *)
Theorem mutual_information_eq0 : mutual_information mX sZ f = 0 <->
  {ae product_measure1 mX sZ, forall xz,
    f xz = (\int[mZ]_z f (xz.1, z)) * (\int[mX]_x f (x, xz.2))}.
Proof. exact: MutualInformation.mutual_information_eq0. Qed.

End MutualInformation.

(* ------------------------ The augmentation channel ------------------------ *)

Section Channel.
Context dX dT dZ (X : measurableType dX) (T : measurableType dT)
  (Z : measurableType dZ) (V H : Type) (R : realType).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variables (mu : {measure set Z -> \bar R}) (s : sigma_finite setT mu).
Variables (aug : T -> X -> V) (h : V -> H) (S : Z -> H -> R) (beta C : R).
Hypothesis channel : augmentation_channel P K mu aug h S beta C.

Let p xz := \int[K xz.1]_t (C * expR (beta * S xz.2 (h (aug t xz.1))))%:E.
Let I := mutual_information P s p.
Let E_XZ (g : X * Z -> \bar R) := \int[product_measure1 P s]_xz (p xz * g xz).
Let numerator xz := \int[K xz.1]_t (expR (beta * S xz.2 (h (aug t xz.1))))%:E.
Let denominator z := \int[P]_x \int[K x]_t (expR (beta * S z (h (aug t x))))%:E.

(* [AugmentationChannel.v] (1): the process x, t, z has the joint density p(z|x) *)
Theorem equation_1 (g : X * Z -> \bar R) :
  measurable_fun setT g -> (forall xz, 0 <= g xz) ->
  \int[P]_x \int[K x]_t \int[mu]_z
    ((C * expR (beta * S z (h (aug t x))))%:E * g (x, z)) = E_XZ g.
Proof. exact: (AugmentationChannel.equation_1 s channel). Qed.

(* [Proposition1.v] I(X;Z) >= 0 *)
Theorem information_ge0 : 0 <= I.
Proof. exact: (Proposition1.information_ge0 s channel). Qed.

(* [Proposition1.v] I(X;Z) = 0 if and only if p(z|x) = p(z) almost everywhere *)
Theorem information_eq0 : I = 0 <->
  {ae product_measure1 P s, forall xz, p xz = \int[P]_x p (x, xz.2)}.
Proof. exact: (Proposition1.information_eq0 s channel). Qed.

(* [Proposition1.v] I(X;Z) = E_X KL(p(.|X) || p) *)
Theorem information_iterated : I = \int[P]_x \int[mu]_z
  (p (x, z) * log_ratio (p (x, z)) (\int[P]_x' p (x', z))).
Proof. exact: (Proposition1.information_iterated s channel). Qed.

(* [Proposition1.v] Proposition 1, (2) = (4) *)
Theorem equation_2 : I =
  E_XZ (fun xz => log_ratio (numerator xz) (denominator xz.2)).
Proof. exact: (Proposition1.equation_2 s channel). Qed.

Let marginal z := \int[P]_x p (x, z).

(* [Entropies.v] (5)-(7): what is left over is ln C, not C *)
Theorem equation_7 :
  E_XZ (fun xz => lne (p xz)) = E_XZ (fun xz => lne (numerator xz)) + (ln C)%:E.
Proof. exact: (Entropies.equation_7 s channel). Qed.

(* [Entropies.v] (11)-(13): what is left over is ln C, not C *)
Theorem equation_13 : E_XZ (fun xz => lne (marginal xz.2)) =
  E_XZ (fun xz => lne (denominator xz.2)) + (ln C)%:E.
Proof. exact: (Entropies.equation_13 s channel). Qed.

(* [Entropies.v] I(X;Z) = H(Z) - H(Z|X), if H(Z) is finite *)
Theorem information_entropies : E_XZ (fun xz => lne (marginal xz.2)) \is a fin_num ->
  I = E_XZ (fun xz => lne (p xz)) - E_XZ (fun xz => lne (marginal xz.2)).
Proof. exact: (Entropies.information_entropies channel). Qed.

Let jensen := E_XZ (fun xz => \int[K xz.1]_t
  log_ratio (expR (beta * S xz.2 (h (aug t xz.1))))%:E (denominator xz.2)).

Let constant_score := {ae product_measure1 P s, forall xz,
  exists c : R, {ae K xz.1, forall t, S xz.2 (h (aug t xz.1)) = c}}.

(* [JensenBound.v] (14)-(16): the Jensen bound is a lower bound of I(X;Z) *)
Theorem jensen_bound_le : jensen <= I.
Proof. exact: (JensenBound.jensen_bound_le s channel). Qed.

(* [JensenBound.v] (14)-(16): equality, if the score does not depend on t *)
Theorem jensen_bound_eq_constant : constant_score -> jensen = I.
Proof. exact: (JensenBound.jensen_bound_eq_constant channel). Qed.

(* [JensenBound.v] (14)-(16): equality, if and only if the score does not depend on t *)
Theorem jensen_bound_eq : beta != 0%R -> I < +oo -> jensen = I <-> constant_score.
Proof. exact: (JensenBound.jensen_bound_eq channel). Qed.

End Channel.

(* ---------------- Finitely many transformations T_0 .. T_m ---------------- *)

Section FiniteTransformations.
Context dX dZ (X : measurableType dX) (Z : measurableType dZ) (V H : Type).
Variables (R : realType) (m : nat).
Variables (P : {measure set X -> \bar R}) (mu : {measure set Z -> \bar R}).
Hypothesis P_probability : P setT = 1.
Hypothesis s : sigma_finite setT mu.
Variable w : X -> 'I_m.+1 -> R.
Hypothesis w_ge0 : forall x j, (0 <= w x j)%R.
Hypothesis w_sum : forall x, (\sum_j w x j = 1)%R.
Hypothesis w_measurable : forall j, measurable_fun setT (w ^~ j).
Variables (aug : 'I_m.+1 -> X -> V) (h : V -> H) (S : Z -> H -> R) (beta C : R).
Hypothesis C_gt0 : (0 < C)%R.
Hypothesis S_measurable : forall j,
  measurable_fun setT (fun xz : X * Z => S xz.2 (h (aug j xz.1))).
Hypothesis normalised : forall x j,
  \int[mu]_z (C * expR (beta * S z (h (aug j x))))%:E = 1.

(* T is 0 .. m, with weight w x j at j. \d_a is the point mass at a.          *)
Lemma finite_kernel_def x A : finite_kernel w_ge0 x A =
  \sum_(k < m.+1) (w x (inord k))%:E * \d_(k : nat) A.
Proof. exact: erefl. Qed.

Lemma numbered_def k x : numbered aug k x = aug (inord k) x.
Proof. exact: erefl. Qed.

Let e j x z := expR (beta * S z (h (aug j x))).
Let I := information P (finite_kernel w_ge0) s (numbered aug) h S beta C.
Let denominator z := \int[P]_x (\sum_j w x j * e j x z)%:E.

(* [FiniteAugmentations.v] (2) with a finite set of transformations *)
Theorem finite_T_equation_2 : I = \int[product_measure1 P s]_xz
  ((\sum_j w xz.1 j * (C * e j xz.1 xz.2))%:E
   * log_ratio (\sum_j w xz.1 j * e j xz.1 xz.2)%:E (denominator xz.2)).
Proof. exact: FiniteAugmentations.finite_T_equation_2. Qed.

(* [FiniteAugmentations.v] (16) with a finite set of transformations *)
Theorem finite_T_jensen_bound : \int[product_measure1 P s]_xz
  ((\sum_j w xz.1 j * (C * e j xz.1 xz.2))%:E
   * ((\sum_j w xz.1 j * (beta * S xz.2 (h (aug j xz.1))))%:E - lne (denominator xz.2)))
  <= I.
Proof. exact: FiniteAugmentations.finite_T_jensen_bound. Qed.

End FiniteTransformations.

(* ------------- And finitely many images x_0 .. x_n as well ---------------- *)

Section FiniteImages.
Context dZ (Z : measurableType dZ) (H : Type) (R : realType) (n m : nat).
Variables (mu : {measure set Z -> \bar R}) (s : sigma_finite setT mu).
Variables (prior : 'I_n.+1 -> R) (w : 'I_n.+1 -> 'I_m.+1 -> R).
Hypothesis prior_ge0 : forall i, (0 <= prior i)%R.
Hypothesis prior_sum : (\sum_i prior i = 1)%R.
Hypothesis w_ge0 : forall i j, (0 <= w i j)%R.
Hypothesis w_sum : forall i, (\sum_j w i j = 1)%R.
Variables (h : 'I_n.+1 -> 'I_m.+1 -> H) (S : Z -> H -> R) (beta C : R).
Hypothesis C_gt0 : (0 < C)%R.
Hypothesis S_measurable : forall i j, measurable_fun setT (fun z => S z (h i j)).
Hypothesis normalised : forall i j, \int[mu]_z (C * expR (beta * S z (h i j)))%:E = 1.

Let p i z := (\sum_j w i j * (C * expR (beta * S z (h i j))))%R.
Let a i z := (\sum_j w i j * expR (beta * S z (h i j)))%R.
Let I := finite_information s prior_ge0 w_ge0 h S beta C.

(* [FiniteAugmentations.v] I(X;Z) by its definition, for a finite channel *)
Theorem finite_by_definition : I = \sum_i (prior i)%:E *
  \int[mu]_z (p i z * ln (p i z / \sum_i' prior i' * p i' z))%:E.
Proof. exact: FiniteAugmentations.finite_by_definition. Qed.

(* [FiniteAugmentations.v] (2) for a finite channel *)
Theorem finite_equation_2 : I = \sum_i (prior i)%:E *
  \int[mu]_z (p i z * ln (a i z / \sum_i' prior i' * a i' z))%:E.
Proof. exact: FiniteAugmentations.finite_equation_2. Qed.

(* [FiniteAugmentations.v] I(X;Z) <= H(X), for a finite channel *)
Theorem finite_information_le : I <= (\sum_i prior i * - ln (prior i))%:E.
Proof. exact: FiniteAugmentations.finite_information_le. Qed.

End FiniteImages.

(* ------------------- The sampled objective and simCLR --------------------- *)

Section SimCLR.
Context (X T V H : Type) (R : realType).
Variables (aug : T -> X -> V) (h : V -> H) (S : H -> H -> R) (beta : R).
Variables (N : nat) (x : 'I_N -> X) (t t' : 'I_N -> T).
Local Open Scope ring_scope.

Let score i j := beta * S (h (aug (t i) (x i))) (h (aug (t' j) (x j))).

Let sampled Ntilde M (t1 : 'I_N -> 'I_Ntilde -> T) (x2 : 'I_M -> X) (t2 : 'I_M -> T) :=
  N%:R^-1 * \sum_(i < N)
    (Ntilde%:R^-1 * \sum_(k < Ntilde)
        beta * S (h (aug (t i) (x i))) (h (aug (t1 i k) (x i)))
     - ln (M%:R^-1 * \sum_(j < M)
        expR (beta * S (h (aug (t i) (x i))) (h (aug (t2 j) (x2 j)))))).

Let simCLR := N%:R^-1 * \sum_(i < N)
  ln (expR (score i i) / (N%:R^-1 * \sum_(j < N) expR (score i j))).

Let infoNCE := - (N%:R^-1 * \sum_(i < N)
  ln (expR (score i i) / \sum_(j < N) expR (score i j))).

(* [SimCLR.v] (19) = (20) when Ntilde = 1 and M = N *)
Theorem equation_19_20 : sampled (fun i (_ : 'I_1) => t' i) x t' = simCLR.
Proof. exact: (SimCLR.equation_19_20 aug h S beta x t t'). Qed.

(* [SimCLR.v] (20) = ln N - InfoNCE *)
Theorem equation_20_infoNCE : (0 < N)%N -> simCLR = ln N%:R - infoNCE.
Proof. exact: (SimCLR.equation_20_infoNCE aug h S beta x t t'). Qed.

(* [SimCLR.v] (20) <= ln N *)
Theorem equation_20_le_ln : (0 < N)%N -> simCLR <= ln N%:R.
Proof. exact: (SimCLR.equation_20_le_ln aug h S beta x t t'). Qed.

End SimCLR.

(* ---------- What Jensen's inequality loses, for finitely many views ------- *)

Section LiaoBerg.
Context (R : realType) (J : finType).
Variables (w y : J -> R) (a b : R).
Local Open Scope ring_scope.
Hypothesis w_ge0 : forall j, 0 <= w j.
Hypothesis w_sum : \sum_j w j = 1.
Hypothesis a_gt0 : 0 < a.
Hypothesis y_range : forall j, 0 < w j -> a <= y j <= b.

Lemma curvature_def (u : R) :
  curvature u = if u == 1 then 2^-1 else (u - 1 - ln u) / (u - 1) ^+ 2.
Proof. exact: erefl. Qed.

Let mean_value := \sum_j w j * y j.
Let variance := \sum_j w j * (y j - mean_value) ^+ 2.
Let jensen_loss := ln mean_value - \sum_j w j * ln (y j).

(* [LiaoBerg.v] Liao and Berg's interval for what Jensen's inequality loses *)
Theorem liao_berg_interval :
  variance / mean_value ^+ 2 * curvature (b / mean_value) <= jensen_loss /\
  jensen_loss <= variance / mean_value ^+ 2 * curvature (a / mean_value).
Proof. exact: (LiaoBerg.liao_berg_interval w_ge0 w_sum a_gt0 y_range). Qed.

Variable score : J -> R.
Hypothesis score_range : forall j, 0 < w j -> a <= score j <= b.
Let mean_exp_score := \sum_j w j * expR (score j).
Let variance_exp_score := \sum_j w j * (expR (score j) - mean_exp_score) ^+ 2.
Let jensen_loss_of_scores := ln mean_exp_score - \sum_j w j * score j.

(* [LiaoBerg.v] (8)-(10): the same interval for the scores of one image's views *)
Theorem jensen_loss_interval :
  variance_exp_score / mean_exp_score ^+ 2 * curvature (expR b / mean_exp_score)
    <= jensen_loss_of_scores /\
  jensen_loss_of_scores
    <= variance_exp_score / mean_exp_score ^+ 2 * curvature (expR a / mean_exp_score).
Proof. exact: (LiaoBerg.jensen_loss_interval w_ge0 w_sum score_range). Qed.

End LiaoBerg.

(* ---------- The variational bound (3), for finitely many views ------------ *)

Section VariationalBound.
Context (R : realType) (V W : finType).
Variables p f : V -> W -> R.
Local Open Scope ring_scope.
Hypothesis p_ge0 : forall v w, 0 <= p v w.
Hypothesis p_sum : \sum_v \sum_w p v w = 1.

Let first v := \sum_w p v w.
Let second w := \sum_v p v w.
Let pair_information := \sum_v \sum_w p v w * ln (p v w / (first v * second w)).
Let mean_exp w := \sum_v first v * expR (f v w).
Let bound := \sum_v \sum_w p v w * ln (expR (f v w) / mean_exp w).

(* [VariationalBound.v] (3) with its logarithm, for any critic f *)
Theorem variational_bound_le : bound <= pair_information.
Proof. exact: (VariationalBound.variational_bound_le f p_ge0 p_sum). Qed.

(* [VariationalBound.v] (3) is an equality, if and only if the critic's guess is the joint law *)
Theorem variational_bound_eq : bound = pair_information <->
  forall v w, p v w = first v * second w * (expR (f v w) / mean_exp w).
Proof. exact: (VariationalBound.variational_bound_eq f p_ge0 p_sum). Qed.

End VariationalBound.

(* ------------------- The mean approximation is no bound ------------------- *)

Section MeanApproximation.
Variable R : realType.

(* A toss of a coin; the point mass at the one transformation `true`; and the *)
(* counting measure on {1, -1}. \d_a is the point mass at a.                  *)
Lemma coin_def A : coin R A = \sum_(k < 2) (2^-1)%:E * \d_(odd k) A.
Proof. exact: erefl. Qed.

Lemma identity_augmentation_def x A :
  identity_augmentation R x A = \sum_(k < 1) 1%:E * \d_true A.
Proof. exact: erefl. Qed.

Lemma signs_def A : signs R A = \sum_(k < 2) 1%:E * \d_((-1) ^+ k : R)%R A.
Proof. exact: erefl. Qed.

Let identity (t x : bool) : bool := x.
Let sign (x : bool) : R := ((-1) ^+ x)%R.
Let cosh (a : R) := ((expR a + expR (- a)) / 2)%R.
Let tanh (a : R) := ((expR a - expR (- a)) / (expR a + expR (- a)))%R.

Let I (m beta : R) := information (coin R) (identity_augmentation R)
  (signs_sigma_finite R) identity (fun v => sign v * m)%R
  (fun z u => z * u)%R beta ((expR (beta * m) + expR (- (beta * m)))^-1)%R.

Let line_17 (m beta : R) := \int[coin R]_x
  \int[identity_augmentation R x]_t \int[identity_augmentation R x]_t'
    log_ratio (expR (beta * (sign x * m * (sign x * m))))%:E
      (\int[coin R]_x' \int[identity_augmentation R x']_t''
         (expR (beta * (sign x * m * (sign x' * m))))%:E).

Let channel (m beta : R) := augmentation_channel (coin R) (identity_augmentation R)
  (signs R) identity (fun v => sign v * m)%R (fun z u => z * u)%R beta
  ((expR (beta * m) + expR (- (beta * m)))^-1)%R.

(* [MeanApproximation.v] (17) exceeds I(X;Z) on the sphere S^0, for every beta > 0 *)
Theorem mean_approximation_sphere (beta : R) : (0 < beta)%R ->
  [/\ channel 1 beta,
      I 1 beta = (beta * tanh beta - ln (cosh beta))%:E,
      line_17 1 beta = (beta - ln (cosh beta))%:E &
      I 1 beta < line_17 1 beta].
Proof. exact: MeanApproximation.mean_approximation_sphere. Qed.

(* The same with views t(x) = t that tell nothing of x. *)
Let drawn (t x : bool) : bool := t.
Let I' (beta : R) := information (coin R) (fun _ : bool => coin R)
  (signs_sigma_finite R) drawn (fun v => sign v * 1)%R (fun z u => z * u)%R beta
  ((expR (beta * 1) + expR (- (beta * 1)))^-1)%R.

Let line_17' (beta : R) := \int[coin R]_x \int[coin R]_t \int[coin R]_t'
  log_ratio (expR (beta * (sign t * 1 * (sign t' * 1))))%:E
    (\int[coin R]_x' \int[coin R]_t''
       (expR (beta * (sign t * 1 * (sign t'' * 1))))%:E).

Let channel' (beta : R) := augmentation_channel (coin R) (fun _ : bool => coin R)
  (signs R) drawn (fun v => sign v * 1)%R (fun z u => z * u)%R beta
  ((expR (beta * 1) + expR (- (beta * 1)))^-1)%R.

(* [MeanApproximation.v] (17) falls short of I(X;Z) on the sphere S^0, for every beta > 0 *)
Theorem mean_approximation_below (beta : R) : (0 < beta)%R ->
  [/\ channel' beta,
      I' beta = 0,
      line_17' beta = (- ln (cosh beta))%:E &
      line_17' beta < I' beta].
Proof. exact: MeanApproximation.mean_approximation_below. Qed.

(* [MeanApproximation.v] (17) exceeds I(X;Z) even if h(T(X)) is exactly the mean of Z *)
Theorem mean_approximation_exact_mean (a : R) : (0 < a)%R ->
  let m := tanh a in let beta := (a / m)%R in
  let C := ((expR (beta * m) + expR (- (beta * m)))^-1)%R in
  [/\ channel m beta,
      forall t x : bool,
        \int[signs R]_z (z%:E * (C * expR (beta * (z * (sign x * m))))%:E) =
        (sign x * m)%:E &
      I m beta < line_17 m beta].
Proof. exact: MeanApproximation.mean_approximation_exact_mean. Qed.

End MeanApproximation.

(* --------------- The instances: Gaussian, circle, spheres ----------------- *)

Section Gaussian.
Context dX dT (X : measurableType dX) (T : measurableType dT) (V : Type).
Variables (R : realType) (P : {measure set X -> \bar R}).
Variable K : X -> {measure set T -> \bar R}.
Variables (aug : T -> X -> V) (h : V -> R) (beta : R).
Hypothesis P_probability : P setT = 1.
Hypothesis K_kernel : probability_kernel K.
Hypothesis encoding_measurable :
  measurable_fun setT (fun xt : X * T => h (aug xt.2 xt.1)).
Hypothesis beta_gt0 : (0 < beta)%R.

(* The measure on the line under its own name. *)
Lemma lebesgue_def (A : set R) : @lebesgue R A = lebesgue_measure A.
Proof. exact: erefl. Qed.

Let N := \int[@lebesgue R]_z (expR (- (beta * z ^+ 2 / 2)))%:E.

(* [Gaussian.v] Gaussian p(Z|T(X)) satisfies the hypotheses *)
Theorem gaussian_channel : augmentation_channel P K (@lebesgue R) aug h
  (fun z u => - ((z - u) ^+ 2 / 2))%R beta ((fine N)^-1)%R.
Proof. exact: Gaussian.gaussian_channel. Qed.

(* [Gaussian.v] the same with C = sqrt (beta / 2 pi) (the Gaussian integral assumed) *)
Theorem gaussian_channel_closed_form : N = (Num.sqrt (2 * pi / beta))%:E ->
  augmentation_channel P K (@lebesgue R) aug h
    (fun z u => - ((z - u) ^+ 2 / 2))%R beta ((Num.sqrt (2 * pi / beta))^-1)%R.
Proof. exact: Gaussian.gaussian_channel_closed_form. Qed.

End Gaussian.

Section Circle.
Context dX dT (X : measurableType dX) (T : measurableType dT) (V : Type).
Variables (R : realType) (P : {measure set X -> \bar R}).
Variable K : X -> {measure set T -> \bar R}.
Variables (aug : T -> X -> V) (h : V -> 'rV[R]_2) (beta : R).
Hypothesis P_probability : P setT = 1.
Hypothesis K_kernel : probability_kernel K.
Hypothesis encoding_unit : forall v, dot (h v) (h v) = 1%R.
Hypothesis encoding_measurable : forall i,
  measurable_fun setT (fun xt : X * T => h (aug xt.2 xt.1) ord0 i).

Lemma arc_length_def (A : set R) :
  @arc_length R A = @lebesgue R (A `&` `]0%R, (pi *+ 2)%R]%classic).
Proof. exact: erefl. Qed.

Lemma circle_point_def (z : R) :
  circle_point z = (\row_i (if i == ord0 then cos z else sin z))%R.
Proof. exact: erefl. Qed.

Lemma dot_def d (a b : 'rV[R]_d) : dot a b = (\sum_i a ord0 i * b ord0 i)%R.
Proof. exact: dotE. Qed.

(* [Circle.v] von Mises-Fisher p(Z|T(X)) on the circle satisfies the hypotheses *)
Theorem von_mises_channel : augmentation_channel P K (@arc_length R) aug h
  (fun z u => dot (circle_point z) u) beta
  ((fine (\int[@arc_length R]_z (expR (beta * cos z))%:E))^-1)%R.
Proof. exact: Circle.von_mises_channel. Qed.

End Circle.

Section VonMisesFisher.
Context dX dT dZ (X : measurableType dX) (T : measurableType dT)
  (Z : measurableType dZ) (V : Type) (R : realType) (d : nat).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variable uniform : {measure set Z -> \bar R}.
Variables (point : Z -> 'rV[R]_d) (rotate : 'M[R]_d -> Z -> Z).
Variables (aug : T -> X -> V) (h : V -> 'rV[R]_d) (beta : R).
Hypothesis P_probability : P setT = 1.
Hypothesis K_kernel : probability_kernel K.
Hypothesis encoding_unit : forall v, dot (h v) (h v) = 1%R.
Hypothesis encoding_measurable : forall i,
  measurable_fun setT (fun xt : X * T => h (aug xt.2 xt.1) ord0 i).
Hypothesis point_unit : forall z, dot (point z) (point z) = 1%R.
Hypothesis point_measurable : forall i, measurable_fun setT (fun z => point z ord0 i).
Hypothesis uniform_probability : uniform setT = 1.
Hypothesis rotate_point : forall O z, orthogonal O -> point (rotate O z) = point z *m O.
Hypothesis rotate_measurable : forall O, orthogonal O -> measurable_fun setT (rotate O).
Hypothesis rotation_invariant : forall O A, orthogonal O -> measurable A ->
  uniform (rotate O @^-1` A) = uniform A.
Hypothesis beta_gt0 : (0 < beta)%R.

Lemma orthogonal_def (O : 'M[R]_d) : orthogonal O = (O *m O^T = 1%:M)%R.
Proof. exact: erefl. Qed.

(* [VonMisesFisher.v] von Mises-Fisher p(Z|T(X)) on any sphere satisfies the hypotheses (uniform measure given) *)
Theorem von_mises_fisher_channel (u0 : 'rV[R]_d) : dot u0 u0 = 1%R ->
  augmentation_channel P K uniform aug h (fun z u => dot (point z) u) beta
    ((fine (\int[uniform]_z (expR (beta * dot (point z) u0))%:E))^-1)%R.
Proof.
exact: (VonMisesFisher.von_mises_fisher_channel P_probability K_kernel encoding_unit
  encoding_measurable point_unit point_measurable uniform_probability rotate_point
  rotate_measurable rotation_invariant beta_gt0).
Qed.

End VonMisesFisher.

(* ------------------------ I(X;Z) for small beta --------------------------- *)

Section SmallBeta.
Context (R : realType) (n m : nat).
Variables (prior : 'I_n.+1 -> R) (w : 'I_n.+1 -> 'I_m.+1 -> R) (beta : R).
Hypothesis prior_ge0 : forall i, (0 <= prior i)%R.
Hypothesis prior_sum : (\sum_i prior i = 1)%R.
Hypothesis w_ge0 : forall i j, (0 <= w i j)%R.
Hypothesis w_sum : forall i, (\sum_j w i j = 1)%R.

Let mean_code d (h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_d) i := (\sum_j w i j *: h i j)%R.
Let all_code d (h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_d) := (\sum_i prior i *: mean_code h i)%R.
Let spread d (h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_d) := (\sum_i prior i *
  dot (mean_code h i - all_code h) (mean_code h i - all_code h))%R.

Section OnTheCircle.
Variable h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_2.
Hypothesis h_unit : forall i j, dot (h i j) (h i j) = 1%R.

Let I_on_the_circle := finite_information (@arc_length_sigma_finite R)
  prior_ge0 w_ge0 h (fun z u => dot (circle_point z) u) beta
  ((fine (\int[@arc_length R]_z (expR (beta * cos z))%:E))^-1)%R.

(* [SmallBeta.v] I(X;Z) for small beta, von Mises-Fisher on the circle *)
Theorem von_mises_small_beta : (`|beta| <= 1)%R ->
  `|I_on_the_circle - (beta ^+ 2 / (2 * 2) * spread h)%:E| <= (37 * `|beta| ^+ 3)%:E.
Proof. exact: (SmallBeta.von_mises_small_beta prior_ge0 prior_sum w_ge0 w_sum h_unit). Qed.

End OnTheCircle.

Section AmongUnitVectors.
Context dZ (Z : measurableType dZ) (d : nat).
Variables (mu : {measure set Z -> \bar R}) (s : sigma_finite setT mu) (mass C : R).
Variable point : Z -> 'rV[R]_d.
Variable h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_d.
Hypothesis h_unit : forall i j, dot (h i j) (h i j) = 1%R.
Hypothesis point_unit : forall z, dot (point z) (point z) = 1%R.
Hypothesis point_measurable : forall i, measurable_fun setT (fun z => point z ord0 i).

Let I_among_unit_vectors := finite_information s prior_ge0 w_ge0 h
  (fun z u => dot (point z) u) beta C.

Section Isotropic.
Hypothesis C_gt0 : (0 < C)%R.
Hypothesis normalised : forall i j,
  \int[mu]_z (C * expR (beta * dot (point z) (h i j)))%:E = 1.
Hypothesis mu_mass : mu setT = mass%:E.
Hypothesis isotropy : forall v : 'rV[R]_d,
  \int[mu]_z (dot (point z) v ^+ 2)%:E = (mass * dot v v / d%:R)%:E.

(* [SmallBeta.v] I(X;Z) for small beta, where no direction is preferred *)
Theorem isotropic_small_beta : (`|beta| <= 1)%R ->
  `|I_among_unit_vectors - (beta ^+ 2 / (2 * d%:R) * spread h)%:E| <=
    (37 * `|beta| ^+ 3)%:E.
Proof.
exact: (SmallBeta.isotropic_small_beta s prior_ge0 prior_sum w_ge0 w_sum C_gt0 normalised
  h_unit point_unit point_measurable mu_mass isotropy).
Qed.

End Isotropic.

Variable rotate : 'M[R]_d -> Z -> Z.
Hypothesis mu_probability : mu setT = 1.
Hypothesis rotate_point : forall O z, orthogonal O -> point (rotate O z) = (point z *m O)%R.
Hypothesis rotate_measurable : forall O, orthogonal O -> measurable_fun setT (rotate O).
Hypothesis rotation_invariant : forall O A, orthogonal O -> measurable A ->
  mu (rotate O @^-1` A) = mu A.
Hypothesis beta_gt0 : (0 < beta)%R.
Hypothesis beta_le1 : (beta <= 1)%R.

Let I_on_the_sphere u0 := finite_information s prior_ge0 w_ge0 h
  (fun z u => dot (point z) u) beta
  ((fine (\int[mu]_z (expR (beta * dot (point z) u0))%:E))^-1)%R.

(* [SmallBeta.v] I(X;Z) for small beta, von Mises-Fisher on any sphere (uniform measure given) *)
Theorem von_mises_fisher_small_beta (u0 : 'rV[R]_d) : dot u0 u0 = 1%R ->
  `|I_on_the_sphere u0 - (beta ^+ 2 / (2 * d%:R) * spread h)%:E| <= (37 * beta ^+ 3)%:E.
Proof.
exact: (SmallBeta.von_mises_fisher_small_beta s prior_ge0 prior_sum w_ge0 w_sum h_unit
  point_unit point_measurable mu_probability rotate_point rotate_measurable
  rotation_invariant beta_gt0 beta_le1).
Qed.

End AmongUnitVectors.

Section MeanApproximation.
Variables (d : nat) (h : 'I_n.+1 -> 'I_m.+1 -> 'rV[R]_d).
Hypothesis h_unit : forall i j, dot (h i j) (h i j) = 1%R.

Let finite_denominator i j := (\sum_i' prior i' *
  (\sum_j' w i' j' * expR (beta * dot (h i j) (h i' j'))))%R.

Let finite_line_17 := (\sum_i prior i * (\sum_j w i j * (\sum_j' w i j' *
  ln (expR (beta * dot (h i j) (h i j')) / finite_denominator i j))))%R.

(* [MeanExpansion.v] (17) for small beta, with unit codes *)
Theorem mean_approximation_small_beta : (`|beta| <= 1)%R ->
  (beta * spread h - beta ^+ 2 <= finite_line_17)%R /\
  (finite_line_17 <= beta * spread h)%R.
Proof.
exact: (MeanExpansion.mean_approximation_small_beta prior_ge0 prior_sum w_ge0 w_sum h_unit).
Qed.

End MeanApproximation.

End SmallBeta.
