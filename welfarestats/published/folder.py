"""The files of a report folder: where it is, and its caveats, questions and populations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from welfarestats.errors import CodebookError, ReportError, did_you_mean, listed
from welfarestats.published.specification import SurveySpecification
from welfarestats.published.toml_tables import read_toml
from welfarestats.survey.codebook import Codebook
from welfarestats.survey.codebook_files import question_from_table

_IN_THE_WHEEL = Path(__file__).parent / "reports"
_IN_THE_SOURCE = Path(__file__).parents[2] / "data" / "reports"


@dataclass(frozen=True)
class Caveat:
    """A limit that a report states about its own numbers.

    Parameters
    ----------
    text : str
        The caveat.
    scope : tuple of str
        The surveys it is about; ``("report",)`` for all of them.
    line : int or None
        The line of the seed text.
    questions : tuple of str
        The questions it is about; empty for all of them.
    """

    text: str
    scope: tuple[str, ...] = ("report",)
    line: int | None = None
    questions: tuple[str, ...] = ()


def report_names() -> tuple[str, ...]:
    """Return the names of the reports that come with the library.

    Returns
    -------
    tuple of str
        In alphabetical order.

    Examples
    --------
    >>> "ehd-2025" in report_names()
    True
    """
    home = _home()
    return tuple(
        sorted(folder.name for folder in home.iterdir() if (folder / "report.toml").is_file())
    )


def _home() -> Path:
    """Return the folder of the reports: inside the installed package, or of the source tree."""
    return _IN_THE_WHEEL if _IN_THE_WHEEL.is_dir() else _IN_THE_SOURCE


def report_folder(name: str | Path) -> Path:
    """Return the folder of a report that comes with the library, or of the user's own."""
    if isinstance(name, str) and name in report_names():
        return _home() / name
    folder = Path(name)
    if folder.is_dir():
        return folder
    names = report_names()
    raise ReportError(
        f"there is no report {str(name)!r}: it is neither a folder nor one of {listed(names, 20)}."
        f"{did_you_mean(name, names)}"
    )


def read_caveats(
    about: Mapping[str, Any],
    surveys: Mapping[str, SurveySpecification],
    codebooks: Mapping[str, Codebook],
) -> tuple[Caveat, ...]:
    """Return the caveats of a ``report.toml``, checked."""
    found = []
    for entry in about.get("caveat", []):
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
            raise ReportError("report.toml: a [[caveat]] has no 'text'. Add it, as text in quotes.")
        scope = entry.get("scope", "report")
        several = tuple([scope] if isinstance(scope, str) else scope)
        for word in several:
            if word not in ("report", *surveys):
                raise ReportError(
                    f"report.toml: a [[caveat]] has the scope {word!r}, which is neither 'report' "
                    f"nor a survey ({listed(surveys)}).{did_you_mean(word, ('report', *surveys))}"
                )
        asked = entry.get("questions", ())
        asked = (asked,) if isinstance(asked, str) else tuple(asked)
        names = surveys if "report" in several else several
        known = [question.name for name in names for question in codebooks[name]]
        for name in asked:
            if name not in known:
                raise ReportError(
                    f"report.toml: a [[caveat]] is about the question {name!r}, which none of its"
                    f" surveys asked ({listed(names)}).{did_you_mean(name, known)}"
                )
        found.append(Caveat(entry["text"], several, entry.get("line"), asked))
    return tuple(found)


def read_codebooks(path: Path, surveys: Mapping[str, SurveySpecification]) -> dict[str, Codebook]:
    """Return the questions of every survey, checked."""
    questions: dict[str, list[Any]] = {name: [] for name in surveys}
    for table in read_toml(path).get("question", []):
        parts = dict(table)
        survey = parts.pop("survey", None)
        if survey not in questions:
            raise ReportError(
                f"{path.name}: question {parts.get('name')!r} is of survey {survey!r}, which is not "
                f"in spec.toml; the surveys are {listed(surveys)}.{did_you_mean(survey, surveys)}"
            )
        try:
            questions[survey].append(question_from_table(parts))
        except CodebookError as error:
            raise ReportError(f"{path.name}, survey {survey!r}: {error}") from None
    found = {}
    for survey, several in questions.items():
        try:
            found[survey] = Codebook(tuple(several))
            for question in several:
                for other, answers in (question.asked_if or {}).items():
                    found[survey][other].positions(answers)
        except CodebookError as error:
            raise ReportError(f"{path.name}, survey {survey!r}: {error}") from None
    return found


def check_populations(survey: SurveySpecification, codebook: Codebook) -> None:
    """Raise unless every population and recipe names questions and answers that exist."""
    try:
        for population in survey.populations.values():
            place = f"spec.toml, [populations.{survey.name}.{population.name}]"
            for question, labels in population.where.items():
                codebook[question].positions(labels)
        place = f"spec.toml, [[implications.{survey.name}]]"
        for implication in survey.implications:
            for question, labels in (*implication.given.items(), *implication.then.items()):
                codebook[question].positions(labels)
        place = f"spec.toml, [reconstruction.{survey.name}]"
        if survey.recipe is not None:
            for name, labels in survey.recipe.exclusive.items():
                codebook[name].positions(labels)
            for count in survey.recipe.counts:
                codebook[count.of].positions(())
                for label in (count.none, count.one, count.more):
                    codebook[count.into].positions(label)
    except CodebookError as error:
        raise ReportError(f"{place}: {error}") from None
