"""Reports printed from random respondents: true by construction, whatever the draw.

The numbers are counted here with NumPy, without the library, from answers that obey the routing,
the nets and the implications of the codebook that is written beside them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from numpy.typing import NDArray

from welfarestats.published.report import Report, load_report

Flags = NDArray[np.bool_]
Group = tuple[tuple[str, str], ...]
Where = dict[str, list[str]]

SURVEY = "s"
UNSURE, NOTHING = "Don't know", "None of these"
HEADER = "item,survey,variable,population,group,category,statistic,value,printed,line,note"
CLAIMS = (
    "claim,survey,section,line,outcome,group_a,percent_a,group_b,percent_b,base_a,base_b,"
    "direction,claimed"
)


@dataclass
class Asked:
    """A question and everyone's answers: one mask a label, and who counts in its base."""

    name: str
    labels: list[str]
    given: Flags
    asked: Flags
    kind: str = "single"
    nets: dict[str, list[str]] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    route: Where = field(default_factory=dict)

    @property
    def valid(self) -> Flags:
        """Who counts in the base: asked, on record, and not unsure."""
        unsure = self.gave(UNSURE) if UNSURE in self.labels else np.zeros_like(self.asked)
        return self.asked & ~unsure

    def gave(self, label: str) -> Flags:
        """Who gave an answer, or one of a net."""
        several = self.nets.get(label, [label])
        return np.any([self.given[self.labels.index(one)] for one in several], axis=0)

    def answers(self) -> list[str]:
        """What can be published: valid labels and nets."""
        return [label for label in self.labels if label != UNSURE] + list(self.nets)

    def table(self) -> dict[str, Any]:
        """Its table in codebook.toml."""
        entries = []
        for code, label in enumerate(self.labels, start=1):
            entry: dict[str, Any] = {"code": code, "label": label}
            if label == UNSURE:
                entry["missing"] = "dont_know"
            if label in self.scores:
                entry["score"] = self.scores[label]
            entries.append(entry)
        nets = [
            {"label": net, "codes": [self.labels.index(one) + 1 for one in several]}
            for net, several in self.nets.items()
        ]
        found = {"survey": SURVEY, "name": self.name, "kind": self.kind, "categories": entries}
        if self.kind == "multiple":
            found["columns"] = [f"{self.name}_{i}" for i, _ in enumerate(self.labels)]
        return found | ({"nets": nets} if nets else {}) | self._route()

    def _route(self) -> dict[str, Any]:
        return {"asked_if": self.route} if self.route else {}


@dataclass
class Respondents:
    """Random respondents: their weights and answers, and what a codebook and a spec say of them."""

    size: int
    weights: NDArray[np.float64] | None
    represent: str
    origin: str
    questions: dict[str, Asked]
    banners: list[str]
    implications: list[dict[str, Where]] = field(default_factory=list)
    counts: list[dict[str, str]] = field(default_factory=list)

    @property
    def populations(self) -> dict[str, Where]:
        """Everyone, and for each routing those who were led."""
        routed = {q.name: q.route for q in self.questions.values() if q.route}
        return {"all": {}} | {f"asked_{name}": route for name, route in routed.items()}

    def inside(self, where: Where, group: Group = ()) -> Flags:
        """Who is in a population, and in a group of it."""
        found = np.ones(self.size, dtype=bool)
        for name, labels in where.items():
            found &= np.any([self.questions[name].gave(label) for label in labels], axis=0)
        for name, label in group:
            found &= self.questions[name].gave(label)
        return found

    def sum_of(self, people: Flags) -> float:
        """The sum of the weights of some people."""
        return float(people.sum() if self.weights is None else self.weights[people].sum())


# ------------------------------------------------------------------ drawing


def draw(random: np.random.Generator, size: int, questions: int) -> Respondents:
    """Draw respondents whose answers hang together, and the questionnaire they answered."""
    weights, represent = _weights(random, size)
    origin = str(random.choice(["synthetic", "collected"], p=[0.7, 0.3]))
    found = Respondents(size, weights, represent, origin, {}, ["group", "place"])
    temper = random.normal(size=size)
    if weights is not None and random.random() < 0.5:
        temper += np.log(weights)
    for name in found.banners:
        found.questions[name] = _single(random, name, temper, found, routed=False)
    if random.random() < 0.8:
        _add_multiple(random, found, temper)
    for i in range(questions):
        name = f"q{i + 1}"
        routed = random.random() < 0.4
        found.questions[name] = _single(random, name, temper, found, routed=routed)
    _add_implication(random, found)
    return found


def _weights(random: np.random.Generator, size: int) -> tuple[NDArray[np.float64] | None, str]:
    represent = str(random.choice(["", "sample", "population"], p=[0.25, 0.5, 0.25]))
    if not represent:
        return None, ""
    weights = np.exp(random.uniform(0.1, 0.7) * random.normal(size=size))
    weights *= size / weights.sum()
    return (weights if represent == "sample" else 123.4 * weights), represent


def _route(random: np.random.Generator, found: Respondents) -> Where:
    """Return answers that lead to a question: one or two labels of an earlier one."""
    earlier = found.questions[str(random.choice(list(found.questions)))]
    labels = [label for label in earlier.answers() if earlier.gave(label).any()]
    if not labels:
        return {}
    chosen = random.choice(labels, size=min(len(labels), int(random.integers(1, 3))), replace=False)
    return {earlier.name: [str(label) for label in chosen]}


def _single(
    random: np.random.Generator,
    name: str,
    temper: NDArray[np.float64],
    found: Respondents,
    *,
    routed: bool,
) -> Asked:
    number = int(random.integers(2, 6))
    labels = [f"{name.upper()}{i}" for i in range(number)]
    pull = temper * random.uniform(-1.5, 1.5) + random.normal(size=found.size)
    cuts = np.quantile(pull, np.sort(random.uniform(0.02, 0.98, size=number - 1)))
    position = np.searchsorted(cuts, pull)
    if random.random() < 0.4:
        labels.append(UNSURE)
        position[random.random(found.size) < 0.06] = number
    route = _route(random, found) if routed else {}
    asked = found.inside(route)
    if found.origin == "collected" and random.random() < 0.5:
        asked = asked & (random.random(found.size) > 0.04)
    given = np.array([(position == i) & asked for i in range(len(labels))])
    nets = {}
    if number > 2 and random.random() < 0.6:
        start = int(random.integers(0, number - 1))
        nets[f"{name.upper()} net"] = labels[start : start + 2]
    scores = {label: float(i) for i, label in enumerate(labels[:number])}
    if random.random() < 0.7:
        scores = {}
    return Asked(name, labels, given, asked, nets=nets, scores=scores, route=route)


def _add_multiple(
    random: np.random.Generator, found: Respondents, temper: NDArray[np.float64]
) -> None:
    number = int(random.integers(3, 6))
    labels = [f"Option {i}" for i in range(number)]
    route = _route(random, found) if random.random() < 0.4 else {}
    asked = found.inside(route)
    level = random.uniform(-1.5, 0.5, size=number)[:, None]
    given = (level + 0.7 * temper + random.normal(size=(number, found.size)) > 0) & asked
    if random.random() < 0.4:
        labels.append(UNSURE)
        unsure = asked & (random.random(found.size) < 0.05)
        given = np.vstack([given & ~unsure, unsure])
    if random.random() < 0.6:
        labels.append(NOTHING)
        given = np.vstack([given, asked & ~given.any(axis=0)])
    nets = {"Any of two": labels[:2], "Any option": labels[:number]}
    many = Asked("many", labels, given, asked, "multiple", nets=nets, route=route)
    found.questions["many"] = many
    if random.random() < 0.5:
        found.questions["times"] = _times(many, number)
        words = ("Nothing", "One", "Several")
        found.counts.append(
            dict(zip(("of", "into", "none", "one", "more"), ("many", "times", *words), strict=True))
        )


def _times(many: Asked, number: int) -> Asked:
    named = many.given[:number].sum(axis=0)
    known = many.valid
    given = [known & (named == 0), known & (named == 1), known & (named > 1), many.asked & ~known]
    labels = ["Nothing", "One", "Several", UNSURE]
    return Asked("times", labels, np.array(given), many.asked, route=many.route)


def _add_implication(random: np.random.Generator, found: Respondents) -> None:
    """Write an implication that happens to hold for these people."""
    if random.random() < 0.5:
        return
    names = [name for name, question in found.questions.items() if question.kind == "single"]
    one, two = (found.questions[str(name)] for name in random.choice(names, 2, replace=False))
    given = one.gave(str(random.choice(one.answers())))
    label = str(random.choice(one.answers()))
    given = one.gave(label)
    then = [other for other in two.labels if (two.gave(other) & given).any()]
    if given.any() and not (given & ~two.asked).any() and len(then) < len(two.labels):
        found.implications.append({"if": {one.name: [label]}, "then": {two.name: then}})


# ------------------------------------------------------------------ printing


@dataclass
class Printer:
    """How a report rounds, and how much of what could be printed it prints."""

    random: np.random.Generator
    decimals: int = 0
    twice: bool = False
    share: float = 0.7

    def percent(self, part: float, whole: float) -> str:
        """Return a percentage as it is printed; what only rounds to zero may be a star."""
        exact = Decimal(repr(round(100 * part / whole, 9)))
        first = rounded(exact, self.decimals + 1) if self.twice else exact
        text = f"{rounded(first, self.decimals)}"
        star = exact > 0 and Decimal(text) == 0 and (self.twice or self.random.random() < 0.7)
        return "*" if star and self.decimals == 0 else text

    def prints(self) -> bool:
        """Whether something is printed at all."""
        return bool(self.random.random() < self.share)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return a number rounded half up."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def rows_of(people: Respondents, printer: Printer) -> Iterator[list[str]]:
    """Return the rows of published.csv: variable, population, group, category, statistic, token."""
    yield ["", "all", "", "", "base", str(people.size)]
    if people.weights is not None:
        yield ["", "all", "", "", "weighted_base", _whole(people.sum_of(people.inside({})))]
    for question in people.questions.values():
        route = next(
            (name for name, where in people.populations.items() if where == question.route), "all"
        )
        for group in _groups(people, question):
            population = route if printer.random.random() < 0.7 else "all"
            inside = people.inside(people.populations[population], group)
            place = [question.name, population, " & ".join("=".join(pair) for pair in group)]
            yield from _printed_of(people, printer, question, inside, place)


def _groups(people: Respondents, question: Asked) -> list[Group]:
    banners = [people.questions[name] for name in people.banners if name != question.name]
    several: list[Group] = [()]
    several += [((banner.name, label),) for banner in banners for label in banner.answers()]
    if len(banners) == 2:
        one, two = banners
        several.append(((one.name, one.labels[0]), (two.name, two.labels[0])))
    return several


def _printed_of(
    people: Respondents, printer: Printer, question: Asked, inside: Flags, place: list[str]
) -> Iterator[list[str]]:
    whole = inside & question.valid
    base, weighted_base = int(whole.sum()), people.sum_of(whole)
    if not base:
        return
    if printer.prints():
        yield [*place, "", "base", str(base)]
    if people.weights is not None and printer.random.random() < 0.3:
        yield [*place, "", "weighted_base", _whole(weighted_base)]
    for answer in question.answers():
        part = whole & question.gave(answer)
        if printer.prints():
            token = printer.percent(people.sum_of(part), weighted_base)
            yield [*place, answer, "percent", token]
        if printer.random.random() < 0.05:
            yield [*place, answer, "count", str(int(part.sum()))]
    if question.scores:
        scored = [(whole & question.gave(label), s) for label, s in question.scores.items()]
        total = sum(people.sum_of(part) * score for part, score in scored)
        token = rounded(Decimal(repr(round(total / weighted_base, 9))), 1)
        yield [*place, "", "mean", f"{token}"]


def _whole(value: float) -> str:
    return str(rounded(Decimal(repr(round(value, 6))), 0))


# ------------------------------------------------------------------ folders


def write_report(folder: Path, people: Respondents, rows: Sequence[Sequence[str]]) -> Report:
    """Write the folder of a report that prints some rows, and load it."""
    folder.mkdir(parents=True, exist_ok=True)
    spec: dict[str, Any] = {"surveys": {SURVEY: _survey_table(people)}}
    labelled = {
        name: {"label": name, "where": where}
        for name, where in people.populations.items()
        if name != "all"
    }
    spec |= {"populations": {SURVEY: labelled}} if labelled else {}
    if people.implications:
        spec["implications"] = {SURVEY: people.implications}
    if people.counts:
        spec["reconstruction"] = {SURVEY: {"counts": people.counts}}
    questions = [question.table() for question in people.questions.values()]
    write_published(folder, rows)
    (folder / "spec.toml").write_text(tomli_w.dumps(spec), encoding="utf-8")
    (folder / "codebook.toml").write_text(tomli_w.dumps({"question": questions}), encoding="utf-8")
    (folder / "report.toml").write_text('name = "random"\ntitle = "Random"\n', encoding="utf-8")
    (folder / "claims.csv").write_text(
        "\n".join([CLAIMS, *claims_of(rows)]) + "\n", encoding="utf-8"
    )
    (folder / "exclusions.csv").write_text("line,token,reason\n", encoding="utf-8")
    return load_report(folder)


def write_published(folder: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write published.csv, one number a line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER.split(","))
    for line, (*place, token) in enumerate(rows, start=1):
        value = "" if token == "*" else f"{float(token):.10g}"
        writer.writerow([f"n{line}", SURVEY, *place, value, token, line, ""])
    (folder / "published.csv").write_text(text.getvalue(), encoding="utf-8")


def _survey_table(people: Respondents) -> Mapping[str, Any]:
    table = {"base": people.size, "microdata": "microdata/s.parquet", "origin": people.origin}
    if people.weights is not None:
        table |= {"weights": "weight", "weights_represent": people.represent}
    return table


def claims_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return comparisons in words: the percentages of one answer in two groups of a banner."""
    shares: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for variable, population, group, category, statistic, token in rows:
        if statistic == "percent" and token != "*" and group and " & " not in group:
            banner, _, label = group.partition("=")
            if " net" not in label:
                key = (variable, population, category, banner)
                shares.setdefault(key, []).append((label, token))
    found = []
    for line, ((variable, population, category, banner), several) in enumerate(shares.items(), 1):
        if len(several) < 2:
            continue
        (one, p), (two, q) = several[:2]
        direction = "more" if float(p) > float(q) else "less" if float(p) < float(q) else "same"
        prefix = "" if population == "all" else f"{population}: "
        found.append(
            f"c{line},{SURVEY},1,{line},{variable}={category},{prefix}{banner}={one},{p},"
            f"{prefix}{banner}={two},{q},,,{direction},none"
        )
    return found


def random_report(
    folder: Path, seed: int, *, size: int = 120, questions: int = 3, twice: bool = True
) -> tuple[Report, Respondents, list[list[str]]]:
    """Draw respondents, print their report, and return it with the respondents and its rows.

    ``twice``: some reports round percentages to a decimal first and then to none.
    """
    random = np.random.default_rng(seed)
    people = draw(random, int(random.integers(size // 3, size + 1)), questions)
    decimals = int(random.random() < 0.2)
    again = bool(random.random() < 0.3) and twice
    printer = Printer(random, decimals, again, random.uniform(0.2, 0.9))
    rows = list(rows_of(people, printer))
    return write_report(folder, people, rows), people, rows


def one_digit_changed(random: np.random.Generator, token: str) -> str:
    """Return a token with one of its digits another one; never a leading zero."""
    at = int(random.choice([i for i, letter in enumerate(token) if letter.isdigit()]))
    leading = at == 0 and len(token.split(".", maxsplit=1)[0]) > 1
    others = [d for d in "0123456789" if d != token[at] and not (leading and d == "0")]
    return token[:at] + str(random.choice(others)) + token[at + 1 :]
