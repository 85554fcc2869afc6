"""Landmarks of a function: zones, kinks, extrema, asymptotes, and a sensible range for pictures."""

from actcli.landmarks.asymptotes import Asymptote, asymptotes
from actcli.landmarks.extrema import Extremum, extrema
from actcli.landmarks.pieces import Kink, Piece, kinks, pieces
from actcli.landmarks.view import default_limits
from actcli.landmarks.zones import LEVEL, Floats, Zone, ZoneKind, zones

__all__ = [
    "LEVEL",
    "Asymptote",
    "Extremum",
    "Floats",
    "Kink",
    "Piece",
    "Zone",
    "ZoneKind",
    "asymptotes",
    "default_limits",
    "extrema",
    "kinks",
    "pieces",
    "zones",
]
