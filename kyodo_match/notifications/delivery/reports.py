"""What mail servers send back: reports by RFC 3464, read and not believed further than needed."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from kyodo_match.core import text
from kyodo_match.notifications.errors import NotAReport
from kyodo_match.notifications.rules import rejects_address

_OUR_ID = re.compile(r"<([0-9a-f]{12}\.[0-9a-f]{12})@")
_MOST_BYTES = 5_000_000  # a report may carry the whole mail that came back
_LONGEST_REASON = 500
_MOST_NAMED = 50  # recipients and ids: ours have one each, and a database asks for so many


@dataclass(frozen=True)
class Report:
    """One report: which mail it may be about, and whether it came back for good.

    A report of a delay, or of a delivery that went well, has `has_failed` false.
    """

    message_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    has_failed: bool
    of_address: bool
    reason: str


def read_report(raw: bytes) -> Report:
    """Read a report as it lies in a mailbox. Raises NotAReport.

    Source: docs/rules/bounces.md.
    """
    try:
        return _read(message_from_bytes(raw[:_MOST_BYTES]))
    except RecursionError:  # a thousand parts within each other, which no server writes
        raise NotAReport from None


def _read(mail: Message) -> Report:
    blocks = [block for part in mail.walk() for block in _status_blocks(part)][:_MOST_NAMED]
    fates = [block for block in blocks if block.get("Action")]
    if not fates:
        raise NotAReport
    failed = [block for block in fates if _word(block, "Action") == "failed"]
    about = failed or fates
    status = " ".join(_said(block, "Status") for block in about).strip()
    said = " ".join(_said(block, "Diagnostic-Code") for block in about).strip()
    reason = f"{status} {said}".strip()
    return Report(
        message_ids=_message_ids(mail),
        recipients=_recipients(about),
        has_failed=bool(failed),
        of_address=bool(failed) and rejects_address(reason),
        reason=reason[:_LONGEST_REASON],
    )


def _status_blocks(part: Message) -> list[Message]:
    """The paragraphs of a message/delivery-status, each a block of headers."""
    if part.get_content_type() != "message/delivery-status":
        return []
    blocks = part.get_payload()
    return [block for block in blocks if isinstance(block, Message)] if blocks else []


def _message_ids(mail: Message) -> tuple[str, ...]:
    """Our Message-IDs: of the mail that came back, else of what the report answers to."""
    returned = [one for part in mail.walk() for one in _returned(part)]
    named = [head.get("Message-ID") for head in returned]
    named += [mail.get("In-Reply-To"), mail.get("References")]
    found = [one for said in named if said for one in _OUR_ID.findall(str(said))]
    return tuple(dict.fromkeys(found))[:_MOST_NAMED]


def _returned(part: Message) -> list[Message]:
    kind = part.get_content_type()
    if kind == "text/rfc822-headers":
        content = part.get_payload(decode=True)
        return [message_from_bytes(content)] if isinstance(content, bytes) else []
    if kind == "message/rfc822":
        inner = part.get_payload()
        return [one for one in inner if isinstance(one, Message)] if inner else []
    return []


def _recipients(blocks: list[Message]) -> tuple[str, ...]:
    """Whom it was for: as we wrote it first, then as the last server knew it."""
    found = [
        text.email(_said(block, name).partition(";")[2].strip(" <>"))
        for name in ("Original-Recipient", "Final-Recipient")
        for block in blocks
    ]
    return tuple(dict.fromkeys(address for address in found if "@" in address))


def _word(block: Message, name: str) -> str:
    return _said(block, name).partition("(")[0].strip().lower()


def _said(block: Message, name: str) -> str:
    """A header on one line, without what no page or log could show."""
    said = " ".join(str(block.get(name, "")).split())
    return "".join(character for character in said if character.isprintable())
