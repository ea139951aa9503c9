"""Golden trajectories of Algorithm 1: every draw, loss, parameter and moment of Adam after every step, in float64.

    python3 -m pip install torch==2.13.0 numpy==2.4.6
    python3 trajectory.py                # writes trajectory.json and variants.json beside itself

Written from the paper and from the published descriptions of what it is made of, not from this project's code. Philox4x32-10
(Salmon et al., SC 2011), the Box–Muller transform, Lemire's bounded integers and the Fisher–Yates permutation are plain
Python; networks, gradients and Adam are PyTorch's; P(T|x) is computed from the whole canvas; the objective is a loop over
images and views. So initial weights, batches and crops come by a route of their own, and the file holds no inputs.

A run may carry a fault, one that a programmer might make; the file holds a few numbers of each, and a comparison that does
not tell it from the right trajectory is worth nothing.
"""
import json
import math
import pathlib
import platform

import numpy
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

WORD = 0xFFFFFFFF
LONG_WORD = 0xFFFFFFFFFFFFFFFF


class Philox:
    """64-bit words of one purpose at one step of a seed."""

    def __init__(self, seed, purpose, step=0):
        name = 2166136261  # FNV-1a, 32 bits
        for byte in purpose.encode():
            name = (name ^ byte) * 16777619 & WORD
        self.key, self.stream, self.position, self.words = seed, (step, name), 0, []

    def next(self):
        if not self.words:
            c = [self.position & WORD, self.position >> 32, *self.stream]
            k = [self.key & WORD, self.key >> 32]
            for _ in range(10):
                a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
                c = [b >> 32 ^ c[1] ^ k[0], b & WORD, a >> 32 ^ c[3] ^ k[1], a & WORD]
                k = [k[0] + 0x9E3779B9 & WORD, k[1] + 0xBB67AE85 & WORD]
            self.words = [c[0] | c[1] << 32, c[2] | c[3] << 32]
            self.position += 1
        return self.words.pop(0)

    def unit(self):
        """Uniform on [0, 1), a multiple of 2⁻⁵³."""
        return (self.next() >> 11) * 2.0**-53

    def below(self, bound):
        """Uniform on 0..<bound. D. Lemire, Fast random integer generation in an interval, ACM TOMACS 29(1), 2019."""
        while True:
            product = self.next() * bound
            if product & LONG_WORD >= (2**64 - bound) % bound:
                return product >> 64

    def permutation(self, count):
        """Fisher and Yates: each place in turn gets one of the elements that are left."""
        order = list(range(count))
        for place in range(count - 1):
            other = place + self.below(count - place)
            order[place], order[other] = order[other], order[place]
        return order

    def normal(self, count):
        """Box and Muller: cosine, then sine, of each pair of uniforms."""
        numbers = []
        while len(numbers) < count:
            radius = math.sqrt(-2 * math.log(1 - self.unit()))
            angle = 2 * math.pi * self.unit()
            numbers += [radius * math.cos(angle), radius * math.sin(angle)]
        return numbers[:count]


def digit(image):
    """28 × 28 bytes, ink within a glyph of 20 × 20 as in MNIST: a formula, so that both sides can make it."""
    pixels = numpy.zeros((28, 28), dtype=numpy.int64)
    for row in range(4, 24):
        for column in range(4, 24):
            if (3 * row + 5 * column + 7 * image + row * column) % 11 < 5:
                pixels[row, column] = 1 + (37 * image + 11 * row * row + 29 * column + 7 * row * column) % 255
    return pixels


def canvases(run):
    """Each digit in its cell, standardised: [image, 1, row, column]; and the cells."""
    side = run["cellsPerSide"]
    words = Philox(run["seed"], "cells of training images")
    cells = [words.next() * side * side >> 64 for _ in range(run["images"])]
    pixels = numpy.zeros((run["images"], 28 * side, 28 * side))
    for image, cell in enumerate(cells):
        top, left = cell // side * 28, cell % side * 28
        pixels[image, top : top + 28, left : left + 28] = digit(image)
    return torch.tensor((pixels / 255 - run["pixelMean"]) / run["pixelDeviation"])[:, None], cells


def crop(canvas, number, crops_per_side):
    row, column = number // crops_per_side * 4, number % crops_per_side * 4
    return canvas[:, row : row + 20, column : column + 20]


def initial_parameters(run, words, layers):
    """He initialisation: normal weights of variance 2 / fan-in, zero biases; layers in order of their names.

    A normalised layer has a scale of 1 and a shift of 0 instead of random weights.
    """
    parameters = {}
    for name, kind, shape in layers:
        if kind == "normalization":
            parameters[f"{name}.scale"] = torch.ones(shape).requires_grad_()
            parameters[f"{name}.shift"] = torch.zeros(shape).requires_grad_()
            continue
        fan = math.prod(shape[:-1])
        if run.get("fault") == "fan-out for fan-in":
            fan = math.prod(shape[:-2]) * shape[-1]
        weights = torch.tensor(words.normal(math.prod(shape))).reshape(shape) * math.sqrt(2 / fan)
        parameters[f"{name}.{kind}"] = weights.requires_grad_()
        if not (run.get("headNormalization") == "batch" and name.endswith(".hidden")):
            parameters[f"{name}.bias"] = torch.zeros(shape[-1]).requires_grad_()
    return parameters


def representation_parameters(run, step=0):
    (a, b), f, g, d = run["channels"], run["features"], run["hidden"], run["dimension"]
    last = 5 if run.get("pooling") == "none" else run.get("filterSide", 3)
    normalized = []
    if run.get("encoderNormalization") == "batch":
        for index, channels in enumerate((a, b)):
            name = f"representation.intermediateEncoder.normalizations.{index}"
            normalized.append((name, "normalization", (channels,)))
    if run.get("headNormalization") == "batch":
        normalized.append(("representation.projectionHead.normalization", "normalization", (g,)))
    return initial_parameters(run, Philox(run["seed"], "initial weights of h", step), normalized + [
        ("representation.intermediateEncoder.first", "filters", (3, 3, 1, a)),
        ("representation.intermediateEncoder.second", "filters", (3, 3, a, b)),
        ("representation.intermediateEncoder.third", "filters", (last, last, b, f)),
        ("representation.projectionHead.hidden", "weights", (f, g)),
        ("representation.projectionHead.output", "weights", (g, d)),
    ])


def augmentation_parameters(run):
    c = run["augmentationChannels"]
    return initial_parameters(run, Philox(run["seed"], "initial weights of P(T|X)"), [
        ("augmentation.first", "filters", (4, 4, 1, c)),
        ("augmentation.second", "filters", (3, 3, c, c)),
        ("augmentation.third", "filters", (3, 3, c, 1)),
    ])


def convolution(x, parameters, name, **how):
    """Filters are kept as [row, column, input, output]; PyTorch has them the other way round."""
    return torch.nn.functional.conv2d(
        x, parameters[f"{name}.filters"].permute(3, 2, 0, 1), parameters[f"{name}.bias"], **how)


class Normalization:
    """PyTorch's batch normalisation of layers by name, with their running means; every drawn crop is in the batch.

    A layer that the run does not normalise stays as it is.
    """

    def __init__(self, run, parameters):
        self.fault, self.parameters, self.statistics = run.get("fault"), parameters, {}
        self.weights = None
        for name in [name.removesuffix(".scale") for name in parameters if name.endswith(".scale")]:
            self.statistics[f"{name}.populationMean"] = torch.zeros_like(parameters[f"{name}.scale"])
            self.statistics[f"{name}.populationVariance"] = torch.ones_like(parameters[f"{name}.scale"])

    def __call__(self, x, name, training):
        """x is [example, channel] or [example, channel, row, column]; while training, running means take the batch in."""
        if f"{name}.scale" not in self.parameters:
            return x
        fault, momentum = self.fault, 0.9 if self.fault == "momentum 0.9 for 0.1" else 0.1
        former = [self.statistics[f"{name}.population{kind}"] for kind in ("Mean", "Variance")]
        mean, variance = (statistic.clone() for statistic in former)
        scale, shift = (self.parameters[f"{name}.{kind}"] for kind in ("scale", "shift"))
        everything = [axis for axis in range(x.dim()) if axis != 1]

        def by(means, variances):
            return torch.nn.functional.batch_norm(x, means, variances, scale, shift, False, eps=1e-5)

        if training and self.weights is not None:
            # Each example counts with its weight, in P(T|x)'s sense: PyTorch has no such layer, so it is written out.
            if fault == "moments of uniform crops":
                self.weights = torch.ones_like(self.weights)
            weights = self.weights.reshape([len(x)] + [1] * (x.dim() - 1)).expand(x[:, :1].shape)
            count = weights.sum()
            means = (weights * x).sum(everything, keepdim=True) / count
            variances = (weights * (x - means) ** 2).sum(everything, keepdim=True) / count
            for kind, old, new in (("Mean", mean, means), ("Variance", variance, variances * count / (count - 1))):
                self.statistics[f"{name}.population{kind}"] = 0.9 * old + 0.1 * new.detach().flatten()
            spread = [-1 if axis == 1 else 1 for axis in range(x.dim())]
            return (x - means) / torch.sqrt(variances + 1e-5) * scale.reshape(spread) + shift.reshape(spread)
        if not training:
            if fault == "batch moments in P's update":
                return torch.nn.functional.batch_norm(x, None, None, scale, shift, True, eps=1e-5)
            return by(mean, variance)
        result = torch.nn.functional.batch_norm(x, mean, variance, scale, shift, True, momentum, 1e-5)
        self.statistics[f"{name}.populationMean"] = mean
        self.statistics[f"{name}.populationVariance"] = variance
        if fault == "biased running variance":
            biased = 0.9 * former[1] + 0.1 * x.detach().var(everything, correction=0)
            self.statistics[f"{name}.populationVariance"] = biased
        if fault == "gradients do not flow through the moments":
            return by(x.detach().mean(everything), x.detach().var(everything, correction=0))
        if fault == "running means in h's update":
            return by(mean, variance)
        if fault == "moments of each pixel" and x.dim() == 4:
            flat = (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + 1e-5)
            return flat * scale[:, None, None] + shift[:, None, None]
        return result


def h(run, parameters, crops, normalization, training):
    """Appendix 5.3: f, three convolutions, and g, two dense layers, normalised to the unit sphere."""
    f, g = "representation.intermediateEncoder", "representation.projectionHead"
    rows = None
    if normalization.fault == "unweighted moments":
        crops, rows = torch.unique(crops, dim=0, return_inverse=True)
    without_pooling = run.get("pooling") == "none"
    how = {"padding": 1, "stride": 2} if without_pooling else {"padding": 1}
    for index, layer in enumerate(("first", "second")):
        x = convolution(crops if index == 0 else x, parameters, f"{f}.{layer}", **how).relu()
        x = x if without_pooling else torch.nn.functional.max_pool2d(x, 2)
        x = normalization(x, f"{f}.normalizations.{index}", training)
    padding = {"padded by 1": 1, "not padded": 0}.get(run.get("fault"), run.get("padding", 0))
    x = convolution(x, parameters, f"{f}.third", padding=padding).relu()
    x = x.flatten(1) if without_pooling else x.amax((2, 3))
    for layer in ("hidden", "output"):
        x = x @ parameters[f"{g}.{layer}.weights"]
        if f"{g}.{layer}.bias" in parameters:
            x = x + parameters[f"{g}.{layer}.bias"]
        if layer == "hidden" and normalization.fault == "normalisation after max(·, 0) in g":
            x = normalization(x.relu(), f"{g}.normalization", training)
        elif layer == "hidden":
            x = normalization(x, f"{g}.normalization", training).relu()
    x = x / torch.sqrt((x * x).sum(1, keepdim=True) + 1e-12)
    return x if rows is None else x[rows]


def log_probabilities(parameters, images):
    """log P(T|x) of appendix 5.3, on whole canvases: [image, crop]."""
    x = convolution(images, parameters, "augmentation.first", stride=4).relu()
    x = convolution(x, parameters, "augmentation.second").relu()
    return torch.log_softmax(convolution(x, parameters, "augmentation.third").flatten(1), 1)


def gaussian(run, cells, step):
    """log P(T|x) for a P that is not trained: a Gaussian about the crop in the middle of the digit's cell, in strides of 4 pixels,
    whose width grows by an equal factor each step; or flatter than a Gaussian."""
    side, fault = run["cellsPerSide"], run.get("fault")
    last, widening = run["gaussianWidth"], run.get("gaussianWidening", 1.0)
    width = last * widening ** (step / run["steps"] - 1)
    if fault == "wider by equal amounts":
        width = last / widening + (last - last / widening) * step / run["steps"]
    variance = width if fault == "the width as a variance" else width**2
    # Or exp(-(distance / a)**p), with the a that gives its density on the plane the entropy of the Gaussian's.
    power, scale = run.get("gaussianExponent", 2.0), 2 * variance
    if power != 2 and fault != "the scale of a Gaussian":
        scale = power * math.exp(1 - 2 / power) * variance / math.gamma(2 / power)
    logits = []
    for cell in cells:
        # The middle of a crop is 10 pixels from its corner, that of a cell 14 pixels.
        middles = [28 * index + (10 if fault == "about the cell's corner" else 14) for index in divmod(cell, side)]
        corners = range(0, 28 * side - 20 + 1, 4)
        logits.append([
            -(sum(((corner + 10 - middle) / 4) ** 2 for corner, middle in zip(place, middles)) / scale) ** (power / 2)
            for place in ((row, column) for row in corners for column in corners)])
    return torch.log_softmax(torch.tensor(logits), 1)


def objective(run, z, log_weights, negatives, positives="otherViews"):
    """(19) averaged over which view is the anchor: z is [image, view, dimension], log_weights [image, view].

    The pairs of views of an image, of different ones (positives "otherViews") or of any ("allViews"), are weighted by the product
    of their weights, renormalised. The denominator is a mean over images, each with its views' renormalised weights; left out for
    the anchor (i, j) are the image i (negatives "otherImages"), the views with number j in every image ("otherViews"), or nothing
    ("allViews"; there the anchors are weighted by single views, not by pairs).
    """
    fault, beta = run.get("fault"), run["beta"]
    images, views, _ = z.shape
    scores = beta * torch.einsum("ijd,akd->ijak", z, z)
    weights = torch.softmax(log_weights, 1)
    total = 0
    for i in range(images):
        pairs = [(j, k) for j in range(views) for k in range(views)
                 if j != k or positives == "allViews" or fault == "positives j = k"]
        exponents = torch.stack([log_weights[i, j] + log_weights[i, k] for j, k in pairs])
        pair_weights = torch.softmax(exponents, 0)
        if fault == "weights not renormalised":
            pair_weights = torch.exp(exponents - math.log(len(pairs)))
        for (j, k), weight in zip(pairs, pair_weights):
            total = total + weight * scores[i, j, i, k] / images
            if negatives == "allViews":
                continue
            marginals = []
            for a in range(images):
                if negatives == "otherImages" and a == i:
                    continue
                kept = [b for b in range(views) if b != j or negatives == "otherImages"]
                marginals.append((torch.softmax(log_weights[a, kept], 0) * torch.exp(scores[i, j, a, kept])).sum())
            total = total - weight * torch.log(sum(marginals) / len(marginals)) / images
        if negatives == "allViews":
            for j in range(views):
                marginal = (weights / images * torch.exp(scores[i, j])).sum()
                total = total - weights[i, j] / images * torch.log(marginal)
    return total


class FaultyAdam:
    """Adam with one fault; without any it would be torch.optim.Adam."""

    def __init__(self, parameters, fault, betas, eps):
        self.parameters, self.fault, self.betas, self.eps, self.step_count = parameters, fault, betas, eps, 0
        self.state = {p: {"exp_avg": torch.zeros_like(p), "exp_avg_sq": torch.zeros_like(p)} for p in parameters}

    def step(self, rate):
        self.step_count += 1
        for p in self.parameters:
            state = self.state[p]
            state["exp_avg"] = self.betas[0] * state["exp_avg"] + (1 - self.betas[0]) * p.grad
            state["exp_avg_sq"] = self.betas[1] * state["exp_avg_sq"] + (1 - self.betas[1]) * p.grad**2
            first, second = (1 - b**self.step_count for b in self.betas)
            if self.fault == "Adam without bias correction":
                first = second = 1
            square = state["exp_avg_sq"] / second
            inside = self.fault == "Adam's epsilon inside the root"
            root = torch.sqrt(square + self.eps) if inside else torch.sqrt(square) + self.eps
            p.data -= rate * state["exp_avg"] / first / root


class Adam:
    """PyTorch's, with the rate given at each step; AdamW, which decays weights and filters, where there is a decay."""

    def __init__(self, parameters, betas, eps, decay=0.0):
        groups = [
            {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": decay},
            {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0}]
        kind = torch.optim.AdamW if decay else torch.optim.Adam
        self.optimizer = kind(groups, lr=1.0, betas=betas, eps=eps)
        self.state = self.optimizer.state

    def step(self, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()


def adam(run, parameters, decay=0.0):
    arguments = {"betas": (run["adamBeta1"], run["adamBeta2"]), "eps": run["adamEpsilon"]}
    if str(run.get("fault")).startswith("Adam"):
        return FaultyAdam(list(parameters.values()), run["fault"], **arguments)
    return Adam(list(parameters.values()), **arguments, decay=decay)


def differentiate(value, parameters):
    for p in parameters.values():
        p.grad = None
    (-value).backward()
    for p in parameters.values():
        p.grad = torch.zeros_like(p) if p.grad is None else p.grad


def ascend(value, parameters, optimizer, rate):
    differentiate(value, parameters)
    optimizer.step(rate)


def trajectory(run, steps):
    fault, seed, batch_size = run.get("fault"), run["seed"], run["batchSize"]
    everything, cells = canvases(run)
    crops_per_side = (28 * run["cellsPerSide"] - 20) // 4 + 1
    crop_count = crops_per_side**2
    source = run.get("augmentationTraining", "cooperative")
    decay = run.get("weightDecay", 0.0)
    theta = representation_parameters(run)
    eta = augmentation_parameters(run) if run["method"] == "ours" and source != "fixed" else {}
    initial = {name: p.detach().flatten().tolist() for name, p in {**theta, **eta}.items()}
    normalization = Normalization(run, theta)
    theta_adam = adam(run, theta, decay)
    eta_adam = adam(run, eta, decay if fault == "P(T|X) decays too" else 0.0) if eta else None
    result = {**run, "cells": cells, "initial": initial, "records": []}

    def encoded(theta, batch, views, training):
        flat = torch.stack([crop(everything[i], t, crops_per_side) for i, row in zip(batch, views) for t in row])
        return h(run, theta, flat, normalization, training).reshape(len(batch), len(views[0]), -1)

    for step in range(steps):
        restart = math.floor(run.get("representationRestart", 0) * run["steps"])
        if step and step == restart:
            # h anew: weights of this step's own, an optimiser that has seen nothing, running means of nothing.
            fresh = representation_parameters(run, 0 if fault == "the first weights again" else step)
            if fault == "the old moments kept":
                for name, p in theta.items():
                    p.data = fresh[name].data
            else:
                theta, theta_adam = fresh, adam(run, fresh, decay)
            if fault != "the old running means kept":
                normalization = Normalization(run, theta)
        batches = run["images"] // batch_size
        epoch = 0 if fault == "the first epoch's order kept" else step // batches
        order = Philox(seed, "order of the images", epoch).permutation(run["images"])
        batch = order[step % batches * batch_size :][:batch_size]

        def factor(first, end):
            """Of a learning rate, in the part of the training that these steps bound."""
            if run["learningRateSchedule"] != "cosine":
                return 1.0
            position = step + 1 if fault == "cosine off by one" else step
            return 0.5 * (1 + math.cos(math.pi * (position - first) / (end - first)))

        part = (0, restart) if step < restart else (restart, run["steps"])
        if fault == "one schedule throughout":
            part = (0, run["steps"])
        record = {"batch": batch}
        end = math.floor(run.get("augmentationEnd", 1) * run["steps"]) + (fault == "a step too many")
        updates_p = bool(eta) and run.get("augmentationStart", 0) <= step < end
        together = updates_p and run.get("alternation") == "together" and fault != "in turn all the same"
        rate = run["learningRate"] * factor(*part)
        warm_up = math.floor(run.get("augmentationWarmUp", 0) * run["steps"])
        done = step if fault == "a first update of nothing" else step + 1
        eta_rate = run["augmentationLearningRate"] * factor(0, run["steps"]) * min(1.0, done / max(1, warm_up))
        log_p = None
        if run["method"] == "ours":
            log_p = log_probabilities(eta, everything[batch]) if eta else gaussian(run, [cells[i] for i in batch], step)

        def uniform_views():
            words = Philox(seed, "views for P(T|X)", step)
            return [[words.below(crop_count) for _ in range(run["augmentationViews"])] for _ in batch]

        if together:
            # Both at once: views T_j ~ Uniform, weighted by P(T_j|x, η), one objective and one gradient.
            entropy = -(torch.exp(log_p) * log_p).sum(1).mean()
            views = uniform_views()
            chosen = torch.gather(log_p, 1, torch.tensor(views))
            negatives = run["negatives" if fault == "the denominators of h" else "augmentationNegatives"]
            # The batch counts as many crops as it has views; the weights are constants.
            normalization.weights = torch.softmax(chosen, 1).detach().flatten() * run["augmentationViews"]
            positives = run.get("augmentationPositives", "otherViews")
            value = objective(run, encoded(theta, batch, views, training=True), chosen, negatives, positives)
            differentiate(value + run["lambda"] * entropy, {**theta, **eta})
            if fault == "h learns from equal weights":
                differentiate(
                    objective(run, encoded(theta, batch, views, training=True), torch.zeros_like(chosen), negatives),
                    theta)
            theta_adam.step(rate)
            eta_adam.step(eta_rate)
            normalization.weights = None
            record |= {
                "viewsForH": [], "viewsForP": sum(views, []), "representationObjective": value.item(),
                "augmentationObjective": value.item(), "entropy": entropy.item()}
            result["records"].append(finished(record, normalization, (theta, theta_adam), (eta, eta_adam)))
            continue

        # Update phase for h: T_j ~ P(T|x, η).
        words = Philox(seed, "views for h", step)
        if log_p is not None:
            cumulative = torch.exp(log_p).detach().numpy().cumsum(1)
            views = [
                [int(numpy.searchsorted(row, words.unit() * row[-1], side="right")) for _ in range(run["views"])]
                for row in cumulative
            ]
        if log_p is None or fault == "views for h drawn uniformly":
            views = [[words.below(crop_count) for _ in range(run["views"])] for _ in batch]
        before = {name: p.detach().clone() for name, p in theta.items()}
        z = encoded(theta, batch, views, training=True)
        positives = "allViews" if fault == "the numerators of P(T|X)" else "otherViews"
        value = objective(run, z, torch.zeros(batch_size, run["views"]), run["negatives"], positives)
        ascend(value, theta, theta_adam, rate)
        record |= {"viewsForH": sum(views, []), "representationObjective": value.item()}

        if log_p is not None:
            entropy = -(torch.exp(log_p) * log_p).sum(1).mean()
        if updates_p:
            # Update phase for P(T|X): T_j ~ Uniform, weighted by P(T_j|x, η).
            views = uniform_views()
            chosen = torch.gather(log_p, 1, torch.tensor(views))
            negatives = "allViews" if fault == "the anchor in its own denominator" else run["augmentationNegatives"]
            seen = before if fault == "P(T|X) sees h before its update" else theta
            z = encoded(seen, batch, views, training=False).detach()
            value = objective(run, z, chosen, negatives, run.get("augmentationPositives", "otherViews"))
            bonus = run["lambda"] * entropy
            sign = -1 if fault == "P(T|X) descends" else 1
            bonus = -bonus if fault == "entropy penalised" else bonus
            sought = -value if source == "adversarial" else value
            ascend(sign * (sought + bonus), eta, eta_adam, eta_rate)
            record |= {
                "viewsForP": sum(views, []), "augmentationObjective": value.item(), "entropy": entropy.item()}
        elif log_p is not None:
            record |= {"entropy": entropy.item()}
            if eta and fault in ("Adam for P(T|X) counts every step", "P(T|X) goes on by its moments"):
                ascend(0 * entropy, eta, eta_adam, eta_rate)

        result["records"].append(finished(record, normalization, (theta, theta_adam), (eta, eta_adam)))
    return result


def finished(record, normalization, *networks):
    """A step's record with every parameter, moment and running mean after it; moments are 0 before the first update."""
    record["tensors"] = {}
    for parameters, optimizer in networks:
        for name, p in parameters.items():
            moments = optimizer.state.get(p) or {key: torch.zeros_like(p) for key in ("exp_avg", "exp_avg_sq")}
            for suffix, t in (("", p), (".adamMean", moments["exp_avg"]), (".adamSquare", moments["exp_avg_sq"])):
                record["tensors"][name + suffix] = t.detach().flatten().tolist()
    for name, t in normalization.statistics.items():
        record["tensors"][name] = t.tolist()
    return record


BASE = {
    "method": "ours", "seed": 42, "images": 14, "cellsPerSide": 3, "pixelMean": 0.1307, "pixelDeviation": 0.3081,
    "channels": [2, 3], "features": 5, "hidden": 5, "dimension": 3, "augmentationChannels": 2, "beta": 0.5,
    "lambda": 0.01, "negatives": "allViews", "augmentationNegatives": "otherImages", "steps": 10, "batchSize": 6,
    "views": 4, "augmentationViews": 6, "learningRate": 0.01, "augmentationLearningRate": 0.02,
    "learningRateSchedule": "cosine", "adamBeta1": 0.9, "adamBeta2": 0.99, "adamEpsilon": 1e-5,
}

NORMALIZED = {
    "name": "ours, normalised in f and g", "seed": 7, "cellsPerSide": 2, "encoderNormalization": "batch",
    "headNormalization": "batch",
    # The mean of a hidden unit of g takes away what a bias of f adds to a feature that is positive for every crop. That bias's
    # gradient is rounding errors, which a small epsilon would make steps of.
    "adamEpsilon": 1e-3,
}

RUNS = [
    # 14 images in batches of 6: two steps an epoch, two images left out of each; five epochs.
    ({**BASE, "name": "ours"}, 10),
    ({**BASE, "name": "simCLR", "method": "simclr", "cellsPerSide": 2, "seed": 4, "hidden": 4, "views": 3,
      "learningRateSchedule": "constant"}, 10),
    # Appendix 5.4's canvas, β and a seed of more than 32 bits; the simCLR denominator in both phases.
    ({**BASE, "name": "ours, other views", "cellsPerSide": 1, "seed": 2**52 + 5, "beta": 1.0, "negatives": "otherViews",
      "augmentationNegatives": "otherViews"}, 4),
    # Sharp: β = 20, so that the weight of an anchor's own term matters.
    ({**BASE, "name": "ours, β = 20", "cellsPerSide": 1, "seed": 8, "beta": 20.0, "negatives": "otherImages",
      "augmentationNegatives": "allViews"}, 4),
    # Most of 24 crops are the blank one.
    ({**BASE, **NORMALIZED}, 3),
    # Nine crops an image: many are drawn twice, none is blank.
    ({**BASE, "name": "simCLR, normalised in g", "method": "simclr", "cellsPerSide": 1, "seed": 6,
      "headNormalization": "batch", "adamEpsilon": NORMALIZED["adamEpsilon"]}, 2),
]

# One setting of each is not the default.
VARIANTS = [
    ({**BASE, "name": "together", "alternation": "together"}, 3),
    ({**BASE, "name": "together, after a start in turn", "alternation": "together", "augmentationStart": 1, "seed": 6,
      "negatives": "otherViews"}, 3),
    ({**BASE, **NORMALIZED, "name": "together, normalised", "alternation": "together", "seed": 11}, 3),
    ({**BASE, "name": "adversarial", "augmentationTraining": "adversarial", "cellsPerSide": 2}, 3),
    ({**BASE, "name": "fixed", "augmentationTraining": "fixed", "gaussianWidth": 0.8}, 3),
    ({**BASE, "name": "fixed, widening", "augmentationTraining": "fixed", "gaussianWidth": 2.0, "gaussianWidening": 5.0,
      "steps": 4}, 3),
    ({**BASE, "name": "fixed, flat", "augmentationTraining": "fixed", "gaussianWidth": 1.2, "gaussianExponent": 8.0}, 3),
    ({**BASE, "name": "fixed, one cell", "augmentationTraining": "fixed", "gaussianWidth": 3.0, "cellsPerSide": 1}, 2),
    ({**BASE, "name": "without pooling", "pooling": "none", "cellsPerSide": 2}, 3),
    ({**BASE, "name": "padded", "padding": 2}, 3),
    ({**BASE, "name": "wide filters", "filterSide": 5, "padding": 1}, 3),
    ({**BASE, "name": "own views", "augmentationPositives": "allViews"}, 3),
    ({**BASE, "name": "own views, other denominators", "augmentationPositives": "allViews", "cellsPerSide": 1,
      "augmentationNegatives": "otherViews", "beta": 3.0}, 2),
    ({**BASE, "name": "together, own views", "alternation": "together", "augmentationPositives": "allViews",
      "augmentationNegatives": "allViews"}, 2),
    ({**BASE, "name": "weight decay", "weightDecay": 0.7, "cellsPerSide": 1}, 3),
    ({**BASE, "name": "later start", "augmentationStart": 2, "cellsPerSide": 1}, 4),
    ({**BASE, "name": "early end", "augmentationEnd": 0.2, "cellsPerSide": 1}, 4),
    ({**BASE, "name": "warm-up", "augmentationWarmUp": 0.3, "cellsPerSide": 1}, 5),
    ({**BASE, "name": "h anew", "representationRestart": 0.25, "cellsPerSide": 1, "weightDecay": 0.3}, 4),
    ({**BASE, **NORMALIZED, "name": "together, h anew", "alternation": "together", "representationRestart": 0.1}, 3),
]

VARIANT_FAULTS = [
    ("together", "in turn all the same"), ("together", "h learns from equal weights"),
    ("together", "the denominators of h"), ("together, normalised", "moments of uniform crops"),
    ("adversarial", "entropy penalised"), ("fixed", "the width as a variance"), ("fixed", "about the cell's corner"),
    ("fixed, widening", "wider by equal amounts"), ("fixed, flat", "the scale of a Gaussian"),
    ("padded", "padded by 1"), ("wide filters", "not padded"), ("own views", "the numerators of P(T|X)"),
    ("weight decay", "P(T|X) decays too"),
    ("later start", "Adam for P(T|X) counts every step"),
    ("early end", "a step too many"), ("early end", "P(T|X) goes on by its moments"),
    ("warm-up", "a first update of nothing"),
    ("h anew", "the first weights again"), ("h anew", "the old moments kept"), ("h anew", "one schedule throughout"),
    ("together, h anew", "the old running means kept"),
]

FAULTS = [
    "fan-out for fan-in", "Adam without bias correction", "Adam's epsilon inside the root", "cosine off by one",
    "positives j = k", "weights not renormalised", "the anchor in its own denominator", "P(T|X) descends",
    "entropy penalised", "views for h drawn uniformly", "P(T|X) sees h before its update",
    "the first epoch's order kept",
]

NORMALIZATION_FAULTS = [
    "unweighted moments", "biased running variance", "momentum 0.9 for 0.1", "batch moments in P's update",
    "running means in h's update", "normalisation after max(·, 0) in g", "gradients do not flow through the moments",
    "moments of each pixel",
]


def faulty(fault, base={**BASE, "name": "ours"}):
    """Of a run with a fault, the parameters and running means after three steps: what tells it apart."""
    run = trajectory({**base, "fault": fault}, 3)
    kept = run["records"][-1]
    kept["tensors"] = {name: t for name, t in kept["tensors"].items() if ".adam" not in name}
    return {"fault": fault, "tensors": kept["tensors"]}


def check_twin():
    """The Adam that carries faults is PyTorch's where it has none."""
    twin, right = (trajectory({**BASE, "name": "ours", "fault": fault}, 3)["records"][-1] for fault in ("Adam", None))
    for name, values in right["tensors"].items():
        assert numpy.allclose(values, twin["tensors"][name], rtol=1e-12, atol=1e-12), name


if __name__ == "__main__":
    check_twin()
    versions = {
        "command": "python3 trajectory.py", "python": platform.python_version(), "torch": torch.__version__,
        "numpy": numpy.__version__}
    named = {run["name"]: run for run, _ in VARIANTS}
    for target, runs, faults in (
        ("trajectory.json", RUNS, {
            "faults": [faulty(fault) for fault in FAULTS],
            "normalizationFaults": [faulty(fault, {**BASE, **NORMALIZED}) for fault in NORMALIZATION_FAULTS]}),
        ("variants.json", VARIANTS, {
            "faults": [{"run": name, **faulty(fault, named[name])} for name, fault in VARIANT_FAULTS]})):
        content = {**versions, "runs": [trajectory(run, steps) for run, steps in runs], **faults}
        pathlib.Path(__file__).with_name(target).write_text(json.dumps(content, ensure_ascii=False) + "\n")
