"""What is said of every printed cell: exact, another rounding, explained by a change, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.output.wording import join_words
from welfarestats.published.explanations import (
    AS_DECLARED,
    EARLIER,
    OF_HALVES,
    Catalogue,
    Making,
    bases_of,
    filter_words,
    rounding_rules,
    words_of,
)
from welfarestats.published.fitting import (
    AT_LEAST,
    Choice,
    Fitted,
    catalogue_for,
    chosen,
    fitted,
    gained_and_broken,
)
from welfarestats.published.leftovers import Patch, patched, remade
from welfarestats.published.panels import Panel
from welfarestats.published.recounting import Recount
from welfarestats.published.respondents import Filters, Respondents
from welfarestats.survey.codebook import Codebook

__all__ = ["Outcome", "Workbook"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ALSO_NAMED = 4
_FEW = 5
# A rounding rule of one table only must give so many of its cells.
_OF_ONE_TABLE = 3


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a panel's cells are: under the one change, its patches, and a rounding rule a cell."""

    panel: Panel
    computed: Array = field(repr=False)
    remade: Array = field(repr=False)
    exact: Mask = field(repr=False)
    given: Mask = field(repr=False)
    choice: Choice
    patches: tuple[Patch, ...] = ()


@dataclass(frozen=True, eq=False)
class Workbook:
    """The panels of a workbook and the files they may have been made from."""

    panels: Sequence[Panel] = field(repr=False)
    people: Mapping[str, Respondents] = field(repr=False)
    filters: Mapping[str, Filters] = field(repr=False)
    codebook: Codebook = field(repr=False)
    percent: str

    @classmethod
    def of(
        cls,
        panels: Sequence[Panel],
        people: Respondents,
        earlier: Respondents | None,
        percent: str,
    ) -> Workbook:
        """Return the workbook with the conditions that could be filters."""
        files = {"": people} | ({EARLIER: earlier} if earlier is not None else {})
        ours = Filters.of(people)
        filters = {name: ours if not name else ours.told_of(file) for name, file in files.items()}
        return cls(panels, files, filters, people.codebook, percent)

    def outcomes(self) -> list[Outcome]:
        """Return what is found of every panel; a change that fits many is preferred."""
        fits = []
        for panel in self.panels:
            recounts = self._recounts(panel)
            fits.append(fitted(panel, recounts, self._catalogue(panel, recounts)))
        choices = self._shared(fits, chosen(fits))
        found = [self._outcome(fit, choice) for fit, choice in zip(fits, choices, strict=True)]
        known = frozenset(
            patch.words for one in found for patch in one.patches if patch.column is not None
        )
        if not known:
            return found
        # Columns are those of the whole banner: what explains one in a table may in the others.
        return [
            one if one.given.all() else self._outcome(fit, choice, known)
            for one, fit, choice in zip(found, fits, choices, strict=True)
        ]

    def _recounts(self, panel: Panel) -> dict[str, Recount]:
        return {
            name: Recount(panel, people, self.filters[name], self.percent)
            for name, people in self.people.items()
            if people.answers(panel.question) is not None
        }

    def _catalogue(self, panel: Panel, recounts: Mapping[str, Recount]) -> Catalogue:
        bases = bases_of(self.codebook[panel.question])
        return catalogue_for(recounts, self.people[""].weights, bases, self.percent)

    def _shared(self, fits: Sequence[Fitted], choices: list[Choice]) -> list[Choice]:
        """Give small differences the change that explains other panels, if it breaks nothing."""
        left = [i for i, fit in enumerate(fits) if not fit.exact.all() and not fit.fits]
        adopted = list(dict.fromkeys(c.making for c in choices if c.making != AS_DECLARED))
        gains: dict[Making, dict[int, int]] = {}
        for i in left:
            recounts = self._recounts(fits[i].panel)
            catalogue = self._catalogue(fits[i].panel, recounts)
            for making in dict.fromkeys([*adopted, *catalogue.makings(1)]):
                recount = recounts.get(making.source)
                if recount is None or making == AS_DECLARED or not _meant(making, catalogue):
                    continue
                gained, broken = gained_and_broken(recount, making, fits[i].exact)
                if not broken and gained >= max(1, AT_LEAST * (~fits[i].exact).sum()):
                    gains.setdefault(making, {})[i] = gained
        for making in sorted(gains, key=lambda m: (m not in adopted, -sum(gains[m].values()))):
            panels = [i for i in gains[making] if choices[i].making == AS_DECLARED]
            total = sum(gains[making][i] for i in panels)
            if making in adopted or (len(panels) > 1 and total > making.cost):
                for i in panels:
                    choices[i] = Choice(making)
        return choices

    def _outcome(self, fit: Fitted, choice: Choice, known: frozenset[str] = frozenset()) -> Outcome:
        panel = fit.panel
        if fit.exact.all():
            return Outcome(panel, fit.computed, fit.computed, fit.exact, fit.exact, choice)
        recounts = self._recounts(panel)
        catalogue = self._catalogue(panel, recounts)
        patches = patched(recounts, choice.making, catalogue, self.codebook, known)
        figures, given = remade(recounts, choice.making, patches)
        return Outcome(panel, fit.computed, figures, fit.exact, given, choice, patches)

    def told(self, outcomes: Sequence[Outcome]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return each cell's status and explanation, and the explanations with what they do."""
        ledger = _Ledger(self, _rounding_order(outcomes))
        parts = [ledger.enter(outcome) for outcome in outcomes]
        columns = ["where", "computed", "status", "explanation"]
        cells = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        return cells.astype({"computed": float}), ledger.frame()

    def words(self, making: Making, panel: Panel) -> str:
        """Return a making in words, with the conditions that nobody can tell from its filter."""
        said = words_of(making, self.codebook[panel.question], self.percent)
        alike = self.filters[""].alike.get(making.filter, ()) if making.filter else ()
        same = f" (the same people as {', '.join(filter_words(n) for n in alike[:3])})" * bool(
            alike
        )
        return "; ".join(f"{one}{same}" if one.startswith("only ") else one for one in said)


def _meant(making: Making, catalogue: Catalogue) -> bool:
    known = making.percent in catalogue.percents and making.base in catalogue.bases
    return known and making.weight in catalogue.weights


def _rounding_order(outcomes: Sequence[Outcome]) -> dict[str, bool]:
    """Return the narrow rounding rules, the best first, and if each gives more than it breaks."""
    worth: dict[str, int] = {}
    surplus: dict[str, int] = {}
    for outcome in outcomes:
        panel = outcome.panel
        for rule, gives in rounding_rules(outcome.remade, panel.value, panel.decimals).items():
            shown = ~np.isnan(panel.value)
            gained = int((gives & ~outcome.given & ~outcome.exact).sum())
            broken = int((~gives & outcome.given & shown).sum())
            worth[rule] = worth.get(rule, 0) + 1000 * gained - broken
            surplus[rule] = surplus.get(rule, 0) + gained - broken
    return {rule: surplus[rule] > 0 for rule in sorted(worth, key=lambda rule: -worth[rule])}


class _Ledger:
    """Explanations as they are given: how many cells and tables each stands for."""

    def __init__(self, workbook: Workbook, rules: Mapping[str, bool]) -> None:
        self.workbook, self.rules = workbook, rules
        self.entries: dict[str, dict[str, object]] = {}

    def enter(self, outcome: Outcome) -> pd.DataFrame:
        panel, size = outcome.panel, outcome.panel.size
        status = np.where(outcome.exact, "exact", "unexplained").astype(object)
        why = np.full(size, "", dtype=object)
        held = outcome.given & ~outcome.exact
        rounded = self._rounded(outcome)
        held |= rounded != ""
        for here, words in self._causes(outcome):
            now = here & held
            self._count(words, panel, int(now.sum()))
            why[now] = [f"{before}; {words[1]}" if before else words[1] for before in why[now]]
        bare = held & (why == "")
        only_cut = outcome.choice.making.changed == ("rounding",) and not outcome.patches
        status[held] = "explained"
        status[bare] = "rounding"
        if only_cut:
            status[held] = "rounding"
        for rule in dict.fromkeys(rounded[rounded != ""]):
            here = (rounded == rule) & held
            self._count(("rounding", rule, (), self._breaks(rule, outcome)), panel, int(here.sum()))
            why[here] = [f"{before}; {rule}" if before else rule for before in why[here]]
        return pd.DataFrame(
            {
                "where": panel.where,
                "computed": outcome.computed,
                "status": status,
                "explanation": why,
            }
        )

    def _rounded(self, outcome: Outcome) -> NDArray[np.object_]:
        panel = outcome.panel
        rules = rounding_rules(outcome.remade, panel.value, panel.decimals)
        found = np.full(panel.size, "", dtype=object)
        left = ~outcome.given & ~outcome.exact
        for rule, general in reversed(list(self.rules.items())):
            # Any rule gives a few of many figures that are wrong for another reason.
            gained = int((rules[rule] & left).sum())
            if gained and _FEW * gained >= left.sum():
                # Whoever rounds so does it in every cell; an exact half is seldom one by chance.
                most = gained > self._breaks(rule, outcome)
                if rule in OF_HALVES or (most and gained >= (1 if general else _OF_ONE_TABLE)):
                    found[rules[rule] & left] = rule
        return found

    def _breaks(self, rule: str, outcome: Outcome) -> int:
        panel = outcome.panel
        gives = rounding_rules(outcome.remade, panel.value, panel.decimals)[rule]
        return int((~gives & outcome.given & ~np.isnan(panel.value)).sum())

    def _causes(self, outcome: Outcome) -> list[tuple[Mask, tuple[str, str, tuple[str, ...], int]]]:
        """Return who is concerned by each cause: its kind, words, other causes that fit, breaks."""
        panel, choice = outcome.panel, outcome.choice
        patches = [self._place(patch, panel) for patch in outcome.patches]
        broken = outcome.exact & ~outcome.given
        found = []
        if choice.making != AS_DECLARED:
            here = np.ones(panel.size, dtype=bool)
            for patch, at in zip(outcome.patches, patches, strict=True):
                if patch.kind == "making":
                    here &= ~at
            kept = [
                repr(panel.columns[patch.column].label)
                for patch in outcome.patches
                if patch.column is not None and patch.making == AS_DECLARED
            ]
            but = f", but not in {join_words(kept)}" * bool(kept)
            others = tuple(self.workbook.words(other, panel) + but for other in choice.others)
            words = self.workbook.words(choice.making, panel) + but
            kind = "rounding" if choice.making.changed == ("rounding",) else "table"
            found.append((here, (kind, words, others, int((broken & here).sum()))))
        for patch, at in zip(outcome.patches, patches, strict=True):
            kind = "row" if patch.line is not None else "column"
            lost = int((broken & at).sum())
            found.append((at, (kind, patch.words, patch.others, lost)))
        return found

    @staticmethod
    def _place(patch: Patch, panel: Panel) -> Mask:
        if patch.line is not None:
            return np.asarray(panel.line == patch.line)
        return np.asarray(panel.column == patch.column)

    def _count(
        self, words: tuple[str, str, tuple[str, ...], int], panel: Panel, cells: int
    ) -> None:
        kind, change, others, broken = words
        entry = self.entries.setdefault(
            change,
            {"scope": kind, "tables": [], "cells": 0, "broken": 0, "others": None},
        )
        tables, known = entry["tables"], entry["others"]
        assert isinstance(tables, list)
        if panel.table not in tables:
            tables.append(panel.table)
        entry["cells"] = int(str(entry["cells"])) + cells
        entry["broken"] = int(str(entry["broken"])) + broken
        # What fits one of its tables only is no rival over all of them.
        assert known is None or isinstance(known, list)
        entry["others"] = list(others) if known is None else [o for o in known if o in others]

    def frame(self) -> pd.DataFrame:
        """Return the explanations, the one that explains most cells first."""
        rows = []
        for change, entry in self.entries.items():
            others, tables = entry["others"], entry["tables"]
            assert isinstance(others, list)
            assert isinstance(tables, list)
            more = len(others) - _ALSO_NAMED
            named = others[:_ALSO_NAMED] + [f"and {more:,} more"] * (more > 0)
            rows.append(
                {
                    "change": change,
                    "scope": entry["scope"],
                    "tables": len(tables),
                    "cells_explained": entry["cells"],
                    "cells_broken": entry["broken"],
                    "fits_as_well": " | ".join(named),
                    "first_table": tables[0],
                }
            )
        columns = ["change", "scope", "tables", "cells_explained", "cells_broken"]
        frame = pd.DataFrame(rows, columns=[*columns, "fits_as_well", "first_table"])
        frame = frame[frame["cells_explained"].astype(int) > 0]
        return frame.sort_values(
            ["cells_explained", "change"], ascending=[False, True], ignore_index=True
        )
