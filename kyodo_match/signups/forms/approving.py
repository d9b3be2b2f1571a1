"""The forms of the answers: a group accepts, declines or asks, and a person answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from kyodo_match.core.i18n import _, lazy
from kyodo_match.signups.forms.fields import LONGEST_NOTE, at_most, readable
from kyodo_match.signups.messages import reply_text
from kyodo_match.signups.rules import ReplyKind
from kyodo_match.web.forms import CleanArea, Form, Required

_ANY = "any"


class _Reply(Form):
    """Words that begin as the group's own, or as ours."""

    text = CleanArea(lazy("ご本人への言葉"), [at_most(LONGEST_NOTE), readable])

    def __init__(self, *, kind: ReplyKind, own: Mapping[ReplyKind, str], **kwargs: Any) -> None:
        super().__init__(data={"text": own.get(kind) or reply_text(kind)}, **kwargs)


class AcceptForm(_Reply):
    """受け入れる: in which role, and what happens where no place is left."""

    role = RadioField(lazy("お願いする役割"), validate_choice=False)
    may_wait = BooleanField(lazy("空きがないときは、キャンセル待ちにする"))

    def __init__(self, *, roles: Sequence[tuple[str, str]], wanted: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not roles:
            del self.role
            return
        self.role.choices = [
            *(SelectChoice(value=role, label=label) for role, label in roles),
            SelectChoice(value=_ANY, label=_("空きの多い役割にする")),
        ]
        self.role.data = self.role.data or wanted or _ANY

    @property
    def role_id(self) -> str:
        """The chosen role's public id; blank for any."""
        return self.role.data if "role" in self and self.role.data != _ANY else ""


class DeclineForm(_Reply):
    """今回は断る."""


class AskForm(_Reply):
    """質問する: one question, in words of one's own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text.label.text = _("質問")
        self.text.validators = [Required(_("質問を入力してください。")), *self.text.validators]
        self.text.flags.required = True


class AnswerForm(Form):
    """質問への返事: by the applicant, or by staff who heard it on the phone."""

    answer = CleanArea(
        lazy("返事"),
        [Required(lazy("返事を入力してください。")), at_most(LONGEST_NOTE), readable],
        description=lazy(
            "団体の担当者と市の担当者が読みます。病気や障がいのことは書かないでください。"
        ),
    )


class TemplatesForm(Form):
    """返事のひな型: what the three answers begin with."""

    accept = CleanArea(lazy("受け入れるとき"), [at_most(LONGEST_NOTE), readable])
    decline = CleanArea(lazy("今回は断るとき"), [at_most(LONGEST_NOTE), readable])
    ask = CleanArea(lazy("質問するとき"), [at_most(LONGEST_NOTE), readable])

    def __init__(self, *, own: Mapping[ReplyKind, str], **kwargs: Any) -> None:
        begun = {kind.value: own.get(kind) or reply_text(kind) for kind in ReplyKind}
        super().__init__(data=begun, **kwargs)

    @property
    def texts(self) -> dict[ReplyKind, str]:
        """What was typed; blank is ours again."""
        return {kind: self[kind.value].data or "" for kind in ReplyKind}
