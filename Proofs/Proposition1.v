(******************************************************************************)
(* Proposition 1                                                              *)
(*                                                                            *)
(* Main results                                                               *)
(*   `information_ge0`       I(X; Z) >= 0                                     *)
(*   `information_iterated`  I(X; Z) = E_X KL(p(. | X) || p)                  *)
(*   `equation_2`            I(X; Z) = E_{X,Z} ln (numerator / denominator),  *)
(*                           equation (2), which is equation (4) of the       *)
(*                           appendix                                         *)
(*                                                                            *)
(* None of them assumes that I(X; Z) is finite.                               *)
(*                                                                            *)
(* Definition                                                                 *)
(*   information P K s2 aug h S beta C == I(X; Z): the mutual information, as *)
(*     defined in MutualInformation.v, of the joint density of equation (1)   *)
(******************************************************************************)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval finmap.
From mathcomp Require Import mathcomp_extra boolp classical_sets functions.
From mathcomp Require Import cardinality fsbigop signed reals ereal topology.
From mathcomp Require Import normedtype sequences exp measure lebesgue_measure.
From mathcomp Require Import numfun lebesgue_integral.
From CRLTAC Require Import Logarithm Integration Kernel MutualInformation.
From CRLTAC Require Import AugmentationChannel.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Def Num.Theory.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

Section Proposition1.
Context dX dT dZ (X : measurableType dX) (T : measurableType dT)
  (Z : measurableType dZ) (V H : Type) (R : realType).
Variables (P : {measure set X -> \bar R}) (K : X -> {measure set T -> \bar R}).
Variable mu : {measure set Z -> \bar R}.
Hypothesis mu_sigma_finite : sigma_finite setT mu.
Variables (aug : T -> X -> V) (h : V -> H) (S : Z -> H -> R) (beta C : R).
Hypothesis channel : augmentation_channel P K mu aug h S beta C.

Let XZ := [the measurableType _ of (X * Z)%type].
Let P_mu := [the {measure set XZ -> \bar R} of product_measure1 P mu_sigma_finite].
Let p := channel_density K aug h S beta C.
Let num := numerator K aug h S beta.
Let den := denominator P K aug h S beta.

Definition information : \bar R :=
  mutual_information P mu_sigma_finite (channel_density K aug h S beta C).

Let P_sigma_finite := P_sigma_finite channel.
Let mp := measurable_fun_channel_density channel.
Let p0 := channel_density_ge0 channel.
Let p_mass := joint_mass mu_sigma_finite channel.

Lemma marginal1_channel_density x : marginal1 mu p x = 1.
Proof. exact: (channel_density_mass mu_sigma_finite channel). Qed.

Theorem information_ge0 : 0 <= information.
Proof. exact: (mutual_information_ge0 P_sigma_finite mp p0 p_mass). Qed.

Theorem information_eq0 : information = 0 <->
  {ae P_mu, forall xz, p xz = marginal2 P p xz.2}.
Proof.
rewrite (mutual_information_eq0 P_sigma_finite mp p0 p_mass).
by split; apply: ae_imply => xz; rewrite marginal1_channel_density mul1e.
Qed.

Theorem information_iterated :
  information = \int[P]_x KL mu (fun z => p (x, z)) (marginal2 P p).
Proof.
exact: (mutual_information_iterated P_sigma_finite mp p0 p_mass
  marginal1_channel_density).
Qed.

(* Main result. The constant C cancels pointwise. *)
Theorem equation_2 : information =
  expectation_XZ P K mu_sigma_finite aug h S beta C
    (fun xz => log_ratio (num xz) (den xz.2)).
Proof.
apply: eq_integral => xz _; congr (_ * _).
rewrite marginal1_channel_density mul1e (marginal2_channel_density channel).
rewrite (channel_densityE channel) log_ratio_scale //.
- exact: (channel_constant channel).
- exact: numerator_ge0.
- exact: denominator_ge0.
Qed.

End Proposition1.
