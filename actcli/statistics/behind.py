"""Old place of actcli.results.activations, until the move is done."""

from actcli.results.activations import *  # noqa: F403
