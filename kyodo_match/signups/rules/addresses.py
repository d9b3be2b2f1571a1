"""Mail addresses as people mistype them, and carriers that keep mail from strangers out."""

from functools import lru_cache

# What people here have, the commonest first: where two are as near, the first is meant.
_USUAL = (
    "gmail.com",
    "yahoo.co.jp",
    "docomo.ne.jp",
    "icloud.com",
    "ezweb.ne.jp",
    "au.com",
    "softbank.ne.jp",
    "i.softbank.jp",
    "ymobile.ne.jp",
    "yahoo.ne.jp",
    "rakumail.jp",
    "uqmobile.jp",
    "outlook.jp",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.jp",
    "live.jp",
    "nifty.com",
    "ocn.ne.jp",
    "biglobe.ne.jp",
    "ybb.ne.jp",
)
# Real, although they look like a slip.
_REAL = frozenset(
    {"mail.com", "ymail.com", "yahoo.com", "gmx.com", "live.com", "me.com", "mac.com", "msn.com"}
    | {"aol.com", "ymail.ne.jp", "excite.co.jp", "ocn.jp"}
)
# Further away than two letters, and still no address of anybody.
_SLIPS = {
    "gmail.co.jp": "gmail.com",
    "gmail.ne.jp": "gmail.com",
    "gmail.jp": "gmail.com",
    "icloud.co.jp": "icloud.com",
    "icloud.ne.jp": "icloud.com",
    "yahoo.jp": "yahoo.co.jp",
    "docomo.co.jp": "docomo.ne.jp",
    "docomo.jp": "docomo.ne.jp",
    "docomo.com": "docomo.ne.jp",
    "ezweb.co.jp": "ezweb.ne.jp",
    "ezweb.jp": "ezweb.ne.jp",
    "au.ne.jp": "au.com",
    "hotmail.jp": "hotmail.co.jp",
}
_SHORT = 9  # letters: a shorter domain is one slip away from many that exist
_CARRIERS = (
    ("docomo.ne.jp", "docomo"),
    ("ezweb.ne.jp", "au"),
    ("au.com", "au"),
    ("uqmobile.jp", "UQ mobile"),
    ("i.softbank.jp", "SoftBank"),
    ("softbank.ne.jp", "SoftBank"),
    ("vodafone.ne.jp", "SoftBank"),
    ("disney.ne.jp", "SoftBank"),
    ("ymobile.ne.jp", "Y!mobile"),
    ("yahoo.ne.jp", "Y!mobile"),
    ("ymobile1.ne.jp", "Y!mobile"),
    ("emnet.ne.jp", "Y!mobile"),
    ("willcom.com", "Y!mobile"),
    ("pdx.ne.jp", "Y!mobile"),
    ("rakumail.jp", "楽天モバイル"),
    ("rakuten.jp", "楽天モバイル"),
)


def suggested_address(address: str) -> str | None:
    """The address that was probably meant: 「gmial.com」 is one slip from 「gmail.com」.

    A question, never a refusal: a domain that looks like a slip may exist. None where nothing is
    near. Source: docs/rules/self-service.md.
    """
    name, at, domain = address.rpartition("@")
    if not name or not at or domain in _USUAL or domain in _REAL:
        return None
    meant = _SLIPS.get(domain) or _nearest(domain)
    return f"{name}@{meant}" if meant else None


@lru_cache(maxsize=1024)  # few domains are typed often: the search costs half a millisecond
def _nearest(domain: str) -> str | None:
    near = [(_slips(domain, usual), usual) for usual in _USUAL]
    fitting = [
        (slips, usual) for slips, usual in near if slips <= (1 if len(usual) < _SHORT else 2)
    ]
    return min(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _slips(typed: str, meant: str) -> int:
    """Letters too many, missing or wrong, and neighbours that changed places."""
    if abs(len(typed) - len(meant)) > 2:  # noqa: PLR2004 - more is never asked about
        return len(meant)
    rows = [list(range(len(meant) + 1))]
    for i, letter in enumerate(typed, start=1):
        row = [i]
        for j, other in enumerate(meant, start=1):
            cost = min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and (letter, typed[i - 2]) == (meant[j - 2], other):
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def carrier_of(address: str) -> str | None:
    """The phone company whose settings may keep our mail out, or None.

    Old addresses have a part of their own before the domain (@k.vodafone.ne.jp).
    Source: docs/rules/self-service.md.
    """
    domain = address.rpartition("@")[2]
    for known, name in _CARRIERS:
        if domain == known or domain.endswith(f".{known}"):
            return name
    return None
