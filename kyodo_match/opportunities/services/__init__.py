"""What is done with opportunities: written, copied, handed in, published, changed, ended."""

from kyodo_match.opportunities.services.copying import copy
from kyodo_match.opportunities.services.files import Imported, import_opportunities
from kyodo_match.opportunities.services.revisions import mark_seen
from kyodo_match.opportunities.services.searching import install as _install_search
from kyodo_match.opportunities.services.slots import (
    add_slot,
    add_slots,
    edit_slot,
    remove_slot,
)
from kyodo_match.opportunities.services.states import (
    archive,
    close,
    publish,
    reopen,
    return_,
    submit,
)
from kyodo_match.opportunities.services.texts import draft, edit

__all__ = [
    "Imported",
    "add_slot",
    "add_slots",
    "archive",
    "close",
    "copy",
    "draft",
    "edit",
    "edit_slot",
    "import_opportunities",
    "mark_seen",
    "publish",
    "remove_slot",
    "reopen",
    "return_",
    "submit",
]

_install_search()
