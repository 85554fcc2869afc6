"""Old place of actcli.output, until the move is done."""

from actcli.output import PICTURES
from actcli.output import Output as Presentation
from actcli.render.show import gather
from actcli.results import Layout

__all__ = ["PICTURES", "Layout", "Presentation", "gather"]
