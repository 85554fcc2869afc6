"""Words and streams to vectors: tokens, ranges, text and arrays; errors with line and caret."""
