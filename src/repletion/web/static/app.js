// A little help where there is JavaScript; every page works without it.

// The units offered are those of the test that was named.
const test = document.querySelector('input[name="lab_test"]');
const units = document.querySelector("datalist#units");
if (test && units) {
  const all = [...units.options].map((option) => option.value);
  test.addEventListener("change", () => {
    const named = test.value.trim().toLowerCase();
    const found = [...test.list.options].find(
      (option) => option.value.toLowerCase() === named || option.label.toLowerCase() === named,
    );
    const offered = found?.dataset.units?.split("|") ?? all;
    units.replaceChildren(...offered.map((value) => Object.assign(document.createElement("option"), { value })));
  });
}

// A button pressed twice sends the form once.
for (const sender of document.forms) {
  let sent = false;
  sender.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => (sent = false), 3000);
  });
}

// What takes long says at once that it is at work.
for (const slow of document.querySelectorAll("form[data-working]")) {
  const note = Object.assign(document.createElement("p"), { className: "working", hidden: true });
  note.setAttribute("role", "status");
  document.body.append(note);
  slow.addEventListener("submit", () => {
    note.hidden = false;
    note.textContent = slow.dataset.working;
  });
  window.addEventListener("pageshow", () => (note.hidden = true));
}

// How far it is, until its answer is there.
const wait = document.querySelector("[data-errand]");
if (wait) {
  const bar = wait.querySelector("progress");
  const step = wait.querySelector("#step");
  let ending = false; // the page that says so must not be overtaken by a look
  wait.querySelector("form").addEventListener("submit", () => (ending = true));
  const look = async () => {
    try {
      const answer = await fetch(`${wait.dataset.errand}/state`);
      const now = await answer.json();
      if (ending) return;
      if (now.finished) return location.reload();
      if (step.textContent !== now.words) step.textContent = now.words;
      if (now.of) Object.assign(bar, { max: now.of, value: now.done });
      setTimeout(look, 400);
    } catch {
      if (!ending) location.reload(); // it is held no more, or the server is gone: the page says so
    }
  };
  setTimeout(look, 300);
}
