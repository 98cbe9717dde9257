"""Files of respondents as agencies send them and worse: hostile, mixed, mislabelled, damaged.

Everything in them is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import welfarestats as ws

HOSTILE = (
    "=1+1", "+44 20", "-", "@cmd", "<script>alert(1)</script>", "'; DROP TABLE x; --", "NA", "None",
    "n/a", "N/A", " ", "Café", "naïve “quotes”", "日本語", "\U0001f600", "a,b", 'say "yes"',
    "two\nlines", "tab\there", "0", "1", "1.0", "TRUE", "x" * 3_000, "[synthetic]", "Total", "*",
)  # fmt: skip
_NAMES = (
    "q1", "Q2", "sex", "a b", "=1+1", "<script>", "Total", "very_" + "long_" * 40 + "name", "é", "select",
    "None", "1", "estimate", "base", "stub", "q[1]", "q.2", "it's", "w/o", "Net: all",
)  # fmt: skip
_KINDS = (
    "coded", "coded", "coded", "partly", "text", "hostile", "mixed", "scale", "set", "routed",
    "truth", "dates", "empty", "constant", "words", "huge", "floats",
)  # fmt: skip
_WEIGHTS = (
    "none", "none", "good", "good", "good", "extreme", "zero", "negative", "missing", "infinite",
    "text", "all zero", "vast",
)  # fmt: skip
_WRITERS = ("csv", "csv", "csv", "parquet", "parquet", "sav")
_ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16")
_DAMAGE = ("whole",) * 24 + ("cut off", "empty", "header only", "other ending")


@dataclass
class DirtyFile:
    """A file as it was written: its rows, the codebook that belongs to it, its weights."""

    path: Path
    frame: pd.DataFrame
    codebook: ws.Codebook
    weights: str | None
    words: str

    @property
    def whole(self) -> bool:
        """Whether every row that was written is still in the file."""
        return "cut off" not in self.words and "other ending" not in self.words


def dirty_file(folder: Path, seed: int) -> DirtyFile:
    """Write a random dirty file."""
    random = np.random.default_rng([seed, 4])
    size = int(random.choice([2, 3, 17, 60, 250]))
    columns: dict[str, Any] = {"id": [f"P{i:05d}" for i in range(size)]}
    questions: list[ws.Question] = []
    for at in range(int(random.integers(2, 9))):
        name = str(random.choice(_NAMES)) if random.random() < 0.3 else f"v{at}"
        if name not in columns:
            made, question = _column(name, str(random.choice(_KINDS)), size, random, questions)
            columns |= made
            questions += [] if question is None else [question]
    kind = str(random.choice(_WEIGHTS))
    if kind != "none":
        columns["weight"] = _weights(kind, size, random)
    frame = pd.DataFrame(columns)
    if random.random() < 0.3:
        frame = pd.concat(
            [frame, frame.sample(int(random.integers(1, 4)), replace=True, random_state=seed)]
        )
    frame = frame.reset_index(drop=True)
    written = str(random.choice(_WRITERS))
    path, words = _written(frame, folder / f"file{seed}", written, random)
    words += _damaged(path, str(random.choice(_DAMAGE)), random)
    codebook = ws.Codebook(tuple(questions))
    if written == "sav" or random.random() < 0.3:
        codebook = ws.Codebook()
    return DirtyFile(path, frame, codebook, "weight" if kind != "none" else None, words)


def _column(
    name: str, kind: str, size: int, random: np.random.Generator, earlier: Sequence[ws.Question]
) -> tuple[dict[str, Any], ws.Question | None]:
    """Return the entries of a column, or of a set of columns, and its question if it has one."""
    label = str(random.choice([name, "Long " * 200, "<b>bold</b>", "=SUM(A1)", "Wie geht’s?"]))
    if kind in ("coded", "partly", "routed"):
        return _coded(name, label, kind, size, random, earlier)
    if kind == "scale":
        missing = (ws.Category(998, "Don't know", missing="dont_know"),)
        values = random.choice([0, 5, 7.5, 10, 998, np.nan, 1e300], size)
        return {name: values}, ws.Question(name, label, kind="scale", categories=missing)
    if kind == "set":
        members = tuple(f"{name}_{i}" for i in range(3))
        odd = 3 if random.random() < 0.1 else 1
        values = random.choice([0, 0, 1, odd, np.nan], (3, size))
        categories = (ws.Category(1, "One"), ws.Category(2, "Two"), ws.Category(3, "None of these"))
        question = ws.Question(name, label, kind="multiple", columns=members, categories=categories)
        return dict(zip(members, values, strict=True)), question
    return {name: _undeclared(kind, size, random)}, None


def _coded(
    name: str,
    label: str,
    kind: str,
    size: int,
    random: np.random.Generator,
    earlier: Sequence[ws.Question],
) -> tuple[dict[str, Any], ws.Question]:
    """Return a question with codes; some have no label, some labels have nobody."""
    texts = [*random.permutation(HOSTILE)[:3], "Nobody says this"]
    labels = [text.strip() or "blank" for text in map(str, texts)]
    codes = [1, 5] if kind == "partly" else [1, 2, 3, 4]
    categories = [ws.Category(code, text) for code, text in zip(codes, labels, strict=False)]
    categories += [ws.Category(8, "Don’t know", missing="dont_know")]
    categories += [ws.Category(-1, "Not asked", missing="not_asked")]
    found = [1, 2, 3, 8, -1, np.nan, *([97] if random.random() < 0.3 else [])]
    before = [q for q in earlier if q.kind == "single"]
    route = {before[-1].name: (1, 2)} if kind == "routed" and before else None
    if route is not None and 2 not in [c.code for c in before[-1].categories]:
        route = {before[-1].name: (1,)}
    nets = [ws.Net("A net", (1, codes[1]))]
    question = ws.Question(name, label, categories=categories, nets=nets, asked_if=route)
    values = random.choice(found, size)
    if random.random() < 0.2:  # labels instead of codes
        words = {1: labels[0], 2: labels[1]}
        return {name: pd.Series([words.get(value) for value in values], dtype=object)}, question
    return {name: values}, question


def _undeclared(kind: str, size: int, random: np.random.Generator) -> Any:
    if kind == "text":
        return [f"somebody wrote {i}" for i in range(size)]
    if kind == "dates":
        return pd.to_datetime(random.choice(["2026-01-01", "1899-12-31", None], size))
    entries: dict[str, Sequence[Any]] = {
        "hostile": HOSTILE,
        "words": ("UC", "UC ", "uc", "ESA", ""),
        "mixed": (1, "1", 2.5, True, None, "x"),
        "empty": (None,),
    }
    numbers: dict[str, Sequence[Any]] = {
        "truth": (True, False),
        "constant": (1,),
        "huge": (2**53 + 1, -(2**62), 0),
        "floats": (0.1, -0.0, 0.0, 1e-300, np.inf, np.nan),
    }
    if kind in entries:
        return random.choice(np.array(entries[kind], dtype=object), size)
    return random.choice(np.array(numbers[kind]), size)


def _weights(kind: str, size: int, random: np.random.Generator) -> Any:
    weights = random.lognormal(0, 0.6, size)
    first = int(random.integers(size))
    if kind in ("extreme", "vast"):
        weights[first] = 1e9 if kind == "extreme" else 1e200
    elif kind == "zero":
        weights[: size // 2] = 0
    elif kind == "all zero":
        weights[:] = 0
    elif kind in ("negative", "missing", "infinite"):
        weights[first] = {"negative": -1.0, "missing": np.nan, "infinite": np.inf}[kind]
    return [f"w{value:.2f}" for value in weights] if kind == "text" else weights


def _written(
    frame: pd.DataFrame, stem: Path, written: str, random: np.random.Generator
) -> tuple[Path, str]:
    """Write a frame, and return where and as what."""
    if written == "csv":
        encoding = str(random.choice(_ENCODINGS))
        separator = ";" if random.random() < 0.1 else ","
        path = stem.with_suffix(".csv")
        text = frame.to_csv(index=False, sep=separator)
        path.write_bytes(text.encode(encoding, errors="replace"))
        return path, f"csv {encoding}" + (" semicolons" if separator == ";" else "")
    if written == "parquet":
        path = stem.with_suffix(".parquet")
        _typed(frame).to_parquet(path, index=False)
        return path, "parquet"
    return _written_sav(frame, stem.with_suffix(".sav")), "sav"


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with columns that mix types as text, which other programs would do too."""
    made = {}
    for name in frame.columns:
        column = frame[name]
        if column.dtype == object:
            column = column.map(lambda value: value if pd.isna(value) else str(value))
        made[name] = column
    return pd.DataFrame(made)


def _written_sav(frame: pd.DataFrame, path: Path) -> Path:
    """Write an SPSS file; its names are plain, its texts short, its labels odd."""
    import pyreadstat

    plain = _typed(frame).rename(columns={name: f"v_{i}" for i, name in enumerate(frame.columns)})
    if "weight" in frame:
        plain = plain.rename(columns={f"v_{list(frame.columns).index('weight')}": "weight"})
    for name in plain.columns:
        if plain[name].dtype == object or isinstance(plain[name].dtype, pd.StringDtype):
            plain[name] = plain[name].astype(object).where(plain[name].notna(), "").str[:200]
    numeric = [name for name in plain.columns if pd.api.types.is_float_dtype(plain[name].dtype)]
    labels = {name: {1.0: "=1+1", 2.0: "<b>", 8.0: "Don't know"} for name in numeric[:3]}
    ranges = {name: [8.0, {"lo": -9.0, "hi": -1.0}] for name in numeric[:2] if name != "weight"}
    pyreadstat.write_sav(
        plain,
        path,
        column_labels=[f"Label of {name} <i>" for name in plain.columns],
        variable_value_labels=labels,
        missing_ranges=ranges,
    )
    return path


def _damaged(path: Path, damage: str, random: np.random.Generator) -> str:
    """Damage a file as transfers do; return how in words."""
    content = path.read_bytes()
    if damage == "cut off":
        path.write_bytes(content[: int(len(content) * random.uniform(0.05, 0.95))])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "header only" and path.suffix == ".csv":
        path.write_bytes(content.partition(b"\n")[0])
    elif damage == "other ending":
        other = {".csv": ".parquet", ".parquet": ".csv", ".sav": ".csv"}[path.suffix]
        path.with_suffix(other).write_bytes(content)
        path.write_bytes(b"PAR1" + content[:50])
    else:
        return ""
    return f", {damage}"
