"""What other libraries take for the work of `tac-reference benchmark`, on the same machine.

  pip install numpy scipy scikit-learn torch
  python3 Fixtures/performance/peers.py [--mnist DIR] [--threads 2] > peers.json

Matrix products by PyTorch; multinomial logistic regression by scikit-learn's default solver, on the features that the
benchmark's formula makes and, with --mnist, on raw pixels of the derived data set (its cells drawn by numpy), as a sparse
matrix and, at the tolerance that was chosen for that, as a dense one. Each regression is run with ever smaller tolerances
until its loss is within 1e-6 of the smallest one found; that run's time counts. Each has a process of its own, whose
greatest memory during the training is given (on Linux; elsewhere, since its start). Prints one JSON object."""
import argparse
import gzip
import json
import resource
import subprocess
import sys
import time

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--mnist")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repetitions", type=int, default=9)
parser.add_argument("--only", help="one regression, in this process")
parser.add_argument("--tolerance", type=float)
arguments = parser.parse_args()


def fraction(a, b):
    """The benchmark's hash of two whole numbers, in [0, 1)."""
    with np.errstate(over="ignore"):
        word = (a.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ b.astype(np.uint64)
        for _ in range(2):
            word = (word ^ (word >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
        return ((word ^ (word >> np.uint64(32))) >> np.uint64(40)).astype(np.float64) * 2.0**-24


def synthetic(rows, columns):
    row, column = np.arange(rows)[:, None], np.arange(columns)[None, :]
    centre = fraction(1_000_000 + row % 10, column + 0 * row)
    return (0.2 * centre + fraction(row + 0 * column, column + 0 * row)).astype(np.float32), np.arange(rows) % 10


def loss(model, features, labels):
    """The objective of LogisticRegression at C = 1, in nats."""
    scores = features @ model.coef_.T.astype(np.float64) + model.intercept_
    top = scores.max(1)
    likelihood = scores[np.arange(len(labels)), labels] - top - np.log(np.exp(scores - top[:, None]).sum(1))
    return float(-likelihood.sum() + 0.5 * (model.coef_.astype(np.float64) ** 2).sum())


def regression(features, labels, tolerances=(1e-4, 1e-5, 1e-6, 1e-7, 1e-8)):
    from sklearn.linear_model import LogisticRegression

    forget_peak()
    runs = []
    for tolerance in tolerances:
        start = time.perf_counter()
        model = LogisticRegression(tol=tolerance, max_iter=10_000).fit(features, labels)
        seconds = time.perf_counter() - start
        runs.append(
            {
                "tolerance": tolerance,
                "milliseconds": 1e3 * seconds,
                "loss": loss(model, features, labels),
                "iterations": int(model.n_iter_.max()),
            }
        )
        if len(runs) > 1 and runs[-2]["loss"] - runs[-1]["loss"] < 1e-7 * runs[-1]["loss"]:
            break
    least = min(run["loss"] for run in runs)
    chosen = next(run for run in runs if run["loss"] <= least * (1 + 1e-6))
    return {"chosen": chosen, "runs": runs, "peakMegabytes": peak_megabytes()}


def forget_peak():
    """Has the system count this process's greatest memory from now on, where it can."""
    try:
        with open("/proc/self/clear_refs", "w") as control:
            control.write("5")
    except OSError:
        pass


def peak_megabytes():
    try:
        with open("/proc/self/status") as status:
            kibibytes = next(line.split()[1] for line in status if line.startswith("VmHWM"))
        return int(kibibytes) * 1024 / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def raw_pixels(folder):
    import scipy.sparse

    def read(name):
        try:
            contents = gzip.open(f"{folder}/{name}.gz").read()
        except FileNotFoundError:
            contents = open(f"{folder}/{name}", "rb").read()
        return np.frombuffer(contents, np.uint8)

    images = read("train-images-idx3-ubyte")[16:].reshape(-1, 28, 28)
    labels = read("train-labels-idx1-ubyte")[8:].astype(int)
    cells = np.random.default_rng(0).integers(0, 9, len(images))
    image, row, column = np.nonzero(images)
    place = (row + 28 * (cells[image] // 3)) * 84 + column + 28 * (cells[image] % 3)
    values = images[image, row, column].astype(np.float64) / 255
    return scipy.sparse.csr_matrix((values, (image, place)), shape=(len(images), 84 * 84)), labels


def products():
    import torch

    result = {}
    for threads in sorted({1, arguments.threads}):
        torch.set_num_threads(threads)
        for name, kind in (("Float", torch.float32), ("Double", torch.float64)):
            for size in (512, 1024, 2048):
                a, b = torch.rand(size, size, dtype=kind), torch.rand(size, size, dtype=kind)
                out = a @ b
                times = []
                for _ in range(arguments.repetitions):
                    start = time.perf_counter()
                    torch.matmul(a, b, out=out)
                    times.append(time.perf_counter() - start)
                result[f"matrix product {size}³, {name}, {threads}"] = {
                    "milliseconds": 1e3 * min(times),
                    "gigaflops": 2 * size**3 / min(times) / 1e9,
                }
    return {"torch": torch.__version__, "products": result}


def only(name):
    """The regression of this name, here."""
    if name == "raw pixels":
        return regression(*raw_pixels(arguments.mnist))
    if name == "raw pixels, dense":
        pixels, labels = raw_pixels(arguments.mnist)
        return regression(pixels.astype(np.float32).toarray(), labels, (arguments.tolerance,))
    return regression(*synthetic(60_000, int(name.split()[-1])))


def apart(name, *more):
    """The regression of this name, in a process of its own."""
    command = [sys.executable, __file__, "--only", name, *more]
    if arguments.mnist:
        command += ["--mnist", arguments.mnist]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


if arguments.only:
    print(json.dumps(only(arguments.only)))
    sys.exit()
report = {"numpy": np.__version__}
try:
    report |= products()
except ImportError as missing:
    report["torch"] = str(missing)
try:
    import sklearn

    report["scikit-learn"] = sklearn.__version__
    for name in ("60,000 × 200", "60,000 × 50"):
        report[name] = apart(name)
    if arguments.mnist:
        report["raw pixels"] = apart("raw pixels")
        tolerance = report["raw pixels"]["chosen"]["tolerance"]
        report["raw pixels, dense"] = apart("raw pixels, dense", "--tolerance", str(tolerance))
except ImportError as missing:
    report["scikit-learn"] = str(missing)
print(json.dumps(report, indent=2, ensure_ascii=False))
