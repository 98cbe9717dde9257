from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.published.break_even import (
    Bases,
    DesignEffects,
    Extreme,
    PairVerdict,
    critical_value,
    least_base,
    pair_verdict,
    share_interval,
)
from welfarestats.published.printed import prints_as

TOKENS = st.one_of(
    st.integers(0, 100).map(str),
    st.integers(1, 999).map(lambda tenths: f"{tenths / 10:.1f}"),
    st.just("*"),
)
SMALL_BASES = st.tuples(st.integers(10, 60), st.integers(10, 60))
REGIONS = st.lists(SMALL_BASES, min_size=1, max_size=4)


def cross(o: Bases, a: Bases, b: Bases) -> float:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def inside(point: Bases, vertices: list[tuple[int, int]]) -> bool:
    """Whether a point is in one of the triangles, segments or points between vertices."""
    for corners in itertools.combinations_with_replacement(vertices, 3):
        sides = [cross(corners[i], corners[(i + 1) % 3], point) for i in range(3)]
        in_box = all(
            min(c[axis] for c in corners) <= point[axis] <= max(c[axis] for c in corners)
            for axis in (0, 1)
        )
        if in_box and (all(side >= 0 for side in sides) or all(side <= 0 for side in sides)):
            return True
    return False


def whole_bases_in(vertices: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every pair of whole numbers in the convex set, found by looking at each."""
    highest = [max(vertex[axis] for vertex in vertices) for axis in (0, 1)]
    lowest = [min(vertex[axis] for vertex in vertices) for axis in (0, 1)]
    return [
        point
        for point in itertools.product(*(range(lowest[i], highest[i] + 1) for i in (0, 1)))
        if inside(point, vertices)
    ]


def statistics_by_trying(
    printed: tuple[str, str],
    bases: list[tuple[int, int]],
    effects: DesignEffects,
    steps: int = 6,
) -> np.ndarray:
    """The statistic at a grid of shares, design effects and every pair of bases."""
    found = []
    grids = [np.linspace(*share_interval(token), steps) for token in printed]
    n_a, n_b = np.array(bases, dtype=float).T
    for p_a, p_b in itertools.product(*grids):
        if p_a == p_b:
            found.append(np.zeros(1))
            continue
        spreads = [p * (1 - p) for p in (p_a, p_b)]
        d_a, d_b = (
            np.linspace(min(effects.lowest(p), effects.highest), effects.highest, steps)
            for p in (p_a, p_b)
        )
        variance = d_a[:, None, None] * spreads[0] / n_a + d_b[None, :, None] * spreads[1] / n_b
        with np.errstate(divide="ignore"):
            found.append((abs(p_a - p_b) / np.sqrt(variance)).ravel())
    return np.concatenate(found)


@settings(max_examples=150, deadline=None)
@given(
    printed=st.tuples(TOKENS, TOKENS),
    vertices=REGIONS,
    lowest_factor=st.sampled_from([0.2, 0.9, 1.5]),
    highest=st.sampled_from([1.5, 2.0, 4.0]),
)
def test_no_point_of_the_set_beats_the_extremes(printed, vertices, lowest_factor, highest):
    effects = DesignEffects(lowest_factor, highest)
    found = pair_verdict(*printed, vertices, design_effects=effects)
    tried = statistics_by_trying(printed, whole_bases_in(vertices), effects)
    assert tried.min() >= found.smallest.statistic * (1 - 1e-12)
    assert tried.max() <= found.largest.statistic * (1 + 1e-12)
    if found.verdict == "never":
        assert not (tried >= found.critical).any()
    if found.verdict == "always":
        assert (tried > found.critical).all()


@settings(max_examples=150, deadline=None)
@given(printed=st.tuples(TOKENS, TOKENS), vertices=REGIONS)
def test_the_extremes_are_points_of_the_set(printed, vertices):
    """So neither verdict is given away: the smallest and largest statistic can occur."""
    effects = DesignEffects()
    found = pair_verdict(*printed, vertices)
    for extreme in (found.smallest, found.largest):
        for share, token in zip(extreme.shares, printed, strict=True):
            low, high = share_interval(token)
            assert low <= share <= high
        for share, effect in zip(extreme.shares, extreme.design_effects, strict=True):
            assert effects.lowest(share) <= effect <= effects.highest
        segments = itertools.combinations_with_replacement(vertices, 2)
        assert any(
            math.isclose(
                math.dist(extreme.bases, u) + math.dist(extreme.bases, v),
                math.dist(u, v),
                rel_tol=1e-7,
                abs_tol=1e-4,
            )
            for u, v in segments
        )


@settings(deadline=None)
@given(
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    step=st.floats(0, 1),
    bases=SMALL_BASES,
    constant=st.tuples(st.booleans(), st.booleans()),
)
def test_the_statistic_grows_as_the_shares_move_apart(shares, step, bases, constant):
    """The second fact of the module's docstring, at random points."""

    def statistic(higher: float, lower: float) -> float:
        effects = tuple(
            2.0 if flat else 3.6 * p * (1 - p)
            for flat, p in zip(constant, (higher, lower), strict=True)
        )
        return Extreme((higher, lower), effects, bases).statistic

    higher, lower = max(shares), min(shares)
    here = statistic(higher, lower)
    assert statistic(higher + step * (1 - higher), lower) >= here * (1 - 1e-9)
    assert statistic(higher, lower - step * lower) >= here * (1 - 1e-9)


@settings(deadline=None)
@given(printed=st.tuples(TOKENS, TOKENS), vertices=REGIONS)
def test_break_evens_are_in_order_and_say_what_the_bases_need(printed, vertices):
    found = pair_verdict(*printed, vertices)
    middle = found.break_even_design_effect
    assert found.break_even_low <= middle * (1 + 1e-9)
    assert middle <= found.break_even_high * (1 + 1e-9)
    if len(set(vertices)) == 1:
        assert found.bases == vertices[0]


@settings(deadline=None)
@given(printed=st.tuples(TOKENS, TOKENS), bases=SMALL_BASES)
def test_at_the_break_even_the_statistic_is_the_critical_value(printed, bases):
    found = pair_verdict(*printed, [bases])
    effect = found.break_even_design_effect
    if not 0 < effect < math.inf:
        return
    shares = tuple(0.0025 if token == "*" else float(token) / 100 for token in printed)
    at_it = Extreme(shares, (effect, effect), bases).statistic
    assert at_it == pytest.approx(critical_value(0.95))


@settings(deadline=None)
@given(printed=st.tuples(TOKENS, TOKENS), level=st.sampled_from([0.9, 0.95, 0.99]))
def test_the_least_base_is_enough_and_one_less_is_not(printed, level):
    needed = least_base(*printed, level=level)
    shares = tuple(0.0025 if token == "*" else float(token) / 100 for token in printed)
    if needed is None:
        assert shares[0] == shares[1]
        return

    def significant(base: int) -> bool:
        return Extreme(shares, (1.0, 1.0), (base, base)).statistic > critical_value(level)

    assert significant(needed)
    assert needed == 10 or not significant(needed - 1)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), people=st.tuples(st.integers(10, 80), st.integers(10, 80)))
def test_what_weighted_people_give_lies_between_the_extremes(seed, people):
    """Print two weighted percentages, and look whether their own statistic is allowed for."""
    random = np.random.default_rng(seed)
    shares, variances, in_range = [], [], True
    for n, chance in zip(people, random.uniform(0.05, 0.95, 2), strict=True):
        answers = random.random(n) < chance
        weights = random.uniform(0.6, 1.6, n) * np.where(answers, random.uniform(0.7, 1.4), 1)
        share = float(np.average(answers, weights=weights))
        residuals = weights * (answers - share) / weights.sum()
        variance = n / (n - 1) * float(np.sum(residuals**2))
        shares.append(share)
        variances.append(variance)
        spread = share * (1 - share)
        in_range &= spread > 0 and 3.6 * spread <= variance * n / spread <= 2
    if not in_range:
        return
    printed = [f"{math.floor(100 * share + 0.5)}" for share in shares]
    found = pair_verdict(*printed, [people])
    statistic = abs(shares[0] - shares[1]) / math.sqrt(sum(variances))
    assert found.smallest.statistic <= statistic * (1 + 1e-9)
    assert statistic <= found.largest.statistic * (1 + 1e-9)


def test_a_pair_by_hand():
    found = pair_verdict("43", "38", [(419, 419)])
    assert found.verdict == "never"
    assert found.largest.shares == (0.435, 0.375)
    assert found.largest.design_effects == pytest.approx((3.6 * 0.435 * 0.565, 3.6 * 0.375 * 0.625))
    by_hand = 0.06 / math.sqrt(3.6 * ((0.435 * 0.565) ** 2 + (0.375 * 0.625) ** 2) / 419)
    assert found.largest.statistic == pytest.approx(by_hand)
    assert found.smallest.statistic == pytest.approx(
        0.04 / math.sqrt(2 * (0.425 * 0.575 + 0.385 * 0.615) / 419)
    )
    assert found.break_even_design_effect == pytest.approx(
        0.05**2 / (1.959963985**2 * (0.43 * 0.57 + 0.38 * 0.62) / 419)
    )
    assert str(found.largest) == (
        "|0.435 − 0.375| / √(0.8848 × 0.435 × 0.565 / 419 + 0.8438 × 0.375 × 0.625 / 419) = 1.906"
    )


def test_the_least_variance_may_lie_inside_an_edge():
    ends = [(10, 90), (90, 10)]
    found = pair_verdict("50", "40", ends)
    # Neyman's allocation of 100 people, for standard deviations of √D_a √(p_a q_a) = c p_a q_a.
    spreads = 0.505 * 0.495, 0.395 * 0.605
    assert found.largest.bases == pytest.approx([100 * one / sum(spreads) for one in spreads])
    at_the_ends = [pair_verdict("50", "40", [end]).largest.statistic for end in ends]
    assert found.largest.statistic > max(at_the_ends)
    assert found.smallest.bases in ends


@pytest.mark.parametrize(
    ("printed", "bases", "verdict"),
    [
        (("47", "13"), (250, 200), "always"),
        (("47", "46"), (250, 200), "never"),
        (("47", "38"), (250, 200), "depends"),
        (("47", "47"), (10_000, 10_000), "never"),
        (("47", "47"), (100_000, 100_000), "depends"),
        (("100", "0"), (30, 30), "always"),
        (("*", "*"), (100, 100), "depends"),
    ],
)
def test_verdicts(printed: tuple[str, str], bases: Bases, verdict: str):
    assert pair_verdict(*printed, [bases]).verdict == verdict
    assert pair_verdict(*reversed(printed), [bases[::-1]]).verdict == verdict


def test_every_vertex_counts():
    always, never = (900, 800), (40, 30)
    assert pair_verdict("47", "38", [always]).verdict == "always"
    assert pair_verdict("47", "38", [never]).verdict == "never"
    assert pair_verdict("47", "38", [always, never]).verdict == "depends"


def test_a_direction_that_the_rounding_leaves_open_breaks_even_at_nothing():
    assert pair_verdict("47", "47", [(500, 500)]).break_even_low == 0
    touching = pair_verdict("47", "48", [(500, 500)])
    assert touching.break_even_low == 0
    assert touching.smallest.statistic == 0
    assert touching.largest.shares == (0.465, 0.485)


def test_a_base_that_may_be_under_ten_is_not_tested():
    found = pair_verdict("90", "10", [(9, 300), (400, 300)])
    assert found.verdict == "untestable"
    assert math.isnan(found.break_even_design_effect)
    assert found.largest is None
    # Nobody is a tenth of a person: above nine means at least ten.
    assert pair_verdict("90", "10", [(9.4, 300), (400, 300)]).verdict != "untestable"


def test_the_settings_matter():
    pair = ("47", "38", [(419, 419)])
    assert pair_verdict(*pair).verdict == "depends"
    assert pair_verdict(*pair, level=0.9999).verdict == "never"
    assert pair_verdict(*pair, design_effects=DesignEffects(0.9, 1.0)).verdict == "always"
    assert str(DesignEffects()) == "design effects from 0.9 × 4pq to 2"


def test_star_is_above_zero_and_below_a_half():
    assert share_interval("*") == (0, 0.005)
    assert share_interval("0") == (0, 0.005)
    assert share_interval("100") == (0.995, 1)
    low, high = share_interval("15.9")
    assert prints_as(100 * low, "15.9")
    assert not prints_as(100 * high, "15.9")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pair_verdict("120", "13", [(50, 50)]), "between 0 and 100"),
        (lambda: pair_verdict("47", "13", []), "no pair of bases"),
        (lambda: pair_verdict("47", "13", [(50, 50)], level=95), "level"),
        (lambda: least_base("47", "13", design_effect=0), "design_effect"),
        (lambda: DesignEffects(3.0, 2.0), "lowest_factor"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words: str):
    with pytest.raises(OptionError, match=words):
        call()


def test_without_a_verdict_there_are_no_numbers():
    empty = PairVerdict("untestable", 1.96)
    assert all(math.isnan(base) for base in empty.bases)
    assert empty.bases_needed is None
