"""What is to be done: questions, each with the jobs that answer it, and the files that those read."""
from __future__ import annotations

import hashlib
import json
from typing import Any, Dict, Mapping, NamedTuple, Tuple

from .trees import Tree


class Job(NamedTuple):
    """One run of the program."""

    #: What tells it from its siblings: `{"seed": 3}`, `{"region": 5}`.
    about: Mapping[str, Any]
    #: What the program is given.
    arguments: Tuple[str, ...]
    #: The digest of the tree of files that it runs in.
    tree: str

    def key(self, program: str) -> str:
        """What its result is kept under: the same for the same program, arguments and files, whoever asks."""
        return digest([program, list(self.arguments), self.tree])


class Question(NamedTuple):
    """What one answer is wanted of. The first of its jobs that stops the others decides, whichever ends first."""

    #: `{"property": "robust", "set": {"eps": "0.1"}}`
    about: Mapping[str, Any]
    #: In the order in which they count.
    jobs: Tuple[Job, ...]


class Plan(NamedTuple):
    """All questions of a run."""

    #: `check`, `verify` or `audit`
    kind: str
    questions: Tuple[Question, ...]
    #: By their digests.
    trees: Mapping[str, Tree]
    #: The digest of the program.
    program: str
    #: The processors that a job takes.
    threads: int
    #: Whether what is not proved fails.
    is_strict: bool = False

    @property
    def head(self) -> Dict[str, Any]:
        """What tells this run from others, part by part, for the store."""
        jobs = [[dict(question.about), [[dict(job.about), list(job.arguments)] for job in question.jobs]] for question in self.questions]
        return {
            "kind": self.kind, "program": self.program, "files": digest([job.tree for it in self.questions for job in it.jobs]),
            "jobs": digest(jobs),
        }


def digest(content: Any) -> str:
    """SHA-256 of JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
