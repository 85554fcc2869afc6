"""Old place of actcli.analysis.distance, until the move is done."""

from actcli.analysis.distance import *  # noqa: F403
