"""Writes golden.json: multinomial logistic regression by scikit-learn on two small problems.

Run from anywhere:  python Fixtures/logistic-regression/make_golden.py
Written with Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6, scipy 1.17.1.

The classifier is sklearn.linear_model.LogisticRegression with its defaults (C=1, L2, free intercept), but run to a
gradient tolerance of 1e-11 by newton-cholesky. A second solver, newton-cg, must agree to 1e-9, so that the values are the
optimum and not where one solver stopped (the default, lbfgs, ends within 4e-5 of it). The intercepts are shifted to sum 0, which leaves every probability as it is.
"""

import json
import pathlib

import numpy
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression


def fit(features, labels, solver):
    model = LogisticRegression(solver=solver, tol=1e-11, max_iter=100_000).fit(features, labels)
    return model.coef_, model.intercept_ - model.intercept_.mean(), model


def golden(features, labels):
    coefficients, intercepts, model = fit(features, labels, "newton-cholesky")
    others = fit(features, labels, "newton-cg")
    difference = max(abs(coefficients - others[0]).max(), abs(intercepts - others[1]).max())
    assert difference < 1e-9, difference
    scores = features @ coefficients.T + intercepts
    cross_entropy = -log_softmax(scores, axis=1)[numpy.arange(len(labels)), labels].sum()
    return {
        "labels": labels.tolist(),
        "coefficients": coefficients.ravel().tolist(),
        "intercepts": intercepts.tolist(),
        "objective": cross_entropy + 0.5 * (coefficients**2).sum(),
        "accuracy": model.score(features, labels),
    }


def main():
    generator = numpy.random.default_rng(20)
    # Correlated features of unequal scale and mean, four overlapping classes.
    labels = generator.integers(0, 4, 80)
    mixing = generator.normal(size=(5, 5)) * [0.1, 1, 1, 3, 10]
    centres = generator.normal(size=(4, 5))
    dense = ((generator.normal(size=(80, 5)) + centres[labels]) @ mixing + 2).astype(numpy.float32)
    # Sparse bytes, read as fractions of 255; the last column is always zero.
    digits = generator.integers(0, 3, 50)
    density = 0.2 + 0.6 * (digits[:, None] == numpy.arange(12) % 3)
    byte = generator.integers(0, 256, (50, 12)) * (generator.random((50, 12)) < density)
    byte[:, 11] = 0
    result = {
        "dense": {"columnCount": 5, "values": dense.ravel().tolist(), **golden(dense.astype(float), labels)},
        "bytes": {"columnCount": 12, "values": byte.ravel().tolist(), **golden(byte / 255, digits)},
    }
    text = json.dumps(result, indent=1, separators=(",", ": "))
    pathlib.Path(__file__).with_name("golden.json").write_text(text.replace(",\n   ", ", ") + "\n")


if __name__ == "__main__":
    main()
