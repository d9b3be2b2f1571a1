"""まとめて提案: who is put down for what, so that it fits best in all. A proposal, no decision.

Source: docs/rules/proposals.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from itertools import combinations
from typing import Any

# How long one looks for the best before the best that was found is taken.
SECONDS = 10
# Of equal totals the one whose people have waited longer: in tenths of the longest wait.
MOST_WAITED = 9


class Method(StrEnum):
    """提案の作り方."""

    SOLVER = "solver"
    GREEDY = "greedy"


class SolverMissing(Exception):
    """The optional extra is not installed."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One person who could do one need: their points, and how long they have waited (0–9)."""

    need: str
    person: str
    points: int
    waited: int = 0


@dataclass(frozen=True)
class Task:
    """Needs and people at once.

    `demand` is how many people a need still takes, `room` how many invitations a person may
    still have open, `clashes` pairs of needs that nobody can do both of.
    """

    edges: Sequence[Edge]
    demand: Mapping[str, int]
    room: Mapping[str, int]
    clashes: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Plan:
    """What is proposed; `is_best` where nothing else fits better in all."""

    chosen: tuple[Edge, ...]
    method: Method
    is_best: bool

    @property
    def points(self) -> int:
        """The points of everybody together."""
        return sum(edge.points for edge in self.chosen)


def is_solver_there() -> bool:
    """Whether the optional extra is installed."""
    return find_spec("scipy") is not None


def assign(task: Task) -> Plan:
    """The best proposal where the solver is installed, else the quick one by the same points."""
    try:
        return best(task)
    except SolverMissing:
        return greedy(task)


def greedy(task: Task) -> Plan:
    """The pair with the most points first, as long as need and person have room.

    Not the best in all: a person who is the only one for one need may be taken by another.
    """
    demand, room = Counter(task.demand), Counter(task.room)
    taken: dict[str, list[str]] = defaultdict(list)
    chosen = []
    for edge in sorted(task.edges, key=lambda one: (-one.points, -one.waited, _key(one))):
        is_free = demand[edge.need] > 0 and room[edge.person] > 0
        if not is_free or _clashes(edge.need, taken[edge.person], task.clashes):
            continue
        demand[edge.need] -= 1
        room[edge.person] -= 1
        taken[edge.person].append(edge.need)
        chosen.append(edge)
    return Plan(_in_order(chosen), Method.GREEDY, is_best=False)


def best(task: Task, *, seconds: float = SECONDS) -> Plan:
    """The proposal with the most points in all, by scipy's solver; equals by who waited longer.

    Raises SolverMissing. Where time runs out the best found by then is given, and said so.
    """
    try:
        # 50 MB that most processes never need, and an extra that is not everywhere.
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - see above
        from scipy.sparse import coo_array  # noqa: PLC0415 - see above
    except ImportError:
        raise SolverMissing from None
    edges = sorted(task.edges, key=_key)
    if not edges:
        return Plan((), Method.SOLVER, is_best=True)
    rows, columns, limits = _limits(task, edges)
    matrix = coo_array(([1] * len(rows), (rows, columns)), shape=(len(limits), len(edges)))
    found: Any = milp(
        [-weight for weight in _weights(task, edges)],
        integrality=[1] * len(edges),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix.tocsr(), ub=limits),
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
    if found.x is None:
        return greedy(task)
    chosen = [edge for edge, share in zip(edges, found.x, strict=True) if round(share)]
    return Plan(_in_order(chosen), Method.SOLVER, is_best=found.status == 0)


def _weights(task: Task, edges: Sequence[Edge]) -> list[int]:
    """Points, then waiting: all the waiting there can be is worth less than one point."""
    most = min(sum(task.demand.values()), sum(task.room.values()))
    return [edge.points * (most * MOST_WAITED + 1) + edge.waited for edge in edges]


def _limits(task: Task, edges: Sequence[Edge]) -> tuple[list[int], list[int], list[int]]:
    """Rows of the constraints over edges: each sum is at most its limit."""
    groups: list[tuple[list[int], int]] = []
    by_need: dict[str, list[int]] = defaultdict(list)
    by_person: dict[str, list[int]] = defaultdict(list)
    for index, edge in enumerate(edges):
        by_need[edge.need].append(index)
        by_person[edge.person].append(index)
    groups += [(found, max(task.demand.get(need, 0), 0)) for need, found in by_need.items()]
    groups += [(found, max(task.room.get(who, 0), 0)) for who, found in by_person.items()]
    for found in by_person.values():
        groups += [
            ([one, other], 1)
            for one, other in combinations(found, 2)
            if frozenset((edges[one].need, edges[other].need)) in task.clashes
        ]
    rows = [row for row, (found, _limit) in enumerate(groups) for _ in found]
    columns = [column for found, _limit in groups for column in found]
    return rows, columns, [limit for _found, limit in groups]


def _clashes(need: str, taken: Iterable[str], clashes: frozenset[frozenset[str]]) -> bool:
    return any(frozenset((need, other)) in clashes for other in taken)


def _key(edge: Edge) -> tuple[str, str]:
    return edge.need, edge.person


def _in_order(chosen: Iterable[Edge]) -> tuple[Edge, ...]:
    return tuple(sorted(chosen, key=lambda edge: (edge.need, -edge.points, edge.person)))
