"""`plot --against`: the errors of kernels over |x|, the worst of each column, on logarithmic axes."""

from collections.abc import Iterator, Sequence

import numpy as np

from actcli.arrays import Floats
from actcli.commands.compare.kernel import KernelQuery, compare_kernels, short_names
from actcli.commands.plot.curves import Limits
from actcli.errors import DataError, UsageError
from actcli.inputs.options import InputOptions
from actcli.output import Output
from actcli.results import Answer, Chunk, Field, Header, Result, Vectors, View
from actcli.results.ulp_errors import UlpErrors

_COLUMNS = 480  # of x: twice the dots of a wide terminal would leave gaps between the numbers of a narrow type
_OF_INTEREST = 0.5  # ulp: the picture reaches as far as errors are larger, and a decade beyond
_LEAST = 0.1  # ulp: what is exact stands at the bottom
_SIDES = (("x > 0", 1.0), ("x < 0", -1.0))


def error_curves(
    specs: Sequence[str],
    values: Sequence[str],
    x_limits: Limits | None,
    input_options: InputOptions,
    output: Output,
    query: KernelQuery,
    view: View,
) -> Result:
    """A curve for each kernel and sign of x: the largest error in ulp of its type, column by column of |x|.

    Raises UsageError for limits that hold no |x| above 0 and DataError where no result has a finite error.
    """
    judged = compare_kernels(output, input_options, specs, values, query)
    kernels = [each for each in judged.accumulators if isinstance(each, UlpErrors)]
    sizes: list[Floats] = []
    signs: list[Floats] = []
    errors: list[list[Floats]] = [[] for _ in kernels]
    for chunk in judged.chunks():
        x = chunk.vectors.values
        sizes.append(np.abs(x))
        signs.append(np.copysign(1.0, x))
        for kernel, own in zip(kernels, errors, strict=True):
            columns = chunk.answers[kernel.function or 0].columns
            own.append(kernel.ulps_of(columns["got"], columns["wanted"], columns["truth"]))
    nothing = np.empty(0)  # without inputs there is no chunk
    size, sign = np.concatenate([nothing, *sizes]), np.concatenate([nothing, *signs])
    by_kernel = [np.concatenate([nothing, *each]) for each in errors]
    low, high = _limits(size, by_kernel, x_limits)
    edges = np.linspace(np.log10(low), np.log10(high), _COLUMNS + 1)
    inside = (size >= low) & (size <= high)
    with np.errstate(divide="ignore"):
        column = np.clip(np.searchsorted(edges, np.log10(size), "right") - 1, 0, _COLUMNS - 1)
    centres = 10.0 ** ((edges[:-1] + edges[1:]) / 2)
    curves: list[tuple[str, Floats]] = []
    for kernel, error in zip(kernels, by_kernel, strict=True):
        for side, its_sign in _SIDES:
            here = inside & (sign == its_sign) & np.isfinite(error)
            if here.any():
                worst = np.full(_COLUMNS, np.nan)
                np.fmax.at(worst, column[here], np.maximum(error[here], _LEAST))
                label = f"{kernel.name}, {side}" if len(kernels) > 1 else side
                curves.append((label, _joined(worst)))
    if not curves:
        raise DataError("no result has a finite error here", "`actcli compare --against` counts what is not finite")
    described = judged.header.descriptions[0]
    title = f"{specs[0]}: errors of {' and '.join(short_names(query.against))}, in ulp"
    header = Header(
        command="plot",
        descriptions=tuple({**described, "name": label} for label, _ in curves),
        fields=(Field("error"),),
        settings=judged.header.settings,
        messages=judged.header.messages,
        view=view._replace(
            x_is_log=True,
            y_is_log=True,
            has_segments=True,
            title=view.title or title,
            notes=tuple(_notes(size, by_kernel, (low, high), is_chosen=x_limits is None)),
        ),
        headings={"x": "|x|"},
    )
    grid = Vectors(centres, np.array([centres.size], np.int64))
    answers = tuple(Answer(grid.lengths, {"error": y}) for _, y in curves)
    return Result(header, iter([Chunk(grid, answers, is_sampled=True)]))


def _limits(size: Floats, errors: Sequence[Floats], x_limits: Limits | None) -> Limits:
    """The |x| that are shown: those asked for, else those of errors worth a look, and a decade beyond."""
    known = (size > 0) & np.isfinite(size)
    if x_limits is not None:
        low, high = sorted(map(abs, x_limits)) if x_limits[0] * x_limits[1] > 0 else (0.0, max(map(abs, x_limits)))
        known &= (size >= low) & (size <= high)
    if not known.any():
        raise UsageError("the picture is over |x| above 0, and no input is there", "give inputs with --input FILE")
    if x_limits is None:
        with np.errstate(invalid="ignore"):
            off = known & np.logical_or.reduce([np.isfinite(each) & (each > _OF_INTEREST) for each in errors])
        if off.any():
            reach = size[off].min() / 10, size[off].max() * 10
            known &= (size >= reach[0]) & (size <= reach[1])
    low, high = float(size[known].min()), float(size[known].max())
    return (low, high) if low < high else (low / 2, high * 2)


def _notes(size: Floats, errors: Sequence[Floats], shown: Limits, *, is_chosen: bool) -> Iterator[str]:
    """What the picture leaves out: errors too small for its axis, and inputs beyond the limits that it chose."""
    inside = (size >= shown[0]) & (size <= shown[1])
    if any((each[inside] < _LEAST).any() for each in errors):
        yield f"errors below {_LEAST:g} are drawn at {_LEAST:g}"
    if is_chosen and (~inside & (size > 0) & np.isfinite(size)).any():
        yield f"at other |x| no error is above {_OF_INTEREST:g}"
    undrawn = sum(int(np.count_nonzero(~np.isfinite(each) & np.isfinite(size))) for each in errors)
    if undrawn:
        yield f"not drawn: {undrawn:,} result{'s' * (undrawn > 1)} without a finite error"


def _joined(worst: Floats) -> Floats:
    """The columns, those that no input falls into as the one before them."""
    known = np.flatnonzero(~np.isnan(worst))
    filled: Floats = worst[known[np.clip(np.searchsorted(known, np.arange(worst.size), "right") - 1, 0, None)]]
    filled[: known[0]] = np.nan
    filled[known[-1] + 1 :] = np.nan
    return filled
