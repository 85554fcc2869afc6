"""A reader for each format, and what they share: records of text, and whole lines to numbers."""
