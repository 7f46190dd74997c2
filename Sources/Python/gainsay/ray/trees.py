"""The files that jobs read: found on the driver, sent by content hash, laid out once on each node."""
from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import tempfile
from typing import Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, Union

from .._errors import Error, SpecError

#: Files of one tree, at most.
MOST_FILES = 200_000


class Tree(NamedTuple):
    """Files as they stand to each other, and the folder among them that the program runs in."""

    #: Paths in the tree with the SHA-256 of what is in them, sorted.
    files: Tuple[Tuple[str, str], ...]
    #: In the tree; empty where it is the tree's own folder.
    folder: str
    digest: str


class Made(NamedTuple):
    """A file that is on no disk: its path, what it begins with, another file's content if there is one, and what stands behind that."""

    path: str
    base: Optional[str]
    more: bytes


#: A path, or what stands for one.
Source = Union[str, Made]


class Files:
    """Reads files, and remembers where each content came from."""

    def __init__(self) -> None:
        #: What has the content of each digest.
        self.sources: Dict[str, Source] = {}
        self._digests: Dict[Source, str] = {}

    def tree(self, paths: Iterable[Source], folder: str) -> Tree:
        """The tree of these files, to be run in `folder`: what they lie in together is its own folder. All paths are absolute."""
        found = {_path(it): it for it in paths}
        if len(found) > MOST_FILES:
            raise SpecError(f"what is to be sent has {len(found):,} files, and at most {MOST_FILES:,} can be")
        root = os.path.commonpath([folder, *(os.path.dirname(it) for it in found)])
        files = tuple((os.path.relpath(path, root), self.digest(found[path])) for path in sorted(found))
        inside = os.path.relpath(folder, root)
        inside = "" if inside == "." else inside
        text = "\n".join([inside, *(f"{digest} {path}" for path, digest in files)])
        return Tree(files, inside, hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest())

    def digest(self, source: Source) -> str:
        if source not in self._digests:
            found = file_digest(source) if isinstance(source, str) else hashlib.sha256(_content(source)).hexdigest()
            self._digests[source] = found
            self.sources.setdefault(found, source)
        return self._digests[source]

    def content(self, digest: str) -> bytes:
        """Raises Error where the file was changed since it was read."""
        content = _content(self.sources[digest])
        if hashlib.sha256(content).hexdigest() != digest:
            raise Error(f"`{_path(self.sources[digest])}` was changed while it was being sent: begin again")
        return content


def _path(source: Source) -> str:
    return source if isinstance(source, str) else source.path


def _content(source: Source) -> bytes:
    path = source if isinstance(source, str) else source.base
    try:
        content = b""
        if path is not None:
            with open(path, "rb") as file:
                content = file.read()
    except OSError as error:
        raise SpecError(f"cannot read `{path}`: {error.strerror}") from None
    return content if isinstance(source, str) else content + source.more


def file_digest(path: str) -> str:
    """SHA-256; raises SpecError where the file cannot be read."""
    found = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                found.update(part)
    except OSError as error:
        raise SpecError(f"cannot read `{path}`: {error.strerror}") from None
    return found.hexdigest()


# What a spec reads

def spec_files(spec: str) -> Set[str]:
    """The spec, and every file and folder that a text in it or in a spec it uses names, words of commands too.

    More than is read may be among them, and what a named program reads by itself is not. An absolute path is left as it is: each node
    has it, or the job ends in an error.
    """
    found: Set[str] = set()
    waiting = [os.path.abspath(spec)]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for name in _named(path):
            target = os.path.normpath(os.path.join(os.path.dirname(path), name))
            if os.path.isabs(name) and os.path.exists(name):
                raise SpecError(
                    f"`{os.path.relpath(path)}` names `{name}`, a path of this machine alone: name it from the spec's folder, or say "
                    "--model or --data NAME=FILE"
                )
            if target.endswith(".say") and os.path.isfile(target):
                waiting.append(target)
            elif os.path.isfile(target) or os.path.isdir(target) and not _holds(target, path):
                found |= with_companions(target)
    return found


def _named(path: str) -> List[str]:
    """Whatever stands between quotes, and its words. A regular expression may hold a quote: what stands outside is looked at, too."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read(1 << 24).split("\n")
    except OSError as error:
        raise SpecError(f"cannot read `{path}`: {error.strerror}") from None
    parts = [part for line in lines if '"' in line for part in line.split('"') if part.strip() and "\0" not in part]
    return [it for part in parts for it in (part, *_words(part)) if not os.path.isabs(it)]


def _words(text: str) -> List[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _holds(folder: str, path: str) -> bool:
    return os.path.commonpath([folder, path]) == folder


def with_companions(path: str) -> Set[str]:
    """A file with those that belong to it: weights that an ONNX file keeps beside itself, the parts of a model in safetensors; of a
    folder all that is in it."""
    path = os.path.abspath(path)
    if os.path.isdir(path):
        return {os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names}
    if path.endswith((".safetensors", ".safetensors.index.json")):
        return with_companions(os.path.dirname(path))
    found = {path}
    if path.endswith(".onnx"):
        with open(path, "rb") as file:
            content = file.read()
        if b"location" in content:
            folder = os.path.dirname(path)
            found |= {os.path.join(folder, it) for it in os.listdir(folder) if it.encode() in content and os.path.isfile(os.path.join(folder, it))}
    return found


# On a node

def laid_out(tree: Tree, fetch: Callable[[Sequence[str]], Mapping[str, bytes]]) -> str:
    """The folder to run in, below this user's folder for it on this node; `fetch` gives contents that are not there yet.

    Files are written beside and renamed, so that whoever finds one finds all of it; two jobs may do this at once.
    """
    home = _home()
    place = os.path.join(home, "trees", tree.digest)
    if not os.path.isdir(place):
        missing = sorted({it for _, it in tree.files if not os.path.isfile(os.path.join(home, "files", it))})
        for digest, content in (fetch(missing) if missing else {}).items():
            _write(os.path.join(home, "files", digest), content)
        draft = tempfile.mkdtemp(dir=os.path.join(home, "trees"))
        try:
            for path, digest in tree.files:
                target = os.path.join(draft, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.link(os.path.join(home, "files", digest), target)
            os.makedirs(os.path.join(draft, tree.folder), exist_ok=True)
            os.rename(draft, place)
        except FileExistsError:
            pass
        except OSError:
            if not os.path.isdir(place):
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return os.path.join(place, tree.folder)


def _write(path: str, content: bytes) -> None:
    descriptor, draft = tempfile.mkstemp(dir=os.path.dirname(path))
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.rename(draft, path)


def _home() -> str:
    """A folder of this user alone: nobody else may put files there."""
    home = os.path.join(tempfile.gettempdir(), f"gainsay-ray-{os.getuid()}")
    os.makedirs(home, mode=0o700, exist_ok=True)
    status = os.stat(home, follow_symlinks=False)
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise Error(f"`{home}` belongs to somebody else, or others may write there: remove it")
    for name in ("files", "trees"):
        os.makedirs(os.path.join(home, name), exist_ok=True)
    return home
