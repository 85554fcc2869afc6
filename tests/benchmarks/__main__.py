"""Runs the benchmarks, all or those named, and prints Markdown: `python -m tests.benchmarks [kernels|startup]`."""

import argparse

from tests.benchmarks import kernels, startup

REPORTS = {"kernels": kernels.report, "startup": startup.report}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*REPORTS, []], metavar="kernels|startup")
    for name in parser.parse_args().names or REPORTS:
        REPORTS[name]()
