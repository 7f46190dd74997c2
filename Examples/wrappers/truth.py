"""Works out, without Gainsay, what wrappers.say asks: the numbers of README.md.

    python truth.py

The decision in ONNX Runtime; the corrections by the formula of lines, and the votes, with numpy's own random numbers.
"""

import pathlib

import numpy as np
import onnxruntime

FOLDER = pathlib.Path(__file__).resolve().parent
SESSION = onnxruntime.InferenceSession(FOLDER / "decides.onnx", providers=["CPUExecutionProvider"])
LINES, VOTES, SIGMA, SEEDS = 99, 1000, 0.25, 20


def scores(rows):
    return np.array([SESSION.run(None, {"x": row[None]})[0][0] for row in rows.astype(np.float32)])


def main():
    data = np.load(FOLDER / "opened.npz")
    x = data["x"]
    print(f"decided `yes`: {(scores(x).argmax(axis=1) == 1).sum()} of {len(x)}")
    wrong, yes = [], []
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        ends = random.uniform(-1, 1, (LINES, x.shape[1]))
        far = scores(ends)
        corrected = [np.median(2 * scores((row + ends) / 2) - far, axis=0) for row in x]
        wrong.append(sum(answer[1] > answer[0] for answer in corrected))
    print(f"corrected, decided `yes`: {min(wrong)} to {max(wrong)}, {SEEDS} times")
    noise = np.random.default_rng(SEEDS).normal(scale=SIGMA, size=(VOTES, x.shape[1]))
    yes = [(scores(row + noise).argmax(axis=1) == 1).mean() for row in x]
    print(f"votes for `yes`: above half for {sum(share > 0.5 for share in yes)} of {len(x)}, at most {max(yes):.3f}")


if __name__ == "__main__":
    main()
