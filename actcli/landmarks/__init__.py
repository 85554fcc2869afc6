"""Landmarks of a function: zones, kinks, and a sensible range for pictures."""

from actcli.landmarks.pieces import Kink, Piece, kinks, pieces
from actcli.landmarks.view import default_limits
from actcli.landmarks.zones import LEVEL, Floats, Zone, ZoneKind, zones

__all__ = ["LEVEL", "Floats", "Kink", "Piece", "Zone", "ZoneKind", "default_limits", "kinks", "pieces", "zones"]
