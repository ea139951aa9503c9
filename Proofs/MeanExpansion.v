(******************************************************************************)
(* The mean approximation (17) for small beta                                 *)
(*                                                                            *)
(* Main result: `mean_approximation_small_beta`. For finitely many images and *)
(* transformations, unit codes h and |beta| <= 1, with the mean codes         *)
(* m_i = E[h | x_i] and m = E h,                                              *)
(*    beta E |m_X - m|^2 - beta^2 <= (17) <= beta E |m_X - m|^2               *)
(* Beside `isotropic_small_beta`, which has beta^2 / (2 d) for beta, this is  *)
(* how far (17) lies from I(X;Z). There is no Z in (17), hence no integral.   *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap matrix.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import signed reals ereal topology normedtype sequences exp.
From CRLTAC Require Import Logarithm SecondOrder Mixture VonMisesFisher.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope ring_scope.

(* The logarithm of a mean of e^t lies between the mean of t and r^2 more. *)
Section LogMean.
Context (R : realType) (I J : finType).
Variables (prior : I -> R) (w t : I -> J -> R).
Hypothesis prior_ge0 : forall i, 0 <= prior i.
Hypothesis prior_sum : \sum_i prior i = 1.
Hypothesis w_ge0 : forall i j, 0 <= w i j.
Hypothesis w_sum : forall i, \sum_j w i j = 1.

Let mean_exp := \sum_i prior i * (\sum_j w i j * expR (t i j)).
Let mean := \sum_i prior i * (\sum_j w i j * t i j).

(* A tangent of exp bounds the mean of e^t as it bounds e^t. *)
Let affine a b : \sum_i prior i * (\sum_j w i j * (a * t i j + b)) = a * mean + b.
Proof.
under eq_bigr do rewrite average_affine //.
by rewrite average_affine.
Qed.

Let mean_exp_ge : expR mean <= mean_exp.
Proof.
have -> : expR mean = expR mean * mean + expR mean * (1 - mean).
  by rewrite -mulrDr addrC subrK mulr1.
rewrite -affine; apply: ler_sum => i _; rewrite ler_wpmul2l //.
apply: ler_sum => j _; rewrite ler_wpmul2l // -mulrDr.
rewrite [leRHS](_ : _ = expR mean * expR (t i j - mean)); last by rewrite -expRD addrC subrK.
by rewrite ler_wpmul2l ?(ltW (expR_gt0 _)) // addrCA expR_ge1Dx_real.
Qed.

Lemma log_mean_ge : mean <= ln mean_exp.
Proof.
rewrite -[leLHS]expK ler_ln ?posrE ?expR_gt0 //.
exact: lt_le_trans (expR_gt0 _) mean_exp_ge.
Qed.

Lemma log_mean_le r : r <= 1 -> (forall i j, `|t i j| <= r) -> ln mean_exp <= mean + r ^+ 2.
Proof.
move=> r1 tr; have mean_exp_gt0 := lt_le_trans (expR_gt0 _) mean_exp_ge.
rewrite (le_trans (ln_le_subr1 mean_exp_gt0)) // ler_subl_addr -addrA -[mean]mul1r -affine.
apply: ler_sum => i _; rewrite ler_wpmul2l //; apply: ler_sum => j _; rewrite ler_wpmul2l //.
have /andP[_] := expR_second_order (le_trans (tr i j) r1).
rewrite -addrA -opprD ler_subl_addl mul1r => /le_trans; apply.
rewrite (addrC 1) -addrA ler_add2l addrC ler_add2r.
rewrite -[t i j ^+ 2](real_normK (num_real _)).
by apply: ler_expn2r; rewrite ?nnegrE // (le_trans _ (tr i j)).
Qed.

End LogMean.

Section MeanApproximation.
Context (R : realType) (I J : finType) (d : nat).
Variables (prior : I -> R) (w : I -> J -> R).
Hypothesis prior_ge0 : forall i, 0 <= prior i.
Hypothesis prior_sum : \sum_i prior i = 1.
Hypothesis w_ge0 : forall i j, 0 <= w i j.
Hypothesis w_sum : forall i, \sum_j w i j = 1.
Variables (h : I -> J -> 'rV[R]_d) (beta : R).
Hypothesis h_unit : forall i j, dot (h i j) (h i j) = 1.
Hypothesis beta_le1 : `|beta| <= 1.

Let score i j i' j' := beta * dot (h i j) (h i' j').
Let denominator i j := \sum_i' prior i' * (\sum_j' w i' j' * expR (score i j i' j')).
Let line_17 := \sum_i prior i * (\sum_j w i j * (\sum_j' w i j' *
  ln (expR (score i j i j') / denominator i j))).

Let mean_code i := \sum_j w i j *: h i j.
Let mean := \sum_i prior i *: mean_code i.
Let direction i := mean_code i - mean.
Let spread := \sum_i prior i * dot (direction i) (direction i).

Let score_le i j i' j' : `|score i j i' j'| <= `|beta|.
Proof. by rewrite normrM ler_pimulr // dot_norm_le1. Qed.

Let score_mean i j i' : \sum_j' w i' j' * score i j i' j' = beta * dot (h i j) (mean_code i').
Proof. by rewrite dot_sum mulr_sumr; apply: eq_bigr => k _; rewrite mulrCA. Qed.

Let score_mean_all i j : \sum_i' prior i' * (\sum_j' w i' j' * score i j i' j') =
  beta * dot (h i j) mean.
Proof.
by rewrite dot_sum mulr_sumr; apply: eq_bigr => k _; rewrite score_mean mulrCA.
Qed.

Let denominator_gt0 i j : 0 < denominator i j.
Proof.
apply: (lt_le_trans (expR_gt0 (- `|beta|))); apply: average_ge => // i'; apply: average_ge => // j'.
by rewrite ler_expR; have := score_le i j i' j'; rewrite ler_norml => /andP[].
Qed.

Let term i j := \sum_j' w i j' * ln (expR (score i j i j') / denominator i j).

Let termE i j : term i j = beta * dot (h i j) (mean_code i) - ln (denominator i j).
Proof.
rewrite -score_mean -[ln _ in RHS]mul1r -(w_sum i) mulr_suml -sumrB.
by apply: eq_bigr => j' _; rewrite ln_div ?posrE ?expR_gt0 // expK mulrBr.
Qed.

Let term_le i j : term i j <= beta * dot (h i j) (direction i).
Proof.
rewrite termE /direction dotBr mulrBr ler_add2l ler_opp2 -score_mean_all.
exact: log_mean_ge.
Qed.

Let term_ge i j : beta * dot (h i j) (direction i) - `|beta| ^+ 2 <= term i j.
Proof.
rewrite termE /direction dotBr mulrBr -addrA ler_add2l -opprD ler_opp2 -score_mean_all.
exact: log_mean_le.
Qed.

Let spreadE : \sum_i prior i * (\sum_j w i j * (beta * dot (h i j) (direction i))) = beta * spread.
Proof.
have orthogonal : \sum_i prior i * dot mean (direction i) = 0.
  under eq_bigr do rewrite /direction dotBr mulrBr.
  by rewrite sumrB -mulr_suml prior_sum mul1r -dot_sum subrr.
have splitE i : dot (direction i) (direction i) =
    dot (direction i) (mean_code i) - dot mean (direction i).
  by rewrite {2}/direction dotBr (dotC mean).
rewrite /spread; under [in RHS]eq_bigr do rewrite splitE mulrBr.
rewrite sumrB orthogonal subr0 mulr_sumr; apply: eq_bigr => i _.
rewrite dot_sum mulrCA; congr (_ * _); rewrite mulr_sumr; apply: eq_bigr => j _.
by rewrite mulrCA (dotC (h i j)).
Qed.

(* Main result. *)
Theorem mean_approximation_small_beta :
  beta * spread - beta ^+ 2 <= line_17 /\ line_17 <= beta * spread.
Proof.
rewrite -spreadE; split; last first.
  apply: ler_sum => i _; apply: ler_wpmul2l => //; apply: ler_sum => j _.
  by apply: ler_wpmul2l => //; exact: term_le.
rewrite ler_subl_addr -[beta ^+ 2]mul1r -prior_sum mulr_suml -big_split /=.
apply: ler_sum => i _; rewrite -mulrDr ler_wpmul2l //.
rewrite -[beta ^+ 2]mul1r -(w_sum i) mulr_suml -big_split /=.
apply: ler_sum => j _; rewrite -mulrDr ler_wpmul2l // -ler_subl_addr.
rewrite -[beta ^+ 2](real_normK (num_real _)); exact: term_ge.
Qed.

End MeanApproximation.
