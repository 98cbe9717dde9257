"""Every way in which ``spec.toml`` can be wrong has its sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.errors import ReportError
from welfarestats.published.report import load_report
from welfarestats.published.specification import StatedRate, StatedSum, read_specification


def test_a_specification_is_read_as_it_stands(bare_toy: Path):
    surveys = read_specification(bare_toy / "spec.toml")
    assert list(surveys) == ["visits", "staff"]
    visits = surveys["visits"]
    assert (visits.base, visits.weights, visits.weights_represent) == (120, "weight", "sample")
    assert visits.populations["seen"].where == {"seen": ("Yes",)}
    assert visits.populations["seen"].candidate_bases == (76, 77)
    assert visits.populations["all"].base == 120
    assert visits.recipe is not None
    assert visits.recipe.counts[0].into == "barrier_count"
    assert visits.recipe.weights == (0.6, 0.8, 1.0, 1.2, 1.5)


def test_a_label_may_say_that_its_base_differs_by_question(bare_toy: Path):
    replace_in(bare_toy / "spec.toml", "base = 76\n", "base = 76\nbase_varies = true\n")
    populations = read_specification(bare_toy / "spec.toml")["visits"].populations
    assert populations["seen"].base_varies
    assert not populations["all"].base_varies


def test_sums_and_rates_are_read_as_they_stand(bare_toy: Path):
    stated = """
[[sums]]
total = "visits"
parts = ["visits-uc", "plan-base"]

[[rates]]
rate = "staff-agree-percent"
part = "staff-agree"
whole = "staff"
"""
    replace_in(bare_toy / "spec.toml", 'style = "none"\n', f'style = "none"\n{stated}')
    report = load_report(bare_toy)
    assert report.sums == (StatedSum("visits", ("visits-uc", "plan-base")),)
    assert report.rates == (StatedRate("staff-agree-percent", "staff-agree", "staff"),)


WRONG = {
    "an unknown table": (
        'style = "none"',
        'style = "none"\n[survey.x]',
        r"spec.toml: 'survey' is not a known key; .*Did you mean 'surveys'\?",
    ),
    "an unknown key of a survey": (
        'weights = "weight"',
        'weight = "weight"',
        r"\[surveys.visits\]: 'weight' is not a known key; .*Did you mean 'weights'\?",
    ),
    "a survey without a base": (
        "base = 17\n",
        "",
        r"\[surveys.staff\] has no 'base'. Add it.",
    ),
    "a base that is no whole number": (
        "base = 17",
        "base = 17.5",
        r"'base' must be a whole number, found a decimal number.",
    ),
    "a survey without microdata": (
        'microdata = "microdata/staff-synthetic.parquet"\n',
        "",
        r"\[surveys.staff\] has no 'microdata'. Add it.",
    ),
    "an origin that does not exist": (
        'microdata = "microdata/staff-synthetic.parquet"\norigin = "synthetic"',
        'microdata = "microdata/staff-synthetic.parquet"\norigin = "syntetic"',
        r"'origin' cannot be 'syntetic'; it is one of 'collected', 'synthetic'. Did you mean",
    ),
    "a sample that does not exist": (
        'sample = "volunteer"',
        'sample = "volunteers"',
        r"'sample' cannot be 'volunteers'; .*Did you mean 'volunteer'\?",
    ),
    "weights that represent nothing": (
        'weights_represent = "sample"',
        'weights_represent = "people"',
        r"'weights_represent' cannot be 'people'; it is one of 'sample', 'population'.",
    ),
    "populations of an unknown survey": (
        "[populations.visits.seen]",
        "[populations.visit.seen]",
        r"\[populations.visit\], but there is no survey 'visit'; .*Did you mean 'visits'\?",
    ),
    "a recipe of an unknown survey": (
        "[reconstruction.staff]",
        "[reconstruction.stuff]",
        r"\[reconstruction.stuff\], but there is no survey 'stuff'",
    ),
    "a population without a label": (
        'label = "Visitors who had a plan"\n',
        "",
        r"\[populations.visits.had_plan\] has no 'label'. Add it.",
    ),
    "an unknown key of a population": (
        'where = { help = ["Plan"] }',
        'were = { help = ["Plan"] }',
        r"\[populations.visits.had_plan\]: 'were' is not a known key; .*Did you mean 'where'\?",
    ),
    "a population of an unknown question": (
        'where = { help = ["Plan"] }',
        'where = { helped = ["Plan"] }',
        r"\[populations.visits.had_plan\]: no question named 'helped' .*Did you mean 'help'\?",
    ),
    "a population of an unknown answer": (
        'where = { help = ["Plan"] }',
        'where = { help = ["Plans"] }',
        r"\[populations.visits.had_plan\]: question 'help' has no answer 'Plans'; .*'Plan'\?",
    ),
    "answers that are no list": (
        'where = { help = ["Plan"] }',
        "where = { help = 3 }",
        r"'where' must give 'help' a list of labels in quotes, found a number.",
    ),
    "no answers at all": (
        'where = { help = ["Plan"] }',
        "where = { help = [] }",
        r"'where' must give 'help' a list of labels in quotes, found an empty list.",
    ),
    "conditions that are no table": (
        'where = { help = ["Plan"] }',
        'where = "help"',
        r"'where' must be a table such as \{ question = \[\"Label\"\] \}, found text.",
    ),
    "a population that is no table": (
        '[populations.visits.had_plan]\nlabel = "Visitors who had a plan"\n',
        "[populations.visits]\nhad_plan = 3\n",
        r"\[populations.visits.had_plan\] must be a table, found a number.",
    ),
    "everyone with a condition": (
        "[populations.visits.had_plan]",
        "[populations.visits.all]",
        r"\[populations.visits.all\]: 'all' is everyone in the survey and has no 'where'.",
    ),
    "a status that does not exist": (
        'base_status = "inferred"',
        'base_status = "guessed"',
        r"'base_status' cannot be 'guessed'; it is one of 'printed', 'inferred'.",
    ),
    "an inferred base that is missing": (
        "base = 76\n",
        "",
        "'base_status' is \"inferred\" but there is no 'base'. Add it.",
    ),
    "a base that is no candidate": (
        "candidate_bases = [76, 77]",
        "candidate_bases = [75, 77]",
        r"the base 76 is not among its 'candidate_bases'. Add it, or use one of them.",
    ),
    "candidates that are no whole numbers": (
        "candidate_bases = [76, 77]",
        'candidate_bases = ["76"]',
        r"'candidate_bases' must be whole numbers above 0.",
    ),
    "a base that varies by a number": (
        "candidate_bases = [76, 77]",
        "candidate_bases = [76, 77]\nbase_varies = 1",
        r"'base_varies' must be true or false, found a number. Leave it out unless",
    ),
    "candidates that are neither list nor words": (
        "candidate_bases = [76, 77]",
        "candidate_bases = 76",
        r"'candidate_bases' must be a list of whole numbers or words, found a number.",
    ),
    "a weight value of zero": (
        "weights = [0.6,",
        "weights = [0.0,",
        r"\[reconstruction.visits\]: 'weights' must be a list of numbers above 0.",
    ),
    "an unknown key of a recipe": (
        "seed = 7",
        "sead = 7",
        r"\[reconstruction.visits\]: 'sead' is not a known key; .*Did you mean 'seed'\?",
    ),
    "a seed that is text": (
        "seed = 7",
        'seed = "7"',
        r"'seed' must be a whole number, found text.",
    ),
    "an exclusive option that does not exist": (
        'exclusive = { barriers = ["No barrier"] }',
        'exclusive = { barriers = ["No bar"] }',
        r"\[reconstruction.visits\]: question 'barriers' has no answer 'No bar'",
    ),
    "a count of an unknown question": (
        'of = "barriers"',
        'of = "barrier"',
        r"\[reconstruction.visits\]: no question named 'barrier' .*Did you mean 'barriers'\?",
    ),
    "a count into an unknown category": (
        'more = "More than one"',
        'more = "More"',
        r"\[reconstruction.visits\]: question 'barrier_count' has no answer 'More'",
    ),
    "a count that lacks a class": (
        'one = "One"\n',
        "",
        r"\[reconstruction.visits\], \[\[counts\]\] has no 'one'. Add it.",
    ),
    "sums that are no tables": (
        'style = "none"',
        'style = "none"\nsums = 3',
        r"spec.toml: write 'sums' as an array of tables, \[\[sums\]\].",
    ),
    "an unknown key of a sum": (
        'style = "none"',
        '[[sums]]\ntotal = "visits"\npart = ["visits-uc", "staff"]',
        r"\[\[sums\]\]: 'part' is not a known key; .*Did you mean 'parts'\?",
    ),
    "a sum of one number": (
        'style = "none"',
        '[[sums]]\ntotal = "visits"\nparts = ["visits-uc"]',
        r"\[\[sums\]\]: 'parts' must be a list of two items or more. Add them.",
    ),
    "a sum without a total": (
        'style = "none"',
        '[[sums]]\nparts = ["visits-uc", "staff"]',
        r"\[\[sums\]\] has no 'total'. Add it.",
    ),
    "a sum of an unknown number": (
        'style = "none"',
        '[[sums]]\ntotal = "visits"\nparts = ["visits-us", "staff"]',
        r"\[\[sums\]\]: published.csv has no item 'visits-us'. Did you mean 'visits-uc'\?",
    ),
    "a rate without a whole": (
        'style = "none"',
        '[[rates]]\nrate = "seen-all"\npart = "visits-uc"',
        r"\[\[rates\]\] has no 'whole'. Add it.",
    ),
    "a rate of words": (
        'style = "none"',
        '[[rates]]\nrate = "staff-third"\npart = "staff-agree"\nwhole = "staff"',
        r"the item 'staff-third' is printed 'a third', which is no number to calculate with.",
    ),
    "a rate of something that rounds to zero": (
        'style = "none"',
        '[[rates]]\nrate = "mood-unspeakable"\npart = "staff-agree"\nwhole = "staff"',
        r"the item 'mood-unspeakable' is printed '\*', which is no number to calculate with.",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_specification_has_its_sentence(wrong: str, bare_toy: Path):
    old, new, sentence = WRONG[wrong]
    replace_in(bare_toy / "spec.toml", old, new)
    with pytest.raises(ReportError, match=sentence):
        load_report(bare_toy)


def test_a_specification_without_a_survey_is_refused(bare_toy: Path):
    (bare_toy / "spec.toml").write_text('style = "none"\n', encoding="utf-8")
    with pytest.raises(ReportError, match=r"has no survey. Add a table \[surveys.NAME\]."):
        load_report(bare_toy)


def test_nothing_in_a_specification_is_evaluated(bare_toy: Path):
    text = '__import__("os").abort()'
    replace_in(bare_toy / "spec.toml", "Visitors who were seen", text.replace('"', "'"))
    labelled = read_specification(bare_toy / "spec.toml")["visits"].populations["seen"]
    assert labelled.label == text.replace('"', "'")
