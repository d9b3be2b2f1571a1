"""A page that people use for themselves, and staff for somebody who calls."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Desk:
    """Who changes something (`by`, as the audit names them), and where the page stands."""

    layout: str
    action: str
    back: str
    by: str
    is_own: bool = False
