"""What a file says of its columns → questions."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import pandas as pd

from welfarestats.survey.categories import Category, Code, code_text
from welfarestats.survey.codebook import Question
from welfarestats.survey.missing_rules import MissingRules
from welfarestats.survey.statistical_files import Delivery, Variable

__all__ = ["code_order", "distinct_label", "found_codes", "question_of", "questions_of"]


def questions_of(
    delivery: Delivery, rules: MissingRules, without: Collection[str] = ()
) -> tuple[Question, ...]:
    """Return a question for each column of a file, in its order.

    Parameters
    ----------
    delivery
        The rows and what the file says.
    rules
        What the user says of missing codes; what had to be decided is noted there.
    without
        Columns that are part of something else.

    Returns
    -------
    tuple of Question
        Single questions and scales.
    """
    return tuple(
        question_of(variable, delivery.frame[variable.name], rules)
        for variable in delivery.metadata.variables
        if variable.name not in without
    )


def question_of(variable: Variable, column: pd.Series[Any], rules: MissingRules) -> Question:
    """Return the question that a column is.

    Text is a single question; so are numbers of which the codes are labelled, and dates. Numbers
    without labels, or with more codes that lack a label than have one (a scale labelled at its
    ends), are a scale, unless the author has called unlabelled codes nominal or ordinal.
    """
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    described = bool(variable.labels or variable.missing)
    found = found_codes(column) if described else []
    categories = categories_of(variable, found, rules)
    labelled = {one.code for one in categories if one.valid}
    missing = {one.code for one in categories if not one.valid}
    bare = [code for code in found if code not in labelled and code not in missing]
    if not numeric:
        kind = "single"
    elif not labelled:
        kind = "single" if variable.measure in ("nominal", "ordinal") else "scale"
    else:
        kind = "scale" if _are_a_scale(bare, labelled) else "single"
    return Question(variable.name, variable.label, kind=kind, categories=categories)


def _are_a_scale(bare: Collection[Any], labelled: Collection[Any]) -> bool:
    """Return whether more codes lack a label than have one, or as many, all between the ends."""
    if len(bare) == len(labelled):
        return bool(min(labelled) < min(bare) and max(bare) < max(labelled))
    return len(bare) > len(labelled)


def categories_of(
    variable: Variable, found: Collection[Code], rules: MissingRules
) -> tuple[Category, ...]:
    """Return the labelled codes in the order of the file, then missing ones without a label."""
    labels = dict(variable.labels)
    for code in found:
        if code not in labels and variable.declares_missing(code):
            labels[code] = code_text(code)
    categories: list[Category] = []
    taken: set[str] = set()
    for code, text in labels.items():
        if isinstance(code, float) and math.isnan(code):
            continue
        label = distinct_label(" ".join(text.split()) or code_text(code), code, taken)
        reason = None
        if variable.declares_missing(code):
            reason = rules.reason(variable.name, code, label)
        elif code in found:
            rules.note_answer(variable.name, code, label)
        categories.append(Category(code, label, missing=reason))
    return tuple(categories)


def distinct_label(label: str, code: object, taken: set[str]) -> str:
    """Return a label that no other category has, with its code where two would be alike."""
    while label in taken:
        label = f"{label} ({code_text(code)})"
    taken.add(label)
    return label


def found_codes(column: pd.Series[Any]) -> list[Code]:
    """Return the different values of a column, sorted, whole numbers as such."""
    values = column.dropna().unique().tolist()
    whole = [
        int(value) if isinstance(value, float) and value.is_integer() else value for value in values
    ]
    return sorted(whole, key=code_order)


def code_order(code: Code) -> tuple[bool, Code]:
    """Return what codes are sorted by: numbers first, then text."""
    return isinstance(code, str), code
