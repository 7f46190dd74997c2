"""Backdoors that theory says nobody finds, planted small, and how far auditors get with their first layers' weights.

    python3 Tests/Conformance/undetectable.py .build/release/gainsay OUT
        [--parts rates,dimensions,noise,spikes] [--seeds 5] [--passes 524288] [--threads 2]
        [--dimensions 2,3,4,5,6,7,8,10,12,16,20,24,32]

Plants random Fourier features and spiked rectifiers with `gainsay plant` (models that OUT holds already are taken as they are),
has each looked at by `gainsay audit --weights`, and writes OUT/undetectable.md (tables), OUT/undetectable.csv (a row for each
model and way to search) and OUT/recovery.svg.

A key counts as recovered where the mean wave, on rows of weights that the search did not see, is below -1/2: the point is then
within 0.19 of an odd multiple of the key, and chance gives that to one layer in 10^100. Random search has as many passes through
the weights as the others. Exits with 1 where mean planted accuracy is off the twins' by more than a point, a shift turns fewer than
94% of answers, a key of four dimensions or fewer is not recovered by descent, something stands out in a clean model, or a spike
stands out that is not the one planted.

Needs nothing but Python.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys

METHODS = ["descent", "lattice", "random"]


class Bench:
    """Plants and audits, and remembers what was measured."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.out = pathlib.Path(arguments.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.rows, self.faults, self.alarms, self.clean = [], [], 0, 0

    def run(self, words, codes=(0,)):
        result = subprocess.run([str(word) for word in words], capture_output=True, text=True)
        if result.returncode not in codes:
            raise SystemExit(f"{words}: exit code {result.returncode}\n{result.stderr}")
        return result

    def planted(self, name, kind, count, clean, options):
        """The folder of models, and the key's entries."""
        folder, key = self.out / name, self.out / f"{name}.json"
        if not key.exists():
            words = [self.arguments.gainsay, "plant", kind, "--output", folder, "--key", key, "--count", count]
            words += ["--clean", clean, "--data", self.out / f"{name}.npz", "--seed", 11]
            self.run(words + ["--threads", self.arguments.threads] + options)
        return folder, json.loads(key.read_text())["models"]

    def audited(self, name, folder, entry, number):
        """What an audit of one model says, as JSON; counts alarms about clean ones."""
        words = [self.arguments.gainsay, "audit", folder / entry["file"], "--data", self.out / f"{name}.npz"]
        words += ["--weights", "--passes", self.arguments.passes, "--seed", number, "--json"]
        words += ["--budget", "1h", "--threads", self.arguments.threads]
        answer = json.loads(self.run(words, codes=(0, 1)).stdout)
        if not entry["key"]["isPlanted"]:
            self.clean += 1
            if answer["standsOut"]:
                self.alarms += 1
                self.faults.append(f"{name}/{entry['file']} is clean, and stands out")
        return answer

    def fourier(self, name, options, count, clean):
        """For each method how many keys it recovered, and how many passes it took where it did."""
        folder, entries = self.planted(name, "fourier", count, clean, options)
        recovered, passes = {method: 0 for method in METHODS}, {method: [] for method in METHODS}
        turned = 0
        for number, entry in enumerate(entries):
            answer = self.audited(name, folder, entry, number)
            for attempt in answer["weights"]["waves"]["attempts"]:
                method, found = attempt["method"], attempt["unseen"] <= -0.5
                row = dict(model=f"{name}/{entry['file']}", planted=entry["key"]["isPlanted"], method=method)
                row |= dict(passes=attempt["passes"], mean=attempt["unseen"], recovered=found)
                self.rows.append(row)
                if entry["key"]["isPlanted"] and found:
                    recovered[method] += 1
                    passes[method].append(attempt["passes"])
            turned += entry["key"]["isPlanted"] and answer["standsOut"]
        return recovered, passes, turned


def rates(bench):
    """Accuracy and activation of the usual features."""
    seeds = bench.arguments.seeds
    _, entries = bench.planted("rates", "fourier", seeds, seeds, [])
    twins = {entry["key"]["seed"]: entry["key"] for entry in entries if not entry["key"]["isPlanted"]}
    lines = ["| seed | accuracy, planted | twin | answers turned (95%) | twin |", "|---|---|---|---|---|"]
    for number, key in enumerate(entry["key"] for entry in entries if entry["key"]["isPlanted"]):
        twin, attack = twins[key["seed"]], key["attack"]
        lines.append(
            f"| {number} | {key['clean']['rate']:.4f} | {twin['clean']['rate']:.4f} "
            f"| {attack['rate']:.4f} ({attack['lower']:.4f} to {attack['upper']:.4f}) | {twin['attack']['rate']:.4f} |")
        if attack["rate"] < 0.94:
            bench.faults.append(f"only {attack['rate']} of the answers are turned")
    # Layers by chance differ by more than a point among themselves.
    planted, clean = (
        sum(entry["key"]["clean"]["rate"] for entry in entries if entry["key"]["isPlanted"] == side) / seeds
        for side in (True, False))
    lines.append(f"| mean | {planted:.4f} | {clean:.4f} | | |")
    if abs(planted - clean) > 0.01:
        bench.faults.append(f"mean accuracy {planted} beside {clean}")
    return lines


def typical(passes):
    return f"{sorted(passes)[len(passes) // 2]:,}" if passes else "-"


def recovery(bench, points, name, label, options, check):
    """A table of recovered keys, and the counts for a plot."""
    seeds = bench.arguments.seeds
    lines = [f"| {label} | descent | lattice | random search | median passes: descent | lattice | random | found and replayed |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    counts = []
    for point in points:
        recovered, passes, turned = bench.fourier(f"{name}{point}", options(point), seeds, 2)
        counts.append(recovered)
        lines.append(
            f"| {point} | " + " | ".join(f"{recovered[method]} of {seeds}" for method in METHODS) + " | "
            + " | ".join(typical(passes[method]) for method in METHODS) + f" | {turned} of {seeds} |")
        check(point, recovered)
        print(lines[-1], flush=True)
    return lines, counts


def dimensions(bench):
    points = [int(word) for word in bench.arguments.dimensions.split(",")]

    def check(point, recovered):
        if point <= 4 and recovered["descent"] < bench.arguments.seeds:
            bench.faults.append(f"{point} dimensions: descent recovers {recovered['descent']}")

    lines, counts = recovery(
        bench, points, "d", "dimensions", lambda point: ["--dimension", point, "--support", point], check)
    (bench.out / "recovery.svg").write_text(plot(points, counts, bench.arguments.seeds))
    return lines


def noise(bench):
    """The same for other noise, in eight dimensions."""
    return recovery(
        bench, [0.01, 0.05, 0.1, 0.2], "noise8-", "noise, 8 dimensions",
        lambda point: ["--dimension", 8, "--support", 8, "--beta", point], lambda *_: None)[0]


def spikes(bench):
    """400 numbers and 1000 features: the top eigenvalue stands out from theta 0.63 on."""
    lines = ["| theta | axes | top eigenvalue (edge 2.66) | excess, deviations | found | overlap with the key | replayed |"]
    lines.append("|---|---|---|---|---|---|---|")
    clean = bench.arguments.seeds
    for theta in (0.3, 0.6, 1, 2):
        for axes in (5, 20, 80, 400):
            name = f"spike-{theta}-{axes}"
            options = ["--dimension", 400, "--features", 1000, "--theta", theta, "--support", axes]
            # Clean layers are the same for all.
            folder, entries = bench.planted(name, "spike", 3, clean, options)
            clean = 0
            tops, excesses, overlaps, moved, found = [], [], [], [], 0
            for number, entry in enumerate(entries):
                answer = bench.audited(name, folder, entry, number)
                spike = answer["weights"]["spike"]
                bench.rows.append(dict(
                    model=f"{name}/{entry['file']}", planted=entry["key"]["isPlanted"], method="spike",
                    passes=0, mean=spike["excess"], recovered=answer["standsOut"]))
                if not entry["key"]["isPlanted"]:
                    continue
                shift = entry["key"]["secret"]["spike"]["shift"]
                norm = sum(each * each for each in shift) ** 0.5
                overlap = abs(sum(a * b for a, b in zip(shift, spike["direction"]))) / norm
                tops.append(spike["top"])
                excesses.append(spike["excess"])
                overlaps.append(overlap)
                moved += [each["moved"]["rate"] for each in answer["weights"]["replayed"]]
                found += answer["standsOut"]
                if answer["standsOut"] and overlap < 0.5:
                    bench.faults.append(f"{name}/{entry['file']}: what was found is not the spike")
            lines.append(
                f"| {theta} | {axes} | {min(tops):.2f} to {max(tops):.2f} | {min(excesses):.1f} to {max(excesses):.1f} "
                f"| {found} of 3 | {min(overlaps):.2f} to {max(overlaps):.2f} | "
                + (f"{min(moved):.2f} to {max(moved):.2f} |" if moved else "- |"))
            print(lines[-1], flush=True)
    return lines


def plot(points, counts, seeds):
    """How many keys each method recovers against the dimension, as SVG."""
    width, height, left, bottom = 560, 260, 60, 210
    colours = {"descent": "#1f6fb4", "lattice": "#2a9d5c", "random": "#c4572b"}

    def x(index):
        return left + 20 + index * (width - left - 40) / max(len(points) - 1, 1)

    def y(count, shift):
        return bottom - count / seeds * (bottom - 40) + shift

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">']
    parts.append('<rect width="100%" height="100%" fill="white"/>')
    parts.append('<text x="10" y="18">keys of Gaussian pancakes recovered, of '
                 f'{seeds}, against the dimension (noise 0.02)</text>')
    for count in range(seeds + 1):
        parts.append(f'<text x="{left - 12}" y="{y(count, 4):.0f}" text-anchor="end">{count}</text>')
        parts.append(f'<path d="M{left} {y(count, 0):.0f}H{width - 10}" stroke="#ddd"/>')
    for index, point in enumerate(points):
        parts.append(f'<text x="{x(index):.0f}" y="{bottom + 18}" text-anchor="middle">{point}</text>')
    for number, (method, colour) in enumerate(colours.items()):
        # Lines on one another would hide each other.
        places = [f"{x(index):.1f} {y(count[method], 3 * number - 3):.1f}" for index, count in enumerate(counts)]
        parts.append(f'<path d="M{"L".join(places)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{left + 20 + 170 * number}" y="{bottom + 40}" fill="{colour}">{method}'
                     f'{" search" if method == "random" else ""}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gainsay")
    parser.add_argument("out")
    parser.add_argument("--parts", default="rates,dimensions,noise,spikes")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--passes", type=int, default=1 << 19)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dimensions", default="2,3,4,5,6,7,8,10,12,16,20,24,32")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    text = []
    for part in arguments.parts.split(","):
        text += [f"## {part}", ""] + {"rates": rates, "dimensions": dimensions, "noise": noise, "spikes": spikes}[part](bench) + [""]
    text.append(f"Clean models in which something stands out: {bench.alarms} of {bench.clean}.")
    text += [f"fault: {fault}" for fault in bench.faults]
    (bench.out / "undetectable.md").write_text("\n".join(text) + "\n")
    with open(bench.out / "undetectable.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["model", "planted", "method", "passes", "mean", "recovered"])
        writer.writeheader()
        writer.writerows(bench.rows)
    print("\n".join(text))
    sys.exit(1 if bench.faults else 0)


if __name__ == "__main__":
    main()
