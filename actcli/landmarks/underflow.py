"""Old place of actcli.analysis.zones, until the move is done."""

from actcli.analysis.zones import *  # noqa: F403
