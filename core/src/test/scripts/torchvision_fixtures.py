#!/usr/bin/env python3
"""DenseNets of torchvision with what PyTorch computes, in the files of torch.save and in those of Keras.

    torchvision_fixtures.py make FOLDER         the fixtures of the tests: a small network
    torchvision_fixtures.py check FOLDER        the fixtures in it are what `make` makes
    torchvision_fixtures.py full NAME FOLDER    densenet121, 161, 169 or 201 in full size, for verify-full
    torchvision_fixtures.py page FOLDER PAGE    writes PAGE out of the results that TorchvisionParity left in it

Weights are random, and so are scales, shifts and running statistics, away from 1 and 0. logits.json tells what PyTorch
computes for images of several sizes, with the norms' epsilon as it is and with Keras' own. Names, layouts and
attributes of the .h5 files are those of Keras, which is not needed: it saves through h5py as this does.

Needs PyTorch, torchvision, NumPy and h5py; ran with Debian 12's PyTorch 1.13.0, torchvision 0.14.1, NumPy 1.24.2,
h5py 3.7.0 and HDF5 1.10.8.
"""
import json
import pathlib
import re
import sys
import tempfile

import h5py
import numpy
import torch
import torchvision

KERAS_EPSILON = 1.001e-5  # keras-applications/densenet.py
LEGACY = {"_use_new_zipfile_serialization": False}


def randomized(model):
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.running_mean, 0, 0.2)
            torch.nn.init.uniform_(module.running_var, 0.3, 2)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, 0, 0.2)
    torch.nn.init.normal_(model.classifier.bias, 0, 0.2)
    return model.eval()


def images(height, width):
    """Two images that Java makes in the same way, to the bit."""
    numbers = torch.arange(2 * 3 * height * width, dtype=torch.int64)
    return ((numbers * 7919 % 8191).float() / 2048 - 2).reshape(2, 3, height, width)


def logits(model, sizes):
    with torch.no_grad():
        return {f"{height}x{width}": model(images(height, width)).tolist() for height, width in sizes}


def with_epsilon(model, epsilon):
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eps = epsilon
    return model


def keras_layers(state, slash=True):
    """Keras' layers with weights, in order: (name, [(part, values)]); `slash` as before Keras 3."""
    layers = {}
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        module, part = name.rsplit(".", 1)
        layers.setdefault(keras_name(module, slash), []).append((part, tensor.detach().numpy()))
    return [(name, [keras_part(part, values) for part, values in parts]) for name, parts in layers.items()]


def keras_name(module, slash):
    layer = re.fullmatch(r"features\.denseblock(\d+)\.denselayer(\d+)\.(norm|conv)(\d)", module)
    if layer:
        block, number, kind, which = layer.groups()
        ours = f"{int(which) - 1}_bn" if kind == "norm" else f"{which}_conv"
        return f"conv{int(block) + 1}_block{number}_{ours}"
    transition = re.fullmatch(r"features\.transition(\d+)\.(norm|conv)", module)
    if transition:
        return f"pool{int(transition[1]) + 1}_{'bn' if transition[2] == 'norm' else 'conv'}"
    between = "/" if slash else "_"
    return {
        "features.conv0": f"conv1{between}conv",
        "features.norm0": f"conv1{between}bn",
        "features.norm5": "bn",
        "classifier": "predictions",
    }[module]


def keras_part(part, values):
    if values.ndim == 4:
        return "kernel", values.transpose(2, 3, 1, 0)
    if values.ndim == 2:
        return "kernel", values.T
    if part == "weight":
        return "gamma", values
    return {"running_mean": "moving_mean", "running_var": "moving_variance"}.get(part, part), values


def write_layers(group, layers, cut=False):
    """As Keras' save_weights_to_hdf5_group; a layer may be a network with layers of its own."""
    attributes = [name.encode() for name, _ in layers]
    if cut:  # as Keras does when a list is longer than 64 kB
        for i, part in enumerate(numpy.array_split(numpy.asarray(attributes), 3)):
            group.attrs[f"layer_names{i}"] = part
    else:
        group.attrs["layer_names"] = attributes
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = b"2.11.0"
    for name, weights in layers:
        own = group.create_group(name)
        names = [weight.encode() for weight, _ in weights]
        own.attrs["weight_names"] = numpy.asarray(names) if cut else names  # both are found
        for weight, values in weights:
            dataset = own.create_dataset(weight, values.shape, dtype=values.dtype)
            dataset[:] = values


def named(layers, classifier="predictions"):
    """With the names that the weights have in TensorFlow, and layers that have none."""
    def rename(name):
        return classifier if name == "predictions" else name

    with_weights = [
        (rename(name), [(f"{rename(name)}/{part}:0", values) for part, values in parts]) for name, parts in layers
    ]
    return [("input_1", []), ("zero_padding2d", [])] + with_weights[:2] + [("conv1/relu", [])] + with_weights[2:]


def write_numbered(file, layers):
    """As Keras 3's saving_lib: layers are counted by their kind."""
    counts = {}
    for _, parts in [("input_1", [])] + layers:
        kind = {0: "input_layer", 1: "conv2d", 2: "dense", 4: "batch_normalization"}[len(parts)]
        counts[kind] = counts.get(kind, -1) + 1
        number = f"_{counts[kind]}" if counts[kind] else ""
        variables = file.create_group(f"layers/{kind}{number}/vars")
        for i, (_, values) in enumerate(parts):
            variables[str(i)] = values


def save_state(folder, state, prefix=""):
    """In both containers, with the names of today and with those of 2017."""
    old = {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])\.", r"\1.\2.", name): values
        for name, values in state.items()
        if not name.endswith("num_batches_tracked")
    }
    torch.save(state, folder / f"{prefix}zip.pth")
    torch.save(state, folder / f"{prefix}legacy.pth", **LEGACY)
    torch.save(old, folder / f"{prefix}2017-zip.pth")
    torch.save(old, folder / f"{prefix}2017-legacy.pth", **LEGACY)


def answers(model, sizes):
    found = {"torchvision": logits(model, sizes)}
    found["keras"] = logits(with_epsilon(model, KERAS_EPSILON), sizes)
    return found


def make(folder):
    torch.manual_seed(20170721)
    model = randomized(torchvision.models.DenseNet(
        growth_rate=3, block_config=(1, 2), num_init_features=6, bn_size=4, num_classes=7))
    state = model.state_dict()
    save_state(folder, state)

    layers = keras_layers(state)
    with h5py.File(folder / "weights.h5", "w") as file:
        write_layers(file, named(layers))
    with h5py.File(folder / "model.h5", "w") as file:
        file.attrs["model_config"] = '{"class_name": "Functional"}'
        write_layers(file.create_group("model_weights"), named(layers, "fc1000"), cut=True)
        file.create_dataset("optimizer_weights/Adam/iteration:0", data=3)
    inner = [(weight, values) for _, weights in named(layers[:-1]) for weight, values in weights]
    dense = [(f"dense/{part}:0", values.astype(">f8")) for part, values in layers[-1][1]]
    random = [("random_flip/StateVar:0", numpy.arange(3))]
    with h5py.File(folder / "nested.h5", "w") as file:
        write_layers(file, [("random_flip", random), ("densenet121", inner), ("dense", dense)])
    with h5py.File(folder / "three.weights.h5", "w") as file:
        write_numbered(file, layers)
    with h5py.File(folder / "notop.weights.h5", "w") as file:
        write_numbered(file, layers[:-1])
    refused(folder)
    (folder / "logits.json").write_text(json.dumps(answers(model, ((32, 32), (29, 29), (45, 70)))))


def refused(folder):
    """What is no DenseNet, or not stored as Keras does; and small files to be damaged."""
    kernel = numpy.ones((1, 1, 2, 3), dtype="f4")
    gamma = numpy.ones(3, dtype="f4")

    def write(name, layers):
        file = h5py.File(folder / name, "w")
        write_layers(file, layers)
        return file

    with h5py.File(folder / "foreign.h5", "w") as file:
        file["temperature"] = numpy.arange(3.0)
        file["pressure"] = numpy.arange(3.0)
    with write("compressed.h5", [("bn", [])]) as file:
        file["bn"].attrs["weight_names"] = [b"kernel:0"]
        file["bn"].create_dataset("kernel:0", data=kernel, compression="gzip")
    with write("linked.h5", [("bn", [])]) as file:
        file["bn"].attrs["weight_names"] = [b"gamma:0"]
        file["bn/gamma:0"] = h5py.SoftLink("/elsewhere")
    with h5py.File(folder / "indexed.h5", "w") as file:
        properties = h5py.h5p.create(h5py.h5p.GROUP_CREATE)
        properties.set_link_creation_order(h5py.h5p.CRT_ORDER_TRACKED)
        properties.set_obj_track_times(False)  # the same bytes each time
        layers = h5py.Group(h5py.h5g.create(file.id, b"layers", gcpl=properties))
        for i in range(10):
            layers.create_group(f"conv2d_{i}")
    with write("resnet.h5", [(name, [(f"{name}/kernel:0", kernel)]) for name in ("conv1_conv", "conv2_block1_0_conv")]):
        pass
    with write("integers.h5", [("bn", [("bn/gamma:0", numpy.arange(3))])]):
        pass
    with write("missing.h5", [("bn", [("bn/gamma:0", gamma)])]) as file:
        file["bn"].attrs["weight_names"] = [b"bn/gamma:0", b"bn/beta:0"]
    with write("small.h5", [("conv1/conv", [("conv1/conv/kernel:0", kernel)]), ("bn", [("bn/gamma:0", gamma)])]):
        pass
    with h5py.File(folder / "small.weights.h5", "w") as file:
        norm = [("gamma", gamma)] * 4
        write_numbered(file, [("conv1_conv", [("kernel", kernel)]), ("conv1_bn", norm), ("bn", norm)])


def check(folder):
    """Legacy files name their storages by addresses in memory, so that no two runs give the same bytes."""
    same = 0
    with tempfile.TemporaryDirectory() as made:
        make(pathlib.Path(made))
        for path in sorted(pathlib.Path(made).iterdir()):
            committed = folder / path.name
            if path.name.endswith("legacy.pth"):
                ours, theirs = torch.load(path), torch.load(committed)
                assert list(ours) == list(theirs), committed
                assert all(torch.equal(ours[name], theirs[name]) for name in ours), committed
            else:
                assert path.read_bytes() == committed.read_bytes(), committed
            same += 1
    print(f"{same} files hold what is made now")


def full(name, folder):
    torch.manual_seed(20170721)
    model = randomized(getattr(torchvision.models, name)())
    state = model.state_dict()
    save_state(folder, state, f"{name}-")
    with h5py.File(folder / f"{name}.h5", "w") as file:
        write_layers(file, named(keras_layers(state)))
    found = answers(model, ((224, 224), (29, 29), (250, 333)))
    (folder / f"{name}.json").write_text(json.dumps(found))


def page(folder, path):
    results = [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]
    networks = sorted({row["network"] for row in results})
    greatest = max(max(row["pth"], row["h5"]) for row in results)
    rows = [
        f"| {row['network']} | {row['size']} | {row['engine']} | {row['pth']:.1e} | {row['h5']:.1e} |" for row in results
    ]
    path.write_text(f"""# The same logits as torchvision

Written by `./verify-full`, which runs `torchvision_fixtures.py` and `TorchvisionParity`.

{", ".join(networks)} of torchvision {torchvision.__version__.split("a")[0]}, with random weights
and random running statistics, saved by PyTorch {torch.__version__.split("a")[0]} in the zip and in the legacy container, with the names of today and
with those of 2017, and as Keras saves them. All five files of a network give the same tensors to the bit.

A difference is the largest of a logit from PyTorch's, divided by the largest logit of that image, of two images; at
most 1e-3 is allowed, and the greatest is {greatest:.1e}. The five most likely classes are PyTorch's, in its order. The
.h5 is held against PyTorch with the epsilon of Keras' norms.

| network | size | engine | .pth | .h5 |
|---|---|---|---|---|
""" + "\n".join(rows) + "\n")
    print(f"{len(results)} comparisons, the largest difference {greatest:.1e} of 1e-3, the same five classes")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder]:
            make(pathlib.Path(folder))
        case ["check", folder]:
            check(pathlib.Path(folder))
        case ["full", name, folder]:
            full(name, pathlib.Path(folder))
        case ["page", folder, path]:
            page(pathlib.Path(folder), pathlib.Path(path))
        case _:
            sys.exit(__doc__)
