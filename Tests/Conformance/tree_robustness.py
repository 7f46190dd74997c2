"""The same questions about ensembles of trees to Gainsay and to Veritas (dtai-veritas 0.3.1): is the answer to a row the same in all of a
box around it?

Boosted trees of XGBoost (100 to 500 trees, depth 4 to 8, two and more classes) and forests of scikit-learn on scikit-learn's own tables;
rows that were not trained on. Veritas is asked for the greatest lead of another class in the box, and stops as soon as one leads, or
none can; its models and boxes are made before its clock starts. Gainsay's time is what its report says for the property, the time in
which counterexamples are shrunk left out (--no-shrink), with one thread, as Veritas has. Answers have to be the same: a lead of at most 1e-4 is float noise (Veritas keeps
float32), and counted apart.

    python3 Tests/Conformance/tree_robustness.py FOLDER --gainsay .build/release/gainsay [--rows 12] [--seconds 10]
"""

import argparse
import json
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
import onnxmltools
import skl2onnx
import veritas
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import MinMaxScaler

QUESTIONS = [
    ("breast cancer", "xgboost", 100, 4, 0.1), ("breast cancer", "xgboost", 300, 6, 0.05),
    ("breast cancer", "xgboost", 500, 8, 0.05), ("wine", "xgboost", 100, 5, 0.1), ("digits", "xgboost", 200, 4, 0.06),
    ("digits", "xgboost", 100, 8, 0.06), ("breast cancer", "forest", 100, 6, 0.05), ("breast cancer", "forest", 500, 8, 0.03),
]
TABLES = {"breast cancer": load_breast_cancer, "wine": load_wine, "digits": load_digits}


def made(folder, number, table, kind, trees, depth):
    x, y = TABLES[table](return_X_y=True)
    x = MinMaxScaler().fit_transform(x).astype(np.float32)
    order = np.random.default_rng(number).permutation(len(x))
    train, test = order[: len(x) * 3 // 4], order[len(x) * 3 // 4:]
    if kind == "xgboost":
        model = xgboost.XGBClassifier(n_estimators=trees, max_depth=depth, learning_rate=0.2, random_state=number, n_jobs=2)
        model.fit(x[train], y[train])
        file = onnxmltools.convert_xgboost(model, initial_types=[("x", FloatTensorType([None, x.shape[1]]))])
    else:
        model = RandomForestClassifier(trees, max_depth=depth, random_state=number, n_jobs=2).fit(x[train], y[train])
        file = skl2onnx.to_onnx(model, x[:1], options={"zipmap": False})
    path = folder / f"{number}.onnx"
    path.write_bytes(file.SerializeToString())
    names = [o.name for o in file.graph.output]
    return model, path, x[test], model.predict(x[test]).astype(np.int64), file.graph.input[0].name, names, len(set(y))


def ask_veritas(ensembles, row, eps, seconds):
    """Whether another class may lead in the box; how long it took, and the lead that is known."""
    box = [veritas.Interval(float(v) - eps, float(v) + eps) for v in row]
    lead, taken = -np.inf, 0.0
    for trees in ensembles:
        config = veritas.Config(veritas.HeuristicType.MAX_OUTPUT)
        config.stop_when_optimal = True
        config.ignore_state_when_worse_than = 0.0
        config.stop_when_num_solutions_exceeds = 1
        config.max_focal_size, config.focal_eps = 1000, 0.2
        config.max_memory = 4 << 30
        start = time.perf_counter()
        search = config.get_search(trees, box)
        reason = search.step_for(seconds - taken, 100)
        taken += time.perf_counter() - start
        if search.num_solutions() > 0 and search.get_solution(0).output > 0:
            return True, taken, search.get_solution(0).output
        if reason not in (veritas.StopReason.NO_MORE_OPEN, veritas.StopReason.OPTIMAL):
            return None, taken, np.nan
        lead = max(lead, search.current_bounds().best)
    return False, taken, lead


def leads(model, label, classes):
    """An ensemble for each class that may lead: its score less that of the label."""
    trees = veritas.get_addtree(model, silent=True)
    if trees.num_leaf_values() == 1:
        return [trees.negate_leaf_values() if label == 1 else trees]
    return [trees.contrast_classes(other, int(label)) for other in range(classes) if other != label]


def ask_gainsay(gainsay, folder, number, path, rows, labels, name, outputs, classes, eps, seconds):
    data = folder / f"{number}.npz"
    np.savez(data, x=rows, label=labels)
    spec = folder / f"{number}.say"
    width, places = rows.shape[1], ", ".join(str(i) for i in range(len(rows)))
    spec.write_text(
        f'model net : (x: Tensor[{width}] at "{name}") -> (label: Int at "{outputs[0]}", p: Tensor[{classes}] at "{outputs[1]}") from "{path.name}"\n'
        f'data rows : {{ x: Tensor[{width}], label: Int in [0, 99] }} from "{data.name}"\n'
        f"property robust(k: Int in {{{places}}}) {{\n  forall noise: Tensor[{width}] in [-{eps}, {eps}]\n"
        f"  let row = rows[k]\n  check net(row.x + noise).label == row.label\n}}\n")
    done = subprocess.run(
        [gainsay, "check", spec, "--json", "--no-cases", "--no-shrink", "--threads", "1", "--budget", f"{2 * seconds}s"],
        capture_output=True, text=True)
    if not done.stdout:
        raise SystemExit(done.stderr)
    report = json.loads(done.stdout)
    verdicts = {"proved": False, "contradicted": True}
    return [(verdicts.get(p["verdict"]), p["seconds"]) for p in report["properties"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gainsay", default=".build/release/gainsay")
    parser.add_argument("--rows", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    wrong, times = 0, ([], [])
    print("| table | model | trees | depth | box | decided: Gainsay, Veritas | median ms | most ms | differ |\n|" + "---|" * 9)
    for number, (table, kind, trees, depth, eps) in enumerate(QUESTIONS):
        model, path, x, labels, name, outputs, classes = made(arguments.folder, number, table, kind, trees, depth)
        x, labels = x[: arguments.rows], labels[: arguments.rows]
        ours = ask_gainsay(arguments.gainsay, arguments.folder, number, path, x, labels, name, outputs, classes, eps, arguments.seconds)
        theirs = [ask_veritas(leads(model, label, classes), row, eps, arguments.seconds) for row, label in zip(x, labels)]
        for own, answers in zip(times, (ours, theirs)):
            own += [a[1] for a in answers]
        noise = sum(1 for o, t in zip(ours, theirs) if None not in (o[0], t[0]) and o[0] != t[0] and abs(t[2]) <= 1e-4)
        differ = sum(1 for o, t in zip(ours, theirs) if None not in (o[0], t[0]) and o[0] != t[0]) - noise
        wrong += differ
        decided = [sum(a[0] is not None for a in answers) for answers in (ours, theirs)]
        figures = [[1000 * f([a[1] for a in answers]) for answers in (ours, theirs)] for f in (statistics.median, max)]
        print(f"| {table} | {kind} | {trees} | {depth} | {eps} | {decided[0]}, {decided[1]} of {len(x)} | "
              f"{figures[0][0]:.2f}, {figures[0][1]:.2f} | {figures[1][0]:.1f}, {figures[1][1]:.1f} | "
              f"{differ}{f' ({noise} by rounding)' if noise else ''} |", flush=True)
    print("| all | | | | | | " + ", ".join(f"{1000 * statistics.median(t):.2f}" for t in times) + " | | |")
    raise SystemExit(wrong > 0)


main()
