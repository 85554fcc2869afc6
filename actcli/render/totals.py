"""Totals in place of rows: what all inputs of each function come to."""

from actcli.errors import ActcliError, UsageError
from actcli.results import Header, Result
from actcli.results.properties import named

_ROWS = ("table", "csv", "tsv", "jsonl")  # formats of a row a function; a JSON document has totals of its own


def require_totals(name: str) -> None:
    """Raise UsageError where the format `name` cannot hold totals."""
    if name not in (*_ROWS, "json"):
        raise UsageError(f"{name} has no names for numbers, and totals are several", f"--format {'|'.join(_ROWS)}|json")


def totalled(result: Result, name: str) -> tuple[Result, ActcliError | None]:
    """Take in all chunks, and give their totals for the format `name`, and the fault that ended them, if one did."""
    fault = _passed(result)
    header = result.header if name == "json" else _header_of_totals(result)
    return Result(header, (), result.summary), fault


def _passed(result: Result) -> ActcliError | None:
    try:
        for _ in result.chunks():
            pass
    except ActcliError as fault:
        return fault
    return None


def _header_of_totals(result: Result) -> Header:
    """A header whose cards are the totals, told as properties."""
    header = result.header
    totals = result.summary.totals(len(header.cards))
    # Rows of one name, such as softmax at several temperatures, are told apart by their parameters.
    apart = ("name",) if len(set(header.names)) == len(header.names) else ("name", "parameters")
    names = [{key: card[key] for key in apart} for card in header.cards]
    cards = tuple({**name, **told} for name, told in zip(names, totals, strict=True))
    keys = dict.fromkeys(key for card in cards for key in card)
    return header._replace(cards=cards, properties=named(keys, "totals"), fields=(), view=None)
