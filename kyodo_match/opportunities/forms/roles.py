"""役割: what somebody does on a day, how many are needed for it, and what they should know."""

from collections.abc import Mapping
from typing import Any

from wtforms import FieldList, FormField, HiddenField, SelectField, ValidationError
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from kyodo_match.core.i18n import _, lazy
from kyodo_match.opportunities import messages
from kyodo_match.opportunities.forms.fields import LINE, NumberField, at_most
from kyodo_match.opportunities.rules import MOST_ROLES, RolePlan, Skill
from kyodo_match.web.forms import CleanField, Form

_NAME = 30


class RoleForm(PlainForm):
    """One role; a blank row is none."""

    name = CleanField(lazy("役割の名前"), [at_most(_NAME)])
    head_count = NumberField(lazy("人数"))
    skill = SelectField(lazy("あると助かる得意なこと"), validate_choice=False)
    note = CleanField(lazy("することの説明"), [at_most(LINE)])
    id = HiddenField("")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.skill.choices = [
            SelectChoice(value="", label=_("とくになし")),
            *(SelectChoice(value=one.value, label=messages.skill_label(one)) for one in Skill),
        ]

    @property
    def is_blank(self) -> bool:
        return not (self.name.data or self.head_count.data or self.note.data)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ask for a name and a number, or for nothing."""
        if self.is_blank and not self.head_count.errors:
            return True
        valid = bool(super().validate(extra_validators))
        if not self.name.data:
            self.name.errors = [_("役割の名前を入力してください。")]
        if not self.head_count.data and not self.head_count.errors:
            self.head_count.errors = [_("役割の人数を、1以上の数字で入力してください。")]
        return valid and not self.errors

    def plan(self) -> RolePlan:
        """What was typed, as the service takes it."""
        return RolePlan(
            name=self.name.data,
            head_count=self.head_count.data or 0,
            skill=self.skill.data if self.skill.data in set(Skill) else "",
            note=self.note.data or "",
            id=self.id.data or "",
        )


class RoleRows(FieldList):
    """`roles-N-…`: as many rows as fit on the form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_entries=MOST_ROLES, **kwargs)

    def show(self, rows: int) -> None:
        """Draw at least that many rows."""
        while len(self.entries) < rows:
            self.append_entry()

    @property
    def is_used(self) -> bool:
        """Whether a row has something in it, so that the rows are shown opened."""
        return any(not row.form.is_blank or row.errors for row in self.entries)

    def plans(self) -> tuple[RolePlan, ...]:
        """The roles that were typed, in their order; only ones that stand the check."""
        return tuple(
            row.form.plan()
            for row in self.entries
            if row.form.name.data and row.form.head_count.data
        )


class UnlessRoles:
    """Something must be there, unless the roles' numbers say it."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the class

    def __init__(self, message: Any) -> None:
        self._message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:
            raise StopValidation
        if "roles" in form and form.roles.plans():
            raise StopValidation
        if field.data is None:
            field.errors = []
            raise StopValidation(self._message)


class RolesForm(Form):
    """役割と人数の変更: of a day that people have applied for."""

    roles = RoleRows(FormField(RoleForm, lazy("役割")), lazy("役割ごとの人数"))

    def validate_roles(self, field: Any) -> None:
        """A day with roles keeps at least one."""
        if not field.plans():
            raise ValidationError(_("役割を1つ以上入力してください。"))

    @property
    def plans(self) -> tuple[RolePlan, ...]:
        return self.roles.plans()

    @property
    def number(self) -> int:
        """定員: the sum of the head counts."""
        return sum(role.head_count for role in self.plans)
