#!/usr/bin/env python3
"""Writes names and shapes of torchvision's DenseNet state dicts, the fixtures of TorchvisionNamesTest.

    torchvision_keys.py FOLDER

One line for each entry, in torchvision's order: the name and the sizes, separated by spaces. Made with torchvision
0.14.1 and PyTorch 1.13.0; the files are compressed without a time stamp, so that they come out the same again.
"""
import gzip
import pathlib
import sys

import torchvision

for name in ("densenet121", "densenet161", "densenet169", "densenet201"):
    state = getattr(torchvision.models, name)(weights=None).state_dict()
    lines = [" ".join([key, *map(str, value.shape)]) + "\n" for key, value in state.items()]
    text = "".join(lines).encode()
    pathlib.Path(sys.argv[1], name + ".keys.gz").write_bytes(gzip.compress(text, mtime=0))
    print(name, len(lines))
