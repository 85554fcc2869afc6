"""Old place of `actcli.render.plot.export`, until the move is done."""

from actcli.render.plot.export import html, png, svg

__all__ = ["html", "png", "svg"]
