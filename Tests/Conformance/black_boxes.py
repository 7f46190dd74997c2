"""How many queries a black box is asked until it is contradicted: `gainsay check` beside foolbox and the Adversarial Robustness Toolbox.

    PYTHON Tests/Conformance/black_boxes.py .build/release/gainsay OUT [--rows 10] [--queries 1000] [--only NAME,...] [--ours]

Fits 20 classifiers with scikit-learn (10 networks, 10 trees and forests; tables and 8x8 digits, columns scaled to [0, 1]) and serves
each behind a command. The question, of rows that are classified rightly: is there a point within eps in each column, and in [0, 1], with
another class? The eps of a model is the least of a list with which 500 random corners answer for at least 6 of 10 rows. Every attack has the
same rows, eps and limit of queries; what counts is the rows asked until the first that answers, each once, the limit where none does. Ours counts
the query of the replay too. The networks are written as ONNX besides, for the strategies that see slopes.

Prints a table for Tests/README.md. Needs numpy, scikit-learn, onnx, foolbox and adversarial-robustness-toolbox.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import warnings

import joblib
import numpy as np

HERE = pathlib.Path(__file__).resolve()
warnings.filterwarnings("ignore")


class Fitted:
    """A classifier of rows of [0, 1], with little around it: forests are asked tree by tree."""

    def __init__(self, estimator, shape):
        self.estimator, self.shape = estimator, shape

    def __call__(self, rows):
        rows = np.asarray(rows, float).reshape(len(rows), -1)
        if not hasattr(self.estimator, "estimators_") or hasattr(self.estimator, "learning_rate"):
            return self.estimator.predict_proba(rows)
        narrow = rows.astype(np.float32)
        votes = [tree.tree_.predict(narrow).reshape(len(rows), -1) for tree in self.estimator.estimators_]
        return np.mean([vote / vote.sum(1, keepdims=True) for vote in votes], 0)


def models():
    from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_classification
    from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier, RandomForestClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.tree import DecisionTreeClassifier

    made = make_classification(1500, 20, n_informative=12, n_classes=4, class_sep=1.5, random_state=1)
    wide = make_classification(1500, 60, n_informative=30, n_classes=3, class_sep=2, random_state=2)
    tables = {"digits": load_digits(return_X_y=True), "cancer": load_breast_cancer(return_X_y=True),
              "wine": load_wine(return_X_y=True), "iris": load_iris(return_X_y=True), "made": made, "wide": wide}

    def network(*layers, seed=0, activation="relu"):
        return MLPClassifier(layers, activation=activation, max_iter=400, random_state=seed)

    chosen = [
        ("digits", network(64)), ("digits", network(64, 32, seed=1)), ("digits", network(100, activation="tanh")),
        ("cancer", network(32)), ("cancer", network(16, 16, seed=1)), ("wine", network(24)), ("iris", network(16)),
        ("made", network(64)), ("made", network(32, 32, seed=1)), ("wide", network(64, 32)),
        ("digits", RandomForestClassifier(20, random_state=0)), ("digits", GradientBoostingClassifier(n_estimators=20, random_state=0)),
        ("digits", ExtraTreesClassifier(20, random_state=0)), ("cancer", RandomForestClassifier(30, random_state=0)),
        ("cancer", DecisionTreeClassifier(random_state=0)), ("wine", RandomForestClassifier(20, random_state=0)),
        ("iris", GradientBoostingClassifier(n_estimators=20, random_state=0)), ("made", RandomForestClassifier(30, random_state=0)),
        ("made", GradientBoostingClassifier(n_estimators=30, random_state=0)), ("wide", ExtraTreesClassifier(30, random_state=0)),
    ]
    for number, (name, estimator) in enumerate(chosen):
        rows, labels = tables[name]
        low, high = rows.min(0), rows.max(0)
        rows = (rows - low) / np.where(high > low, high - low, 1)
        order = np.random.default_rng(7).permutation(len(rows))
        rows, labels = rows[order], labels[order]
        cut = len(rows) * 2 // 3
        estimator.fit(rows[:cut], labels[:cut])
        shape = (1, 8, 8) if name == "digits" else (rows.shape[1],)
        word = {"MLP": "network", "Ran": "forest", "Gra": "boosted", "Ext": "extra", "Dec": "tree"}[type(estimator).__name__[:3]]
        yield f"{number + 1:02}-{name}-{word}", Fitted(estimator, shape), rows[cut:].reshape(-1, *shape), labels[cut:]


def question(model, rows, labels, count):
    """Rows that are classified rightly, and an eps."""
    right = np.flatnonzero(model(rows).argmax(1) == labels)[:count]
    rows, labels = rows[right], labels[right]
    random = np.random.default_rng(3)
    for eps in (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5):
        hit = 0
        for row, label in zip(rows, labels):
            corners = np.clip(row + eps * random.choice([-1, 1], (500, *row.shape)), 0, 1)
            hit += (model(corners).argmax(1) != label).any()
        if hit >= 0.6 * len(rows):
            break
    return rows, labels, eps


class Spent(Exception):
    pass


class Counted:
    """A model that counts the rows it is asked, and stops with the first that answers the question or with the last query."""

    def __init__(self, model, row, label, eps, limit):
        self.model, self.row, self.label, self.eps, self.limit = model, row, label, eps, limit
        self.asked, self.found, self.known = 0, None, {}

    def __call__(self, rows):
        rows = np.asarray(rows, float).reshape(-1, *self.row.shape)
        keys = [row.tobytes() for row in rows]
        fresh = [place for place, key in enumerate(keys) if key not in self.known and keys.index(key) == place]
        if fresh:
            self.known |= zip((keys[place] for place in fresh), self.ask(rows[fresh]))
        return np.array([self.known[key] for key in keys])

    def ask(self, rows):
        scores = self.model(np.clip(rows, 0, 1))
        inside = (np.abs(rows - self.row).reshape(len(rows), -1).max(1) <= self.eps + 1e-6) & \
            (rows.reshape(len(rows), -1).min(1) >= -1e-6) & (rows.reshape(len(rows), -1).max(1) <= 1 + 1e-6)
        hits = np.flatnonzero(inside & (scores.argmax(1) != self.label))
        if len(hits) and self.asked + hits[0] < self.limit:
            self.found = self.asked + int(hits[0]) + 1
            raise Spent
        self.asked += len(rows)
        if self.asked >= self.limit:
            raise Spent
        return scores


def toolbox(counted, classes, eps, limit):
    """Attacks of the Adversarial Robustness Toolbox; tables as square pictures, filled up with columns that nobody reads."""
    from art.attacks.evasion import BoundaryAttack, HopSkipJump, SimBA, SquareAttack, ZooAttack
    from art.estimators.classification import BlackBoxClassifier
    from art.estimators.estimator import NeuralNetworkMixin

    size = counted.row.size
    side = 8 if counted.row.ndim == 3 else max(5, int(np.ceil(np.sqrt(size))))  # Square needs five

    def predict(pictures):
        return counted(np.asarray(pictures).reshape(len(pictures), -1)[:, :size])

    class Picture(BlackBoxClassifier, NeuralNetworkMixin):
        """Square and SimBA ask for a network, of which they then only ask for scores."""

        _channels_first = True

        def get_activations(self, *arguments, **options):
            raise NotImplementedError

        def compute_loss(self, *arguments, **options):
            raise NotImplementedError

    estimator = Picture(predict, (1, side, side), classes, clip_values=(0.0, 1.0))
    picture = np.zeros((1, side * side), np.float32)
    picture[0, :size] = counted.row.ravel()
    picture = picture.reshape(1, 1, side, side)
    hot = np.eye(classes, dtype=np.float32)[[counted.label]]
    attacks = {
        "Square": lambda: SquareAttack(estimator, norm=np.inf, eps=eps, max_iter=limit, nb_restarts=1, verbose=False),
        "SimBA": lambda: SimBA(estimator, attack="px", max_iter=limit, epsilon=eps, order="random", verbose=False),
        "HopSkipJump": lambda: HopSkipJump(estimator, norm=np.inf, max_iter=50, max_eval=200, init_eval=20, verbose=False),
        "Boundary": lambda: BoundaryAttack(estimator, targeted=False, max_iter=limit, verbose=False),
        "ZOO": lambda: ZooAttack(estimator, max_iter=limit, nb_parallel=8, use_resize=False, use_importance=False, verbose=False),
    }
    return {f"ART {name}": (lambda make=make: make().generate(x=picture, y=hot)) for name, make in attacks.items()}


def foolbox(counted, classes, eps, limit):
    import eagerpy
    import foolbox

    model = foolbox.models.NumPyModel(lambda rows: counted(rows).astype(np.float32), bounds=(0, 1))
    row = eagerpy.astensor(counted.row[None].astype(np.float32))
    label = eagerpy.astensor(np.array([counted.label]))
    wrong = foolbox.criteria.Misclassification(label)

    attacks = {
        "HopSkipJump": lambda: foolbox.attacks.HopSkipJumpAttack(constraint="linf", steps=50, initial_gradient_eval_steps=20),
        "Boundary": lambda: foolbox.attacks.BoundaryAttack(steps=limit),
        "uniform noise": lambda: foolbox.attacks.LinfRepeatedAdditiveUniformNoiseAttack(repeats=limit),
        "Gen": lambda: foolbox.attacks.GenAttack(steps=limit, population=10),
    }

    def run(name, make):
        if name == "Gen":
            others = [each for each in range(classes) if each != counted.label]
            scores = counted.model(counted.row[None])[0]
            target = max(others, key=lambda each: scores[each])
            criterion = foolbox.criteria.TargetedMisclassification(eagerpy.astensor(np.array([target])))
            return make()(model, row, criterion, epsilons=eps)
        return make()(model, row, wrong, epsilons=eps)

    return {f"foolbox {name}": (lambda name=name, make=make: run(name, make)) for name, make in attacks.items()}


def theirs(model, rows, labels, eps, limit, notes):
    """For each attack the queries of each row."""
    classes = model(rows[:1]).shape[1]
    results = {}
    for place, (row, label) in enumerate(zip(rows, labels)):
        for library in (toolbox, foolbox):
            names = library(Counted(model, row, int(label), eps, limit), classes, eps, limit)
            for name in names:
                counted = Counted(model, row, int(label), eps, limit)
                try:
                    # What ends of itself with queries left begins again, with other numbers.
                    for attempt in range(5):
                        np.random.seed(5 * place + attempt)
                        library(counted, classes, eps, limit)[name]()
                except Spent:
                    pass
                except Exception as error:  # an attack that cannot start from there, or does not take such rows
                    notes.setdefault(name, f"{type(error).__name__}: {error}"[:100])
                results.setdefault(name, []).append(counted.found or limit)
    return results


def written(estimator, shape, classes, path):
    """The network as ONNX, float32."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights, value = [], [], "flat"
    nodes.append(helper.make_node("Reshape", ["x", "shape"], ["flat"]))
    weights.append(numpy_helper.from_array(np.array([1, -1], np.int64), "shape"))
    layers = list(zip(estimator.coefs_, estimator.intercepts_))
    for number, (matrix, bias) in enumerate(layers):
        is_last = number == len(layers) - 1
        if is_last and matrix.shape[1] == 1:  # the logistic function of one number: two scores
            matrix, bias = np.hstack([np.zeros_like(matrix), matrix]), np.array([0, bias[0]])
        weights += [numpy_helper.from_array(matrix.astype(np.float32), f"w{number}"),
                    numpy_helper.from_array(bias.astype(np.float32), f"b{number}")]
        nodes.append(helper.make_node("Gemm", [value, f"w{number}", f"b{number}"], [f"h{number}"]))
        value = f"h{number}"
        nodes.append(helper.make_node("Softmax" if is_last else {"relu": "Relu", "tanh": "Tanh"}[estimator.activation],
                                      [value], ["p" if is_last else value + "a"]))
        value += "a"
    graph = helper.make_graph(nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("p", TensorProto.FLOAT, [1, classes])], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


def spec(folder, name, model, rows, labels, eps, source):
    """A spec with a property for each row."""
    classes, shape = model(rows[:1]).shape[1], ", ".join(map(str, model.shape))
    np.savez(folder / f"{name}.npz", x=rows, label=labels.astype(np.int64))
    path = folder / f"{name}{'-file' if source.startswith(chr(34)) else ''}.say"
    path.write_text(f"""
model m : (x: Tensor[{shape}]) -> (p: Tensor[{classes}]) from {source}
data rows : {{ x: Tensor[{shape}], label: Int }} from "{name}.npz"
property robust {{
  for row in rows
  forall noise: Tensor[{shape}] in [{-eps}, {eps}]
  check argmax(m(clamp(row.x + noise, 0, 1))) == row.label
}}
""")
    return path


def asked(gainsay, path, options):
    """The properties of a report."""
    command = [gainsay, "check", str(path), "--json", "--no-cases", "--no-shrink", *options]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"{path}: {run.stderr}{run.stdout[:2000]}")
    return json.loads(run.stdout)["properties"]


def ours(gainsay, path, limit, seed):
    found = asked(gainsay, path, ["--queries", str(limit), "--seed", str(seed)])
    return [each["queries"]["asked"] if each["verdict"] == "contradicted" else limit for each in found]


def seen(gainsay, path, limit):
    """The inputs that the strategies with slopes evaluate."""
    found = asked(gainsay, path, ["--tries", str(64 * limit), "--threads", "1"])
    return [each["counterexamples"][0]["tries"] if each["counterexamples"] else 64 * limit for each in found]


def serve(path):
    sys.path.insert(0, str(HERE.parent.parent.parent / "Examples"))
    from serve import serve

    model, classes = joblib.load(path)
    serve(lambda x: model(np.array(x)), {"x": ("float64", model.shape)}, {"p": ("float64", [classes])})


def main():
    if sys.argv[1] == "serve":
        return serve(sys.argv[2])
    parser = argparse.ArgumentParser()
    parser.add_argument("gainsay")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--ours", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    limit, totals, white, notes, lines = arguments.queries, {}, [], {}, []
    for name, model, rows, labels in models():
        if arguments.only and not any(word in name for word in arguments.only.split(",")):
            continue
        rows, labels, eps = question(model, rows, labels, arguments.rows)
        classes = model(rows[:1]).shape[1]
        file = arguments.out / f"{name}.joblib"
        joblib.dump((model, classes), file)
        command = f"command \"'{sys.executable}' '{HERE}' serve '{file.resolve()}'\""
        results = {"gainsay": ours(arguments.gainsay, spec(arguments.out, name, model, rows, labels, eps, command),
                                   limit, arguments.seed)}
        if not arguments.ours:
            results |= theirs(model, rows, labels, eps, limit, notes)
        if "network" in name:
            written(model.estimator, model.shape, classes, arguments.out / f"{name}.onnx")
            path = spec(arguments.out, name, model, rows, labels, eps, f'"{name}.onnx"')
            slopes = seen(arguments.gainsay, path, limit)
            white += slopes
            results["(with slopes)"] = slopes
        for attack, counts in results.items():
            if attack != "(with slopes)":
                totals.setdefault(attack, []).extend(counts)
        middle = {attack: statistics.median(counts) for attack, counts in results.items()}
        print(f"{name} eps {eps}: " + ", ".join(f"{attack} {value:g}" for attack, value in middle.items()), flush=True)
        rivals = {attack: value for attack, value in middle.items() if attack not in ("gainsay", "(with slopes)")}
        best = min(rivals, key=rivals.get) if rivals else ""
        lines.append(f"| {name} | {eps} | {middle['gainsay']:g} | {rivals.get(best, 0):g} ({best}) |")
    print("\n| model | eps | gainsay | best of the others |\n|---|---|---|---|\n" + "\n".join(lines))
    print("\n| attack | questions | answered | median queries | mean |\n|---|---|---|---|---|")
    for attack, counts in sorted(totals.items(), key=lambda item: (statistics.median(item[1]), statistics.mean(item[1]))):
        answered = sum(count < limit for count in counts)
        print(f"| {attack} | {len(counts)} | {answered} | {statistics.median(counts):g} | {statistics.mean(counts):.0f} |")
    if white:
        print(f"\nwith slopes, of the {len(white)} questions to networks: median {statistics.median(white):g} inputs evaluated")
    for attack, note in notes.items():
        print(f"note: {attack}: {note}")


if __name__ == "__main__":
    main()
