"""SPSS, Stata and SAS files give every row, and all that the file says of its columns."""

from __future__ import annotations

import datetime as dt
import sys

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from other_programs import run_r, shipped

from welfarestats.errors import DataError, DataWarning, OptionError
from welfarestats.survey.statistical_files import Variable, metadata_of, read_delivery


def delivery_of(path, encoding=None, columns=None):
    return read_delivery(path, metadata_of(path, encoding), columns)


def variable_of(delivery, name):
    return next(one for one in delivery.metadata.variables if one.name == name)


@pytest.fixture
def sav(tmp_path):
    path = tmp_path / "answers.sav"
    frame = pd.DataFrame(
        {
            "ready": [1.0, 8.0, 99.0, np.nan],
            "town": ["Ayr", None, "X", "Éire"],
            "day": [dt.date(2024, 5, 1), None, dt.date(2024, 5, 3), None],
            "hour": [dt.time(9, 30), None, dt.time(23, 59, 59), None],
        }
    )
    pyreadstat.write_sav(
        frame,
        path,
        file_label="A survey",
        note="a note",
        column_labels={"ready": "How ready?"},
        variable_value_labels={"ready": {8.0: "DK", 2.0: "Never", 1.0: "Yes"}},
        missing_ranges={"ready": [8, {"lo": 90, "hi": 99}], "town": ["X"]},
        variable_measure={"ready": "ordinal"},
    )
    return path


def test_labels_keep_the_order_of_the_file_and_missing_ranges_both_ends(sav):
    delivery = delivery_of(sav)
    ready = variable_of(delivery, "ready")
    assert list(ready.labels.items()) == [(8, "DK"), (2, "Never"), (1, "Yes")]
    assert (ready.label, ready.measure) == ("How ready?", "ordinal")
    assert sorted(ready.missing) == [(8, 8), (90, 99)]
    assert variable_of(delivery, "town").missing == (("X", "X"),)
    assert (delivery.metadata.label, delivery.metadata.notes) == ("A survey", ("a note",))


def test_missing_codes_stay_in_the_rows_and_every_row_is_there(sav):
    frame = delivery_of(sav).frame
    assert frame["ready"].tolist()[:3] == [1, 8, 99]
    assert frame["town"].isna().tolist() == [False, True, False, False]
    assert len(frame) == 4


def test_dates_are_dates_and_times_are_times(sav):
    frame = delivery_of(sav).frame
    assert frame["day"][0] == pd.Timestamp(2024, 5, 1)
    assert frame["day"].isna().tolist() == [False, True, False, True]
    assert frame["hour"][2] == dt.time(23, 59, 59)


def test_dates_beyond_the_year_9999_stay_numbers_with_a_warning(tmp_path):
    path = tmp_path / "far.sav"
    frame = pd.DataFrame({"day": [1e13, 1.4e10]})
    pyreadstat.write_sav(frame, path, variable_format={"day": "DATETIME20"})
    with pytest.warns(DataWarning, match="after the year 9999.*left as the numbers"):
        delivery = delivery_of(path)
    assert delivery.frame["day"].tolist() == [1e13, 1.4e10]


def test_a_range_holds_codes_of_its_own_kind_only():
    variable = Variable("q", missing=((float("-inf"), -1), (99, 99), ("X", "X")))
    missing = [variable.declares_missing(code) for code in (-5, -1, 0, 99, "X", "Y", "-5")]
    assert missing == [True, True, False, True, True, False, False]


def test_only_the_columns_asked_for_are_read_from_a_wide_file(tmp_path):
    path = tmp_path / "wide.sav"
    wide = pd.DataFrame(np.zeros((3, 2_500)), columns=[f"q{i}" for i in range(2_500)])
    pyreadstat.write_sav(wide, path)
    delivery = delivery_of(path, columns=["q7", "q2499"])
    assert list(delivery.frame) == ["q7", "q2499"]
    assert [one.name for one in delivery.metadata.variables] == ["q7", "q2499"]


def test_extended_missing_values_of_stata_get_codes_and_keep_their_labels(tmp_path):
    run_r(
        tmp_path,
        'a <- labelled(c(1, 2, tagged_na("a"), tagged_na("z"), NA, tagged_na("c")),'
        ' c(Yes = 1, No = 2, Refused = tagged_na("a"), "Don\'t know" = tagged_na("z")))\n'
        'write_dta(data.frame(a = a, i = c(1L, NA, 3L, 4L, 5L, 6L)), "tagged.dta")',
        "haven",
    )
    delivery = delivery_of(tmp_path / "tagged.dta")
    a = variable_of(delivery, "a")
    assert dict(a.labels) == {1: "Yes", 2: "No", -101: "Refused", -126: "Don't know", -103: ".c"}
    assert set(a.missing) == {(-101, -101), (-126, -126), (-103, -103)}
    assert delivery.frame["a"].tolist()[:4] == [1, 2, -101, -126]
    assert delivery.frame["i"].tolist()[2:] == [3, 4, 5, 6]


def test_codes_of_extended_missing_values_are_no_codes_that_the_column_has(tmp_path):
    path = tmp_path / "tagged.dta"
    frame = pd.DataFrame({"a": pd.Series([-101.0, 5.0, "b"], dtype=object)})
    pyreadstat.write_dta(frame, path, missing_user_values={"a": ["b"]})
    delivery = delivery_of(path)
    assert delivery.frame["a"].tolist() == [-101, 5, -1002]
    assert variable_of(delivery, "a").missing == ((-1002, -1002),)


@pytest.mark.parametrize("ending", ["sav", "dta", "sas7bdat"])
def test_what_haven_ships_is_read_whole(ending):
    frame = delivery_of(shipped("haven", "examples", f"iris.{ending}")).frame
    assert frame.shape == (150, 5)
    assert frame.iloc[149, 0] == pytest.approx(5.9, abs=1e-6)
    assert frame.iloc[:, 4].nunique() == 3


def test_what_foreign_ships_keeps_its_missing_code_apart():
    delivery = delivery_of(shipped("foreign", "files", "electric.sav"))
    day = variable_of(delivery, "DAYOFWK")
    assert delivery.frame.shape == (240, 13)
    assert (day.missing, day.labels[9]) == (((9, 9),), "MISSING")


def test_a_transport_file_is_read(tmp_path):
    path = tmp_path / "answers.xpt"
    frame = pd.DataFrame({"AGE": [30.0, 41.5], "SEX": ["F", "M"]})
    pyreadstat.write_xport(frame, path, column_labels=["Age in years", None])
    delivery = delivery_of(path)
    assert delivery.frame["SEX"].tolist() == ["F", "M"]
    assert variable_of(delivery, "AGE").label == "Age in years"


def test_text_in_another_encoding_than_declared_is_read_with_a_warning(sav):
    content = sav.read_bytes()
    assert "É".encode() in content
    sav.write_bytes(content.replace(b"\x05Never", b"\x05N\xe9ver"))
    with pytest.warns(DataWarning, match="it was read as WINDOWS-1252. Look at the labels"):
        delivery = delivery_of(sav)
    assert variable_of(delivery, "ready").labels[2] == "Néver"
    with pytest.raises(DataError, match="is not text in the encoding 'UTF-8'"):
        delivery_of(sav, "UTF-8")
    assert variable_of(delivery_of(sav, "WINDOWS-1252"), "ready").labels[2] == "Néver"


def test_codes_in_another_encoding_than_declared_do_not_end_the_process(tmp_path):
    path = tmp_path / "codes.sav"
    frame = pd.DataFrame({"town": ["Ayr", "Bath"]})
    pyreadstat.write_sav(frame, path, variable_value_labels={"town": {"Ayr": "Ayrshire"}})
    path.write_bytes(path.read_bytes().replace(b"Ayr     \x08", b"\xc9yr     \x08"))
    with pytest.warns(DataWarning, match="it was read as WINDOWS-1252"):
        assert list(metadata_of(path).variables[0].labels) == ["Éyr"]
    with pytest.raises(DataError, match="not text in the encoding 'UTF-8'"):
        metadata_of(path, "UTF-8")


def test_labels_in_utf_8_that_are_declared_to_be_something_else_are_noticed(tmp_path):
    path = tmp_path / "latin.sav"
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0]}), path, column_labels=["Zoë"])
    path.write_bytes(path.read_bytes().replace(b"UTF-8", b"CP819"))
    with pytest.warns(DataWarning, match=r"1 of 1 labels .* look like UTF-8.*encoding='UTF-8'"):
        metadata_of(path)
    assert metadata_of(path, "UTF-8").variables[0].label == "Zoë"


def test_an_encoding_that_does_not_exist_is_named(sav, tmp_path):
    with pytest.raises(OptionError, match="there is no encoding 'nonsense'"):
        metadata_of(sav, "nonsense")
    (tmp_path / "a.por").touch()
    with pytest.raises(OptionError, match=r"encoding= has no meaning for \.por files"):
        metadata_of(tmp_path / "a.por", "UTF-8")


@pytest.mark.parametrize("share", [0.05, 0.4, 0.8, 0.97])
@pytest.mark.parametrize("ending", ["sav", "zsav", "dta", "xpt"])
def test_a_file_that_is_cut_off_is_refused_in_a_sentence(tmp_path, ending, share):
    path = tmp_path / f"cut.{ending}"
    frame = pd.DataFrame({"A": np.arange(400.0), "B": [f"text {i}" for i in range(400)]})
    if ending == "dta":
        pyreadstat.write_dta(frame, path, column_labels=["a", "b"])
    elif ending == "xpt":
        pyreadstat.write_xport(frame, path)
    else:
        pyreadstat.write_sav(frame, path, compress=ending == "zsav")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    if ending == "xpt" and share > 0.1:
        # A transport file does not say how many rows it has: those that are there are read.
        assert len(delivery_of(path).frame) < 400
        return
    with pytest.raises(DataError, match=r"'cut\.\w+' (is not a readable|says that it has)"):
        delivery_of(path)


def test_a_file_that_claims_more_rows_than_it_can_hold_is_not_believed(sav):
    content = bytearray(sav.read_bytes())
    content[80:84] = (100_000_000).to_bytes(4, "little")
    sav.write_bytes(bytes(content))
    with pytest.raises(DataError, match=r"says that it has 100,000,000 rows, which a file of"):
        delivery_of(sav)


def test_a_file_without_rows_says_so(tmp_path):
    path = tmp_path / "none.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": [1.0]}).iloc[:0], path)
    with pytest.raises(DataError, match=r"'none\.sav' has no rows"):
        delivery_of(path)


def test_without_pyreadstat_the_message_names_the_extra(sav, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(OptionError, match=r"pip install 'welfarestats\[files\]'"):
        metadata_of(sav)
