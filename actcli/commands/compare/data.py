"""Data that `compare` is given: in one pass, or by a cluster file by file."""

import logging
from collections.abc import Iterator, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import Any

from actcli.commands.pipeline import element_wise
from actcli.commands.statistics import DataQuery, statistics_of_data
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import STDIN, Source, layered, open_streams, status_of
from actcli.results import Layer, Meter, Result
from actcli.results.record import Accumulators

_PATIENCE = 5  # seconds for a scheduler to answer
_WORKER_PATIENCE = 30  # seconds for a first or another worker to come, where a cluster has none
_TRIES = 3  # of a file whose worker is lost


def compare_data(specs: Sequence[str], source: Source, query: DataQuery) -> Result:
    """The statistics of each element-wise function over an input."""
    return statistics_of_data("compare", [element_wise(spec, "compare --input") for spec in specs], source, query)


def compare_files(specs: Sequence[str], input_options: InputOptions, address: str, query: DataQuery) -> Result:
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
    result = compare_data(specs, Source(iter(()), meter=meter), query)
    client = _client(address)
    waiting = [
        client.submit(_measured, specs, input_options._replace(files=(path,)), place, layer, query, retries=_TRIES)
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
    specs: Sequence[str], input_options: InputOptions, place: int, layer: Layer, query: DataQuery
) -> list[tuple[Layer, Accumulators]]:
    """The layers of one file, which is the one at this place of the dump and belongs to a layer; runs on a worker."""
    source = open_streams(input_options, None)
    blocks = (block._replace(file_number=place, layer=layer._replace(part=block.layer.part)) for block in source.blocks)
    result = compare_data(specs, source._replace(blocks=blocks), query)
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
