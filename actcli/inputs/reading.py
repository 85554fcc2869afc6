"""What the command line says of its input: which files, and how they are to be read."""

from typing import Literal, NamedTuple

from actcli.precision import Precision

FormatName = Literal["text", "csv", "tsv", "json", "jsonl", "npy", "npz"]
OnError = Literal["stop", "skip", "nan"]


class Reading(NamedTuple):
    """How values are read.

    `files` are paths, glob patterns or `-` for stdin, each a matrix of its own; `format` is None where the bytes and
    the suffix tell; `columns` are the names, globs, indices and ranges of --column as typed; `array` names one of an
    .npz file. `on_error` says what becomes of a bad token: it stops the run, its vector is left out, or it is NaN.
    All values are rounded to a number type where `precision` names one.
    """

    files: tuple[str, ...] = ()
    format: FormatName | None = None
    columns: tuple[str, ...] = ()
    target_column: str | None = None
    has_header: bool = True
    array: str | None = None
    flatten: bool = False
    on_error: OnError = "stop"
    precision: Precision | None = None

    def of_streams(self) -> dict[str, bool]:
        """The options that mean nothing to values on the command line, and whether each is given."""
        return {
            "--from": self.format is not None,
            "--column": bool(self.columns),
            "--target-column": self.target_column is not None,
            "--no-header": not self.has_header,
            "--array": self.array is not None,
        }
