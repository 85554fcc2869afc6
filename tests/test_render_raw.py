"""Raw values out: each type byte by byte, rounded once, read back; what a type does not hold is refused."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from actcli.dtypes import NUMBER_TYPES, RAW_FLOATS, RAW_INTEGERS, RAW_TYPES, RawName
from actcli.output import FormatName
from tests.runner import actcli

NARROW = [name for name, kind in NUMBER_TYPES.items() if kind.bytes < 4 and name != "float16"]


def saved(*words: str, name: str, folder: Path) -> bytes:
    path = folder / f"y.{name}"
    ended = actcli(*words, "--quiet", "--output", str(path))
    assert (ended.stdout, ended.stderr, ended.status) == ("", "", 0)
    return path.read_bytes()


def test_each_type_is_an_output_format_too() -> None:
    assert set(RAW_TYPES) == set(get_args(RawName)) <= set(get_args(FormatName))


@pytest.mark.parametrize("name", NARROW)
def test_bits_are_those_of_ml_dtypes(name: str) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    kind = NUMBER_TYPES[name]
    numbers = kind.numbers()
    if kind.beyond == "infinity":
        numbers = np.concatenate((numbers, [np.inf, -np.inf]))
    unsigned = np.uint16 if kind.bytes > 1 else np.uint8
    np.testing.assert_array_equal(kind.to_bits(numbers), numbers.astype(getattr(ml_dtypes, name)).view(unsigned))
    if kind.has_nan:
        assert np.isnan(kind.from_bits(kind.to_bits(np.array([np.nan])))).all()


# Bits by hand: IEEE 754 and OCP 8-bit floating point, the low byte first.
BYTES = {
    "f64": "000000000000f83f 000000000000f87f 000000000000f0ff 0000000000000080",
    "f32": "0000c03f 0000c07f 000080ff 00000080",
    "f16": "003e 007e 00fc 0080",
    "bf16": "c03f c07f 80ff 0080",
    "f8_e5m2": "3e 7e fc 80",
}


@pytest.mark.parametrize("name", BYTES)
def test_numbers_that_are_none(name: str, tmp_path: Path) -> None:
    data = saved("eval", "identity", "1.5", "nan", "-inf", "-0.0", name=name, folder=tmp_path)
    assert data.hex() == BYTES[name].replace(" ", "")
    assert saved("eval", "identity", "448", "0.001953125", name="f8_e4m3", folder=tmp_path).hex() == "7e01"


@pytest.mark.parametrize("name", RAW_TYPES)
@pytest.mark.parametrize("words", [("eval", "relu"), ("grad", "relu"), ("softmax", "--one-hot")], ids=" ".join)
def test_what_is_written_reads_back(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    inputs = ("1", "0.5", "3") if words[0] != "eval" else ("-1", "2", "100")
    if "grad" in words:
        inputs = ("-1", "1", "3")
    saved(*words, *inputs, name=name, folder=tmp_path)
    told = actcli(*words, *inputs, "--quiet", "--format", "plain").stdout
    read = actcli("eval", "identity", "--input", str(tmp_path / f"y.{name}"), "--quiet", "--format", "plain").stdout
    wanted = list(map(float, told.split()))
    kind = RAW_FLOATS.get(name)
    assert list(map(float, read.split())) == (wanted if kind is None else kind.rounded(np.array(wanted)).tolist())


def test_answers_are_rounded_once(tmp_path: Path) -> None:
    # By way of float32 the first would become 1; by way of float64 the second: 1 + 2**-8 lies in the middle.
    assert saved("eval", "identity", "1.0039062500009095", name="bf16", folder=tmp_path).hex() == "813f"
    assert saved("eval", "x + 2**-60", "1.00390625", name="bf16", folder=tmp_path).hex() == "813f"
    assert saved("eval", "x - 2**-60", "1.01171875", name="bf16", folder=tmp_path).hex() == "813f"


def test_the_inputs_are_not_rounded(tmp_path: Path) -> None:
    (small,) = np.frombuffer(saved("eval", "x - 1", "1.0000001", name="f16", folder=tmp_path), "<f2")
    assert small == np.float16(1.0000001 - 1)


def test_what_no_type_of_integers_holds_is_refused() -> None:
    for name, number in (
        ("u8", "256"),
        ("u8", "-1"),
        ("i8", "1.5"),
        ("i64", "2**63"),
        ("u64", "2**64"),
        ("i16", "nan"),
    ):
        ended = actcli("eval", "identity", number, "--format", name, "--quiet")
        assert (ended.stdout, ended.status) == ("", 1)
        limits = np.iinfo(RAW_INTEGERS[name])
        assert f"{name} holds whole numbers from {limits.min} to {limits.max}, and the answer holds " in ended.stderr
        assert "hint: --format f64 holds every answer" in ended.stderr


def test_integers_that_stand_for_numbers(tmp_path: Path) -> None:
    assert saved("eval", "relu", "1", "-1", "--dtype", "int8:0.5,-3", name="i8", folder=tmp_path) == b"\xff\xfd"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["compare", "relu", "gelu", "1", "--format", "f32"], "f32 holds the answer of one function, and here are 2"),
        (["compare", "relu", "gelu", "--format", "f32"], "f32 holds numbers, and this answer is words"),
        (["list", "--format", "bf16"], "bf16 holds numbers, and this answer is words"),
        (["eval", "relu", "1", "--summary", "--format", "f32"], "f32 cannot hold totals"),
        (["eval", "relu", "1", "--digits", "3", "--format", "f32"], "f32 holds numbers in full"),
        (["softmax", "1", "2", "--temperature", "1,2", "--format", "f32"], "f32 holds the answer of one function"),
        (["softmax", "1", "2", "--labels", "a,b", "--format", "f32"], "f32 has no room for names"),
        (["eval", "relu", "1", "--dtype", "float32", "--format", "bf16"], "bf16 would round them once more"),
        (["eval", "relu", "1", "--dtype", "float16", "--format", "bf16"], "bf16 would round them once more"),
        (["eval", "relu", "1", "--dtype", "int8:0.1", "--format", "f32"], "f32 would round them once more"),
    ],
)
def test_answers_that_are_no_raw_values(words: list[str], part: str) -> None:
    ended = actcli(*words)
    assert (ended.stdout, ended.status) == ("", 2)
    assert part in ended.stderr


def test_a_narrow_type_in_a_wider_one(tmp_path: Path) -> None:
    words = ("eval", "gelu", "0.7", "-0.3", "--dtype", "bfloat16")
    wide = np.frombuffer(saved(*words, name="f32", folder=tmp_path), "<f4")
    narrow = np.frombuffer(saved(*words, name="bf16", folder=tmp_path), "<u2")
    np.testing.assert_array_equal(wide.view("<u4"), narrow.astype("<u4") << 16)


def test_vectors_along_an_axis_keep_the_order_of_the_input(tmp_path: Path) -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    np.save(tmp_path / "x.npy", x)
    words = ("eval", "identity", "--input", str(tmp_path / "x.npy"), "--axis", "1")
    np.testing.assert_array_equal(np.frombuffer(saved(*words, name="f32", folder=tmp_path), "<f4"), x.ravel())


def test_rows_of_any_length_lie_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("1 2\n3\n\n4 5 6\n")
    words = ("eval", "relu", "--input", str(tmp_path / "x.txt"))
    assert np.frombuffer(saved(*words, name="f64", folder=tmp_path), "<f8").tolist() == [1, 2, 3, 4, 5, 6]


def test_nothing_but_the_program_itself_is_needed_for_bfloat16() -> None:
    code = "import runpy, sys; sys.modules['ml_dtypes'] = None; runpy.run_module('actcli', run_name='__main__')"
    words = [sys.executable, "-c", code, "eval", "gelu", "1", "--format", "bf16"]
    ended = subprocess.run(words, capture_output=True, check=False, timeout=60)
    assert (ended.stdout, ended.returncode) == (b"W?", 0)


def beside_a_middle() -> tuple[float, float]:
    """An x whose square is a middle between numbers of bfloat16 in float64, and the number that is nearest in truth."""
    for step in range(128):
        low = 1 + step / 128
        middle = low + 1 / 256
        x = float(np.sqrt(middle))
        is_above = Fraction(x) ** 2 > Fraction(middle)
        if x * x == middle and Fraction(x) ** 2 != Fraction(middle) and is_above == (step % 2 == 0):
            return x, low + is_above / 128
    raise AssertionError("there is none")


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "x*x"),
        ("eval", "x*x"),
        ("grad", "x**3/3"),
        ("grad", "x*x/2", "--layers", "2"),
    ],
)
def test_every_command_rounds_once(words: tuple[str, ...], tmp_path: Path) -> None:
    x, wanted = beside_a_middle()
    raw = saved(*words, repr(x), name="bf16", folder=tmp_path)
    assert np.frombuffer(raw, np.uint16).astype(np.uint32)[0] << 16 == np.float32(wanted).view(np.uint32)


def test_a_factor_of_layers_has_the_limits_and_kinks_of_the_slope() -> None:
    typed = actcli("grad", "relu", "-1", "0", "2", "inf", "nan", "--layers", "3", "--dtype", "bfloat16")
    assert typed.lines == actcli("grad", "relu", "-1", "0", "2", "inf", "nan", "--layers", "3").lines


def test_digits_of_an_inverse_are_those_of_the_type() -> None:
    run = actcli("eval", "--inverse", "tanh", "0.3", "--dtype", "bfloat16", "--digits", "12")
    assert run.lines == ["0.310546875"]
