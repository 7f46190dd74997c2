"""Speed of a language model beside llama.cpp, by turns, on two threads: tokens a second of a prompt of 512, of a reply of 128,
and suffixes of 8 a second behind a shared prefix of 64.

    python3 Tests/Conformance/language_speed.py MODEL.gguf [ROUNDS]

Needs `swift build -c release --product engine-benchmark`, numpy and xllamacpp.
"""
import subprocess
import sys
import time

from llamacpp import Llama


def ids(count, seed):
    return [(i * 7919 + seed) % 40000 + 100 for i in range(count)]


def rivals(path):
    alone, many = Llama(path), Llama(path, context=64 * 128, sequences=64)
    while True:
        found, llama = {}, alone
        llama.clear()
        start = time.perf_counter()
        llama.decode([(t, p, 0, p == 511) for p, t in enumerate(ids(512, 1))])
        llama.logits()
        found["prompt"] = 512 / (time.perf_counter() - start)
        llama.clear()
        llama.decode([(t, p, 0, p == 15) for p, t in enumerate(ids(16, 1))])
        start = time.perf_counter()
        for position in range(16, 143):
            llama.decode([(int(llama.logits().argmax()), position, 0, 1)])
        found["generation"] = 127 / (time.perf_counter() - start)
        llama = many
        llama.clear()
        llama.decode([(t, p, 0, p == 63) for p, t in enumerate(ids(64, 1))])
        memory = llama.lib.llama_get_memory(llama.context)
        start = time.perf_counter()
        # 63 suffixes at a time, which share the prefix: as many sequences as its own batches of 512 hold.
        for first in range(0, 256, 63):
            part = range(first, min(first + 63, 256))
            for sequence in range(1, len(part) + 1):
                llama.lib.llama_memory_seq_rm(memory, sequence, -1, -1)
                llama.lib.llama_memory_seq_cp(memory, 0, sequence, -1, -1)
            llama.decode([(t, 64 + p, s + 1, p == 7) for s, i in enumerate(part) for p, t in enumerate(ids(8, 1000 * i))])
            for s in range(len(part)):
                llama.logits(8 * s + 7)[5]
        found["candidates"] = 256 / (time.perf_counter() - start)
        yield found


def ours(path):
    found = {}
    out = subprocess.run([".build/release/engine-benchmark", "language", path, "2", "speed"], capture_output=True, text=True, check=True)
    for line in out.stdout.splitlines():
        name, number = line.split()[:2]
        found[name] = max(found.get(name, 0), float(number)) if name != "memory" else float(line.split()[2])
    return found


if __name__ == "__main__":
    path, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    other = rivals(path)
    best, best_other = {}, {}
    for _ in range(rounds):
        for name, number in ours(path).items():
            best[name] = min(best.get(name, number), number) if name in ("load", "memory") else max(best.get(name, 0), number)
        for _ in range(3):
            for name, number in next(other).items():
                best_other[name] = max(best_other.get(name, 0), number)
    for name, number in best_other.items():
        print(f"{name:12} {best[name]:9.1f} a second, llama.cpp {number:9.1f}: {best[name] / number:.2f}x")
    print(f"load         {best['load'] * 1000:9.1f} ms\nmemory       {best['memory']:9.0f} MB")
