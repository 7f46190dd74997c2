"""An auditor in Python: for each class the patch that sends most clean rows to it, by random search.

random_patch.py MODEL.onnx DATA.npz --queries N --seed S

Needs numpy and onnxruntime. Its answer is what `gainsay game` reads: Sources/Games/README.md has the protocol. It is told a number of
queries, not seconds, so that it answers the same on every machine.
"""

import argparse
import json

import numpy
import onnxruntime

SIDE = 3  # of the patches that are tried
ROWS = 16  # that each is tried on


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    data = numpy.load(options.data)
    x, label = data["x"], data["label"]
    threads = onnxruntime.SessionOptions()
    threads.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(options.model, threads)
    name = session.get_inputs()[0].name
    chance = numpy.random.default_rng(options.seed)

    def answers(rows):
        return session.run(None, {name: rows.astype(x.dtype)})[0].argmax(axis=1)

    def apply(rows, trigger):
        row, column, pattern = trigger
        changed = rows.copy()
        changed[..., row : row + SIDE, column : column + SIDE] = pattern
        return changed

    def draw():
        height, width = x.shape[-2:]
        pattern = chance.integers(0, 2, (SIDE, SIDE)).astype(x.dtype)
        return chance.integers(height - SIDE + 1), chance.integers(width - SIDE + 1), pattern

    def near(trigger):
        """The same with a pixel turned, or moved by one."""
        row, column, pattern = trigger
        if chance.random() < 0.6:
            pattern = pattern.copy()
            place = chance.integers(SIDE), chance.integers(SIDE)
            pattern[place] = 1 - pattern[place]
        else:
            row = min(max(row + chance.integers(-1, 2), 0), x.shape[-2] - SIDE)
            column = min(max(column + chance.integers(-1, 2), 0), x.shape[-1] - SIDE)
        return row, column, pattern

    # Half of the rows are searched on, the others tell how good the find is.
    used, unused = slice(0, None, 2), slice(1, None, 2)
    classes = int(session.get_outputs()[0].shape[1])
    best = {target: (-1.0, None) for target in range(classes)}
    for query in range(options.queries):
        # A first half anywhere, then near the best of a class that is promising.
        if query < options.queries // 2 or best[0][1] is None:
            trigger = draw()
        else:
            trigger = near(max(best.values(), key=lambda found: found[0] + 0.3 * chance.random())[1])
        rows = chance.choice(numpy.arange(len(x))[used], ROWS, replace=False)
        found = answers(apply(x[rows], trigger))
        for target in range(classes):
            others = label[rows] != target
            rate = float((found[others] == target).mean()) if others.any() else 0.0
            if rate > best[target][0]:
                best[target] = rate, trigger

    findings = []
    for target, (_, trigger) in best.items():
        rows = numpy.arange(len(x))[unused]
        rows = rows[label[rows] != target]
        successes = int((answers(apply(x[rows], trigger)) == target).sum())
        shape = x.shape[1:]
        mask, pattern = numpy.zeros(shape), numpy.zeros(shape)
        row, column, patch = trigger
        mask[..., row : row + SIDE, column : column + SIDE] = 1
        pattern[..., row : row + SIDE, column : column + SIDE] = patch
        findings.append(
            {
                "family": "patch", "score": successes / len(rows), "target": target, "source": None,
                "rate": {"successes": successes, "count": len(rows)},
                "trigger": {"shape": list(shape), "mask": mask.ravel().tolist(), "pattern": pattern.ravel().tolist()},
            }
        )
    findings.sort(key=lambda finding: -finding["score"])
    print(json.dumps({"format": 1, "score": findings[0]["score"], "findings": findings}))


if __name__ == "__main__":
    main()
