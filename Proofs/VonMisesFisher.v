(******************************************************************************)
(* The von Mises-Fisher distribution on the sphere satisfies the hypotheses   *)
(* of Proposition 1                                                           *)
(*                                                                            *)
(* Main result: `von_mises_fisher_channel`, on the unit sphere of R^d for     *)
(* every dimension d (the circle is d = 2), with S(z, u) = z . u, beta > 0    *)
(* and C_beta = 1 / (the integral of exp (beta z . u0) over the sphere).      *)
(*                                                                            *)
(* mathcomp-analysis 0.6.0 has no surface measure. The sphere is therefore    *)
(* given by its characterisation: a measurable space Z of points that are     *)
(* unit vectors, on which rotations act, with a probability measure that all  *)
(* rotations preserve (`rotation_invariant`, the one named hypothesis). That  *)
(* rotations carry any unit vector to any other, and hence that C_beta does   *)
(* not depend on the view, is proved, by Householder reflections.             *)
(*                                                                            *)
(* Definitions                                                                *)
(*   dot a b      == the inner product of two row vectors                     *)
(*   orthogonal O == O O^T = 1                                                *)
(*   reflection v == the Householder reflection 1 - 2 v^T v / (v . v)         *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap matrix.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel AugmentationChannel.
From CRLTAC Require Import Homogeneous.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Rotations.
Variables (R : realType) (d : nat).
Implicit Types (u v a b : 'rV[R]_d) (O : 'M[R]_d).
Local Open Scope ring_scope.

Definition dot a b : R := (a *m b^T) ord0 ord0.

Definition orthogonal O : Prop := O *m O^T = 1%:M.

Lemma dotE a b : dot a b = \sum_i a ord0 i * b ord0 i.
Proof. by rewrite /dot mxE; apply: eq_bigr => i _; rewrite mxE. Qed.

Lemma dotC a b : dot a b = dot b a.
Proof. by rewrite /dot -[a *m _]trmxK trmx_mul trmxK mxE. Qed.

Lemma dotBl a b v : dot (a - b) v = dot a v - dot b v.
Proof. by rewrite /dot mulmxBl !mxE. Qed.

Lemma dot_ge0 a : 0 <= dot a a.
Proof. by rewrite /dot mxE sumr_ge0 // => i _; rewrite mxE -expr2 sqr_ge0. Qed.

Lemma dot_eq0 a : dot a a = 0 -> a = 0.
Proof.
rewrite /dot mxE => a0; apply/rowP => i; rewrite mxE.
have sq_ge0 (j : 'I_d) : true -> 0 <= a ord0 j * a^T j ord0 by rewrite mxE -expr2 sqr_ge0.
have /(_ i isT)/eqP := psumr_eq0P sq_ge0 a0.
by rewrite mxE -expr2 sqrf_eq0 => /eqP.
Qed.

Lemma dot_sub a b : dot a a = 1 -> dot b b = 1 -> dot (a - b) (a - b) = 2 * (1 - dot a b).
Proof.
move=> a1 b1; rewrite dotBl !(dotC _ (a - b)) !dotBl a1 b1 (dotC b a).
by rewrite opprB -mulr2n mulr_natl.
Qed.

Lemma dot_le1 a b : dot a a = 1 -> dot b b = 1 -> dot a b <= 1.
Proof.
by move=> a1 b1; have := dot_ge0 (a - b); rewrite dot_sub // pmulr_rge0 // subr_ge0.
Qed.

Lemma dotBr a b v : dot v (a - b) = dot v a - dot v b.
Proof. by rewrite dotC dotBl !(dotC _ v). Qed.

Lemma dotZr (c : R) a v : dot v (c *: a) = c * dot v a.
Proof. by rewrite /dot linearZ /= -scalemxAr mxE. Qed.

Lemma dot_sum (J : finType) (c : J -> R) (a : J -> 'rV[R]_d) v :
  dot v (\sum_j c j *: a j) = \sum_j c j * dot v (a j).
Proof.
rewrite dotE; under [RHS]eq_bigr do rewrite dotE mulr_sumr.
rewrite exchange_big /=; apply: eq_bigr => i _; rewrite summxE mulr_sumr.
by apply: eq_bigr => j _; rewrite mxE mulrCA.
Qed.

Lemma dot_norm_le1 a b : dot a a = 1 -> dot b b = 1 -> `|dot a b| <= 1.
Proof.
move=> a1 b1; rewrite ler_norml dot_le1 // andbT ler_oppl.
have dotNr v : dot v (- b) = - dot v b by rewrite -scaleN1r dotZr mulN1r.
by rewrite -dotNr dot_le1 // dotNr dotC dotNr opprK.
Qed.

Definition reflection v : 'M[R]_d := 1%:M - (2 / dot v v) *: (v^T *m v).

Lemma reflectionT v : (reflection v)^T = reflection v.
Proof. by rewrite /reflection linearB linearZ /= trmx1 trmx_mul trmxK. Qed.

Lemma reflectionE u v : u *m reflection v = u - (2 / dot v v * dot u v) *: v.
Proof.
rewrite /reflection mulmxBr mulmx1 -scalemxAr mulmxA.
by rewrite (mx11_scalar (u *m v^T)) mul_scalar_mx scalerA.
Qed.

Lemma reflection_orthogonal v : dot v v != 0 -> orthogonal (reflection v).
Proof.
move=> v0; rewrite /orthogonal reflectionT {1}/reflection mulmxBl mul1mx -scalemxAl.
rewrite -mulmxA reflectionE -mulrA mulVf // mulr1 scaler_nat mulr2n opprD addrA.
by rewrite subrr sub0r mulmxN scalerN opprK /reflection subrK.
Qed.

(* Rotations act transitively on the unit sphere. *)
Lemma rotations_transitive u u' : dot u u = 1 -> dot u' u' = 1 ->
  exists O, orthogonal O /\ u' *m O^T = u.
Proof.
move=> u1 u'1; have [/dot_eq0/eqP|v0] := eqVneq (dot (u' - u) (u' - u)) 0.
  by rewrite subr_eq0 => /eqP->; exists 1%:M; rewrite /orthogonal trmx1 !mulmx1.
exists (reflection (u' - u)); split; first exact: reflection_orthogonal.
rewrite reflectionT reflectionE; set v := u' - u in v0 *.
have -> : dot u' v = 1 - dot u' u by rewrite dotC dotBl u'1 (dotC u).
have vE : dot v v = 2 * (1 - dot u' u) by exact: dot_sub.
by rewrite mulrAC -vE divff // scale1r opprB addrC subrK.
Qed.

End Rotations.

Section VonMisesFisher.
Context dX dT dZ (X : measurableType dX) (T : measurableType dT)
  (Z : measurableType dZ) (V : Type) (R : realType) (d : nat).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variable uniform : {measure set Z -> \bar R}.
Variables (point : Z -> 'rV[R]_d) (rotate : 'M[R]_d -> Z -> Z).
Variables (aug : T -> X -> V) (h : V -> 'rV[R]_d) (beta : R).

Definition cosine_similarity (z : Z) (u : 'rV[R]_d) : R := dot (point z) u.

Definition von_mises_fisher_constant (u : 'rV[R]_d) : R :=
  ((fine (\int[uniform]_z (expR (beta * cosine_similarity z u))%:E))^-1)%R.

Hypothesis P_probability : P setT = 1.
Hypothesis K_kernel : probability_kernel K.
Hypothesis encoding_unit : forall v, dot (h v) (h v) = 1%R.
Hypothesis encoding_measurable : forall i,
  measurable_fun setT (fun xt : X * T => h (aug xt.2 xt.1) ord0 i).
Hypothesis point_unit : forall z, dot (point z) (point z) = 1%R.
Hypothesis point_measurable : forall i, measurable_fun setT (fun z => point z ord0 i).
Hypothesis uniform_probability : uniform setT = 1.
Hypothesis rotate_point : forall O z, orthogonal O -> point (rotate O z) = point z *m O.
Hypothesis rotate_measurable : forall O, orthogonal O -> measurable_fun setT (rotate O).
Hypothesis rotation_invariant : forall O A, orthogonal O -> measurable A ->
  uniform (rotate O @^-1` A) = uniform A.
Hypothesis beta_gt0 : (0 < beta)%R.

Lemma measurable_fun_dot dY (Y : measurableType dY) (f g : Y -> 'rV[R]_d) :
  (forall i, measurable_fun setT (fun y => f y ord0 i)) ->
  (forall i, measurable_fun setT (fun y => g y ord0 i)) ->
  measurable_fun setT (fun y => dot (f y) (g y)).
Proof.
move=> mf mg; apply/EFin_measurable_fun.
rewrite (_ : _ \o _ = (fun y => \sum_i (f y ord0 i * g y ord0 i)%:E)); last first.
  by apply/funext => y; rewrite /= /dot mxE sumEFin; under eq_bigr do rewrite mxE.
apply: emeasurable_fun_sum => i; apply/EFin_measurable_fun.
exact: measurable_funM.
Qed.

Let measurable_similarity u : measurable_fun setT (cosine_similarity ^~ u).
Proof. by apply: measurable_fun_dot => // i; exact: measurable_fun_cst. Qed.

Let normaliser u := \int[uniform]_z (expR (beta * cosine_similarity z u))%:E.

Let measurable_exp u :
  measurable_fun setT (fun z => (expR (beta * cosine_similarity z u))%:E : \bar R).
Proof. exact: (measurable_fun_exp_similarity beta measurable_similarity). Qed.

Let normaliser_gt0 u : 0 < normaliser u.
Proof. by apply: probability_integral_gt0 => // z; rewrite lte_fin expR_gt0. Qed.

Let normaliser_fin u : dot u u = 1%R -> normaliser u \is a fin_num.
Proof.
move=> u1; rewrite ge0_fin_numE ?ltW ?normaliser_gt0 //.
apply: (@le_lt_trans _ _ (expR beta)%:E); last exact: ltry.
rewrite -[leRHS](probability_integral_cst uniform_probability).
apply: le_integral_measurable; [exact: measurable_exp|exact: measurable_fun_cst|].
by move=> z; rewrite lee_fin ler_expR ger_pmulr // dot_le1.
Qed.

Let transitive (u u' : 'rV[R]_d) : dot u u = 1%R -> dot u' u' = 1%R ->
  exists g : {O : 'M[R]_d | orthogonal O}, forall z,
    cosine_similarity (rotate (sval g) z) u' = cosine_similarity z u.
Proof.
move=> u1 u'1; have [O [orthO OE]] := rotations_transitive u1 u'1.
exists (exist _ O orthO) => z; rewrite /cosine_similarity /= rotate_point //.
by rewrite /dot -mulmxA -OE trmx_mul trmxK.
Qed.

(* The mean of (z . u)^2 is the same for all unit vectors u. *)
Lemma sphere_square (u u' : 'rV[R]_d) : dot u u = 1%R -> dot u' u' = 1%R ->
  \int[uniform]_z (dot (point z) u' ^+ 2)%:E = \int[uniform]_z (dot (point z) u ^+ 2)%:E.
Proof.
move=> u1 u'1; apply: (@homogeneous_integral_of _ _ _ {O : 'M[R]_d | orthogonal O} _
  uniform cosine_similarity [set u | dot u u = 1%R] (fun g => rotate (sval g))
  _ _ transitive measurable_similarity (fun r => r ^+ 2)%R) => //.
- by move=> [O orthO]; exact: rotate_measurable.
- by move=> [O orthO] A mA; exact: rotation_invariant.
- by under eq_fun do rewrite expr2; apply: measurable_funM; exact: measurable_fun_id.
- by move=> r; exact: sqr_ge0.
Qed.

Let normaliser_fine_gt0 u0 : dot u0 u0 = 1%R -> (0 < fine (normaliser u0))%R.
Proof. by move=> u01; rewrite fine_gt0 // normaliser_gt0 ltey_eq normaliser_fin. Qed.

Lemma von_mises_fisher_constant_gt0 u0 : dot u0 u0 = 1%R ->
  (0 < von_mises_fisher_constant u0)%R.
Proof. by move=> u01; rewrite invr_gt0 normaliser_fine_gt0. Qed.

Lemma von_mises_fisher_normalised u0 u : dot u0 u0 = 1%R -> dot u u = 1%R ->
  \int[uniform]_z (von_mises_fisher_constant u0 * expR (beta * cosine_similarity z u))%:E = 1.
Proof.
move=> u01 u1; apply: (@homogeneous_normalised _ _ _ {O : 'M[R]_d | orthogonal O} _
  uniform cosine_similarity [set u | dot u u = 1%R] (fun g => rotate (sval g)) beta
  _ _ transitive measurable_similarity (fine (normaliser u0)) u0) => //.
- by move=> [O orthO]; exact: rotate_measurable.
- by move=> [O orthO] A mA; exact: rotation_invariant.
- exact: normaliser_fine_gt0.
- by rewrite fineK // normaliser_fin.
Qed.

(* Main result. *)
Theorem von_mises_fisher_channel (u0 : 'rV[R]_d) : dot u0 u0 = 1%R ->
  augmentation_channel P K uniform aug h cosine_similarity beta
    (von_mises_fisher_constant u0).
Proof.
move=> u01; split=> //.
- exact: von_mises_fisher_constant_gt0.
- apply: measurable_fun_dot => i.
    apply: (measurable_fun_comp (point_measurable i)).
    exact: (measurable_fun_comp (@measurable_fun_snd _ _ _ _) (@measurable_fun_fst _ _ _ _)).
  pose xt (xzt : X * Z * T) := (xzt.1.1, xzt.2).
  have mxt : measurable_fun setT xt.
    apply/prod_measurable_funP; split; last exact: measurable_fun_snd.
    exact: (measurable_fun_comp (@measurable_fun_fst _ _ _ _) (@measurable_fun_fst _ _ _ _)).
  exact: (measurable_fun_comp (encoding_measurable i) mxt).
- by move=> x t; exact: von_mises_fisher_normalised.
Qed.

End VonMisesFisher.
