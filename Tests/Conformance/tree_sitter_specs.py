"""Holds Grammar/tree-sitter-say against Gainsay's own parser: tree_sitter_specs.py GAINSAY [--mutants 500] [--seed 1].

`Tests/Conformance/tree_sitter GAINSAY` installs what this needs (the Python package tree-sitter, gcc) and runs it. The parser is built into
.build-conformance. What is held against what:

- all specs of the tree, the corpus, the goldens' specs, the fenced specs of Grammar's pages, and mutants of the corpus: the parser gives a
  tree without an error exactly where `gainsay format` finds none;
- rules, reserved words and the aggregates' words against Grammar/say.ebnf;
- every highlighted token has one capture, of the kind that the token is of;
- a tree that is mended after an edit is the tree of the new text;
- the grammar's own samples, test/corpus.

Ends with 1 where something differs.
"""

import argparse
import concurrent.futures
import ctypes
import hashlib
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

from tree_sitter import Language, Parser, Query, QueryCursor

TOP = pathlib.Path(__file__).resolve().parents[2]
GRAMMAR = TOP / "Grammar/tree-sitter-say"
BUILT = TOP / ".build-conformance/tree-sitter-say"

# What Gainsay's parser refuses and no grammar of this kind can, by the diagnostic's code.
UNTOLD = {
    "number-out-of-range": "how large a number is",
    "expression-too-deep": "how deep brackets nest",
}

# Rules of say.ebnf that are no nodes: part of a token, or, as `_name`, of the rules that list them.
WITHIN_TOKENS = {"word", "letter", "digit", "digits", "exponent", "regex-part", "reserved-word"}
LISTED = {"binders", "patterns", "argument-list", "suffix", "named", "separator", "terminator"}


def build():
    """The language, from src/ by gcc."""
    BUILT.mkdir(parents=True, exist_ok=True)
    library = BUILT / "say.so"
    sources = [GRAMMAR / "src" / name for name in ("parser.c", "scanner.c")]
    flags = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I", GRAMMAR / "src"]
    subprocess.run(["gcc", *flags, *sources, "-o", library], check=True)
    language = ctypes.CDLL(str(library)).tree_sitter_say
    language.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype, capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return Language(capsule(language(), b"tree_sitter.Language", None))


# ---- what Gainsay says


class Oracle:
    """What `gainsay format --check` says of texts: None, or the code of the first error in the syntax."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def refuses(self, *texts):
        """Of the first of these that it refuses."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            paths = [pathlib.Path(folder) / f"{number}.say" for number in range(len(texts))]
            for path, text in zip(paths, texts):
                path.write_bytes(text)
            done = subprocess.run([self.program, "format", "--check", *paths], capture_output=True, text=True, timeout=60)
        if done.returncode in (0, 1):
            return None
        code = re.search(r"error\[([a-z0-9-]+)\]", done.stdout + done.stderr)
        if done.returncode != 2 or not code:
            raise SystemExit(f"gainsay format ended with {done.returncode}: {done.stdout}{done.stderr}")
        return code[1]

    def refusals(self, texts, expected):
        """Of each; those that are expected to be accepted are asked about many at once."""
        codes = dict.fromkeys(range(len(texts)))
        fine = [number for number in codes if not expected[number]]
        groups = [fine[first : first + 50] for first in range(0, len(fine), 50)]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            answers = pool.map(lambda group: self.refuses(*(texts[number] for number in group)), groups)
            single = [number for group, code in zip(groups, answers) if code for number in group]
            single += [number for number in codes if expected[number]]
            codes.update(zip(single, pool.map(lambda number: self.refuses(texts[number]), single)))
        return [codes[number] for number in range(len(texts))]


# ---- the texts


def specs():
    """(name, text) of every spec of the tree, sample by sample."""
    paths = [path for path in TOP.rglob("*.say") if not any(part.startswith(".") for part in path.relative_to(TOP).parts)]
    for path in sorted(paths):
        name = str(path.relative_to(TOP))
        for number, text in enumerate(re.split(rb"(?m)^(?:// ----|-{8})\n", path.read_bytes())):
            yield f"{name}#{number}", text
    for path in sorted(TOP.glob("Tests/*/Goldens/*.txt")):
        text, line, _ = path.read_bytes().partition(b"\n--------\n")
        if line:
            yield str(path.relative_to(TOP)), re.sub(rb"(?m)^@.*\n", b"", text)
    for path in sorted([*TOP.glob("Grammar/*.md"), *TOP.glob("Grammar/diagnostics/*.md")]):
        for number, block in enumerate(re.findall(rb"(?ms)^```(?:say)?\n(.*?)^```", path.read_bytes())):
            yield f"{path.relative_to(TOP)}#{number}", block


TOKEN = re.compile(r'[ \t]+|\n|//[^\n]*|"(?:\\.|[^"\\\n])*"|[A-Za-z_]\w*|\d[\d_]*(?:\.\d+)?|->|=>|==|!=|<=|>=|\+\+|\.\.|.', re.S)


def mutants(bases, words, count, seed):
    """Texts one to three changes away from a sample: a token left out, doubled, exchanged, replaced, put in, its line broken or joined."""
    chance = random.Random(seed)
    pool = words + list("()[]{},:;.=~?+-*/<>\"_'\\#\n ") + "-> => == != <= >= ++ .. // x f 1 2.5 0x1 /a/ \"t\" \"{x}\" \n( \n[ \n- \nx: over: \nover".split(" ")
    for _ in range(count):
        tokens = TOKEN.findall(chance.choice(bases))
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(tokens) + 1)
            change = chance.choice(["out", "twice", "swap", "other", "in", "line"])
            if change == "in":
                tokens[place:place] = [chance.choice([" ", ""]), chance.choice(pool), chance.choice([" ", ""])]
            elif change == "line":
                blanks = [i for i, token in enumerate(tokens) if token.isspace()]
                if blanks:
                    tokens[chance.choice(blanks)] = chance.choice(["\n", " ", "", " // c\n"])
            elif place < len(tokens):
                two = tokens[place : place + 2]
                tokens[place : place + 2] = {"out": two[1:], "twice": two[:1] + two, "swap": two[::-1], "other": [chance.choice(pool)] + two[1:]}[change]
            if not tokens:
                break
        yield "".join(tokens).encode()


# ---- what is held against what


def check_verdicts(parser, oracle, texts, failures):
    """The number of texts that both accept, that both refuse, and that the grammar cannot tell."""
    counts = {"accepted": 0, "refused": 0, "untold": 0}
    refused = [parser.parse(text).root_node.has_error for _, text in texts]
    for (name, text), is_refused, code in zip(texts, refused, oracle.refusals([text for _, text in texts], refused)):
        if is_refused == (code is not None):
            counts["refused" if is_refused else "accepted"] += 1
        elif code in UNTOLD:
            counts["untold"] += 1
            print(f"  {name}: {UNTOLD[code]}")
        else:
            failures.append(f"{name}: gainsay says {code or 'no error'}, tree-sitter {'an error' if is_refused else 'none'}:\n{text.decode(errors='replace')}")
    return counts


EBNF = re.sub(r"(?s)\(\*.*?\*\)", "", (TOP / "Grammar/say.ebnf").read_text())


def words_of(rule):
    """The words that a rule of say.ebnf chooses among."""
    return re.findall(r'"(\w+)"', re.search(rf"(?ms)^{rule} =(.*?);", EBNF)[1])


RESERVED, AGGREGATES = words_of("reserved-word"), words_of("aggregate-word")
# Words that are names wherever the grammar does not ask for them.
PLACED = "language const command over at image sound lines confidence separator".split()


def check_rules(failures):
    """Every rule of say.ebnf is one here, and the words are the same."""
    theirs = set(re.findall(r"(?m)^([a-z-]+) =", EBNF))
    grammar = json.loads((GRAMMAR / "src/grammar.json").read_text())
    nodes = {kind["type"] for kind in json.loads((GRAMMAR / "src/node-types.json").read_text()) if kind["named"]}
    rules = nodes | {name.removeprefix("_") for name in grammar["rules"]}
    for rule in sorted(theirs - WITHIN_TOKENS - LISTED):
        if rule.replace("-", "_") not in rules:
            failures.append(f"say.ebnf's rule {rule} is none of grammar.js")
    made_of = (GRAMMAR / "src/grammar.sha256").read_text().split()[0]
    if made_of != hashlib.sha256((GRAMMAR / "grammar.js").read_bytes()).hexdigest():
        failures.append("src/ is made from another grammar.js: run Grammar/tree-sitter-say/generate")
    scanner = (GRAMMAR / "src/scanner.c").read_text()
    for words, table in (RESERVED, "RESERVED_WORDS"), (AGGREGATES, "AGGREGATE_WORDS"):
        ours = re.findall(r'"(\w+)"', re.search(rf"(?s){table}\[\] = \{{(.*?)\}}", scanner)[1])
        if set(words) != set(ours):
            failures.append(f"{table} of scanner.c differs from say.ebnf's words: {sorted(set(words) ^ set(ours))}")


# The captures that a token has; a name has any one, or none where it is only used.
KINDS = {
    "comment": [["comment"]], "string": [["string"]], "regex": [["string"]], "number": [["number"]],
    "true": [["boolean"]], "false": [["boolean"]],
}


def leaves(node):
    if node.child_count == 0 or node.type in ("string", "number"):
        yield node
    else:
        for child in node.children:
            yield from leaves(child)


def check_highlights(language, parser, texts, failures):
    """How many tokens were looked at."""
    query = Query(language, (GRAMMAR / "queries/highlights.scm").read_text())
    Query(language, (GRAMMAR / "queries/folds.scm").read_text())
    seen = 0
    for name, text in texts:
        root = parser.parse(text).root_node
        captures = {}
        for capture, nodes in QueryCursor(query).captures(root).items():
            for node in nodes:
                captures.setdefault(node.id, []).append(capture.split(".")[0])
        for leaf in leaves(root) if root.children else []:
            found = captures.get(leaf.id, [])
            kind = KINDS.get(leaf.type)
            if not kind and not leaf.is_named:
                kind = [["keyword"]] if leaf.type.isalpha() else [["operator"], ["punctuation"]]
            if not (found in kind if kind else len(found) == 1 or leaf.type == "variable" and not found):
                failures.append(f"{name}:{leaf.start_point.row + 1}: {leaf.text.decode()} ({leaf.type}) has the captures {found}")
            seen += 1
    return seen


def check_edits(parser, texts, words, seed, failures):
    """How many edits were made: each takes out a few bytes and puts a word in."""
    chance = random.Random(seed)
    for edits in range(len(texts)):
        name, text = texts[edits]
        tree = parser.parse(text)
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 0, 1, 5]))
        put = chance.choice([b"", b"\n", b" ", b"(", b"}", b"over: ", chance.choice(words).encode()])
        new = text[:start] + put + text[end:]
        points = [(it.count(b"\n"), len(it) - it.rfind(b"\n") - 1) for it in (text[:start], text[:end], new[: start + len(put)])]
        tree.edit(start, end, start + len(put), *points)
        if str(parser.parse(new, tree).root_node) != str(parser.parse(new).root_node):
            failures.append(f"{name}: mended after an edit at {start}, the tree is another one than that of\n{new.decode(errors='replace')}")
    return len(texts)


def check_samples(parser, failures):
    """How many samples test/corpus has: a title between lines of `=`, a spec, `---`, its tree."""
    count = 0
    for path in sorted((GRAMMAR / "test/corpus").glob("*.txt")):
        for title, text, tree in re.findall(r"(?ms)^=+\n(.*?)\n=+\n(.*?)^---\n(.*?)(?=^===|\Z)", path.read_text()):
            found = re.sub(r"\b[a-z_]+: (?=\()", "", str(parser.parse(text.rstrip("\n").encode()).root_node))
            expected = re.sub(r"\s+", " ", tree).replace(" )", ")").strip()
            count += 1
            if found != re.sub(r"\b[a-z_]+: (?=\()", "", expected):
                failures.append(f"{path.name}: {title}: the tree is\n{found}\nnot\n{expected}")
    return count


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("gainsay")
    options.add_argument("--mutants", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    failures = []
    language = build()
    parser = Parser(language)
    check_rules(failures)
    words = RESERVED + AGGREGATES + PLACED
    texts = list(specs())
    with tempfile.TemporaryDirectory() as folder:
        oracle = Oracle(str(pathlib.Path(options.gainsay).resolve()), pathlib.Path(folder))
        told = check_verdicts(parser, oracle, texts, failures)
        print(f"specs: {told['accepted']} accepted, {told['refused']} refused, {told['untold']} that the grammar cannot tell")
        accepted = [(name, text) for name, text in texts if not parser.parse(text).root_node.has_error and text]
        bases = [text.decode() for name, text in accepted if name.startswith("Grammar/corpus") and len(text) < 2000]
        made = [(f"mutant {n}", it) for n, it in enumerate(mutants(bases, words, options.mutants, options.seed))]
        told = check_verdicts(parser, oracle, made, failures)
        print(f"mutants: {told['accepted']} accepted, {told['refused']} refused, {told['untold']} that the grammar cannot tell")
    print(f"highlights: {check_highlights(language, parser, accepted, failures)} tokens")
    print(f"edits: {check_edits(parser, accepted, words, options.seed, failures)}")
    print(f"samples: {check_samples(parser, failures)}")
    for failure in failures[:20]:
        print(failure)
    print(f"{len(failures)} failed" if failures else "all agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
