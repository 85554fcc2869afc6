"""The program as a process: signals, closed and full streams, shell loops, exit codes, locale and environment."""

import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

import pytest

from tests.runner import PATIENCE, PROGRAM, environment

ROOT = Path(__file__).parents[1]
ACTCLI = shlex.join(PROGRAM)


def run(*arguments: str, stdin: str = "", **changes: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        input=stdin.encode(),
        env=environment(**changes),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def shell(script: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-c", script],
        env=environment(),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs on, killed where an answer of it is waited for too long."""
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        end = Timer(PATIENCE, process.kill)
        end.start()
        try:
            yield process
        finally:
            end.cancel()


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """The pipes to stdin and from stdout and stderr of a process that `started` made."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    return process.stdin, process.stdout, process.stderr


def test_a_closed_pipe_ends_the_process_by_its_signal_in_silence() -> None:
    with started("eval", "sigmoid") as process:
        stdin, stdout, stderr = pipes(process)
        stdin.write(b"0\n")
        stdin.flush()
        assert stdout.readline() == b"0.5\n"  # answered before the input has ended
        stdout.close()
        stdin.write(b"1\n")
        stdin.close()
        assert process.wait(PATIENCE) == -signal.SIGPIPE
        assert stderr.read() == b""


@pytest.mark.parametrize(
    ("words", "first", "second"),
    [
        (["eval", "relu"], b"1\n", b"2\n"),
        (["eval", "relu"], b"a,b\n1,2\n", b"3,4\n"),
        (["eval", "relu", "--column", "x"], b'{"x":1}\n', b'{"x":2}\n'),
        (["eval", "relu"], b"[1]\n", b"[2]\n"),
        (["eval", "relu", "--column", "2"], b"1 2\n", b"3 4\n"),
        (["eval", "relu", "--column", "2", "--no-header"], b"cat,1,2\n", b"dog,3,4\n"),
        (["eval", "relu", "--on-error", "skip"], b"x\n1\n", b"y\n2\n"),
        (["softmax", "--format", "jsonl"], b"1\t2\n", b"3\t4\n"),
        (["eval", "relu", "--format", "csv"], b"1\n", b"2\n"),
    ],
)
def test_each_line_is_answered_as_it_arrives(words: list[str], first: bytes, second: bytes) -> None:
    with started(*words, "--quiet") as process:
        stdin, stdout, _ = pipes(process)
        for line in (first, second):
            stdin.write(line)
            stdin.flush()
            assert stdout.readline()  # or this would wait for ever
        stdin.close()
        stdout.read()
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("yes 0.5", ["eval", "gelu", "--digits", "6"]),
        ("yes 0.5,1,2", ["eval", "relu", "--column", "2"]),
        ("yes '[0.5]'", ["eval", "relu"]),
        ("yes x", ["eval", "relu", "--on-error", "skip"]),
        ("yes '\"0.5\",1'", ["eval", "relu", "--from", "csv", "--no-header"]),
    ],
)
def test_memory_stays_flat(lines: str, words: list[str]) -> None:
    def peak(count: int) -> int:
        program = shlex.join([*PROGRAM, *words, "--quiet"])
        code = "import resource, subprocess, sys; subprocess.run(sys.argv[1], shell=True, check=True); "
        code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        script = f"{lines} | head -n {count} | {program} > /dev/null"
        return int(
            subprocess.check_output([sys.executable, "-c", code, script], env=environment(), timeout=2 * PATIENCE)
        )

    few, many = peak(100_000), peak(600_000)
    assert many < 80 << 10  # KiB
    assert many < 1.2 * few


@pytest.mark.parametrize(
    "producer",
    [
        f"seq 300000 | {ACTCLI} eval sigmoid",
        f"seq 300000 | {ACTCLI} eval relu --format csv",
        f"seq 300000 | {ACTCLI} softmax --format jsonl",
        f"seq 300000 | {ACTCLI} grad tanh --format json",
    ],
)
def test_head_is_quiet(producer: str) -> None:
    ended = shell(f"{producer} | head -1; echo ${{PIPESTATUS[1]}}")
    assert ended.stdout.splitlines()[-1] == str(128 + signal.SIGPIPE)
    assert ended.stderr == ""


@pytest.mark.parametrize("words", ["list", "plot sigmoid", "--help", "eval --help", "compare relu gelu 1:100"])
def test_short_answers_into_a_closed_pipe_are_quiet_too(words: str) -> None:
    ended = shell(f"(sleep 0.3; exec {ACTCLI} {words}) | true")
    assert ended.stderr == ""


def test_ctrl_c_ends_the_process_by_its_signal_in_silence() -> None:
    with started("eval", "sigmoid") as process:
        stdin, stdout, stderr = pipes(process)
        stdin.write(b"0\n")
        stdin.flush()
        assert stdout.readline() == b"0.5\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == -signal.SIGINT
        assert stderr.read() == b""


@pytest.mark.parametrize(
    "command", ['plot "$f"', 'compare "$f"', 'eval "$f" 1', 'grad "$f" -1', "softmax 1 2", 'list "$f"']
)
def test_a_shell_loop_keeps_its_input(tmp_path: Path, command: str) -> None:
    (tmp_path / "names").write_text("relu\ngelu\ntanh\n")
    ended = shell(f'while read -r f; do {ACTCLI} {command} >/dev/null && echo "$f"; done < names', tmp_path)
    assert ended.stdout.split() == ["relu", "gelu", "tanh"]
    assert "error" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", ["eval sigmoid 1", "list", "plot relu", "softmax 1 2 --format json", "--version", ""])
def test_a_full_disk_is_an_error_with_status_1(words: str) -> None:
    ended = shell(f"{ACTCLI} {words} > /dev/full")
    assert ended.returncode == 1
    assert ended.stderr.startswith("actcli: error: cannot write the answer: No space left on device")
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", ["--help", "eval --help"])
def test_help_onto_a_full_disk_has_no_traceback(words: str) -> None:
    ended = shell(f"{ACTCLI} {words} > /dev/full")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "bug" not in ended.stderr


@pytest.mark.parametrize(
    ("script", "status", "stdout"),
    [
        ("eval sigmoid 0 <&-", 0, "0.5\n"),
        ("eval sigmoid <&-", 1, ""),
        ("eval sigmoid - <&-", 1, ""),
        ("plot sigmoid <&-", 0, None),
        ("list relu6 --format plain <&-", 0, "relu6\n"),
        ("eval sigmoid 0 >&-", 1, ""),
        ("plot sigmoid >&-", 1, ""),
        ("--version >&-", 1, ""),
        ("eval sigmoid 0 9 2>&-", 0, None),
        ("eval geluu 0 2>&-", 2, ""),
        ("eval sigmoid 0 >&- 2>&-", 1, ""),
        ("eval sigmoid 0 <&- >&- 2>&-", 1, ""),
    ],
)
def test_closed_streams_are_no_reason_for_a_traceback(script: str, status: int, stdout: str | None) -> None:
    ended = shell(f"{ACTCLI} {script}")
    assert ended.returncode == status
    assert "Traceback" not in ended.stderr
    assert "bug" not in ended.stderr
    assert stdout is None or ended.stdout == stdout


def test_a_closed_stdout_does_not_write_into_an_input_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1 2\n")
    assert shell(f"{ACTCLI} eval relu --input a.txt >&- 2>&-", tmp_path).returncode == 1
    assert (tmp_path / "a.txt").read_text() == "1 2\n"


@pytest.mark.parametrize(
    ("words", "stdin", "status"),
    [
        (["eval", "sigmoid", "1"], "", 0),
        (["eval", "sigmoid"], "1 2\n", 0),
        (["eval", "sigmoid"], "", 0),
        (["eval", "sigmoid"], "two\n", 1),
        (["eval", "sigmoid", "--input", "/nowhere/at/all"], "", 1),
        (["eval", "geluu", "1"], "", 2),
        (["eval", "sigmoid", "two"], "", 2),
        (["eval", "sigmoid", "1", "--nosuch"], "", 2),
        (["nosuch"], "", 2),
        ([], "", 0),
    ],
)
def test_exit_codes(words: list[str], stdin: str, status: int) -> None:
    ended = run(*words, stdin=stdin)
    assert ended.returncode == status
    assert bool(ended.stderr) == (status > 0)


@pytest.mark.parametrize(
    "changes", [{"LC_ALL": "C"}, {"LC_ALL": "", "LANG": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "ascii"}]
)
@pytest.mark.parametrize(
    "words",
    [
        ["plot", "relu", "-3", "2"],
        ["softmax", "3", "1", "--format", "table"],
        ["eval", "x−8", "é", "9"],
        ["list", "--format", "table"],
    ],
)
def test_an_environment_without_unicode_gets_ascii(words: list[str], changes: dict[str, str]) -> None:
    ended = run(*words, **changes)
    assert ended.returncode == (2 if "é" in words else 0)
    assert (ended.stdout + ended.stderr).isascii()
    assert b"Traceback" not in ended.stderr


def test_an_environment_with_unicode_gets_braille() -> None:
    assert not run("plot", "relu").stdout.isascii()


TABLE = ["eval", "sigmoid", "9", "--format", "table"]


@pytest.mark.parametrize(
    ("changes", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ({"NO_COLOR": "1"}, False),
    ],
)
def test_colour_follows_the_environment(changes: dict[str, str], coloured: bool) -> None:
    assert (b"\x1b[" in run(*TABLE, **changes).stdout) == coloured
    assert (b"\x1b[" in run("plot", "sigmoid", **changes).stdout) == coloured


def test_the_option_beats_the_environment() -> None:
    assert b"\x1b[" in run(*TABLE, "--color", "always", NO_COLOR="1").stdout
    assert b"\x1b[" not in run(*TABLE, "--color", "never", FORCE_COLOR="1").stdout


@pytest.mark.parametrize(
    "words",
    [
        ["plot", "sigmoid"],
        ["plot", "relu", "gelu", "silu", "-4:4"],
        ["list", "--format", "table"],
        ["compare", "sigmoid", "relu", "-2", "2", "--format", "table"],
        ["softmax", "3", "1", "-3", "--format", "table"],
        ["grad", "gelu", "-9", "1/3", "--format", "table"],
    ],
)
def test_columns_set_the_width(words: list[str]) -> None:
    ended = run(*words, COLUMNS="40")
    assert ended.returncode == 0
    assert max(map(len, ended.stdout.decode().splitlines())) <= 40


@pytest.mark.parametrize("columns", ["0", "-5", "many", "9" * 30])
def test_odd_columns_do_no_harm(columns: str) -> None:
    assert run("plot", "sigmoid", COLUMNS=columns).returncode == 0


@pytest.mark.parametrize("columns", ["1", "3"])
def test_too_few_columns_for_a_picture_are_an_error_with_a_cure(columns: str) -> None:
    ended = run("plot", "sigmoid", COLUMNS=columns)
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert f"and this would have {columns} and" in ended.stderr.decode()
    cure = ended.stderr.decode().partition("hint: ")[2].split()
    assert run("plot", "sigmoid", *cure, COLUMNS=columns).returncode == 0
    assert run("eval", "sigmoid", "0", "--format", "table", COLUMNS=columns).returncode == 0


def test_answers_and_remarks_never_mix() -> None:
    ended = run("eval", "sigmoid", stdin="9\nx\n")
    assert ended.stdout == b"0.9998766054240138\n"
    assert b"error" in ended.stderr
    assert b"0.9998" not in ended.stderr


@pytest.mark.parametrize("redirected", ["--input f >> f", "--input g >> f", "< f >> f", "--input f > f", "- < f >> f"])
def test_an_input_that_answers_go_to_is_refused_as_by_cat(tmp_path: Path, redirected: str) -> None:
    (tmp_path / "f").write_text("1\n2\n")
    (tmp_path / "g").hardlink_to(tmp_path / "f")
    ended = shell(f"{ACTCLI} eval relu {redirected}", tmp_path)
    assert ended.returncode == 1
    assert "standard output goes to it too" in ended.stderr
    assert (tmp_path / "f").read_text() == ("" if " > " in redirected else "1\n2\n")


@pytest.mark.parametrize("redirected", ["--input f --output f.txt >> f", "3 >> f", "--input f >> g"])
def test_other_outputs_are_written(tmp_path: Path, redirected: str) -> None:
    (tmp_path / "f").write_text("1\n2\n")
    assert shell(f"{ACTCLI} eval relu {redirected}", tmp_path).returncode == 0


def test_the_name_of_stdout_loses_nothing_that_is_there(tmp_path: Path) -> None:
    assert shell(f"echo 0 > f; {ACTCLI} eval relu 1 --output /dev/stdout >> f; cat f", tmp_path).stdout == "0\n1.0\n"


@pytest.mark.parametrize("place", ["/dev/stdout", "/dev/fd/1", ">(cat)"])
def test_the_name_of_a_pipe_is_written_to(place: str) -> None:
    assert shell(f"{ACTCLI} eval relu 1 2 --output {place} | cat").stdout == "1.0 2.0\n"
