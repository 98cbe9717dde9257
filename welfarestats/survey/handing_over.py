"""The survey as a sample of svy, for what this library does not do: regression, selection."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, DataWarning
from welfarestats.survey.answers import Answers
from welfarestats.survey.categories import code_text
from welfarestats.survey.codebook import Question
from welfarestats.survey.design import crossed
from welfarestats.survey.frames import factorize, numbers, polars_frame
from welfarestats.survey.survey import Survey, check_survey

if TYPE_CHECKING:
    import pyarrow as pa
    import svy

__all__ = ["to_svy"]

Array = NDArray[np.float64]

# What the rules for strata of one PSU are called there.
_LONELY = {
    "fail": None,
    "certainty": "skip",
    "remove": "skip",
    "adjust": "center",
    "average": "scale",
}
_STAGES = 2


def to_svy(survey: Survey) -> svy.Sample:
    """Return the survey as an `svy.Sample`: the same respondents, design, answers and labels.

    svy has what this library leaves to others: regression (odds ratios), the selection of
    samples, sample sizes. Its standard errors follow the design handed over.

    Parameters
    ----------
    survey
        The survey, its data in memory.

    Returns
    -------
    svy.Sample
        Weights, strata, PSUs of up to two stages, population sizes, replicate weights and the
        rule for lonely PSUs are those of the survey. Questions with categories hold their codes;
        codes declared missing, and answers of people who by ``asked_if`` were not asked, are
        null. Options of a multiple response are columns of 0 and 1.

    Raises
    ------
    DataError
        When svy is not installed, or the data are a lazy frame.

    Warns
    -----
    DataWarning
        Names what svy does not know and what to do about it: the calibration behind the weights,
        the domain (a column ``in_domain``), later stages, nets, invented records.

    Notes
    -----
    svy 0.35 takes the second stage into account in means and totals, but in no cross-tab, test or
    regression: there its standard errors are those of the first stage.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame(
    ...     {"office": [1, 1, 2, 2], "age": [20, 30, 50, 61], "w": [1.0, 2, 1, 2]}
    ... )
    >>> sample = ws.to_svy(ws.Survey(frame, weights="w", psu="office"))
    >>> sample.design.wgt, sample.design.psu
    ('w', 'office')
    """
    check_survey(survey, "a sample of svy")
    try:
        import svy
    except ImportError:
        raise DataError(
            "svy is not installed: python -m pip install 'welfarestats[svy]'."
        ) from None
    if survey._frame.lazy:
        raise DataError("the respondents of a lazy frame are not in memory. Collect it first.")
    table = _Columns(survey)
    design = _design(survey, table)
    told = _not_handed_over(survey, table)
    sample = svy.Sample(polars_frame(table.arrow()), svy.Design(**design))
    for name, label in table.labels.items():
        sample = sample.set_var_label(name, label)
    for name, labels in table.value_labels.items():
        sample = sample.set_value_labels(name, labels)
    if told:
        warnings.warn(f"svy does not know: {'; '.join(told)}.", DataWarning, stacklevel=2)
    return sample


class _Columns:
    """The columns of the data, with answers as codes, and those that the design adds."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.columns: dict[str, Any] = {
            name: survey._frame.arrow()[name] for name in survey._frame.columns
        }
        self.labels: dict[str, str] = {}
        self.value_labels: dict[str, dict[Any, str]] = {}
        layout = survey._layout
        taken = {*layout.columns, layout.weights}
        for question in survey.codebook:
            # A column of the design stays as it is: its codes are strata or PSUs.
            if not taken & set(question.stored_in):
                self._answered(question)

    def arrow(self) -> pa.Table:
        import pyarrow as pa

        return pa.table(self.columns)

    def add(self, name: str, values: NDArray[Any]) -> str:
        """Keep a column under the name, or one like it that is free."""
        free = name
        while free in self.columns:
            free += "_"
        self.columns[free] = values
        return free

    def _answered(self, question: Question) -> None:
        if question.kind == "single" and not question.categories:
            self.labels[question.name] = question.label
            return
        answers = self.survey._sample(()).answers(question.name)
        if answers.values is not None:
            self.columns[question.name] = _nullable(answers.values)
            self.labels[question.name] = question.label
        elif answers.codes is not None:
            self._single(answers)
        else:
            self._multiple(answers)

    def _single(self, answers: Answers) -> None:
        import pyarrow as pa

        assert answers.codes is not None
        question = answers.question
        counted = question.counted()
        given = [category.code for category in question.categories]
        whole = all(isinstance(code, int) and not isinstance(code, bool) for code in given)
        codes: list[Any] = [code if whole else code_text(code) for code in given]
        known: list[Any] = [code if i in counted else None for i, code in enumerate(codes)]
        known.append(None)
        kind = pa.int64() if whole else pa.string()
        self.columns[question.name] = pa.array([known[i] for i in answers.codes], kind)
        self.labels[question.name] = question.label
        self.value_labels[question.name] = {codes[i]: question.categories[i].label for i in counted}

    def _multiple(self, answers: Answers) -> None:
        question = answers.question
        asked = answers.in_base(None)
        for place in question.counted():
            category = question.categories[place]
            values = _nullable(np.where(asked, answers.mentioned[place], np.nan))
            if question.columns is None:
                name = self.add(f"{question.name}_{code_text(category.code)}", values)
            else:
                name = question.columns[place]
                self.columns[name] = values
            self.labels[name] = f"{question.label}: {category.label}"


def _nullable(values: Array) -> Any:
    import pyarrow as pa

    return pa.array(values, from_pandas=True)


def _design(survey: Survey, table: _Columns) -> dict[str, Any]:
    import svy

    layout, sample = survey._layout, survey._sample(())
    found: dict[str, Any] = {}
    if survey.facts.weighting:
        found["wgt"] = table.add("final_weight", sample.rows.weight)
    elif layout.weights is not None:
        found["wgt"] = layout.weights
    else:
        found["wgt"] = table.add("weight_of_one", np.ones(sample.rows.size))
    replicates = sample.design.replicates
    if replicates is not None:
        size = replicates.weights.shape[1]
        prefix = _free_prefix(table, size)
        for number in range(size):
            table.add(f"{prefix}{number + 1}", replicates.weights[:, number])
        found["rep_wgts"] = svy.BootstrapWgts(
            prefix=prefix,
            n_reps=size,
            df=replicates.degrees_of_freedom,
            scale=(replicates.scale * replicates.rscales).tolist(),
        )
        return found
    if layout.strata:
        found["stratum"] = layout.strata[0]
        found["singleton"] = _LONELY[layout.lonely_psu]
    found |= zip(("psu", "ssu"), layout.psu, strict=False)
    if len(layout.psu) == 1 and len(layout.fpc) == _STAGES:
        # Without a second unit svy leaves the second stage out.
        found["ssu"] = table.add("respondent", np.arange(1, sample.rows.size + 1))
    sizes = [table.add(f"population_{i + 1}", one) for i, one in enumerate(_sizes(survey))]
    if sizes:
        found["pop_size"] = sizes[0] if len(sizes) == 1 else svy.PopSize(psu=sizes[0], ssu=sizes[1])
    return found


def _free_prefix(table: _Columns, size: int) -> str:
    prefix = "replicate_"
    while any(f"{prefix}{number + 1}" in table.columns for number in range(size)):
        prefix += "_"
    return prefix


def _sizes(survey: Survey) -> list[Array]:
    """Return the population size of each respondent's stratum, at each of two stages."""
    layout, rows = survey._layout, survey._sample(()).rows
    parent, found = np.zeros(rows.size, dtype=np.int64), []
    for level, name in enumerate(layout.fpc[:_STAGES]):
        stratum = parent
        if level < len(layout.strata):
            column = layout.strata[level]
            stratum, _ = crossed(parent, factorize(rows.column(column), column)[0])
        unit = np.arange(rows.size)
        if level < len(layout.psu):
            column = layout.psu[level]
            unit, _ = crossed(stratum, factorize(rows.column(column), column)[0])
        size = numbers(rows.column(name), name)
        if (size <= 1).all():
            of_unit = np.zeros(int(unit.max()) + 1, dtype=np.int64)
            of_unit[unit] = stratum
            size = np.bincount(of_unit)[stratum] / size
        found.append(size)
        parent = unit
    return found


def _not_handed_over(survey: Survey, table: _Columns) -> list[str]:
    """Return what svy's sample cannot hold, each with what to do about it."""
    design, told = survey._sample(()).design, []
    if survey._conditions:
        inside = survey.view(()).tally.active
        name = table.add("in_domain", inside)
        told.append(f"the domain; pass where=svy.col({name!r}) to each of its methods")
    if design.replicates is not None:
        centre = "rep_mean" if design.replicates.centre == "mean" else "estimate"
        told.append(
            "that replicate weights are to be used, and about what; pass"
            f' method="replication", variance_center="{centre}" to each of its methods'
        )
    elif design.calibrations:
        told.append(
            "that the weights were calibrated; its standard errors take them as given and are"
            " mostly too large. Hand over replicate weights instead"
        )
    told += [] if design.replicates is not None else _stages_left_out(survey)
    if survey.df_rule == "design":
        told.append('df_rule="design"; its degrees of freedom are those of the domain')
    if any(question.nets for question in survey.codebook):
        told.append("nets of answers; recode them with sample.wrangling")
    if survey.origin == "synthetic":
        told.append("that the records are synthetic; nothing may be concluded from them")
    if survey.facts.sample != "probability":
        told.append(f"the respondents are no random sample ({survey.facts.sample})")
    return told


def _stages_left_out(survey: Survey) -> list[str]:
    """Return which parts of a design of several stages svy leaves out."""
    layout, told = survey._layout, []
    if len(survey._sample(()).design.stages) > 1:
        told.append(
            "the second stage in its cross-tabs, tests and regressions (0.35), whose standard"
            " errors are too small; compare with ws.to_r_script"
        )
    stages = max(len(layout.strata), len(layout.psu), len(layout.fpc))
    if layout.fpc and stages > _STAGES:
        told.append(f"stages of sampling after the second (there are {stages})")
    if len(layout.strata) > 1:
        told.append("strata after the first stage")
    return told
