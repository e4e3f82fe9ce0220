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

// What takes long says that it is at work; the browser's own stop button ends it.
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
