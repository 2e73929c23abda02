// New mail appears by itself: an event says "look again", and the page's live regions are fetched and replaced.
const QUIET = 250;

let pending = 0;
let isStale = false;
let looks = 0;

/** Fetch this page again and put its live regions in place of the old ones. */
export async function refresh() {
  const look = ++looks;
  const response = await fetch(location.href, { cache: "no-store" });
  if (response.redirected) {
    location.reload(); // signed out meanwhile
    return;
  }
  if (!response.ok) return;
  const text = await response.text();
  if (look !== looks) return; // a later look shows more; answers may overtake each other
  const fresh = new DOMParser().parseFromString(text, "text/html");
  document.title = fresh.title;
  let isKept = false;
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(old.id);
    if (!next || same(old, next)) continue;
    if (isBeingUsed(old)) isKept = true;
    else replace(old, next);
  }
  const notice = document.getElementById("changed");
  if (notice) notice.hidden = !isKept;
}

/** Listen for changes of the store's inbox; looks only while somebody looks. */
export function watch() {
  if (!document.querySelector("[data-live]")) return;
  // Since when: what changed before this page came to listen is told at once.
  const source = new EventSource(`/live?since=${encodeURIComponent(document.body.dataset.mark)}`);
  source.addEventListener("inbox", soon);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && isStale) soon();
  });
  window.addEventListener("pagehide", () => source.close());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-refresh]")) location.reload();
  });
}

function soon() {
  isStale = document.hidden;
  if (isStale) return;
  clearTimeout(pending);
  pending = setTimeout(() => refresh().catch(() => {}), QUIET); // the next event tries again
}

function same(old, next) {
  return strip(old) === strip(next);
}

/** A region's content without what differs at each look: ages, and what the visitor folded open. */
function strip(region) {
  const copy = region.cloneNode(true);
  for (const time of copy.querySelectorAll("time, [data-countdown]")) time.textContent = "";
  for (const details of copy.querySelectorAll("details")) details.removeAttribute("open");
  for (const button of copy.querySelectorAll("button[disabled]")) button.removeAttribute("disabled");
  return copy.innerHTML;
}

function isBeingUsed(region) {
  if (!region.hasAttribute("data-compose")) return false;
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  // Who has opened an editor and not begun yet is given the draft that comes up beside it: see `replace`.
  if (focused?.matches("input, select") || (focused?.matches("textarea") && !isEmptyEditor(focused))) return true;
  const fields = [...region.querySelectorAll("textarea, input:not([type=hidden]), select")];
  return fields.some((field) => (field.matches("select") ? isChosen(field) : field.value !== field.defaultValue));
}

function isChosen(select) {
  const initial = [...select.options].findIndex((option) => option.defaultSelected);
  return select.selectedIndex !== Math.max(initial, 0);
}

function isEmptyEditor(area) {
  return area.value === "" && area.closest("details[id]") !== null;
}

function replace(old, next) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const href = focused?.getAttribute("href");
  const editor = focused?.matches("textarea") ? focused.closest("details[id]")?.id : null;
  const folds = new Map([...old.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  for (const details of next.querySelectorAll("details[id]:not([name])")) {
    if (folds.has(details.id)) details.open = folds.get(details.id);
  }
  old.replaceWith(document.adoptNode(next));
  if (editor) resume(next.querySelector(`details#${CSS.escape(editor)}`));
  if (href) next.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
}

/** The editor that was open and empty, open and at hand again. */
function resume(details) {
  if (!details) return;
  details.open = true;
  details.querySelector("textarea").focus({ preventScroll: true });
  details.closest("[data-live]").scrollIntoView({ block: "start" });
}
