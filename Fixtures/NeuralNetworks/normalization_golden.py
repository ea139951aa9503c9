"""Golden values of batch normalisation and its derivatives to second order, by PyTorch in float64.

    python3 -m pip install torch==2.13.0 numpy==2.4.6
    python3 normalization_golden.py > normalization_golden.json

An example of weight w stands in the batch w times, so PyTorch knows nothing of weights. Tensors are stored as
{"shape", "values"} with channels last, [example, …, channel]. Inputs are multiples of 1/64, exact in every format.

Each case has the output y of the distinct examples; the gradients of L = Σ c·y + ½ Σ d·y² in input, scale and shift; and
those of Σ ⟨gradient, direction⟩ over the three, which are second derivatives. "batch" cases go through the batch's moments,
"population" cases through constants. A series has the running means of `BatchNorm1d` and `BatchNorm2d` after each of some
batches, beginning with a new layer.
"""

import json
import platform

import numpy
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
random = numpy.random.Generator(numpy.random.PCG64(20220502))


def draw(*shape):
    return torch.from_numpy(random.integers(-128, 129, size=shape) / 64.0)


def stored(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().reshape(-1).tolist()}


def channels_second(x):
    return x if x.dim() == 2 else x.permute(0, 3, 1, 2)


def channels_last(x):
    return x if x.dim() == 2 else x.permute(0, 2, 3, 1)


def case(shape, weights, moments, rectified):
    channels = shape[-1]
    weights = torch.tensor(weights)
    first = torch.cumsum(weights, 0) - weights
    arguments = {"input": draw(*shape) + 1, "scale": draw(channels), "shift": draw(channels)}
    population = {"mean": draw(channels), "variance": draw(channels).abs() + 0.25}
    leaves = {name: value.clone().requires_grad_() for name, value in arguments.items()}
    drawn = channels_second(leaves["input"].repeat_interleave(weights, 0))
    mean, variance = (None, None) if moments == "batch" else population.values()
    every = torch.nn.functional.batch_norm(
        drawn, mean, variance, leaves["scale"], leaves["shift"], training=moments == "batch", eps=1e-5)
    output = channels_last(every)[first]
    if output.abs().min() < 1e-3:
        # Too near to a kink, where a derivative is a matter of convention.
        return case(shape, weights.tolist(), moments, rectified)
    output = output.relu() if rectified else output
    linear, quadratic = draw(*shape), draw(*shape)
    directions = {name: draw(*value.shape) for name, value in arguments.items()}
    loss = (linear * output).sum() + (quadratic * output * output).sum() / 2
    gradients = torch.autograd.grad(loss, list(leaves.values()), create_graph=True)
    slope = sum((g * v).sum() for g, v in zip(gradients, directions.values()))
    second = torch.autograd.grad(slope, list(leaves.values()))

    def named(tensors):
        return {name: stored(tensor) for name, tensor in zip(arguments, tensors)}

    return {
        "moments": moments, "rectified": rectified, "weights": weights.tolist(), "arguments": named(arguments.values()),
        "population": {name: stored(tensor) for name, tensor in population.items()}, "output": stored(output),
        "linear": stored(linear), "quadratic": stored(quadratic), "directions": named(directions.values()),
        "gradients": named(gradients), "secondDerivatives": named(second),
    }


def series(channels, batches):
    layer = (torch.nn.BatchNorm1d if len(batches[0][0]) == 2 else torch.nn.BatchNorm2d)(channels)
    records = []
    for shape, weights in batches:
        x = draw(*shape) + 1
        layer(channels_second(x.repeat_interleave(torch.tensor(weights), 0)))
        records.append({
            "input": stored(x), "weights": weights, "mean": stored(layer.running_mean),
            "variance": stored(layer.running_var),
        })
    return {"channels": channels, "records": records}


cases = []
for shape, weights in [
    ((6, 5), [1, 4, 2, 1, 1, 7]),
    ((5, 17), [1, 1, 1, 1, 1]),
    ((2, 3), [1, 1]),
    ((4, 3, 2, 3), [3, 1, 1, 5]),
    ((3, 1, 2, 16), [1, 2, 1]),
]:
    for moments in ("batch", "population"):
        for rectified in (False, True):
            cases.append(case(shape, weights, moments, rectified))
print(json.dumps({
    "command": "python3 normalization_golden.py > normalization_golden.json",
    "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__},
    "cases": cases,
    "series": [
        series(3, [((4, 3), [1, 5, 2, 1]), ((2, 3), [1, 1]), ((1, 3), [9]), ((5, 3), [2, 1, 1, 1, 3])]),
        series(4, [((3, 2, 2, 4), [1, 3, 1]), ((1, 2, 2, 4), [1]), ((2, 2, 2, 4), [6, 1])]),
    ],
}))
