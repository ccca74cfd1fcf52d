#!/usr/bin/env python3
"""Applies the augmentation of ImageNet to pictures with numpy and Pillow, for the test of io.densenet.data.PhotoDraw.

Needs Pillow and numpy, and fit/*.png of make_image_fixtures.py. Run it anywhere; it writes beside the tests:

    photo/NAME.csv   what was drawn: picture, height and width of the result, window (top left height width, or
                     nothing), changes (property factor), the three normal numbers of the light, mirrored
    photo/NAME.f32   the result, 3 x height x width little-endian float32

The steps are those of datasets/transforms.lua of github.com/facebookarchive/fb.resnet.torch, in its order, in double
precision; pictures are scaled by Pillow. The committed files were made with Pillow 9.4.0 and numpy 1.24.2.
"""

import pathlib

import numpy as np
from PIL import Image

TARGET = pathlib.Path(__file__).resolve().parent.parent / "resources" / "io" / "densenet" / "data"
MEAN = np.array([0.485, 0.456, 0.406])
DEVIATION = np.array([0.229, 0.224, 0.225])
EIGENVALUES = np.array([0.2175, 0.0188, 0.0045])
EIGENVECTORS = np.array([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])


def grey(pixels):
    return pixels @ np.array([0.299, 0.587, 0.114])


def change(pixels, what, factor):
    if what == "brightness":
        other = np.zeros_like(pixels)
    elif what == "contrast":
        other = np.full_like(pixels, grey(pixels).mean())
    else:
        other = np.repeat(grey(pixels)[..., None], 3, axis=2)
    return factor * pixels + (1 - factor) * other


def augmented(image, height, width, window, changes, alphas, mirrored):
    if window:
        top, left, high, wide = window
        image = image.crop((left, top, left + wide, top + high)).resize((width, height), Image.BICUBIC)
    else:
        side = max(height, width)
        short = min(image.size)
        image = image.resize((image.width * side // short, image.height * side // short), Image.BICUBIC)
        left, top = -(-(image.width - width) // 2), -(-(image.height - height) // 2)
        image = image.crop((left, top, left + width, top + height))
    pixels = np.asarray(image).astype(np.float64) / 255
    for what, factor in changes:
        pixels = change(pixels, what, factor)
    pixels = pixels + EIGENVECTORS @ (np.array(alphas) * EIGENVALUES)
    pixels = (pixels - MEAN) / DEVIATION
    if mirrored:
        pixels = pixels[:, ::-1]
    return pixels.transpose(2, 0, 1)


DRAWS = {
    "window": ("wide", 12, 10, (5, 11, 30, 23), [("contrast", 0.7), ("saturation", 1.3), ("brightness", 1.25)],
               (0.12, -0.05, 0.2), True),
    "grown": ("high", 13, 13, (50, 2, 7, 9), [("saturation", 0.6), ("brightness", 0.8), ("contrast", 1.4)],
              (-0.1, 0.1, 0.0), False),
    "fallback": ("wide", 16, 16, None, [("brightness", 1.1), ("contrast", 0.9), ("saturation", 1.0)],
                 (0.0, 0.3, -0.2), True),
}


def main():
    folder = TARGET / "photo"
    folder.mkdir(exist_ok=True)
    for name, (picture, height, width, window, changes, alphas, mirrored) in DRAWS.items():
        image = Image.open(TARGET / "fit" / f"{picture}.png").convert("RGB")
        result = augmented(image, height, width, window, changes, alphas, mirrored)
        fields = [picture, f"{height} {width}", " ".join(map(str, window or ())),
                  " ".join(f"{what} {factor}" for what, factor in changes), " ".join(map(str, alphas)), str(mirrored)]
        (folder / f"{name}.csv").write_text(",".join(fields) + "\n", encoding="utf-8")
        (folder / f"{name}.f32").write_bytes(result.astype("<f4").tobytes())


if __name__ == "__main__":
    main()
