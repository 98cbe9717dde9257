"""A small report with two reconstructed surveys that uses every feature of a report folder."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

REPORT = """
name = "toy"
title = "A toy report"
publisher = "Nobody"
licence = "None"

[[caveat]]
text = "Bases are small."
scope = "staff"
line = 3
"""

SPEC = """
style = "none"

[surveys.visits]
base = 120
microdata = "microdata/visits-synthetic.parquet"
origin = "synthetic"
sample = "probability"
weights = "weight"
weights_represent = "sample"

[surveys.staff]
base = 17
microdata = "microdata/staff-synthetic.parquet"
origin = "synthetic"
sample = "volunteer"

[populations.visits.seen]
label = "Visitors who were seen"
where = { seen = ["Yes"] }
base = 76
base_status = "inferred"
candidate_bases = [76, 77]

[populations.visits.had_plan]
label = "Visitors who had a plan"
where = { help = ["Plan"] }

[reconstruction.visits]
weights = [0.6, 0.8, 1.0, 1.2, 1.5]
seed = 7
exclusive = { barriers = ["No barrier"] }

[[reconstruction.visits.counts]]
of = "barriers"
into = "barrier_count"
none = "None"
one = "One"
more = "More than one"

[reconstruction.staff]
seed = 8
"""

CODEBOOK = """
[[question]]
survey = "visits"
name = "benefit"
label = "Benefit"
categories = [{ code = 1, label = "UC" }, { code = 2, label = "ESA" }]

[[question]]
survey = "visits"
name = "seen"
label = "Whether seen"
categories = [
    { code = 1, label = "Yes" },
    { code = 2, label = "No" },
    { code = 98, label = "Don't know", missing = "dont_know" },
]

[[question]]
survey = "visits"
name = "help"
label = "Help received"
kind = "multiple"
columns = ["help_form", "help_call", "help_plan", "help_none"]
asked_if = { seen = ["Yes"] }
categories = [
    { code = 1, label = "Form" },
    { code = 2, label = "Call" },
    { code = 3, label = "Plan" },
    { code = 4, label = "None of these" },
]
nets = [
    { label = "Form or call", codes = [1, 2] },
    { label = "Any help", codes = [1, 2, 3] },
]

[[question]]
survey = "visits"
name = "useful"
label = "Whether the plan was useful"
asked_if = { help = ["Plan"] }
categories = [{ code = 1, label = "Useful" }, { code = 2, label = "Not useful" }]

[[question]]
survey = "visits"
name = "barriers"
label = "Barriers"
kind = "multiple"
columns = ["barrier_health", "barrier_care", "barrier_travel", "barrier_none"]
categories = [
    { code = 1, label = "Health" },
    { code = 2, label = "Care" },
    { code = 3, label = "Travel" },
    { code = 4, label = "No barrier" },
]

[[question]]
survey = "visits"
name = "barrier_count"
label = "Number of barriers"
categories = [
    { code = 1, label = "None" },
    { code = 2, label = "One" },
    { code = 3, label = "More than one" },
    { code = 98, label = "Don't know", missing = "dont_know" },
]

[[question]]
survey = "visits"
name = "mood"
label = "Mood"
categories = [
    { code = 1, label = "Good", score = 3 },
    { code = 2, label = "Middling", score = 2 },
    { code = 3, label = "Bad", score = 1 },
    { code = 4, label = "Unspeakable", score = 0 },
]
nets = [{ label = "Good or middling", codes = [1, 2] }]

[[question]]
survey = "staff"
name = "confident"
label = "Feels confident"
categories = [
    { code = 1, label = "Agree" },
    { code = 2, label = "Neither" },
    { code = 3, label = "Disagree" },
]

[[question]]
survey = "staff"
name = "tools"
label = "Tools used"
kind = "multiple"
columns = ["tool_phone", "tool_form", "tool_unsure"]
categories = [
    { code = 1, label = "Phone" },
    { code = 2, label = "Form" },
    { code = 3, label = "Unsure", missing = "dont_know" },
]
"""

PUBLISHED = """item,survey,variable,population,group,category,statistic,value,printed,line,note
visits,visits,,all,,,base,120,120,1,
visits-uc,visits,benefit,all,,UC,count,70,Seventy,2,
seen-uc,visits,seen,all,benefit=UC,Yes,percent,60,60,3,
seen-all,visits,seen,all,,Yes,percent,64,64.0,3,
seen-base,visits,seen,all,,,base,119,119,3,
help-form,visits,help,seen,,Form,percent,41,41,4,
help-net,visits,help,seen,,Form or call,percent,58,58,5,
help-any,visits,help,seen,,Any help,percent,80,80,6,
help-none,visits,help,seen,,None of these,percent,20,20,7,
help-weighted-base,visits,help,seen,,,weighted_base,77,77,8,
plan-base,visits,,had_plan,,,base,30,30,9,
plan-weighted-base,visits,,had_plan,benefit=UC,,weighted_base,16,16,9,
plan-useful,visits,useful,had_plan,,Useful,percent,55,55,10,
barriers-none,visits,barrier_count,all,,None,percent,10,10,11,
barriers-one,visits,barrier_count,all,,One,percent,40,40,11,
barriers-more,visits,barrier_count,all,,More than one,percent,50,50,11,
barriers-counted,visits,barrier_count,all,,,base,118,118,11,
barriers-health,visits,barriers,all,,Health,percent,55,55,12,
barriers-care,visits,barriers,all,,Care,percent,48,48,13,
barriers-travel,visits,barriers,all,,Travel,percent,52,52,14,
barriers-no,visits,barriers,all,,No barrier,percent,10,10,15,
mood-mean,visits,mood,all,,,mean,2.4,2.4,16,
mood-unspeakable,visits,mood,all,,Unspeakable,percent,,*,17,
mood-good-seen,visits,mood,all,seen=Yes,Good,percent,50,50,18,
mood-net-uc,visits,mood,all,benefit=UC,Good or middling,percent,90,90,19,
mood-net-seen-uc,visits,mood,seen,benefit=UC,Good or middling,percent,88,88,19,
staff,staff,,all,,,base,17,Seventeen,20,
staff-agree,staff,confident,all,,Agree,count,11,11,21,
staff-agree-percent,staff,confident,all,,Agree,percent,65,65,21,
staff-agree-again,staff,confident,all,,Agree,percent,70,70,22,"contradicted: line 21 prints 65"
staff-disagree,staff,confident,all,,Disagree,count,0,none,22,
staff-third,staff,confident,all,,Neither,approximate,33.3,a third,23,
staff-invited,staff,,all,,,stated,19,19,24,
tools-base,staff,tools,all,,,base,16,16,25,
tools-phone,staff,tools,all,,Phone,percent,75,75,26,
"""

CLAIMS = """claim,survey,section,line,outcome,group_a,percent_a,group_b,percent_b,base_a,base_b,direction,claimed
seen,visits,2,3,Seen,UC,60,ESA,70,70,50,less,significant
"""

EXCLUSIONS = "line,token,reason\n"


def write_toy(folder: Path) -> Path:
    """Write the toy report, without respondents, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "report.toml": REPORT,
        "spec.toml": SPEC,
        "codebook.toml": CODEBOOK,
        "published.csv": PUBLISHED,
        "claims.csv": CLAIMS,
        "exclusions.csv": EXCLUSIONS,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def replace_in(path: Path, old: str, new: str) -> None:
    """Change the one place of a file where a text stands."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (text.count(old), old)
    path.write_text(text.replace(old, new), encoding="utf-8")


#: A claim that is right, to be given other words.
CLAIM_ROW = {
    "claim": "mood",
    "survey": "visits",
    "section": "2",
    "line": "30",
    "outcome": "mood=Good",
    "group_a": "benefit=UC",
    "percent_a": "60",
    "group_b": "benefit=ESA",
    "percent_b": "40",
    "base_a": "",
    "base_b": "",
    "direction": "more",
    "claimed": "significant",
}


def write_claims(folder: Path, rows: Iterable[dict[str, str]]) -> None:
    """Write rows of claims, each `CLAIM_ROW` with other words where given."""
    with (folder / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(CLAIM_ROW))
        writer.writeheader()
        writer.writerows(CLAIM_ROW | row for row in rows)
