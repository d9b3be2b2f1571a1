"""The root of everything the product refuses. Errors carry facts; messages.py carries words."""


class DomainError(Exception):
    """Something that a rule does not allow; the message for people is decided at the edge."""


class Busy(DomainError):
    """The one writer's gate stayed shut for too long: nothing was done, try again shortly."""


class Overtaken(Busy):
    """What was to be decided moved on while its lock was waited for: begin again from the rows."""
