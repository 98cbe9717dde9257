"""What is checked of a survey when it is declared, before anything is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from welfarestats.errors import DataError, DesignError, OptionError, listed, one_of
from welfarestats.survey.codebook import Codebook
from welfarestats.survey.design import LONELY_PSU_RULES
from welfarestats.survey.frames import Frame, file_origin
from welfarestats.survey.passes import Layout
from welfarestats.survey.replicates import Replicates

# Ends the label of every question whose answers were invented.
SYNTHETIC_MARK = "[synthetic]"

_WORDS = {
    "lonely_psu": LONELY_PSU_RULES,
    "sample": ("probability", "attempted_census", "volunteer"),
    "weights_represent": ("sample", "population"),
    "origin": ("collected", "synthetic"),
    "df_rule": ("domain", "design"),
}
_MAY_BE_LEFT_OUT = ("weights_represent", "origin")


def check_words(**options: str | None) -> None:
    """Raise an `OptionError` unless every option is one of its words, or nothing where it may be."""
    for option, word in options.items():
        if word is not None or option not in _MAY_BE_LEFT_OUT:
            one_of(word, _WORDS[option], option)


def check_reason(sample: str, reason: object) -> None:
    """Raise an `OptionError` unless a reason is stated where one is needed, and only there."""
    if reason is None:
        return
    if sample == "probability":
        raise OptionError(
            "treat_as_random_because is for respondents who are no random sample, and sample is"
            ' "probability". Leave it out, or pass sample="volunteer" or "attempted_census".'
        )
    if not isinstance(reason, str) or not reason.strip():
        raise OptionError(
            "treat_as_random_because states a reason, in words that readers of the tables will"
            f" see, not {reason!r}."
        )


def known_origin(source: Any, origin: str | None) -> str:
    """Return the origin of the records; a file that says they are invented is believed."""
    said = file_origin(source) if isinstance(source, str | Path) else None
    if said == "synthetic" and origin == "collected":
        raise OptionError(
            f"{Path(source).name!r} says that its records are synthetic, so they cannot be passed"
            ' as origin="collected". Leave origin out.'
        )
    return origin or said or "collected"


def marked_synthetic(codebook: Codebook) -> Codebook:
    """Return the codebook with every question's label saying that its answers are invented."""
    return Codebook(
        tuple(
            question
            if question.label.endswith(SYNTHETIC_MARK)
            else replace(question, label=f"{question.label} {SYNTHETIC_MARK}")
            for question in codebook
        )
    )


def check_layout(frame: Frame, layout: Layout) -> None:
    """Raise unless every column of the design exists and there is at most one a stage."""
    for name in (layout.weights,) if layout.weights is not None else ():
        frame.check(name, "weights")
    for role in ("strata", "psu", "fpc"):
        for name in getattr(layout, role):
            frame.check(name, role)
    if layout.replicates is not None and layout.columns:
        raise DesignError(
            "replicate weights take the place of the design in every variance, so strata, psu and"
            f" fpc would not be used: leave out {listed(layout.columns)}, or the replicates."
        )
    stages = len(layout.psu) + 1
    if len(layout.strata) > stages or len(layout.fpc) > stages:
        raise DesignError(
            f"the design has {len(layout.psu)} stages of PSUs but {len(layout.strata)} columns of"
            f" strata and {len(layout.fpc)} of fpc. Give one column a stage."
        )


def check_replicates(
    frame: Frame, replicates: Replicates | None, weights: str | None
) -> Replicates | None:
    """Return the replicate weights with their columns by name, or raise where they cannot be read."""
    if replicates is None:
        return None
    if not isinstance(replicates, Replicates):
        raise OptionError(
            f"replicates= takes Replicates(columns, method), not {type(replicates).__name__!r}."
        )
    if frame.lazy:
        raise DataError("replicate weights of a lazy frame have no place. Collect it first.")
    return replicates.among(frame.columns, weights)


def check_codebook(frame: Frame, codebook: Codebook) -> None:
    """Raise a `DataError` unless every question has its columns."""
    for question in codebook:
        for column in question.stored_in:
            frame.check(column, f"question {question.name!r}")
