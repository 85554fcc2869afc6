"""Tests: one file per room, one per command."""
