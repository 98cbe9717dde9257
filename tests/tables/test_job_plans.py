from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, OptionError
from welfarestats.tables.job_plans import (
    _banner_of,
    answers_of_book,
    asked_about,
    codebook_with_nets,
    plan_of,
)
from welfarestats.tables.job_requests import (
    BannerRequest,
    FilterRequest,
    Job,
    NetRequest,
    Setting,
    TableRequest,
)

CODEBOOK = [
    ws.Question("sex", categories=[ws.Category(1, "Female"), ws.Category(2, "Male")]),
    ws.Question("q7_pay", categories=[ws.Category(1, "Yes"), ws.Category(2, "No")]),
    ws.Question("q7_hours", categories=[ws.Category(1, "Yes"), ws.Category(2, "No")]),
    ws.Question("age", kind="scale"),
]
FRAME = pd.DataFrame(
    {"sex": [1, 2] * 100, "q7_pay": [1, 2] * 100, "q7_hours": 1, "age": range(200), "w": 1.0}
)
SURVEY = ws.Survey(FRAME, weights="w", codebook=CODEBOOK)
BARE = ws.Survey(FRAME, weights="w")


def tables(*names: str, **more) -> TableRequest:
    return TableRequest(tuple((name, f"cell {name}") for name in names), place="here", **more)


def job(*requests: TableRequest, **parts) -> Job:
    settings = {"weights": Setting("w", "here")}
    return Job(Path("job.toml"), settings, requests, **parts)


def test_every_name_is_a_table_and_a_pattern_all_that_match_it():
    plan = plan_of(job(tables("age"), tables("q7_*")), SURVEY)
    assert plan.stubs == {"age": "age", "q7_pay": "q7_pay", "q7_hours": "q7_hours"}


def test_a_star_is_every_question_of_the_codebook():
    assert list(plan_of(job(tables("*")), SURVEY).stubs) == ["sex", "q7_pay", "q7_hours", "age"]


def test_a_question_that_another_entry_names_is_left_to_it():
    plan = plan_of(job(tables("*"), tables("q7_pay", title="Pay")), SURVEY)
    assert list(plan.stubs) == ["sex", "q7_hours", "age", "q7_pay"]
    assert plan.titles == {"q7_pay": "Pay"}


def test_a_question_of_a_grid_still_has_a_table_of_its_own_by_a_pattern():
    plan = plan_of(job(tables("q7_*"), tables("q7_pay", "q7_hours", name="q7")), SURVEY)
    assert plan.stubs == {
        "q7_pay": "q7_pay",
        "q7_hours": "q7_hours",
        "q7": ["q7_pay", "q7_hours"],
    }


def test_a_grid_keeps_a_question_that_has_a_table_of_its_own_too():
    plan = plan_of(job(tables("q7_pay"), tables("q7_*", name="q7")), SURVEY)
    assert plan.stubs == {"q7_pay": "q7_pay", "q7": ["q7_pay", "q7_hours"]}


def test_a_net_does_not_make_its_question_the_only_one():
    nets = (NetRequest("sex", "Everyone", (1, 2), "here"),)
    made = job(tables("*", "!age"), nets=nets)
    names = asked_about(made, BARE)
    survey = ws.Survey(FRAME, weights="w", codebook=codebook_with_nets(made, BARE))
    assert list(plan_of(made, survey, names).stubs) == ["sex", "q7_pay", "q7_hours"]


def test_a_question_can_be_left_out():
    assert list(plan_of(job(tables("*", "!q7_*", "!age")), SURVEY).stubs) == ["sex"]


def test_without_a_codebook_every_column_but_those_of_the_design_is_a_question():
    plan = plan_of(job(tables("*", "!age")), BARE)
    assert list(plan.stubs) == ["sex", "q7_pay", "q7_hours"]


def test_an_identifier_that_a_pattern_meets_is_refused():
    sentence = r"cell \*: column 'age' has 200 different values .* It matches '\*': leave it out with '!age'"
    with pytest.raises(DataError, match=sentence):
        plan_of(job(tables("*")), BARE)


def test_a_banner_holds_questions_and_pairs_that_are_crossed():
    banner = (BannerRequest(("sex",), "a"), BannerRequest(("q7_pay", "sex"), "b"))
    assert plan_of(job(tables("age"), banner=banner), SURVEY).banner == ("sex", ("q7_pay", "sex"))


def test_filters_reach_the_tables_they_name_and_those_of_their_entry():
    own = FilterRequest("sex", ("Female",), "here")
    named = FilterRequest("q7_pay", (1,), "there", "age")
    plan = plan_of(job(tables("q7_*", filters=(own,)), tables("age"), filters=(named,)), SURVEY)
    assert plan.filters == {
        "q7_pay": {"sex": ["Female"]},
        "q7_hours": {"sex": ["Female"]},
        "age": {"q7_pay": [1]},
    }


def test_a_filter_without_a_table_is_that_of_the_book():
    made = job(tables("age"), filters=(FilterRequest("sex", ("Female",), "here"),))
    assert plan_of(made, SURVEY).filters == {}
    assert answers_of_book(made, SURVEY) == {"sex": ["Female"]}


def test_nets_join_those_of_the_codebook_by_code_or_label():
    nets = (NetRequest("sex", "Everyone", (1, "Male"), "here"),)
    codebook = codebook_with_nets(job(tables("sex"), nets=nets), SURVEY)
    assert [(net.label, net.codes) for net in codebook["sex"].nets] == [("Everyone", (1, 2))]


def test_nets_declare_a_question_that_only_the_data_know():
    nets = (NetRequest("sex", "Everyone", ("1", "2"), "here"),)
    codebook = codebook_with_nets(job(tables("sex"), nets=nets), BARE)
    assert [one.label for one in codebook["sex"].categories] == ["1", "2"]
    assert codebook["sex"].nets[0].codes == (1, 2)


@pytest.mark.parametrize(
    ("requests", "parts", "sentence"),
    [
        ([tables("agee")], {}, r"cell agee: no question named 'agee' in the codebook. Did you mean 'age'\?"),
        ([tables("q8_*")], {}, "cell q8_\\*: no question matches 'q8_\\*'"),
        ([tables("age"), tables("age")], {}, "here: there are two tables 'age'. Keep one"),
        ([tables("age"), tables("sex", name="age")], {}, "here: there are two tables 'age'"),
        ([tables("age", "age")], {}, "cell age: question 'age' stands twice. Name it once"),
        ([tables("*", "!*")], {}, "job.toml leaves every question out"),
        ([tables("q7_*", "!q7_*", name="q7")], {}, "here: table 'q7' has no question left"),
        ([tables("age", "!q8")], {}, "cell !q8: no question matches 'q8'"),
        ([tables("q7_*", title="Both")], {}, "here: a title is that of one table, and 2 questions"),
        ([tables("age")], {"banner": (BannerRequest(("sexx",), "cell A2"),)},
         r"cell A2: no question named 'sexx' in the codebook. Did you mean 'sex'\?"),
        ([tables("age")], {"filters": (FilterRequest("sex", ("Femal",), "cell C2"),)},
         r"cell C2: question 'sex' has no answer 'Femal'; .* Did you mean 'Female'\?"),
        ([tables("age")], {"filters": (FilterRequest("sx", ("Female",), "cell C2"),)},
         r"cell C2: no question named 'sx' in the codebook. Did you mean 'sex'\?"),
        ([tables("age")], {"filters": (FilterRequest("age", (5,), "cell C2"),)},
         "cell C2: 'age' is a scale, which has no answers to filter by"),
        ([tables("age")], {"filters": (FilterRequest("sex", (1,), "cell C2", "agee"),)},
         r"cell C2: there is no table 'agee'. Did you mean 'age'\?"),
        ([tables("age")], {"filters": (FilterRequest("sex", (1,), "a"), FilterRequest("sex", (2,), "b"))},
         "b: 'sex' filters 'the book' twice"),
    ],
)  # fmt: skip
def test_what_a_job_asks_for_in_vain_names_its_place(requests, parts, sentence):
    made = job(*requests, **parts)
    with pytest.raises((CodebookError, OptionError), match=sentence):
        (plan_of(made, SURVEY), answers_of_book(made, SURVEY))


@pytest.mark.parametrize(
    ("net", "sentence"),
    [
        (NetRequest("sx", "Any", (1,), "cell C2"), "cell C2: no question named 'sx'"),
        (NetRequest("sex", "Any", (7,), "cell C2"), "cell C2: question 'sex' has no answer 7"),
        (NetRequest("sex", "Female", (1,), "cell C2"), "cell C2: the labels of 'sex' must differ"),
    ],
)
def test_a_net_that_cannot_be_made_names_its_place(net, sentence):
    with pytest.raises(CodebookError, match=sentence):
        codebook_with_nets(job(tables("sex"), nets=(net,)), SURVEY)


def test_a_nested_banner_of_three_questions_is_refused_where_it_stands(tmp_path):
    with pytest.raises(OptionError, match="of two questions, the outer one first; 3 are named"):
        _banner_of(["region", "sex", "age"], "job.toml, banner, entry 2")
