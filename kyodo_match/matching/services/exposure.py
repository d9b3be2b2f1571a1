"""紹介の回数: how often each group was put before somebody, as numbers without people."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core import limits
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import dialect_of, insert_of, use_case
from kyodo_match.core.limits import WISH_SHOWN_ADDRESS, TooOften
from kyodo_match.core.secrets import Keys
from kyodo_match.matching.models import Exposure
from kyodo_match.matching.rules.wishes import ShownIn

_TABLE = Exposure.metadata.tables[Exposure.__tablename__]


@cache
def _counting(dialect: str) -> sa.Insert:
    insert = insert_of(dialect)(_TABLE)
    return insert.on_conflict_do_update(
        index_elements=["day", "group_id", "shown_in"],
        set_={"shown": _TABLE.c.shown + insert.excluded.shown},
    )


@use_case
def count_page(
    session: Session,
    *,
    groups: Mapping[int, int],
    keys: Keys,
    address: str | None,
    now: datetime,
) -> None:
    """Somebody was shown a list of days on a page: so many of each group, by their keys.

    `address` is where the request came from. Beyond 60 lists an hour from one nothing is counted:
    who sends the form again and again raises nobody's numbers. Source: docs/rules/wishes.md.
    """
    if address is not None:
        origin = keys.fingerprint("address", address)
        try:
            limits.check(session, WISH_SHOWN_ADDRESS, origin, now=now)
        except TooOften:
            return
        limits.count(session, WISH_SHOWN_ADDRESS, origin, now=now)
    count_shown(session, groups, shown_in=ShownIn.PAGE, now=now)


def count_shown(
    session: Session, groups: Mapping[int, int], *, shown_in: ShownIn, now: datetime
) -> None:
    """A step: add to the day's numbers of each group. In one order, so that two do not block."""
    rows = [
        {"day": tokyo_date(now), "group_id": group, "shown_in": shown_in, "shown": number}
        for group, number in sorted(groups.items())
        if number
    ]
    if rows:
        session.execute(_counting(dialect_of(session)), rows)
