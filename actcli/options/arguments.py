"""The words of a command line that are no options: functions, values, a pattern of names."""

from typing import Annotated, Literal

import typer

Function = Annotated[
    str, typer.Argument(metavar="FUNCTION", help="a name (relu, leaky-relu:0.2) or an expression ('x*sigmoid(x)')")
]
Values = Annotated[
    list[str] | None,
    typer.Argument(metavar="[VALUES]...", help="numbers, ranges -3:3:0.5, vectors 3,1,-3, or - for stdin"),
]
FunctionsAndValues = Annotated[
    list[str] | None,
    typer.Argument(metavar="FUNCTIONS and VALUES...", help="in any order; what reads as numbers is a value"),
]
Pattern = Annotated[str | None, typer.Argument(metavar="[PATTERN]", help="part of a name, or a glob such as '*elu'")]
Shell = Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="bash, zsh or fish")]
