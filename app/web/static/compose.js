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
    isSending = true;
    for (const button of event.target.querySelectorAll("button")) button.disabled = true;
  });
  // Coming back by the browser's own button shows the page as it was left, disabled buttons and all.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  window.addEventListener("beforeunload", (event) => {
    const isWritten = [...document.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
    if (isWritten && !isSending) event.preventDefault();
  });
}
