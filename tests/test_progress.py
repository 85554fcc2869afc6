"""The bar: after a second, on a terminal alone, truthful, and gone when the work is done."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from actcli.render import sinks
from actcli.results import Meter
from tests.runner import Run, actcli, on_terminal, terminal


@pytest.fixture
def lasting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of some blocks, read as if each of them took a second."""
    ticks = iter(range(10**9))
    monkeypatch.setattr(sinks, "monotonic", lambda: float(next(ticks)))
    path = tmp_path / "x.txt"
    path.write_text("0.5 0.25\n" * 200_000)
    return str(path)


def shares(run: Run) -> list[int]:
    return [int(share) for share in re.findall(r"(\d+)%", run.stderr)]


def test_it_grows_from_block_to_block_and_goes(lasting: str, tmp_path: Path) -> None:
    run = on_terminal("eval", "relu", "--input", lasting, "--output", str(tmp_path / "y.txt"))
    seen = shares(run)
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[-1] >= 99
    assert run.stderr.endswith("\x1b[1A\x1b[2K")  # the line is taken away again


def test_a_table_takes_its_place(lasting: str) -> None:
    assert shares(on_terminal("eval", "relu", "--input", lasting))


def test_there_is_none_without_a_terminal_or_for_a_pipe(lasting: str) -> None:
    assert actcli("eval", "relu", "--input", lasting).stderr == ""
    assert actcli("eval", "relu", stdin=Path(lasting).read_text(), stderr_is_tty=True).stderr == ""


def test_quiet_silences_it(lasting: str, tmp_path: Path) -> None:
    assert on_terminal("eval", "relu", "--input", lasting, "--quiet", "--output", str(tmp_path / "y")).stderr == ""


def test_short_work_has_none(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((3, 4)))
    run = on_terminal("eval", "sigmoid", "--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy"))
    assert run.stderr == ""


def test_arrays_are_measured_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10**9))
    monkeypatch.setattr(sinks, "monotonic", lambda: float(next(ticks)))
    np.save(tmp_path / "x.npy", np.zeros(1_000_000))
    run = on_terminal("eval", "sigmoid", "--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy"))
    assert shares(run)[-1] >= 99


def test_ascii_stays_ascii(lasting: str, tmp_path: Path) -> None:
    run = on_terminal("eval", "relu", "--input", lasting, "--output", str(tmp_path / "y"), unicode=False)
    assert run.stderr.isascii()
    assert shares(run)


def test_a_meter_without_a_total_tells_nothing() -> None:
    meter = Meter()
    meter.done = 5
    assert meter.share == 0.0
    meter.total = 4
    assert meter.share == 1.0


def test_pieces_pass_as_they_are() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    bar = sinks.ProgressBar(Meter(), terminal())
    assert list(bar.around(pieces(), is_covered=True)) == [b"a", b"b"]
