"""Old place of actcli.analysis.view, until the move is done."""

from actcli.analysis.view import *  # noqa: F403
