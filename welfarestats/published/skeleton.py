"""A new report folder to be filled in: small, commented, and working as it stands."""

from __future__ import annotations

from pathlib import Path

from welfarestats.errors import ReportError

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
line = 1
"""

_SPEC = """# How each number of published.csv is computed. Data, not code: nothing here is evaluated.

[surveys.customers]
base = 40                                        # respondents
microdata = "microdata/customers-synthetic.parquet"
origin = "synthetic"                             # or "collected": your own respondents
sample = "volunteer"                             # or "probability", "attempted_census"
# weights = "weight"                             # the column of weights, if there is one
# strata = "region"                              # design columns, if there are any
# psu = "office"

# The populations that numbers are about. "all" is everyone and needs no entry.
[populations.customers.had_plan]
label = "Customers who had an action plan"
where = { had_plan = ["Yes"] }                   # question = labels of categories or nets
# base = 25                                      # if it is printed, or was inferred:
# base_status = "inferred"
# candidate_bases = [24, 25]

# Only for surveys that are reconstructed from the published numbers.
[reconstruction.customers]
seed = 1
# strata = ["region"]                            # questions that split every count
# weights = [0.6, 0.8, 1.0, 1.2, 1.4]            # weight values that a person may have
"""

_CODEBOOK = """# The questions, one [[question]] each. Microdata hold the codes; an empty cell is "not asked".

[[question]]
survey = "customers"
name = "had_plan"
label = "Whether they had an action plan"
kind = "single"                                  # or "multiple" (0/1 columns), or "scale"
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
had-plan,customers,had_plan,all,,Yes,percent,63,63,4,
plan-helped-base,customers,plan_helped,had_plan,,,base,25,25,6,
plan-helped-a-lot,customers,plan_helped,had_plan,,A lot,percent,48,48,7,
plan-helped-net,customers,plan_helped,had_plan,,A lot or a little,percent,80,80,8,
had-plan-in-words,customers,had_plan,all,,Yes,approximate,66.7,two thirds,9,
"""

_CLAIMS = (
    "claim,survey,section,line,outcome,group_a,percent_a,group_b,percent_b,base_a,base_b,"
    "direction,claimed\n"
)

_EXCLUSIONS = "line,token,reason\n"

_README = """# {name}

Say here where the text comes from, its licence, and what was inferred.

- `published.csv`: one row a printed number. `variable` and `category` are words of
  `codebook.toml`, `population` is one of `spec.toml`, `group` is empty or `question=Label`.
  `statistic`: percent, count, base, weighted_base, mean, sum, stated (nothing to compute) or
  approximate (words). `printed` is the token as it stands, without its per cent sign. A `note`
  that begins with "contradicted:" and names the other line takes a number out of the comparison,
  once `reconstruct` has proven that it cannot be true together with the others.
- `claims.csv`: one row a comparison in words. `exclusions.csv`: every other numeral of the text.
- `python -m welfarestats reconstruct FOLDER` invents respondents who give the numbers, or says
  which numbers cannot all be true; `python -m welfarestats reproduce FOLDER` recomputes them.
"""

_FILES = {
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
