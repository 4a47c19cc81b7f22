"""The commands of `tinygrad-edu`, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from .compile import compile
from .draw import draw, explore
from .errors import OneLineErrors
from .gallery import gallery
from .predict import predict
from .reference import reference
from .train import train

app = typer.Typer(
    cls=OneLineErrors,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(train)
app.command()(predict)
app.command()(draw)
app.command()(explore)
app.command()(gallery)
app.command()(compile)
app.command()(reference)


def _version(requested: bool) -> None:
    if requested:
        from .. import __version__

        typer.echo(f"tinygrad_edu {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Train a small neural network on handwritten digits, let it read, and see what it computes.

    [bold]tinygrad-edu train[/]                    train, and leave a folder RUN
    [bold]tinygrad-edu predict RUN --index 7[/]    read a digit of the test set
    [bold]tinygrad-edu predict RUN --image FILE[/] read a digit of your own
    [bold]tinygrad-edu draw "tanh(x*w)" x=2 w=1[/] draw a computation and its gradients
    [bold]tinygrad-edu explore RUN[/]              step through one, in a browser
    [bold]tinygrad-edu gallery FOLDER[/]           draw six well-known networks
    [bold]tinygrad-edu compile[/]                  a training step as a NumPy program
    [bold]tinygrad-edu reference FOLDER[/]         write down every operation

    Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
