"""A second verifier of draws, written from the design and docs/rules/draw.md alone.

It shares no code with the product and is as plain as can be: slow, and easy to read through.
"""

import hashlib
import hmac
import json
import unicodedata
from typing import Any

Json = dict[str, Any]


def agrees(record: Json) -> bool:
    """Whether everything in a record, before or after its draw, is as the rule has it."""
    try:
        return _agrees(record)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False  # something is not there, or is something else


def _agrees(record: Json) -> bool:
    if record["version"] != "kyodo-match/draw/v1":
        return False
    whole = "".join(line + "\n" for line in record["manifest"]).encode("utf-8")
    if hashlib.sha256(whole).hexdigest() != record["manifest_sha256"]:
        return False
    applications = [json.loads(line) for line in record["manifest"]]
    if [_line(one) for one in applications] != record["manifest"]:
        return False
    if not _is_sane(applications, record):
        return False
    if "results" not in record:
        return True
    return bool(_outcome(applications, record) == record["results"])


def _line(application: Json) -> str:
    text = json.dumps(application, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return unicodedata.normalize("NFC", text)


def _is_sane(applications: list[Json], record: Json) -> bool:
    entries = [one["entry"] for one in applications]
    slots = [slot["id"] for slot in record["slots"]]
    classes = [one["class"] for one in record["classes"]]
    return (
        entries == sorted(set(entries), key=lambda entry: entry.encode("utf-8"))
        and len(set(slots)) == len(slots)
        and all(
            one.keys() == {"choices", "class", "entry", "size"}
            and one["class"] in classes
            and one["size"] in (1, 2, 3, 4, 5)
            and len(one["choices"]) == len(set(one["choices"])) <= 5
            and set(one["choices"]) <= set(slots)
            for one in applications
        )
    )


def _outcome(applications: list[Json], record: Json) -> list[Json] | None:
    """The results as they should be; None where entropy and seed should not be as they are."""

    def first(one: Json) -> int:
        return int(one["class"]) if record["mode"] == "serial" else 0

    wanted = {slot["id"]: 0 for slot in record["slots"]}
    for one in applications:
        for wish in one["choices"][:1]:
            wanted[wish] += one["size"]
    given = [record[key] for key in ("entropy", "entropy_source", "entropy_recorded_at", "seed")]
    if all(wanted[slot["id"]] <= slot["capacity"] for slot in record["slots"]):
        if given != [None, None, None, None]:
            return None
        order = sorted(applications, key=lambda one: (first(one), one["entry"].encode()))
        got = {one["entry"]: (one["choices"] or [None])[0] for one in order}
        return [_result(one, None, got[one["entry"]], []) for one in order]
    text = f"kyodo-match/draw/v1|{record['round']}|{record['entropy']}"
    seed = hashlib.sha256(text.encode("utf-8")).digest()
    if None in given or seed.hex() != record["seed"]:
        return None
    numbers = {
        one["entry"]: hmac.new(seed, one["entry"].encode("utf-8"), hashlib.sha256).hexdigest()
        for one in applications
    }
    order = sorted(
        applications,
        key=lambda one: (first(one), int(numbers[one["entry"]], 16), one["entry"].encode()),
    )
    got = _in_turn(order, record) if record["mode"] == "serial" else _by_asking(order, record)
    queues: dict[str, list[str]] = {slot["id"]: [] for slot in record["slots"]}
    for one in order:
        for slot in one["choices"]:
            if got[one["entry"]] is None:
                queues[slot].append(one["entry"])
    return [
        _result(
            one,
            numbers[one["entry"]],
            got[one["entry"]],
            [
                {"slot": slot, "position": queues[slot].index(one["entry"]) + 1}
                for slot in one["choices"]
                if one["entry"] in queues[slot]
            ],
        )
        for one in order
    ]


def _result(one: Json, number: str | None, slot: str | None, waitlist: list[Json]) -> Json:
    return {
        "entry": one["entry"],
        "class": one["class"],
        "number": number,
        "slot": slot,
        "waitlist": waitlist,
    }


def _in_turn(order: list[Json], record: Json) -> dict[str, str | None]:
    left = {slot["id"]: slot["capacity"] for slot in record["slots"]}
    got: dict[str, str | None] = {}
    for one in order:
        got[one["entry"]] = None
        for slot in one["choices"]:
            if left[slot] >= one["size"]:
                left[slot] -= one["size"]
                got[one["entry"]] = slot
                break
    return got


def _by_asking(order: list[Json], record: Json) -> dict[str, str | None]:
    """One after another, the last of the order first: who asks when must not matter."""
    holds: dict[str, list[Json]] = {slot["id"]: [] for slot in record["slots"]}
    slots = {slot["id"]: slot for slot in record["slots"]}
    still = {one["entry"]: list(one["choices"]) for one in order}
    waiting = list(order)
    while waiting:
        one = waiting.pop()
        if not still[one["entry"]]:
            continue
        slot = still[one["entry"]].pop(0)
        asking = [other for other in order if other in holds[slot] or other is one]
        chosen: list[Json] = []
        for draw_class, places in slots[slot]["reserves"].items():
            own = [other for other in asking if other["class"] == int(draw_class)]
            chosen += own[:places]
        rest = [other for other in asking if other not in chosen]
        chosen += rest[: slots[slot]["capacity"] - len(chosen)]
        waiting += [other for other in asking if other not in chosen]
        holds[slot] = chosen
    got: dict[str, str | None] = {one["entry"]: None for one in order}
    for slot, held in holds.items():
        for one in held:
            got[one["entry"]] = slot
    return got
