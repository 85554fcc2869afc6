"""The command softmax: probabilities, what one asks of them, targets and losses."""
