"""Old place of actcli.dtypes, until the move is done."""

from actcli.dtypes import *  # noqa: F403
