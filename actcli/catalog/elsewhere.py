"""Old place of actcli.catalog.libraries, until the move is done."""

from actcli.catalog.libraries import agreeing, differences, read_export, refuse_other_names

__all__ = ["agreeing", "differences", "read_export", "refuse_other_names"]
