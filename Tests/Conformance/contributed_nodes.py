"""Writes test vectors of com.microsoft's operators, with what ONNX Runtime answers, as ONNX lays out its own.

    .build-conformance/bin/python Tests/Conformance/contributed_nodes.py OUT
    GAINSAY_ONNX_NODE_TESTS=OUT swift test --filter NodeVector

Needs numpy, onnx and onnxruntime. Inputs are drawn with a fixed seed.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper

RANDOM = np.random.default_rng(1)


def real(*shape, low=-2.0, high=2.0):
    return RANDOM.uniform(low, high, shape).astype(np.float32)


def whole(kind, *shape, low=None, high=None):
    info = np.iinfo(kind)
    return RANDOM.integers(info.min if low is None else low, (info.max if high is None else high) + 1, shape).astype(kind)


def scalar(number, kind=np.float32):
    return np.array(number, dtype=kind)


def cases():
    """Name, operator, inputs (None where one is left out), attributes, number of outputs."""
    a, b = real(2, 3, 4), real(2, 4, 5)
    yield "fused_matmul", "FusedMatMul", [a, b], dict(alpha=0.5), 1
    yield "fused_matmul_transposed", "FusedMatMul", [real(2, 4, 3), real(2, 5, 4)], dict(transA=1, transB=1, alpha=2.0), 1
    yield "transpose_matmul", "TransposeMatMul", [real(3, 4), real(5, 4)], dict(transB=1), 1
    # ONNX Runtime has FusedMatMulActivation on other devices only.
    for activation, more in [
        ("Relu", {}), ("Tanh", {}), ("Sigmoid", {}), ("LeakyRelu", dict(activation_alpha=0.2)),
        ("HardSigmoid", dict(activation_alpha=0.3, activation_beta=0.4)),
    ]:
        yield (
            f"fused_gemm_{activation.lower()}", "FusedGemm", [real(3, 4), real(5, 4), real(5)],
            dict(transB=1, alpha=0.7, beta=1.3, activation=activation, **more), 1)
    picture, filter = real(1, 2, 6, 6), real(3, 2, 3, 3)
    for activation, numbers in [
        ("Relu", None), ("Tanh", None), ("Sigmoid", None), ("LeakyRelu", [0.2]), ("Clip", [-0.5, 1.5]),
        ("HardSigmoid", [0.3, 0.4]),
    ]:
        more = dict(activation_params=numbers) if numbers else {}
        yield (
            f"fused_conv_{activation.lower()}", "FusedConv", [picture, filter, real(3)],
            dict(activation=activation, pads=[1, 1, 1, 1], **more), 1)
    yield "fused_conv_sum", "FusedConv", [picture, filter, real(3), real(1, 3, 4, 4)], dict(activation="Relu"), 1
    yield "gelu", "Gelu", [real(3, 4)], {}, 1
    yield "bias_gelu", "BiasGelu", [real(3, 4), real(4)], {}, 1
    yield "fast_gelu", "FastGelu", [real(3, 4)], {}, 1
    yield "fast_gelu_bias", "FastGelu", [real(3, 4), real(4)], {}, 1
    yield "quick_gelu", "QuickGelu", [real(3, 4)], {}, 1
    yield "quick_gelu_alpha", "QuickGelu", [real(3, 4)], dict(alpha=0.8), 1
    yield "bias_softmax", "BiasSoftmax", [real(2, 3, 4), real(1, 3, 4)], dict(axis=2, is_inner_broadcast=0), 1
    yield "bias_softmax_inner", "BiasSoftmax", [real(2, 3, 4), real(2, 1, 4)], dict(axis=2, is_inner_broadcast=1), 1
    yield "inverse", "Inverse", [real(2, 3, 3)], {}, 1
    yield "trilu", "Trilu", [real(3, 4)], dict(upper=0), 1
    yield "expand_dims", "ExpandDims", [real(3, 4), scalar(1, np.int32)], {}, 1
    x, gamma, beta = real(2, 3, 8), real(8), real(8)
    yield "skip_layer_normalization", "SkipLayerNormalization", [x, real(2, 3, 8), gamma, beta, real(8)], {}, 4
    yield "skip_layer_normalization_plain", "SkipLayerNormalization", [x, real(2, 3, 8), gamma], dict(epsilon=0.01), 1
    yield "skip_simplified", "SkipSimplifiedLayerNormalization", [x, real(2, 3, 8), gamma, real(8)], dict(epsilon=1e-5), 4
    yield "simplified", ("", "SimplifiedLayerNormalization"), [x, gamma], dict(axis=-1, epsilon=1e-5), 1
    ids, segments = whole(np.int32, 2, 5, low=0, high=9), whole(np.int32, 2, 5, low=0, high=1)
    tables = [real(10, 8), real(6, 8), real(2, 8)]
    mask = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], np.int32)
    yield "embed", "EmbedLayerNormalization", [ids, segments, *tables, gamma, beta, mask], {}, 2
    yield "embed_plain", "EmbedLayerNormalization", [ids, None, *tables[:2], None, gamma, beta], dict(epsilon=1e-5), 2
    yield "embed_sum", "EmbedLayerNormalization", [ids, segments, *tables, gamma, beta], {}, 3
    yield from attention_cases()
    yield from quantised_cases()


def attention_cases():
    x, weights, bias = real(2, 5, 8), real(8, 24, low=-0.5, high=0.5), real(24)
    yield "attention", "Attention", [x, weights, bias], dict(num_heads=2), 1
    mask = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], np.int32)
    yield "attention_mask", "Attention", [x, weights, bias, mask], dict(num_heads=2), 1
    yield "attention_lengths", "Attention", [x, weights, bias, np.array([3, 5], np.int32)], dict(num_heads=2), 1
    yield "attention_causal", "Attention", [x, weights, bias], dict(num_heads=2, unidirectional=1), 1
    mask = whole(np.int32, 2, 5, 5, low=0, high=1) | np.eye(5, dtype=np.int32)
    yield "attention_mask_3d", "Attention", [x, weights, bias, mask], dict(num_heads=4, scale=0.3), 1
    yield (
        "attention_past", "Attention", [x, weights, bias, None, real(2, 2, 2, 3, 4)], dict(num_heads=2, unidirectional=1), 2)
    yield "attention_added", "Attention", [x, weights, bias, None, None, real(2, 2, 5, 5)], dict(num_heads=2), 1
    yield (
        "attention_sizes", "Attention", [x, real(8, 28, low=-0.5, high=0.5), real(28)],
        dict(num_heads=2, qkv_hidden_sizes=[8, 8, 12]), 1)
    q, k, v = real(2, 5, 8), real(2, 6, 8), real(2, 6, 8)
    yield "multi_head", "MultiHeadAttention", [q, k, v], dict(num_heads=2), 1
    yield "multi_head_bias", "MultiHeadAttention", [q, k, v, real(24)], dict(num_heads=4), 1
    mask = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]], np.int32)
    yield "multi_head_mask", "MultiHeadAttention", [q, k, v, None, mask], dict(num_heads=2), 1
    yield "multi_head_added", "MultiHeadAttention", [q, k, v, None, None, real(2, 2, 5, 6)], dict(num_heads=2, scale=0.2), 1
    yield (
        "multi_head_past", "MultiHeadAttention",
        [q, real(2, 5, 8), real(2, 5, 8), None, None, None, real(2, 2, 3, 4), real(2, 2, 3, 4)],
        dict(num_heads=2, unidirectional=1), 3)
    def grouped(batch, past, length, size=8):
        kept = (batch, 2, past, size)
        sizes = [(batch, length, 4 * size), (batch, length, 2 * size), (batch, length, 2 * size), kept, kept]
        total = past + length
        return [*(real(*s) for s in sizes), np.full(batch, total - 1, np.int32), scalar(total, np.int32)]

    heads = dict(num_heads=4, kv_num_heads=2)
    yield "group_query", "GroupQueryAttention", grouped(2, 0, 5), heads, 3
    yield "group_query_past", "GroupQueryAttention", grouped(1, 3, 1), dict(**heads, scale=0.3), 3
    yield "group_query_softcap", "GroupQueryAttention", grouped(2, 0, 5), dict(**heads, softcap=1.5), 3
    yield "group_query_window", "GroupQueryAttention", grouped(1, 0, 6), dict(**heads, local_window_size=3), 3
    yield (
        "group_query_rotary", "GroupQueryAttention", [*grouped(1, 0, 5, 16), real(8, 8), real(8, 8)],
        dict(**heads, do_rotary=1), 3)
    yield (
        "group_query_rotary_past", "GroupQueryAttention", [*grouped(1, 3, 1, 16), real(8, 8), real(8, 8)],
        dict(**heads, do_rotary=1, rotary_interleaved=1), 3)
    places, tables = np.array([[0, 1, 2, 3], [2, 3, 4, 5]], np.int64), [real(8, 3), real(8, 3)]
    yield "rotary", "RotaryEmbedding", [real(2, 4, 12), places, *tables], {}, 1
    yield "rotary_offset", "RotaryEmbedding", [real(2, 4, 12), np.array([3], np.int64), *tables], {}, 1
    yield "rotary_interleaved", "RotaryEmbedding", [real(2, 2, 4, 6), places, *tables], dict(interleaved=1), 1
    yield (
        "rotary_partial", "RotaryEmbedding", [real(2, 4, 20), places, *tables],
        dict(num_heads=2, rotary_embedding_dim=6), 1)


def quantised_cases():
    for kind in (np.uint8, np.int8):
        name, low, high = np.dtype(kind).name, np.iinfo(kind).min, np.iinfo(kind).max

        def quantised(*shape, scale=0.02):
            return [whole(kind, *shape), scalar(scale), scalar(int(RANDOM.integers(low, high)), kind)]

        middle = scalar(int(low) + 100, kind)
        yield f"qlinear_add_{name}", "QLinearAdd", [*quantised(2, 3, 4), *quantised(3, 4, scale=0.03), scalar(0.05), middle], {}, 1
        yield f"qlinear_mul_{name}", "QLinearMul", [*quantised(2, 3, 4), *quantised(4, scale=0.03), scalar(0.07), middle], {}, 1
        yield f"qlinear_sigmoid_{name}", "QLinearSigmoid", [*quantised(2, 30), scalar(0.004), middle], {}, 1
        yield f"qlinear_leaky_relu_{name}", "QLinearLeakyRelu", [*quantised(2, 30), scalar(0.03), middle], dict(alpha=0.1), 1
        yield (
            f"qlinear_softmax_{name}", "QLinearSoftmax", [*quantised(2, 9), scalar(1 / 256), scalar(int(low), kind)],
            dict(axis=-1, opset=13), 1)
        yield (
            f"qlinear_average_pool_{name}", "QLinearAveragePool", [*quantised(1, 2, 6, 6), scalar(0.03), middle],
            dict(kernel_shape=[2, 2], strides=[2, 2]), 1)
        yield (
            f"qlinear_average_pool_last_{name}", "QLinearAveragePool", [*quantised(1, 6, 6, 2), scalar(0.03), middle],
            dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], channels_last=1), 1)
        yield (
            f"qlinear_global_average_pool_{name}", "QLinearGlobalAveragePool",
            [*quantised(1, 2, 5, 5), scalar(0.01), middle], {}, 1)
        yield (
            f"qlinear_concat_{name}", "QLinearConcat",
            [scalar(0.03), middle, *quantised(2, 3), *quantised(2, 4, scale=0.05)], dict(axis=1), 1)
        yield (
            f"qlinear_where_{name}", "QLinearWhere",
            [RANDOM.integers(0, 2, (2, 3)).astype(bool), *quantised(2, 3), *quantised(2, 3, scale=0.04), scalar(0.03), middle],
            {}, 1)
        yield f"nhwc_max_pool_{name}", "NhwcMaxPool", [whole(kind, 1, 6, 6, 2)], dict(kernel_shape=[2, 2], strides=[2, 2]), 1
        yield f"quantize_linear_{name}", "QuantizeLinear", [real(3, 4), scalar(0.02), middle], {}, 1
        yield f"dequantize_linear_{name}", "DequantizeLinear", [whole(kind, 3, 4), scalar(0.02), middle], {}, 1
        yield (
            f"qgemm_{name}", "QGemm",
            [*quantised(3, 4), *quantised(4, 5), whole(np.int32, 5, low=-999, high=999), scalar(0.1), middle], {}, 1)
        yield (
            f"qgemm_float_{name}", "QGemm",
            [*quantised(3, 4), *quantised(5, 4), whole(np.int32, 5, low=-999, high=999)], dict(transB=1, alpha=0.5), 1)
        yield (
            f"matmul_integer_to_float_{name}", "MatMulIntegerToFloat",
            [whole(np.uint8, 3, 4), whole(kind, 4, 5), scalar(0.02), real(5, low=0.01, high=0.1), scalar(120, np.uint8),
             None, real(5)], {}, 1)
        yield (
            f"dynamic_quantize_matmul_{name}", "DynamicQuantizeMatMul",
            [real(3, 4), whole(kind, 4, 5), scalar(0.02), middle, real(5)], {}, 1)
    for bits in (4, 8):
        rows, columns, block = 5, 40, 16
        blocks = -(-columns // block)
        packed = whole(np.uint8, rows, blocks, block * bits // 8)
        scales = real(rows * blocks, low=0.01, high=0.1)
        size = dict(K=columns, N=rows, bits=bits, block_size=block)
        yield f"matmul_{bits}bits", "MatMulNBits", [real(3, columns), packed, scales], size, 1
        zeros = whole(np.uint8, rows * (-(-blocks * bits // 8)))
        yield f"matmul_{bits}bits_zeros", "MatMulNBits", [real(3, columns), packed, scales, zeros], size, 1


def vector(folder, name, operator, inputs, attributes, outputs):
    domain, operator = operator if isinstance(operator, tuple) else ("com.microsoft", operator)
    names = ["" if x is None else f"x{i}" for i, x in enumerate(inputs)]
    made = [f"y{i}" for i in range(outputs)]
    if name == "skip_layer_normalization" or name == "skip_simplified":
        made = ["y0", "", "", "y3"]
    node = helper.make_node(operator, names, made, domain=domain, **attributes)
    ports = [
        helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)
        for n, x in zip(names, inputs) if n]
    graph = helper.make_graph([node], name, ports, [onnx.ValueInfoProto(name=n) for n in made if n])
    model = helper.make_model(
        graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)])
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    answers = session.run(None, {n: x for n, x in zip(names, inputs) if n})
    for port, answer in zip(graph.output, answers):
        kind = helper.np_dtype_to_tensor_dtype(answer.dtype)
        port.CopyFrom(helper.make_tensor_value_info(port.name, kind, answer.shape))
    del model.graph.output[:]
    model.graph.output.extend(graph.output)
    data = folder / f"contributed_{name}" / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    (data.parent / "model.onnx").write_bytes(model.SerializeToString())
    for kind, arrays in [("input", [x for x in inputs if x is not None]), ("output", answers)]:
        for index, array in enumerate(arrays):
            (data / f"{kind}_{index}.pb").write_bytes(numpy_helper.from_array(np.asarray(array)).SerializeToString())


def main(out):
    made, refused = 0, []
    for case in cases():
        try:
            vector(pathlib.Path(out), *case)
            made += 1
        except Exception as error:
            refused.append(f"{case[0]}: {str(error).splitlines()[0][:150]}")
    print(f"{made} vectors; ONNX Runtime {ort.__version__} refuses {len(refused)}")
    print("\n".join(refused))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
