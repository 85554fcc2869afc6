"""Words and streams to vectors: where values come from, their formats, and a reader for each."""
