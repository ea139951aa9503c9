"""Known answers for random draws: words, bounded integers, permutations, uniform and normal numbers.

    python3 -m pip install randomgen==2.5.1 numpy==2.4.6
    python3 draws_golden.py              # writes draws_golden.json beside itself

The words are those of randomgen's Philox4x32-10, an implementation that is not ours; what is drawn from them follows the
publications named below, in Python's exact integers and double precision.
"""
import importlib.metadata
import json
import math
import pathlib
import platform

from randomgen import Philox


def fnv1a(text):
    """The 32-bit FNV-1a hash, by which a purpose becomes the upper half of a stream (draft-eastlake-fnv)."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


class Words:
    """64-bit words: the low one of each pair of 32-bit words first; the block's counter in its lower half."""

    def __init__(self, seed, stream):
        # randomgen counts before it computes a block: it begins one before ours.
        self.philox = Philox(counter=((stream << 64) - 1) % 2**128, key=seed, number=4, width=32)

    def next(self):
        low, high = (int(word) for word in self.philox.random_raw(2))
        return low | high << 32

    def below(self, bound):
        """Lemire 2019, algorithm 5, by its definition: words of the incomplete last interval are drawn again."""
        while True:
            product = self.next() * bound
            if product % 2**64 >= 2**64 % bound:
                return product >> 64

    def permutation(self, count):
        """Knuth, TAOCP 3.4.2, algorithm P, from the front: a list of what is left, of which one is taken each time."""
        left, order = list(range(count)), []
        while left:
            place = self.below(len(left)) if len(left) > 1 else 0
            order.append(left[place])
            # The first of the rest moves into the gap.
            left[place] = left[0]
            left.pop(0)
        return order

    def unit(self):
        return (self.next() >> 11) / 2**53

    def normal(self):
        """Box and Muller 1958."""
        radius, angle = math.sqrt(-2 * math.log(1 - self.unit())), 2 * math.pi * self.unit()
        return [radius * math.cos(angle), radius * math.sin(angle)]


def words(seed, purpose, step):
    return Words(seed, fnv1a(purpose) << 32 | step)


def case(seed, purpose, step):
    return {
        "seed": seed, "purpose": purpose, "step": step,
        "words": [w.next() for w in [words(seed, purpose, step)] for _ in range(5)],
        # Of 3 · 2⁶¹ and of 2⁶³ − 1 a quarter and two of all 2⁶⁴ words are rejected.
        "integers": [
            {"bound": bound, "values": [w.below(bound) for w in [words(seed, purpose, step)] for _ in range(12)]}
            for bound in (1, 2, 3, 289, 60_000, 2**32, 3 * 2**61, 2**63 - 1)
        ],
        "permutations": [words(seed, purpose, step).permutation(count) for count in (0, 1, 2, 5, 20)],
        "units": [w.unit() for w in [words(seed, purpose, step)] for _ in range(4)],
        "normals": [x for w in [words(seed, purpose, step)] for _ in range(3) for x in w.normal()],
    }


cases = [
    case(0, "", 0), case(1, "order of the images", 0), case(2**53, "views for h", 4_000), case(2**64 - 1, "β", 2**32 - 1)]
target = pathlib.Path(__file__).with_suffix(".json")
target.write_text(json.dumps({
    "command": "python3 draws_golden.py", "python": platform.python_version(),
    "randomgen": importlib.metadata.version("randomgen"), "cases": cases}) + "\n")
