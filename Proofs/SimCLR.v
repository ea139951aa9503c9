(******************************************************************************)
(* The sampled objective (19) and the simCLR loss (20)                        *)
(*                                                                            *)
(* Main results                                                               *)
(*   `equation_19_20`     with one positive sample per image and as many      *)
(*                        negatives as images, (19) is (20)                   *)
(*   `equation_20_infoNCE` (20) = ln N - InfoNCE, the usual simCLR loss       *)
(*   `equation_20_le_ln`  (20) never exceeds ln N                             *)
(*                                                                            *)
(* The sample: images x_i, transformations t_i ~ (T | x_i), and a second      *)
(* draw t'_i ~ (T | x_i). Everything here is a finite sum of real numbers and *)
(* holds for every sample; no probability is involved.                        *)
(*                                                                            *)
(* Definitions                                                                *)
(*   sampled_objective x t t' x'' t'' == line (19) with N images x, their     *)
(*     transformations t, Ntilde positives t' i k for image i, and M          *)
(*     negatives (x'', t'')                                                   *)
(*   simCLR_objective x t t'  == line (20)                                    *)
(*   infoNCE x t t'           == - 1/N sum_i ln (e^{s_ii} / sum_j e^{s_ij})   *)
(*     with s_ij = beta S(h(t_i(x_i)), h(t'_j(x_j)))                          *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import signed reals ereal topology normedtype sequences exp.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope ring_scope.

Section SimCLR.
Context (X T V H : Type) (R : realType).
Variables (aug : T -> X -> V) (h : V -> H) (S : H -> H -> R) (beta : R).

Definition sampled_objective N Ntilde M (x : 'I_N -> X) (t : 'I_N -> T)
    (t' : 'I_N -> 'I_Ntilde -> T) (x'' : 'I_M -> X) (t'' : 'I_M -> T) : R :=
  N%:R^-1 * \sum_(i < N)
    (Ntilde%:R^-1 * \sum_(k < Ntilde)
        beta * S (h (aug (t i) (x i))) (h (aug (t' i k) (x i)))
     - ln (M%:R^-1 * \sum_(j < M)
        expR (beta * S (h (aug (t i) (x i))) (h (aug (t'' j) (x'' j)))))).

Variables (N : nat) (x : 'I_N -> X) (t t' : 'I_N -> T).

Definition simCLR_objective : R :=
  N%:R^-1 * \sum_(i < N)
    ln (expR (beta * S (h (aug (t i) (x i))) (h (aug (t' i) (x i))))
        / (N%:R^-1 * \sum_(j < N)
             expR (beta * S (h (aug (t i) (x i))) (h (aug (t' j) (x j)))))).

Definition infoNCE : R :=
  - (N%:R^-1 * \sum_(i < N)
      ln (expR (beta * S (h (aug (t i) (x i))) (h (aug (t' i) (x i))))
          / \sum_(j < N)
              expR (beta * S (h (aug (t i) (x i))) (h (aug (t' j) (x j)))))).

Let s i j := beta * S (h (aug (t i) (x i))) (h (aug (t' j) (x j))).

Let N_gt0 (i : 'I_N) : 0 < N%:R :> R.
Proof. by rewrite ltr0n; case: N i => [[]|]. Qed.

Let sum_ge i : expR (s i i) <= \sum_(j < N) expR (s i j).
Proof.
by rewrite (bigD1 i) //= ler_addl sumr_ge0 // => j _; rewrite ltW // expR_gt0.
Qed.

Let sum_gt0 i : 0 < \sum_(j < N) expR (s i j).
Proof. exact: lt_le_trans (expR_gt0 _) (sum_ge i). Qed.

(* Main result: (19) with Ntilde = 1 and M = N, where the negatives are the   *)
(* second views of the images themselves, is (20).                            *)
Theorem equation_19_20 :
  sampled_objective x t (fun i (_ : 'I_1) => t' i) x t' = simCLR_objective.
Proof.
congr (_ * _); apply: eq_bigr => i _; rewrite big_ord_recl big_ord0 addr0 invr1 mul1r.
rewrite ln_div ?posrE ?expR_gt0 ?expK //.
by rewrite mulr_gt0 ?invr_gt0 ?N_gt0 ?sum_gt0.
Qed.

Theorem equation_20_infoNCE : (0 < N)%N -> simCLR_objective = ln N%:R - infoNCE.
Proof.
move=> N0; have NR : 0 < N%:R :> R by rewrite ltr0n.
rewrite /infoNCE opprK -[X in X + _](mulKf (lt0r_neq0 NR)) -mulrDr.
congr (_ * _).
transitivity (\sum_(i < N) (ln N%:R + ln (expR (s i i) / \sum_(j < N) expR (s i j)))).
  apply: eq_bigr => i _; rewrite -lnM ?posrE ?divr_gt0 ?expR_gt0 ?sum_gt0 //.
  by rewrite invfM invrK mulrCA.
by rewrite big_split sumr_const card_ord mulr_natl.
Qed.

Theorem equation_20_le_ln : (0 < N)%N -> simCLR_objective <= ln N%:R.
Proof.
move=> N0; rewrite equation_20_infoNCE // ler_subl_addr ler_addl /infoNCE.
rewrite -mulrN mulr_ge0 ?invr_ge0 // -sumrN sumr_ge0 // => i _.
rewrite oppr_ge0 -[leRHS](@ln1 R) ler_ln ?posrE ?divr_gt0 ?expR_gt0 ?sum_gt0 //.
by rewrite (ler_pdivr_mulr _ _ (sum_gt0 i)) mul1r sum_ge.
Qed.

End SimCLR.
