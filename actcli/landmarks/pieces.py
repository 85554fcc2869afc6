"""Old place of actcli.analysis.pieces, until the move is done."""

from actcli.analysis.pieces import *  # noqa: F403
