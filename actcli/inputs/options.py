"""What the command line says of its input: which files, how they are to be read, and which columns make the vector."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from actcli.dtypes import NumberType
from actcli.errors import UsageError, counted, listed, nearest_names, printable
from actcli.inputs.formats import FormatName
from actcli.inputs.number import listed_names, plain
from actcli.results import Faults, LeftOut

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
    keep: tuple[str, ...] = ()
    """The columns that go along with a vector into the answer, named as --column names them."""
    has_header: bool | None = None
    """Whether the first line of a table names its columns; None where it tells by itself."""
    decimal_comma: bool = False
    """Whether numbers are written with a decimal comma."""
    array: str | None = None
    """Which array of an archive, or tensor of a file of several."""
    is_array_optional: bool = False
    """Whether `array` chooses only where there are several: results may lie in a file of their own."""
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

    @property
    def chooses_columns(self) -> bool:
        """Whether columns are told apart at all."""
        return bool(self.columns or self.keep) or self.target_column is not None

    @property
    def column_names(self) -> frozenset[str]:
        """What options name as columns, numbers and ranges aside: a first line that has one of these is a header."""
        terms = [*self.columns, *self.keep, *(() if self.target_column is None else (self.target_column,))]
        pieces = {piece.strip() for term in terms for piece in (term, *listed_names(term))}
        return frozenset(piece for piece in pieces if piece and not re.fullmatch(_RANGE, plain(piece)))

    def column_numbers(self) -> Iterator[tuple[str, str]]:
        """What options say of columns as a number or a range, each behind its option: it may be a name, too."""
        targets = () if self.target_column is None else (self.target_column,)
        for option, terms in (("--column", self.columns), ("--target-column", targets), ("--keep", self.keep)):
            for term in terms:
                pieces = (plain(piece.strip()) for piece in listed_names(term))
                yield from ((option, piece) for piece in pieces if re.fullmatch(_RANGE, piece))

    def of_streams(self) -> dict[str, bool]:
        """The options that mean nothing to values on the command line, and whether each is given."""
        return {
            "--from": self.format is not None,
            "--column": bool(self.columns),
            "--target-column": self.target_column is not None,
            "--keep": bool(self.keep),
            "--header": self.has_header is True,
            "--no-header": self.has_header is False,
            "--array": self.array is not None,
            "--axis": self.axis is not None,
            "--as-batches": self.as_batches,
            "--on-error": self.on_error != "stop",
        }


def naturally(names: Iterable[str], *, has_decimals: bool) -> list[str]:
    """Names in their order, but for the numbers in them, which come in that of numbers: layer2 before layer10.

    `has_decimals` says that a point between digits is that of a decimal, as in the file rate0.05, and no separator, as
    in the tensor layers.0.10.
    """
    numbers = re.compile(r"([0-9]+(?:\.[0-9]+)?)" if has_decimals else "([0-9]+)")

    def key(name: str) -> tuple[list[tuple[str, int, str]], str]:
        found = list[tuple[str, int, str]]()
        for place, piece in enumerate(numbers.split(name)):
            whole, _, fraction = piece.partition(".")
            digits = whole.lstrip("0")
            found.append((piece, 0, "") if place % 2 == 0 else ("", len(digits), digits + fraction))
        return found, name

    return sorted(names, key=key)


def chosen_arrays(
    options: InputOptions,
    names: Sequence[str],
    name: str,
    kind: Literal["array", "tensor"],
    is_of_floats: Callable[[str], bool],
) -> tuple[Sequence[str], Faults]:
    """The arrays or tensors to read of the file called `name`, which has these `names`, and what is left out.

    --array names one or is a pattern. Of several that are read together those of no floating-point type are left out,
    such as counters of steps and masks, unless all are such. Raises UsageError where --array names none, and where one
    is to be chosen and none is.
    """
    chosen = names
    if options.array is not None and not (options.is_array_optional and len(names) == 1):
        if options.array in names:
            return [options.array], Faults()
        chosen = [each for each in names if fnmatchcase(each, options.array)]
        if not chosen:
            message = f"no array '{printable(options.array)}' in {name}{nearest_names(options.array, names)}"
            raise UsageError(message, f"it has {listed(names)}")
    if len(chosen) < 2:
        return chosen, Faults()
    if not options.every_array:
        like = "" if chosen is names else f" like '{printable(options.array or '')}'"
        message = f"{name} has {len(chosen)} arrays{like}: {listed(chosen)}"
        raise UsageError(message, f"choose: --array {printable(chosen[0])}")
    kept = [each for each in chosen if is_of_floats(each)]
    others = tuple(each for each in chosen if each not in kept)
    return (kept, Faults(left_out=(LeftOut(name, kind, others),))) if kept and others else (chosen, Faults())


class Selection(NamedTuple):
    """Places of columns, from 0."""

    places: tuple[int, ...] | None = None
    """Those that make the vector, in its order; None for all."""
    target: int | None = None
    """That of the true class."""
    kept: tuple[int, ...] = ()
    """Those that go along with the vector as text."""


def select(options: InputOptions, names: Sequence[str], width: int, name: str) -> Selection:
    """Find the columns that are asked for among the `width` ones of the input called `name`.

    `names` are those of the columns, empty where they have none. Raises UsageError for a column that is not there, and
    for a name that stands twice.
    """
    if not options.chooses_columns:
        return Selection()
    places = dict[str, list[int]]()
    for place, each in enumerate(names):
        places.setdefault(each, []).append(place)
    columns = _Columns(places, tuple(names), width, name)
    kept = tuple(dict.fromkeys(place for term in options.keep for place in columns.of(term, "--keep")))
    target = None
    if options.target_column is not None:
        found = columns.of(options.target_column, "--target-column")
        if len(found) > 1:
            message = f"--target-column '{printable(options.target_column)}' stands for {len(found)} columns"
            raise UsageError(message, "name a single one")
        target = found[0]
    if not options.columns:
        left_out = {target, *kept}
        rest = tuple(place for place in range(width) if place not in left_out)
        require_some(rest, options, name)
        return Selection(rest, target, kept)
    asked = [place for term in options.columns for place in columns.of(term, "--column")]
    chosen = tuple(place for place in dict.fromkeys(asked) if place != target)
    if not chosen:
        raise UsageError("the column of the target is no part of the vector, and --column names no other")
    return Selection(chosen, target, kept)


def require_some(places: Sequence[int], options: InputOptions, name: str) -> None:
    """Raise UsageError where the columns that options set aside leave none for the vector."""
    if not places:
        beside = "the target" if options.target_column is not None else "those of --keep"
        raise UsageError(f"{name} has no column beside {beside}", "name the columns of the vector with --column")


class _Columns(NamedTuple):
    """The columns of an input."""

    places: dict[str, list[int]]
    """Those of each name, from 0."""
    names: tuple[str, ...]
    """In their order; empty where they have none."""
    width: int
    """How many there are."""
    source: str
    """What the input is called."""

    def of(self, term: str, option: str) -> list[int]:
        """The places that a term of an option stands for, in its order; a name may hold commas."""
        if term in self.places:
            return [self._of_name(term, option)]
        return [place for piece in listed_names(term) for place in self._of_piece(piece, option)]

    def _of_name(self, name: str, option: str) -> int:
        """The place of a name that stands once."""
        first, *others = self.places[name]
        if others:
            numbers = [str(place + 1) for place in (first, *others)]
            message = f"{len(numbers)} columns of {self.source} are called '{printable(name)}': {listed(numbers)}"
            raise UsageError(message, f"choose by number: {option} {numbers[0]}")
        return first

    def _of_piece(self, piece: str, option: str) -> Iterator[int]:
        if piece in self.places:
            yield self._of_name(piece, option)
        elif piece != "-" and (bounds := re.fullmatch(_RANGE, plain(piece))):
            single, first_typed, last_typed = bounds.groups()
            first, last = int(single or first_typed or 1), int(single or last_typed or self.width)
            if first < 1 or first > last:
                names_cure = f"{option} 1 is the first; --header where the first line holds names"
                cure = names_cure if single else "write 2-11, 3- or -4"
                raise UsageError(f"{option} {piece}: columns are counted from 1, upwards", cure)
            if last > self.width:
                raise UsageError(f"{option} {piece}: {self.source} has {counted(self.width, 'column')}")
            yield from range(first - 1, last)
        elif found := [place for place, each in enumerate(self.names) if fnmatchcase(each, piece)]:
            yield from found
        else:
            message = f"no column '{printable(piece)}' in {self.source}"
            if not self.names:
                raise UsageError(f"{message}, whose columns have no names", f"number them from 1: {option} 2-11")
            raise UsageError(message + nearest_names(piece, self.names), f"it has {listed(self.names)}")
