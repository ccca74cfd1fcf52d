#!/usr/bin/env python3
"""Weights of PyTorch for `densenet convert`, and what became of them, seen from Python.

    check_exports.py make FOLDER             densenet121.pth by torchvision and densenet-bc-100-12.pth, both with
                                             random weights and running statistics
    check_exports.py check THEIRS OURS...    whether OURS, .pth, .safetensors or folders of the Hugging Face Hub, hold
                                             the tensors of THEIRS to the bit, and torchvision's network takes them

Needs PyTorch, torchvision and NumPy; a safetensors file is read here with nothing but NumPy.
"""
import json
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
import torchvision

from make_goldens import DenseNet, random_state

BC_100_12 = {
    "stem": "cifar", "inputChannels": 3, "initialChannels": 24, "growthRate": 12, "layersPerBlock": [16, 16, 16],
    "bottleneckFactor": 4, "compression": 0.5, "numClasses": 10, "dropRate": 0.0, "batchNormEpsilon": 1e-5,
    "batchNormMomentum": 0.1,
}


def make(folder):
    for name, net in (("densenet121", torchvision.models.densenet121()), ("densenet-bc-100-12", DenseNet(BC_100_12))):
        random_state(net, torch.Generator().manual_seed(2017))
        torch.save(net.state_dict(), Path(folder) / f"{name}.pth")


def safetensors(path):
    content = Path(path).read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    types = {"F32": np.float32, "I64": np.int64}
    tensors = OrderedDict()
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = np.frombuffer(content[begin:end], types[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def read(path):
    if path.suffix == ".pth":
        return torch.load(path, weights_only=True)
    return safetensors(path / "model.safetensors" if path.is_dir() else path)


def check(theirs, *ours):
    expected = torch.load(theirs)
    for path in map(Path, ours):
        found = read(path)
        assert list(found) == list(expected), path
        for name, tensor in expected.items():
            same = found[name].dtype == tensor.dtype and found[name].numpy().tobytes() == tensor.numpy().tobytes()
            assert same and found[name].shape == tensor.shape, (path, name)
        if Path(theirs).stem == "densenet121":
            torchvision.models.densenet121().load_state_dict(found)
    print(f"{len(expected)} tensors the same to the bit in {len(ours)} files")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
