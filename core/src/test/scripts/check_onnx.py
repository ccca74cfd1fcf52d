#!/usr/bin/env python3
"""Checks ONNX files with ONNX' own Python package (Debian 12: python3-onnx 1.12.0).

    check_onnx.py fixtures FOLDER    the committed densenet.onnx and every-operation.onnx
    check_onnx.py file FILE          any file of ours: the checker, shapes of all values, input and output
"""
import json
import os
import sys

import onnx
from onnx import numpy_helper, shape_inference


def dimensions(value):
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


def described(path):
    """What onnx makes of a file, after its checker found nothing wrong."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    noted = {value.name: dimensions(value) for value in model.graph.value_info}
    del model.graph.value_info[:]
    inferred = shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    for value in inferred.graph.value_info:
        if value.name in noted:
            assert dimensions(value) == noted[value.name], (value.name, dimensions(value), noted[value.name])
    (image,) = model.graph.input
    (logits,) = model.graph.output
    found = [dimensions(value) for value in inferred.graph.output]
    assert found == [dimensions(logits)], found
    assert (image.name, logits.name) == ("images", "logits")
    assert model.ir_version == 8 and [(o.domain, o.version) for o in model.opset_import] == [("", 17)]
    assert model.producer_name == "densenet" and model.producer_version
    return model, noted


def fixtures(folder):
    model, noted = described(os.path.join(folder, "densenet.onnx"))
    assert dimensions(model.graph.input[0]) == ["batch", 3, "height", "width"]
    assert dimensions(model.graph.output[0]) == ["batch", 3]
    assert model.producer_version == "1.2" and model.graph.name == "small"
    properties = {p.key: p.value for p in model.metadata_props}
    assert json.loads(properties["class_names"]) == ["고양이", "cat", ""] and properties["a"] == "b", properties
    assert noted == {}
    names = [node.name for node in model.graph.node]
    assert names[:4] == ["features.conv0", "features.norm0", "features.relu0", "features.pool0"]
    assert "features.denseblock1.denselayer2.concat" in names and "Dropout" not in {n.op_type for n in model.graph.node}
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    assert weights["features.denseblock1.denselayer1.conv1.weight"].shape == (16, 8, 1, 1)
    assert not any("num_batches_tracked" in name for name in weights)
    (epsilon,) = [a.f for a in model.graph.node[1].attribute if a.name == "epsilon"]
    assert abs(epsilon - 1e-5) < 1e-11

    model, noted = described(os.path.join(folder, "every-operation.onnx"))
    assert dimensions(model.graph.input[0]) == ["batch", 3, 8, 8]
    assert noted["pooled"] == noted["ringed"] == ["batch", 10, 4, 4] and len(noted) > 15
    assert not any(name.startswith("companion") for name in noted)
    kinds = {node.op_type for node in model.graph.node}
    expected = "AveragePool BatchNormalization Concat Conv Flatten Gemm GlobalAveragePool MaxPool Mean Mul Pad Relu"
    assert kinds == set(expected.split()) | {"Sigmoid", "Sub", "Sum"}, kinds
    assert len(model.metadata_props) == 0
    print(f"2 files sound, {len(kinds)} kinds of nodes")


def file(path):
    model, _ = described(path)
    print(f"sound, {len(model.graph.node)} nodes, {len(model.graph.initializer)} tensors, "
          f"images {dimensions(model.graph.input[0])}")


if __name__ == "__main__":
    {"fixtures": fixtures, "file": file}[sys.argv[1]](sys.argv[2])
