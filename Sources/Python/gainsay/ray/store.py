"""Results that survive whoever asked for them: a file of JSON lines, of which each is on the disk before it counts."""
from __future__ import annotations

import fcntl
import json
import os
import zlib
from typing import Any, Dict, Iterable, List, Mapping, Tuple, cast

from .._errors import Error, SpecError

_WORDS = {
    "kind": "another kind of run", "program": "another version of the program", "files": "other files, or files that were changed",
    "jobs": "other properties, seeds, values or options",
}


class Store:
    """A store, held by one process at a time.

    The first line tells the run; each other one is a result; all have checksums. What a crash cut off at the end is dropped; damage
    anywhere else is an error. Memory holds places in the file, not results.
    """

    def __init__(self, path: str, head: Mapping[str, Any], *, resume: bool) -> None:
        self.path = path
        self._places: Dict[str, Tuple[int, int]] = {}
        is_new = not os.path.exists(path)
        if not is_new and not resume and os.path.getsize(path) > 0:
            raise SpecError(f"`{path}` holds a run already: say --resume to go on with it, or take another file with --store")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SpecError(f"cannot open `{path}`: {error.strerror}") from None
        try:
            self._begin(head)
        except BaseException:
            os.close(self._descriptor)
            raise

    def _begin(self, head: Mapping[str, Any]) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SpecError(f"another process writes to `{self.path}`: wait for its end, or take another file with --store") from None
        self._end = 0
        self._read(head)
        os.ftruncate(self._descriptor, self._end)
        if self._end == 0:
            self._append([_head(head)])
            _sync_folder(self.path)

    def _read(self, head: Mapping[str, Any]) -> None:
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            file.seek(0)
            for number, line in enumerate(file, 1):
                entry = _entry(line)
                if entry is None:
                    if number == 1 and not _line(_head(head)).startswith(line):
                        raise SpecError(f"`{self.path}` is no store: take another file with --store")
                    if any(_entry(it) is not None for it in file):
                        raise SpecError(f"`{self.path}` is damaged at line {number}: take another file with --store")
                    break
                if number == 1:
                    self._admit(entry, head)
                else:
                    self._places[entry["job"]] = (self._end, len(line))
                self._end += len(line)

    def _admit(self, entry: Mapping[str, Any], head: Mapping[str, Any]) -> None:
        if entry.get("gainsay") != "ray" or entry.get("format") != 1:
            raise SpecError(f"`{self.path}` is no store that this version writes: take another file with --store")
        for part, words in _WORDS.items():
            if entry.get(part) != head[part]:
                raise SpecError(f"`{self.path}` was begun with {words}: take another file with --store")

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def get(self, key: str) -> Dict[str, Any]:
        offset, length = self._places[key]
        entry = _entry(os.pread(self._descriptor, length, offset))
        if entry is None:
            raise Error(f"`{self.path}` was changed while it was in use")
        return cast(Dict[str, Any], entry["result"])

    def put(self, results: Iterable[Tuple[str, Mapping[str, Any]]]) -> None:
        """They are on the disk when this returns, in one write and one sync."""
        entries = [{"job": key, "result": dict(result)} for key, result in results]
        start = self._end
        lengths = self._append(entries)
        for entry, length in zip(entries, lengths):
            self._places[str(entry["job"])] = (start, length)
            start += length

    def _append(self, entries: List[Dict[str, Any]]) -> List[int]:
        lines = [_line(it) for it in entries]
        content = b"".join(lines)
        try:
            written = 0
            while written < len(content):
                written += os.pwrite(self._descriptor, content[written:], self._end + written)
            os.fdatasync(self._descriptor)
        except OSError as error:
            raise Error(f"cannot write `{self.path}`: {error.strerror}; make room, and go on with --resume") from None
        self._end += len(content)
        return [len(it) for it in lines]

    def close(self) -> None:
        os.close(self._descriptor)


def _head(head: Mapping[str, Any]) -> Dict[str, Any]:
    return {"gainsay": "ray", "format": 1, **head}


def _line(entry: Mapping[str, Any]) -> bytes:
    text = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _entry(line: bytes) -> "Dict[str, Any] | None":
    """None where it is not as it was written."""
    if not line.endswith(b"\n") or line[8:9] != b" " or line[:8] != b"%08x" % zlib.crc32(line[9:-1]):
        return None
    return cast(Dict[str, Any], json.loads(line[9:-1]))


def _sync_folder(path: str) -> None:
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
