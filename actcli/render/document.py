"""Old place of JSON, until the move is done."""

from actcli.render.json import json, jsonl

__all__ = ["json", "jsonl"]
