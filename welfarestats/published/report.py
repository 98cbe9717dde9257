"""A published report as a folder: its numbers, claims, caveats, questions and respondents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from welfarestats.errors import ReportError, did_you_mean, listed
from welfarestats.published.folder import (
    Caveat,
    check_populations,
    read_caveats,
    read_codebooks,
    report_folder,
)
from welfarestats.published.specification import (
    StatedRate,
    StatedSum,
    SurveySpecification,
    read_arithmetic,
    read_specification,
)
from welfarestats.published.toml_tables import read_toml
from welfarestats.published.transcription import (
    CLAIM_COLUMNS,
    PublishedNumber,
    read_claims,
    read_published,
)
from welfarestats.survey.caveats import Caveat as SurveyCaveat
from welfarestats.survey.codebook import Codebook

if TYPE_CHECKING:
    from welfarestats.survey.survey import Survey

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Report:
    """A published report: what it prints, and respondents to compute it from.

    Parameters
    ----------
    name, title : str
        Short name and title.
    folder : Path
        Where its files are.
    about : mapping
        Everything else that ``report.toml`` says: publisher, licence, attribution, …
    specifications : mapping of str to SurveySpecification
        The surveys, as ``spec.toml`` describes them.
    codebooks : mapping of str to Codebook
        The questions of each survey.
    numbers : tuple of PublishedNumber
        The published numbers.
    notes : tuple of str
        The transcriber's note to each number.
    claims_made : tuple of mapping
        The comparisons in words.
    caveats : tuple of Caveat
        The limits that the report states.
    sums : tuple of StatedSum
        The sums that the report states of its own numbers.
    rates : tuple of StatedRate
        The percentages that the report states of two of its own numbers.

    See Also
    --------
    load_report : Read one.
    """

    name: str
    title: str
    folder: Path
    about: Mapping[str, Any] = field(repr=False)
    specifications: Mapping[str, SurveySpecification] = field(repr=False)
    codebooks: Mapping[str, Codebook] = field(repr=False)
    numbers: tuple[PublishedNumber, ...] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    claims_made: tuple[Mapping[str, Any], ...] = field(repr=False)
    caveats: tuple[Caveat, ...] = field(repr=False)
    sums: tuple[StatedSum, ...] = field(default=(), repr=False)
    rates: tuple[StatedRate, ...] = field(default=(), repr=False)

    @property
    def surveys(self) -> tuple[str, ...]:
        """The names of its surveys."""
        return tuple(self.specifications)

    @property
    def synthetic(self) -> bool:
        """Whether any of its respondents were made from the published numbers."""
        return any(survey.origin == "synthetic" for survey in self.specifications.values())

    @property
    def published(self) -> pd.DataFrame:
        """Every published number, one row each.

        Columns ``item, survey, variable, population, group, category, statistic, value, printed,
        line, note``.
        """
        rows = [
            {
                "item": number.item,
                "survey": number.survey,
                "variable": number.variable,
                "population": number.population,
                "group": " & ".join(f"{key}={label}" for key, label in number.group.items()),
                "category": number.category,
                "statistic": number.statistic,
                "value": float("nan") if number.value is None else number.value,
                "printed": number.printed,
                "line": number.line,
                "note": note,
            }
            for number, note in zip(self.numbers, self.notes, strict=True)
        ]
        return pd.DataFrame(rows)

    @property
    def claims(self) -> pd.DataFrame:
        """Every comparison in words, one row a pair of groups.

        Columns ``claim, survey, section, line, outcome, group_a, percent_a, group_b, percent_b,
        base_a, base_b, direction, claimed``.
        """
        frame = pd.DataFrame([dict(claim) for claim in self.claims_made], columns=CLAIM_COLUMNS)
        numbers = ["percent_a", "percent_b", "base_a", "base_b"]
        types = dict.fromkeys(CLAIM_COLUMNS, "str") | dict.fromkeys(numbers, "float64")
        return frame.astype(types | {"line": "int64"})

    def codebook(self, name: str) -> Codebook:
        """Return the questions of a survey.

        Parameters
        ----------
        name : str
            The survey.

        Returns
        -------
        Codebook
            Its questions, in order.

        Raises
        ------
        ReportError
            If there is no such survey.
        """
        self.specification(name)
        return self.codebooks[name]

    def specification(self, name: str) -> SurveySpecification:
        """Return what ``spec.toml`` says of a survey.

        Parameters
        ----------
        name : str
            The survey.

        Returns
        -------
        SurveySpecification
            Its file, design and populations.

        Raises
        ------
        ReportError
            If there is no such survey.
        """
        if name not in self.specifications:
            raise ReportError(
                f"report {self.name!r} has no survey {name!r}; it has {listed(self.surveys)}."
                f"{did_you_mean(name, self.surveys)}"
            )
        return self.specifications[name]

    def caveats_of(self, name: str) -> tuple[SurveyCaveat, ...]:
        """Return the caveats that apply to a survey.

        Parameters
        ----------
        name : str
            The survey.

        Returns
        -------
        tuple of welfarestats.survey.caveats.Caveat
            Their texts, each with its questions and the line of the report.
        """
        found = []
        for caveat in self.caveats:
            asked = [one for one in caveat.questions if one in self.codebooks[name]]
            elsewhere = bool(caveat.questions) and not asked
            if elsewhere or not {"report", name} & set(caveat.scope):
                continue
            source = f"{self.name}, line {caveat.line}" if caveat.line else self.name
            found.append(SurveyCaveat(caveat.text, asked, source))
        return tuple(found)

    def survey(self, name: str) -> Survey:
        """Return the respondents of a survey, with its design and codebook.

        Parameters
        ----------
        name : str
            The survey.

        Returns
        -------
        Survey
            ``origin`` is ``"synthetic"`` where the respondents were made from the published
            numbers.

        Raises
        ------
        ReportError
            If there is no such survey, its file is missing, or what the file says of itself is
            not what ``spec.toml`` says of it.
        """
        specification = self.specification(name)
        path = self.folder / specification.microdata
        if not path.is_file():
            hint = (
                f" `welfarestats reconstruct {self.name}` makes it."
                if specification.origin == "synthetic"
                else " Save the respondents' answers there, or name their file in spec.toml."
            )
            raise ReportError(
                f"survey {name!r} of report {self.name!r} has no respondents: there is no file "
                f"{specification.microdata!r}.{hint}"
            )
        _check_origin(path, specification)
        return self.survey_of(name, path)

    def survey_of(self, name: str, frame: Any) -> Survey:
        """Return other respondents as a survey of this report, with its design and codebook.

        Parameters
        ----------
        name : str
            The survey.
        frame : data frame or path
            Respondents with the columns that the codebook names.

        Returns
        -------
        Survey
            With the origin, the caveats and the design of ``spec.toml``.
        """
        from welfarestats.survey.survey import Survey

        specification = self.specification(name)
        return Survey(
            frame,
            weights=specification.weights,
            strata=specification.strata,
            psu=specification.psu,
            fpc=specification.fpc,
            lonely_psu=specification.lonely_psu,
            sample=specification.sample,
            weights_represent=specification.weights_represent,
            codebook=self.codebooks[name],
            origin=specification.origin,
            caveats=self.caveats_of(name),
        )


def _check_origin(path: Path, specification: SurveySpecification) -> None:
    from welfarestats.survey.frames import file_origin

    origin = file_origin(path)
    if origin not in (None, specification.origin):
        raise ReportError(
            f"the file {specification.microdata!r} says that its records are {origin}, but "
            f"spec.toml says {specification.origin}. Correct 'origin' or the file."
        )


def load_report(name: str | Path) -> Report:
    """Return a published report: one that comes with the library, or a folder of your own.

    Parameters
    ----------
    name : str or Path
        A name such as ``"ehd-2025"``, or the path of a folder.

    Returns
    -------
    Report
        With every row checked.

    Raises
    ------
    ReportError
        If there is no such report, a file is missing, or something in it does not fit.

    Examples
    --------
    >>> import welfarestats as ws
    >>> report = ws.load_report("ehd-2025")
    >>> report.survey("wave1").base
    82
    """
    folder = report_folder(name)
    about = read_toml(folder / "report.toml")
    specifications = read_specification(folder / "spec.toml")
    codebooks = read_codebooks(folder / "codebook.toml", specifications)
    for survey in specifications.values():
        check_populations(survey, codebooks[survey.name])
    numbers, notes = read_published(folder / "published.csv", specifications, codebooks)
    printed = {number.item: number.printed for number in numbers}
    sums, rates = read_arithmetic(folder / "spec.toml", printed)
    claims = read_claims(folder / "claims.csv", specifications)
    for key in ("name", "title"):
        if not isinstance(about.get(key), str):
            raise ReportError(f"report.toml has no {key!r}. Add it, as text in quotes.")
    if not _NAME.fullmatch(about["name"]):
        raise ReportError(
            f"report.toml: the name {about['name']!r} must be letters, digits, '.', '_' and '-' "
            f"only, because files are named after it."
        )
    return Report(
        name=about["name"],
        title=about["title"],
        folder=folder,
        about={key: value for key, value in about.items() if key not in ("name", "title")},
        specifications=specifications,
        codebooks=codebooks,
        numbers=tuple(numbers),
        notes=tuple(notes),
        claims_made=tuple(claims),
        caveats=read_caveats(about, specifications, codebooks),
        sums=sums,
        rates=rates,
    )
