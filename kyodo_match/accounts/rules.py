"""人と権限: roles and what counts as a password."""

from enum import StrEnum


class StaffRole(StrEnum):
    """職員の役割, from the least to the most."""

    VIEWER = "viewer"
    COORDINATOR = "coordinator"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(StaffRole).index(self)


class InvitationPurpose(StrEnum):
    """What a one-time link is for: a first password, or a new one."""

    INVITE = "invite"
    RESET = "reset"
