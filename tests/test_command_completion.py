"""Completion in bash, zsh and fish as one meets it: a TAB on a line, and what is offered."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from actcli.catalog import ENTRIES, FUNCTIONS
from actcli.cli import COMMANDS
from actcli.commands.completion import FILES
from tests.make.completions import TABLES, renewed
from tests.make.contexts import contexts
from tests.runner import actcli
from tests.shells import COMPLETIONS, Shell

NAMES = ("bash", "zsh", "fish")


@pytest.fixture(scope="module", params=NAMES)
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "activations.csv").touch()
    (folder / "two words.txt").touch()
    opened = Shell(request.param, folder)
    yield opened
    opened.close()


@pytest.mark.parametrize("file", TABLES)
def test_the_tables_are_fresh(file: str) -> None:
    text = (COMPLETIONS / file).read_text(encoding="utf-8")
    assert renewed(file, text) == text, "python -m tests.make makes them anew"


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_the_script(name: str) -> None:
    run = actcli("completion", name)
    assert (run.status, run.stderr) == (0, "")
    assert run.stdout == (COMPLETIONS / FILES[name]).read_text(encoding="utf-8")


def test_another_shell_is_a_usage_error_that_names_those_there_are() -> None:
    run = actcli("completion", "tcsh")
    assert (run.status, run.stdout) == (2, "")
    assert "'bash', 'zsh', 'fish'" in run.stderr


# A line, and what a TAB at its end makes of it.
LINES = {
    "actcli gra": "actcli grad ",
    "actcli --vers": "actcli --version ",
    "actcli --debug gra": "actcli --debug grad ",
    "seq 3 | actcli eva": "seq 3 | actcli eval ",
    "actcli eval leaky-": "actcli eval leaky-relu ",
    "actcli eval leaky_r": "actcli eval leaky_relu ",
    "actcli eval lrel": "actcli eval lrelu ",
    "actcli eval --digits 4 gaus": "actcli eval --digits 4 gaussian ",
    "actcli plot relu -3 gaus": "actcli plot relu -3 gaussian ",
    "actcli eval leaky-relu:neg": "actcli eval leaky-relu:negative_slope=",
    "actcli eval LReLU:neg": "actcli eval LReLU:negative_slope=",
    "actcli eval srelu:1,t_l": "actcli eval srelu:1,t_left=",
    "actcli eval srelu:t_left=-1,t_r": "actcli eval srelu:t_left=-1,t_right=",
    "actcli eval gelu@transf": "actcli eval gelu@transformers ",
    "actcli eval leaky-relu@keras:neg": "actcli eval leaky-relu@keras:negative_slope=",
    "actcli eval relu -1 --forma": "actcli eval relu -1 --format ",
    "actcli softmax -1.5 -inf --temp": "actcli softmax -1.5 -inf --temperature ",
    "actcli eval relu --format ts": "actcli eval relu --format tsv ",
    "actcli eval relu --format=ts": "actcli eval relu --format=tsv ",
    "actcli eval relu --input act": "actcli eval relu --input activations.csv ",
    "actcli eval relu --input=act": "actcli eval relu --input=activations.csv ",
    "actcli eval relu --input tw": "actcli eval relu --input two\\ words.txt ",
    "actcli softmax --digits gaus": "actcli softmax --digits gaus",  # a number stands there
    "actcli eval relu gaus": "actcli eval relu gaus",  # values stand there
    "actcli eval relu act": "actcli eval relu act",  # and no file
    "actcli list > act": "actcli list > activations.csv ",
    "actcli completion fi": "actcli completion fish ",
    # Names are the same in any case.
    "actcli EVA": "actcli eval ",
    "actcli eval LEAKY-": "actcli eval leaky-relu ",
    "actcli eval Leaky_R": "actcli eval leaky_relu ",
    "actcli eval LReLU:NEG": "actcli eval LReLU:negative_slope=",
    "actcli eval gelu@TRANSF": "actcli eval gelu@transformers ",
    "actcli eval relu -1 --FORMA": "actcli eval relu -1 --format ",
    "actcli eval relu --format TS": "actcli eval relu --format tsv ",
    # Short options take what their long ones do.
    "actcli eval relu -f ts": "actcli eval relu -f tsv ",
    "actcli eval relu -i act": "actcli eval relu -i activations.csv ",
    "actcli eval -n 4 gaus": "actcli eval -n 4 gaussian ",
}


@pytest.mark.parametrize("line", LINES)
def test_a_tab_completes_and_prints_nothing_else(shell: Shell, line: str) -> None:
    assert shell.completed(line) == LINES[line]
    assert not re.search("unknown command|not found|error|unbound", shell.shown(), re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_a_script_is_read_without_a_word(name: str, tmp_path: Path) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    line = {"zsh": "autoload -Uz compinit; compinit -u -D; "}.get(name, "") + f"source {COMPLETIONS / FILES[name]}"
    options = {"bash": ["--noprofile", "--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[name]
    ended = subprocess.run([name, *options, "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_parameter_that_is_a_word_is_completed_whole(shell: Shell) -> None:
    assert shell.completed("actcli eval gelu:approximate=ta").rstrip() == "actcli eval gelu:approximate=tanh"


def test_commands_are_offered(shell: Shell) -> None:
    assert shell.offered("actcli ") == set(COMMANDS)


def test_functions_are_offered_where_they_stand_and_aliases_at_their_first_letter(shell: Shell) -> None:
    element_wise = {entry.shown_name for entry in FUNCTIONS}
    assert shell.offered("actcli grad ") == {entry.shown_name for entry in ENTRIES}
    assert shell.offered("actcli plot -1 relu ") == element_wise
    assert {"relu", "reglu", "rectifier"} <= shell.offered("actcli list re")
    assert shell.offered("actcli softmax ") == set()


def test_every_option_of_a_command_is_offered_after_a_negative_number(shell: Shell) -> None:
    for context in list(contexts())[1:]:
        options = {max(each.opts, key=len) for each in context.command.get_params(context)}
        known = {each for each in options if each.startswith("--")}
        assert shell.offered(f"actcli {context.info_name} -1 --") == known


def test_libraries_are_those_that_know_the_name(shell: Shell) -> None:
    assert shell.offered("actcli eval step@") == {"mlx"}
    assert {"torch", "jax", "keras.ops"} <= shell.offered("actcli eval gelu@")
    assert shell.offered("actcli eval nosuch@") == set()


def test_parameters_are_those_of_the_function(shell: Shell) -> None:
    assert shell.offered("actcli eval srelu:") == {"t_right=", "a_right=", "t_left=", "a_left="}
    assert shell.offered("actcli eval tanh:") == set()


def test_what_an_option_takes_is_offered(shell: Shell) -> None:
    assert shell.offered("actcli eval relu -1 --on-error ") == {"stop", "skip", "nan"}
    assert shell.offered("actcli eval relu --column ") == set()


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("breaks", [":", "@", "=", ":=@"])
def test_bash_may_break_words_elsewhere(breaks: str, tmp_path: Path) -> None:
    shell = Shell("bash", tmp_path)
    shell.tell(f"COMP_WORDBREAKS=${{COMP_WORDBREAKS//[{breaks}]/}}")
    for line in ("actcli eval leaky-relu:neg", "actcli eval srelu:t_left=-1,t_r", "actcli eval gelu@transf"):
        assert shell.completed(line) == LINES[line]
    assert shell.completed("actcli eval relu --format=ts") == "actcli eval relu --format=tsv "
    shell.close()


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_may_forbid_variables_that_are_not_set(tmp_path: Path) -> None:
    shell = Shell("bash", tmp_path)
    shell.tell("set -u")
    for line in ("actcli gra", "actcli --debug gra", "actcli eval leaky_r", "actcli eval relu --format ts"):
        assert shell.completed(line) == LINES[line]
    for line in ("actcli eval tanh:", "actcli eval nosuch@", "actcli eval --nosuch=", "actcli softmax --digits "):
        assert shell.completed(line) == line
    assert "unbound" not in shell.shown()
    shell.close()


def test_fish_says_what_an_option_means_in_each_command() -> None:
    lines = [line for line in actcli("completion", "fish").lines if " -l temperature " in line]
    assert len(lines) == 2
    assert ["logarithmic axis" in line for line in lines] == ["__actcli_is plot'" in line for line in lines]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize(
    ("command", "meaning"),
    [
        ("plot", "--temperature:of softmax and its family the probabilities"),
        ("softmax", "--temperature:divide the logits by T > 0"),
        ("grad", "--curvature:f'' in place of f'"),
        ("compare", "--curvature:--against holds curvatures"),
        ("eval", "--digits:N significant digits"),
    ],
)
def test_zsh_describes_an_option_as_the_command_means_it(command: str, meaning: str, tmp_path: Path) -> None:
    lines = (
        f"autoload -Uz compinit; compinit -u -D; source {COMPLETIONS / FILES['zsh']}; _actcli_descriptions {command}"
    )
    script = f"{lines}; print -rl -- $descriptions"
    shell = [str(shutil.which("zsh")), "-f", "-c", script]
    ended = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    name = meaning.partition(":")[0]
    (found,) = (line for line in ended.stdout.splitlines() if line.startswith(f"{name}:"))
    assert found.startswith(meaning)
