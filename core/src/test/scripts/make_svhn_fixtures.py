#!/usr/bin/env python3
"""Makes small files of SVHN's format for the tests of io.densenet.data, by a program that is not ours.

Needs SciPy, numpy and Pillow. Run it anywhere; it writes beside the tests:

    svhn/compressed.mat   four pictures and their labels, as scipy.io.savemat(do_compression=True) writes them
    svhn/plain.mat        the same without compression
    svhn/image-N.png      each picture, by Pillow

The committed files were made with SciPy 1.11.4 and Pillow 9.4.0. SciPy writes the date into a file, so a new one differs
in its first line from the committed one; verify-full therefore leaves this script out.
"""

import pathlib

import numpy as np
from PIL import Image
from scipy.io import savemat

TARGET = pathlib.Path(__file__).resolve().parent.parent / "resources" / "io" / "densenet" / "data" / "svhn"


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[0:32, 0:32]
    pictures = []
    for number in range(4):
        planes = [127.5 + 120 * np.sin(x / (2.0 + number) + channel) * np.cos(y / 5.0 + number) for channel in range(3)]
        pixels = np.stack(planes, axis=-1).astype(np.uint8)
        Image.fromarray(pixels).save(TARGET / f"image-{number}.png")
        pictures.append(pixels)
    content = {
        "X": np.stack(pictures, axis=-1),  # rows, columns, colours, pictures
        "y": np.array([[1], [9], [10], [5]], dtype=np.uint8),
    }
    savemat(TARGET / "compressed.mat", content, do_compression=True)
    savemat(TARGET / "plain.mat", content)


if __name__ == "__main__":
    main()
