"""The phases of `tac-reference benchmark --section step` as one would write them in PyTorch, on the same machine.

  pip install numpy torch
  python3 Fixtures/performance/pytorch_step.py --mnist DIR [--batch 256] [--views 8] [--padding 2] [--threads 2] > pytorch_step.json

Networks, sizes and estimator are the project's. Every phase is timed with each crop encoded ("plain") and with all blank crops
encoded once ("distinct"); the latter also with images in the channels-last format and, if asked, under torch.compile, which
needs a C++ compiler. The best of them is what to compare with. Each is timed without normalisation, with BatchNorm in g's
hidden layer ("normalised g"), and with more behind f's pooled layers ("normalised f, g"), unless --normalization names some of
them. BatchNorm cannot count the blank crop as often as it was drawn: where it is encoded once the moments are not the
project's, and less is computed than for those.
Prints one JSON object: the median time of each in milliseconds."""
import argparse
import gzip
import json
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as functional

parser = argparse.ArgumentParser()
parser.add_argument("--mnist", required=True)
parser.add_argument("--batch", type=int, default=256)
parser.add_argument("--views", type=int, default=8)
parser.add_argument("--padding", type=int, default=2, help="of f's third layer")
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--compile", action="store_true", help="also time the networks under torch.compile")
everything = ["none", "normalised g", "normalised f, g"]
parser.add_argument("--normalization", nargs="+", choices=everything, default=everything, help="which networks to time")
arguments = parser.parse_args()
beta, entropy_weight = 0.5, 0.0025
torch.set_num_threads(arguments.threads)
torch.manual_seed(0)


def derived_data(folder):
    """Digits in one of 3 × 3 cells of an 84 × 84 canvas, and their cells."""
    path = f"{folder}/t10k-images-idx3-ubyte"
    contents = open(path, "rb").read() if os.path.exists(path) else gzip.open(path + ".gz").read()
    digits = np.frombuffer(contents, np.uint8, offset=16).reshape(-1, 28, 28)
    cells = np.random.default_rng(0).integers(0, 9, len(digits))
    canvases = np.zeros((len(digits), 84, 84), np.uint8)
    for cell in range(9):
        row, column = 28 * (cell // 3), 28 * (cell % 3)
        canvases[cells == cell, row : row + 28, column : column + 28] = digits[cells == cell]
    return torch.from_numpy(canvases), torch.from_numpy(cells)


canvases, cells = derived_data(arguments.mnist)
side = torch.arange(20)


def make_networks(normalization):
    """New networks with their optimisers, as global names."""
    global encoder, head, policy, encoder_optimizer, policy_optimizer
    in_encoder, in_head = normalization == "normalised f, g", normalization != "none"

    def if_normalized(channels):
        return [nn.BatchNorm2d(channels)] if in_encoder else []

    encoder = nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), *if_normalized(16)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), *if_normalized(32)),
        *(nn.Conv2d(32, 200, 3, padding=arguments.padding), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten()),
    )
    hidden = [nn.Linear(200, 200, bias=False), nn.BatchNorm1d(200)] if in_head else [nn.Linear(200, 200)]
    head = nn.Sequential(*hidden, nn.ReLU(), nn.Linear(200, 50))
    policy = nn.Sequential(
        nn.Conv2d(1, 32, 4, stride=4), nn.ReLU(), nn.Conv2d(32, 32, 3), nn.ReLU(), nn.Conv2d(32, 1, 3), nn.Flatten()
    )
    encoder_optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()], 1e-3)
    policy_optimizer = torch.optim.Adam(policy.parameters(), 3e-4)


def scaled(pixels):
    return pixels.float().div(255).unsqueeze(1)


def cut(batch, crops):
    """The crops [image, view] of a batch, as bytes [image · view, 20, 20]."""
    row, column = (crops // 17 * 4).reshape(-1), (crops % 17 * 4).reshape(-1)
    images = batch.repeat_interleave(crops.shape[1])
    return canvases[images[:, None, None], row[:, None, None] + side[None, :, None], column[:, None, None] + side]


def encode(crops, distinct):
    """Unit vectors, and which of them belongs to each crop."""
    if not distinct:
        return functional.normalize(head(encoder(scaled(crops))), dim=1), torch.arange(len(crops))
    inked = torch.where(crops.reshape(len(crops), -1).amax(1) > 0)[0]
    rows = torch.zeros(len(crops), dtype=torch.long)
    rows[inked] = torch.arange(1, len(inked) + 1)
    contents = torch.cat([torch.zeros(1, 1, 20, 20), scaled(crops[inked])])
    return functional.normalize(head(encoder(contents)), dim=1), rows


def objective(embeddings, rows, weights):
    """Equations (19) and (20) for m views, pairs j ≠ k, every view in the denominator."""
    images, views = weights.shape
    own = embeddings[rows].reshape(images, views, -1)
    scores = beta * torch.einsum("bid,bjd->bij", own, own)
    logs = weights.log()
    same = torch.eye(views, dtype=torch.bool)[None]
    pairs = (logs[:, :, None] + logs[:, None, :]).masked_fill(same, -1e30).reshape(images, -1).softmax(1)
    totals = torch.zeros(len(embeddings)).index_add(0, rows, weights.reshape(-1) / images)
    marginal = torch.log(torch.exp(beta * embeddings @ embeddings.T) @ totals)
    return (pairs * scores.reshape(images, -1)).sum(1).mean() - (totals * marginal).sum()


def ascend(value, optimizer):
    optimizer.zero_grad()
    (-value).backward()
    optimizer.step()


def train_encoder(training):
    """Moments of the batch and their running means in the update of h, the running means elsewhere."""
    encoder.train(training)
    head.train(training)


def update_representation(batch, concentrated, distinct):
    train_encoder(True)
    size = (len(batch), arguments.views)
    if concentrated:
        # All crops within the digit's cell, as a trained P(T|X) draws them; P is evaluated as it would be.
        with torch.no_grad():
            policy(scaled(canvases[batch])).softmax(1)
        offset = torch.randint(0, 3, (2, *size))
        cell = cells[batch][:, None]
        crops = (cell // 3 * 7 + offset[0]) * 17 + cell % 3 * 7 + offset[1]
    else:
        crops = torch.randint(0, 289, size)
    embeddings, rows = encode(cut(batch, crops), distinct)
    ascend(objective(embeddings, rows, torch.full(size, 1 / arguments.views)), encoder_optimizer)


def update_policy(batch, distinct):
    train_encoder(False)
    crops = torch.randint(0, 289, (len(batch), arguments.views))
    with torch.no_grad():
        embeddings, rows = encode(cut(batch, crops), distinct)
    logs = policy(scaled(canvases[batch])).log_softmax(1)
    entropy = -(logs.exp() * logs).sum(1).mean()
    weights = logs.gather(1, crops).softmax(1)
    ascend(objective(embeddings, rows, weights) + entropy_weight * entropy, policy_optimizer)


def median_milliseconds(step):
    times = []
    for _ in range(arguments.steps + 3):
        batch = torch.randperm(len(canvases))[: arguments.batch]
        start = time.perf_counter()
        step(batch)
        times.append(time.perf_counter() - start)
    return 1e3 * sorted(times[3:])[arguments.steps // 2]


def variants():
    """Names of the ways to time the networks, each once they are made ready, and whether blank crops are encoded once."""
    yield "plain", False
    yield "distinct", True
    for network in (encoder, policy):
        network.to(memory_format=torch.channels_last)
    yield "distinct, channels last", True
    if arguments.compile:
        # The networks alone: the loss indexes by sizes that depend on the data.
        for network in (encoder, head, policy):
            network.compile(dynamic=True)
        yield "distinct, compiled", True


report = {"torch": torch.__version__, "threads": arguments.threads, "padding": arguments.padding}
for normalization in arguments.normalization:
    make_networks(normalization)
    report[normalization] = {}
    for name, distinct in variants():
        report[normalization][name] = {
            "hPhaseConcentrated": median_milliseconds(lambda batch: update_representation(batch, True, distinct)),
            "hPhaseUniform": median_milliseconds(lambda batch: update_representation(batch, False, distinct)),
            "pPhase": median_milliseconds(lambda batch: update_policy(batch, distinct)),
        }
print(json.dumps(report, indent=2))
