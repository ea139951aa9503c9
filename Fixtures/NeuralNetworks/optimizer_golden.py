"""Golden values of Adam and AdamW, from torch.optim in float64, and of He initialisation.

    python3 -m pip install torch==2.13.0 randomgen==2.5.1
    python3 optimizer_golden.py          # writes optimizer_golden.json beside itself

Parameters and gradients come from formulas in exact fractions, so that both sides can make them and single precision
holds them too; some gradients are 0, others differ by a factor of 64. The sizes fill vector registers of 4, 8 and 16 scalars,
miss them by one, or exceed them by one. With a weight decay every other parameter has two axes, and only those decay.
"""
import importlib.metadata
import json
import math
import pathlib
import platform

import torch
from randomgen import Philox

torch.set_default_dtype(torch.float64)
SIZES = [1, 7, 8, 15, 16, 17, 33]
STEPS = 25


def parameter(i):
    return (7 * i % 13 - 6) / 4


def gradient(i, step):
    return ((31 * i + 17 * step + 5 * step * i) % 23 - 11) / 2 ** ((i + step) % 7)


def adam(rate, first, second, epsilon, decay=0.0):
    """Parameters and moments of every size after some of the steps; the rate is halved after step 10."""
    parameters = [torch.tensor([parameter(i) for i in range(size)]).requires_grad_() for size in SIZES]
    constants = {"lr": rate, "betas": (first, second), "eps": epsilon}
    if decay:
        optimizer = torch.optim.AdamW([
            {"params": parameters[1::2], "weight_decay": decay}, {"params": parameters[::2], "weight_decay": 0.0}],
            **constants)
    else:
        optimizer = torch.optim.Adam(parameters, **constants)
    records = []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate if step < 10 else rate / 2
        for p in parameters:
            p.grad = torch.tensor([gradient(i, step) for i in range(len(p))])
        optimizer.step()
        if step + 1 in (1, 2, 11, STEPS):
            records.append({
                "step": step + 1,
                "parameters": [p.tolist() for p in parameters],
                "means": [optimizer.state[p]["exp_avg"].tolist() for p in parameters],
                "squares": [optimizer.state[p]["exp_avg_sq"].tolist() for p in parameters],
            })
    return {
        "learningRate": rate, "firstDecay": first, "secondDecay": second, "epsilon": epsilon, "weightDecay": decay,
        "records": records}


def he(seed, stream, fan_in, count):
    """Normal numbers of variance 2 / fan-in by Box and Muller, from randomgen's Philox4x32-10."""
    philox = Philox(counter=((stream << 64) - 1) % 2**128, key=seed, number=4, width=32)
    unit = lambda: sum(int(word) << shift for word, shift in zip(philox.random_raw(2), (0, 32))) // 2**11 / 2**53
    values = []
    while len(values) < count:
        radius, angle = math.sqrt(-2 * math.log(1 - unit())), 2 * math.pi * unit()
        values += [radius * math.cos(angle), radius * math.sin(angle)]
    return {
        "seed": seed, "stream": stream, "fanIn": fan_in,
        "values": [value * math.sqrt(2 / fan_in) for value in values[:count]]}


pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "command": "python3 optimizer_golden.py", "python": platform.python_version(), "torch": torch.__version__,
    "randomgen": importlib.metadata.version("randomgen"), "sizes": SIZES,
    "adam": [adam(1e-3, 0.9, 0.999, 1e-8), adam(0.1, 0.5, 0.75, 0.125), adam(0.05, 0.0, 0.96875, 1e-4),
             adam(0.05, 0.9, 0.99, 1e-6, 0.5)],
    "he": [he(3, 5, 12, 7), he(2**40, 2**33, 1, 4)]}) + "\n")
