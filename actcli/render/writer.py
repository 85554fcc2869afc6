"""Old place of actcli.render.sinks, until the move is done."""

from actcli.render.sinks import *  # noqa: F403
