"""A spec that sweeps a parameter: a curve for each value, one reading or none, and what takes one function refuses."""

import pytest

from actcli.catalog import find
from actcli.catalog.lookup import sweep
from actcli.commands.pipeline import each_spec
from actcli.errors import UsageError
from tests.runner import actcli


@pytest.mark.parametrize(
    ("spec", "specs"),
    [
        ("swish:beta=0.5,1,5", ["swish:beta=0.5", "swish:beta=1", "swish:beta=5"]),
        ("softplus:beta=1:3", ["softplus:beta=1.0", "softplus:beta=2.0", "softplus:beta=3.0"]),
        ("softplus:beta=1:2:0.5", ["softplus:beta=1.0", "softplus:beta=1.5", "softplus:beta=2.0"]),
        ("elu:alpha=1:2,4", ["elu:alpha=1.0", "elu:alpha=2.0", "elu:alpha=4"]),
        ("elu:alpha=1/2,pi", ["elu:alpha=1/2", "elu:alpha=pi"]),
        ("hard-tanh:max_val=2,min_val=-1:0", ["hard-tanh:max_val=2,min_val=-1.0", "hard-tanh:max_val=2,min_val=0.0"]),
        ("hard-tanh:min_val=-1:0,max_val=2", ["hard-tanh:min_val=-1.0,max_val=2", "hard-tanh:min_val=0.0,max_val=2"]),
        ("rrelu:upper=1/3,lower=0,0.3", ["rrelu:upper=1/3,lower=0", "rrelu:upper=1/3,lower=0.3"]),
        ("rrelu:lower=0,0.1,0.2", ["rrelu:lower=0", "rrelu:lower=0.1", "rrelu:lower=0.2"]),  # there are two parameters
        ("leaky_relu@tf:alpha=0.1,0.2", ["leaky_relu@tf:negative_slope=0.1", "leaky_relu@tf:negative_slope=0.2"]),
        ("rrelu:0.1,0.3", ["rrelu:0.1,0.3"]),
        ("gelu:approximate=tanh", ["gelu:approximate=tanh"]),
        ("leaky-relu:0.2", ["leaky-relu:0.2"]),
        ("where(x > 0, x, 0)", ["where(x > 0, x, 0)"]),
    ],
)
def test_a_sweep_is_a_spec_for_each_value(spec: str, specs: list[str]) -> None:
    assert list(each_spec([spec])) == specs
    assert all(find(each) for each in specs)


def test_two_readings_are_refused_in_every_command_and_both_cures_work() -> None:
    for command in ("plot", "compare", "eval"):
        run = actcli(command, "rrelu:lower=0.1,0.3", "1")
        assert (run.status, run.stdout) == (2, "")
        assert "can be read in two ways" in run.stderr
        one, several = "rrelu:lower=0.1,upper=0.3", "rrelu:upper=1/3,lower=0.1,0.3"
        assert f"one function: {one}; one for each value: {several}" in run.stderr
    assert sweep(one) is None
    assert dict(find(one).parameters) == {"lower": 0.1, "upper": 0.3}
    assert len(list(each_spec([several]))) == 2


def test_the_cure_names_all_parameters_of_a_function_with_many() -> None:
    cure = actcli("plot", "srelu:t_left=-1,0.5").stderr.rpartition("one for each value: ")[2].strip()
    assert len(list(each_spec([cure]))) == 2


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("softplus:beta=1:500", "500 functions, and 24 is the most"),
        ("hard-tanh:min_val=-1:0,max_val=1:2", "sweeps min_val and max_val"),
        ("relu:1,2", "relu has no parameters"),
        ("rrelu:0.1,0.3,0.5", "no such parameter"),
        ("rrelu:0.1,lower=0.3", "no such parameter"),
        ("leaky-relu:0.1,0.3", "no such parameter"),
        ("swish:beta=1:2:0", "step of a range"),
        ("swish:beta=1,two", "'two' is not a number"),
        ("nn.Softplus(1, 20)", "no such parameter"),
    ],
)
def test_no_such_sweep(spec: str, said: str) -> None:
    run = actcli("plot", spec)
    assert (run.status, run.stdout) == (2, "")
    assert said in run.stderr


@pytest.mark.parametrize("command", ["eval", "grad"])
def test_what_takes_one_function_leads_to_plot(command: str) -> None:
    run = actcli(command, "swish:beta=0.5,1", "2")
    assert (run.status, run.stdout) == (2, "")
    assert "several functions, one for each value of beta" in run.stderr
    assert "actcli plot swish:beta=0.5,1" in run.stderr
    with pytest.raises(UsageError):
        find("swish:beta=0.5,1")


def test_compare_sets_a_sweep_side_by_side() -> None:
    rows = [line.split("\t") for line in actcli("compare", "leaky-relu:negative_slope=0,0.25", "-4").lines[1:]]
    assert [(row[2], float(row[4])) for row in rows] == [
        ("leaky-relu:negative_slope=0.0", 0.0),
        ("leaky-relu:negative_slope=0.25", -1.0),
    ]
