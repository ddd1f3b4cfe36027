// One question a screen on narrow screens; without this script the whole form is one page.
// Answers are saved one by one by htmx; nothing here is needed to save or to sign.
(() => {
  const form = document.querySelector("[data-assessment]");
  if (!form || document.querySelector(".govuk-error-summary")) return;
  const items = [...form.querySelectorAll("[data-item]")];
  const bar = document.createElement("div");
  bar.className = "el-steps";
  const button = (text, secondary) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "govuk-button" + (secondary ? " govuk-button--secondary" : "");
    made.textContent = text;
    return made;
  };
  const previous = button(form.dataset.previous, true);
  const next = button(form.dataset.next, false);
  const toggle = button(form.dataset.all, true);
  bar.append(previous, next, toggle);
  form.append(bar);

  const answered = (item) =>
    item.querySelector("input:checked") || !item.querySelector("input[type=radio]");
  let here = items.findIndex((item) => !answered(item));
  if (here < 0) here = items.length - 1;
  let single = window.matchMedia("(max-width: 40em)").matches;

  const draw = (move) => {
    form.classList.toggle("el-one", single);
    items.forEach((item, index) => item.classList.toggle("el-here", index === here));
    form.querySelectorAll(".el-section").forEach((section) => {
      const heading = section.querySelector("h2");
      heading.classList.toggle("el-here", section.contains(items[here]));
    });
    previous.hidden = next.hidden = !single;
    previous.disabled = here === 0;
    next.hidden = !single || here === items.length - 1;
    toggle.textContent = single ? form.dataset.all : form.dataset.one;
    if (move && single) {
      form.scrollIntoView({ block: "start" });
      const first = items[here].querySelector("input:checked, input:not([type=hidden]), select");
      if (first) first.focus({ preventScroll: true });
    }
  };
  const go = (step) => {
    here = Math.min(items.length - 1, Math.max(0, here + step));
    draw(true);
  };
  previous.addEventListener("click", () => go(-1));
  next.addEventListener("click", () => go(1));
  toggle.addEventListener("click", () => {
    single = !single;
    draw(true);
  });
  draw(false);
})();
