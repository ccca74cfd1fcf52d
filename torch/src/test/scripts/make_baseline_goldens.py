#!/usr/bin/env python3
"""Writes the reference results that BaselineGoldenTest compares the baselines with.

    python3 torch/src/test/scripts/make_baseline_goldens.py torch/src/test/resources/baselines

Needs PyTorch, torchvision and NumPy (made with 1.13, 0.14 and 1.24). The networks are written here a second time, from
their papers and the code of their authors, as a user of PyTorch would write them, and run in double precision. Those
for ImageNet are torchvision's own.

Weights and images are too large to commit, so both sides draw them from Philox4x32-10, a stream for each name. For the
same reason a large result is kept as a sketch: its norm and its products with four vectors of signs, drawn likewise.
The mean square of such a product of a difference is the square of the difference's norm (Johnson and Lindenstrauss).

One JSON file per case: the network, the shape of the batch, logits in evaluation, and of one training step the loss and
the sketches of every gradient and of the running statistics afterwards.
"""

import json
import math
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

SEED = 0x5EED_1234_5678
INITIALIZATION, AUGMENTATION, DROPOUT, SPLIT, DROP_PATH = 2, 1, 3, 4, 6
SKETCHES = 4
COMPANION_WEIGHT = 0.01
NOTHING = 1e-9  # what rounding leaves of a gradient that is 0: of a shift, for example, that a later norm takes out


def philox(counter, key):
    """Philox4x32-10 of an array of 128-bit counters, four 32-bit words each (Salmon et al., SC 2011)."""
    c = [counter[..., i].astype(np.uint64) for i in range(4)]
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> shift) ^ c[1] ^ np.uint64(k0), p1 & low, (p0 >> shift) ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, axis=-1)


def words(purpose, major, minor, count):
    """The first 32-bit words of the stream of that name."""
    blocks = np.zeros(((count + 3) // 4, 4), np.uint64)
    blocks[:, 0] = np.arange(len(blocks))
    blocks[:, 2] = minor
    blocks[:, 3] = purpose << 28 | major
    return philox(blocks, SEED).reshape(-1)[:count]


def uniform(name, draw_number, count):
    return words(INITIALIZATION, draw_number, zlib.crc32(name.encode()), count) / 2.0**32


def draw(name, draw_number, shape, norm_shift):
    """One parameter or buffer, of no special values, so that no term drops out of a result."""
    count = math.prod(shape)
    if name.endswith("num_batches_tracked"):
        return torch.full(shape, 3, dtype=torch.int64)
    u = uniform(name, draw_number, count)
    if name.endswith("running_var") or (name.endswith("weight") and len(shape) == 1):
        values = 0.5 + u
    elif len(shape) == 1:
        values = norm_shift + 0.4 * (u - 0.5)
    else:
        values = math.sqrt(24 / math.prod(shape[1:])) * (u - 0.5)  # variance 2 / fan-in
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def sketch(name, tensor):
    values = tensor.detach().double().reshape(-1).numpy()
    bits = words(SPLIT, 0, zlib.crc32(name.encode()), len(values)).astype(np.int64)
    products = [float(values @ (1.0 - 2.0 * (bits >> k & 1))) for k in range(SKETCHES)]
    return [float(np.linalg.norm(values))] + products


class Steps:
    """Where a training step stands: what dropout and drop-path need to name their numbers."""

    def __init__(self):
        self.step, self.dropouts, self.paths, self.joins = 0, 0, 0, 0

    def doubles(self, number, count):
        w = words(DROP_PATH, self.step, number, 2 * count)
        return [((int(w[2 * i]) >> 5) * 2**26 + (int(w[2 * i + 1]) >> 6)) / 2.0**53 for i in range(count)]


class Dropout(nn.Module):
    def __init__(self, steps, rate):
        super().__init__()
        self.steps, self.rate, self.number = steps, rate, None
        if rate:
            self.number = steps.dropouts
            steps.dropouts += 1

    def forward(self, x):
        if not self.rate or not self.training:
            return x
        drawn = words(DROPOUT, self.steps.step, self.number, x.numel())
        keep = np.float32(1 / (1 - self.rate))
        mask = np.where(drawn < round(self.rate * 2**32), np.float32(0), keep).reshape(x.shape)
        return x * torch.from_numpy(mask).to(x.dtype)


def conv(i, o, k, stride=1, bias=False):
    return nn.Conv2d(i, o, k, stride, k // 2, bias=bias)


class Unit(nn.Module):
    """The five residual units, basic or bottleneck."""

    def __init__(self, steps, kind, inputs, width, stride, bottleneck, first, death=0.0, averaging=False):
        super().__init__()
        self.kind, self.steps, self.death = kind, steps, death
        outputs = 4 * width if bottleneck else width
        sizes = [(inputs, width, 1), (width, width, 3), (width, outputs, 1)] if bottleneck else \
            [(inputs, width, 3), (width, width, 3)]
        self.count = len(sizes)
        for n, (i, o, k) in enumerate(sizes, 1):
            setattr(self, f"conv{n}", conv(i, o, k, stride if n == 1 else 1))
            if kind == "full-preact":
                setattr(self, f"bn{n}", nn.BatchNorm2d(i))
            elif kind != "bn-after-add" or n < self.count:
                setattr(self, f"bn{n}", nn.BatchNorm2d(o))
        if kind == "bn-after-add":
            self.bn = nn.BatchNorm2d(outputs)
        self.changes, self.stride, self.missing = inputs != outputs, stride, outputs - inputs
        self.shares = kind == "full-preact" and (self.changes or first)
        self.averaging = averaging
        if self.changes and bottleneck:
            projection = [conv(inputs, outputs, 1, stride)]
            if kind not in ("bn-after-add", "full-preact"):
                projection.append(nn.BatchNorm2d(outputs))
            self.downsample = nn.Sequential(*projection)
        if death:
            steps.paths += 1
            self.number = steps.paths

    def branch(self, x):
        for n in range(1, self.count + 1):
            c, norm = getattr(self, f"conv{n}"), getattr(self, f"bn{n}", None)
            if self.kind == "full-preact":
                x = c(x if n == 1 else F.relu(norm(x)))
            elif self.kind == "relu-only-preact":
                x = norm(c(x if n == 1 else F.relu(x)))
            else:
                x = c(x)
                x = norm(x) if norm else x
                x = F.relu(x) if n < self.count or self.kind == "relu-before-add" else x
        return x

    def shortcut(self, x):
        if not self.changes:
            return x
        if hasattr(self, "downsample"):
            return self.downsample(x)
        x = F.avg_pool2d(x, 2) if self.averaging else x[:, :, ::self.stride, ::self.stride]
        return torch.cat([x, x.new_zeros(x.shape[0], self.missing, *x.shape[2:])], 1)

    def forward(self, x):
        entry = x
        if self.kind == "full-preact":
            entry = F.relu(self.bn1(x))
        elif self.kind == "relu-only-preact":
            entry = F.relu(x)
        y = self.shortcut(entry if self.shares else x)
        if not self.death:
            y = y + self.branch(entry)
        elif not self.training:
            y = y + (1 - self.death) * self.branch(entry)
        elif self.steps.doubles(self.number, 1)[0] < 1 - self.death:
            y = y + self.branch(entry)
        if self.kind == "original":
            return F.relu(y)
        return F.relu(self.bn(y)) if self.kind == "bn-after-add" else y


class CifarResNet(nn.Module):
    def __init__(self, steps, case, units, bottleneck, kind="original", death=0.0):
        super().__init__()
        self.kind = kind
        self.conv1 = conv(case["channels"], 16, 3)
        channels = 16
        for stage in range(3):
            width = 16 << stage
            layer = []
            for u in range(units):
                rate = death * (stage * units + u + 1) / (3 * units)
                layer.append(Unit(steps, kind, channels, width, 2 if stage and not u else 1, bottleneck,
                                  stage + u == 0, rate, death > 0))
                channels = 4 * width if bottleneck else width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layer))
        self.bn1 = nn.BatchNorm2d(channels if kind == "full-preact" else 16)
        self.fc = nn.Linear(channels, case["classes"])

    def forward(self, x):
        x = self.conv1(x)
        if self.kind == "relu-only-preact":
            x = self.bn1(x)
        elif self.kind != "full-preact":
            x = F.relu(self.bn1(x))
        x = self.layer3(self.layer2(self.layer1(x)))
        if self.kind == "full-preact":
            x = self.bn1(x)
        x = x if self.kind == "relu-before-add" else F.relu(x)
        return self.fc(x.mean((2, 3)))


class WideUnit(nn.Module):
    def __init__(self, steps, inputs, width, stride, rate):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, width, 3, stride)
        self.dropout = Dropout(steps, rate)
        self.bn2, self.conv2 = nn.BatchNorm2d(width), conv(width, width, 3)
        self.downsample = nn.Sequential(conv(inputs, width, 1, stride)) if inputs != width else None

    def forward(self, x):
        y = F.relu(self.bn1(x))
        z = self.conv2(F.relu(self.bn2(self.dropout(self.conv1(y)))))
        return z + (self.downsample(y) if self.downsample else x)


class WideResNet(nn.Module):
    def __init__(self, steps, case, units, k, rate):
        super().__init__()
        self.conv1 = conv(case["channels"], 16, 3)
        channels = 16
        for stage in range(3):
            layer = []
            for u in range(units):
                layer.append(WideUnit(steps, channels, k * (16 << stage), 2 if stage and not u else 1, rate))
                channels = k * (16 << stage)
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layer))
        self.bn1 = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, case["classes"])

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


class NetworkInNetwork(nn.Module):
    def __init__(self, steps, case, rate, supervised=False):
        super().__init__()
        classes, side = case["classes"], case["height"]
        self.supervised = supervised
        sizes = [("1", "conv1", case["channels"], 192, 5), ("1", "cccp1", 192, 160, 1), ("1", "cccp2", 160, 96, 1),
                 ("2", "conv2", 96, 192, 5), ("2", "cccp3", 192, 192, 1), ("2", "cccp4", 192, 192, 1),
                 ("3", "conv3", 192, 192, 3), ("3", "cccp5", 192, 192, 1), ("3", "cccp6", 192, classes, 1)]
        for block in "123":
            setattr(self, "block" + block, nn.ModuleDict(
                {name: conv(i, o, k, bias=True) for b, name, i, o, k in sizes if b == block}))
        self.drop1, self.drop2 = Dropout(steps, rate), Dropout(steps, rate)
        if supervised:
            for n in range(3):
                half = [side, -(-(side - 3) // 2) + 1]
                half.append(-(-(half[1] - 3) // 2) + 1)
                head = nn.ModuleDict({"classifier": nn.Linear(192 * half[n]**2, classes)})
                setattr(self, f"companion{n + 1}", head)

    def forward(self, x):
        self.companions = []
        for n, block in enumerate((self.block1, self.block2, self.block3), 1):
            for name, layer in block.items():
                x = layer(x)
                if name.startswith("conv") and self.supervised:
                    self.companions.append(getattr(self, f"companion{n}")["classifier"](x.flatten(1)))
                if not (self.supervised and name == "cccp6"):
                    x = F.relu(x)
            if n < 3:
                x = (self.drop1 if n == 1 else self.drop2)(F.max_pool2d(x, 3, 2, ceil_mode=True))
        return x.mean((2, 3))


class AllConvolutional(nn.Module):
    def __init__(self, steps, case):
        super().__init__()
        sizes = [("block1", 1, case["channels"], 96, 3, 1, 1), ("block1", 2, 96, 96, 3, 1, 1),
                 ("block1", 3, 96, 96, 3, 2, 1), ("block2", 4, 96, 192, 3, 1, 1), ("block2", 5, 192, 192, 3, 1, 1),
                 ("block2", 6, 192, 192, 3, 2, 1), ("block3", 7, 192, 192, 3, 1, 0), ("block3", 8, 192, 192, 1, 1, 0),
                 ("block3", 9, 192, case["classes"], 1, 1, 0)]
        for block in ("block1", "block2", "block3"):
            setattr(self, block, nn.ModuleDict({f"conv{n}": nn.Conv2d(i, o, k, s, p)
                                                for b, n, i, o, k, s, p in sizes if b == block}))
        self.drops = nn.ModuleList([Dropout(steps, 0.2), Dropout(steps, 0.5), Dropout(steps, 0.5)])

    def forward(self, x):
        for drop, block in zip(self.drops, (self.block1, self.block2, self.block3)):
            x = drop(x)
            for layer in block.values():
                x = F.relu(layer(x))
        return x.mean((2, 3))


class HighwayLayer(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv, self.gate = conv(channels, channels, 3, bias=True), conv(channels, channels, 3, bias=True)

    def forward(self, x):
        t = torch.sigmoid(self.gate(x))
        return F.relu(self.conv(x)) * t + x * (1 - t)


class Highway(nn.Module):
    def __init__(self, steps, case):
        super().__init__()
        channels = case["channels"]
        for n, (width, layers) in enumerate(((32, 4), (80, 5), (128, 5)), 1):
            stage = {"dropout": Dropout(steps, 0.2), "conv": conv(channels, width, 3, bias=True)}
            stage |= {f"highway{l}": HighwayLayer(width) for l in range(1, layers + 1)}
            setattr(self, f"stage{n}", nn.ModuleDict(stage))
            channels = width
        self.conv = nn.Conv2d(128, 100, 1)
        self.dropout = Dropout(steps, 0.2)
        self.fc = nn.Linear(100, case["classes"])

    def forward(self, x):
        for n, stage in enumerate((self.stage1, self.stage2, self.stage3), 1):
            for name, layer in stage.items():
                x = F.relu(layer(x)) if name == "conv" else layer(x)
            if n < 3:
                x = F.max_pool2d(x, 2)
        return self.fc(self.dropout(F.relu(self.conv(x)).mean((2, 3))))


class FractalBlock(nn.Module):
    """Runs by the author's rule: column c has a layer at every 2^(C-1-c)th place, and columns that have one join."""

    def __init__(self, steps, columns, inputs, width, rate, drop_path):
        super().__init__()
        self.steps, self.columns, self.drop_path = steps, columns, drop_path
        places = 2**(columns - 1)
        self.order = []
        layers = {c: {} for c in range(columns)}
        # constructed in the order of the recursion, which numbers the dropouts
        def construct(size, first):
            n = len(layers[first])
            layers[first][str(n)] = nn.ModuleDict({
                "conv": conv(inputs if n == 0 else width, width, 3), "dropout": Dropout(steps, rate),
                "bn": nn.BatchNorm2d(width)})
            if size > 1:
                construct(size - 1, first + 1)
                construct(size - 1, first + 1)
        construct(columns, 0)
        for c in range(columns):
            setattr(self, f"column{c + 1}", nn.ModuleDict(layers[c]))
        self.join_numbers = {}
        for place in range(1, places + 1):
            if len(self.ending(place)) > 1:
                steps.joins += 1
                self.join_numbers[place] = steps.joins

    def ending(self, place):
        return [c for c in range(self.columns) if place % 2**(self.columns - 1 - c) == 0]

    def taken(self, place, ending):
        number = self.join_numbers[place]
        if not self.training or not self.drop_path:
            return ending
        network = words(DROP_PATH, self.steps.step, 0, 2)
        if int(network[0]) >> 31:
            column = int(network[1]) % self.columns
            return [c for c in ending if c == column]
        drawn = self.steps.doubles(number, len(ending))
        alive = [c for c, d in zip(ending, drawn) if d >= self.drop_path]
        if alive:
            return alive
        last = int(words(DROP_PATH, self.steps.step, number, 2 * len(ending) + 1)[-1])
        return [ending[last % len(ending)]]

    def forward(self, x):
        # backwards, which layers anybody reads: those of a dropped path see no batch
        memo = {}

        def at(place):
            if place == 0:
                return x
            if place not in memo:
                ending = self.ending(place)
                taken = self.taken(place, ending) if len(ending) > 1 else ending
                maps = []
                for c in taken:
                    length = 2**(self.columns - 1 - c)
                    layer = getattr(self, f"column{c + 1}")[str(place // length - 1)]
                    maps.append(F.relu(layer["bn"](layer["dropout"](layer["conv"](at(place - length))))))
                memo[place] = sum(maps) / len(maps)
            return memo[place]
        return at(2**(self.columns - 1))


class FractalNet(nn.Module):
    def __init__(self, steps, case, columns, rate, drop_path):
        super().__init__()
        channels = case["channels"]
        for b, width in enumerate((64, 128, 256, 512, 512)):
            setattr(self, f"block{b + 1}", FractalBlock(steps, columns, channels, width, rate * b / 4, drop_path))
            channels = width
        self.fc = nn.Linear(channels, case["classes"])

    def forward(self, x):
        for b in range(1, 6):
            x = F.max_pool2d(getattr(self, f"block{b}")(x), 2, ceil_mode=True)
        return self.fc(x.flatten(1))


def squared_hinge(logits, labels):
    targets = 2 * F.one_hot(labels, logits.shape[1]) - 1
    return (torch.clamp(1 - targets * logits, min=0) ** 2).sum(1).mean()


def cases():
    small = dict(channels=3, height=16, width=16, classes=10, batch=8, step=0)
    units = ("original", "bn-after-add", "relu-before-add", "relu-only-preact", "full-preact")
    for kind in units:
        for depth, bottleneck in ((14, False), (11, True)):
            case = small | dict(model=f"resnet-{depth}", variations={"residual-unit": kind})
            yield f"resnet-{depth}-{kind}", case, lambda s, c, b=bottleneck, k=kind: CifarResNet(s, c, 1 if b else 2, b, k)
    grey = small | dict(channels=1, height=28, width=28)
    yield "resnet-20", grey | dict(model="resnet-20"), lambda s, c: CifarResNet(s, c, 3, False)
    yield "preact-resnet-11", grey | dict(model="preact-resnet-11"), lambda s, c: CifarResNet(s, c, 1, True, "full-preact")
    for step in (0, 1):
        yield f"stochastic-depth-20-{step}", small | dict(model="stochastic-depth-20", step=step), \
            lambda s, c: CifarResNet(s, c, 3, False, death=0.5)
    yield "stochastic-depth-14-all", small | dict(model="stochastic-depth-14", variations={"drop-path": "0.001"}), \
        lambda s, c: CifarResNet(s, c, 2, False, death=0.001)
    yield "wrn-10-2", small | dict(model="wrn-10-2", step=1, variations={"dropout": "0.3"}), lambda s, c: WideResNet(s, c, 1, 2, 0.3)
    yield "wrn-16-1", grey | dict(model="wrn-16-1"), lambda s, c: WideResNet(s, c, 2, 1, 0)
    yield "nin", small | dict(model="nin", batch=4), lambda s, c: NetworkInNetwork(s, c, 0.5)
    yield "nin-28", grey | dict(model="nin", batch=2), lambda s, c: NetworkInNetwork(s, c, 0.5)
    yield "dsn", small | dict(model="dsn", batch=4), lambda s, c: NetworkInNetwork(s, c, 0.5, True)
    yield "dsn-softmax", small | dict(model="dsn", batch=4, variations={"loss": "cross-entropy"}), \
        lambda s, c: NetworkInNetwork(s, c, 0.5, True)
    yield "all-cnn-c", small | dict(model="all-cnn-c", batch=4), lambda s, c: AllConvolutional(s, c)
    yield "highway-19", small | dict(model="highway-19", batch=4), lambda s, c: Highway(s, c)
    for step in (0, 1, 2, 3):
        yield f"fractalnet-11-{step}", small | dict(model="fractalnet-11", step=step, batch=4), \
            lambda s, c: FractalNet(s, c, 2, 0.4, 0.15)
    wide = small | dict(model="fractalnet-21", height=32, width=32, batch=2)
    yield "fractalnet-21", wide | dict(variations={"drop-path": "0"}), lambda s, c: FractalNet(s, c, 3, 0.4, 0)
    for step in (0, 1):  # one of global drop-path, of the second column; one of local
        yield f"fractalnet-21-{step}", wide | dict(step=step), lambda s, c: FractalNet(s, c, 3, 0.4, 0.15)
    photo = small | dict(height=64, width=64, batch=4)
    for depth in (18, 34):
        yield f"resnet{depth}", photo | dict(model=f"resnet{depth}"), imagenet(depth)
    # of so many channels no draw is calm, unless few values are near the corner of a ReLU
    yield "resnet50", photo | dict(model="resnet50", shift=1), imagenet(50)
    for depth in (101, 152):  # more units of the same; single precision does not keep to their gradients
        yield f"resnet{depth}", photo | dict(model=f"resnet{depth}", training=False), imagenet(depth)


def imagenet(depth):
    return lambda s, c: getattr(torchvision.models, f"resnet{depth}")(num_classes=c["classes"])


def run(case, build, draw_number, dtype):
    steps = Steps()
    steps.step = case["step"]
    net = build(steps, case)
    shifts = {f"{n}.bias" for n, module in net.named_modules() if isinstance(module, nn.BatchNorm2d)}
    net.load_state_dict({n: draw(n, draw_number, tuple(t.shape), case.get("shift", 0) if n in shifts else 0)
                         for n, t in net.state_dict().items()})
    net.to(dtype)
    shape = (case["batch"], case["channels"], case["height"], case["width"])
    image = (4 * uniform("image", draw_number, math.prod(shape)) - 2).astype(np.float32).reshape(shape)
    image = torch.from_numpy(image).to(dtype)
    labels = torch.from_numpy((uniform("labels", draw_number, case["batch"]) * case["classes"]).astype(np.int64))
    result = {"logits": net.eval()(image).detach().double().reshape(-1).tolist()}
    if type(net).__module__.startswith("torchvision"):
        result["names"] = list(net.state_dict())
    if case.get("training", True):
        net.train()
        hinge = case["model"] == "dsn" and case.get("variations", {}).get("loss") != "cross-entropy"
        loss_of = squared_hinge if hinge else F.cross_entropy
        loss = loss_of(net(image), labels)
        for companion in getattr(net, "companions", []):
            loss = loss + COMPANION_WEIGHT * loss_of(companion, labels)
        loss.backward()
        result["loss"] = loss.item()
        result["gradients"] = {n: [0.0] * (1 + SKETCHES) if p.grad is None else sketch(n, p.grad)
                               for n, p in net.named_parameters()}
        result["after"] = {n: sketch(n, b) for n, b in net.named_buffers()}
    return result


def worst_difference(single, reference):
    """The largest relative difference of single precision; a ReLU that it switches makes a result useless."""
    logits = [np.array(r["logits"]) for r in (single, reference)]
    worst = np.linalg.norm(logits[0] - logits[1]) / np.linalg.norm(logits[1])
    for part in ("gradients", "after"):
        for name, expected in reference.get(part, {}).items():
            found = single[part][name]
            squares = sum((f - e)**2 for f, e in zip(found[1:], expected[1:])) / SKETCHES
            if expected[0] > NOTHING:
                worst = max(worst, math.sqrt(squares) / expected[0])
    return worst


def calm(case, build, limit=3e-5):
    """The results of the first draw that single precision keeps to, in PyTorch itself."""
    for draw_number in range(40):
        reference = run(case, build, draw_number, torch.float64)
        worst = worst_difference(run(case, build, draw_number, torch.float32), reference)
        if worst < limit:
            return {"draw": draw_number} | reference, worst
    raise SystemExit(f"{case['model']}: no calm draw, the last one differs by {worst:.1e}")


def main():
    folder = Path(sys.argv[1])
    only = sys.argv[2:]
    for name, case, build in cases():
        if only and name not in only:
            continue
        result, worst = calm(case, build)
        text = json.dumps(case | result, separators=(",", ":"))
        short = json.loads(text, parse_float=lambda f: float(f"{float(f):.9g}"))
        (folder / f"{name}.json").write_text(json.dumps(short, separators=(",", ":")) + "\n")
        print(f"{name:28} draw {result['draw']:2}, loss {result.get('loss', float('nan')):.5f}, "
              f"single precision differs by {worst:.1e}, "
              f"{sum(not g[0] for g in result.get('gradients', {}).values())} gradients of 0", flush=True)


if __name__ == "__main__":
    main()
