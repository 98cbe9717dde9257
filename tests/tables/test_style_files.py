from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import OptionError
from welfarestats.tables.bands import Band
from welfarestats.tables.style_presets import PRESETS, choose_style

MINE = """
name = "mine"
based_on = "default"
percent_sign = " per cent"
letters = "lower"
lower_case_level = 0.9
[[bands]]
minimum_base = 0
state = "unreliable"
[[bands]]
minimum_base = 60
state = "shown"
"""


def written(tmp_path, text: str):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_style_is_written_and_read_back_without_loss(tmp_path, name):
    path = PRESETS[name].to_toml(tmp_path / "style.toml")
    assert ws.HouseStyle.from_toml(path) == PRESETS[name]


def test_a_style_says_what_it_has_other_than_the_preset_it_is_based_on(tmp_path):
    style = ws.HouseStyle.from_toml(written(tmp_path, MINE))
    assert style == replace(
        choose_style("default"),
        name="mine",
        source="mine.toml, based on 'default'",
        percent_sign=" per cent",
        letters="lower",
        lower_case_level=0.9,
        bands=(Band(0, "unreliable"), Band(60, "shown")),
    )


def test_a_table_is_made_in_the_style_of_a_file(tmp_path):
    frame = pd.DataFrame({"sex": ["F"] * 61 + ["M"] * 59, "works": ["Yes", "No"] * 60})
    path = written(tmp_path, MINE)
    table = ws.crosstab(ws.Survey(frame), "works", "sex", style=str(path))
    shown = table.to_frame().set_index(["stub_category", "banner_category"])["display"]
    assert shown["Yes"].to_dict() == {"Total": "50 per cent", "F": "51 per cent", "M": "[u]"}
    assert any("50 per cent" in one for one in table.sentences())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "mine.toml is not valid TOML"),
        ('nmae = "a"', "mine.toml: 'nmae' is not a known key.*Did you mean 'name'"),
        ('name = "a"', "mine.toml has no 'source'. Add it, or name a preset"),
        ('based_on = "natcn"', "'based_on' cannot be 'natcn'.*Did you mean 'natcen'"),
        ('based_on = "default"\ndecimals = "1"', "'decimals' must be a whole number from 0, found"),
        ('based_on = "default"\ndecimals = -1', "'decimals' must be a whole number from 0"),
        ('based_on = "default"\nzero = 0', "mine.toml: 'zero' must be text, found a number"),
        ('based_on = "default"\nbases = "base"', "'bases' must be a list of texts, found text"),
        ('based_on = "default"\nflag_test_base = true', "must be a number, found true or false"),
        ('based_on = "default"\nhidden = "[c]"', "mine.toml: style 'mine' has the mark"),
        ('based_on = "default"\nletters = "lowest"', "mine.toml: letters cannot be 'lowest'"),
        ('based_on = "default"\nbands = 30', "'bands' must be a list of tables, found a number"),
        ('based_on = "default"\nbands = [30]', "'bands', number 1 must be a table, found a num"),
        (
            'based_on = "default"\n[[bands]]\nminimum_base = 0\nstat = "shown"',
            "mine.toml: 'bands', number 1: 'stat' is not a known key.*Did you mean 'state'",
        ),
        (
            'based_on = "default"\n[[bands]]\nminimum_base = 0\nstate = "shwon"',
            "mine.toml: 'bands', number 1: the state of a band cannot be 'shwon'",
        ),
        (
            'based_on = "default"\n[[bands]]\nstate = "shown"',
            "mine.toml: 'bands', number 1 has no 'minimum_base'. Add it.",
        ),
        (
            '[[reliability.rules]]\nmeasure = "widht"\ncomparison = ">"\nlimit = 1\nstate = "shown"',
            "'reliability': 'rules', number 1: the measure of a rule cannot be 'widht'",
        ),
    ],
)
def test_an_error_names_the_file_and_the_key(tmp_path, text, words):
    with pytest.raises(OptionError, match=words):
        ws.HouseStyle.from_toml(written(tmp_path, text))


def test_a_style_with_rules_of_its_own_says_nothing_of_those_of_its_preset(tmp_path):
    bands = '[[bands]]\nminimum_base = 0\nstate = "unreliable"\n'
    bands += '[[bands]]\nminimum_base = 40\nstate = "shown"\n'
    style = ws.HouseStyle.from_toml(written(tmp_path, f'based_on = "none"\n{bands}'))
    assert "No small-base rule" in PRESETS["none"].notes[0]
    assert style.notes == ()
    kept = ws.HouseStyle.from_toml(
        written(tmp_path, f'based_on = "none"\nnotes = ["Ours."]\n{bands}')
    )
    assert kept.notes == ("Ours.",)
    assert ws.HouseStyle.from_toml(written(tmp_path, 'based_on = "none"')).notes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("decimals = " + "1" * 5000, "mine.toml is not valid TOML: Exceeds the limit"),
        ("decimals = 1000000000", "decimals of style 'mine' is 1000000000. Pass a whole number fr"),
        (
            "mean_decimals = 99999999999999999999999",
            "mean_decimals .* is 99999999999999999999. Pass",
        ),
        ("x = " + "[" * 5000 + "]" * 5000, "mine.toml has lists within lists without end"),
        ("flag_test_base = nan", "flag_test_base of style 'mine' is nan. Pass 0 or more"),
        ("minimum_test_base = -5", "minimum_test_base of style 'mine' is -5. Pass 0 or more"),
        (
            "[[bands]]\nminimum_base = nan\nstate = 'shown'",
            r"begin at \[nan\]; one must begin at 0",
        ),
        (
            (
                "[[bands]]\nminimum_base = 0\nstate = 'shown'\n"
                "[[bands]]\nminimum_base = inf\nstate = 'shown'"
            ),
            r"begin at \[0, inf\]; one must begin at 0",
        ),
        ("flagged_form = 'x'", "flagged_form is 'x'; of curly brackets it must have '{figure}'"),
        ("flagged_form = '{0}'", r"flagged_form is '\{0\}'; of curly brackets"),
        ("flagged_form = '{figure.__class__}'", "flagged_form is '{figure.__class__}'; of curly"),
        ("flagged_form = '{figure:>99999999}'", "flagged_form is '{figure:>99999999}'; of curly"),
        ("flagged_form = '{figure'", "flagged_form is '{figure'; of curly brackets it must have"),
        ("count_form = '{cnt}'", "count_form is '{cnt}'; of curly brackets it must have '{count}'"),
        ("significance = '{p}'", "significance is '{p}'; of curly brackets it may have '{alpha}'"),
        ("[[bands]]\nminimum_base = 0\nstate = 'flagged'\nform = 'zzz'", "form of a band is 'zzz'"),
        (
            "[[bands]]\nminimum_base = 0\nstate = 'shown'\nform = '{figure}!'",
            "a form .* only a band that is flagged",
        ),
        (
            "hidden = ''",
            "the mark 'hidden' of style 'mine' is '': a cell that shows no figure says",
        ),
        ("zero = ' '", "the mark 'zero' of style 'mine' is ' '"),
        ('hidden = "[u]\\n[c]"', "the mark 'hidden' of style 'mine' is .* on one line"),
        ("source = ''", "a house style has no source"),
        ("missing_in_base = ['refuse']", "missing_in_base cannot be 'refuse'.*'refused'"),
        ("bases = ['base', 'base']", "style 'mine' prints a base twice: 'base', 'base'"),
        (
            (
                "[[count_reliability.rules]]\nmeasure = 'at_the_edge'\ncomparison = '>'\nlimit = 1\n"
                "state = 'shown'"
            ),
            "count_reliability of style 'mine' asks for 'at_the_edge', which counts and ratios do",
        ),
        (
            (
                "[[reliability.rules]]\nmeasure = 'numerator'\ncomparison = '>'\nlimit = 1\n"
                "state = 'shown'"
            ),
            "reliability of style 'mine' asks for 'numerator', which percentages do not have",
        ),
        (
            (
                "[[reliability.rules]]\nmeasure = 'width'\ncomparison = '>'\nlimit = nan\n"
                "state = 'shown'"
            ),
            "the limit of a rule is nan. Pass a number",
        ),
    ],
)
def test_a_file_may_hold_anything_and_is_told_what_is_wrong(tmp_path, text, words):
    with pytest.raises(OptionError, match=words):
        ws.HouseStyle.from_toml(written(tmp_path, f'based_on = "default"\n{text}'))


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path):
    with pytest.raises(OptionError, match=r"the house style 'no.toml' cannot be opened in"):
        choose_style(tmp_path / "no.toml")
    path = tmp_path / "odd.toml"
    path.write_bytes(b'name = "caf\xe9"')
    with pytest.raises(OptionError, match=r"odd.toml is not UTF-8 text"):
        choose_style(path)
