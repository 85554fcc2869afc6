"""Makes actcli/numerics/exponential_table.py: powers of 2 by 32nds in two parts, and log 2 for argument reduction.

Run with `python tests/make/exponential_table.py`; needs python-flint.
"""

from pathlib import Path

from flint import arb, ctx

ctx.prec = 300
TARGET = Path(__file__).parents[2] / "actcli/numerics/exponential_table.py"
STEPS = 32
LEADING_BITS = 32  # so that the product with any whole number of steps below 2^21 is exact


def two_parts(value: arb) -> tuple[float, float]:
    high = float(value)
    return high, float(value - arb(high))


def wrapped(values: list[float]) -> list[str]:
    lines: list[str] = []
    line = ""
    for value in values:
        item = f"{value!r},"
        if len(line) + len(item) > 110:
            lines.append("    " + line)
            line = ""
        line = f"{line} {item}" if line else item
    return [*lines, "    " + line]


def text() -> str:
    powers = [two_parts(arb(2) ** (arb(k) / STEPS)) for k in range(STEPS)]
    step = arb(2).log() / STEPS
    scale = 2.0 ** (LEADING_BITS + 5)
    first = int(float(step) * scale) / scale
    lines = [
        '"""Powers of 2 by 32nds; made by tests/make/exponential_table.py, not by hand."""',
        "",
        "import numpy as np",
        "",
    ]
    lines += [
        "# fmt: off",
        "STEPS = 32",
        "# (log 2)/32: leading bits, whose product with a whole number is exact, and the rest.",
    ]
    lines += [f"STEP, STEP_REST = {first!r}, {float(step - arb(first))!r}"]
    lines += ["POWERS = np.array([", *wrapped([high for high, _ in powers]), "])"]
    lines += ["POWERS_REST = np.array([", *wrapped([low for _, low in powers]), "])", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
