"""参加実績のユースケース: marking who came, hours of activity, and results from before."""

from kyodo_match.participation.services.asking import (
    Asked,
    ask_all_for_marks,
    ask_for_hours,
    ask_for_marks,
    open_names,
)
from kyodo_match.participation.services.hours import (
    approve,
    change_hours,
    record_day,
    record_own,
    return_hours,
    take_back_own,
)
from kyodo_match.participation.services.importing import (
    Line,
    choose_lines,
    drop_draft,
    forget_drafts,
    import_participation,
    keep_draft,
    reread_draft,
    take_back,
    take_draft,
)
from kyodo_match.participation.services.linking import make_link, revoke_link
from kyodo_match.participation.services.marking import (
    add_walk_in,
    count_heads,
    mark,
    tap_heads,
)

__all__ = [
    "Asked",
    "Line",
    "add_walk_in",
    "approve",
    "ask_all_for_marks",
    "ask_for_hours",
    "ask_for_marks",
    "change_hours",
    "choose_lines",
    "count_heads",
    "drop_draft",
    "forget_drafts",
    "import_participation",
    "keep_draft",
    "make_link",
    "mark",
    "open_names",
    "record_day",
    "record_own",
    "reread_draft",
    "return_hours",
    "revoke_link",
    "take_back",
    "take_back_own",
    "take_draft",
    "tap_heads",
]
