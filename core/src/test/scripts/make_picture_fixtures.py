#!/usr/bin/env python3
"""Makes one small picture of each kind that is found in practice, and what Pillow makes of it.

Needs Pillow and numpy (Debian: python3-pil, python3-numpy). Run it anywhere; it writes beside the tests:

    kinds/NAME.*             PNG, GIF and BMP of every colour type and depth, JPEG of every colour space, EXIF orientations
    kinds/decoded/NAME.png   Pillow's exif_transpose and convert("RGB") of it, or convert("L") of a grey one

Pillow writes few of these kinds, but it reads them all: the rest is put together here, PNG from chunks and JPEG by
exchanging markers. The one thing that Pillow does differently is 16-bit grey: it clips to 255 when it converts. There the
expected value is the 16-bit value divided by 257 and rounded, computed by numpy.

The committed files were made with Pillow 9.4.0.
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "resources" / "io" / "densenet" / "data" / "kinds"
HEIGHT, WIDTH = 19, 29
GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6


def picture(channels, seed, height=HEIGHT, width=WIDTH):
    """Smooth waves, no two corners alike, so that every turn and every exchange of channels shows."""
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for channel in range(channels):
        wave = 30 + 5 * x * (channel != 1) + 8 * y * (channel != 0) + 40 * np.sin((x + seed) / (3.0 + channel))
        wave[2:6, 2:9] = 250 - 60 * channel
        planes.append(wave)
    pixels = np.clip(np.stack(planes, axis=-1), 0, 255).astype(np.uint8)
    return pixels[..., 0] if channels == 1 else pixels


# ---- PNG ------------------------------------------------------------------------------------------------------------


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def packed(row, depth):
    """The samples of a row, most significant bits first."""
    bits = "".join(format(int(value), f"0{depth}b") for value in row)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def png(samples, colour_type, depth, *before_data):
    """A PNG of the samples, H x W x channels, each of `depth` bits; `before_data` are further chunks."""
    height, width = samples.shape[:2]
    rows = b"".join(b"\0" + packed(row.reshape(-1), depth) for row in samples)
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), *before_data, chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def sixteen_bits(channels, seed):
    """The whole range, with all lower bytes."""
    fine = np.random.default_rng(seed).integers(-128, 129, (HEIGHT, WIDTH, channels))
    values = picture(channels, seed).reshape(HEIGHT, WIDTH, channels).astype(np.int64) * 257 + fine
    values[0, 0], values[0, 1] = 0, 65535
    return np.clip(values, 0, 65535)


def make_pngs(files):
    grey, rgb = picture(1, 1), picture(3, 2)
    for depth in (1, 2, 4):
        samples = grey >> (8 - depth)
        files[f"grey-{depth}-bit.png"] = png(samples, GREY, depth)
        colours = chunk(b"PLTE", picture(3, 3).reshape(-1, 3)[: 1 << depth].tobytes())
        files[f"palette-{depth}-bit.png"] = png(samples, PALETTE, depth, colours)
    files["grey-8-bit.png"] = png(grey, GREY, 8)
    files["rgb-8-bit.png"] = png(rgb, COLOUR, 8)
    files["grey-16-bit.png"] = png(sixteen_bits(1, 4), GREY, 16)
    files["rgb-16-bit.png"] = png(sixteen_bits(3, 5), COLOUR, 16)
    files["grey-alpha-8-bit.png"] = png(np.dstack([grey, picture(1, 9)]), GREY_ALPHA, 8)
    files["grey-alpha-16-bit.png"] = png(sixteen_bits(2, 6), GREY_ALPHA, 16)
    files["rgb-alpha-8-bit.png"] = png(np.dstack([rgb, grey]), COLOUR_ALPHA, 8)
    files["rgb-alpha-16-bit.png"] = png(sixteen_bits(4, 7), COLOUR_ALPHA, 16)

    palette = Image.fromarray(rgb).quantize(100)
    colours = chunk(b"PLTE", bytes(palette.getpalette()[:300]))
    indices = np.asarray(palette)
    files["palette-8-bit.png"] = png(indices, PALETTE, 8, colours)
    files["palette-transparent.png"] = png(indices, PALETTE, 8, colours, chunk(b"tRNS", bytes([0, 77, 128])))
    greys = chunk(b"PLTE", np.repeat(np.arange(250, 0, -2, dtype=np.uint8), 3).tobytes())
    files["palette-of-greys.png"] = png(indices, PALETTE, 8, greys)
    key = chunk(b"tRNS", struct.pack(">HHH", *map(int, rgb[0, 0])))
    files["rgb-transparent-colour.png"] = png(rgb, COLOUR, 8, key)
    files["grey-transparent-level.png"] = png(grey, GREY, 8, chunk(b"tRNS", struct.pack(">H", int(grey[0, 0]))))
    files["gamma-and-profile.png"] = png(rgb, COLOUR, 8, chunk(b"gAMA", struct.pack(">I", 100000)),
                                         chunk(b"iCCP", b"x\0\0" + zlib.compress(swapped_profile())))


# ---- GIF and BMP ----------------------------------------------------------------------------------------------------


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def make_gifs_and_bmps(files):
    rgb, grey = Image.fromarray(picture(3, 2)), Image.fromarray(picture(1, 1))
    palette = rgb.quantize(40)
    files["palette.gif"] = saved(palette, "GIF", interlace=0)
    files["interlaced.gif"] = saved(palette, "GIF", interlace=1)
    files["transparent.gif"] = saved(palette, "GIF", transparency=5)
    files["grey.gif"] = saved(grey, "GIF")
    files["rgb.bmp"] = saved(rgb, "BMP")
    files["palette.bmp"] = saved(palette, "BMP")
    files["grey.bmp"] = saved(grey, "BMP")
    files["black-and-white.bmp"] = saved(grey.convert("1"), "BMP")


# ---- JPEG -----------------------------------------------------------------------------------------------------------


def segments(jpeg):
    """The marker segments before the scan, and the rest."""
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        found.append(jpeg[at : at + length])
        at += length
    return found, jpeg[at:]


def remarked(jpeg, *markers):
    """The picture without its APPn markers, but with these."""
    found, rest = segments(jpeg)
    kept = [segment for segment in found if segment[1] & 0xF0 != 0xE0]
    return b"\xff\xd8" + b"".join(markers) + b"".join(kept) + rest


def app(number, content):
    return bytes([0xFF, 0xE0 + number]) + struct.pack(">H", len(content) + 2) + content


def adobe(transform):
    """What the first three components are: 0 RGB or CMY, 1 YCbCr, 2 YCC of YCCK."""
    return app(14, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


def exif(orientation, order):
    """One directory with two entries, the second of which is the orientation."""
    entries = [(0x010F, 2, 4, b"abc\0"), (0x0112, 3, 1, struct.pack(order + "HH", orientation, 0))]
    directory = b"".join(struct.pack(order + "HHI", *entry[:3]) + entry[3] for entry in entries)
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(order + "HIH", 42, 8, len(entries)) + directory + struct.pack(order + "I", 0)


def swapped_profile():
    """A small ICC profile whose red is blue: who obeys it gives other colours. Pillow does not."""
    def fixed(*values):
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    white = fixed(0.9642, 1.0, 0.8249)
    blue, green, red = fixed(0.4361, 0.2225, 0.0139), fixed(0.3851, 0.7169, 0.0971), fixed(0.1431, 0.0606, 0.7141)
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, 0x0233, 0)
    text = b"text\0\0\0\0none\0\0\0\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"x\0" + b"\0" * 78
    description += b"\0" * (-len(description) % 4)
    contents = {b"cprt": text, b"desc": description, b"wtpt": white, b"rXYZ": red, b"gXYZ": green, b"bXYZ": blue,
                b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    offset, table, data = 128 + 4 + 12 * len(contents), b"", b""
    for name, content in contents.items():
        table += name + struct.pack(">II", offset + len(data), len(content))
        data += content
    size = offset + len(data)
    header = struct.pack(">I4sI4s4s4s12s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ",
                         struct.pack(">6H", 2020, 1, 1, 0, 0, 0), b"acsp")
    header += b"\0" * 28 + white[8:20]
    header += b"\0" * (128 - len(header))
    return header + struct.pack(">I", len(contents)) + table + data


def make_jpegs(files):
    rgb = Image.fromarray(picture(3, 2))
    plain = saved(rgb, "JPEG", quality=95, subsampling=0)
    files["ycc.jpg"] = plain
    files["subsampled.jpg"] = saved(rgb, "JPEG", quality=95, subsampling=2)
    files["progressive.jpg"] = saved(rgb, "JPEG", quality=95, progressive=True)
    files["grey.jpg"] = saved(Image.fromarray(picture(1, 1)), "JPEG", quality=95)
    files["swapped-profile.jpg"] = saved(rgb, "JPEG", quality=95, subsampling=0, icc_profile=swapped_profile())
    as_they_are = Image.merge("YCbCr", rgb.split())  # stored without a change, then called RGB
    files["rgb.jpg"] = remarked(saved(as_they_are, "JPEG", quality=95, subsampling=0), adobe(0))

    cmyk = saved(Image.fromarray(picture(4, 3), "CMYK"), "JPEG", quality=95)
    files["cmyk.jpg"] = remarked(cmyk, adobe(0))
    files["cmyk-unmarked.jpg"] = remarked(cmyk)
    files["ycck.jpg"] = remarked(cmyk, adobe(2))

    for orientation in range(1, 9):
        order = "<>"[orientation % 2]
        marker = app(1, b"Exif\0\0" + exif(orientation, order))
        files[f"orientation-{orientation}.jpg"] = remarked(plain, marker)
    files["orientation-9.jpg"] = remarked(plain, app(1, b"Exif\0\0" + exif(9, "<")))  # there is none
    files["orientation-after-xmp.jpg"] = remarked(
        plain, app(0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), app(1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        app(1, b"Exif\0\0" + exif(6, ">")), app(1, b"Exif\0\0" + exif(3, ">")))
    files["orientation-8.png"] = png(picture(3, 2), COLOUR, 8, chunk(b"eXIf", exif(8, ">")))


def decoded(name, content):
    if name == "grey-16-bit.png":
        return Image.fromarray(np.floor(np.asarray(sixteen_bits(1, 4))[..., 0] / 257 + 0.5).astype(np.uint8))
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    return image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")


def main():
    files = {}
    make_pngs(files)
    make_gifs_and_bmps(files)
    make_jpegs(files)
    (FOLDER / "decoded").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)
        decoded(name, content).save(FOLDER / "decoded" / (name + ".png"))


if __name__ == "__main__":
    main()
