// A template while it is written: its problems and the mail that it makes follow each change. Without this, a button does it.
const QUIET = 350;

const form = document.getElementById("wording");
const source = document.getElementById("source");
const panel = document.getElementById("preview");
const frame = document.getElementById("mail");

let timer = 0;
let asking = null;

for (const button of form.querySelectorAll("[data-noscript]")) button.hidden = true;
document.getElementById("letter").hidden = true;
frame.hidden = false;

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, QUIET);
});
form.elements.named?.addEventListener("input", () => {
  form.elements.facts.value = "named";
});
document.addEventListener("click", (event) => {
  const fact = event.target.closest("[data-insert]");
  if (fact) insert(fact.dataset.insert);
  const line = event.target.closest("[data-line]");
  if (line) select(Number(line.dataset.line));
});
frame.addEventListener("load", ask);
if (frame.contentDocument?.readyState === "complete") ask();

async function ask() {
  asking?.abort();
  asking = new AbortController();
  panel.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.dataset.preview, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
      signal: asking.signal,
    });
    if (response.redirected) location.reload(); // signed out meanwhile
    else if (response.ok) show(await response.json());
    else say("The preview could not be made. Your text is still here; try again.");
  } catch (error) {
    if (error.name === "AbortError") return;
    say("The preview could not be made: there is no connection. Your text is still here.");
  }
  panel.removeAttribute("aria-busy");
}

function show(preview) {
  const list = document.querySelector("#said ul");
  list.replaceChildren(...preview.problems.map(problem), ...preview.warnings.map((text) => item(text, "warn")));
  source.setAttribute("aria-invalid", String(preview.problems.length > 0));
  document.getElementById("findings").replaceChildren(...preview.findings.map((text) => item(text, "")));
  document.getElementById("facts").textContent = `${preview.facts}. Nothing is sent.`;
  say(preview.html ? preview.note : `${preview.note} What you see is the last text that could be written.`.trim());
  if (!preview.html) return;
  document.getElementById("text").textContent = preview.text;
  const shown = frame.contentDocument.documentElement;
  shown.innerHTML = preview.html;
  for (const link of shown.querySelectorAll("a")) {
    link.removeAttribute("href"); // it is looked at, not followed
    link.style.textDecoration = "underline";
  }
  frame.style.blockSize = `${Math.min(shown.scrollHeight + 4, 900)}px`;
}

function say(text) {
  const note = document.getElementById("note");
  note.textContent = text;
  note.hidden = !text;
}

function problem({ line, sentence }) {
  if (!line) return item(sentence, "bad");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.dataset.line = line;
  button.textContent = `Line ${line}`;
  const found = item(`: ${sentence}`, "bad");
  found.prepend(button);
  return found;
}

function item(text, tone) {
  const made = document.createElement("li");
  made.className = tone;
  made.textContent = text;
  return made;
}

function select(line) {
  const lines = source.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  source.focus();
  source.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
}

function insert(text) {
  source.focus();
  source.setRangeText(text, source.selectionStart, source.selectionEnd, "end");
  source.dispatchEvent(new Event("input", { bubbles: true }));
}
