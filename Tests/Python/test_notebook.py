"""A notebook, executed."""
import re

import pytest

from conftest import EXAMPLES


def test_the_notebook_shows_what_it_says():
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    notebook = nbformat.read(EXAMPLES / "digits" / "digits.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)
    client.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(EXAMPLES / "digits")}}).execute()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    table = next(it for it in outputs[1] if "text/html" in it.get("data", {}) and "<table" in it["data"]["text/html"])
    assert "<code>robust</code>" in table["data"]["text/html"] and "contradicted" in table["data"]["text/html"]
    # The line of progress is there while it runs, and empty in the end.
    assert [it["data"]["text/html"] for it in outputs[1] if it.output_type == "display_data"] in ([""], [])
    assert outputs[2][0]["data"]["text/plain"] == "(1, 8, 8)"
    assert re.search(r"<cell>:\d+:\d+", outputs[3][0]["text"]) and "error[unknown-name]" in outputs[3][0]["text"]
