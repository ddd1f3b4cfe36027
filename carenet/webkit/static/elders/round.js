// The line of a service day: Enter goes to the next field of the row; in the last one the form saves the row
// and the page comes back with the cursor at the next person. Without this script Enter saves the row at once.
(() => {
  const list = document.querySelector("[data-round]");
  if (!list) return;
  list.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches("input.govuk-input")) return;
    const fields = [...field.form.querySelectorAll("input.govuk-input")];
    const next = fields[fields.indexOf(field) + 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  });
  const here = list.querySelector("[autofocus]");
  if (here) {
    here.focus();
    here.select();
  }
})();
