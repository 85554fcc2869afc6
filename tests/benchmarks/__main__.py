"""Runs the benchmarks, all or those named, and prints Markdown: `python -m tests.benchmarks [NAME ...]`."""

import argparse

from tests.benchmarks import kernels, startup, streams, tab

REPORTS = {"startup": startup.report, "kernels": kernels.report, "streams": streams.report, "tab": tab.report}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*REPORTS, []], metavar="|".join(REPORTS))
    for name in parser.parse_args().names or REPORTS:
        REPORTS[name]()
