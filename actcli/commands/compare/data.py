"""Statistics of data after each function, layer by layer: in one pass, or by a cluster file by file."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from actcli.analysis import Zone, ZoneKind
from actcli.arrays import Floats, Numbers
from actcli.catalog import Activation
from actcli.commands.pipeline import (
    described,
    description,
    element_wise,
    element_wise_chunks,
    orders_of,
    zones_of,
)
from actcli.dtypes import NumberType
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import STDIN, Source, layered, open_streams, status_of
from actcli.results import Header, Layer, Meter, Result
from actcli.results.messages import Message, note
from actcli.results.record import Accumulators
from actcli.results.statistics import of_data

if TYPE_CHECKING:
    from actcli.analysis.images import Images

_PATIENCE = 5  # seconds for a scheduler to answer
_WORKER_PATIENCE = 30  # seconds for a first or another worker to come, where a cluster has none
_TRIES = 3  # of a file whose worker is lost


class Asked(NamedTuple):
    """What is asked of data."""

    level: float | None = None
    """The share of --saturation."""
    layers: int | None = None
    """How many layers give a gradient a factor."""
    units: bool = False
    """Whether the ill units are listed."""
    outputs: bool = False
    """Whether the data is what comes out of the functions, not what goes in."""


def data_options(input_options: InputOptions) -> InputOptions:
    """How data is read: every array of a file is a layer."""
    return input_options._replace(every_array=True)


def statistics_of_data(
    command: str, activations: Sequence[Activation], source: Source, asked: Asked, dtype: NumberType | None = None
) -> Result:
    """What each function makes of an input, layer by layer and of all of it; no rows of values."""
    zoned = zones_of(activations, asked.level, dtype)
    layers = asked.layers
    header = Header(
        command=command,
        descriptions=tuple(description(activation) for activation in activations),
        zones=zoned,
        settings=({"layers": layers} if layers else {}) | ({"outputs": True} if asked.outputs else {}),
        has_layers=True,
        lists_units=asked.units,
        is_total=True,
    )
    sought: Sequence[Sequence[Zone]] = zoned
    untold: Sequence[frozenset[ZoneKind]] = [frozenset()] * len(activations)
    if asked.outputs:
        found = _of_outputs(activations, zoned)
        sought = [its.told for its in found]
        untold = [frozenset(zone.kind for zone in its.untold) for its in found]
        header = header._replace(messages=tuple(_said_of_outputs(activations, found)))
    accumulators = of_data(
        activations, zoned, layers, lists_units=asked.units, are_outputs=asked.outputs, untold=untold
    )

    def columns(activation: Activation, x: Floats) -> Mapping[str, Numbers]:
        if asked.outputs:
            return {"value": x, "slope": np.full_like(x, np.nan)}
        return orders_of(activation, x, ("value", "slope"), dtype)

    chunks = element_wise_chunks(activations, source.blocks, columns, sought)
    return Result(described(header, source, dtype), chunks, accumulators)


def _of_outputs(activations: Sequence[Activation], zoned: Sequence[Sequence[Zone]]) -> "list[Images]":
    """The outputs that tell of each function that its input lay in a zone."""
    from actcli.analysis.images import images

    return [images(activation, zones) for activation, zones in zip(activations, zoned, strict=True)]


def _said_of_outputs(activations: Sequence[Activation], found: "Sequence[Images]") -> Iterator[Message]:
    """Notes on what outputs do not tell."""
    yield note("outputs_taken")
    for activation, its in zip(activations, found, strict=True):
        if its.untold:
            yield note("zones_untold", function=activation.name, zones=its.untold)


def compare_data(specs: Sequence[str], source: Source, asked: Asked) -> Result:
    """The statistics of each element-wise function over an input."""
    return statistics_of_data("compare", [element_wise(spec, "compare --input") for spec in specs], source, asked)


def compare_files(specs: Sequence[str], input_options: InputOptions, address: str, asked: Asked) -> Result:
    """What `compare_data` gives for the same files, the same bits; each file is read by one of a cluster's workers.

    Raises UsageError where the cluster's library is not installed, DataError where no scheduler answers, and where it
    has no workers.
    """
    if not input_options.files or STDIN in input_options.files:
        raise UsageError("--dask measures files", "name them with --input 'dump/*.npy'")
    files = [(path, layer) for path, layer in layered(input_options) if path is not None]
    sizes = [status_of(path).st_size for path, _ in files]
    meter = Meter()
    meter.total = sum(sizes)
    # This also says what is wrong with the functions.
    result = compare_data(specs, Source(iter(()), meter=meter), asked)
    client = _client(address)
    waiting = [
        client.submit(_measured, specs, input_options._replace(files=(path,)), place, layer, asked, retries=_TRIES)
        for place, (path, layer) in enumerate(files)
    ]

    def measured() -> Iterator[list[tuple[Layer, Accumulators]]]:
        """The layers of file after file, in the order of the files."""
        try:
            for future, size in zip(waiting, sizes, strict=True):
                found = _result(client, future, address)
                meter.done += size
                yield found
        finally:
            client.close()

    return result.merging(measured())


def _measured(
    specs: Sequence[str], input_options: InputOptions, place: int, layer: Layer, asked: Asked
) -> list[tuple[Layer, Accumulators]]:
    """The layers of one file, which is the one at this place of the dump and belongs to a layer; runs on a worker."""
    source = open_streams(input_options, None)
    blocks = (block._replace(file_number=place, layer=layer._replace(part=block.layer.part)) for block in source.blocks)
    result = compare_data(specs, source._replace(blocks=blocks), asked)
    for _ in result.chunks():
        pass
    found = result.layers or {layer: result.accumulators}  # a file that holds nothing is a layer too
    return list(found.items())  # as keys of a mapping, Dask would make plain tuples of them


def _result(client: Any, future: Any, address: str) -> list[tuple[Layer, Accumulators]]:
    """What a worker makes of a file; raises DataError where there is no worker that could."""
    while True:
        try:
            found: list[tuple[Layer, Accumulators]] = future.result(timeout=_WORKER_PATIENCE)
        except TimeoutError as error:
            if client.nthreads():
                continue
            message = f"the Dask scheduler at {printable(address)} has no workers"
            raise DataError(message, f"start one with `dask worker {printable(address)}`") from error
        return found


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--dask needs the extra 'dask'", "pip install 'actcli[dask]'") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters comes out as an error of ours
    # The library waits for ever where somebody listens who says nothing, and takes any words for a length of bytes.
    answers = Queue[Any]()

    def connect() -> None:
        try:
            answers.put(Client(address, timeout=f"{_PATIENCE}s", set_as_default=False))
        except Exception as error:
            answers.put(error)

    Thread(target=connect, daemon=True).start()
    try:
        answer = answers.get(timeout=2 * _PATIENCE)
    except Empty as error:
        answer = error
    if isinstance(answer, Exception):
        message = f"no Dask scheduler answers at {printable(address)}"
        raise DataError(message, "start one with `dask scheduler`, or check the address") from answer
    return answer
