"""A survey's design and answers as a file of numbers, and as R's `survey` declares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DesignError
from welfarestats.output.r_language import r_number, r_numbers, r_string
from welfarestats.survey.answers import Answers
from welfarestats.survey.frames import factorize, numbers
from welfarestats.survey.replicate_ranks import DrawnUnits, GivenRows
from welfarestats.survey.survey import Survey

__all__ = ["RColumns", "Stored", "design_lines"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Stored:
    """A question in the file: its columns there, and the number that stands for each category."""

    answers: Answers
    columns: tuple[str, ...]
    codes: tuple[int, ...]

    def chosen(self, positions: Sequence[int]) -> str:
        """Return R's words for who gave one of the answers at the positions."""
        if self.answers.codes is not None:
            return f"data${self.columns[0]} %in% {r_numbers(self.codes[i] for i in positions)}"
        named = [f"data${self.columns[i]} %in% 1" for i in positions]
        return f"({' | '.join(named)})" if named else "nobody"

    def base(self, base_includes: Sequence[str] | None) -> str:
        """Return R's words for who has an answer that counts in the base."""
        counted = self.answers.question.counted(base_includes)
        if self.answers.codes is not None:
            return self.chosen(counted)
        answered = f"!is.na(data${self.columns[0]})"
        if self.answers.values is not None:
            return answered
        size = len(self.answers.question.categories)
        other = [i for i in range(size) if i not in counted]
        return f"{answered} & !{self.chosen(other)}" if other else answered

    def scores(self, positions: Sequence[int]) -> str:
        """Return R's words for the score of each respondent, 0 where there is none."""
        if self.answers.values is not None:
            return f"or_zero(data${self.columns[0]})"
        of = {i: self.answers.question.categories[i].score for i in positions}
        scores = r_numbers(float(score or 0) for score in of.values())
        codes = r_numbers(self.codes[i] for i in of)
        return f"or_zero({scores}[match(data${self.columns[0]}, {codes})])"


class RColumns:
    """The columns that an analysis needs: numbers only, under names that say nothing.

    Texts, labels and identifiers stay behind; what a number stands for is said in comments.
    """

    def __init__(self) -> None:
        self.values: dict[str, Array] = {}
        self.comments: list[str] = []
        self._stored: dict[str, Stored] = {}

    def add(self, name: str, values: NDArray[Any]) -> str:
        """Keep a column under a name, which is returned."""
        self.values[name] = np.asarray(values, dtype=float)
        return name

    def add_next(self, letter: str, values: NDArray[Any]) -> str:
        """Keep a column under a letter and the next number."""
        taken = sum(name[:1] == letter and name[1:].isdigit() for name in self.values)
        return self.add(f"{letter}{taken + 1}", values)

    def question(self, answers: Answers) -> Stored:
        """Return where the answers to a question stand in the file; each question once."""
        question = answers.question
        if question.name not in self._stored:
            self._stored[question.name] = self._store(answers, f"v{len(self._stored) + 1}")
        return self._stored[question.name]

    def _store(self, answers: Answers, name: str) -> Stored:
        question = answers.question
        self.comments.append(f"# {name} is {r_string(f'{question.name}: {question.label}')}")
        if answers.values is not None:
            return Stored(answers, (self.add(name, answers.values),), ())
        labels = [category.label for category in question.categories]
        if answers.codes is not None:
            given = [category.code for category in question.categories]
            whole = all(isinstance(code, int) and not isinstance(code, bool) for code in given)
            codes = tuple(int(code) if whole else place + 1 for place, code in enumerate(given))
            self.comments += [
                f"#   {code} is {r_string(label)}"
                for code, label in zip(codes, labels, strict=True)
            ]
            spread = np.array([*codes, np.nan])
            return Stored(answers, (self.add(name, spread[answers.codes]),), codes)
        assert answers.answered is not None
        columns = []
        for place, (mask, label) in enumerate(zip(answers.mentioned, labels, strict=True), start=1):
            column = self.add(f"{name}_{place}", np.where(answers.answered, mask, np.nan))
            self.comments.append(f"#   {column} is 1 for {r_string(label)}")
            columns.append(column)
        return Stored(answers, tuple(columns), ())

    def text(self) -> str:
        """Return the file: one row a respondent, numbers with all their digits."""
        rows = zip(*(_texts(values) for values in self.values.values()), strict=True)
        lines = [",".join(self.values), *(",".join(row) for row in rows)]
        return "\n".join(lines) + "\n"


def _texts(values: Array) -> list[str]:
    return ["" if isnan(value) else r_number(value) for value in values.tolist()]


def design_lines(survey: Survey, columns: RColumns) -> list[str]:
    """Return R's declaration of the design, its columns added to the file.

    Raises
    ------
    DesignError
        When R's `survey` cannot declare it: FPCs that are sizes at one stage and fractions at
        another, calibrated weights some of which are zero, or several calibrations.
    """
    sample = survey._sample(())
    rows, layout, design = sample.rows, survey._layout, sample.design
    weight = columns.add("weight", rows.weight)
    option = f"options(survey.lonely.psu = {r_string(layout.lonely_psu)},"
    lines = [f"{option} survey.adjust.domain.lonely = FALSE, survey.ultimate.cluster = FALSE)"]
    if design.replicates is not None:
        return lines + _replicated(columns, survey)
    weight = _before_calibration(survey, columns) if design.calibrations else weight
    parts = [
        f"ids = ~{' + '.join(_units(survey, columns))}",
        *_formula("strata", _coded(survey, columns, layout.strata, "stratum")),
        *_formula("fpc", _sizes(survey, columns)),
        f"weights = ~{weight}",
    ]
    lines.append(f"design <- svydesign({', '.join(parts)}, data = data, nest = TRUE)")
    for one in design.calibrations:
        dense = one.auxiliary.toarray()
        names = [columns.add(f"a{k + 1}", dense[:, k]) for k in range(dense.shape[1])]
        quoted = ", ".join(r_string(name) for name in names)
        lines.append(f"design <- calibrated(design, c({quoted}), weight)")
    return lines


def _before_calibration(survey: Survey, columns: RColumns) -> str:
    """Return the column of the weights before; R cannot follow every calibration."""
    sample = survey._sample(())
    calibrations, weight = sample.design.calibrations, sample.rows.weight
    if len(calibrations) > 1:
        raise DesignError(
            f"the weights were calibrated {len(calibrations)} times, one after another, and R's"
            " survey takes such calibrations out of a variance in another order. Calibrate to all"
            " targets at once, or use replicate weights."
        )
    none = int(((weight <= 0) | (calibrations[0].base_weight <= 0)).sum())
    if none:
        raise DesignError(
            f"{none:,} of {weight.size:,} respondents have a weight of zero before or after"
            " calibration, which R's survey cannot calibrate. Leave them out before weighting."
        )
    columns.comments += ["# weight: after calibration", "# base: the weight before it"]
    columns.comments.append("# a1, a2, ...: the variables it was calibrated to")
    return columns.add("base", calibrations[0].base_weight)


def _formula(option: str, names: Sequence[str]) -> list[str]:
    return [f"{option} = ~{' + '.join(names)}"] if names else []


def _coded(survey: Survey, columns: RColumns, names: Sequence[str], role: str) -> list[str]:
    """Add strata or PSUs as numbers: their labels may be people or places."""
    rows = survey._sample(()).rows
    found = []
    for stage, name in enumerate(names, start=1):
        codes, _ = factorize(rows.column(name), name)
        found.append(columns.add(f"{role}{stage}", codes + 1.0))
        columns.comments.append(f"# {found[-1]} is {r_string(name)}, numbered")
    return found


def _units(survey: Survey, columns: RColumns) -> list[str]:
    """Return the sampling unit of each stage; respondents are those of the last."""
    layout = survey._layout
    found = _coded(survey, columns, layout.psu, "psu")
    stages = max(len(layout.strata), len(layout.fpc))
    if not found:
        return ["1"]
    if stages > len(found):
        size = survey._sample(()).rows.size
        found.append(columns.add("respondent", np.arange(1.0, size + 1)))
    return found


def _sizes(survey: Survey, columns: RColumns) -> list[str]:
    rows = survey._sample(()).rows
    names = survey._layout.fpc
    values = [numbers(rows.column(name), name) for name in names]
    # Units that were all drawn have a fraction of 1, and may be the only one of their kind.
    kinds = {bool((one < 1).any()) for one in values if bool((one != 1).any())}
    if len(kinds) > 1:
        raise DesignError(
            "the fpc columns are population sizes at one stage and sampling fractions at another;"
            " R's survey takes one of them. Give sizes, or fractions, for every stage."
        )
    return [columns.add(f"fpc{stage}", one) for stage, one in enumerate(values, start=1)]


def _replicated(columns: RColumns, survey: Survey) -> list[str]:
    replicates = survey._sample(()).design.replicates
    assert replicates is not None
    for number in range(replicates.weights.shape[1]):
        columns.add(f"r{number + 1}", replicates.weights[:, number])
    _add_units(columns, survey, replicates.units)
    size = replicates.weights.shape[1]
    mean = "FALSE" if replicates.centre == "mean" else "TRUE"
    return [
        f'replicates <- as.matrix(data[, paste0("r", 1:{size})])',
        'design <- svrepdesign(weights = ~weight, repweights = replicates, type = "other",',
        f"  scale = {r_number(replicates.scale)}, rscales = {r_numbers(replicates.rscales)},",
        f"  combined.weights = TRUE, mse = {mean}, data = data)",
        f"design$degf <- {r_number(replicates.degrees_of_freedom)}",
    ]


def _add_units(columns: RColumns, survey: Survey, units: DrawnUnits | GivenRows | None) -> None:
    """Add what degrees of freedom of domains are counted from, where replicates were calibrated."""
    if not survey.facts.weighting:
        return
    if isinstance(units, DrawnUnits):
        columns.add("unit", units.unit)
        columns.add("unit_stratum", units.stratum[units.unit])
    elif units is not None:
        for number, before in enumerate(units.weights.T, start=1):
            columns.add(f"before{number}", before)
