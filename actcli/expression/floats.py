"""Old place of actcli.formula.floats, until the move is done."""

from actcli.formula.floats import *  # noqa: F403
