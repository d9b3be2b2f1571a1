"""Reports by RFC 3464 as mail servers write them, and mails that are none."""

from email.message import EmailMessage

from kyodo_match.notifications.models import OutboxMessage

HOST = "city.example.jp"
UNKNOWN = "smtp; 550 5.1.1 <hanako@example.jp>: Recipient address rejected: User unknown"


def report_of(
    message: OutboxMessage | None,
    *,
    recipient: str = "hanako@example.jp",
    action: str = "failed",
    status: str = "5.1.1",
    said: str = UNKNOWN,
    original: bool = True,
) -> bytes:
    """What a Postfix sends back: three parts, the last with the headers of our mail."""
    ours = ""
    if message is not None:
        ours = f"From: kyodo@{HOST}\nMessage-ID: <{message.message_id}@{HOST}>\nSubject: ours\n"
    lines = [
        f"From: MAILER-DAEMON@{HOST}",
        f"To: bounce@{HOST}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"',
        "",
        "--cut",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "",
        "--cut",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; mail.{HOST}",
        "Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0900 (JST)",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        *([f"Original-Recipient: rfc822;{recipient}"] if original else []),
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: {said}",
        "",
        "--cut",
        "Content-Type: text/rfc822-headers",
        "",
        ours,
        "--cut--",
        "",
    ]
    return "\r\n".join("\n".join(lines).split("\n")).encode()


def report_with_whole_mail(message: OutboxMessage) -> bytes:
    """What an Exchange sends back: the mail itself as message/rfc822, no Original-Recipient."""
    headers = b"Content-Type: text/rfc822-headers"
    return report_of(message, original=False).replace(headers, b"Content-Type: message/rfc822")


def report_as_answer(message: OutboxMessage) -> bytes:
    """What some carriers send back: nothing of our mail but its id among the references."""
    reference = f"In-Reply-To: <{message.message_id}@{HOST}>\r\nSubject:".encode()
    return report_of(None).replace(b"Subject:", reference, 1)


def out_of_office() -> bytes:
    """An answer that a machine wrote, and no report."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "hanako@example.jp", f"bounce@{HOST}"
    mail["Subject"] = "不在のお知らせ"
    mail.set_content("ただいま不在にしております。\n")
    return mail.as_bytes()
