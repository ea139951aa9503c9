(******************************************************************************)
(* Logarithms of extended non-negative numbers                                *)
(*                                                                            *)
(* Main result: `log_ratio_scale`. A constant factor C > 0 cancels from       *)
(* ln (C a / C b) for all a, b in [0, +oo], which is why C_beta disappears    *)
(* from equation (2) of the paper with no side condition at all.              *)
(*                                                                            *)
(* Definitions                                                                *)
(*   lne x         == ln x, with ln 0 = -oo and ln (+oo) = +oo                *)
(*   log_ratio a b == ln (a / b), written as lne a - lne b so that it means   *)
(*                    something when a or b is 0 or +oo                       *)
(*   entropy_gap p q == p ln (p / q) - (p - q): the non-negative amount by    *)
(*                    which p ln (p / q) exceeds its tangent p - q            *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences derive realfun exp.
From mathcomp Require Import measure lebesgue_measure numfun lebesgue_integral.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.
Import numFieldTopology.Exports numFieldNormedType.Exports.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section RealExponential.
Variable R : realType.
Implicit Type x y r : R.

Lemma expR_gt1Dx x : x != 0 -> 1 + x < expR x.
Proof.
have within_expR a b : {within `[a, b], continuous (@expR R)}.
  by apply: continuous_subspaceT => y; exact: continuous_expR.
rewrite neq_lt => /orP[x0|x0].
- have [c] := MVT x0 (fun y _ => is_derive_expR y) (within_expR _ _).
  rewrite in_itv/= expR0 sub0r => /andP[_ c0] e.
  have : expR c * - x < 1 * - x by rewrite ltr_pmul2r ?oppr_gt0 // expR_lt1.
  by rewrite -e mul1r ltr_subl_addr addrC -ltr_subl_addr opprK.
- have [c] := MVT x0 (fun y _ => is_derive_expR y) (within_expR _ _).
  rewrite in_itv/= expR0 subr0 => /andP[c0 _] e.
  have : 1 * x < expR c * x by rewrite ltr_pmul2r // expR_gt1.
  by rewrite -e mul1r ltr_subr_addl.
Qed.

Lemma expR_ge1Dx_real x : 1 + x <= expR x.
Proof.
by have [->|/expR_gt1Dx/ltW] := eqVneq x 0; rewrite ?addr0 ?expR0.
Qed.

Lemma ln_le_subr1 r : 0 < r -> ln r <= r - 1.
Proof.
move=> r0; rewrite ler_subr_addl -[leRHS](@lnK _ r) ?posrE //.
exact: expR_ge1Dx_real.
Qed.

Lemma ln_lt_subr1 r : 0 < r -> r != 1 -> ln r < r - 1.
Proof.
move=> r0 r1; rewrite ltr_subr_addl -[ltRHS](@lnK _ r) ?posrE //.
apply/expR_gt1Dx/(contra_neq _ r1) => e; apply: ln_inj; rewrite ?posrE //.
by rewrite e ln1.
Qed.

Lemma measurable_fun_expR : measurable_fun setT (@expR R).
Proof. by apply: continuous_measurable_fun; exact: continuous_expR. Qed.

End RealExponential.

Local Open Scope ereal_scope.

Section ExtendedLogarithm.
Variable R : realType.
Implicit Types (a b x : \bar R) (r : R).

Definition lne x : \bar R :=
  match x with
  | r%:E => if (0 < r)%R then (ln r)%:E else -oo
  | +oo => +oo
  | -oo => -oo
  end.

Definition log_ratio a b : \bar R := lne a - lne b.

Lemma lne_EFin r : (0 < r)%R -> lne r%:E = (ln r)%:E.
Proof. by move=> r0 /=; rewrite r0. Qed.

Lemma lne0 : lne 0 = -oo.
Proof. by rewrite /= ltxx. Qed.

Lemma lt_lne r x : (r%:E < lne x) = ((expR r)%:E < x).
Proof.
case: x => [s| |] //=; rewrite ?ltry //; case: ifP => [s0|/negbT].
  by rewrite !lte_fin -{2}(@lnK _ s) ?posrE // ltr_expR.
rewrite -leNgt => s0; apply/esym/negbTE.
by rewrite -leNgt lee_fin (le_trans s0) // ltW // expR_gt0.
Qed.

Lemma measurable_fun_lne : measurable_fun setT lne.
Proof.
move=> mT; apply: (measurability (ErealGenOInfty.measurableE R)) => //.
move=> _ [_ [r ->] <-]; rewrite setTI.
rewrite [X in measurable X](_ : _ = `](expR r)%:E, +oo[%classic).
  exact: emeasurable_itv_bnd_pinfty.
by apply/seteqP; split=> x; rewrite /= !in_itv/= !andbT lt_lne.
Qed.

Lemma lneM_EFin r x : (0 < r)%R -> 0 <= x -> lne (r%:E * x) = (ln r)%:E + lne x.
Proof.
move=> r0; case: x => [s| |] // s0; last by rewrite mulry gtr0_sg// mul1e.
rewrite -EFinM /= pmulr_rgt0 //; case: ifP => // {}s0.
by rewrite lnM ?posrE // EFinD.
Qed.

Lemma log_ratio_EFin r (s : R) : (0 < r)%R -> (0 < s)%R ->
  log_ratio r%:E s%:E = (ln (r / s))%:E.
Proof. by move=> r0 s0; rewrite /log_ratio !lne_EFin // ln_div ?posrE. Qed.

Lemma measurable_fun_log_ratio d (T : measurableType d) (f g : T -> \bar R) :
  measurable_fun setT f -> measurable_fun setT g ->
  measurable_fun setT (fun t => log_ratio (f t) (g t)).
Proof.
move=> mf mg.
by apply: emeasurable_funB; apply: measurable_fun_comp => //;
  exact: measurable_fun_lne.
Qed.

Lemma mul0_log_ratio b : 0 * log_ratio 0 b = 0.
Proof. exact: mul0e. Qed.

Lemma mul_log_ratio0 a : 0 < a -> a * log_ratio a 0 = +oo.
Proof.
rewrite /log_ratio lne0 /=.
case: a => [r| |] // r0; last by rewrite /= mulyy.
by rewrite lne_EFin // addey // muleC mulyr gtr0_sg // mul1e.
Qed.

Definition entropy_gap (p q : \bar R) : \bar R :=
  maxe (p * log_ratio p q - (p - q)) 0.

Lemma entropy_gap_ge0 p q : 0 <= entropy_gap p q.
Proof. by rewrite /entropy_gap le_maxr lexx orbT. Qed.

Lemma entropy_gapE p q : p \is a fin_num -> q \is a fin_num ->
    0 <= p -> 0 <= q ->
  p * log_ratio p q = entropy_gap p q - (q - p) /\
  (entropy_gap p q = 0 -> p = q).
Proof.
case: p q => [p| |] [q| |] // _ _; rewrite !lee_fin => p0 q0.
rewrite /entropy_gap; have [{p0}->|pneq0] := eqVneq p 0%R.
  rewrite mul0e -EFinB -EFinN -EFinD maxEFin !sub0r opprK.
  rewrite max_l // -EFinB subr0 subrr; split => // -[->] //.
have {pneq0} {}p0 : (0 < p)%R by rewrite lt_neqAle eq_sym pneq0.
have [{q0}->|qneq0] := eqVneq q 0%R.
  by rewrite mul_log_ratio0 ?lte_fin.
have {qneq0} {}q0 : (0 < q)%R by rewrite lt_neqAle eq_sym qneq0.
have pq0 : (0 < q / p)%R by exact: divr_gt0.
have gapE : (p * ln (p / q) - (p - q) = p * ((q / p - 1) - ln (q / p)))%R.
  rewrite -(invf_div q p) lnV ?posrE // !mulrBr mulr1 mulrN opprB.
  by rewrite (mulrC p (q / p)%R) divfK ?gt_eqF // addrC.
rewrite log_ratio_EFin // -!EFinM -!EFinB maxEFin gapE max_l; last first.
  by apply: mulr_ge0; [exact: ltW | rewrite subr_ge0 ln_le_subr1].
split.
  by rewrite -EFinB -gapE; congr EFin; rewrite -addrA -opprD addrA subrK subrr subr0.
move=> [/eqP]; rewrite mulf_eq0 gt_eqF //= subr_eq0 => /eqP e.
have [/divr1_eq->//|neq1] := eqVneq (q / p)%R 1%R.
by have := ln_lt_subr1 pq0 neq1; rewrite e ltxx.
Qed.

(* Main result: a constant factor cancels, whatever a and b are. *)
Theorem log_ratio_scale (C : R) a b : (0 < C)%R -> 0 <= a -> 0 <= b ->
  log_ratio (C%:E * a) (C%:E * b) = log_ratio a b.
Proof.
move=> C0 a0 b0; rewrite /log_ratio !lneM_EFin // (addeC _ (lne b)) oppeD //.
by rewrite (addeC (- lne b)) addeACA subee // add0e.
Qed.

End ExtendedLogarithm.
