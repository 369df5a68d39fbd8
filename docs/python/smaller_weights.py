#!/usr/bin/env python3
"""Writes int8 or fp16 weights beside the fp32 graphs of a model bundle.

    smaller_weights.py exported/clip int8
    smaller_weights.py exported/clip fp16

int8 quantizes the weights of matrix products, per channel, and activations as they come (dynamic): on processors with
VNNI about three times as fast as fp32. fp16 halves the files, for GPUs. Inputs and outputs stay as they are.
`clipstream model compare exported/clip` then says what each gains and loses on your own images.

Needs onnx and onnxruntime.
"""

import argparse
import re
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

FP32 = re.compile(r"(?:(?:vision_|text_)?model|visual|textual)\.onnx|.+\.(?:img|txt)\.fp32\.onnx")
LIMIT = 1 << 31  # of a protocol buffer


def graphs(folder):
    """Returns the fp32 graphs of a bundle in any of its layouts."""
    places = [folder, folder / "onnx", folder / "visual", folder / "textual"]
    return [file for place in places if place.is_dir() for file in sorted(place.iterdir()) if FP32.fullmatch(file.name)]


def target(graph, kind):
    """Returns the name under which Clipstream looks for other weights of a graph."""
    if ".fp32." in graph.name:
        return graph.with_name(graph.name.replace(".fp32.", f".{kind}."))
    return graph.with_name(f"{graph.stem}_{kind}.onnx")


def to_int8(graph, smaller):
    quantize_dynamic(
        graph,
        smaller,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        use_external_data_format=weight_bytes(graph) > LIMIT,
        extra_options={"MatMulConstBOnly": True},
    )


def to_fp16(graph, smaller):
    large = weight_bytes(graph) > LIMIT
    model = convert_float_to_float16(onnx.load(graph), keep_io_types=True, disable_shape_infer=large)
    onnx.save(model, smaller, save_as_external_data=large, location=smaller.name + "_data")


def weight_bytes(graph):
    """Returns the size of a graph with its weights, in the file and beside it."""
    beside = [file for file in graph.parent.iterdir() if file.name.startswith(graph.name)]
    return sum(file.stat().st_size for file in beside)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kind", choices=["int8", "fp16"])
    given = parser.parse_args()
    found = graphs(given.folder)
    if not found:
        parser.error(f"{given.folder}: Expected fp32 graphs, found none. Export the model first")
    for graph in found:
        smaller = target(graph, given.kind)
        (to_int8 if given.kind == "int8" else to_fp16)(graph, smaller)
        print(f"{smaller}: {weight_bytes(smaller) / 1e6:.1f} MB instead of {weight_bytes(graph) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
