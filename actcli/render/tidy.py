"""Old place of CSV and TSV, until the move is done."""

from actcli.render.machine import csv, tsv

__all__ = ["csv", "tsv"]
