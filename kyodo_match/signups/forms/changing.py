"""What a citizen, or staff for a caller, may change in an application."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField

from kyodo_match.core.i18n import _, lazy
from kyodo_match.signups.forms.fields import (
    LONGEST_MAIL,
    NamedForm,
    age_errors,
    at_most,
    choices_of,
    companion_of,
)
from kyodo_match.signups.messages import age_group_label
from kyodo_match.signups.rules import AgeGroup, Companion
from kyodo_match.web.forms import EmailField, Form, PhoneField, Required


class ContactForm(Form):
    """連絡先の変更: e-mail, phone, or both; one of them stays."""

    email = EmailField(lazy("メールアドレス"), [at_most(LONGEST_MAIL)])
    phone = PhoneField(lazy("電話番号"))

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Each field, and that somebody can still be reached."""
        valid = bool(super().validate(extra_validators))
        if not (self.email.data or self.phone.data or self.email.errors or self.phone.errors):
            self.email.errors = [_("メールアドレスか電話番号の、どちらか1つは入力してください。")]
        return valid and not self.errors


class PersonForm(NamedForm):
    """参加する方: one person, who comes in somebody's place or as well."""

    age_group = RadioField(
        lazy("年代（参加する日の年齢）"),
        [Required(lazy("年代を選んでください。"))],
        choices=choices_of(AgeGroup, age_group_label),
        validate_choice=False,
    )
    escort = BooleanField(lazy("付き添い（保護者、介助の方など）として来ます"))

    def __init__(
        self, *args: Any, ages: tuple[int | None, int | None] = (None, None), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.min_age, self.max_age = ages

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Each field, and that the activity is for people of that age."""
        valid = bool(super().validate(extra_validators))
        if self.age_group.errors:
            return False
        if self.age_group.data not in set(AgeGroup):
            self.age_group.errors = [_("年代を選んでください。")]
            return False
        if not self.escort.data:
            self.age_group.errors = age_errors(self.age_group.data, self.min_age, self.max_age)
        return valid and not self.errors

    @property
    def person(self) -> Companion:
        """Whom the form names, in the form that is stored."""
        return companion_of(self)
