"""What a vector of probabilities as a whole comes to, in words: its sum, its entropy, a loss and its other face."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from actcli.arrays import Numbers
from actcli.render.cells import cell
from actcli.render.grid import signs
from actcli.render.numbers import text
from actcli.results import Result
from actcli.terminal import Terminal

_GAP = "   "
_SHORT = ("entropy", "entropy_nats", "perplexity", "margin")


def facts_of(columns: Mapping[str, Numbers], entries: int, digits: int | None, terminal: Terminal) -> list[str]:
    """Tell the numbers that a vector has one of, those that are known; few digits where nobody asked for more."""
    told = []
    if "loss" in columns:
        told.append(f"loss={text(float(columns['loss'][0]), digits or 6)}")
    if "probability" in columns and len(columns["probability"]) == entries:
        told.append(f"{signs(terminal).total}={text(float(columns['probability'].sum()), 6)}")
    short = {name: text(float(columns[name][0]), digits or 4) for name in _SHORT if name in columns}
    if "entropy" in short:
        told.append(f"H={short['entropy']} bits of {text(float(np.log2(entries)), 4)}")
    if "entropy_nats" in short:
        told.append(f"{short['entropy_nats']} nats")
    return told + [f"{name}={short[name]}" for name in ("perplexity", "margin") if name in short]


def swapped(columns: Mapping[str, Numbers], digits: int, terminal: Terminal) -> tuple[str, list[str]]:
    """Tell cross-entropy and divergence of target y and softmax p both ways; nothing where they are not known."""
    bar = "‖" if terminal.unicode else "|"
    names = {
        "cross_entropy": "H(y,p)",
        "cross_entropy_swapped": "H(p,y)",
        "kl": f"KL(y{bar}p)",
        "kl_swapped": f"KL(p{bar}y)",
    }
    told = [f"{name}={text(float(columns[key][0]), digits)}" for key, name in names.items() if key in columns]
    return ("swapped" if told else "", told)


def flowing(name: str, facts: Sequence[str], width: int) -> Iterator[Text]:
    """A name and facts, no fact ever broken: as many on a line as there is room for; nothing of nothing."""
    line = Text(name, "bold", no_wrap=True)
    for fact in facts:
        if cell_len(line.plain) + len(_GAP) + cell_len(fact) > width:
            yield line
            line = Text(" " * cell_len(name), no_wrap=True)
        line.append(_GAP + fact, "not bold dim")
    if line.plain:
        yield line


def scored(result: Result, digits: int | None, width: int) -> Iterator[Text]:
    """Tell how well several vectors foresee their classes, for each function where there are several."""
    if result.counts.vectors < 2:
        return
    for accumulator in result.accumulators:
        if accumulator.function is None or "accuracy" not in (totals := accumulator.totals()):
            continue
        told = [f"{name.replace('_', ' ')} {text(value, digits or 4)}" for name, value in totals.items()]
        card = result.header.cards[accumulator.function]
        apart = f" {cell(card['parameters'])}" if len(result.header.cards) > 1 else ""
        yield from flowing(f"all{apart}", told, width)
