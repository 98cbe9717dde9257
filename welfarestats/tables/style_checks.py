"""What a house style must be, whoever wrote it: every cell decided, every mark a mark."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from welfarestats.errors import OptionError, listed, one_of
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.output.wording import BASE_LABELS, check_form
from welfarestats.survey.codebook import MISSING_REASONS
from welfarestats.tables.reliability import COUNT_MEASURES, PROPORTION_MEASURES

if TYPE_CHECKING:
    from welfarestats.tables.bands import Band
    from welfarestats.tables.house_style import HouseStyle

_MOST_DECIMALS = 6
_MARKS = (
    *("hidden", "confidential", "rounds_to_zero", "zero"),
    *("none_recorded", "not_asked", "not_applicable"),
)


def check_style(style: HouseStyle) -> None:
    """Raise an `OptionError` if a style leaves a cell undecided, or says what it cannot mean."""
    for part in ("name", "source"):
        if not str(getattr(style, part)).strip():
            raise OptionError(
                f"a house style has no {part}. A reader is to know whose rules these are: say it."
            )
    _check_bands(style.name, style.bands)
    one_of(style.band_base, ("base", "effective_base"), "band_base")
    one_of(style.letters, ("higher", "lower", "none"), "letters")
    _check_lists(style)
    _check_numbers(style)
    check_form(style.flagged_form, ("figure",), "flagged_form", needed=("figure",))
    check_form(style.count_form, ("count", "base"), "count_form", needed=("count",))
    check_form(style.significance, ("alpha", "confidence"), "significance")
    _check_marks(style)
    _check_rules(style)


def _check_bands(name: str, bands: Sequence[Band]) -> None:
    limits = [band.minimum_base for band in bands]
    whole = all(math.isfinite(limit) for limit in limits)
    if not whole or not limits or limits[0] != 0 or len(set(limits)) < len(limits):
        raise OptionError(
            f"the bands of style {name!r} begin at {limits}; one must begin at 0 and no two at the"
            " same base, so that every base has one decision."
        )


def _check_lists(style: HouseStyle) -> None:
    for base in style.bases:
        one_of(base, BASE_LABELS, "a base of a style")
    if len(set(style.bases)) < len(style.bases):
        raise OptionError(
            f"style {style.name!r} prints a base twice: {listed(style.bases)}. Name each once."
        )
    for reason in style.missing_in_base or ():
        one_of(reason, MISSING_REASONS, "missing_in_base")


def _check_numbers(style: HouseStyle) -> None:
    for name in ("decimals", "mean_decimals"):
        decimals = getattr(style, name)
        if isinstance(decimals, bool) or decimals not in range(_MOST_DECIMALS + 1):
            raise OptionError(
                f"{name} of style {style.name!r} is {decimals!r:.20}. Pass a whole number from 0 to"
                f" {_MOST_DECIMALS}."
            )
    for name in ("minimum_test_base", "flag_test_base"):
        if not getattr(style, name) >= 0:
            raise OptionError(
                f"{name} of style {style.name!r} is {getattr(style, name)!r}. Pass 0 or more."
            )
    if style.lower_case_level is not None:
        two_sided_quantile(style.lower_case_level)


def _check_marks(style: HouseStyle) -> None:
    """Refuse marks that say nothing, and one mark for unreliable and confidential figures."""
    for name in _MARKS:
        mark = getattr(style, name)
        if not _bare(mark) or any(unicodedata.category(sign) == "Cc" for sign in mark):
            raise OptionError(
                f"the mark {name!r} of style {style.name!r} is {mark!r}: a cell that shows no figure"
                " says why, on one line. Give it a mark, such as '[z]'."
            )
    flags = [band.form or style.flagged_form for band in style.bands if band.state == "flagged"]
    flags += [style.flagged_form]
    unreliable = {_bare(style.hidden), *(_bare(form.replace("{figure}", "")) for form in flags)}
    if _bare(style.confidential) in unreliable:
        raise OptionError(
            f"style {style.name!r} has the mark {style.confidential!r} both for confidential"
            " figures and for unreliable ones. Hiding a figure to protect people is another"
            " decision than hiding it for its base: give each its own mark."
        )


def _bare(mark: str) -> str:
    """Return a mark as a reader tells it from another: without case, spaces, invisible signs."""
    seen = unicodedata.normalize("NFKC", mark).casefold()
    return "".join(sign for sign in seen if unicodedata.category(sign)[0] not in "CZ")


def _check_rules(style: HouseStyle) -> None:
    for name, known, kind in (
        ("reliability", PROPORTION_MEASURES, "percentages"),
        ("count_reliability", COUNT_MEASURES, "counts and ratios"),
    ):
        rules = getattr(style, name)
        for rule in () if rules is None else rules.rules:
            if rule.measure not in known:
                raise OptionError(
                    f"{name} of style {style.name!r} asks for {rule.measure!r}, which {kind} do"
                    f" not have. They have {listed(known, len(known))}."
                )
