"""Files of respondents → Survey."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import EllipsisType
from typing import Any

import pandas as pd

from welfarestats.errors import CodebookError, DataError, DataWarning, OptionError
from welfarestats.survey.calibration_columns import columns_of, with_kept_calibrations
from welfarestats.survey.codebook import Codebook, Question
from welfarestats.survey.declarations import SYNTHETIC_MARK
from welfarestats.survey.design import stage_list
from welfarestats.survey.flat_files import (
    ORIGINS,
    check_columns,
    column_names,
    file_says,
    read_file,
)
from welfarestats.survey.metadata import questions_of
from welfarestats.survey.missing_rules import BY_LABEL, MissingRules
from welfarestats.survey.multiple_sets import add_sets, sets_asked_for
from welfarestats.survey.replicates import Replicates
from welfarestats.survey.sidecars import SideCar, read_sidecar, sidecar_from_text
from welfarestats.survey.signatures import check_contents
from welfarestats.survey.statistical_files import (
    Delivery,
    FileMetadata,
    ResponseSet,
    Variable,
    metadata_of,
    read_delivery,
)
from welfarestats.survey.survey import Survey

__all__ = ["SIDECAR_NOTE", "read_survey", "sidecar_path"]

# The note in a .sav file that says that its side-car was written with it.
SIDECAR_NOTE = "Codebook and design: in the file beside this one that ends in .toml."

_FLAT = (".csv", ".parquet")
_WITHOUT_REASONS = (".por", ".xpt")
_STAGES = ("strata", "psu", "fpc")


def read_survey(
    path: str | Path,
    *,
    codebook: Codebook | Iterable[Question] | str | Path | None = None,
    weights: str | EllipsisType | None = ...,
    columns: Sequence[str] | None = None,
    missing: Mapping[str, Any] | None = None,
    multiple: Mapping[str, Any] | None = None,
    encoding: str | None = None,
    **design: Any,
) -> Survey:
    r"""Return the survey in an SPSS, Stata, SAS, CSV or Parquet file.

    Parameters
    ----------
    path
        A file that ends in ``.sav``, ``.zsav``, ``.por`` (SPSS), ``.dta`` (Stata),
        ``.sas7bdat``, ``.xpt`` (SAS), ``.csv`` (UTF-8, commas, one header row) or ``.parquet``.
        In a CSV file, empty cells, NA, NaN, NULL and #N/A are missing; None and n/a are
        answers; spaces around an answer are dropped.
    codebook
        The questions, or the path of a codebook in TOML. They take the place of what the file
        says of the same columns.
    weights
        Column of weights; ``None`` gives everyone 1. Left out, it is the one that
        `write_survey` kept; a weight that an SPSS file declares is named in a warning, not used.
    columns
        Only these columns or questions are read, with those of the design. For wide files.
    missing
        Why codes are missing, by question or pattern of names:
        ``{"readiness": {98: "dont_know"}, "q7_*": {-1: "not_applicable"}}``. ``None`` makes a
        code an answer; ``{"*": "labels"}`` goes by the labels.
    multiple
        Multiple-response sets by name: a pattern (``"q7_*"``), a list of columns, or a mapping
        with ``columns``, ``label`` and either ``counted`` (the value that means mentioned) or
        ``codes`` (True where every column holds the code of an answer).
    encoding
        Encoding of the text, where the file is wrong about it or does not say.
    **design
        The other options of `Survey`: ``strata``, ``psu``, ``fpc`` and so on.

    Returns
    -------
    Survey
        Every row of the file is a respondent, in the order of the file. Records that a file
        says are synthetic stay marked as such.

    Raises
    ------
    DataError
        When the file is missing, empty, cut off or not what its ending says.
    CodebookError
        When the codebook cannot be read or names columns that the file lacks.
    DesignError
        When weights, strata, PSUs or FPCs cannot describe a sample.
    OptionError
        When an option cannot be understood, or a package to read the file is not installed.

    Warns
    -----
    DataWarning
        When something had to be decided: why a code is missing whose label does not say it, an
        encoding, a weight that is not used.

    Notes
    -----
    SPSS, Stata and SAS files need ``pip install 'welfarestats[files]'``. The missing values .a
    to .z of Stata and SAS become the codes -101 to -126. A ``.por`` or ``.xpt`` file is read
    without its reasons for missing. Formats of SAS are in a catalogue, which is not read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "answers.csv").write_text("sex,w\nF,1.5\nM,0.5\n")
    >>> read_survey(folder / "answers.csv", weights="w").weighted_base
    2.0
    """
    source = Path(path)
    kind = check_contents(source, utf16=_is_utf16(encoding))
    given = _given(codebook)
    if weights is not ...:
        design["weights"] = weights
    metadata = None if kind in _FLAT else metadata_of(source, encoding)
    kept = _kept(source, metadata, with_codebook=codebook is None)
    # Where the reasons are lost the answers are empty already: labels say what the codes were.
    lost = {"*": BY_LABEL} if kind in _WITHOUT_REASONS else {}
    design = {**kept.design, **given.design, **design}
    # What is said of weights holds for no others.
    own = kept if kept.weighting else given
    same = design.get("weights") == own.design.get("weights")
    asked = _Asked(
        {**lost, **kept.missing, **given.missing, **(missing or {})},
        {**given.multiple, **(multiple or {})},
        design,
        columns,
        own.weighting if same else (),
        own.calibrations if same else (),
    )
    given = kept if kept.whole else replace(given, true_and_false=kept.true_and_false)
    if metadata is None:
        read = _read_flat(source, given, asked, encoding)
    else:
        read = _read_statistical(source, metadata, given, asked)
    read.rules.warn(source.name)
    if kind in _WITHOUT_REASONS:
        warnings.warn(
            f"the reasons for missing answers in {source.name!r} cannot be told apart: all of them"
            " are read as empty. A .sav or .sas7bdat file keeps them.",
            DataWarning,
            stacklevel=2,
        )
    if metadata is not None and metadata.weight and "weights" not in asked.design:
        warnings.warn(
            f"{source.name!r} is weighted by {metadata.weight!r}, and the survey is not. Pass"
            f" weights={metadata.weight!r} to use it, or weights=None.",
            DataWarning,
            stacklevel=2,
        )
    said = (kept.origin, given.origin, file_says(source).get("origin"))
    origin = _origin(source, metadata, said, asked.design.pop("origin", None))
    survey = Survey(read.frame, codebook=read.codebook, origin=origin, **asked.design)
    if not asked.weighting:
        return survey
    return with_kept_calibrations(survey, asked.calibrations, asked.weighting, source.name)


@dataclass(frozen=True)
class _Asked:
    """What the user asks for: reasons for missing, sets, the design, and which columns."""

    missing: Mapping[str, Any]
    multiple: Mapping[str, Any]
    design: dict[str, Any]
    columns: Sequence[str] | None
    weighting: tuple[str, ...] = ()
    calibrations: tuple[Mapping[str, Any], ...] = ()

    @property
    def of_design(self) -> list[str]:
        """The columns that describe the sample."""
        named = self.design.get("weights")
        stages = (one for role in _STAGES for one in stage_list(self.design.get(role), role))
        weights = [*([named] if isinstance(named, str) else []), *columns_of(self.calibrations)]
        return [*weights, *stages]

    def replicates(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the columns of replicate weights among those of the file."""
        given = self.design.get("replicates")
        return given.named_in(columns) if isinstance(given, Replicates) else ()


@dataclass(frozen=True, eq=False)
class _Read:
    frame: pd.DataFrame
    codebook: Codebook
    rules: MissingRules


def _is_utf16(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("_", "-").startswith("utf-16")


def _given(codebook: Codebook | Iterable[Question] | str | Path | None) -> SideCar:
    """Return what the user gives as codebook, be it questions or the path of a file."""
    if not isinstance(codebook, str | Path):
        return SideCar(Codebook.of(codebook))
    source = Path(codebook)
    if source.suffix.lower() != ".toml":
        raise CodebookError(f"a codebook file ends in .toml, not as {source.name!r} does.")
    return read_sidecar(source)


def sidecar_path(path: Path) -> Path:
    """Return the side-car of a .sav file: its name with .toml at the end."""
    return path.with_name(path.name + ".toml")


def _kept(source: Path, metadata: FileMetadata | None, *, with_codebook: bool) -> SideCar:
    """Return what `write_survey` kept with the file, its codebook only where none is given."""
    if metadata is None:
        text = file_says(source).get("survey")
        kept = SideCar() if text is None else sidecar_from_text(text, source.name)
    elif any(SIDECAR_NOTE in note for note in metadata.notes):
        kept = _beside(source, metadata)
    else:
        kept = SideCar()
    return kept if with_codebook else replace(kept, codebook=Codebook(), whole=False)


def _beside(source: Path, metadata: FileMetadata) -> SideCar:
    """Return the side-car of an SPSS file that was written with one."""
    beside = sidecar_path(source)
    if not beside.is_file():
        warnings.warn(
            f"{source.name!r} was written with a codebook in {beside.name!r}, which is not beside"
            " it. What SPSS keeps is read; the design, multiple-response sets, nets and routes"
            " are missing.",
            DataWarning,
            stacklevel=4,
        )
        return SideCar()
    kept = read_sidecar(beside)
    if kept.rows is not None and metadata.rows not in (None, -1, kept.rows):
        raise DataError(
            f"{beside.name!r} describes {kept.rows:,} respondents, but {source.name!r} has"
            f" {metadata.rows:,}: they are not of one survey. Remove it, or write the survey"
            " again."
        )
    return kept


def _origin(
    source: Path, metadata: FileMetadata | None, every: Sequence[object], origin: str | None
) -> str | None:
    """Return the origin of the records; a file that says they are invented is believed."""
    texts = [] if metadata is None else [metadata.label, *metadata.notes]
    texts += [one.label for one in metadata.variables] if metadata else []
    said = next((one for one in every if one in ORIGINS), None)
    if "synthetic" in every or any(SYNTHETIC_MARK in text for text in texts):
        said = "synthetic"
    if said == "synthetic" and origin == "collected":
        raise OptionError(
            f"{source.name!r} says that its records are synthetic, so they cannot be passed"
            ' as origin="collected". Leave origin out.'
        )
    return origin or (str(said) if said else None)


def _read_flat(source: Path, said: SideCar, asked: _Asked, encoding: str | None) -> _Read:
    names = column_names(source, encoding)
    sets = sets_asked_for(asked.multiple, names)
    wanted = _wanted(asked, said.codebook, sets, names, source)
    frame = read_file(source, wanted, encoding)
    rules = MissingRules(asked.missing)
    frame, questions = add_sets(frame, _complete(sets, frame), {}, rules)
    codebook = _merged(questions, said.codebook, frame, asked)
    return _Read(frame, rules.applied(codebook), rules)


def _read_statistical(source: Path, metadata: FileMetadata, said: SideCar, asked: _Asked) -> _Read:
    names = [one.name for one in metadata.variables]
    own = sets_asked_for(asked.multiple, names)
    sets = (*own, *(one for one in metadata.sets if one.name not in asked.multiple))
    if said.whole:
        sets = own
    wanted = _wanted(asked, said.codebook, sets, names, source)
    delivery = read_delivery(source, metadata, wanted)
    frame = _with_truths(delivery.frame, said.true_and_false)
    return _described(replace(delivery, frame=frame), sets, said, asked)


def _described(
    delivery: Delivery,
    sets: Sequence[ResponseSet],
    said: SideCar,
    asked: _Asked,
) -> _Read:
    """Return the rows with 0/1 columns for the sets, and the questions of file and user."""
    rules = MissingRules(asked.missing)
    sets = _complete(sets, delivery.frame)
    variables: dict[str, Variable] = {one.name: one for one in delivery.metadata.variables}
    members = {name for one in sets for name in one.columns}
    members.update(name for one in said.codebook for name in one.stored_in)
    # A weight is no question, and neither are its replicates.
    members.add(asked.design.get("weights") or "")
    members.update(asked.replicates(list(delivery.frame.columns)))
    single = () if said.whole else questions_of(delivery, rules, without=members)
    frame, multiples = add_sets(delivery.frame, sets, variables, rules)
    codebook = _merged((*single, *multiples), said.codebook, frame, asked)
    return _Read(frame, rules.applied(codebook), rules)


def _wanted(
    asked: _Asked,
    codebook: Codebook,
    sets: Sequence[ResponseSet],
    names: Sequence[str],
    source: Path,
) -> list[str] | None:
    """Return the columns to read, in the order of the file; ``None`` for all of them."""
    if asked.columns is None:
        return None
    if isinstance(asked.columns, str):
        raise OptionError(f"columns= is a list, such as [{asked.columns!r}].")
    by_set = {one.name: one.columns for one in sets}
    wanted: set[str] = {*asked.of_design, *asked.replicates(names)}
    for name in asked.columns:
        if name in by_set:
            wanted.update(by_set[name])
        elif name in codebook:
            wanted.update(_stored(name, codebook))
        else:
            check_columns([name], [*names, *by_set], source.name)
            wanted.add(name)
    check_columns(sorted(wanted), names, source.name)
    return [name for name in names if name in wanted]


def _stored(name: str, codebook: Codebook) -> list[str]:
    """Return the columns of a question and of those that it was asked depending on."""
    question = codebook[name]
    routes = [column for other in question.asked_if or () for column in _stored(other, codebook)]
    return [*question.stored_in, *routes]


def _complete(sets: Sequence[ResponseSet], frame: pd.DataFrame) -> list[ResponseSet]:
    """Return the sets of which every column was read."""
    return [one for one in sets if set(one.columns) <= set(frame.columns)]


def _merged(
    found: Sequence[Question], given: Codebook, frame: pd.DataFrame, asked: _Asked
) -> Codebook:
    """Return the file's questions, with the user's in place of those of their names."""
    present = set(frame.columns)
    chosen = [
        question
        for question in given
        if asked.columns is None or present.issuperset(_stored(question.name, given))
    ]
    every = {question.name: question for question in (*found, *chosen)}
    in_order = [every.pop(name) for name in frame.columns if name in every]
    return Codebook((*in_order, *every.values()))


def _with_truths(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return a frame with True and False again in columns that SPSS keeps as 1 and 0."""
    for name in names:
        if name in frame and set(frame[name].dropna().unique()) <= {0, 1}:
            frame[name] = frame[name].astype("boolean")
    return frame
