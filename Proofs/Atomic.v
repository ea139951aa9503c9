(******************************************************************************)
(* Measures with finitely many atoms: integrals become plain sums             *)
(*                                                                            *)
(* Main result: `integral_atomic`. The integral of f with respect to          *)
(* w_0 delta_{a_0} + ... + w_{n-1} delta_{a_{n-1}} is the sum of w_k f(a_k).  *)
(*                                                                            *)
(* Definition                                                                 *)
(*   atomic a w0 n == the measure that puts weight w k at the point a k for   *)
(*                    k < n, where w0 proves that all weights are >= 0        *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Integration.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Atomic.
Context d (T : measurableType d) (R : realType).
Variables (a : nat -> T) (w : nat -> R).
Hypothesis w_ge0 : forall k, (0 <= w k)%R.
Variable n : nat.

Definition atomic : {measure set T -> \bar R} :=
  [the {measure set T -> \bar R} of
    msum (fun k => [the {measure set T -> \bar R} of
      mscale (NngNum (w_ge0 k)) [the {measure set T -> \bar R} of \d_(a k)]]) n].

Lemma atomicE (A : set T) : atomic A = \sum_(k < n) (w k)%:E * \d_(a k) A.
Proof. by []. Qed.

Lemma atomic_setT : atomic setT = (\sum_(k < n) w k)%:E.
Proof.
rewrite atomicE -sumEFin; apply: eq_bigr => k _.
by rewrite diracE in_setT mule1.
Qed.

Lemma atomic_sigma_finite : sigma_finite setT atomic.
Proof.
exists (fun=> setT); first by rewrite bigcup_const //; exists 0%N.
by move=> _; rewrite atomic_setT ltry.
Qed.

Lemma integral_atomic_ge0 (f : T -> \bar R) : measurable_fun setT f ->
  (forall x, 0 <= f x) ->
  \int[atomic]_x f x = \sum_(k < n) (w k)%:E * f (a k).
Proof.
move=> mf f0; rewrite ge0_integral_measure_sum //; apply: eq_bigr => k _.
by rewrite ge0_integral_mscale // integral_dirac // indicE in_setT mul1e.
Qed.

(* Main result. *)
Theorem integral_atomic (f : T -> \bar R) : measurable_fun setT f ->
  (forall k, f (a k) \is a fin_num) ->
  \int[atomic]_x f x = \sum_(k < n) (w k)%:E * f (a k).
Proof.
move=> mf f_fin; rewrite integralE !integral_atomic_ge0 //;
  try exact: emeasurable_fun_funeneg; try exact: emeasurable_fun_funepos.
have fine_f k : f (a k) = (fine (f (a k)))%:E by rewrite fineK.
rewrite /funepos /funeneg.
under eq_bigr do rewrite fine_f maxEFin -EFinM.
under [X in _ - X]eq_bigr do rewrite fine_f -EFinN maxEFin -EFinM.
under [RHS]eq_bigr do rewrite fine_f -EFinM.
rewrite !sumEFin -EFinB -sumrB; congr EFin; apply: eq_bigr => k _.
rewrite -mulrBr; congr (_ * _)%R; case: (leP 0 (fine (f (a k))))%R => f0.
- by rewrite max_r ?subr0 // oppr_le0.
- by rewrite max_l ?sub0r ?opprK // oppr_ge0 ltW.
Qed.

End Atomic.
