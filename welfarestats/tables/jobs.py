"""A job file run: respondents read, the book made, its page and workbook written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from welfarestats.errors import OptionError
from welfarestats.output.book_pages import write_book_page
from welfarestats.output.progress import Tell
from welfarestats.output.spreadsheet import write_workbook
from welfarestats.survey.reading import read_survey
from welfarestats.survey.survey import Survey
from welfarestats.tables.books import Book, book
from welfarestats.tables.job_plans import (
    BookPlan,
    answers_of_book,
    asked_about,
    codebook_with_nets,
    plan_of,
)
from welfarestats.tables.job_requests import Job
from welfarestats.tables.job_toml import job_from_toml
from welfarestats.tables.job_workbook import job_from_workbook

_ENDINGS = {"html": (".html", ".htm"), "xlsx": (".xlsx",)}


@dataclass(frozen=True, eq=False)
class JobResult:
    """The book of a job, and the files it was written to.

    Parameters
    ----------
    title : str
        Title of the book.
    book : Book
        Its tables.
    files : tuple of Path
        What was written.
    """

    title: str
    book: Book
    files: tuple[Path, ...]


def run_job(
    path: str | Path,
    *,
    folder: str | Path | None = None,
    progress: bool | Tell = False,
) -> JobResult:
    """Make and write the book that a job file describes.

    Parameters
    ----------
    path : str or Path
        A job in TOML, or a workbook with the sheets ``job``, ``stubs``, ``banner``, ``filters``
        and ``nets``.
    folder : str or Path or None, default None
        Folder for what is written; that of the job file by default.
    progress : bool or callable, default False
        As in `book`.

    Returns
    -------
    JobResult
        The book, and the files written.

    Raises
    ------
    WelfareStatsError
        If the job cannot be read or asks for what is not there. The sentence names the cell of
        the workbook, or the key.

    Notes
    -----
    Data and codebook are looked for beside the job file. Nothing is written outside the folder,
    and none of the files that a job is made of is overwritten. Nothing in a job is evaluated.
    """
    job = read_job(Path(path))
    targets = _targets(job, Path(folder) if folder is not None else None)
    survey, names = _survey_of(job)
    plan = plan_of(job, survey, names)
    answers = answers_of_book(job, survey)
    with job.blamed():
        # Questions of any name: domain() takes its own argument by position only.
        inside = survey.domain(**answers) if answers else survey
        made = _book(inside, plan, _options(job), progress=progress)
    title = job.settings["title"].value if "title" in job.settings else job.path.stem
    _write(made, title, targets)
    return JobResult(title, made, tuple(targets.values()))


def read_job(path: Path) -> Job:
    """Return the job in a file.

    Parameters
    ----------
    path : Path
        A file that ends in ``.toml`` or ``.xlsx``.

    Returns
    -------
    Job
        What it asks for.

    Raises
    ------
    OptionError
        If it is missing, of another kind, or not a job.
    """
    readers = {".toml": job_from_toml, ".xlsx": job_from_workbook}
    if path.suffix.lower() not in readers:
        raise OptionError(
            f"a job is a file that ends in .toml or .xlsx, and {path.name!r} does not."
        )
    if not path.is_file():
        raise OptionError(f"there is no job file {path.name!r} in {str(path.parent)!r}.")
    return readers[path.suffix.lower()](path)


def _survey_of(job: Job) -> tuple[Survey, tuple[str, ...]]:
    """Return the respondents of a job with design, codebook and nets, and what can be asked."""
    if "data" not in job.settings:
        raise OptionError(
            f"{job.path.name} has no 'data'. Add it: the file of respondents, beside the job file."
        )
    data = job.path.parent / job.settings["data"].value
    design: dict[str, Any] = job.section("design")
    with job.blamed():
        own = job.settings.get("codebook")
        codebook: Any = job.path.parent / own.value if own is not None else None
        survey = read_survey(data, codebook=codebook, **design)
    names = asked_about(job, survey)
    if job.nets:
        codebook = codebook_with_nets(job, survey)
        with job.blamed():
            survey = read_survey(data, codebook=codebook, **design)
    return survey, names


def _options(job: Job) -> dict[str, Any]:
    """Return the options of the tables; a style of one's own stands beside the job."""
    options = job.section("options")
    if str(options.get("style", "")).endswith(".toml"):
        options["style"] = str(job.path.parent / options["style"])
    return options


def _book(
    survey: Survey,
    plan: BookPlan,
    options: dict[str, Any],
    *,
    progress: bool | Tell,
) -> Book:
    """Return the book: the one place where a job calls for it."""
    return book(
        survey,
        plan.stubs,
        plan.banner or None,
        filters=plan.filters or None,
        titles=plan.titles or None,
        progress=progress,
        **options,
    )


def _targets(job: Job, folder: Path | None) -> dict[str, Path]:
    """Return where to write, before any work is done."""
    output = job.section("output")
    if not output:
        raise OptionError(
            f"{job.path.name} says of no file to write. Set html (such as book.html), xlsx (such as"
            " book.xlsx) or both."
        )
    told = folder or job.path.parent
    home = told.resolve()
    sources = [job.settings[key].value for key in ("data", "codebook") if key in job.settings]
    taken = {job.path.resolve(), *((job.path.parent / name).resolve() for name in sources)}
    targets = {}
    for kind, name in output.items():
        place, target = job.settings[kind].place, (home / name).resolve()
        if target.suffix.lower() not in _ENDINGS[kind]:
            raise OptionError(
                f"{place}: {kind!r} is a file that ends in {_ENDINGS[kind][0]}, not {name!r}."
            )
        if home not in target.parents:
            raise OptionError(
                f"{place}: {name!r} is outside the folder of the book. Name a file inside it, or"
                " run the job with another folder."
            )
        if target in taken:
            raise OptionError(f"{place}: {name!r} would overwrite a file of the job. Rename it.")
        targets[kind] = told / name  # as the caller speaks of the folder
    return targets


def _write(made: Book, title: str, targets: dict[str, Path]) -> None:
    """Write the page and the workbook, each whole or not at all."""
    tables = [(name, made[name].grid) for name in made]
    for kind, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        write = write_workbook if kind == "xlsx" else write_book_page
        write(target, tables, title=title)
