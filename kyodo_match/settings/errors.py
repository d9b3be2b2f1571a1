"""設定: what is refused."""

from kyodo_match.core.errors import DomainError


class SettingRefused(DomainError):
    """A setting that would leave the product unable to work."""


class NeverOpen(SettingRefused):
    """An office without an open day: nothing could open or close on its next office day."""


class ClosesBeforeItOpens(SettingRefused):
    """Office hours that end before they begin."""


class DistrictTwice(SettingRefused):
    """The same district in two lines."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NearTwice(SettingRefused):
    """The same two districts in two lines, or a district beside itself."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one, other)
        self.one = one
        self.other = other


class NearUnknown(SettingRefused):
    """A line about a district that is not in the list."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
