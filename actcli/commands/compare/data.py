"""`compare --input`: statistics of data after each function, in one pass, or by a cluster file by file."""

import logging
from collections.abc import Iterator, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import Any

from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.commands.pipeline import described, description, element_wise, element_wise_chunks, zones_of
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import STDIN, Source, files_of, open_streams
from actcli.results import Accumulator, Header, Result
from actcli.results.statistics import of_data

_PATIENCE = 5  # seconds for a scheduler to answer
_TRIES = 3  # of a file whose worker is lost


def compare_data(specs: Sequence[str], source: Source, layers: int | None, level: float | None) -> Result:
    """The statistics of each element-wise function over an input; no rows of values."""
    activations = [element_wise(spec, "compare --input") for spec in specs]
    zoned = zones_of(activations, level)
    header = Header(
        command="compare",
        descriptions=tuple(description(activation) for activation in activations),
        zones=zoned,
        settings={"layers": layers} if layers else {},
        is_total=True,
    )

    def columns(activation: Activation, x: Floats) -> dict[str, Floats]:
        return {"value": activation.value(x), "slope": activation.slope(x)}

    pairs = enumerate(zip(activations, zoned, strict=True))
    accumulators = [each for place, (function, zones) in pairs for each in of_data(place, function, zones, layers)]
    chunks = element_wise_chunks(activations, source.blocks, columns, zoned)
    return Result(described(header, source), chunks, accumulators)


def compare_files(
    specs: Sequence[str], input_options: InputOptions, address: str, layers: int | None, level: float | None
) -> Result:
    """What `compare_data` gives for the same files, the same bits; each file is read by one of a cluster's workers.

    Raises UsageError where the cluster's library is not installed, DataError where no scheduler answers.
    """
    if not input_options.files or STDIN in input_options.files:
        raise UsageError("--dask measures files", "name them with --input 'dump/*.npy'")
    result = compare_data(specs, Source(iter(())), layers, level)  # also says what is wrong with the functions
    files = [(path, number) for number, pattern in enumerate(input_options.files) for path in files_of(pattern)]
    client = _client(address)
    waiting = [
        client.submit(
            _measured, specs, input_options._replace(files=(path,)), place, number, layers, level, retries=_TRIES
        )
        for place, (path, number) in enumerate(files)
    ]

    def measured() -> Iterator[tuple[Accumulator, ...]]:
        """The accumulators of file after file, in the order of the files."""
        try:
            for future in waiting:
                yield future.result()
        finally:
            client.close()

    return result.merging(measured())


def _measured(
    specs: Sequence[str],
    input_options: InputOptions,
    place: int,
    matrix_number: int,
    layers: int | None,
    level: float | None,
) -> tuple[Accumulator, ...]:
    """The accumulators of one file, which is the one at this place of the dump; runs on a worker."""
    source = open_streams(input_options, None)
    blocks = (block._replace(file_number=place, matrix_number=matrix_number) for block in source.blocks)
    result = compare_data(specs, source._replace(blocks=blocks), layers, level)
    for _ in result.chunks():
        pass
    return result.accumulators


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
