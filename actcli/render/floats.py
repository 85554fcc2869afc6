"""Old place of the numbers as text, until the move is done."""

from actcli.render.numbers import each, joined_by, quoted, rows, text

__all__ = ["each", "joined_by", "quoted", "rows", "text"]
