"""When no demo data are made."""

from kyodo_match.core.errors import DomainError


class DemoRefused(DomainError):
    """Demo data that do not belong into this installation."""


class NotInProduction(DemoRefused):
    """Invented people have no place among real ones."""


class NotEmpty(DemoRefused):
    """The database holds something that is not the demo's, or half a demo."""
