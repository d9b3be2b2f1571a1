"""抽選の設定の画面の入力: a round, its days, a longer deadline."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wtforms import Form as PlainForm
from wtforms import FormField, HiddenField, RadioField, SelectField
from wtforms.fields import BooleanField
from wtforms.fields.choices import SelectChoice, SelectMultipleField

from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import lazy
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.rounds import RoundFaulty
from kyodo_match.matching.messages.rounds import (
    FIELD_OF,
    fault_words,
    paper_rule_label,
    round_mode_label,
    usual_classes,
)
from kyodo_match.matching.rules.rounds import (
    CHANGES_WHILE_OPEN,
    DrawClass,
    PaperRule,
    RoundFault,
    RoundMode,
    RoundPlan,
)
from kyodo_match.signups.forms import at_most, choices_of, readable
from kyodo_match.signups.messages import residency_label
from kyodo_match.signups.rules import Residency
from kyodo_match.web.forms import (
    CleanArea,
    CleanField,
    DayField,
    Form,
    MomentField,
    Optional,
    Required,
    Rows,
)

_ROWS = 4  # of the class table
_MOST_ROWS = 20  # far more than anybody fills in


def _numbers(unit: Any) -> Any:
    return lambda: [SelectChoice(value=str(n), label=f"{n}{unit}") for n in range(1, 6)]


class ClassForm(PlainForm):
    """区分: one row of the table; without a name it is no row."""

    name = CleanField(lazy("区分の名前"), [at_most(60), readable])
    residencies = SelectMultipleField(
        lazy("市との関わり（どれも選ばなければ、どなたでも）"),
        choices=choices_of(Residency, residency_label),
        validate_choice=False,
    )
    first_time = BooleanField(lazy("はじめて参加する方だけ"))


class RoundForm(Form):
    """抽選の設定, without its days."""

    title = CleanField(
        lazy("抽選の名前"),
        [Required(lazy("抽選の名前を入力してください。")), at_most(80), readable],
        description=lazy("例：市民活動団体の1日体験（冬）"),
    )
    description = CleanArea(
        lazy("説明"),
        [at_most(1000), readable],
        description=lazy("申込みのページと抽選のページの、はじめに載ります。"),
    )
    opens_at = MomentField(
        lazy("受付の開始"), validators=[Required(lazy("受付の開始を入力してください。"))]
    )
    closes_at = MomentField(lazy("締切"), validators=[Required(lazy("締切を入力してください。"))])
    paper_rule = RadioField(
        lazy("郵送の申込み"),
        choices=choices_of(PaperRule, paper_rule_label),
        default=PaperRule.ARRIVAL.value,
    )
    freezes_at = MomentField(
        lazy("名簿を確定する日時"),
        [Optional()],
        description=lazy(
            "消印有効のときだけ、郵便が届くのを待つ日数を見て入力してください。必着なら空欄です。"
        ),
    )
    draw_at = MomentField(
        lazy("抽選の日時"),
        [Optional()],
        description=lazy("名簿の確定より後。公開の場で行います。"),
    )
    draw_place = CleanField(
        lazy("抽選の場所"),
        [at_most(200), readable],
        description=lazy("例：市役所 2階 会議室。どなたでも見られる所で行います。"),
    )
    entropy_plan = CleanArea(
        lazy("抽選の方法（何を使って番号を決めるか）"),
        [at_most(500), readable],
        description=lazy(
            "申込みの前に知らせ、名簿が確定したあとは変えられません。"
            "例：10面のさいころ1個を、立会人2人の前で20回振り、出た目の順をそのまま使います。"
        ),
    )
    confirm_by = DayField(
        lazy("参加の返事の期限"),
        [Optional()],
        description=lazy("当選した方に参加の返事をお願いする日。空欄なら、返事はいりません。"),
    )
    most_choices = SelectField(
        lazy("選べる希望の数"), choices=_numbers(lazy("つまで")), default="3"
    )
    mode = RadioField(
        lazy("決め方"),
        choices=choices_of(RoundMode, round_mode_label),
        default=RoundMode.SERIAL.value,
    )
    party_limit = SelectField(lazy("1件の人数"), choices=_numbers(lazy("人まで")), default="5")
    classes = Rows(FormField(ClassForm, lazy("区分")), lazy("区分"), max_entries=_MOST_ROWS)
    version = HiddenField("")

    def __init__(self, *args: Any, plan: RoundPlan | None = None, **kwargs: Any) -> None:
        """`plan` is the round that is open: then only what nobody counts on is asked."""
        super().__init__(*args, **kwargs)
        self.plan_of_open = plan
        if plan is not None:
            for name in [name for name in self._fields if name not in self._open_fields()]:
                del self[name]
            return
        if not self.classes.entries:
            for one in usual_classes():
                self.classes.append_entry(class_data(one))
        while len(self.classes.entries) < _ROWS:
            self.classes.append_entry()

    @staticmethod
    def _open_fields() -> set[str]:
        return {*CHANGES_WHILE_OPEN, "version", "csrf_token"}

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Each field by itself; what hangs together the rules decide."""
        valid = bool(super().validate(extra_validators))
        return valid and not self.errors

    def plan(self) -> RoundPlan:
        """What was typed, in the form that is stored."""
        free: dict[str, Any] = {
            "title": self.title.data,
            "description": self.description.data or "",
            "draw_at": self.draw_at.data,
            "draw_place": self.draw_place.data or "",
            "entropy_plan": self.entropy_plan.data or "",
        }
        if self.plan_of_open is not None:
            return replace(self.plan_of_open, **free)
        times: dict[str, Any] = {
            "opens_at": self.opens_at.data,
            "closes_at": self.closes_at.data,
            "freezes_at": self.freezes_at.data or self.closes_at.data,
        }
        return RoundPlan(
            paper_rule=PaperRule(self.paper_rule.data),
            confirm_by=self.confirm_by.data,
            most_choices=int(self.most_choices.data),
            party_limit=int(self.party_limit.data),
            mode=RoundMode(self.mode.data),
            classes=self._classes(),
            **times,
            **free,
        )

    def _classes(self) -> tuple[DrawClass, ...]:
        rows = [row.form for row in self.classes if row.form.name.data]
        return tuple(
            DrawClass(
                number=number,
                name=row.name.data,
                residencies=tuple(one for one in Residency if one in (row.residencies.data or [])),
                first_time=bool(row.first_time.data),
            )
            for number, row in enumerate(rows)
        )

    def blame(self, refusal: DomainError) -> None:
        """Show a refusal beside the field that it is about."""
        if not isinstance(refusal, RoundFaulty):
            self.refuse(explain(refusal))
            return
        for fault in refusal.faults:
            name = FIELD_OF.get(RoundFault(fault), "")
            self.refuse(
                fault_words(RoundFault(fault)), self[name] if name in self._fields else None
            )


def class_data(one: DrawClass) -> dict[str, Any]:
    """A row of the table as the form shows it."""
    return {
        "name": one.name,
        "residencies": [residency.value for residency in one.residencies],
        "first_time": one.first_time,
    }


def round_data(plan: RoundPlan) -> dict[str, Any]:
    """A round as the form shows it."""
    waits = plan.freezes_at != plan.closes_at
    return {
        "title": plan.title,
        "description": plan.description,
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "paper_rule": plan.paper_rule.value,
        "freezes_at": plan.freezes_at if waits else None,
        "draw_at": plan.draw_at,
        "draw_place": plan.draw_place,
        "entropy_plan": plan.entropy_plan,
        "confirm_by": plan.confirm_by,
        "most_choices": str(plan.most_choices),
        "party_limit": str(plan.party_limit),
        "mode": plan.mode.value,
        "classes": [class_data(one) for one in plan.classes],
    }


class ExtendForm(Form):
    """締切の延長."""

    closes_at = MomentField(
        lazy("新しい締切"), validators=[Required(lazy("新しい締切を入力してください。"))]
    )
    reason = CleanArea(
        lazy("延ばす理由"),
        [Required(lazy("延ばす理由を入力してください。")), at_most(200), readable],
        description=lazy("記録に残ります。例：台風で郵便が遅れているため。"),
    )


def kept_places(values: Mapping[str, str], slot_id: str, classes: int) -> dict[str, int]:
    """優先枠 of one day, as `reserve-<day>-<class>` fields carry them; what is no number is 0."""
    kept = {}
    for number in range(classes):
        typed = values.get(f"reserve-{slot_id}-{number}", "").strip()
        if typed.isdecimal() and len(typed) <= 4:  # noqa: PLR2004 - no hall is larger
            kept[str(number)] = int(typed)
    return kept
