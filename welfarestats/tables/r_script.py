"""The same analysis as a script for R's `survey`, so that it is checked by another program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from welfarestats.errors import DataError, OptionError
from welfarestats.output.files import replaced_when_whole
from welfarestats.output.r_language import r_comment, r_string
from welfarestats.survey.survey import Survey, check_survey
from welfarestats.tables.books import Book
from welfarestats.tables.protected import ProtectedTable
from welfarestats.tables.r_design import RColumns, design_lines
from welfarestats.tables.r_results import RESULTS, compared_results
from welfarestats.tables.r_tables import check_tables, table_lines
from welfarestats.tables.table import Table

__all__ = ["RScript", "to_r_script"]

_SYNTHETIC = "SYNTHETIC: the records are invented. Nothing may be concluded from these figures."


@dataclass(frozen=True, eq=False)
class RScript:
    """A script for R's `survey` with its data; frozen.

    Parameters
    ----------
    text
        The script.
    data
        The file of numbers that it reads.
    name
        What its files begin with.
    tables
        The tables that it repeats.
    origin
        ``"collected"``, or ``"synthetic"`` for invented records.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"] * 60, "works": ["Yes"] * 80 + ["No"] * 40})
    >>> survey = ws.Survey(frame)
    >>> script = ws.to_r_script(survey, ws.crosstab(survey, "works", "sex"))
    >>> script.data.splitlines()[:2]
    ['weight,v1,v2', '1,2,1']
    """

    text: str = field(repr=False)
    data: str = field(repr=False)
    name: str
    tables: tuple[Table, ...] = field(repr=False)
    origin: str

    @cached_property
    def data_name(self) -> str:
        """The name of the file of numbers."""
        return data_name(self.name, self.origin)

    def write(self, path: str | Path) -> Path:
        """Write the script and, beside it, the file that it reads.

        Parameters
        ----------
        path
            The script, ``NAME.R``, where NAME is the name that the script was made with. The data
            go to ``NAME_data.csv`` in the same folder.

        Returns
        -------
        pathlib.Path
            The script.

        Raises
        ------
        OptionError
            When the path has another name, or its folder does not exist.
        """
        place = Path(path)
        if place.name != f"{self.name}.R":
            raise OptionError(
                f"the script reads {self.data_name!r}, so its own name is {self.name + '.R'!r}, not"
                f" {place.name!r}. Make it with to_r_script(survey, tables, path)."
            )
        for target, text in ((place.with_name(self.data_name), self.data), (place, self.text)):
            with replaced_when_whole(target) as partial:
                partial.write_bytes(text.encode("utf-8", errors="replace"))
        return place

    def compare(self, folder: str | Path) -> pd.DataFrame:
        """Return our figures beside those that R wrote when it ran the script.

        Parameters
        ----------
        folder
            Where the script was run.

        Returns
        -------
        pandas.DataFrame
            One row a figure: ``table, part`` (cells, pairs or independence), ``row`` and
            ``column`` in words, ``figure``, ``ours``, ``r``, ``relative_difference``, ``agrees``
            (to a relative 1e-9). ``agrees`` is missing where one of the two has no figure:
            limits by a method that R lacks, tests that were not made.

        Raises
        ------
        DataError
            When R's results are not there, or are those of other tables.
        """
        return compared_results(self.tables, self.name, Path(folder))


def to_r_script(
    survey: Survey,
    tables: Table | Book | Sequence[Table] | Mapping[str, Table],
    path: str | Path | None = None,
) -> RScript:
    """Return a script for R's `survey` that sets up the same design and repeats given tables.

    R starts from the codes of the answers and makes bases, nets, mentions, scores, domains and
    the design itself, so that little is shared between the two computations.

    Parameters
    ----------
    survey
        The survey that the tables were made from, its data in memory.
    tables
        A table, several, or a book.
    path
        Where the script is written, ``NAME.R``; the data go beside it, ``NAME_data.csv``.
        ``None`` writes nothing.

    Returns
    -------
    RScript
        Its `RScript.text`; `RScript.compare` reads R's results once the script was run.

    Raises
    ------
    DataError
        When the data are a lazy frame, or a table was made from another survey.
    DesignError
        When R's `survey` cannot declare the design.
    OptionError
        When the path does not end in ``.R``, or there is no table.

    Notes
    -----
    The script writes ``NAME_cells.csv`` (every cell: estimate, standard error, limits, bases,
    degrees of freedom, design effect), ``NAME_pairs.csv`` (every difference of two columns with
    R's Wald test, which is ``test="design-wald"`` here) and ``NAME_independence.csv`` (the
    Rao-Scott F). Not repeated: letters and adjusted p-values, other column tests, limits other
    than ``"logit"``, ``"wald"`` and ``"asin"``, and what a house style hides.

    The file holds answers, weights and the design of every respondent, without names, texts and
    labels; treat it as the microdata that it is. Answers of people who, by ``asked_if``, were not
    asked are left out. Calibrated weights are calibrated again by R and have to come out equal.

    References
    ----------
    Lumley, T. (2004). Analysis of complex survey samples. Journal of Statistical Software 9(8),
    1-19.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"] * 60, "works": ["Yes"] * 80 + ["No"] * 40})
    >>> survey = ws.Survey(frame)
    >>> script = ws.to_r_script(survey, ws.crosstab(survey, "works", "sex"))
    >>> [line for line in script.text.splitlines() if "svydesign(" in line]
    ['design <- svydesign(ids = ~1, weights = ~weight, data = data, nest = TRUE)']
    """
    check_survey(survey, "a script for R")
    given = _listed(tables)
    _refuse_medians(given)
    if survey._frame.lazy:
        raise DataError("the respondents of a lazy frame are not in memory. Collect it first.")
    check_tables(survey, given)
    name = "tables" if path is None else Path(path).stem
    if path is not None and Path(path).suffix != ".R":
        raise OptionError(f"a script for R ends in .R, not in {Path(path).suffix!r}.")
    columns = RColumns()
    design = design_lines(survey, columns)
    lists = [table_lines(table, columns) for table in given]
    text = "\n".join(
        [*_head(survey, name), *columns.comments, "", *_body(name, design, lists, survey)]
    )
    script = RScript(text, columns.text(), name, tuple(given), survey.origin)
    if path is not None:
        script.write(path)
    return script


def data_name(name: str, origin: str) -> str:
    """Return the name of the file of numbers; one of invented records says so."""
    return f"{name}_synthetic_data.csv" if origin == "synthetic" else f"{name}_data.csv"


def _listed(tables: Any) -> list[Table]:
    if isinstance(tables, Table):
        tables = [tables]
    several = tables.tables if isinstance(tables, Book) else tables
    found = list(several.values() if isinstance(several, Mapping) else several)
    other = [type(one).__name__ for one in found if not isinstance(one, Table)]
    if other or not found:
        raise OptionError(
            "a script repeats tables of ws.crosstab or ws.book,"
            f" {f'not {other[0]!r}' if other else 'and none was given'}."
        )
    # R repeats what was computed, before anything was hidden.
    return [one.original if isinstance(one, ProtectedTable) else one for one in found]


def _refuse_medians(found: Sequence[Table]) -> None:
    medians = [one.title for one in found if (one.sheet.statistic == "median").any()]
    if medians:
        raise OptionError(
            f"{len(medians)} of {len(found)} tables have rows of medians, which the script does not"
            f" repeat; the first is {medians[0]!r}. Make them without medians=True for it."
        )


def _head(survey: Survey, name: str) -> list[str]:
    lines = [
        "# Tables of welfarestats, repeated by R's package survey.",
        f"# Run it with Rscript; results go beside it, in {len(RESULTS)} CSV files.",
        "# The data beside it are microdata: handle both as you handle the survey.",
    ]
    if survey.origin == "synthetic":
        lines.insert(0, f"# {_SYNTHETIC}")
    if survey.facts.sample_note:
        lines.append(r_comment(survey.facts.sample_note))
    lines += [r_comment(f"Caveat: {one}") for one in survey.facts.caveats]
    return [*lines, f"# The columns of {r_string(data_name(name, survey.origin))}:"]


def _body(name: str, design: list[str], lists: list[str], survey: Survey) -> list[str]:
    program = files("welfarestats.tables").joinpath("repeating.R").read_text("utf-8")
    keys = {
        part: f"c({', '.join(r_string(one) for one in names)})" for part, names in RESULTS.items()
    }
    return [
        "suppressPackageStartupMessages(library(survey))",
        "",
        program,
        "# ---- the survey",
        "folder <- folder_of_this_script()",
        f"data <- read_numbers({r_string(data_name(name, survey.origin))})",
        "weight <- data$weight",
        "everyone <- rep(TRUE, nrow(data))",
        "nobody <- !everyone",
        *design,
        "",
        "# ---- the tables",
        "tables <- list()",
        *lists,
        "",
        "# ---- the results",
        f"origin <- {r_string(survey.origin)}",
        "found <- repeat_tables(tables)",
        *(
            f"write_rows(found${part}, {names}, {r_string(f'{name}_{part}.csv')})"
            for part, names in keys.items()
        ),
        "",
    ]
