// Forms: pressed twice they are sent once, and what is being written is not lost by a slip.

// Whoever presses twice must not release the draft that came up meanwhile, unread.
const TOO_SOON = 600;

export function guardForms() {
  let isSending = false;
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    const isUnread = document.querySelector("#released:not([hidden])") && event.target.closest("#reply");
    if (isSending || (isUnread && performance.now() < TOO_SOON)) {
      event.preventDefault();
      return;
    }
    const words = event.target.closest("#reply") && [...document.querySelectorAll("#reply textarea")].find(isWritten);
    if (words && !event.target.contains(words) && !confirm("What you have written here is not sent by this. Go on without it?")) {
      event.preventDefault();
      unfold(words);
      return;
    }
    isSending = true;
    for (const button of event.target.querySelectorAll("button")) button.disabled = true;
  });
  // Coming back by the browser's own button shows the page as it was left, disabled buttons and all.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && [...document.querySelectorAll("textarea")].some(isWritten)) event.preventDefault();
  });
}

function isWritten(area) {
  return area.value !== area.defaultValue;
}

function unfold(area) {
  area.closest("details").open = true;
  area.focus();
}
