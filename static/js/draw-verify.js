// Checks the record of a draw by doing the draw again, in whoever's browser: docs/rules/draw.md.
// Needs nothing of this site. `verify(record)` gives the same findings as the command does.

export const VERSION = "kyodo-match/draw/v1";
export const VERSION_OF_SUPPLEMENTS = "kyodo-match/draw-supplement/v1";
const MODES = ["serial", "soft_reserves"];
const MOST = 999999999;
const MOST_CHOICES = 5;
const MOST_PEOPLE = 5;
const UNWRITABLE = /[\u0000-\u001f\u007f-\u009f]/;
const HALF = /\p{Surrogate}/u;
const MOMENT =
  /^(?!0000)\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const bytes = new TextEncoder();

/** Whether this browser can compute SHA-256 at all: it does so on https and on localhost only. */
export const canVerify = () => Boolean(globalThis.crypto?.subtle);

/** Everything that is wrong with a record: `[{code, …facts}]`, empty where it holds. */
export async function verify(record) {
  if (!isObject(record)) return [{ code: "not_a_record" }];
  if (record.version === VERSION_OF_SUPPLEMENTS) return verifySupplement(record);
  if (record.version !== VERSION) {
    return [{ code: "unknown_version", version: isText(record.version) ? record.version : null }];
  }
  const unreadable = faults(record, BEFORE);
  if (unreadable.length) return unreadable;
  if (!MODES.includes(record.mode)) return [{ code: "unknown_mode", mode: record.mode }];
  const [units, unfit] = readLines(record.manifest);
  unfit.push(...contradictions(units, record));
  const found = [...unfit, ...(await hash(record))];
  if (!AFTER.some(([key]) => key in record)) return found;
  const unreadableAfter = faults(record, AFTER);
  if (unreadableAfter.length) return [...found, ...unreadableAfter];
  const drawnAt = record.entropy_recorded_at;
  if (drawnAt !== null && Date.parse(drawnAt) < Date.parse(record.manifest_published_at)) {
    found.push({ code: "entropy_before_manifest" });
  }
  if (!unfit.length) found.push(...(await drawing(units, record)));
  return found;
}

// What may stand where.

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isWhole = (value) => Number.isInteger(value) && value >= 0 && value <= MOST;
const isText = (value) =>
  typeof value === "string" && value !== "" && !UNWRITABLE.test(value) && !HALF.test(value);
const isWritten = (value) => isText(value) && value.normalize("NFC") === value;
/** A day that there is: some browsers read the 30th of February as the 2nd of March. */
const isDay = (text) => {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};
const isMoment = (value) =>
  typeof value === "string" && MOMENT.test(value) && isDay(value.slice(0, 10));
const orNull = (isGood) => (value) => value === null || isGood(value);
const listOf = (isGood) => (value) => Array.isArray(value) && value.every(isGood);
const has = (parts) => (value) =>
  isObject(value) && parts.every(([key, isGood]) => key in value && isGood(value[key]));
const isReserves = (value) =>
  isObject(value) &&
  Object.entries(value).every(([of, most]) => /^(0|[1-9][0-9]{0,8})$/.test(of) && isWhole(most));

const isClass = has([["class", isWhole], ["name", isText]]);
const isSlot = has([
  ["id", isWritten], ["capacity", isWhole], ["minimum", orNull(isWhole)], ["reserves", isReserves],
]);
const isResult = has([
  ["entry", isWritten], ["class", isWhole], ["number", orNull(isText)], ["slot", orNull(isWritten)],
  ["waitlist", listOf(has([["slot", isWritten], ["position", isWhole]]))],
]);
const BEFORE = [
  ["round", isText], ["mode", isText], ["classes", Array.isArray, isClass],
  ["slots", Array.isArray, isSlot], ["manifest", Array.isArray], ["manifest_sha256", isText],
  ["manifest_published_at", isMoment],
];
const AFTER = [
  ["entropy", orNull(isText)], ["entropy_source", orNull(isText)],
  ["entropy_recorded_at", orNull(isMoment)], ["seed", orNull(isText)],
  ["results", Array.isArray, isResult], ["code_version", isText],
];

const isQueued = has([["entry", isWritten], ["class", isWhole], ["number", orNull(isText)]]);
const SUPPLEMENT = [
  ["round", isText], ["mode", isText], ["manifest_sha256", isText], ["at", isMoment],
  ["cancelled", Array.isArray, isWritten],
  ["left", Array.isArray, has([["slot", isWritten], ["places", isWhole]])],
  ["waiting", Array.isArray, has([["slot", isWritten], ["entries", listOf(isQueued)]])],
  ["displaced", Array.isArray], ["late", Array.isArray], ...AFTER,
];

function faults(record, parts) {
  return parts.flatMap(([key, isGood, isItem]) => {
    if (!(key in record)) return [{ code: "missing", key }];
    if (!isGood(record[key])) return [{ code: "malformed", key }];
    return (isItem ? record[key] : []).flatMap((item, at) =>
      isItem(item) ? [] : [{ code: "malformed", key: `${key}[${at}]` }],
    );
  });
}

// The manifest.

/** By code points, as bytes of UTF-8 sort; JavaScript itself compares halves of characters. */
function compare(one, other) {
  const shorter = Math.min(one.length, other.length);
  let at = 0;
  while (at < shorter && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at === shorter ? one.length - other.length : one.codePointAt(at) - other.codePointAt(at);
}

function readLine(line) {
  let facts;
  try {
    facts = JSON.parse(line);
  } catch {
    return null;
  }
  const isUnit =
    typeof line === "string" && isObject(facts) &&
    Object.keys(facts).sort().join() === "choices,class,entry,size" &&
    isText(facts.entry) && isWhole(facts.class) && isWhole(facts.size) &&
    listOf(isText)(facts.choices);
  if (!isUnit) return null;
  const unit = {
    choices: facts.choices.map((choice) => choice.normalize("NFC")),
    class: facts.class,
    entry: facts.entry.normalize("NFC"),
    size: facts.size,
  };
  return JSON.stringify(unit) === line ? unit : null;
}

function readLines(lines) {
  const every = lines.map(readLine);
  const units = every.filter((unit) => unit !== null);
  const found = every.flatMap((unit, at) =>
    unit ? [] : [{ code: "line_not_canonical", line: at + 1 }],
  );
  units.slice(1).forEach((unit, at) => {
    if (compare(unit.entry, units[at].entry) < 0) {
      found.push({ code: "entries_not_sorted", entry: unit.entry });
    }
  });
  return [units, [...found, ...unitFaults(units)]];
}

function unitFaults(units) {
  const found = [];
  const seen = new Set();
  for (const { entry, size, choices } of units) {
    if (seen.has(entry)) found.push({ code: "entry_twice", entry });
    seen.add(entry);
    if (size < 1 || size > MOST_PEOPLE) found.push({ code: "size_out_of_range", entry, size });
    if (choices.length > MOST_CHOICES) {
      found.push({ code: "too_many_choices", entry, choices: choices.length });
    }
    if (new Set(choices).size < choices.length) found.push({ code: "choice_twice", entry });
  }
  return found;
}

function contradictions(units, { classes, slots, mode }) {
  const found = [];
  const times = new Map();
  for (const { class: of } of classes) times.set(of, (times.get(of) ?? 0) + 1);
  for (const [of, n] of times) if (n > 1) found.push({ code: "class_twice", class: of });
  const known = new Set();
  for (const { id: slot, capacity, reserves } of slots) {
    if (known.has(slot)) found.push({ code: "slot_twice", slot });
    known.add(slot);
    const kept = Object.values(reserves);
    if (kept.length && mode !== "soft_reserves") found.push({ code: "reserves_not_in_mode", slot });
    if (kept.reduce((sum, most) => sum + most, 0) > capacity) {
      found.push({ code: "reserves_above_capacity", slot });
    }
  }
  for (const { entry, choices, class: of } of units) {
    for (const slot of choices) {
      if (!known.has(slot)) found.push({ code: "slot_unknown", entry, slot });
    }
    if (!times.has(of)) found.push({ code: "class_unknown", entry, class: of });
  }
  for (const { id: slot, reserves } of slots) {
    for (const of of Object.keys(reserves).map(Number)) {
      if (!times.has(of)) found.push({ code: "reserve_unknown", slot, class: of });
    }
  }
  if (mode === "soft_reserves") {
    for (const { entry, size } of units) {
      if (size > 1) found.push({ code: "party_with_reserves", entry });
    }
  }
  return found;
}

// Numbers.

const hex = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = (text) => crypto.subtle.digest("SHA-256", bytes.encode(text));

async function hash({ manifest, manifest_sha256: found }) {
  const isTextOnly = manifest.every((line) => typeof line === "string" && !HALF.test(line));
  const expected = isTextOnly ? hex(await sha256(manifest.map((line) => `${line}\n`).join(""))) : null;
  return expected === found ? [] : [{ code: "hash_mismatch", expected, found }];
}

/** The class counts before the number; among reserves it only opens those. */
const precedence = (one, mode) => (mode === "soft_reserves" ? 0 : one.class);

const keyOf = (seed) =>
  crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
const numberOf = async (key, entry) =>
  hex(await crypto.subtle.sign("HMAC", key, bytes.encode(entry)));

async function inOrder(units, seed, mode) {
  const key = await keyOf(seed);
  const numbered = await Promise.all(
    units.map(async (unit) => ({ ...unit, number: await numberOf(key, unit.entry) })),
  );
  return numbered.sort(
    (one, other) =>
      precedence(one, mode) - precedence(other, mode) ||
      compare(one.number, other.number) ||
      compare(one.entry, other.entry),
  );
}

// Placing.

function serial(order, slots) {
  const left = new Map(slots.map(({ id, capacity }) => [id, capacity]));
  return inTurn(order, left);
}

function inTurn(order, left) {
  return order.map(({ choices, size }) => {
    const slot = choices.find((choice) => left.get(choice) >= size) ?? null;
    if (slot !== null) left.set(slot, left.get(slot) - size);
    return slot;
  });
}

/** Whom a slot would choose among all who asked: ranks, the best first. */
function chosen(asked, order, { capacity, reserves }) {
  const ranks = [...asked].sort((one, other) => one - other);
  const kept = new Set(
    Object.entries(reserves).flatMap(([of, most]) =>
      ranks.filter((rank) => order[rank].class === Number(of)).slice(0, most),
    ),
  );
  const open = ranks.filter((rank) => !kept.has(rank)).slice(0, capacity - kept.size);
  return new Set([...kept, ...open]);
}

function softReserves(order, slots) {
  const held = new Map(slots.map((slot) => [slot.id, new Set()]));
  const bySlot = new Map(slots.map((slot) => [slot.id, slot]));
  const next = order.map(() => 0);
  let asking = order.map((_unit, rank) => rank);
  while (asking.length) {
    const turnedAway = [];
    const touched = new Set();
    for (const rank of asking) {
      const slot = order[rank].choices[next[rank]];
      if (slot === undefined) continue;
      next[rank] += 1;
      held.get(slot).add(rank);
      touched.add(slot);
    }
    for (const slot of touched) {
      const stay = chosen(held.get(slot), order, bySlot.get(slot));
      turnedAway.push(...[...held.get(slot)].filter((rank) => !stay.has(rank)));
      held.set(slot, stay);
    }
    asking = turnedAway;
  }
  const placed = order.map(() => null);
  for (const [slot, ranks] of held) for (const rank of ranks) placed[rank] = slot;
  return placed;
}

function needsDraw(units, slots) {
  const left = new Map(slots.map(({ id, capacity }) => [id, capacity]));
  for (const { choices, size } of units) {
    if (choices.length) left.set(choices[0], left.get(choices[0]) - size);
  }
  return [...left.values()].some((places) => places < 0);
}

function asResults(order, placed) {
  const waiting = new Map();
  return order.map((unit, rank) => ({
    entry: unit.entry,
    class: unit.class,
    number: unit.number ?? null,
    slot: placed[rank],
    waitlist:
      placed[rank] !== null
        ? []
        : unit.choices.map((slot) => {
            waiting.set(slot, (waiting.get(slot) ?? 0) + 1);
            return { slot, position: waiting.get(slot) };
          }),
  }));
}

function byEntry(units, mode) {
  return [...units].sort(
    (a, b) => precedence(a, mode) - precedence(b, mode) || compare(a.entry, b.entry),
  );
}

async function drawing(units, record) {
  const facts = [record.entropy, record.entropy_source, record.entropy_recorded_at, record.seed];
  const found = [];
  let expected;
  if (!needsDraw(units, record.slots)) {
    if (facts.some((fact) => fact !== null)) found.push({ code: "draw_not_needed" });
    const order = byEntry(units, record.mode);
    expected = asResults(order, order.map(({ choices }) => choices[0] ?? null))
      .map((result) => ({ ...result, waitlist: [] }));
  } else {
    if (facts.includes(null)) return [{ code: "entropy_missing" }];
    const seed = await sha256(`${VERSION}|${record.round}|${record.entropy}`);
    if (hex(seed) !== record.seed) {
      found.push({ code: "seed_mismatch", expected: hex(seed), found: record.seed });
    }
    const order = await inOrder(units, seed, record.mode);
    const place = record.mode === "serial" ? serial : softReserves;
    expected = asResults(order, place(order, record.slots));
  }
  return [...found, ...compared(expected, record.results), ...overfull(units, record)];
}

// What was placed after the draw: a record of its own.

async function verifySupplement(record) {
  const unreadable = faults(record, SUPPLEMENT);
  if (unreadable.length) return unreadable;
  if (!MODES.includes(record.mode)) return [{ code: "unknown_mode", mode: record.mode }];
  const [displaced, found] = readLines(record.displaced);
  const late = record.late.map(readLine);
  if (found.length || late.includes(null)) {
    return [...found, ...late.flatMap((unit, at) =>
      unit ? [] : [{ code: "late_not_canonical", line: at + 1 }],
    )];
  }
  const seed = record.entropy === null
    ? null : await sha256(`${VERSION}|${record.round}|${record.entropy}`);
  const expectedSeed = seed && hex(seed);
  if (expectedSeed !== record.seed) {
    found.push({ code: "seed_mismatch", expected: expectedSeed, found: record.seed });
  }
  const left = new Map(record.left.map(({ slot, places }) => [slot, places]));
  for (const slot of record.cancelled) {
    if (left.has(slot)) found.push({ code: "cancelled_slot_open", slot });
  }
  const key = seed && (await keyOf(seed));
  for (const { entry, number } of record.waiting.flatMap(({ entries }) => entries)) {
    const expected = key && (await numberOf(key, entry));
    if (number !== null && number !== expected) {
      found.push({ code: "number_mismatch", entry, expected, found: number });
    }
  }
  const openTo = (unit) => ({ ...unit, choices: unit.choices.filter((slot) => left.has(slot)) });
  const drawn = displaced.map(openTo);
  const unfit = unitFaults([...drawn, ...late]);
  if (unfit.length) return [...found, ...unfit];
  const slots = [...left].map(([id, capacity]) => ({ id, capacity }));
  if (seed === null && needsDraw(drawn, slots)) return [...found, { code: "entropy_missing" }];
  const first = seed === null
    ? byEntry(drawn, record.mode) : await inOrder(drawn, seed, record.mode);
  const order = [...first, ...late.map(openTo)];
  const expected = asResults(order, inTurn(order, left));
  const queues = queuesOf(expected, record);
  for (const { entry, waitlist } of expected) {
    for (const at of waitlist) at.position = queues.get(at.slot).indexOf(entry) + 1;
  }
  return [...found, ...compared(expected, record.results)];
}

/** Who waits for each slot, by precedence, number and entry; whoever has no number stays behind. */
function queuesOf(results, { waiting, mode }) {
  const queues = new Map(waiting.map(({ slot, entries }) => [slot, [...entries]]));
  for (const result of results) {
    for (const { slot } of result.waitlist) {
      queues.set(slot, [...(queues.get(slot) ?? []), result]);
    }
  }
  const byTurn = (a, b) => {
    if (a.number === null || b.number === null) return (a.number === null) - (b.number === null);
    return (
      precedence(a, mode) - precedence(b, mode) ||
      compare(a.number, b.number) || compare(a.entry, b.entry)
    );
  };
  return new Map(
    [...queues].map(([slot, queue]) => [slot, queue.sort(byTurn).map(({ entry }) => entry)]),
  );
}

// Comparing.

function compared(expected, results) {
  const given = new Map(results.map((result) => [result.entry, result]));
  const wanted = new Set(expected.map(({ entry }) => entry));
  const times = new Map();
  for (const { entry } of results) times.set(entry, (times.get(entry) ?? 0) + 1);
  const odd = [
    ...expected.filter(({ entry }) => !given.has(entry))
      .map(({ entry }) => ({ code: "result_missing", entry })),
    ...[...times.keys()].filter((entry) => !wanted.has(entry))
      .map((entry) => ({ code: "result_unknown", entry })),
    ...[...times.keys()].filter((entry) => times.get(entry) > 1)
      .map((entry) => ({ code: "result_twice", entry })),
  ];
  const found = [...odd];
  const moved = expected.findIndex((result, at) => result.entry !== results[at]?.entry);
  if (!odd.length && moved >= 0) {
    found.push({
      code: "order_wrong", position: moved + 1,
      expected: expected[moved].entry, found: results[moved].entry,
    });
  }
  for (const right of expected.filter(({ entry }) => given.has(entry))) {
    found.push(...parts(right, given.get(right.entry)));
  }
  return found;
}

function parts(right, given) {
  const { entry } = right;
  const found = [["class", "class_mismatch"], ["number", "number_mismatch"], ["slot", "placement_wrong"]]
    .filter(([part]) => right[part] !== given[part])
    .map(([part, code]) => ({ code, entry, expected: right[part], found: given[part] }));
  const waits = ({ waitlist }) => JSON.stringify(waitlist.map((at) => [at.slot, at.position]));
  return waits(right) === waits(given) ? found : [...found, { code: "waitlist_wrong", entry }];
}

function overfull(units, { slots, results }) {
  const sizes = new Map(units.map(({ entry, size }) => [entry, size]));
  const taken = new Map();
  for (const { entry, slot } of results) {
    taken.set(slot, (taken.get(slot) ?? 0) + (sizes.get(entry) ?? 0));
  }
  return slots.flatMap(({ id: slot, capacity }) =>
    (taken.get(slot) ?? 0) > capacity
      ? [{ code: "capacity_exceeded", slot, capacity, found: taken.get(slot) }]
      : [],
  );
}
