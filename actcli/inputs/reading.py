"""Old place of actcli.inputs.options, until the move is done."""

from actcli.inputs.formats import FormatName
from actcli.inputs.options import OnError, Reading

__all__ = ["FormatName", "OnError", "Reading"]
