"""Cross-tabs: questions down the side by questions across the top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import DataError, OptionError, one_of
from welfarestats.estimates.comparisons import (
    COLUMNS,
    adjusted,
    check_rules,
    no_pairs,
    own_adjustment,
    pair_frame,
    without_inference,
)
from welfarestats.estimates.pairs import PairRules
from welfarestats.formulas.intervals import INTERVAL_METHODS
from welfarestats.survey.codebook import MISSING_REASONS, Question
from welfarestats.survey.passes import View, named
from welfarestats.survey.survey import Survey, check_survey
from welfarestats.tables.blocks import PERCENTS, Block, Plan, StubByBanner
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.layout import arrange
from welfarestats.tables.letters import letters_of
from welfarestats.tables.style_presets import choose_style
from welfarestats.tables.table import Table, TableRecipe

# A question without categories in the codebook makes at most this many columns.
_MOST_COLUMNS = 100


def crosstab(  # noqa: PLR0913 - the public options of a table, each keyword-only
    survey: Survey,
    stub: str | Sequence[str],
    banner: str | Sequence[str] | None = None,
    *,
    percent: str = "column",
    level: float = 0.95,
    test: str = "design",
    adjust: str | None = None,
    versus: str = "pairs",
    family: str = "category",
    style: str | HouseStyle | None = None,
    base_includes: Sequence[str] | None = None,
    interval: str = "logit",
    total: bool = True,
    title: str | None = None,
    synthetic_inference: bool = False,
) -> Table:
    """Return a table of stub questions by banner questions, tested and ready to be shown.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    stub
        The question down the side, or a list of them. Nets follow the categories; a scale, or a
        question whose categories have scores, has a mean row.
    banner
        The question across the top, or a list of them, side by side. ``None`` for the total
        alone.
    percent
        ``"column"``, ``"row"`` or ``"total"``: what the proportions are shares of.
    level
        Confidence level of limits and tests, between 0 and 1.
    test
        The test behind the significance letters: ``"design"``, ``"design-wald"``,
        ``"effective-base"``, ``"quantum"``, ``"spss-ctables"``, ``"exact"`` or ``"auto"``.
    adjust
        ``"bonferroni"``, ``"holm"``, ``"benjamini-hochberg"``, ``"none"``, or ``None`` for the
        test's own habit.
    versus
        What a column is compared with: ``"pairs"``, ``"total"``, ``"rest"`` or ``"previous"``.
    family
        Which p-values are adjusted together: those of a ``"category"`` (one row by one banner
        question) or of the ``"table"``.
    style
        A preset's name or a `HouseStyle`; ``None`` for the default (flagged under 50, not shown
        under 30), ``"none"`` for no rule.
    base_includes
        Reasons for missing that count in the bases of the stub; ``None`` as style and codebook
        declare.
    interval
        Method of the confidence limits, as in `estimate_proportions`.
    total
        Whether there is a total column. It counts everyone with a valid stub answer.
    title
        Title of the table; made from the labels when left out.
    synthetic_inference
        Give standard errors, limits, letters and tests for invented records too.

    Returns
    -------
    Table
        Shown by itself in a notebook; `Table.to_frame` has one row a cell.

    Raises
    ------
    CodebookError
        When a question does not exist, or a banner question is a scale.
    DataError
        When nobody has an answer.
    OptionError
        When an option is not one of its words.

    Notes
    -----
    Row and total percentages are not tested: their columns are not groups of people.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"] * 100, "works": ["Yes"] * 150 + ["No"] * 50})
    >>> print(ws.crosstab(ws.Survey(frame), "works", "sex", title="In work").grid.title)
    In work
    """
    options = {
        "percent": percent,
        "level": level,
        "test": test,
        "adjust": adjust,
        "versus": versus,
        "family": family,
        "style": style,
        "base_includes": base_includes,
        "interval": interval,
        "total": total,
        "title": title,
        "synthetic_inference": synthetic_inference,
    }
    plan = planned(survey, options)
    stubs, banners = named_once(stub, "stub"), named_once(banner, "banner")
    view = viewed(survey, stubs, banners)
    plan = replace(plan, rules=plan.rules.suited(survey, view))
    made = finish(survey, draft(view, stubs, banners, plan), plan)
    return replace(made, recipe=TableRecipe(survey, stubs, banners, options))


def viewed(survey: Survey, stubs: Sequence[str], banners: Sequence[str]) -> View:
    """Return the one pass that serves the questions of a table or book."""
    if not stubs:
        raise OptionError("a table needs at least one stub question.")
    view = survey.view([*stubs, *banners])
    for name in banners:
        declared = name in survey.codebook and survey.codebook[name].categories
        found = len(view.sample.answers(name).question.categories)
        if not declared and found > _MOST_COLUMNS:
            raise DataError(
                f"banner question {name!r} would make {found:,} columns; it looks like an"
                " identifier, free text or a number. Group it first, or declare its categories in"
                " the codebook."
            )
    return view


@dataclass(frozen=True)
class Draft:
    """The cells of a table and its pairs, before p-values are adjusted and letters given."""

    questions: dict[str, Question]
    frame: pd.DataFrame
    pairs: pd.DataFrame
    keys: dict[tuple[str, str], str]
    blocks: tuple[Block, ...]


def draft(view: View, stubs: Sequence[str], banners: Sequence[str], plan: Plan) -> Draft:
    """Return the cells and pairs of a table, from a pass that serves its questions."""
    frames: list[pd.DataFrame] = []
    pairs: list[pd.DataFrame] = []
    blocks: list[Block] = []
    keys: dict[tuple[str, str], str] = {}
    for stub in stubs:
        for place, banner in enumerate(banners or [None]):
            made = StubByBanner.summed(view, stub, banner, plan, with_total=place == 0)
            keys |= {(made.banner, c.label): c.key for c in made.columns if c.key}
            frames.append(made.frame(len(frames)))
            if banner is not None and plan.percent == "column":
                pairs.append(pair_frame(made.tests(), stub, banner))
            blocks += made.blocks()
    questions = {name: view.sample.answers(name).question for name in (*stubs, *banners)}
    pair_rows = pd.concat(pairs, ignore_index=True) if pairs else no_pairs()
    frame = pd.concat(frames, ignore_index=True)
    stub_order = frame["stub"].map({stub: i for i, stub in enumerate(stubs)})
    order = np.lexsort((frame["_column"], frame["_block"], frame["_row"], stub_order))
    frame = frame.iloc[order].reset_index(drop=True)
    return Draft(questions, frame, pair_rows, keys, tuple(blocks))


def finish(
    survey: Survey, made: Draft, plan: Plan, p_adjusted: pd.DataFrame | None = None
) -> Table:
    """Return the finished table: p-values adjusted, letters given, every cell decided."""
    blank = survey.origin == "synthetic" and not plan.synthetic_inference
    pairs = p_adjusted if p_adjusted is not None else made.pairs
    if p_adjusted is None:
        pairs = adjusted(pairs, plan.adjust, plan.family, plan.rules.level)
    frame = made.frame
    if blank:
        pairs = without_inference(pairs)
        frame[["standard_error", "ci_low", "ci_high", "design_effect"]] = np.nan
    frame["letters"] = frame["_printed"] = ""
    if pairs["significant"].any():
        frame["letters"] = _letters(frame, pairs, made.keys, plan, "higher")
        told = plan.style.letters
        if told != "none":
            frame["_printed"] = _letters(frame, pairs, made.keys, plan, told)
    frame["origin"] = survey.origin
    return arrange(survey, made.questions, frame, pairs[COLUMNS], made.blocks, plan)


def _letters(
    frame: pd.DataFrame,
    pairs: pd.DataFrame,
    keys: Mapping[tuple[str, str], str],
    plan: Plan,
    told: str,
) -> list[str]:
    """Return the letters of each row of the frame."""
    found = letters_of(pairs, keys, plan.versus, told)
    if len({banner for banner, _ in keys}) > 1:
        # The keys of several banner questions would read as one another's in the total column.
        found = {place: text for place, text in found.items() if place[2] != "Total"}
    row = np.where(frame["statistic"] == "mean", "", frame["stub_category"])
    places = zip(frame["stub"], row, frame["banner"], frame["banner_category"], strict=True)
    return [found.get(place, "") for place in places]


def planned(survey: Survey, options: Mapping[str, Any]) -> Plan:
    """Return how tables are to be made, once every option of `crosstab` is one of its words."""
    check_survey(survey, "a table")
    defaults: dict[str, Any] = crosstab.__kwdefaults__ or {}
    for name in options:
        one_of(name, defaults, "an option of a table")
    given = {**defaults, **options}
    style = choose_style(given["style"])
    one_of(given["percent"], PERCENTS, "percent")
    one_of(given["interval"], [m for m in INTERVAL_METHODS if m != "hypergeometric"], "interval")
    includes = given["base_includes"]
    if includes is None:
        includes = style.missing_in_base
    for reason in named(includes):
        one_of(reason, MISSING_REASONS, "base_includes")
    rules = PairRules(
        given["test"],
        given["level"],
        style.minimum_test_base,
    )
    words = {name: given[name] for name in ("adjust", "versus", "family")}
    check_rules(rules, **words)
    return Plan(
        percent=given["percent"],
        rules=rules,
        adjust=own_adjustment(rules.test, given["adjust"]),
        versus=given["versus"],
        family=given["family"],
        style=style,
        base_includes=None if includes is None else named(includes),
        interval=given["interval"],
        synthetic_inference=given["synthetic_inference"],
        total=given["total"],
        title=given["title"],
    )


def named_once(names: str | Sequence[str] | None, what: str) -> tuple[str, ...]:
    """Return the names of questions; an `OptionError` where they are not names, or repeat."""
    if names is not None and not isinstance(names, str | Iterable):
        raise OptionError(
            f"the {what} of a table is the name of a question or a list of names, not"
            f" {type(names).__name__!r}."
        )
    found = named(names)
    if what == "banner" and "Total" in found:
        raise OptionError(
            "a banner question cannot be named 'Total', as the total column is. Rename it."
        )
    twice = [name for i, name in enumerate(found) if name in found[:i]]
    if twice:
        raise OptionError(f"question {twice[0]!r} stands in the {what} twice. Name it once.")
    return found
