"""What the tests share."""
import os
import pathlib

import pytest

pytest_plugins = ["pytester"]

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "Examples"


@pytest.fixture(scope="session")
def examples():
    return EXAMPLES


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """An empty folder for temporary files; what is in it at the end was left behind."""
    import tempfile

    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    import gc

    gc.collect()
    assert os.listdir(folder) == []
