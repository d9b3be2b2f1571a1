"""What is done with opportunities: written, handed in, returned, published, ended, imported."""

from kyodo_match.opportunities.services.files import Imported, import_opportunities
from kyodo_match.opportunities.services.slots import add_slot, edit_slot, remove_slot
from kyodo_match.opportunities.services.states import (
    archive,
    close,
    publish,
    reopen,
    return_,
    submit,
    withdraw,
)
from kyodo_match.opportunities.services.texts import draft, edit

__all__ = [
    "Imported",
    "add_slot",
    "archive",
    "close",
    "draft",
    "edit",
    "edit_slot",
    "import_opportunities",
    "publish",
    "remove_slot",
    "reopen",
    "return_",
    "submit",
    "withdraw",
]
