"""Tensors: safetensors and .pt files that the libraries wrote, raw values; and hostile files, which are refused."""

import io
import json
import pickle
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actcli.dtypes import NUMBER_TYPES
from actcli.errors import ActcliError, DataError, UsageError
from actcli.inputs.options import InputOptions
from actcli.inputs.readers import checkpoints, npy
from actcli.inputs.sources import open_streams
from actcli.results import Vectors
from tests.runner import actcli

DATA = Path(__file__).parent / "data" / "tensors"
TYPES = np.load(DATA / "types.npz")
CHECKPOINT = np.load(DATA / "checkpoint.npz")
ALONE = "save its tensors alone: torch.save(model.state_dict(), 'FILE.pt')"


def blocks_of(path: Path, **reading: Any) -> list[Vectors]:
    return list(open_streams(InputOptions(files=(str(path),), **reading), None).blocks)


def rows_of(blocks: list[Vectors]) -> list[list[float]]:
    return [block.values[a:b].tolist() for block in blocks for a, b in pairwise(block.starts())]


def piped(data: bytes, **reading: Any) -> list[list[float]]:
    return rows_of(list(open_streams(InputOptions(**reading), io.BytesIO(data)).blocks))


@pytest.mark.parametrize("file", ["types.safetensors", "types.pt"])
@pytest.mark.parametrize("name", TYPES.files)
def test_tensors_of_every_type_are_what_pytorch_makes_of_them(file: str, name: str) -> None:
    blocks = blocks_of(DATA / file, array=name)
    wanted = TYPES[name]
    np.testing.assert_array_equal(rows_of(blocks), wanted)
    np.testing.assert_array_equal(piped((DATA / file).read_bytes(), array=name), wanted)
    np.testing.assert_array_equal(np.signbit(np.concatenate([b.values for b in blocks])), np.signbit(wanted.ravel()))
    kind = NUMBER_TYPES.get(name)
    assert blocks[0].stored_type == (None if kind is None or kind.is_of_numpy else kind)


@pytest.mark.parametrize("file", ["bfloat16.safetensors", "bfloat16.pt"])
def test_a_tensor_in_bfloat16_of_the_libraries_themselves(file: str) -> None:
    ended = actcli("eval", "identity", "--input", str(DATA / file), "--format", "plain")
    wanted = np.load(DATA / "bfloat16.npy")
    assert [list(map(float, line.split())) for line in ended.stdout.splitlines()] == wanted.tolist()
    assert (ended.stderr, ended.status) == ("", 0)


@pytest.mark.parametrize("file", ["checkpoint.pt", "protocol4.pt"])
@pytest.mark.parametrize("name", CHECKPOINT.files)
def test_tensors_of_a_checkpoint_have_the_names_of_their_keys(file: str, name: str) -> None:
    wanted = np.atleast_2d(np.atleast_1d(CHECKPOINT[name]))
    assert rows_of(blocks_of(DATA / file, array=name)) == wanted.tolist()


def test_which_tensor_is_read() -> None:
    assert rows_of(blocks_of(DATA / "alone.pt")) == [[1.5, -2.0]]
    assert rows_of(blocks_of(DATA / "alone.pt", array="tensor", columns=("2",))) == [[-2.0]]
    with pytest.raises(UsageError, match="16 arrays: float64, float32") as caught:
        blocks_of(DATA / "types.pt")
    assert caught.value.hint == "choose: --array float64"
    with pytest.raises(UsageError, match=r"no array 'bfloat61'.*did you mean bfloat16"):
        blocks_of(DATA / "types.pt", array="bfloat61")
    with pytest.raises(UsageError, match=r"--array chooses from \.npz, \.safetensors and \.pt files"):
        piped(b"1 2\n", array="a")


def test_results_in_bfloat16_are_judged_in_bfloat16() -> None:
    # What the file holds is right to the last bit of its type, and of no wider one.
    inputs = ["--input", str(DATA / "bfloat16.npy"), "--against", str(DATA / "bfloat16.pt")]
    ended = actcli("compare", "identity", *inputs, "--format", "json")
    assert ended.status == 0, ended.stderr
    assert "bfloat16" in ended.stdout


@pytest.mark.parametrize("name", ["views.1", "views.2"])
def test_tensors_are_read_in_blocks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npy, "BLOCK_VALUES", 4)
    blocks = blocks_of(DATA / "checkpoint.pt", array=name)
    assert len(blocks) > 1
    np.testing.assert_array_equal(rows_of(blocks), CHECKPOINT[name])


def test_big_endian_storages(tmp_path: Path) -> None:
    path = tmp_path / "big.pt"
    with zipfile.ZipFile(DATA / "types.pt") as source, zipfile.ZipFile(path, "w") as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename.endswith("/byteorder"):
                data = b"big"
            elif "/data/" in member.filename:
                name = TYPES.files[int(member.filename.rpartition("/")[2])]
                size = len(data) // TYPES[name].size
                data = np.frombuffer(data, f"V{size}").view(f"<u{size}").byteswap().tobytes()
            target.writestr(member.filename, data)
    for name in TYPES.files:
        np.testing.assert_array_equal(rows_of(blocks_of(path, array=name)), TYPES[name])


# Hostile files of safetensors: what the header says, and the bytes behind it.


def safetensors_of(header: Any, values: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + values


def one(**changed: Any) -> dict[str, Any]:
    return {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changed}


def two(first: list[int], second: list[int]) -> dict[str, Any]:
    return {
        name: {"dtype": "U8", "shape": [end - begin], "data_offsets": [begin, end]}
        for name, (begin, end) in {"a": first, "b": second}.items()
    }


SAFETENSORS: dict[str, tuple[bytes, str]] = {
    "a header beyond the file": ((1 << 16).to_bytes(8, "little") + b"{}", "cut short within its header"),
    "a header of all memory": (b"\xff" * 8 + b"{", "not a file of safetensors"),
    "no header": (b"\1\0", "not a file of safetensors"),
    "damaged JSON": (safetensors_of(b'{"a": '), "header of its tensors is damaged"),
    "no UTF-8": (safetensors_of(b'{"\xff": 1}'), "header of its tensors is damaged"),
    "JSON without end": (safetensors_of(b'{"a":' + b"[" * 200_000), "header of its tensors is damaged"),
    "a name twice": (safetensors_of(b'{"a": 1, "a": 2}'), "header of its tensors is damaged"),
    "no tensors": (safetensors_of({"__metadata__": {"a": "b"}}), "holds no tensors"),
    "no description": (safetensors_of({"a": 5}), "array a: its type, shape or offsets are damaged"),
    "an unknown type": (safetensors_of(one(dtype="F128"), bytes(8)), "type F128 is unknown"),
    "a negative side": (safetensors_of(one(shape=[-2]), bytes(8)), "shape or offsets are damaged"),
    "a side in true": (safetensors_of(one(shape=[True, 2]), bytes(8)), "shape or offsets are damaged"),
    "a side in 2.0": (safetensors_of(one(shape=[2.0]), bytes(8)), "shape or offsets are damaged"),
    "another size": (safetensors_of(one(shape=[3]), bytes(8)), "take 12 bytes, and its offsets span 8"),
    "a product that overflows": (safetensors_of(one(shape=[1 << 62, 1 << 62]), bytes(8)), "its offsets span 8"),
    "offsets backwards": (safetensors_of(one(data_offsets=[8, 0]), bytes(8)), "its offsets span -8"),
    "overlapping": (safetensors_of(two([0, 4], [2, 6]), bytes(6)), "array b: overlaps another"),
    "a gap": (safetensors_of(two([0, 4], [5, 6]), bytes(6)), "array b: leaves a gap"),
    "cut short": (safetensors_of(one(), bytes(7)), "cut short: the header declares 8 bytes, and 7 follow"),
    "more behind it": (safetensors_of(one(), bytes(9)), "goes on behind its tensors"),
    "truth": (safetensors_of(one(dtype="BOOL", data_offsets=[0, 2]), bytes(2)), "a tensor of type bool"),
    "many axes": (safetensors_of(one(shape=[1] * 70 + [2]), bytes(8)), "71 axes"),
    "a side beyond print": (safetensors_of(one(shape=[10**4000, 2]), bytes(8)), "shape or offsets are damaged"),
    "sides beside none": (safetensors_of(one(shape=[0, 1 << 62, 1 << 62], data_offsets=[0, 0])), "NumPy cannot have"),
    "endless empty vectors": (safetensors_of(one(shape=[1 << 60, 0], data_offsets=[0, 0])), "empty vectors"),
}  # fmt: skip


@pytest.mark.parametrize("case", SAFETENSORS)
def test_damaged_safetensors(case: str, tmp_path: Path) -> None:
    data, part = SAFETENSORS[case]
    path = tmp_path / "a.safetensors"
    path.write_bytes(data)
    ended = actcli("eval", "identity", "--input", str(path), "--array", "b" if "array b" in part else "a")
    assert (ended.stdout, ended.status) == ("", 1)
    assert part in ended.stderr
    with pytest.raises(DataError):
        piped(data, format="safetensors")


# Hostile .pt files.


def pt_of(described: bytes, *, values: bytes = bytes(16), order: bytes = b"little", **options: Any) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, data in (("data.pkl", described), ("byteorder", order), ("data/0", values)):
            archive.writestr(f"archive/{name}", data)
    return file.getvalue()


def tensor(offset: int = 0, shape: tuple[int, ...] = (4,), strides: tuple[int, ...] = (1,)) -> bytes:
    """The opcodes of a float32 tensor in the storage 0, as torch.save writes them."""

    def numbers(values: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(pickle.dumps(each, 2)[2:-1] for each in values) + b"t"

    storage = b"(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\4tQ"
    rest = numbers((offset,))[1:-1] + numbers(shape) + numbers(strides) + b"\x89ccollections\nOrderedDict\n)R"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + rest + b"tR"


def test_the_pickle_by_hand_is_one_that_is_read() -> None:
    assert piped(pt_of(b"\x80\2" + tensor() + b".", values=np.arange(4, dtype="<f4").tobytes())) == [[0, 1, 2, 3]]


class Malicious:
    """What creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return open, (str(self.path), "w")


@pytest.mark.parametrize("protocol", range(6))
def test_a_malicious_pickle_is_refused_and_not_run(protocol: int, tmp_path: Path) -> None:
    created, path = tmp_path / "created", tmp_path / "a.pt"
    described = pickle.dumps({"weight": Malicious(created)}, protocol)
    pickle.loads(described)["weight"].close()  # noqa: S301 - it would
    created.unlink()
    path.write_bytes(pt_of(described))
    for words in (["--input", str(path)], ["--input", str(path), "--from", "pt"]):
        ended = actcli("eval", "identity", *words)
        assert (ended.stdout, ended.status) == ("", 1)
        assert "nothing of it was run" in ended.stderr
        assert not created.exists()


def nested(count: int) -> bytes:
    """Lists that each hold the next one twice: a tensor with 2**count names."""
    steps = b"".join(b"](h" + bytes([each]) + b"h" + bytes([each]) + b"eq" + bytes([each + 1]) for each in range(count))
    return tensor() + b"q\0" + steps


PICKLES: dict[str, tuple[bytes, str]] = {
    "a call of what is no tensor": (b"ccollections\nOrderedDict\nK\5\x85R.", "calls what builds no tensor"),
    "a call of an outside function": (b"cos\nsystem\nX\4\0\0\0true\x85R.", "asks for os.system"),
    "a name of ours in another module": (b"cposix\n_rebuild_tensor_v2\n.", "asks for posix._rebuild_tensor_v2"),
    "an object": (b"ctorch\nSize\n)\x81.", "uses the opcode NEWOBJ"),
    "an instance": (b"(ios\nsystem\n.", "uses the opcode INST"),
    "an extension": (b"\x82\1.", "uses the opcode EXT1"),
    "attributes": (tensor() + b"}b.", "sets attributes of what is no dict"),
    "text of protocol 0": (b"I5\n.", "uses the opcode INT"),
    "cut short": (b"}X\xff", "data.pkl is damaged"),
    "an empty stack": (b".", "data.pkl is damaged"),
    "no mark": (b"t.", "data.pkl is damaged"),
    "nothing kept": (b"h\5.", "data.pkl is damaged"),
    "a list that is none": (b"NNa.", "data.pkl is damaged"),
    "a negative stride": (tensor(3, (4,), (-1,)) + b".", "data.pkl is damaged"),
    "a negative offset": (tensor(-1) + b".", "data.pkl is damaged"),
    "axes without strides": (tensor(0, (2, 2), (1,)) + b".", "data.pkl is damaged"),
    "beyond its storage": (tensor(1) + b".", "reach beyond its storage of 4 values"),
    "strides beyond its storage": (tensor(0, (2, 2), (3, 1)) + b".", "reach beyond its storage"),
    "a product that overflows": (tensor(0, (1 << 40, 1 << 40), (0, 0)) + b".", "of which 4 are stored"),
    "more sides than a file can have": (tensor(0, (1,) * 200, (0,) * 200) + b".", "is damaged"),
    "no tensors": (b"}.", "holds no tensors"),
    "a list within itself": (b"]q\0h\0a.", "nested without end"),
    "names without end": (nested(60) + b".", "nested without end"),
    "a tuple as key": (b"}NN\x86Ns.", "keys are no names"),
    "two of one name": (
        b"}(X\3\0\0\0a.b" + tensor() + b"X\1\0\0\0a}X\1\0\0\0b" + tensor() + b"su.", "two tensors are called"
    ),
    "many axes": (tensor(0, (1,) * 70, (1,) * 70) + b".", "70 axes"),
}  # fmt: skip


@pytest.mark.parametrize("case", PICKLES)
def test_pickles_that_are_refused(case: str) -> None:
    described, part = PICKLES[case]
    with pytest.raises(DataError) as caught:
        piped(pt_of(b"\x80\2" + described))
    assert part in caught.value.message


def without(data: bytes, missing: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
        for member in source.infolist():
            if not member.filename.endswith(missing):
                target.writestr(member.filename, source.read(member))
    return file.getvalue()


WHOLE = pt_of(b"\x80\2" + tensor() + b".")
ARCHIVES: dict[str, tuple[bytes, str]] = {
    "cut short": (WHOLE[:-30], "not an archive of PyTorch, or damaged"),
    "its values lacking": (without(WHOLE, "data/0"), "the archive lacks its values"),
    "fewer values": (pt_of(b"\x80\2" + tensor() + b".", values=bytes(15)), "reach beyond its storage of 3 values"),
    "an order of bytes": (pt_of(b"\x80\2" + tensor() + b".", order=b"middle"), "byte order middle is unknown"),
    "packed": (pt_of(b"\x80\2" + tensor() + b".", compression=zipfile.ZIP_DEFLATED), "packed or locked"),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_archives_that_are_refused(case: str, tmp_path: Path) -> None:
    data, part = ARCHIVES[case]
    (tmp_path / "a.pt").write_bytes(data)
    with pytest.raises(DataError) as caught:
        blocks_of(tmp_path / "a.pt")
    assert part in caught.value.message


@pytest.mark.parametrize(
    ("packing", "said"),
    [(zipfile.ZIP_DEFLATED, "packed or locked"), (zipfile.ZIP_STORED, "its data.pkl takes 1,048,576 bytes")],
)
def test_a_pickle_that_is_packed_or_large_is_not_read(packing: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "_PICKLE_LIMIT", 1 << 16)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr("a/data.pkl", bytes(1 << 20))
    with pytest.raises(DataError, match=said):
        piped(file.getvalue())


def test_a_pickle_of_many_steps_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "_MOST_STEPS", 1_000)
    for step in (b"}", b"("):
        with pytest.raises(DataError, match="takes over 1,000 steps"):
            piped(pt_of(b"\x80\2" + step * 2_000))


@pytest.mark.parametrize("file", ["checkpoint.pt", "types.safetensors", "protocol4.pt"])
def test_any_damage_is_an_error_or_other_values(file: str) -> None:
    data, lots = (DATA / file).read_bytes(), random.Random(1)  # noqa: S311
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(lots.randrange(1, 4)):
            damaged[lots.randrange(min(len(data), 2500))] = lots.randrange(256)
        if lots.random() < 0.2:
            del damaged[lots.randrange(len(damaged)) :]
        with suppress(ActcliError):  # anything else would end the test
            piped(
                bytes(damaged),
                array="weight" if file.endswith(".pt") else "float32",
                format=file.rpartition(".")[2],
            )


@pytest.mark.parametrize(
    ("file", "part", "hint"),
    [
        ("module.pt", "asks for torch.nn.modules.container.Sequential: not a file of tensors alone", ALONE),
        ("sparse.pt", "asks for torch._utils._rebuild_sparse_tensor", ALONE),
        ("expanded.pt", "array wide: 1,000 values of which 1 are stored", "save tensor.contiguous()"),
        ("old.pt", "a file of PyTorch before 1.6, which is not read here", "torch.load"),
    ],
)
def test_what_pytorch_saves_besides_tensors_is_refused(file: str, part: str, hint: str) -> None:
    ended = actcli("eval", "identity", "--input", str(DATA / file))
    assert (ended.stdout, ended.status) == ("", 1)
    assert part in ended.stderr
    assert hint in ended.stderr


@pytest.mark.parametrize(("name", "cure"), [("wave", "tensor.real"), ("flags", "tensor.float()")])
def test_a_tensor_of_no_real_numbers_is_never_passed_over_in_silence(name: str, cure: str) -> None:
    with pytest.raises(DataError, match=f"array {name}: a tensor of type .*, which is not read here") as caught:
        blocks_of(DATA / "checkpoint.pt", array=name)
    assert caught.value.hint == f"save {cure}, or read another alone: --array model.0.weight"
    whole = actcli("compare", "relu", "--input", str(DATA / "checkpoint.pt"))
    assert whole.status == 0
    assert f":{name}\t" not in whole.stdout
    left_out = "tensors left out, no floating-point numbers: "
    (said,) = [line for line in whole.stderr.splitlines() if left_out in line]
    assert said.startswith(f"actcli: note: {DATA / 'checkpoint.pt'}: ")
    assert name in said.partition(left_out)[2].partition(" (--array NAME reads integers)")[0].split(", ")
    cured = actcli("compare", "relu", "--quiet", "--input", str(DATA / "checkpoint.pt"), "--array", "model.0.weight")
    assert (cured.stderr, cured.status) == ("", 0)


@pytest.mark.parametrize("damage", [slice(None, -300), slice(None, 2000)])
@pytest.mark.parametrize("way", ["file", "without a suffix", "pipe"])
def test_a_damaged_file_of_pytorch_is_not_called_one_of_numpy(damage: slice, way: str, tmp_path: Path) -> None:
    data = (DATA / "checkpoint.pt").read_bytes()[damage]
    path = tmp_path / ("a.pt" if way == "file" else "a")
    path.write_bytes(data)
    with pytest.raises(DataError, match="not an archive of PyTorch, or damaged") as caught:
        piped(data) if way == "pipe" else blocks_of(path)
    assert caught.value.hint == "write it again with torch.save"


@pytest.mark.parametrize("kind", ["float", "int"])
def test_each_tensor_is_a_layer(kind: str) -> None:
    """Integers, as counters of steps are, where they are asked for."""
    names = [name for name in TYPES.files if kind in name]
    words = ["--input", str(DATA / "types.pt"), "--format", "json", *(["--array", "*int*"] if kind == "int" else [])]
    compared = actcli("compare", "relu", *words).json["summary"]["functions"][0]["layers"]
    for layer, name in zip(compared, names, strict=True):
        x = TYPES[name]
        finite = x[np.isfinite(x)]
        assert layer["layer"] == f"types.pt:{name}"
        assert (layer["inputs"], layer["inputs_nan"]) == (x.size, int(np.isnan(x).sum()))
        assert layer["dead"] == int((finite <= 0).sum()) + int((x == -np.inf).sum())
    assert actcli("eval", "relu", "--summary", *words).json["summary"]["functions"][0]["layers"] == compared


def test_counters_masks_and_words_do_not_refuse_an_archive(tmp_path: Path) -> None:
    path, integers = tmp_path / "dump.npz", tmp_path / "integers.npz"
    others: dict[str, Any] = {
        "label": np.arange(5),
        "mask": np.ones(3, bool),
        "words": np.array(["a", "b"]),
        "any": np.array([None]),
    }
    np.savez(path, fc=np.ones((2, 3)), **others)
    words = ["compare", "relu", "--input", str(path)]
    run = actcli(*words, "--format", "csv")
    assert [line.split(",")[1] for line in run.lines[1:]] == ["dump.npz:fc"]
    said = "4 arrays left out, no floating-point numbers: label, mask, words, any (--array NAME reads integers)"
    assert run.stderr == f"actcli: note: {path}: {said}\n"
    (label,) = actcli(*words, "--array", "label", "--format", "jsonl").lines
    assert json.loads(label)["inputs"] == 5
    # Where there is nothing else, integers are the layers.
    np.savez(integers, a=np.arange(4), b=np.arange(3))
    run = actcli("compare", "relu", "--input", str(integers), "--format", "csv")
    assert [line.split(",")[1] for line in run.lines[1:]] == ["integers.npz:a", "integers.npz:b"]
    damaged = path.read_bytes().replace(b"\x93NUMPY", b"\x93NUMPX")
    path.write_bytes(damaged)
    assert actcli(*words).status == 1
    # Of other commands a pattern names a single one.
    assert actcli("eval", "relu", "--input", str(integers), "--array", "[b-z]").stdout == "0.0 1.0 2.0\n"
    assert "2 arrays like '?': a, b" in actcli("eval", "relu", "--input", str(integers), "--array", "?").stderr


def test_tensors_of_safetensors_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    names = ["block.0.1", "block.0.10", "block.0.2", "block.1", "head"]  # as their library sorts them
    header = {
        name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * place, 4 * place + 4]}
        for place, name in enumerate(names)
    }
    (tmp_path / "a.safetensors").write_bytes(safetensors_of(header, bytes(20)))
    run = actcli("compare", "relu", "--input", str(tmp_path / "a.safetensors"), "--format", "csv")
    found = [line.split(",")[1].partition(":")[2] for line in run.lines[1:]]
    assert found == ["block.0.1", "block.0.2", "block.0.10", "block.1", "head"]


def test_channels_of_a_tensor_are_its_units(tmp_path: Path) -> None:
    """Of NCHW in bfloat16: two channels are negative everywhere."""
    random = np.random.default_rng(3)
    x = np.abs(random.standard_normal((4, 5, 3, 2))) + 0.1
    x[:, [1, 4]] *= -1
    bits = (x.astype("<f4").view("<u4") >> 16).astype("<u2")
    header = {"conv": {"dtype": "BF16", "shape": [4, 5, 3, 2], "data_offsets": [0, bits.nbytes]}}
    for number in (1, 2):
        (tmp_path / f"dump{number}.safetensors").write_bytes(safetensors_of(header, bits.tobytes()))
    words = ["compare", "relu", "--axis", "1", "--input", str(tmp_path / "dump*.safetensors")]
    rows = actcli(*words, "--units", "--format", "csv").stdout.splitlines()
    assert [row.split(",")[1:5] for row in rows[1:]] == [
        [f"dump{number}.safetensors:conv", str(unit), "dead", "24"] for number in (1, 2) for unit in (1, 4)
    ]
    batches = actcli(*words, "--as-batches", "--format", "json").json["summary"]["functions"][0]
    assert (batches["units"], batches["units_dead"], batches["inputs"]) == (5, 2, 2 * x.size)
    outputs = actcli(*words, "--outputs", "--format", "json").json["summary"]["functions"][0]["layers"][0]
    assert (outputs["units"], outputs["units_dead"]) == (5, 0)


# Raw values.

RAW = {
    "f64": "<f8", "f32": "<f4", "f16": "<f2", "i8": "i1", "u8": "u1", "i16": "<i2", "u16": "<u2", "i32": "<i4",
    "u32": "<u4", "i64": "<i8", "u64": "<u8",
}  # fmt: skip


@pytest.mark.parametrize("name", RAW)
def test_raw_values_of_every_type(name: Any, tmp_path: Path) -> None:
    values = np.array([0, 1, 2, 3, 100, 127], RAW[name])
    assert piped(values.tobytes(), format=name) == [values.astype(float).tolist()]
    path = tmp_path / f"x.{name}"  # the suffix tells too
    path.write_bytes(values.tobytes())
    assert rows_of(blocks_of(path)) == [values.astype(float).tolist()]


@pytest.mark.parametrize(
    ("name", "kind"), [("bf16", "bfloat16"), ("f8_e4m3", "float8_e4m3fn"), ("f8_e5m2", "float8_e5m2")]
)
def test_raw_values_of_narrow_types(name: Any, kind: str) -> None:
    with (DATA / "types.safetensors").open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        begin, end = header[kind]["data_offsets"]
        data = file.read()[begin:end]
    np.testing.assert_array_equal(piped(data, format=name), [TYPES[kind].ravel().tolist()])


def test_raw_values_arrive_in_any_pieces() -> None:
    class Pieces(io.BytesIO):
        def read(self, wanted: int | None = -1, /) -> bytes:
            return super().read(min(3, wanted or 0))

    values = np.arange(5, dtype="<f4")
    blocks = list(open_streams(InputOptions(format="f32"), Pieces(values.tobytes())).blocks)
    assert np.concatenate([block.values for block in blocks]).tolist() == values.tolist()
    assert [block.continued for block in blocks] == [True] * (len(blocks) - 1) + [False]


def test_raw_values_that_are_refused() -> None:
    with pytest.raises(DataError, match="3 bytes are left at its end, and a value takes 4"):
        piped(bytes(7), format="f32")
    with pytest.raises(UsageError, match="raw values have no columns"):
        piped(bytes(8), format="f32", columns=("1",))
    assert piped(b"", format="f32") == [[]]


@pytest.mark.parametrize("name", ["checkpoint.pt", "types.npz", "types.safetensors", "bfloat16.npy"])
@pytest.mark.parametrize("form", ["f32", "u8"])
def test_a_file_that_says_its_own_type_holds_no_raw_values(name: str, form: str) -> None:
    for piece in (1, 3, 1 << 20):
        data = io.BytesIO((DATA / name).read_bytes())
        source = type("Pieces", (), {"read": lambda _, size, data=data, piece=piece: data.read(min(size, piece))})()
        ended = actcli("eval", "identity", "--from", form, stdin=source)
        assert (ended.stdout, ended.status) == ("", 1)
        assert "no raw values: the file says its own type" in ended.stderr
        assert "leave out --from" in ended.stderr
    assert "own type" not in actcli("eval", "identity", "--input", str(DATA / name)).stderr


@pytest.mark.parametrize("dtype", ["uint16", "int16"])
def test_integers_that_may_be_the_bits_of_bfloat16_are_told(
    dtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    x = np.array([16256, 16384], dtype)  # the bits of 1 and 2
    np.save("x.npy", x)
    np.save("wide.npy", x.astype(np.int32))
    taken = actcli("eval", "identity", "--input", "x.npy")
    assert taken.stdout == "16256.0 16384.0\n"
    assert "x.npy: integers of 16 bits, taken as such; if they are the bits of bfloat16" in taken.stderr
    cure = taken.stderr.partition("bfloat16: ")[2].partition(", and --")
    exec(cure[0], {"numpy": np, "x": x})  # noqa: S102 - what the note says
    options = f"--{cure[2]}".split()
    assert actcli("eval", "identity", *options).stdout == "1.0 2.0\n"
    assert "integers of 16 bits" in actcli("compare", "relu", "--input", "wide.npy", "--against", "x.npy").stderr
    assert actcli("eval", "identity", "--input", "wide.npy").stderr == ""
