"""Golden values of the objectives, from PyTorch in float64: values and the gradient of every argument by name.

    python3 -m pip install torch numpy
    python3 objective_golden.py          # writes objective_golden.json beside itself

Written from the paper's equations, not from this project's code: plain loops over images and views, no distinct
embeddings, no Gram matrix.
"""
import json
import pathlib

import numpy
import torch

torch.manual_seed(20261122)
torch.set_default_dtype(torch.float64)


def unit(*shape):
    return torch.nn.functional.normalize(torch.randn(*shape), dim=-1)


def similarity(kind, a, b):
    return (a * b).sum(-1) if kind == "dotProduct" else -((a - b) ** 2).sum(-1) / 2


def sampled(kind, beta, anchors, positives, positive_weights, negatives, negative_weights):
    """Equation (19) with weights."""
    total = 0
    for i in range(len(anchors)):
        own = sum(positive_weights[i, k] * beta * similarity(kind, anchors[i], positives[i, k]) for k in range(positives.shape[1]))
        everybody = torch.stack([beta * similarity(kind, anchors[i], n) for n in negatives])
        total = total + own - torch.log((negative_weights * torch.exp(everybody)).sum())
    return total / len(anchors)


def simclr(kind, beta, anchors, positives):
    """Equation (20), by cross-entropy: log N minus the InfoNCE loss."""
    logits = torch.stack([torch.stack([beta * similarity(kind, a, p) for p in positives]) for a in anchors])
    return numpy.log(len(anchors)) - torch.nn.functional.cross_entropy(logits, torch.arange(len(anchors)))


def multi_view(kind, beta, h, log_weights, negatives, positives="otherViews"):
    images, views, _ = h.shape
    w = torch.softmax(log_weights, dim=1)
    total = 0
    for i in range(images):
        pairs = [(j, k) for j in range(views) for k in range(views) if j != k or positives == "allViews"]
        weight = torch.softmax(torch.stack([log_weights[i, j] + log_weights[i, k] for j, k in pairs]), 0)
        for p, (j, k) in zip(weight, pairs):
            total = total + p * beta * similarity(kind, h[i, j], h[i, k]) / images
            if negatives == "otherViews":
                rest = [b for b in range(views) if b != j]
                v = torch.softmax(log_weights[:, rest], dim=1) / images
                s = torch.exp(beta * similarity(kind, h[i, j], h[:, rest]))
                total = total - p * torch.log((v * s).sum()) / images
            if negatives == "otherImages":
                rest = [a for a in range(images) if a != i]
                v = torch.softmax(log_weights[rest], dim=1) / len(rest)
                total = total - p * torch.log((v * torch.exp(beta * similarity(kind, h[i, j], h[rest]))).sum()) / images
        if negatives == "allViews":
            for j in range(views):
                s = torch.exp(beta * similarity(kind, h[i, j], h))
                total = total - w[i, j] / images * torch.log((w / images * s).sum())
    return total


def stored(t):
    t = t.detach()
    return {"shape": list(t.shape), "values": t.reshape(-1).tolist()}


def case(name, kind, beta, function, numerators="otherViews", **arguments):
    tracked = {n: t.clone().requires_grad_() for n, t in arguments.items()}
    value = function(kind, beta, **tracked)
    gradients = torch.autograd.grad(value, list(tracked.values()))
    return {
        "name": name, "positives": numerators, "similarity": kind, "beta": beta, "value": value.item(),
        "arguments": {n: stored(t) for n, t in tracked.items()},
        "gradients": {n: stored(g) for n, g in zip(tracked, gradients)},
    }


cases = []
for kind, beta in (("dotProduct", 0.5), ("dotProduct", 7.0), ("negativeHalfSquaredDistance", 1.3)):
    n, m, d = 5, 4, 6
    cases.append(case(
        "sampled", kind, beta, sampled, anchors=unit(n, d), positives=unit(n, 3, d),
        positive_weights=torch.softmax(torch.randn(n, 3), 1), negatives=unit(9, d),
        negative_weights=torch.softmax(torch.randn(9), 0)))
    cases.append(case("simclr", kind, beta, simclr, anchors=unit(n, d), positives=unit(n, d)))
    for negatives in ("allViews", "otherViews"):
        for spread in (0.0, 1.0, 30.0):
            cases.append(case(
                negatives, kind, beta, lambda k, b, h, log_weights: multi_view(k, b, h, log_weights, negatives),
                h=unit(n, m, d), log_weights=spread * torch.randn(n, m)))
for kind, beta in (("dotProduct", 0.5), ("dotProduct", 7.0), ("dotProduct", 100.0), ("negativeHalfSquaredDistance", 1.3)):
    for spread in (0.0, 1.0, 30.0):
        cases.append(case(
            "otherImages", kind, beta, lambda k, b, h, log_weights: multi_view(k, b, h, log_weights, "otherImages"),
            h=unit(5, 4, 6), log_weights=spread * torch.randn(5, 4)))
for negatives in ("otherImages", "otherViews", "allViews"):
    for kind, beta in (("dotProduct", 0.5), ("dotProduct", 7.0), ("negativeHalfSquaredDistance", 1.3)):
        for spread in (1.0, 30.0):
            cases.append(case(
                negatives, kind, beta,
                lambda k, b, h, log_weights: multi_view(k, b, h, log_weights, negatives, "allViews"), numerators="allViews",
                h=unit(5, 4, 6), log_weights=spread * torch.randn(5, 4)))

target = pathlib.Path(__file__).with_suffix(".json")
target.write_text(json.dumps({
    "command": "python3 objective_golden.py", "torch": torch.__version__, "numpy": numpy.__version__, "cases": cases}) + "\n")
