"""Old place of actcli.render.intervals, until the move is done."""

from actcli.render.intervals import describe

__all__ = ["describe"]
