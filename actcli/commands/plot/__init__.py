"""The command plot: curves of functions and their differences, values drawn with them, classes of a softmax."""
