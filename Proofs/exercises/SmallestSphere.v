(******************************************************************************)
(* Exercise: on S^0 = {1, -1} the mean approximation (17) exceeds I(X;Z)      *)
(* Replace each `Admitted.` by a proof that ends with `Qed.`, and run         *)
(* `Proofs/exercises/check FILE.v`. Leave the statements as they are.         *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import signed reals ereal topology normedtype sequences exp.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section SmallestSphere.
Variable R : realType.

Definition cosh (a : R) : R := (expR a + expR (- a)) / 2.
Definition tanh (a : R) : R := (expR a - expR (- a)) / (expR a + expR (- a)).

(* 1. The hyperbolic tangent is less than 1.                                  *)
Lemma tanh_lt1 (a : R) : tanh a < 1.
Proof.
Admitted.

(* 2. beta tanh beta - ln cosh beta is I(X;Z), beta - ln cosh beta is (17).   *)
Theorem mean_approximation_exceeds (beta : R) : 0 < beta ->
  beta * tanh beta - ln (cosh beta) < beta - ln (cosh beta).
Proof.
Admitted.

End SmallestSphere.
