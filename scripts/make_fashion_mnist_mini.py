#!/usr/bin/env python3
"""Makes fashion-mnist-mini, the data set that ships with the program, from Fashion-MNIST.

    scripts/make_fashion_mnist_mini.py [SOURCE [TARGET]]

SOURCE holds the four files of Fashion-MNIST (default: where Debian's package dataset-fashion-mnist puts them). The
subset is balanced: 800 training images of each class from the training set, 200 test images of each class from the test
set, chosen at random with a fixed seed and kept in their original order. Needs only Python's standard library; the
files come out the same byte for byte wherever the same zlib is used, and the images and labels come out the same
everywhere.
"""

import gzip
import pathlib
import random
import struct
import sys

SEED = 2017
CLASSES = 10
PER_CLASS = {"train": 800, "t10k": 200}


def read_images(file):
    with gzip.open(file) as stream:
        magic, count, height, width = struct.unpack(">4I", stream.read(16))
        assert magic == 0x803, file
        return [stream.read(height * width) for _ in range(count)], height, width


def read_labels(file):
    with gzip.open(file) as stream:
        magic, count = struct.unpack(">2I", stream.read(8))
        assert magic == 0x801, file
        labels = stream.read()
        assert len(labels) == count, file
        return labels


def write(file, content):
    # no time and no name in the header, so that the same content gives the same file
    with open(file, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as stream:
        stream.write(content)


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    source = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else (
        here / "core/src/main/resources/io/densenet/data/fashion-mnist-mini")
    target.mkdir(parents=True, exist_ok=True)
    generator = random.Random(SEED)
    for part, per_class in PER_CLASS.items():
        images, height, width = read_images(source / f"{part}-images-idx3-ubyte.gz")
        labels = read_labels(source / f"{part}-labels-idx1-ubyte.gz")
        chosen = []
        for label in range(CLASSES):
            members = [i for i, l in enumerate(labels) if l == label]
            chosen += generator.sample(members, per_class)
        chosen.sort()
        header = struct.pack(">4I", 0x803, len(chosen), height, width)
        write(target / f"{part}-images-idx3-ubyte.gz", header + b"".join(images[i] for i in chosen))
        header = struct.pack(">2I", 0x801, len(chosen))
        write(target / f"{part}-labels-idx1-ubyte.gz", header + bytes(labels[i] for i in chosen))


if __name__ == "__main__":
    main()
