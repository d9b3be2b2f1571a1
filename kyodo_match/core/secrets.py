"""What the server's keys make: links, PINs, person keys, sealed notes. Nothing is stored."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_ID_BYTES = 6
_PIN_DIGITS = 6


@dataclass(frozen=True)
class Keys:
    """The two keys of an installation: one signs, one seals sensitive notes."""

    secret: str
    data: str

    def mac(self, purpose: str, *parts: str) -> bytes:
        """HMAC-SHA256 over length-prefixed parts, so that no two lists of parts collide."""
        message = b"".join(
            len(part).to_bytes(4, "big") + part for part in (p.encode() for p in (purpose, *parts))
        )
        return hmac.new(self.secret.encode(), message, hashlib.sha256).digest()

    def fingerprint(self, purpose: str, *parts: str) -> str:
        """A mac as hex: for keys of people and counters that must not tell whose they are."""
        return self.mac(purpose, *parts).hex()

    def manage_token(self, signup_id: str, version: int) -> str:
        """The token of a manage link: the sign-up's public id and 256 bits of HMAC, url-safe."""
        return _token(signup_id, self.mac("manage", signup_id, str(version)))

    def signup_of_token(self, token: str) -> str | None:
        """The public id a token speaks of; whether it is true is decided by comparing tokens."""
        return _id_in(token)

    def invitation_token(self, invitation_id: str) -> str:
        """The token of a link to set a password: used once, so it needs no version."""
        return _token(invitation_id, self.mac("invitation", invitation_id))

    def invitation_of_token(self, token: str) -> str | None:
        """The invitation that a token is true for, else None."""
        invitation_id = _id_in(token)
        if invitation_id is None or not same(token, self.invitation_token(invitation_id)):
            return None
        return invitation_id

    def reception_token(self, link_id: str) -> str:
        """The token of a link to the reception of one day; its row says how long it is good."""
        return _token(link_id, self.mac("reception", link_id))

    def reception_of_token(self, token: str) -> str | None:
        """The reception link that a token is true for, else None."""
        link_id = _id_in(token)
        if link_id is None or not same(token, self.reception_token(link_id)):
            return None
        return link_id

    def reception_pass(self, link_id: str) -> str:
        """What a phone keeps that has opened a link: another secret, so that it opens no other."""
        return _token(link_id, self.mac("reception-pass", link_id))

    def reception_of_pass(self, kept: str) -> str | None:
        """The reception link that a phone's pass is true for, else None."""
        link_id = _id_in(kept)
        if link_id is None or not same(kept, self.reception_pass(link_id)):
            return None
        return link_id

    def volunteer_token(self, volunteer_id: str, version: int) -> str:
        """The token of the link that opens one's own registration as a volunteer."""
        return _token(volunteer_id, self.mac("volunteer", volunteer_id, str(version)))

    def volunteer_of_token(self, token: str) -> str | None:
        """The public id a token speaks of; whether it is true is decided by comparing tokens."""
        return _id_in(token)

    def wish_token(self, wish_id: str, version: int) -> str:
        """The token of the link to a kept wish; raising the version revokes it."""
        return _token(wish_id, self.mac("wish", wish_id, str(version)))

    def wish_of_token(self, token: str) -> str | None:
        """The public id a token speaks of; whether it is true is decided by comparing tokens."""
        return _id_in(token)

    def unsubscribe_token(self, wish_id: str, version: int) -> str:
        """The token that stops the mails of a wish and opens nothing: mail servers see it."""
        return _token(wish_id, self.mac("unsubscribe", wish_id, str(version)))

    def wish_of_unsubscribe_token(self, token: str) -> str | None:
        """The public id a token speaks of; whether it is true is decided by comparing tokens."""
        return _id_in(token)

    def pin(self, signup_id: str, version: int) -> str:
        """The six digits that stand on a receipt, see docs/rules/receipts-and-links.md."""
        number = int.from_bytes(self.mac("pin", signup_id, str(version))[:8], "big")
        return f"{number % 10**_PIN_DIGITS:0{_PIN_DIGITS}}"

    def _box(self) -> "Fernet":
        # Every process has keys, few ever open a note, and this takes 7 MB.
        from cryptography.fernet import Fernet  # noqa: PLC0415 - see above

        key = hashlib.sha256(b"kyodo-match/data/v1|" + self.data.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))

    def seal(self, value: dict[str, Any]) -> str:
        """Encrypt a sensitive note."""
        return self._box().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()

    def unseal(self, sealed: str) -> dict[str, Any]:
        """Decrypt a sensitive note. Raises cryptography's InvalidToken with another key."""
        value: dict[str, Any] = json.loads(self._box().decrypt(sealed.encode()))
        return value


def _token(identity: str, proof: bytes) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(identity) + proof).decode().rstrip("=")


def _id_in(token: str) -> str | None:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    return raw[:_ID_BYTES].hex() if len(raw) == _ID_BYTES + 32 else None


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time; non-ASCII input is just different."""
    return hmac.compare_digest(left.encode(), right.encode())
