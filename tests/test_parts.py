"""A vector that is read in parts: every format tells it as one, and counts it as one."""

import json
from pathlib import Path

import numpy as np
import pytest

from actcli.inputs import npy
from tests.runner import Run, actcli


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
def test_every_format_tells_it_as_one(function: str, form: str, long_vector: str) -> None:
    words = ["softmax"] if function == "softmax" else ["eval", function]
    run = actcli(*words, "--input", long_vector, "--format", form)
    typed = same_typed(function, "--format", form)
    assert run.stdout == typed.stdout
    assert run.stderr == typed.stderr


def test_it_is_counted_as_one(long_vector: str) -> None:
    told = json.loads(actcli("eval", "relu", "--input", long_vector, "--summary", "--format", "jsonl").stdout)
    assert (told["vectors"], told["inputs"], told["dead"], told["units"]) == (1, 10, 6, None)


def test_one_that_is_dead_throughout_is_told_once(long_vector: str) -> None:
    run = actcli("eval", "max(x-9,0)", "--input", long_vector)
    assert run.stderr == "actcli: warning: max(x-9,0): all 10 inputs are dead (x <= 9)\n"


def test_npy_gives_it_back_whole(long_vector: str, tmp_path: Path) -> None:
    out = tmp_path / "out.npy"
    actcli("eval", "relu", "--input", long_vector, "--output", str(out))
    assert np.load(out).ravel().tolist() == np.maximum(np.arange(-5.0, 5.0), 0).tolist()
