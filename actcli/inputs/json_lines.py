"""JSON lines to vectors: an array of numbers, or an object, a line."""

from collections.abc import Iterator

from actcli.arrays import Integers
from actcli.errors import DataError
from actcli.inputs.arrival import Pieces, text_only, whole_lines
from actcli.inputs.faults import Parsed, Row
from actcli.inputs.json_text import decoded
from actcli.inputs.json_values import Values
from actcli.inputs.lines import line_ends, no_text, read_lines, uncommented
from actcli.inputs.met import Met
from actcli.inputs.reading import Reading
from actcli.results import Vectors


def read_json_lines(pieces: Pieces, name: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    """Read one vector a line as the lines arrive; a blank line is an empty vector.

    Raises DataError with line and column, after a block that holds everything before that line.
    """
    lines = uncommented(text_only(whole_lines(pieces, name), name), _comment)
    return read_lines(lines, _JsonLines(Values(name, reading, met)), name, reading.on_error)


def _comment(line: bytes) -> int:
    return 0 if line.lstrip().startswith(b"#") else -1


class _JsonLines:
    """The grammar of a line of JSON."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def parse(self, lines: bytes, /) -> Parsed | None:
        """Read whole lines; None unless all are arrays of numbers."""
        try:
            return self._values.parse([decoded(line, "") if line.strip() else [] for line in lines.split(b"\n")[:-1]])
        except DataError:
            return None

    def row(self, line: bytes, name: str, number: int, /) -> Row:
        """Read one line; values that are no numbers are None."""
        where = f"{name}, line {number}"
        if not line.strip():
            return self._values.row([], where)
        try:
            if fault := no_text(line, where):
                raise fault
            value = decoded(line, name, number)
        except DataError as error:
            return self._values.row([], where)._replace(values=[None], fault=error)
        return self._values.row(value, where, line, number)

    def ends(self, lines: bytes, /) -> Integers:
        """Where each line ends."""
        return line_ends(lines)
