"""Golden values of the operations and their gradients, by PyTorch in float64.

    python3 operations_golden.py > operations_golden.json

Tensors are stored as {"shape", "values"} in this project's layouts: images [image, row, column, channel], filters
[filterRow, filterColumn, inputChannel, outputChannel]. Arguments are multiples of 1/64, exact in every format. Each
case has the operation's arguments, its output, a cotangent and the gradient of every argument.
"""

import json
import platform

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
random = numpy.random.Generator(numpy.random.PCG64(20220501))


def draw(*shape):
    return torch.from_numpy(random.integers(-128, 129, size=shape) / 64.0)


def stored(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().reshape(-1).tolist()}


def case(name, function, arguments, **parameters):
    leaves = {key: value.clone().requires_grad_() for key, value in arguments.items()}
    output = function(**leaves, **parameters)
    cotangent = draw(*output.shape)
    gradients = torch.autograd.grad(output, list(leaves.values()), cotangent)
    return {
        "name": name,
        "parameters": parameters,
        "arguments": {key: stored(value) for key, value in arguments.items()},
        "output": stored(output),
        "cotangent": stored(cotangent),
        "gradients": {key: stored(value) for key, value in zip(leaves, gradients)},
    }


def to_torch_images(x):
    return x.permute(0, 3, 1, 2).contiguous()


def to_torch_filters(x):
    return x.permute(3, 2, 0, 1).contiguous()


def from_torch_images(x):
    return x.permute(0, 2, 3, 1)


def convolution(input, filters, stride, padding):
    return from_torch_images(
        F.conv2d(to_torch_images(input), to_torch_filters(filters), stride=stride, padding=padding))


def maximum_pooled(input, window):
    return from_torch_images(F.max_pool2d(to_torch_images(input), window))


def pooled_convolution(input, filters, bias, padding, window):
    rectified = F.relu(F.conv2d(to_torch_images(input), to_torch_filters(filters), bias, padding=padding))
    pooled = F.max_pool2d(rectified, window) if window else rectified.amax(dim=(2, 3), keepdim=True)
    return from_torch_images(pooled)


cases = []
for input_shape, filter_shape, stride, padding in [
    ((2, 5, 6, 2), (3, 3, 2, 3), 1, 0),
    ((2, 5, 6, 2), (3, 3, 2, 3), 1, 1),
    ((2, 7, 6, 3), (3, 2, 3, 4), 2, 1),
    ((1, 8, 8, 1), (4, 4, 1, 5), 4, 0),
    ((2, 4, 5, 3), (2, 2, 3, 1), 1, 0),
    ((1, 3, 3, 2), (1, 1, 2, 2), 3, 2),
]:
    cases.append(case(
        "convolution", convolution, {"input": draw(*input_shape), "filters": draw(*filter_shape)},
        stride=stride, padding=padding))
for shape, window in [((2, 4, 6, 3), 2), ((1, 7, 8, 2), 3), ((2, 3, 3, 1), 1)]:
    cases.append(case("maximumPooled", maximum_pooled, {"input": draw(*shape)}, window=window))
for input_shape, filter_shape, padding, window in [
    ((2, 6, 6, 1), (3, 3, 1, 4), 1, 2),
    ((3, 5, 5, 6), (3, 3, 6, 5), 0, 3),
    ((2, 5, 4, 6), (3, 3, 6, 3), 1, 0),
]:
    cases.append(case(
        "pooledConvolution", pooled_convolution,
        {"input": draw(*input_shape), "filters": draw(*filter_shape), "bias": draw(filter_shape[3])},
        padding=padding, window=window))
for shape in [(3, 7), (2, 3, 17)]:
    x = draw(*shape)
    cases.append(case("logSumExp", lambda input: torch.logsumexp(input, -1), {"input": x}))
    cases.append(case("softmax", lambda input: F.softmax(input, -1), {"input": x}))
    cases.append(case("logSoftmax", lambda input: F.log_softmax(input, -1), {"input": x}))
    cases.append(case("normalized", lambda input: F.normalize(input, dim=-1), {"input": x}))
cases.append(case(
    "logSumExpWeights", lambda input, weights: torch.log((weights * torch.exp(input)).sum(-1)),
    {"input": draw(3, 9), "weights": draw(3, 9).abs() + 0.25}))
cases.append(case(
    "softmaxWeights", lambda input, weights: F.normalize(weights * torch.exp(input), p=1, dim=-1),
    {"input": draw(3, 9), "weights": draw(3, 9).abs() + 0.25}))

print(json.dumps({
    "command": "python3 operations_golden.py > operations_golden.json",
    "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__},
    "cases": cases,
}))
