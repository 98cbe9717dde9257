"""Time and memory of conflicts and bounds in a made-up report of 200 questions and 10 columns.

``python benchmarks/feasibility_large.py`` draws 2,000 weighted respondents, prints the percentage of
every answer in every column of three banner questions, with bases, and looks for what cannot be
true in it; then it bounds a quantity that is not printed. Nothing is printed wrongly, so that the
whole of every linear programme is solved. With one number changed the conflict is named.
"""

from __future__ import annotations

import argparse
import math
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from welfarestats.published.conflicts import find_conflicts, survey_conflicts
from welfarestats.published.feasibility import bounds, statements_of
from welfarestats.published.polytope import Polytope
from welfarestats.published.printed import ROUNDED_TWICE
from welfarestats.published.report import Report, load_report

BANNERS = {"sex": 2, "age": 5, "region": 3}
RESPONDENTS = 2_000
ANSWERS = (2, 3, 4, 5)
HEADER = "item,survey,variable,population,group,category,statistic,value,printed,line,note"
CLAIMS = (
    "claim,survey,section,line,outcome,group_a,percent_a,group_b,percent_b,base_a,base_b,"
    "direction,claimed\n"
)


def main() -> None:
    """Print the size of the report, and the time and memory of each step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = made_up(Path(folder), options.questions)
        bench(report)


def made_up(folder: Path, questions: int) -> Report:
    """Write the report of random respondents, and load it."""
    random = np.random.default_rng(20261122)
    weights = np.exp(0.4 * random.normal(size=RESPONDENTS))
    weights *= RESPONDENTS / weights.sum()
    answers = {name: random.integers(0, n, RESPONDENTS) for name, n in BANNERS.items()}
    pull = sum(random.normal() * (answer - answer.mean()) for answer in answers.values())
    sizes = dict(BANNERS)
    for i in range(questions):
        name, sizes[f"q{i}"] = f"q{i}", ANSWERS[i % len(ANSWERS)]
        leaning = random.normal() * pull + random.normal(size=RESPONDENTS)
        cuts = np.quantile(leaning, np.sort(random.uniform(0.05, 0.95, sizes[name] - 1)))
        answers[name] = np.searchsorted(cuts, leaning)
    rows = [",all,,,base," + str(RESPONDENTS), *_rows(answers, sizes, weights)]
    _write(folder, sizes, rows)
    return load_report(folder)


def _rows(
    answers: dict[str, Any], sizes: dict[str, int], weights: np.ndarray[Any, Any]
) -> Iterator[str]:
    columns = [("", np.ones(RESPONDENTS, dtype=bool))]
    columns += [(f"{b}={b}{i}", answers[b] == i) for b, n in BANNERS.items() for i in range(n)]
    for group, inside in columns[1:]:
        yield f",all,{group},,base,{inside.sum()}"
    for name, size in sizes.items():
        for group, inside in columns:
            if not group.startswith(f"{name}="):
                total = weights[inside].sum()
                for i in range(size):
                    share = 100 * weights[inside & (answers[name] == i)].sum() / total
                    yield f"{name},all,{group},{name}{i},percent,{math.floor(share + 0.5)}"


def _write(folder: Path, sizes: dict[str, int], rows: list[str]) -> None:
    questions = [
        {
            "survey": "s",
            "name": name,
            "categories": [{"code": i, "label": f"{name}{i}"} for i in range(size)],
        }
        for name, size in sizes.items()
    ]
    survey = {
        "base": RESPONDENTS,
        "microdata": "s.parquet",
        "origin": "synthetic",
        "weights": "weight",
        "weights_represent": "sample",
    }
    lines = [
        f"n{i},s,{row.rpartition(',')[0]},{row.rpartition(',')[2]},{row.rpartition(',')[2]},{i},"
        for i, row in enumerate(rows, start=1)
    ]
    files = {
        "report.toml": 'name = "large"\ntitle = "A large report"\n',
        "spec.toml": tomli_w.dumps({"surveys": {"s": survey}}),
        "codebook.toml": tomli_w.dumps({"question": questions}),
        "published.csv": "\n".join([HEADER, *lines]) + "\n",
        "claims.csv": CLAIMS,
        "exclusions.csv": "line,token,reason\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def bench(report: Report) -> None:
    """Print the time and memory of each step."""
    statements = statements_of(report, "s")
    print(f"{len(report.codebook('s')):,} questions, {len(statements):,} numbers")
    survey, codebook = report.specification("s"), report.codebook("s")
    polytope = timed("model", lambda: Polytope(survey, codebook, statements))
    system = timed("matrix", polytope.system)
    print(f"  {system.matrix.shape[0]:,} rows, {system.matrix.shape[1]:,} variables")
    found = timed(
        "conflicts, no bound on weights", lambda: find_conflicts(polytope, math.inf, ROUNDED_TWICE)
    )
    print(f"  {len(found)} found")
    findings = timed("conflicts, every assumption", lambda: survey_conflicts(report, "s"))
    print(f"  {len(findings)} found")
    table = timed(
        "bounds of an unprinted cross-tab",
        lambda: bounds(report, "s", "q1", category="q10", group={"q0": "q00"}),
    )
    print(table.to_string(index=False))


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Do some work, print how long it took and the most memory so far, and return its result."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {seconds:.1f} s, {memory:,.0f} MB", flush=True)
    return result


if __name__ == "__main__":
    main()
