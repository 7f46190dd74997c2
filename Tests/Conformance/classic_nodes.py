"""Random nodes of ai.onnx.ml in Gainsay and in ONNX Runtime with one thread, on the same rows: values on thresholds, the next floats
beside them and NaN among them.

Labels have to be the same; scores the same to the bit where nothing is made of them at the end, else to 1e-5. What ONNX Runtime refuses is
passed over. Needs onnx, onnxruntime, numpy.

    python3 Tests/Conformance/classic_nodes.py FOLDER --benchmark .build/release/engine-benchmark [--count 400] [--seed 1]
"""

import argparse
import collections
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]
TRANSFORMS = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"]


class Trees:
    """Random trees as parallel lists."""

    def __init__(self, r, features, targets, modes, missing, dense, sign):
        self.lists = collections.defaultdict(list)
        self.leaves = []
        self.thresholds = collections.defaultdict(list)
        self.r, self.features, self.modes, self.missing = r, features, modes, missing
        for tree in range(int(r.integers(1, 12))):
            self.next = 0
            self.grow(tree, int(r.integers(0, 5)))
        for tree, node in self.leaves:
            own = range(targets) if dense else [int(r.integers(targets))]
            for target in own:
                weight = float(np.float32(r.normal()))
                yield_ = abs(weight) if sign else weight
                for name, value in zip(("treeids", "nodeids", "ids", "weights"), (tree, node, target, yield_)):
                    self.lists["leaf_" + name].append(value)

    def grow(self, tree, depth):
        own = self.next
        self.next += 1
        place = len(self.lists["nodes_nodeids"])
        leaf = depth == 0 or self.r.random() < 0.1
        feature = 0 if leaf else int(self.r.integers(self.features))
        value = 0.0 if leaf else float(np.float32(self.r.choice([self.r.normal(), self.r.integers(-2, 3)])))
        row = dict(treeids=tree, nodeids=own, featureids=feature, values=value,
                   modes="LEAF" if leaf else str(self.r.choice(self.modes)), truenodeids=0, falsenodeids=0,
                   missing_value_tracks_true=int(self.missing and self.r.random() < 0.5), hitrates=1.0)
        for name, entry in row.items():
            self.lists["nodes_" + name].append(entry)
        if leaf:
            self.leaves.append((tree, own))
            return own
        self.thresholds[feature].append(value)
        self.lists["nodes_truenodeids"][place] = self.grow(tree, depth - 1)
        self.lists["nodes_falsenodeids"][place] = self.grow(tree, depth - 1)
        return own

    def attributes(self, part):
        found = {n: v for n, v in self.lists.items() if n.startswith("nodes_")}
        if not self.missing:
            found.pop("nodes_missing_value_tracks_true")
        for name in ("treeids", "nodeids", "ids", "weights"):
            found[f"{part}_{name}"] = self.lists["leaf_" + name]
        return found

    def rows(self, count, kind):
        x = self.r.normal(size=(count, self.features)).astype(kind)
        for feature, values in self.thresholds.items():
            for row in range(count):
                chance = self.r.random()
                value = np.asarray(values[int(self.r.integers(len(values)))], kind)
                if chance < 0.2:
                    x[row, feature] = value
                elif chance < 0.4:
                    x[row, feature] = np.nextafter(value, kind(self.r.choice([-np.inf, np.inf])))
        if np.issubdtype(kind, np.floating):
            x[self.r.random(x.shape) < 0.05] = np.nan
        return x


def regressor(r):
    kind = r.choice([np.float32, np.float32, np.float64])
    targets = int(r.choice([1, 1, 2, 4]))
    trees = Trees(r, int(r.integers(1, 6)), targets, [str(r.choice(MODES))] if r.random() < 0.6 else MODES,
                  r.random() < 0.5, r.random() < 0.4, False)
    options = trees.attributes("target")
    options.update(n_targets=targets, aggregate_function=str(r.choice(["SUM", "SUM", "AVERAGE", "MIN", "MAX"])),
                   post_transform=str(r.choice(TRANSFORMS)))
    if r.random() < 0.5:
        options["base_values"] = [float(np.float32(r.normal())) for _ in range(targets)]
    return "TreeEnsembleRegressor", options, trees.rows(200, kind), ["y"], options["post_transform"]


def classifier(r):
    kind = r.choice([np.float32, np.float32, np.float64])
    classes = int(r.choice([2, 2, 2, 3, 5]))
    single = classes == 2 and r.random() < 0.6
    dense = classes == 2 or r.random() < 0.5
    trees = Trees(r, int(r.integers(1, 6)), 1 if single else classes, [str(r.choice(MODES))] if r.random() < 0.6 else MODES,
                  r.random() < 0.5, dense, r.random() < 0.4)
    options = trees.attributes("class")
    options.update(classlabels_int64s=[int(v) for v in (range(classes) if r.random() < 0.5 else r.permutation(50)[:classes])],
                   post_transform=str(r.choice(TRANSFORMS)))
    if r.random() < 0.5:
        options["base_values"] = [float(np.float32(r.normal())) for _ in range(r.choice([1, classes]) if classes == 2 else classes)]
    return "TreeEnsembleClassifier", options, trees.rows(200, kind), ["label", "y"], options["post_transform"]


def ensemble(r):
    """TreeEnsemble of version 5: inner nodes and leaves have lists of their own, and some tests are for membership."""
    kind = r.choice([np.float32, np.float32, np.float64])
    targets = int(r.choice([1, 1, 2, 4]))
    trees = Trees(r, int(r.integers(1, 6)), targets, [str(r.choice(MODES))] if r.random() < 0.6 else MODES,
                  r.random() < 0.5, False, False)
    x, old = trees.rows(200, kind), trees.lists
    nodes = list(zip(old["nodes_treeids"], old["nodes_nodeids"]))
    leaves = {node: place for place, node in enumerate(zip(old["leaf_treeids"], old["leaf_nodeids"]))}
    tests = {node: place for place, node in enumerate(node for node in nodes if node not in leaves)}
    if not tests:
        return ensemble(r)
    lists, members = collections.defaultdict(list), []
    for place, node in enumerate(nodes):
        if node in leaves:
            continue
        mode, split = MODES.index(old["nodes_modes"][place]), old["nodes_values"][place]
        if r.random() < 0.15:
            mode, split = 6, 0.0
            members += [*r.integers(-3, 4, size=int(r.integers(1, 4))), np.nan]
            # ONNX Runtime makes a whole number of what it looks up.
            x[:, old["nodes_featureids"][place]] = np.round(x[:, old["nodes_featureids"][place]])
        row = dict(featureids=old["nodes_featureids"][place], splits=split, modes=mode,
                   missing_value_tracks_true=old["nodes_missing_value_tracks_true"][place])
        for side in ("true", "false"):
            child = (node[0], old[f"nodes_{side}nodeids"][place])
            row[f"{side}leafs"], row[f"{side}nodeids"] = int(child in leaves), leaves[child] if child in leaves else tests[child]
        for name, entry in row.items():
            lists["nodes_" + name].append(entry)
    # A tree that is one leaf cannot be said.
    lists["tree_roots"] = [tests[node] for node in nodes if node[1] == 0 and node in tests]

    def tensor(name, values, element):
        return helper.make_tensor(name, element, [len(values)], values)

    element = ELEMENTS[np.dtype(kind)]
    options = dict(lists, leaf_targetids=old["leaf_ids"], leaf_weights=tensor("leaf_weights", old["leaf_weights"], element),
                   nodes_splits=tensor("nodes_splits", lists["nodes_splits"], element),
                   nodes_modes=tensor("nodes_modes", lists["nodes_modes"], TensorProto.UINT8), n_targets=targets,
                   aggregate_function=int(r.choice([0, 1, 1, 2, 3])))
    # By ONNX 1 is softmax and 2 logistic; ONNX Runtime 1.32 has them the other way round.
    options["post_transform"] = int(r.choice([0, 0, 3]))
    if members:
        options["membership_values"] = tensor("membership_values", members, element)
    return "TreeEnsemble", options, x, ["y"], TRANSFORMS[options["post_transform"]]


def linear_regressor(r):
    targets, features = int(r.integers(1, 4)), int(r.integers(1, 6))
    options = dict(coefficients=list(r.normal(size=targets * features)), targets=targets, post_transform=str(r.choice(TRANSFORMS)))
    if r.random() < 0.7:
        options["intercepts"] = list(r.normal(size=targets))
    return "LinearRegressor", options, r.normal(size=(100, features)).astype(np.float32), ["y"], "close"


def linear_classifier(r):
    classes, features = int(r.integers(2, 5)), int(r.integers(1, 6))
    targets = 1 if classes == 2 and r.random() < 0.5 else classes
    options = dict(coefficients=list(r.normal(size=targets * features)), intercepts=list(r.normal(size=targets)),
                   classlabels_ints=list(range(3, 3 + classes)), post_transform=str(r.choice(TRANSFORMS)), multi_class=0)
    return "LinearClassifier", options, r.normal(size=(100, features)).astype(np.float32), ["label", "y"], "close"


def kernel(r, options):
    options["kernel_type"] = str(r.choice(["LINEAR", "POLY", "RBF", "SIGMOID"]))
    options["kernel_params"] = [float(r.uniform(0.1, 1)), float(r.normal()), float(r.choice([2, 3]))]


def svm_regressor(r):
    features, count = int(r.integers(1, 5)), int(r.integers(1, 9))
    options = dict(n_supports=count, support_vectors=list(r.normal(size=count * features)), coefficients=list(r.normal(size=count)),
                   rho=[float(r.normal())], one_class=int(r.random() < 0.2))
    kernel(r, options)
    return "SVMRegressor", options, r.normal(size=(100, features)).astype(np.float32), ["y"], "close"


def svm_classifier(r):
    classes, features = int(r.integers(2, 5)), int(r.integers(1, 5))
    counts = [int(r.integers(1, 5)) for _ in range(classes)]
    pairs, total = classes * (classes - 1) // 2, sum(counts)
    options = dict(classlabels_ints=list(range(classes)), coefficients=list(r.normal(size=(classes - 1) * total)),
                   support_vectors=list(r.normal(size=total * features)), vectors_per_class=counts, rho=list(r.normal(size=pairs)),
                   post_transform=str(r.choice(TRANSFORMS)))
    kernel(r, options)
    if r.random() < 0.5:
        options.update(prob_a=list(-r.uniform(0.5, 2, size=pairs)), prob_b=list(r.normal(size=pairs)), post_transform="NONE")
    return "SVMClassifier", options, r.normal(size=(100, features)).astype(np.float32), ["label", "y"], "close"


def scaler(r):
    features = int(r.integers(1, 6))
    options = dict(offset=list(r.normal(size=features)), scale=list(r.normal(size=int(r.choice([1, features])))))
    if len(options["scale"]) == 1:
        options["offset"] = options["offset"][:1]
    return "Scaler", options, r.normal(size=(50, features)).astype(r.choice([np.float32, np.float64, np.int64])), ["y"], "NONE"


def normalizer(r):
    x = r.normal(size=(50, int(r.integers(1, 6)))).astype(np.float32)
    x[::7] = 0
    return "Normalizer", dict(norm=str(r.choice(["MAX", "L1", "L2"]))), x, ["y"], "close"


def imputer(r):
    features = int(r.integers(1, 6))
    x = r.integers(-2, 3, size=(50, features)).astype(np.float32)
    options = dict(imputed_value_floats=list(r.normal(size=int(r.choice([1, features])))), replaced_value_float=float(r.choice([1.0, np.nan])))
    x[r.random(x.shape) < 0.2] = np.nan
    return "Imputer", options, x, ["y"], "NONE"


def binarizer(r):
    return "Binarizer", dict(threshold=1.0), r.integers(-2, 4, size=(50, 3)).astype(np.float32), ["y"], "NONE"


KINDS = [ensemble, regressor, regressor, classifier, classifier, classifier, linear_regressor, linear_classifier, svm_regressor,
         svm_classifier, svm_classifier, scaler, normalizer, imputer, binarizer]
ELEMENTS = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.float64): TensorProto.DOUBLE, np.dtype(np.int64): TensorProto.INT64}


def compare(folder, number, make, benchmark):
    name, options, x, outputs, exactness = make(np.random.default_rng(number))
    node = helper.make_node(name, ["x"], outputs, domain="ai.onnx.ml", **options)
    kinds = {"label": TensorProto.INT64, "y": TensorProto.FLOAT}
    if name in ("Imputer", "Binarizer", "TreeEnsemble"):
        kinds["y"] = ELEMENTS[x.dtype]
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", ELEMENTS[x.dtype], [None, x.shape[1]])],
        [helper.make_tensor_value_info(o, kinds[o], None) for o in outputs])
    version = 5 if name == "TreeEnsemble" else 3
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("ai.onnx.ml", version), helper.make_opsetid("", 17)], ir_version=8)
    path, rows, answers = folder / f"{number}.onnx", folder / "rows.npz", folder / "answers.npz"
    onnx.save(model, path)
    chosen = onnxruntime.SessionOptions()
    chosen.intra_op_num_threads = 1
    chosen.log_severity_level = 4
    try:
        expected = onnxruntime.InferenceSession(str(path), chosen, providers=["CPUExecutionProvider"]).run(None, {"x": x})
    except Exception as error:
        return f"passed over: {name}", str(error)[:120]
    np.savez(rows, x=x[:, None])
    done = subprocess.run([benchmark, "answer", path, rows, answers], capture_output=True, text=True)
    if done.returncode:
        return f"REFUSED: {name}", done.stderr.strip()[-300:]
    found = np.load(answers)
    for output, right in zip(outputs, expected):
        own = found[output].reshape(right.shape) if found[output].size == right.size else found[output]
        if own.shape != right.shape:
            return f"WRONG: {name}", f"{path}: {output} {own.shape} {right.shape}"
        exact = output == "label" or exactness == "NONE"
        same = np.array_equal(own, right, equal_nan=True) if exact else np.allclose(own, right, rtol=1e-5, atol=1e-5, equal_nan=True)
        if not same:
            if output == "label" and exactness == "close" and np.mean(own != right) < 0.02:
                continue
            row = int(np.argwhere(~np.isclose(own, right, rtol=0 if exact else 1e-5, atol=0 if exact else 1e-5, equal_nan=True).reshape(len(x), -1).all(1))[0][0])
            return f"WRONG: {name}", f"{path}: {output} of row {row}: {own[row]} not {right[row]}; {options.get('post_transform')}"
    path.unlink()
    return f"same: {name}", ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--benchmark", default=".build/release/engine-benchmark")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    census = collections.Counter()
    for number in range(arguments.count):
        kind, detail = compare(arguments.folder, arguments.seed * 1_000_000 + number, KINDS[number % len(KINDS)], arguments.benchmark)
        census[kind] += 1
        if detail:
            print(kind, detail)
    for kind in sorted(census):
        print(f"{census[kind]:6} {kind}")
    sys.exit(any(kind.startswith(("WRONG", "REFUSED")) for kind in census))


main()
