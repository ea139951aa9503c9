(******************************************************************************)
(* Where all directions are alike, the mean of (z . v)^2 is |v|^2 / d         *)
(*                                                                            *)
(* Main result: `isotropic`, for a measure of finite mass on points that are  *)
(* unit vectors of R^d, if the integral of (z . u)^2 is the same for all unit *)
(* vectors u. On the circle and on spheres rotations show that it is:         *)
(* `circle_square` of Circle.v and `sphere_square` of VonMisesFisher.v.       *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap matrix.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Integration VonMisesFisher.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Isotropy.
Context dZ (Z : measurableType dZ) (R : realType) (d : nat).
Variables (mu : {measure set Z -> \bar R}) (mass : R) (point : Z -> 'rV[R]_d).
Hypothesis mu_mass : mu setT = mass%:E.
Hypothesis point_unit : forall z, dot (point z) (point z) = 1%R.
Hypothesis point_measurable : forall i, measurable_fun setT (fun z => point z ord0 i).

Lemma measurable_square (v : 'rV[R]_d) :
  measurable_fun setT (fun z => (dot (point z) v ^+ 2)%:E : \bar R).
Proof.
apply/EFin_measurable_fun; under eq_fun do rewrite expr2.
by apply: measurable_funM; apply: measurable_fun_dot => // i; exact: measurable_fun_cst.
Qed.

Hypothesis homogeneous : forall u u', dot u u = 1%R -> dot u' u' = 1%R ->
  \int[mu]_z (dot (point z) u' ^+ 2)%:E = \int[mu]_z (dot (point z) u ^+ 2)%:E.

Let dimension_gt0 : (0 < d)%N.
Proof.
rewrite lt0n; apply/eqP => d0; have := point_unit (classical_sets.point : Z).
rewrite dotE big1 => [/eqP|i]; first by rewrite eq_sym oner_eq0.
by exfalso; move: (leq_ltn_trans (leq0n i) (ltn_ord i)); rewrite d0.
Qed.

Let basis (i : 'I_d) : 'rV[R]_d := (delta_mx ord0 i)%R.

Let dot_basis v i : dot v (basis i) = v ord0 i.
Proof.
rewrite dotE (bigD1 i) //= mxE !eqxx mulr1 big1 ?addr0 // => j ji.
by rewrite mxE eqxx (negbTE ji) mulr0.
Qed.

Let basis_unit i : dot (basis i) (basis i) = 1%R.
Proof. by rewrite dot_basis mxE !eqxx. Qed.

Let unit_square (u : 'rV[R]_d) : dot u u = 1%R ->
  \int[mu]_z (dot (point z) u ^+ 2)%:E = (mass / d%:R)%:E.
Proof.
move=> u1; set c := \int[mu]_z _.
have square_ge0 v z : (0%:E : \bar R) <= (dot (point z) v ^+ 2)%:E by rewrite lee_fin sqr_ge0.
have sumE : \sum_(i < d) c = mass%:E.
  transitivity (\sum_(i < d) \int[mu]_z (dot (point z) (basis i) ^+ 2)%:E).
    by apply: eq_bigr => i _; rewrite (homogeneous u1 (basis_unit i)).
  rewrite -ge0_integral_sum //; last by move=> i; exact: measurable_square.
  rewrite -[mass in RHS]mul1r -(integral_cst_mass mu_mass); apply: eq_integral => z _.
  rewrite sumEFin; congr EFin; rewrite -(point_unit z) dotE; apply: eq_bigr => i _.
  by rewrite dot_basis expr2.
have c_fin : c \is a fin_num.
  have c0 : 0 <= c by apply: integral_ge0 => z _; exact: square_ge0.
  rewrite ge0_fin_numE // (@le_lt_trans _ _ mass%:E) ?ltry // -sumE.
  by rewrite (bigD1 (Ordinal dimension_gt0)) //= lee_addl // sume_ge0.
move: sumE; rewrite -(fineK c_fin) sumEFin sumr_const card_ord => -[<-].
by rewrite -(mulr_natr (fine c) d) mulfK // pnatr_eq0 -lt0n.
Qed.

(* Main result. *)
Theorem isotropic (v : 'rV[R]_d) :
  \int[mu]_z (dot (point z) v ^+ 2)%:E = (mass * dot v v / d%:R)%:E.
Proof.
have [/dot_eq0->|v0] := eqVneq (dot v v) 0%R.
  rewrite (eq_integral (fun _ => 0)) => [|z _]; last first.
    by rewrite dotE big1 => [|i _]; rewrite ?mxE ?mulr0 // expr0n.
  by rewrite integral0 dotE big1 => [|i _]; rewrite ?mxE ?mulr0 ?mul0r.
have v_gt0 : (0 < dot v v)%R by rewrite lt_neqAle eq_sym v0 dot_ge0.
pose length := Num.sqrt (dot v v); have length_sq : (length ^+ 2)%R = dot v v.
  by rewrite sqr_sqrtr // ltW.
have length_neq0 : length != 0%R by rewrite gt_eqF // sqrtr_gt0.
pose u := (length^-1 *: v)%R; have vE : v = (length *: u)%R.
  by rewrite /u scalerA divff // scale1r.
have u1 : dot u u = 1%R.
  by rewrite /u dotZr dotC dotZr -length_sq expr2 mulKf // mulVf.
rewrite -[dot v v in RHS]length_sq.
rewrite (eq_integral (fun z => (length ^+ 2)%:E * (dot (point z) u ^+ 2)%:E)) => [|z _].
  rewrite ge0_integralM //; first by rewrite unit_square // -EFinM mulrCA mulrA.
  - exact: measurable_square.
  - by move=> z _; rewrite lee_fin sqr_ge0.
  - by rewrite lee_fin sqr_ge0.
by rewrite {1}vE dotZr exprMn EFinM.
Qed.

End Isotropy.
