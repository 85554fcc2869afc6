"""Blocks answered by several cores, vectors read in parts: the same bits, the same order, the same counts."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from actcli.commands import pipeline
from actcli.commands.pipeline import in_order
from actcli.inputs.readers import npy
from tests.runner import Run, actcli


def test_answers_come_in_the_order_of_the_blocks() -> None:
    def slow_first(block: int) -> int:
        sleep(0.02 if block % 3 == 0 else 0)
        return block * block

    assert list(in_order(slow_first, range(20))) == [block * block for block in range(20)]


def test_a_fault_of_the_blocks_comes_after_the_answers_before_it() -> None:
    def blocks() -> Iterator[int]:
        yield from (1, 2, 3)
        raise ValueError("no more")

    answers = in_order(abs, blocks())
    assert [next(answers) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(ValueError, match="no more"):
        next(answers)


def test_an_error_of_the_work_comes_in_its_turn() -> None:
    answers = in_order(lambda block: 1 // block, [1, 1, 0, 1])
    assert [next(answers), next(answers)] == [1, 1]
    with pytest.raises(ZeroDivisionError):
        next(answers)


def test_few_blocks_are_read_ahead() -> None:
    taken: list[int] = []

    def blocks() -> Iterator[int]:
        for block in range(1_000):
            taken.append(block)
            yield block

    answers = in_order(abs, blocks())
    next(answers)
    assert len(taken) < 200
    answers.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", ["csv", "npy", "jsonl"])
def test_an_array_is_answered_the_same_by_any_number_of_cores(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.random.default_rng(1).normal(size=(3, 50_000)).astype(np.float32))
    out = [tmp_path / f"one.{form}", tmp_path / f"all.{form}"]
    shown = []
    for least, file in zip((10**9, 1), out, strict=True):
        monkeypatch.setattr(pipeline, "_LARGE_ARRAY", least)
        shown.append(actcli("grad", "gelu", "--input", str(path), "--output", str(file)).stderr)
    assert out[0].read_bytes() == out[1].read_bytes()
    assert shown[0] == shown[1]


def test_an_array_keeps_its_shape_and_type(tmp_path: Path) -> None:
    x = np.random.default_rng(2).normal(size=(2, 3, 4)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    actcli("eval", "relu", "--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy"))
    y = np.load(tmp_path / "y.npy")
    assert y.dtype == np.float32
    assert np.array_equal(y, np.maximum(x, 0))


@pytest.fixture
def long_vector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of one vector of ten values that is read three at a time."""
    monkeypatch.setattr(npy, "BLOCK_VALUES", 3)
    path = tmp_path / "vector.npy"
    np.save(path, np.arange(-5.0, 5.0))
    return str(path)


def same_typed(command: str, *options: str) -> Run:
    return actcli(command, "-5:4", *options) if command == "softmax" else actcli("eval", command, "-5:4", *options)


@pytest.mark.parametrize("form", ["plain", "csv", "tsv", "json", "jsonl", "table"])
@pytest.mark.parametrize("function", ["relu", "sigmoid", "sparsemax", "softmax"])
def test_every_format_shows_it_as_one(function: str, form: str, long_vector: str) -> None:
    words = ["softmax"] if function == "softmax" else ["eval", function]
    run = actcli(*words, "--input", long_vector, "--format", form)
    typed = same_typed(function, "--format", form)
    assert run.stdout == typed.stdout
    assert run.stderr == typed.stderr


def test_it_is_counted_as_one(long_vector: str) -> None:
    shown = json.loads(actcli("eval", "relu", "--input", long_vector, "--summary", "--format", "jsonl").stdout)
    assert (shown["vectors"], shown["inputs"], shown["dead"], shown["units"]) == (1, 10, 6, None)


def test_one_that_is_dead_throughout_is_reported_once(long_vector: str) -> None:
    run = actcli("eval", "max(x-9,0)", "--input", long_vector)
    assert run.stderr == "actcli: warning: max(x-9,0): all 10 inputs are dead (x <= 9)\n"


def test_npy_gives_it_back_whole(long_vector: str, tmp_path: Path) -> None:
    out = tmp_path / "out.npy"
    actcli("eval", "relu", "--input", long_vector, "--output", str(out))
    assert np.load(out).ravel().tolist() == np.maximum(np.arange(-5.0, 5.0), 0).tolist()
