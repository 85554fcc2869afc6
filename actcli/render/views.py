"""Old place of `actcli.render.plot.picture`, until the move is done."""

from actcli.render.plot.picture import picture

__all__ = ["picture"]
