"""Golden values of Proposition 1's quantities, in global coordinates and without any code of this project.

Command: python3 channel_golden.py > channel_golden.json   (Python 3, mpmath 1.3.0, numpy 2.4.6; about five minutes)

Ranks 1 and 2: mpmath at 30 digits. Rank 3: numpy's 80-bit floats, product Gauss-Legendre and trapezoid. Everything is
integrated over the whole space in global spherical (or Cartesian) coordinates, from the definition with normalised
densities. The node counts are doubled until every quantity agrees to 14 digits (rank 3: 11); both rules converge
geometrically, so that the last value is good to about twice as many.
"""
import json
import sys
import mpmath as mp
import numpy as np

mp.mp.dps = 30


def log_normaliser(kind, d, beta):
    if kind == "gaussian":
        return mp.mpf(d) / 2 * mp.log(beta / (2 * mp.pi))
    nu = mp.mpf(d) / 2 - 1
    return nu * mp.log(beta) - mp.mpf(d) / 2 * mp.log(2 * mp.pi) - mp.log(mp.besseli(nu, beta))


def log_surface(d):
    return mp.log(2) + mp.mpf(d) / 2 * mp.log(mp.pi) - mp.loggamma(mp.mpf(d) / 2)


def gauss_legendre(n, a, b):
    x, w = np.polynomial.legendre.leggauss(n)
    out = []
    for guess in x:
        node = mp.mpf(guess)
        for _ in range(3):
            p0, p1 = mp.mpf(1), node
            for k in range(2, n + 1):
                p0, p1 = p1, ((2 * k - 1) * node * p1 - (k - 1) * p0) / k
            slope = n * (node * p1 - p0) / (node * node - 1)
            node -= p1 / slope
        weight = 2 / ((1 - node * node) * slope * slope)
        out.append(((a + b) / 2 + (b - a) / 2 * node, (b - a) / 2 * weight))
    return out


def nodes(c, n):
    """Pairs (first r coordinates of z, volume element) over the whole space, weights of lost coordinates included."""
    f, r = c["family"], c["rank"]
    d, beta, pi = f["dimension"], mp.mpf(f["beta"]), mp.pi
    if f["kind"] == "gaussian":
        reach = max(abs(x) for image in c["encoder"] for h in image for x in h[:r]) + 12 / mp.sqrt(beta)
        step = 2 * reach / n
        line = [-reach + step * (i + mp.mpf(1) / 2) for i in range(n)]
        rest = (2 * pi / beta) ** (mp.mpf(d - r) / 2)
        if r == 1:
            return [((x,), step * rest) for x in line]
        return [((x, y), step * step * rest) for x in line for y in line]
    if r == 1:
        rest = mp.exp(log_surface(d - 1))
        return [((mp.cos(t),), w * mp.sin(t) ** (d - 2) * rest) for t, w in gauss_legendre(n, mp.mpf(0), pi)]
    circle = [2 * pi * i / n for i in range(n)]
    if d == 2:
        return [((mp.cos(a), mp.sin(a)), 2 * pi / n) for a in circle]
    rest = mp.exp(log_surface(d - 2)) * 2 * pi / n
    return [((mp.sin(t) * mp.cos(a), mp.sin(t) * mp.sin(a)), w * rest * mp.sin(t) * mp.cos(t) ** (d - 3))
            for t, w in gauss_legendre(n // 2, mp.mpf(0), pi / 2) for a in circle]


def evaluate(c, n):
    f, r = c["family"], c["rank"]
    d, beta = f["dimension"], mp.mpf(f["beta"])
    prior = [mp.mpf(p) for p in c["prior"]]
    prior = [p / sum(prior) for p in prior]
    weights = [[mp.mpf(w) / sum(mp.mpf(v) for v in row) for w in row] for row in c["augmentation"]]
    means = [[[mp.mpf(x) for x in h] for h in image] for image in c["encoder"]]
    if f["kind"] != "gaussian":
        # What a file holds is a unit vector up to rounding, which at β = 1e4 shifts a score by 1e-12.
        means = [[[x / mp.sqrt(sum(y * y for y in h)) for x in h] for h in image] for image in means]
    log_c = log_normaliser(f["kind"], d, beta)
    information = entropy = conditional = jensen = mp.mpf(0)
    for z, volume in nodes(c, n):
        def score(h):
            if f["kind"] == "gaussian":
                return -beta / 2 * sum((a - b) ** 2 for a, b in zip(z, h))
            return beta * sum(a * b for a, b in zip(z, h))
        scores = [[score(h) for h in image] for image in means]
        given = [sum(w * mp.exp(log_c + s) for w, s in zip(row, own)) for row, own in zip(weights, scores)]
        p = sum(q * g for q, g in zip(prior, given))
        if p == 0:
            continue
        entropy -= volume * p * mp.log(p)
        for q, g, row, own in zip(prior, given, weights, scores):
            if g > 0:
                information += volume * q * g * mp.log(g / p)
                conditional -= volume * q * g * mp.log(g)
                jensen += volume * q * g * (log_c + sum(w * s for w, s in zip(row, own)) - mp.log(p))
    # The coordinates outside the span: entropy of d - r Gaussian ones, which log_c counts but the nodes do not.
    if f["kind"] == "gaussian":
        entropy += mp.mpf(d - r) / 2
        conditional += mp.mpf(d - r) / 2
    return information, entropy, conditional, jensen


def evaluate_rank_3(c, n):
    f = c["family"]
    d, beta = f["dimension"], np.longdouble(f["beta"])
    prior = np.array(c["prior"], dtype=np.longdouble)
    weights = np.array(c["augmentation"], dtype=np.longdouble)
    means = np.array(c["encoder"], dtype=np.longdouble)[:, :, :3]
    if f["kind"] != "gaussian":
        means = means / np.sqrt((means * means).sum(-1, keepdims=True))
    log_c = np.longdouble(mp.nstr(log_normaliser(f["kind"], d, mp.mpf(f["beta"])), 25))

    def rule(a, b):
        pairs = gauss_legendre(n, a, b)
        return [np.array([np.longdouble(mp.nstr(p[i], 25)) for p in pairs]) for i in (0, 1)]
    pi = np.longdouble(mp.nstr(mp.pi, 25))
    if f["kind"] == "gaussian":
        reach = np.abs(means).max() + np.longdouble(11) / np.sqrt(beta)
        line = (np.arange(n, dtype=np.longdouble) + np.longdouble(0.5)) * (2 * reach / n) - reach
        x, y, z = np.meshgrid(line, line, line, indexing="ij")
        volume = np.full(x.shape, (2 * reach / n) ** 3) * (2 * pi / beta) ** (np.longdouble(d - 3) / 2)
    else:
        t, wt = rule(mp.mpf(0), mp.pi)
        a = np.arange(n, dtype=np.longdouble) * (2 * pi / n)
        if d == 3:
            T, A = np.meshgrid(t, a, indexing="ij")
            x, y, z = np.sin(T) * np.cos(A), np.sin(T) * np.sin(A), np.cos(T)
            volume = wt[:, None] * np.sin(T) * (2 * pi / n)
        else:
            chi, wc = rule(mp.mpf(0), mp.pi / 2)
            X, T, A = np.meshgrid(chi, t, a, indexing="ij")
            radius = np.sin(X)
            x, y, z = radius * np.sin(T) * np.cos(A), radius * np.sin(T) * np.sin(A), radius * np.cos(T)
            rest = np.longdouble(mp.nstr(mp.exp(log_surface(d - 3)), 25))
            volume = (wc[:, None, None] * wt[None, :, None] * (2 * pi / n) * rest
                      * radius ** 2 * np.cos(X) ** (d - 4) * np.sin(T))
    point = np.stack([x, y, z], axis=-1)
    if f["kind"] == "gaussian":
        scores = [[-beta / 2 * ((point - h) ** 2).sum(-1) for h in image] for image in means]
    else:
        scores = [[beta * (point * h).sum(-1) for h in image] for image in means]
    given = [sum(w * np.exp(log_c + s) for w, s in zip(row, own)) for row, own in zip(weights, scores)]
    p = sum(q * g for q, g in zip(prior, given))
    tiny = np.longdouble(1e-4000)
    log_p = np.log(np.maximum(p, tiny))
    extra = np.longdouble(d - 3) / 2 if f["kind"] == "gaussian" else 0
    entropy = -(volume * p * log_p).sum() + extra
    information = sum((volume * q * g * (np.log(np.maximum(g, tiny)) - log_p)).sum() for q, g in zip(prior, given))
    conditional = -sum((volume * q * g * np.log(np.maximum(g, tiny))).sum() for q, g in zip(prior, given)) + extra
    jensen = sum((volume * q * g * (log_c + sum(w * s for w, s in zip(row, own)) - log_p)).sum()
                 for q, g, row, own in zip(prior, given, weights, scores))
    return tuple(mp.mpf(repr(v).split("'")[1]) for v in map(np.longdouble, (information, entropy, conditional, jensen)))


def settle(c, start, digits, evaluator):
    n, before = start, evaluator(c, start)
    while True:
        n *= 2
        now = evaluator(c, n)
        print(c["name"], n, mp.nstr(now[0], 20), file=sys.stderr)
        if all(abs(a - b) <= mp.mpf(10) ** -digits * abs(a) for a, b in zip(now, before)):
            return now
        before = now


def pad(h, d):
    return list(h) + [0.0] * (d - len(h))


def unit(*h):
    norm = mp.sqrt(sum(mp.mpf(x) ** 2 for x in h))
    return [float(mp.mpf(x) / norm) for x in h]


def channel(name, kind, d, beta, rank, prior, augmentation, encoder):
    return {"name": name, "family": {"kind": kind, "dimension": d, "beta": beta}, "rank": rank, "prior": prior,
            "augmentation": augmentation, "encoder": [[pad(h, d) for h in image] for image in encoder]}


VMF, GAUSS = "vonMisesFisher", "gaussian"
P2, W2 = [0.4, 0.6], [[0.3, 0.7], [0.5, 0.5]]
RING = [[unit(1, 0.2), unit(0.3, 1)], [unit(-1, 0.5), unit(0.1, -1)]]
PAIR = [[[1.0], [-1.0]], [[-1.0], [-1.0]]]
channels = [channel(f"circle-{b}", VMF, 2, b, 2, P2, W2, RING) for b in (1e-6, 0.01, 0.5, 5.0, 100.0, 1000.0, 1e4)]
channels += [channel(f"one-axis-{d}-{b}", VMF, d, b, 1, P2, W2, PAIR)
             for d, b in ((2, 0.5), (3, 2.0), (10, 0.01), (50, 0.5), (50, 30.0), (50, 1000.0))]
channels += [channel(f"two-axes-{d}-{b}", VMF, d, b, 2, P2, W2, RING) for d, b in ((3, 2.0), (4, 0.01), (7, 10.0), (50, 0.5), (50, 40.0))]
channels += [channel("paper-three", VMF, 50, 0.5, 2, [0.2, 0.3, 0.5], [[1.0], [1.0], [1.0]],
                     [[unit(1, 0)], [unit(-1, 2)], [unit(-1, -3)]])]
channels += [channel(f"line-{b}", GAUSS, 1, b, 1, P2, W2, [[[1.0], [-0.5]], [[2.0], [0.25]]]) for b in (1e-6, 0.1, 4.0, 100.0)]
channels += [channel("identity", GAUSS, 1, 4.0, 1, [0.5, 0.5], [[1.0, 0.0], [1.0, 0.0]], [[[-1.0], [9.0]], [[1.0], [9.0]]])]
channels += [channel("plane-5", GAUSS, 5, 2.0, 2, P2, W2, [[[1.0, 0.0], [-0.5, 1.0]], [[2.0, -1.0], [0.25, 0.5]]])]
RANK3 = [[unit(1, 0.2, 0), unit(0.3, 1, 0.1)], [unit(0, -0.4, 1), unit(-1, 0.5, 0.5)]]
rank3 = [channel("sphere-3", VMF, 3, 5.0, 3, P2, W2, RANK3), channel("sphere-3-sharp", VMF, 3, 80.0, 3, P2, W2, RANK3),
         channel("rank3-in-8", VMF, 8, 3.0, 3, P2, W2, RANK3), channel("rank3-in-50", VMF, 50, 20.0, 3, P2, W2, RANK3),
         channel("space", GAUSS, 4, 2.0, 3, P2, W2, RANK3)]

rows = []
for c in channels:
    rows.append((c, settle(c, 200 if c["family"]["beta"] > 500 else 60, 14, evaluate)))
for c in rank3:
    rows.append((c, settle(c, 40, 11, evaluate_rank_3)))
names = ("mutualInformation", "entropyZ", "entropyZGivenX", "jensenBound", "jensenGap")
print(json.dumps({"source": f"channel_golden.py, mpmath {mp.__version__}, numpy {np.__version__}",
                  "rows": [dict(c, expected={k: mp.nstr(v, 20) for k, v in zip(names, (*values, values[0] - values[3]))})
                           for c, values in rows]},
                 indent=1))
