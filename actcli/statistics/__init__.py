"""What a vector, or a normal input, looks like behind a function: moments, gains, and what layers make of slopes."""
