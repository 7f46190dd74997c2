"""Runs the program, and answers for models that are Python callables while it runs.

One loop does it all, in the thread that called: what the callable raises, and Ctrl-C, come up there, and several threads may
each run a loop of their own.
"""
from __future__ import annotations

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import IO, TYPE_CHECKING, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

from ._binary import binary

if TYPE_CHECKING:
    from ._serving import Served

#: Seconds that a program has to end after it was asked to.
PATIENCE = 10.0


class Outcome(NamedTuple):
    """How a run of the program ended; a negative code is a signal."""

    code: int
    output: str
    errors: str
    #: Whether Ctrl-C ended it.
    interrupted: bool


def run(
    arguments: Sequence[str],
    *,
    text: Optional[str] = None,
    served: Optional[Mapping[str, "Served"]] = None,
    confirming: Optional[Mapping[str, "Served"]] = None,
    progress: Optional[Callable[[str], None]] = None,
    folder: Optional[str] = None,
    leashed: bool = False,
) -> Outcome:
    """Runs the program to its end, in `folder` if that is given. `text` is its standard input; `served` are models by their names, and
    `confirming` those that are asked besides about what is found; `progress` is given each line of `--progress`. `leashed`, it ends
    with the thread that called, however that ends. Raises what a callable raises."""
    models = [("--model", f"{name}=command ", it) for name, it in (served or {}).items()]
    models += [("--confirm", f"{name}=", it) for name, it in (confirming or {}).items()]
    with _Run(list(arguments), text, models, progress, folder, leashed) as it:
        return it.loop()


class _Connection:
    """One bridge; lines come in, answers go out."""

    def __init__(self, peer: socket.socket, served: "Served") -> None:
        peer.setblocking(False)
        self.peer = peer
        self.served = served
        self.received = b""
        self.unsent = b""


class _Run:
    def __init__(
        self,
        arguments: List[str],
        text: Optional[str],
        models: "Sequence[tuple[str, str, Served]]",
        progress: Optional[Callable[[str], None]],
        place: Optional[str],
        leashed: bool,
    ) -> None:
        self.place = place
        self.leash = leash() if leashed else None
        self.selector = selectors.DefaultSelector()
        self.progress = progress
        self.collected: Dict[int, List[bytes]] = {}
        self.connections: List[_Connection] = []
        self.listeners: List[socket.socket] = []
        self.partial = b""
        self.interrupted = False
        self.deadline = float("inf")
        self.open_streams = 0
        self.folder: Optional[tempfile.TemporaryDirectory[str]] = None
        self.process: Optional[subprocess.Popen[bytes]] = None
        self.pipe: List[int] = []
        try:
            self.start([binary()] + arguments, text, models)
        except BaseException:
            self.close()
            raise

    def start(self, command: List[str], text: Optional[str], models: "Sequence[tuple[str, str, Served]]") -> None:
        for option, prefix, model in models:
            command += [option, prefix + _bridge_command(self.listen(model))]
        if self.progress is not None:
            self.pipe = list(os.pipe())
            command += ["--progress", f"/dev/fd/{self.pipe[1]}"]
        source: Union[int, IO[bytes]] = subprocess.DEVNULL
        if text is not None:
            # A file without a name: nothing to write while the program reads, and nothing left behind.
            source = tempfile.TemporaryFile()
            source.write(text.encode("utf-8", "surrogateescape"))
            source.seek(0)
        try:
            self.process = subprocess.Popen(
                command,
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=self.pipe[1:],
                cwd=self.place,
                preexec_fn=self.leash,
                # Ctrl-C in a terminal is for this process, which passes it on.
                start_new_session=True,
            )
        finally:
            if not isinstance(source, int):
                source.close()
        if self.pipe:
            os.close(self.pipe.pop())
            os.set_blocking(self.pipe[0], False)
            self.selector.register(self.pipe[0], selectors.EVENT_READ, "progress")
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
            self.collected[stream.fileno()] = []
            self.open_streams += 1
            self.selector.register(stream.fileno(), selectors.EVENT_READ, "stream")

    def listen(self, model: "Served") -> str:
        if self.folder is None:
            self.folder = tempfile.TemporaryDirectory(prefix="gainsay-")
            if len(self.folder.name) > 80:  # an address has room for 107 bytes
                self.folder.cleanup()
                self.folder = tempfile.TemporaryDirectory(prefix="gainsay-", dir="/tmp")
        address = os.path.join(self.folder.name, str(len(self.listeners)))
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listeners.append(listener)
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)
        self.selector.register(listener, selectors.EVENT_READ, model)
        return address

    # The loop

    def loop(self) -> Outcome:
        """Until the program has ended and closed its output."""
        assert self.process is not None
        while True:
            try:
                self.serve()
                code = self.process.wait()
                break
            except KeyboardInterrupt:
                if self.interrupted:
                    raise
                self.interrupt()
        texts = [b"".join(parts).decode("utf-8", "replace") for parts in self.collected.values()]
        return Outcome(code, texts[0], texts[1], self.interrupted)

    def serve(self) -> None:
        while self.open_streams:
            if time.monotonic() > self.deadline:
                self.kill()
            for key, events in self.selector.select(0.5):
                if key.data == "stream":
                    self.read(key.fd)
                elif key.data == "progress":
                    self.tell(key.fd)
                elif isinstance(key.data, _Connection):
                    self.exchange(key.data, events)
                else:
                    peer, _ = key.fileobj.accept()  # type: ignore[union-attr]
                    connection = _Connection(peer, key.data)
                    self.connections.append(connection)
                    self.selector.register(peer, selectors.EVENT_READ, connection)

    def read(self, stream: int) -> None:
        part = os.read(stream, 1 << 16)
        self.collected[stream].append(part)
        if not part:
            self.selector.unregister(stream)
            self.open_streams -= 1

    def tell(self, pipe: int) -> None:
        part = os.read(pipe, 1 << 16)
        if not part:
            self.selector.unregister(pipe)
            return
        *lines, self.partial = (self.partial + part).split(b"\n")
        if self.progress is not None:
            for line in lines:
                self.progress(line.decode("utf-8", "replace"))

    # Models

    def exchange(self, it: _Connection, events: int) -> None:
        try:
            if events & selectors.EVENT_WRITE:
                it.unsent = it.unsent[it.peer.send(it.unsent):]
            if events & selectors.EVENT_READ:
                part = it.peer.recv(1 << 18)
                if not part:
                    self.drop(it)
                    return
                it.received += part
        except BlockingIOError:
            return
        except OSError:
            self.drop(it)
            return
        while b"\n" in it.received and not self.interrupted:
            line, it.received = it.received.split(b"\n", 1)
            it.unsent += it.served.answer(line) + b"\n"
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if it.unsent else 0)
        self.selector.modify(it.peer, wanted, it)

    def drop(self, it: _Connection) -> None:
        self.selector.unregister(it.peer)
        it.peer.close()
        self.connections.remove(it)

    # The end

    def interrupt(self) -> None:
        """Has the program end with what it has found."""
        self.interrupted = True
        self.deadline = time.monotonic() + PATIENCE
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()

    def close(self) -> None:
        """Leaves nothing behind: no process, no socket, no file."""
        process = self.process
        if process is not None and process.poll() is None:
            process.terminate()  # ends what it started, too
            try:
                process.wait(1)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for connection in self.connections:
            connection.peer.close()
        for listener in self.listeners:
            listener.close()
        if process is not None:
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        for descriptor in self.pipe:
            os.close(descriptor)
        self.selector.close()
        if self.folder is not None:
            self.folder.cleanup()

    def __enter__(self) -> "_Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def leash() -> Callable[[], None]:
    """What a new process does first, so that it gets SIGTERM when its parent dies. All that may lock is done here, before it is forked."""
    control, parent, death = ctypes.CDLL(None).prctl, os.getpid(), 1  # PR_SET_PDEATHSIG

    def tie() -> None:
        control(death, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def _bridge_command(address: str) -> str:
    """As the program splits words: `'` keeps what is between two of them."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_bridge.py")
    return " ".join(_quoted(word) for word in (sys.executable, "-I", "-S", script, address))


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
