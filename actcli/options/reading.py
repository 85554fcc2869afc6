"""Options on where values come from and how they are read; together they make a `Reading`."""

from typing import Annotated

import typer

from actcli.dtypes import TypeName, precision_named
from actcli.inputs.reading import FormatName, OnError, Reading
from actcli.options.panels import INPUT, NUMBERS

Files = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        metavar="FILE",
        help="read values from a file or a pattern such as 'run*.csv', gzip or not; - is stdin; repeatable",
        rich_help_panel=INPUT,
    ),
]
From = Annotated[
    FormatName | None,
    typer.Option(
        "--from",
        metavar="FORMAT",
        help="text, csv, tsv, json, jsonl, npy or npz; default: what the input looks like. Decimal commas are not read",
        rich_help_panel=INPUT,
    ),
]
Column = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="COLUMNS",
        help="the columns that make the vector: names, patterns, or numbers from 1: 'logit*', 2-11, 3-, label,4",
        rich_help_panel=INPUT,
    ),
]
TargetColumn = Annotated[
    str | None,
    typer.Option(
        "--target-column",
        metavar="COLUMN",
        help="the column that holds the true class, left out of the vector",
        rich_help_panel=INPUT,
    ),
]
NoHeader = Annotated[
    bool, typer.Option("--no-header", help="the first line of a CSV or TSV holds values", rich_help_panel=INPUT)
]
Array = Annotated[
    str | None, typer.Option("--array", metavar="NAME", help="which array of an .npz file", rich_help_panel=INPUT)
]
Flatten = Annotated[bool, typer.Option("--flatten", help="all input is one vector", rich_help_panel=INPUT)]
OnErrorOption = Annotated[
    OnError,
    typer.Option(
        "--on-error",
        help="at a bad token stop, skip its vector, or read NaN; counted on stderr, left out of every share",
        rich_help_panel=INPUT,
    ),
]

Dtype = Annotated[
    TypeName | None,
    typer.Option(
        "--dtype",
        metavar="TYPE",
        help="round inputs, and answers once, to float64, float32, float16, bfloat16, float8_e4m3fn or float8_e5m2",
        rich_help_panel=NUMBERS,
    ),
]


def reading(
    files: Files = None,
    from_: From = None,
    column: Column = None,
    target_column: TargetColumn = None,
    no_header: NoHeader = False,
    array: Array = None,
    flatten: Flatten = False,
    on_error: OnErrorOption = "stop",
    dtype: Dtype = None,
) -> Reading:
    """What the command line says of its input."""
    return Reading(
        files=tuple(files or ()),
        format=from_,
        columns=tuple(column or ()),
        target_column=target_column,
        has_header=not no_header,
        array=array,
        flatten=flatten,
        on_error=on_error,
        precision=precision_named(dtype),
    )
