"""What a first user meets: messy files, codebooks by hand, warnings, pages."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.cli import main
from welfarestats.errors import CodebookError, DataError, DataWarning, DesignError, OptionError

YES_NO = ws.Question(
    "works",
    "Are you in work?",
    categories=[
        ws.Category(1, "Yes"),
        ws.Category(2, "No"),
        ws.Category(8, "Don't know", missing="dont_know"),
    ],
)


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a CSV file and return its path."""
    path = folder / "answers.csv"
    path.write_text(text, encoding=encoding)
    return path


def labels(survey: ws.Survey, name: str) -> list[str]:
    """Return the labels of the answers that the data have."""
    return [category.label for category in survey.describe_question(name).categories]


def test_none_in_a_csv_file_is_an_answer_and_na_is_not(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "benefit,age\nNone,31\nn/a,\nNA,40\nUC, \n,50\n")
    survey = ws.read_survey(path)
    assert labels(survey, "benefit") == ["None", "UC", "n/a"]
    assert ws.estimate_means(survey, "age").to_frame()["base"].tolist() == [3]


def test_spaces_around_an_answer_in_a_csv_file_make_no_second_answer(tmp_path: Path) -> None:
    survey = ws.read_survey(csv_file(tmp_path, "benefit\nUC\nUC \n UC\n   \n"))
    assert labels(survey, "benefit") == ["UC"]


def test_a_csv_file_with_a_name_twice_is_refused_not_renamed(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "sex,works,sex\nF,1,F\n", "utf-8-sig")
    with pytest.raises(DataError, match=r"'sex' as the name of several columns\. Rename"):
        ws.read_survey(path)


def test_a_csv_file_with_semicolons_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="separated by semicolons or tabs, not by commas"):
        ws.read_survey(csv_file(tmp_path, "sex;works\nF;1\n"))


def test_a_csv_file_with_commas_at_the_ends_of_its_rows_is_not_shifted(tmp_path: Path) -> None:
    frame = ws.read_survey(csv_file(tmp_path, "sex,works\nF,1,\nM,2,\n")).to_frame()
    assert frame.to_dict("list") == {"sex": ["F", "M"], "works": [1, 2]}
    with pytest.raises(DataError, match=r"1 row of .* with more entries than its header has names"):
        ws.read_survey(csv_file(tmp_path, "sex,works\nF,1,5\nM,2,\n"))


def test_a_file_from_excel_in_windows_1252_says_how_to_read_it(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "works\nDon’t know\nYes\n", "cp1252")
    with pytest.raises(DataError, match=r"is not UTF-8 text.*encoding='cp1252'"):
        ws.read_survey(path)
    assert ws.Survey(pd.read_csv(path, encoding="cp1252")).base == 2


def test_numbers_with_thousands_separators_are_called_text(tmp_path: Path) -> None:
    survey = ws.read_survey(csv_file(tmp_path, 'income\n"1,200"\n350\n'))
    with pytest.raises(DataError, match="'income' holds text where numbers are needed"):
        ws.estimate_means(survey, "income")


def test_labels_in_the_data_are_the_answers_of_a_codebook_with_codes() -> None:
    frame = pd.DataFrame({"works": ["Yes", "No", "Don't know", "Yes"]})
    cells = ws.crosstab(ws.Survey(frame, codebook=[YES_NO]), "works").to_frame()
    assert cells["stub_category"].tolist() == ["Yes", "No"]
    assert cells["count"].tolist() == [2, 1]
    assert cells["base"].tolist() == [3, 3]


def test_a_code_that_reads_like_a_label_stays_apart() -> None:
    score = ws.Question("score", categories=[ws.Category(1, "10"), ws.Category(2, "20")])
    frame = pd.DataFrame({"score": [1, 2, 10]})
    with pytest.warns(DataWarning, match="1 code without a label"):
        found = labels(ws.Survey(frame, codebook=[score]), "score")
    assert found == ["10", "20", "10 (code without a label)"]


def test_answers_that_look_alike_are_told_without_repeating_them() -> None:
    survey = ws.Survey(pd.DataFrame({"benefit": ["UC", "UC ", "uc", "ESA"]}))
    with pytest.warns(DataWarning, match=r"differ only in spaces or capitals \(2 of 4") as found:
        ws.crosstab(survey, "benefit")
    assert "UC" not in str(found[0].message)


def test_a_blank_answer_has_a_heading() -> None:
    assert labels(ws.Survey(pd.DataFrame({"works": ["", "Yes"]})), "works") == ["(blank)", "Yes"]


def test_a_domain_never_lists_what_people_wrote() -> None:
    frame = pd.DataFrame({"comment": ["My name is Anna Smith", "no"], "works": [1, 3]})
    survey = ws.Survey(frame, codebook=[YES_NO])
    with pytest.raises(CodebookError, match=r"nobody answered 'Ann'.* 2 different") as found:
        survey.domain(comment="Ann")
    assert "Smith" not in str(found.value)
    with (
        warnings.catch_warnings(action="ignore"),
        pytest.raises(CodebookError, match=r"has 'Yes', 'No', \"Don't know\"\. Did you mean 'Yes'"),
    ):
        survey.domain(works="Yess")


def test_the_base_of_a_domain_is_told_in_labels_and_a_mask_as_what_it_is() -> None:
    frame = pd.DataFrame({"works": [1.0, 2.0, 1.0, 2.0], "sex": ["F", "F", "M", "M"]})
    survey = ws.Survey(frame, codebook=[YES_NO])
    both = ws.crosstab(survey.domain(works=[1, "No"]), "sex")
    assert "Base: respondents with Are you in work?: Yes or No." in both.grid.subtitle
    chosen = ws.crosstab(survey.domain(frame["works"] == 1), "sex")
    assert "respondents with a condition set in the analysis (a mask)." in chosen.grid.subtitle


@pytest.mark.parametrize("sample", ["volunteer", "attempted_census"])
@pytest.mark.parametrize("versus", ["pairs", "total", "rest", "previous"])
def test_no_sentence_calls_a_difference_among_volunteers_significant(
    sample: str, versus: str
) -> None:
    frame = pd.DataFrame({"sex": ["F", "M"] * 100, "works": [1] * 150 + [2] * 50})
    survey = ws.Survey(frame, codebook=[YES_NO], sample=sample)
    page = ws.crosstab(survey, "works", "sex", versus=versus).to_html()
    assert "signific" not in page.lower()
    assert "Letters: indicative only" in page


def test_a_book_is_written_as_one_piece_of_html() -> None:
    survey = ws.Survey(pd.DataFrame({"sex": ["F", "M"], "works": [1, 2]}), codebook=[YES_NO])
    made = ws.book(survey, ["works", "sex"])
    assert made.to_html().count("<table") == 2
    assert made.to_html() == made._repr_html_()


def test_the_command_line_warns_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv_file(tmp_path, "benefit\nUC\nuc\n")
    with warnings.catch_warnings(action="always"):
        assert main(["crosstab", str(path), "--stub", "benefit"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("welfarestats: warning: question 'benefit' has answers that differ only")
    assert said.count("\n") == 1


def test_the_command_line_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"welfarestats {ws.__version__}\n"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: ws.Question("a", categories=["Yes"]),
            r"'a' is made of Category\(…\), not of 'str'",
        ),
        (
            lambda: ws.Question("a", categories={1: "Yes"}),
            r"'a' is made of Category\(…\), not of 'int'",
        ),
        (lambda: ws.Question("a", nets=["Yes"]), r"'a' is made of Net\(…\), not of 'str'"),
        (lambda: ws.Codebook(["a"]), r"a codebook is made of Question\(…\), not of 'str'"),
        (lambda: ws.Net("Agree", 1), r"net 'Agree' are a list, such as \[1, 2\], not 1"),
        (lambda: ws.Net("Agree", "12"), r"net 'Agree' are a list, such as \[1, 2\], not '12'"),
    ],
)
def test_a_codebook_of_other_things_says_what_it_is_made_of(
    make: Callable[[], object], sentence: str
) -> None:
    with pytest.raises(CodebookError, match=sentence):
        make()


def test_the_codes_of_a_net_are_matched_as_text() -> None:
    question = ws.Question("a", categories=[ws.Category("1", "Yes")], nets=[ws.Net("Any", [1.0])])
    assert question.positions("Any") == (0,)


def test_estimates_of_volunteers_say_that_they_are_indicative() -> None:
    frame = pd.DataFrame({"works": [1, 2] * 40})
    made = ws.estimate_proportions(ws.Survey(frame, sample="volunteer"), "works")
    assert repr(made).endswith("not a random sample: limits and tests are indicative only.")
    assert "limits and tests are indicative only" in made._repr_html_()
    assert "indicative" not in repr(ws.estimate_proportions(ws.Survey(frame), "works"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda frame: ws.estimate_proportions(frame, "works"),
        lambda frame: ws.estimate_means(frame, "works"),
        lambda frame: ws.estimate_totals(frame, "works"),
        lambda frame: ws.compare(frame, "works", by="sex"),
        lambda frame: ws.crosstab(frame, "works"),
        lambda frame: ws.book(frame, ["works"]),
    ],
)
def test_a_bare_frame_is_no_survey(ask: Callable[[pd.DataFrame], object]) -> None:
    with pytest.raises(OptionError, match="is made from a Survey, not from 'DataFrame'"):
        ask(pd.DataFrame({"works": [1, 2], "sex": [1, 2]}))


@pytest.mark.parametrize("routes", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "b"}])
def test_routing_in_a_circle_is_refused(routes: dict[str, str]) -> None:
    asked = {name: {other: [1]} for name, other in routes.items()}
    questions = [
        ws.Question(name, categories=[ws.Category(1)], asked_if=asked.get(name))
        for name in ("a", "b")
    ]
    with pytest.raises(CodebookError, match=r"leads back to itself, through .*asked_if"):
        ws.Codebook(questions)


def test_a_day_is_shown_without_its_midnight() -> None:
    days = pd.to_datetime(["2026-01-02", "2026-03-04"])
    assert labels(ws.Survey(pd.DataFrame({"day": days})), "day") == ["2026-01-02", "2026-03-04"]


def test_a_column_of_names_is_not_tabulated_by_mistake():
    frame = pd.DataFrame({"name": [f"Person {i}" for i in range(60)], "sex": ["F", "M"] * 30})
    for call in (ws.crosstab, ws.estimate_proportions):
        with pytest.raises(DataError, match="60 different values among 60 answers") as caught:
            call(ws.Survey(frame), "name")
        assert "Person" not in str(caught.value)


def test_a_stratum_that_is_a_person_is_not_named():
    frame = pd.DataFrame({"name": [f"Person {i}" for i in range(60)], "sex": ["F", "M"] * 30})
    with pytest.raises(DesignError, match=r"is it an identifier\?\) has only one PSU") as caught:
        ws.Survey(frame, strata="name")
    assert "Person" not in str(caught.value)


def test_limits_of_volunteers_are_labelled_indicative():
    survey = ws.Survey(pd.DataFrame({"sex": ["F", "M"] * 30}), sample="volunteer")
    methods = ws.estimate_proportions(survey, "sex").to_frame()["interval_method"]
    assert set(methods) == {"logit (indicative only: not a random sample)"}


def test_a_level_that_is_text_has_its_sentence():
    survey = ws.Survey(pd.DataFrame({"sex": ["F", "M"] * 30}))
    with pytest.raises(OptionError, match=r"level is a proportion above 0 and below 1"):
        ws.estimate_proportions(survey, "sex", level="0.95")


def test_the_command_line_takes_the_options_of_a_table(tmp_path, capsys):
    frame = pd.DataFrame({"sex": ["F", "M"] * 60, "works": ["Yes"] * 80 + ["No"] * 40, "w": 1.5})
    frame.to_csv(tmp_path / "a.csv", index=False)
    words = ["--weights", "w", "--weights-represent", "sample", "--test", "spss-ctables"]
    words += ["--adjust", "holm", "--versus", "rest"]
    file = str(tmp_path / "a.csv")
    assert main(["crosstab", file, "--stub", "works", "--banner", "sex", *words]) == 0
    assert "holm" in capsys.readouterr().out.lower()
