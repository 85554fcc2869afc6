"""Old place of actcli.formula, until the move is done."""

from actcli.formula import *  # noqa: F403
