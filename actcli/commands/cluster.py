"""`compare --dask`: the files of a dump measured by a cluster where they lie, and merged in their order."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from actcli.commands.behind import behind_data
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.reading import Reading
from actcli.inputs.sources import STDIN, Input, files_of, open_streams
from actcli.results import Chunk, Result, Summary

_PATIENCE = "5s"  # for a scheduler to answer
_TRIES = 3  # of a file whose worker is lost


def behind_dump(
    specs: Sequence[str], reading: Reading, address: str, layers: int | None, level: float | None
) -> Result:
    """What `behind_data` gives for the same files, the same bits; each file is read by one of the cluster's workers.

    Raises UsageError where the cluster's library is not installed, DataError where no scheduler answers.
    """
    if not reading.files or STDIN in reading.files:
        raise UsageError("--dask measures files", "name them with --input 'dump/*.npy'")
    told = behind_data(specs, Input(iter(()), " "), layers, level)  # also says what is wrong with the functions
    files = [(path, number) for number, pattern in enumerate(reading.files) for path in files_of(pattern)]
    client = _client(address)
    waiting = [
        client.submit(_measured, specs, reading._replace(files=(path,)), place, number, layers, level, retries=_TRIES)
        for place, (path, number) in enumerate(files)
    ]
    return Result(told.header, _merging(waiting, client, told.summary), told.summary)


def _merging(waiting: Sequence[Any], client: Any, summary: Summary) -> Iterator[Chunk]:
    """Add summary after summary, in the order of the files; no chunk is left to hand on."""
    try:
        for future in waiting:
            summary.merge(future.result())
    finally:
        client.close()
    yield from ()


def _measured(
    specs: Sequence[str], reading: Reading, place: int, matrix_number: int, layers: int | None, level: float | None
) -> Summary:
    """The summary of one file, which is the one at this place of the dump; runs on a worker."""
    opened = open_streams(reading, None)
    blocks = (block._replace(file_number=place, matrix_number=matrix_number) for block in opened.blocks)
    result = behind_data(specs, opened._replace(blocks=blocks), layers, level)
    for _ in result.chunks():
        pass
    return result.summary


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--dask needs the extra 'dask'", "pip install 'actcli[dask]'") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters comes out as an error of ours
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        told = f"no Dask scheduler answers at {printable(address)}"
        raise DataError(told, "start one with `dask scheduler`, or check the address") from error
