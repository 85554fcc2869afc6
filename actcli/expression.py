"""The formula language: parse, print, evaluate."""
