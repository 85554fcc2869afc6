"""Columns cut out of many lines of text at once."""

from collections.abc import Sequence

import numpy as np

from actcli.inputs.arrival import count_lines

_NEWLINE = ord("\n")


def cut_columns(text: bytes, delimiter: bytes, places: Sequence[int], width: int | None) -> bytes | None:
    """The text of the columns at these rising places (from 0), a line a line.

    None unless all lines have as many fields, `width` if that is given.
    """
    codes = np.frombuffer(text, np.uint8)
    marks = np.flatnonzero((codes == delimiter[0]) | (codes == _NEWLINE))  # each of which ends a field
    lines = count_lines(text)
    if not lines or len(marks) % lines:
        return None
    ends = marks.reshape(lines, -1)
    fields = ends.shape[1]
    if places[-1] >= fields or fields != (width or fields) or (codes[ends[:, -1]] != _NEWLINE).any():
        return None
    starts = np.concatenate(([0], marks[:-1] + 1)).reshape(ends.shape)
    steps = np.zeros(len(codes) + 1, np.int8)
    steps[starts[:, places]] += 1
    steps[ends[:, places] + 1] -= 1
    is_kept = np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)
    kept = codes.copy()
    kept[ends[:, places[-1]]] = _NEWLINE
    return kept[is_kept].tobytes()
