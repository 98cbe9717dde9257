"""Each check of a file, alone."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.errors import OptionError
from welfarestats.survey.column_facts import column_entries
from welfarestats.survey.file_checks import (
    RowKeys,
    codebook_findings,
    duration_findings,
    identifier_findings,
    quota_findings,
    quota_rows,
    weight_findings,
)


def records(**columns: list):
    return ws.Survey(pd.DataFrame(columns))._records()


def found(findings) -> dict[str, int | None]:
    return {one.check: one.count for one in findings}


def test_each_wrong_weight_is_counted_once():
    of = records(w=[1.0, 0.0, -2.0, None, math.inf, -math.inf, 1.0])
    assert found(weight_findings("w", of, 5)) == {
        "weights missing": 1,
        "weights infinite": 2,
        "weights negative": 1,
        "weights zero": 1,
    }


def test_weights_are_extreme_over_a_multiple_of_their_mean():
    of = records(w=[1.0] * 99 + [100.0])
    (centred, extreme) = weight_findings("w", of, 5)
    assert centred.message.startswith("The mean weight is 1.99, not 1.")
    assert extreme.message == (
        "1 weight is more than 5 times the mean; the largest is 50.3 times the mean."
    )
    assert found(weight_findings("w", of, 60)) == {"weights not centred": None}


def test_weights_that_are_no_numbers_are_one_finding():
    (one,) = weight_findings("w", records(w=["a", "b"]), 5)
    assert one.check == "weights unreadable"
    assert "holds text where numbers are needed" in one.message


def test_speeders_are_under_a_share_of_the_median():
    of = records(d=[10.0] * 9 + [3.3, 3.4, -1.0, None])
    assert found(duration_findings("d", of, 1 / 3)) == {"durations missing": 2, "speeders": 1}
    assert found(duration_findings("d", of, 0.5)) == {"durations missing": 2, "speeders": 2}
    assert found(duration_findings("d", records(d=[None, None]), 0.5)) != {}
    assert found(duration_findings("d", records(d=["x", "y"]), 0.5)) == {"durations unreadable": 2}


def test_identifiers_stand_once():
    of = records(i=["a", "a", "a", "b", "b", None, "c"])
    findings = list(identifier_findings("i", column_entries("i", of), of))
    assert found(findings) == {"missing identifiers": 1, "duplicate identifiers": 3}
    assert findings[1].message == (
        "3 respondents have the identifier of an earlier one; 2 identifiers in all."
    )


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([1, 2, None])), min_size=2))
def test_repeated_rows_are_rows_less_different_rows(rows):
    of = records(a=[one for one, _ in rows], b=[other for _, other in rows])
    keys = RowKeys(len(rows))
    for name in ("a", "b"):
        keys.add(column_entries(name, of))
    count = found(keys.findings(of)).get("duplicate rows", 0)
    assert count == len(rows) - len(set(rows))


def test_rows_of_many_columns_are_alike_for_no_chance():
    random = np.random.default_rng(0)
    columns = {f"c{i}": random.integers(0, 9, 50).tolist() for i in range(12)}
    of = records(**{name: [*values, values[0]] for name, values in columns.items()})
    keys = RowKeys(51)
    for name in columns:
        keys.add(column_entries(name, of))
    (one,) = keys.findings(of)
    assert one.count == 1
    assert "by chance" not in one.message
    assert one.message.startswith("1 row repeats an earlier row in all 12 columns")


def test_a_codebook_and_the_data_may_each_have_more():
    codebook = ws.Codebook([ws.Question("works"), ws.Question("age")])
    findings = list(codebook_findings(codebook, ["work", "age", "w", "x"], {"w": "weights"}))
    assert [(one.check, one.column) for one in findings] == [
        ("not in the data", "works"),
        ("not in the codebook", ""),
    ]
    assert findings[0].message.endswith("Did you mean 'work'?")
    assert findings[1].message == "2 of 4 columns are not in the codebook: 'work', 'x'."
    assert list(codebook_findings(ws.Codebook(), ["a"], {})) == []


def test_a_quota_is_short_or_it_is_met():
    quotas = quota_rows({"a": {"x": 3, "y": 1}}, records(a=["x", "x", "y", "y"]))
    (short,) = quota_findings(quotas)
    assert short.message == "x: 2 achieved of 3, 1 short."
    assert quota_rows(None, records(a=["x", "y"])) == []


@pytest.mark.parametrize("target", [True, "3", None, math.nan])
def test_a_target_is_a_number(target):
    with pytest.raises(OptionError, match="a number of respondents, 0 or more"):
        quota_rows({"a": {"x": target}}, records(a=["x", "y"]))
