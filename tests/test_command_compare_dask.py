"""`compare --dask`: the bits of one machine, also where a worker is lost in the middle; errors that are clear."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actcli.commands.compare import data
from actcli.results import Result
from tests.runner import actcli

TENSORS = Path(__file__).parent / "data" / "tensors"

distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")

# Sockets and loops of the library that it leaves to the garbage collector are its own business.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("dump")
    draw = np.random.default_rng(5)
    for number in range(12):
        np.save(folder / f"batch{number:02}.npy", draw.normal(scale=3, size=(50 + number, 24)).astype(np.float32))
    return str(folder / "*.npy")


@pytest.fixture
def cluster() -> Iterator[Any]:
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    )
    yield local
    local.close()


def compared(dump: str, *words: str) -> str:
    run = actcli(
        "compare", "tanh", "relu", "x*sigmoid(1.7*x)", "--layers", "3", "--input", dump, "--format", "json", *words
    )
    assert run.status == 0, run.stderr
    return run.stdout


def test_a_cluster_gives_the_bits_of_one_machine(dump: str, cluster: Any) -> None:
    assert compared(dump, "--dask", cluster.scheduler_address) == compared(dump)


def test_a_worker_lost_in_the_middle_changes_nothing(dump: str, cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = compared(dump)
    merge = Result.merge
    lost: list[int] = []

    def losing_one(result: Result, later: Any) -> None:
        if not lost:
            lost.append(next(iter(cluster.workers.values())).pid)
            os.kill(lost[0], signal.SIGKILL)
        merge(result, later)

    monkeypatch.setattr(Result, "merge", losing_one)
    assert compared(dump, "--dask", cluster.scheduler_address) == alone
    assert lost


def test_a_bad_file_is_reported_and_leaves_no_totals(dump: str, cluster: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((2, 3)))
    (tmp_path / "b.npy").write_bytes(b"not an array")
    words = ["--input", str(tmp_path / "*.npy"), "--dask", cluster.scheduler_address]
    run = actcli("compare", "tanh", *words, "--format", "jsonl")
    assert (run.status, run.stdout) == (1, "")
    assert "b.npy" in run.stderr


def test_an_address_that_does_not_answer_is_a_clear_error(dump: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actcli.commands.compare.data._PATIENCE", 1)
    run = actcli("compare", "tanh", "--input", dump, "--dask", "tcp://127.0.0.1:9")
    assert run.status == 1
    assert run.stderr.startswith("actcli: error: no Dask scheduler answers at tcp://127.0.0.1:9")
    assert actcli("compare", "tanh", "--input", dump, "--dask", "nonsense://x").status == 1


@pytest.mark.parametrize("words", [["tanh", "--dask", "tcp://127.0.0.1:9"], ["tanh", "--input", "-", "--dask", "x"]])
def test_there_must_be_files(words: list[str]) -> None:
    assert actcli("compare", *words).status == 2


def test_a_cluster_without_workers_is_not_waited_for_without_end(dump: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "_WORKER_PATIENCE", 0.5)
    with distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None, silence_logs=50) as empty:
        run = actcli("compare", "tanh", "--input", dump, "--dask", empty.scheduler_address)
        assert (run.status, run.stdout) == (1, "")
        assert f"the Dask scheduler at {empty.scheduler_address} has no workers" in run.stderr
        assert f"hint: start one with `dask worker {empty.scheduler_address}`" in run.stderr


def test_layers_are_rows_on_a_cluster_too(dump: str, cluster: Any, tmp_path: Path) -> None:
    draw = np.random.default_rng(6)
    for name in ("a", "b"):
        np.savez(tmp_path / f"{name}.npz", fc=draw.normal(size=(30, 4)), out=draw.normal(size=(30, 3)))
    for more in ((), ("--as-batches",)):
        words = ("--input", str(tmp_path / "*.npz"), *more)
        alone = compared(dump, *words)
        assert compared(dump, *words, "--dask", cluster.scheduler_address) == alone
    assert "b.npz:out" in compared(dump, "--input", str(tmp_path / "*.npz"))


def test_tensors_and_columns_of_objects_are_layers_on_a_cluster_too(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "dump.jsonl").write_text('{"step":1,"a":[1,2],"b":[-3]}\n{"step":2,"a":[3,-4],"b":[-5]}\n')
    (tmp_path / "empty.jsonl").write_text("")
    files = [*(TENSORS / name for name in ("types.safetensors", "types.pt")), *sorted(tmp_path.glob("*.jsonl"))]
    words = ["compare", "tanh", "relu", *(word for path in files for word in ("--input", str(path)))]
    for more in ((), ("--as-batches",), ("--array", "*float*")):
        if "--array" in more:
            words = words[: words.index(str(files[2])) - 1]  # objects have no arrays by name
        alone = actcli(*words, *more, "--format", "json")
        assert alone.status == 0, alone.stderr
        assert actcli(*words, *more, "--format", "json", "--dask", cluster.scheduler_address) == alone
        names = [layer["layer"] for layer in alone.json["summary"]["functions"][0]["layers"]]
        assert any("bfloat16" in name for name in names)
        assert more or [Path(name).name for name in names[-3:]] == ["dump.jsonl:a", "dump.jsonl:b", "empty.jsonl"]
