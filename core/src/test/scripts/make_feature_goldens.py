#!/usr/bin/env python3
"""Writes what FeaturesTest and ClassActivationTest compare with: maps of torchvision's DenseNet, and their gradients.

    python3 core/src/test/scripts/make_feature_goldens.py core/src/test/resources/goldens

Needs PyTorch, torchvision and NumPy (made with 1.13, 0.14 and 1.24). Two images go through a small DenseNet of
torchvision in evaluation mode, in double precision. Hooks take what named modules give; each hands a copy on, for
torchvision's ReLUs overwrite their input. Gradients are autograd's.

One safetensors file, explained.safetensors, laid out as by make_goldens.py:
    state.NAME      parameters and buffers                image    the batch
    labels          the class that is explained, one for each image
    logits          of the batch
    feature.NAME    what a module gives                   gap      mean of relu(norm5)
    gradient.NAME   gradient of the explained logit with regard to it
    cam             sum over k of w_k relu(norm5)_k, w of the explained class (Zhou et al. 2016)
    gradcam.NAME    relu of the sum over k of the map k times the mean of its gradient (Selvaraju et al. 2017)
"""

import sys
from pathlib import Path

import torch
import torchvision
from torch import nn
from torch.nn import functional as F

from make_goldens import DEFAULTS, random_state, save

CASE = DEFAULTS | dict(growthRate=4, layersPerBlock=[2, 1, 2], bottleneckFactor=2, compression=0.5, stem="imagenet",
                       initialChannels=8, numClasses=5, height=48, width=40, batch=2)
POINTS = ["conv0", "norm0", "relu0", "pool0", "denseblock1.denselayer1", "denseblock1.denselayer2.norm1",
          "denseblock1.denselayer2.conv1", "denseblock1.denselayer2.relu2", "denseblock1", "transition1.norm",
          "transition1.conv", "transition1", "denseblock2.denselayer1", "denseblock2", "transition2",
          "denseblock3.denselayer1", "denseblock3.denselayer2", "norm5"]


def main(folder):
    net = torchvision.models.DenseNet(CASE["growthRate"], CASE["layersPerBlock"], CASE["initialChannels"],
                                      CASE["bottleneckFactor"], num_classes=CASE["numClasses"])
    generator = torch.Generator().manual_seed(26)
    random_state(net, generator)
    net.double().eval()
    image = torch.randn(CASE["batch"], 3, CASE["height"], CASE["width"], generator=generator)
    labels = torch.tensor([3, 1])
    maps = {}

    def hook(name):
        def take(module, inputs, output):
            output.retain_grad()
            maps[name] = output
            return output.clone()
        return take

    for name in POINTS:
        net.features.get_submodule(name).register_forward_hook(hook(name))
    logits = net(image.double())
    logits[torch.arange(CASE["batch"]), labels].sum().backward()
    last = F.relu(maps["norm5"].detach())
    tensors = {f"state.{n}": t.clone() for n, t in net.state_dict().items()}
    tensors |= {"image": image, "labels": labels, "logits": logits.detach(), "gap": last.mean((2, 3))}
    tensors["cam"] = (net.classifier.weight.detach()[labels][:, :, None, None] * last).sum(1)
    for name, map in maps.items():
        tensors[f"feature.{name}"] = map.detach()
        tensors[f"gradient.{name}"] = map.grad
        weights = map.grad.mean((2, 3), keepdim=True)
        tensors[f"gradcam.{name}"] = F.relu((weights * map.detach()).sum(1))
    case = CASE | {"seed": 0}
    save(Path(folder) / "explained.safetensors", case, tensors)


if __name__ == "__main__":
    main(sys.argv[1])
