"""Plans in the database: definitions, residents, figures by hand, records."""

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.services import import_participation
from kyodo_match.plans import queries, services
from kyodo_match.plans.errors import (
    CountedFromRecords,
    FigureAlreadyPublished,
    FigureOutsidePlan,
    FigureTooEarly,
    IndicatorUnknown,
    KeyRefused,
    PlanUnknown,
    Problem,
    RecordsFromRefused,
)
from kyodo_match.plans.messages import problem_label
from kyodo_match.plans.models import Figure, Plan, Population
from kyodo_match.plans.rules.definition import Known, Outcome
from kyodo_match.plans.rules.parsing import parse_plan
from kyodo_match.plans.rules.population import parse_population
from kyodo_match.plans.rules.results import IndicatorResult
from tests.support.count_plans import content
from tests.support.make_opportunities import make_group

OWN = "082350"
OTHER = "132047"
TODAY = date(2026, 11, 22)
EXPERIENCE = OpportunityKind.EXPERIENCE

pytestmark = pytest.mark.usefixtures("app")


def import_real(key: str, now: datetime, **over: Any) -> services.Imported:
    definition = parse_plan(content(key) | over)
    return services.import_plan(key=key, definition=definition, now=now, actor="cli:test")


def import_residents(now: datetime) -> int:
    population = parse_population(content("population"))
    return services.import_population(population=population, now=now, actor="cli:test")


def came(*days: tuple[str, int], now: datetime, kind: OpportunityKind = EXPERIENCE) -> None:
    """Participation from before, a line a day."""
    lines = [(date.fromisoformat(day), kind, "体験", "里山の会", n, n, "") for day, n in days]
    import_participation(lines=lines, now=now, actor="cli:test")


def enter(indicator: str, now: datetime, plan: str = "tsukubamirai-2", **over: Any) -> None:
    given: dict[str, Any] = {"reason": "全庁調査", "municipality_code": OWN}
    given |= {key: over.pop(key) for key in given if key in over}
    if "as_of" not in over:
        over = {"fiscal_year": 2025, **over}
    services.enter_figure(
        plan_key=plan,
        indicator_key=indicator,
        entered=Known(**{"value": 60, **over}),
        **given,
        now=now,
        actor="cli:test",
    )


def shown(key: str, indicator: str, as_of: date = TODAY, code: str = OWN) -> IndicatorResult:
    result = queries.result(db.session(), key, as_of=as_of, municipality_code=code)
    return next(each for each in result.counted if each.indicator.key == indicator)


def test_a_plan_is_stored_with_its_period_and_whose_it_is(now: datetime) -> None:
    done = import_real("tsukubamirai-2", now)

    plan = db.session.scalars(sa.select(Plan)).one()
    assert (done.is_new, done.changes) == (True, [])
    assert (plan.key, plan.municipality_code) == ("tsukubamirai-2", OWN)
    assert (plan.first_fiscal_year, plan.last_fiscal_year) == (2025, 2027)
    event = db.session.scalars(sa.select(AuditEvent)).one()
    assert (event.action, event.object_id) == ("plan.imported", "tsukubamirai-2")


def test_importing_again_replaces_the_definition_and_says_what_changed(now: datetime) -> None:
    import_real("tsukubamirai-2", now)
    came(("2026-05-01", 3), now=now)
    enter("collaboration-projects", now)

    done = import_real("tsukubamirai-2", now, title="第2期の計画（改訂）")

    assert [(each.key, each.after) for each in done.changes] == [("title", "第2期の計画（改訂）")]
    assert queries.definition(db.session(), "tsukubamirai-2").title == "第2期の計画（改訂）"
    assert shown("tsukubamirai-2", "experience-participants").actual == 3
    assert shown("tsukubamirai-2", "collaboration-projects").actual == 60
    assert import_real("tsukubamirai-2", now, title="第2期の計画（改訂）").changes == []


def test_an_indicator_that_goes_leaves_its_figures_and_is_named(now: datetime) -> None:
    import_real("tsukubamirai-2", now)
    enter("collaboration-projects", now)
    goals = content("tsukubamirai-2")["goals"]
    goals[2]["indicators"] = goals[2]["indicators"][:2]

    done = import_real("tsukubamirai-2", now, goals=goals)

    assert done.orphaned == ["collaboration-projects"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Figure)) == 1


def test_a_key_that_no_address_could_carry_is_refused(now: datetime) -> None:
    definition = parse_plan(content("tsukubamirai-2"))

    with pytest.raises(KeyRefused):
        services.import_plan(key="第2期", definition=definition, now=now, actor="cli:test")

    assert db.session.scalars(sa.select(Plan)).all() == []


def test_an_unknown_plan_cannot_be_shown() -> None:
    with pytest.raises(PlanUnknown):
        queries.result(db.session(), "nothing", as_of=TODAY, municipality_code=OWN)


def test_the_own_plan_in_force_is_shown_before_one_that_names_no_city(now: datetime) -> None:
    for key in ("kyodo-summary", "mitaka-4", "tsukubamirai-1", "tsukubamirai-2"):
        import_real(key, now)

    def in_force(on: date, code: str = OWN) -> str | None:
        return queries.plan_in_force(db.session(), municipality_code=code, on=on)

    assert in_force(TODAY) == "tsukubamirai-2"
    assert in_force(date(2025, 3, 31)) == "tsukubamirai-1"
    assert in_force(date(2028, 4, 1)) == "kyodo-summary"
    assert in_force(date(2031, 1, 1)) is None
    assert in_force(TODAY, code=OTHER) == "kyodo-summary"
    assert [each.key for each in queries.plans(db.session(), OWN)] == [
        "tsukubamirai-2",
        "tsukubamirai-1",
        "kyodo-summary",
        "mitaka-4",
    ]


def test_records_after_the_publication_add_to_it_in_the_first_plan(now: datetime) -> None:
    import_real("tsukubamirai-1", now)
    came(("2024-09-07", 3), ("2024-11-02", 5), now=now)

    on_evaluation = shown("tsukubamirai-1", "experience-participants", date(2024, 9, 30))
    at_the_end = shown("tsukubamirai-1", "experience-participants", date(2025, 4, 1))

    assert (on_evaluation.actual, on_evaluation.outcome) == (36, Outcome.OFF_TRACK)
    assert (at_the_end.actual, at_the_end.rate) == (41, 0.82)
    assert at_the_end.outcome is Outcome.MISSED


def test_attendance_counts_by_kind_and_by_the_day_of_the_activity(now: datetime) -> None:
    import_real("tsukubamirai-2", now)
    came(("2025-04-01", 4), ("2026-03-31", 2), ("2026-04-01", 7), now=now)
    came(("2026-05-01", 30), ("2026-06-01", 0), now=now, kind=OpportunityKind.EXCHANGE)

    experience = shown("tsukubamirai-2", "experience-participants")
    meetings = shown("tsukubamirai-2", "exchange-meetings")

    assert (experience.actual, experience.people, experience.people_imported) == (7, 7, True)
    assert experience.by_fiscal_year == {2025: 6, 2026: 7}
    assert experience.outcome is Outcome.ON_TRACK
    assert meetings.actual == 1


def test_the_register_counts_who_is_registered_on_the_day(now: datetime) -> None:
    import_real("tsukubamirai-2", now)
    make_group(registered_on=date(2025, 5, 1))
    make_group(registered_on=date(2026, 6, 1))

    assert shown("tsukubamirai-2", "groups-registered").actual == 2
    assert shown("tsukubamirai-2", "groups-registered", date(2026, 3, 31)).actual == 1


def test_another_citys_plan_is_fed_by_figures_alone(now: datetime) -> None:
    import_real("tsukubamirai-2", now)
    came(("2026-05-01", 3), now=now)

    before = shown("tsukubamirai-2", "experience-participants", code=OTHER)
    enter("experience-participants", now, value=21, municipality_code=OTHER)
    after = shown("tsukubamirai-2", "experience-participants", date(2026, 3, 31), code=OTHER)

    assert (before.actual, before.outcome) == (None, Outcome.UNKNOWN)
    assert after.actual == 21


def test_residents_are_replaced_by_year_and_used_for_their_own_city_only(now: datetime) -> None:
    import_residents(now)
    import_real("kyodo-summary", now)
    import_real("mitaka-4", now)

    import_residents(now)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Population)) == 12
    assert queries.residents(db.session(), OWN)[2024] == 53_441
    assert queries.residents(db.session(), OTHER) == {}
    assert queries.residents(db.session(), "") == {}


def test_a_rate_needs_the_plans_own_city_to_be_known(now: datetime) -> None:
    import_residents(now)
    import_real("kyodo-summary", now)
    services.import_plan(
        key="named",
        definition=parse_plan(content("kyodo-summary") | {"municipality_code": OWN}),
        now=now,
        actor="cli:test",
    )
    for key in ("kyodo-summary", "named"):
        enter("centre-visits", now, plan=key, value=13_788, fiscal_year=2024)

    unnamed = shown("kyodo-summary", "centre-visits", date(2025, 3, 31))
    named = shown("named", "centre-visits", date(2025, 3, 31))

    assert (unnamed.actual, unnamed.outcome) == (None, Outcome.UNKNOWN)
    assert named.actual == 258.0042


def test_a_figure_by_hand_has_its_reason_and_who_entered_it(now: datetime) -> None:
    import_real("tsukubamirai-2", now)

    enter("collaboration-projects", now, value=61)

    figure = queries.figures(db.session(), "tsukubamirai-2", "collaboration-projects")[0]
    assert (figure.value, figure.reason, figure.entered_by) == (61, "全庁調査", "cli:test")
    assert figure.as_of == date(2026, 3, 31)
    assert shown("tsukubamirai-2", "collaboration-projects").actual == 61
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.reason) == ("figure.entered", "全庁調査")


def test_a_later_figure_replaces_an_earlier_one_and_both_are_kept(now: datetime) -> None:
    import_real("tsukubamirai-2", now)
    enter("founding-grants", now, value=9)

    enter("founding-grants", now, value=1, reason="数えまちがい")

    assert shown("tsukubamirai-2", "founding-grants").actual == 1
    assert len(queries.figures(db.session(), "tsukubamirai-2", "founding-grants")) == 2


@pytest.mark.parametrize(
    ("indicator", "over", "refusal"),
    [
        ("experience-participants", {}, CountedFromRecords),
        ("nothing", {}, IndicatorUnknown),
        ("founding-grants", {"plan": "nothing"}, PlanUnknown),
        ("founding-grants", {"fiscal_year": 2024}, FigureOutsidePlan),
        ("founding-grants", {"fiscal_year": 2026}, FigureTooEarly),
        ("founding-grants", {"as_of": date(2026, 11, 23)}, FigureTooEarly),
        (
            "groups-active",
            {"plan": "tsukubamirai-1", "as_of": date(2024, 9, 30)},
            FigureAlreadyPublished,
        ),
    ],
)
def test_a_figure_that_cannot_be_is_refused_and_leaves_nothing(
    now: datetime, indicator: str, over: dict[str, Any], refusal: type[Exception]
) -> None:
    import_real("tsukubamirai-1", now)
    import_real("tsukubamirai-2", now)

    with pytest.raises(refusal):
        enter(indicator, now, **over)

    assert db.session.scalars(sa.select(Figure)).all() == []


def choose(day: date, now: datetime, indicator: str = "experience-participants") -> None:
    services.choose_records_from(
        plan_key="tsukubamirai-1",
        indicator_key=indicator,
        day=day,
        reason="記録がそろったため",
        now=now,
        actor="cli:test",
    )


def test_staff_see_the_difference_before_records_count_from_an_earlier_day(now: datetime) -> None:
    import_real("tsukubamirai-1", now)
    came(("2023-06-10", 12), ("2024-11-02", 5), now=now)
    day, end = date(2023, 4, 1), date(2025, 3, 31)
    trial = queries.result(
        db.session(),
        "tsukubamirai-1",
        as_of=end,
        municipality_code=OWN,
        trial={"experience-participants": day},
    )
    before = shown("tsukubamirai-1", "experience-participants", end).actual

    choose(day, now)

    assert (before, trial.counted[0].actual) == (41, 21)
    assert shown("tsukubamirai-1", "experience-participants", end).actual == 21


def test_records_can_only_begin_where_a_published_result_ends(now: datetime) -> None:
    import_real("tsukubamirai-1", now)

    with pytest.raises(RecordsFromRefused):
        choose(date(2023, 7, 1), now)
    with pytest.raises(IndicatorUnknown):
        choose(date(2023, 4, 1), now, indicator="nothing")


def test_both_choices_of_a_plan_are_kept(now: datetime) -> None:
    import_real("tsukubamirai-1", now)
    choose(date(2023, 4, 1), now)

    choose(date(2022, 4, 1), now, indicator="exchange-participants")

    assert queries.chosen_records_from(db.session(), "tsukubamirai-1") == {
        "experience-participants": date(2023, 4, 1),
        "exchange-participants": date(2022, 4, 1),
    }


def test_every_problem_of_a_file_and_every_refusal_has_its_words() -> None:
    words = [problem_label(problem, "x") for problem in Problem]
    refusals = [explain(IndicatorUnknown("x")), explain(RecordsFromRefused())]

    assert all(words)
    assert len(set(words)) == len(words)
    assert all(refusals)


def test_a_plan_without_kinds_asks_for_no_records(now: datetime) -> None:
    import_real("mitaka-4", now)

    result = queries.result(db.session(), "mitaka-4", as_of=TODAY, municipality_code=OTHER)

    assert [each.outcome for each in result.goals] == [Outcome.UNKNOWN]
