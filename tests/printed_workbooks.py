"""An invented survey, and an agency's tables of it with faults put in on purpose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

import welfarestats as ws
from welfarestats.output.wording import round_half_up

DONT_KNOW = ws.Category(8, "Don't know", missing="dont_know")
REFUSED = ws.Category(9, "Refused", missing="refused")

READY = ws.Question(
    "ready",
    "Q1. How ready are you for work?",
    categories=[
        ws.Category(1, "Very ready"),
        ws.Category(2, "Fairly ready"),
        ws.Category(3, "Not very ready"),
        ws.Category(4, "Not at all ready"),
        DONT_KNOW,
        REFUSED,
    ],
    nets=[ws.Net("Ready", (1, 2)), ws.Net("Not ready", (3, 4))],
)
HEALTH = ws.Question(
    "health",
    "Q2. How is your health in general?",
    categories=[
        ws.Category(1, "Good"),
        ws.Category(2, "Fair"),
        ws.Category(3, "Bad"),
        DONT_KNOW,
    ],
    nets=[ws.Net("Fair or bad", (2, 3))],
)
HELPED = ws.Question(
    "helped",
    "Q3. Did the appointment help you?",
    asked_if={"ready": (1, 2, 3)},
    categories=[
        ws.Category(1, "A great deal"),
        ws.Category(2, "A little"),
        ws.Category(3, "Not at all"),
        DONT_KNOW,
    ],
    nets=[ws.Net("At all", (1, 2))],
)
ADVICE = ws.Question(
    "advice",
    "Q4. Where did you get advice?",
    kind="multiple",
    columns=("advice_family", "advice_adviser", "advice_online", "advice_none"),
    categories=[
        ws.Category(1, "Family or friends"),
        ws.Category(2, "Adviser"),
        ws.Category(3, "Online"),
        ws.Category(4, "None of these"),
    ],
    nets=[ws.Net("Any person", (1, 2))],
)
SEX = ws.Question("sex", "Sex", categories=[ws.Category(1, "Men"), ws.Category(2, "Women")])
AGE = ws.Question(
    "age",
    "Age group",
    categories=[
        ws.Category(1, "16 to 34"),
        ws.Category(2, "35 to 49"),
        ws.Category(3, "50 and over"),
    ],
    nets=[ws.Net("35 and over", (2, 3))],
)
REGION = ws.Question(
    "region",
    "Region",
    categories=[ws.Category(i, name) for i, name in enumerate("North Midlands South".split(), 1)],
)
CODEBOOK = ws.Codebook([READY, HEALTH, HELPED, ADVICE, SEX, AGE, REGION])
STUBS = ("ready", "health", "helped", "advice")
BANNER = ("sex", "age", "region")


def people(size: int = 1_200, seed: int = 4) -> pd.DataFrame:
    """Return invented respondents: two weights that matter, don't knows, routing."""
    draws = np.random.default_rng(seed)
    sex = draws.choice([1, 2], size, p=[0.46, 0.54])
    age = draws.choice([1, 2, 3], size, p=[0.3, 0.34, 0.36])
    region = draws.choice([1, 2, 3], size, p=[0.4, 0.25, 0.35])
    worse = 0.4 * (age == 3) + 0.3 * (sex == 1) + 0.25 * (region == 1) + draws.normal(0, 0.8, size)
    ready = np.digitize(worse, [-0.5, 0.25, 1.1]) + 1
    health = np.digitize(worse + draws.normal(0, 0.6, size), [0.3, 1.1]) + 1
    helped = np.digitize(draws.normal(0, 1, size) - 0.3 * (sex == 2), [-0.4, 0.7]) + 1
    unsure = draws.random((3, size))
    frame = pd.DataFrame(
        {
            "ready": np.where(unsure[0] < 0.09, 8, np.where(unsure[0] > 0.95, 9, ready)),
            "health": np.where(unsure[1] < 0.06 + 0.05 * (age == 3), 8, health),
            "sex": sex,
            "age": age,
            "region": region,
            "w": np.round(np.exp(0.45 * draws.normal(0, 1, size)) * (0.6 + 0.5 * (age == 1)), 3),
            "w_region": np.round(0.7 + 0.6 * (region == 1) + draws.uniform(0, 0.8, size), 3),
        }
    )
    asked = frame["ready"].isin([1, 2, 3])
    frame["helped"] = np.where(asked, np.where(unsure[2] < 0.08, 8, helped), np.nan)
    mentions = draws.random((3, size)) < np.array([[0.42], [0.31], [0.24]]) + 0.1 * (sex == 2)
    for name, mentioned in zip(ADVICE.stored_in[:3], mentions, strict=True):
        frame[name] = mentioned.astype(float)
    frame["advice_none"] = (~mentions.any(axis=0)).astype(float)
    return frame


def surveyed(frame: pd.DataFrame | None = None, **options: Any) -> ws.Survey:
    """Return the survey as it is declared to be."""
    own = people() if frame is None else frame
    return ws.Survey(own, **{"weights": "w", "codebook": CODEBOOK, **options})


def earlier_delivery(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the file as it was before edits: fewer interviews, and other answers to some."""
    draws = np.random.default_rng(11)
    old = frame[draws.random(len(frame)) > 0.07].copy()
    edited = draws.random(len(old)) < 0.12
    old.loc[edited, "ready"] = draws.choice([1, 2, 3, 4], int(edited.sum()))
    old["helped"] = old["helped"].where(old["ready"].isin([1, 2, 3]))
    return old


@dataclass(frozen=True)
class Recipe:
    """How an agency makes its tables; each fault changes one thing."""

    frame: pd.DataFrame = field(default_factory=people)
    weights: str | None = "w"
    codebook: ws.Codebook = CODEBOOK
    base_includes: tuple[str, ...] | None = None
    percent: str = "column"
    domain: dict[str, Any] = field(default_factory=dict)
    rounding: Callable[[float, int], float] = round_half_up
    decimals: int = 0
    stubs: tuple[str, ...] = STUBS
    banner: tuple[str, ...] = BANNER
    letters: dict[str, Any] | None = None


Fault = Callable[[Recipe], Recipe]


def _question(recipe: Recipe, changed: ws.Question) -> Recipe:
    questions = [changed if q.name == changed.name else q for q in recipe.codebook]
    return replace(recipe, codebook=ws.Codebook(questions))


def everyone_in_the_base(recipe: Recipe) -> Recipe:
    """Count those who were not asked as an answer without a row."""
    frame = recipe.frame.assign(helped=recipe.frame["helped"].fillna(77))
    old = recipe.codebook["helped"]
    rest = [replace(c, missing=None) for c in old.categories] + [ws.Category(77, "(not asked)")]
    return _question(
        replace(recipe, frame=frame), replace(old, asked_if=None, categories=tuple(rest))
    )


def net_lacks_a_category(recipe: Recipe) -> Recipe:
    """Leave 'Fairly ready' out of the net 'Ready', and nothing else."""
    return _question(
        recipe, replace(recipe.codebook["ready"], nets=(ws.Net("Ready", (1,)), READY.nets[1]))
    )


def half_even(value: float, decimals: int) -> float:
    return round(round(value, 9), decimals)


def two_stages(value: float, decimals: int) -> float:
    return round_half_up(round_half_up(value, decimals + 1), decimals)


def cut_off(value: float, decimals: int) -> float:
    if math.isnan(value):
        return value
    step = 10**decimals
    return math.floor(value * step + 1e-9) / step


# Each fault with the words by which it must be named.
FAULTS: dict[str, tuple[Fault, str]] = {
    "no weight": (lambda r: replace(r, weights=None), "no weight"),
    "other weight": (lambda r: replace(r, weights="w_region"), "weighted by 'w_region'"),
    "don't knows in": (
        lambda r: replace(r, base_includes=("dont_know",)),
        "don't knows in the base",
    ),
    "don't knows and refusals in": (
        lambda r: replace(r, base_includes=("dont_know", "refused")),
        "don't knows and refusals in the base",
    ),
    "everyone in the base": (everyone_in_the_base, "all respondents in the base"),
    "row per cent": (lambda r: replace(r, percent="row"), "row per cent, not column per cent"),
    "total per cent": (
        lambda r: replace(r, percent="total"),
        "total per cent, not column per cent",
    ),
    "a filter": (lambda r: replace(r, domain={"region": "North"}), "only region: North"),
    "a filter on an answer": (
        lambda r: replace(r, domain={"health": ["Fair", "Bad"]}),
        "only health: Fair or bad",
    ),
    "an earlier file": (
        lambda r: replace(r, frame=earlier_delivery(r.frame)),
        "from the earlier file",
    ),
    "a net lacks a category": (net_lacks_a_category, "the line 'Ready' lacks 'Fairly ready'"),
    "two stages": (lambda r: replace(r, rounding=two_stages), "two-stage rounding"),
    "decimals cut off": (
        lambda r: replace(r, rounding=cut_off),
        "decimals are cut off, not rounded",
    ),
}


def printed(recipe: Recipe | None = None) -> pd.DataFrame:
    """Return the agency's tables as `read_tables` would give them."""
    made = recipe or Recipe()
    survey = ws.Survey(
        made.frame, weights=made.weights, weights_represent="sample", codebook=made.codebook
    )
    if made.domain:
        survey = survey.domain(**made.domain)
    options = {"percent": made.percent, "style": "none", "base_includes": made.base_includes}
    parts = []
    for number, stub in enumerate(made.stubs, 1):
        table = ws.crosstab(survey, stub, list(made.banner), **options, **(made.letters or {}))
        parts.append(_rows(f"Table {number}", table.to_frame(), made))
    return pd.concat(parts, ignore_index=True)


def _rows(name: str, frame: pd.DataFrame, made: Recipe) -> pd.DataFrame:
    labels = {q.name: q.label for q in CODEBOOK} | {"Total": "Total"}
    frame = frame[~frame["stub_category"].str.startswith("(")]
    rows = []
    keys = dict(zip(*_columns(frame), strict=True))
    first = frame["stub_category"].iloc[0]
    for cell in frame.to_dict("records"):
        place = (cell["banner"], cell["banner_category"])
        shared = {
            "table": name,
            "title": f"{name}: {labels[cell['stub']]}",
            "stub": labels[cell["stub"]],
            "banner": labels[cell["banner"]],
            "banner_category": cell["banner_category"],
            "column_key": keys.get(place, ""),
        }
        letters = "" if made.letters is None else _relettered(cell, keys)
        rows.append(
            {
                **shared,
                "stub_category": cell["stub_category"],
                "statistic": "percent",
                "value": made.rounding(100 * cell["estimate"], made.decimals),
                "letters": letters,
            }
        )
        if cell["stub_category"] == first and made.percent == "column":
            for statistic in ("base", "weighted_base"):
                words = {"base": "Unweighted base", "weighted_base": "Weighted base"}[statistic]
                rows.append(
                    {
                        **shared,
                        "stub_category": words,
                        "statistic": statistic,
                        "value": made.rounding(cell[statistic], 0),
                        "letters": "",
                    }
                )
    result = pd.DataFrame(rows).assign(sheet="Tables", mark="", decimals=made.decimals)
    result.loc[result["statistic"] != "percent", "decimals"] = 0
    result["cell"] = [f"B{i + 5}" for i in range(len(result))]
    result["printed"] = [
        f"{value:.{decimals}f}"
        for value, decimals in zip(result["value"], result["decimals"], strict=True)
    ]
    return result


def _columns(frame: pd.DataFrame) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the columns and the agency's letters, which run through the whole banner."""
    columns = frame[frame["column_key"] != ""][["banner", "banner_category", "column_key"]]
    columns = columns.drop_duplicates()
    places = list(zip(columns["banner"], columns["banner_category"], strict=True))
    return places, [chr(ord("a") + i) for i in range(len(places))]


def _relettered(cell: dict[str, Any], keys: dict[tuple[str, str], str]) -> str:
    """Return our letters, which restart with every banner question, as the agency's."""
    own = [key for (banner, _), key in keys.items() if banner == cell["banner"]]
    return "".join(own[ord(letter) - ord("A")] for letter in cell["letters"].replace(" ", ""))


# Faults that cannot be made at once, being different values of one thing.
EXCLUSIVE: tuple[set[str], ...] = (
    {"no weight", "other weight"},
    {"don't knows in", "don't knows and refusals in"},
    {"row per cent", "total per cent"},
    {"a filter", "a filter on an answer"},
    {"two stages", "decimals cut off"},
)


def pairs_of_faults() -> list[tuple[str, str]]:
    """Return every two faults that can be made at once."""
    every = itertools.combinations(FAULTS, 2)
    return [pair for pair in every if not any(set(pair) <= one for one in EXCLUSIVE)]


def with_faults(names: Sequence[str], **options: Any) -> pd.DataFrame:
    """Return the agency's tables with faults put in, one after the other."""
    recipe = Recipe(**options)
    # The file is what it is before anything is counted from it.
    for name in sorted(names, key=lambda name: name != "an earlier file"):
        recipe = FAULTS[name][0](recipe)
    return printed(recipe)


def mistyped(frame: pd.DataFrame, row: str, column: str, value: float) -> pd.DataFrame:
    """Return the tables with one percentage typed wrongly, in the first table that has it."""
    here = (frame["stub_category"] == row) & (frame["banner_category"] == column)
    at = frame.index[here & (frame["statistic"] == "percent")][0]
    frame = frame.copy()
    frame.loc[at, ["value", "printed"]] = [value, f"{value:g}"]
    return frame


def named(result: ws.Reconciliation) -> str:
    """Return all that a reconciliation gives as explanations, the equally good ones too."""
    found = result.explanations()
    return " | ".join([*found["change"], *found["fits_as_well"]])
