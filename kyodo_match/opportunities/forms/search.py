"""What a search asks for: read from the query of the list, never refused."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from kyodo_match.core.dates import WEEKDAY_SLUGS
from kyodo_match.core.i18n import _
from kyodo_match.groups.rules import PlainField
from kyodo_match.opportunities.queries import Search
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.web.paging import read_page

_LONGEST_QUERY = 100


@dataclass(frozen=True)
class Asked:
    """A search as it was asked: its meaning, what stays in the form, what was not understood."""

    search: Search
    page: int
    q: str
    kind: str
    field: str
    district: str
    weekdays: tuple[str, ...]
    since: str
    until: str
    only_free: bool
    month: date | None
    notices: tuple[str, ...]

    @property
    def is_narrowed(self) -> bool:
        return self.search != Search()

    @property
    def more(self) -> int:
        """How many conditions beyond word and field are chosen: that part is folded."""
        chosen = (self.kind, self.district, self.weekdays, self.since, self.until, self.only_free)
        return sum(bool(value) for value in chosen)

    @property
    def query(self) -> str:
        """The same search as a query string, without the page."""
        return self._query(("from", self.since), ("to", self.until))

    @property
    def dateless(self) -> str:
        """The query without its dates: a day of the calendar adds its own."""
        return self._query()

    @property
    def as_shown(self) -> str:
        """The query of this very page of the list: what leads back to it."""
        page = str(self.page) if self.page > 1 else ""
        return self._query(("from", self.since), ("to", self.until), ("page", page))

    @property
    def day(self) -> date | None:
        """The one day that is asked for, if it is one."""
        return self.search.since if self.since == self.until else None

    def _query(self, *more: tuple[str, str]) -> str:
        pairs = [
            ("q", self.q),
            ("kind", self.kind),
            ("field", self.field),
            ("district", self.district),
            *(("weekday", slug) for slug in self.weekdays),
            ("open", "1" if self.only_free else ""),
            *more,
        ]
        return urlencode([(name, value) for name, value in pairs if value])


def read_search(args: MultiDict[str, str]) -> Asked:
    """Read the query of the list; what cannot be read is left out, and said so."""
    notices: list[str] = []
    q = args.get("q", "").replace("\x00", "").strip()[:_LONGEST_QUERY]
    kind = _one_of(args, "kind", [member.value for member in OpportunityKind], notices)
    plain = _one_of(args, "field", [member.value for member in PlainField], notices)
    days = [slug for slug in args.getlist("weekday") if slug]
    weekdays = tuple(slug for slug in WEEKDAY_SLUGS if slug in days)
    if set(days) - set(weekdays):
        notices.append(_not_read("weekday"))
    since = _day(args, "from", notices)
    until = _day(args, "to", notices)
    if since and until and until < since:
        notices.append(_("「いつまで」が「いつから」より前の日です。日付をご確認ください。"))
    only_free = args.get("open", "") == "1"
    district = args.get("district", "").replace("\x00", "").strip()[:_LONGEST_QUERY]
    search = Search(
        words=Search.split(q),
        kind=OpportunityKind(kind) if kind else None,
        plain_field=plain,
        district=district,
        weekdays=frozenset(WEEKDAY_SLUGS.index(slug) for slug in weekdays),
        since=since,
        until=until,
        only_free=only_free,
    )
    return Asked(
        search=search,
        page=read_page(args.get("page", "")),
        q=q,
        kind=kind,
        field=plain,
        district=district,
        weekdays=weekdays,
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        only_free=only_free,
        month=_month(args, notices),
        notices=tuple(notices),
    )


def _one_of(
    args: MultiDict[str, str], name: str, allowed: Sequence[str], notices: list[str]
) -> str:
    value = args.get(name, "")
    if value and value not in allowed:
        notices.append(_not_read(name))
        return ""
    return value


def _month(args: MultiDict[str, str], notices: list[str]) -> date | None:
    raw = unicodedata.normalize("NFKC", args.get("month", "")).strip().replace("/", "-")
    if not raw:
        return None
    try:
        month = date.fromisoformat(f"{raw}-01")
    except ValueError:
        notices.append(_not_read("month"))
        return None
    return month


def _day(args: MultiDict[str, str], name: str, notices: list[str]) -> date | None:
    raw = unicodedata.normalize("NFKC", args.get(name, "")).strip().replace("/", "-")
    if not raw:
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        notices.append(_not_read(name))
        return None
    if not date(2000, 1, 1) <= day <= date(2999, 12, 31):
        notices.append(_not_read(name))
        return None
    return day


def _not_read(name: str) -> str:
    label = {
        "kind": _("種類"),
        "field": _("分野"),
        "weekday": _("曜日"),
        "from": _("いつから"),
        "to": _("いつまで"),
        "month": _("カレンダーの月"),
    }[name]
    return _(
        "「%(label)s」の条件を読み取れなかったため、この条件を使わずに探しました。", label=label
    )
