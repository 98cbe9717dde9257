"""A survey: respondents, how they were sampled, whom they stand for, and what they were asked."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, DesignError, OptionError, one_of
from welfarestats.formulas.bases import effective_base
from welfarestats.survey.answers import Mask, find_question
from welfarestats.survey.cells import Tally, sum_cells
from welfarestats.survey.codebook import Codebook, Question, code_text
from welfarestats.survey.design import LONELY_PSU_RULES, stage_list
from welfarestats.survey.frames import Frame, Rows, file_origin, mask_values, open_frame
from welfarestats.survey.passes import Facts, Layout, Sample, View
from welfarestats.survey.sides import banner_side

__all__ = ["Survey"]

Array = NDArray[np.float64]

SAMPLES = ("probability", "attempted_census", "volunteer")
REPRESENTS = (None, "sample", "population")
ORIGINS = ("collected", "synthetic")
DF_RULES = ("domain", "design")

# Ends the label of every question whose answers were invented.
SYNTHETIC_MARK = "[synthetic]"


@dataclass(frozen=True)
class _Condition:
    """One restriction of a domain: a mask over respondents, or answers to a question."""

    mask: Mask | None = None
    question: str = ""
    answers: Any = None

    def words(self, codebook: Codebook) -> str:
        if self.mask is not None:
            return "a condition set in the analysis (a mask)"
        declared = codebook[self.question] if self.question in codebook else Question(self.question)
        labels = {code_text(one.code): one.label for one in declared.categories}
        named = {*labels.values(), *(net.label for net in declared.nets)}
        given = [self.answers] if isinstance(self.answers, str) else _as_list(self.answers)
        texts = [str(a) if a in named else labels.get(code_text(a), code_text(a)) for a in given]
        return f"{declared.label}: {' or '.join(texts)}"


class Survey:
    r"""Respondents with their design and codebook.

    Parameters
    ----------
    frame
        A pandas or Polars data frame (eager or lazy), an Arrow table, or a path to a CSV or
        Parquet file. Lazy frames are scanned once a table and never copied.
    weights
        Column of weights, at least 0; ``None`` gives everyone 1. Respondents of weight zero are
        in no base but remain in the design.
    strata, psu, fpc
        Columns of the design, or lists of columns with one a stage. PSUs are nested in strata.
        An ``fpc`` is a population size or a sampling fraction, the whole column one or the
        other; one more ``fpc`` than ``psu`` describes sampling of respondents at the last stage.
    lonely_psu
        What to do with a stratum that has one PSU: ``"fail"``; ``"certainty"`` and ``"remove"``
        (it adds no variance); ``"adjust"`` (deviations from the overall mean); ``"average"``
        (the mean of the other strata).
    sample
        ``"probability"``, ``"attempted_census"`` or ``"volunteer"``. For the last two limits are
        labelled as indicative and nothing is called significant.
    treat_as_random_because
        The reason for which an attempted census or volunteers are taken as a random sample after
        all; it is printed with every table.
    weights_represent
        ``"sample"`` or ``"population"``: what the weights add up to. Totals and tests on the
        weighted base refuse without it.
    codebook
        The questions. Without one, every column is a single question.
    origin
        ``"collected"``, or ``"synthetic"`` for invented records; it travels to every result.
        ``None``: what the Parquet file says of itself, else ``"collected"``. The labels of
        synthetic questions end in ``[synthetic]``.
    df_rule
        ``"domain"``: degrees of freedom are PSUs − strata that hold the domain; ``"design"``:
        those of the whole design.
    caveats
        Sentences that reach every table made from the survey.

    Raises
    ------
    DataError
        When the frame cannot be read or lacks a column.
    DesignError
        When weights, strata, PSUs or FPCs cannot describe a sample.
    OptionError
        When an option is not one of its words.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"sex": ["F", "F", "M", "M"], "w": [1.0, 2.0, 1.0, 2.0]})
    >>> survey = Survey(frame, weights="w")
    >>> survey.base, survey.weighted_base, round(survey.effective_base, 2)
    (4, 6.0, 3.6)
    >>> survey.domain(sex="F").base
    2
    """

    def __init__(  # noqa: PLR0913 - what a survey must say of itself, each keyword-only
        self,
        frame: Any,
        *,
        weights: str | None = None,
        strata: str | Sequence[str] | None = None,
        psu: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        lonely_psu: str = "fail",
        sample: str = "probability",
        treat_as_random_because: str | None = None,
        weights_represent: str | None = None,
        codebook: Codebook | Iterable[Question] | None = None,
        origin: str | None = None,
        df_rule: str = "domain",
        caveats: Sequence[str] = (),
    ) -> None:
        one_of(lonely_psu, LONELY_PSU_RULES, "lonely_psu")
        one_of(sample, SAMPLES, "sample")
        _check_reason(sample, treat_as_random_because)
        if origin is not None:
            one_of(origin, ORIGINS, "origin")
        origin = _origin(frame, origin)
        one_of(df_rule, DF_RULES, "df_rule")
        if weights_represent not in REPRESENTS:
            one_of(weights_represent, ("sample", "population"), "weights_represent")
        self._frame: Frame = open_frame(frame)
        self._layout = Layout(
            weights,
            stage_list(strata, "strata"),
            stage_list(psu, "psu"),
            stage_list(fpc, "fpc"),
            lonely_psu,
        )
        _check_layout(self._frame, self._layout)
        self.codebook = Codebook.of(codebook)
        if origin == "synthetic":
            self.codebook = _marked(self.codebook)
        _check_codebook(self._frame, self.codebook)
        self.df_rule = df_rule
        self.facts = Facts(
            origin=origin,
            sample=sample,
            weights_represent=weights_represent,
            weighted=weights is not None,
            caveats=tuple(caveats),
            treat_as_random_because=treat_as_random_because,
        )
        self._conditions: tuple[_Condition, ...] = ()
        self._passes: dict[str, Sample] = {}
        if not self._frame.lazy:
            self._sample(())

    @property
    def origin(self) -> str:
        """``"collected"`` or ``"synthetic"``."""
        return self.facts.origin

    def domain(self, mask: Any = None, /, **answers: Any) -> Survey:
        """Return the subpopulation that a mask or answers describe; variances keep the design.

        Parameters
        ----------
        mask
            True or False for each respondent, in the order of the data.
        **answers
            For each question a label (of a category or net), a code, or a list of them.
            Several questions must all hold.

        Returns
        -------
        Survey
            The same respondents; only those of the domain are in its bases.

        Raises
        ------
        DataError
            When the mask does not fit the data, or nobody is in the domain.
        CodebookError
            When a question or an answer does not exist.

        Notes
        -----
        Dropping the other rows from the frame instead would understate the number of PSUs and
        give wrong standard errors.

        Examples
        --------
        >>> import pandas as pd
        >>> survey = Survey(pd.DataFrame({"region": ["N", "S", "S"], "age": [20, 30, 70]}))
        >>> survey.domain(region="S").domain(survey.to_frame()["age"] < 65).base
        1
        """
        conditions = [_Condition(question=name, answers=given) for name, given in answers.items()]
        if mask is not None:
            if self._frame.lazy:
                raise DataError(
                    "a domain of a lazy frame is named by answers, as in domain(benefit='UC'),"
                    " not by a mask. Collect the frame first, or add the mask as a column."
                )
            size = self._sample(()).rows.size
            conditions.insert(0, _Condition(mask=mask_values(mask, self._frame, size)))
        if not conditions:
            raise OptionError("domain() needs a mask or at least one question with its answers.")
        inner = copy.copy(self)
        inner.__dict__.pop("_whole", None)
        inner._conditions = (*self._conditions, *conditions)
        words = tuple(one.words(self.codebook) for one in inner._conditions)
        inner.facts = replace(self.facts, domain=words)
        if not self._frame.lazy and not inner.view(()).tally.active.any():
            raise DataError(
                f"nobody is in the domain {' and '.join(words)}: 0 of {self.base:,} respondents"
                " with a positive weight. Check the answers, or leave it out."
            )
        return inner

    @property
    def base(self) -> int:
        """Unweighted respondents with a positive weight."""
        return self._whole[0]

    @property
    def weighted_base(self) -> float:
        """Sum of the weights."""
        return self._whole[1]

    @property
    def effective_base(self) -> float:
        """Kish's effective base, (Σw)²/Σw²."""
        return self._whole[2]

    @property
    def degrees_of_freedom(self) -> float:
        """PSUs − strata (that hold the domain, unless ``df_rule="design"``)."""
        return self._whole[3]

    @property
    def weights(self) -> Array:
        """The weight of every respondent in the data, in their order (n,)."""
        layout = self._layout
        if self._frame.lazy:
            raise DataError("the weights of a lazy frame are not in memory. Collect it first.")
        weight: Array = self._sample(()).rows.weight
        return np.ones_like(weight) if layout.weights is None else weight.copy()

    def to_frame(self) -> Any:
        """Return the engine's own frame, as it was given, outside the domain included.

        Returns
        -------
        object
            The pandas, Polars or Arrow object that the survey was made of.
        """
        return self._frame.native

    def describe_question(self, name: str) -> Question:
        """Return a question with every category its data have.

        Parameters
        ----------
        name
            A question of the codebook, or a column.

        Returns
        -------
        Question
            The declared categories, then codes that were only found in the data.
        """
        return self._sample((name,)).answers(name).question

    def holds_numbers(self, column: str) -> bool:
        """Return whether a column of the data holds numbers (True and False are not).

        Parameters
        ----------
        column
            Its name.

        Returns
        -------
        bool
            False for a column that does not exist.
        """
        return self._frame.holds_numbers(column)

    def view(self, names: Sequence[str], numeric: Sequence[str] = ()) -> View:
        """Return the pass over the data that serves the questions, seen from this domain.

        Parameters
        ----------
        names
            Questions, read as declared.
        numeric
            Questions of which bare columns are read as numbers.

        Returns
        -------
        View
            Answers, design and weights of every row.
        """
        wanted = [*names, *numeric, *(c.question for c in self._conditions if c.mask is None)]
        sample = self._sample(wanted)
        rows = sample.rows
        active = rows.weight > 0
        for condition in self._conditions:
            if condition.mask is not None:
                active = active & condition.mask
            else:
                active = active & sample.gave(condition.question, condition.answers)
        return View(sample, Tally(rows.count, rows.weight, rows.square, active), self.df_rule)

    @cached_property
    def _whole(self) -> tuple[int, float, float, float]:
        view = self.view(())
        side = banner_side(None, view.size)
        cells = sum_cells(side, side, view.tally, view.design, view.df_rule)
        count, weighted = float(cells.count[0, 0]), float(cells.weighted[0, 0])
        effective = float(effective_base(weighted, cells.square[0, 0]))
        return int(count), weighted, effective, cells.degrees_of_freedom([0], count)

    def _sample(self, names: Sequence[str]) -> Sample:
        if not self._frame.lazy:
            if "whole" not in self._passes:
                rows = self._frame.rows((), self._layout.weights)
                self._passes["whole"] = self._passed(rows)
            return self._passes["whole"]
        columns = [*self._layout.columns, *self._columns_of(names)]
        return self._passed(self._frame.rows(columns, self._layout.weights))

    def _passed(self, rows: Rows) -> Sample:
        return Sample(rows, self._layout, self.codebook, self._frame.columns)

    def _columns_of(self, names: Sequence[str]) -> list[str]:
        columns: list[str] = []
        for name in names:
            question = find_question(name, self.codebook, self._frame.columns)
            columns += question.stored_in
            columns += self._columns_of(list(question.asked_if or ()))
        return columns

    def __repr__(self) -> str:
        return _described(self, self._layout, len(self._frame.columns))


def check_survey(survey: object, what: str) -> None:
    """Raise an `OptionError` unless a result is asked of a `Survey`."""
    if not isinstance(survey, Survey):
        raise OptionError(
            f"{what} is made from a Survey, not from {type(survey).__name__!r}. Say who was asked"
            " and how: Survey(frame, weights=..., strata=..., psu=...)."
        )


def _check_reason(sample: str, reason: object) -> None:
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


def _as_list(answers: Any) -> list[Any]:
    return list(answers) if isinstance(answers, Iterable) else [answers]


def _described(survey: Survey, layout: Layout, columns: int) -> str:
    parts = [f"{survey.base:,} respondents", f"{columns:,} columns"]
    if layout.weights:
        parts.append(f"weights {layout.weights!r} (effective base {survey.effective_base:,.0f})")
    parts += [f"strata {name!r}" for name in layout.strata]
    parts += [f"PSUs {name!r}" for name in layout.psu]
    parts += [f"domain {words}" for words in survey.facts.domain]
    if survey.origin == "synthetic":
        parts.append("SYNTHETIC: invented records")
    return f"<Survey: {', '.join(parts)}>"


def _origin(source: Any, origin: str | None) -> str:
    """Return the origin of the records; a file that says they are invented is believed."""
    said = file_origin(source) if isinstance(source, str | Path) else None
    if said == "synthetic" and origin == "collected":
        raise OptionError(
            f"{Path(source).name!r} says that its records are synthetic, so they cannot be passed"
            ' as origin="collected". Leave origin out.'
        )
    return origin or said or "collected"


def _marked(codebook: Codebook) -> Codebook:
    """Return the codebook with every question's label saying that its answers are invented."""
    return Codebook(
        tuple(
            question
            if question.label.endswith(SYNTHETIC_MARK)
            else replace(question, label=f"{question.label} {SYNTHETIC_MARK}")
            for question in codebook
        )
    )


def _check_layout(frame: Frame, layout: Layout) -> None:
    for name in (layout.weights,) if layout.weights is not None else ():
        frame.check(name, "weights")
    for role in ("strata", "psu", "fpc"):
        for name in getattr(layout, role):
            frame.check(name, role)
    stages = len(layout.psu) + 1
    if len(layout.strata) > stages or len(layout.fpc) > stages:
        raise DesignError(
            f"the design has {len(layout.psu)} stages of PSUs but {len(layout.strata)} columns of"
            f" strata and {len(layout.fpc)} of fpc. Give one column a stage."
        )


def _check_codebook(frame: Frame, codebook: Codebook) -> None:
    for question in codebook:
        for column in question.stored_in:
            frame.check(column, f"question {question.name!r}")
