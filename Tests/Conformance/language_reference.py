"""Logits, greedy replies and gradients of a GGUF model of Llama's family, held against float32 of the dequantised weights.

    python3 Tests/Conformance/language_reference.py MODEL.gguf [--reply 64] [--gradient]

The reference is numpy's (logits within 1e-3; replies alike as far as the margin allows) and, with --gradient, PyTorch's, whose time is
measured besides, both on two threads. Needs `swift build -c release --product engine-benchmark`, numpy and gguf; for --gradient torch.
"""
import argparse
import subprocess
import sys
import tempfile
import time

import numpy as np


def ours(path, *arguments):
    run = subprocess.run([".build/release/engine-benchmark", "language", path, "2", *map(str, arguments)], capture_output=True, text=True, check=True)
    return [line for line in run.stdout.splitlines() if not line.startswith("load")]


class Reference:
    def __init__(self, path):
        from gguf import GGUFReader
        from gguf.quants import dequantize
        reader = GGUFReader(path)
        self.weights = {t.name: dequantize(t.data, t.tensor_type).astype(np.float32) for t in reader.tensors}
        name = reader.fields["general.architecture"].contents()
        field = lambda key: reader.fields[f"{name}.{key}"].contents()
        self.layers, self.width, self.heads = field("block_count"), field("embedding_length"), field("attention.head_count")
        self.key_heads, self.epsilon = field("attention.head_count_kv"), field("attention.layer_norm_rms_epsilon")
        self.base, self.size = field("rope.freq_base"), self.width // self.heads

    def logits(self, ids, lib=np, embedded=None, last=None):
        """Of numpy, or of torch where that is `lib`."""
        w = self.weights if lib is np else self.tensors
        head = w.get("output.weight", w["token_embd.weight"])
        x = w["token_embd.weight"][ids] if embedded is None else embedded
        count, half = len(ids), self.size // 2
        angles = np.arange(count)[:, None] * self.base ** (-np.arange(half) / half)[None]
        cosine, sine = np.cos(angles).astype(np.float32)[:, None], np.sin(angles).astype(np.float32)[:, None]
        mask = np.where(np.tri(count, dtype=bool), 0, -np.inf).astype(np.float32)
        if lib is not np:
            cosine, sine, mask = map(lib.from_numpy, (cosine, sine, mask))
        def norm(x, weight):
            return x / lib.sqrt((x * x).mean(-1)[:, None] + self.epsilon) * weight
        def rotated(q):
            a, b = q[..., 0::2], q[..., 1::2]
            return lib.stack([a * cosine - b * sine, a * sine + b * cosine], -1).reshape(q.shape)
        for layer in range(self.layers):
            part = lambda name: w[f"blk.{layer}.{name}.weight"]
            h = norm(x, part("attn_norm"))
            q = rotated((h @ part("attn_q").T).reshape(count, self.heads, self.size))
            k = rotated((h @ part("attn_k").T).reshape(count, self.key_heads, self.size))
            v = (h @ part("attn_v").T).reshape(count, self.key_heads, self.size)
            seen = []
            for head_index in range(self.heads):
                shared = head_index // (self.heads // self.key_heads)
                scores = q[:, head_index] @ k[:, shared].T / float(np.sqrt(self.size)) + mask
                weights = lib.exp(scores - (scores.max(-1, keepdims=True) if lib is np else scores.max(-1, keepdim=True).values))
                seen.append(weights / weights.sum(-1)[:, None] @ v[:, shared])
            x = x + lib.concatenate(seen, -1) @ part("attn_output").T
            h = norm(x, part("ffn_norm"))
            gate = h @ part("ffn_gate").T
            x = x + (gate / (1 + lib.exp(-gate)) * (h @ part("ffn_up").T)) @ part("ffn_down").T
        if last is not None:
            x = x[-last:]
        return norm(x, w["output_norm.weight"]) @ head.T


def check_logits(path, reference, folder):
    ids = list(range(100, 4000, 37))
    ours(path, "logits", folder + "/logits", *ids)
    found = np.fromfile(folder + "/logits", np.float32).reshape(len(ids), -1)
    difference = np.abs(found - reference.logits(ids)).max()
    print(f"logits of {len(ids)} tokens: largest difference {difference:.2e}")
    return difference < 1e-3


def check_reply(path, reference, count):
    words, margin, ids = ours(path, "reply", count, 504, 3575, 282, 4649, 314)[0].split(), None, [504, 3575, 282, 4649, 314]
    found, margin = [int(word) for word in words[:-1]], float(words[-1])
    start, same = len(ids), 0
    for token in found:
        row = reference.logits(ids)[-1]
        first, second = np.sort(row)[::-1][:2]
        if int(row.argmax()) != token:
            print(f"reply: token {same} differs, where the margin is {first - second:.2e}")
            return first - second < 1e-3
        ids.append(token)
        same += 1
    print(f"reply: {same} tokens alike, smallest margin {margin}")
    return len(ids) > start


def check_gradient(path, reference, folder):
    import torch
    torch.set_num_threads(2)
    reference.tensors = {name: torch.from_numpy(weight) for name, weight in reference.weights.items()}
    ids, watched, targets = [(i * 7919) % 40000 + 100 for i in range(60)], 20, 8
    embedding = reference.tensors["token_embd.weight"]
    def step():
        start = len(ids) - targets - watched
        x = embedding[torch.tensor(ids[:-1])].clone().requires_grad_()
        logits = reference.logits(ids[:-1], torch, x, targets)
        sum_ = torch.log_softmax(logits, -1)[torch.arange(targets), torch.tensor(ids[-targets:])].sum()
        sum_.backward()
        return sum_.item(), (x.grad[start:start + watched] @ embedding.T).numpy()
    expected_sum, expected = step()
    seconds = float(ours(path, "slopes", folder + "/slopes", watched, targets, *ids)[0].split()[1])
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    line = ours(path, "slopes", folder + "/slopes", watched, targets, *ids)[0].split()
    seconds = min(seconds, float(line[1]))
    found = np.fromfile(folder + "/slopes", np.float32).reshape(watched, -1)
    error = np.abs(found - expected).max() / np.abs(expected).max()
    print(f"gradient: log p {line[0]} and {expected_sum:.6f}, largest difference {error:.2e} of the largest")
    print(f"gradient step: {seconds * 1000:.0f} ms, PyTorch {min(times) * 1000:.0f} ms: {min(times) / seconds:.2f}x")
    return error < 1e-3 and abs(float(line[0]) - expected_sum) < 1e-2


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--reply", type=int, default=64)
    parser.add_argument("--gradient", action="store_true")
    options = parser.parse_args()
    reference = Reference(options.model)
    with tempfile.TemporaryDirectory() as folder:
        good = check_logits(options.model, reference, folder) and check_reply(options.model, reference, options.reply)
        if options.gradient:
            good = check_gradient(options.model, reference, folder) and good
    sys.exit(0 if good else 1)
