"""The command line: ``reproduce``, ``audit``, ``crosstab``, ``book``, ``reconstruct`` and more.

Exit status: 0 if all agrees or nothing is contradictory, 1 if not, 2 if the input cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from welfarestats import __version__
from welfarestats.errors import WelfareStatsError, WelfareStatsWarning

__all__ = ["main"]

OK, DIFFERS, UNUSABLE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status of a command.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the program's name; by default those of the command line.

    Returns
    -------
    int
        0 if all agrees or nothing is contradictory, 1 if not, 2 if the input cannot be used.

    Examples
    --------
    >>> from welfarestats.cli import main
    >>> main(["reproduce", "nhanes2", "--out", ""])  # doctest: +ELLIPSIS
    nhanes2: ...
    0
    """
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    run: Callable[[argparse.Namespace], int] = options.run
    with _warnings_in_one_line():
        try:
            return run(options)
        except (WelfareStatsError, OSError) as error:
            return _unusable(error)


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    with warnings.catch_warnings():
        others = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if issubclass(category, WelfareStatsWarning):
                print(f"welfarestats: warning: {message}", file=sys.stderr)
            else:
                others(message, category, *place, **more)

        warnings.showwarning = show
        yield


def _unusable(error: Exception) -> int:
    text = " ".join(str(error).split())
    print(f"welfarestats: {text}", file=sys.stderr)
    return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="welfarestats",
        description="Survey statistics for published evidence.",
        epilog="Exit status: 0 if all agrees or nothing is contradictory, 1 if not, 2 if the input "
        "cannot be used.",
    )
    parser.add_argument("--version", action="version", version=f"welfarestats {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (
        _add_reproduce,
        _add_audit,
        _add_crosstab,
        _add_book,
        _add_new_job,
        _add_reconstruct,
        _add_new_report,
        _add_test,
    ):
        add(commands)
    return parser


def _add(commands: Any, name: str, run: Callable[[argparse.Namespace], int], words: str) -> Any:
    command = commands.add_parser(name, help=words, description=words)
    command.set_defaults(run=run)
    command.add_argument("--json", action="store_true", help="write the result as JSON")
    return command


# ------------------------------------------------------------------ reproduce


def _add_reproduce(commands: Any) -> None:
    command = _add(
        commands, "reproduce", _reproduce, "recompute the published numbers of reports and compare"
    )
    command.add_argument(
        "reports", nargs="*", metavar="NAME|PATH", help="all that come with the library by default"
    )
    command.add_argument(
        "--out", default="build", metavar="FOLDER", help="folder for a page per report; '' for none"
    )
    command.add_argument(
        "--progress", action="store_true", help="show a progress bar even without a terminal"
    )


def _reproduce(options: argparse.Namespace) -> int:
    from welfarestats.published.folder import report_names

    return _each_report(options.reports or report_names(), _reproduce_one, options)


def _each_report(
    names: Sequence[str],
    run: Callable[[str, argparse.Namespace], tuple[int, dict[str, Any]]],
    options: argparse.Namespace,
) -> int:
    """Run a command on each report; one that cannot be used does not keep back the others."""
    statuses, results = [OK], []
    for name in names:
        try:
            status, result = run(name, options)
            results.append(result)
        except (WelfareStatsError, OSError) as error:
            status = _unusable(error)
            results.append({"report": name, "ok": False, "error": str(error)})
        statuses.append(status)
    if options.json:
        _print_json(results)
    return max(statuses)


def _reproduce_one(name: str, options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from welfarestats.published.page import write_page
    from welfarestats.published.report import load_report
    from welfarestats.published.reproduction import reproduce

    result = reproduce(load_report(name), progress=True if options.progress else None)
    page = str(write_page(result, Path(options.out))) if options.out else None
    if not options.json:
        print(result.summary())
        print(f"Page: {page}\n" if page else "", end="" if page is None else "\n")
    return (OK if result.ok else DIFFERS), {**result.to_dict(), "page": page}


# ------------------------------------------------------------------ audit


def _add_audit(commands: Any) -> None:
    command = _add(
        commands,
        "audit",
        _audit,
        "find printed numbers that cannot be true together; no data needed",
    )
    command.add_argument("reports", nargs="+", metavar="NAME|PATH", help="a draft of your own, too")
    command.add_argument(
        "--out", default="build", metavar="FOLDER", help="folder for a page per report; '' for none"
    )


def _audit(options: argparse.Namespace) -> int:
    return _each_report(options.reports, _audit_one, options)


def _audit_one(name: str, options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from welfarestats.published.audit_page import write_audit_page
    from welfarestats.published.auditing import audit
    from welfarestats.published.report import load_report

    report = load_report(name)
    result = audit(report, progress=lambda what: _tell(f"auditing {report.name}: {what} …"))
    page = str(write_audit_page(result, Path(options.out))) if options.out else None
    if not options.json:
        print(result.summary())
        print(f"Page: {page}\n" if page else "")
    return (OK if result.ok else DIFFERS), {**result.to_dict(), "page": page}


def _tell(what: str) -> None:
    if sys.stderr.isatty():
        print(what, file=sys.stderr)


# ------------------------------------------------------------------ crosstab


def _add_crosstab(commands: Any) -> None:
    command = _add(commands, "crosstab", _crosstab, "make a table from a file of respondents")
    command.add_argument("file", metavar="FILE", help="respondents: CSV, Parquet, SPSS, Stata, SAS")
    command.add_argument("--stub", nargs="+", required=True, metavar="QUESTION")
    command.add_argument("--banner", nargs="*", default=[], metavar="QUESTION")
    command.add_argument("--weights", metavar="COLUMN")
    command.add_argument("--strata", nargs="*", metavar="COLUMN", help="one a stage")
    command.add_argument("--psu", nargs="*", metavar="COLUMN", help="one a stage")
    command.add_argument("--fpc", nargs="*", metavar="COLUMN", help="one a stage")
    command.add_argument("--lonely-psu", metavar="RULE", help="fail by default")
    command.add_argument("--sample", metavar="KIND", help="probability by default")
    command.add_argument("--percent", default="column", metavar="column|row|total")
    command.add_argument("--level", type=float, default=0.95)
    command.add_argument("--test", default="design", metavar="NAME")
    command.add_argument("--adjust", default=None, metavar="NAME", help="for several tests")
    command.add_argument("--versus", default="pairs", metavar="pairs|total|rest|previous")
    command.add_argument("--weights-represent", default=None, metavar="sample|population")
    command.add_argument(
        "--base-includes", nargs="*", metavar="REASON", help="missing answers that count"
    )
    command.add_argument(
        "--style",
        default=None,
        metavar="NAME",
        help="house style: a preset, or a file that ends in .toml",
    )
    command.add_argument("--title", default=None)
    command.add_argument("--codebook", metavar="FILE", help="questions and labels, .toml")
    command.add_argument("--out", metavar="FILE.html", help="by default the table is printed")


def _crosstab(options: argparse.Namespace) -> int:
    from welfarestats.tables.crosstabs import crosstab

    table = crosstab(
        _respondents(options),
        options.stub,
        options.banner or None,
        percent=options.percent,
        level=options.level,
        test=options.test,
        adjust=options.adjust,
        versus=options.versus,
        base_includes=options.base_includes,
        style=options.style,
        title=options.title,
    )
    if options.out:
        _write_table(table, Path(options.out))
    if options.json:
        frame = table.to_frame()
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        _print_json({"title": table.title, "origin": table.origin, "cells": rows})
    else:
        print(f"Table: {options.out}" if options.out else table)
    return OK


def _respondents(options: argparse.Namespace) -> Any:
    from welfarestats.survey.reading import read_survey

    # What is not said stays with the file: one that was written here keeps its design.
    names = ("weights", "strata", "psu", "fpc", "lonely_psu", "sample", "weights_represent")
    given = {name: value for name in names if (value := getattr(options, name))}
    return read_survey(options.file, codebook=options.codebook, **given)


def _write_table(table: Any, path: Path) -> None:
    from welfarestats.errors import OptionError
    from welfarestats.output.html import html_page
    from welfarestats.published.page import write_whole

    if path.suffix.lower() not in (".html", ".htm"):
        raise OptionError(
            f"the table is written as HTML, but --out is {path.name!r}. Name a file that ends in "
            f".html."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, html_page(table.title, [table.to_html()]))


# ------------------------------------------------------------------ book


def _add_book(commands: Any) -> None:
    command = _add(commands, "book", _book, "make a book of tables from a job file")
    command.add_argument("job", metavar="JOB", help="job.toml or job.xlsx; see new-job")
    command.add_argument("--out", metavar="FOLDER", help="by default the folder of the job file")


def _book(options: argparse.Namespace) -> int:
    from welfarestats.tables.jobs import run_job

    result = run_job(options.job, folder=options.out, progress=sys.stderr.isatty())
    files = [str(path) for path in result.files]
    if options.json:
        _print_json({"title": result.title, "tables": list(result.book), "files": files})
    else:
        print("\n".join(files))
    return OK


def _add_new_job(commands: Any) -> None:
    command = _add(commands, "new-job", _new_job, "write a job with comments, to be filled in")
    command.add_argument("folder", metavar="FOLDER")


def _new_job(options: argparse.Namespace) -> int:
    from welfarestats.tables.job_example import write_job_example

    paths = [str(path) for path in write_job_example(options.folder)]
    if options.json:
        _print_json({"files": paths})
    else:
        print("\n".join(paths))
        print(f"Now: python -m welfarestats book {paths[0]}")
    return OK


# ------------------------------------------------------------------ the rest


def _add_reconstruct(commands: Any) -> None:
    command = _add(
        commands, "reconstruct", _reconstruct, "invent respondents who give the published numbers"
    )
    command.add_argument("report", metavar="NAME|PATH")
    command.add_argument("--out", metavar="FOLDER", help="by default the report's own folder")
    command.add_argument("--seed", type=int, help="other people who give the same numbers")


def _reconstruct(options: argparse.Namespace) -> int:
    from welfarestats.published.deducing import disclosure_check, disclosure_text
    from welfarestats.published.reconstruction import write_reconstruction
    from welfarestats.published.report import load_report

    report, folder = load_report(options.report), Path(options.out) if options.out else None
    if report.synthetic and not options.json:
        print(disclosure_text(disclosure_check(report)))
    paths = write_reconstruction(report, folder=folder, seed=options.seed, progress=_reconstructing)
    files = [str(path) for path in paths]
    if options.json:
        _print_json({"report": options.report, "files": files})
    else:
        print("\n".join(files) if files else "No survey of this report is reconstructed.")
    return OK


def _reconstructing(name: str) -> None:
    _tell(f"reconstructing {name} …")


def _add_new_report(commands: Any) -> None:
    command = _add(
        commands, "new-report", _new_report, "write a report folder with comments, to be filled in"
    )
    command.add_argument("folder", metavar="FOLDER")


def _new_report(options: argparse.Namespace) -> int:
    from welfarestats.published.skeleton import write_skeleton

    paths = [str(path) for path in write_skeleton(Path(options.folder))]
    if options.json:
        _print_json({"files": paths})
    else:
        print("\n".join(paths))
        print(f"Now: python -m welfarestats audit {options.folder}")
    return OK


def _add_test(commands: Any) -> None:
    _add(commands, "test", _test, "run every check of the project, in a source checkout")


def _test(options: argparse.Namespace) -> int:
    from welfarestats.checks import run_checks

    status = run_checks()
    if options.json:
        _print_json({"ok": status == OK})
    return status


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    """Return a NumPy or pandas scalar as Python's own."""
    return value.item() if hasattr(value, "item") else str(value)
