"""Writes the labels of Magika as an enum, and the files in files/ as rows; `fetch` calls it. Nothing but Python's standard library is needed."""

import array
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import npz

SIZE = 512  # bytes of each file, blanks at its ends aside
LABELS = {".c": "c", ".csv": "csv", ".html": "html", ".json": "json", ".md": "markdown", ".py": "python", ".sh": "shell", ".yaml": "yaml"}


def write(folder):
    labels = json.loads((folder / "config.min.json").read_text())["target_labels_space"]
    (folder / "labels.say").write_text(f"enum Label = {', '.join(map(case, labels))}\n")

    text, label = array.array("i"), array.array("i")
    for path in sorted((HERE / "files").iterdir()):
        stripped = path.read_bytes().strip()
        assert len(stripped) == SIZE, f"{path.name} has {len(stripped)} bytes"
        text.extend(stripped)
        label.append(labels.index(LABELS[path.suffix]))
    npz.write(folder / "files.npz", text=(text, (len(label), SIZE)), label=(label, (len(label),)))


def case(label):
    """A name in Say begins with a letter."""
    return label if label[0].isalpha() else f"type_{label}"
