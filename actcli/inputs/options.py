"""What the command line says of its input: which files, how they are to be read, and which columns make the vector."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from actcli.dtypes import NumberType
from actcli.errors import UsageError, counted, listed, nearest_names, printable
from actcli.inputs.formats import FormatName

OnError = Literal["stop", "skip", "nan"]

_RANGE = r"(?a:([0-9]{1,9})|([0-9]{0,9})-([0-9]{0,9}))"  # of columns, as `cut` takes them


class InputOptions(NamedTuple):
    """How values are read."""

    files: tuple[str, ...] = ()
    """Paths, glob patterns or `-` for stdin, each a matrix of its own."""
    format: FormatName | None = None
    """None where the bytes and the suffix tell."""
    columns: tuple[str, ...] = ()
    """The names, globs, indices and ranges of --column as typed."""
    target_column: str | None = None
    """The column of the true class."""
    has_header: bool = True
    """Whether a first line of names is taken for a header."""
    array: str | None = None
    """Which array of an .npz file."""
    axis: int | None = None
    """Which axis of an array holds a vector; None for the last."""
    every_array: bool = False
    """Whether a file of several arrays is read whole, each of them a layer, unless `array` names one."""
    as_batches: bool = False
    """Whether the files of a pattern are batches of one matrix, not a layer each."""
    flatten: bool = False
    """Whether all input is one vector."""
    on_error: OnError = "stop"
    """What becomes of a bad token: it stops the run, its vector is left out, or it is read as NaN."""
    number_type: NumberType | None = None
    """The number type that all values are rounded to."""

    def of_streams(self) -> dict[str, bool]:
        """The options that mean nothing to values on the command line, and whether each is given."""
        return {
            "--from": self.format is not None,
            "--column": bool(self.columns),
            "--target-column": self.target_column is not None,
            "--no-header": not self.has_header,
            "--array": self.array is not None,
            "--axis": self.axis is not None,
            "--as-batches": self.as_batches,
        }


def chosen_arrays(options: InputOptions, names: Sequence[str], name: str) -> Sequence[str]:
    """The arrays or tensors to read of the file called `name`, which has these `names`.

    Raises UsageError where --array names none of them, and where one is to be chosen and none is.
    """
    if options.array is not None:
        if options.array not in names:
            message = f"no array '{printable(options.array)}' in {name}{nearest_names(options.array, names)}"
            raise UsageError(message, f"it has {listed(names)}")
        return [options.array]
    if len(names) > 1 and not options.every_array:
        raise UsageError(f"{name} has {len(names)} arrays: {listed(names)}", f"choose: --array {printable(names[0])}")
    return names


class Selection(NamedTuple):
    """Places of columns, from 0."""

    places: tuple[int, ...] | None = None
    """Those that make the vector, in its order; None for all."""
    target: int | None = None
    """That of the true class."""


def select(options: InputOptions, names: Sequence[str], width: int, name: str) -> Selection:
    """Find the columns that are asked for among the `width` ones of the input called `name`.

    `names` are those of the columns, empty where they have none. Raises UsageError for a column that is not there.
    """
    target = None
    if options.target_column is not None:
        found = _places(options.target_column, names, width, name)
        if len(found) > 1:
            message = f"--target-column '{printable(options.target_column)}' stands for {len(found)} columns"
            raise UsageError(message, "name a single one")
        target = found[0]
    if not options.columns:
        return Selection(None if target is None else tuple(place for place in range(width) if place != target), target)
    asked = [place for term in options.columns for place in _places(term, names, width, name)]
    places = tuple(place for place in dict.fromkeys(asked) if place != target)
    if not places:
        raise UsageError("the column of the target is no part of the vector, and --column names no other")
    return Selection(places, target)


def _places(term: str, names: Sequence[str], width: int, name: str) -> list[int]:
    """The places that a term of --column stands for, in its order; a name may hold commas."""
    if term in names:
        return [names.index(term)]
    return [place for piece in term.split(",") for place in _places_of_piece(piece.strip(), names, width, name)]


def _places_of_piece(piece: str, names: Sequence[str], width: int, name: str) -> Iterator[int]:
    if piece in names:
        yield names.index(piece)
    elif piece != "-" and (bounds := re.fullmatch(_RANGE, piece)):
        single, first_typed, last_typed = bounds.groups()
        first, last = int(single or first_typed or 1), int(single or last_typed or width)
        if first < 1 or first > last:
            raise UsageError(f"--column {piece}: columns are counted from 1, upwards", "write 2-11, 3- or -4")
        if last > width:
            raise UsageError(f"--column {piece}: {name} has {counted(width, 'column')}")
        yield from range(first - 1, last)
    elif found := [place for place, each in enumerate(names) if fnmatchcase(each, piece)]:
        yield from found
    else:
        message = f"no column '{printable(piece)}' in {name}"
        if not names:
            raise UsageError(f"{message}, whose columns have no names", "number them from 1: --column 2-11")
        raise UsageError(message + nearest_names(piece, names), f"it has {listed(names)}")
