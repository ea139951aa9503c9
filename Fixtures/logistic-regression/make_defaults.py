"""Writes defaults.json: where scikit-learn's LogisticRegression stops with its defaults, on features as an encoder gives them.

Run from anywhere:  python Fixtures/logistic-regression/make_defaults.py
Written with Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6, scipy 1.17.1.

The defaults are SciPy's L-BFGS-B, at most 100 iterations, and 1e-4 as the largest component of the mean loss's gradient. The
features are rectified mixtures of a few hidden factors, with a mean and hardly any variance beside it, as of a collapsed encoder.
They are read at three scales, powers of two, so that single precision scales them exactly. For each scale: the objective where
the defaults stop and at the optimum (newton-cholesky to 1e-11), both of the sum over the examples with the penalty ½‖W‖², and the
share of right predictions at both.
"""

import json
import pathlib
import warnings

import numpy
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression


def objective(model, features, labels):
    scores = features @ model.coef_.T + model.intercept_
    cross_entropy = -log_softmax(scores, axis=1)[numpy.arange(len(labels)), labels].sum()
    return cross_entropy + 0.5 * (model.coef_**2).sum()


def main():
    warnings.simplefilter("ignore")
    generator = numpy.random.default_rng(7)
    labels = generator.integers(0, 5, 240)
    factors = generator.normal(size=(240, 6)) + 2 * generator.normal(size=(5, 6))[labels]
    mixed = factors @ generator.normal(size=(6, 16)) * 0.05 + 0.02 * generator.normal(size=(240, 16)) + 1
    values = numpy.maximum(mixed, 0).astype(numpy.float32)
    results = []
    for scale in (0.125, 1.0, 8.0):
        features = values.astype(float) * scale
        defaults = LogisticRegression().fit(features, labels)
        optimum = LogisticRegression(solver="newton-cholesky", tol=1e-11, max_iter=100_000).fit(features, labels)
        results.append({
            "scale": scale, "iterations": int(defaults.n_iter_[0]),
            "objective": objective(defaults, features, labels), "accuracy": defaults.score(features, labels),
            "optimum": objective(optimum, features, labels), "accuracyAtOptimum": optimum.score(features, labels)})
    content = {"columnCount": 16, "values": values.ravel().tolist(), "labels": labels.tolist(), "results": results}
    pathlib.Path(__file__).with_name("defaults.json").write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
