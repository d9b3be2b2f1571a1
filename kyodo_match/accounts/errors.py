"""人と権限: what is refused."""

from kyodo_match.core.errors import DomainError


class AccountRefused(DomainError):
    """Something about accounts and rights that is not done."""


class WrongCredentials(AccountRefused):
    """Address and password do not fit; which of the two, or why, is not said."""


class LinkUnusable(AccountRefused):
    """A one-time link that is unknown, used, renewed or too old."""


class PasswordRefused(AccountRefused):
    """A password that would not keep others out."""


class PasswordTooShort(PasswordRefused):
    def __init__(self, shortest: int) -> None:
        super().__init__(shortest)
        self.shortest = shortest


class PasswordTooLong(PasswordRefused):
    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest


class PasswordTooCommon(PasswordRefused):
    """On the blocklist, a short pattern repeated, or made of the address, product or city."""


class NameMissing(AccountRefused):
    """Who accepts an invitation says what they are called."""


class LastAdmin(AccountRefused):
    """Somebody must be left who can invite others."""


class NoAddress(AccountRefused):
    """Something that no mail can be sent to."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed
