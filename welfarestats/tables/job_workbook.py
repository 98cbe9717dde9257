"""A job written as a workbook, for those who do not code: one sheet a subject, one row a wish."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from welfarestats.errors import OptionError, did_you_mean, listed
from welfarestats.tables.job_cells import FilledCell, sheet_cells
from welfarestats.tables.job_requests import (
    BannerRequest,
    FilterRequest,
    Job,
    NetRequest,
    Setting,
    TableRequest,
    checked_key,
    checked_setting,
    setting_keys,
    takes_a_list,
    takes_yes_or_no,
)

SHEETS = {
    "job": ("setting", "value"),
    "stubs": ("table", "questions", "title"),
    "banner": ("question", "crossed with"),
    "filters": ("table", "question", "answers"),
    "nets": ("question", "label", "codes"),
}
READ_ME = "read me"
_YES, _NO = ("yes", "true"), ("no", "false")


@dataclass(frozen=True)
class _Row:
    """A row of a sheet: its cells by the name of their column."""

    sheet: str
    number: int
    cells: dict[str, FilledCell]

    def text(self, column: str) -> str:
        """Return the text of a cell, empty where there is none."""
        return self.cells[column].text if column in self.cells else ""

    def place(self, column: str) -> str:
        """Return where the cell of a column is, or the row if it holds nothing."""
        if column in self.cells:
            return self.cells[column].place
        return f"sheet {self.sheet!r}, row {self.number}"

    def needed(self, column: str) -> str:
        """Return the text of a cell that must be there."""
        if not self.text(column):
            raise OptionError(f"{self.place(column)} has no {column!r}. Fill it in.")
        return self.text(column)


def job_from_workbook(path: Path) -> Job:
    """Return the job in a workbook.

    Parameters
    ----------
    path : Path
        A file with the sheets ``job``, ``stubs``, ``banner``, ``filters`` and ``nets``, of which
        the first two must be there.

    Returns
    -------
    Job
        What it asks for; questions and answers are not looked up yet.

    Raises
    ------
    OptionError
        If it is no workbook, or a sheet, column or key is not one that jobs have. The sentence
        names the cell.
    """
    sheets = _known_sheets(path)
    for name in ("job", "stubs"):
        if name not in sheets:
            raise OptionError(f"{path.name} has no sheet {name!r}. Add it.")
    rows = {name: list(_rows(name, sheets.get(name, []))) for name in SHEETS}
    if not rows["stubs"]:
        raise OptionError(
            "sheet 'stubs' has no rows. Write * under 'questions' for a table of every question."
        )
    return Job(
        path,
        _settings(rows["job"]),
        _stubs(rows["stubs"]),
        tuple(_banner(row) for row in rows["banner"]),
        tuple(_filter(row) for row in rows["filters"]),
        tuple(_net(row) for row in rows["nets"]),
    )


def _known_sheets(path: Path) -> dict[str, list[list[FilledCell]]]:
    """Return the cells of each sheet by its name in lower case."""
    found: dict[str, list[list[FilledCell]]] = {}
    for name, cells in sheet_cells(path):
        word = name.strip().casefold()
        if word == READ_ME or not cells:
            continue
        if word not in SHEETS:
            raise OptionError(
                f"{path.name}: {name!r} is not a sheet of a job; the sheets are"
                f" {listed(SHEETS)}, and {READ_ME!r} for remarks.{did_you_mean(word, SHEETS)}"
            )
        found[word] = cells
    return found


def _rows(sheet: str, lines: Sequence[Sequence[FilledCell]]) -> Iterator[_Row]:
    """Return the rows below the headings."""
    if not lines:
        return
    known = SHEETS[sheet]
    columns: dict[str, str] = {}
    for cell in lines[0]:
        heading = " ".join(cell.text.replace("_", " ").split()).casefold()
        checked_key(heading, known, cell.place, what="column")
        if heading in columns.values():
            raise OptionError(f"{cell.place}: there are two columns {heading!r}. Keep one.")
        columns[cell.column] = heading
    for line in lines[1:]:
        for cell in line:
            if cell.column not in columns:
                raise OptionError(
                    f"{cell.place} stands in a column without a heading; the columns are"
                    f" {listed(known)}."
                )
        yield _Row(sheet, line[0].row, {columns[cell.column]: cell for cell in line})


def _settings(rows: Sequence[_Row]) -> dict[str, Setting]:
    """Return the values of the keys of a job."""
    known = [key for keys in setting_keys().values() for key in keys]
    found: dict[str, Setting] = {}
    for row in rows:
        key = "_".join(row.needed("setting").split()).casefold()
        checked_key(key, known, row.place("setting"), what="setting")
        if key in found:
            raise OptionError(f"{row.place('setting')}: {key!r} was set before. Keep one.")
        if "value" in row.cells:
            value = _value(key, row.cells["value"])
            found[key] = checked_setting(key, value, row.place("value"))
    return found


def _value(key: str, cell: FilledCell) -> Any:
    """Return the value of a setting: a list where several are allowed, true for yes."""
    if takes_yes_or_no(key):
        word = cell.text.casefold()
        return True if word in _YES else False if word in _NO else cell.value
    if takes_a_list(key):
        return cell.text.splitlines() if key == "caveats" else _names(cell.text)
    return cell.value if isinstance(cell.value, float | int) and key == "level" else cell.text


def _stubs(rows: Sequence[_Row]) -> tuple[TableRequest, ...]:
    """Return the tables; rows that share a name are one table."""
    requests: dict[str, TableRequest] = {}
    for row in rows:
        row.needed("questions")
        at = row.place("questions")
        questions = tuple((name, at) for name in _names(row.text("questions")))
        name, title = row.text("table"), row.text("title")
        key = name or f"\n{row.number}"
        request = TableRequest(questions, name, title, row.place("title" if title else "table"))
        before = requests.get(key)
        if before is not None:
            if title and before.title and title != before.title:
                raise OptionError(
                    f"{row.place('title')}: table {name!r} has another title above. Keep one."
                )
            request = replace(
                before, questions=(*before.questions, *questions), title=before.title or title
            )
        requests[key] = request
    return tuple(requests.values())


def _banner(row: _Row) -> BannerRequest:
    names = (row.needed("question"), row.text("crossed with"))
    return BannerRequest(tuple(name for name in names if name), row.place("question"))


def _filter(row: _Row) -> FilterRequest:
    row.needed("answers")
    return FilterRequest(
        row.needed("question"),
        _answers(row.cells["answers"]),
        row.place("answers"),
        row.text("table"),
    )


def _net(row: _Row) -> NetRequest:
    row.needed("codes")
    return NetRequest(
        row.needed("question"),
        row.needed("label"),
        _answers(row.cells["codes"]),
        row.place("codes"),
    )


def _names(text: str) -> list[str]:
    """Return names of questions or columns that commas, semicolons or lines part."""
    return [name.strip() for name in re.split(r"[,;\n]", text) if name.strip()]


def _answers(cell: FilledCell) -> tuple[Any, ...]:
    """Return answers that semicolons or lines part; commas part codes, as labels may have them."""
    if not isinstance(cell.value, str):
        return (cell.value,)
    parts = [part.strip() for part in re.split(r"[;\n]", cell.text) if part.strip()]
    codes = [code.strip() for code in cell.text.split(",")]
    if len(parts) == 1 and all(re.fullmatch(r"-?\d+", code) for code in codes):
        return tuple(int(code) for code in codes)
    return tuple(parts)
