"""The installed networks as sessions of one thread, some written anew so that they compute the same in less time."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.helper import make_node

from service.documents.pages.shapes import Floats

FIRST_NOT_LATIN = 0x250
EDGE_UNIT = np.float32(8)
"""Pixels in which the detector gives distances."""


def wheel(package: str) -> Path:
    """The folder of an installed package, without importing it (some load half the world)."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed: run pip install -r requirements.lock")
    return Path(spec.origin).parent


def session(model: Path | onnx.ModelProto) -> Any:
    """A session that keeps its memory from run to run: asking for it anew costs a detector half its time.

    All sessions share one memory, for one of them runs at a time.
    """
    _set_memory_aside()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.use_env_allocators", "1")
    loaded = str(model) if isinstance(model, Path) else model.SerializeToString()
    return onnxruntime.InferenceSession(loaded, options, providers=["CPUExecutionProvider"])


@cache
def _set_memory_aside() -> None:
    """Once a process, of any size."""
    arena = onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR
    memory = onnxruntime.OrtMemoryInfo("Cpu", arena, 0, onnxruntime.OrtMemType.DEFAULT)
    onnxruntime.create_and_register_allocator(memory, onnxruntime.OrtArenaCfg(0, -1, -1, -1))


def giving_back_memory() -> Any:
    """How a picture larger than usual is run: the memory is given back afterwards."""
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def latin_only(model: onnx.ModelProto) -> tuple[onnx.ModelProto, list[str]]:
    """PP-OCRv6 with only Latin characters to choose from: most of the 18,709 are Chinese and cost a quarter of it.

    With its characters, of which the first is none.
    """
    listed = next(entry.value for entry in model.metadata_props if entry.key == "character").split("\n")
    characters = ["", *listed, " "]
    kept = [i for i, character in enumerate(characters) if not character or ord(character[0]) < FIRST_NOT_LATIN]
    for weights in model.graph.initializer:
        if list(weights.dims)[-1:] == [len(characters)]:
            few = np.ascontiguousarray(numpy_helper.to_array(weights)[..., kept])
            weights.CopyFrom(numpy_helper.from_array(few, weights.name))
    model.graph.output[0].type.tensor_type.shape.dim[-1].dim_value = len(kept)
    return model, [characters[i] for i in kept]


# trueocr's line recogniser ------------------------------------------------------------------------------------


def with_rows(model: onnx.ModelProto) -> onnx.ModelProto:
    """trueocr's recogniser without its runners-up, and with rows one pixel high in place of bare sequences.

    onnxruntime computes only pictures in blocks of channels, which takes three quarters of the time.
    """
    graph = model.graph
    _keep_outputs(graph, {"ids", "conf", "lengths"})
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type == "Conv" and len(weights[node.input[1]].dims) == 3:
            _give_height(node, weights[node.input[1]])
        elif node.op_type == "ReduceSum" and "/se/" in node.name:
            node.input[1] = _constant(nodes, node, [3])
        elif node.name == "/rec/Gather":  # how many steps there are
            node.input[1] = _constant(nodes, node, 3)
        elif node.name == "/rec/Unsqueeze_2":  # which steps count
            node.input[1] = _constant(nodes, node, [1, 2])
        elif node.name == "/rec/context/Concat_1":  # lines x channels x steps
            node.input.insert(2, _constant(nodes, node, [1]))
        elif node.name == "/rec/Squeeze":
            node.CopyFrom(make_node("Identity", node.input[:1], node.output))
        elif node.name == "/rec/Transpose":
            nodes.append(make_node("Squeeze", [node.input[0], _constant(nodes, node, [2])], [f"{node.name}/bare"]))
            node.input[0] = f"{node.name}/bare"
        nodes.append(node)
    _replace_nodes(graph, nodes)
    return model


def _give_height(convolution: onnx.NodeProto, weights: onnx.TensorProto) -> None:
    """A convolution over steps becomes one over pictures one pixel high."""
    high = numpy_helper.to_array(weights)[:, :, None]
    weights.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(high), weights.name))
    for attribute in convolution.attribute:
        sizes = list(attribute.ints)
        if attribute.name == "pads":
            attribute.ints[:] = [0, sizes[0], 0, sizes[1]]
        elif sizes:
            attribute.ints[:] = [1, *sizes]


# trueocr's line detector --------------------------------------------------------------------------------------


def with_packed_output(model: onnx.ModelProto) -> onnx.ModelProto:
    """trueocr's detector up to its last convolution, whose output `line_map` unpacks faster than the network does.

    Where the network halves a picture by sorting its pixels into channels, one convolution does it in passing.
    """
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    made_by = {node.output[0]: node for node in graph.node}
    joined = made_by["/Concat_6_output_0"]
    first = made_by["/head/head.0/head.0.0/Conv_output_0"]
    coarse, fine = joined.input[0], "/stem_lat/stem_lat.2/HardSwish_output_0"
    both, bias = numpy_helper.to_array(weights[first.input[1]]), first.input[2]
    split = both.shape[1] - 4 * weights["onnx::Conv_556"].dims[0]
    parts = {
        "of_coarse": both[:, :split],
        "of_fine": both[:, split:].reshape(len(both), -1, 2, 2),
    }
    graph.initializer.extend(numpy_helper.from_array(np.ascontiguousarray(it), name) for name, it in parts.items())
    added = [
        make_node("Conv", [coarse, "of_coarse"], ["from_coarse"], kernel_shape=[1, 1]),
        make_node("Conv", [fine, "of_fine", bias], ["from_fine"], kernel_shape=[2, 2], strides=[2, 2]),
        make_node("Add", ["from_coarse", "from_fine"], [first.output[0]]),
    ]
    nodes = [it for node in graph.node for it in (added if node is first else [node])]
    _replace_nodes(graph, nodes)
    graph.output[0].name = "/head/head.2/Conv_output_0"
    del graph.output[0].type.tensor_type.shape.dim[:]
    _keep_outputs(graph, {graph.output[0].name})
    return model


def line_map(packed: Floats) -> Floats:
    """The detector's own output (cores, distance to a line's upper and to its lower edge; a plane each) from its
    last convolution's; the distances only where cores are, elsewhere 0.

    Four planes at a time are the pixels of each square of two by two.
    """
    planes, height, width = packed.shape
    cores = packed[:4] > 0
    for distances in (packed[4:8], packed[8:]):
        there = EDGE_UNIT * np.logaddexp(np.float32(0), distances[cores])
        distances[:] = 0
        distances[cores] = there
    squares = packed.reshape(planes // 4, 2, 2, height, width)
    return np.ascontiguousarray(squares.transpose(0, 3, 1, 4, 2)).reshape(planes // 4, 2 * height, 2 * width)


# Graphs -------------------------------------------------------------------------------------------------------


def _keep_outputs(graph: onnx.GraphProto, kept: set[str]) -> None:
    """Drops the other outputs, and what is computed for them alone."""
    outputs = [output for output in graph.output if output.name in kept]
    needed, nodes = set(kept), []
    for node in reversed(graph.node):
        if needed & set(node.output):
            nodes.append(node)
            needed |= set(node.input)
    del graph.output[:]
    graph.output.extend(outputs)
    _replace_nodes(graph, nodes[::-1])


def _replace_nodes(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> None:
    """`nodes` in the order in which they are computed; what was known of shapes is forgotten."""
    del graph.node[:], graph.value_info[:]
    graph.node.extend(nodes)


def _constant(nodes: list[onnx.NodeProto], user: onnx.NodeProto, value: int | list[int]) -> str:
    """The name of a new constant among `nodes`, for one node."""
    name = f"{user.name}/constant"
    nodes.append(make_node("Constant", [], [name], value=numpy_helper.from_array(np.array(value, np.int64), name)))
    return name
