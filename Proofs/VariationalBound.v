(******************************************************************************)
(* The variational bound (3) on I(V1;V2), with its logarithm                  *)
(*                                                                            *)
(* Main results                                                               *)
(*   `variational_bound_le` (3) for two views with finitely many values, and  *)
(*                          any critic f                                      *)
(*   `variational_bound_eq` equality, if and only if the critic's guess       *)
(*                          P(v) P(w) e^f(v,w) / E e^f(V1',w) is P(v,w)       *)
(*                                                                            *)
(* The paper prints (3) without the logarithm.                                *)
(*                                                                            *)
(* Definitions                                                                *)
(*   p v w               == P(V1 = v, V2 = w)                                 *)
(*   pair_information p  == I(V1;V2)                                          *)
(*   variational_bound p f == the right side of (3)                           *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import signed reals ereal topology normedtype sequences exp.
From CRLTAC Require Import Logarithm.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope ring_scope.

Section VariationalBound.
Context (R : realType) (V W : finType).
Variable p : V -> W -> R.

Let first v := \sum_w p v w.
Let second w := \sum_v p v w.

Definition pair_information : R :=
  \sum_v \sum_w p v w * ln (p v w / (first v * second w)).

Variable f : V -> W -> R.

Let partition w := \sum_v first v * expR (f v w).

Definition variational_bound : R :=
  \sum_v \sum_w p v w * ln (expR (f v w) / partition w).

Hypothesis p_ge0 : forall v w, 0 <= p v w.
Hypothesis p_sum : \sum_v \sum_w p v w = 1.

Let guess v w := first v * second w * (expR (f v w) / partition w).

Let first_ge0 v : 0 <= first v.
Proof. by rewrite sumr_ge0. Qed.

Let second_ge0 w : 0 <= second w.
Proof. by rewrite sumr_ge0. Qed.

Let first_gt0 v w : 0 < p v w -> 0 < first v.
Proof.
move=> p_gt0; apply: (lt_le_trans p_gt0).
by rewrite /first (bigD1 w) //= ler_addl sumr_ge0.
Qed.

Let second_gt0 v w : 0 < p v w -> 0 < second w.
Proof.
move=> p_gt0; apply: (lt_le_trans p_gt0).
by rewrite /second (bigD1 v) //= ler_addl sumr_ge0.
Qed.

Let term_ge0 w v : 0 <= first v * expR (f v w).
Proof. by rewrite mulr_ge0 ?first_ge0 // ltW // expR_gt0. Qed.

Let partition_gt0 w : 0 < partition w.
Proof.
rewrite lt_neqAle sumr_ge0 ?andbT; last by move=> v _; exact: term_ge0.
rewrite eq_sym; apply/eqP => /psumr_eq0P terms0.
have first0 v : first v = 0.
  have /eqP := terms0 (fun v _ => term_ge0 w v) v isT.
  by rewrite mulf_eq0 (gt_eqF (expR_gt0 _)) orbF => /eqP.
by move: p_sum; rewrite big1 => [/eqP|v _]; [rewrite eq_sym oner_eq0 | exact: first0].
Qed.

Let guess_ge0 v w : 0 <= guess v w.
Proof.
apply: mulr_ge0; first by apply: mulr_ge0; [exact: first_ge0 | exact: second_ge0].
by rewrite ltW // divr_gt0 ?expR_gt0 ?partition_gt0.
Qed.

Let guess_sum : \sum_v \sum_w guess v w = 1.
Proof.
rewrite exchange_big /= -p_sum [RHS]exchange_big /=; apply: eq_bigr => w _.
transitivity (\sum_v (second w / partition w) * (first v * expR (f v w))).
  by apply: eq_bigr => v _; rewrite /guess mulrACA mulrC.
by rewrite -mulr_sumr -mulrA mulVf ?mulr1 // gt_eqF ?partition_gt0.
Qed.

Let gap v w := guess v w - p v w
  - (p v w * ln (expR (f v w) / partition w) - p v w * ln (p v w / (first v * second w))).

Let gapE v w : 0 < p v w -> gap v w = guess v w - p v w - p v w * ln (guess v w / p v w).
Proof.
move=> p_gt0.
have quotient_gt0 : 0 < expR (f v w) / partition w.
  by rewrite divr_gt0 ?expR_gt0 ?partition_gt0.
have ratio_gt0 : 0 < p v w / (first v * second w).
  by rewrite divr_gt0 // mulr_gt0 // ?(first_gt0 p_gt0) ?(second_gt0 p_gt0).
rewrite /gap -mulrBr -ln_div ?posrE //.
by rewrite invf_div /guess [expR (f v w) / partition w * _]mulrA [expR (f v w) / partition w * _ in LHS]mulrC.
Qed.

Let gap_eq0P v w : 0 <= gap v w /\ (gap v w = 0 <-> p v w = guess v w).
Proof.
have := p_ge0 v w; rewrite le_eqVlt => /orP[/eqP p0|p_gt0].
  by rewrite /gap -p0 !mul0r !subr0; split => //; split => [->|<-].
have [guess0|guess_neq0] := eqVneq (guess v w) 0.
  have := first_gt0 p_gt0; have := second_gt0 p_gt0 => s_gt0 f_gt0.
  move/eqP: guess0; rewrite gt_eqF // /guess !mulr_gt0 ?expR_gt0 //.
  by rewrite invr_gt0 partition_gt0.
have guess_gt0 : 0 < guess v w by rewrite lt_neqAle eq_sym guess_neq0 guess_ge0.
have ratio_gt0 : 0 < guess v w / p v w by rewrite divr_gt0.
have scaled : guess v w - p v w = p v w * (guess v w / p v w - 1).
  by rewrite mulrBr mulr1 mulrCA divff ?mulr1 // gt_eqF.
rewrite (gapE p_gt0) scaled -mulrBr; split.
  by rewrite mulr_ge0 // subr_ge0 ln_le_subr1.
split=> [/eqP|same].
  rewrite mulf_eq0 (gt_eqF p_gt0) /= subr_eq0 => /eqP equal.
  have [one|neq1] := eqVneq (guess v w / p v w) 1.
    by rewrite -[LHS]mul1r -one divfK // gt_eqF.
  by have := ln_lt_subr1 ratio_gt0 neq1; rewrite equal ltxx.
by rewrite -same divff ?gt_eqF // ln1 !subrr mulr0.
Qed.

Let gap_ge0 v w : 0 <= gap v w. Proof. by case: (gap_eq0P v w). Qed.

Let sum_gap : \sum_v \sum_w gap v w = pair_information - variational_bound.
Proof.
rewrite /pair_information /variational_bound -sumrB.
transitivity (\sum_v \sum_w (guess v w - p v w)
  + \sum_v (\sum_w p v w * ln (p v w / (first v * second w))
            - \sum_w p v w * ln (expR (f v w) / partition w))).
  rewrite -big_split /=; apply: eq_bigr => v _.
  rewrite -sumrB -big_split /=; apply: eq_bigr => w _.
  by rewrite /gap opprB.
suff -> : \sum_v \sum_w (guess v w - p v w) = 0 by rewrite add0r.
under eq_bigr do rewrite sumrB.
by rewrite sumrB guess_sum p_sum subrr.
Qed.

Theorem variational_bound_le : variational_bound <= pair_information.
Proof. by rewrite -subr_ge0 -sum_gap sumr_ge0 // => v _; rewrite sumr_ge0. Qed.

Theorem variational_bound_eq : variational_bound = pair_information <->
  forall v w, p v w = first v * second w * (expR (f v w) / partition w).
Proof.
split=> [equal v w|same].
  have /psumr_eq0P rows : \sum_v \sum_w gap v w = 0 by rewrite sum_gap equal subrr.
  have /psumr_eq0P row := rows (fun v _ => sumr_ge0 _ (fun w _ => gap_ge0 v w)) v isT.
  by apply/(gap_eq0P v w).2; exact: row (fun w _ => gap_ge0 v w) w isT.
apply/esym/eqP; rewrite -subr_eq0 -sum_gap; apply/eqP.
by rewrite big1 // => v _; rewrite big1 // => w _; apply/(gap_eq0P v w).2; exact: same.
Qed.

End VariationalBound.
