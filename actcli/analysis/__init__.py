"""What is known of a function: zones and kinks, which every command asks for; the rest is imported from its files."""

from actcli.analysis.pieces import Kink, Piece, kinks, pieces
from actcli.analysis.zones import LEVEL, Zone, ZoneKind, zones

__all__ = ["LEVEL", "Kink", "Piece", "Zone", "ZoneKind", "kinks", "pieces", "zones"]
