"""`compare --against`: the errors of a kernel's results, in units of the last place of their type."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from actcli.arrays import Floats, Integers
from actcli.catalog.entry import ORDERS
from actcli.commands.pipeline import described, description, element_wise
from actcli.dtypes import NUMBER_TYPES, NumberType
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import STDIN, Source, open_values
from actcli.output import Output
from actcli.results import Answer, Chunk, Header, Result, Vectors
from actcli.results.ulp_errors import UlpErrors


def compare_kernel(
    output: Output, input_options: InputOptions, specs: Sequence[str], values: Sequence[str], against: str, order: int
) -> Result:
    """Errors of what a kernel gave for the input, in ulp of its number type, absolute and relative; no rows of values.

    The reference is the number of that type nearest to the truth: by float64 and pairs, or certified.
    """
    if len(specs) != 1:
        raise UsageError(f"--against judges one kernel, and here are {len(specs)} functions", "name one function")
    if input_options.on_error == "skip":
        raise UsageError("a vector that is left out would pair others wrongly", "--on-error nan keeps its place")
    activation = element_wise(specs[0], "compare --against")
    x = open_values(values, input_options, output.terminal, stdin_by_default=False)
    y = open_values((), of_results(input_options, against), output.terminal, stdin_by_default=False)
    if x.shape is not None and y.shape is not None and x.shape != y.shape:
        raise DataError(f"the input has shape {x.shape}, and {printable(against)} has {y.shape}")
    results = _Results(y, against)
    header = Header(
        command="compare",
        descriptions=(description(activation),),
        settings={"against": against, "of": ORDERS[order], "certified": output.is_certified},
        is_total=True,
    )
    dtype = results.dtype
    errors = UlpErrors(
        activation.name,
        dtype,
        is_reference_exact=output.is_certified or dtype.name != "float64",
        bound=activation.entry.bounds[order] if activation.entry else None,
    )

    def wanted(x: Floats) -> Floats:
        """The nearest numbers of the type."""
        if not output.is_certified:
            return activation.nearest(order, x, dtype)
        from actcli.commands.certified import column

        certified: Floats = column(activation, order, x, None, dtype)
        return certified

    def chunks() -> Iterator[Chunk]:
        start = 0
        both_have_lines = x.shape is None and y.shape is None
        for block in x.blocks:
            got, lengths = results.take(block, start)
            if both_have_lines and not np.array_equal(lengths, block.lengths):
                raise _unlike(block, lengths, start)
            start += got.size
            yield Chunk(block, (Answer(block.lengths, {"got": got, "wanted": wanted(block.values)}),))
        results.require_end(start)

    return Result(described(header, x), chunks(), [errors])


def of_results(input_options: InputOptions, name: str) -> InputOptions:
    """How to read the results: from a file of their own, or a further column of the input."""
    if name == STDIN or not input_options.columns or Path(name).exists():
        return InputOptions(
            files=(name,),
            has_header=input_options.has_header,
            decimal_comma=input_options.decimal_comma,
            flatten=input_options.flatten,
            on_error=input_options.on_error,
            number_type=input_options.number_type,
        )
    if STDIN in input_options.files or not input_options.files:
        message = f"stdin can be read only once, and column '{printable(name)}' would be its second reading"
        raise UsageError(message, "save it, and name the file with --input FILE")
    return input_options._replace(columns=(name,), keep=())


def _unlike(block: Vectors, lengths: Integers, start: int) -> DataError:
    shorter = min(len(lengths), len(block.lengths))
    row = int(np.argmax(lengths[:shorter] != block.lengths[:shorter]))
    place = f"value {start + int(block.lengths[:row].sum())}" if block.lines is None else f"line {block.lines[row]}"
    return DataError(
        f"{place}: the input has a vector of {block.lengths[row]}, and the results one of {lengths[row]}",
        "--flatten pairs them value by value",
    )


class _Results:
    """The results of a kernel, taken in pieces as large as the blocks of its input; their type is that of the first."""

    def __init__(self, source: Source, name: str) -> None:
        self._blocks = source.blocks
        self._name = printable(name)
        self._values: Floats = np.zeros(0)
        self._lengths: Integers = np.zeros(0, np.int64)
        self.dtype: NumberType = NUMBER_TYPES["float64"]
        self._fault: DataError | None = None
        try:
            first = next(self._blocks, None)
        except DataError as error:  # raised when its turn has come
            self._fault = error
        else:
            if first is not None:
                self.dtype = first.number_type or NUMBER_TYPES[first.dtype.name]
                self._append(first)

    def take(self, block: Vectors, start: int) -> tuple[Floats, Integers]:
        """As many values and vectors as a block has; raises DataError where there are fewer values."""
        if self._fault is not None:
            raise self._fault
        while self._values.size < block.values.size:
            following = next(self._blocks, None)
            if following is None:
                found = start + self._values.size
                raise DataError(f"{self._name} ends after {found:,} values, and the input goes on")
            self._append(following)
        count, rows = block.values.size, len(block.lengths)
        taken = self._values[:count], self._lengths[:rows]
        self._values, self._lengths = self._values[count:], self._lengths[rows:]
        return taken

    def require_end(self, count: int) -> None:
        """Raise DataError where values are left."""
        for block in self._blocks:
            self._append(block)
            if self._values.size:
                break
        if self._values.size:
            raise DataError(f"the input ends after {count:,} values, and {self._name} goes on")

    def _append(self, block: Vectors) -> None:
        self._values = np.concatenate((self._values, block.values))
        self._lengths = np.concatenate((self._lengths, block.lengths))
