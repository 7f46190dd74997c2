"""The same queries to `gainsay verify` and to verifiers that install from PyPI, side by side: what each proves, and how fast.

    .build-conformance/bin/python Tests/Conformance/proof_rivals.py RIVALS [--vnncomp FOLDER] [--benchmark NAME ...] [--nets OUT]
        [--every 10] [--timeout 20] [--clock processor] [--only gainsay,vibecheck] [--log FILE]

RIVALS is the Python of an environment that has them: `pip install vibecheck-nn==1.1.0 neuralsat==0.2.17 maraboupy==2.0.0`. auto_LiRPA
0.3, the newest of its own name there, asks for a PyTorch before 1.13, which has no wheel for Python 3.11. neuralsat carries 0.6.0: that is
`alpha-CROWN` here, without branching on signs and with a plain loop of cuts where few inputs vary (alpha_crown.py). Marabou is its
command, without subproblems.

Instances are those of a VNN-COMP folder whose truth is known, every so many of each benchmark, and with `--nets` the questions of
proof_nets.py at a quarter of the radius that an attack breaks, and their twins that do not hold. Each tool has one thread and a process of
its own, start-up included; one runs at a time, by turns on each instance. What each takes to start is measured first, on a network of one
product. By the processor's clock, for busy machines, the limit is of processor time, and tools are told three times as many seconds.

Prints what is proved of each family, and for each rival the geometric mean of its time by ours where both prove, with what they take to
start and without (0.05 s at least); how often it was wrong (proved what is known to fail); and how often it ended with an error. Ends
with 1 where our answer is wrong or an error.

Needs numpy and onnx, and for `--nets` torch.
"""

import argparse
import csv
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

import numpy as np
import onnx

from measured_process import measured
from peer_acas import unpack

PATIENCE, GRACE, FLOOR = 3, 15, 0.05
HERE = pathlib.Path(__file__).resolve().parent
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
WORD = re.compile(r"^(unsat|sat|unknown|timeout|timed-out)\b", re.MULTILINE | re.IGNORECASE)


class Instance(NamedTuple):
    family: str
    label: str
    network: str
    query: str
    truth: str


def tools(options, place):
    """A command for each tool, of network, query, seconds and a file for the answer."""
    programs = os.path.dirname(options.rivals)
    purelib = subprocess.check_output(
        [options.rivals, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True).strip()
    neuralsat = {"PYTHONPATH": os.path.join(purelib, "src")}
    every = {
        "gainsay": (lambda n, q, s, file: [options.gainsay, "verify", q, "--network", n, "--timeout", s, "--threads", 1], {}),
        "alpha-CROWN": (lambda n, q, s, file: [options.rivals, HERE / "alpha_crown.py", n, q, s], neuralsat),
        "vibecheck": (lambda n, q, s, file: [
            os.path.join(programs, "vibecheck"), "--net", n, "--spec", q, "--timeout", s, "--device", "cpu", "--results-file", file], {}),
        "neuralsat": (lambda n, q, s, file: [
            options.rivals, "-m", "main", "--net", n, "--spec", q, "--timeout", s, "--device", "cpu", "--result_file", file], neuralsat),
        "Marabou": (lambda n, q, s, file: [os.path.join(programs, "Marabou"), n, q, f"--timeout={s}", "--verbosity=0"], {}),
    }
    return {name: every[name] for name in options.only.split(",")}


def run(tool, instance, options, place):
    """The word, the seconds by the chosen clock, and the last words of what ended with an error."""
    command, environment = tool
    processor = options.clock == "processor"
    told = round(options.timeout * (PATIENCE if processor else 1))
    answer = os.path.join(place, "answer.txt")
    if os.path.exists(answer):
        os.remove(answer)
    whole = command(instance.network, instance.query, told, answer)
    if processor:
        whole = ["prlimit", f"--cpu={math.ceil(options.timeout)}"] + whole
    done = measured(whole, told + GRACE, place, {**ONE_THREAD, **environment})
    text = open(answer).read() if os.path.exists(answer) else done.output
    words = WORD.findall(text)
    word = words[0].lower() if words else "timeout" if done.code is None or done.code < 0 else "error"
    seconds = done.processor if processor else done.seconds
    if word in ("sat", "unsat") and seconds > options.timeout:
        word = "timeout"
    lines = [line for line in done.log.splitlines() if line.strip()] or done.output.splitlines() or [f"exit code {done.code}"]
    return "timeout" if word == "timed-out" else word, seconds, lines[-1].strip()[:200] if word == "error" else ""


def plain(folder, benchmark, path, place):
    """A benchmark's file unpacked. Files in different folders may have one name."""
    target = os.path.join(place, benchmark, os.path.dirname(path))
    os.makedirs(target, exist_ok=True)
    return unpack(os.path.join(folder, benchmark), path, target)


def competition(options, place):
    with open(os.path.join(options.vnncomp, "truth_all.csv"), newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["consensus"] in options.truth]
    chosen = []
    for name in options.benchmark or sorted({row["benchmark"] for row in rows}):
        own = [row for row in rows if row["benchmark"] == name]
        chosen += enumerate(own[:: max(options.every, math.ceil(len(own) / options.most))])
    for _, row in sorted(chosen, key=lambda each: each[0]):
        network, query = (plain(options.vnncomp, row["benchmark"], row[key], place) for key in ("onnx", "vnnlib"))
        yield Instance(row["benchmark"], f"{os.path.basename(network)} {os.path.basename(query)}", network, query, row["consensus"])


def nets(options, place):
    from proof_nets import RECIPES
    from proof_questions import TWIN, made

    for name, recipe in RECIPES.items():
        for question, folder in made(name, recipe, options.nets):
            for share, truth in ((0.25, "unsat"), (TWIN, "sat")):
                if question.allowed == 0 and truth in options.truth:
                    query = os.path.join(place, f"{folder.name}-{share}.vnnlib")
                    pathlib.Path(query).write_text(question.vnnlib(share * question.broken))
                    yield Instance("own nets", f"{question.name}, {share}", str((folder / "plain.onnx").resolve()), query, truth)


def started(commands, options, place):
    """What each tool takes for a network of one product: the median of three."""
    names = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 2]) for name in "xy"]
    weight = onnx.numpy_helper.from_array(np.ones((2, 2), np.float32), "w")
    graph = onnx.helper.make_graph([onnx.helper.make_node("MatMul", ["x", "w"], ["y"])], "product", names[:1], names[1:], [weight])
    network, query = (os.path.join(place, name) for name in ("product.onnx", "product.vnnlib"))
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8), network)
    declared = "".join(f"(declare-const {name}_{i} Real)\n" for name in "XY" for i in (0, 1))
    box = "".join(f"(assert (>= X_{i} 0.0))\n(assert (<= X_{i} 1.0))\n" for i in (0, 1))
    pathlib.Path(query).write_text(declared + box + "(assert (>= Y_0 3.0))\n")
    instance = Instance("", "", network, query, "unsat")
    times = {name: sorted(run(tool, instance, options, place)[1] for _ in range(3))[1] for name, tool in commands.items()}
    print("to start, s: " + ", ".join(f"{name} {seconds:.2f}" for name, seconds in times.items()), flush=True)
    return times


def mean_ratio(held, name, starts):
    """The geometric mean of a rival's time by ours, of answers that prove both, and of how many."""
    logs = []
    for answers in held:
        if answers["gainsay"][0] == answers[name][0] == "unsat":
            ours, theirs = (max(answers[each][1] - starts[each], FLOOR if starts[each] else 0.001) for each in ("gainsay", name))
            logs.append(math.log(theirs / ours))
    return f"{math.exp(sum(logs) / len(logs)):.1f}" if logs else "-", len(logs)


def table(results, names):
    print("\n| family | hold | " + " | ".join(names) + " | fail | called proved: " + ", ".join(names) + " |")
    print("|---" * (len(names) + 4) + "|")
    for family in dict.fromkeys(instance.family for instance, _ in results):
        own = [(instance, answers) for instance, answers in results if instance.family == family]
        held = [answers for instance, answers in own if instance.truth == "unsat"]
        failed = [answers for instance, answers in own if instance.truth == "sat"]
        proved, wrong = ([sum(answers[name][0] == "unsat" for answers in some) for name in names] for some in (held, failed))
        print(f"| {family} | {len(held)} | {' | '.join(map(str, proved))} | {len(failed)} | {', '.join(map(str, wrong))} |")


def ratios(results, rivals, starts):
    heads = ("rival", "proved by both", "its time by ours, geometric mean", "less what they take to start", "by us alone", "by it alone",
             "wrong", "errors")
    print("\n| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    held = [answers for instance, answers in results if instance.truth == "unsat"]
    for name in rivals:
        (whole, both), (less, _) = mean_ratio(held, name, dict.fromkeys(starts, 0)), mean_ratio(held, name, starts)
        alone = [sum(answers[one][0] == "unsat" != answers[other][0] for answers in held)
                 for one, other in (("gainsay", name), (name, "gainsay"))]
        wrong = sum(instance.truth == "sat" and answers[name][0] == "unsat" for instance, answers in results)
        errors = sum(answers[name][0] == "error" for _, answers in results)
        print(f"| {name} | {both} | {whole} | {less} | {alone[0]} | {alone[1]} | {wrong} | {errors} of {len(results)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rivals", help="the Python of the environment that has them")
    parser.add_argument("--gainsay", default=".build/release/gainsay")
    parser.add_argument("--vnncomp", help="a folder with truth_all.csv and the benchmarks it names")
    parser.add_argument("--benchmark", action="append", help="only this one; may be repeated")
    parser.add_argument("--nets", help="the folder of proof_kinds.py")
    parser.add_argument("--every", type=int, default=10, help="only every so many instances of each benchmark")
    parser.add_argument("--most", type=int, default=1000, help="at most so many of each benchmark, evenly spread")
    parser.add_argument("--truth", choices=("sat", "unsat"), action="append", help="only what is known to be so; both if left out")
    parser.add_argument("--timeout", type=float, default=20, help="seconds for each instance and tool")
    parser.add_argument("--clock", choices=("wall", "processor"), default="processor")
    parser.add_argument("--only", default="gainsay,alpha-CROWN,vibecheck,neuralsat,Marabou", help="gainsay first")
    parser.add_argument("--stop", type=float, default=math.inf,
                        help="begin no instance after so many seconds; the first of each benchmark come first")
    parser.add_argument("--log", help="a file for a line for each answer")
    options = parser.parse_args()
    options.rivals, options.gainsay = (os.path.abspath(each) for each in (options.rivals, options.gainsay))
    options.truth = options.truth or ["sat", "unsat"]
    results, faults = [], []
    with tempfile.TemporaryDirectory() as place:
        commands = tools(options, place)
        starts = started(commands, options, place)
        instances = [*(competition(options, place) if options.vnncomp else ()), *(nets(options, place) if options.nets else ())]
        begin = time.monotonic()
        for instance in instances:
            if time.monotonic() - begin > options.stop:
                break
            answers = {}
            for name, tool in commands.items():
                word, seconds, words = answers[name] = run(tool, instance, options, place)
                if options.log:
                    with open(options.log, "a") as log:
                        print(instance.family, instance.label, instance.truth, name, word, f"{seconds:.2f}", words, sep="\t", file=log)
            results.append((instance, answers))
            if answers["gainsay"][0] == "error" or {answers["gainsay"][0], instance.truth} == {"sat", "unsat"}:
                word, _, words = answers["gainsay"]
                faults.append(f"{instance.family} {instance.label}: gainsay says {word}, it is {instance.truth} {words}")
    table(results, list(commands))
    ratios(results, [name for name in commands if name != "gainsay"], starts)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
