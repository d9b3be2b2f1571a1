"""What the story knows while it is told: who acts, what has come about so far, what is planned."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.core.secrets import Keys
from kyodo_match.demo.scenario import Day, Offered, Scenario
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import slot_by_id
from kyodo_match.signups.models import Participant
from kyodo_match.signups.queries import live, signup_by_id

Step = Callable[[datetime], object]


@dataclass(frozen=True)
class Actors:
    """Who does what in the story: ids of accounts; the coordinator acts for other groups."""

    admin: str
    coordinator: str
    editor: str
    reception: str
    group: str

    def editor_of(self, group: str) -> str:
        return self.editor if group == self.group else self.coordinator

    def reception_of(self, group: str) -> str:
        return self.reception if group == self.group else self.coordinator


@dataclass
class Story:
    """The story as far as it has been told."""

    scenario: Scenario
    actors: Actors
    settings: Settings
    now: datetime
    steps: list[tuple[datetime, Step]] = field(default_factory=list)
    opportunity_ids: dict[str, str] = field(default_factory=dict)
    slot_ids: dict[str, str] = field(default_factory=dict)
    signup_ids: dict[int, str] = field(default_factory=dict)
    batch_ids: dict[str, str] = field(default_factory=dict)
    round_ids: dict[str, str] = field(default_factory=dict)
    wish_ids: dict[int, str] = field(default_factory=dict)
    volunteer_ids: dict[str, str] = field(default_factory=dict)
    days: dict[str, tuple[Offered, Day]] = field(default_factory=dict)
    # Sign-ups whose calls are made when the story says so, and not within the usual time.
    calls_wait: set[str] = field(default_factory=set)

    @property
    def keys(self) -> Keys:
        return self.settings.keys

    def at(self, moment: datetime | None, step: Step) -> None:
        """Plan a step; what would lie ahead of now does not happen."""
        if moment is not None and moment <= self.now:
            self.steps.append((moment, step))

    def number_of(self, slot: str, person: str) -> int:
        """The application of somebody for a day, the last one where there are two."""
        return max(
            number
            for number, applied in enumerate(self.scenario.applied)
            if applied.slot == slot and applied.people[0] == person
        )

    def signup_id(self, slot: str, person: str) -> str:
        return self.signup_ids[self.number_of(slot, person)]

    def coming(self, number: int) -> dict[str, Participant]:
        """Who takes part in an application, by the story's keys."""
        signup = signup_by_id(db.session(), self.signup_ids[number])
        assert signup is not None  # noqa: S101 - our own data
        people = self.scenario.people
        kanas = {people[key].companion.kana: key for key in self.scenario.applied[number].people}
        return {kanas[one.kana]: one for one in live(signup) if one.kana in kanas}

    def slot(self, key: str) -> Slot:
        slot = slot_by_id(db.session(), self.slot_ids[key])
        assert slot is not None  # noqa: S101 - our own data
        return slot

    def reception(self, slot: str) -> str:
        return self.actors.reception_of(self.days[slot][0].group)
