"""Where a function takes a value: every x, the stretches on which it is flat there, and whether there are more."""

from actcli.analysis.inverse.certify import Root, certified, digits
from actcli.analysis.inverse.roots import Flat, Inverse, inverse, inverses

__all__ = ["Flat", "Inverse", "Root", "certified", "digits", "inverse", "inverses"]
