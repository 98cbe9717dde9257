"""Two questions crossed into one: each answer to the inner one within each to the outer one."""

from __future__ import annotations

import numpy as np

from welfarestats.errors import CodebookError
from welfarestats.survey.answers import Answers
from welfarestats.survey.categories import Category
from welfarestats.survey.codebook import Question


def nested_answers(outer: Answers, inner: Answers) -> Answers:
    """Return the answers to both questions as one question named ``"outer > inner"``.

    Respondents without a valid answer to either have none. Nets are left out.

    Raises
    ------
    CodebookError
        When one of the questions is a scale or a multiple response.
    """
    for one in (outer, inner):
        if one.codes is None:
            raise CodebookError(
                f"question {one.question.name!r} is {one.question.kind!r}; only questions with one"
                " answer a respondent can be nested. Put them side by side."
            )
    assert outer.codes is not None
    assert inner.codes is not None
    places: dict[tuple[int, int], int] = {}
    categories: list[Category] = []
    for i in outer.question.counted():
        for k in inner.question.counted():
            places[i, k] = len(categories)
            label = f"{outer.question.categories[i].label}: {inner.question.categories[k].label}"
            categories.append(Category(len(categories) + 1, label))
    width = len(inner.question.categories) + 1
    position = np.full((len(outer.question.categories) + 1) * width, -1, dtype=np.int32)
    for (i, k), place in places.items():
        position[i * width + k] = place
    # A code of −1 is the last place of its question: nobody's.
    high = np.where(outer.codes < 0, len(outer.question.categories), outer.codes)
    low = np.where(inner.codes < 0, width - 1, inner.codes)
    label = inner.question.label
    question = Question(
        f"{outer.question.name} > {inner.question.name}",
        f"{outer.question.label} and {label[:1].lower() + label[1:] if label[1:2].islower() else label}",
        categories=tuple(categories),
    )
    numbers = tuple(
        n for n, _ in enumerate(outer.question.counted()) for _ in inner.question.counted()
    )
    return Answers(question, codes=position[high * width + low], outer=numbers)
