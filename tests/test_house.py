"""The rules of the house that a machine can check; the layers are checked by import-linter."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from numpydoc.validate import validate

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "welfarestats"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ROOMS = ("formulas", "survey", "estimates", "output", "tables", "qualitative", "published")

LONGEST_MODULE = 450
MOST_STATEMENTS = 40
MOST_PUBLIC_NAMES = 30
FORBIDDEN_MODULES = {"utils", "helpers", "common", "misc", "core", "base", "manager", "data"}
CLIPPINGS = {"ess", "neff", "pct", "wgt", "se"}
HEAVY = ("matplotlib", "polars", "scipy.stats", "statsmodels", "tqdm")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions_in(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def statements_in(function: ast.FunctionDef) -> int:
    inside = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return len(inside) - 1 - (ast.get_docstring(function) is not None)


def public_functions_of(path: Path) -> list[ast.FunctionDef]:
    top = [node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)]
    return [node for node in top if not node.name.startswith("_")]


def public_formulas() -> list[tuple[Path, ast.FunctionDef]]:
    """The functions of the formulas room; a module's `__all__` leaves out its tools."""
    found = []
    for module in sorted((PACKAGE / "formulas").glob("*.py")):
        functions = public_functions_of(module)
        listed = getattr(importlib.import_module(dotted(module)), "__all__", None)
        found += [(module, f) for f in functions if listed is None or f.name in listed]
    return found


# ---------------------------------------------------------------- size and names


def test_a_module_has_about_four_hundred_lines_at_most():
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_a_function_has_about_thirty_statements_at_most():
    sizes = {
        f"{name_of(path)}: {function.name}": statements_in(function)
        for path in MODULES
        for function in functions_in(tree_of(path))
    }
    assert {name: n for name, n in sizes.items() if n > MOST_STATEMENTS} == {}


def test_no_module_has_a_name_that_says_nothing():
    assert [name_of(path) for path in MODULES if path.stem in FORBIDDEN_MODULES] == []


def test_no_function_shares_a_name_with_a_module():
    names = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    shared = [
        f"{name_of(path)}: {function.name}"
        for path in MODULES
        for function in public_functions_of(path)
        if function.name in names
    ]
    assert shared == []


def test_a_room_has_about_thirty_public_names_at_most():
    for room in ROOMS:
        if (PACKAGE / room).exists():
            names = getattr(importlib.import_module(f"welfarestats.{room}"), "__all__", ())
            assert len(names) <= MOST_PUBLIC_NAMES, room


def test_words_are_not_clipped():
    clipped = []
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            name = getattr(node, "id", None) or getattr(node, "arg", None)
            if isinstance(name, str) and CLIPPINGS & set(name.lower().split("_")):
                clipped.append(f"{name_of(path)}:{node.lineno}: {name}")
    assert clipped == []


def test_every_module_of_a_room_has_its_file_of_tests():
    missing = [
        name_of(path)
        for room in ROOMS
        for path in sorted((PACKAGE / room).glob("*.py"))
        if not path.stem.startswith("_")
        and not (ROOT / "tests" / room / f"test_{path.stem}.py").exists()
    ]
    assert missing == []


# ---------------------------------------------------------------- words for the reader


def test_every_public_name_is_documented():
    import welfarestats as ws

    for name in ws.__all__:
        assert (getattr(ws, name).__doc__ or "").strip(), name
        assert f"`{name}`" in ws.__doc__ or isinstance(getattr(ws, name), type), name


def callables_for_users() -> list[str]:
    """Dotted names of the public functions, classes and their methods, and of the formulas."""
    import welfarestats as ws

    names = [f"{dotted(path)}.{function.name}" for path, function in public_formulas()]
    for name in ws.__all__:
        value = getattr(ws, name)
        home = f"{value.__module__}.{value.__qualname__}"
        names.append(home)
        if isinstance(value, type):
            names += [
                f"{home}.{method}"
                for method, made in vars(value).items()
                if not method.startswith("_") and callable(getattr(value, method, made))
            ]
    return names


def test_what_users_call_documents_its_arguments_and_what_it_returns():
    sections = {"GL08", "PR01", "PR02", "PR07", "RT01", "RT03"}
    found = {
        name: faults
        for name in callables_for_users()
        if (faults := [text for code, text in validate(name)["errors"] if code in sections])
    }
    assert found == {}


def test_every_formula_says_where_it_comes_from():
    silent = [
        f"{name_of(path)}: {function.name}"
        for path, function in public_formulas()
        if not re.search(r"^(References|Notes)\n-", ast.get_docstring(function) or "", re.MULTILINE)
    ]
    assert silent == []


def test_every_formula_has_a_row_in_the_methods_page():
    rows = (ROOT / "docs" / "methods.md").read_text("utf-8")
    missing = [
        function.name for _, function in public_formulas() if f"`{function.name}`" not in rows
    ]
    assert missing == []


def test_the_methods_page_names_no_formula_that_does_not_exist():
    rows = (ROOT / "docs" / "methods.md").read_text("utf-8").splitlines()
    named = {match[1] for row in rows if (match := re.match(r"\| `(\w+)`", row))}
    assert named <= {function.name for _, function in public_formulas()}


def test_the_pages_name_only_what_exists():
    import welfarestats as ws

    for page in PAGES:
        named = set(re.findall(r"\bws\.([A-Za-z_]+)", page.read_text("utf-8")))
        assert named <= set(ws.__all__), page.name


def test_the_architecture_page_names_every_module_and_no_other():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = dict(
        re.findall(r"^\| `(\w+)` \| (.*) \|$", page.partition("## Which module")[2], re.MULTILINE)
    )
    rooms = [room for room in ROOMS if (PACKAGE / room).exists()]
    named = {room: sorted(re.findall(r"`(\w+)`", rows[room])) for room in rooms}
    modules = {
        room: sorted(path.stem for path in (PACKAGE / room).glob("[!_]*.py")) for room in rooms
    }
    assert named == modules


def test_links_between_pages_lead_somewhere():
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not target.startswith(("http:", "https:")) and not (page.parent / target).exists()
    ]
    assert broken == []


def fenced(page: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )


@pytest.mark.parametrize(
    "page", [page for page in PAGES if fenced(page, "(?:python|pycon)")], ids=lambda page: page.stem
)
def test_the_examples_of_a_page_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    for block in fenced(page, "(?:python|pycon)"):
        if block.startswith(">>>"):
            flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
            example = doctest.DocTestParser().get_doctest(block, {}, page.name, str(page), 0)
            example.globs = namespace
            failures = []
            doctest.DocTestRunner(optionflags=flags).run(
                example, out=failures.append, clear_globs=False
            )
            assert failures == [], "".join(failures)
        else:
            exec(compile(block, str(page), "exec"), namespace)


# ---------------------------------------------------------------- what is committed


def committed() -> list[Path]:
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        hidden = {".git", ".venv", "build", "dist"}
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not hidden & set(path.relative_to(ROOT).parts)
        ]
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def words_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_committed_file_knows_the_machine_it_was_made_on():
    homes = "|".join(("work", "root", "home", "tmp", "Users"))
    pattern = re.compile(rf"(?<![\w./:-])/(?:{homes})/\w")
    found = [name_of(path) for path in committed() if pattern.search(words_of(path))]
    assert found == []


def test_no_committed_file_names_a_package_index():
    hosts = [name + ending for name, ending in (("pypi", ".org"), ("pythonhosted", ".org"))]
    hosts += ["--" + "index-url", "--" + "extra-index-url", "--" + "find-links"]
    found = [name_of(path) for path in committed() if any(h in words_of(path) for h in hosts)]
    assert found == []


def test_versions_are_pinned_without_a_lock_file():
    locks = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"}
    assert [name_of(path) for path in committed() if path.name in locks] == []
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [re.split(r"[\[><=]", line)[0] for line in project["dependencies"]]
    wanted += [re.split(r"[\[><=]", line)[0] for lines in extras.values() for line in lines]
    assert set(wanted) - set(pins) == {"welfarestats"}


def test_notebooks_are_committed_without_outputs():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            assert not cell.get("outputs"), path.name
            assert cell.get("execution_count") is None, path.name


def test_the_version_is_the_same_everywhere():
    import welfarestats as ws

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert ws.__version__ == project["version"]
    assert f"version: {ws.__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## {ws.__version__}" in (ROOT / "docs" / "changelog.md").read_text("utf-8")


# ---------------------------------------------------------------- importing and installing


def run_python(code: str, python: str = sys.executable, cwd: Path = ROOT) -> str:
    finished = subprocess.run(
        [python, "-c", code], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def seconds_to_import(module: str) -> float:
    code = f"import time; t = time.process_time(); import {module}; print(time.process_time() - t)"
    return float(run_python(code))


def test_importing_the_library_costs_little_more_than_pandas():
    ours, theirs = [], []
    for _ in range(3):
        theirs.append(seconds_to_import("pandas"))
        ours.append(seconds_to_import("welfarestats"))
    assert min(ours) <= 1.3 * min(theirs) + 0.02


def test_reaching_every_public_name_loads_no_heavy_package():
    code = "import sys, welfarestats as ws\nfor name in ws.__all__: getattr(ws, name)\n"
    loaded = run_python(code + "print(*sys.modules, sep=chr(10))").splitlines()
    assert sorted(set(HEAVY) & set(loaded)) == []


def test_an_installed_wheel_carries_every_report(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    empty = tmp_path / "empty"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(empty)], check=True)
    python = str(empty / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--quiet", str(wheel)], check=True)
    place = Path(
        run_python("import sysconfig; print(sysconfig.get_path('purelib'))", python).strip()
    )
    # The packages we depend on are lent by the environment that runs the tests; ours is not.
    import numpy as np

    (place / "lent.pth").write_text(f"{Path(np.__file__).parents[1]}\n", encoding="utf-8")
    names = sorted(path.parent.name for path in (ROOT / "data" / "reports").glob("*/report.toml"))
    assert names
    code = (
        "import welfarestats as ws\n"
        f"assert ws.__file__.startswith({str(empty)!r}), ws.__file__\n"
        f"for name in {names!r}:\n"
        "    report = ws.load_report(name)\n"
        "    assert len(report.published)\n"
        "    for survey in report.surveys:\n"
        "        assert report.survey(survey).base\n"
        "    print(name)\n"
    )
    assert run_python(code, python, cwd=tmp_path).split() == names
