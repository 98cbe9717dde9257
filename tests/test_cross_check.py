"""The analyses that other programs do as well: ours against R's, and the page that was committed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from other_programs import run_r_script

from proofs.cross_check.__main__ import GOLDEN, PAGE, PROGRAMS, WHAT, away, word
from proofs.cross_check.verdicts import ABSENT, VERDICTS
from proofs.cross_check.with_welfarestats import main as ours

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> dict:
    out = tmp_path_factory.mktemp("r") / "r.json"
    run_r_script(ROOT / "proofs" / "cross_check" / "with_r.R", "survey", str(GOLDEN), str(out))
    return json.loads(out.read_text("utf-8"))


def test_every_analysis_of_ours_agrees_with_r(reference, tmp_path):
    ours(str(GOLDEN), str(tmp_path / "ours.json"))
    found = json.loads((tmp_path / "ours.json").read_text("utf-8"))
    done = {name: one for name, one in found.items() if isinstance(one, dict)}
    apart = {name: away(one, reference[name]) for name, one in done.items()}
    assert not any(apart.values()), apart
    assert set(WHAT) <= {*found, *(name for name, _ in ABSENT)}
    assert set(WHAT) < set(reference)


def test_a_difference_is_one_in_the_ninth_digit_or_before():
    assert away({"x": 1.0 + 1e-9}, {"x": 1.0}) == {}
    assert list(away({"x": 1.0 + 1e-7, "y": float("nan")}, {"x": 1.0, "y": 0.5})) == ["x", "y"]


def test_a_difference_that_nobody_looked_into_stops_the_proof():
    with pytest.raises(SystemExit, match=r"'mean' of svy differs, which verdicts\.py does not say"):
        word("mean", "svy", {"estimate": 1.0}, {"estimate": 2.0})
    with pytest.raises(SystemExit, match=r"'t-test' of samplics agrees, which verdicts\.py"):
        word("t-test", "samplics", {"difference": 1.0}, {"difference": 1.0})
    with pytest.raises(SystemExit, match="svy has no 'mean': it broke"):
        word("mean", "svy", "it broke", {"estimate": 2.0})


def test_the_page_has_every_analysis_and_verdict():
    page = PAGE.read_text("utf-8")
    for what in WHAT.values():
        assert f"| {what} |" in page
    for (analysis, program), why in VERDICTS.items():
        assert f"| {WHAT[analysis]} | {program} |" in page
        assert why in page
    assert re.search(r"on \d+ \w+ 20\d\d with R [\d.]+, survey [\d.]+, welfarestats", page)
    assert " ".join(PROGRAMS) == "welfarestats svy samplics"
