"""Old place of actcli.analysis.moments, until the move is done."""

from actcli.analysis.moments import *  # noqa: F403
