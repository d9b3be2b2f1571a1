"""The golden vectors of the draw: `python -m tests.support.golden_draws` writes the file.

Small rounds with their records, and broken records with what a check of them finds. A verifier
in any language gives the same findings in the same order; ours in Python and in JavaScript do.
"""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import Drawn, DrawSlot, Queued, Unit
from kyodo_match.matching.rules.rounds import RoundMode
from tests.support.repository import ROOT

PATH = ROOT / "static" / "draw" / "golden.json"
_PUBLISHED = datetime(2026, 11, 1, 1, tzinfo=UTC)
_CLASSES = [
    {"class": 0, "name": "市内に住む・通う方で、はじめての方"},
    {"class": 1, "name": "市内に住む・通う方"},
    {"class": 2, "name": "そのほかの方"},
]
Record = dict[str, Any]


def made(
    units: Sequence[Unit],
    slots: Sequence[DrawSlot],
    *,
    mode: RoundMode = RoundMode.SERIAL,
    entropy: str | None = "3 5 1 6 2",
    round_id: str = "0a1b2c3d4e5f",
) -> Record:
    """A whole record; without entropy that of a round in which nothing is drawn."""
    is_drawn = entropy is not None
    return drawing.record(
        round_id=round_id,
        mode=mode,
        classes=_CLASSES,
        slots=slots,
        manifest=drawing.manifest(units),
        published_at=_PUBLISHED,
        drawn=Drawn(
            entropy,
            "市役所1階で引いたさいころ5個" if is_drawn else None,
            _PUBLISHED + timedelta(days=3) if is_drawn else None,
            "0.1.0",
        ),
    )


def _serial() -> Record:
    """Ties within a class, three classes, choices that are dropped, waitlists."""
    choices = (("s1", "s2"), ("s1",), ("s2", "s1"), ("s1", "s2", "s3"), ())
    units = [Unit(f"A-{n:04}", 1, n % 3, choices[n % 5]) for n in range(1, 15)]
    return made(units, [DrawSlot("s1", 3, 2), DrawSlot("s2", 2), DrawSlot("s3", 1, 1)])


def _companions() -> Record:
    """Parties are whole or nowhere; a smaller one may find room where a bigger one did not."""
    sizes = (2, 1, 5, 3, 1, 4, 2, 1)
    units = [Unit(f"B-{n}", size, 0, ("s1", "s2")) for n, size in enumerate(sizes)]
    return made(units, [DrawSlot("s1", 5), DrawSlot("s2", 4)])


def _spelling() -> Record:
    """Handed over decomposed, written composed; sorted as bytes of UTF-8, not of UTF-16.

    The entropy stays as it is given: what is published is what is hashed.
    """
    entries = ("が-1", "Ａ-1", "𠮷-1", 'é"\\-1', "A-10", "A-9")
    units = [Unit(normalize("NFD", entry), 1, 0, (normalize("NFD", "ぎ"),)) for entry in entries]
    entropy = normalize("NFD", "だいす 3・5・1")
    return made(units, [DrawSlot("ぎ", 2)], entropy=entropy, round_id="第1回")


def _nothing_to_draw() -> Record:
    """Step 2: everybody gets their first choice, by class and entry, without a number."""
    units = [
        Unit("C-3", 2, 1, ("s1", "s2")),
        Unit("C-1", 1, 1, ("s2",)),
        Unit("C-2", 1, 0, ("s1",)),
        Unit("C-4", 1, 0, ()),
    ]
    return made(units, [DrawSlot("s1", 3), DrawSlot("s2", 1)], entropy=None)


def _reserves() -> Record:
    """Places kept for classes, taken by their best; all others by number, whatever the class."""
    choices = (("s1", "s2", "s3"), ("s2", "s1"), ("s1", "s3"), ("s3", "s2", "s1"))
    units = [Unit(f"D-{n:02}", 1, (0, 0, 1, 2)[n % 4], choices[n % 3]) for n in range(16)]
    slots = [
        DrawSlot("s1", 3, None, {0: 1, 1: 1}),
        DrawSlot("s2", 3, 2, {2: 2}),
        DrawSlot("s3", 2),
    ]
    return made(units, slots, mode=RoundMode.SOFT_RESERVES)


def _reserves_without_a_draw() -> Record:
    """Among reserves the class does not count in the order: by entry alone."""
    units = [Unit("C-1", 1, 2, ("s1",)), Unit("C-2", 1, 0, ("s1",)), Unit("C-0", 1, 1, ())]
    slots = [DrawSlot("s1", 2, None, {0: 1})]
    return made(units, slots, mode=RoundMode.SOFT_RESERVES, entropy=None)


def _before() -> Record:
    """What is published before the draw: up to the moment of publication."""
    return dict(list(_serial().items())[:8])


def _placed_again() -> Record:
    """A slot is cancelled; its units, and a late one, go where there is room, or wait."""
    record = _serial()
    placed = {result["entry"]: result["slot"] for result in record["results"]}
    units = drawing.read_manifest("".join(f"{line}\n" for line in record["manifest"]))
    waiting = [
        Queued(result["entry"], result["class"], result["number"])
        for result in record["results"]
        if any(at["slot"] == "s2" for at in result["waitlist"])
    ]
    return drawing.supplement(
        record,
        displaced=[unit for unit in units if placed[unit.entry] == "s1"],
        late=[Unit("A-0099", 2, 0, ("s2", "s3")), Unit("A-0098", 1, 0, ("s1", "s3"))],
        cancelled=["s1"],
        left={"s2": 1, "s3": 1},
        waiting={"s2": [*waiting, Queued("A-0097", 0, None)]},
        at=_PUBLISHED + timedelta(days=9),
        drawn=Drawn(None, None, None, "0.1.0"),
    )


def _placed_again_among_reserves() -> Record:
    """Reserves count in the draw alone: afterwards the number decides, whatever the class."""
    record = _reserves()
    placed = {result["entry"]: result["slot"] for result in record["results"]}
    units = drawing.read_manifest("".join(f"{line}\n" for line in record["manifest"]))
    waiting = [
        Queued(result["entry"], result["class"], result["number"])
        for result in record["results"]
        if any(at["slot"] == "s1" for at in result["waitlist"])
    ]
    return drawing.supplement(
        record,
        displaced=[unit for unit in units if placed[unit.entry] == "s2"],
        cancelled=["s2"],
        left={"s1": 1},
        waiting={"s1": waiting},
        at=_PUBLISHED + timedelta(days=9),
        drawn=Drawn(None, None, None, "0.1.0"),
    )


def _placed_again_without_a_draw() -> Record:
    """Nothing was drawn, and there is room for all who are displaced: no seed is needed."""
    return drawing.supplement(
        _nothing_to_draw(),
        displaced=[Unit("C-3", 2, 1, ("s1", "s2")), Unit("C-2", 1, 0, ("s1",))],
        cancelled=["s1"],
        left={"s2": 2},
        waiting={},
        at=_PUBLISHED + timedelta(days=9),
        drawn=Drawn(None, None, None, "0.1.0"),
    )


WHOLE: dict[str, Callable[[], Record]] = {
    "serial: classes, ties, dropped choices, waitlists": _serial,
    "serial: companions": _companions,
    "serial: NFC, and the order of bytes": _spelling,
    "nothing to draw": _nothing_to_draw,
    "nobody applied": lambda: made([], [DrawSlot("s1", 1)], entropy=None),
    "soft reserves": _reserves,
    "soft reserves: nothing to draw": _reserves_without_a_draw,
    "before the draw": _before,
    "supplement: placed again, and late ones": _placed_again,
    "supplement: placed again among reserves": _placed_again_among_reserves,
    "supplement: placed again without a draw": _placed_again_without_a_draw,
}


def _line(record: Record, at: int, *, keep_hash: bool = False, **changed: Any) -> None:
    """Write a line anew with other facts; the hash follows unless it shall not."""
    record["manifest"][at] = _json(json.loads(record["manifest"][at]) | changed)
    if not keep_hash:
        _hash(record)


def _raw(record: Record, at: int, old: str, new: str) -> None:
    record["manifest"][at] = record["manifest"][at].replace(old, new)
    _hash(record)


def _hash(record: Record) -> None:
    text = "".join(f"{line}\n" for line in record["manifest"])
    record["manifest_sha256"] = drawing.manifest_sha256(text)


def _swap(items: list[Any], one: int, other: int) -> None:
    items[one], items[other] = items[other], items[one]


def _swapped_lines(record: Record) -> None:
    _swap(record["manifest"], 4, 5)
    _hash(record)


def _put(record: Record, **changed: Any) -> None:
    record.update(changed)


_OTHER_ORDER = ('{"choices":["s1"],"class":1', '{"class":1,"choices":["s1"]')
_NO_MONTH = "2026-13-01T10:00:00+09:00"
_NO_DAY = "2026-02-30T10:00:00+09:00"
_NO_HOUR = "2026-11-04T24:00:00+09:00"
_NO_OFFSET = "2026-11-04T10:00:00+09:60"
_COMPOSED = "だいす 3・5・1"
_BEST = {"class": 0, "number": "00" * 32}
_TOO_EARLY = "2026-10-31T10:00:00+09:00"

# What is broken: its name, in which record, and how. Read in pairs with the findings.
BROKEN: tuple[tuple[str, Callable[[], Record], Callable[[Record], object]], ...] = (
    ("an unknown version", _serial, lambda r: _put(r, version="kyodo-match/draw/v2")),
    ("no version", _serial, lambda r: r.pop("version")),
    ("a part is missing", _serial, lambda r: r.pop("slots")),
    ("a part of the results is missing", _serial, lambda r: r.pop("seed")),
    ("an unknown mode", _serial, lambda r: _put(r, mode="first_choices_first")),
    ("no whole number", _serial, lambda r: _put(r["slots"][1], capacity="2")),
    ("no time", _serial, lambda r: _put(r, manifest_published_at="2026-11-01 10:00")),
    ("no such month", _serial, lambda r: _put(r, manifest_published_at=_NO_MONTH)),
    ("no such day", _serial, lambda r: _put(r, manifest_published_at=_NO_DAY)),
    ("no such hour", _serial, lambda r: _put(r, entropy_recorded_at=_NO_HOUR)),
    ("no such offset", _serial, lambda r: _put(r, entropy_recorded_at=_NO_OFFSET)),
    ("a result is no result", _serial, lambda r: _put(r["results"][3], waitlist=None)),
    ("a space in a line", _serial, lambda r: _raw(r, 2, ",", ", ")),
    ("keys in another order", _serial, lambda r: _raw(r, 0, *_OTHER_ORDER)),
    ("a line in NFD", _spelling, lambda r: _raw(r, 3, "が", normalize("NFD", "が"))),
    ("a line is no text", _serial, lambda r: r["manifest"].__setitem__(1, 7)),
    ("two lines changed places", _serial, _swapped_lines),
    ("an entry stands twice", _serial, lambda r: _line(r, 5, entry="A-0005")),
    ("six people", _serial, lambda r: _line(r, 0, size=6)),
    ("six choices", _serial, lambda r: _line(r, 0, choices=["s1", "s2", "s3", "s1", "s2", "s3"])),
    ("a choice stands twice", _serial, lambda r: _line(r, 0, choices=["s1", "s1"])),
    ("an unknown slot", _serial, lambda r: _line(r, 0, choices=["s9"])),
    ("an unknown class", _serial, lambda r: _raw(r, 0, '"class":1', '"class":3')),
    ("a class stands twice", _serial, lambda r: _put(r["classes"][2], **{"class": 1})),
    ("a slot stands twice", _serial, lambda r: _put(r["slots"][2], id="s1")),
    ("reserves where there are none", _serial, lambda r: _put(r["slots"][0], reserves={"0": 1})),
    ("too many reserves", _reserves, lambda r: _put(r["slots"][2], reserves={"0": 2, "1": 1})),
    ("a reserve for nobody", _reserves, lambda r: _put(r["slots"][2], reserves={"7": 1})),
    ("a party among reserves", _reserves, lambda r: _line(r, 3, size=2)),
    ("a changed line", _serial, lambda r: _line(r, 0, keep_hash=True, choices=["s3"])),
    ("another hash", _before, lambda r: _put(r, manifest_sha256="0" * 64)),
    ("drawn before publication", _serial, lambda r: _put(r, entropy_recorded_at=_TOO_EARLY)),
    ("another entropy", _companions, lambda r: _put(r, entropy="3 5 1 6 3")),
    ("the entropy in another spelling", _spelling, lambda r: _put(r, entropy=_COMPOSED)),
    ("another seed", _serial, lambda r: _put(r, seed="ab" * 32)),
    ("no entropy", _serial, lambda r: _put(r, entropy=None, seed=None)),
    ("a draw without need", _nothing_to_draw, lambda r: _put(r, entropy="1", seed="ab" * 32)),
    ("a result is missing", _serial, lambda r: r["results"].pop(4)),
    (
        "a result too many",
        _serial,
        lambda r: r["results"].append(r["results"][0] | {"entry": "Z"}),
    ),
    ("a result stands twice", _serial, lambda r: r["results"].append(r["results"][0])),
    ("another order", _serial, lambda r: _swap(r["results"], 0, 1)),
    ("another class", _serial, lambda r: _put(r["results"][0], **{"class": 2})),
    ("another number", _serial, lambda r: _put(r["results"][0], number="00" * 32)),
    ("another slot", _serial, lambda r: _put(r["results"][-1], slot="s3", waitlist=[])),
    ("nobody waits", _serial, lambda r: _put(r["results"][-1], waitlist=[])),
    ("more than there are places", _companions, lambda r: _put(r["results"][-1], slot="s1")),
    ("another place among reserves", _reserves, lambda r: _swap_slots(r["results"], 0, -1)),
)
_AGAIN: tuple[tuple[str, Callable[[Record], object]], ...] = (
    ("a part is missing", lambda r: r.pop("waiting")),
    ("an unknown mode", lambda r: _put(r, mode="first_choices_first")),
    ("the mode is another", lambda r: _put(r, mode="soft_reserves")),
    ("no places left are said", lambda r: _put(r["left"][1], places=None)),
    ("a line is not canonical", lambda r: _put(r, displaced=["{}"])),
    ("a late line is not canonical", lambda r: _put(r, late=[r["late"][1], "{}"])),
    ("the cancelled slot is open", lambda r: _put(r, cancelled=["s2"])),
    ("one is displaced and late", lambda r: r["late"].append(r["displaced"][0])),
    ("another seed", lambda r: _put(r, seed="ab" * 32)),
    ("no entropy", lambda r: _put(r, entropy=None, seed=None)),
    ("late ones changed places", lambda r: _swap(r["late"], 0, 1)),
    ("somebody else waits first", lambda r: _put(r["waiting"][0]["entries"][0], **_BEST)),
    ("another slot", lambda r: _put(r["results"][0], slot="s3", waitlist=[])),
)


def _swap_slots(results: list[Record], one: int, other: int) -> None:
    first, second = results[one], results[other]
    first["slot"], second["slot"] = second["slot"], first["slot"]


def _cases() -> Iterator[dict[str, Any]]:
    for name, make in WHOLE.items():
        yield {"name": name, "record": make()}
    for name, make, break_it in BROKEN:
        record = copy.deepcopy(make())
        break_it(record)
        yield {"name": f"broken: {name}", "record": record}
    for name, break_again in _AGAIN:
        record = copy.deepcopy(_placed_again())
        break_again(record)
        yield {"name": f"broken supplement: {name}", "record": record}
    for name, nonsense in (("a list", []), ("a text", "draw"), ("null", None)):
        yield {"name": f"broken: {name}", "record": nonsense}


def golden() -> dict[str, Any]:
    """All cases, each with what `verify` finds."""
    return {
        "about": "docs/rules/draw.md",
        "version": drawing.VERSION,
        "cases": [
            {**case, "findings": [one.as_json() for one in drawing.verify(case["record"])]}
            for case in _cases()
        ],
    }


def written() -> str:
    """The file as it is kept: a line a case, so that a change is seen where it is."""
    whole = golden()
    cases = ",\n".join(_json(case) for case in whole.pop("cases"))
    return f'{_json(whole)[:-1]},"cases":[\n{cases}\n]}}\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
