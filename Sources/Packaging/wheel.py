"""Puts a program into the wheel of Sources/Python: wheel.py PROGRAM OUTPUT

The wheel's tag is the oldest that auditwheel finds the program to run on; where auditwheel finds that it needs more libraries than
every Linux system has, that is an error.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "Python"
LIMIT = 15_000_000


def run(*command):
    return subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True, text=True).stdout


def tagged(wheel, tag, folder):
    name = run("wheel", "tags", "--remove", "--python-tag", "py3", "--abi-tag", "none", "--platform-tag", tag, str(wheel)).split()[-1]
    return folder / pathlib.Path(name).name


def with_program(program, folder):
    """A wheel with the program among its scripts, tagged for this machine's Linux, whatever its C library."""
    # Built in a copy: setuptools leaves folders behind in what it builds.
    source = shutil.copytree(SOURCE, folder / "source", ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    run("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder / "pure"), str(source))
    (pure,) = (folder / "pure").glob("*.whl")
    run("wheel", "unpack", "--dest", str(folder / "open"), str(pure))
    (content,) = (folder / "open").iterdir()
    scripts = content / f"{content.name}.data" / "scripts"
    scripts.mkdir(parents=True)
    shutil.copy(program, scripts / "gainsay")
    (scripts / "gainsay").chmod(0o755)
    information = content / f"{content.name}.dist-info" / "WHEEL"
    information.write_text(information.read_text().replace("Root-Is-Purelib: true", "Root-Is-Purelib: false"))
    run("wheel", "pack", "--dest-dir", str(folder), str(content))
    (packed,) = folder.glob("*.whl")
    return tagged(packed, "linux_x86_64", folder)


def repacked(wheel, folder):
    """The same, smaller: 7-Zip takes longer to find the same deflate."""
    target = folder / "small" / wheel.name
    with tempfile.TemporaryDirectory() as open_folder:
        subprocess.run(["7z", "x", "-bd", f"-o{open_folder}", str(wheel)], check=True, capture_output=True)
        subprocess.run(
            ["7z", "a", "-bd", "-tzip", "-mm=Deflate", "-mx=9", "-mfb=258", "-mpass=5", str(target), "."],
            check=True, capture_output=True, cwd=open_folder)
    return target


def found_tag(wheel):
    """The tag that auditwheel finds."""
    told = " ".join(run("auditwheel", "show", str(wheel)).split())
    tags = re.findall(r'platform tag: "([a-z0-9_]+)"', told)
    if not tags or not tags[0].startswith("manylinux"):
        raise SystemExit(f"the program needs more than the C library:\n{told}")
    return tags[0]


def main(program, output):
    with tempfile.TemporaryDirectory() as folder:
        wheel = with_program(pathlib.Path(program), pathlib.Path(folder))
        wheel = tagged(wheel, found_tag(wheel), pathlib.Path(folder))
        wheel = repacked(wheel, pathlib.Path(folder))
        size = wheel.stat().st_size
        if size > LIMIT:
            raise SystemExit(f"{wheel.name} has {size:,} bytes, and is to have at most {LIMIT:,}")
        pathlib.Path(output).mkdir(parents=True, exist_ok=True)
        shutil.move(wheel, pathlib.Path(output, wheel.name))
        print(f"{pathlib.Path(output, wheel.name)}: {size:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
