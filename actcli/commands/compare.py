"""`actcli compare`: functions side by side, or what data looks like behind them."""

from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import STDIN, open_values
from actcli.inputs.words import is_values
from actcli.options.arguments import FunctionsAndValues
from actcli.options.numbers import Saturation
from actcli.options.output import World
from actcli.options.statistics import Dask, Depth, Mean, Sigma
from actcli.results import Result


def compare(
    world: World,
    reading: Reading,
    functions_and_values: FunctionsAndValues = None,
    mean: Mean = None,
    sigma: Sigma = None,
    layers: Depth = None,
    dask: Dask = None,
    saturation: Saturation = None,
) -> Result:
    """FUNCTIONS side by side: properties, gains and values; with --input (or -) statistics of the data behind each.

    Without data, the mean, variance and gains are those of a standard normal input.
    """
    words = functions_and_values or []
    values = [word for word in words if word == STDIN or is_values(word)]
    specs = [word for word in words if word not in values]
    if not specs:
        raise UsageError("compare needs functions", "actcli compare gelu silu -2 0 2; `actcli list` shows every name")
    if dask is not None:
        if not reading.files or STDIN in reading.files:
            raise UsageError("--dask measures files", "name them with --input 'dump/*.npy'")
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
