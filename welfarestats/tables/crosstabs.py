"""Cross-tabs: questions down the side by questions across the top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from welfarestats.errors import OptionError, one_of
from welfarestats.estimates.comparisons import check_rules, own_adjustment
from welfarestats.estimates.pairs import PairRules
from welfarestats.formulas.intervals import INTERVAL_METHODS
from welfarestats.survey.codebook import MISSING_REASONS
from welfarestats.survey.passes import named
from welfarestats.survey.survey import Survey, check_survey
from welfarestats.tables.blocks import PERCENTS, Plan
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.making import Banner, made_tables
from welfarestats.tables.style_presets import choose_style
from welfarestats.tables.table import Table


def crosstab(  # noqa: PLR0913 - the public options of a table, each keyword-only
    survey: Survey,
    stub: str | Sequence[str],
    banner: str | Sequence[str | tuple[str, str]] | None = None,
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
    medians: bool = False,
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
        The question across the top, or a list of them, side by side. Two in a tuple are nested,
        ``("region", "sex")``: a column for each answer to the second within each to the first.
        ``None`` for the total alone.
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
        A preset's name, a file such as ``"my_style.toml"``, or a `HouseStyle`; ``None`` for the
        default (flagged under 50, not shown under 30), ``"none"`` for no rule.
    base_includes
        Reasons for missing that count in the bases of the stub; ``None`` as style and codebook
        declare.
    interval
        Method of the confidence limits, as in `estimate_proportions`.
    total
        Whether there is a total column. It counts everyone with a valid stub answer.
    title
        Title of the table; made from the labels when left out.
    medians
        Whether a mean row is followed by one of the median, with Woodruff's limits (made from
        ``interval``, or logit ones). Medians are not tested.
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
        "medians": medians,
        "synthetic_inference": synthetic_inference,
    }
    plan = planned(survey, options)
    stubs, banners = named_once(stub, "stub"), named_banners(banner)
    if not stubs:
        raise OptionError("a table needs at least one stub question.")
    return made_tables(survey, {stubs[0]: stubs}, banners, plan, options).table(stubs[0])


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
    _check_second_level(style, given["level"], given["versus"])
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
        medians=given["medians"],
    )


def _check_second_level(style: HouseStyle, level: float, versus: str) -> None:
    """Refuse letters in lower case that would say nothing, or two things."""
    second = style.lower_case_level
    if second is None:
        return
    if second >= level:
        raise OptionError(
            f"style {style.name!r} prints letters in lower case at a level of {second:g}, which is"
            f" not below the level of the table, {level:g}. Pass a higher level=, or another"
            " lower_case_level in the style."
        )
    if versus == "rest":
        raise OptionError(
            f"style {style.name!r} prints letters in lower case at a second level, and with"
            ' versus="rest" a lower-case letter means lower. Use a style with one level there.'
        )


def named_banners(banner: Any) -> tuple[Banner, ...]:
    """Return the banner questions; those in a tuple or list of their own are nested."""
    if banner is None or isinstance(banner, str):
        return named_once(banner, "banner")
    if not isinstance(banner, Iterable):
        return named_once(banner, "banner")
    found: list[Banner] = []
    for one in banner:
        if isinstance(one, str):
            found.append(one)
            continue
        nested = named_once(one, "banner")
        if len(nested) != 2:
            raise OptionError(
                f"a nested banner is of two questions, the outer one first; {len(nested)} were"
                " named. Nest two, or put them side by side."
            )
        found.append((nested[0], nested[1]))
    twice = [one for i, one in enumerate(found) if one in found[:i]]
    if twice:
        raise OptionError(f"question {twice[0]!r} stands in the banner twice. Name it once.")
    named_once([one for one in found if isinstance(one, str)], "banner")
    return tuple(found)


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
