"""Old place of actcli.analysis.shape, until the move is done."""

from actcli.analysis.shape import *  # noqa: F403
