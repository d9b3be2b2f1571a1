"""Roles on a day: which of them takes a party, and who of the queue moves up.

Sizes and room are in the slot's unit. A party stays together in one role; who does not mind which
wants None. Source: docs/rules/volunteer-needs.md.
"""

from collections.abc import Mapping, Sequence


def room_for(wanted: int | None, room: Mapping[int, int]) -> int:
    """How many a role could still take; who does not mind is taken where most are needed."""
    return room.get(wanted, 0) if wanted is not None else max(room.values(), default=0)


def role_for(size: int, wanted: int | None, room: Mapping[int, int]) -> int | None:
    """The role that takes a whole party: the wanted one, or where most are still needed.

    The first of those in the order of the roles; None where no role has so many places.
    """
    open_to = list(room) if wanted is None else [wanted]
    fits = [role for role in open_to if room.get(role, 0) >= size]
    return max(fits, key=lambda role: room[role]) if fits else None


def uncontested(room: Mapping[int, int], waiting: Mapping[int | None, int]) -> dict[int, int]:
    """The room of those roles for which nobody waits; who waits for any waits for each.

    `waiting` has places by wanted role.
    """
    if waiting.get(None):
        return {}
    return {role: free for role, free in room.items() if not waiting.get(role)}


def held(*, free: int, room: Mapping[int, int], waiting: Mapping[int | None, int]) -> int:
    """How many of the free places those who wait come first for; the others are open to all.

    Without roles (`room` is empty) whoever waits comes first for every place.
    """
    if not any(waiting.values()):
        return 0
    return max(free - sum(uncontested(room, waiting).values()), 0)


def held_in(room: Mapping[int, int], waiting: Mapping[int | None, int]) -> dict[int, int]:
    """How many of each role's free places those who wait come first for: all of it, or none."""
    open_to_all = uncontested(room, waiting)
    return {role: free - open_to_all.get(role, 0) for role, free in room.items()}


def promoted_to_roles(
    *,
    room: Mapping[int, int],
    queue: Sequence[tuple[int, int | None]],
    pass_smaller: bool,
) -> list[tuple[int, int]]:
    """Who of the queue is offered places now, and in which role: indexes into `queue`.

    `queue` has size and wanted role, in the order of receipt. Who waits holds back only those
    behind who could take the same places: a queue for one role does not keep another role empty.
    Who does not mind which role holds back all. Smaller parties pass where the slot says so.
    """
    left = dict(room)
    chosen: list[tuple[int, int]] = []
    for index, (size, wanted) in enumerate(queue):
        role = role_for(size, wanted, left)
        if role is not None:
            chosen.append((index, role))
            left[role] -= size
        elif pass_smaller:
            continue
        elif wanted is None:
            break
        else:
            left[wanted] = 0
    return chosen
