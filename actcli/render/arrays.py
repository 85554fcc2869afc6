"""Old place of .npy, until the move is done."""

from actcli.render.machine import npy

__all__ = ["npy"]
