"""まとめて提案: the solver against every possible proposal, and the quick way as a control."""

import random
import sys
from collections import Counter
from itertools import chain, combinations

import pytest

from kyodo_match.matching.rules import assigning
from kyodo_match.matching.rules.assigning import Edge, Method, Plan, Task, assign, best, greedy


def is_allowed(chosen: tuple[Edge, ...], task: Task) -> bool:
    needs = Counter(edge.need for edge in chosen)
    people = Counter(edge.person for edge in chosen)
    both = (
        frozenset((one.need, other.need))
        for one, other in combinations(chosen, 2)
        if one.person == other.person
    )
    return (
        all(number <= task.demand[need] for need, number in needs.items())
        and all(number <= task.room[person] for person, number in people.items())
        and not any(pair in task.clashes for pair in both)
    )


def by_trying_everything(task: Task) -> tuple[int, int]:
    """The most points that any allowed proposal has, and of those the most waiting."""
    subsets = chain.from_iterable(
        combinations(task.edges, size) for size in range(len(task.edges) + 1)
    )
    return max(
        (sum(edge.points for edge in chosen), sum(edge.waited for edge in chosen))
        for chosen in subsets
        if is_allowed(chosen, task)
    )


def worth(plan: Plan) -> tuple[int, int]:
    return plan.points, sum(edge.waited for edge in plan.chosen)


def any_task(chance: random.Random) -> Task:
    """Three needs and three people, nine pairs: small enough to try everything."""
    needs, people = ["a", "b", "c"], ["p", "q", "r"]
    pairs = [(need, person) for need in needs for person in people]
    return Task(
        [
            Edge(need, person, chance.randint(1, 60), chance.randint(0, 9))
            for need, person in chance.sample(pairs, chance.randint(6, 9))
        ],
        {need: chance.choice((0, 1, 1, 2)) for need in needs},
        {person: chance.choice((0, 1, 1, 2)) for person in people},
        frozenset(frozenset(pair) for pair in combinations(needs, 2) if chance.random() < 0.4),
    )


def test_the_solver_is_as_good_as_the_best_of_all_and_the_quick_way_is_not() -> None:
    chance = random.Random(20261122)
    worse = 0

    for _ in range(60):
        task = any_task(chance)
        wanted = by_trying_everything(task)
        solved, quick = best(task), greedy(task)
        assert solved.method is Method.SOLVER
        assert solved.is_best
        assert worth(solved) == wanted
        assert is_allowed(solved.chosen, task)
        assert is_allowed(quick.chosen, task)
        worse += quick.points < wanted[0]

    assert worse > 5  # the control: a rule that takes the best pair first is often worse


def test_nobody_is_put_down_for_two_things_at_once() -> None:
    task = Task(
        [Edge("am", "p", 50), Edge("also am", "p", 49), Edge("pm", "p", 10)],
        {"am": 1, "also am": 1, "pm": 1},
        {"p": 2},
        frozenset({frozenset(("am", "also am"))}),
    )

    for plan in (best(task), greedy(task)):
        assert [edge.need for edge in plan.chosen] == ["am", "pm"]


def test_of_equals_who_waited_longer_is_asked_but_never_against_a_point() -> None:
    waited = Task([Edge("a", "p", 30, 1), Edge("a", "q", 30, 9)], {"a": 1}, {"p": 1, "q": 1})
    fits = Task([Edge("a", "p", 31, 0), Edge("a", "q", 30, 9)], {"a": 1}, {"p": 1, "q": 1})

    for way in (best, greedy):
        assert [edge.person for edge in way(waited).chosen] == ["q"]
        assert [edge.person for edge in way(fits).chosen] == ["p"]


def test_without_the_solver_the_quick_way_is_taken_and_said_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = Task([Edge("a", "p", 30)], {"a": 1}, {"p": 1})
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)

    plan = assign(task)

    assert (plan.method, plan.is_best) == (Method.GREEDY, False)
    assert [edge.person for edge in plan.chosen] == ["p"]
    with pytest.raises(assigning.SolverMissing):
        best(task)


def test_nothing_to_propose_is_nothing() -> None:
    assert assign(Task([], {}, {})).chosen == ()
