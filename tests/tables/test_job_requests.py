from __future__ import annotations

from pathlib import Path

import pytest

from welfarestats.errors import DataError, OptionError
from welfarestats.tables.job_requests import (
    BannerRequest,
    Job,
    Setting,
    TableRequest,
    checked_key,
    checked_setting,
    setting_keys,
)


def job(**changes) -> Job:
    parts = {
        "path": Path("job.toml"),
        "settings": {
            "weights": Setting("weight", "job.toml, [design]"),
            "psu": Setting(("office",), "sheet 'job', cell B4"),
            "percent": Setting("columns", "sheet 'job', cell B7"),
        },
        "tables": (TableRequest((("readiness", "sheet 'stubs', cell B2"),)),),
        "banner": (BannerRequest(("age",), "sheet 'banner', cell A2"),),
    }
    return Job(**(parts | changes))


def test_the_keys_of_the_design_are_those_of_a_survey_and_the_options_those_of_a_table():
    keys = setting_keys()
    assert {"weights", "strata", "psu", "fpc", "lonely_psu", "sample"} <= set(keys["design"])
    assert {"percent", "test", "level", "adjust", "style"} <= set(keys["options"])
    assert "codebook" not in keys["design"]
    assert "title" not in keys["options"]


def test_no_key_belongs_to_two_sections():
    keys = [key for section in setting_keys().values() for key in section]
    assert len(keys) == len(set(keys))


def test_an_unknown_key_is_refused_with_the_nearest_one():
    sentence = r"job.toml: 'wieghts' is not a known key; .* Did you mean 'weights'\?"
    with pytest.raises(OptionError, match=sentence):
        checked_key("wieghts", ["weights", "psu"], "job.toml")


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("level", "high", "here: 'level' is a number, found text"),
        ("level", True, "here: 'level' is a number, found true or false"),
        ("total", "no", "here: 'total' is true or false, found text"),
        ("data", 5, "here: 'data' is text, found a number"),
        ("data", " ", "here: 'data' is text, found nothing"),
        ("data", ["a"], "here: 'data' is text, found a list"),
        ("strata", [], "here: 'strata' is text or a list of texts, found an empty list"),
        ("strata", [1], "here: 'strata' is text or a list of texts, found a list"),
        ("weights", {}, "here: 'weights' is text, found a table"),
    ],
)
def test_a_value_of_another_kind_is_refused(key, value, sentence):
    with pytest.raises(OptionError, match=sentence):
        checked_setting(key, value, "here")


def test_a_key_that_may_have_several_values_always_has_a_tuple():
    assert checked_setting("strata", "region", "here").value == ("region",)
    assert checked_setting("strata", ["region", "office"], "here").value == ("region", "office")


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("there is no column 'weight' for the weights", "job.toml, [design]"),
        ("there is no column 'office' for the psu", "sheet 'job', cell B4"),
        ("percent cannot be 'columns'; it is one of", "sheet 'job', cell B7"),
        ("banner question 'age' is a scale", "sheet 'banner', cell A2"),
        ("nobody has an answer to 'readiness'", "sheet 'stubs', cell B2"),
        ("the file is empty", "job.toml"),
    ],
)
def test_an_error_says_where_in_the_job_its_cause_stands(message, place):
    with pytest.raises(DataError) as raised, job().blamed():
        raise DataError(message)
    assert str(raised.value) == f"{place}: {message}"


def test_a_section_has_its_own_values_only():
    assert job().section("design") == {"weights": "weight", "psu": ("office",)}
    assert job().section("options") == {"percent": "columns"}
