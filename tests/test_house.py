"""The house keeps its own rules: imports one way, rooms that can be read, a light start, one version, a tidy street."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import actcli
from actcli.cli import COMMANDS

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "actcli").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# A folder whose listing can be read as a map, and a file that is still about one subject.
MOST_FILES, MOST_LINES = 14, 1_000
# A file of so few lines that one other file uses is a paragraph of that other file.
FEW_LINES = 40


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def python(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_imports_run_one_way() -> None:
    contracts = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    ended = python("-c", contracts)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 broken" in ended.stdout


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=named)
def test_the_first_line_says_what_lives_there(path: Path) -> None:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert re.fullmatch(r'r?"""\S.*[.:?!;](""")?', first), first


def test_a_folder_can_be_read_as_a_map() -> None:
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert not {named(folder): files for folder, files in folders.items() if files > MOST_FILES}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_file_does_not_sprawl(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= MOST_LINES


def imported(path: Path) -> set[str]:
    """The modules of ours that a file names in its imports, those within functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.partition(".")[0] == "actcli"}


def test_no_file_is_a_crumb_of_another() -> None:
    users = Counter(name for path in MODULES for name in imported(path))
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in MODULES}
    crumbs = [
        name
        for name, path in modules.items()
        if path.name not in ("__init__.py", "__main__.py")
        and users[name] == 1
        and path.read_text(encoding="utf-8").count("\n") < FEW_LINES
    ]
    assert not crumbs


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=named)
def test_no_room_is_called_by_a_name_that_says_nothing(path: Path) -> None:
    names = {path.stem, *path.relative_to(ROOT).parts[:-1]}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    names |= {node.name for node in ast.walk(tree) if isinstance(node, definitions)}
    assert not {name for name in names if re.fullmatch(r"_?(utils?|helpers?|misc|common|data2|process)", name.lower())}


HEAVY = ("rich", "plotext")


def loaded(arguments: list[str], stdin: str = "") -> set[str]:
    """The modules that a run of the program has loaded when it ends."""
    code = (
        "import os, sys\n"
        "end = os._exit\n"
        "def exited(status):\n"
        "    sys.stderr.write('LOADED ' + ' '.join(sys.modules))\n"
        "    sys.stderr.flush()\n"
        "    end(status)\n"
        "os._exit = exited\n"
        f"sys.argv = ['actcli', *{arguments!r}]\n"
        "from actcli.__main__ import run\n"
        "run()\n"
    )
    ended = python("-c", code, stdin=stdin)
    assert ended.returncode == 0, ended.stderr
    return set(ended.stderr.partition("LOADED ")[2].split())


@pytest.mark.parametrize("arguments", [*([command, "--help"] for command in COMMANDS), ["--version"], []])
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    modules = loaded(arguments)
    assert "actcli" in modules
    assert not modules & {*HEAVY, "flint"}


@pytest.mark.parametrize(
    "arguments", [["eval", "gelu"], ["grad", "tanh"], ["softmax"], ["eval", "x*sigmoid(x)", "--format", "csv"]]
)
def test_piped_answers_load_nothing_heavy(arguments: list[str]) -> None:
    modules = loaded(arguments, stdin="1 2 3\n")
    assert "numpy" in modules
    assert not modules & {*HEAVY, "flint", "importlib_metadata", "click", "pydantic", "numpy.ma"}


READERS = {"csv", "gzip", "zipfile"}


def test_a_reader_is_loaded_by_those_who_need_it() -> None:
    assert not loaded(["eval", "relu", "1,2"]) & READERS
    assert not loaded(["eval", "relu"], stdin="1,2\n") & READERS
    assert "csv" in loaded(["eval", "relu"], stdin="a,b\n1,2\n")
    assert not loaded(["eval", "relu"], stdin="[1,2]\n") & READERS - {"csv"}


def test_importing_the_package_loads_nothing() -> None:
    ended = python("-c", "import sys; before = set(sys.modules); import actcli; print(*(set(sys.modules) - before))")
    assert ended.stdout.split() == ["actcli"]


def test_there_is_one_version_number() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["hatch"]["version"]["path"] == "actcli/__init__.py"
    assert python("-m", "actcli", "--version").stdout == f"actcli {actcli.__version__}\n"
    assert actcli.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    spelled = [path for path in MODULES if "__version__ =" in path.read_text(encoding="utf-8")]
    assert [named(path) for path in spelled] == ["actcli/__init__.py"]


STREET = {
    "pyproject.toml",
    "actcli",
    "tests",
    "README.md",
    "completions",
    ".ci",
    "LICENSE",
    "CHANGELOG.md",
    ".gitignore",
    "docs",
}


@pytest.mark.skipif(not (ROOT / ".git").exists() or shutil.which("git") is None, reason="not a checkout")
def test_the_street_holds_only_what_it_may() -> None:
    listed = subprocess.run(
        [str(shutil.which("git")), "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.partition("/")[0] for line in listed.stdout.splitlines()} - {".venv"} <= STREET


def test_only_one_module_knows_plotext_and_only_render_knows_rich() -> None:
    def importers(package: str) -> list[str]:
        pattern = re.compile(rf"^\s*(?:import|from) {package}\b", re.MULTILINE)
        return [named(path) for path in MODULES if pattern.search(path.read_text(encoding="utf-8"))]

    assert importers("plotext") == ["actcli/render/plot/canvas.py"]
    assert all(path.startswith("actcli/render/") for path in importers("rich"))
    assert all(path.startswith("actcli/formula") for path in importers("flint"))
    assert not importers("click")


FORBIDDEN = {"eval", "exec", "compile", "__import__"}


def executing(path: Path) -> list[str]:
    """What in a file runs code that is given as text or bytes; a line that an error offers to the user is text."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            found += [node.func.id] if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN else []
            found += [
                word.arg for word in node.keywords if word.arg == "allow_pickle" and ast.unparse(word.value) != "False"
            ]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found += [name for name in names if re.search(r"\b(cloud)?pickle\b|\bmarshal\b|\bshelve\b", name)]
        elif isinstance(node, ast.Name | ast.Attribute):
            found += ["pickle"] if getattr(node, "id", getattr(node, "attr", "")) == "pickle" else []
    return found


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_nothing_of_the_user_s_is_executed_or_unpickled(path: Path) -> None:
    assert not executing(path)
