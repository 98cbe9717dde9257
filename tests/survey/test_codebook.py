"""Codebooks: what may be declared, found and written to a file."""

from __future__ import annotations

import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, OptionError

YES_NO = [ws.Category(1, "Yes"), ws.Category(2, "No")]


def test_a_question_is_labelled_by_its_name_when_it_has_no_wording():
    assert ws.Question("work").label == "work"


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"categories": [ws.Category(1), ws.Category(1, "x")]}, "codes of question 'q' must dif"),
        ({"categories": [ws.Category(1), ws.Category("1", "x")]}, "'1' stands twice"),
        ({"categories": [*YES_NO, ws.Category(3, "Yes")]}, "labels of 'q' must differ; 'Yes'"),
        ({"categories": YES_NO, "nets": [ws.Net("Yes", (1, 2))]}, "labels of 'q' must differ"),
        ({"categories": YES_NO, "nets": [ws.Net("Any", (1, 3))]}, "codes without a category: '3'"),
        ({"categories": YES_NO, "nets": [ws.Net("Any", ())]}, "names no codes"),
        ({"columns": ["a"], "categories": YES_NO[:1]}, 'only kind="multiple" has one'),
        ({"kind": "multiple", "columns": ["a"], "categories": YES_NO}, "1 columns and 2 categor"),
    ],
)
def test_a_question_that_cannot_be(parts, sentence):
    with pytest.raises(CodebookError, match=sentence):
        ws.Question("q", **parts)


def test_a_kind_is_one_of_three():
    with pytest.raises(OptionError, match=r"kind cannot be 'singel'.*Did you mean 'single'\?"):
        ws.Question("q", kind="singel")


@pytest.mark.parametrize("reasons", ["dont_knw", ["dont_knw"]])
def test_reasons_that_count_in_the_base_are_known_ones(reasons):
    with pytest.raises(OptionError, match="Did you mean 'dont_know'"):
        ws.Question("q", base_includes=reasons)


def test_one_reason_needs_no_list():
    assert ws.Question("q", base_includes="dont_know").base_includes == ("dont_know",)


def test_answers_are_found_by_label_net_or_code_and_labels_come_first():
    question = ws.Question(
        "q",
        categories=[ws.Category(1, "2"), ws.Category(2, "Two"), ws.Category(3)],
        nets=[ws.Net("Any", (2, 3))],
    )
    assert question.positions("2") == (0,)
    assert question.positions(2) == (1,)
    assert question.positions("Two") == (1,)
    assert question.positions("Any") == (1, 2)
    assert question.positions([3.0, "Any", 1]) == (0, 1, 2)


def test_an_answer_that_does_not_exist_offers_the_nearest():
    with pytest.raises(CodebookError) as caught:
        ws.Question("work", categories=YES_NO).positions("yes")
    assert str(caught.value) == (
        "question 'work' has no answer 'yes'; it has 'Yes', 'No'. Did you mean 'Yes'?"
    )


def test_two_questions_cannot_have_one_name():
    with pytest.raises(CodebookError, match="names of the questions must differ; 'a' stands twice"):
        ws.Codebook([ws.Question("a"), ws.Question("a")])


def test_a_route_names_a_question_of_the_codebook():
    with pytest.raises(CodebookError, match=r"asked depending on 'wrk'.*Did you mean 'work'\?"):
        ws.Codebook([ws.Question("work"), ws.Question("pay", asked_if={"wrk": ["Yes"]})])


def test_a_question_that_does_not_exist_offers_the_nearest():
    with pytest.raises(CodebookError) as caught:
        ws.Codebook([ws.Question("support")])["suport"]
    assert str(caught.value) == (
        "no question named 'suport' in the codebook. Did you mean 'support'?"
    )


@pytest.mark.parametrize("other", [["a"], {"a": "x"}])
def test_a_codebook_is_made_of_questions(other):
    with pytest.raises(CodebookError, match=r"made of Question\(…\), not of 'str'"):
        ws.Codebook(other)


def test_one_question_is_a_codebook_and_a_path_is_not():
    assert len(ws.Codebook.of(ws.Question("a"))) == 1
    assert len(ws.Codebook.of(None)) == 0
    with pytest.raises(CodebookError, match=r"Codebook\.from_toml\('codes\.toml'\)"):
        ws.Codebook.of("codes.toml")


def test_a_codebook_in_toml_reads_back_without_loss(tmp_path):
    codebook = ws.Codebook(
        [
            ws.Question(
                "work",
                'Would you "like" to work?\nReally — £5?',
                categories=[
                    ws.Category(1, "Yes", score=1.0),
                    ws.Category(0, "No", score=0.0),
                    ws.Category(-9, "Ref.", missing="refused"),
                ],
                nets=[ws.Net("Either", (1, 0))],
                base_includes=("refused",),
            ),
            ws.Question("size", kind="scale", categories=[ws.Category(99.5, missing="dont_know")]),
            ws.Question(
                "help",
                kind="multiple",
                columns=["h1", "h2"],
                categories=[ws.Category("a", "Ä"), ws.Category("b", "True")],
                asked_if={"work": ["Yes", 0]},
            ),
            ws.Question("happy", categories=[ws.Category(True, "Ja"), ws.Category(False, "Nein")]),
        ]
    )
    path = tmp_path / "codebook.toml"
    codebook.to_toml(path)
    assert ws.Codebook.from_toml(path) == codebook
    assert [p.name for p in tmp_path.iterdir()] == ["codebook.toml"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[question]\nname = 1", r"codebook 'c\.toml' is not valid TOML"),
        ("[[questions]]\nname = 'a'", r"has 'questions' beside its \[\[question\]\] tables"),
        ("[[question]]\nlabel = 'a'", r"a \[\[question\]\] table has no name"),
        ("[[question]]\nname = 'a'\nlabl = 'x'", r"the key 'labl'.*Did you mean 'label'\?"),
        (
            "[[question]]\nname = 'a'\ncategories = [{code = 1, lable = 'x'}]",
            r"key 'lable', which a category does not have. Did you mean 'label'\?",
        ),
        ("[[question]]\nname = 'a'\ncategories = [{label = 'x'}]", r"question 'a' is incomplete"),
        ("[[question]]\nname = 'a'\ncategories = [1]", r"question 'a': 1 should be a table"),
    ],
)
def test_a_file_that_is_no_codebook(tmp_path, text, sentence):
    path = tmp_path / "c.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=sentence):
        ws.Codebook.from_toml(path)


def test_a_codebook_file_that_does_not_exist(tmp_path):
    with pytest.raises(CodebookError, match=r"there is no codebook file 'none\.toml'"):
        ws.Codebook.from_toml(tmp_path / "none.toml")


def test_a_codebook_file_in_another_encoding(tmp_path):
    path = tmp_path / "c.toml"
    path.write_bytes("[[question]]\nname = 'à'".encode("latin-1"))
    with pytest.raises(CodebookError, match="is not valid TOML"):
        ws.Codebook.from_toml(path)
