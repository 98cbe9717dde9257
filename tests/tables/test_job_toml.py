from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.tables.job_toml import job_from_toml

SMALL = 'data = "people.csv"\nstubs = ["readiness"]\n'


def job(tmp_path, text: str):
    path = tmp_path / "job.toml"
    path.write_text(text, encoding="utf-8")
    return job_from_toml(path)


def test_a_small_job_is_a_file_and_a_question(tmp_path):
    made = job(tmp_path, SMALL)
    assert made.settings["data"].value == "people.csv"
    assert [one.questions[0][0] for one in made.tables] == ["readiness"]
    assert made.banner == made.filters == made.nets == ()


def test_every_kind_of_entry_is_read(tmp_path):
    made = job(
        tmp_path,
        """data = "people.csv"
banner = ["sex", ["region", "sex"]]
filter = { region = ["North", 2] }
[[stubs]]
name = "grid"
questions = ["a", "b"]
title = "A grid"
filter = { sex = "Female" }
[[nets]]
question = "a"
label = "Any"
codes = [1, 2]
[design]
strata = ["region", "office"]
[options]
level = 0.9
total = false
""",
    )
    (table,) = made.tables
    assert [name for name, _ in table.questions] == ["a", "b"]
    assert (table.name, table.title, table.filters[0].answers) == ("grid", "A grid", ("Female",))
    assert [one.questions for one in made.banner] == [("sex",), ("region", "sex")]
    assert made.filters[0].answers == ("North", 2)
    assert (made.nets[0].label, made.nets[0].codes) == ("Any", (1, 2))
    assert made.section("options") == {"level": 0.9, "total": False}
    assert made.section("design") == {"strata": ("region", "office")}


def test_one_text_is_a_list_of_one(tmp_path):
    made = job(tmp_path, 'data = "p.csv"\nstubs = "*"\nbanner = "sex"\n')
    assert made.tables[0].questions[0][0] == "*"
    assert made.banner[0].questions == ("sex",)


def test_the_job_of_the_documentation_is_a_job(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "books.md"
    (text,) = re.findall(r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(job(tmp_path, text).tables) == 5


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("data = ", "job.toml is not valid TOML"),
        ('data = "p.csv"', "job.toml has no 'stubs'. Add them"),
        (SMALL + "weights = 'w'", r"job.toml: 'weights' stands at the top; it belongs in \[design\]"),
        (SMALL + "baner = 'sex'", r"job.toml: 'baner' is not a known key; .* Did you mean 'banner'\?"),
        (SMALL + "[design]\nwieghts = 'w'", r"job.toml, \[design\]: 'wieghts' is not a known key; .* Did"),
        (SMALL + "[options]\nlevel = 'high'", r"job.toml, \[options\]: 'level' is a number, found text"),
        (SMALL + "design = 5", r"job.toml, \[design\] is a table of keys, found a number"),
        ("data = 'p.csv'\nstubs = 5", "job.toml: 'stubs' is a list, found a number"),
        ("stubs = ['a', 5]", "job.toml, entry 2 of 'stubs' is the name of a question, a pattern or"),
        ("stubs = ['a', ' ']", "job.toml, entry 2 of 'stubs': a question is text in quotes, found nothing"),
        ("stubs = [{ name = 'a' }]", "job.toml, entry 1 of 'stubs' has no 'questions'"),
        ("stubs = [{ question = 'a' }]", r"entry 1 of 'stubs': 'question' is not a known key; .* 'questions'\?"),
        ("stubs = [{ questions = [] }]", "'questions' is a name or a list of names, found an empty list"),
        ("stubs = [{ questions = 'a', title = 3 }]", "'title' is text in quotes, found a number"),
        (SMALL + "banner = [['a', 'b', 'c']]", "entry 1 of 'banner' is the name .* found a list of 3"),
        (SMALL + "banner = [5]", "entry 1 of 'banner' is the name of a question, .* found a number"),
        (SMALL + "filter = 5", "job.toml, 'filter' is a table such as .* found a number"),
        (SMALL + "filter = { sex = [] }", "job.toml, 'filter': 'sex' is an answer or a list of answers, found an empty"),
        (SMALL + "nets = 'a'", "job.toml: 'nets' is a list, found text"),
        (SMALL + "nets = ['a']", "job.toml, entry 1 of 'nets' is a table, found text"),
        (SMALL + "nets = [{ question = 'a', label = 'b' }]", "entry 1 of 'nets' has no 'codes'. Add it"),
        (SMALL + "nets = [{ question = 'a', label = 'b', code = 1 }]", r"'code' is not a known key; .* 'codes'\?"),
    ],
)  # fmt: skip
def test_a_wrong_job_says_where_it_is_wrong(tmp_path, text, sentence):
    with pytest.raises(OptionError, match=sentence):
        job(tmp_path, text)


def test_a_job_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "job.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OptionError, match=r"job.toml is not UTF-8 text"):
        job_from_toml(path)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS = ("data", "stubs", "banner", "filter", "nets", "design", "options", "output", "odd")


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
def test_whatever_a_job_holds_it_is_read_or_refused_in_a_sentence(tmp_path_factory, content):
    import tomli_w

    text = tomli_w.dumps(_without_none(content))
    path = tmp_path_factory.mktemp("job") / "job.toml"
    path.write_text(text, encoding="utf-8")
    assert read_or_refused(path)


def read_or_refused(path) -> bool:
    try:
        return job_from_toml(path).path == path
    except OptionError as error:
        return "job.toml" in str(error)


def _without_none(value):
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_none(one) for one in value if one is not None]
    return value
