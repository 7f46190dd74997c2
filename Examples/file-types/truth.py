"""Works out, without Gainsay, how few characters turn a file into another type: one at every place, then greedily more.

    python truth.py             # the numbers of README.md, some minutes; needs ./fetch first

Packages: ../requirements.txt.
"""

import pathlib

import numpy as np
import onnxruntime

from make import HERE, SIZE

WINDOW, NONE, EDITED = 1024, 256, 16
PRINTED = np.arange(33, 127, dtype=np.int32)


def chances(run, texts):
    padding = np.full((len(texts), WINDOW - SIZE), NONE, dtype=np.int32)
    rows = np.concatenate([texts, padding, padding, texts], axis=1)
    return np.concatenate([run(rows[start : start + 32]) for start in range(0, len(rows), 32)])


def margins(found, label):
    """The label's chance less the best of the others; negative where the answer is another."""
    return found[:, label] - np.delete(found, label, axis=1).max(1)


def greedily(run, text, label, places):
    """Changes the character that costs most, again and again; yields the margin after one, two ... changes, and the text."""
    while places.size:
        tried = np.repeat(text[None], places.size * PRINTED.size, axis=0)
        changed = np.repeat(places, PRINTED.size)
        tried[np.arange(len(tried)), changed] = np.tile(PRINTED, places.size)
        found = margins(chances(run, tried), label)
        worst = found.argmin()
        text, places = tried[worst], places[places != changed[worst]]
        yield found[worst], text


def main():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(HERE / "fetched" / "model.onnx", options, providers=["CPUExecutionProvider"])
    run = lambda rows: session.run(None, {"bytes": rows})[0]
    labels = (HERE / "fetched" / "labels.say").read_text().removeprefix("enum Label = ").strip().split(", ")
    data = np.load(HERE / "fetched" / "files.npz")
    for text, label in zip(data["text"], data["label"]):
        at_rest = chances(run, text[None])
        print(f"{labels[label]}: right by {margins(at_rest, label)[0]:.3f}" if at_rest.argmax() == label else f"{labels[label]}: WRONG", flush=True)
        for name, places, most in ("beginning", np.arange(EDITED), 2), ("last character", np.array([SIZE - 1]), 1):
            for edits, (margin, edited) in enumerate(greedily(run, text, label, places), start=1):
                print(f"  {name}: {edits} changed, margin {margin:.3f}: {bytes(edited[places].astype(np.uint8)).decode()!r}", flush=True)
                if margin < 0 or edits == most:
                    break


if __name__ == "__main__":
    main()
