"""The form of an application to a round: that of a sign-up, with wishes in order and classes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms import FormField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from kyodo_match.core import clock, dates
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.rounds import ChoicesFaulty
from kyodo_match.matching.models.rounds import DrawEntry, Round, RoundSlot
from kyodo_match.matching.queries.entries import everybody_of
from kyodo_match.matching.rules.entering import ChoiceFault, Entry
from kyodo_match.matching.rules.rounds import MOST_CHOICES, PaperRule, PersonFacts
from kyodo_match.signups.forms import PLEASE_CHOOSE, CompanionForm, CompanionRows, SignupForm
from kyodo_match.signups.forms.application import ESCORTS, Asks
from kyodo_match.signups.forms.fields import choices_of, yes_or_no
from kyodo_match.signups.messages import residency_label
from kyodo_match.signups.models import Participant
from kyodo_match.signups.rules import Channel, Residency
from kyodo_match.web.forms import DayField, Optional

_FIRST = yes_or_no(lazy("はじめて"), lazy("前にも参加したことがある"))
_WISHES = tuple(f"choice_{rank}" for rank in range(1, MOST_CHOICES + 1))
_NOT_WISHED = SelectChoice(value="", label=lazy("（選ばない）"))


def _first_or_not() -> list[SelectChoice]:
    return [PLEASE_CHOOSE, *_FIRST()]


class EntryCompanionForm(CompanionForm):
    """One row of いっしょに参加する方, with what decides the class."""

    escorts_count = False  # whether an escort has a part in the class
    residency = SelectField(
        lazy("市との関わり"),
        choices=choices_of(Residency, residency_label, PLEASE_CHOOSE),
        validate_choice=False,
    )
    first_time = SelectField(
        lazy("体験や催しに参加するのは"), choices=_first_or_not, validate_choice=False
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ask also for what decides the class, not of a blank row or of who has no part in it."""
        valid = super().validate(extra_validators)
        if self.is_blank or (self.escort.data and not self.escorts_count):
            return valid
        who = {"n": int(self._prefix.rstrip("-").rpartition("-")[2]) + 1}
        if self.residency.data not in set(Residency):
            self.residency.errors = [
                _("%(n)s人目の同行者の、市との関わりを選んでください。", **who)
            ]
            valid = False
        if self.first_time.data not in {"1", "0"}:
            self.first_time.errors = [
                _("%(n)s人目の同行者が、はじめてかどうかを選んでください。", **who)
            ]
            valid = False
        return valid

    def facts(self, otherwise: Residency) -> PersonFacts:
        """What decides the class; an escort who was not asked is tied to the city `otherwise`."""
        was_asked = self.residency.data in set(Residency)
        residency = Residency(self.residency.data) if was_asked else otherwise
        return PersonFacts(residency, first_time=self.first_time.data == "1")


class EntryForm(SignupForm):
    """抽選の申込み: who, with whom, and which days in which order."""

    choice_1 = SelectField(lazy("第1希望"), validate_choice=False)
    choice_2 = SelectField(lazy("第2希望"), validate_choice=False)
    choice_3 = SelectField(lazy("第3希望"), validate_choice=False)
    choice_4 = SelectField(lazy("第4希望"), validate_choice=False)
    choice_5 = SelectField(lazy("第5希望"), validate_choice=False)
    companions = CompanionRows(
        FormField(EntryCompanionForm, lazy("同行者")),
        lazy("いっしょに参加する方"),
        max_entries=20,
    )
    first_time = RadioField(
        lazy("体験や催しに参加するのは"), choices=_FIRST, default="", validate_choice=False
    )
    postmarked_on = DayField(
        lazy("消印の日付"),
        [Optional()],
        description=lazy("郵送の申込書のときだけ、封筒の消印の日付を入力してください。"),
    )

    def __init__(
        self, *args: Any, of_round: Round, days: Sequence[RoundSlot], **kwargs: Any
    ) -> None:
        """`days` are those of the round that can be wished for."""
        asks = Asks(party_limit=of_round.party_limit, escorts_count=of_round.escorts_count)
        super().__init__(*args, asks=asks, **kwargs)
        for row in self.companions:
            row.form.escorts_count = asks.escorts_count
        self.days = [day.slot for day in days]
        brief = of_round.activity is not None
        offered = [
            SelectChoice(value=day.slot.public_id, label=_day_label(number, day, brief=brief))
            for number, day in enumerate(days, start=1)
        ]
        self.most = min(of_round.most_choices, len(days))
        for rank, name in enumerate(_WISHES, start=1):
            if rank > max(self.most, 1):
                del self[name]
            else:
                blank = PLEASE_CHOOSE if rank == 1 else _NOT_WISHED
                self[name].choices = [blank, *offered]
        if self.office is None or of_round.paper_rule is PaperRule.ARRIVAL:
            del self.postmarked_on
        # In the order of the page: the list of errors begins with what comes first there.
        for name in reversed([field.name for field in self.wishes]):
            self._fields.move_to_end(name, last=False)
        self.choice_1.flags.required = True
        self.first_time.flags.required = True

    @property
    def wishes(self) -> list[Any]:
        """The selects, the first wish first."""
        return [self[name] for name in _WISHES if name in self]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each field, the order of the wishes, and what decides the class."""
        valid = super().validate(extra_validators)
        counts = self._applicant_takes_part or (self._applicant_comes and self.asks.escorts_count)
        if counts and self.first_time.data not in {"1", "0"}:
            self.first_time.errors = [_("はじめてかどうかを選んでください。")]
            valid = False
        for field, fault in self._wrong_wishes():
            field.errors = [explain(ChoicesFaulty(fault, most=self.most))]
            valid = False
        if "postmarked_on" in self:
            typed = self.postmarked_on.data
            if typed and typed > tokyo_date(clock.now()):
                self.postmarked_on.errors = [_("消印の日付に、先の日は入力できません。")]
                valid = False
        return valid and not self.errors

    def _wrong_wishes(self) -> Iterator[tuple[Any, ChoiceFault]]:
        """Beside which select something is wrong: the first is chosen, no gap, no day twice."""
        seen: set[str] = set()
        blank = False
        for field in self.wishes:
            chosen = field.data or ""
            if not chosen:
                if field.name == _WISHES[0]:
                    yield field, ChoiceFault.NONE
                blank = True
                continue
            if chosen not in {choice.value for choice in field.choices}:
                yield field, ChoiceFault.UNKNOWN
            elif chosen in seen:
                yield field, ChoiceFault.TWICE
            elif blank and self.wishes[0].data:
                yield field, ChoiceFault.GAP
            seen.add(chosen)

    def entry(self, *, submission_key: str | None = None, entered_by: str | None = None) -> Entry:
        """What was typed, in the form that is stored."""
        residency = Residency(self.residency.data)
        own = [PersonFacts(residency, first_time=self.first_time.data == "1")]
        facts = own if self._applicant_comes else []
        facts += [row.form.facts(residency) for row in self.companions if not row.form.is_blank]
        return Entry(
            application=self.application(submission_key=submission_key, entered_by=entered_by),
            choices=tuple(field.data for field in self.wishes if field.data),
            facts=tuple(facts),
            postmarked_on=self._postmark(),
        )

    def _postmark(self) -> Any:
        is_paper = self.office is not None and self.channel.data == Channel.PAPER
        return self.postmarked_on.data if is_paper and "postmarked_on" in self else None

    def pairs(self) -> list[tuple[str, str]]:
        """Every name and value of the form as hidden inputs carry them to the check page."""
        pairs = [*super().pairs(), *((field.name, field.data or "") for field in self.wishes)]
        rows = (row.form for row in self.companions if not row.form.is_blank)
        for number, row in enumerate(rows):
            pairs += [
                (f"companions-{number}-residency", row.residency.data),
                (f"companions-{number}-first_time", row.first_time.data),
            ]
        if "postmarked_on" in self:
            pairs.append(("postmarked_on", self.postmarked_on._value()))  # noqa: SLF001 - WTForms' own name
        return pairs


def _day_label(number: int, day: RoundSlot, *, brief: bool) -> str:
    """A day as a select shows it: by the number that it has in the list above.

    `brief` leaves out the title that all of them have; a phone's select is narrow.
    """
    slot = day.slot
    label = _("%(n)s番　%(when)s", n=number, when=dates.short_when(slot))
    return label if brief else f"{label}　{slot.opportunity.title}"


class ChangeEntryForm(EntryForm):
    """希望や参加する方を変える: the same fields; what was said once is not asked again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.privacy_consent


def entry_data(entry: DrawEntry) -> dict[str, Any]:
    """An application as the form shows it."""
    signup = entry.signup
    people = everybody_of(entry)
    own = next((pair for pair in people if pair[0].kana == signup.kana), None)
    others = [pair for pair in people if pair is not own]
    wishes = {f"choice_{choice.rank}": choice.slot.public_id for choice in entry.choices}
    return {
        **wishes,
        "name": signup.name,
        "kana": signup.kana,
        "email": signup.email,
        "phone": signup.phone,
        "age_group": (own or people[0])[0].age_group.value,
        "residency": signup.residency.value,
        "district": signup.district,
        "applicant_participates": _how(own[0] if own else None),
        "first_time": _yes(own[1].first_time) if own else "",
        "companions": [
            {
                "name": person.name,
                "kana": person.kana,
                "age_group": person.age_group.value,
                "escort": person.is_escort,
                "residency": facts.residency.value,
                "first_time": _yes(facts.first_time),
            }
            for person, facts in others
        ],
    }


def _how(own: Participant | None) -> str:
    """How the applicant comes, as the form says it."""
    if own is None:
        return "0"
    return ESCORTS if own.is_escort else "1"


def _yes(value: bool) -> str:  # noqa: FBT001 - a value of a field
    return "1" if value else "0"
