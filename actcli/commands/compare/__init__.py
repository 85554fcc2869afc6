"""The command compare: properties, values and distances, data, a kernel's answers, cost."""
