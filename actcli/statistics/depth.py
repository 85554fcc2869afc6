"""Old place of actcli.analysis.depth, until the move is done."""

from actcli.analysis.depth import *  # noqa: F403
