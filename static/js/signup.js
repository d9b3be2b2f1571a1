// Companions one at a time. Without scripts all rows are there, inside <details>.
//
// <details data-companions data-add="同行者を追加する" data-remove="この同行者を消す">
//   <summary>…</summary>
//   <fieldset class="fieldset-card" data-companion>…</fieldset> …
// </details>

function filled(row) {
  return [...row.querySelectorAll('input[type="text"]')].some((input) => input.value !== "");
}

function clear(row) {
  for (const input of row.querySelectorAll('input[type="text"]')) {
    input.value = "";
  }
  for (const select of row.querySelectorAll("select")) {
    select.selectedIndex = 0;
  }
  for (const choice of row.querySelectorAll(":checked:is(input)")) {
    choice.checked = false;
  }
}

function makeButton(text, kind) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button button--${kind}`;
  button.textContent = text;
  return button;
}

function enhance(box) {
  const rows = [...box.querySelectorAll("[data-companion]")];
  const add = makeButton(box.dataset.add, "secondary");
  const refresh = () => {
    add.hidden = rows.every((row) => !row.hidden);
  };

  for (const row of rows) {
    const tools = document.createElement("p");
    const remove = makeButton(box.dataset.remove, "danger");
    tools.className = "fieldset-card__tools";
    tools.append(remove);
    row.append(tools);
    row.hidden = !filled(row) && !row.querySelector("[aria-invalid]");
    remove.addEventListener("click", () => {
      clear(row);
      row.hidden = true;
      refresh();
      add.focus();
    });
  }

  add.addEventListener("click", () => {
    const row = rows.find((candidate) => candidate.hidden);
    row.hidden = false;
    refresh();
    row.querySelector("input, select").focus();
  });

  box.append(add);
  box.open ||= rows.some((row) => !row.hidden);
  refresh();

  // Who comes along for somebody else, or stays at home, names those who take part.
  const askForSomebody = (choice) => {
    if (choice.checked && choice.value !== "1" && rows.every((row) => row.hidden)) {
      box.open = true;
      rows[0].hidden = false;
      refresh();
    }
  };
  for (const choice of document.querySelectorAll('input[name="applicant_participates"]')) {
    choice.addEventListener("change", () => askForSomebody(choice));
    askForSomebody(choice);
  }
}

for (const box of document.querySelectorAll("[data-companions]")) {
  enhance(box);
}
