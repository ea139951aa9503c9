(******************************************************************************)
(* Kullback-Leibler divergence and mutual information                         *)
(*                                                                            *)
(* Main results                                                               *)
(*   `mutual_information_ge0`      I(X; Z) >= 0 (Gibbs)                       *)
(*   `mutual_information_eq0`      I(X; Z) = 0 iff X and Z are independent    *)
(*   `mutual_information_iterated` I(X; Z) = E_X KL(p(. | X) || p)            *)
(*                                                                            *)
(* Nothing here knows of augmentations: mutual information is defined for the *)
(* joint density of any two random variables, before and independently of the *)
(* paper's proposition.                                                       *)
(*                                                                            *)
(* Definitions                                                                *)
(*   KL m f g              == the integral of f ln (f / g) with respect to m  *)
(*                            for two densities f and g with respect to m     *)
(*   marginal1 m2 f x      == the integral of f (x, z) over z                 *)
(*   marginal2 m1 f z      == the integral of f (x, z) over x                 *)
(*   mutual_information m1 s2 f == KL divergence of the joint density f from  *)
(*                            the product of its marginals, with respect to   *)
(*                            the product of m1 and m2 (s2 is the proof that  *)
(*                            m2 is sigma-finite)                             *)
(* The conventions 0 ln (0 / q) = 0 and p ln (p / 0) = +oo for p > 0 are the  *)
(* lemmas `mul0_log_ratio` and `mul_log_ratio0`.                              *)
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

Section KullbackLeibler.
Context d (T : measurableType d) (R : realType).
Variable m : {measure set T -> \bar R}.

Definition KL (f g : T -> \bar R) : \bar R :=
  \int[m]_x (f x * log_ratio (f x) (g x)).

Variables f g : T -> \bar R.
Hypothesis mf : measurable_fun setT f.
Hypothesis mg : measurable_fun setT g.
Hypothesis f0 : forall x, 0 <= f x.
Hypothesis g0 : forall x, 0 <= g x.
Hypothesis f_mass : \int[m]_x f x = 1.
Hypothesis g_mass : \int[m]_x g x = 1.

Let gap x := entropy_gap (f x) (g x).

Lemma measurable_fun_KL : measurable_fun setT (fun x => f x * log_ratio (f x) (g x)).
Proof. by apply: emeasurable_funM => //; exact: measurable_fun_log_ratio. Qed.

Lemma measurable_fun_entropy_gap : measurable_fun setT gap.
Proof.
apply: emeasurable_fun_max; last exact: measurable_fun_cst.
by apply: emeasurable_funB; [exact: measurable_fun_KL|exact: emeasurable_funB].
Qed.

Let if_ : m.-integrable setT f.
Proof. by apply: integrable_of_fin_num; rewrite // f_mass. Qed.

Let ig : m.-integrable setT g.
Proof. by apply: integrable_of_fin_num; rewrite // g_mass. Qed.

Let f_fin : {ae m, forall x, f x \is a fin_num}.
Proof. by apply: ae_imply (integrable_ae measurableT if_) => x; exact. Qed.

Let g_fin : {ae m, forall x, g x \is a fin_num}.
Proof. by apply: ae_imply (integrable_ae measurableT ig) => x; exact. Qed.

(* The divergence as the integral of a function that is never negative. *)
Lemma KL_entropy_gap : KL f g = \int[m]_x gap x.
Proof.
rewrite /KL (@ae_eq_integral _ _ _ m setT (fun x => gap x - (g x - f x))) //.
- rewrite integral_ge0B.
  + by rewrite (integralB measurableT ig if_) f_mass g_mass subee // sube0.
  + exact: measurable_fun_entropy_gap.
  + by move=> x; exact: entropy_gap_ge0.
  + exact: integrableB.
- exact: measurable_fun_KL.
- by apply: emeasurable_funB; [exact: measurable_fun_entropy_gap|exact: emeasurable_funB].
- apply: ae_imply (ae_and f_fin g_fin) => x [fx gx] _.
  by case: (entropy_gapE fx gx (f0 x) (g0 x)).
Qed.

Theorem KL_ge0 : 0 <= KL f g.
Proof. by rewrite KL_entropy_gap; apply: integral_ge0 => x _; exact: entropy_gap_ge0. Qed.

Theorem KL_eq0 : KL f g = 0 <-> {ae m, forall x, f x = g x}.
Proof.
split=> [|fg].
- rewrite KL_entropy_gap -(eq_integral _ _ (fun x _ => gee0_abs (entropy_gap_ge0 _ _))).
  move/(ae_eq_integral_abs m measurableT measurable_fun_entropy_gap) => gap0.
  apply: ae_imply (ae_and gap0 (ae_and f_fin g_fin)) => x [/(_ Logic.I) e [fx gx]].
  by case: (entropy_gapE fx gx (f0 x) (g0 x)) => _; exact.
- rewrite /KL (@ae_eq_integral _ _ _ m setT (cst 0)) ?integral0 //.
  + exact: measurable_fun_KL.
  + exact: measurable_fun_cst.
  + apply: ae_imply (ae_and f_fin fg) => x [fx <-] _ /=.
    have [->|fneq0] := eqVneq (f x) 0; first by rewrite mul0e.
    rewrite /log_ratio subee ?mule0 //; move: fx fneq0 (f0 x).
    case: (f x) => [r| |] // _; rewrite lee_fin eqe => rneq0 r0.
    by rewrite lne_EFin // lt_neqAle eq_sym rneq0.
Qed.

End KullbackLeibler.

Section MutualInformation.
Context dX dZ (X : measurableType dX) (Z : measurableType dZ) (R : realType).
Variables (mX : {measure set X -> \bar R}) (mZ : {measure set Z -> \bar R}).
Hypothesis sX : sigma_finite setT mX.
Hypothesis sZ : sigma_finite setT mZ.
Let XZ := [the measurableType _ of (X * Z)%type].
Let mXZ := [the {measure set XZ -> \bar R} of product_measure1 mX sZ].

Definition marginal1 (f : X * Z -> \bar R) (x : X) : \bar R := \int[mZ]_z f (x, z).

Definition marginal2 (f : X * Z -> \bar R) (z : Z) : \bar R := \int[mX]_x f (x, z).

Definition mutual_information (f : X * Z -> \bar R) : \bar R :=
  KL [the {measure set XZ -> \bar R} of product_measure1 mX sZ]
    f (fun xz => marginal1 f xz.1 * marginal2 f xz.2).

Variable f : X * Z -> \bar R.
Hypothesis mf : measurable_fun setT (f : XZ -> \bar R).
Hypothesis f0 : forall xz, 0 <= f xz.
Hypothesis f_mass : \int[mXZ]_xz f xz = 1.

Let product_of_marginals (xz : XZ) := marginal1 f xz.1 * marginal2 f xz.2.

Lemma measurable_fun_marginal1 : measurable_fun setT (marginal1 f).
Proof. exact: (measurable_fun_fubini_tonelli_F sZ). Qed.

Lemma measurable_fun_marginal2 : measurable_fun setT (marginal2 f).
Proof. exact: (measurable_fun_fubini_tonelli_G sX). Qed.

Lemma marginal1_ge0 x : 0 <= marginal1 f x.
Proof. exact: integral_ge0. Qed.

Lemma marginal2_ge0 z : 0 <= marginal2 f z.
Proof. exact: integral_ge0. Qed.

Lemma marginal1_mass : \int[mX]_x marginal1 f x = 1.
Proof. by rewrite -f_mass (fubini_tonelli1 sZ). Qed.

Lemma marginal2_mass : \int[mZ]_z marginal2 f z = 1.
Proof. by rewrite -f_mass (fubini_tonelli2 sX sZ). Qed.

Let measurable_product : measurable_fun setT product_of_marginals.
Proof.
apply: emeasurable_funM.
- by apply: measurable_fun_comp measurable_fun_marginal1 _; exact: measurable_fun_fst.
- by apply: measurable_fun_comp measurable_fun_marginal2 _; exact: measurable_fun_snd.
Qed.

Let product_ge0 xz : 0 <= product_of_marginals xz.
Proof. by rewrite mule_ge0 ?marginal1_ge0 ?marginal2_ge0. Qed.

Let product_mass : \int[mXZ]_xz product_of_marginals xz = 1.
Proof.
rewrite (fubini_tonelli1 sZ) // -[RHS]marginal1_mass; apply: eq_integral => x _.
rewrite /fubini_F /product_of_marginals /= ge0_integralM //.
- by rewrite marginal2_mass mule1.
- exact: measurable_fun_marginal2.
- by move=> z _; exact: marginal2_ge0.
- exact: marginal1_ge0.
Qed.

(* Gibbs' inequality. *)
Theorem mutual_information_ge0 : 0 <= mutual_information f.
Proof. exact: KL_ge0. Qed.

(* The definition measures dependence: it vanishes exactly at independence. *)
Theorem mutual_information_eq0 : mutual_information f = 0 <->
  {ae mXZ, forall xz, f xz = marginal1 f xz.1 * marginal2 f xz.2}.
Proof. exact: KL_eq0. Qed.

(* If f is the density of Z given X, then mX is the law of X, and the mutual  *)
(* information is the average divergence of p(. | x) from p; both sides may   *)
(* be +oo.                                                                    *)
Theorem mutual_information_iterated : (forall x, marginal1 f x = 1) ->
  mutual_information f = \int[mX]_x KL mZ (fun z => f (x, z)) (marginal2 f).
Proof.
move=> f1; rewrite /mutual_information KL_entropy_gap //.
have product2 xz : marginal1 f xz.1 * marginal2 f xz.2 = marginal2 f xz.2.
  by rewrite f1 mul1e.
under eq_integral do rewrite product2.
have m2f : measurable_fun setT (fun xz : XZ => marginal2 f xz.2).
  by apply: measurable_fun_comp measurable_fun_marginal2 _; exact: measurable_fun_snd.
rewrite [LHS](fubini_tonelli1 sZ _ (measurable_fun_entropy_gap mf m2f)); last first.
  by move=> xz; exact: entropy_gap_ge0.
apply: eq_integral => x _; rewrite KL_entropy_gap //.
- exact: measurable_fun_prod1.
- exact: measurable_fun_marginal2.
- by move=> z; exact: marginal2_ge0.
- exact: f1.
- exact: marginal2_mass.
Qed.

End MutualInformation.
