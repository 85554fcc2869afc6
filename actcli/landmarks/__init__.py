"""Old place of actcli.analysis, until the move is done."""

from actcli.analysis import *  # noqa: F403
