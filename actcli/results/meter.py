"""Old place of actcli.results.vectors, until the move is done."""

from actcli.results.vectors import Meter

__all__ = ["Meter"]
