"""Scripts that make what is kept: tables, coefficients, completions and the man page."""
