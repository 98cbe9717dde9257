"""Reports of one small survey, written in a line for each printed number."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from welfarestats.published.printed import printed_value
from welfarestats.published.report import Report, load_report

CODEBOOK = """
[[question]]
survey = "s"
name = "benefit"
label = "Benefit"
categories = [{ code = 1, label = "UC" }, { code = 2, label = "ESA" }]

[[question]]
survey = "s"
name = "work"
label = "Whether in work"
categories = [
    { code = 1, label = "Yes" },
    { code = 2, label = "No" },
    { code = 8, label = "Don't know", missing = "dont_know" },
]

[[question]]
survey = "s"
name = "want"
label = "Whether they want to work"
asked_if = { work = ["No"] }
categories = [
    { code = 1, label = "Yes" },
    { code = 2, label = "Perhaps" },
    { code = 3, label = "No" },
]
nets = [{ label = "Yes or perhaps", codes = [1, 2] }]

[[question]]
survey = "s"
name = "help"
label = "Help received"
kind = "multiple"
columns = ["help_form", "help_call", "help_plan", "help_none", "help_unsure"]
categories = [
    { code = 1, label = "Form" },
    { code = 2, label = "Call" },
    { code = 3, label = "Plan" },
    { code = 4, label = "None of these" },
    { code = 8, label = "Unsure", missing = "dont_know" },
]
nets = [{ label = "Form or call", codes = [1, 2] }, { label = "Plan or unsure", codes = [3, 8] }]

[[question]]
survey = "s"
name = "useful"
label = "Whether the plan was useful"
asked_if = { help = ["Plan"] }
categories = [{ code = 1, label = "Useful" }, { code = 2, label = "Not useful" }]

[[question]]
survey = "s"
name = "times"
label = "Number of kinds of help"
categories = [
    { code = 0, label = "Nothing" },
    { code = 1, label = "One" },
    { code = 2, label = "Several" },
]

[[question]]
survey = "s"
name = "mood"
label = "Mood"
categories = [
    { code = 1, label = "Good", score = 3 },
    { code = 2, label = "Bad", score = 1 },
    { code = 3, label = "Neither" },
]

[[question]]
survey = "s"
name = "hours"
label = "Hours of work"
kind = "scale"
categories = [{ code = -1, label = "Refused", missing = "refused" }]
"""

SPEC = """
[surveys.s]
base = {base}
microdata = "microdata/s.parquet"
origin = "{origin}"
sample = "probability"
"""

_WEIGHTED = 'weights = "weight"\nweights_represent = "{represent}"\n'
_HEADER = "item,survey,variable,population,group,category,statistic,value,printed,line,note"
_CLAIMS = (
    "claim,survey,section,line,outcome,group_a,percent_a,group_b,percent_b,base_a,base_b,"
    "direction,claimed\n"
)

NOT_WORKING = '[populations.s.not_working]\nlabel = "Not in work"\nwhere = { work = ["No"] }\n'
COUNTED = """
[[reconstruction.s.counts]]
of = "help"
into = "times"
none = "Nothing"
one = "One"
more = "Several"
"""


def tiny_report(
    folder: Path,
    numbers: Iterable[str],
    *,
    base: int = 100,
    weights: str = "",
    origin: str = "synthetic",
    spec: str = "",
    codebook: str = CODEBOOK,
) -> Report:
    """Write a report and load it.

    A number is ``"item: variable,population,group,category,statistic,printed"``, in the line of
    its place; ``weights`` is what they represent, ``spec`` more of ``spec.toml``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(text, line) for line, text in enumerate(numbers, start=1)]
    weighted = _WEIGHTED.format(represent=weights) if weights else ""
    files = {
        "report.toml": 'name = "tiny"\ntitle = "A tiny report"\n',
        "spec.toml": SPEC.format(base=base, origin=origin) + weighted + spec,
        "codebook.toml": codebook,
        "published.csv": "\n".join([_HEADER, *rows]) + "\n",
        "claims.csv": _CLAIMS,
        "exclusions.csv": "line,token,reason\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_report(folder)


def _row(text: str, line: int) -> str:
    item, _, cells = text.partition(": ")
    variable, population, group, category, statistic, printed = cells.split(",")
    value = printed_value(printed)
    stated = "" if value is None else f"{value:g}"
    return f"{item},s,{variable},{population},{group},{category},{statistic},{stated},{printed},{line},"
