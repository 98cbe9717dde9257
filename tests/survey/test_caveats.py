from __future__ import annotations

import copy
import pickle

import pandas as pd
import pytest
from toy_tables import TEN, ten

import welfarestats as ws
from welfarestats.errors import CodebookError, OptionError
from welfarestats.survey.caveats import Caveat
from welfarestats.survey.sidecars import sidecar_from_text, sidecar_text

WORK = Caveat("Work is as the respondent sees it.", "works", "questionnaire, page 3")


def survey() -> ws.Survey:
    return ten(caveats=["The sample is small.", WORK])


def test_a_caveat_is_its_text_and_knows_its_questions_and_source() -> None:
    assert WORK == "Work is as the respondent sees it."
    assert (WORK.scope, WORK.source) == (("works",), "questionnaire, page 3")
    assert WORK.applies_to(["sex", "works"])
    assert WORK.applies_to(["sex > works"])
    assert not WORK.applies_to(["sex"])
    assert Caveat("Of everything.").applies_to([])


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_a_copy_is_about_the_same(copied) -> None:
    assert (copied(WORK), copied(WORK).scope, copied(WORK).source) == (
        str(WORK),
        WORK.scope,
        WORK.source,
    )


def test_a_caveat_is_carried_to_whatever_shows_its_questions_and_to_nothing_else() -> None:
    about = ws.crosstab(survey(), "works", "sex", style="none")
    other = ws.crosstab(survey(), "help", "sex", style="none")
    shown = [about.to_html(), about.to_markdown(), str(about), " ".join(about.sentences())]
    estimates = ws.estimate_proportions(survey(), "works", by="sex")
    shown += [repr(estimates), estimates._repr_html_()]
    for text in shown:
        assert str(WORK) in text
        assert "The sample is small." in text
    apart = ws.estimate_proportions(survey(), "help")
    for text in (other.to_html(), str(other), " ".join(other.sentences()), repr(apart)):
        assert str(WORK) not in text
        assert "The sample is small." in text


def test_a_question_in_the_banner_brings_its_caveats() -> None:
    assert str(WORK) in str(ws.crosstab(survey(), "help", "works", style="none"))


def test_a_picture_has_the_caveats_of_its_questions_in_it() -> None:
    chart = ws.crosstab(survey(), "works", "sex", style="none").plot()
    assert chart.lines_below[-2:] == ("The sample is small.", str(WORK))
    assert str(WORK) not in ws.crosstab(survey(), "help", "sex", style="none").plot().lines_below


def test_a_number_in_a_text_brings_the_caveats_of_its_cell() -> None:
    table = ws.crosstab(survey(), "works", "sex", style="none")
    share = table.to_frame().query("banner == 'Total' and stub_category == 'Yes'")["proportion"]
    text = f"Of all, {100 * share.iloc[0]:.0f} per cent were in work: yes."
    told = ws.check_prose(text, table)
    (number,) = [one for one in told.checked if one.kind == "percent"]
    assert number.caveats == ("The sample is small.", str(WORK))
    assert f"To be said with it: {WORK}" in number.comment()
    assert str(WORK) in told.to_frame()["caveats"].iloc[0]
    report = ws.load_report("ehd-2025")
    check = ws.check_prose("Of customers, 96% felt able to be honest with the EHP.", report)
    assert any(one.caveats for one in check.checked)


def stacked() -> ws.Survey:
    frame = pd.DataFrame({"id": range(60), "ready": ["Yes", "No"] * 30, "other": ["a", "b"] * 30})
    said = [Caveat("Asked by telephone.", ["ready"]), Caveat("Of the other one.", ["other"])]
    waves = {
        "one": ws.Survey(frame, sample="attempted_census", caveats=said),
        "two": ws.Survey(frame[10:], sample="attempted_census"),
    }
    return ws.stack_waves(waves, person="id")


def test_waves_and_the_same_people_keep_their_caveats() -> None:
    flows = ws.gross_flows(stacked(), "ready")
    pages = [grid.notes for grid in flows._grids()]
    pages.append(ws.trend_chart(stacked(), "ready", "Yes").notes)
    bounds = [grid.notes for grid in ws.change_bounds(stacked(), "ready")._grids()]
    for notes in (*pages, *bounds):
        assert "Asked by telephone." in notes
        assert "Of the other one." not in notes
    for notes in (*pages, *bounds):
        assert any("an attempted census, not a random sample" in note for note in notes)


def test_caveats_are_kept_with_the_file() -> None:
    again = sidecar_from_text(sidecar_text(survey(), 10), "answers.parquet").design["caveats"]
    found = ws.Survey(TEN, caveats=again, codebook=survey().codebook).facts.caveats
    assert found == survey().facts.caveats
    assert [one.scope for one in found] == [(), ("works",)]
    assert found[1].source == WORK.source


def test_a_report_says_which_of_its_lines_a_caveat_is() -> None:
    report = ws.load_report("ehd-2025")
    first = report.caveats_of("wave1")[0]
    assert first.source == f"ehd-2025, line {report.caveats[0].line}"


def test_a_caveat_of_a_figure_stands_below_tables_of_its_questions_only() -> None:
    report = ws.load_report("ehd-2025")
    omitted = "1 Work Coach was unsure to all of the statements of Figure 3.2.7"
    advisers = report.survey("advisers")
    notes = {
        name: " ".join(ws.crosstab(advisers, name).grid.notes)
        for name in ("customers_willing", "role")
    }
    assert omitted in notes["customers_willing"]
    assert omitted not in notes["role"]
    changes = "Changes in scores may be a result of the EHD"
    scopes = {
        name: [c.scope for c in report.caveats_of(name) if c.startswith(changes)]
        for name in report.surveys
    }
    assert scopes["wave2"] == [("workability_score_after",)]
    assert scopes["referrals"] == [("workability_score_change",)]
    assert scopes["wave1"] == scopes["advisers"] == []


@pytest.mark.parametrize("text", ["", "  ", None, 5])
def test_a_caveat_says_something(text) -> None:
    with pytest.raises(OptionError, match="a caveat is a sentence, and one without text"):
        ten(caveats=[text])


def test_a_caveat_is_about_questions_that_exist() -> None:
    with pytest.raises(CodebookError, match=r"is about 'wroks', which is no .*mean 'works'"):
        ten(caveats=[Caveat("Mind this.", ["wroks"])])
    with pytest.raises(OptionError, match=r"has the key 'txt'; it takes 'text'.*mean 'text'"):
        ten(caveats=[{"txt": "Mind this."}])


def test_a_caveat_may_be_given_as_a_table_of_its_own() -> None:
    (found,) = ten(caveats={"text": "Mind this.", "scope": "works"}).facts.caveats
    assert (found, found.scope) == ("Mind this.", ("works",))
    with pytest.raises(OptionError, match="the scope of a caveat is the names of questions, not 5"):
        ten(caveats=[{"text": "Mind this.", "scope": 5}])
