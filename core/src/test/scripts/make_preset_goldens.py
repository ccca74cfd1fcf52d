#!/usr/bin/env python3
"""Makes the numbers that well-known libraries hand to a DenseNet for some small pictures.

Needs torchvision, Pillow and numpy (Debian: python3-torchvision, python3-pil, python3-numpy). Run it anywhere; it writes
beside the tests:

    presets/NAME.png          pictures whose centre falls between two pixels, in one way and in the other
    presets/PRESET-NAME.f32   every 97th value of the network's input, C x H x W, little-endian 32-bit floats

torchvision: `DenseNet121_Weights.DEFAULT.transforms()` itself. timm: the transforms that its factory puts together, of
torchvision's parts. Keras: Pillow's nearest, as in `load_img(target_size=(224, 224))`, then mode `torch` in numpy.
torchxrayvision: its crop and its range in numpy, but resized by Pillow before the range is applied.

The committed files were made with torchvision 0.14.1, Pillow 9.4.0.
"""

import pathlib

import numpy as np
from PIL import Image
from torchvision import transforms
from torchvision.models import DenseNet121_Weights

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "resources" / "io" / "densenet" / "data" / "presets"
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
EVERY = 97
#         height, width: scaled to a short side of 256, 141 and 143 columns or rows are left over of 224
SIZES = {"wide": (61, 87, 3), "high": (89, 62, 3), "grey": (60, 43, 1)}


def picture(height, width, channels, seed):
    y, x = np.mgrid[0:height, 0:width]
    random = np.random.default_rng(seed)
    planes = [110 + 90 * np.sin(x / (5.0 + channel)) * np.cos(y / (6.0 - channel)) + random.normal(0, 9, x.shape)
              for channel in range(channels)]
    pixels = np.clip(np.stack(planes, axis=-1), 0, 255).astype(np.uint8)
    return Image.fromarray(pixels[..., 0] if channels == 1 else pixels)


def by_torchvision(image):
    return DenseNet121_Weights.DEFAULT.transforms()(image.convert("RGB")).numpy()


def by_timm(image):
    steps = [transforms.Resize(int(224 / 0.875), interpolation=transforms.InterpolationMode.BICUBIC),
             transforms.CenterCrop(224), transforms.ToTensor(), transforms.Normalize(MEAN, DEVIATION)]
    return transforms.Compose(steps)(image.convert("RGB")).numpy()


def by_keras(image):
    pixels = np.asarray(image.convert("RGB").resize((224, 224), Image.NEAREST), np.float32)
    return ((pixels / 255 - np.float32(MEAN)) / np.float32(DEVIATION)).transpose(2, 0, 1)


def by_torchxrayvision(image):
    grey = np.asarray(image.convert("L"))
    side = min(grey.shape)
    top, left = grey.shape[0] // 2 - side // 2, grey.shape[1] // 2 - side // 2
    square = Image.fromarray(grey[top : top + side, left : left + side]).resize((224, 224), Image.BILINEAR)
    return ((2 * (np.asarray(square).astype(np.float32) / 255) - 1.0) * 1024)[None]


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    presets = {"torchvision": by_torchvision, "timm": by_timm, "keras": by_keras, "torchxrayvision": by_torchxrayvision}
    for seed, (name, size) in enumerate(SIZES.items()):
        image = picture(*size, seed)
        image.save(FOLDER / f"{name}.png")
        for preset, made in presets.items():
            values = np.ascontiguousarray(made(image))
            assert values.shape == (1 if preset == "torchxrayvision" else 3, 224, 224), values.shape
            (FOLDER / f"{preset}-{name}.f32").write_bytes(values.reshape(-1)[::EVERY].astype("<f4").tobytes())


if __name__ == "__main__":
    main()
