"""Where values come from: words, stdin, files and patterns, and what is refused."""

import io
import os
from pathlib import Path

import numpy as np
import pytest

from actcli.errors import DataError, UsageError
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import Source, open_values
from actcli.terminal import Terminal
from tests.runner import Forbidden, terminal


def pipe(stdin: bytes | None = None, *, tty: bool = False) -> Terminal:
    """A terminal with something on stdin; without it stdin must not be read."""
    return terminal(stdin=Forbidden() if stdin is None else io.BytesIO(stdin), stdin_is_tty=tty)


def opened(*words: str, files: tuple[str, ...] = (), screen: Terminal | None = None, default: bool = True) -> Source:
    return open_values(words, InputOptions(tuple(files)), screen or pipe(), stdin_by_default=default)


def everything(source: Source) -> list[float]:
    return [value for block in source.blocks for value in block.values.tolist()]


def test_words_leave_stdin_alone() -> None:
    assert everything(opened("3", "-1")) == [3, -1]
    assert next(opened("3,1").blocks).delimiter == ","


@pytest.mark.parametrize(("words", "files"), [((), ()), (("-",), ()), ((), ("-",))])
def test_stdin_is_read_when_asked_for(words: tuple[str, ...], files: tuple[str, ...]) -> None:
    source = opened(*words, files=files, screen=pipe(b"1,2\n3\n"))
    blocks = list(source.blocks)
    assert {block.delimiter for block in blocks} == {","}
    assert [value for block in blocks for value in block.values.tolist()] == [1, 2, 3]


def test_dash_reads_a_terminal_and_needs_no_default() -> None:
    assert everything(opened("-", screen=pipe(b"1\n", tty=True), default=False)) == [1]


def test_without_values_the_error_says_what_to_type() -> None:
    for screen, default in ((pipe(tty=True), True), (pipe(), False)):
        with pytest.raises(UsageError, match="no values") as caught:
            opened(screen=screen, default=default)
        assert "--input" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("words", "files"), [(("1",), ("a.txt",)), (("-",), ("-",)), (("-", "1"), ()), (("-", "-"), ()), ((), ("-", "-"))]
)
def test_sources_that_exclude_each_other(words: tuple[str, ...], files: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        opened(*words, files=files)


def test_closed_stdin_is_reported() -> None:
    for words in ((), ("-",)):
        with pytest.raises(DataError, match="stdin is closed"):
            opened(*words, screen=pipe()._replace(stdin=None))


def test_empty_stdin_gives_nothing() -> None:
    source = opened(screen=pipe(b""))
    assert everything(source) == []


def test_a_fault_in_the_first_block_waits_for_its_turn() -> None:
    source = opened(screen=pipe(b"two\n"))
    with pytest.raises(DataError, match="'two' is not a number"):
        next(source.blocks)


def test_files_and_patterns_in_turn(tmp_path: Path) -> None:
    for name, data in (("b2", "3\n"), ("b1", "2\n"), ("a", "1;1\n")):
        (tmp_path / name).write_text(data)
    np.save(tmp_path / "c.npy", [[4, 5]])
    source = opened(files=(f"{tmp_path}/a", f"{tmp_path}/b*", f"{tmp_path}/c.npy"))
    blocks = list(source.blocks)
    assert [value for block in blocks for value in block.values.tolist()] == [1, 1, 2, 3, 4, 5]
    assert {block.delimiter for block in blocks} == {";"}


def test_a_file_with_the_name_of_a_pattern_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a[1]").write_text("1\n")
    (tmp_path / "a1").write_text("2\n")
    assert everything(opened(files=(f"{tmp_path}/a[1]",))) == [1]


def test_a_file_called_dash_is_no_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").write_text("1\n")
    assert everything(opened(files=("*",))) == [1]


@pytest.mark.parametrize("name", ["absent", "absent*", "x" * 5000, "a\x1bb"])
def test_a_file_that_is_not_there(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file") as caught:
        opened(files=(f"{tmp_path}/{name}",))
    assert "\x1b" not in caught.value.report()


@pytest.mark.parametrize("suffix", ["", ".npy"])
def test_a_directory_is_no_file(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"d{suffix}").mkdir()
    with pytest.raises(DataError, match="Is a directory"):
        everything(opened(files=(f"{tmp_path}/d{suffix}",)))


def test_a_fault_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "values.txt"
    path.write_text("1\nx\n")
    with pytest.raises(DataError, match=r"values\.txt, line 2, column 1: 'x'"):
        everything(opened(files=(str(path),)))


def test_a_fifo_is_read_as_it_fills(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    keeper = os.open(path, os.O_RDWR)
    try:
        os.write(keeper, b"1 2\n")
        source = opened(files=(str(path),))
        first = next(source.blocks)
        assert (first.values.tolist(), first.delimiter) == ([1, 2], " ")
    finally:
        os.close(keeper)
