// Ask before a form with data-confirm is sent. Without scripts it is sent at once.

const { confirmYes, confirmNo } = document.body.dataset;

function make(name, className, text) {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

function ask(question) {
  return new Promise((answer) => {
    const dialog = make("dialog", "confirm", "");
    const text = make("p", "confirm__text", question);
    const buttons = make("div", "confirm__buttons", "");
    const no = make("button", "button button--secondary", confirmNo);
    const yes = make("button", "button button--danger", confirmYes);
    text.id = "confirm-text";
    dialog.setAttribute("aria-labelledby", text.id);
    no.type = yes.type = "button";
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => dialog.close("yes"));
    dialog.addEventListener("close", () => {
      answer(dialog.returnValue === "yes");
      dialog.remove();
    });
    buttons.append(no, yes);
    dialog.append(text, buttons);
    document.body.append(dialog);
    dialog.showModal();
  });
}

const answered = new WeakSet();

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", async (event) => {
    if (answered.delete(form)) {
      return;
    }
    event.preventDefault();
    if (await ask(form.dataset.confirm)) {
      answered.add(form);
      form.requestSubmit(event.submitter);
    }
  });
}
