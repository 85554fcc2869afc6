"""Old place of actcli.formula.tree, until the move is done."""

from actcli.formula.tree import *  # noqa: F403
