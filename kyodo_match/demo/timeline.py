"""The story in the order of time, with what the worker would have done in between."""

from functools import partial

from kyodo_match.demo import (
    answering,
    applying,
    drawing,
    helping,
    offering,
    office,
    receiving,
    sending,
    wishing,
)
from kyodo_match.demo.story import Story

_VERBS = (
    offering.VERBS
    | applying.VERBS
    | receiving.VERBS
    | sending.VERBS
    | office.VERBS
    | drawing.VERBS
    | answering.VERBS
    | wishing.VERBS
    | helping.VERBS
)


def tell(story: Story) -> None:
    """Let the story happen, step by step, up to now."""
    _plan(story)
    # The sort is stable: of one moment, the order of the files.
    day = None
    for moment, step in sorted(story.steps, key=lambda planned: planned[0]):
        sending.end_offers(moment)
        if day != (day := moment.date()):
            sending.begin_day(story, moment)
        step(moment)
    sending.end_offers(story.now)
    sending.begin_day(story, story.now)
    sending.hold_up(story)


def _plan(story: Story) -> None:
    scenario = story.scenario
    for offered in scenario.offered:
        story.days |= {day.key: (offered, day) for day in offered.days}
    for offered in scenario.offered:
        offering.plan(story, offered)
    for number, applied in enumerate(scenario.applied):
        applying.plan(story, number, applied)
        receiving.plan(story, number, applied)
    for number, raw in enumerate(scenario.walk_ins):
        receiving.plan_walk_in(story, number, raw)
    for raw in scenario.head_counts:
        receiving.plan_heads(story, **raw)
    drawing.plan(story)
    wishing.plan(story)
    helping.plan(story)
    for event in scenario.events:
        story.at(event.at, partial(_VERBS[event.do], story, event.facts))
    sending.plan_rounds(story)
