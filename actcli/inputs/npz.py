"""NumPy archives to vectors: one of the arrays in a zip file, never unpickled."""

from collections.abc import Iterator
from io import BufferedReader, BytesIO, FileIO
from typing import BinaryIO
from zipfile import ZipFile

from actcli.errors import ActcliError, DataError, UsageError, nearest_names, printable
from actcli.inputs.arrival import HELD_LIMIT, Pieces, arriving, whole
from actcli.inputs.columns import shown
from actcli.inputs.foreign import TORCH, conversion
from actcli.inputs.met import Met
from actcli.inputs.npy import array_vectors, held_array
from actcli.inputs.reading import Reading
from actcli.results import Vectors

_SUFFIX = ".npy"
_CURE = "write it again with numpy.savez"


def read_npz(pieces: Pieces, name: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    """Read an array of an archive that is held whole; raises as `read_npz_file` does, and for one over a limit."""
    data = whole(pieces, name, HELD_LIMIT, "as a file, --input FILE.npz, it may be of any size")
    yield from _read(BytesIO(data), name, reading)


def read_npz_file(path: str, name: str, reading: Reading) -> Iterator[Vectors]:
    """Read an array of an archive: `reading.array`, or the only one.

    Raises UsageError where there are several and none is named, and DataError for damaged archives.
    """
    try:
        file = BufferedReader(FileIO(path))
    except OSError as error:
        raise DataError(f"{name}: {error.strerror}") from error
    with file:
        yield from _read(file, name, reading)


def _read(file: BinaryIO, name: str, reading: Reading) -> Iterator[Vectors]:
    try:
        with ZipFile(file) as archive:
            held = _member(archive, name, reading)
    except ActcliError:
        raise
    except Exception as error:  # what is damaged, locked or packed by rarer means surfaces as anything
        raise DataError(f"{name}: not a NumPy archive, or damaged", _CURE) from error
    yield from array_vectors(held_array(*held), name, reading)


def _member(archive: ZipFile, name: str, reading: Reading) -> tuple[bytearray, str]:
    """The bytes of the array that is asked for, and what to call it."""
    members = archive.namelist()
    arrays = [member.removesuffix(_SUFFIX) for member in members if member.endswith(_SUFFIX)]
    if not arrays:
        if any(member.endswith("data.pkl") for member in members):
            raise conversion(name, TORCH)
        raise DataError(f"{name}: an archive without arrays", _CURE)
    wanted = reading.array if reading.array is not None else arrays[0]
    if wanted not in arrays:
        near = nearest_names(wanted, arrays)
        raise UsageError(f"no array '{printable(wanted)}' in {name}{near}", f"it has {shown(arrays)}")
    if reading.array is None and len(arrays) > 1:
        raise UsageError(f"{name} has {len(arrays)} arrays: {shown(arrays)}", f"choose: --array {printable(wanted)}")
    title = f"{name}, array {printable(wanted)}"
    with archive.open(wanted + _SUFFIX) as member:
        return whole(arriving(member, title), title, HELD_LIMIT, "save it by itself with numpy.save"), title
