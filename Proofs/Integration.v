(******************************************************************************)
(* Integration lemmas that mathcomp-analysis 0.6.0 lacks                      *)
(*                                                                            *)
(* Main result: `ae_eq_of_le_integral`. If f <= g and both have the same      *)
(* finite integral, then f = g almost everywhere. It turns every inequality   *)
(* of this development into a statement about its case of equality.           *)
(*                                                                            *)
(* All integrals are over the whole space and take values in [-oo, +oo]. The  *)
(* library defines the integral of f as that of its positive part minus that  *)
(* of its negative part, where +oo - +oo = -oo.                               *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Projections.
Context d1 d2 (T1 : measurableType d1) (T2 : measurableType d2).
Let T12 := [the measurableType _ of (T1 * T2)%type].

Lemma measurable_fun_fst : measurable_fun setT (fst : T12 -> T1).
Proof.
by have /prod_measurable_funP[] := @measurable_fun_id _ T12 setT.
Qed.

Lemma measurable_fun_snd : measurable_fun setT (snd : T12 -> T2).
Proof.
by have /prod_measurable_funP[] := @measurable_fun_id _ T12 setT.
Qed.

End Projections.

Section Tonelli.
Context d1 d2 (T1 : measurableType d1) (T2 : measurableType d2) (R : realType).
Variables (m1 : {measure set T1 -> \bar R}) (m2 : {measure set T2 -> \bar R}).
Hypotheses (s1 : sigma_finite setT m1) (s2 : sigma_finite setT m2).

Lemma tonelli (f : T1 * T2 -> \bar R) :
    measurable_fun setT f -> (forall xy, 0 <= f xy) ->
  \int[m1]_x \int[m2]_y f (x, y) = \int[m2]_y \int[m1]_x f (x, y).
Proof.
by move=> mf f0; rewrite -[LHS](fubini_tonelli1 s2) // (fubini_tonelli2 s1).
Qed.

End Tonelli.

Section AlmostEverywhere.
Context d (T : measurableType d) (R : realType).
Variable m : {measure set T -> \bar R}.

Lemma ae_imply (A B : T -> Prop) : (forall x, A x -> B x) ->
  {ae m, forall x, A x} -> {ae m, forall x, B x}.
Proof.
by move=> AB [N [mN N0 AN]]; exists N; split => // x nB; apply: AN => /AB.
Qed.

Lemma ae_and (A B : T -> Prop) :
  {ae m, forall x, A x} -> {ae m, forall x, B x} ->
  {ae m, forall x, A x /\ B x}.
Proof.
move=> [N [mN N0 AN]] [M [mM M0 BM]]; exists (N `|` M); split.
- exact: measurableU.
- by rewrite null_set_setU.
- by move=> x /= /not_andP[nA|nB]; [left; exact: AN|right; exact: BM].
Qed.

Lemma integral_gt0 (f : T -> \bar R) : m setT != 0 -> measurable_fun setT f ->
  (forall x, 0 < f x) -> 0 < \int[m]_x f x.
Proof.
move=> m0 mf f0; rewrite lt0e integral_ge0 ?andbT => [|x _]; last exact/ltW.
apply/eqP; rewrite -(eq_integral _ _ (fun x _ => gee0_abs (ltW (f0 x)))).
move/(ae_eq_integral_abs m measurableT mf) => -[N [mN N0 fN]].
move/eqP: m0; apply; apply/eqP; rewrite eq_le measure_ge0 andbT -N0.
apply: le_measure; rewrite ?inE // => x _; apply: fN => /(_ Logic.I) fx.
by have := f0 x; rewrite fx ltxx.
Qed.

End AlmostEverywhere.

Section FiniteMeasure.
Context d (T : measurableType d) (R : realType).
Variable m : {measure set T -> \bar R}.
Hypothesis m_probability : m setT = 1.

Lemma probability_sigma_finite : sigma_finite setT m.
Proof.
exists (fun=> setT); first by rewrite bigcup_const //; exists 0%N.
by move=> _; rewrite m_probability ltry.
Qed.

Lemma probability_integral_cst (r : \bar R) : \int[m]_x r = r.
Proof. by rewrite (integral_cst _ measurableT) m_probability mule1. Qed.

Lemma probability_integrable_cst (r : R) : m.-integrable setT (cst r%:E).
Proof.
split; first exact: measurable_fun_cst.
by rewrite (probability_integral_cst `|r%:E|) ltry.
Qed.

Lemma probability_not_null (A : T -> Prop) : {ae m, forall x, A x} -> exists x, A x.
Proof.
move=> [N [mN N0 AN]]; apply: contrapT => nA.
have : m setT <= m N.
  by apply: le_measure; rewrite ?inE // => x _; apply: AN => Ax; apply: nA; exists x.
by rewrite m_probability N0 leNgt lte01.
Qed.

Lemma probability_integral_ae_cst (f : T -> \bar R) (r : \bar R) :
  measurable_fun setT f -> {ae m, forall x, f x = r} -> \int[m]_x f x = r.
Proof.
move=> mf fr; rewrite -[RHS]probability_integral_cst.
apply: (@ae_eq_integral _ _ _ m setT (cst r)) => //; first exact: measurable_fun_cst.
by apply: ae_imply fr.
Qed.

Lemma probability_integral_gt0 (f : T -> \bar R) : measurable_fun setT f ->
  (forall x, 0 < f x) -> 0 < \int[m]_x f x.
Proof. by apply: integral_gt0; rewrite m_probability gt_eqF. Qed.

End FiniteMeasure.

Section IntegralOrder.
Context d (T : measurableType d) (R : realType).
Variable m : {measure set T -> \bar R}.
Implicit Types f g : T -> \bar R.

(* Monotonicity with no integrability assumption. *)
Lemma le_integral_measurable f g :
    measurable_fun setT f -> measurable_fun setT g ->
  (forall x, f x <= g x) -> \int[m]_x f x <= \int[m]_x g x.
Proof.
move=> mf mg fg; rewrite (integralE _ _ f) (integralE _ _ g); apply: lee_sub.
- apply: ge0_le_integral => //; try exact: emeasurable_fun_funepos.
  by move=> x _; rewrite /funepos le_maxl !le_maxr fg lexx !orbT.
- apply: ge0_le_integral => //; try exact: emeasurable_fun_funeneg.
  by move=> x _; rewrite /funeneg !le_maxl !le_maxr lee_oppl oppeK fg lexx !orbT.
Qed.

Lemma integrable_of_fin_num f : measurable_fun setT f ->
  \int[m]_x f x \is a fin_num -> m.-integrable setT f.
Proof.
move=> mf; rewrite integralE fin_numB => /andP[p_fin n_fin]; split => //.
rewrite (eq_integral (fun x => f^\+ x + f^\- x)); last first.
  by move=> x _; exact: (congr1 (@^~ x) (fune_abse f)).
rewrite ge0_integralD //; try exact: emeasurable_fun_funepos;
  try exact: emeasurable_fun_funeneg.
by rewrite lte_add_pinfty // ltey_eq ?p_fin ?n_fin.
Qed.

(* Subtracting an integrable function from a non-negative one. *)
Lemma integral_ge0B f g : measurable_fun setT f -> (forall x, 0 <= f x) ->
    m.-integrable setT g ->
  \int[m]_x (f x - g x) = \int[m]_x f x - \int[m]_x g x.
Proof.
move=> mf f0 ig; have [fin|inf] := boolP (\int[m]_x f x < +oo).
  by apply: integralB => //; split => //; under eq_integral do rewrite gee0_abs //.
have mg := ig.1; have mfg : measurable_fun setT (fun x => f x - g x).
  exact: emeasurable_funB.
have g_fin := integral_fune_fin_num measurableT ig.
have {inf} f_inf : \int[m]_x f x = +oo.
  by apply/eqP; rewrite -leye_eq leNgt.
rewrite f_inf (_ : +oo - _ = +oo); last first.
  by move: g_fin; case: (\int[m]_x g x).
have absg : measurable_fun setT (fun x => `|g x|) by exact: measurable_fun_comp.
have neg_fin : \int[m]_x (fun x => f x - g x)^\- x < +oo.
  apply: le_lt_trans ig.2; apply: ge0_le_integral => //.
    exact: emeasurable_fun_funeneg.
  move=> x _; rewrite /funeneg le_maxl abse_ge0 andbT.
  have := f0 x; case: (f x) => [r| |] //; case: (g x) => [s| |] //= r0;
    rewrite ?leNye ?leey // lee_fin opprB (le_trans _ (ler_norm s)) //.
  by rewrite ler_subl_addr ler_addl -lee_fin.
have pos_inf : \int[m]_x (fun x => f x - g x)^\+ x = +oo.
  apply/eqP; rewrite -leye_eq.
  have : \int[m]_x f x <= \int[m]_x (fun x => f x - g x)^\+ x + \int[m]_x `|g x|.
    rewrite -ge0_integralD //; last exact: emeasurable_fun_funepos.
    apply: ge0_le_integral => //.
    - by move=> x _; rewrite adde_ge0.
    - by apply: emeasurable_funD => //; exact: emeasurable_fun_funepos.
    move=> x _; rewrite /funepos.
    have := f0 x; case: (f x) => [r| |] //; case: (g x) => [s| |] //= r0;
      try by rewrite /maxe /= ?ltNyr ?leey.
    by rewrite maxEFin lee_fin -ler_subl_addr le_maxr ler_sub ?ler_norm.
  rewrite f_inf !leye_eq; have := ig.2.
  by case: (\int[m]_x `|g x|) => [r _||_] //; case: (\int[m]_x _).
rewrite integralE pos_inf; move: neg_fin.
have : 0 <= \int[m]_x (fun x => f x - g x)^\- x by exact: integral_ge0.
by case: (\int[m]_x _).
Qed.

(* Adding an integrable function: both sides may be infinite. *)
Lemma integralD_integrable f g : measurable_fun setT f -> m.-integrable setT g ->
  \int[m]_x (f x + g x) = \int[m]_x f x + \int[m]_x g x.
Proof.
move=> mf ig; have mg := ig.1; have g_fin := integral_fune_fin_num measurableT ig.
pose F x := f x + g x; have mF : measurable_fun setT F by exact: emeasurable_funD.
have [fin|inf] := boolP (\int[m]_x f x \is a fin_num).
  by rewrite integralD //; exact: integrable_of_fin_num.
have mfp : measurable_fun setT f^\+ by exact: emeasurable_fun_funepos.
have mfn : measurable_fun setT f^\- by exact: emeasurable_fun_funeneg.
have mFp : measurable_fun setT F^\+ by exact: emeasurable_fun_funepos.
have mFn : measurable_fun setT F^\- by exact: emeasurable_fun_funeneg.
have infinite (a b : T -> \bar R) : measurable_fun setT a -> measurable_fun setT b ->
    (forall x, 0 <= a x) -> (forall x, 0 <= b x) -> (forall x, a x <= b x + `|g x|) ->
    \int[m]_x a x = +oo -> \int[m]_x b x = +oo.
  move=> ma mb a0 b0 ab a_inf; apply/eqP; rewrite -leye_eq leNgt; apply/negP => b_fin.
  have absg : measurable_fun setT (fun x => `|g x|) by exact: measurable_fun_comp.
  have : \int[m]_x a x <= \int[m]_x b x + \int[m]_x `|g x|.
    rewrite -ge0_integralD //; apply: ge0_le_integral => //.
    - by move=> x _; rewrite adde_ge0.
    - exact: emeasurable_funD.
  by rewrite a_inf leye_eq => /eqP e; have := lte_add_pinfty b_fin ig.2; rewrite e ltxx.
have real_neg (r s : R) : (Order.max (- r) 0 <= Order.max (- (r + s)) 0 + `|s|)%R.
  rewrite le_maxl addr_ge0 ?le_maxr ?lexx ?orbT ?normr_ge0 // andbT.
  rewrite (_ : - r = - (r + s) + s)%R; last by rewrite opprD addrNK.
  by rewrite ler_add ?ler_norm // le_maxr lexx.
have real_pos (r s : R) : (Order.max r 0 <= Order.max (r + s) 0 + `|s|)%R.
  rewrite le_maxl addr_ge0 ?le_maxr ?lexx ?orbT ?normr_ge0 // andbT.
  rewrite -{1}(addrK s r) ler_add // ?le_maxr ?lexx //.
  by rewrite -normrN ler_norm.
have real_neg' (r s : R) : (Order.max (- (r + s)) 0 <= Order.max (- r) 0 + `|s|)%R.
  rewrite le_maxl addr_ge0 ?le_maxr ?lexx ?orbT ?normr_ge0 // andbT.
  by rewrite opprD ler_add // ?le_maxr ?lexx // -normrN ler_norm.
have f_neg x : f^\- x <= F^\- x + `|g x|.
  rewrite /funeneg /F; case: (f x) (g x) => [r| |] [s| |] //=.
  all: rewrite ?maxEFin -?EFinD ?lee_fin ?real_neg // /maxe /=.
  all: rewrite ?ltNyr ?ltry ?leey ?add0e ?addye //= ?leey //.
have F_neg x : F^\- x <= f^\- x + `|g x|.
  rewrite /funeneg /F; case: (f x) (g x) => [r| |] [s| |] //=.
  all: rewrite ?maxEFin -?EFinD ?lee_fin ?real_neg' // /maxe /=.
  all: rewrite ?ltNyr ?ltry ?leey ?add0e ?addye //= ?leey //.
have f_pos x : f^\+ x <= F^\+ x + `|g x|.
  rewrite /funepos /F; case: (f x) (g x) => [r| |] [s| |] //=.
  all: rewrite ?maxEFin -?EFinD ?lee_fin ?real_pos // /maxe /=.
  all: rewrite ?ltNyr ?ltry ?leey ?add0e ?addye //= ?leey //.
have F0p x : 0 <= F^\+ x by exact: funepos_ge0.
have F0n x : 0 <= F^\- x by exact: funeneg_ge0.
have f0p x : 0 <= f^\+ x by exact: funepos_ge0.
have f0n x : 0 <= f^\- x by exact: funeneg_ge0.
rewrite -/F (integralE _ _ F) (integralE _ _ f).
have [fn|fn] := eqVneq (\int[m]_x f^\- x) +oo.
  rewrite (infinite _ _ mfn mFn f0n F0n f_neg fn) fn.
  by rewrite /= !addeNy addNye.
have Fn : \int[m]_x F^\- x != +oo.
  by apply/eqP => e; move/eqP: fn; apply; exact: (infinite _ _ mFn mfn F0n f0n F_neg e).
have fn_fin : \int[m]_x f^\- x \is a fin_num by rewrite ge0_fin_numE ?integral_ge0 // ltey.
have Fn_fin : \int[m]_x F^\- x \is a fin_num by rewrite ge0_fin_numE ?integral_ge0 // ltey.
have fp : \int[m]_x f^\+ x = +oo.
  apply/eqP; apply: contraNT inf; rewrite -ltey => fp; rewrite integralE fin_numB fn_fin andbT.
  by rewrite ge0_fin_numE ?integral_ge0.
rewrite fp (infinite _ _ mfp mFp f0p F0p f_pos fp).
have addy (x : \bar R) : x \is a fin_num -> +oo + x = +oo by case: x.
by rewrite (addy (- _)) ?fin_numN // (addy (- _)) ?fin_numN // addy.
Qed.
(* Main result: equality of integrals forces equality of functions. *)
Theorem ae_eq_of_le_integral f g :
    measurable_fun setT f -> measurable_fun setT g -> (forall x, f x <= g x) ->
    \int[m]_x f x = \int[m]_x g x -> \int[m]_x g x \is a fin_num ->
  {ae m, forall x, f x = g x}.
Proof.
move=> mf mg fg fgE g_fin.
have ig := integrable_of_fin_num mg g_fin.
have if_ : m.-integrable setT f by apply: integrable_of_fin_num; rewrite // fgE.
have f_ae := integrable_ae measurableT if_.
have g_ae := integrable_ae measurableT ig.
have mgf : measurable_fun setT (g \- f) by exact: emeasurable_funB.
have gf0 : \int[m]_x `|(g \- f) x| = 0.
  rewrite (@ae_eq_integral _ _ _ m setT (g \- f)) //.
  - by rewrite (integralB measurableT ig if_) fgE subee.
  - exact: measurable_fun_comp.
  - apply: ae_imply (ae_and f_ae g_ae) => x [fx gx] Tx.
    by rewrite gee0_abs // sube_ge0 // fx.
move/(ae_eq_integral_abs m measurableT mgf) : gf0 => gf0.
apply: ae_imply (ae_and gf0 (ae_and f_ae g_ae)) => x [].
move=> /(_ Logic.I) /= /eqP e [/(_ Logic.I) fx /(_ Logic.I) gx].
by move: e; rewrite sube_eq ?fin_num_adde_def // add0e eq_sym => /eqP.
Qed.

End IntegralOrder.

(* On a measure space of finite mass bounded functions are integrable. *)
Section BoundedFunctions.
Context d (T : measurableType d) (R : realType).
Variables (m : {measure set T -> \bar R}) (mass : R).
Hypothesis m_mass : m setT = mass%:E.

Lemma integral_cst_mass (r : R) : \int[m]_x r%:E = (r * mass)%:E.
Proof. by rewrite (integral_cst _ measurableT) m_mass. Qed.

Lemma integrable_bounded (f : T -> R) (b : R) :
  measurable_fun setT (fun x => (f x)%:E) -> (forall x, `|f x| <= b)%R ->
  m.-integrable setT (fun x => (f x)%:E).
Proof.
move=> mf fb; split=> //; apply: (@le_lt_trans _ _ (\int[m]_x b%:E)).
  apply: le_integral_measurable; [exact: measurable_fun_comp|exact: measurable_fun_cst|].
  by move=> x; rewrite /= lee_fin.
by rewrite integral_cst_mass ltry.
Qed.

Section Sums.
Context (I : Type) (c : I -> R) (f : I -> T -> R).
Hypothesis fi : forall i, m.-integrable setT (fun x => (f i x)%:E).

Let integrable_and_integral (r : seq I) :
  m.-integrable setT (fun x => (\sum_(i <- r) c i * f i x)%R%:E) /\
  \sum_(i <- r) (c i)%:E * \int[m]_x (f i x)%:E =
  \int[m]_x (\sum_(i <- r) c i * f i x)%R%:E.
Proof.
have cfi i : m.-integrable setT (fun x => (c i * f i x)%R%:E).
  by have := integrablerM measurableT (c i) (fi i); under eq_fun do rewrite -EFinM.
elim: r => [|i r [ir IH]].
  rewrite big_nil; under [in X in _ /\ X]eq_integral do rewrite big_nil.
  rewrite integral0; split => //; under eq_fun do rewrite big_nil.
  apply: (@integrable_bounded (fun=> 0%R) 0%R) => [|x]; last by rewrite normr0.
  exact: measurable_fun_cst.
have consE x : (\sum_(j <- i :: r) c j * f j x)%R%:E =
    (c i * f i x)%R%:E + (\sum_(j <- r) c j * f j x)%R%:E by rewrite big_cons EFinD.
split; first by under eq_fun do rewrite consE; exact: integrableD.
rewrite big_cons IH [RHS](_ : _ = \int[m]_x
  ((c i * f i x)%R%:E + (\sum_(j <- r) c j * f j x)%R%:E)); last first.
  by apply: eq_integral => x _; exact: consE.
rewrite (integralD measurableT (cfi i) ir); congr (_ + _).
rewrite -(integralM measurableT (fi i)).
by apply: eq_integral => x _; rewrite EFinM.
Qed.

Lemma integrable_sum (r : seq I) :
  m.-integrable setT (fun x => (\sum_(i <- r) c i * f i x)%R%:E).
Proof. by case: (integrable_and_integral r). Qed.

Lemma integral_sum (r : seq I) : \sum_(i <- r) (c i)%:E * \int[m]_x (f i x)%:E =
  \int[m]_x (\sum_(i <- r) c i * f i x)%R%:E.
Proof. by case: (integrable_and_integral r). Qed.

End Sums.

End BoundedFunctions.
