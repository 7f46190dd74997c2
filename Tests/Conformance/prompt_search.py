"""Evaluations of a language model until a few tokens bring it to a target: ours, with and without each of its parts, beside nanoGCG 0.3.0.

    python3 Tests/Conformance/prompt_search.py OUT [MODEL.gguf] [--seeds 10] [--evaluations 20000] [--toys 3] [--only NAME,NAME]

Toy models have random weights, words for tokens (300 of them) and a target of 5; with a MODEL, a chat model that begins its replies
with `<|im_start|>assistant`, that one too. Each way has the same budget; it counts all of it where the goal is not met. Needs numpy and
`swift build -c release --product engine-benchmark`.
"""
import argparse
import os
import statistics
import struct
import subprocess

import numpy as np

BENCHMARK = ".build/release/engine-benchmark"
WAYS = {
    "nanoGCG": ["search=nanogcg"],
    "ours": [],
    "patience 12": ["patience=12"],
    "not together": ["merges=0"],
    "anew by chance": ["kick=0"],
    "96 candidates": ["width=96"],
    "the best alike": ["greed=1"],
    "and runs": ["also=spans"],
    "and a beam": ["also=beam"],
    "runs without slopes": ["slopes=0", "also=spans"],
    "a beam without slopes": ["slopes=0", "also=beam"],
}


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def toy(path, seed, layers=2, width=64, heads=4, vocabulary=300, scale=1.0):
    """A Llama of random weights whose tokens are the words w0, w1 and so on, as a GGUF file."""
    random = np.random.default_rng(seed)
    words = [f"\u0120w{i}" for i in range(vocabulary - 1)] + ["<|end|>"]
    entries = [("general.architecture", 8, text("llama")), ("general.name", 8, text("toy")), ("tokenizer.ggml.model", 8, text("gpt2")),
               ("tokenizer.ggml.pre", 8, text("smollm"))]
    for name, number in [("block_count", layers), ("embedding_length", width), ("attention.head_count", heads), ("attention.head_count_kv", heads),
                         ("feed_forward_length", 4 * width), ("context_length", 256)]:
        entries.append(("llama." + name, 4, struct.pack("<I", number)))
    entries.append(("llama.attention.layer_norm_rms_epsilon", 6, struct.pack("<f", 1e-5)))
    entries.append(("tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, vocabulary) + b"".join(map(text, words))))
    entries.append(("tokenizer.ggml.token_type", 9, struct.pack("<IQ", 5, vocabulary) + struct.pack(f"<{vocabulary}i", *[1] * (vocabulary - 1), 3)))
    entries.append(("tokenizer.ggml.merges", 9, struct.pack("<IQ", 8, 0)))
    entries.append(("tokenizer.ggml.eos_token_id", 4, struct.pack("<I", vocabulary - 1)))
    tensors = {"token_embd.weight": (vocabulary, width), "output_norm.weight": (width,), "output.weight": (vocabulary, width)}
    for layer in range(layers):
        for name, shape in [("attn_norm", (width,)), ("attn_q", (width, width)), ("attn_k", (width, width)), ("attn_v", (width, width)),
                            ("attn_output", (width, width)), ("ffn_norm", (width,)), ("ffn_gate", (4 * width, width)), ("ffn_up", (4 * width, width)),
                            ("ffn_down", (width, 4 * width))]:
            tensors[f"blk.{layer}.{name}.weight"] = shape
    head, data = b"", b""
    for name, shape in tensors.items():
        values = np.ones(shape) if len(shape) == 1 else random.normal(0, scale * shape[1] ** -0.5, shape)
        if name == "output.weight":
            values *= 2
        head += text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape[::-1]) + struct.pack("<IQ", 0, len(data))
        data += values.astype("<f4").tobytes()
        data += b"\0" * (-len(data) % 32)
    start = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(text(n) + struct.pack("<I", kind) + value for n, kind, value in entries) + head
    with open(path, "wb") as file:
        file.write(start + b"\0" * (-len(start) % 32) + data)


def runs(model, goal, count, before, after, target, options, arguments):
    command = [BENCHMARK, "prompts", model, "1", str(arguments.seeds), str(arguments.evaluations), goal, str(count), before, after, target, *options]
    if "toy" in model:
        command.append("soundness=any")
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split() for line in lines]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("out")
    parser.add_argument("model", nargs="?")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--evaluations", type=int, default=20_000)
    parser.add_argument("--toys", type=int, default=3)
    parser.add_argument("--only")
    parser.add_argument("--option", action="append", default=[])
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    cases = []
    for seed in range(arguments.toys):
        path = os.path.join(arguments.out, f"toy{seed}.gguf")
        toy(path, seed)
        cases.append((f"toy {seed}", path, ["14.2", "13", "13"][seed % 3], 8, "1,2,3,4", "5", "10,20,30,40,50"))
    if arguments.model:
        question = "<|im_start|>user\\nWhich fruit is best?"
        cases.append(("Bananas", arguments.model, "1.5", 6, question, "<|im_end|>\\n<|im_start|>assistant\\n", "Bananas"))
    print("| case | way | goal met | evaluations, mean | gradients, mean | loss, median |\n|---|---|---|---|---|---|")
    for name, path, goal, count, before, after, target in cases:
        for way, options in WAYS.items():
            if arguments.only and way not in arguments.only.split(","):
                continue
            found = runs(path, goal, count, before, after, target, options + arguments.option, arguments)
            met = [run for run in found if run[4] == "true"]
            cost = [int(run[1]) if run[4] == "true" else arguments.evaluations for run in found]
            gradients, losses = [int(run[2]) for run in found], [float(run[3]) for run in found]
            print(f"| {name} | {way} | {len(met)} of {len(found)} | {statistics.mean(cost):.0f} | {statistics.mean(gradients):.0f} | {statistics.median(losses):.2f} |", flush=True)


if __name__ == "__main__":
    main()
