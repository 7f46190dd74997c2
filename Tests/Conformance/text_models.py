"""Models that take texts, held against ONNX Runtime: text_models.py GAINSAY OUT [NAME ...]

Makes models of single operators and of scikit-learn's pipelines with seeds that are fixed, asks ONNX Runtime about rows of
texts and numbers, one row at a time, and writes for each a spec whose property says that all answers are the same. Each has
to be proved. Needs numpy, onnx, onnxruntime, scikit-learn, skl2onnx.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

TEXT, FLOAT, INT = TensorProto.STRING, TensorProto.FLOAT, TensorProto.INT64
models = {}


def model(name, nodes, inputs, outputs, constants=(), ml=3, opset=20):
    """Inputs: name to (kind, width, texts of each column or None); outputs: name to kind."""
    kinds = {"text": TEXT, "float": FLOAT, "int": INT}
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info(n, kinds[k], [1, w] if w else [1]) for n, (k, w, _) in inputs.items()],
        [helper.make_tensor_value_info(n, kinds[k], None) for n, k in outputs.items()], list(constants))
    made = helper.make_model(
        graph, ir_version=9,
        opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", ml),
                       helper.make_opsetid("com.microsoft", 1)])
    models[name] = (made.SerializeToString(), inputs)


def ml(operation, inputs, outputs, **attributes):
    return helper.make_node(operation, inputs, outputs, domain="ai.onnx.ml", **attributes)


def single_nodes():
    words = ["a", "b", "c", "d", "é"]
    one = {"x": ("text", 1, [words])}
    for name, values in [("int64s", [7, -3, 9]), ("floats", [0.5, -1.0, 2.25])]:
        model("label_text_" + name, [ml("LabelEncoder", ["x"], ["y"], keys_strings=["a", "c", "é"],
                                        **{"values_" + name: values})], one, {"y": "int" if name == "int64s" else "float"}, ml=2)
    model("label_text_text", [ml("LabelEncoder", ["x"], ["y"], keys_strings=["a", "c"], values_strings=["A", "C"],
                                 default_string="none")], one, {"y": "text"}, ml=2)
    model("label_tensor", [ml("LabelEncoder", ["x"], ["y"],
                              keys_tensor=helper.make_tensor("k", TEXT, [2], [b"a", b"d"]),
                              values_tensor=helper.make_tensor("v", INT, [2], [40, 50]),
                              default_tensor=helper.make_tensor("d", INT, [1], [-7]))], one, {"y": "int"}, ml=4)
    model("label_float_nan", [ml("LabelEncoder", ["x"], ["y"], keys_floats=[1.0, float("nan"), 2.5],
                                 values_floats=[10.0, 20.0, 30.0], default_float=-2.0)],
          {"x": ("float", 1, [1.0, 2.5, 3.0, None])}, {"y": "float"}, ml=2)
    model("label_tensor_nan", [ml("LabelEncoder", ["x"], ["y"],
                                  keys_tensor=helper.make_tensor("k", FLOAT, [2], [float("nan"), 2.5]),
                                  values_tensor=helper.make_tensor("v", FLOAT, [2], [40, 50]),
                                  default_tensor=helper.make_tensor("d", FLOAT, [1], [-7]))],
          {"x": ("float", 1, [1.0, 2.5, 3.0, None])}, {"y": "float"}, ml=4)
    model("label_int_text", [ml("LabelEncoder", ["x"], ["y"], keys_int64s=[1, 5], values_strings=["one", "five"],
                                default_string="other")], {"x": ("int", 1, [0, 1, 5, 9])}, {"y": "text"}, ml=2)
    model("label_first_of_two", [ml("LabelEncoder", ["x"], ["y"], keys_strings=["a", "a", "b"],
                                    values_int64s=[1, 2, 3])], one, {"y": "int"}, ml=2)
    model("label_classes", [ml("LabelEncoder", ["x"], ["y"], classes_strings=["c", "a"], default_int64=-4)],
          one, {"y": "int"}, ml=1)
    model("mapper", [ml("CategoryMapper", ["x"], ["y"], cats_strings=["a", "b", "c"], cats_int64s=[3, 1, 4],
                        default_int64=-9)], one, {"y": "int"}, ml=1)
    model("mapper_back", [ml("CategoryMapper", ["x"], ["y"], cats_strings=["a", "b"], cats_int64s=[3, 1],
                             default_string="?")], {"x": ("int", 1, [0, 1, 3])}, {"y": "text"}, ml=1)
    model("onehot_text", [ml("OneHotEncoder", ["x"], ["y"], cats_strings=["b", "é", "z"])], one, {"y": "float"}, ml=1)
    model("onehot_int", [ml("OneHotEncoder", ["x"], ["y"], cats_int64s=[1, 3])],
          {"x": ("float", 1, [0.0, 1.0, 1.5, 3.0, -3.0])}, {"y": "float"}, ml=1)
    spaced = ["Hello World", "hello  world ", "ÄÖ ß", "", " x,y,,z", "a1b22c", "the cat the"]
    text = {"x": ("text", 0, [spaced])}
    for action in ["NONE", "LOWER", "UPPER"]:
        model("normalizer_" + action.lower(), [helper.make_node("StringNormalizer", ["x"], ["y"],
              case_change_action=action, is_case_sensitive=0, locale="C.UTF-8")], text, {"y": "text"})
    model("normalizer_stop", [helper.make_node("StringNormalizer", ["x"], ["y"], case_change_action="UPPER",
          is_case_sensitive=0, stopwords=["hello world", "A1B22C"], locale="C.UTF-8")], text, {"y": "text"})
    model("regex", [helper.make_node("RegexFullMatch", ["x"], ["m"], pattern="[a-z0-9]+|Hello.*"),
                    helper.make_node("Cast", ["m"], ["y"], to=INT)], text, {"y": "int"})
    model("concat", [helper.make_node("StringConcat", ["x", "z"], ["y"])],
          {"x": ("text", 0, [["a", "ab", ""]]), "z": ("text", 0, [["b", "", "c"]])}, {"y": "text"})
    for name, attributes in [("blank", {}), ("comma", {"delimiter": ","}), ("limit", {"maxsplit": 1})]:
        model("split_" + name, [helper.make_node("StringSplit", ["x"], ["p", "y"], **attributes)], text, {"y": "int"})
    grams = {"ngram_counts": [0, 3], "ngram_indexes": [2, 0, 1, 4, 3], "pool_strings": ["the", "cat", "x", "the", "cat", "cat", "the"]}
    for mode in ["TF", "IDF", "TFIDF"]:
        for skip in [0, 1]:
            model(f"terms_{mode.lower()}_{skip}", [
                helper.make_node("Tokenizer", ["x"], ["t"], domain="com.microsoft", mark=0, mincharnum=1, pad_value="#",
                                 tokenexp="[a-zA-Z0-9_]+"),
                helper.make_node("TfIdfVectorizer", ["t"], ["y"], mode=mode, min_gram_length=1, max_gram_length=2,
                                 max_skip_count=skip, weights=[0.5, 1.5, 2.0, 3.0, 4.0], **grams)],
                {"x": ("text", 0, [["the cat the", "x", "", "cat x the", "cat the cat the", "the x x cat"]])}, {"y": "float"})
            model(f"counts_{mode.lower()}_{skip}", [
                helper.make_node("TfIdfVectorizer", ["x"], ["y"], mode=mode, min_gram_length=1, max_gram_length=2,
                                 max_skip_count=skip, weights=[0.5, 1.5, 2.0, 3.0, 4.0], ngram_counts=[0, 3],
                                 ngram_indexes=[2, 0, 1, 4, 3], pool_int64s=[1, 2, 3, 1, 2, 2, 1])],
                {"x": ("int", 4, [1, 2, 3, 4])}, {"y": "float"})
            model(f"cells_{mode.lower()}_{skip}", [
                helper.make_node("TfIdfVectorizer", ["x"], ["y"], mode=mode, min_gram_length=2, max_gram_length=2,
                                 max_skip_count=skip, weights=[0.5, 1.5, 2.0, 3.0, 4.0], **grams)],
                {"x": ("text", 4, [["the", "cat", "x"]] * 4)}, {"y": "float"})
    for name, attributes in [("letters", {"separators": [""]}), ("blanks", {"separators": [" ", ","]}),
                             ("long", {"tokenexp": r"\w+", "mincharnum": 2}), ("marked", {"separators": [" "], "mark": 1})]:
        model("tokens_" + name, [
            helper.make_node("Tokenizer", ["x"], ["t"], domain="com.microsoft",
                             **{"mark": 0, "mincharnum": 1, "pad_value": "#", **attributes}),
            helper.make_node("TfIdfVectorizer", ["t"], ["y"], mode="TF", min_gram_length=1, max_gram_length=1,
                             max_skip_count=0, ngram_counts=[0], ngram_indexes=[0, 1, 2, 3, 4],
                             pool_strings=["the", "l", "Hello", "y", "\x02"])],
            {"x": ("text", 0, [["Hello World", "x,y,,z", "the cat the"]])}, {"y": "float"})
    pair = {"x": ("text", 1, [words]), "z": ("text", 1, [["c", "b", "q"]])}
    model("equal", [helper.make_node("Equal", ["x", "z"], ["m"]), helper.make_node("Cast", ["m"], ["y"], to=INT)],
          pair, {"y": "int"})
    model("joined", [helper.make_node("Concat", ["x", "z"], ["t"], axis=1),
                     helper.make_node("Gather", ["t", "i"], ["u"], axis=1),
                     ml("OneHotEncoder", ["u"], ["y"], cats_strings=["q", "b"])], pair, {"y": "float"},
          [helper.make_tensor("i", INT, [2], [1, 0])], ml=1)
    model("chosen", [helper.make_node("Equal", ["x", "z"], ["m"]), helper.make_node("Where", ["m", "k", "z"], ["y"])],
          pair, {"y": "text"}, [helper.make_tensor("k", TEXT, [1], [b"same"])])
    model("cast", [helper.make_node("Cast", ["x"], ["y"], to=FLOAT)],
          {"x": ("text", 1, [["1", "-25", "1000"]])}, {"y": "float"})


def pipelines():
    from skl2onnx import to_onnx
    from skl2onnx.common import data_types as types
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import BernoulliNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import LabelBinarizer, LabelEncoder, OneHotEncoder, OrdinalEncoder, StandardScaler
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    draw = np.random.default_rng(17)
    jobs, cities = ["clerk", "nurse", "self-employed"], ["x", "y", "z"]
    notes = ["the cat sat on the mat", "a dog", "the dog ate the cat", "Mat!", "no cat"]
    texts = np.array([[draw.choice(jobs), draw.choice(cities)] for _ in range(40)], dtype=object)
    two = {"s": ("text", 2, [jobs, cities])}
    unknown = {"s": ("text", 2, [jobs + ["pilot"], cities])}

    def add(name, fitted, initial, inputs, **options):
        kinds = {"text": types.StringTensorType, "float": types.FloatTensorType, "int": types.Int64TensorType}
        made = to_onnx(fitted, initial_types=[(n, kinds[k]([None, w] if w else [None])) for n, (k, w, _) in initial.items()],
                       **options)
        for node in made.graph.node:  # the default, en_US, is not everywhere
            if node.op_type == "StringNormalizer":
                node.attribute.append(helper.make_attribute("locale", "C.UTF-8"))
        models[name] = (made.SerializeToString(), inputs)

    add("sk_onehot", OneHotEncoder().fit(texts), two, two)
    add("sk_onehot_ignore", OneHotEncoder(handle_unknown="ignore").fit(texts), two, unknown)
    add("sk_onehot_drop", OneHotEncoder(drop="first").fit(texts), two, two)
    add("sk_ordinal", OrdinalEncoder().fit(texts), two, two)
    add("sk_ordinal_unknown", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(texts), two, unknown)
    add("sk_label", LabelEncoder().fit(texts[:, 0]), {"s": ("text", 0, [jobs])}, {"s": ("text", 0, [jobs])})
    add("sk_binarizer", LabelBinarizer().fit(jobs), {"s": ("text", 1, [jobs])}, {"s": ("text", 1, [jobs])})
    note = {"t": ("text", 1, [notes])}
    add("sk_count", CountVectorizer().fit(notes), note, note)
    add("sk_tfidf", TfidfVectorizer(ngram_range=(1, 2)).fit(notes), note, note)
    add("sk_tfidf_letters", TfidfVectorizer(analyzer="char", ngram_range=(1, 3)).fit(notes), note, note)
    add("sk_tfidf_stop", TfidfVectorizer(stop_words=["the"], sublinear_tf=False, norm="l1").fit(notes), note, note)
    import pandas

    frame = pandas.DataFrame({
        "age": draw.uniform(18, 90, 60).round(1), "job": draw.choice(jobs, 60), "city": draw.choice(cities, 60),
        "note": draw.choice(notes, 60)})
    verdict = np.where(frame.age + 20 * (frame.job == "nurse") > 60, "yes", np.where(frame.city == "x", "no", "maybe"))
    columns = ColumnTransformer([
        ("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["job", "city"]),
        ("o", OrdinalEncoder(), ["city"]), ("t", TfidfVectorizer(), "note")])
    inputs = {"age": ("float", 1, [18.0, 30.5, 47.25, 61.0, 89.0]), "job": ("text", 1, [jobs]),
              "city": ("text", 1, [cities]), "note": ("text", 1, [notes])}
    for name, last in [("logistic", LogisticRegression()), ("tree", DecisionTreeClassifier(max_depth=4, random_state=0)),
                       ("bernoulli", BernoulliNB()), ("vectors", SVC(probability=True, random_state=0))]:
        fitted = Pipeline([("columns", columns), ("last", last)]).fit(frame, verdict)
        add("sk_columns_" + name, fitted, inputs, inputs)
        add("sk_columns_plain_" + name, fitted, inputs, inputs, options={"zipmap": False})


def rows(inputs, count=60):
    draw = np.random.default_rng(5)
    for index in range(count):
        row = {}
        for name, (kind, width, choices) in inputs.items():
            if kind == "text":
                row[name] = [str(draw.choice(texts)) for texts in choices]
            else:
                row[name] = [choices[draw.integers(len(choices))] for _ in range(max(width, 1))]
            if index == 0:
                row[name] = [texts[0] for texts in choices] if kind == "text" else [choices[0]] * max(width, 1)
        yield row


def feed(inputs, row):
    types = {"text": object, "float": np.float32, "int": np.int64}
    result = {}
    for name, (kind, width, _) in inputs.items():
        values = [np.nan if value is None else value for value in row[name]]
        result[name] = np.array([values] if width else values, dtype=types[kind])
    return result


def flat(value):
    if isinstance(value, list):  # a ZipMap
        return [float(value[0][key]) for key in sorted(value[0])], sorted(value[0])
    value = np.asarray(value).reshape(-1)
    return [str(v) if value.dtype == object else v.item() for v in value], None


def quoted(text):
    return json.dumps(text, ensure_ascii=False).replace("\\u0002", "\\u{2}")


def write(name, folder):
    content, inputs = models[name]
    (folder / f"{name}.onnx").write_bytes(content)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    outputs = [output.name for output in session.get_outputs()]
    lines, table = [], []
    found, shapes = [], []
    for row in rows(inputs):
        values = session.run(None, feed(inputs, row))
        shapes = [getattr(np.asarray(value), "shape", ()) if not isinstance(value, list) else () for value in values]
        found.append((row, [flat(value) for value in values]))
    declared, columns, checks = [], [], []
    for column, (label, (kind, width, choices)) in enumerate(inputs.items()):
        if kind == "text":
            fields = []
            for index, texts in enumerate(choices):
                enum = f"E{column}_{index}"
                lines.append(f"enum {enum} = " + ", ".join(f"e{column}{index}{n} {quoted(t)}" for n, t in enumerate(texts)))
                fields.append(f"f{index}: {enum}")
                columns.append(f"i{column}_{index}: {enum}")
            whole = "{ " + ", ".join(fields) + " }" if len(fields) > 1 else f"E{column}_0"
            given = ("{ " + ", ".join(f"f{n}: row.i{column}_{n}" for n in range(len(fields))) + " }"
                     if len(fields) > 1 else f"row.i{column}_0")
        else:
            one = "Int" if kind == "int" else "Real?" if None in choices else "Real"
            whole = f"Int[{width}]" if kind == "int" and width > 1 else one
            columns.append(f"i{column}_0: {whole}")
            given = f"row.i{column}_0"
        declared.append((f"a{column}: {whole} at {quoted(label)}", given))
    results = []
    for index, output in enumerate(outputs):
        sample = [answers[index] for _, answers in found]
        if isinstance(sample[0][0][0], str):
            texts = sorted({text for answer, _ in sample for text in answer})
            every = sorted(set(texts) | set(possible.get(name, [])))
            lines.append(f"enum O{index} = " + ", ".join(f"o{index}{n} {quoted(t)}" for n, t in enumerate(every)))
            results.append(f"r{index}: O{index} at {quoted(output)}")
            columns.append(f"o{index}: O{index}")
            checks.append(f"out.r{index} == row.o{index}")
        else:
            size, labels = len(sample[0][0]), sample[0][1]
            if labels:
                lines.append(f"enum L{index} = " + ", ".join(f"l{index}{n} {quoted(t)}" for n, t in enumerate(labels)))
            whole = all(float(v).is_integer() for answer, _ in sample for v in answer) and session.get_outputs()[index].type == "tensor(int64)"
            shape = shapes[index] if len(shapes[index]) > 2 else [size]
            text = ", ".join(map(str, shape))
            kind = f"Int[{text}]" if whole else f"Tensor[{'L%d' % index if labels else text}]"
            results.append(f"r{index}: {kind} at {quoted(output)}")
            columns.append(f"o{index}: {'Int[%d]' % size if whole else 'Tensor[%d]' % size}")
            checks.append(f"all(i: Int in [0, {size - 1}] : abs(flatten(out.r{index})[i] - row.o{index}[i]) <= 1e-5)")
    for row, answers in found:
        entry = {}
        for column, (label, (kind, width, _)) in enumerate(inputs.items()):
            if kind == "text":
                for index, text in enumerate(row[label]):
                    entry[f"i{column}_{index}"] = text
            else:
                entry[f"i{column}_0"] = row[label] if kind == "int" and width > 1 else row[label][0]
        for index, (answer, _) in enumerate(answers):
            entry[f"o{index}"] = answer[0] if isinstance(answer[0], str) else answer
        table.append(json.dumps(entry, ensure_ascii=False))
    (folder / f"{name}.jsonl").write_text("\n".join(table) + "\n")
    only = len(results) == 1
    call = f"m({', '.join(given for _, given in declared)})"
    lines += [
        f"model m : ({', '.join(text for text, _ in declared)}) -> ({', '.join(results)}) from \"{name}.onnx\"",
        f"data rows : {{ {', '.join(columns)} }} from \"{name}.jsonl\"",
        "property same {",
        f"  check all(row in rows : {{ let out = {call}; "
        + (" and ".join(check.replace("out.r0", "out") for check in checks) if only else " and ".join(checks)) + " })",
        "}"]
    (folder / f"{name}.say").write_text("\n".join(lines) + "\n")


# Texts that an output may be though no row shows it.
possible = {
    "label_text_text": ["A", "C", "none"], "label_int_text": ["one", "five", "other"], "mapper_back": ["a", "b", "?"],
    "concat": [a + b for a in ["a", "ab", ""] for b in ["b", "", "c"]], "chosen": ["same", "c", "b", "q"],
}


def main():
    gainsay, folder, names = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    folder.mkdir(parents=True, exist_ok=True)
    single_nodes()
    pipelines()
    failed = []
    for name in names or models:
        write(name, folder)
        result = subprocess.run(
            [gainsay, "check", str(folder / f"{name}.say"), "--budget", "20s"], capture_output=True, text=True)
        if " proved" not in result.stdout or result.returncode != 0:
            failed.append(name)
            print(f"--- {name}\n{result.stdout}{result.stderr}")
    print(f"{len(names or models) - len(failed)} of {len(names or models)} are answered as ONNX Runtime does"
          + (f"; not {', '.join(failed)}" if failed else ""))
    sys.exit(1 if failed else 0)


main()
