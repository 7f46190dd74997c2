"""`gainsay game` with its auditors on a cluster: models are made, and answers scored, on the driver."""
from __future__ import annotations

import ctypes
import getpass
import hashlib
import json
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from importlib import import_module
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .._binary import binary
from .._errors import Error, SpecError
from . import _forward
from .auditor import Answered, look
from .cluster import MOST_DEATHS, Cluster, Sending
from .jobs import Plan
from .trees import Files, Tree, file_digest, with_companions

_DUMPABLE = 4  # PR_SET_DUMPABLE


class Auditor(NamedTuple):
    """A command of a game, and the files that it names beside the game's."""

    words: Tuple[str, ...]
    tree: Tree


def play(game: str, output: str, *, address: Optional[str], workers: Optional[int], threads: Optional[int], beside: Sequence[str]) -> int:
    """The exit code of `gainsay game`. Its secret is a line on standard input, asked for at a terminal."""
    files = Files()
    folder = os.path.dirname(os.path.abspath(game))
    content = _read(game)
    auditors = _auditors(content, game, folder, beside, files)
    secret = _secret()
    cluster = Cluster(address, workers, 1)
    try:
        plan = Plan("game", (), {it.tree.digest: it.tree for it in auditors.values()}, file_digest(binary()), 1)
        with tempfile.TemporaryDirectory(prefix="gainsay-") as place:
            rewritten = os.path.join(place, os.path.basename(game))
            with open(rewritten, "w", encoding="utf-8") as file:
                file.write(_rewritten(content, game))
            broker = _Broker(cluster, Sending(cluster.ray, plan, files), auditors, plan.program, os.path.join(place, "socket"))
            command = [binary(), "game", rewritten, "--output", output, "--jobs", str(min(1000, cluster.slots()))]
            return broker.play(command + (["--threads", str(threads)] if threads else []), secret)
    finally:
        cluster.close()


def _read(game: str) -> bytes:
    try:
        with open(game, "rb") as file:
            return file.read(1 << 24)
    except OSError as error:
        raise SpecError(f"cannot read `{game}`: {error.strerror}") from None


def _tables(content: bytes, game: str) -> Dict[str, Any]:
    try:
        toml = import_module("tomllib")
    except ImportError:
        raise Error("a game on a cluster needs Python 3.11 or later, which reads TOML") from None
    try:
        found: Dict[str, Any] = toml.loads(content.decode())
        return found
    except ValueError as error:
        raise SpecError(f"`{game}` is no TOML: {error}") from None


def _auditors(content: bytes, game: str, folder: str, beside: Sequence[str], files: Files) -> Dict[str, Auditor]:
    """By their names. What is no command is left for the program to refuse."""
    found = {}
    for name, it in _tables(content, game).get("auditors", {}).items():
        words = tuple(str(word) for word in it.get("command", ())) if isinstance(it, dict) else ()
        if not words:
            raise SpecError(f"`{game}`: auditor `{name}` has no command")
        named = [os.path.join(folder, word[len("{here}/"):]) for word in words if word.startswith("{here}/")]
        paths = {path for it in (*named, *beside) if os.path.exists(it) for path in with_companions(it)}
        found[name] = Auditor(words, files.tree(paths, folder))
    return found


def _rewritten(content: bytes, game: str) -> str:
    """The game, with commands that pass each question on; whatever else is changed in the original makes another game of it, too."""
    tables = _tables(content, game)
    for name, it in tables["auditors"].items():
        it["command"] = [sys.executable, "-I", "-S", os.path.abspath(_forward.__file__), name, "{model}", "{data}", "{budget}", "{seed}"]
    lines = [f"# SHA-256 of the game: {hashlib.sha256(content).hexdigest()}"] + [f"{key} = {_toml(it)}" for key, it in tables.items() if not isinstance(it, dict)]
    for part, members in ((key, it) for key, it in tables.items() if isinstance(it, dict)):
        for name, fields in members.items():
            lines += ["", f"[{part}.{name}]"] + [f"{key} = {_toml(it)}" for key, it in fields.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """Texts, numbers, truth values and lists of them are written as in JSON."""
    return json.dumps(value, ensure_ascii=False)


def _secret() -> str:
    """Auditors on this machine are not to read it from this process."""
    if ctypes.CDLL(None, use_errno=True).prctl(_DUMPABLE, 0, 0, 0, 0) != 0:
        raise Error("this process cannot be hidden from the auditors that it is to start")
    line = getpass.getpass("secret of the game: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if not line:
        raise SpecError("a game's secret is read from standard input, and nothing stands there: pipe it in, from a program that keeps it")
    return line


class _Broker:
    """Takes questions at a socket, has them answered on the cluster, and plays on where a worker's death took too long to mend."""

    def __init__(self, cluster: Cluster, sending: Sending, auditors: Mapping[str, Auditor], program: str, address: str) -> None:
        self.cluster, self.sending, self.auditors, self.program, self.address = cluster, sending, auditors, program, address
        self.task = cluster.ray.remote(max_retries=0, num_cpus=1)(look)
        self.deaths: Dict[str, int] = {}
        self.is_ending = self.is_to_play_on = False
        self.game: Optional["subprocess.Popen[bytes]"] = None
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(address)
        self.listener.listen(1000)

    def play(self, command: List[str], secret: str) -> int:
        threading.Thread(target=self.accept, daemon=True).start()
        try:
            while True:
                self.is_ending = self.is_to_play_on = False
                code = self.once(command, secret)
                if not self.is_to_play_on or code != 3:
                    return code
        finally:
            self.listener.close()

    def once(self, command: List[str], secret: str) -> int:
        self.game = game = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, _forward.VARIABLE: self.address})
        assert game.stdin is not None
        try:
            game.stdin.write(secret.encode() + b"\n")
            game.stdin.close()
        except BrokenPipeError:
            pass  # it says itself why it ended
        while True:
            try:
                return game.wait()
            except KeyboardInterrupt:
                # The terminal has told the game, too; a second time is told again.
                game.send_signal(signal.SIGINT)

    def accept(self) -> None:
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer: socket.socket) -> None:
        """One audit: its answer, or nothing until the game has ended it."""
        start = time.monotonic()
        with peer:
            question = json.loads(peer.makefile("rb").readline())
            auditor = self.auditors[question["auditor"]]
            contents = {name: _content(question["folder"], question[name]) for name in ("model", "data")}
            sent = self.sending.tree(auditor.tree.digest)
            found: Optional[Answered] = None
            while found is None:
                reference = self.task.remote(auditor.words, question, contents, auditor.tree.digest, self.program, sent)
                if not self.ended(reference, peer):
                    self.cluster.ray.cancel(reference, force=True)
                    return
                found = self.taken(reference, question, time.monotonic() - start)
                if found is None and self.is_ending:
                    # Nothing is answered; the game ends whoever asks.
                    select.select([peer], [], [])
                    return
            peer.sendall(json.dumps(found._asdict()).encode() + b"\n")

    def ended(self, reference: Any, peer: socket.socket) -> bool:
        """False where nobody waits for the answer any more."""
        while not self.cluster.ray.wait([reference], timeout=0.2)[0]:
            if select.select([peer], [], [], 0)[0] and not peer.recv(1):
                return False
        return True

    def taken(self, reference: Any, question: Mapping[str, str], seconds: float) -> Optional[Answered]:
        """None where it was lost: then it is asked again, by the same game while it still waits long enough, else by one that plays on."""
        try:
            found: Answered = self.cluster.ray.get(reference)
            return found
        except self.cluster.lost as error:
            key = f"{question['auditor']} {question['seed']}"
            self.deaths[key] = self.deaths.get(key, 0) + 1
            if self.deaths[key] >= MOST_DEATHS:
                return Answered(3, "", f"its worker was lost {MOST_DEATHS} times, the last time so: {type(error).__name__}")
        except self.cluster.ray.exceptions.RayError as error:
            print(f"error: {getattr(error, 'cause', None) or error}", file=sys.stderr)
            self.end()
            return None
        # The game waits for twice the budget, and ten seconds.
        if seconds > float(question["budget"]):
            self.is_to_play_on = True
            self.end()
        return None

    def end(self) -> None:
        self.is_ending = True
        if self.game is not None and self.game.poll() is None:
            self.game.send_signal(signal.SIGINT)


def _content(folder: str, name: str) -> bytes:
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()
