// The page that checks a record: a chosen file, or the published record of `data-draw`.

import { canVerify, VERSION, verify } from "./draw-verify.js";

const MOST_SHOWN = 20;
const box = document.querySelector("[data-draw-verify]");
const part = (name) => box.querySelector(`[data-${name}]`);

function show(verdict) {
  for (const one of box.querySelectorAll("[data-verdict]")) {
    one.hidden = one.dataset.verdict !== verdict;
  }
  part("facts").hidden = !["right", "before", "wrong"].includes(verdict);
}

/** The words of a finding, with its facts where the words name them. */
function words({ code, ...facts }) {
  const text = part("words").content.querySelector(`[data-code="${code}"]`).textContent;
  return text.replace(/%\((\w+)\)s/g, (_whole, name) => facts[name] ?? box.dataset.none);
}

function tell(findings) {
  part("findings").replaceChildren(
    ...findings.slice(0, MOST_SHOWN).map((finding) => {
      const item = document.createElement("li");
      item.textContent = words(finding);
      return item;
    }),
  );
  const more = part("more");
  more.hidden = findings.length <= MOST_SHOWN;
  more.textContent = more.dataset.more.replace("%(n)s", findings.length - MOST_SHOWN);
}

/** A moment as people read it; what is none stays as it stands there. */
function shown(value) {
  const at = /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : null;
  if (at === null || Number.isNaN(at.getTime())) return value;
  return at.toLocaleString("ja-JP", { timeZone: "Asia/Tokyo", dateStyle: "long", timeStyle: "short" });
}

function fill(record) {
  const counts = {
    entries: record?.manifest?.length,
    slots: record?.slots?.length,
    placed: Array.isArray(record?.results)
      ? record.results.filter((result) => typeof result?.slot === "string").length
      : undefined,
  };
  for (const cell of box.querySelectorAll("[data-fact]")) {
    const value = { ...record, ...counts }[cell.dataset.fact];
    cell.textContent = shown(value ?? "");
    cell.parentElement.hidden = value === undefined || value === null;
  }
}

/** What stands at the address of a record before there is a list: nothing to check yet. */
const isAnnounced = (record) =>
  record?.version === VERSION && !("manifest" in record) && !("results" in record);

let latest = 0;

/** Check what `read` gives; what was asked for later counts. */
async function check(read) {
  latest += 1;
  const mine = latest;
  show("busy");
  let record;
  let findings;
  try {
    record = JSON.parse((await read()).replace(/^\uFEFF/, ""));
    findings = await verify(record);
  } catch (error) {
    if (mine === latest) show(error instanceof Absent ? "absent" : "unreadable");
    return;
  }
  if (mine !== latest) return;
  if (isAnnounced(record)) {
    show("announced");
    return;
  }
  tell(findings);
  fill(record);
  if (findings.length) show("wrong");
  else show("results" in record ? "right" : "before");
}

class Absent extends Error {}

async function published(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Absent(address);
  return answer.text();
}

box.hidden = false;
if (!canVerify()) {
  part("chooser").hidden = true; // a file would be chosen for nothing
  show("unable");
} else {
  const file = box.querySelector("[type=file]");
  // The same file chosen again, changed meanwhile, is another choice.
  file.addEventListener("click", () => { file.value = ""; });
  file.addEventListener("change", () => {
    if (file.files.length) check(() => file.files[0].text());
  });
  if (box.dataset.draw) check(() => published(box.dataset.draw));
}
