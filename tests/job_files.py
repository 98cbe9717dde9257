"""Job files for the tests: the example that the library writes, changed at one place each."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from welfarestats.tables.job_example import write_job_example


def example_folder(tmp_path: Path) -> Path:
    """Write the example into a folder and return the folder."""
    write_job_example(tmp_path / "example")
    return tmp_path / "example"


def changed_toml(folder: Path, old: str, new: str) -> Path:
    """Replace a piece of the example's job.toml, which must hold it."""
    path = folder / "job.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def changed_workbook(folder: Path, sheet: str, cells: dict[str, object]) -> Path:
    """Write values into cells of a sheet of the example's job.xlsx."""
    path = folder / "job.xlsx"
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book[sheet][cell] = value
    book.save(path)
    return path


def new_workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write rows into the sheets of a workbook of its own."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path
