#!/usr/bin/env python3
"""Makes and checks the fixtures of PyTorchFileTest.

    make_pytorch_fixtures.py make FOLDER     writes them: .pth files of torch.save, and their values as .json
    make_pytorch_fixtures.py check FOLDER    torch.load gives the values in the .json files for every .pth file,
                                             and for written-here.pth, which our own code wrote

Needs PyTorch, torchvision and NumPy; ran with Debian 12's PyTorch 1.13.0, torchvision 0.14.1 and NumPy 1.24.2. Legacy
files name their storages by addresses in memory, so that no two runs give the same bytes: verify-full checks them.
"""
import argparse
import collections
import json
import math
import pathlib
import sys
import zipfile

import numpy
import torch
import torchvision

LEGACY = {"_use_new_zipfile_serialization": False}


# legacy files hold the source of the classes that they pickle, and where it lies
torch.serialization.get_source_lines_and_file = lambda *_: (["class Small\n"], 1, "make_pytorch_fixtures.py")


class Small(torch.nn.Module):

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([[0.5, -0.25]]))
        self.register_buffer("count", torch.tensor(7))

    def forward(self, x):
        return x * self.weight


def densenet():
    torch.manual_seed(20170721)
    model = torchvision.models.DenseNet(
        growth_rate=4, block_config=(2, 2), num_init_features=6, bn_size=2, num_classes=3
    )
    for name, buffer in model.named_buffers():
        if name.endswith("num_batches_tracked"):
            buffer.fill_(1 << 40)
        else:
            buffer.copy_(torch.rand_like(buffer) + 0.5)
    return model


def types():
    numbers = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8 - 1
    shared = torch.arange(10, dtype=torch.float32)
    wide = torch.tensor([0, 1, -1, 0.1, 65504, 1e-7])
    return collections.OrderedDict(
        half=wide.half(),
        brain=wide.bfloat16(),
        double=torch.tensor([0.1, -1e300, 1e-300, math.pi], dtype=torch.float64),
        special=torch.tensor([math.inf, -math.inf, -0.0]),
        int64=torch.tensor([-(1 << 63), (1 << 63) - 1, 0]),
        int32=torch.tensor([-(1 << 31), (1 << 31) - 1], dtype=torch.int32),
        int16=torch.tensor([-32768, 32767], dtype=torch.int16),
        int8=torch.tensor([-128, 127], dtype=torch.int8),
        uint8=torch.tensor([0, 255], dtype=torch.uint8),
        bool=torch.tensor([True, False]),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 3),
        transposed=numbers.transpose(0, 2),
        transposed_half=numbers.half().transpose(0, 1),
        transposed_int=torch.arange(6).reshape(2, 3).t(),
        channels_last=(torch.arange(48.0).reshape(1, 3, 4, 4)).contiguous(memory_format=torch.channels_last),
        every_other=numbers[:, 1:, ::2],
        expanded=torch.tensor([1.0, 2.0]).reshape(2, 1).expand(2, 3),
        first_half=shared[:5],
        second_half=shared[5:],
        whole=shared,
        parameter=torch.nn.Parameter(torch.tensor([[1.0, -2.0]])),
    )


def checkpoint(state, optimizer):
    return {
        "epoch": 3,
        "arch": "densenet",
        "best_acc1": torch.tensor(93.5),
        "best_loss": numpy.float64(0.25),
        "confusion": numpy.zeros((2, 2)),
        "milestones": collections.Counter({150: 1, 225: 1}),
        "args": argparse.Namespace(lr=0.1, gpus=[0, 1], device=torch.device("cuda:0"), size=torch.Size([3, 32])),
        "seen": {1, 2},
        "blob": b"\0\1",
        "large": 1 << 100,
        "optimizer": optimizer.state_dict(),
        "state_dict": collections.OrderedDict(("module." + name, value) for name, value in state.items()),
    }


def values(state):
    return {
        name: {
            "shape": list(tensor.shape),
            # as text: JSON has no infinity, and readers lose the last bits of large integers
            "values": [repr(value) for value in tensor.detach().reshape(-1).tolist()],
            "floating": tensor.is_floating_point(),
        }
        for name, tensor in state.items()
    }


def written_here():
    return collections.OrderedDict(
        [
            ("conv.weight", torch.tensor([[[[1.0]], [[-2.5]], [[0.1]]], [[[4.0]], [[5.0]], [[-0.0]]]])),
            ("가.num_batches_tracked", torch.tensor(-(1 << 40))),
            ("norm.running_var", torch.tensor([math.inf, 3e38])),
            ("none", torch.zeros(0, 3)),
        ]
    )


def make(folder):
    model = densenet()
    state = model.state_dict()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    before = collections.OrderedDict((name, value.clone()) for name, value in state.items())
    before._metadata = state._metadata
    optimizer.step()
    state = before

    torch.save(state, folder / "densenet-zip.pth")
    torch.save(state, folder / "densenet-zip-protocol5.pth", pickle_protocol=5)
    torch.save(state, folder / "densenet-legacy.pth", **LEGACY)
    torch.save(state, folder / "densenet-legacy-protocol4.pth", pickle_protocol=4, **LEGACY)
    (folder / "densenet.json").write_text(json.dumps(values(state)))

    torch.save(types(), folder / "types-zip.pth")
    torch.save(types(), folder / "types-legacy.pth", **LEGACY)
    (folder / "types.json").write_text(json.dumps(values(types())))

    small = Small()
    stepped = torch.optim.SGD(small.parameters(), lr=0.1, momentum=0.9)
    small(torch.ones(1, 2)).sum().backward()
    stepped.step()
    for name, options in (("zip", {}), ("legacy", LEGACY)):
        torch.save(checkpoint(small.state_dict(), stepped), folder / f"checkpoint-{name}.pth", **options)
        torch.save(small, folder / f"module-{name}.pth", **options)
    (folder / "checkpoint.json").write_text(json.dumps(values(checkpoint(small.state_dict(), stepped)["state_dict"])))
    torch.save({"date": "today", "model": {"lr": 0.1, "state_dict": small.state_dict()}}, folder / "nested.pth")
    torch.save({"epoch": 3, "model": small}, folder / "module-in-model.pth")
    torch.save({"state_dict": small.state_dict(), "loss": torch.nn.MSELoss()}, folder / "object-beside.pth")
    torch.save([torch.ones(2)], folder / "list.pth")
    torch.save({"epoch": 3}, folder / "no-tensors.pth")
    torch.save({"z": torch.ones(2, dtype=torch.complex64)}, folder / "complex.pth")
    torch.jit.script(small).save(str(folder / "whole-script.pth"))
    with zipfile.ZipFile(folder / "whole-script.pth") as whole, zipfile.ZipFile(folder / "script.pth", "w") as rest:
        for entry in whole.infolist():
            if not entry.filename.endswith(".debug_pkl"):  # holds paths of this machine
                rest.writestr(entry.filename, whole.read(entry), entry.compress_type)
    (folder / "whole-script.pth").unlink()


def check(folder):
    checked = 0

    def same(path, expected):
        nonlocal checked
        found = torch.load(path)
        found = found.get("state_dict", found)
        assert values(found) == expected, path
        checked += 1

    for kind in ("densenet", "types", "checkpoint"):
        expected = json.loads((folder / f"{kind}.json").read_text())
        for path in sorted(folder.glob(f"{kind}-*.pth")):
            same(path, expected)

    ours = torch.load(folder / "written-here.pth", weights_only=True)
    assert type(ours) is collections.OrderedDict, type(ours)
    assert list(ours) == list(written_here()), list(ours)
    assert values(ours) == values(written_here())
    assert all(ours[name].dtype == tensor.dtype for name, tensor in written_here().items())
    print(f"{checked} files hold the values that are noted, ours opens with weights_only=True")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
