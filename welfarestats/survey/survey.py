"""A survey: respondents, how they were sampled, whom they stand for, and what they were asked."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, OptionError
from welfarestats.formulas.bases import effective_base
from welfarestats.survey.answers import Mask, answer_columns
from welfarestats.survey.caveats import Caveat, caveats_of
from welfarestats.survey.cells import Tally, sum_cells
from welfarestats.survey.codebook import Codebook, Question
from welfarestats.survey.declarations import (
    check_codebook,
    check_layout,
    check_reason,
    check_replicates,
    check_words,
    known_origin,
    marked_synthetic,
)
from welfarestats.survey.design import stage_list
from welfarestats.survey.frames import Frame, Rows, mask_values, open_frame
from welfarestats.survey.passes import Condition, Facts, Layout, Sample, View, sample_words
from welfarestats.survey.records import Records, quietly, readable_codebook
from welfarestats.survey.replicates import Replicates
from welfarestats.survey.sides import banner_side

if TYPE_CHECKING:
    from welfarestats.survey.describing import Description
    from welfarestats.survey.routing import RoutingCheck
    from welfarestats.survey.wave_units import Waves

__all__ = ["Survey"]

Array = NDArray[np.float64]


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
    replicates
        `Replicates`: columns of replicate weights, in place of ``strata``, ``psu`` and ``fpc``.
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
        ``"domain"``: degrees of freedom are PSUs − strata that hold the domain, or the rank of
        its replicate weights less one; ``"design"``: those of the whole design.
    caveats
        Sentences, or `Caveat` of some questions, that reach every table made of them.

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
        replicates: Replicates | None = None,
        lonely_psu: str = "fail",
        sample: str = "probability",
        treat_as_random_because: str | None = None,
        weights_represent: str | None = None,
        codebook: Codebook | Iterable[Question] | None = None,
        origin: str | None = None,
        df_rule: str = "domain",
        caveats: Sequence[str | Caveat] = (),
    ) -> None:
        check_words(lonely_psu=lonely_psu, sample=sample, df_rule=df_rule)
        check_words(origin=origin, weights_represent=weights_represent)
        check_reason(sample, treat_as_random_because)
        origin = known_origin(frame, origin)
        self._frame: Frame = open_frame(frame)
        self._layout = Layout(
            weights,
            stage_list(strata, "strata"),
            stage_list(psu, "psu"),
            stage_list(fpc, "fpc"),
            lonely_psu,
            check_replicates(self._frame, replicates, weights),
        )
        check_layout(self._frame, self._layout)
        self.codebook = Codebook.of(codebook)
        if origin == "synthetic":
            self.codebook = marked_synthetic(self.codebook)
        check_codebook(self._frame, self.codebook)
        self.df_rule = df_rule
        self.facts = Facts(
            origin=origin,
            sample=sample,
            weights_represent=weights_represent,
            weighted=weights is not None,
            caveats=caveats_of(caveats, self.codebook, self._frame.columns),
            replicates=self._layout.replicates_words,
            treat_as_random_because=treat_as_random_because,
        )
        self._conditions: tuple[Condition, ...] = ()
        self._waves: Waves | None = None
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
        Dropping other rows from the frame instead understates PSUs: wrong standard errors.

        Examples
        --------
        >>> import pandas as pd
        >>> survey = Survey(pd.DataFrame({"region": ["N", "S", "S"], "age": [20, 30, 70]}))
        >>> survey.domain(region="S").domain(survey.to_frame()["age"] < 65).base
        1
        """
        conditions = [Condition(question=name, answers=given) for name, given in answers.items()]
        if mask is not None:
            if self._frame.lazy:
                raise DataError(
                    "a domain of a lazy frame is named by answers, as in domain(benefit='UC'),"
                    " not by a mask. Collect the frame first, or add the mask as a column."
                )
            size = self._sample(()).rows.size
            conditions.insert(0, Condition(mask=mask_values(mask, self._frame, size)))
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
        """PSUs − strata (that hold the domain, unless ``df_rule="design"``), or of replicates."""
        return self._whole[3]

    @property
    def weights(self) -> Array:
        """The weight of every respondent in the data, in their order (n,)."""
        if self._frame.lazy:
            raise DataError("the weights of a lazy frame are not in memory. Collect it first.")
        weight: Array = self._sample(()).rows.weight
        return weight.copy() if self.facts.weighted else np.ones_like(weight)

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

    def describe(
        self,
        *,
        weights: str | None = None,
        codebook: Codebook | Iterable[Question] | None = None,
        identifier: str | None = None,
        duration: str | None = None,
        quotas: Mapping[str, Mapping[str, float]] | None = None,
        fastest: float = 1 / 3,
        extreme_weight: float = 5.0,
    ) -> Description:
        """Return what is in the data, column by column, and what may be wrong with them.

        Weights, a design or a codebook that do not fit the data cannot be given to a survey. Such
        a file is described first: ``ws.Survey(frame).describe(weights="w", codebook=codebook)``.

        Parameters
        ----------
        weights
            Column of weights to check; the survey's own when left out.
        codebook
            Questions to check the data against; the survey's own when left out.
        identifier
            Column that tells respondents apart. Only counts of its values are ever shown.
        duration
            Column with the length of each interview, a number in any unit.
        quotas
            For each question the number of respondents aimed at, by label, net or code:
            ``{"sex": {"Men": 500, "Women": 500}}``.
        fastest
            Interviews under this share of the median duration are called speeders.
        extreme_weight
            Weights over this many times the mean weight are called extreme.

        Returns
        -------
        Description
            Columns, findings and quotas; a notebook shows it by itself.

        Raises
        ------
        DataError
            When a column that is named does not exist.
        CodebookError
            When a quota is set for a question or an answer that does not exist.
        OptionError
            When a setting is not a positive number, or a quota not a number of respondents.

        Notes
        -----
        All rows are counted, unweighted; in a domain its rows. Nothing is corrected.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"sex": ["F", "M", "F"], "w": [1.0, -1.0, None]})
        >>> list(Survey(frame).describe(weights="w").findings()["check"])
        ['weights missing', 'weights negative']
        """
        from welfarestats.survey.describing import Asked, describe_records

        weights = self._layout.weights if weights is None else weights
        asked = Asked(weights, identifier, duration, quotas, fastest, extreme_weight)
        for name, role in asked.named:
            self._frame.check(name, role)
        return describe_records(self._records(codebook), asked)

    def check_routing(self) -> RoutingCheck:
        """Return for each question with ``asked_if`` who was asked against who answered.

        Returns
        -------
        RoutingCheck
            One row a routed question; a notebook shows it by itself.

        Notes
        -----
        A question is asked of those who gave the answers named in ``asked_if``; where these
        belong to a question that was itself not asked of everybody, of those among its asked.
        """
        from welfarestats.survey.routing import routing_check

        return routing_check(self._records())

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
        sample.read(names)
        rows = sample.rows
        active = (rows.weight > 0) & self._inside(sample)
        return View(sample, Tally(rows.count, rows.weight, rows.square, active), self.df_rule)

    def _inside(self, sample: Sample) -> Mask:
        inside = np.ones(sample.rows.size, dtype=bool)
        for condition in self._conditions:
            if condition.mask is not None:
                inside &= condition.mask
            else:
                inside &= sample.gave(condition.question, condition.answers)
        return inside

    def _records(self, codebook: Any = None) -> Records:
        """Return every row of the data, read without weights, under this codebook or another."""
        declared = self.codebook if codebook is None else Codebook.of(codebook)
        columns = self._frame.columns
        rows = self._frame.rows(columns, None)
        readable = readable_codebook(declared, columns)
        sample = Sample(rows, self._layout.unweighted, readable, columns)
        with quietly():
            count = np.where(self._inside(sample), rows.count, 0.0)
        return Records(sample, count, self._layout, self.facts, declared, columns)

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
        answers = answer_columns(names, self.codebook, self._frame.columns)
        columns = [*self._layout.columns, *answers]
        return self._passed(self._frame.rows(columns, self._layout.weights))

    def _passed(self, rows: Rows) -> Sample:
        return Sample(rows, self._layout, self.codebook, self._frame.columns)

    def __repr__(self) -> str:
        size = f"{self.base:,} respondents, {len(self._frame.columns):,} columns"
        words = sample_words(self._layout, self.facts, self.effective_base)
        return f"<Survey: {', '.join([size, *words])}>"


def check_survey(survey: object, what: str) -> None:
    """Raise an `OptionError` unless a result is asked of a `Survey`."""
    if not isinstance(survey, Survey):
        raise OptionError(
            f"{what} is made from a Survey, not from {type(survey).__name__!r}. Say who was asked"
            " and how: Survey(frame, weights=..., strata=..., psu=...)."
        )
