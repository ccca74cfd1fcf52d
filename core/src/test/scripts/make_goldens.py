#!/usr/bin/env python3
"""Writes the reference results that GoldenTest compares libtorch's Java engine with.

    python3 core/src/test/scripts/make_goldens.py core/src/test/resources/goldens

Needs PyTorch, torchvision and NumPy (made with 1.13, 0.14 and 1.24). The networks are written here a second time,
from the paper and torchvision's parameter names, and run in double precision, so that neither the Java code nor its
rounding decides what is right. The ImageNet variant is checked against torchvision's own DenseNet first.

One safetensors file per case:
    state.NAME   parameters and buffers before the first step      image, labels   the batch
    logits       in evaluation mode, with that state               loss            of the first training step
    grad.NAME    gradient of that loss                             after.NAME      buffers after the first step
    losses       of ten steps of SGD on the same batch (lr 0.1, Nesterov momentum 0.9, weight decay 1e-4)
and the configuration as __metadata__.
"""

import json
import math
import struct
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

SEED = 0x5EED_1234_5678
STEPS = 10

# Variants of the paper; k odd and 1; maps of odd and unequal sides; one and three input channels.
CASES = {
    "plain": dict(growthRate=3, layersPerBlock=[2, 2], inputChannels=1, initialChannels=5, height=7, width=9),
    "bottleneck": dict(growthRate=2, layersPerBlock=[2, 1, 2], bottleneckFactor=4, initialChannels=4),
    "compression": dict(growthRate=5, layersPerBlock=[3, 2], compression=0.5, initialChannels=7, height=9, width=7),
    "bc": dict(growthRate=4, layersPerBlock=[3, 2, 2], bottleneckFactor=4, compression=0.5, initialChannels=8,
               height=12, width=12),
    "bc-growth-1": dict(growthRate=1, layersPerBlock=[3, 3], bottleneckFactor=3, compression=0.7, inputChannels=1,
                        initialChannels=2, height=5, width=11),
    "label-smoothing": dict(growthRate=3, layersPerBlock=[2, 2], bottleneckFactor=2, compression=0.5,
                            initialChannels=6, labelSmoothing=0.1, numClasses=7),
    "imagenet-bc": dict(growthRate=4, layersPerBlock=[2, 2, 2, 2], bottleneckFactor=4, compression=0.5,
                        stem="imagenet", initialChannels=8, height=64, width=64, batch=8),
    "imagenet-plain": dict(growthRate=3, layersPerBlock=[2, 2], stem="imagenet", inputChannels=1, initialChannels=4,
                           height=33, width=47),
    "dropout": dict(growthRate=4, layersPerBlock=[2, 2], bottleneckFactor=2, compression=0.5, initialChannels=6,
                    dropRate=0.2, height=9, width=9),
    "dropout-plain": dict(growthRate=3, layersPerBlock=[2, 2], inputChannels=1, initialChannels=5, dropRate=0.3),
}
DEFAULTS = dict(bottleneckFactor=0, compression=1.0, stem="cifar", inputChannels=3, dropRate=0.0, numClasses=4,
                height=8, width=8, batch=6, labelSmoothing=0.0)


def philox(counter, key):
    """Philox4x32-10 of an array of 128-bit counters, four 32-bit words each (Salmon et al., SC 2011)."""
    c = [counter[..., i].astype(np.uint64) for i in range(4)]
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> shift) ^ c[1] ^ np.uint64(k0), p1 & low, (p0 >> shift) ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, axis=-1)


def dropout_mask(step, layer, rate, shape):
    """0 for dropped elements, 1/(1-rate) for kept ones, in N x C x H x W order."""
    elements = math.prod(shape)
    blocks = np.zeros(((elements + 3) // 4, 4), np.uint64)
    blocks[:, 0] = np.arange(len(blocks))
    blocks[:, 2] = layer
    blocks[:, 3] = 3 << 28 | step  # purpose 3 is dropout
    words = philox(blocks, SEED).reshape(-1)[:elements]
    keep = np.float32(1 / (1 - rate))
    return torch.from_numpy(np.where(words < round(rate * 2**32), np.float32(0), keep).reshape(shape))


class Dropout(nn.Module):
    def __init__(self, case):
        super().__init__()
        self.case, self.layer, self.step = case, None, 0

    def forward(self, x):
        rate = self.case["dropRate"]
        if rate == 0 or not self.training:
            return x
        return x * dropout_mask(self.step, self.layer, rate, x.shape).to(x.dtype)


class DenseLayer(nn.Module):
    def __init__(self, case, channels):
        super().__init__()
        k = case["growthRate"]
        wide = case["bottleneckFactor"] * k
        self.norm1 = nn.BatchNorm2d(channels)
        if wide:
            self.conv1 = nn.Conv2d(channels, wide, 1, bias=False)
            self.drop1 = Dropout(case)
            self.norm2 = nn.BatchNorm2d(wide)
            self.conv2 = nn.Conv2d(wide, k, 3, padding=1, bias=False)
            self.drop2 = Dropout(case)
        else:
            self.conv1 = nn.Conv2d(channels, k, 3, padding=1, bias=False)
            self.drop1 = Dropout(case)

    def forward(self, x):
        y = self.drop1(self.conv1(F.relu(self.norm1(x))))
        if hasattr(self, "norm2"):
            y = self.drop2(self.conv2(F.relu(self.norm2(y))))
        return torch.cat([x, y], 1)


class Transition(nn.Module):
    def __init__(self, case, channels, outputs):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, outputs, 1, bias=False)
        self.drop = Dropout(case)

    def forward(self, x):
        return F.avg_pool2d(self.drop(self.conv(F.relu(self.norm(x)))), 2)


class DenseNet(nn.Module):
    def __init__(self, case):
        super().__init__()
        channels = case["initialChannels"]
        f = OrderedDict()
        if case["stem"] == "imagenet":
            f["conv0"] = nn.Conv2d(case["inputChannels"], channels, 7, stride=2, padding=3, bias=False)
            f["norm0"] = nn.BatchNorm2d(channels)
            f["relu0"] = nn.ReLU()
            f["pool0"] = nn.MaxPool2d(3, stride=2, padding=1)
        else:
            f["conv0"] = nn.Conv2d(case["inputChannels"], channels, 3, padding=1, bias=False)
        for b, layers in enumerate(case["layersPerBlock"], 1):
            block = OrderedDict()
            for l in range(1, layers + 1):
                block[f"denselayer{l}"] = DenseLayer(case, channels)
                channels += case["growthRate"]
            f[f"denseblock{b}"] = nn.Sequential(block)
            if b < len(case["layersPerBlock"]):
                outputs = math.floor(case["compression"] * channels)
                f[f"transition{b}"] = Transition(case, channels, outputs)
                channels = outputs
        f["norm5"] = nn.BatchNorm2d(channels)
        self.features = nn.Sequential(f)
        self.classifier = nn.Linear(channels, case["numClasses"])
        for number, dropout in enumerate(m for m in self.modules() if isinstance(m, Dropout)):
            dropout.layer = number

    def forward(self, x):
        return self.classifier(F.relu(self.features(x)).mean((2, 3)))

    def set_step(self, step):
        for module in self.modules():
            if isinstance(module, Dropout):
                module.step = step


def random_state(net, generator):
    """Values of no special kind in every parameter and buffer, so that no term drops out of a result."""
    def normal(t, deviation):
        return torch.randn(t.shape, generator=generator) * deviation
    for name, t in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            t.fill_(3)
        elif name.endswith("running_var") or ("norm" in name and name.endswith("weight")):
            t.copy_(0.5 + torch.rand(t.shape, generator=generator))
        elif name == "features.norm0.bias":
            # Low enough for the ReLU to cut behind the max pool: where it does not, the next batch norm cancels shift
            # and scale, and the true gradient of both is 0, which no relative tolerance can judge.
            t.copy_(normal(t, 0.2) - 1.2)
        elif t.dim() == 1:
            t.copy_(normal(t, 0.2))
        else:
            t.copy_(normal(t, math.sqrt(2 / t[0].numel())))


def loss_of(net, case, image, labels):
    return F.cross_entropy(net(image), labels, label_smoothing=case["labelSmoothing"])


def ten_losses(net, case, image, labels):
    sgd = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-4)
    losses = []
    for step in range(STEPS):
        net.set_step(step)
        loss = loss_of(net, case, image, labels)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        losses.append(loss.item())
    return np.array(losses)


def run(case, dtype, noise=None):
    generator = torch.Generator().manual_seed(case["stateSeed"])
    net = DenseNet(case)
    random_state(net, generator)
    net.to(dtype)
    if noise is not None:
        with torch.no_grad():
            for p in net.parameters():
                p.mul_(1 + 3e-7 * torch.randn(p.shape, generator=torch.Generator().manual_seed(noise)))
    image = torch.randn(case["batch"], case["inputChannels"], case["height"], case["width"], generator=generator)
    labels = torch.randint(case["numClasses"], (case["batch"],), generator=generator)
    tensors = {f"state.{n}": t.clone() for n, t in net.state_dict().items()}
    tensors |= {"image": image, "labels": labels}
    image = image.to(dtype)
    tensors["logits"] = net.eval()(image).detach()
    before = {n: t.clone() for n, t in net.state_dict().items()}
    net.train()
    loss = loss_of(net, case, image, labels)
    loss.backward()
    tensors["loss"] = loss.detach()
    tensors |= {f"grad.{n}": p.grad.clone() for n, p in net.named_parameters()}
    tensors |= {f"after.{n}": b.clone() for n, b in net.named_buffers()}
    net.load_state_dict(before)
    tensors["losses"] = torch.from_numpy(ten_losses(net, case, image, labels))
    return tensors


def calm(case):
    """The case's results, or None where a tolerance of 1e-4 could judge nothing.

    From some states ten steps are chaotic: single precision, or noise of its size in the parameters, then leaves the
    path of double precision in PyTorch itself.
    """
    def difference(a, b):
        return ((a.double() - b.double()).norm() / b.double().norm()).item()
    reference = run(case, torch.float64)
    single = run(case, torch.float32)
    worst = max(difference(single[n], reference[n])
                for n in reference if n.split(".")[0] in ("logits", "loss", "grad", "after", "losses"))
    noisy = (run(case, torch.float64, noise)["losses"] for noise in range(8))
    if worst > 2e-5 or any(difference(losses, reference["losses"]) > 1e-5 for losses in noisy):
        return None
    return case, reference, worst


def save(path, case, tensors):
    header = {"__metadata__": {k: ",".join(map(str, v)) if isinstance(v, list) else str(v) for k, v in case.items()}}
    data = b""
    for name, t in tensors.items():
        array = t.numpy()
        kind = "I64"
        if array.dtype != np.int64:
            kind = "F64" if name in ("loss", "losses") else "F32"
            array = array.astype(np.float64 if kind == "F64" else np.float32)
        content = array.tobytes()
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def check_against_torchvision():
    case = DEFAULTS | CASES["imagenet-bc"]
    ours = DenseNet(case).eval()
    theirs = torchvision.models.DenseNet(growth_rate=4, block_config=(2, 2, 2, 2), num_init_features=8, bn_size=4,
                                         num_classes=case["numClasses"]).eval()
    random_state(ours, torch.Generator().manual_seed(2))
    assert list(ours.state_dict()) == list(theirs.state_dict()), "names or order differ from torchvision's"
    theirs.load_state_dict(ours.state_dict())
    image = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        difference = (ours(image) - theirs(image)).abs().max().item()
    assert difference < 1e-5, f"logits differ from torchvision's by {difference}"


def main():
    # the test vectors that the authors of Philox publish with their code
    zeros = philox(np.zeros((1, 4), np.uint64), 0)[0]
    assert [hex(int(w)) for w in zeros] == ["0x6627e8d5", "0xe169c58d", "0xbc57ac4c", "0x9b00dbd8"]
    check_against_torchvision()
    folder = Path(sys.argv[1])
    for name, changes in CASES.items():
        case, reference, worst = next(filter(None, (calm(DEFAULTS | changes | {"seed": SEED, "stateSeed": s})
                                                    for s in range(100))))
        print(f"{name:16} state {case['stateSeed']:2}, losses {reference['losses'][0]:.4f} ... "
              f"{reference['losses'][-1]:.6f}, single precision differs by {worst:.1e}")
        save(folder / f"{name}.safetensors", case, reference)


if __name__ == "__main__":
    main()
