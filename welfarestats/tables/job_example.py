"""A new job to be filled in, as TOML and as a workbook: small, commented, and working as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from welfarestats.errors import OptionError
from welfarestats.output.files import replaced_when_whole
from welfarestats.tables.job_workbook import READ_ME, SHEETS

_JOB = """# A book of tables: every question below by one banner. Run it with
#     python -m welfarestats book job.toml
# Files are looked for beside this one. All respondents of this example are invented.

title = "Customers, spring (invented)"
data = "respondents.csv"                 # .csv, .parquet, .sav, .dta …
codebook = "codebook.toml"               # leave out if the data file has labels

# One table each, in this order. "*" stands for every question, "job_*" for all that start so,
# "!name" leaves one out.
stubs = [
    "readiness",
    "help",
    { name = "job", questions = "job_*", title = "What matters in a job" },
    { questions = "age", filter = { region = ["North", "South"] } },
]

# Across the top of every table; two names in brackets are crossed.
banner = ["sex", "region", ["region", "sex"]]

# Who is in the book. One of the answers to each question is enough; leave out for everybody.
[filter]
region = ["North", "South", "West"]

# Nets that the codebook does not have, by code or label.
[[nets]]
question = "readiness"
label = "Not ready"
codes = ["Not very ready", "Not at all ready"]

# How respondents were sampled.
[design]
weights = "weight"
psu = "office"
# strata = "stratum"                     # and fpc, lonely_psu, sample, weights_represent …
origin = "synthetic"                     # leave out for respondents of your own

# As for crosstab(): percent, test, level, adjust, versus, family, style, total …
[options]
percent = "column"
style = "default"

# What is written, inside the folder of this file.
[output]
html = "book.html"
xlsx = "book.xlsx"
"""

_CODEBOOK = """# The questions of the example, which is invented.

[[question]]
name = "sex"
label = "Sex"
categories = [{ code = 1, label = "Female" }, { code = 2, label = "Male" }]

[[question]]
name = "region"
label = "Region"
categories = [
    { code = 1, label = "North" },
    { code = 2, label = "South" },
    { code = 3, label = "West" },
]

[[question]]
name = "readiness"
label = "How ready are you to work?"
categories = [
    { code = 1, label = "Very ready" },
    { code = 2, label = "Fairly ready" },
    { code = 3, label = "Not very ready" },
    { code = 4, label = "Not at all ready" },
    { code = 8, label = "Don't know", missing = "dont_know" },
]
nets = [{ label = "Ready", codes = [1, 2] }]

[[question]]
name = "help"
label = "Which help have you had?"
kind = "multiple"
columns = ["help_advice", "help_money"]
categories = [{ code = 1, label = "Advice" }, { code = 2, label = "Money" }]

[[question]]
name = "job_pay"
label = "Good pay"
categories = [{ code = 1, label = "Matters" }, { code = 2, label = "Does not matter" }]

[[question]]
name = "job_hours"
label = "Hours that suit me"
categories = [{ code = 1, label = "Matters" }, { code = 2, label = "Does not matter" }]

[[question]]
name = "age"
label = "Age in years"
kind = "scale"
"""

_ROWS: dict[str, list[tuple[str, ...]]] = {
    "job": [
        ("title", "Customers, spring (invented)"),
        ("data", "respondents.csv"),
        ("codebook", "codebook.toml"),
        ("weights", "weight"),
        ("psu", "office"),
        ("origin", "synthetic"),
        ("percent", "column"),
        ("style", "default"),
        ("html", "book.html"),
        ("xlsx", "book.xlsx"),
    ],
    "stubs": [
        ("", "readiness", ""),
        ("", "help", ""),
        ("job", "job_*", "What matters in a job"),
        ("", "age", ""),
    ],
    "banner": [("sex", ""), ("region", ""), ("region", "sex")],
    "filters": [("", "region", "North; South; West"), ("age", "region", "North; South")],
    "nets": [("readiness", "Not ready", "Not very ready; Not at all ready")],
}

_REMARKS = {
    ("job", "setting"): "title, data, codebook; weights, strata, psu, fpc and the other words of"
    " the design; percent, test, level, style and the other options of a table; html, xlsx.",
    ("job", "value"): "Files are looked for beside this workbook. Commas part several columns.",
    ("stubs", "table"): "Leave it empty for a table each. Rows with the same name are one table.",
    ("stubs", "questions"): "The name of a question; * for every question, job_* for all that"
    " start so, !name to leave one out.",
    ("stubs", "title"): "Leave it empty for a title made from the labels.",
    ("banner", "question"): "Across the top of every table, in this order.",
    ("banner", "crossed with"): "A second question, for columns such as North: Female.",
    ("filters", "table"): "Leave it empty for the whole book.",
    ("filters", "answers"): "Labels, nets or codes; semicolons part several, of which one is"
    " enough. Rows for the same table must all hold.",
    ("nets", "codes"): "Codes or labels of the answers that the net is made of, parted by"
    " semicolons.",
}

_READ_ME = (
    "A book of tables as a workbook: fill in the other sheets and run",
    "python -m welfarestats book job.xlsx",
    "Point at a heading to read what belongs below it. Rows may be left empty.",
    "All respondents of this example are invented.",
)


def write_job_example(folder: str | Path) -> list[Path]:
    """Write a job to be filled in, as TOML and as a workbook, with respondents to try it on.

    Parameters
    ----------
    folder : str or Path
        A folder that does not exist yet, or is empty.

    Returns
    -------
    list of Path
        ``job.toml``, ``codebook.toml``, ``respondents.csv``, whose records are invented, and
        ``job.xlsx``.

    Raises
    ------
    OptionError
        If there is something in the folder, or openpyxl is not installed.
    """
    home = Path(folder)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise OptionError(
            f"{home.name!r} exists and is not an empty folder. Nothing was written; choose another"
            " name."
        )
    book = _workbook()
    home.mkdir(parents=True, exist_ok=True)
    texts = {"job.toml": _JOB, "codebook.toml": _CODEBOOK, "respondents.csv": _respondents()}
    paths = []
    for name, text in texts.items():
        (home / name).write_text(text, encoding="utf-8", newline="\n")
        paths.append(home / name)
    with replaced_when_whole(home / "job.xlsx") as partial:
        book.save(partial)
    return [*paths, home / "job.xlsx"]


def _respondents() -> str:
    """Return 240 invented respondents of 24 offices as CSV, the same every time."""
    names = ("sex", "region", "readiness", "help_advice", "help_money", "job_pay", "job_hours")
    lines = [",".join((*names, "age", "office", "weight"))]
    for at in range(240):
        drawn = (at * 7919 + 104_729) % 9973
        office = at // 10
        readiness = (1, 2, 2, 3, 3, 4, 1, 8)[(drawn + at % 2) % 8]
        helped = (int(drawn % 3 == 0), int(drawn % 5 < 2))
        matters = (1 + (drawn % 7 == 0), 1 + (drawn % 4 == at % 2))
        people = (1 + at % 2, 1 + office % 3, readiness, *helped, *matters)
        rest = (18 + drawn % 48, office + 1, (0.8, 1.0, 1.3)[office % 3])
        lines.append(",".join(map(str, (*people, *rest))))
    return "\n".join(lines) + "\n"


def _workbook() -> Any:
    """Return the job as a workbook: headings with remarks, and a sheet that says how to use it."""
    try:
        import openpyxl
    except ImportError:
        raise OptionError(
            "a job in a workbook is written with openpyxl, which is not installed. Run: pip"
            " install 'welfarestats[excel]'"
        ) from None
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    front = book.create_sheet(READ_ME)
    front.column_dimensions["A"].width = 80
    for line in _READ_ME:
        front.append([line])
    for name, headings in SHEETS.items():
        _fill(book.create_sheet(name), headings, _ROWS[name])
    book.properties.title, book.properties.language = "A job of welfarestats", "en-GB"
    return book


def _fill(sheet: Any, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write the headings with their remarks, and the rows of the example."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    sheet.append(list(headings))
    for row in rows:
        sheet.append([text or None for text in row])
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(name="Calibri", size=11, bold=True)
        texts = [cell.value, *(str(one.value or "") for one in sheet[cell.column_letter][1:])]
        sheet.column_dimensions[cell.column_letter].width = max(map(len, texts)) + 4
        remark = _REMARKS.get((sheet.title, cell.value))
        if remark:
            cell.comment = Comment(remark, "welfarestats", height=110, width=320)
