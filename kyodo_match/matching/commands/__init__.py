"""Commands of matching."""

import click

from kyodo_match.matching.commands import draw_run  # noqa: F401 - adds `run` to the group
from kyodo_match.matching.commands.draw import draw

commands: tuple[click.Command, ...] = (draw,)
