"""Old place of actcli.formula.canonical, until the move is done."""

from actcli.formula.canonical import *  # noqa: F403
