"""The one box in which staff look for something."""

from wtforms import HiddenField
from wtforms.validators import Length

from kyodo_match.core.i18n import lazy
from kyodo_match.web.forms import CleanField, Form, Required
from kyodo_match.web.paging import read_page


class SearchForm(Form):
    """探す: posted, so that names and numbers stand in no address and in no log."""

    q = CleanField(
        lazy("探すことば"),
        [
            Required(lazy("探すことばを入力してください。")),
            Length(max=100, message=lazy("探すことばは100文字以内で入力してください。")),
        ],
    )
    page = HiddenField()

    def page_number(self) -> int:
        """Which page of the applications is asked for."""
        return read_page(self.page.data or "")
