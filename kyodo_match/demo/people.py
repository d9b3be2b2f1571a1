"""Who can sign in to the demo: one account a role."""

from dataclasses import dataclass

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.secrets import Keys
from kyodo_match.groups.rules import MemberRole

_CONSONANTS, _VOWELS = "bdghkmnprstwyz", "aeiou"
_SYLLABLES, _WORDS = 2, 5


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo; with its role it needs no second factor."""

    role: StaffRole | MemberRole
    name: str
    password: str

    @property
    def email(self) -> str:
        return f"{self.role}@example.jp"


def accounts(keys: Keys) -> dict[str, DemoAccount]:
    """One account a role, in the order in which they are printed."""
    names: dict[StaffRole | MemberRole, str] = {
        StaffRole.ADMIN: "管理 花子",
        StaffRole.COORDINATOR: "調整 太郎",
        StaffRole.VIEWER: "閲覧 次郎",
        MemberRole.OWNER: "須藤 茂樹",
        MemberRole.EDITOR: "里山 みどり",
        MemberRole.RECEPTION: "受付 一郎",
    }
    return {
        role.value: DemoAccount(role, name, _password(keys, role.value))
        for role, name in names.items()
    }


def _password(keys: Keys, role: str) -> str:
    """Five words to type, made from the installation's key: the same each time, and its own."""
    digest = keys.mac("demo-password", role)
    syllables = [
        _CONSONANTS[left % len(_CONSONANTS)] + _VOWELS[right % len(_VOWELS)]
        for left, right in zip(digest[::2], digest[1::2], strict=True)
    ]
    return "-".join(
        "".join(syllables[start : start + _SYLLABLES])
        for start in range(0, _SYLLABLES * _WORDS, _SYLLABLES)
    )
