"""Commands of matching."""

import click

from kyodo_match.matching.commands.draw import draw

commands: tuple[click.Command, ...] = (draw,)
