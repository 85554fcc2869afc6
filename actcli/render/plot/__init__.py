"""Pictures: results become figures (scene), figures lines of text (axes, canvas, theme, picture) or files (export)."""
