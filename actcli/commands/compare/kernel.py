"""`compare --against`: the errors of a kernel's results, in units of the last place of their type."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from actcli.arrays import Floats, Integers
from actcli.catalog import Activation
from actcli.catalog.entry import ORDERS
from actcli.commands.compare.callables import Called, is_callable_name
from actcli.commands.pipeline import described, description, element_wise
from actcli.dtypes import NUMBER_TYPES, NumberType
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.formats import is_suffix_of_format
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import STDIN, Source, open_values
from actcli.output import Output
from actcli.results import Answer, Chunk, Header, Result, Vectors
from actcli.results.messages import note
from actcli.results.ulp_errors import UlpErrors


class KernelQuery(NamedTuple):
    """What is asked of kernels."""

    against: tuple[str, ...]
    """Each the name of a file, a column of the input or a function that can be imported: the results of a kernel."""
    order: int = 0
    """Which derivative they are results of."""
    flushes: bool = False
    """Whether subnormal inputs and results are left out."""


class Results(Protocol):
    """What a kernel gave for an input that is read block by block."""

    @property
    def dtype(self) -> NumberType:
        """The type of the results."""

    def take(self, block: Vectors, start: int) -> tuple[Floats, Integers | None]:
        """The results for a block that begins at value `start`, and where their vectors end, if there are any.

        Raises DataError where there are fewer than inputs.
        """

    def require_end(self, count: int) -> None:
        """Raise DataError where results are left behind those of `count` inputs."""


def compare_kernels(
    output: Output, input_options: InputOptions, specs: Sequence[str], values: Sequence[str], query: KernelQuery
) -> Result:
    """Errors of what kernels gave for the input, in ulp of their number types, absolute and relative; no rows.

    The reference is the number of that type nearest to the truth: by float64 and pairs, or certified.
    """
    if len(specs) != 1:
        raise UsageError(f"--against judges kernels of one function, and here are {len(specs)}", "name one function")
    if input_options.on_error == "skip":
        raise UsageError("a vector that is left out would pair others wrongly", "--on-error nan keeps its place")
    if query.against.count(STDIN) > 1:
        raise UsageError("stdin can be read only once", "give '-' a single time")
    activation = element_wise(specs[0], "compare --against")
    reading = of_inputs(input_options, values, query.against)
    x = open_values(values, reading, output.terminal, stdin_by_default=False)
    kernels = [_opened(name, x, values, input_options, output, query) for name in query.against]
    names = [activation.name] if len(kernels) == 1 else short_names(query.against)
    header = Header(
        command="compare",
        descriptions=tuple(description(activation) | {"name": name} for name in names),
        settings={
            "against": query.against[0] if len(kernels) == 1 else list(query.against),
            "of": ORDERS[query.order],
            "certified": output.is_certified,
        },
        is_total=True,
    )
    errors = [
        UlpErrors(
            name,
            kernel.dtype,
            is_reference_exact=output.is_certified or kernel.dtype.name != "float64",
            bound=activation.entry.bounds[query.order] if activation.entry else None,
            function=place,
            flushes=query.flushes,
        )
        for place, (name, kernel) in enumerate(zip(names, kernels, strict=True))
    ]
    chunks = _judged(activation, query.order, x, kernels, is_certified=output.is_certified)
    short = [kernel.short_integers for kernel in kernels if isinstance(kernel, _Held) and kernel.short_integers]
    notes = tuple(note("short_integers", source=name) for name in short)
    return Result(described(header, x._replace(messages=x.messages + notes)), chunks, errors)


def judged(
    activation: Activation,
    order: int,
    x: Floats,
    got: Floats,
    number_type: NumberType,
    *,
    flushes: bool = False,
    is_certified: bool = False,
) -> Result:
    """The errors of one kernel whose results are all there."""
    vectors = Vectors(x, np.array([x.size], np.int64))
    header = Header(command="compare", descriptions=(description(activation),), is_total=True)
    errors = UlpErrors(activation.name, number_type, is_reference_exact=True, bound=None, flushes=flushes)
    source = Source(iter((vectors,)))
    return Result(
        header, _judged(activation, order, source, [_There(got, number_type)], is_certified=is_certified), [errors]
    )


class _There(NamedTuple):
    """Results that are all there."""

    values: Floats
    """As float64."""
    dtype: NumberType
    """Their type."""

    def take(self, block: Vectors, start: int) -> tuple[Floats, None]:
        """Those for a block."""
        return self.values[start : start + block.values.size], None

    def require_end(self, count: int) -> None:
        """There are as many as inputs."""


def _judged(
    activation: Activation, order: int, x: Source, kernels: Sequence[Results], *, is_certified: bool
) -> Iterator[Chunk]:
    """What each kernel gave, beside the number of its type that is right and what that was rounded from."""

    def wanted(values: Floats, dtype: NumberType) -> Floats:
        if not is_certified:
            return activation.answers(order, values, dtype).values
        from actcli.commands.certified import column

        certified: Floats = column(activation, order, values, None, dtype)
        return certified

    start, begun = 0, 0
    for block in x.blocks:
        answers = []
        truth = activation.order(order, block.values)
        best: dict[NumberType, Floats] = {}
        for kernel in kernels:
            got, ends = kernel.take(block, start)
            if x.shape is None and ends is not None and not np.array_equal(ends, block.ends(start)):
                raise _unlike(block, ends, start, begun)
            if kernel.dtype not in best:
                best[kernel.dtype] = wanted(block.values, kernel.dtype)
            right = best[kernel.dtype]
            # Beyond float64 nothing is known but its nearest number.
            source = right if kernel.dtype.name == "float64" else truth
            answers.append(Answer(block.lengths, {"got": got, "wanted": right, "truth": source}))
        begun = max((begun, *block.ends(start).tolist()))
        start += block.values.size
        yield Chunk(block, tuple(answers))
    for kernel in kernels:
        kernel.require_end(start)


def short_names(names: Sequence[str]) -> list[str]:
    """The names of files without their folders, where that tells them apart."""
    short = [name if is_callable_name(name) else Path(name).name for name in names]
    return [printable(name) for name in (short if len(set(short)) == len(names) else names)]


def _opened(
    name: str, x: Source, values: Sequence[str], input_options: InputOptions, output: Output, query: KernelQuery
) -> Results:
    """The results of a kernel by its name: a function that is called, else what a file or a column holds."""
    if is_callable_name(name):
        return Called(name, query.order, input_options.number_type)
    reading = of_results(input_options, name, are_inputs_typed=bool(values) and STDIN not in values)
    y = open_values((), reading, output.terminal, stdin_by_default=False)
    if x.shape is not None and y.shape is not None and x.shape != y.shape:
        raise DataError(f"the input has shape {x.shape}, and {printable(name)} has {y.shape}")
    return _Held(y, name)


def of_inputs(input_options: InputOptions, values: Sequence[str], against: Sequence[str]) -> InputOptions:
    """How to read the inputs: where they are typed, what says how to read files is of the results in `against`."""
    if not values or STDIN in values or all(map(is_callable_name, against)):
        return input_options
    return input_options._replace(format=None, array=None, axis=None)


def of_results(input_options: InputOptions, name: str, *, are_inputs_typed: bool = False) -> InputOptions:
    """How to read the results: from a file of their own, or a further column of the input.

    --array and --axis hold for both files; --from as well, but where the suffix of the results tells their format.
    """
    if name == STDIN or not input_options.columns or Path(name).exists():
        is_known = is_suffix_of_format(name) and not are_inputs_typed
        return InputOptions(
            files=(name,),
            format=None if is_known else input_options.format,
            array=input_options.array,
            is_array_optional=not are_inputs_typed,
            axis=input_options.axis,
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


def _unlike(block: Vectors, ends: Integers, start: int, begun: int) -> DataError:
    """The error for vectors that end elsewhere than the results' do; `begun` is where the first of the block began."""
    own = block.ends(start)
    shared = min(own.size, ends.size)
    first = int(np.argmax(np.append(own[:shared] != ends[:shared], True)))
    begin = int(own[first - 1]) if first else begun
    sizes = [f"{each[first] - begin}" if first < each.size else "more" for each in (own, ends)]
    row = int(np.searchsorted(block.starts(), max(begin - start, 0), side="right")) - 1
    place = f"value {begin}" if block.lines is None else f"line {block.lines[row]}"
    return DataError(
        f"{place}: the input has a vector of {sizes[0]}, and the results one of {sizes[1]}",
        "--flatten pairs them value by value",
    )


class _Held:
    """The results of a kernel, taken in pieces as large as the blocks of its input; their type is that of the first."""

    def __init__(self, source: Source, name: str) -> None:
        self._blocks = source.blocks
        self._name = printable(name)
        self._values: Floats = np.zeros(0)
        self._read = 0
        self._ends: Integers = np.zeros(0, np.int64)
        """Where vectors end among the values that are not taken yet, counted from the first of all."""
        self.dtype: NumberType = NUMBER_TYPES["float64"]
        self.short_integers = ""
        """Their array, where they are integers of 16 bits."""
        self._fault: DataError | None = None
        try:
            first = next(self._blocks, None)
        except DataError as error:  # raised when its turn has come
            self._fault = error
        else:
            if first is not None:
                self.dtype = first.number_type or first.stored_type or NUMBER_TYPES[first.dtype.name]
                self.short_integers = first.faults.short_integers
                self._append(first)

    def take(self, block: Vectors, start: int) -> tuple[Floats, Integers | None]:
        """As many values as a block has, and where their vectors end; raises DataError where there are fewer."""
        if self._fault is not None:
            raise self._fault
        while self._values.size < block.values.size:
            following = next(self._blocks, None)
            if following is None:
                found = start + self._values.size
                raise DataError(f"{self._name} ends after {found:,} values, and the input goes on")
            self._append(following)
        count = block.values.size
        is_taken = self._ends <= start + count
        taken = self._values[:count], self._ends[is_taken]
        self._values, self._ends = self._values[count:], self._ends[~is_taken]
        return taken

    def require_end(self, count: int) -> None:
        """Raise DataError where values are left, and for a fault that no value came to."""
        if self._fault is not None:
            raise self._fault
        for block in self._blocks:
            self._append(block)
            if self._values.size:
                break
        if self._values.size:
            raise DataError(f"the input ends after {count:,} values, and {self._name} goes on")

    def _append(self, block: Vectors) -> None:
        self._values = np.concatenate((self._values, block.values))
        self._ends = np.concatenate((self._ends, block.ends(self._read)))
        self._read += block.values.size
