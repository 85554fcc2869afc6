"""How far apart two functions are, and whether they are one and the same."""

from actcli.analysis.distance.difference import difference, difference_between, subtracted
from actcli.analysis.distance.sameness import Sameness, sameness

__all__ = ["Sameness", "difference", "difference_between", "sameness", "subtracted"]
