#!/usr/bin/env python3
"""Makes and checks the fixtures of SafetensorsTest with nothing but Python's standard library.

    safetensors_fixtures.py make FILE     writes written-by-python.safetensors
    safetensors_fixtures.py check FILE    reads written-here.safetensors and says what is wrong with it
"""
import hashlib
import json
import struct
import sys


def make(path):
    tensors = [  # name, dtype, shape, bytes; the header names them in this order, the data lie in it
        ("double", "F64", [2], struct.pack("<2d", 0.1, -3)),
        ("weight.가", "F32", [2, 3], struct.pack("<6f", 0, 0.5, 1, 1.5, 2, 2.5)),
        ("half", "F16", [2], struct.pack("<2e", 1.5, -0.25)),
        ("brain", "BF16", [1], struct.pack("<f", -3)[2:]),
        ("batches", "I64", [], struct.pack("<q", 1 << 40)),
    ]
    header = {"__metadata__": {"format": "pt", "설명": "파이썬"}}
    offset = 0
    for name, dtype, shape, data in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header, indent=1).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, _, data in tensors:
            file.write(data)


def check(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    assert length % 8 == 0
    header = json.loads(content[8 : 8 + length].decode("utf-8"))
    data = content[8 + length :]
    metadata = header.pop("__metadata__")
    checksum = metadata.pop("sha256.header")
    assert metadata == {'key "quoted"': "값\n", "sha256.data": hashlib.sha256(data).hexdigest()}, metadata

    def counted(text):
        return f"{len(text.encode())} {text}"

    lines = [f"{counted(key)} {counted(value)}\n" for key, value in metadata.items()]
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        lines.append(f"{counted(name)} {entry['dtype']} {entry['shape']} {begin} {end}\n")
    assert checksum == hashlib.sha256("".join(lines).encode()).hexdigest(), checksum
    assert list(header) == ["가.weight", "batches"], header

    def values(name, dtype, shape, code):
        entry = header[name]
        assert entry["dtype"] == dtype and entry["shape"] == shape, entry
        begin, end = entry["data_offsets"]
        return struct.unpack("<" + code, data[begin:end])

    expected = struct.unpack("<4f", struct.pack("<4f", 1, -2.5, 0.1, 3e38))
    assert values("가.weight", "F32", [2, 2], "4f") == expected
    assert values("batches", "I64", [], "q") == (-(1 << 40),)
    assert len(data) == 24
    print("sound")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](sys.argv[2])
