"""Benchmarks: how fast the kernels and the start are beside NumPy, SciPy and PyTorch; `python -m tests.benchmarks`."""
