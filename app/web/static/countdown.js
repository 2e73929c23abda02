// How long a reply can still be taken back. At zero the page looks again.

export function countDown(refresh) {
  const finished = new Set();
  const tick = () => {
    for (const element of document.querySelectorAll("[data-countdown]")) {
      const left = Math.ceil((new Date(element.dataset.countdown) - Date.now()) / 1000);
      element.textContent = left > 90 ? `in ${Math.round(left / 60)} min` : left > 0 ? `in ${left} s` : "now";
      if (left <= 0 && !finished.has(element.dataset.countdown)) {
        finished.add(element.dataset.countdown);
        setTimeout(() => refresh().catch(() => {}), 1500);
      }
    }
  };
  tick();
  setInterval(tick, 250);
}
