"""A table with every state of a cell, and what each output shows of it, read back."""

from __future__ import annotations

import html as html_module
import re
from pathlib import Path

import openpyxl
import pandas as pd

import welfarestats as ws
from welfarestats.output.flat_tables import number_of

# Group: how many gave which answer.
ANSWERS = {
    "large": {"Yes": 261, "No": 355, "Rarely": 1},
    "small": {"Yes": 29, "No": 12},
    "tiny": {"Yes": 13, "No": 10},
    "skipped": {"Not asked": 60},
    "exempt": {"Exempt": 60},
    "nobody": {},
}
_MISSING = {"Not asked": "not_asked", "Exempt": "not_applicable"}
CODEBOOK = [
    ws.Question(
        "has",
        "Has it",
        categories=[
            ws.Category(code, code, missing=_MISSING.get(code))
            for code in ("Yes", "No", "Rarely", "Never", "Not asked", "Exempt")
        ],
    ),
    ws.Question("group", "Group", categories=[ws.Category(name, name) for name in ANSWERS]),
]


def people(*groups: str) -> ws.Survey:
    """Return the people of some groups, or of all."""
    chosen = groups or tuple(ANSWERS)
    rows = [
        (group, code)
        for group in chosen
        for code, count in ANSWERS[group].items()
        for _ in range(count)
    ]
    has, group = CODEBOOK
    group = ws.Question("group", "Group", categories=[ws.Category(name, name) for name in chosen])
    return ws.Survey(pd.DataFrame(rows, columns=["group", "has"]), codebook=[has, group])


def cells_of_html(html: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each row's header with the texts and states of its cells, letters apart."""
    found = []
    for row in re.findall(r"<tr[^>]*>(<th scope=\"row\".*?)</tr>", html, re.DOTALL):
        head = re.search(r"<th[^>]*>(.*?)</th>", row)[1]
        cells = []
        for attributes, inside in re.findall(r"<td([^>]*)>(.*?)</td>", row):
            state = re.search(r'data-state="([^"]*)"', attributes)
            text = re.sub(r" ?<sup.*?</sup>", "", inside)
            cells.append((html_module.unescape(text), state[1] if state else "shown"))
        found.append((html_module.unescape(head), cells))
    return found


def cells_of_markdown(markdown: str) -> list[tuple[str, list[str]]]:
    """Return each row's header with the texts of its cells, letters apart."""
    lines = [line for line in markdown.splitlines() if line.startswith("| ")][2:]
    rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in lines]
    plain = [
        [re.sub(r"<sup>.*?</sup>", "", cell).replace("\\", "").strip() for cell in row]
        for row in rows
    ]
    return [(row[0].strip("*"), row[1:]) for row in plain]


def cells_of_text(text: str) -> list[tuple[str, list[str]]]:
    """Return each row of a plain table whose columns stand two spaces apart or more."""
    body = text.split("\n---")[1].split("\n\n", maxsplit=1)[0].splitlines()[1:]
    rows = [re.split(r"\s{2,}", line.strip()) for line in body]
    return [(row[0], [re.sub(r"(?<=[\d\])]) [A-Z]+$", "", one) for one in row[1:]]) for row in rows]


def cells_of_workbook(path: Path) -> list[tuple[str, list[tuple[object, str]]]]:
    """Return each row's header with values and number formats; rows of letters left out."""
    sheet = openpyxl.load_workbook(path).worksheets[-1]
    rows = [list(row) for row in sheet.iter_rows() if row[1].value not in (None, "Letters")]
    start = next(place for place, row in enumerate(rows) if row[0].value == "Answer") + 1
    words = 2 if rows[start - 1][1].value == "Row" else 1
    return [
        (str(row[0].value), [(cell.value, cell.number_format) for cell in row[words:]])
        for row in rows[start:]
    ]


def as_in_a_workbook(text: str) -> tuple[object, str]:
    """Return what a cell of a workbook holds of a printed text."""
    return number_of(text) or (text, "General")
