#!/usr/bin/env python3
"""Makes the picture files that the tests of io.densenet.data read, and what Pillow makes of them.

Needs Pillow and numpy (Debian: python3-pil, python3-numpy). Run it anywhere; it writes beside the tests:

    images/NAME.*             pictures of many kinds, as found in image folders
    images/decoded/NAME.png   the same decoded by Pillow, plain 8-bit grey or RGB
    resize/NAME.png           sources for resizing
    resize/NAME-HxW.png       Pillow's resize((W, H), BILINEAR) of them
    resize/bicubic/           the same by BICUBIC
    resize/nearest/           the same by NEAREST
    fit/NAME-RxC.png          Pillow's way of testing on ImageNet: short side to R pixels by BICUBIC, C x C in the centre
    fit/NAME-RxC-ten.png      ten such crops above each other: centre, corners, then those of the mirrored picture
    pillow.txt                SHA-256 of the pixels of some plain files, so that reading PNG is not checked against itself alone

The committed files were made with Pillow 9.4.0.
"""

import hashlib
import pathlib

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parent / "resources" / "io" / "densenet" / "data"


def picture(height, width, channels, seed):
    """A smooth picture with some noise and a hard edge: what resizing and JPEG find easy and what they find hard."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for channel in range(channels):
        wave = 127.5 + 110 * np.sin(x / (3.0 + channel) + seed) * np.cos(y / (4.0 + channel))
        wave[height // 3 : height // 2, width // 4 : width // 2] = 255 * (channel % 2)
        planes.append(wave + random.normal(0, 6, wave.shape))
    pixels = np.clip(np.stack(planes, axis=-1), 0, 255).astype(np.uint8)
    return pixels[..., 0] if channels == 1 else pixels


def checksum(image):
    channels = len(image.getbands())
    digest = hashlib.sha256(np.asarray(image).tobytes()).hexdigest()
    return f"{channels} {image.height} {image.width} {digest}"


def make_images(folder):
    folder.mkdir(parents=True, exist_ok=True)
    decoded = folder / "decoded"
    decoded.mkdir(exist_ok=True)
    rgb = Image.fromarray(picture(21, 34, 3, 1))
    grey = Image.fromarray(picture(21, 34, 1, 2))
    alpha = Image.fromarray(picture(21, 34, 1, 3))
    palette = rgb.quantize(17)

    rgb.save(folder / "rgb.png")
    grey.save(folder / "grey.png")
    rgb.save(folder / "rgb.bmp")
    palette.save(folder / "palette.png")
    palette.save(folder / "palette.gif")
    grey.convert("1").save(folder / "black-and-white.png")
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    rgba.save(folder / "rgb-alpha.png")
    grey_alpha = grey.copy()
    grey_alpha.putalpha(alpha)
    grey_alpha.save(folder / "grey-alpha.png")
    palette.save(folder / "palette-transparent.png", transparency=3)
    for name in ["rgb.png", "grey.png", "rgb.bmp", "palette.png", "palette.gif", "black-and-white.png",
                 "rgb-alpha.png", "grey-alpha.png", "palette-transparent.png"]:
        image = Image.open(folder / name)
        grey_kind = image.mode in ("1", "L", "LA")
        image.convert("L" if grey_kind else "RGB").save(decoded / (name + ".png"))

    # Pillow clips 16-bit grey to 255 when it converts; what is wanted is all of the range, 65535 being white
    sixteen = np.asarray(grey).astype(np.uint16) * 256 + np.random.default_rng(4).integers(0, 256, (21, 34))
    Image.fromarray(sixteen.astype(np.uint16)).save(folder / "grey-16.png")
    Image.fromarray(np.floor(sixteen / 257 + 0.5).astype(np.uint8)).save(decoded / "grey-16.png.png")

    photo = Image.fromarray(picture(48, 67, 3, 5))
    photo.save(folder / "colour-444.jpg", quality=90, subsampling=0)
    photo.save(folder / "colour-420.jpg", quality=90, subsampling=2)
    photo.save(folder / "progressive.jpg", quality=80, progressive=True)
    Image.fromarray(picture(48, 67, 1, 6)).save(folder / "grey.jpg", quality=90)
    photo.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    for name in ["colour-444.jpg", "colour-420.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg"]:
        image = Image.open(folder / name)
        image.convert("L" if image.mode == "L" else "RGB").save(decoded / (name + ".png"))
    return [folder / "rgb.png", folder / "grey.png"]


def make_resized(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bicubic").mkdir(exist_ok=True)
    (folder / "nearest").mkdir(exist_ok=True)
    sources = {"colour": picture(37, 53, 3, 7), "grey": picture(28, 28, 1, 8), "tall": picture(61, 9, 3, 9)}
    sizes = {
        "colour": [(32, 32), (74, 106), (37, 20), (11, 53), (1, 1), (5, 64)],
        "grey": [(32, 32), (14, 14), (56, 29), (28, 27)],
        "tall": [(32, 32), (7, 7), (64, 8)],
    }
    plain = []
    for name, pixels in sources.items():
        image = Image.fromarray(pixels)
        image.save(folder / f"{name}.png")
        plain.append(folder / f"{name}.png")
        for height, width in sizes[name]:
            file = folder / f"{name}-{height}x{width}.png"
            image.resize((width, height), Image.BILINEAR).save(file)
            plain.append(file)
            image.resize((width, height), Image.BICUBIC).save(folder / "bicubic" / file.name)
            image.resize((width, height), Image.NEAREST).save(folder / "nearest" / file.name)
    return plain


def short_side(image, pixels):
    """The long side is rounded down, as in torchvision and in the authors' code."""
    width, height = image.size
    if width < height:
        return image.resize((pixels, height * pixels // width), Image.BICUBIC)
    return image.resize((width * pixels // height, pixels), Image.BICUBIC)


def crop(image, left, top, size):
    return image.crop((left, top, left + size, top + size))


def five_crops(image, size):
    """Centre, top left, top right, bottom left, bottom right; half pixels of the centre are rounded up."""
    right, bottom = image.width - size, image.height - size
    return [crop(image, -(-right // 2), -(-bottom // 2), size)] + [
        crop(image, left, top, size) for top in (0, bottom) for left in (0, right)]


def make_fitted(folder):
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {"wide": picture(37, 53, 3, 7), "high": picture(61, 40, 3, 10), "square": picture(20, 20, 1, 11)}
    for name, pixels in pictures.items():
        Image.fromarray(pixels).save(folder / f"{name}.png")
    for name, resized, cropped in [("wide", 32, 28), ("high", 16, 9), ("square", 37, 32)]:
        image = short_side(Image.fromarray(pictures[name]), resized)
        crops = five_crops(image, cropped) + five_crops(image.transpose(Image.FLIP_LEFT_RIGHT), cropped)
        crops[0].save(folder / f"{name}-{resized}x{cropped}.png")
        stacked = Image.fromarray(np.concatenate([np.asarray(one) for one in crops]))
        stacked.save(folder / f"{name}-{resized}x{cropped}-ten.png")


def main():
    plain = make_images(TARGET / "images") + make_resized(TARGET / "resize")
    make_fitted(TARGET / "fit")
    lines = [f"{file.relative_to(TARGET).as_posix()} {checksum(Image.open(file))}" for file in plain]
    (TARGET / "pillow.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
