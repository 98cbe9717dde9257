from __future__ import annotations

import json

import numpy as np
import pytest
import smallbase
from golden_cases import frame_of, golden_rows
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from welfarestats.errors import OptionError
from welfarestats.formulas.association import pearson, rao_scott, rao_scott_traces
from welfarestats.formulas.market_tests import spss_ctables_test


def one_stage(row):
    design = json.loads(row.design)
    fpc_is_a_size = design["fpc_is"] != "rate"
    return len(design["psu"]) < 2 and len(design["fpc"]) < 2 and fpc_is_a_size


def chisq_rows(statistic):
    return [
        row
        for row in golden_rows()
        if row.statistic == statistic
        and row.group in ("chisq", "chisq_sub")
        and one_stage(row)
        and "p" in row.extra
    ]


def cells_and_covariance(row):
    """The proportions of a table and their linearised covariance, written out from respondents."""
    frame, design = frame_of(row), json.loads(row.design)
    kept = frame[row.variable].notna() & frame[row.by].notna()
    if "subset" in row.extra:
        column, sign, value = row.extra["subset"].split(" ")
        texts = frame[column].astype(str)
        kept &= frame[column] > 0 if sign == ">" else (texts == value) == (sign == "==")
    w = frame[design["weights"]].to_numpy() * kept.to_numpy()
    rows = sorted(frame.loc[kept, row.variable].unique())
    columns = sorted(frame.loc[kept, row.by].unique())
    inside = np.column_stack(
        [(frame[row.variable] == r) & (frame[row.by] == c) for r in rows for c in columns]
    )
    p = (w[:, None] * inside).sum(axis=0) / w.sum()
    z = w[:, None] * (inside - p) / w.sum()
    stratum = frame[design["strata"]].to_numpy() if design["strata"] else np.zeros(len(frame))
    people = np.arange(len(frame))
    psu = frame[design["psu"][0]].to_numpy() if design["psu"] else people
    V = np.zeros((p.size, p.size))
    for label in np.unique(stratum):
        own = stratum == label
        totals = np.array([z[own & (psu == unit)].sum(axis=0) for unit in np.unique(psu[own])])
        n = len(totals)
        fraction = n / frame[design["fpc"][0]][own].iloc[0] if design["fpc"] else 0.0
        spread = totals - totals.mean(axis=0)
        V += (1 - fraction) * n / (n - 1) * spread.T @ spread
    return p.reshape(len(rows), len(columns)), V, int(kept.sum())


@pytest.mark.parametrize("row", chisq_rows("chisq_F"), ids=lambda row: row.words)
def test_second_order_tests_are_those_of_svychisq(row):
    cells, V, n = cells_and_covariance(row)
    freedom = row.extra["ddf"] / row.df
    result = rao_scott(cells, V, base=n, degrees_of_freedom=freedom)
    assert result.method == "rao-scott-second-order"
    found = (result.statistic, result.df1, result.df2)
    assert found == pytest.approx((row.value, row.df, row.extra["ddf"]), rel=1e-9)
    assert result.p_value == pytest.approx(row.extra["p"], rel=1e-8)


@pytest.mark.parametrize("row", chisq_rows("chisq_Chisq"), ids=lambda row: row.words)
def test_first_order_tests_are_those_of_svychisq(row):
    cells, V, n = cells_and_covariance(row)
    result = rao_scott(cells, V, base=n, degrees_of_freedom=50, order="first")
    assert result.df1 == row.df
    assert result.df2 == np.inf
    assert result.p_value == pytest.approx(row.extra["p"], rel=1e-8)


def test_enough_tables_were_compared():
    assert len(chisq_rows("chisq_F")) >= 30
    assert len(chisq_rows("chisq_Chisq")) >= 22


@pytest.mark.parametrize("group", ["two", "rxc"])
def test_pearson_is_that_of_r(group):
    rows = smallbase.cases("chi2_pearson", group)
    assert len(rows) == {"two": 8, "rxc": 4}[group]
    for row in rows:
        x, n, y, m = (row[name] for name in ("x", "n", "x2", "n2"))
        result = pearson(row["extra"].get("table", [[x, n - x], [y, m - y]]))
        found = (result.statistic, result.df1, result.p_value)
        assert found == pytest.approx((row["statistic"], row["df"], row["p_value"]), rel=1e-9)


def test_pearson_by_hand():
    # expected 6, 4, 6, 4
    result = pearson([[8, 2], [4, 6]])
    assert result.statistic == pytest.approx(4 / 6 + 4 / 4 + 4 / 6 + 4 / 4)
    assert (result.df1, result.df2, result.method) == (1, np.inf, "pearson")


tables = arrays.arrays(np.int64, (3, 3), elements=st.integers(1, 60)).map(lambda t: t.astype(float))


def simple_covariance(cells, n):
    p = cells.ravel()
    return (np.diag(p) - np.outer(p, p)) / n


@given(x=st.integers(1, 39), y=st.integers(1, 59))
def test_chi_squared_of_a_two_by_two_table_is_z_squared(x, y):
    z = spss_ctables_test(x / 40, y / 60, weighted_base_a=40, weighted_base_b=60)
    result = pearson([[x, 40 - x], [y, 60 - y]])
    assert result.statistic == pytest.approx(float(z.statistic) ** 2, rel=1e-9, abs=1e-12)
    assert result.p_value == pytest.approx(float(z.p_value), rel=1e-6)


@given(table=tables)
def test_a_simple_random_sample_needs_no_correction(table):
    n = table.sum()
    cells = table / n
    plain = pearson(table)
    first = rao_scott(
        cells, simple_covariance(cells, n), base=n, degrees_of_freedom=9, order="first"
    )
    second = rao_scott(cells, simple_covariance(cells, n), base=n, degrees_of_freedom=9)
    assert first.statistic == pytest.approx(plain.statistic, rel=1e-7, abs=1e-9)
    assert second.statistic == pytest.approx(plain.statistic / 4, rel=1e-7, abs=1e-9)
    assert (second.df1, second.df2) == pytest.approx((4, 36), rel=1e-7)


@given(table=tables, deff=st.floats(0.5, 5))
def test_a_design_effect_shared_by_all_cells_divides_the_statistic(table, deff):
    n = table.sum()
    cells = table / n
    V = simple_covariance(cells, n)
    one = rao_scott(cells, V, base=n, degrees_of_freedom=20)
    other = rao_scott(cells, deff * V, base=n, degrees_of_freedom=20)
    assert other.statistic * deff == pytest.approx(one.statistic, rel=1e-9)
    assert other.df1 == pytest.approx(one.df1, rel=1e-9)


@given(table=tables)
def test_rows_and_columns_may_change_places_and_the_base_does_not_matter(table):
    n = table.sum()
    cells = table / n
    V = simple_covariance(cells, n / 1.7)
    one = rao_scott(cells, V, base=n, degrees_of_freedom=20)
    again = rao_scott(cells, V, base=1, degrees_of_freedom=20)
    order = np.arange(9).reshape(3, 3).T.ravel()
    turned = rao_scott(cells.T, V[np.ix_(order, order)], base=n, degrees_of_freedom=20)
    for other in (again, turned):
        assert other.statistic == pytest.approx(one.statistic, rel=1e-7, abs=1e-9)
        assert other.df1 == pytest.approx(one.df1, rel=1e-7)


def test_traces_are_those_of_the_matrix_of_contrasts():
    random = np.random.default_rng(3)
    cells = random.dirichlet(np.ones(12), 5).reshape(5, 3, 4)
    factor = random.normal(size=(5, 12, 40))
    covariance = factor @ factor.transpose(0, 2, 1)
    # Any basis of the differences of differences does.
    contrasts = np.kron(np.diff(np.eye(3), axis=0), np.diff(np.eye(4), axis=0)).T
    for p, V, found in zip(
        cells, covariance, rao_scott_traces(cells, covariance, base=[200] * 5), strict=True
    ):
        scaled = contrasts / p.reshape(-1, 1)
        delta = np.linalg.solve(contrasts.T @ scaled / 200, scaled.T @ V @ scaled)
        assert found[1:] == pytest.approx([np.trace(delta), np.trace(delta @ delta)], rel=1e-9)


def test_the_covariance_of_counts_does_as_well_where_no_cell_is_empty():
    random = np.random.default_rng(4)
    factor = random.normal(size=(12, 40))
    p = random.dirichlet(np.ones(12))
    of_counts = factor @ factor.T
    away = np.eye(12) - np.outer(p, np.ones(12))
    of_shares = away @ of_counts @ away.T
    every = [rao_scott_traces([p.reshape(3, 4)], [V], base=[9]) for V in (of_counts, of_shares)]
    np.testing.assert_allclose(every[0], every[1], rtol=1e-9)


def test_an_empty_row_or_column_changes_nothing():
    cells = np.array([[13, 4], [22, 12]]) / 51
    wide = np.array([[13, 0, 4], [0, 0, 0], [22, 0, 12]]) / 51
    for order in ("first", "second"):
        asked = {"base": 51, "degrees_of_freedom": 50, "order": order}
        one = rao_scott(cells, simple_covariance(cells, 51), **asked)
        other = rao_scott(wide, simple_covariance(wide, 51), **asked)
        assert other.statistic == pytest.approx(one.statistic, rel=1e-9)
        assert other.p_value == pytest.approx(one.p_value, rel=1e-9)
    assert pearson(wide).statistic == pytest.approx(pearson(cells).statistic, rel=1e-12)


def test_a_table_of_one_row_tests_nothing():
    one = rao_scott([[0.4, 0.6]], np.eye(2), base=9, degrees_of_freedom=8)
    assert np.isnan([one.statistic, one.df1, one.df2, one.p_value]).all()
    assert np.isnan(pearson([[3, 0], [5, 0]]).p_value)
    missing = rao_scott(
        np.full((2, 2), 0.25), np.full((4, 4), np.nan), base=9, degrees_of_freedom=8
    )
    assert np.isnan(missing.p_value)


def test_no_degrees_of_freedom_leave_the_p_value_blank():
    cells = np.array([[13, 4], [22, 12]]) / 51
    result = rao_scott(cells, simple_covariance(cells, 51), base=51, degrees_of_freedom=0)
    assert np.isnan(result.p_value)


def test_cells_that_do_not_vary_between_psus_test_nothing():
    result = rao_scott(
        [[0.3, 0.2], [0.1, 0.4]], np.zeros((4, 4)), base=40, degrees_of_freedom=0, order="second"
    )
    assert np.isnan([result.statistic, result.df1, result.df2, result.p_value]).all()


def test_a_question_by_itself_tests_nothing():
    p = np.diag([0.2, 0.3, 0.5]).ravel()
    result = rao_scott(
        p.reshape(3, 3), (np.diag(p) - np.outer(p, p)) / 90, base=90, degrees_of_freedom=89
    )
    assert np.isnan([result.statistic, result.df1, result.df2, result.p_value]).all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(
        OptionError, match=r"2 × 3 cells needs a covariance matrix of 6 × 6, and 4 × 4"
    ):
        rao_scott(np.full((2, 3), 1 / 6), np.eye(4), base=9, degrees_of_freedom=8)
    with pytest.raises(OptionError, match=r"an array of 1 dimensions was given"):
        pearson([1, 2, 3])
    with pytest.raises(OptionError, match=r"order cannot be 'third'"):
        rao_scott(np.full((2, 2), 0.25), np.eye(4), base=9, degrees_of_freedom=8, order="third")
