"""`eval --inverse`: every x at which a function takes a value, none, or the stretch on which it is flat."""

import json
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from flint import arb, ctx

from actcli.analysis.inverse import certified, inverse, inverses
from actcli.analysis.inverse.recurrence import period
from actcli.catalog import FUNCTIONS
from tests.oracle.accuracy import truth_of
from tests.runner import actcli, on_terminal
from tests.specs import activation

VALUES = [5e-324, 1e-310, 1e-300, 1e-20, 1e-3, 0.1, 0.5, 0.9, 1 - 2.0**-53]

# Closed forms, in balls.
KNOWN: dict[str, Callable[[arb], arb]] = {
    "sigmoid": lambda y: (y / (1 - y)).log(),
    "softplus": lambda y: y.expm1().log(),
    "tanh": lambda y: ((1 + y) / (1 - y)).log() / 2,
    "exponential": lambda y: y.log(),
    "softsign": lambda y: y / (1 - y),
    "arctan": lambda y: y.tan(),
    "log-sigmoid": lambda y: -(y.expm1()).log(),  # of -y
}


@pytest.mark.parametrize("spec", KNOWN)
def test_it_is_the_closed_form_to_the_last_digit(spec: str) -> None:
    for y in VALUES:
        with ctx.workprec(2_000):
            wanted = float(KNOWN[spec](arb(y)))
        (root,) = inverse(activation(spec), -y if spec == "log-sigmoid" else y).roots
        assert abs(root.nearest - wanted) <= np.spacing(abs(wanted)), (y, root, wanted)
        assert certified(activation(spec), -y if spec == "log-sigmoid" else y, root).nearest == wanted


@pytest.mark.parametrize(
    "spec", ["gelu", "silu", "mish", "elu", "softsign", "snake", "lisht", "squareplus", "gelu-tanh"]
)
def test_the_value_is_passed_between_neighbours_of_the_root(spec: str) -> None:
    function, formula = activation(spec), truth_of(spec).formula
    rng = np.random.default_rng(1)
    for x in [*rng.uniform(-6, 6, 8), *rng.uniform(-60, 60, 4)]:
        y = float(function.value(np.array([x]))[0])
        if y in (function.limit(0, -np.inf), function.limit(0, np.inf)):
            continue  # it is neared and not taken
        found = inverse(function, y)
        assert not found.is_endless
        for root in found.roots:
            with ctx.workprec(2_000):
                beside = [np.nextafter(root.nearest, side) for side in (-np.inf, np.inf)]
                low, high = (formula.jet(float(each)).value - arb(y) for each in beside)
                assert low * high <= 0, (x, y, root)
        slope = abs(float(function.slope(np.array([x]))[0]))
        nearest = min(abs(root.nearest - x) for root in found.roots)
        assert nearest * slope <= 4 * np.spacing(abs(y)) + 2 * slope * np.spacing(abs(x)), (x, y, found)


@pytest.mark.parametrize(
    ("spec", "y", "shown"),
    [
        ("sigmoid", "0.9", "2.1972245773362196"),
        ("sigmoid", "1", "none"),  # what is neared is not taken
        ("sigmoid", "0", "none"),
        ("sigmoid", "nan", "nan"),
        ("sigmoid", "inf", "none"),
        ("relu", "0", "(-inf..0.0]"),
        ("relu", "2", "2.0"),
        ("relu", "-1", "none"),
        ("relu6", "6", "[6.0..inf)"),
        ("hard-tanh", "-1", "(-inf..-1.0]"),
        ("step", "1", "[0.0..inf)"),
        ("step", "0", "(-inf..0.0)"),
        ("step", "0.5", "none"),  # in the gap of a jump
        ("soft-shrink", "0", "[-0.5..0.5]"),
        ("hard-shrink", "0", "[-0.5..0.5]"),
        ("hard-shrink", "0.3", "none"),
        ("gelu", "-0.1", "-1.5016540973658448 -0.24893969426947485"),
        ("gelu", "-0.17", "none"),
        ("gelu", "0", "0.0"),
        ("lisht", "0", "0.0"),  # touched, not passed
        ("abs(x)", "3", "-3.0 3.0"),
        ("1/x", "0", "none"),
        ("1/x", "4", "0.25"),  # its pole is no root
        ("sqrt(x-1.25)", "0", "1.25"),
        ("nlrelu", "1000", "inf"),  # beyond float64
        ("sin", "2", "none"),
        ("where(x > 0, x + 1, x)", "0.5", "none"),
    ],
)
def test_every_x_or_none_or_a_stretch(spec: str, y: str, shown: str) -> None:
    run = actcli("eval", spec, "--inverse", y)
    assert (run.status, run.stdout) == (0, shown + "\n")


@pytest.mark.parametrize(
    ("spec", "y", "shown"),
    [
        ("sin", "0.5", [-5.759586531581288, -3.6651914291880923, 0.5235987755982989, 2.6179938779914944]),
        ("sin", "1", [-10.995574287564276, -4.71238898038469, 1.5707963267948966, 7.853981633974483]),
        ("cos", "0", [-4.71238898038469, -1.5707963267948966, 1.5707963267948966, 4.71238898038469]),
        ("gcu", "0", [-4.71238898038469, -1.5707963267948966, 0.0, 1.5707963267948966]),
    ],
)
def test_a_wave_says_that_there_are_more(spec: str, y: str, shown: list[float]) -> None:
    run = actcli("eval", spec, "--inverse", y)
    np.testing.assert_allclose(run.numbers, shown, rtol=4e-16)
    again = "" if spec == "gcu" else ", again after every 6.28319"
    assert run.stderr == f"actcli: note: {spec} takes {float(y):g} infinitely often{again}; these x are some of many\n"


def test_digits_and_number_types() -> None:
    assert actcli("eval", "sigmoid", "--inverse", "0.9", "--digits", "3").stdout == "2.2\n"
    assert actcli("eval", "sigmoid", "--inverse", "0.9", "--exact").stdout == "2.1972245773362196\n"
    # log(9) to 30 digits is another number: 0.9 is the float64 nearest to nine tenths.
    wanted = "2.19722457733621962950671816832"
    assert actcli("eval", "sigmoid", "--inverse", "0.9", "--digits", "30").stdout == wanted + "\n"
    assert actcli("eval", "sigmoid", "--inverse", "0.9", "--dtype", "float16").stdout == "2.1953125\n"


def test_formats_keep_the_value_beside_every_x() -> None:
    lines = actcli("eval", "gelu", "--inverse", "-0.1", "-1", "--format", "tsv").lines
    assert [line.split("\t")[3:5] for line in lines[1:]] == [
        ["-0.1", "-1.5016540973658448"],
        ["-0.1", "-0.24893969426947485"],
        ["-1.0", "none"],
    ]
    found = actcli("eval", "relu", "--inverse", "0", "1", "-1", "--format", "json").json["vectors"]
    assert [each["inverse"] for each in found] == [["(-inf..0.0]", 1.0, "none"]]
    assert on_terminal("eval", "relu", "--inverse", "1").lines[-2:] == ["y  x", "1  1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("softmax", "--inverse", "1"), "acts on whole vectors"),
        (("sigmoid", "--inverse", "0.5", "--saturation", "0.1"), "--saturation"),
    ],
)
def test_what_it_refuses(words: tuple[str, ...], said: str) -> None:
    run = actcli("eval", *words)
    assert run.status == 2
    assert said in run.stderr


def test_vectors_without_values_have_no_inverses() -> None:
    assert actcli("eval", "sigmoid", "--inverse", stdin="\n0.5\n\n").stdout == "\n0.0\n\n"
    skipped = actcli("eval", "sigmoid", "--inverse", "--on-error", "skip", stdin="a;[\n")
    assert (skipped.status, skipped.stdout) == (0, "")
    assert "bug" not in skipped.stderr


@pytest.mark.parametrize(("spec", "y"), [("mish", "1e308"), ("keras-relu", "1e308"), ("laplace", "-1e308")])
def test_values_near_the_last_float64_overflow_nothing(spec: str, y: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ended = actcli("eval", spec, "--inverse", y)
    assert ended.stdout.strip() == ("none" if spec == "laplace" else "1e+308")


@pytest.mark.parametrize("form", ["npy", "f32"])
def test_formats_of_numbers_hold_no_words(form: str) -> None:
    run = actcli("eval", "sigmoid", "--inverse", "2", "--format", form)
    assert (run.status, run.stdout) == (2, "")
    assert f"--inverse answers in words too, such as none, and {form} holds numbers alone" in run.stderr
    assert actcli("eval", "sigmoid", "--inverse", "2", "--format", "csv").status == 0


def test_each_place_stands_beside_the_input_that_it_answers() -> None:
    run = actcli("eval", "x**2", "--inverse", "--format", "csv", stdin="a,b\n4,9\n1,0\n")
    rows = [line.split(",") for line in run.stdout.splitlines()[1:]]
    assert [(row[0], row[2], row[4], row[5]) for row in rows] == [
        ("0", "a", "4.0", "-2.0"),
        ("0", "a", "4.0", "2.0"),
        ("0", "b", "9.0", "-3.0"),
        ("0", "b", "9.0", "3.0"),
        ("1", "a", "1.0", "-1.0"),
        ("1", "a", "1.0", "1.0"),
        ("1", "b", "0.0", "0.0"),
    ]


def test_inputs_are_counted_and_not_their_places() -> None:
    assert actcli("eval", "x**2", "--inverse", "--on-error", "nan", stdin="4 x\n").stdout == "-2.0|2.0 nan\n"
    said = json.loads(actcli("eval", "x**2", "--inverse", "4", "9", "--format", "json").stdout)
    assert said["summary"]["inputs"] == 2
    assert (said["vectors"][0]["x"], said["vectors"][0]["index"]) == ([4.0, 9.0], [0, 0, 1, 1])


@pytest.mark.parametrize(
    ("spec", "typed", "lines"),
    [
        ("gelu", "-0.1 0.5 -9 0\n", ["-1.5016540973658448|-0.24893969426947485 0.6683959705421602 none 0.0"]),
        ("gelu", "-0.1,0.5\n", ["-1.5016540973658448|-0.24893969426947485,0.6683959705421602"]),
        ("soft-shrink", "0 1 nan\n", ["[-0.5..0.5] 1.5 nan"]),
        ("abs(x)", "3\n-1\n0\n", ["-3.0 3.0", "none", "0.0"]),  # a value a line needs no other sign
        ("sigmoid", "0.5 0.5\n", ["0.0 0.0"]),
    ],
)
def test_a_plain_line_has_one_word_for_each_of_its_values(spec: str, typed: str, lines: list[str]) -> None:
    assert actcli("eval", spec, "--inverse", stdin=typed).lines == lines


@pytest.mark.parametrize(
    ("spec", "y", "shown"),
    [
        ("sigmoid(x) + sigmoid(-x)", "1", "(-inf..inf)"),
        ("sigmoid(x) + sigmoid(-x)", "2", "none"),
        ("tanh(x) - 2*sigmoid(2*x)", "-1", "(-inf..inf)"),
        ("relu(x) + relu(-x) - abs(x)", "0", "(-inf..inf)"),
        ("flatten-t-swish", "-0.2", "(-inf..0.0]"),  # float64 has no two tenths: what rounds to it is flat there
        ("max(x, 0.1)", "0.1", "(-inf..0.1]"),
        ("max(0, 1 - 1e9*abs(x - 1.23456789))", "0.5", "1.2345678895 1.2345678905"),
        ("exp(-(x - 1.2345678)**2*1e12)", "0.5", "1.2345669674453887 1.2345686325546112"),
        ("exp(-(x - 1.2345678)**2*1e12)", "1", "1.2345678"),
        ("relu", "1.7976931348623157e308", "1.7976931348623157e+308"),
        ("softplus", "1.7976931348623157e308", "1.7976931348623157e+308"),
        ("x", "-1.7976931348623157e308", "-1.7976931348623157e+308"),
        ("sin(x)/x", "0.5", "-1.895494267033981 1.895494267033981"),
        ("sqrt(x)", "0", "0.0"),
        ("laplace", "0.006094459617935605", "-3.3101782898576615e-18"),  # pairs hold no digit of so small an x
        ("where(x > 1, x + 1e-9, x)", "1.0000000001", "none"),  # a gap, however narrow
    ],
)
def test_what_a_grid_does_not_see(spec: str, y: str, shown: str) -> None:
    run = actcli("eval", spec, "--inverse", y)
    assert (run.status, run.stdout, run.stderr) == (0, shown + "\n", "")


@pytest.mark.parametrize(
    ("formula", "y", "shown"),
    [
        ("tan(x)", 1.0, [-7 * np.pi / 4, -3 * np.pi / 4, np.pi / 4, 5 * np.pi / 4]),
        ("sin(1/x)", 0.5, [-6 / (7 * np.pi), -6 / (11 * np.pi), 6 / (5 * np.pi), 6 / np.pi]),
        ("abs(sin(x))", 0.5, [-5 * np.pi / 6, -np.pi / 6, np.pi / 6, 5 * np.pi / 6]),
        ("sin(x)**2", 0.5, [-3 * np.pi / 4, -np.pi / 4, np.pi / 4, 3 * np.pi / 4]),
    ],
)
def test_waves_that_no_turn_tells_say_that_there_are_more(formula: str, y: float, shown: list[float]) -> None:
    found = inverse(activation(formula), y)
    assert found.is_endless
    np.testing.assert_allclose([root.nearest for root in found.roots], shown, rtol=1e-15)


@pytest.mark.parametrize("formula", ["x + 3*sin(x)", "sin(x)*exp(-x**2) + x", "tanh(sin(x)) + x/2", "x**3 - sin(2*x)"])
def test_a_wave_that_ends_is_given_whole(formula: str) -> None:
    """Against the changes of sign on a line that no turn of it escapes."""
    function = activation(formula)
    x = np.linspace(-10.0, 10.0, 200_001) + 1e-7
    above = np.sign(function.value(x) - 0.3)
    found = inverse(function, 0.3)
    assert not found.is_endless
    assert len(found.roots) == np.count_nonzero(above[1:] != above[:-1])


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("sin(x)", 2 * np.pi),
        ("tan(x)", np.pi),
        ("abs(sin(x))", np.pi),
        ("cos(3*x/2) + sin(2*x)", 4 * np.pi),
        ("sin(pi*x)", 2.0),
        ("sin(2*pi*x) + cos(pi*x)", 2.0),
        ("snake(x)", None),
        ("sin(1/x)", None),
        ("sin(x) + sin(pi*x)", None),
        ("tanh(x)", None),
    ],
)
def test_a_period_is_proved(formula: str, wanted: float | None) -> None:
    found = period(activation(formula))
    assert found is None if wanted is None else found == pytest.approx(wanted, rel=1e-15)


def test_a_note_says_the_period() -> None:
    said = actcli("eval", "tan(x)", "--inverse", "1").stderr
    assert said == (
        "actcli: note: tan(x) takes 1 infinitely often, again after every 3.14159; these x are some of many\n"
    )


def test_beyond_float64_digits_are_certified() -> None:
    run = actcli("eval", "log(x)", "--inverse", "710")
    assert run.stdout == "inf\n"
    assert run.stderr == (
        "actcli: note: log(x) takes 710 at an x beyond float64, shown as inf; --exact --digits 17 shows its digits\n"
    )
    with ctx.workprec(300):
        wanted = arb(710).exp().str(20, radius=False)
    assert actcli("eval", "log(x)", "--inverse", "710", "--digits", "20").stdout.strip() == wanted
    assert actcli("eval", "log(-x)", "--inverse", "710", "--exact", "--digits", "3").stdout == "-2.23e+308\n"


def test_many_values_are_solved_together() -> None:
    function, values = activation("gelu"), np.linspace(-0.17, 2.0, 24)
    for y, found in zip(values.tolist(), inverses(function, values), strict=True):
        assert found == inverse(function, y)


INVERTED = [each.name for each in FUNCTIONS]


IN_BALLS: dict[str, Callable[[arb], arb]] = {
    "gelu": lambda x: x * (-x / arb(2).sqrt()).erfc() / 2,
    "silu": lambda x: x / (1 + (-x).exp()),
    "gaussian": lambda x: (-x * x).exp(),
    "mish": lambda x: x * (1 + x.exp()).log().tanh(),
}


@pytest.mark.parametrize("spec", IN_BALLS)
@pytest.mark.parametrize("y", [1e-310, 3e-320, 1e-300, 0.3])
def test_the_nearest_float64_is_given_among_subnormals(spec: str, y: float) -> None:
    for root in inverse(activation(spec), y).roots:
        with ctx.workprec(4_000):
            beside = (arb(float(np.nextafter(root.nearest, end))) for end in (-np.inf, np.inf))
            low, high = (IN_BALLS[spec]((arb(root.nearest) + each) / 2) - arb(y) for each in beside)
            assert low * high <= 0, (y, root)


@pytest.mark.parametrize("name", INVERTED)
def test_inverses_over_the_catalogue_are_roots_in_balls(name: str) -> None:
    """Of values at usual x, in a tail and next to 0: the ball formula passes y beside each root, and finds that x."""
    function, formula = activation(name), truth_of(name).formula
    rng = np.random.default_rng(len(name))
    x = np.array([rng.normal(0, 2), rng.uniform(-40, 40), rng.choice([-1, 1]) * 10.0 ** rng.uniform(-320, -3)])
    y = function.value(x)
    limits = [function.limit(0, end) for end in (-np.inf, np.inf)]
    for place, value, found in zip(x.tolist(), y.tolist(), inverses(function, y), strict=True):
        for root in found.roots:
            with ctx.workprec(2_000):
                beside = [np.nextafter(root.nearest, side) for side in (-np.inf, np.inf)]
                low, high = (formula.jet(float(each)).value - arb(value) for each in beside)
                is_touched = abs(formula.jet(root.nearest).value - arb(value)) <= abs(arb(value)) * arb(2) ** -52
                assert low * high <= 0 or is_touched, (place, value, root)
        is_flat = any(flat.low <= place <= flat.high for flat in found.stretches)
        slope = abs(float(function.slope(np.array([place]))[0]))
        apart = min((abs(root.nearest - place) for root in found.roots), default=np.inf)
        is_found = apart * slope <= 4 * np.spacing(abs(value)) + 2 * slope * np.spacing(abs(place))
        assert is_found or is_flat or found.is_endless or value in limits, (place, value, found)


def test_a_limit_in_a_hole_is_none_and_said() -> None:
    run = actcli("eval", "sin(x)/x", "--inverse", "1")
    assert run.stdout == "none\n"
    assert run.stderr == "actcli: note: sin(x)/x nears 1 at an x where it is undefined, and does not take it there\n"
    assert actcli("eval", "x*x/x", "--inverse", "0").stdout == "none\n"
    assert actcli("eval", "(x**2-1)/(x-1)", "--inverse", "2").stdout == "none\n"
    assert actcli("eval", "sqrt(x)", "--inverse", "0").stderr == ""
