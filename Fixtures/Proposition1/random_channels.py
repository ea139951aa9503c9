"""Random channels, evaluated by a route that shares nothing with this project, and compared with `tac-reference verify`.

Commands: python3 random_channels.py make --seed 20 --count 30 --codes 4 > random_golden.json
          python3 random_channels.py compare random_golden.json --program .build/debug/tac-reference
(Python 3, mpmath 1.3.0, numpy 2.4.6. A channel of rank 3 takes seconds.)

Drawn: both families, d from 2 to 50 (the Gaussian from 1), β from 0.01 to 1,000, means that span up to three dimensions in a
random orientation, one to four images and views, zero probabilities and shared codes now and then.

Integrated: from the definition with normalised densities, in numpy's 80-bit floats, over a grid of the whole space in
coordinates of the means' span that are not tied to any mean (spherical or Cartesian; Gauss-Legendre and trapezoid).
Nodes whose density is below e^-60 of the largest are left out. The grid is refined by half until the information and the
gap agree to 1e-13 of themselves (rank 3: 1e-11), the entropies and the bound to as much of 1 + |their value|, and the
density integrates to one. The error of the last grid is far smaller: both rules converge geometrically.
"""
import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile

import mpmath as mp
import numpy as np

mp.mp.dps = 30
REAL = np.longdouble
PI = REAL(mp.nstr(mp.pi, 25))
VMF, GAUSS = "vonMisesFisher", "gaussian"
KEYS = ("mutualInformation", "entropyZ", "entropyZGivenX", "jensenBound", "jensenGap", "meanApproximation")


# ---------------------------------------------------------------- drawing

def probabilities(rng, count):
    kind = rng.integers(6)
    if kind == 0:
        values = np.ones(count)
    else:
        values = rng.dirichlet(np.ones(count))
        if kind == 1 and count > 1:
            values[rng.integers(count)] = 0
    return [float(v) for v in values / values.sum()]


def draw(rng, index, codes=16):
    kind = VMF if rng.integers(2) else GAUSS
    rank = 1 + index % 3
    least = max(2, rank) if kind == VMF else rank
    dimension = int(rng.choice([least, rng.integers(least, 51), rng.integers(least, 51), 50]))
    beta = float(10 ** rng.uniform(-2, 3))
    while True:
        images, views = int(rng.integers(1, 5)), int(rng.integers(1, 5))
        if rank <= images * views <= codes:
            break
    means = rng.standard_normal((images, views, rank))
    if kind == VMF:
        if rank == 1:
            means = np.where(means > 0, 1.0, -1.0)
        means /= np.linalg.norm(means, axis=-1, keepdims=True)
    else:
        # Half the channels have means that overlap, a few standard deviations apart.
        means *= 2 / np.sqrt(beta) if rng.integers(2) else 1
    if rng.integers(4) == 0:
        means[-1, -1] = means[0, 0]
    frame = np.linalg.qr(rng.standard_normal((dimension, dimension)))[0][:rank]
    embedded = means @ frame
    if kind == GAUSS:
        embedded = embedded + rng.standard_normal(dimension)
    augmentation = [probabilities(rng, views) for _ in range(images)]
    if rng.integers(4) == 0:
        augmentation = [[1 / views] * views] * images
    return {"family": {"kind": kind, "dimension": dimension, "beta": beta},
            "prior": probabilities(rng, images), "augmentation": augmentation, "encoder": embedded.tolist()}


# ---------------------------------------------------------------- integrating

class Channel:
    """The channel's distinct means in an orthonormal basis of their span, in 80-bit floats."""

    def __init__(self, c):
        self.kind, self.d = c["family"]["kind"], c["family"]["dimension"]
        self.beta = REAL(c["family"]["beta"])
        self.prior = np.array(c["prior"], dtype=REAL)
        self.prior = self.prior / self.prior.sum()
        self.weights = np.array(c["augmentation"], dtype=REAL)
        self.weights = self.weights / self.weights.sum(axis=1, keepdims=True)
        h = np.array(c["encoder"], dtype=REAL)
        if self.kind == VMF:
            h = h / np.sqrt((h * h).sum(-1, keepdims=True))
        self.full = h
        flat = h.reshape(-1, self.d)
        if self.kind == GAUSS:
            flat = flat - flat[0]
        basis = []
        rest = flat.copy()
        scale = np.sqrt((flat * flat).sum(-1)).max()
        while scale > 0:
            norms = np.sqrt((rest * rest).sum(-1))
            if norms.max() < 1e-12 * scale or len(basis) == self.d:
                break
            axis = rest[norms.argmax()] / norms.max()
            for former in basis:
                axis = axis - (axis @ former) * former
            axis = axis / np.sqrt(axis @ axis)
            basis.append(axis)
            rest = rest - np.outer(rest @ axis, axis)
        self.rank = len(basis)
        self.means = (flat @ np.array(basis).T if basis else np.zeros((len(flat), 0), dtype=REAL)).reshape(
            h.shape[0], h.shape[1], self.rank)
        d, beta = self.d, mp.mpf(float(self.beta))
        if self.kind == GAUSS:
            log_c = mp.mpf(self.rank) / 2 * mp.log(beta / (2 * mp.pi))
        else:
            nu = mp.mpf(d) / 2 - 1
            log_c = nu * mp.log(beta) - mp.mpf(d) / 2 * mp.log(2 * mp.pi) - mp.log(mp.besseli(nu, beta))
        self.log_c = REAL(mp.nstr(log_c, 25))

    def log_surface(self, d):
        """log of the surface of the unit sphere in d coordinates."""
        return REAL(mp.nstr(mp.log(2) + mp.mpf(d) / 2 * mp.log(mp.pi) - mp.loggamma(mp.mpf(d) / 2), 25))


RULES = {}


def gauss_legendre(n, a, b):
    if n not in RULES:
        x = np.polynomial.legendre.leggauss(n)[0].astype(REAL)
        for _ in range(3):
            p0, p1 = np.ones_like(x), x.copy()
            for k in range(2, n + 1):
                p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
            slope = n * (x * p1 - p0) / (x * x - 1)
            x = x - p1 / slope
        RULES[n] = (x, 2 / ((1 - x * x) * slope * slope))
    x, w = RULES[n]
    return (a + b) / 2 + (b - a) / 2 * x, (b - a) / 2 * w


def slabs(c, factor):
    """Batches of (points [node, rank], log of the volume element [node])."""
    width = float(np.sqrt(c.beta))
    r, d = c.rank, c.d

    def count(base, slope):
        return int(factor * (base + slope * width))
    if r == 0:
        yield np.zeros((1, 0), dtype=REAL), np.array([-c.log_c if c.kind == GAUSS else c.log_surface(d)])
        return
    if c.kind == GAUSS:
        lines = []
        for axis in range(r):
            low, high = c.means[..., axis].min() - 13 / np.sqrt(c.beta), c.means[..., axis].max() + 13 / np.sqrt(c.beta)
            n = int(factor * float((high - low) * np.sqrt(c.beta)) / 0.4)
            step = (high - low) / n
            lines.append((low + step * (np.arange(n, dtype=REAL) + REAL(0.5)), np.full(n, step)))
        yield from product(lines, None)
        return
    turn = count(30, 11)
    circle = (2 * PI * (np.arange(turn, dtype=REAL) + REAL(0.37)) / turn, np.full(turn, 2 * PI / turn))
    # The radius sin χ of the projection on the span; without it where the span is everything.
    radial = [] if r == d else [gauss_legendre(count(30, 7), REAL(0), PI / 2)]
    if r == 1:
        t, w = gauss_legendre(count(60, 12), REAL(0), PI)
        yield np.cos(t)[:, None], np.log(w) + (d - 2) * np.log(np.sin(t)) + c.log_surface(d - 1)
        return

    def place(coordinates):
        if r < d:
            chi, rest = coordinates[0], coordinates[1:]
            radius = np.sin(chi)
            volume = (r - 1) * np.log(radius) + (d - r - 1) * np.log(np.cos(chi)) + c.log_surface(d - r)
        else:
            rest, radius, volume = coordinates, REAL(1), REAL(0)
        if r == 2:
            return np.stack(np.broadcast_arrays(radius * np.cos(rest[0]), radius * np.sin(rest[0])), -1), volume
        theta, alpha = rest
        return (np.stack(np.broadcast_arrays(radius * np.sin(theta) * np.cos(alpha), radius * np.sin(theta) * np.sin(alpha),
                                             radius * np.cos(theta)), -1), volume + np.log(np.sin(theta)))
    polar = [gauss_legendre(count(24, 9), REAL(0), PI)] if r == 3 else []
    yield from product(radial + polar + [circle], place)


def product(lines, place):
    """The product grid, slab by slab along the first line."""
    for x, w in zip(*lines[0]):
        grids = np.meshgrid(*[line[0] for line in lines[1:]], indexing="ij") if len(lines) > 1 else []
        logs = sum(np.meshgrid(*[np.log(line[1]) for line in lines[1:]], indexing="ij")) if len(lines) > 1 else REAL(0)
        coordinates = [np.asarray(x), *grids]
        if place is None:
            points, volume = np.stack(np.broadcast_arrays(*coordinates), -1), REAL(0)
        else:
            points, volume = place(coordinates)
        log_volume = np.broadcast_to(logs + np.log(w) + volume, points.shape[:-1])
        yield points.reshape(-1, points.shape[-1]), log_volume.reshape(-1)


def evaluate(c, factor):
    n, m = c.weights.shape
    flat = c.means.reshape(n * m, c.rank)
    joint = (c.prior[:, None] * c.weights).reshape(-1)
    used = joint > 0
    rough_means, rough_beta = flat[used].astype(float), float(c.beta)
    squares = (rough_means ** 2).sum(-1)
    mass = information = entropy = conditional = jensen = gap = REAL(0)
    highest = -np.inf
    for points, log_volume in slabs(c, factor):
        rough = points.astype(float)
        s = rough @ rough_means.T
        if c.kind == GAUSS:
            s = s - squares / 2 - (rough ** 2).sum(-1)[:, None] / 2
        level = rough_beta * s.max(-1) + log_volume.astype(float)
        highest = max(highest, level.max())
        kept = level > highest - 60
        if not kept.any():
            continue
        z, v = points[kept], log_volume[kept]
        if c.kind == GAUSS:
            scores = np.stack([-c.beta / 2 * ((z - h) ** 2).sum(-1) for h in flat], -1)
        else:
            scores = np.stack([c.beta * (z * h).sum(-1) for h in flat], -1)
        scores = scores.reshape(-1, n, m)
        log_f = c.log_c + scores
        top = np.where(used.reshape(n, m), log_f, -np.inf).max((1, 2))
        f = np.exp(log_f - top[:, None, None])
        g = (c.weights * f).sum(-1)
        p = g @ c.prior
        log_p = np.log(p) + top
        share = np.exp(v + top)
        mass += (share * p).sum()
        entropy -= (share * p * log_p).sum()
        for i in range(n):
            if c.prior[i] == 0:
                continue
            log_g = np.where(g[:, i] > 0, np.log(np.where(g[:, i] > 0, g[:, i], 1)) + top, 0)
            mine = share * c.prior[i] * g[:, i]
            mean = sum((w * log_f[:, i, j] for j, w in enumerate(c.weights[i]) if w > 0), REAL(0))
            information += (mine * (log_g - log_p)).sum()
            conditional -= (mine * log_g).sum()
            jensen += (mine * (mean - log_p)).sum()
            gap += (mine * (log_g - mean)).sum()
    outside = REAL(0)
    if c.kind == GAUSS:
        outside = REAL(c.d - c.rank) / 2 * (1 + np.log(2 * PI / c.beta))
    return mass, information, entropy + outside, conditional + outside, jensen, gap


def mean_approximation(c):
    """(17), a finite sum."""
    n, m = c.weights.shape
    total = REAL(0)
    for i, j in itertools.product(range(n), range(m)):
        if c.prior[i] * c.weights[i, j] == 0:
            continue
        z = c.full[i, j]
        if c.kind == VMF:
            s = c.beta * (c.full * z).sum(-1)
        else:
            s = -c.beta / 2 * ((c.full - z) ** 2).sum(-1)
        top = s.max()
        log_mean = top + np.log((c.prior[:, None] * c.weights * np.exp(s - top)).sum())
        total += c.prior[i] * c.weights[i, j] * ((c.weights[i] * s[i]).sum() - log_mean)
    return total


def settle(raw):
    """The quantities with the tolerance that they reached, or nothing where the grid would be too large."""
    c = Channel(raw)
    reach = max((float(np.ptp(c.means[..., axis])) for axis in range(c.rank)), default=0) * float(np.sqrt(c.beta))
    if c.kind == GAUSS and c.rank == 3 and reach > 25:
        return None
    tolerance = 1e-13 if c.rank <= 2 else 1e-11
    factor, before = 1.0, evaluate(c, 1.0)
    for _ in range(5):
        factor *= 1.5 if c.rank <= 2 else 1.3
        now = evaluate(c, factor)
        apart = [abs(a - b) for a, b in zip(now, before)]
        sizes = [REAL(1), abs(now[1]) + REAL(1e-5), 1 + abs(now[2]), 1 + abs(now[3]), 1 + abs(now[4]), abs(now[5]) + REAL(1e-5)]
        if all(a <= tolerance * size for a, size in zip(apart, sizes)):
            return c.rank, tolerance, dict(zip(KEYS, list(now[1:]) + [mean_approximation(c)]))
        before = now
    raise SystemExit(f"the grid does not settle: {apart}, mass {now[0] - 1}, {json.dumps(raw)}")


# ---------------------------------------------------------------- commands

def make(arguments):
    rng = np.random.default_rng(arguments.seed)
    rows = []
    for index in range(arguments.count):
        raw = draw(rng, index, arguments.codes)
        settled = settle(raw)
        if settled is None:
            continue
        rank, tolerance, expected = settled
        rows.append(dict(raw, name=f"random-{arguments.seed}-{index}", rank=rank, tolerance=tolerance, expected={
            key: np.format_float_scientific(expected[key], 17) for key in KEYS}))
        print(rows[-1]["name"], rank, rows[-1]["expected"]["mutualInformation"], file=sys.stderr, flush=True)
    source = f"random_channels.py make --seed {arguments.seed} --count {arguments.count} --codes {arguments.codes}"
    print(json.dumps({"source": f"{source}, mpmath {mp.__version__}, numpy {np.__version__}", "rows": rows}))
    return 0


def answer(program, row):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "channel.json")
        with open(path, "w") as file:
            json.dump({key: row[key] for key in ("family", "prior", "augmentation", "encoder")}, file)
        run = subprocess.run([program, "verify", "--channel", path, "--json"], capture_output=True, text=True)
    if run.returncode != 0:
        raise ValueError(f"exit status {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def compare(arguments):
    with open(arguments.file) as file:
        rows = json.load(file)["rows"]
    table, failures = {}, 0
    for row in rows:
        name, rank, expected = row["name"], row["rank"], {k: REAL(v) for k, v in row["expected"].items()}
        try:
            found = answer(arguments.program, row)
        except ValueError as error:
            failures += 1
            print(f"{name}: {error}", flush=True)
            continue
        # (17) is a finite sum: rounding of scores of size β (1 + the greatest squared distance).
        size = row["family"]["beta"] * (1 + max(sum(x * x for x in h) for image in row["encoder"] for h in image))
        approximation = {"value": found["meanApproximation"], "error": 1e-14 * (1 + size)}
        for label, key, quantity in (
                ("I by definition", "mutualInformation", found["mutualInformation"]["byDefinition"]),
                ("I by (2)", "mutualInformation", found["mutualInformation"]["byEquation2"]),
                ("H(Z)", "entropyZ", found["entropyZ"]), ("H(Z|X)", "entropyZGivenX", found["entropyZGivenX"]),
                ("Jensen bound", "jensenBound", found["jensenBound"]), ("Jensen gap", "jensenGap", found["jensenGap"]),
                ("(17)", "meanApproximation", approximation)):
            truth = expected[key]
            off = abs(REAL(quantity["value"]) - truth)
            is_relative = key in ("mutualInformation", "jensenGap")
            # Ours is geometric in the number of nodes, so that its last error is about the square of the last change.
            slack = (REAL(row["tolerance"]) ** 1.5 * (1e-5 + abs(truth) if is_relative else 1 + abs(truth))
                     + REAL(1e-18) * (1 + row["family"]["beta"]))
            ratio = float(off / (REAL(quantity["error"]) + slack))
            entry = table.setdefault((rank, label), [0.0, 0.0, 0.0, 0])
            entry[0] = max(entry[0], ratio)
            if is_relative and abs(truth) > 1e-14:
                entry[1] = max(entry[1], float(off / abs(truth)))
                entry[2] = max(entry[2], quantity["error"] / float(abs(truth)))
                entry[3] += quantity["error"] > (1e-9 if rank <= 2 else 1e-7) * abs(truth)
            if ratio > 1:
                failures += 1
                print(f"{name}, rank {rank}, {row['family']}: {label} is {quantity['value']!r} ± {quantity['error']:.1e}, "
                      f"expected {row['expected'][key]}, off by {float(off):.1e}", flush=True)
    print("rank  quantity          true error / error   true relative error   relative error   errors beyond the goal")
    for (rank, label), (ratio, error, bound, beyond) in sorted(table.items()):
        print(f"{rank}     {label:<16}  {ratio:<19.3f}  {error:<20.1e}  {bound:<15.1e}  {beyond}")
    print(f"{len(rows)} channels, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    making = commands.add_parser("make")
    making.add_argument("--seed", type=int, required=True)
    making.add_argument("--count", type=int, required=True)
    making.add_argument("--codes", type=int, default=16, help="the most codes that a channel has")
    making.set_defaults(run=make)
    comparing = commands.add_parser("compare")
    comparing.add_argument("file")
    comparing.add_argument("--program", default=".build/debug/tac-reference")
    comparing.set_defaults(run=compare)
    options = parser.parse_args()
    sys.exit(options.run(options))
