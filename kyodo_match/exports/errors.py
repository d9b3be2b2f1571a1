"""What is refused around exports."""

from kyodo_match.core.errors import DomainError


class ExportRefused(DomainError):
    """An export that is not made."""


class CannotWrite(ExportRefused):
    """The file cannot be written; nothing is left behind."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(file, reason)
        self.file = file
        self.reason = reason


class BadEventMap(ExportRefused):
    """The map of the columns of open data cannot be used: what in it is wrong."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part
