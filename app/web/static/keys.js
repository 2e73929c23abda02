// The keyboard: a key finds the element that names it in data-key, so a page without the thing ignores its key.
const FIELDS = "input, textarea, select";

export function listenForKeys() {
  for (const button of document.querySelectorAll("[data-dialog]")) {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById(button.dataset.dialog).showModal());
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return sendWritten(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return leave(event.target);
    if (event.target.closest(FIELDS)) return;
    // A key that is held down moves on and on, but does nothing twice.
    if (move(event.key) || (!event.repeat && press(event.key))) event.preventDefault();
  });
}

function sendWritten(event) {
  const form = event.target.closest("textarea")?.form;
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
}

function leave(element) {
  const fold = element.closest(".acts > details[open]");
  if (fold) {
    fold.open = false;
    fold.querySelector("summary").focus();
  } else if (element.matches(FIELDS)) {
    element.blur();
  }
}

function move(key) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!step || !rows.length) return false;
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
  return true;
}

function press(key) {
  const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!element || element.disabled) return false;
  if (element.matches("summary")) unfold(element.parentElement);
  else if (element.matches("input")) element.focus();
  else element.click();
  return true;
}

function unfold(details) {
  details.open = true;
  const first = details.querySelector("textarea, select, button");
  first.focus();
  first.scrollIntoView({ block: "nearest" });
}
