// Find a name while typing. Without scripts the form asks the server.

const form = document.querySelector("[data-reception-search]");

// As the server compares: hiragana for katakana, full width and case alike, no spaces.
function key(text) {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/\s+/g, "");
}

if (form) {
  const typed = form.querySelector("[name=q]");
  const none = document.querySelector("[data-reception-none]");
  const people = [...document.querySelectorAll("[data-reception-name]")];

  const filter = () => {
    const wanted = key(typed.value);
    for (const person of people) {
      person.hidden = !key(person.dataset.receptionName).includes(wanted);
    }
    none.hidden = people.some((person) => !person.hidden);
  };

  typed.addEventListener("input", filter);
  form.addEventListener("submit", (event) => {
    // Nothing to ask for: the whole list is here.
    if (!form.dataset.receptionSearch) {
      event.preventDefault();
      filter();
    }
  });
}
