"""Results to text: renderers know the record, never the commands."""

from actcli.render.presentation import Presentation
from actcli.render.show import FORMATS, show

__all__ = ["FORMATS", "Presentation", "show"]
