"""区分の確認: what the office knows of the people of an application."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FormField, SelectField
from wtforms import Form as PlainForm

from kyodo_match.core.i18n import lazy
from kyodo_match.matching.queries.entry_list import Checked
from kyodo_match.matching.rules.rounds import PersonFacts
from kyodo_match.signups.forms import choices_of, yes_or_no
from kyodo_match.signups.messages import residency_label
from kyodo_match.signups.rules import Residency
from kyodo_match.web.forms import Form, Rows

_MOST = 20  # far more than a party


class PersonFactsForm(PlainForm):
    """One person: residency, first time, and whether somebody has checked it."""

    residency = SelectField(lazy("市との関わり"), choices=choices_of(Residency, residency_label))
    first_time = SelectField(
        lazy("体験や催しに参加するのは"),
        choices=yes_or_no(lazy("はじめて"), lazy("前にも参加したことがある")),
    )
    verified = BooleanField(lazy("確かめました"))


class FactsForm(Form):
    """The people of an application in their order, and whether it came late."""

    people = Rows(
        FormField(PersonFactsForm, lazy("参加する方")), lazy("参加する方"), max_entries=_MOST
    )
    is_late = BooleanField(lazy("締切に遅れた申込み（ほかの方がすべて決まったあとに回る）"))

    @property
    def facts(self) -> list[PersonFacts]:
        """What was set, in the order of the people."""
        return [
            PersonFacts(
                Residency(row.form.residency.data),
                first_time=row.form.first_time.data == "1",
                verified=bool(row.form.verified.data),
            )
            for row in self.people
        ]


def facts_data(people: Sequence[Checked], *, is_late: bool) -> dict[str, Any]:
    """An application as the form shows it."""
    return {
        "is_late": is_late,
        "people": [
            {
                "residency": one.facts.residency.value,
                "first_time": "1" if one.facts.first_time else "0",
                "verified": one.facts.verified,
            }
            for one in people
        ],
    }
