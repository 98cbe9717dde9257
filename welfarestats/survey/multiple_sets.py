"""Multiple-response sets, however a file keeps them → 0/1 columns and a question each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import DataError, OptionError, did_you_mean, listed
from welfarestats.survey.categories import Category, Code, code_text
from welfarestats.survey.codebook import Question
from welfarestats.survey.metadata import categories_of, code_order, distinct_label, found_codes
from welfarestats.survey.missing_rules import MissingRules
from welfarestats.survey.statistical_files import ResponseSet, Variable

__all__ = ["add_sets", "sets_asked_for"]

_KEYS = ("columns", "counted", "codes", "label")


def sets_asked_for(multiple: Mapping[str, Any], names: Sequence[str]) -> tuple[ResponseSet, ...]:
    """Return the sets that a user names by a pattern of column names, or by their list.

    Parameters
    ----------
    multiple
        For each set a pattern such as ``"q7_*"``, a list of columns, or a mapping with
        ``columns`` and ``counted`` (the value that means mentioned) or ``codes`` (True where
        each column holds the code of an answer), and ``label``.
    names
        The columns of the file.

    Returns
    -------
    tuple of ResponseSet
        Their columns in the order of the file.

    Raises
    ------
    OptionError
        When a set is described wrongly or has no columns.
    """
    if not isinstance(multiple, Mapping):
        raise OptionError(
            'multiple= maps names of questions to their columns, as in {"barriers": "q7_*"}.'
        )
    return tuple(_asked_for(name, said, names) for name, said in multiple.items())


def _asked_for(name: str, said: Any, names: Sequence[str]) -> ResponseSet:
    parts = dict(said) if isinstance(said, Mapping) else {"columns": said}
    for key in parts:
        if key not in _KEYS:
            raise OptionError(
                f"multiple= of {name!r} has the key {key!r}; it takes {listed(_KEYS)}."
                f"{did_you_mean(key, _KEYS)}"
            )
    wanted = parts.get("columns", ())
    if isinstance(wanted, str):
        columns = tuple(one for one in names if fnmatchcase(one, wanted))
    else:
        columns = tuple(wanted)
    unknown = [one for one in columns if one not in names]
    if unknown or not columns:
        what = listed(unknown) if unknown else f"any column like {wanted!r}"
        raise OptionError(
            f"multiple= of {name!r}: the file does not have {what}."
            f"{did_you_mean(unknown[0] if unknown else wanted, names)}"
        )
    if parts.get("codes") and parts.get("counted") is not None:
        raise OptionError(
            f"multiple= of {name!r} says both counted= and codes=. A column either counts one"
            " value or holds codes."
        )
    return ResponseSet(
        name, columns, parts.get("label", ""), parts.get("counted"), bool(parts.get("codes"))
    )


def add_sets(
    frame: pd.DataFrame,
    sets: Sequence[ResponseSet],
    variables: Mapping[str, Variable],
    rules: MissingRules,
) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    """Return the frame with 0/1 columns for every set, and the sets as questions.

    Parameters
    ----------
    frame
        The rows of the file.
    sets
        The sets; columns that are 0, 1 or missing already are used as they are.
    variables
        What the file says of the columns.
    rules
        What the user says of missing codes.

    Returns
    -------
    tuple
        A data frame with the old columns first, and one question a set.

    Raises
    ------
    DataError
        When it is not clear what a set's columns count.
    """
    added: dict[str, pd.Series[Any]] = {}
    questions = []
    for one in sets:
        taken = {*frame.columns, *added}
        name = _free(one.name, taken)
        build = _codes if one.holds_codes else _counted
        columns, categories = build(one, frame, variables, rules)
        stored = []
        for column, values in columns.items():
            if values is None:
                stored.append(column)
                continue
            new = _free(f"{one.name}_{column}", {*taken, *added})
            added[new] = values
            stored.append(new)
        questions.append(
            Question(name, one.label, kind="multiple", columns=tuple(stored), categories=categories)
        )
    if added:
        frame = pd.concat([frame, pd.DataFrame(added, index=frame.index)], axis=1)
    return frame, tuple(questions)


_Built = tuple[dict[str, "pd.Series[Any] | None"], tuple[Category, ...]]


def _counted(
    one: ResponseSet,
    frame: pd.DataFrame,
    variables: Mapping[str, Variable],
    rules: MissingRules,
) -> _Built:
    """Return a 0/1 column for each column that counts a value; ``None`` where it is one already."""
    columns: dict[str, pd.Series[Any] | None] = {}
    categories, taken = [], set[str]()
    described = [variables.get(name, Variable(name)) for name in one.columns]
    by_value = [variable.labels.get(one.counted or 1, "") for variable in described]
    by_value = by_value if one.labelled_by_value and len(set(by_value)) == len(by_value) else []
    for code, variable in enumerate(described, start=1):
        name = variable.name
        values = frame[name]
        gone = _missing(values, variable)
        counted = _value_counted(one, values[~gone])
        mentioned = _equals(values, counted)
        recoded = mentioned.astype(float).mask(gone)
        columns[name] = None if _same(values, recoded) else recoded
        label = by_value[code - 1] if by_value else variable.label
        label = distinct_label(" ".join(label.split()) or name, name, taken)
        rules.note_answer(one.name, code, label)
        categories.append(Category(code, label))
    return columns, tuple(categories)


def _value_counted(one: ResponseSet, values: pd.Series[Any]) -> Code:
    """Return what a set counts; nobody guesses between 1 and 2."""
    if one.counted is not None:
        return one.counted
    found = found_codes(values)
    if set(found) <= {0, 1}:
        return 1
    raise DataError(
        f"column {values.name!r} of the multiple response {one.name!r} has"
        f" {len(found):,} different values, not only 0 and 1. Say which value means mentioned:"
        f' multiple={{"{one.name}": {{"columns": ..., "counted": 2}}}}, or "codes": True where'
        " each column holds the code of an answer."
    )


def _codes(
    one: ResponseSet,
    frame: pd.DataFrame,
    variables: Mapping[str, Variable],
    rules: MissingRules,
) -> _Built:
    """Return a 0/1 column for each code that the columns hold, in the order of the labels."""
    labels: dict[Code, str] = {}
    missing: tuple[tuple[Any, Any], ...] = ()
    found: dict[Code, None] = {}
    answered = np.zeros(len(frame), dtype=bool)
    for name in one.columns:
        variable = variables.get(name, Variable(name))
        labels = {**labels, **variable.labels}
        missing += variable.missing
        found |= dict.fromkeys(found_codes(frame[name]))
        answered |= frame[name].notna().to_numpy()
    whole = Variable(one.name, one.label, labels, missing)
    categories = list(categories_of(whole, tuple(found), rules))
    known = {category.code for category in categories}
    taken = {category.label for category in categories}
    categories += [
        Category(code, distinct_label(code_text(code), code, taken))
        for code in sorted((code for code in found if code not in known), key=code_order)
    ]
    columns: dict[str, pd.Series[Any] | None] = {}
    for category in categories:
        mask = np.zeros(len(frame), dtype=bool)
        for name in one.columns:
            mask |= _equals(frame[name], category.code).to_numpy()
        values = pd.Series(mask.astype(float), index=frame.index)
        columns[code_text(category.code)] = values.where(answered)
    return columns, tuple(categories)


def _missing(values: pd.Series[Any], variable: Variable) -> pd.Series[Any]:
    gone = values.isna()
    if variable.missing:
        declared = [code for code in found_codes(values) if variable.declares_missing(code)]
        gone = gone | values.isin(declared)
    return gone


def _equals(values: pd.Series[Any], code: Code) -> pd.Series[Any]:
    """Return which values are a code, be it spelled as a number or as text."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        try:
            return (values == float(code)).fillna(value=False).astype(bool)
        except ValueError:
            return pd.Series(data=False, index=values.index)
    return values.map(lambda value: code_text(value) == code_text(code)).astype(bool)


def _same(values: pd.Series[Any], recoded: pd.Series[Any]) -> bool:
    numeric = pd.api.types.is_numeric_dtype(values.dtype)
    return numeric and bool(values.astype(float).equals(recoded))


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no column has."""
    while name in taken:
        name = f"{name}_set"
    return name
