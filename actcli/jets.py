"""Old place of actcli.formula.jets, until the move is done."""

from actcli.formula.jets import *  # noqa: F403
