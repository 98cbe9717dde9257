"""The tables and the picture that ``docs/methods.md`` shows of the simulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proofs.simulated_settings import FAMILIES, KINDS, Setting

PAGE = Path(__file__).parents[1] / "docs" / "methods.md"
PICTURE = PAGE.parent / "images" / "coverage_and_size.svg"
_MARK = "<!-- printed by proofs.{} -->\n"
_END = "<!-- end of what proofs.{} prints -->\n"

TESTS = (
    "design",
    "design, effective base 30",
    "former design",
    "design-wald",
    "effective-base",
    "quantum",
    "spss-ctables",
    "auto",
    "exact",
    "exact (mid-p)",
)
PICTURED = [test for test in TESTS[:7] if test != "design, effective base 30"]
LIMITS = (
    "logit",
    "wilson",
    "mid-p",
    "jeffreys",
    "clopper-pearson",
    "korn-graubard",
    "beta",
    "wald",
    "asin",
    "likelihood",
)
#: A rate counts where at least this share of the samples was tested.
ENOUGH = 0.2
_LOW, _HIGH = 3.0, 7.0
_KIND = {kind.name: kind for kind in KINDS}


# ---------------------------------------------------------------- rates


def sizes(frame: pd.DataFrame, test: str) -> pd.DataFrame:
    """Return false positives in per cent where enough pairs were tested, with their error."""
    tested = frame.get(f"{test}: tested", pd.Series(np.nan, frame.index))
    kept = frame[tested >= ENOUGH * frame["samples"]]
    rate = 100 * kept[f"{test}: called"] / kept[f"{test}: tested"] if len(kept) else np.nan
    found = kept[["kind", "base_a", "base_b", "proportion"]].assign(rate=rate)
    error = np.sqrt(np.maximum(found["rate"], 1.0) * (100 - found["rate"]) / tested[kept.index])
    return found.assign(error=error, family=found["kind"].map(_family))


def coverage(frame: pd.DataFrame, method: str) -> pd.DataFrame:
    """Return in how many per cent of the samples limits hold the truth; pairs of one base only."""
    kept = frame[frame["base_a"] == frame["base_b"]]
    found = kept[["kind", "base_a", "proportion"]]
    return found.assign(
        rate=100 * kept[f"{method}: held"] / kept["samples"],
        width=kept[f"{method}: width"] / kept["logit: width"],
        family=kept["kind"].map(_family),
        expected=[_expected(*row) for row in found.itertuples(index=False)],
    )


def _family(kind: str) -> str:
    return _KIND[kind].family


def _expected(kind: str, base: int, proportion: float) -> float:
    return Setting(_KIND[kind], base, base, proportion).people_expected


def _range(rates: pd.Series[float]) -> str:
    """Return the median of rates, and the lowest and highest."""
    if rates.empty:
        return "–"
    return f"{rates.median():.1f} ({rates.min():.1f}–{rates.max():.1f})"


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _head(cells: Sequence[str]) -> Iterator[str]:
    yield ""
    yield _row(cells)
    yield _row(["---"] * len(cells))


# ---------------------------------------------------------------- tables


def summary_of(frame: pd.DataFrame, made: str) -> str:
    """Return the summary of all settings as a text with tables; its first line says how made."""
    samples = int(frame["samples"].max())
    error = 100 * (0.05 * 0.95 / samples) ** 0.5
    kinds, settings = frame["kind"].nunique(), len(frame)
    lines = [
        made,
        "",
        (
            f"{settings} settings, {samples:,} samples each: {kinds} kinds of sample, nine pairs of"
            f" bases, six proportions. The standard error of a rate of 5 per cent is"
            f" {error:.1f} points; of a coverage of 95 per cent too."
        ),
        "",
        (
            "**False positives** of 100 tested pairs at a nominal 5 per cent: median (lowest–highest)"
            f" over the settings in which at least {100 * ENOUGH:.0f} of 100 pairs were tested. The"
            " last column counts settings that are above 7 or below 3 by more than two standard errors."
        ),
        *_table_of_tests(frame),
        "",
        (
            "**The test `design`** by pair of bases and true proportion: lowest and highest rate over"
            " the kinds of sample, and how many of them count."
        ),
        *_table_of_design(frame),
        "",
        (
            "**Coverage** of nominal 95 per cent limits in per cent: median (lowest–highest) over the"
            " settings in which five people or more with the answer can be expected, and the mean"
            " width against logit limits; last, the range where fewer can be expected."
        ),
        *_table_of_limits(frame),
        "",
        (
            "**Coverage by base**, all proportions, median (lowest–highest): people without weights,"
            " then all other kinds of sample where five people or more can be expected."
        ),
        *_table_by_base(frame, simple=True),
        *_table_by_base(frame, simple=False),
    ]
    return "\n".join(lines)


def _table_of_tests(frame: pd.DataFrame) -> Iterator[str]:
    yield from _head(["test", *FAMILIES, "over 7, under 3, of"])
    for test in TESTS:
        found = sizes(frame, test)
        cells = [_range(found.loc[found["family"] == one, "rate"]) for one in FAMILIES]
        over = (found["rate"] - 2 * found["error"] > _HIGH).sum()
        under = (found["rate"] + 2 * found["error"] < _LOW).sum()
        yield _row([test, *cells, f"{over}, {under}, {len(found)}"])


def _table_of_design(frame: pd.DataFrame) -> Iterator[str]:
    found = sizes(frame, "design")
    proportions = sorted(frame["proportion"].unique())
    yield from _head(["bases", *(f"p = {p}" for p in proportions)])
    for a, b in frame[["base_a", "base_b"]].drop_duplicates().itertuples(index=False):
        here = found[(found["base_a"] == a) & (found["base_b"] == b)]
        cells = []
        for p in proportions:
            rates = here.loc[here["proportion"] == p, "rate"]
            cells.append(
                f"{rates.min():.1f}–{rates.max():.1f} ({len(rates)})" if len(rates) else "–"
            )
        yield _row([f"{a:,} and {b:,}", *cells])


def _table_of_limits(frame: pd.DataFrame) -> Iterator[str]:
    yield from _head(["limits", *FAMILIES, "width", "fewer than five expected"])
    for method in LIMITS:
        found = coverage(frame, method)
        enough = found[found["expected"] >= 5]
        few = found.loc[found["expected"] < 5, "rate"]
        cells = [_range(enough.loc[enough["family"] == one, "rate"]) for one in FAMILIES]
        yield _row([method, *cells, f"{enough['width'].mean():.2f}", _range(few)])


def _table_by_base(frame: pd.DataFrame, *, simple: bool) -> Iterator[str]:
    shown = ("logit", "wilson", "mid-p", "clopper-pearson", "korn-graubard", "wald")
    yield from _head(["base, no weights" if simple else "base, other kinds", *shown])
    tables = {method: coverage(frame, method) for method in shown}
    for base in sorted(frame.loc[frame["base_a"] == frame["base_b"], "base_a"].unique()):
        cells = []
        for found in tables.values():
            here = (found["base_a"] == base) & ((found["family"] == FAMILIES[0]) == simple)
            cells.append(_range(found.loc[here & (simple | (found["expected"] >= 5)), "rate"]))
        yield _row([f"{base:,}", *cells])


def print_into(text: str, proof: str, page: Path = PAGE) -> None:
    """Put the result of a proof into the block of a page that is marked for it."""
    before, mark, after = page.read_text(encoding="utf-8").partition(_MARK.format(proof))
    rest = after[after.index(_END.format(proof)) :]
    page.write_text(f"{before}{mark}{text}\n{rest}", encoding="utf-8")


def printed_in(page: str, proof: str) -> str:
    """Return what stands in the block of a proof."""
    return page.partition(_MARK.format(proof))[2].partition(_END.format(proof))[0]


# ---------------------------------------------------------------- the picture

_INK, _BAND, _MUTED = "#12436D", "#D7E6F2", "#F46A25"


def drawn_into(frame: pd.DataFrame, path: Path = PICTURE) -> None:
    """Draw the rates of tests and limits: the middle, most and all of the settings of a family."""
    options = {"svg.hashsalt": "welfarestats", "svg.fonttype": "none", "font.size": 8}
    with mpl.rc_context(options):
        figure = Figure(figsize=(7.6, 5.2), layout="constrained")
        axes = figure.subplots(2, 4, sharey="row", height_ratios=[6, 8])
        for column, family in enumerate(FAMILIES):
            tests = {test: _of(family, sizes(frame, test)) for test in PICTURED}
            limits = {name: _of(family, coverage(frame, name)) for name in LIMITS[:8]}
            _panel(axes[0, column], tests, (_LOW, _HIGH), (0, 32), 5)
            _panel(axes[1, column], limits, (93, 97), (78, 100), 95)
            axes[0, column].set_title(family.replace(", ", ",\n"), fontsize=8, fontweight="bold")
            axes[0, column].set_xlabel("called different, %")
            axes[1, column].set_xlabel("hold the truth, %")
        path.parent.mkdir(exist_ok=True)
        figure.savefig(path, metadata={"Date": None, "Creator": None})


def _of(family: str, found: pd.DataFrame) -> pd.Series[float]:
    """Return the rates of a family, of limits where five people can be expected."""
    kept = found["family"] == family
    if "expected" in found:
        kept &= found["expected"] >= 5
    return found.loc[kept, "rate"]


def _panel(
    axes: Axes,
    rows: dict[str, pd.Series[float]],
    band: tuple[float, float],
    ends: tuple[float, float],
    nominal: float,
) -> None:
    axes.axvspan(*band, color=_BAND, linewidth=0)
    axes.axvline(nominal, color=_INK, linewidth=0.6)
    for at, rates in enumerate(rows.values()):
        if rates.empty:
            continue
        inside = rates.clip(*ends)
        axes.plot([inside.min(), inside.max()], [at, at], color=_INK, linewidth=1)
        axes.plot(inside.quantile([0.1, 0.9]), [at, at], color=_INK, linewidth=4)
        axes.plot(inside.median(), at, "o", color="white", markeredgecolor=_INK, markersize=4)
        for end, shown in ((ends[0], rates.min()), (ends[1], rates.max())):
            if not ends[0] <= shown <= ends[1]:
                axes.plot(end, at, "<" if end == ends[0] else ">", color=_MUTED, clip_on=False)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(*ends)
    axes.tick_params(length=2)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
