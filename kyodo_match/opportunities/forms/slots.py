"""The form of one day, or of the period of a standing need."""

from collections.abc import Collection
from typing import Any

from wtforms import BooleanField, FormField, HiddenField, RadioField, ValidationError
from wtforms.validators import NumberRange

from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.i18n import _, lazy
from kyodo_match.opportunities import messages
from kyodo_match.opportunities.forms.fields import (
    Blaming,
    NumberField,
    catch_up_with,
    choices_of,
    leave_out,
    line,
)
from kyodo_match.opportunities.forms.roles import RoleForm, RoleRows, UnlessRoles
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import (
    MOST_ROLES,
    PLANNED,
    CapacityUnit,
    NeedPattern,
    OpportunityKind,
    RolePlan,
    SlotMode,
    SlotPlan,
    capacity_of,
    counted_on,
    period,
    version_of,
)
from kyodo_match.web.forms import DayField, MomentField, Optional, Required


class SlotForm(Blaming):
    """One day. Once somebody has signed up, the fields that people count on are not in it."""

    first_day = DayField(
        lazy("いつから"), validators=[Required(lazy("いつからかを入力してください。"))]
    )
    last_day = DayField(
        lazy("いつまで"),
        validators=[Required(lazy("いつまでかを入力してください。"))],
        description=lazy(
            "この日が終わるまで申し込めるようにしたいときは、受付の締切も決めてください。"
        ),
    )
    starts_at = MomentField(
        lazy("開始"), validators=[Required(lazy("開始の日時を入力してください。"))]
    )
    ends_at = MomentField(
        lazy("終了"), validators=[Required(lazy("終了の日時を入力してください。"))]
    )
    place = line(lazy("場所"), hint=lazy("この日だけ場所が違うとき"))
    capacity = NumberField(
        lazy("定員"),
        description=lazy("役割ごとに人数を決めるときは、空欄のままでかまいません。"),
        validators=[
            UnlessRoles(lazy("定員を入力してください。")),
            NumberRange(1, message=lazy("定員は、1以上の数字で入力してください。")),
        ],
    )
    capacity_unit = RadioField(lazy("定員の数え方"), default=CapacityUnit.PEOPLE)
    mode = RadioField(
        lazy("参加者の決め方"),
        default=SlotMode.FIRST_COME,
        description=lazy(
            "「団体の確認後に決定」では、申込みのたびに、団体が受け入れるかどうかを返事します。"
            "「抽選」は、抽選の回に入れた日程だけで使えます。"
        ),
    )
    roles = RoleRows(FormField(RoleForm, lazy("役割")), lazy("役割ごとの人数"))
    party_limit = NumberField(
        lazy("1回に申し込める人数"),
        default=SlotPlan.party_limit,
        description=lazy("申し込む本人を入れた人数"),
        validators=[
            Required(lazy("1回に申し込める人数を入力してください。")),
            NumberRange(1, message=lazy("1以上の数字で入力してください。")),
        ],
    )
    waitlist_limit = NumberField(
        lazy("キャンセル待ちの上限"),
        description=lazy("空欄は上限なし、0はキャンセル待ちを受け付けません。"),
        validators=[Optional()],
    )
    pass_smaller = BooleanField(
        lazy("キャンセル待ちの先頭の組が入れないとき、後ろの少人数の組に先に案内する")
    )
    escorts_count = BooleanField(
        lazy("付き添いの方（小さなお子さんの保護者、介助の方）も定員に数える"),
        description=lazy(
            "付き添いの方の分の席や材料も用意するときに選びます。"
            "選ばないと、付き添いの方は定員にも「1回に申し込める人数」にも数えません。"
        ),
    )
    minimum = NumberField(
        lazy("開催に必要な人数"),
        description=lazy("この人数に届かないと開催しない、という人数"),
        validators=[Optional()],
    )
    opens_at = MomentField(
        lazy("受付の開始"),
        description=lazy("空欄のときは、公開した後の最初の開庁日の朝"),
        validators=[Optional()],
    )
    closes_at = MomentField(
        lazy("受付の締切"),
        description=lazy("空欄のときは、前の日の17時"),
        validators=[Optional()],
    )
    cancel_until = MomentField(
        lazy("取消しの期限"),
        description=lazy("空欄のときは、受付の締切と同じ"),
        validators=[Optional()],
    )
    seen = HiddenField()

    def offer(self, opportunity: Opportunity, slot: Slot | None = None) -> None:
        """Fill in the choices; leave out what people who signed up count on."""
        if slot is not None and self.seen.data is None:
            self.seen.data = version_of(slot, PLANNED)
        self.capacity_unit.choices = choices_of(CapacityUnit, messages.unit_label)
        self.mode.choices = choices_of(SlotMode, messages.mode_label)
        self.standing = slot.standing if slot else opportunity.pattern is NeedPattern.STANDING
        self.in_use = slot is not None and slot.is_applied_for
        if not self.standing:
            del self.first_day, self.last_day
        else:
            del self.starts_at, self.ends_at
            if slot is not None and self.first_day.raw_data is None:
                self.first_day.data = tokyo_date(slot.starts_at)
                self.last_day.data = tokyo_date(slot.ends_at)
        if slot is not None and self.in_use:
            del self.roles
            names = counted_on(standing=self.standing)
            leave_out(self, [name for name in names if name in self])
        elif opportunity.kind is not OpportunityKind.VOLUNTEER:
            del self.roles
        else:
            self.roles.show(MOST_ROLES)

    def validate_last_day(self, field: Any) -> None:
        """A period ends on the day it begins, or later."""
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError(_("「いつまで」は、「いつから」以降の日にしてください。"))

    def role_plans(self) -> tuple[RolePlan, ...]:
        """The roles that were typed."""
        return self.roles.plans() if "roles" in self else ()

    def plan(self, slot: Slot | None = None) -> SlotPlan:
        """What was typed, with the slot's own values for what is not in the form."""
        return SlotPlan(**self.values(slot))

    def values(self, slot: Slot | None = None) -> dict[str, Any]:
        """The plan's values, by name."""
        values = {name: getattr(slot, name) for name in PLANNED} if slot else {}
        values |= {name: self[name].data for name in PLANNED if name in self}
        if "roles" in self:
            values["roles"] = self.role_plans()
            values["capacity"] = capacity_of(self.role_plans(), otherwise=self.capacity.data or 0)
        if self.standing and self.first_day.data and self.last_day.data:
            values["starts_at"], values["ends_at"] = period(
                self.first_day.data, self.last_day.data
            )
        return {
            **values,
            "standing": self.standing,
            "place": values["place"] or "",
            "capacity_unit": CapacityUnit(values["capacity_unit"]),
            "mode": SlotMode(values["mode"]),
        }

    def catch_up(self, slot: Slot, theirs: Collection[str]) -> None:
        """Take over what only somebody else has changed; what was typed stays as it was typed."""
        catch_up_with(self, slot, [name for name in theirs if name != "roles"])
        self.seen.data = version_of(slot, PLANNED)
