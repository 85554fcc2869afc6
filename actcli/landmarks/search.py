"""Old place of actcli.analysis.search, until the move is done."""

from actcli.analysis.search import *  # noqa: F403
