"""Old place of actcli.inputs.number, until the move is done."""

from actcli.inputs.number import MINUS_SIGN, not_a_number, number

__all__ = ["MINUS_SIGN", "not_a_number", "number"]
