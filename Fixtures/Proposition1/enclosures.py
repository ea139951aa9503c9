"""Rigorous enclosures of Proposition 1's quantities for a thousand random channels, by ball arithmetic.

Command: python3 enclosures.py --seed 20261125 > enclosures.json
(Python 3.11.7, python-flint 0.9.0 with FLINT 3.6.0; two minutes)

Every number is a ball that holds the true value: Arb bounds each rounding, and `acb.integral` (Petras's algorithm: adaptive
Gauss-Legendre, each step with a bound from an ellipse on which the integrand is analytic) bounds what a rule leaves out.
What lies outside the intervals that are integrated is bounded in `Line.tail` and `Circle.tail`.

Drawn: half the channels on the circle (von Mises-Fisher, d = 2), half on the line (Gaussian, d = 1); beta log-uniform in
1e-6 ... 1e4, one in 25 at an end; one to three images and views; priors and augmentations that are uniform, spread, tiny, zero
or rounded to ten decimals; codes in units of the noise (so that I is neither 0 nor H(X)), of order 1, far apart, nearly or
exactly equal, or of ten decimals. To these come the channels of enclosures_found.json: among tens of thousands drawn like
this, those on which the program's errors were once too small, or of no use.

What counts as the channel: the doubles of the row (each printed so that it reads back as itself) as exact numbers, its
probabilities divided by their exact sum, its codes on the circle by their exact norm. That is the channel that the file
describes. That the program divides in doubles, and that its unit vectors are unit vectors to an ulp only, is rounding, which
the errors that it reports have to cover like any other.

Computed: with h(q) = -∫ q log q for the density q of a mixture,
    H(Z)   = h(p(z)),   H(Z|X) = Σ p_i h(p(z|x_i)),   I(X;Z) = H(Z) - H(Z|X)
    (16)   = Σ p_i w_ij w_ik E[beta S(z, h_ij) | h_ik] + log C_beta + H(Z),   the gap = I(X;Z) - (16),   (17): finite sums
where the mean of beta S(z, h) for z around h' has a closed form: beta A(beta) <h', h>, or -(1 + beta (h' - h)^2)/2. With
192 bits, and integrals within 2^-138, cancellation loses nothing that matters: I = 1e-26 keeps thirteen digits. For every
twentieth channel I(X;Z) and (16) are also integrated as they are defined, and the script fails where the balls disagree.

Printed: a row is a channel file with "enclosures" added. Each is [high, low, radius], and the value is within radius of
high + low (doubles; low has five digits, radius is rounded up).
"""
import argparse
import json
import math
import pathlib
import random
import sys
import time

import flint
from flint import acb, arb, ctx

ctx.prec = 192
TOLERANCE = arb(2) ** -140
# Exponents below -DEPTH are left to the bounds of the tails: e^-115 is about 1e-50.
DEPTH = 115
CIRCLE, LINE = "vonMisesFisher", "gaussian"


# ---------------------------------------------------------------- drawing

def normal(rng):
    return math.sqrt(-2 * math.log(1 - rng.random())) * math.cos(2 * math.pi * rng.random())


def log_uniform(rng, low, high):
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def probabilities(rng, count):
    kind = rng.randrange(8)
    if kind <= 1:
        return [1 / count] * count
    values = [-math.log(1 - rng.random()) for _ in range(count)]
    if kind == 2 and count > 1:
        values[rng.randrange(count)] = 0.0
    if kind == 3 and count > 1:
        # Also such that p(x) P(T|x) is no double.
        values[rng.randrange(count)] *= log_uniform(rng, rng.choice([1e-300, 1e-14, 1e-14]), 1e-2)
    total = sum(values)
    values = [value / total for value in values]
    # Ten decimals, as a person writes them: the sum misses 1 by some 1e-10.
    return [round(value, 10) for value in values] if kind == 4 else values


def positions(rng, kind, beta, count):
    """Angles on the circle, or places on the line."""
    width = 1 / math.sqrt(beta)
    plan = rng.randrange(10)
    if kind == CIRCLE:
        start, spread = rng.uniform(-math.pi, math.pi), math.inf
        if plan <= 4 and beta > 1:
            spread = width * log_uniform(rng, 0.3, 5)
        elif plan == 5:
            spread = log_uniform(rng, 1e-9, 1e-1)
        elif plan == 6:
            return [math.pi / 2 * rng.randrange(4) for _ in range(count)]
        if spread < math.inf:
            return [start + spread * normal(rng) for _ in range(count)]
        return [rng.uniform(-math.pi, math.pi) for _ in range(count)]
    start, spread = normal(rng) * rng.choice([0, width, 1, 100]), 1
    if plan <= 4:
        spread = width * log_uniform(rng, 0.3, 5)
    elif plan == 5:
        spread = width * log_uniform(rng, 1e-9, 1e-1)
    elif plan == 6:
        spread = width * log_uniform(rng, 5, 1000)
    elif plan == 7:
        return [float(rng.randrange(-2, 3)) for _ in range(count)]
    return [start + spread * normal(rng) for _ in range(count)]


def unit_vector(angle):
    """Doubles whose norm rounds to 1, where a few passes find such, so that dividing by it changes nothing."""
    x, y = math.cos(angle), math.sin(angle)
    for _ in range(8):
        norm = math.sqrt(x * x + y * y)
        if norm == 1:
            break
        x, y = x / norm, y / norm
    # cos(pi/2) is meant to be 0.
    return [0.0 if abs(v) < 1e-15 else v for v in (x, y)]


def draw(rng, kind):
    beta = rng.choice([1e-6, 1e4]) if rng.randrange(25) == 0 else log_uniform(rng, 1e-6, 1e4)
    images, views = rng.choice([1, 2, 2, 2, 2, 3, 3, 3, 3]), rng.choice([1, 2, 2, 2, 3, 3, 3])
    places = positions(rng, kind, beta, images * views)
    codes = [unit_vector(place) if kind == CIRCLE else [place] for place in places]
    if rng.randrange(8) == 0:
        codes = [[round(coordinate, 10) for coordinate in code] for code in codes]
    if rng.randrange(4) == 0:
        codes[rng.randrange(len(codes))] = codes[rng.randrange(len(codes))]
    if rng.randrange(12) == 0:
        # An invariant encoder: one code for all views of an image.
        codes = [codes[index // views * views] for index in range(len(codes))]
    rows = [probabilities(rng, views) for _ in range(images)]
    if rng.randrange(4) == 0:
        rows = [[1 / views] * views for _ in range(images)]
    return {"family": {"kind": kind, "dimension": 2 if kind == CIRCLE else 1, "beta": beta},
            "prior": probabilities(rng, images), "augmentation": rows,
            "encoder": [codes[image * views:(image + 1) * views] for image in range(images)]}


# ---------------------------------------------------------------- the channel in balls

def normalised(values):
    total = sum((arb(value) for value in values), arb(0))
    return [arb(value) / total for value in values]


class Family:
    """What the circle and the line have in common: densities e^(log_scale + e_k) with e_k = beta (S(z, h_k) - S(h_k, h_k)) <= 0
    in one coordinate x of z, for codes h_k at places t_k."""

    def __init__(self, beta):
        self.beta = arb(beta)

    def mixture(self, weighted):
        """Distinct codes with their total weights, those of weight zero left out; sorted by place."""
        total = {}
        for code, weight in weighted:
            if weight > 0:
                total[code] = total.get(code, arb(0)) + weight
        return sorted(total.items(), key=lambda item: float(self.place(item[0])))


class Line(Family):
    """x = sqrt(beta) (z - origin)."""

    def __init__(self, beta, origin):
        super().__init__(beta)
        self.origin, self.root = arb(origin), self.beta.sqrt()
        self.log_scale = -(2 * arb.pi()).log() / 2
        self.log_normaliser = (self.beta / (2 * arb.pi())).log() / 2
        # From the density of x to that of z.
        self.log_stretch = -self.beta.log() / 2
        # sqrt(2 DEPTH), a little more.
        self.reach = math.sqrt(2 * DEPTH) + 0.25

    def place(self, code):
        return self.root * (arb(code[0]) - self.origin)

    def exponent(self, x, t):
        return -(x - t) * (x - t) / 2

    def difference(self, t, s):
        """e_t - e_s as a function of x."""
        apart, middle = t - s, (t + s) / 2
        return lambda x: apart * (x - middle)

    def score(self, a, b):
        """beta S between two codes."""
        apart = self.place(a) - self.place(b)
        return -apart * apart / 2

    def mean_score(self, a, b):
        """The mean of beta S(z, h_b) for z around h_a."""
        return self.score(a, b) - arb(1) / 2

    mean_factor = arb(1)

    def entropy_of_one(self):
        return -self.log_normaliser + arb(1) / 2

    def intervals(self, places):
        """Intervals that hold all x within `reach` of a place, as lists of points at which to split."""
        lists = []
        for t in places:
            if lists and t - lists[-1][-1] <= 2 * self.reach:
                lists[-1].append(t)
            else:
                lists.append([t])
        return [[arb(ts[0] - self.reach)] + [arb(t) for t in ts] + [arb(ts[-1] + self.reach)] for ts in lists]

    def outside(self):
        """(mass beyond R of the centre of a standard normal, its second moment there), R a little below `reach`."""
        radius = arb(self.reach) - arb(2) ** -20
        mass = (radius / arb(2).sqrt()).erfc()
        return mass, mass + 2 * radius * (-radius * radius / 2 + self.log_scale).exp()

    def tail(self, codes):
        """A bound on ∫ -q log q outside the intervals, where q = Σ π_k φ_k.

        There q < 1, so that the integrand is not negative; and -x log x is concave and 0 at 0, so subadditive:
        -q log q <= Σ -π_k φ_k log(π_k φ_k) = Σ π_k φ_k (-log π_k - log_scale + (x - t_k)^2/2). Every point is further than
        `reach` from every t_k, and the sum of -π_k log π_k is log K at most.
        """
        mass, second = self.outside()
        return (arb(codes).log() - self.log_scale) * mass + second / 2


class Circle(Family):
    """x is the angle of z."""

    def __init__(self, beta):
        super().__init__(beta)
        scaled = self.beta.bessel_i(0, scaled=True)
        self.log_scale = -(2 * arb.pi() * scaled).log()
        self.log_normaliser = self.log_scale - self.beta
        self.log_stretch = arb(0)
        self.mean_factor = self.beta.bessel_i(1, scaled=True) / scaled
        # beta (1 - cos reach) = DEPTH, or all of the circle.
        self.reach = math.acos(1 - DEPTH / beta) + 1e-6 if beta > DEPTH / 2 else math.inf

    def place(self, code):
        return arb.atan2(arb(code[1]), arb(code[0]))

    def exponent(self, x, t):
        sine = ((x - t) / 2).sin()
        return -2 * self.beta * sine * sine

    def difference(self, t, s):
        size, middle = 2 * self.beta * ((t - s) / 2).sin(), (t + s) / 2
        return lambda x: size * (x - middle).sin()

    def score(self, a, b):
        norms = ((arb(a[0]) ** 2 + arb(a[1]) ** 2) * (arb(b[0]) ** 2 + arb(b[1]) ** 2)).sqrt()
        return self.beta * (arb(a[0]) * arb(b[0]) + arb(a[1]) * arb(b[1])) / norms

    def mean_score(self, a, b):
        return self.mean_factor * self.score(a, b)

    def entropy_of_one(self):
        return -self.log_normaliser - self.beta * self.mean_factor

    def intervals(self, places):
        turn = 2 * math.pi
        gaps = [(places[(k + 1) % len(places)] - t) % turn if len(places) > 1 else turn for k, t in enumerate(places)]
        widest = max(range(len(places)), key=gaps.__getitem__)
        first = (widest + 1) % len(places)
        ordered = [places[first]]
        for step in range(1, len(places)):
            ordered.append(ordered[-1] + (places[(first + step) % len(places)] - ordered[-1]) % turn)
        if gaps[widest] <= 2 * self.reach + 1e-3:
            return [[arb(t) for t in ordered] + [arb(ordered[0]) + 2 * arb.pi()]]
        return Line.intervals(self, ordered)

    def tail(self, codes):
        """A bound on ∫ -q log q outside the intervals: there q <= u = e^(log_scale + beta (cos R - 1)) < 1/e, below which
        -x log x grows, R a little below `reach`."""
        if self.reach == math.inf:
            return arb(0)
        log_u = self.log_scale + self.exponent(arb(self.reach) - arb(2) ** -22, arb(0))
        assert log_u < -1
        return 2 * arb.pi() * -log_u * log_u.exp()


class Density:
    """q = Σ π_k e^(log_scale + e_k): a mixture of a family."""

    def __init__(self, family, mixture):
        self.family = family
        self.places = [family.place(code) for code, _ in mixture]
        self.weights = [weight for _, weight in mixture]
        self.rough = [float(place) for place in self.places]
        self.differences = [[family.difference(t, s) for t in self.places] for s in self.places]

    def nearest(self, x):
        """The index of the place with the largest exponent, about."""
        at = float(x.mid())
        if isinstance(self.family, Line):
            return min(range(len(self.rough)), key=lambda k: abs(self.rough[k] - at))
        return max(range(len(self.rough)), key=lambda k: math.cos(self.rough[k] - at))

    def split(self, x, k):
        """(log_scale + e_k, Σ π_j e^(e_j - e_k)): the logarithm of the first's exponential times the second is log q."""
        total = self.weights[k]
        for j, weight in enumerate(self.weights):
            if j != k:
                total = total + weight * self.differences[k][j](x).exp()
        return self.family.log_scale + self.family.exponent(x, self.places[k]), total

    def upper_bound(self, x):
        """A bound on q on a real interval."""
        top = arb(0)
        for t, weight in zip(self.places, self.weights):
            top = top + (weight * self.family.exponent(x, t).upper().exp())
        return (top * self.family.log_scale.exp()).upper()

    def surprise(self, x, analytic):
        """-q log q, for `acb.integral`.

        Relative to one of its terms, log q = log_scale + e_k + log Σ π_j e^(e_j - e_k). On a complex ball that is analytic
        where the sum keeps off the negative axis; elsewhere `log` answers no finite ball, and the integrator halves the
        step. On the real axis it is the same function whichever k is chosen.
        """
        if not analytic and x.imag == 0:
            x = x.real
            if x.rad() > arb(2) ** -60:
                bound = self.upper_bound(x)
                # On [0, 1/e] -x log x grows from 0.
                if bound < arb(2) ** -60:
                    return acb((bound * -bound.log() if bound > 0 else arb(0)).union(arb(0)))
            k = self.nearest(x)
            leading, total = self.split(x, k)
            return acb(-leading.exp() * total * (leading + total.log()))
        k = self.nearest(x.real)
        leading, total = self.split(x, k)
        return -leading.exp() * total * (leading + total.log(analytic=analytic))


def integrate(function, points):
    total = arb(0)
    for left, right in zip(points, points[1:]):
        value = acb.integral(function, left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE, eval_limit=10 ** 7,
                             depth_limit=10 ** 4)
        if not value.is_finite():
            raise SystemExit(f"an integral from {left} to {right} failed")
        total = total + value.real
    return total


def entropy(family, mixture):
    """h(q) as a differential entropy of z."""
    if len(mixture) == 1:
        return family.entropy_of_one()
    q = Density(family, mixture)
    total = sum((integrate(q.surprise, points) for points in family.intervals(q.rough)), arb(0))
    # The bound of the tails is on one side: the ball [0, bound].
    return total + arb(0).union(family.tail(len(mixture))) + family.log_stretch


class Channel:
    def __init__(self, raw):
        beta, self.kind = raw["family"]["beta"], raw["family"]["kind"]
        self.prior = normalised(raw["prior"])
        self.weights = [normalised(row) for row in raw["augmentation"]]
        # Adding zero makes -0 and 0 the same code.
        self.codes = [[tuple(c + 0.0 for c in code) for code in row] for row in raw["encoder"]]
        self.family = Circle(beta) if self.kind == CIRCLE else Line(beta, self.codes[0][0][0])
        self.images = [i for i, p in enumerate(self.prior) if p > 0]
        self.own = {i: self.family.mixture(zip(self.codes[i], self.weights[i])) for i in self.images}
        self.all = self.family.mixture(
            (code, self.prior[i] * weight) for i in self.images for code, weight in self.own[i])

    def quantities(self):
        family = self.family
        of_z = entropy(family, self.all)
        given_x = sum((self.prior[i] * entropy(family, self.own[i]) for i in self.images), arb(0))
        score = arb(0)
        for i in self.images:
            for a, u in self.own[i]:
                for b, v in self.own[i]:
                    score = score + self.prior[i] * u * v * family.mean_score(a, b)
        information = of_z - given_x
        jensen = score + family.log_normaliser + of_z
        gap = -score - family.log_normaliser - given_x
        # What is zero for a reason is zero exactly.
        if len(self.images) == 1 or len(self.all) == 1:
            information = arb(0)
        if all(len(self.own[i]) == 1 for i in self.images):
            gap, jensen = arb(0), information
        return {"mutualInformation": information, "entropyZ": of_z, "entropyZGivenX": given_x, "jensenBound": jensen,
                "jensenGap": gap, "meanApproximation": self.mean_approximation(arb(1)),
                "trueMeanApproximation": self.mean_approximation(family.mean_factor)}

    def mean_approximation(self, factor):
        """(17) at z = factor h(T(X))."""
        total = arb(0)
        for i in self.images:
            for a, u in self.own[i]:
                own = sum((v * factor * self.family.score(a, b) for b, v in self.own[i]), arb(0))
                everyone = sum((v * (factor * self.family.score(a, b)).exp() for b, v in self.all), arb(0))
                total = total + self.prior[i] * u * (own - everyone.log())
        return total

    def by_definition(self):
        """I(X;Z) and (16), integrated as they are defined."""
        q, own = Density(self.family, self.all), {i: Density(self.family, self.own[i]) for i in self.images}

        def logs(x, analytic):
            def of(density):
                leading, total = density.split(x, density.nearest(x.real))
                return leading, total, acb(total).log(analytic=analytic)
            return of(q), {i: of(own[i]) for i in self.images}

        def information(x, analytic):
            (leading, _, log_total), each = logs(x, analytic)
            return sum((self.prior[i] * first.exp() * total * (first - leading + log_mine - log_total)
                        for i, (first, total, log_mine) in each.items()), acb(0))

        def jensen(x, analytic):
            (leading, _, log_total), each = logs(x, analytic)
            value = acb(0)
            for i, (first, total, _) in each.items():
                mean = sum((w * self.family.exponent(x, t) for w, t in zip(own[i].weights, own[i].places)), acb(0))
                value = value + self.prior[i] * first.exp() * total * (mean + self.family.log_scale - leading - log_total)
            return value

        return tuple(sum((integrate(function, points) for points in self.family.intervals(q.rough)), arb(0))
                     for function in (information, jensen))


# ---------------------------------------------------------------- printing

def printed(ball):
    """[high, low, radius]: see above."""
    if ball.contains(0):
        high, low = 0.0, 0.0
    else:
        high = float(ball.mid())
        low = float("%.4e" % float((ball - arb(high)).mid()))
    rest = (ball - arb(high) - arb(low)).abs_upper()
    radius = float("%.2e" % (float(rest) * 1.01))
    assert rest == 0 or arb(radius) >= rest
    return [high, low, radius]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    source = (f"enclosures.py --seed {options.seed} --count {options.count}, Python {sys.version.split()[0]}, "
              f"python-flint {flint.__version__}, FLINT {flint.__FLINT_VERSION__}")
    print('{"source": %s, "rows": [' % json.dumps(source))
    channels = []
    for index in range(options.count):
        raw = draw(rng, (CIRCLE, LINE)[index % 2])
        channels.append(dict(raw, name=f"{'circle' if index % 2 == 0 else 'line'}-{index}"))
    channels += json.loads(pathlib.Path(__file__).with_name("enclosures_found.json").read_text())
    start = time.time()
    for index, raw in enumerate(channels):
        channel = Channel(raw)
        found = channel.quantities()
        if index % 40 < 2:
            for name, direct in zip(("mutualInformation", "jensenBound"), channel.by_definition()):
                # What the tails hold of the integrand by definition is far below 1e-36.
                if not (found[name] - direct).abs_lower() < arb(10) ** -36:
                    raise SystemExit(f"{raw['name']}: {name} is {found[name]}, by definition {direct}")
        row = dict(raw, enclosures={name: printed(ball) for name, ball in found.items()})
        print(json.dumps(row, separators=(",", ":")) + ("," if index + 1 < len(channels) else "]}"))
        if index % 20 == 19:
            print(f"{index + 1} channels, {time.time() - start:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
