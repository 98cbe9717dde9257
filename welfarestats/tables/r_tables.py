"""The rows, columns and pairs of a table as R's lists, from the codes of the answers up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from welfarestats.errors import DataError
from welfarestats.estimates.groups import column_groups
from welfarestats.output.r_language import r_comment, r_list, r_number, r_numbers, r_string, r_truth
from welfarestats.survey.answers import Answers
from welfarestats.survey.nesting import nested_answers
from welfarestats.survey.passes import View
from welfarestats.survey.survey import Survey
from welfarestats.tables.blocks import Plan
from welfarestats.tables.crosstabs import planned
from welfarestats.tables.making import Banner
from welfarestats.tables.r_design import RColumns, Stored
from welfarestats.tables.table import Table

__all__ = ["table_lines"]

# What the methods of our limits are called by R's svyciprop; "xlogit" is its closed form.
_LIMITS = {"logit": "xlogit", "wald": "mean", "asin": "asin"}


@dataclass(frozen=True)
class _Making:
    """What the parts of one table are written from."""

    view: View
    plan: Plan
    columns: RColumns

    def stored(self, name: str) -> Stored:
        return self.columns.question(self.view.sample.answers(name))


def table_lines(table: Table, columns: RColumns) -> str:
    """Return a table as a list of R: who is in it, its rows, its columns, what is compared."""
    recipe = table.recipe
    plan = planned(recipe.survey, recipe.options)
    nested = [name for one in recipe.banners if not isinstance(one, str) for name in one]
    flat = [one for one in recipe.banners if isinstance(one, str)]
    view = recipe.survey.view([*recipe.stubs, *flat, *nested])
    making = _Making(view, plan, columns)
    interval = _LIMITS.get(plan.interval)
    replicates = view.design.replicates
    stated = replicates is not None and replicates.units is None
    rule = "design" if stated or recipe.survey.df_rule == "design" else "domain"
    inference = table.origin != "synthetic" or plan.synthetic_inference
    parts = {
        "inside": _inside(recipe.survey, view, columns),
        "percent": r_string(plan.percent),
        "level": r_number(plan.rules.level),
        "interval": "NA" if interval is None else r_string(interval),
        "df_rule": r_string(rule),
        "inference": r_truth(inference),
        "rows": r_list(list(_rows(table, making)), lines=True),
        "columns": r_list(list(_columns(table, making)), lines=True),
        "blocks": r_list(list(_blocks(table, making)), lines=True),
    }
    return f"{r_comment(table.title)}\ntables[[length(tables) + 1]] <- {r_list(parts, lines=True)}"


def _inside(survey: Survey, view: View, columns: RColumns) -> str:
    """Return R's words for who is in the domain: answers by their codes, a mask as a column."""
    conditions = []
    for one in survey._conditions:
        if one.mask is not None:
            name = columns.add_next("m", one.mask)
            columns.comments.append(f"# {name}: 1 for those in the domain of a table (a mask)")
            conditions.append(f"data${name} == 1")
        else:
            stored = columns.question(view.sample.answers(one.question))
            conditions.append(stored.chosen(stored.answers.question.positions(one.answers)))
    return " & ".join(conditions) or "everyone"


def _rows(table: Table, making: _Making) -> Iterator[str]:
    at = 0
    for name in table.recipe.stubs:
        stored = making.stored(name)
        made = [*_shares(stored, making.plan), *_mean(stored, making.plan)]
        for base, member, is_net, mean in made:
            label = str(table.sheet.labels[at])
            at += 1
            parts = {
                "stub": r_string(name),
                "label": r_string(label),
                "net": r_truth(is_net),
                "statistic": r_string("mean" if mean else "proportion"),
                "base": base,
                "member": member,
            }
            yield r_list(parts)
    assert at == len(table.sheet.labels)


def _shares(stored: Stored, plan: Plan) -> Iterator[tuple[str, str, bool, bool]]:
    if stored.answers.values is not None:
        return
    question = stored.answers.question
    base = stored.base(plan.base_includes)
    for place in question.counted(plan.base_includes):
        yield base, stored.chosen([place]), False, False
    for net in question.nets:
        yield base, stored.chosen(question.positions(net.codes)), True, False


def _mean(stored: Stored, plan: Plan) -> Iterator[tuple[str, str, bool, bool]]:
    question = stored.answers.question
    if stored.answers.values is not None:
        yield stored.base(None), stored.scores(()), False, True
    elif question.scored:
        scored = [
            place
            for place in question.counted(plan.base_includes)
            if question.categories[place].valid and question.categories[place].score is not None
        ]
        yield stored.chosen(scored), stored.scores(scored), False, True


def _columns(table: Table, making: _Making) -> Iterator[str]:
    members: list[tuple[str, str]] = []
    if table.sheet.columns[0].banner == "Total":
        members.append(("everyone", "everyone"))
    for banner in table.recipe.banners:
        members += _members(banner, making)
    for column, (answered, member) in zip(table.sheet.columns, members, strict=True):
        parts = {
            "banner": r_string(column.banner),
            "label": r_string(column.label),
            "answered": answered,
            "member": member,
        }
        yield r_list(parts)


def _members(banner: Banner, making: _Making) -> list[tuple[str, str]]:
    """Return R's words for who answered a banner question, and who is in each column of it."""
    if isinstance(banner, str):
        stored = making.stored(banner)
        question = stored.answers.question
        answered = stored.base(None)
        places = [[place] for place in question.counted()]
        places += [list(question.positions(net.codes)) for net in question.nets]
        counts = answered if stored.answers.codes is None else ""
        return [
            (answered, f"{counts} & {stored.chosen(one)}" if counts else stored.chosen(one))
            for one in places
        ]
    outer, inner = (making.stored(name) for name in banner)
    answered = f"{outer.base(None)} & {inner.base(None)}"
    return [
        (answered, f"{outer.chosen([i])} & {inner.chosen([k])}")
        for i in outer.answers.question.counted()
        for k in inner.answers.question.counted()
    ]


def _blocks(table: Table, making: _Making) -> Iterator[str]:
    """Write each stub by each banner question: the pairs of columns, and the two questions."""
    for name in table.recipe.stubs:
        stub = making.stored(name)
        rows = [i + 1 for i, one in enumerate(table.sheet.stub) if one == name]
        for banner in table.recipe.banners:
            groups = _groups(banner, making)
            named = groups.question.name
            parts = {
                "stub": r_string(name),
                "banner": r_string(named),
                "rows": r_numbers(rows),
                "pairs": r_list(_pairs(table, named, groups, making.plan)),
            }
            if stub.answers.codes is not None and groups.codes is not None:
                parts |= _crossed(stub, banner, making)
            yield r_list(parts, lines=True)


def _groups(banner: Banner, making: _Making) -> Answers:
    if isinstance(banner, str):
        return making.view.sample.answers(banner)
    return nested_answers(*(making.view.sample.answers(name) for name in banner))


def _pairs(table: Table, banner: str, groups: Answers, plan: Plan) -> list[str]:
    if plan.percent != "column":
        return []
    compared = column_groups(groups, plan.versus, nets=True)
    first = table.sheet.banner(banner)[0] + 1
    found = []
    for a, b in zip(compared.first.tolist(), compared.second.tolist(), strict=True):
        other = {"total": '"everyone"', "rest": '"rest"'}.get(plan.versus, str(first + b))
        label = r_string(compared.labels[b])
        found.append(r_list({"a": str(first + a), "b": other, "label": label}))
    return found


def _crossed(stub: Stored, banner: Banner, making: _Making) -> dict[str, str]:
    names = [banner] if isinstance(banner, str) else list(banner)
    across = [making.stored(name) for name in names]
    asked = [stub.base(making.plan.base_includes), *(one.base(None) for one in across)]
    columns = [f"data${one.columns[0]}" for one in across]
    return {
        "asked": " & ".join(asked),
        "down": f"data${stub.columns[0]}",
        "across": columns[0] if len(columns) == 1 else f"paste({', '.join(columns)})",
    }


def check_tables(survey: Survey, tables: Sequence[Table]) -> None:
    """Raise a `DataError` unless every table was made from the survey or a domain of it."""
    for table in tables:
        if table.recipe.survey._passes is not survey._passes:
            raise DataError(
                f"the table {table.title!r} was made from another survey, or under other weights."
                " Pass the survey that it was made from."
            )
