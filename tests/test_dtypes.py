"""Number types: rounding against exact fractions, and `--dtype` on every command."""

import contextlib
import math
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from actcli.analysis.zones import underflow
from actcli.catalog import Activation, find
from actcli.dtypes import NUMBER_TYPES, FloatType, Int8, number_type_named
from actcli.errors import UsageError
from tests.oracle.formulas import MOST_BITS, Formula, IrrationalError, Jet, Scope, UndecidedError
from tests.oracle.number_types import by_fractions, numbers_of
from tests.runner import actcli, on_terminal

NARROW = list(NUMBER_TYPES)[2:]
EVERY = [pytest.param(precision, id=name) for name, precision in NUMBER_TYPES.items()]
EVERY_NARROW = [pytest.param(NUMBER_TYPES[name], id=name) for name in NARROW]


def around(value: float) -> list[float]:
    with np.errstate(over="ignore"):  # beyond the largest float64 lies infinity
        return [float(np.nextafter(value, -np.inf)), value, float(np.nextafter(value, np.inf))]


def assert_rounded(x: list[float], precision: FloatType) -> None:
    got = precision.rounded(np.array(x))
    wanted = np.array([by_fractions(Fraction(each), precision) for each in x])
    wrong = ~((got == wanted) | (np.isnan(got) & np.isnan(wanted)))
    assert not wrong.any(), list(zip(np.array(x)[wrong][:9], got[wrong][:9], wanted[wrong][:9], strict=True))


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_every_number_of_a_type_is_itself(precision: FloatType) -> None:
    numbers = np.array(numbers_of(precision))
    np.testing.assert_array_equal(precision.rounded(numbers), numbers)
    np.testing.assert_array_equal(precision.rounded(-numbers), -numbers)
    assert numbers[-1] == precision.largest
    assert precision.smallest_normal in numbers


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_every_midpoint_goes_to_the_even_neighbour_and_what_lies_beside_it_to_the_nearer(precision: FloatType) -> None:
    numbers = numbers_of(precision)
    below, above = np.array(numbers[:-1]), np.array(numbers[1:])
    middles = (below + above) / 2
    # The spacing doubles from the second power of two on, so evenness is that of the count of numbers below.
    even = np.where(np.arange(len(middles)) % 2 == 0, below, above)
    np.testing.assert_array_equal(precision.rounded(middles), even)
    np.testing.assert_array_equal(precision.rounded(np.nextafter(middles, -np.inf)), below)
    np.testing.assert_array_equal(precision.rounded(np.nextafter(middles, np.inf)), above)
    np.testing.assert_array_equal(precision.rounded(-middles), -even)


@pytest.mark.parametrize("precision", EVERY)
def test_edges_of_a_type_by_exact_fractions(precision: FloatType) -> None:
    step = 2.0 ** (precision.least_exponent - precision.bits + 1)
    last_step = float(precision.spacing(np.array(precision.largest)))
    edges = [0.0, step, step / 2, 1.5 * step, precision.smallest_normal, precision.smallest_normal - step / 2]
    edges += [precision.largest, precision.largest - last_step, sys.float_info.min, sys.float_info.max, 1.0]
    if precision.bits < 53:
        edges += [step / 4, precision.largest + last_step / 2, precision.largest + last_step, 1 + 2.0**-precision.bits]
    near = [x for edge in edges for x in around(edge) if np.isfinite(x)]
    assert_rounded([*near, *(-x for x in near)], precision)


@pytest.mark.parametrize("precision", EVERY)
@given(x=st.floats(allow_nan=False, allow_infinity=False), scale=st.integers(-30, 30))
def test_any_number_by_exact_fractions(precision: FloatType, x: float, scale: int) -> None:
    assert_rounded([x, float(np.ldexp(np.frexp(x)[0], scale))], precision)


@pytest.mark.parametrize("name", ["float32", "float16"])
@given(x=st.floats(allow_nan=False))
def test_types_that_numpy_knows_round_as_its_cast_does(name: str, x: float) -> None:
    with np.errstate(all="ignore"):
        assert NUMBER_TYPES[name].rounded(np.array(x)) == np.float64(x).astype(name)


def test_one_rounding_where_a_cast_by_way_of_float32_takes_two() -> None:
    x = np.array(1 + 2.0**-8 + 2.0**-40)
    assert NUMBER_TYPES["bfloat16"].rounded(x) == 1.0078125
    assert float(x.astype(ml_dtypes.bfloat16)) == 1.0


def test_overflow_is_infinity_or_nan_where_the_type_has_none() -> None:
    assert NUMBER_TYPES["float8_e5m2"].rounded(np.array([61_439.9, 61_440.0, -1e300])).tolist() == [
        57_344.0,
        np.inf,
        -np.inf,
    ]
    got = NUMBER_TYPES["float8_e4m3fn"].rounded(np.array([464.0, 464.1, np.inf, -np.inf, -464.0]))
    np.testing.assert_array_equal(got, [448.0, np.nan, np.nan, np.nan, -448.0])


@pytest.mark.parametrize("precision", EVERY)
def test_nan_stays_nan_zero_keeps_its_sign_and_shapes_are_kept(precision: FloatType) -> None:
    got = precision.rounded(np.array([[np.nan, -0.0], [0.0, -sys.float_info.min * sys.float_info.epsilon / 4]]))
    assert got.shape == (2, 2)
    assert np.isnan(got[0, 0])
    assert np.signbit(got[0, 1]) == precision.has_negative_zero
    assert not np.signbit(got[1, 0])


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_spacing_is_the_distance_to_the_next_number(precision: FloatType) -> None:
    numbers = numbers_of(precision)
    gaps = [above - below for below, above in pairwise(numbers)]
    assert precision.spacing(np.array(numbers[:-1])).tolist() == gaps
    assert precision.spacing(-np.array(numbers[:-1])).tolist() == gaps
    assert np.isnan(precision.spacing(np.array([np.nan, np.inf, -np.inf]))).all()


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_every_number_of_a_narrow_type_is_printed_by_a_float32(precision: FloatType) -> None:
    numbers = np.array(numbers_of(precision))
    printed = precision.printed(numbers)
    assert printed.dtype == np.float32
    np.testing.assert_array_equal(printed.astype(np.float64), numbers)
    np.testing.assert_array_equal(numbers.astype(precision.dtype()).astype(np.float64), numbers)


def test_only_types_that_numpy_lacks_need_ml_dtypes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    assert NUMBER_TYPES["float16"].dtype() == np.float16
    with pytest.raises(UsageError, match="float8_e5m2") as raised:
        NUMBER_TYPES["float8_e5m2"].dtype()
    assert "actcli[dtypes]" in str(raised.value.hint)


# `--dtype` on every command


def activation(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found


@pytest.mark.parametrize("certified", [(), ("--exact",)])
def test_an_answer_is_rounded_once(certified: tuple[str, ...]) -> None:
    # 1 + 2^-8 + 2^-40 would become 1.0 if it were rounded to float32 before.
    word = "1/256 + 2**-40"
    assert actcli("eval", "x", word, "--dtype", "bfloat16", *certified).stdout == "0.00390625\n"
    assert actcli("eval", f"1 + 0*x + ({word})", "1", "--dtype", "bfloat16", *certified).stdout == "1.0078125\n"
    assert actcli("eval", "identity", f"1 + {word}", "--dtype", "bfloat16", *certified).stdout == "1.0078125\n"


def test_inputs_are_rounded_before() -> None:
    run = actcli("eval", "identity", "0.1", "1e-30", "70000", "-0.0", "--dtype", "float16", "--format", "tsv")
    assert [line.split("\t")[3:5] for line in run.lines[1:]] == [
        ["0.099975586", "0.099975586"],
        ["0.0", "0.0"],
        ["inf", "inf"],
        ["-0.0", "-0.0"],
    ]


@pytest.mark.parametrize("certified", [(), ("--exact",)])
def test_what_float64_loses_decides_a_tie(certified: tuple[str, ...]) -> None:
    # A tie of bfloat16 between 0.5 and 0.50390625, and a little more.
    spec = "0.501953125 + 2**-70 + 0*x"
    assert actcli("eval", spec, "0").stdout == "0.501953125\n"
    assert actcli("eval", spec, "0", "--dtype", "bfloat16", *certified).stdout == "0.50390625\n"


def test_a_tie_goes_to_the_even_number_also_if_certified() -> None:
    assert actcli("eval", "1 + x", "2**-8", "--dtype", "bfloat16", "--exact").stdout == "1.0\n"
    assert actcli("eval", "1 + 3*x", "2**-8", "--dtype", "bfloat16", "--exact").stdout == "1.015625\n"


def test_softmax_is_certified_in_a_type() -> None:
    plain, exact = (
        actcli("softmax", "3", "1", "-3", "--dtype", "float16", *more).numbers for more in ((), ("--exact",))
    )
    weights = [math.exp(x) for x in (3, 1, -3)]
    wanted = [float(np.float16(weight / sum(weights))) for weight in weights]
    assert plain == exact
    assert np.array(plain).astype(np.float16).tolist() == wanted


def test_digits_beyond_float64_and_a_type_exclude_each_other() -> None:
    run = actcli("eval", "gelu", "1", "--dtype", "float16", "--digits", "20")
    assert run.status == 2
    assert "--dtype float16" in run.stderr


def test_float32_has_the_shortest_text_of_its_own() -> None:
    run = actcli("eval", "sigmoid", "0.1", "--dtype", "float32")
    assert run.stdout == "0.5249792\n"
    assert actcli("eval", "sigmoid", "0.1", "--dtype", "float64").stdout == actcli("eval", "sigmoid", "0.1").stdout


@pytest.mark.parametrize("name", ["float32", "bfloat16", "float8_e4m3fn"])
@pytest.mark.parametrize(
    "words",
    [
        "eval swiglu 1,2",
        "eval gelu 0.375 -1.5",
        "grad sigmoid 0.375",
        "grad sigmoid 0.375 --curvature",
        "grad sigmoid 0.375 --layers 3",
        "grad softmax 1,2 --jacobian --format plain",
        "softmax 1 2",
        "softmax 3 1 -3 --target 0",
        "plot gelu 0.375 -1.5 --format plain",
    ],
)
def test_every_command_answers_in_the_type(words: str, name: str) -> None:
    precision = NUMBER_TYPES[name]
    got = actcli(*words.split(), "--dtype", name, "--quiet")
    assert got.status == 0, got.stderr
    wanted = precision.rounded(np.array(actcli(*words.split(), "--quiet").numbers))
    np.testing.assert_array_equal(precision.rounded(np.array(got.numbers)), wanted)
    np.testing.assert_array_equal(np.array(got.numbers).astype(np.float32), wanted)


def test_a_plot_in_a_narrow_type_is_a_flight_of_steps() -> None:
    rows = actcli("plot", "identity", "-1:1", "--dtype", "float8_e5m2", "--format", "tsv", "--quiet").lines[1:]
    values = np.array([float(row.split("\t")[4]) for row in rows])
    assert len(np.unique(values)) < 140
    np.testing.assert_array_equal(
        NUMBER_TYPES["float8_e5m2"].rounded(values).astype(np.float32), values.astype(np.float32)
    )
    assert on_terminal("plot", "sigmoid", "--dtype", "float8_e5m2").status == 0


def test_compare_takes_a_type_beside_results_alone() -> None:
    run = actcli("compare", "gelu", "--dtype", "float16")
    assert run.status == 2
    assert "--against" in run.stderr


def test_json_shows_the_type() -> None:
    assert actcli("eval", "gelu", "1", "--dtype", "float16", "--format", "json").json["settings"]["dtype"] == "float16"


@pytest.mark.parametrize("name", ["float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_arrays_are_written_in_the_type_and_read_back(name: str, tmp_path: Path) -> None:
    file = tmp_path / "y.npy"
    words = ("eval", "tanh", "-3", "0.1", "2", "--dtype", name)
    assert actcli(*words, "--output", str(file)).status == 0
    held = np.load(file)
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    assert held.dtype.itemsize == dtype.itemsize
    assert (
        held.view(dtype).astype(np.float32).ravel().tolist()
        == np.array(actcli(*words).numbers).astype(np.float32).tolist()
    )
    again = actcli("eval", "identity", "--input", str(file), "--dtype", name)
    assert again.stdout == actcli(*words).stdout


def test_raw_bytes_need_the_name_of_their_type(tmp_path: Path) -> None:
    file = tmp_path / "x.npy"
    np.save(file, np.ones(3, ml_dtypes.bfloat16))
    run = actcli("eval", "gelu", "--input", str(file))
    assert run.status == 1
    assert "--dtype bfloat16" in run.stderr
    assert actcli("eval", "gelu", "--input", str(file), "--dtype", "float8_e5m2").status == 1


def test_what_numpy_does_not_know_is_an_extra_for_arrays_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    assert actcli("eval", "gelu", "1", "--dtype", "bfloat16").status == 0
    run = actcli("eval", "gelu", "1", "--dtype", "bfloat16", "--format", "npy")
    assert run.status == 2
    assert "pip install 'actcli[dtypes]'" in run.stderr


def test_the_note_says_where_the_slope_is_lost() -> None:
    run = actcli("grad", "sigmoid", "12", "-100", "3", "--dtype", "bfloat16", "--format", "tsv")
    assert "note: sigmoid: in bfloat16 the slope is 0 for |x| > 92.88" in run.stderr
    assert [line.split("\t")[-1] for line in run.lines[1:]] == ["saturated", "underflow", ""]
    assert "everywhere" in actcli("grad", "x*1e-50", "1", "--dtype", "float32").stderr
    assert "slope is 0" not in actcli("grad", "relu", "1", "--dtype", "float8_e4m3fn").stderr


def test_totals_count_what_is_lost() -> None:
    totals = actcli("grad", "sigmoid", "12", "-100", "3", "--dtype", "bfloat16", "--format", "json").json["summary"]
    assert totals["functions"][0]["saturated"] == 2
    assert totals["functions"][0]["underflow"] == 1
    assert "underflow" not in actcli("grad", "sigmoid", "12", "--format", "json").json["summary"]["functions"][0]


@pytest.mark.parametrize("name", list(NUMBER_TYPES)[1:])  # the kernels may be 4 ulp off where float64 is subnormal
@pytest.mark.parametrize("spec", ["sigmoid", "tanh", "gelu", "exp", "softsign", "silu"])
def test_slopes_beyond_a_limit_are_0_in_the_type_and_those_before_are_not(spec: str, name: str) -> None:
    function, precision = activation(spec), NUMBER_TYPES[name]
    for zone in underflow(function, precision):
        for limit, outward in ((zone.low, 1), (zone.high, -1)):
            if math.isfinite(limit):
                outside, inside = limit * (1 + 1e-9), limit * (1 - 1e-9)
                assert outward * limit > 0
                assert precision.rounded(np.array(function.certified(1, outside))) == 0
                assert precision.rounded(np.array(function.certified(1, inside))) != 0


def test_the_limit_of_exp_is_that_of_the_smallest_number() -> None:
    for name, bits in (("float16", 25), ("bfloat16", 134), ("float32", 150), ("float8_e4m3fn", 10)):
        (zone,) = underflow(activation("exp"), NUMBER_TYPES[name])
        assert zone.low == -math.inf
        assert zone.high == pytest.approx(-bits * math.log(2), rel=1e-11)


# Middles between numbers of a type: the truth decides


def true_number(formula: Formula, order: int, x: float, precision: FloatType) -> float:
    """The number of a type nearest to the truth, by the oracle's rational numbers or balls, and exact fractions."""
    with contextlib.suppress(IrrationalError, UndecidedError):
        names = {name: part(Scope({}, [])) for name, part in formula.parameters.items()}
        exact = formula.part(Scope({**names, "x": Jet(fmpq(*x.as_integer_ratio()), fmpq(1))}, []))[order]
        return by_fractions(fraction_of(exact or fmpq(0)), precision)
    bits = 256 + 4 * abs(math.frexp(x)[1])
    while bits < MOST_BITS:
        with contextlib.suppress(UndecidedError), ctx.workprec(bits):
            part = formula.jet(x)[order]
            ends = (fmpq(0),) if part is None else (part.lower(), part.upper())
            numbers = {by_fractions(fraction_of(end), precision) for end in ends}
            if len(numbers) == 1:
                return numbers.pop()
        bits *= 3
    raise AssertionError(f"{formula.text} is not settled at {x!r}")


def fraction_of(end: fmpq | arb) -> Fraction:
    if isinstance(end, fmpq):
        return Fraction(int(end.p), int(end.q))
    mantissa, exponent = (int(part) for part in end.man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent


BYTES = "silu gelu-tanh hard-swish relu2 sqnl mish softsign"
DECIDED = {
    "bfloat16": "silu gelu gelu-tanh quick-gelu hard-swish elish xielu tanh-shrink logcosh lisht sigmoid x*x/2-x**4/7",
    "float16": "silu gelu hard-swish bent-identity softplus tanh sigmoid logcosh",
    "float8_e4m3fn": BYTES,
    "float8_e5m2": BYTES,
}
SPECS = [(name, spec) for name, specs in DECIDED.items() for spec in specs.split()]


@pytest.mark.parametrize("order", range(3))
@pytest.mark.parametrize(("name", "spec"), SPECS)
def test_every_number_in_the_middle_is_rounded_as_the_truth_is(name: str, spec: str, order: int) -> None:
    precision, function = NUMBER_TYPES[name], activation(spec)
    numbers = np.array(numbers_of(precision))
    x = np.concatenate([-numbers[::-1], numbers])
    y = function.order(order, x)
    got = function.nearest(order, x, precision)
    near = precision.is_middle(y, 256)
    np.testing.assert_array_equal(got[~near], precision.rounded(y)[~near])
    parameters = {each.name: each.default for each in function.entry.parameters} if function.entry else {}
    formula = Formula(function.formula, parameters)
    wanted = [true_number(formula, order, each, precision) for each in x[near].tolist()]
    np.testing.assert_array_equal(got[near], wanted)


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        *(("bfloat16", spec) for spec in ("rrelu", "hard-elish", "srelu", "softplus", "hard-sigmoid", "gelu", "dyt")),
        *(("float16", spec) for spec in ("xielu", "tanh-shrink", "hard-mish", "sparse-plus", "normal_cdf(x)+erf(x)")),
    ],
)
def test_no_number_of_a_type_is_left_between_two_others(name: str, spec: str) -> None:
    function, x = activation(spec), NUMBER_TYPES[name].numbers()
    for order in range(3):
        assert not function.answers(order, x, NUMBER_TYPES[name]).doubtful.any()


def test_what_no_balls_tell_from_a_tie_is_said() -> None:
    # -(x + e⁻ˣ)^(-3/2)/4 at 2⁸⁸ is next to half of the least bfloat16, by less than any precision shows.
    x = 2.0**88
    assert activation("sqrtsoftplus").answers(2, np.array([x]), NUMBER_TYPES["bfloat16"]).doubtful.tolist() == [True]
    run = actcli("grad", "sqrtsoftplus", "2**88", "--curvature", "--dtype", "bfloat16")
    assert "at 1 of 1 input no precision tells the truth from a tie" in run.stderr


def test_what_float64_has_in_the_middle_goes_to_the_side_of_the_truth() -> None:
    least = 2.0**-133  # of bfloat16; half of it is a tie, and gelu is a little more
    assert activation("gelu").nearest(0, np.array([least, -least]), NUMBER_TYPES["bfloat16"]).tolist() == [least, 0.0]
    words = ("258", "-258", "--dtype", "bfloat16")
    assert actcli("eval", "tanh-shrink", *words).stdout == "258.0 -258.0\n"


def test_without_python_flint_pairs_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    x = np.array(numbers_of(NUMBER_TYPES["bfloat16"]))
    got = activation("silu").nearest(0, x, NUMBER_TYPES["bfloat16"])
    odd = x[1:128:2]  # subnormal: x/2 is a tie, and x/2 + x²/4 is beyond it
    np.testing.assert_array_equal(got[1:128:2], (odd + x[1]) / 2)
    assert activation("x**2").nearest(0, np.array([19.0]), NUMBER_TYPES["bfloat16"]).tolist() == [360.0]


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_middles_are_known_as_such_and_so_is_what_lies_beside_them(precision: FloatType) -> None:
    numbers = numbers_of(precision)
    middles = (np.array(numbers[:-1]) + np.array(numbers[1:])) / 2
    for sign in (-1.0, 1.0):
        assert precision.is_middle(sign * middles).all()
        assert not precision.is_middle(sign * np.array(numbers), 256).any()
        beside = [sign * middles * (1 + step * 2.0**-52) for step in (-9, 9)]
        assert not any(precision.is_middle(each).any() for each in beside)
        assert all(precision.is_middle(each, 20).all() for each in beside)
    assert not precision.is_middle(np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-300]), 256).any()


# Types of 8, 6 and 4 bits


@pytest.mark.parametrize("name", NARROW)
def test_all_numbers_of_a_type_are_those_of_its_bits_in_order(name: str) -> None:
    precision = NUMBER_TYPES[name]
    positive = np.array(numbers_of(precision))[1:]
    zeros = [-0.0, 0.0] if precision.has_negative_zero else [0.0]
    got = precision.numbers()
    np.testing.assert_array_equal(got, np.concatenate((-positive[::-1], zeros, positive)))
    assert np.signbit(got).sum() == got.size // 2
    assert name != "bfloat16" or got.size == 65_280


def test_a_type_of_more_than_16_bits_has_too_many_numbers() -> None:
    with pytest.raises(UsageError, match="too many"):
        NUMBER_TYPES["float32"].numbers()


@pytest.mark.parametrize("name", [name for name in NARROW if name != "float16"])
@given(x=st.floats(width=32))
def test_narrow_types_round_as_ml_dtypes_casts_float32(name: str, x: float) -> None:
    precision = NUMBER_TYPES[name]
    cast = float(np.float32(x).astype(getattr(ml_dtypes, name)))
    wanted = cast if precision.has_nan or not math.isnan(x) else math.nan  # a cast makes -0 of NaN
    np.testing.assert_array_equal(precision.rounded(np.array(x)), wanted)


def test_a_type_saturates_where_the_user_wants_it_as_pytorch_does() -> None:
    saturating = number_type_named("float8_e4m3fn:saturate")
    assert isinstance(saturating, FloatType)
    assert saturating.rounded(np.array([447.0, 465.0, -1e300, np.inf])).tolist() == [448.0, 448.0, -448.0, 448.0]
    assert number_type_named("float4_e2m1fn:saturate") == NUMBER_TYPES["float4_e2m1fn"]
    assert actcli("eval", "exp", "7", "--dtype", "float8_e4m3fn:saturate").numbers == [448.0]
    assert actcli("eval", "exp", "7", "--dtype", "float8_e4m3fn").stdout == "nan\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bf16", "bfloat16"),
        ("BF16", "bfloat16"),
        ("torch.bfloat16", "bfloat16"),
        ("half", "float16"),
        ("np.float32", "float32"),
        ("torch.float8_e4m3fnuz", "float8_e4m3fnuz"),
        ("fp4", "float4_e2m1fn"),
        ("int8:0.05", "int8:0.05,0"),
        ("int8:0.5,-3", "int8:0.5,-3"),
    ],
)
def test_types_go_by_the_names_that_code_has_for_them(text: str, name: str) -> None:
    assert number_type_named(text).name == name


@pytest.mark.parametrize("text", ["float7", "int8", "int8:0", "int8:x", "int8:1,128", "int8:inf", "bf16:round", ""])
def test_what_is_no_type_is_refused_with_what_to_write(text: str) -> None:
    run = actcli("eval", "relu", "1", "--dtype", text)
    assert run.status == 2
    assert "bfloat16" in run.stderr or "int8:0.05,-3" in run.stderr or ":saturate" in run.stderr


@given(
    x=st.floats(-1e3, 1e3),
    scale=st.floats(1e-3, 10),
    zero=st.integers(-128, 127),
)
def test_int8_is_the_nearest_step_by_exact_fractions(x: float, scale: float, zero: int) -> None:
    code = min(max(round(Fraction(x) / Fraction(scale)) + zero, -128), 127)  # Python rounds half to even
    kind = Int8(scale, zero)
    assert kind.encoded(np.array([x])).tolist() == [code]
    assert kind.rounded(np.array([x])).tolist() == [(code - zero) * scale]
    assert kind.decoded(np.array([code], np.int8)).tolist() == [(code - zero) * scale]


def test_int8_is_written_as_its_integers_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "y.npy"
    assert actcli("eval", "tanh", "-0.9", "0.1", "9", "--dtype", "int8:0.01,5", "--output", str(file)).status == 0
    assert np.load(file).tolist() == [[-67, 15, 89]]  # the input 9 is 1.22, the largest
    run = actcli("eval", "identity", "--input", str(file), "--dtype", "int8:0.01,5")
    assert run.numbers == [-0.72, 0.1, 0.84]
    missing = tmp_path / "nan.npy"
    words = ("eval", "identity", "nan", "--dtype", "int8:0.01,5", "--output", str(missing))
    assert actcli(*words).status == 1
    assert not missing.exists()


def test_a_middle_between_two_steps_of_int8_is_seen() -> None:
    kind = Int8(0.1, 0)
    assert kind.is_middle(np.array([0.05, 0.25, 0.3, 1e6])).tolist() == [True, True, False, False]
    assert kind.numbers()[[0, 128, 255]].tolist() == [-12.8, 0.0, 12.700000000000001]


def test_products_below_a_middle_by_less_than_any_number_of_bits_tells_go_down() -> None:
    """1.375·x·sigmoid(x) is less than 1.375·x, which for many large x lies on the middle between two bfloat16."""
    bfloat16 = NUMBER_TYPES["bfloat16"]
    x = (np.arange(0x4634, 0x7F00, 16, dtype=np.uint32) << 16).view(np.float32).astype(np.float64)
    product = 1.375 * x
    middle = bfloat16.is_middle(product)
    assert np.count_nonzero(middle) > 50
    below = bfloat16.rounded(np.nextafter(product, 0.0))
    function = find("eswish")
    assert isinstance(function, Activation)
    np.testing.assert_array_equal(function.nearest(0, x[middle], bfloat16), below[middle])


@pytest.mark.parametrize(
    ("x", "dtype", "told"),
    [
        ("500", "float8_e4m3fn", "1 of 1 input is beyond float8_e4m3fn, whose largest number is 448"),
        ("-1e6", "float16", "1 of 1 input is beyond float16, whose largest number is 65504"),
        ("1e300", "float32", "1 of 1 input is beyond float32, whose largest number is 3.40282e+38"),
    ],
)
def test_a_finite_input_that_its_type_cannot_hold_is_told_as_it_was_typed(x: str, dtype: str, told: str) -> None:
    ended = actcli("eval", "identity", x, "--dtype", dtype)
    assert f"warning: {told}; first: x = {float(x):.6g} became" in ended.stderr
    assert "is NaN" not in ended.stderr
    assert "is infinite" not in ended.stderr
    cure = ended.stderr.partition("(--dtype ")[2].partition(" ")[0]
    cured = actcli("eval", "identity", x, "--dtype", cure)
    assert "beyond" not in cured.stderr
    assert np.isfinite(cured.numbers).all()


def test_inputs_beyond_their_type_are_counted_over_all_blocks_beside_those_that_were_odd() -> None:
    ended = actcli("eval", "identity", "--dtype", "float16", "--format", "json", stdin="1e6\nnan\n2\n-1e7\n")
    assert ended.json["summary"]["remarks"] == [
        "2 of 4 inputs are beyond float16, whose largest number is 65504; first: x = 1e+06 became inf "
        "(--dtype float16:saturate makes it the largest)",
        "of 4 inputs 1 is NaN and 2 are infinite; first: x = inf (line 1)",
    ]
    assert "beyond" not in actcli("eval", "identity", "inf", "nan", "--dtype", "float16").stderr
