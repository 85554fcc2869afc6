"""The least that a Typer and NumPy program can be: what the start of actcli is measured against."""

import numpy as np
import typer

app = typer.Typer(add_completion=False)


@app.command()
def sigmoid(x: float) -> None:
    typer.echo(1 / (1 + np.exp(-x)))


if __name__ == "__main__":
    app()
