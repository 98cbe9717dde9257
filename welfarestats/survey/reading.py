"""Files of respondents → Survey."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from welfarestats.errors import CodebookError
from welfarestats.survey.codebook import Codebook, Question
from welfarestats.survey.survey import Survey

__all__ = ["read_survey"]


def read_survey(
    path: str | Path,
    *,
    codebook: Codebook | Iterable[Question] | str | Path | None = None,
    **design: Any,
) -> Survey:
    r"""Return the survey in a CSV or Parquet file.

    Parameters
    ----------
    path
        A file that ends in ``.csv`` (UTF-8, commas, one header row) or ``.parquet``. In a CSV
        file, empty cells, NA, NaN, NULL and #N/A are missing; None and n/a are answers; spaces
        around an answer are dropped.
    codebook
        The questions, or the path of a codebook in TOML.
    **design
        The other options of `Survey`: ``weights``, ``strata``, ``psu``, ``fpc`` and so on.

    Returns
    -------
    Survey
        Records that a file says are synthetic stay marked as such.

    Raises
    ------
    DataError
        When the file is missing, empty, cut off or not what its ending says.
    CodebookError
        When the codebook cannot be read or names columns that the file lacks.
    DesignError
        When weights, strata, PSUs or FPCs cannot describe a sample.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "answers.csv").write_text("sex,w\nF,1.5\nM,0.5\n")
    >>> read_survey(folder / "answers.csv", weights="w").weighted_base
    2.0
    """
    if isinstance(codebook, str | Path):
        source = Path(codebook)
        if source.suffix.lower() != ".toml":
            raise CodebookError(f"a codebook file ends in .toml, not as {source.name!r} does.")
        codebook = Codebook.from_toml(source)
    return Survey(Path(path), codebook=codebook, **design)
