"""Seventeen analyses in R's `survey`, welfarestats, svy and samplics: where each agrees.

``python -m proofs.cross_check`` builds two environments that are thrown away afterwards (svy needs
Polars 2 or later, samplics an older one, so that they cannot share one), lets every program do the
same analyses of the same files and writes ``docs/cross_check.md``. R is what the others are
compared with; a difference for which `verdicts` has no words stops the proof.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proofs.cross_check.verdicts import ABSENT, VERDICTS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN = ROOT / "tests" / "golden"
PAGE = ROOT / "docs" / "cross_check.md"
TOLERANCE = 1e-8
PROGRAMS = ("welfarestats", "svy", "samplics")
WANTED = {"svy": ["svy==0.35.0"], "samplics": ["samplics==0.6.1", "polars<2"]}

WHAT = {
    "mean": "mean, strata of a finite population",
    "total": "total, strata of a finite population",
    "proportion": "share in a domain",
    "ratio": "ratio of two totals",
    "median": "median with Woodruff's limits",
    "mean, two stages": "mean, two stages, finite population at each",
    "cross-tab, two stages": "cell and Rao-Scott F, the same design",
    "cross-tab, missing answers": "Rao-Scott F, stratified clusters, 745 answers missing",
    "missing answers": "mean and degrees of freedom, the same data",
    "t-test": "difference of two groups that share PSUs",
    "jackknife, finite population": "jackknife of clusters, centred at the replicates' mean",
    "rank test, finite population": "Wilcoxon's test, clusters of a finite population",
    "logistic regression": "logistic regression, clusters of a finite population",
    "logistic regression, two stages": "logistic regression, two stages",
    "raking": "weights raked to two margins; a mean under them",
    "calibration": "GREG weights (categories and a total); a mean under them",
    "lonely PSU, average": "mean with a stratum of one PSU",
}

Results = dict[str, Any]


def run(command: list[str]) -> None:
    """Run a command from the root of the project, which is importable; stop if it fails."""
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, cwd=ROOT, env=path)  # noqa: S603


def results_of(worker: str, program: str, folder: Path) -> Results:
    """Return what a worker found."""
    out = folder / f"{worker}.json"
    run([program, str(HERE / worker), str(GOLDEN), str(out)])
    found: Results = json.loads(out.read_text("utf-8"))
    return found


def in_an_environment(name: str, folder: Path) -> Results:
    """Return the results of a program in an environment of its own."""
    place = folder / name
    venv.create(place, with_pip=True)
    python = str(place / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *WANTED[name]])
    return results_of(f"with_{name}.py", python, folder)


def away(theirs: Any, reference: Mapping[str, float]) -> dict[str, float]:
    """Return the figures that differ, with their relative difference."""
    found = {}
    for figure, value in reference.items():
        own = theirs.get(figure)
        if own is None:
            continue
        apart = abs(own - value) / max(abs(own), abs(value), 1e-300)
        if not apart <= TOLERANCE:
            found[figure] = apart
    return found


def word(analysis: str, program: str, theirs: Any, reference: Mapping[str, float]) -> str:
    """Return ``agrees``, ``differs`` or why there is nothing; stop where that is not accounted for."""
    if not isinstance(theirs, dict):
        if program != "welfarestats" and (analysis, program) not in ABSENT:
            raise SystemExit(f"{program} has no {analysis!r}: {theirs}")
        return ABSENT.get((analysis, program), "not yet")
    differs = bool(away(theirs, reference))
    if differs != ((analysis, program) in VERDICTS):
        raise SystemExit(
            f"{analysis!r} of {program} {'differs' if differs else 'agrees'}, which verdicts.py does"
            f" not say: {theirs} against {dict(reference)}"
        )
    return "**differs**" if differs else "agrees"


def page_lines(found: Mapping[str, Results], when: str) -> Iterator[str]:
    """Yield the lines of the page."""
    reference = found["r"]
    yield "# Cross-checks\n"
    yield (
        f"Written by `make cross-check` (`python -m proofs.cross_check`) on {when} with"
        f" {', '.join(results['version'] for results in found.values())}. Every program did the same"
        " analyses of the same files (`tests/golden`). A figure agrees with R if it is the same to a"
        f" relative {TOLERANCE:g}.\n"
    )
    yield f"| analysis | figures | {' | '.join(PROGRAMS)} |"
    yield f"|---|---|{'---|' * len(PROGRAMS)}"
    for analysis, what in WHAT.items():
        figures = ", ".join(reference[analysis]).replace("_", " ")
        words = [
            word(analysis, name, found[name].get(analysis), reference[analysis])
            for name in PROGRAMS
        ]
        yield f"| {what} | {figures} | {' | '.join(words)} |"
    yield "\n## Where they differ, and which is right\n"
    yield "| analysis | program | figure | R | there | why |"
    yield "|---|---|---|---|---|---|"
    for (analysis, program), why in VERDICTS.items():
        theirs = found[program][analysis]
        for place, figure in enumerate(away(theirs, reference[analysis])):
            yield (
                f"| {WHAT[analysis]} | {program} | {figure.replace('_', ' ')} |"
                f" {reference[analysis][figure]:.6g} | {theirs[figure]:.6g} |"
                f" {why if place == 0 else '(the same)'} |"
            )
    yield ""
    yield from _NOTES


_NOTES = """\
Further differences that were met on the way:

* svy 0.35 takes linearised standard errors from a design that has nothing but replicate weights, unless each call says
  `method="replication"`. `ws.to_svy` says so in its warning.
* svy 0.35 needs a column that tells respondents apart as `ssu` when people are drawn within PSUs of a finite population;
  without one it leaves that stage out. `ws.to_svy` adds one.
* R's rule `survey.lonely.psu = "average"` depends on how a domain is made: `subset()` drops strata without anybody in the domain
  from the average, weights of zero do not. Here a domain never drops a stratum; `ws.to_r_script` makes R do the same under
  this rule.
* In R a design that was calibrated twice takes the residuals of the first calibration before those of the second, and so leaves an
  error on margins that the second one fixed. `ws.to_r_script` refuses such weights.""".splitlines()


def main(arguments: list[str] | None = None) -> int:
    """Write the page; 1 if welfarestats differs from R anywhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        found = {
            "r": results_of("with_r.R", "Rscript", folder),
            "welfarestats": results_of("with_welfarestats.py", sys.executable, folder),
            "svy": in_an_environment("svy", folder),
            "samplics": in_an_environment("samplics", folder),
        }
    when = f"{datetime.now(UTC):%-d %B %Y}"
    text = "\n".join(page_lines(found, when)) + "\n"
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
