"""Who was to be asked, who was drawn and who answered: profiles side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import CodebookError, DataError, OptionError, listed, one_of
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import difference_text, number_text, percent_text
from welfarestats.survey.codebook import Codebook, Question, code_text
from welfarestats.survey.frames import open_frame
from welfarestats.survey.passes import named
from welfarestats.survey.records import quietly, readable_codebook
from welfarestats.survey.survey import Survey

__all__ = ["ProfileTable", "profile_table"]

_COLUMNS = (
    "variable",
    "category",
    "source",
    "weighting",
    "count",
    "share",
    "base",
    "difference",
    "message",
)
# Shares are printed to a few decimals; with this much off they still add up to 1.
_ROUNDING = 0.0051
_NOT_AVAILABLE = ("[x]", "this source has no such category")


@dataclass(frozen=True)
class _Profile:
    """The shares of the answers to one question in one source, by label."""

    source: str
    weighting: str
    shares: Mapping[str, float]
    counts: Mapping[str, float]
    base: float = math.nan
    records: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class ProfileTable(ShownAsTables):
    """Profiles of frame, issued and achieved sample, with differences to the first of them.

    `profile_table` makes it; a notebook shows it as a table.

    Parameters
    ----------
    profiles
        What `to_frame` returns.
    labels
        The label of each question.
    reference
        The source that differences are taken to.
    origin
        ``"synthetic"`` if any source is, else nothing.
    """

    profiles: pd.DataFrame
    labels: dict[str, str]
    reference: str
    origin: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a category and profile.

        Returns
        -------
        pandas.DataFrame
            ``variable, category, source``; ``weighting`` (``unweighted`` or ``weighted`` for
            records, empty for population figures); ``count`` of respondents, unweighted (or of
            the population); ``share`` of those with an answer, 0–1; ``base``, the respondents it
            is a share of; ``difference``, this share less that of the reference; ``message``,
            where a source lacks the category.
        """
        return self.profiles.copy()

    def _grids(self) -> Iterator[Grid]:
        frame = self.profiles.assign(profile=_titles(self.profiles))
        profiles = list(dict.fromkeys(frame["profile"]))
        reference = str(frame["profile"][frame["source"] == self.reference].iloc[0])
        top = tuple(ColumnHeader(name, span=1 if name == reference else 2) for name in profiles)
        bottom: list[ColumnHeader] = []
        for name in profiles:
            bottom.append(ColumnHeader("%"))
            if name != reference:
                bottom.append(ColumnHeader("difference"))
        missing = bool(frame["share"].isna().any())
        messages = [text for text in dict.fromkeys(frame["message"]) if text]
        yield Grid(
            title="Profiles: " + "; ".join(self.labels.values()),
            column_headers=(top, tuple(bottom)),
            groups=tuple(
                RowGroup(_rows(frame[frame["variable"] == name], profiles, reference), label)
                for name, label in self.labels.items()
            ),
            subtitle="Column percentages of those with an answer; differences in percentage points"
            f" to {reference}.",
            legend=(_NOT_AVAILABLE,) if missing else (),
            notes=tuple(f"{text[0].upper()}{text[1:]}." for text in messages),
            origin=self.origin,
        )


def profile_table(
    sources: Mapping[str, Any],
    questions: str | Sequence[str],
    *,
    reference: str | None = None,
) -> ProfileTable:
    """Return the profiles of frame, issued and achieved sample side by side.

    Parameters
    ----------
    sources
        For each name a survey (of a weighted one both its unweighted and its weighted profile are
        shown), a frame with one row a person and a column named after each question, or population
        figures: ``{"sex": {"Men": 0.48, "Women": 0.52}}``, shares that add up to 1, or counts.
    questions
        One question or several. Their labels and the order of their answers are those of the
        first survey that declares them; its codes are read in frames, too.
    reference
        The source that differences are taken to; the first when left out.

    Returns
    -------
    ProfileTable
        A notebook shows it by itself.

    Raises
    ------
    OptionError
        When there are fewer than two sources or no such reference.
    DataError
        When shares do not add up to 1, a figure is no number, or nobody answered.
    CodebookError
        When a source does not have a question.

    Notes
    -----
    Nothing is tested: a frame and the sample drawn from it overlap. Reasons for having no answer
    (don't know, refused) are in no profile. Figures above 1 are read as counts, so percentages can
    be passed as well.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> answers = pd.DataFrame({"sex": ["Men", "Women", "Women", "Women"], "w": [2, 1, 1, 0.5]})
    >>> survey = ws.Survey(answers, weights="w")
    >>> table = profile_table(
    ...     {"frame": {"sex": {"Men": 480, "Women": 520}}, "achieved": survey}, "sex"
    ... )
    >>> table.to_frame()[["source", "weighting", "share", "difference"]].round(
    ...     3
    ... ).values.tolist()[:3]
    [['frame', '', 0.48, nan], ['achieved', 'unweighted', 0.25, -0.23], ['achieved', 'weighted', 0.444, -0.036]]
    """
    names = named(questions)
    if not _several(sources) or not names:
        raise OptionError(
            "profiles are compared between two sources at least, for one question at least:"
            ' profile_table({"frame": …, "achieved": survey}, ["sex", "age_group"]).'
        )
    reference = next(iter(sources)) if reference is None else reference
    one_of(reference, sources, "reference")
    surveys = [source for source in sources.values() if isinstance(source, Survey)]
    codebook = _codebook(surveys, names)
    rows: list[tuple[Any, ...]] = []
    labels: dict[str, str] = {}
    for name in names:
        question = codebook[name] if name in codebook else Question(name)
        labels[name] = question.label
        profiles: list[_Profile] = []
        for title, source in sources.items():
            profiles += _profiles(title, source, question, codebook)
        rows += _compared(question, profiles, reference)
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    origin = "synthetic" if any(s.origin == "synthetic" for s in surveys) else ""
    return ProfileTable(frame, labels, reference, origin)


def _several(sources: object) -> bool:
    return isinstance(sources, Mapping) and len(sources) > 1


def _codebook(surveys: Sequence[Survey], names: Sequence[str]) -> Codebook:
    """Return the first declaration of each question, without routing: a profile is of everybody."""
    found: dict[str, Question] = {}
    for survey in surveys:
        for name in names:
            if name in survey.codebook and name not in found:
                found[name] = survey.codebook[name]
    return Codebook(tuple(replace(question, asked_if=None) for question in found.values()))


def _profiles(title: str, source: Any, question: Question, codebook: Codebook) -> list[_Profile]:
    if isinstance(source, Mapping):
        return [_of_figures(title, source, question)]
    if isinstance(source, Survey):
        return _of_survey(title, source, question)
    columns = open_frame(source).columns
    survey = Survey(source, codebook=readable_codebook(codebook, columns))
    return _of_survey(title, survey, question)


def _of_survey(title: str, survey: Survey, question: Question) -> list[_Profile]:
    """Return the profile of records, and the weighted one where they have weights."""
    with quietly():
        view = survey.view((question.name,))
        answers = view.sample.answers(question.name)
    if answers.values is not None:
        raise CodebookError(
            f"question {question.name!r} is a scale and has no categories to compare. Group it"
            " first."
        )
    found = answers.question
    base = answers.in_base(None) & view.tally.active
    if not base.any():
        raise DataError(f"nobody in {title!r} has an answer to {question.name!r}.")
    profiles = []
    tallies = {"unweighted": view.tally.count, "weighted": view.tally.weight}
    gave = {
        found.categories[i].label: base & answers.gave((i,))
        for i in found.counted(found.base_includes)
    }
    counts = {label: float(view.tally.count[rows].sum()) for label, rows in gave.items()}
    respondents = float(view.tally.count[base].sum())
    for weighting, tally in tallies.items():
        if weighting == "weighted" and not survey.facts.weighted:
            continue
        whole = float(np.sum(tally[base]))
        shares = {label: float(np.sum(tally[rows])) / whole for label, rows in gave.items()}
        profiles.append(_Profile(title, weighting, shares, counts, respondents, records=True))
    return profiles


def _of_figures(title: str, figures: Mapping[str, Any], question: Question) -> _Profile:
    """Return the profile of population figures: shares or counts by label or code."""
    if question.name not in figures:
        raise CodebookError(
            f"source {title!r} has no figures for {question.name!r}; it has {listed(figures)}."
        )
    given = figures[question.name]
    if not isinstance(given, Mapping) or not given:
        raise OptionError(
            f"the figures of {title!r} for {question.name!r} are a mapping from answers to shares or"
            " counts."
        )
    numbers: dict[str, float] = {}
    for answer, number in given.items():
        good = isinstance(number, int | float | np.number) and not isinstance(number, bool)
        if not good or not 0 <= float(number) < math.inf:
            raise DataError(
                f"the figure of {title!r} for {question.name!r}, {answer!r} is {number!r}; it is a"
                " share or a count, 0 or more."
            )
        label = _label(question, answer)
        numbers[label] = numbers.get(label, 0.0) + float(number)
    total = sum(numbers.values())
    are_shares = max(numbers.values()) <= 1 and not all(
        isinstance(number, int | np.integer) for number in given.values()
    )
    if not total or (are_shares and abs(total - 1) > _ROUNDING):
        raise DataError(
            f"the shares of {title!r} for {question.name!r} add up to {total:g}, {abs(1 - total):.3g}"
            f" {'more' if total > 1 else 'less'} than 1. Add what is missing, or pass counts."
        )
    counts = {} if are_shares else numbers
    return _Profile(title, "", {label: n / total for label, n in numbers.items()}, counts)


def _label(question: Question, answer: Any) -> str:
    """Return the label of an answer named by label or code; one that nobody declared is its own."""
    if answer in [net.label for net in question.nets]:
        raise OptionError(
            f"{answer!r} is a net of {question.name!r}; a profile is made of categories, which do"
            " not overlap."
        )
    for category in question.categories:
        if answer == category.label or code_text(category.code) == code_text(answer):
            return category.label
    return code_text(answer)


def _compared(
    question: Question, profiles: Sequence[_Profile], reference: str
) -> list[tuple[Any, ...]]:
    first = next(profile for profile in profiles if profile.source == reference)
    declared = [category.label for category in question.categories if category.valid]
    labels = list(
        dict.fromkeys([*declared, *(label for profile in profiles for label in profile.shares)])
    )
    rows: list[tuple[Any, ...]] = []
    for label in labels:
        for profile in profiles:
            lacks = label not in profile.shares
            share = math.nan if lacks else profile.shares[label]
            # Records in which nobody gave an answer say so: the share is nought, not unknown.
            if lacks and profile.records:
                share = 0.0
            count = profile.counts.get(label, 0.0 if profile.records else math.nan)
            difference = math.nan
            if profile is not first:
                difference = share - first.shares.get(label, 0.0 if first.records else math.nan)
            message = ""
            if lacks:
                who = "nobody" if profile.records else "no figure"
                message = f"{label!r} of {question.label!r}: {who} in {profile.source!r}"
            rows.append(
                (
                    question.name,
                    label,
                    profile.source,
                    profile.weighting,
                    count,
                    share,
                    profile.base,
                    difference,
                    message,
                )
            )
    return rows


def _rows(own: pd.DataFrame, profiles: Sequence[str], reference: str) -> tuple[Row, ...]:
    rows = []
    for category, part in own.groupby("category", sort=False):
        cells: list[Cell] = []
        by_profile = part.set_index("profile")
        for name in profiles:
            cells.append(Cell(percent_text(float(by_profile["share"][name]), 1)))
            if name != reference:
                cells.append(Cell(difference_text(float(by_profile["difference"][name]), 1)))
        rows.append(Row(str(category), tuple(cells)))
    bases = own.groupby("profile", sort=False)["base"].first()
    cells = []
    for name in profiles:
        cells.append(Cell(number_text(float(bases[name]), missing="")))
        if name != reference:
            cells.append(Cell(""))
    return (*rows, Row("Unweighted base", tuple(cells), "base"))


def _titles(frame: pd.DataFrame) -> list[str]:
    """Return what each profile is called: with its weighting where a source has two."""
    pairs = list(zip(frame["source"], frame["weighting"], strict=True))
    two = {source for source, weighting in pairs if weighting == "weighted"}
    return [f"{source}, {weighting}" if source in two else source for source, weighting in pairs]
