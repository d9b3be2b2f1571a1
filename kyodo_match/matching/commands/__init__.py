"""Commands of matching."""

import click

commands: tuple[click.Command, ...] = ()
