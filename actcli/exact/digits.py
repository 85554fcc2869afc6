"""Old place of actcli.formula.digits, until the move is done."""

from actcli.formula.digits import *  # noqa: F403
