"""Old place of actcli.formula.parser, until the move is done."""

from actcli.formula.parser import *  # noqa: F403
