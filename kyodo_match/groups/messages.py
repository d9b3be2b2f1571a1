"""The words of groups."""

from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.groups import errors
from kyodo_match.groups.rules import (
    LAW_FIELDS,
    GroupKind,
    GroupStatus,
    MemberRole,
    PlainField,
)

GROUP_KINDS = {
    GroupKind.NEIGHBOURHOOD: lazy("地縁型活動団体"),
    GroupKind.PURPOSE: lazy("目的型活動団体"),
    GroupKind.OTHER: lazy("その他の団体・組織"),
    GroupKind.BUSINESS: lazy("事業者"),
    GroupKind.PUBLIC: lazy("行政"),
}
GROUP_STATUSES = {
    GroupStatus.APPLIED: lazy("申請中"),
    GroupStatus.REGISTERED: lazy("登録"),
    GroupStatus.SUSPENDED: lazy("停止中"),
    GroupStatus.ENDED: lazy("終了"),
}
MEMBER_ROLES = {
    MemberRole.OWNER: lazy("代表担当"),
    MemberRole.EDITOR: lazy("編集担当"),
    MemberRole.RECEPTION: lazy("受付担当"),
}
PLAIN_FIELDS = {
    PlainField.WELFARE: lazy("福祉・健康"),
    PlainField.EDUCATION: lazy("子ども・教育"),
    PlainField.CULTURE: lazy("文化・芸術"),
    PlainField.SPORTS: lazy("スポーツ"),
    PlainField.ENVIRONMENT: lazy("環境・生きもの"),
    PlainField.COMMUNITY: lazy("まちづくり・観光"),
    PlainField.SAFETY: lazy("防災・安全"),
    PlainField.INTERNATIONAL: lazy("国際・多文化"),
    PlainField.OTHER: lazy("その他"),
}
PUBLIC_ITEM_LABELS = {
    "representative": lazy("代表者の名前"),
    "phone": lazy("電話番号"),
    "email": lazy("メールアドレス"),
    "founded_on": lazy("設立日"),
    "members": lazy("会員の数"),
    "website": lazy("ホームページ"),
}


def group_kind_label(kind: GroupKind) -> str:
    """団体の種類 as the screen names it."""
    return str(GROUP_KINDS[kind])


def group_status_label(status: GroupStatus) -> str:
    """登録の状態 as the screen names it."""
    return str(GROUP_STATUSES[status])


def member_role_label(role: MemberRole) -> str:
    """団体での役割 as the screen names it."""
    return str(MEMBER_ROLES[role])


def plain_field_label(slug: str) -> str:
    """分野: one of the nine."""
    return str(PLAIN_FIELDS[PlainField(slug)])


def law_field_label(number: str) -> str:
    """One of the 20 fields of the NPO law."""
    return LAW_FIELDS[int(number)]


@explain.register
def _name_taken(error: errors.NameTaken) -> str:
    return _("「%(name)s」という名前の団体は、もう登録されています。", name=error.name)


@explain.register
def _ends_before_it_begins(_error: errors.EndsBeforeItBegins) -> str:
    return _("終了日は、登録日かそれより後の日にしてください。")


@explain.register
def _end_missing(_error: errors.EndMissing) -> str:
    return _("終了した団体は、終了日を入力してください。")


@explain.register
def _staff_are_no_members(_error: errors.StaffAreNoMembers) -> str:
    return _("職員のアドレスです。団体の担当者には、別のアドレスを入力してください。")


@explain.register
def _already_member(_error: errors.AlreadyMember) -> str:
    return _("この方は、もう担当者です。役割は下の一覧で変えられます。")


@explain.register
def _last_owner(_error: errors.LastOwner) -> str:
    return _("最後の代表担当です。先に、ほかの方を代表担当にしてください。")
