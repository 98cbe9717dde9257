"""What a survey is beside its rows, as one TOML text: questions, design, origin, and how to read.

The text stands in a file beside a ``.sav`` or ``.csv`` file, or in the schema of a Parquet file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from welfarestats.errors import CodebookError, DataError, did_you_mean, listed
from welfarestats.survey.codebook import Codebook
from welfarestats.survey.codebook_files import (
    SIDECAR_TABLES,
    codebook_from_table,
    questions_table,
    read_table,
    text_of,
)
from welfarestats.survey.replicates import Replicates
from welfarestats.survey.survey import Survey

__all__ = ["SideCar", "read_sidecar", "sidecar_from_text", "sidecar_text"]

# The options of `Survey` that a side-car keeps; lists of columns for the stages of the design.
_DESIGN = (
    "weights",
    "strata",
    "psu",
    "fpc",
    "replicates",
    "lonely_psu",
    "sample",
    "treat_as_random_because",
    "weights_represent",
    "df_rule",
    "caveats",
)
_OWN = ("origin", "rows", "true_and_false", "weighting", "calibrations")


@dataclass(frozen=True)
class SideCar:
    """The tables of a side-car, checked.

    ``whole`` is True for one that `write_survey` wrote: its codebook is all of the codebook.
    """

    codebook: Codebook = field(default_factory=Codebook)
    design: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, Any] = field(default_factory=dict)
    multiple: Mapping[str, Any] = field(default_factory=dict)
    origin: str | None = None
    rows: int | None = None
    true_and_false: tuple[str, ...] = ()
    weighting: tuple[str, ...] = ()
    calibrations: tuple[Mapping[str, Any], ...] = ()
    whole: bool = False


def sidecar_text(
    survey: Survey,
    rows: int,
    true_and_false: tuple[str, ...] = (),
    calibrations: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return a survey's codebook, design and origin as TOML.

    Parameters
    ----------
    survey
        The survey.
    rows
        How many respondents its file has.
    true_and_false
        Columns of True and False that the file can only keep as 1 and 0.
    calibrations
        What the weights were calibrated on, as `with_calibration_columns` says it.

    Returns
    -------
    str
        Text that `sidecar_from_text` reads.
    """
    said = {name: _listed(value) for name, value in _options(survey).items()}
    table: dict[str, Any] = {
        "survey": {
            **{name: said[name] for name in _DESIGN if said[name] not in (None, [])},
            "origin": survey.origin,
            "rows": rows,
        }
    }
    if true_and_false:
        table["survey"]["true_and_false"] = list(true_and_false)
    if survey.facts.weighting:
        table["survey"]["weighting"] = list(survey.facts.weighting)
    if calibrations:
        table["survey"]["calibrations"] = list(calibrations)
    return text_of({**table, **questions_table(survey.codebook)})


def _options(survey: Survey) -> dict[str, Any]:
    layout, facts = survey._layout, survey.facts
    return {
        "weights": layout.weights,
        "strata": layout.strata,
        "psu": layout.psu,
        "fpc": layout.fpc,
        "replicates": layout.replicates.table() if layout.replicates else None,
        "lonely_psu": layout.lonely_psu,
        "sample": facts.sample,
        "treat_as_random_because": facts.treat_as_random_because,
        "weights_represent": facts.weights_represent,
        "df_rule": survey.df_rule,
        "caveats": tuple(caveat.table() for caveat in facts.caveats),
    }


def _option(key: str, said: Any) -> Any:
    return Replicates.of_table(said) if key == "replicates" else said


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def read_sidecar(path: Path) -> SideCar:
    """Return what a TOML file says of a survey: a codebook, and optionally the other tables."""
    return _sidecar(read_table(path), path.name)


def sidecar_from_text(text: object, name: str) -> SideCar:
    """Return what the text in a Parquet file's schema says of the survey."""
    try:
        return _sidecar(tomllib.loads(text), name)  # type: ignore[arg-type]
    except (tomllib.TOMLDecodeError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            f"what {name!r} says of its survey cannot be read ({type(error).__name__}). Read it"
            " as a plain file: Survey(path, weights=..., codebook=...)."
        ) from None


def _sidecar(content: Mapping[str, Any], name: str) -> SideCar:
    tables = {key: content.get(key, {}) for key in SIDECAR_TABLES}
    for key, table in tables.items():
        if not isinstance(table, Mapping):
            raise CodebookError(f"codebook {name!r} has a {key!r} that is no table [{key}].")
    survey = dict(tables["survey"])
    known = (*_DESIGN, *_OWN)
    for key in survey:
        if key not in known:
            raise CodebookError(
                f"the table [survey] of {name!r} has the key {key!r}; it takes"
                f" {listed(known, len(known))}.{did_you_mean(key, known)}"
            )
    rows, origin = survey.get("rows"), survey.get("origin")
    return SideCar(
        codebook_from_table(content, name),
        {key: _option(key, survey[key]) for key in _DESIGN if key in survey},
        tables["missing"],
        tables["multiple"],
        origin if isinstance(origin, str) else None,
        rows if isinstance(rows, int) else None,
        tuple(survey.get("true_and_false", ())),
        tuple(survey.get("weighting", ())),
        _calibrations(survey.get("calibrations", ()), name),
        whole="rows" in survey,
    )


def _calibrations(said: Any, name: str) -> tuple[Mapping[str, Any], ...]:
    """Return what is said of calibrations, once it is what `write_survey` writes."""
    try:
        parts = [part for one in said for part in one["parts"]]
        good = all(one["parts"] for one in said) and all(
            len(part["totals"]) == max(int(part["codes"]), 1)
            and isinstance(part["column"], str)
            and all(len(names) == 2 for names in part["names"])
            for part in parts
        )
    except (KeyError, TypeError, ValueError):
        good = False
    if not good:
        raise DataError(
            f"what {name!r} says of the calibration of its weights cannot be read. Remove"
            " 'calibrations' from its table [survey], and weight the survey again."
        )
    return tuple(said)
