(******************************************************************************)
(* Liao and Berg's interval for the Jensen gap of the logarithm               *)
(*                                                                            *)
(* Main result: `liao_berg_interval`. For a random variable Y with finitely   *)
(* many values in [a, b], a > 0, mean m and variance v,                       *)
(*    v / m^2 g(b / m) <= ln E Y - E ln Y <= v / m^2 g(a / m)                 *)
(* with g(u) = (u - 1 - ln u) / (u - 1)^2. It is what Liao and Berg,          *)
(* Sharpening Jensen's inequality, the paper's [5], have for -ln: their h is  *)
(* g(y / m) / m^2, which decreases, because the derivative of -ln is concave. *)
(*                                                                            *)
(* `jensen_loss_interval` is the same with Y = e^s, s being the scores of the *)
(* views of one image: what Jensen's inequality loses from (8) to (10).       *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import signed reals ereal topology normedtype sequences exp.
From CRLTAC Require Import Logarithm SecondOrder.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope ring_scope.

Section LiaoBerg.
Context (R : realType) (I : finType).
Variables (w y : I -> R) (a b : R).
Hypothesis w_ge0 : forall i, 0 <= w i.
Hypothesis w_sum : \sum_i w i = 1.
Hypothesis a_gt0 : 0 < a.
Hypothesis y_range : forall i, 0 < w i -> a <= y i <= b.

Let mean := \sum_i w i * y i.
Let variance := \sum_i w i * (y i - mean) ^+ 2.

Let weight i : w i = 0 \/ 0 < w i.
Proof. by have := w_ge0 i; rewrite le_eqVlt => /orP[/eqP<-|]; [left|right]. Qed.

Let mean_gt0 : 0 < mean.
Proof.
apply: (lt_le_trans a_gt0); rewrite -[leLHS]mul1r -w_sum mulr_suml.
apply: ler_sum => i _; have [->|wi] := weight i; first by rewrite !mul0r.
by rewrite ler_wpmul2l //; case/andP: (y_range wi).
Qed.

Let u i := y i / mean.

Let u_range i : 0 < w i -> [/\ 0 < u i, a / mean <= u i & u i <= b / mean].
Proof.
move=> /y_range/andP[ya yb]; rewrite /u !ler_pmul2r ?invr_gt0 //.
by rewrite ya yb divr_gt0 // (lt_le_trans a_gt0).
Qed.

Let gapE : ln mean - \sum_i w i * ln (y i) = \sum_i w i * (u i - 1 - ln (u i)).
Proof.
have -> : ln mean = \sum_i (w i * u i - w i + w i * ln mean).
  rewrite big_split /= sumrB -mulr_suml w_sum mul1r /u.
  under eq_bigr do rewrite mulrA.
  by rewrite -mulr_suml divff ?subrr ?add0r // gt_eqF.
rewrite -sumrB; apply: eq_bigr => i _; have [->|wi] := weight i.
  by rewrite !mul0r subrr addr0 subr0.
have yi : 0 < y i by case/andP: (y_range wi) => /(lt_le_trans a_gt0).
by rewrite [in RHS]/u ln_div ?posrE // -/(u i) !mulrBr mulr1 opprB addrA.
Qed.

Let varianceE c : variance / mean ^+ 2 * c = \sum_i w i * (c * (u i - 1) ^+ 2).
Proof.
rewrite -mulrA mulr_suml; apply: eq_bigr => i _; rewrite -mulrA; congr (_ * _).
rewrite mulrA mulrC; congr (_ * _); rewrite -exprVn -exprMn; congr (_ ^+ 2).
by rewrite mulrBl divff // gt_eqF.
Qed.

Theorem liao_berg_interval :
  variance / mean ^+ 2 * curvature (b / mean) <= ln mean - \sum_i w i * ln (y i) /\
  ln mean - \sum_i w i * ln (y i) <= variance / mean ^+ 2 * curvature (a / mean).
Proof.
rewrite gapE !varianceE; split; apply: ler_sum => i _.
all: have [->|wi] := weight i; first by rewrite !mul0r.
all: have [u0 ua ub] := u_range wi; rewrite -curvatureE ler_wpmul2l // ler_wpmul2r ?sqr_ge0 //.
- exact: curvature_nonincreasing.
- by apply: curvature_nonincreasing; rewrite // divr_gt0.
Qed.

End LiaoBerg.

Section Scores.
Context (R : realType) (I : finType).
Variables (w s : I -> R) (a b : R).
Hypothesis w_ge0 : forall i, 0 <= w i.
Hypothesis w_sum : \sum_i w i = 1.
Hypothesis s_range : forall i, 0 < w i -> a <= s i <= b.

Let mean := \sum_i w i * expR (s i).
Let variance := \sum_i w i * (expR (s i) - mean) ^+ 2.

Corollary jensen_loss_interval :
  variance / mean ^+ 2 * curvature (expR b / mean) <= ln mean - \sum_i w i * s i /\
  ln mean - \sum_i w i * s i <= variance / mean ^+ 2 * curvature (expR a / mean).
Proof.
have range i : 0 < w i -> expR a <= expR (s i) <= expR b.
  by move=> wi; rewrite !ler_expR s_range.
have lnE : \sum_i w i * ln (expR (s i)) = \sum_i w i * s i.
  by apply: eq_bigr => i _; rewrite expK.
by have := liao_berg_interval w_ge0 w_sum (expR_gt0 a) range; rewrite lnE.
Qed.

End Scores.
