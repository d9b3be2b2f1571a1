"""What each edge tells the applicant: a letter, or a call where there is no e-mail.

No name and nothing that was typed: such a mail may reach somebody else (docs/security.md).
"""

from kyodo_match.signups.outbox.kinds import Kind, notice_key
from kyodo_match.signups.outbox.letters import Notice, letter_of, script_of
from kyodo_match.signups.outbox.telling import tell

__all__ = ["Kind", "Notice", "letter_of", "notice_key", "script_of", "tell"]
