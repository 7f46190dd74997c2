"""Runs a plan on Ray: sends files once, keeps jobs in flight, survives the death of workers."""
from __future__ import annotations

import os
import socket
from importlib import import_module
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .._binary import binary
from .._errors import Error
from .._process import run
from . import answers
from .jobs import Plan
from .order import Order, Place
from .store import Store
from .trees import Files, Tree, file_digest, laid_out
#: A job that took so many workers with it is told as an error.
MOST_DEATHS = 5

#: Seconds that a cluster has to answer.
PATIENCE = 10.0


def load() -> Any:
    """The module of Ray; it is imported nowhere else."""
    try:
        return import_module("ray")
    except ImportError:
        raise Error("Ray is not installed: `pip install 'gainsay[ray]'`") from None


class ClusterGone(Error):
    """Nobody answers any more. Ray ends this process with exit code 1 about a minute after the head is gone: end it before."""


class Cluster:
    """A connection to a cluster, or a cluster of this machine's own, which ends with it."""

    def __init__(self, address: Optional[str], workers: Optional[int], threads: int) -> None:
        self.ray = load()
        self.address, self.workers, self.threads = address, workers, threads
        options: Dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
        if address is None:
            # Ray tells its makers how it is used unless it is told not to.
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            count = workers or max(1, (os.cpu_count() or 1) // threads)
            options.update(num_cpus=count * threads, include_dashboard=False)
        else:
            _knock(address)
            options["address"] = address
        try:
            self.ray.init(**options)
        except Exception as error:  # Ray raises whatever it likes
            where = "a cluster of this machine" if address is None else f"the cluster at `{address}`"
            raise Error(f"cannot reach {where}: {first_line(error)}") from None
        self.lost: Any = _lost(self.ray)
        self._head = str(self.ray.get_runtime_context().gcs_address)
        self._misses = 0

    def slots(self) -> int:
        """How many jobs run at a time. Raises ClusterGone where the head does not answer twice in a row."""
        try:
            _knock(self._head)
            self._misses = 0
        except Error as error:
            self._misses += 1
            if self._misses > 1:
                raise ClusterGone(f"the cluster is gone: {error}; what was found is kept, go on with --resume") from None
            return 1
        here = max(1, int(self.ray.cluster_resources().get("CPU", 0)) // self.threads)
        return here if self.workers is None else min(here, self.workers)

    def close(self) -> None:
        """Of a cluster that is gone Ray would wait for a minute, and end this process."""
        if self._misses < 2:
            self.ray.shutdown()


def _knock(address: str) -> None:
    """Raises Error where nobody is there: Ray itself would try for ten minutes."""
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if not colon or not port.isdigit():
        return  # `auto`, or a name that Ray knows
    try:
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
    except OSError as error:
        raise Error(f"nobody answers at `{address}`: {error.strerror or error}") from None


def _lost(ray: Any) -> Tuple[type, ...]:
    """What is raised where a job ended because something around it did."""
    names = ("WorkerCrashedError", "NodeDiedError", "LocalRayletDiedError", "OutOfMemoryError", "ObjectLostError", "RaySystemError")
    return tuple(it for it in (getattr(ray.exceptions, name, None) for name in names) if it is not None)


class Sending:
    """The files of a plan in the cluster's memory, each content once; a node fetches what it does not have."""

    def __init__(self, ray: Any, plan: Plan, files: Files) -> None:
        self._ray, self._plan, self._files = ray, plan, files
        self._contents: Dict[str, Any] = {}
        self._trees: Dict[str, Any] = {}

    def tree(self, digest: str) -> List[Any]:
        """In a list, so that Ray does not fetch it for a node that has it already."""
        if digest not in self._trees:
            tree = self._plan.trees[digest]
            for _, it in tree.files:
                if it not in self._contents:
                    self._contents[it] = self._ray.put(self._files.content(it))
            self._trees[digest] = self._ray.put((tree, {it: self._contents[it] for _, it in tree.files}))
        return [self._trees[digest]]


_KNOWN: Dict[str, str] = {}


_KNOWN_TREES: Dict[str, Tree] = {}


def at_work(digest: str, program: str, sent: List[Any]) -> str:
    """The folder that a job runs in, on a worker, with its files laid out.

    Raises Error where this node has another program than the driver, or none.
    """
    path = binary()
    if path not in _KNOWN:
        _KNOWN[path] = file_digest(path)
    if _KNOWN[path] != program:
        raise Error(f"`{path}` on {os.uname().nodename} is another program than the driver's: install the same wheel on all nodes")
    ray = load()
    tree: Tree = _KNOWN_TREES.get(digest) or ray.get(sent[0])[0]
    _KNOWN_TREES[digest] = tree

    def fetch(missing: Sequence[str]) -> Mapping[str, bytes]:
        contents = ray.get(sent[0])[1]
        return dict(zip(missing, ray.get([contents[it] for it in missing])))

    return laid_out(tree, fetch)


def work(kind: str, arguments: Sequence[str], digest: str, program: str, sent: List[Any]) -> Dict[str, Any]:
    """What a worker does: runs the program, and gives its answer. Raises Lost where it was ended, Error as `at_work` does."""
    outcome = run(list(arguments), folder=at_work(digest, program, sent), leashed=True)
    if outcome.code < 0 or outcome.interrupted:
        raise Lost(f"the program was ended by signal {-outcome.code}" if outcome.code < 0 else "the program was interrupted")
    return answers.answer(kind, outcome)


class Lost(Exception):
    """The program did not come to its own end."""


def first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
