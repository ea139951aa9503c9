(******************************************************************************)
(* Why C_beta depends only on beta: homogeneous similarities                  *)
(*                                                                            *)
(* Main result: `homogeneous_normalised`. Suppose that a family of measurable *)
(* maps preserves the measure mu, and that any encoding u can be moved to any *)
(* other u' by one of them: S(g z, u') = S(z, u). Then exp (beta S(z, u)) has *)
(* the same integral N for all u, so that C = 1 / N normalises the density    *)
(* for every view, as the proposition requires.                               *)
(* `homogeneous_integral_of` says the same of any other function of S.        *)
(* Translations of the line give the Gaussian, rotations of the sphere the    *)
(* von Mises-Fisher distribution.                                             *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Homogeneous.
Context d (Z : measurableType d) (H G : Type) (R : realType).
Variable mu : {measure set Z -> \bar R}.
Variables (S : Z -> H -> R) (encodings : set H) (act : G -> Z -> Z) (beta : R).
Hypothesis act_measurable : forall g, measurable_fun setT (act g).
Hypothesis act_invariant : forall g A, measurable A -> mu (act g @^-1` A) = mu A.
Hypothesis transitive : forall u u', encodings u -> encodings u' ->
  exists g, forall z, S (act g z) u' = S z u.
Hypothesis S_measurable : forall u, measurable_fun setT (S ^~ u).

Lemma measurable_fun_exp_similarity u :
  measurable_fun setT (fun z => (expR (beta * S z u))%:E : \bar R).
Proof.
apply/EFin_measurable_fun/(measurable_fun_comp (@measurable_fun_expR R)).
exact: measurable_funrM.
Qed.

(* The integral of any function of the similarity is the same for all encodings. *)
Lemma homogeneous_integral_of (f : R -> R) u u' : measurable_fun setT f ->
    (forall r, 0 <= f r)%R -> encodings u -> encodings u' ->
  \int[mu]_z (f (S z u'))%:E = \int[mu]_z (f (S z u))%:E.
Proof.
move=> mf f0 Uu Uu'; have [g gE] := transitive Uu Uu'.
pose mu_g := [the {measure set Z -> \bar R} of pushforward mu (act_measurable g)].
rewrite (@eq_measure_integral _ _ _ setT mu_g mu) => [|A mA _]; last first.
  exact/esym/act_invariant.
rewrite integral_pushforward.
- by apply: eq_integral => z _ /=; rewrite gE.
- exact/EFin_measurable_fun/(measurable_fun_comp mf).
- by move=> z; rewrite lee_fin.
Qed.

Lemma homogeneous_integral u u' : encodings u -> encodings u' ->
  \int[mu]_z (expR (beta * S z u'))%:E = \int[mu]_z (expR (beta * S z u))%:E.
Proof.
apply: (homogeneous_integral_of (f := fun r => expR (beta * r))) => [|r].
  by apply: (measurable_fun_comp (@measurable_fun_expR R)); apply: measurable_funrM; exact: measurable_fun_id.
by rewrite ltW // expR_gt0.
Qed.

(* Main result. *)
Theorem homogeneous_normalised (N : R) u0 u : (0 < N)%R -> encodings u0 ->
    encodings u -> \int[mu]_z (expR (beta * S z u0))%:E = N%:E ->
  \int[mu]_z (N^-1 * expR (beta * S z u))%:E = 1.
Proof.
move=> N0 Uu0 Uu NE; rewrite (eq_integral (fun z => N^-1%:E * (expR (beta * S z u))%:E)) //.
rewrite ge0_integralM //.
- by rewrite (homogeneous_integral Uu0 Uu) NE -EFinM mulVf // gt_eqF.
- exact: measurable_fun_exp_similarity.
- by move=> z _; rewrite lee_fin ltW // expR_gt0.
- by rewrite lee_fin invr_ge0 ltW.
Qed.

End Homogeneous.
