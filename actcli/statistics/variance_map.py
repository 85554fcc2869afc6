"""Old place of actcli.analysis.normal, until the move is done."""

from actcli.analysis.normal import *  # noqa: F403
