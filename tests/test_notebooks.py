"""The notebooks run from top to bottom, and show tables that everybody can read."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem, scope="module")
def executed(request, tmp_path_factory):
    notebook = nbformat.read(request.param, as_version=4)
    # What a notebook writes goes to a folder of its own; the package is found from the checkout.
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        patch.setenv("IPYTHONDIR", str(folder))
        client = NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}}
        )
        client.execute()
    return notebook


def shown(notebook, kind):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output["data"][kind] for output in outputs if kind in output.get("data", {})]


def test_a_notebook_runs_without_a_word_on_standard_error(executed):
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert outputs
    assert [
        o["text"] for o in outputs if o["output_type"] == "stream" and o["name"] == "stderr"
    ] == []


def test_a_notebook_shows_tables_with_captions_and_header_scopes(executed):
    pages = [page for page in shown(executed, "text/html") if "<caption" in page]
    assert pages
    for page in pages:
        headers = re.findall(r"<th\b[^>]*>", page)
        assert headers
        assert all("scope=" in header for header in headers)


def test_a_notebook_begins_with_a_title_and_explains_itself(executed):
    first = executed.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    code = sum(cell.cell_type == "code" for cell in executed.cells)
    words = sum(cell.cell_type == "markdown" for cell in executed.cells)
    assert words >= code / 2


def test_the_notebooks_are_numbered_in_reading_order():
    assert [path.name[:2] for path in NOTEBOOKS] == [
        f"{number:02d}" for number in range(1, len(NOTEBOOKS) + 1)
    ]
    assert len(NOTEBOOKS) >= 2
