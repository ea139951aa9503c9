(******************************************************************************)
(* The second order of exp and ln                                             *)
(*                                                                            *)
(* Bounds that Taylor's formula would give, with explicit constants. Each     *)
(* comes from the sign of one derivative: version 0.6.0 of the library has    *)
(* the mean value theorem but not Taylor's formula.                           *)
(*                                                                            *)
(* Main results                                                               *)
(*   `curvature_nonincreasing`  the remainder of -ln about 1, divided by the  *)
(*                              square (u - 1)^2, does not increase with u    *)
(*   `entropy_second_order`     u ln u = (u - 1) + (u - 1)^2 / 2 up to        *)
(*                              |u - 1|^3 / 2, for u > 0                      *)
(*   `expR_second_order`        0 <= e^t - 1 - t <= t^2, for |t| <= 1         *)
(*                                                                            *)
(* Definition                                                                 *)
(*   curvature u == (u - 1 - ln u) / (u - 1)^2, and 1 / 2 at u = 1            *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import signed reals ereal topology normedtype sequences.
From mathcomp Require Import derive realfun exp nsatz_realtype.
From CRLTAC Require Import Logarithm.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.
Import numFieldTopology.Exports numFieldNormedType.Exports.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section SecondOrder.
Variable R : realType.
Implicit Types (f : R -> R) (a b s t u : R).

(* A function whose derivative is nowhere positive does not increase. *)
Lemma nonincreasing_of_derivative f f' a b : a <= b ->
    (forall t, a <= t <= b -> is_derive t 1 f (f' t)) ->
    (forall t, a < t < b -> f' t <= 0) ->
  f b <= f a.
Proof.
rewrite le_eqVlt => /orP[/eqP-> //|ab] df f'_le0.
have cf : {within `[a, b], continuous f}.
  apply: continuous_in_subspaceT => t; rewrite inE /= in_itv /= => tab.
  have [dt _] := df t tab.
  by apply: differentiable_continuous; exact/derivable1_diffP.
have inner t : t \in `]a, b[%R -> is_derive t 1 f (f' t).
  by rewrite in_itv /= => /andP[ta tb]; apply: df; rewrite !ltW.
have [c + fab] := MVT ab inner cf.
rewrite in_itv /= => c_ab; rewrite -subr_le0 fab.
by rewrite mulr_le0_ge0 ?f'_le0 // subr_ge0 ltW.
Qed.

Let half2 : (2^-1 + 2^-1 = 1 :> R). Proof. by rewrite [RHS]splitr mul1r. Qed.

Let mulVu u : 0 < u -> u * u^-1 = 1. Proof. by move=> u0; rewrite divff // gt_eqF. Qed.

(* How far ln lies below its tangent at 1. *)
Let tangent u := u - 1 - ln u.

Let tangent_ge0 u : 0 < u -> 0 <= tangent u.
Proof. by move=> u0; rewrite /tangent subr_ge0 ln_le_subr1. Qed.

Let derive_tangent u : 0 < u -> is_derive u 1 tangent (1 - u^-1).
Proof. by move=> u0; have dln := is_derive1_ln u0; apply: is_derive_eq; rewrite subr0. Qed.

(* The same less its second order. *)
Let remainder u := tangent u - 2^-1 * (u - 1) ^+ 2.

Let derive_remainder u : 0 < u -> is_derive u 1 remainder (- (u^-1 * (u - 1) ^+ 2)).
Proof.
move=> u0; have dt := derive_tangent u0; have uV := mulVu u0.
apply: is_derive_eq; rewrite /GRing.scale /=.
move: (u^-1) uV half2 => v uv; move: (2^-1 : R) => q h2.
by rewrite !expr2; nsatz.
Qed.

Let remainder1 : remainder 1 = 0.
Proof. by rewrite /remainder /tangent ln1 !subrr expr0n /= mulr0 subr0. Qed.

Let remainder_nonincreasing s t : 0 < s -> s <= t -> remainder t <= remainder s.
Proof.
move=> s0 st; apply: (nonincreasing_of_derivative st) => u /andP[su _].
  by apply: derive_remainder; exact: lt_le_trans su.
have u0 := lt_trans s0 su.
by rewrite oppr_le0 mulr_ge0 ?sqr_ge0 // invr_ge0 ltW.
Qed.

(* u ln u less its second order at 1, which is (u^2 - 1) / 2. *)
Let excess u := u * ln u - 2^-1 * (u * u - 1).

Let derive_excess u : 0 < u -> is_derive u 1 excess (- tangent u).
Proof.
move=> u0; have dln := is_derive1_ln u0; have uV := mulVu u0.
apply: is_derive_eq; rewrite /GRing.scale /= /tangent.
move: (u^-1) uV half2 => v uv; move: (2^-1 : R) => q h2.
by nsatz.
Qed.

Let excess1 : excess 1 = 0.
Proof. by rewrite /excess ln1 mulr1 subrr !mulr0 subr0. Qed.

Let excess_nonincreasing s t : 0 < s -> s <= t -> excess t <= excess s.
Proof.
move=> s0 st; apply: (nonincreasing_of_derivative st) => u /andP[su _].
  by apply: derive_excess; exact: lt_le_trans su.
by rewrite oppr_le0 tangent_ge0 // (lt_trans s0).
Qed.

Let excessE u : excess u = - (2^-1 * (u - 1) ^+ 3) - u * remainder u.
Proof.
rewrite /excess /remainder /tangent; move: (ln u) half2 => l; move: (2^-1 : R) => q h2.
by rewrite !exprS !expr0; nsatz.
Qed.

Theorem entropy_second_order u : 0 < u ->
  `|u * ln u - (u - 1) - (u - 1) ^+ 2 / 2| <= `|u - 1| ^+ 3 / 2.
Proof.
move=> u0; have -> : u * ln u - (u - 1) - (u - 1) ^+ 2 / 2 = excess u.
  rewrite /excess; move: (ln u) half2 => l; move: (2^-1 : R) => q h2.
  by rewrite !expr2; nsatz.
rewrite (mulrC _ 2^-1) ler_norml; have [u1|/ltW u1] := leP 1 u.
  have e0 : excess u <= 0 by rewrite -excess1 excess_nonincreasing.
  have r0 : remainder u <= 0 by rewrite -remainder1 remainder_nonincreasing.
  have c0 : 0 <= 2^-1 * (u - 1) ^+ 3 by rewrite mulr_ge0 ?invr_ge0 // exprn_ge0 // subr_ge0.
  rewrite ger0_norm ?subr_ge0 // (le_trans e0 c0) andbT excessE.
  by rewrite ler_addl oppr_ge0 mulr_ge0_le0 // ltW.
have e0 : 0 <= excess u by rewrite -excess1 excess_nonincreasing.
have r0 : 0 <= remainder u by rewrite -remainder1 remainder_nonincreasing.
rewrite distrC ger0_norm ?subr_ge0 //.
have cE : 2^-1 * (1 - u) ^+ 3 = - (2^-1 * (u - 1) ^+ 3).
  by rewrite -(opprB u 1) exprNn -signr_odd expr1 mulN1r mulrN.
have c0 : 0 <= 2^-1 * (1 - u) ^+ 3 by rewrite mulr_ge0 ?invr_ge0 // exprn_ge0 // subr_ge0.
rewrite (le_trans _ e0) ?oppr_le0 //= cE excessE.
by rewrite ger_addl oppr_le0 mulr_ge0 // ltW.
Qed.

Definition curvature u : R :=
  if u == 1 then 2^-1 else (u - 1 - ln u) / (u - 1) ^+ 2.

Lemma curvatureE u : curvature u * (u - 1) ^+ 2 = u - 1 - ln u.
Proof.
rewrite /curvature; have [->|u1] := eqVneq u 1; first by rewrite subrr expr0n /= mulr0 ln1 subr0.
by rewrite divfK // expf_eq0 /= subr_eq0.
Qed.

Let quotient u := tangent u * ((u - 1)^-1) ^+ 2.

Let derive_quotient u : 0 < u -> u - 1 != 0 ->
  is_derive u 1 quotient ((excess u + excess u) * (u - 1)^-1 * (u^-1 * (u - 1)^-1 ^+ 2)).
Proof.
move=> u0 u1; have dt := derive_tangent u0; have uV := mulVu u0; have xV := divff u1.
have d1 : is_derive u 1 (fun s : R => s - 1) 1 by apply: is_derive_eq; rewrite subr0.
have dV := @is_deriveV R (fun s => s - 1) u 1 1 u1 d1.
apply: is_derive_eq; rewrite /GRing.scale /= /excess /tangent -exprVn.
move: (u^-1) uV (ln u) half2 => v uv l; move: ((u - 1)^-1) xV => y xy; move: (2^-1 : R) => q h2.
by rewrite !expr2; nsatz.
Qed.

Let quotient_nonincreasing s t : 0 < s -> s <= t -> (1 < s) || (t < 1) ->
  quotient t <= quotient s.
Proof.
move=> s0 st out; apply: (nonincreasing_of_derivative st) => u /andP[su ut].
  apply: derive_quotient; first exact: lt_le_trans su.
  case/orP: out => [s1|t1]; rewrite subr_eq0.
  - by rewrite gt_eqF // (lt_le_trans s1).
  - by rewrite lt_eqF // (le_lt_trans ut).
have u0 := lt_trans s0 su.
apply: mulr_le0_ge0; last by rewrite mulr_ge0 ?sqr_ge0 // invr_ge0 ltW.
case/orP: out => [s1|t1].
- have u1 := lt_trans s1 su.
  have e0 : excess u <= 0 by rewrite -excess1 excess_nonincreasing // ltW.
  by rewrite mulr_le0_ge0 ?invr_ge0 ?subr_ge0 ?(ltW u1) // -(addr0 0) ler_add.
- have u1 := lt_trans ut t1.
  have e0 : 0 <= excess u by rewrite -excess1 excess_nonincreasing // ltW.
  by apply: mulr_ge0_le0; [exact: addr_ge0 | rewrite invr_le0 subr_le0 ltW].
Qed.

Let curvature_quotient u : u != 1 -> curvature u = quotient u.
Proof. by move=> u1; rewrite /curvature (negbTE u1) /quotient exprVn. Qed.

Let curvature1 : curvature 1 = 2^-1. Proof. by rewrite /curvature eqxx. Qed.

Let square_gt0 u : u != 1 -> 0 < (u - 1) ^+ 2.
Proof. by move=> u1; rewrite lt_neqAle sqr_ge0 andbT eq_sym expf_eq0 /= subr_eq0. Qed.

Let curvature_le u : 1 <= u -> curvature u <= 2^-1.
Proof.
have [->|neq1] := eqVneq u 1; first by rewrite curvature1.
move=> u1; rewrite -(ler_pmul2r (square_gt0 neq1)) curvatureE -subr_le0.
by rewrite -/(tangent u) -/(remainder u) -remainder1 remainder_nonincreasing.
Qed.

Let curvature_ge u : 0 < u -> u <= 1 -> 2^-1 <= curvature u.
Proof.
have [->|neq1] := eqVneq u 1; first by rewrite curvature1.
move=> u0 u1; rewrite -(ler_pmul2r (square_gt0 neq1)) curvatureE -subr_ge0.
by rewrite -/(tangent u) -/(remainder u) -remainder1 remainder_nonincreasing.
Qed.

Theorem curvature_nonincreasing s t : 0 < s -> s <= t -> curvature t <= curvature s.
Proof.
move=> s0 st; have [s1|s1] := ltP 1 s.
  have t1 := lt_le_trans s1 st.
  by rewrite !curvature_quotient ?gt_eqF // quotient_nonincreasing // s1.
have [t1|t1] := ltP t 1.
  have {}s1 := le_lt_trans st t1.
  by rewrite !curvature_quotient ?lt_eqF // quotient_nonincreasing // t1 orbT.
exact: le_trans (curvature_le t1) (curvature_ge s0 s1).
Qed.

End SecondOrder.

Section Exponential.
Variable R : realType.
Implicit Types s t : R.

Let exp_shortfall t := - ((t * t + t + 1) * expR (- t)).

Let derive_exp_shortfall t : is_derive t 1 exp_shortfall (- (t * (1 - t) * expR (- t))).
Proof.
have dE : is_derive t 1 (fun s : R => expR (- s)) (- expR (- t)).
  have := is_derive1_comp (is_derive_expR (- t)) (is_deriveNid t 1).
  by rewrite mulrN1.
have dP : is_derive t 1 (fun s : R => s * s + s + 1) (1 + (t + t)).
  by apply: is_derive_eq; rewrite /GRing.scale /=; nsatz.
have := is_deriveN (is_deriveM dP dE); rewrite /GRing.scale /=.
rewrite [X in is_derive _ _ _ X](_ : _ = - (t * (1 - t) * expR (- t))) //.
by move: (expR (- t)) => e; nsatz.
Qed.

Theorem expR_second_order t : `|t| <= 1 -> 0 <= expR t - 1 - t <= t ^+ 2.
Proof.
rewrite ler_norml => /andP[tN1 t1]; rewrite -addrA -opprD subr_ge0 expR_ge1Dx_real /=.
rewrite ler_subl_addl -(ler_pmul2r (expR_gt0 (- t))) expRN divff ?gt_eqF ?expR_gt0 //.
have [t0|/ltW t0] := leP 0 t.
  have -> : 1 + t + t ^+ 2 = t * t + t + 1 by rewrite expr2; nsatz.
  suff : exp_shortfall t <= exp_shortfall 0.
    by rewrite /exp_shortfall oppr0 expR0 mulr0 !add0r mulr1 ler_opp2 expRN.
  have derive s : 0 <= s <= t -> is_derive s 1 exp_shortfall _ := fun _ => derive_exp_shortfall s.
  apply: (nonincreasing_of_derivative t0 derive) => s /andP[s0 st].
  rewrite oppr_le0; apply: mulr_ge0; last exact/ltW/expR_gt0.
  by apply: mulr_ge0; [exact: ltW | rewrite subr_ge0 (le_trans (ltW st))].
have p0 : 0 < 1 - t by rewrite subr_gt0 (le_lt_trans t0).
apply: (@le_trans _ _ ((1 + t + t ^+ 2) * (1 - t))).
  rewrite (_ : (1 + t + t ^+ 2) * (1 - t) = 1 - t ^+ 3); last first.
    by rewrite !exprS !expr0; nsatz.
  by rewrite ler_addl oppr_ge0 exprn_odd_le0.
rewrite -expRN ler_wpmul2l ?expR_ge1Dx_real //.
by rewrite addr_ge0 ?sqr_ge0 // -ler_subl_addl sub0r.
Qed.

End Exponential.
