"""Help, tour and manual: what they must say, how they are laid out, and that every example of theirs runs."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actcli.cli import COMMANDS
from actcli.errors import DATA_FAILED, GATE_CROSSED, USAGE_WRONG
from actcli.help import EXAMPLES, TOPICS, help_of, laid_out
from actcli.options import PANELS
from tests.make.contexts import contexts
from tests.make.man_page import TARGET, page, roff
from tests.runner import actcli, in_bash, on_terminal

ROOT = Path(__file__).parents[1]
LINES = [(name, example.line) for name, examples in EXAMPLES.items() for example in examples]
WIDTHS = (30, 40, 80, 200)


@pytest.fixture(scope="module", params=["actcli", *COMMANDS])
def context(request: pytest.FixtureRequest) -> Any:
    return next(each for each in contexts() if each.info_name == request.param)


def said(width: int, context: Any) -> str:
    return laid_out(help_of(context.command, context), width, bold=False)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_is_the_same_for_both_options_and_in_pipe_and_terminal(command: str, option: str) -> None:
    run = actcli(command, option)
    assert (run.status, run.stderr) == (0, "")
    assert run == on_terminal(command, option) == actcli(command, "-h")
    assert run.stdout.startswith(f"Usage: actcli {command} [OPTIONS] ")


def test_headings_are_bold_where_there_is_colour() -> None:
    bold = on_terminal("eval", "-h", colour=True).stdout
    assert "\x1b[1mOutput:\x1b[0m" in bold
    assert re.sub(r"\x1b\[\d*m", "", bold) == actcli("eval", "-h").stdout


@pytest.mark.parametrize("line", LINES, ids=[line for _, line in LINES])
def test_every_example_runs_and_is_of_its_command(line: tuple[str, str], tmp_path: Path) -> None:
    command, typed = line
    assert f"actcli {command}" in typed
    ended = in_bash(typed, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout or any(tmp_path.iterdir())
    assert "error" not in ended.stderr


def test_every_command_has_examples_of_its_own() -> None:
    assert list(EXAMPLES) == list(COMMANDS)
    assert all(len(examples) >= 3 for examples in EXAMPLES.values())
    shown = [example.line for examples in EXAMPLES.values() for example in examples]
    assert len(shown) == len(set(shown))


def test_the_tour_shows_an_example_of_every_command() -> None:
    run = actcli()
    assert (run.status, run.stderr) == (0, "")
    for examples in EXAMPLES.values():
        assert f"  {examples[0].line}  " in run.stdout
    assert run.stdout == on_terminal().stdout


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_screen_but_for_examples(context: Any, width: int) -> None:
    examples = {f"  {line}" for _, line in LINES}
    for line in said(width, context).splitlines():
        longest_word = max(map(len, line.split()), default=0)
        assert len(line) <= width or line in examples or longest_word > width - 20, line


@pytest.mark.parametrize("width", WIDTHS)
def test_every_width_shows_the_same_words_in_the_same_order(context: Any, width: int) -> None:
    assert said(width, context).split() == said(100, context).split()


def test_every_parameter_is_reported_once_with_what_it_means(context: Any) -> None:
    text = said(80, context)
    for parameter in context.command.get_params(context):
        assert parameter.help, parameter.name
        if parameter.param_type_name == "option":
            names = re.escape(", ".join(sorted(parameter.opts, key=len)))
            assert len(re.findall(rf"^  {names}(?: |$)", text, re.MULTILINE)) == 1, parameter.name


def test_options_stand_under_the_headings_of_their_panels() -> None:
    for context in list(contexts())[1:]:
        sections = {section.title: section for section in help_of(context.command, context).sections}
        assert set(sections) <= {"Examples", "Arguments", "Options", *PANELS}
        if "Options" in sections:
            assert [name for name, _ in sections["Options"].rows] == ["-h, --help"]


def test_arguments_and_examples_come_before_options() -> None:
    run = actcli("grad", "-h")
    assert re.findall(r"^(\w+):$", run.stdout, re.MULTILINE) == ["Examples", "Arguments", "Numbers", "Input", "Output"]


def test_what_follows_the_first_paragraph_of_a_docstring_is_reported() -> None:
    assert "pipx and uv" in actcli("completion", "-h").stdout


def rows(title: str) -> Iterator[tuple[str, str]]:
    return iter(dict(TOPICS)[title])


def test_the_help_of_the_program_shows_functions_values_exit_codes_and_environment() -> None:
    text = " ".join(actcli("-h").stdout.split())
    assert "with --decimal-comma 1,5 is 1.5" in text
    for topic in TOPICS:
        assert f"{topic.title}:" in text
        for name, meaning in topic.rows:
            assert f"{name} {meaning}" in text
    for name in COMMANDS:
        assert f" {name} " in text


def test_the_exit_codes_listed_are_those_there_are() -> None:
    codes = {"0", *map(str, (DATA_FAILED, USAGE_WRONG, GATE_CROSSED))}
    assert {name for name, _ in rows("Exit codes")} == codes


def test_the_environment_listed_is_what_is_read() -> None:
    source = (ROOT / "actcli" / "terminal.py").read_text(encoding="utf-8")
    read = set(re.findall(r'environ(?:\.get\(|\[)"(\w+)"', source)) | {"FORCE_COLOR", "CLICOLOR_FORCE"}
    words = set(re.findall(r"\b[A-Z_]{3,}\b", " ".join(" ".join(row) for row in rows("Environment"))))
    assert read <= words


@pytest.mark.parametrize("value", [value for value, _ in dict(TOPICS)["Values"] if value != "-"])
def test_the_values_listed_are_read(value: str) -> None:
    assert actcli("eval", "tanh", *value.split()).status == 0


@pytest.mark.parametrize("spec", [spec for spec, _ in dict(TOPICS)["Functions"]])
def test_the_functions_listed_are_known(spec: str) -> None:
    assert actcli("compare", spec.strip("'"), "1").status == 0


# The manual page


def test_the_page_is_fresh() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "python -m tests.make makes it anew"


def test_every_option_example_and_topic_is_reported() -> None:
    lines = page().splitlines()
    for context in contexts():
        for section in help_of(context.command, context).sections:
            for name, _ in section.rows:
                assert f".B {roff(name)}" in lines or f".SS {name}" in lines, name
    for examples in EXAMPLES.values():
        assert all(f".B {roff(example.line)}" in lines for example in examples)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_finds_nothing_to_warn_of() -> None:
    ended = subprocess.run(
        [str(shutil.which("groff")), "-ww", "-man", "-Tascii", "-P-cbou", str(TARGET)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    text = " ".join(ended.stdout.split())
    assert "printf '1 2\\n3 4\\n' | actcli eval tanh" in text
    assert "with --decimal-comma 1,5 is 1.5" in text
