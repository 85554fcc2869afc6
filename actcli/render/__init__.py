"""Results to text: renderers know the record, never the commands."""
