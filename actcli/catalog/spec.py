"""Old place of actcli.catalog.lookup, until the move is done."""

from actcli.catalog.lookup import find

__all__ = ["find"]
