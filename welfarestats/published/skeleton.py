"""A new report folder to be filled in: small, commented, and working as it stands."""

from __future__ import annotations

from pathlib import Path

from welfarestats.errors import ReportError

_TEXT = """A survey of customers about action plans
Invented, to show how a report is described. Put your own text here; one line is one line.
In spring, 40 customers answered. Bases are small: results are indicative only.
Three in five had an action plan: 24 of the 40 (60 per cent).
The other 16 had none.
Under 35, 75 per cent of 16 had one, compared with 50 per cent of the 24 aged 35 and over.
Half of all customers (50 per cent) had a copy of their plan.
Figure 1: Whether the plan helped. Base: customers who had a plan and answered (22).
A lot: 50 per cent
A little: 27 per cent
Not at all: 23 per cent
Together, 77 per cent said a lot or a little; the most common answer was a lot.
"""

_REPORT = """# What the report is. Lines are those of the text that the numbers were transcribed from.
name = "{name}"
title = "Title of the report"
publisher = "Publisher"
published = "Month and year"
licence = "Open Government Licence v3.0"
attribution = "Contains public sector information licensed under the Open Government Licence v3.0."

# One [[caveat]] for each limit that the report states. scope: "report", or names of surveys.
[[caveat]]
text = "Bases are small: results are indicative only."
scope = "report"
line = 3
"""

_SPEC = """# How each number of published.csv is computed. Data, not code: nothing here is evaluated.

[surveys.customers]
base = 40                                        # respondents
microdata = "microdata/customers-synthetic.parquet"    # your own: Parquet or CSV, need not exist yet
origin = "synthetic"                             # your own respondents: "collected"
sample = "volunteer"                             # or "probability", "attempted_census"
# weights = "weight"                             # the column of weights, if there is one
# strata = "region"                              # design columns, if there are any
# psu = "office"

# The populations that numbers are about. "all" is everyone and needs no entry.
[populations.customers.had_plan_answered]
label = "Customers who had a plan and answered"
where = { had_plan = ["Yes"] }                   # question = labels of categories or nets
base_varies = true                               # "and answered": its base differs by question
# base = 22                                      # else: if it is printed, or was inferred:
# base_status = "inferred"
# candidate_bases = [22, 44]

# What follows from the words of the questions, beyond "asked_if" in codebook.toml.
[[implications.customers]]
if = { plan_copy = ["Yes"] }
then = { had_plan = ["Yes"] }

# What the report says of its own numbers: items of published.csv, calculated again by the audit.
[[sums]]
total = "respondents"
parts = ["had-plan-count", "no-plan-count"]

[[rates]]
rate = "had-plan"
part = "had-plan-count"
whole = "respondents"

# Only for surveys that are reconstructed from the published numbers.
[reconstruction.customers]
seed = 1
# weights = [0.6, 0.8, 1.0, 1.2, 1.4]            # weight values that a person may have
"""

_CODEBOOK = """# The questions, one [[question]] each. Microdata hold the codes; an empty cell is "not asked".

[[question]]
survey = "customers"
name = "age"
label = "Age group"
kind = "single"                                  # or "multiple" (0/1 columns), or "scale"
categories = [
    { code = 1, label = "Under 35" },
    { code = 2, label = "35 and over" },
]

[[question]]
survey = "customers"
name = "had_plan"
label = "Whether they had an action plan"
categories = [
    { code = 1, label = "Yes" },
    { code = 2, label = "No" },
]

[[question]]
survey = "customers"
name = "plan_copy"
label = "Whether they had a copy of their plan"
categories = [
    { code = 1, label = "Yes" },
    { code = 2, label = "No" },
]

[[question]]
survey = "customers"
name = "plan_helped"
label = "Whether the plan helped"
asked_if = { had_plan = ["Yes"] }                # everyone else was not asked
categories = [
    { code = 1, label = "A lot" },
    { code = 2, label = "A little" },
    { code = 3, label = "Not at all" },
    { code = 98, label = "Don't know", missing = "dont_know" },
]
nets = [{ label = "A lot or a little", codes = [1, 2] }]
"""

_PUBLISHED = """item,survey,variable,population,group,category,statistic,value,printed,line,note
respondents,customers,,all,,,base,40,40,3,
had-plan-in-words,customers,had_plan,all,,Yes,approximate,60,Three in five,4,
had-plan-count,customers,had_plan,all,,Yes,count,24,24,4,
respondents-again,customers,,all,,,base,40,40,4,
had-plan,customers,had_plan,all,,Yes,percent,60,60,4,
no-plan-count,customers,had_plan,all,,No,count,16,16,5,
had-plan-under-35,customers,had_plan,all,age=Under 35,Yes,percent,75,75,6,
under-35-base,customers,had_plan,all,age=Under 35,,base,16,16,6,
had-plan-35-and-over,customers,had_plan,all,age=35 and over,Yes,percent,50,50,6,
35-and-over-base,customers,had_plan,all,age=35 and over,,base,24,24,6,
plan-copy-in-words,customers,plan_copy,all,,Yes,approximate,50,Half,7,
plan-copy,customers,plan_copy,all,,Yes,percent,50,50,7,
plan-helped-base,customers,plan_helped,had_plan_answered,,,base,22,22,8,
plan-helped-a-lot,customers,plan_helped,had_plan_answered,,A lot,percent,50,50,9,
plan-helped-a-little,customers,plan_helped,had_plan_answered,,A little,percent,27,27,10,
plan-helped-not-at-all,customers,plan_helped,had_plan_answered,,Not at all,percent,23,23,11,
plan-helped-net,customers,plan_helped,had_plan_answered,,A lot or a little,percent,77,77,12,
"""

_CLAIMS = """claim,survey,section,line,outcome,group_a,percent_a,group_b,percent_b,base_a,base_b,direction,claimed
had-plan-age,customers,1,6,had_plan=Yes,age=Under 35,75,age=35 and over,50,16,24,more,none
helped-a-lot-any,customers,1,12,which answer,had_plan_answered: plan_helped=A lot,,any other answer,,,,more,none
"""

_EXCLUSIONS = """line,token,reason
2,one,number of things
2,one,number of things
5,none,pronoun
6,35,age group
6,one,pronoun
6,35,age group
8,1,figure number
"""

_README = """# {name}

Say here where the text comes from, its licence, and what was inferred. The text, the report and its
numbers are invented so far: replace all of it.

- `published.csv`: one row a printed number. `variable` and `category` are words of
  `codebook.toml`, `population` is one of `spec.toml`, `group` is empty or `question=Label`.
  `statistic`: percent, count, base, weighted_base, mean, sum, stated (nothing to compute) or
  approximate (words). `printed` is the token as it stands, without its per cent sign.
- `claims.csv`: one row a comparison in words. `outcome` is the answer compared, `question=Label`, and
  each group is who is compared, `question=Label`, after `population: ` unless it is about everyone.
  Where different answers of the same people are compared, `outcome` is `which answer` and the groups
  name the answers. `direction`: more, less, same. `claimed`: significant, marginal, none.
- `exclusions.csv`: every other numeral of the text. `text.txt` is for looking up lines.
- `python -m welfarestats audit FOLDER` says what in it cannot be true together; it needs no
  respondents. `python -m welfarestats reproduce FOLDER` computes the numbers from respondents.
"""

_FILES = {
    "text.txt": _TEXT,
    "report.toml": _REPORT,
    "spec.toml": _SPEC,
    "codebook.toml": _CODEBOOK,
    "published.csv": _PUBLISHED,
    "claims.csv": _CLAIMS,
    "exclusions.csv": _EXCLUSIONS,
    "README.md": _README,
}


def write_skeleton(folder: Path) -> list[Path]:
    """Write a report folder to be filled in.

    Parameters
    ----------
    folder : Path
        A folder that does not exist yet, or is empty; its name becomes that of the report.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    ReportError
        If there is something in the folder, or its name is no name of a report.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReportError(
            f"{folder.name!r} exists and is not an empty folder. Nothing was written; choose "
            f"another name."
        )
    name = folder.resolve().name
    if not all(letter.isascii() and (letter.isalnum() or letter in "._-") for letter in name):
        raise ReportError(
            f"{name!r} cannot name a report: use letters, digits, '.', '_' and '-' only."
        )
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file, text in _FILES.items():
        path = folder / file
        path.write_text(text.replace("{name}", name), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths
