"""Certified digits: ball arithmetic on a formula, at rising precision until the answer is settled."""

from actcli.exact.balls import Ball, BallArithmetic
from actcli.exact.digits import NotSettledError, decimal, nearest_double, nearest_in, settled

__all__ = ["Ball", "BallArithmetic", "NotSettledError", "decimal", "nearest_double", "nearest_in", "settled"]
