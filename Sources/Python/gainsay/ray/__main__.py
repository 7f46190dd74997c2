"""`python -m gainsay.ray`: the command."""
from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import tempfile
from typing import Any, Dict, List, Optional, Sequence

from .._check import values_in
from .._errors import Error, SpecError
from . import audit, check, verify
from .cluster import ClusterGone
from .report import ClusterReport
from .run import ClusterInterrupted

_EXITS = "Exit codes: 0 nothing was contradicted, 1 something was, 2 bad usage, spec, model or data, 3 could not be run to the end."


def main(arguments: Optional[Sequence[str]] = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] not in (*_COMMANDS, "game", "-h", "--help"):
        given.insert(0, "check")
    options = vars(_parser().parse_args(given))
    if options["command"] == "game":
        return _game(**options)
    command, output, as_json = options.pop("command"), options.pop("output"), options.pop("json")
    try:
        found, code = _found(command, options)
        if output is not None:
            _write(output, found.text)
    except Error as error:
        return _told(error)
    sys.stdout.write(found.text if as_json else f"{found}\n")
    return code


def _found(command: str, options: Dict[str, Any]) -> "tuple[ClusterReport, int]":
    try:
        # Ray tells of each worker that dies on standard output, which is the report's; we count them.
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            found: ClusterReport = _COMMANDS[command](**options)
        return found, found.code
    except ClusterInterrupted as interrupted:
        kept = f"; --store {options['store']} --resume goes on" if options["store"] else ""
        print(f"note: interrupted{kept}", file=sys.stderr)
        return interrupted.report, interrupted.report.code or 3


def _check(**options: Any) -> ClusterReport:
    specs = options.pop("spec")
    return check(specs, **options)


def _verify(**options: Any) -> ClusterReport:
    networks = options.pop("network")
    return verify(options.pop("query"), networks={name: path for name, path in networks}, **options)


def _audit(**options: Any) -> ClusterReport:
    return audit(options.pop("model"), **options)


def _game(command: str, game: str, **options: Any) -> int:
    from .game import play

    try:
        return play(game, options.pop("output"), **options)
    except Error as error:
        return _told(error)


def _told(error: Error) -> int:
    print(error if str(error).startswith("error") else f"error: {error}", file=sys.stderr, flush=True)
    if isinstance(error, ClusterGone):
        os._exit(3)
    return 2 if isinstance(error, SpecError) else 3


_COMMANDS = {"check": _check, "verify": _verify, "audit": _audit}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gainsay.ray", epilog=_EXITS,
        description="Spread checks, proofs by regions and audits over a cluster of Ray. `check` may be left out.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    it = _command(commands, "check", "check each property with each seed, value, model and data")
    it.add_argument("spec", nargs="+", help="specs (.say)")
    it.add_argument("--seeds", type=_seeds, default=[0], help="1..100, or 1,2,5; of one property the first that contradicts is told (default: 0)")
    it.add_argument("--only", metavar="REGEX", help="only properties whose names match")
    for option, what in (("--set", "VALUE"), ("--model", "FILE"), ("--data", "FILE")):
        more = "in all combinations" if option == "--set" else "patterns as models/*.onnx, too"
        it.add_argument(
            option, action=_Choices, default={}, metavar=f"NAME={what},{what}", dest={"--model": "models"}.get(option, option[2:]),
            help=f"try each of them, {more}")
    it.add_argument("--tries", type=_positive, help="inputs for each job: then reports are the same, byte for byte")
    it.add_argument("--queries", type=_positive, help="questions to black boxes for each job")
    it.add_argument("--budget", help="the time of each job: 500ms, 30s")
    it.add_argument("--require", choices=["proved"], help="exit with 1 where something is neither contradicted nor proved, too")
    it.add_argument("--no-shrink", dest="shrink", action="store_false", help="print what was found as it was found")
    it.add_argument("--no-commands", dest="commands", action="store_false", help="run no command that stands in a spec")
    it.add_argument("--memory", help="for weights and activations of each job: 8g, 500m")
    it.add_argument("--patience", help="wait so long for a black box's answer")
    it.add_argument("--beside", action="append", default=[], metavar="FILE", help="send this file or folder, too")
    it = _command(commands, "verify", "answer a VNN-LIB query, cut into regions")
    it.add_argument("query")
    it.add_argument("--network", action="append", type=_network, required=True, metavar="NAME=FILE", help="as for `gainsay verify`")
    it.add_argument("--regions", type=_positive, default=1, help="a power of two: the widest input is halved each time (default: 1)")
    it.add_argument("--timeout", help="the time of each region")
    it.add_argument("--seed", type=int, default=0)
    it = _command(commands, "audit", "audit each of a population of models")
    it.add_argument("model", nargs="+", help="models, or patterns as models/*.onnx")
    it.add_argument("--data", help="rows that they are meant for")
    it.add_argument("--seeds", type=_seeds, default=[0])
    it.add_argument("--budget", help="the time of each audit")
    it.add_argument("--beside", action="append", default=[], metavar="FILE", help="send this file or folder, too")
    it = commands.add_parser("game", help="play a game, its auditors on the cluster; the secret is a line on standard input")
    it.add_argument("game", help="a game (.toml)")
    it.add_argument("-o", "--output", required=True, metavar="FOLDER", help="the folder of the game")
    it.add_argument("--address", help="a cluster's, `auto` for the one of this machine")
    it.add_argument("--workers", type=_positive, help="so many audits at a time, at most")
    it.add_argument("--threads", type=_positive, help="train models with so many threads")
    it.add_argument("--beside", action="append", default=[], metavar="FILE", help="send this file or folder to auditors, too")
    return parser


def _command(commands: Any, name: str, what: str) -> argparse.ArgumentParser:
    """With what all commands take."""
    it: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what, epilog=_EXITS)
    it.add_argument("--address", help="a cluster's, `auto` for the one of this machine (default: one is started here, and ends with the run)")
    it.add_argument("--workers", type=_positive, help="so many jobs at a time, at most (default: what the cluster has processors for)")
    it.add_argument("--threads", type=_positive, default=1, help="processors for each job (default: 1)")
    it.add_argument("--store", metavar="FILE", help="keep results in this file as they come")
    it.add_argument("--resume", action="store_true", help="go on with what the store holds")
    it.add_argument("-o", "--output", metavar="FILE", help="write the report, JSON, to this file")
    it.add_argument("--json", action="store_true", help="print JSON")
    return it


class _Choices(argparse.Action):
    """`NAME=A,B`, several times if wanted; commas inside brackets, and in commands and addresses, part nothing."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: Optional[str] = None) -> None:
        name, equals, text = values.partition("=")
        if not (name.strip() and equals and text.strip()):
            parser.error(f"{option_string}: `{values}` is not NAME=VALUE")
        several = {**getattr(namespace, self.dest)}
        alone = text.startswith(("command ", "http://", "https://"))
        several[name.strip()] = several.get(name.strip(), []) + ([text] if alone else values_in(text))
        setattr(namespace, self.dest, several)


def _seeds(text: str) -> List[int]:
    found: List[int] = []
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(\d+)(?:\.\.(\d+))?\s*", part)
        if ends is None:
            raise argparse.ArgumentTypeError(f"`{text}` is neither 1..100 nor 1,2,5")
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if last - first >= 10_000_000:
            raise argparse.ArgumentTypeError(f"`{text}` are more than 10,000,000 seeds")
        found += range(first, last + 1)
    if not found:
        raise argparse.ArgumentTypeError(f"`{text}` has no seed in it")
    return sorted(set(found))


def _positive(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is no number from 1 on")
    return int(text)


def _network(text: str) -> "tuple[str, str]":
    name, equals, path = text.partition("=")
    return (name, path) if equals else ("", text)


def _write(path: str, text: str) -> None:
    """As a whole or not at all."""
    try:
        descriptor, draft = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".gainsay-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except OSError as error:
        raise Error(f"cannot write `{path}`: {error.strerror}") from None


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        os._exit(3)
