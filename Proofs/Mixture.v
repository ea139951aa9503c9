(******************************************************************************)
(* The divergence of a mixture's parts from the mixture, to second order      *)
(*                                                                            *)
(* Main result: `divergence_second_order`. For weights P(i), w(i,j) and       *)
(* scores t(i,j) with |t(i,j)| <= r <= 1, let q_i = sum_j w(i,j) e^t(i,j) and *)
(* q their mean over i; let tau_i = sum_j w(i,j) t(i,j) and tau their mean.   *)
(* Then, up to 11 r^3,                                                        *)
(*    sum_i P(i) q_i ln (q_i / q) = sum_i P(i) (tau_i - tau)^2 / 2.           *)
(* Up to C_beta this is what stands under the integral of I(X;Z), at one z.   *)
(*                                                                            *)
(* With phi(u) = u ln u - (u - 1) - (u - 1)^2 / 2, which is O(|u - 1|^3), the *)
(* left side is sum_i P(i) (phi(q_i) + (q_i - q)^2 / 2) - phi(q), exactly.    *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import signed reals ereal topology normedtype sequences exp.
From mathcomp Require Import nsatz_realtype.
From CRLTAC Require Import SecondOrder.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope ring_scope.

(* Means of finitely many numbers. *)
Section Average.
Context (R : realType) (I : finType) (w : I -> R).
Hypothesis w_ge0 : forall i, 0 <= w i.
Hypothesis w_sum : \sum_i w i = 1.

Lemma average_le (f : I -> R) c : (forall i, f i <= c) -> \sum_i w i * f i <= c.
Proof.
move=> fc; rewrite -[leRHS]mul1r -w_sum mulr_suml.
by apply: ler_sum => i _; rewrite ler_wpmul2l.
Qed.

Lemma average_ge (f : I -> R) c : (forall i, c <= f i) -> c <= \sum_i w i * f i.
Proof.
move=> fc; rewrite -[leLHS]mul1r -w_sum mulr_suml.
by apply: ler_sum => i _; rewrite ler_wpmul2l.
Qed.

Lemma average_norm_le (f : I -> R) c :
  (forall i, `|f i| <= c) -> `|\sum_i w i * f i| <= c.
Proof.
move=> fc; apply: (le_trans (ler_norm_sum _ _ _)).
rewrite (eq_bigr (fun i => w i * `|f i|)) => [|i _]; first exact: average_le.
by rewrite normrM ger0_norm.
Qed.

Lemma average_affine (f : I -> R) a b :
  \sum_i w i * (a * f i + b) = a * (\sum_i w i * f i) + b.
Proof.
rewrite -[b in RHS]mul1r -w_sum mulr_suml mulr_sumr -big_split /=.
by apply: eq_bigr => i _; rewrite mulrDr mulrCA.
Qed.

End Average.

Section Mixture.
Context (R : realType) (I J : finType).
Variables (prior : I -> R) (w t : I -> J -> R) (r : R).
Hypothesis prior_ge0 : forall i, 0 <= prior i.
Hypothesis prior_sum : \sum_i prior i = 1.
Hypothesis w_ge0 : forall i j, 0 <= w i j.
Hypothesis w_sum : forall i, \sum_j w i j = 1.
Hypothesis t_le : forall i j, `|t i j| <= r.
Hypothesis r_ge0 : 0 <= r.
Hypothesis r_le1 : r <= 1.

Let q i := \sum_j w i j * expR (t i j).
Let qbar := \sum_i prior i * q i.
Let tau i := \sum_j w i j * t i j.
Let taubar := \sum_i prior i * tau i.

Let square_le (x : R) : `|x| <= r -> x ^+ 2 <= r ^+ 2.
Proof.
move=> xr; rewrite -[x ^+ 2](real_normK (num_real x)).
by apply: ler_expn2r; rewrite ?nnegrE.
Qed.

Let square_le_r : r ^+ 2 <= r.
Proof. by rewrite expr2 ler_pimulr. Qed.

Let q_gt0 i : 0 < q i.
Proof.
apply: (lt_le_trans (expR_gt0 (- r))); apply: average_ge => // j.
by rewrite ler_expR; have := t_le i j; rewrite ler_norml => /andP[].
Qed.

Let qbar_gt0 : 0 < qbar.
Proof.
apply: (lt_le_trans (expR_gt0 (- r))); apply: average_ge => // i; apply: average_ge => // j.
by rewrite ler_expR; have := t_le i j; rewrite ler_norml => /andP[].
Qed.

Let second i : 0 <= q i - 1 - tau i <= r ^+ 2.
Proof.
have -> : q i - 1 - tau i = \sum_j w i j * (expR (t i j) - 1 - t i j).
  by under [RHS]eq_bigr do rewrite !mulrBr mulr1; rewrite !sumrB w_sum.
have bound j := expR_second_order (le_trans (t_le i j) r_le1).
apply/andP; split; first by apply: average_ge => // j; case/andP: (bound j).
by apply: average_le => // j; case/andP: (bound j) => _ /le_trans; apply; exact: square_le.
Qed.

Let second_bar : 0 <= qbar - 1 - taubar <= r ^+ 2.
Proof.
have -> : qbar - 1 - taubar = \sum_i prior i * (q i - 1 - tau i).
  by under [RHS]eq_bigr do rewrite !mulrBr mulr1; rewrite !sumrB prior_sum.
apply/andP; split; first by apply: average_ge => // i; case/andP: (second i).
by apply: average_le => // i; case/andP: (second i).
Qed.

Let tau_le i : `|tau i| <= r. Proof. exact: average_norm_le. Qed.

Let taubar_le : `|taubar| <= r. Proof. exact: average_norm_le. Qed.

Let phi (u : R) := u * ln u - (u - 1) - (u - 1) ^+ 2 / 2.

Let phi_le u v : 0 < u -> 0 <= u - 1 - v <= r ^+ 2 -> `|v| <= r -> `|phi u| <= 4 * r ^+ 3.
Proof.
move=> u0 /andP[uv0 uv] vr; apply: (le_trans (entropy_second_order u0)).
have ur : `|u - 1| <= 2 * r.
  rewrite -[u - 1](subrK v) (le_trans (ler_norm_add _ _)) // ger0_norm //.
  by rewrite mulr_natl mulr2n ler_add // (le_trans uv).
apply: (@le_trans _ _ ((2 * r) ^+ 3 / 2)).
  by rewrite ler_pmul2r ?invr_gt0 //; apply: ler_expn2r; rewrite ?nnegrE ?mulr_ge0.
by rewrite exprMn mulrAC -natrX (_ : (2 ^ 3)%N = (4 * 2)%N) // natrM mulfK // pnatr_eq0.
Qed.

Let squares_le i : `|(q i - qbar) ^+ 2 - (tau i - taubar) ^+ 2| <= 5 * r ^+ 3.
Proof.
set x := q i - 1 - tau i - (qbar - 1 - taubar); set y := tau i - taubar.
have -> : (q i - qbar) ^+ 2 - y ^+ 2 = x * (x + (y + y)).
  rewrite /x /y; move: (q i) (tau i) qbar taubar => a b c e.
  by rewrite !expr2; nsatz.
have xr : `|x| <= r ^+ 2.
  case/andP: (second i) => a0 a1; case/andP: second_bar => b0 b1.
  rewrite ler_norml; apply/andP; split.
    by rewrite -[- _]add0r ler_add // ler_opp2.
  by rewrite -[leRHS]subr0 ler_add // ler_opp2.
have yr : `|y| <= r + r by rewrite (le_trans (ler_norm_sub _ _)) // ler_add.
rewrite normrM (_ : 5 * r ^+ 3 = r ^+ 2 * (5 * r)); last by rewrite [RHS]mulrCA -exprSr.
apply: ler_pmul => //; rewrite (le_trans (ler_norm_add _ _)) //.
rewrite (_ : 5 * r = r + ((r + r) + (r + r))); last by rewrite mulr_natl !mulrS mulr0n addr0 !addrA.
rewrite ler_add // ?(le_trans xr) // (le_trans (ler_norm_add _ _)) // ler_add //.
Qed.

Let kl := \sum_i prior i * (q i * ln (q i / qbar)).
Let spread := \sum_i prior i * (tau i - taubar) ^+ 2.

Let klE : kl - spread / 2 =
  \sum_i prior i * (phi (q i) + ((q i - qbar) ^+ 2 - (tau i - taubar) ^+ 2) / 2) - phi qbar.
Proof.
apply/eqP; rewrite subr_eq addrAC; apply/eqP.
have -> : - phi qbar = \sum_i prior i *
    ((qbar - ln qbar) * q i + (- 2^-1 - 2^-1 * qbar ^+ 2)).
  rewrite average_affine // -/qbar /phi; have h2 : 2^-1 + 2^-1 = 1 :> R.
    by rewrite [RHS]splitr mul1r.
  move: (2^-1) h2 (ln qbar) => h h2 l; move: qbar => u.
  by rewrite !expr2; nsatz.
rewrite /spread mulr_suml -!big_split /=; apply: eq_bigr => i _.
rewrite ln_div ?posrE // /phi; have h2 : 2^-1 + 2^-1 = 1 :> R by rewrite [RHS]splitr mul1r.
move: (2^-1) h2 (ln qbar) (ln (q i)) => h h2 l k.
move: (prior i) (q i) (tau i) qbar taubar => p a b c e.
by rewrite !expr2; nsatz.
Qed.

(* Main result. *)
Theorem divergence_second_order : `|kl - spread / 2| <= 11 * r ^+ 3.
Proof.
rewrite klE (le_trans (ler_norm_sub _ _)) //.
rewrite (_ : 11 = 7 + 4 :> R); last by rewrite -natrD.
rewrite [leRHS]mulrDl; apply: ler_add; last exact: phi_le qbar_gt0 second_bar taubar_le.
apply: average_norm_le => // i; rewrite (le_trans (ler_norm_add _ _)) //.
rewrite (_ : 7 = 4 + 3 :> R); last by rewrite -natrD.
rewrite [leRHS]mulrDl; apply: ler_add; first exact: phi_le (q_gt0 i) (second i) (tau_le i).
rewrite normrM (ger0_norm (x := 2^-1)) // ler_pdivr_mulr // mulrAC -natrM.
apply: (le_trans (squares_le i)); rewrite ler_wpmul2r ?exprn_ge0 //.
by rewrite ler_nat.
Qed.

End Mixture.
