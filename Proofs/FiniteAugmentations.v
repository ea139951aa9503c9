(******************************************************************************)
(* Finitely many transformations: Proposition 1 with plain sums               *)
(*                                                                            *)
(* Main results                                                               *)
(*   `finite_T_equation_2`, `finite_T_jensen_bound`  T ranges over T_0 ..     *)
(*      T_m with probabilities w x j = P(T_j | x); X is arbitrary             *)
(*   `finite_by_definition`, `finite_equation_2`  there are also finitely     *)
(*      many images x_0 .. x_n with probabilities prior i; then the integral  *)
(*      over z is all that remains                                            *)
(*   `finite_information_le`  I(X; Z) <= H(X)                                 *)
(*                                                                            *)
(* Everything follows from the general theorems, with T the natural numbers   *)
(* and K x the measure with weight w x j at j.                                *)
(*                                                                            *)
(* Definitions                                                                *)
(*   finite_kernel w w0    == the kernel x |-> sum_j w x j delta_j            *)
(*   finite_information .. == I(X; Z) of the channel with prior i, w i j and  *)
(*                            encodings e i j = h(T_j(x_i))                   *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel MutualInformation Atomic.
From CRLTAC Require Import AugmentationChannel Proposition1 JensenBound.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Lemma measurable_fun_nat d (U : measurableType d) (f : nat -> U) : measurable_fun setT f.
Proof. by []. Qed.

Lemma measurable_fun_prod_nat d d' (Y : measurableType d) (U : measurableType d')
    (f : Y * nat -> U) : (forall j, measurable_fun setT (fun y => f (y, j))) ->
  measurable_fun setT f.
Proof.
move=> mf _ A mA; rewrite setTI.
rewrite [X in measurable X](_ : _ =
    \bigcup_j ((fun y => f (y, j)) @^-1` A `*` [set j])).
  apply: bigcupT_measurable => j; apply: measurableM => //.
  by rewrite -[X in measurable X]setTI; exact: mf.
apply/seteqP; split=> [[y j] fA|[y j] [k _ [/= fA ->]]] //.
by exists j.
Qed.

Section FiniteTransformations.
Context dX dZ (X : measurableType dX) (Z : measurableType dZ) (V H : Type).
Variables (R : realType) (m : nat).
Variables (P : {measure set X -> \bar R}) (mu : {measure set Z -> \bar R}).
Hypothesis P_probability : P setT = 1.
Hypothesis mu_sigma_finite : sigma_finite setT mu.
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

Let weight_ge0 x (k : nat) : (0 <= w x (inord k))%R := w_ge0 x (inord k).

Definition finite_kernel (x : X) : {measure set nat -> \bar R} :=
  atomic id (weight_ge0 x) m.+1.

Definition numbered (k : nat) (x : X) : V := aug (inord k) x.

Lemma integral_finite_kernel x (f : 'I_m.+1 -> R) :
  \int[finite_kernel x]_k (f (inord k))%:E = (\sum_j w x j * f j)%:E.
Proof.
rewrite (integral_atomic _ _ (measurable_fun_nat _)) // -sumEFin.
by apply: eq_bigr => j _; rewrite inord_val.
Qed.

Theorem finite_T_channel :
  augmentation_channel P finite_kernel mu numbered h S beta C.
Proof.
split=> //.
- split=> [x|A mA].
    by rewrite atomic_setT; under eq_bigr do rewrite inord_val; rewrite w_sum.
  rewrite [X in measurable_fun _ X](_ : _ =
      fun x => \sum_(k < m.+1) (w x (inord k))%:E * \d_(k : nat) A) //.
  apply: emeasurable_fun_sum => k; apply: emeasurable_funM.
    by apply/EFin_measurable_fun; exact: w_measurable.
  exact: measurable_fun_cst.
- by apply: measurable_fun_prod_nat => k; exact: (S_measurable (inord k)).
- by move=> x k; exact: normalised.
Qed.

Let e j x z := expR (beta * S z (h (aug j x))).

Let I := information P finite_kernel mu_sigma_finite numbered h S beta C.

Let P_mu :=
  [the {measure set _ -> \bar R} of product_measure1 P mu_sigma_finite].

Let den z := \int[P]_x (\sum_j w x j * e j x z)%:E.

Let densityE x z : channel_density finite_kernel numbered h S beta C (x, z) =
  (\sum_j w x j * (C * e j x z))%:E.
Proof. exact: (integral_finite_kernel x (fun j => C * e j x z)%R). Qed.

Let numeratorE x z : numerator finite_kernel numbered h S beta (x, z) =
  (\sum_j w x j * e j x z)%:E.
Proof. exact: (integral_finite_kernel x (fun j => e j x z)). Qed.

Let denominatorE z : denominator P finite_kernel numbered h S beta z = den z.
Proof. by apply: eq_integral => x _; exact: numeratorE. Qed.

Theorem finite_T_equation_2 : I = \int[P_mu]_xz
  ((\sum_j w xz.1 j * (C * e j xz.1 xz.2))%:E
   * log_ratio (\sum_j w xz.1 j * e j xz.1 xz.2)%:E (den xz.2)).
Proof.
rewrite /I (equation_2 mu_sigma_finite finite_T_channel).
by apply: eq_integral => -[x z] _; rewrite densityE numeratorE denominatorE.
Qed.

Theorem finite_T_jensen_bound : \int[P_mu]_xz
  ((\sum_j w xz.1 j * (C * e j xz.1 xz.2))%:E
   * ((\sum_j w xz.1 j * (beta * S xz.2 (h (aug j xz.1))))%:E - lne (den xz.2)))
  <= I.
Proof.
apply: le_trans (jensen_bound_le mu_sigma_finite finite_T_channel).
rewrite le_eqVlt; apply/orP; left; apply/eqP.
apply: eq_integral => -[x z] _; rewrite densityE denominatorE; congr (_ * _) => /=.
rewrite /log_ratio; case: (lne (den z)) => [b| |].
- rewrite (eq_integral (fun k =>
      (beta * S z (h (aug (inord k) x)) - b)%:E)) => [|k _]; last first.
    by rewrite lne_EFin ?expR_gt0 // expK.
  rewrite (integral_finite_kernel x (fun j => beta * S z (h (aug j x)) - b)%R).
  under [in RHS]eq_bigr do rewrite mulrBr.
  by rewrite sumrB -mulr_suml w_sum mul1r EFinB.
- under [in RHS]eq_integral do rewrite lne_EFin ?expR_gt0 //.
  rewrite (@probability_integral_cst _ _ _ (finite_kernel x) _ (-oo)) //.
  exact: (kernel_probability (channel_kernel finite_T_channel)).
- under [in RHS]eq_integral do rewrite lne_EFin ?expR_gt0 //.
  rewrite (@probability_integral_cst _ _ _ (finite_kernel x) _ (+oo)) //.
  exact: (kernel_probability (channel_kernel finite_T_channel)).
Qed.

End FiniteTransformations.

Section FiniteImages.
Context dZ (Z : measurableType dZ) (H : Type) (R : realType) (n m : nat).
Variable mu : {measure set Z -> \bar R}.
Hypothesis mu_sigma_finite : sigma_finite setT mu.
Variables (prior : 'I_n.+1 -> R) (w : 'I_n.+1 -> 'I_m.+1 -> R).
Hypothesis prior_ge0 : forall i, (0 <= prior i)%R.
Hypothesis prior_sum : (\sum_i prior i = 1)%R.
Hypothesis w_ge0 : forall i j, (0 <= w i j)%R.
Hypothesis w_sum : forall i, (\sum_j w i j = 1)%R.
Variables (e : 'I_n.+1 -> 'I_m.+1 -> H) (S : Z -> H -> R) (beta C : R).
Hypothesis C_gt0 : (0 < C)%R.
Hypothesis S_measurable : forall i j, measurable_fun setT (fun z => S z (e i j)).
Hypothesis normalised : forall i j,
  \int[mu]_z (C * expR (beta * S z (e i j)))%:E = 1.

Let prior_nat_ge0 (k : nat) : (0 <= prior (inord k))%R := prior_ge0 (inord k).
Let w_nat_ge0 (k : nat) j : (0 <= w (inord k) j)%R := w_ge0 (inord k) j.
Let P := atomic (id : nat -> nat) prior_nat_ge0 n.+1.
Let K := finite_kernel w_nat_ge0.
Let view (j : 'I_m.+1) (k : nat) : 'I_n.+1 * 'I_m.+1 := (inord k, j).
Let h (v : 'I_n.+1 * 'I_m.+1) := e v.1 v.2.

Let P_probability : P setT = 1.
Proof. by rewrite atomic_setT; under eq_bigr do rewrite inord_val; rewrite prior_sum. Qed.

Definition finite_information : \bar R :=
  information (atomic (id : nat -> nat) prior_nat_ge0 n.+1)
    (finite_kernel w_nat_ge0) mu_sigma_finite
    (numbered (fun j (k : nat) => (inord k, j) : 'I_n.+1 * 'I_m.+1))
    (fun v => e v.1 v.2) S beta C.

Let swap_measurable j :
  measurable_fun setT (fun xz : nat * Z => S xz.2 (h (view j xz.1))).
Proof.
pose f (zk : Z * nat) := S zk.1 (e (inord zk.2) j).
have mf : measurable_fun setT f.
  by apply: measurable_fun_prod_nat => k; exact: (S_measurable (inord k) j).
have mg : measurable_fun setT (fun xz : nat * Z => (xz.2, xz.1)).
  apply/prod_measurable_funP.
  by split; [exact: measurable_fun_snd|exact: measurable_fun_fst].
exact: (measurable_fun_comp mf mg).
Qed.

Let channel : augmentation_channel P K mu (numbered view) h S beta C.
Proof.
by apply: finite_T_channel => // k j; exact: normalised.
Qed.

Let p i z := (\sum_j w i j * (C * expR (beta * S z (e i j))))%R.

Let a i z := (\sum_j w i j * expR (beta * S z (e i j)))%R.

Let pE k z : channel_density K (numbered view) h S beta C (k, z) = (p (inord k) z)%:E.
Proof.
exact: (integral_finite_kernel w_nat_ge0 k
  (fun j => C * expR (beta * S z (e (inord k) j)))%R).
Qed.

Let pZE z : marginal2 P (channel_density K (numbered view) h S beta C) z =
  (\sum_i prior i * p i z)%:E.
Proof.
rewrite /marginal2 (integral_atomic _ _ (measurable_fun_nat _)) => [|k]; last by rewrite pE.
by rewrite -sumEFin; apply: eq_bigr => i _; rewrite pE inord_val.
Qed.

Let weighted_gt0 l (v f : 'I_l -> R) : (forall i, 0 <= v i)%R ->
  (\sum_i v i = 1)%R -> (forall i, 0 < f i)%R -> (0 < \sum_i v i * f i)%R.
Proof.
move=> v0 v1 f0; have vf0 i : (0 <= v i * f i)%R by rewrite mulr_ge0 // ltW.
rewrite lt_neqAle sumr_ge0 // andbT eq_sym; apply/negP => /eqP s0.
have vf_eq0 := psumr_eq0P (fun i _ => vf0 i) s0.
have := oner_neq0 R; rewrite -v1 big1 ?eqxx // => i _.
by move/eqP: (vf_eq0 i isT); rewrite mulf_eq0 (gt_eqF (f0 i)) orbF => /eqP.
Qed.

Let p_gt0 i z : (0 < p i z)%R.
Proof. by apply: weighted_gt0 => // j; rewrite mulr_gt0 ?expR_gt0. Qed.

Let a_gt0 i z : (0 < a i z)%R.
Proof. by apply: weighted_gt0 => // j; rewrite expR_gt0. Qed.

(* I(X; Z) by its definition, the densities being normalised by C. *)
Theorem finite_by_definition : finite_information =
  \sum_i (prior i)%:E *
    \int[mu]_z (p i z * ln (p i z / \sum_i' prior i' * p i' z))%:E.
Proof.
have mp := measurable_fun_channel_density channel.
have p0 := channel_density_ge0 channel.
have mass := joint_mass mu_sigma_finite channel.
rewrite [LHS](information_iterated mu_sigma_finite channel).
rewrite (integral_atomic_ge0 _ _ _ (measurable_fun_nat _)) => [|k].
  apply: eq_bigr => i _; rewrite inord_val; congr (_ * _).
  apply: eq_integral => z _; rewrite pE pZE inord_val log_ratio_EFin //.
  by apply: weighted_gt0.
apply: KL_ge0 => //.
- exact: (measurable_fun_prod1 k mp).
- exact: (measurable_fun_marginal2 (P_sigma_finite channel) mp p0).
- by move=> z; exact: marginal2_ge0.
- exact: (channel_density_mass mu_sigma_finite channel).
- exact: (marginal2_mass (P_sigma_finite channel) mp p0 mass).
Qed.

(* Main result. *)
Theorem finite_equation_2 : finite_information =
  \sum_i (prior i)%:E *
    \int[mu]_z (p i z * ln (a i z / \sum_i' prior i' * a i' z))%:E.
Proof.
have pa i z : p i z = (C * a i z)%R.
  by rewrite /p /a mulr_sumr; apply: eq_bigr => j _; rewrite mulrCA.
rewrite finite_by_definition; apply: eq_bigr => i _; congr (_ * _).
apply: eq_integral => z _; congr (_ * ln _)%:E; rewrite pa.
under eq_bigr do rewrite pa mulrCA.
by rewrite -mulr_sumr invfM mulrACA divff ?mul1r // gt_eqF.
Qed.

Let measurable_p i : measurable_fun setT (fun z => (p i z)%:E).
Proof.
have := measurable_fun_prod1 (i : nat) (measurable_fun_channel_density channel).
by under eq_fun do rewrite pE inord_val.
Qed.

Let p_mass i : \int[mu]_z (p i z)%:E = 1.
Proof.
rewrite -(channel_density_mass mu_sigma_finite channel i).
by apply: eq_integral => z _; rewrite pE inord_val.
Qed.

Let pZ_gt0 z : (0 < \sum_i prior i * p i z)%R.
Proof. exact: weighted_gt0. Qed.

Lemma finite_integrand_measurable i : measurable_fun setT
  (fun z => (p i z * ln (p i z / \sum_i' prior i' * p i' z))%:E).
Proof.
rewrite (_ : (fun z => _) = fun z => (p i z)%:E *
    log_ratio (p i z)%:E (\sum_i' (prior i')%:E * (p i' z)%:E)).
  apply: emeasurable_funM => //; apply: measurable_fun_log_ratio => //.
  by apply: emeasurable_fun_sum => k; exact: measurable_funeM.
apply/funext => z; rewrite (_ : \sum_i' _ = (\sum_i' prior i' * p i' z)%:E).
  by rewrite log_ratio_EFin.
by rewrite -sumEFin; apply: eq_bigr => k _; rewrite EFinM.
Qed.

(* Z tells at most which image it was: I(X; Z) <= H(X). *)
Theorem finite_information_le : finite_information <=
  (\sum_i prior i * - ln (prior i))%:E.
Proof.
rewrite finite_by_definition -sumEFin; apply: lee_sum => i _.
have [->|neq0] := eqVneq (prior i) 0%R; first by rewrite mul0r mul0e.
have prior_gt0 : (0 < prior i)%R by rewrite lt_neqAle eq_sym neq0 prior_ge0.
rewrite EFinM lee_pmul2l ?lte_fin //.
have bound z : (p i z * ln (p i z / \sum_i' prior i' * p i' z) <= - ln (prior i) * p i z)%R.
  have le_sum : (prior i * p i z <= \sum_i' prior i' * p i' z)%R.
    by rewrite (bigD1 i) //= ler_addl sumr_ge0 // => k _; rewrite mulr_ge0 // ltW.
  rewrite mulrC ler_pmul2r // -lnV ?posrE // ler_ln ?posrE ?invr_gt0 ?divr_gt0 //.
  by rewrite ler_pdivr_mulr // ler_pdivl_mull.
apply: (@le_trans _ _ (\int[mu]_z ((- ln (prior i))%:E * (p i z)%:E))).
  apply: le_integral_measurable => [||z]; last by rewrite -EFinM lee_fin; exact: bound.
  - exact: finite_integrand_measurable.
  - exact: measurable_funeM.
rewrite integralM //; first by rewrite p_mass mule1.
by apply: integrable_of_fin_num; rewrite // p_mass.
Qed.

End FiniteImages.
