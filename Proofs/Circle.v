(******************************************************************************)
(* The von Mises-Fisher distribution on the circle satisfies the hypotheses   *)
(* of Proposition 1                                                           *)
(*                                                                            *)
(* Main result: `von_mises_channel`. With Z on the unit circle, S(z, u) =     *)
(* z . u for unit vectors u, any beta, and C_beta = 1 / (the integral of      *)
(* exp (beta cos z) over one turn) = 1 / (2 pi I_0(beta)). Nothing is assumed *)
(* of the circle: its measure is built here, and that turning preserves it is *)
(* proved. VonMisesFisher.v has the spheres of all dimensions, where the      *)
(* uniform measure has to be given.                                           *)
(*                                                                            *)
(* Definitions                                                                *)
(*   arc_length     == the Lebesgue measure of the angles in ]0, 2 pi]        *)
(*   circle_point z == the row vector (cos z, sin z)                          *)
(*   turn_by c z    == the angle z + c, less a whole turn if it exceeds 2 pi  *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap matrix.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp trigo measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel AugmentationChannel.
From CRLTAC Require Import Homogeneous Gaussian VonMisesFisher.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Circle.
Variable R : realType.
Local Notation lambda := [the {measure set R -> \bar R} of @lebesgue R].
Let turn : R := (pi *+ 2)%R.
Let turn_gt0 : (0 < turn)%R. Proof. by rewrite mulrn_wgt0 // pi_gt0. Qed.
Definition angles : set R := `](0 : R)%R, (pi *+ 2)%R]%classic.

Lemma measurable_angles : measurable angles. Proof. exact: measurable_itv. Qed.

(* Arc length: the Lebesgue measure of the angles in ]0, 2 pi]. *)
Definition arc_length : {measure set R -> \bar R} :=
  [the {measure set R -> \bar R} of mrestr (@lebesgue R) measurable_angles].

Let arc_lengthE (A : set R) : arc_length A = lambda (A `&` angles).
Proof. by []. Qed.

Let lebesgue_itv (a b : R) :
  lambda `]a, b]%classic = (if (a < b)%R then (b - a)%:E else 0) := lebesgue_itv a b.

Lemma arc_length_total : arc_length setT = (pi *+ 2)%:E.
Proof. by rewrite arc_lengthE setTI lebesgue_itv turn_gt0 subr0. Qed.

Lemma arc_length_sigma_finite : sigma_finite setT arc_length.
Proof.
exists (fun=> setT); first by rewrite bigcup_const //; exists 0%N.
by move=> _; rewrite arc_length_total ltry.
Qed.

(* Turning the circle by an angle c. *)
Definition turn_by (c z : R) : R :=
  (if z <= pi *+ 2 - c then z + c else z + c - pi *+ 2)%R.

Lemma measurable_fun_turn_by c : measurable_fun setT (turn_by c).
Proof.
rewrite /turn_by; apply: measurable_fun_ifT.
- apply: (@measurable_fun_bool _ _ setT _ true).
  rewrite [X in measurable X](_ : _ = `]-oo, (pi *+ 2 - c)%R]%classic).
    exact: measurable_itv.
  by apply/seteqP; split => z; rewrite /= in_itv.
- exact: (@measurable_fun_translate R c).
- by under eq_fun do rewrite -addrA; exact: (@measurable_fun_translate R (c - pi *+ 2)%R).
Qed.

Lemma cos_turn_by c z u : cos (turn_by c z - u) = cos (z + c - u).
Proof.
rewrite /turn_by; case: ifP => // _.
by rewrite -[in LHS]cosD2pi addrAC subrK.
Qed.

Lemma turn_by_invariant c (A : set R) : (0 <= c <= turn)%R -> measurable A ->
  arc_length (turn_by c @^-1` A) = arc_length A.
Proof.
move=> /andP[c0 c1] mA.
have m_itv (a b : R) : measurable `]a, b]%classic by exact: measurable_itv.
pose lower := `]0%R, (turn - c)%R]%classic : set R.
pose upper := `](turn - c)%R, turn]%classic : set R.
have low : turn_by c @^-1` A `&` lower =
    @translate R c @^-1` (A `&` `]c, turn]%classic).
  apply/seteqP; split => z; rewrite /lower /turn_by /translate /= !in_itv /=.
    move=> [Az /andP[z0 zc]]; move: Az; rewrite zc => Az; split => //.
    by rewrite ltr_addr z0 -ler_subr_addr.
  move=> [Az /andP[z0 zc]]; have {}zc : (z <= turn - c)%R by rewrite ler_subr_addr.
  by rewrite zc -(ltr_addr c) z0.
have up : turn_by c @^-1` A `&` upper =
    @translate R (c - turn)%R @^-1` (A `&` `]0%R, c]%classic).
  apply/seteqP; split => z; rewrite /upper /turn_by /translate /= !in_itv /=.
    move=> [Az /andP[z0 zc]]; move: Az; rewrite leNgt z0 /= addrA => Az; split => //.
    by rewrite subr_gt0 -ltr_subl_addr z0 /= ler_subl_addr addrC ler_add2l.
  rewrite addrA subr_gt0 ler_subl_addr (addrC z) ler_add2l => -[Az /andP[z0 zc]].
  have {}z0 : (turn - c < z)%R by rewrite ltr_subl_addr addrC.
  by rewrite leNgt z0 /=; split => //; rewrite (addrC z).
have split_at (a : R) (B : set R) : (0 <= a <= turn)%R -> measurable B ->
    lambda (B `&` angles) =
    lambda (B `&` `]0%R, a]%classic) + lambda (B `&` `]a, turn]%classic).
  move=> /andP[a0 a1] mB; rewrite -measureU; [|exact: measurableI|exact: measurableI|].
    congr (lambda _); rewrite -setIUr; congr (_ `&` _).
    apply/seteqP; split => z; rewrite /angles /= !in_itv /=.
      by case: (leP z a) => za /andP[z0 z1]; [left; rewrite z0|right].
    by case=> /andP[h1 h2]; rewrite ?h1 ?h2 ?(le_trans h2 a1) ?(le_lt_trans a0 h1).
  apply/seteqP; split => // z [[_ +] [_ +]].
  rewrite /= !in_itv /= => /andP[_ h1] /andP[h2 _].
  by have := le_lt_trans h1 h2; rewrite ltxx.
have mtA : measurable (turn_by c @^-1` A).
  by rewrite -[X in measurable X]setTI; exact: measurable_fun_turn_by.
rewrite !arc_lengthE (split_at (turn - c)%R) //; last by rewrite subr_ge0 c1 ler_subl_addr ler_addl.
rewrite low up !lebesgue_translate; [|exact: measurableI|exact: measurableI].
by rewrite addeC -split_at // c0.
Qed.

(* The angle of a unit vector. *)
Lemma angle_of (a b : R) : (a ^+ 2 + b ^+ 2 = 1)%R ->
  exists c, (0 <= c <= turn)%R /\ (a = cos c /\ b = sin c)%R.
Proof.
move=> ab; have a1 : (a ^+ 2 <= 1)%R by rewrite -ab ler_addl sqr_ge0.
have {}a1 : (-1 <= a <= 1)%R.
  by rewrite -ler_norml -(expr_le1 (n := 2)) // real_normK ?num_real.
have sinE : sin (acos a) = `|b|%R by rewrite sin_acos // -ab addrAC subrr add0r sqrtr_sqr.
have cosE : cos (acos a) = a by rewrite acosK // in_itv.
have turnE : turn = (pi + pi)%R by rewrite /turn mulr2n.
have [b0|b0] := leP 0%R b.
  exists (acos a); rewrite cosE sinE ger0_norm // acos_ge0 //=; split => //.
  by rewrite (le_trans (acos_lepi a1)) // turnE ler_addl pi_ge0.
exists (- acos a + turn)%R; rewrite cosD2pi sinD2pi cosN sinN cosE sinE ltr0_norm // opprK.
split => //; rewrite addrC subr_ge0 ler_subl_addr ler_addl acos_ge0 // andbT.
by rewrite (le_trans (acos_lepi a1)) // turnE ler_addl pi_ge0.
Qed.

Definition circle_point (z : R) : 'rV[R]_2 :=
  (\row_i (if i == ord0 then cos z else sin z))%R.

Let dot_circle (z : R) (u : 'rV[R]_2) :
  dot (circle_point z) u = (cos z * u ord0 ord0 + sin z * u ord0 (lift ord0 ord0))%R.
Proof. by rewrite dotE !big_ord_recl big_ord0 addr0 !mxE. Qed.

Let dot_angle (z c : R) (u : 'rV[R]_2) :
  u ord0 ord0 = cos c -> u ord0 (lift ord0 ord0) = sin c ->
  dot (circle_point z) u = cos (z - c).
Proof. by move=> u0 u1; rewrite dot_circle u0 u1 cosB. Qed.

Let unit_angle (u : 'rV[R]_2) : dot u u = 1%R ->
  exists c, (0 <= c <= turn)%R /\ forall z, dot (circle_point z) u = cos (z - c).
Proof.
rewrite dotE !big_ord_recl big_ord0 addr0 -!expr2 => /angle_of[c [c_turn [u0 u1]]].
by exists c; split => // z; exact: dot_angle.
Qed.

Let transitive (u u' : 'rV[R]_2) : dot u u = 1%R -> dot u' u' = 1%R ->
  exists c : {c : R | (0 <= c <= turn)%R}, forall z,
    dot (circle_point (turn_by (sval c) z)) u' = dot (circle_point z) u.
Proof.
move=> /unit_angle[a [/andP[a0 a1] aE]] /unit_angle[b [/andP[b0 b1] bE]].
have [ab|ab] := leP a b.
  have ok : (0 <= b - a <= turn)%R.
    by rewrite subr_ge0 ab (le_trans _ b1) // ler_subl_addr ler_addl.
  exists (exist (fun c : R => is_true (0 <= c <= turn)%R) _ ok) => z.
  by rewrite aE bE cos_turn_by /=; congr cos; rewrite addrA addrAC addrK.
have ok : (0 <= b - a + turn <= turn)%R.
  by rewrite addrAC subr_ge0 (le_trans a1) ?ler_addr //= addrAC ger_addr subr_le0 ltW.
exists (exist (fun c : R => is_true (0 <= c <= turn)%R) _ ok) => z.
rewrite aE bE cos_turn_by /= -[RHS]cosD2pi; congr cos; rewrite -/turn.
move: (turn) => w; rewrite -[(z - a)%R in RHS](addrK b) [RHS]addrAC !addrA.
by do 2 congr (_ + _)%R; exact: addrAC.
Qed.

Lemma measurable_circle_point i : measurable_fun setT (fun z => circle_point z ord0 i).
Proof.
rewrite /circle_point; under eq_fun do rewrite mxE; case: (i == ord0).
- by apply: continuous_measurable_fun; exact: continuous_cos.
- by apply: continuous_measurable_fun; exact: continuous_sin.
Qed.

Let measurable_similarity u : measurable_fun setT (fun z => dot (circle_point z) u).
Proof.
by apply: measurable_fun_dot => i; [exact: measurable_circle_point|exact: measurable_fun_cst].
Qed.

(* The mean of (z . u)^2 is the same for all unit vectors u. *)
Lemma circle_square (u u' : 'rV[R]_2) : dot u u = 1%R -> dot u' u' = 1%R ->
  \int[arc_length]_z (dot (circle_point z) u' ^+ 2)%:E =
  \int[arc_length]_z (dot (circle_point z) u ^+ 2)%:E.
Proof.
move=> u1 u'1; apply: (@homogeneous_integral_of _ _ _ {c : R | (0 <= c <= turn)%R} _
  arc_length (fun z u => dot (circle_point z) u) [set u | dot u u = 1%R]
  (fun c => turn_by (sval c)) _ _ transitive _ (fun r => r ^+ 2)%R) => //.
- by move=> [c c_turn]; exact: measurable_fun_turn_by.
- by move=> [c c_turn] A mA; exact: turn_by_invariant.
- by under eq_fun do rewrite expr2; apply: measurable_funM; exact: measurable_fun_id.
- by move=> r; exact: sqr_ge0.
Qed.

Lemma circle_point_unit z : dot (circle_point z) (circle_point z) = 1%R.
Proof. by rewrite dot_circle !mxE /= -!expr2 cos2Dsin2. Qed.

Section Normaliser.
Variable beta : R.

Let normaliser := \int[arc_length]_z (expR (beta * cos z))%:E.

Let measurable_exp_cos : measurable_fun setT (fun z : R => (expR (beta * cos z))%:E).
Proof.
apply/EFin_measurable_fun/(measurable_fun_comp (@measurable_fun_expR R)).
by apply: measurable_funrM; apply: continuous_measurable_fun; exact: continuous_cos.
Qed.

Let normaliser_gt0 : 0 < normaliser.
Proof.
apply: integral_gt0 => // [|z]; last by rewrite lte_fin expR_gt0.
by rewrite arc_length_total gt_eqF.
Qed.

Let normaliser_lty : normaliser < +oo.
Proof.
apply: (@le_lt_trans _ _ (\int[arc_length]_z (expR `|beta|)%:E)).
  apply: ge0_le_integral => //.
  - by move=> z _; rewrite lee_fin ltW // expR_gt0.
  - by move=> z _; rewrite lee_fin ltW // expR_gt0.
  - exact: measurable_fun_cst.
  move=> z _; rewrite lee_fin ler_expR (le_trans (ler_norm _)) // normrM.
  by rewrite ler_pimulr // cos_max.
by rewrite (integral_cst _ measurableT) arc_length_total -EFinM ltry.
Qed.

Definition von_mises_constant : R :=
  ((fine (\int[arc_length]_z (expR (beta * cos z))%:E))^-1)%R.

Let normaliser_fine_gt0 : (0 < fine normaliser)%R.
Proof. by rewrite fine_gt0 // normaliser_gt0. Qed.

Lemma von_mises_constant_gt0 : (0 < von_mises_constant)%R.
Proof. by rewrite invr_gt0. Qed.

Lemma von_mises_normalised (u : 'rV[R]_2) : dot u u = 1%R ->
  \int[arc_length]_z (von_mises_constant * expR (beta * dot (circle_point z) u))%:E = 1.
Proof.
move=> u1; apply: (@homogeneous_normalised _ _ _ {c : R | (0 <= c <= turn)%R} _
  arc_length (fun z u => dot (circle_point z) u) [set u | dot u u = 1%R]
  (fun c => turn_by (sval c)) beta _ _ transitive measurable_similarity
  (fine normaliser) (circle_point 0%R)) => //.
- by move=> [c c_turn]; exact: measurable_fun_turn_by.
- by move=> [c c_turn] A mA; exact: turn_by_invariant.
- exact: circle_point_unit.
- rewrite fineK ?ge0_fin_numE ?(ltW normaliser_gt0) //; apply: eq_integral => z _.
  by rewrite dot_circle !mxE /= cos0 sin0 mulr1 mulr0 addr0.
Qed.
End Normaliser.

Section Channel.
Context dX dT (X : measurableType dX) (T : measurableType dT) (V : Type).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variables (aug : T -> X -> V) (h : V -> 'rV[R]_2) (beta : R).
Hypothesis P_probability : P setT = 1.
Hypothesis K_kernel : probability_kernel K.
Hypothesis encoding_unit : forall v, dot (h v) (h v) = 1%R.
Hypothesis encoding_measurable : forall i,
  measurable_fun setT (fun xt : X * T => h (aug xt.2 xt.1) ord0 i).

(* Main result. *)
Theorem von_mises_channel : augmentation_channel P K arc_length aug h
  (fun z u => dot (circle_point z) u) beta (von_mises_constant beta).
Proof.
split=> //.
- exact: von_mises_constant_gt0.
- apply: measurable_fun_dot => i.
    apply: (measurable_fun_comp (measurable_circle_point i)).
    exact: (measurable_fun_comp (@measurable_fun_snd _ _ _ _) (@measurable_fun_fst _ _ _ _)).
  pose xt (xzt : X * R * T) := (xzt.1.1, xzt.2).
  have mxt : measurable_fun setT xt.
    apply/prod_measurable_funP; split; last exact: measurable_fun_snd.
    exact: (measurable_fun_comp (@measurable_fun_fst _ _ _ _) (@measurable_fun_fst _ _ _ _)).
  exact: (measurable_fun_comp (encoding_measurable i) mxt).
- by move=> x t; exact: von_mises_normalised.
Qed.

End Channel.

End Circle.
