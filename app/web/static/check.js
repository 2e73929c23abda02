// While a reply is written, what no fact backs is shown below it; the form then carries the word that it was seen.
const QUIET = 700;

export function checkWhileWriting() {
  const timers = new WeakMap();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-check]");
    if (!form || !event.target.matches("textarea")) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => check(form, event.target).catch(() => {}), QUIET)); // sending checks again
  });
}

async function check(form, area) {
  const written = area.value;
  if (!written.trim()) return show(form, "");
  const response = await fetch(form.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!response.ok || response.redirected || area.value !== written) return;
  show(form, await response.text());
}

function show(form, html) {
  const place = form.querySelector("[data-checked]");
  if (!place || place.dataset.shown === html) return;
  place.dataset.shown = html;
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  const label = form.querySelector("[data-send]");
  label.dataset.usual ??= label.textContent;
  label.textContent = place.querySelector("mark, li") ? label.dataset.send : label.dataset.usual;
}
