"""Makes actcli/numerics/gaussian_tables.py: piecewise polynomials for the Mills ratio, a series for erf near 0.

Run with `python tests/make/gaussian_tables.py`; needs python-flint.

The Mills ratio M(a) = (1 - Φ(a)) / φ(a) falls slowly and smoothly, from 1.25 at 0 like 1/a, so that Φ = φ·M keeps its
digits in the tail. It is interpolated at Chebyshev nodes on intervals that are found by the leading bits of 1 + a:
four to an octave. The constant terms come in two parts, so that the table is good to about 2^-57 of M.
"""

from collections.abc import Callable
from pathlib import Path

from flint import arb, arb_mat, ctx

ctx.prec = 500
TARGET = Path(__file__).parents[2] / "actcli/numerics/gaussian_tables.py"
PER_OCTAVE = 4
REACH = 42  # φ underflows at 38.6
DEGREE = 13
ERF_REACH = 0.5
ERF_DEGREE = 10

HEADER = '''"""Coefficients for numerics/normal.py; made by tests/make/gaussian_tables.py, not by hand."""

import numpy as np

# fmt: off
'''


def mills(a: arb) -> arb:
    return (arb.pi() / 2).sqrt() * (a * a / 2).exp() * (a / arb(2).sqrt()).erfc()


def erf_factor(u: arb) -> arb:
    """erf(√u)/√u."""
    x = u.sqrt()
    return x.erf() / x


def interpolate(function: Callable[[arb], arb], low: arb, high: arb, centre: arb, degree: int) -> list[arb]:
    """Return the coefficients, in powers of (x - centre), of the interpolant at the Chebyshev nodes of [low, high]."""
    count = degree + 1
    nodes = [(low + high) / 2 + (high - low) / 2 * (arb.pi() * (2 * k + 1) / (2 * count)).cos() for k in range(count)]
    powers = arb_mat([[(x - centre) ** k for k in range(count)] for x in nodes])
    return [row[0] for row in powers.solve(arb_mat([[function(x)] for x in nodes])).tolist()]


def worst(
    function: Callable[[arb], arb], coefficients: list[float], low: arb, high: arb, centre: arb, rest: float
) -> float:
    """Return the largest relative error of the rounded polynomial on [low, high], as a power of two."""
    error = 0.0
    for k in range(201):
        x = low + (high - low) * k / 200
        if x == 0:
            continue
        d = x - centre
        value = sum((arb(c) * d**n for n, c in enumerate(coefficients)), arb(rest))
        error = max(error, abs(float(value / function(x) - 1)))
    return error


def wrapped(values: list[float], indent: int = 4) -> list[str]:
    lines: list[str] = []
    line = ""
    for v in values:
        item = repr(v) + ","
        if len(line) + len(item) + indent + 1 > 119:
            lines.append(" " * indent + line)
            line = ""
        line = f"{line} {item}" if line else item
    return [*lines, " " * indent + line]


def mills_table() -> tuple[list[float], list[list[float]], float]:
    centres: list[float] = []
    rows: list[list[float]] = []
    error = 0.0
    octave = 1.0
    while octave < REACH:
        for quarter in range(PER_OCTAVE):
            low = octave * (1 + quarter / PER_OCTAVE) - 1
            high = octave * (1 + (quarter + 1) / PER_OCTAVE) - 1
            if low > REACH:
                break
            centre = (low + high) / 2
            exact = interpolate(mills, arb(low), arb(high), arb(centre), DEGREE)
            rounded = [float(c) for c in exact]
            rest = float(exact[0] - arb(rounded[0]))
            error = max(error, worst(mills, rounded, arb(low), arb(high), arb(centre), rest))
            centres.append(centre)
            rows.append([*rounded, rest])
        octave *= 2
    return centres, rows, error


def text() -> str:
    centres, rows, error = mills_table()
    series = interpolate(erf_factor, arb(2) ** -40, arb(ERF_REACH) ** 2, arb(0), ERF_DEGREE)
    rounded = [float(c) for c in series]
    rest = float(2 / arb.pi().sqrt() - arb(rounded[0]))
    off = worst(erf_factor, rounded, arb(2) ** -40, arb(ERF_REACH) ** 2, arb(0), rest)
    lines = [HEADER]
    lines += [
        "# Mills' ratio: centres of the intervals; one row a power of (a - centre), and last the rests of the constant"
    ]
    lines += [f"# terms. Relative error {error:.2g}."]
    lines += ["MILLS_CENTRES = np.array(", "    [", *wrapped(centres, 8), "    ]", ")"]
    lines += ["MILLS = np.array(", "    ["]
    for power in zip(*rows, strict=True):
        lines += ["        [", *wrapped(list(power), 12), "        ],"]
    lines += [
        "    ]",
        ")",
        "",
        f"# erf(x)/x in powers of x², and the rest of the constant term. Relative error {off:.2g}.",
    ]
    lines += ["ERF_SERIES = [", *wrapped(rounded), "]", f"ERF_REST = {rest!r}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
