"""Blocks answered by several cores: in their order, the same bits as by one, errors after what came before them."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from actcli.commands import pipeline
from actcli.commands.pipeline import in_order
from tests.runner import actcli


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
    told = []
    for least, file in zip((10**9, 1), out, strict=True):
        monkeypatch.setattr(pipeline, "_LARGE_ARRAY", least)
        told.append(actcli("grad", "gelu", "--input", str(path), "--output", str(file)).stderr)
    assert out[0].read_bytes() == out[1].read_bytes()
    assert told[0] == told[1]


def test_an_array_keeps_its_shape_and_type(tmp_path: Path) -> None:
    x = np.random.default_rng(2).normal(size=(2, 3, 4)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    actcli("eval", "relu", "--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy"))
    y = np.load(tmp_path / "y.npy")
    assert y.dtype == np.float32
    assert np.array_equal(y, np.maximum(x, 0))
