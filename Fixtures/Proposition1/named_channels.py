"""What I(X;Z) of the named channels is, without any code of this project: the literals in NamedChannel.swift.

Command: python3 named_channels.py   (Python 3, mpmath 1.3.0, numpy 2.4.6; about two minutes)

Closed forms and one integral each where there is one (mpmath, 30 digits). Else up to three spanned dimensions by
random_channels.py's grid in 80-bit floats, refined until the information settles to 1e-13 (three dimensions: 1e-11) and
once more; four dimensions by Gauss-Legendre and trapezoidal rules in spherical coordinates of the span, refined likewise.
"""
import math

import mpmath as mp
import numpy as np

from random_channels import REAL, PI, VMF, GAUSS, gauss_legendre, settle

mp.mp.dps = 30


def show(name, value, source):
    print(f"{name:<24}{mp.nstr(mp.mpf(value), 16):<22}{source}")


def turn(degrees):
    return [math.cos(degrees * math.pi / 180), math.sin(degrees * math.pi / 180)]


def grid(name, kind, dimension, beta, prior, augmentation, encoder):
    padded = [[list(h) + [0.0] * (dimension - len(h)) for h in image] for image in encoder]
    _, tolerance, values = settle({"family": {"kind": kind, "dimension": dimension, "beta": beta}, "prior": prior,
                                   "augmentation": augmentation, "encoder": padded})
    show(name, np.format_float_scientific(values["mutualInformation"], 18), f"grid, settled to {tolerance:g}")


def four_orthogonal_codes(n):
    """Four orthogonal codes on S^7 at beta = 10: y = (z_1, ..., z_4) has the density (1 - |y|^2) on the unit ball."""
    weights = [np.array([0.3, 0.7, 0, 0]), np.array([0, 0, 0.5, 0.5])]
    radius, wr = (np.asarray(v, dtype=float) for v in gauss_legendre(n, REAL(0), REAL(1)))
    chi, wc = (np.asarray(v, dtype=float) for v in gauss_legendre(n, REAL(0), PI))
    theta, wt = chi, wc
    phi = 2 * math.pi * (np.arange(2 * n) + 0.5) / (2 * n)
    T, P = np.meshgrid(theta, phi, indexing="ij")
    directions = np.stack([np.cos(T), np.sin(T) * np.cos(P), np.sin(T) * np.sin(P)])
    inner = wt[:, None] * np.sin(T) * (math.pi / n)
    mass, information = [], []
    for c, w in zip(chi, wc):
        y = np.concatenate([np.full((1, *T.shape), math.cos(c)), math.sin(c) * directions])
        for r, v in zip(radius, wr):
            e = np.exp(10 * (r * y - 1))
            given = [np.tensordot(p, e, 1) for p in weights]
            marginal = (given[0] + given[1]) / 2
            volume = inner * w * math.sin(c) ** 2 * v * r ** 3 * (1 - r * r)
            mass.append(float((volume * marginal).sum()))
            information.append(float(sum((volume * g * np.log(g / marginal)).sum() for g in given)) / 2)
    return math.fsum(information) / math.fsum(mass)


# Noise hardly ever confuses codes 100 degrees apart at beta = 1e4: the density between them is below e^-3000.
show("disjoint-supports", mp.log(3), "log 3")
# log p(z|+1)/p(z|-1) = 8 z, and z = 1 + t/2 with t standard normal under x = +1; the same under x = -1.
show("identity-augmentation",
     mp.log(2) - mp.quad(lambda t: mp.npdf(t) * mp.log1p(mp.exp(-8 - 4 * t)), range(-20, 21)),
     "log 2 - E log(1 + exp(-8 - 4t)), t standard normal")
# On the circle, log p(z|x2)/p(z|x1) = sin a - cos a at the angle a.
show("orthogonal-codes",
     mp.log(2) - mp.quad(lambda a: mp.exp(mp.cos(a)) * mp.log1p(mp.exp(mp.sin(a) - mp.cos(a))),
                         mp.linspace(-mp.pi, mp.pi, 9)) / (2 * mp.pi * mp.besseli(0, 1)),
     "log 2 - E log(1 + exp(sin a - cos a)), a von Mises")
# On S^2 the cosine u of the angle to the code has the density e^u / 2 sinh 1.
show("antipodal-codes",
     mp.log(2) - mp.quad(lambda u: mp.exp(u) * mp.log1p(mp.exp(-2 * u)), [-1, 0, 1]) / (2 * mp.sinh(1)),
     "log 2 - E log(1 + exp(-2u)), u of density e^u/(2 sinh 1)")
# E L^2 / 2 with L = beta <z, m_i - m> for the images' mean codes m_i and their mean m, and E <z, a>^2 = |a|^2 / d; the odd
# moments vanish on the sphere, so that the next term is smaller by a factor of beta^2.
show("almost-uniform", mp.mpf(10) ** -12 * mp.mpf("0.17") / 8, "beta^2 |m_i - m|^2 / 2d (1 + O(beta^2))")

weights = [[0.3, 0.7], [0.5, 0.5]]
three = [[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0.6, 0, 0.8]]]
thirds, halves = [1 / 3] * 3, [[0.5, 0.5]] * 3
grid("invariant-encoder", VMF, 3, 3.0, [0.4, 0.6], [[0.5, 0.5], [0.1, 0.9]], [[[1], [1]], [[0, 1], [0, 1]]])
grid("one-view", VMF, 5, 2.0, [0.2, 0.3, 0.5], [[1.0]] * 3, [[[1]], [[0, 1]], [[-0.6, 0.8]]])
grid("paper-parameters", VMF, 50, 0.5, thirds, halves,
     [[turn(0), turn(10)], [turn(120), turn(130)], [turn(240), turn(250)]])
grid("figure-1-transitivity", VMF, 2, 50.0, [0.5, 0.5], halves[:2], [[turn(0), turn(90)], [turn(180), turn(0)]])
# 21 of 25 crops are blank and share the code (1, 0): one view of weight 21/25.
crops = [[1, 0], [0, 1], [0.6, 0.8]], [[1, 0], [0, -1], [0.6, -0.8]]
grid("blank-crops-uniform", VMF, 50, 20.0, [0.5, 0.5], [[21 / 25, 2 / 25, 2 / 25]] * 2, list(crops))
grid("blank-crops-avoided", VMF, 50, 20.0, [0.5, 0.5], [[0, 0.5, 0.5]] * 2, list(crops))
grid("sphere-rank-3", VMF, 3, 5.0, [0.4, 0.6], weights, three)
grid("high-dimension-rank-3", VMF, 50, 60.0, [0.4, 0.6], weights, three)
grid("gaussian-rank-3", GAUSS, 3, 2.0, [0.4, 0.6], weights, [[[1, 0, 0], [0, 2, 0]], [[0, 0, 1], [0.6, 0, -0.8]]])
values = [four_orthogonal_codes(n) for n in (36, 54, 81)]
show("sampled-rank-4", values[-1], f"spherical coordinates, last changes {abs(values[1] - values[0]):.0e}, "
     f"{abs(values[2] - values[1]):.0e}")
