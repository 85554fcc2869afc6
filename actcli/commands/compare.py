"""`actcli compare`: functions side by side, or what data looks like behind them."""

from collections.abc import Mapping, Sequence

from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import STDIN, open_values, stands_for_values
from actcli.options.arguments import FunctionsAndValues
from actcli.options.kernels import Against, AgainstCurvature, AgainstSlope, Cost
from actcli.options.numbers import Exact, Saturation
from actcli.options.output import World
from actcli.options.statistics import Dask, Depth, Mean, Sigma
from actcli.results import Result

# Options that cannot stand together: the first with any of the others.
_APART = (
    ("--against", "--cost", "--dask", "--mean", "--sigma", "--layers", "--saturation"),
    ("--cost", "--dask", "--mean", "--sigma", "--layers", "--saturation", "values or --input"),
    ("--slope", "--curvature"),
)
_OF_AGAINST = ("--slope", "--curvature", "--exact", "--dtype")


def compare(
    world: World,
    reading: Reading,
    functions_and_values: FunctionsAndValues = None,
    mean: Mean = None,
    sigma: Sigma = None,
    layers: Depth = None,
    dask: Dask = None,
    against: Against = None,
    slope: AgainstSlope = False,
    curvature: AgainstCurvature = False,
    exact: Exact = False,
    cost: Cost = False,
    saturation: Saturation = None,
) -> Result:
    """FUNCTIONS side by side: properties, gains and values; with --input (or -) statistics of the data behind each.

    Without data, the mean, variance and gains are those of a standard normal input.

    How good is your kernel: --input x.npy --against y.npy holds its results y, in their number type, to the best that
    the type has. --fail-over 4ulp makes that a test.
    """
    specs, values = _sorted_out(functions_and_values or [])
    given: dict[str, object] = {"--against": against, "--cost": cost, "--dask": dask, "--layers": layers}
    given |= {"--mean": mean is not None, "--sigma": sigma is not None, "--saturation": saturation}
    given |= {"--slope": slope, "--curvature": curvature, "--exact": exact, "--dtype": reading.precision}
    _check(given | {"values or --input": bool(values or reading.files)})
    if against is not None:
        from actcli.commands.against import Judged
        from actcli.commands.against import against as held_against

        order = 2 if curvature else 1 if slope else 0
        return held_against(world, reading, specs, values, Judged(against, order, exact))
    if cost:
        from actcli.commands.cost import cost as taken

        return taken(specs)
    if dask is not None:
        from actcli.commands.cluster import behind_dump

        return behind_dump(specs, reading, dask, layers, saturation)
    if reading.files or STDIN in values:
        if mean is not None or sigma is not None:
            raise UsageError("--mean and --sigma describe a normal input, and here is data", "leave out one of them")
        from actcli.commands.behind import behind_data

        opened = open_values(values, reading, world.terminal, stdin_by_default=False)
        return behind_data(specs, opened, layers, saturation)
    from actcli.commands.side_by_side import Asked, side_by_side

    asked = Asked(0.0 if mean is None else mean, 1.0 if sigma is None else sigma, layers)
    return side_by_side(world, specs, values, asked, saturation)


def _sorted_out(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words that are functions, and those that are values."""
    values = [word for word in words if stands_for_values(word)]
    specs = [word for word in words if word not in values]
    if not specs:
        raise UsageError("compare needs functions", "actcli compare gelu silu -2 0 2; `actcli list` shows every name")
    return specs, values


def _check(given: Mapping[str, object]) -> None:
    for first, *others in _APART:
        for other in others:
            if given[first] and given[other]:
                raise UsageError(f"{first} and {other} cannot stand together", "leave out one of them")
    for option in _OF_AGAINST:
        if given[option] and given["--against"] is None:
            cure = "actcli compare gelu --input x.npy --against y.npy"
            raise UsageError(f"{option} is for the results of a kernel, and needs --against", cure)
    if given["--against"] is not None and not given["values or --input"]:
        raise UsageError("--against needs the input of the kernel", "name it with --input FILE")
