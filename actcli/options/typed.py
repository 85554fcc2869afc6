"""What is typed behind an option, to numbers: reals, counts, digits, shares; errors say how to write them."""

from math import inf

from actcli.errors import UsageError, printable
from actcli.formula import ExpressionError, constant
from actcli.inputs.tokens import MINUS_SIGN, number
from actcli.render.presentation import Gate

_MOST_DIGITS = 4_000
# More than this identifies a float64: any further digit is one of the exact value.
FLOAT_DIGITS = 17


def real(text: str) -> float:
    """Read a number or constant expression; raises UsageError for anything else."""
    text = text.replace(MINUS_SIGN, "-")
    value = number(text)
    if value is not None:
        return value
    try:
        return constant(text)
    except ExpressionError as error:
        raise _refusal(text, "a number", "write 0.5, 1e-3 or 1/2") from error


def whole(text: str) -> int:
    """Read a whole number from 0 on; raises UsageError for anything else."""
    value = real(text)
    if value != value // 1 or value < 0:
        raise _refusal(text, "a whole number from 0 on", "write digits: 5")
    return int(value)


def count(text: str) -> int:
    """Read a whole number from 1 on; raises UsageError for anything else."""
    value = real(text)
    if value != value // 1 or value < 1:
        raise _refusal(text, "a whole number above 0", "write digits: 5")
    return int(value)


def digits(text: str) -> int:
    """Read how many significant digits are wanted; raises UsageError for more than can be certified."""
    wanted = count(text)
    if wanted > _MOST_DIGITS:
        raise UsageError(f"--digits {wanted} is more than can be certified", f"--digits {_MOST_DIGITS} is the most")
    return wanted


def share(text: str) -> float:
    """Read a share between 0 and 1, such as 5% or 0.05; raises UsageError for anything else."""
    number_text, percent, rest = text.partition("%")
    found = real(number_text) / (100 if percent else 1)
    if rest or not 0 < found < 1:
        raise _refusal(text, "a share between 0 and 1", "write 5% or 0.05")
    return found


def gate(text: str) -> Gate:
    """Read the most that may pass, a share such as 5% or an error such as 4ulp; raises UsageError for anything else."""
    amount, unit, rest = text.partition("ulp")
    if not unit:
        return Gate(share(text))
    most = real(amount.strip())
    if rest or not 0 <= most < inf:
        raise UsageError(f"'{printable(text)}' is not a number of ulp", "write 4ulp")
    return Gate(most, is_ulp=True)


def positive(text: str) -> float:
    """Read a finite number above 0; raises UsageError for anything else."""
    value = real(text)
    if not 0 < value < inf:
        raise _refusal(text, "a number above 0", "write 0.5, 2 or 1/3")
    return value


def finite(text: str) -> float:
    """Read a finite number; raises UsageError for anything else."""
    value = real(text)
    if not -inf < value < inf:
        raise _refusal(text, "a finite number", "write 0.5, -2 or 1/3")
    return value


def _refusal(text: str, wanted: str, cure: str) -> UsageError:
    return UsageError(f"'{printable(text.replace(MINUS_SIGN, '-'))}' is not {wanted}", cure)
