"""Old place of actcli.analysis.quadrature, until the move is done."""

from actcli.analysis.quadrature import *  # noqa: F403
