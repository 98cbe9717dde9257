"""Whole numbers of people that meet every condition of a `Programme`, or why there are none.

First the conditions are met by fractions of people, near the middle of what prints as published
and with weights that say little about answers; then by whole people close to those fractions.
Every limit is in nodes and gaps, never in seconds, so that each machine finds the same people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import ReportError
from welfarestats.published.programme import Condition, Programme

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NODE_LIMIT = 20_000
_WIDENINGS = (1.0, 2.0, 5.0, np.inf)
_INDEPENDENCE = 0.3
_EVEN_STRATA = 0.1
_NO_ANSWER = 0.05


def solve(programme: Programme, *, node_limit: int = NODE_LIMIT) -> NDArray[np.int64]:
    """Return a whole number of people for every variable of a programme."""
    fractions = _relaxed(programme)
    if fractions is None:
        raise ReportError(_conflict_text(programme, node_limit))
    preferred = [
        wish
        for wish in programme.preferences
        if wish.low - 1e-6 <= wish.factors @ fractions[wish.indices] <= wish.high
    ]
    attempts = [(preferred, widening) for widening in _WIDENINGS[:2] if preferred]
    attempts += [([], widening) for widening in _WIDENINGS]
    for preferences, widening in attempts:
        people, proven = _whole(programme, preferences, fractions, widening, node_limit)
        if people is not None:
            return people
    if proven:
        raise ReportError(_conflict_text(programme, node_limit))
    raise ReportError(
        f"no whole numbers of people were found for survey {programme.survey.name!r} within "
        f"{node_limit:,} nodes, which does not prove that there are none. Raise node_limit, or add "
        f"weight values in spec.toml."
    )


def conflicting(programme: Programme, *, node_limit: int = NODE_LIMIT) -> list[str]:
    """Return a few published numbers that cannot all be true, none of which can be left out."""
    sources = list(dict.fromkeys(c.source for c in programme.conditions if c.source))
    whole = not _impossible(programme, sources, node_limit, whole=False)
    if whole and not _impossible(programme, sources, node_limit, whole=True):
        return []

    def impossible(chosen: Sequence[str]) -> bool:
        return _impossible(programme, chosen, node_limit, whole=whole)

    return _smallest(sources, [], impossible)


def contradicts(programme: Programme, source: str, *, node_limit: int = NODE_LIMIT) -> bool:
    """Return whether it is proven that a number cannot be true together with all others."""
    every = {condition.source for condition in programme.conditions if condition.source}
    others = every - {source}
    return any(
        _impossible(programme, every, node_limit, whole=whole) for whole in (False, True)
    ) and not _impossible(programme, others, node_limit, whole=False)


def _conflict_text(programme: Programme, node_limit: int) -> str:
    found = conflicting(programme, node_limit=node_limit)
    if not found:
        return (
            f"survey {programme.survey.name!r} of spec.toml has no people who answer as its "
            f"codebook says, whatever is published. Correct 'asked_if' or the base."
        )
    people = f"{programme.survey.base:,} people as spec.toml describes them"
    if len(found) == 1:
        return (
            f"no {people} can give one published number of survey {programme.survey.name!r}: "
            f"{found[0]}. Check its transcription, its population and the bases in spec.toml, or "
            f"mark it as contradicted in its note."
        )
    return (
        f"the published numbers of survey {programme.survey.name!r} cannot all be true together "
        f"with {people}. Leave out any one of these and the others can be: {'; '.join(found)}. "
        f"Check their transcription and populations, or mark one as contradicted in its note."
    )


def _smallest(candidates: list[str], needed: list[str], impossible: Any) -> list[str]:
    """Return a conflict among the candidates of which none can be left out (QuickXplain)."""
    if needed and impossible(needed):
        return []
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    from_second = _smallest(second, needed + first, impossible)
    from_first = _smallest(first, needed + from_second, impossible)
    return from_first + from_second


def _impossible(
    programme: Programme, sources: Iterable[str], node_limit: int, *, whole: bool
) -> bool:
    """Return whether it is proven that no people meet the conditions of some sources."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    matrix, low, high = _conditions(programme, {"", *sources})
    result = milp(
        np.zeros(programme.size),
        integrality=np.full(programme.size, int(whole)),
        bounds=Bounds(np.zeros(programme.size), programme.upper),
        constraints=LinearConstraint(matrix, low, high),
        options={"node_limit": node_limit, "presolve": True},
    )
    return int(result.status) == 2


def _conditions(
    programme: Programme, sources: set[str] | None = None
) -> tuple[csr_array[Any], NDArray[np.float64], NDArray[np.float64]]:
    kept = [c for c in programme.conditions if sources is None or c.source in sources]
    return _matrix(kept, programme.size)


def _matrix(
    kept: list[Condition], size: int
) -> tuple[csr_array[Any], NDArray[np.float64], NDArray[np.float64]]:
    from scipy.sparse import csr_array

    if not kept:
        return csr_array((0, size)), np.zeros(0), np.zeros(0)
    starts = np.concatenate([[0], np.cumsum([len(c.indices) for c in kept])]).astype(int)
    matrix = csr_array(
        (
            np.concatenate([c.factors for c in kept]),
            np.concatenate([c.indices for c in kept]),
            starts,
        ),
        shape=(len(kept), size),
    )
    matrix.sum_duplicates()
    return matrix, np.array([c.low for c in kept]), np.array([c.high for c in kept])


# ------------------------------------------------------------------ fractions of people


def _relaxed(programme: Programme) -> NDArray[np.float64] | None:
    """Return fractions of people near the middle of what prints as published, or None."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_array, csr_array, eye_array, hstack

    matrix, low, high = _conditions(programme)
    any_people = milp(
        np.zeros(programme.size),
        bounds=Bounds(np.zeros(programme.size), programme.upper),
        constraints=LinearConstraint(matrix, low, high),
    )
    if any_people.x is None:
        return None
    wishes, targets, costs = _wishes(programme, any_people.x[programme.root].sum(axis=1))
    count, size = wishes.shape
    slack = hstack([eye_array(count), -eye_array(count)])
    blank = csr_array((matrix.shape[0], 2 * count))
    everything: Any = block_array([[matrix, blank], [wishes, slack]], format="csr")
    cost = np.concatenate([_cost_of_no_answer(programme), costs, costs])
    result = milp(
        cost,
        bounds=Bounds(
            np.zeros(size + 2 * count),
            np.concatenate([programme.upper, np.full(2 * count, np.inf)]),
        ),
        constraints=LinearConstraint(
            everything,
            np.concatenate([low, targets]),
            np.concatenate([high, targets]),
        ),
    )
    return np.asarray((any_people if result.x is None else result).x[:size], dtype=float)


def _wishes(
    programme: Programme, in_cells: NDArray[np.float64]
) -> tuple[csr_array[Any], NDArray[np.float64], NDArray[np.float64]]:
    """Return sums, one a row, what they are best near to, and what a person off each costs."""
    shares = _weight_shares(programme)
    rows = [Condition(indices, factors, 0.0, 1.0) for indices, factors, _ in programme.aims]
    rows += [
        Condition(indices, factors, 0.0, _INDEPENDENCE)
        for block in [programme.root[None, None], *_all_answers(programme)]
        for counts in block.reshape(-1, len(shares))
        if len(shares) > 1
        for indices, factors in _off_shares(counts, shares)
    ]
    even = in_cells / max(in_cells.sum(), 1)
    rows += [
        Condition(indices, factors, 0.0, _EVEN_STRATA)
        for block in _all_answers(programme)
        if len(even) > 1
        for answer in block.reshape(-1, *programme.root.shape)
        for indices, factors in _off_even(answer, even)
    ]
    matrix, _, costs = _matrix(rows, programme.size)
    targets = np.zeros(len(rows))
    targets[: len(programme.aims)] = [target for _, _, target in programme.aims]
    return matrix, targets, costs


def _all_answers(programme: Programme) -> list[NDArray[np.int64]]:
    return [blocks.answers for blocks in programme.blocks.values()]


def _off_shares(
    counts: NDArray[np.int64], shares: NDArray[np.float64]
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Return how far each of some counts is from its share of their sum."""
    return [
        (counts, (np.arange(len(counts)) == k).astype(float) - share)
        for k, share in enumerate(shares)
    ]


def _off_even(
    answer: NDArray[np.int64], even: NDArray[np.float64]
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Return how far each cell's people are from their share of an answer."""
    width = answer.shape[1]
    return [
        (answer.ravel(), np.repeat((np.arange(len(even)) == cell).astype(float) - share, width))
        for cell, share in enumerate(even)
    ]


def _weight_shares(programme: Programme) -> NDArray[np.float64]:
    """Return shares of the weight values with mean 1 where possible, middling ones the largest."""
    weights = programme.weights
    if len(weights) == 1:
        return np.ones(1)
    spread = max(float(np.ptp(weights)) / 4, 1e-9)
    shape = np.exp(-(((weights - 1) / spread) ** 2) / 2)
    low, high = -50.0, 50.0
    for _ in range(200):
        tilt = (low + high) / 2
        shares = shape * np.exp(tilt * (weights - 1))
        shares /= shares.sum()
        low, high = (tilt, high) if shares @ weights < 1 else (low, tilt)
    return np.asarray(shares)


def _cost_of_no_answer(programme: Programme) -> NDArray[np.float64]:
    cost = np.zeros(programme.size)
    for name, blocks in programme.blocks.items():
        for i, category in enumerate(programme.codebook[name].categories):
            if not category.valid:
                cost[blocks.answers[i]] = _NO_ANSWER
    return cost


# ------------------------------------------------------------------ whole people


def _whole(
    programme: Programme,
    preferences: list[Condition],
    fractions: NDArray[np.float64],
    widening: float,
    node_limit: int,
) -> tuple[NDArray[np.int64] | None, bool]:
    """Return whole people within a distance of the fractions, and whether none are proven."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    matrix, low, high = _matrix([*programme.conditions, *preferences], programme.size)
    fractions = np.clip(
        np.where(np.abs(fractions - np.round(fractions)) < 1e-6, np.round(fractions), fractions),
        0,
        programme.upper,
    )
    nearest = np.clip(0.5 - (fractions - np.floor(fractions)), -0.5, 0.5)
    result = milp(
        nearest,
        integrality=np.ones(programme.size, dtype=int),
        bounds=Bounds(
            np.maximum(np.floor(fractions) - widening, 0),
            np.minimum(np.ceil(fractions) + widening, programme.upper),
        ),
        constraints=LinearConstraint(matrix, low, high),
        options={"node_limit": node_limit, "mip_rel_gap": 0.5, "presolve": True},
    )
    if result.x is None:
        return None, int(result.status) == 2
    people = np.round(result.x).astype(np.int64)
    sums = matrix @ people
    if np.any(sums < low - 1e-9) or np.any(sums > high + 1e-9):
        return None, False
    return people, False
