// Bring a refused form's summary to the reader's attention.

const summary = document.querySelector("[data-error-summary]");

if (summary) {
  summary.focus();
}
