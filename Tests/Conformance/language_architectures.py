"""Small models of random weights of each architecture, their logits held against llama.cpp's.

    python3 Tests/Conformance/language_architectures.py OUT

Weights are F32, so that llama.cpp's products are of float32 numbers too; its keys and values are halves, which is what differs. Needs `swift build -c release --product engine-benchmark`, numpy, gguf
and xllamacpp.
"""
import os
import subprocess
import sys

import numpy as np
from gguf import GGUFWriter
from llamacpp import Llama

WIDTH, HEADS, KEY_HEADS, FEED, LAYERS, VOCABULARY = 64, 4, 2, 96, 3, 300


def write(path, name, seed):
    source, size = np.random.default_rng(seed), 32 if name == "qwen3" else WIDTH // HEADS
    writer = GGUFWriter(path, name)
    writer.add_block_count(LAYERS)
    writer.add_context_length(256)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_key_length(size)
    writer.add_value_length(size)
    writer.add_rope_dimension_count(size)
    writer.add_rope_freq_base(10000.0 if name == "llama" else 1000000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2" if name != "llama" else "smollm")
    writer.add_token_list([chr(0x100 + i) for i in range(256)] + ["Āā"] + [f"t{i}" for i in range(257, VOCABULARY)])
    writer.add_token_types([1] * VOCABULARY)
    writer.add_token_merges(["Ā ā"])
    def add(tensor, *shape, about=0.0, spread=None):
        spread = 1 / np.sqrt(shape[-1]) if spread is None else spread
        writer.add_tensor(tensor, (about + spread * source.standard_normal(shape)).astype(np.float32))
    add("token_embd.weight", VOCABULARY, WIDTH, spread=1)
    add("output_norm.weight", WIDTH, about=1, spread=0.1)
    add("output.weight", VOCABULARY, WIDTH)
    for layer in range(LAYERS):
        part = f"blk.{layer}."
        for norm in ("attn_norm", "ffn_norm"):
            add(f"{part}{norm}.weight", WIDTH, about=1, spread=0.1)
        for matrix, heads in (("attn_q", HEADS), ("attn_k", KEY_HEADS), ("attn_v", KEY_HEADS)):
            add(f"{part}{matrix}.weight", heads * size, WIDTH, spread=2 / np.sqrt(WIDTH))
            if name == "qwen2":
                add(f"{part}{matrix}.bias", heads * size, spread=0.5)
        if name == "qwen3":
            for norm in ("attn_q_norm", "attn_k_norm"):
                add(f"{part}{norm}.weight", size, about=1, spread=0.2)
        add(f"{part}attn_output.weight", WIDTH, HEADS * size)
        add(f"{part}ffn_gate.weight", FEED, WIDTH)
        add(f"{part}ffn_up.weight", FEED, WIDTH)
        add(f"{part}ffn_down.weight", WIDTH, FEED)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(out):
    os.makedirs(out, exist_ok=True)
    wrong, ids = 0, [(7 * i * i + 3) % VOCABULARY for i in range(90)]
    for seed, name in enumerate(["llama", "qwen2", "qwen3"]):
        path, numbers = os.path.join(out, name + ".gguf"), os.path.join(out, name + ".logits")
        write(path, name, seed)
        subprocess.run([".build/release/engine-benchmark", "language", path, "2", "logits", numbers, *map(str, ids)], check=True, stdout=subprocess.DEVNULL)
        found = np.fromfile(numbers, np.float32).reshape(len(ids), VOCABULARY)
        llama = Llama(path, context=256)
        llama.decode([(token, place, 0, 1) for place, token in enumerate(ids)])
        expected = np.stack([llama.logits(place).copy() for place in range(len(ids))])
        error = np.abs(found - expected).max()
        print(f"{name:6} logits of {len(ids)} tokens between {expected.min():.2f} and {expected.max():.2f}: largest difference {error:.1e}")
        wrong += not error < 2e-2
    return 1 if wrong else 0


sys.exit(main(sys.argv[1]))
