"""Old place of actcli.formula.balls, until the move is done."""

from actcli.formula.balls import *  # noqa: F403
