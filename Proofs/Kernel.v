(******************************************************************************)
(* Probability kernels: integrals against a measure that depends on a point   *)
(*                                                                            *)
(* Main result: `measurable_fun_kernel_integral`. If K y is a probability     *)
(* measure for every y, and K y A is measurable in y for every measurable A,  *)
(* then the integral of f (y, t) against K y (dt) is measurable in y.         *)
(* mathcomp-analysis 0.6.0 has this for a fixed measure only; here it is what *)
(* lets P(T | X) be an arbitrary conditional distribution.                    *)
(*                                                                            *)
(* Definition                                                                 *)
(*   probability_kernel K == every K y is a probability measure, and y |-> K  *)
(*                           y A is measurable for every measurable set A     *)
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

Record probability_kernel d1 d2 (Y : measurableType d1) (T : measurableType d2)
    (R : realType) (K : Y -> {measure set T -> \bar R}) : Prop := {
  kernel_probability : forall y, K y setT = 1;
  kernel_measurable : forall A : set T, measurable A ->
    measurable_fun setT (fun y => K y A) }.

Section KernelIntegral.
Context d1 d2 (Y : measurableType d1) (T : measurableType d2) (R : realType).
Variable K : Y -> {measure set T -> \bar R}.
Hypothesis K_kernel : probability_kernel K.
Let YT := [the measurableType _ of (Y * T)%type].

Lemma kernel_lty y (A : set T) : measurable A -> K y A < +oo.
Proof.
move=> mA; apply: (@le_lt_trans _ _ (K y setT)).
  by apply: le_measure; rewrite ?inE.
by rewrite (kernel_probability K_kernel) ltry.
Qed.

Let section_measure (A : set YT) y := K y (xsection A y).
Let B := [set A | measurable A /\ measurable_fun setT (section_measure A)].

Let B_ndseq_closed : ndseq_closed B.
Proof.
move=> F ndF BF; split; first by apply: bigcupT_measurable => n; case: (BF n).
apply: (emeasurable_fun_cvg (section_measure \o F)) => [i|y _].
  by case: (BF i).
rewrite /section_measure /= xsection_bigcup; apply: nondecreasing_cvg_mu.
- by move=> n; apply: measurable_xsection; case: (BF n).
- by apply: bigcupT_measurable => i; apply: measurable_xsection; case: (BF i).
- by move=> m n mn; exact/subsetPset/le_xsection/subsetPset/ndF.
Qed.

Lemma measurable_fun_kernel_xsection (A : set YT) : measurable A ->
  measurable_fun setT (fun y => K y (xsection A y)).
Proof.
move=> mA; suff /(_ A mA)[] : measurable `<=` B by [].
rewrite measurable_prod_measurableType.
set C := [set A1 `*` A2 | A1 in measurable & A2 in measurable].
have CI : setI_closed C.
  move=> _ _ [U1 mU1 [U2 mU2 <-]] [V1 mV1 [V2 mV2 <-]].
  exists (U1 `&` V1); first exact: measurableI.
  by exists (U2 `&` V2); [exact: measurableI|rewrite setMI].
have CT : C setT by exists setT => //; exists setT => //; rewrite setMTT.
have CB : C `<=` B.
  move=> _ [U1 mU1 [U2 mU2 <-]]; split; first exact: measurableM.
  rewrite [section_measure _](_ : _ = (fun y => K y U2 * (\1_U1 y)%:E)).
    apply: emeasurable_funM; first exact: (kernel_measurable K_kernel).
    exact/EFin_measurable_fun/measurable_fun_indic.
  apply/funext => y; rewrite indicE /section_measure.
  have [yU|yU] := boolP (y \in U1); first by rewrite mule1 in_xsectionM.
  by rewrite mule0 notin_xsectionM // measure0.
suff : monotone_class setT B by move=> monoB; exact: monotone_class_subset.
split => //; first exact: CB.
move=> U V UV [mU mKU] [mV mKV]; split; first exact: measurableD.
rewrite [section_measure _](_ : _ =
    (fun y => section_measure U y - section_measure V y)).
  exact: emeasurable_funB.
apply/funext => y; rewrite /section_measure xsectionD // measureD.
- by rewrite setIidr //; exact: le_xsection.
- exact: measurable_xsection.
- exact: measurable_xsection.
- by apply: kernel_lty; exact: measurable_xsection.
Qed.

Lemma measurable_fun_kernel_integral_nnsfun (g : {nnsfun YT >-> R}) :
  measurable_fun setT (fun y => \int[K y]_t (g (y, t))%:E).
Proof.
rewrite (_ : (fun _ => _) = (fun y =>
    \sum_(k \in range g) k%:E * K y (xsection (g @^-1` [set k]) y))).
  apply: emeasurable_fun_fsum => // k.
  by apply/measurable_funeM/measurable_fun_kernel_xsection.
by apply/funext => y; exact: (congr1 (@^~ y) (sfun_fubini_tonelli_FE (K y) g)).
Qed.

(* Main result, for non-negative functions. *)
Theorem measurable_fun_kernel_integral (f : YT -> \bar R) :
  measurable_fun setT f -> (forall p, 0 <= f p) ->
  measurable_fun setT (fun y => \int[K y]_t f (y, t)).
Proof.
move=> mf f0; have [g [g_nd /= g_f]] := approximation measurableT mf (fun p _ => f0 p).
apply: (emeasurable_fun_cvg (fun n y => \int[K y]_t (g n (y, t))%:E)).
  by move=> n; exact: measurable_fun_kernel_integral_nnsfun.
move=> y _; rewrite [X in _ --> X](_ : _ =
    \int[K y]_t lim (EFin \o g ^~ (y, t))); last first.
  by apply: eq_integral => t _; apply/esym/cvg_lim => //; exact: g_f.
apply: cvg_monotone_convergence => //.
- by move=> n; apply/EFin_measurable_fun/measurable_fun_prod1.
- by move=> n t _; rewrite lee_fin; exact: fun_ge0.
- by move=> t _ a b ab; rewrite lee_fin; exact/lefP/g_nd.
Qed.

(* The same for functions of any sign. *)
Corollary measurable_fun_kernel_integral_signed (f : YT -> \bar R) :
  measurable_fun setT f -> measurable_fun setT (fun y => \int[K y]_t f (y, t)).
Proof.
move=> mf; under eq_fun do rewrite integralE.
apply: emeasurable_funB.
- apply: (measurable_fun_kernel_integral (f := f^\+)) => //.
  exact: emeasurable_fun_funepos.
- apply: (measurable_fun_kernel_integral (f := f^\-)) => //.
  exact: emeasurable_fun_funeneg.
Qed.

End KernelIntegral.
