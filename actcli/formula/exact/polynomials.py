"""Polynomials over the rationals in any number of quantities, powers of which may be negative or fractions."""

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from math import gcd, isqrt, lcm

from actcli.formula.exact.roots import Coefficients

Monomial = tuple[tuple[int, Fraction], ...]
"""Quantities by number, each with its power, in ascending order; () is 1."""

Polynomial = Mapping[Monomial, Fraction]
"""Monomials and their coefficients, none of which is 0; {} is 0."""

ONE: Polynomial = {(): Fraction(1)}
_MOST_TERMS, _MOST_PRODUCTS = 1_000, 50_000
_HIGHEST = 200


class TooLargeError(Exception):
    """More terms, or higher powers, than any identity of the field has."""


def number(value: Fraction) -> Polynomial:
    """A rational number."""
    return {(): value} if value else {}


def power_of(quantity: int, power: Fraction = Fraction(1)) -> Polynomial:
    """A power of a single quantity."""
    return {((quantity, power),): Fraction(1)}


def added(u: Polynomial, v: Polynomial, factor: Fraction = Fraction(1)) -> Polynomial:
    """u + factor * v."""
    total = dict(u)
    for monomial, coefficient in v.items():
        rest = total.pop(monomial, Fraction(0)) + factor * coefficient
        if rest:
            total[monomial] = rest
    return total


def multiplied(u: Polynomial, v: Polynomial) -> Polynomial:
    """u * v; raises TooLargeError."""
    if len(u) * len(v) > _MOST_PRODUCTS:
        raise TooLargeError
    total: dict[Monomial, Fraction] = {}
    for one, first in u.items():
        for other, second in v.items():
            monomial = together(one, other)
            rest = total.pop(monomial, Fraction(0)) + first * second
            if rest:
                total[monomial] = rest
    if len(total) > _MOST_TERMS:
        raise TooLargeError
    return total


def together(one: Monomial, other: Monomial) -> Monomial:
    """The product of two monomials."""
    if not one or not other:
        return one or other
    powers = dict(one)
    for quantity, power in other:
        rest = powers.pop(quantity, Fraction(0)) + power
        if rest:
            powers[quantity] = rest
    return tuple(sorted(powers.items()))


def to_power(monomial: Monomial, power: Fraction) -> Monomial:
    """A power of a monomial."""
    return tuple((quantity, own * power) for quantity, own in monomial) if power else ()


def scaled(u: Polynomial, coefficient: Fraction, monomial: Monomial = ()) -> Polynomial:
    """The polynomial times a single term."""
    return {together(own, monomial): each * coefficient for own, each in u.items()} if coefficient else {}


def quantities(u: Polynomial) -> frozenset[int]:
    """The numbers of the quantities that it mentions."""
    return frozenset(quantity for monomial in u for quantity, _ in monomial)


def content(u: Polynomial, quantities_taken: frozenset[int]) -> tuple[Fraction, Monomial]:
    """The term that divides a polynomial: a rational factor of the sign of its first term, and the least powers.

    What is left has whole coefficients without a common factor, a positive first one, and of the quantities taken no
    power below 0 and each once with power 0.
    """
    least: dict[int, Fraction] = {}
    for quantity in quantities(u) & quantities_taken:
        least[quantity] = min(dict(monomial).get(quantity, Fraction(0)) for monomial in u)
    numerator = reduce(gcd, (each.numerator for each in u.values()))
    denominator = reduce(lcm, (each.denominator for each in u.values()))
    sign = 1 if u[max(u)] > 0 else -1
    return Fraction(sign * numerator, denominator), tuple(sorted((q, power) for q, power in least.items() if power))


def without(u: Polynomial, coefficient: Fraction, monomial: Monomial) -> Polynomial:
    """The polynomial divided by a term."""
    return scaled(u, 1 / coefficient, to_power(monomial, Fraction(-1)))


def root(u: Polynomial) -> Polynomial | None:
    """A polynomial whose square this is; None where there is none, or it is a number.

    Powers of the first term have to be even: else a single x would be the square of its root, and so on.
    """
    if quantities(u) == frozenset():
        return None
    names = sorted(quantities(u))

    def order(monomial: Monomial) -> list[Fraction]:
        powers = dict(monomial)
        return [powers.get(name, Fraction(0)) for name in names]

    top = max(u, key=order)
    first = u[top]
    numerator, denominator = isqrt(abs(first.numerator)), isqrt(first.denominator)
    if any(power.numerator % 2 for _, power in top):
        return None
    if first < 0 or numerator**2 != first.numerator or denominator**2 != first.denominator:
        return None
    lead, size = to_power(top, Fraction(1, 2)), Fraction(numerator, denominator)
    found: Polynomial = {lead: size}
    for _ in range(len(u)):
        rest = added(u, multiplied(found, found), Fraction(-1))
        if not rest:
            return found
        following = max(rest, key=order)
        term = together(following, to_power(lead, Fraction(-1)))
        if term in found:
            return None
        found = {**found, term: rest[following] / (2 * size)}
    return None


# In one quantity.


def coefficients(u: Polynomial, quantity: int) -> tuple[Coefficients, int] | None:
    """Those in powers of quantity**(1/n) and n itself, a power of it divided out; None where another one stands."""
    if quantities(u) - {quantity}:
        return None
    powers = {dict(monomial).get(quantity, Fraction(0)): each for monomial, each in u.items()}
    n, least = reduce(lcm, (power.denominator for power in powers)), min(powers)
    highest = (max(powers) - least) * n
    if highest > _HIGHEST:
        raise TooLargeError
    found = [Fraction(0)] * (int(highest) + 1)
    for power, each in powers.items():
        found[int((power - least) * n)] = each
    return found, n
