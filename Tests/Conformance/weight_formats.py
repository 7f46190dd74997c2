"""Every format of quantised weights, random blocks, held against the package `gguf`.

    python3 Tests/Conformance/weight_formats.py

Needs a C compiler, numpy and gguf.
"""
import ctypes
import subprocess
import sys
import tempfile

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

FORMATS = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL"]
# Where the halves lie in a block: random bits would make infinities of them.
HALVES = {"F16": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
          "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0]}


def main():
    source, wrong = np.random.default_rng(1), 0
    with tempfile.TemporaryDirectory() as folder:
        made = folder + "/formats.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-ISources/Kernels/include", "Sources/Kernels/weight_formats.c", "-o", made, "-lm"], check=True)
        library = ctypes.CDLL(made)
        for number, name in enumerate(FORMATS):
            kind = GGMLQuantizationType[name]
            block, size = GGML_QUANT_SIZES[kind]
            rows = source.integers(0, 256, (4096, size), dtype=np.uint8)
            for place in HALVES.get(name, []):
                rows[:, place:place + 2] = source.normal(0, 0.1, (4096, 1)).astype(np.float16).view(np.uint8)
            if name in ("F32", "BF16"):
                values = source.normal(0, 1, (4096, 1)).astype(np.float32).view(np.uint8)
                rows[:] = values if name == "F32" else values[:, 2:]
            expected = dequantize(rows, kind).astype(np.float32).reshape(4096, block)
            found = np.empty_like(expected)
            for row in range(4096):
                library.gs_weight_row(number, ctypes.c_size_t(block), rows[row].ctypes.data_as(ctypes.c_void_p),
                                      found[row].ctypes.data_as(ctypes.c_void_p))
            error = np.abs(found - expected).max() / np.abs(expected).max()
            print(f"{name:7} blocks of {block:3}, {size:3} bytes: largest difference {error:.1e} of the largest")
            wrong += error > 3e-7
    return 1 if wrong else 0


sys.exit(main())
