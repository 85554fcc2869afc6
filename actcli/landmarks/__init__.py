"""Landmarks of a function: zones and kinks, which every command asks for; the others are imported from their files."""

from actcli.landmarks.pieces import Kink, Piece, kinks, pieces
from actcli.landmarks.zones import LEVEL, Zone, ZoneKind, zones

__all__ = ["LEVEL", "Kink", "Piece", "Zone", "ZoneKind", "kinks", "pieces", "zones"]
