// Lights the sentences of a value without loading the page anew, and the keys of the review. Nothing needs it.
"use strict";

(() => {
  const report = document.getElementById("report");
  if (!report) return;
  const rows = [...document.querySelectorAll(".value")];
  const lit = [...report.querySelectorAll("[data-v]")];
  const OFF = "oncocase-keys-off";

  const chosen = () => rows.findIndex((row) => row.classList.contains("chosen"));

  // Scrolls the box of the text, not the page, where it is a box.
  function reveal(element) {
    const inside = element.getBoundingClientRect();
    const box = report.getBoundingClientRect();
    report.scrollTop += inside.top - box.top - report.clientHeight / 3;
    if (report.scrollHeight <= report.clientHeight) element.scrollIntoView({ block: "center" });
  }

  function light(number) {
    let first = null;
    for (const element of lit) {
      const is = element.dataset.v.split(" ").includes(number);
      element.classList.toggle("lit", is);
      if (is && (!first || (element.tagName === "MARK" && first.tagName !== "MARK"))) first = element;
    }
    if (first) reveal(first);
  }

  function choose(element, focus) {
    for (const other of document.querySelectorAll(".chosen")) {
      other.classList.remove("chosen");
      const open = other.querySelector("details[open]");
      if (open && other !== element) open.open = false;
    }
    element.classList.add("chosen");
    light(element.dataset.number);
    const details = element.querySelector("details");
    if (details) details.open = true;
    if (focus) {
      element.querySelector("a.look").focus({ preventScroll: true });
      element.scrollIntoView({ block: "nearest" });
    }
  }

  function move(step, wanted) {
    for (let at = chosen() + step; at >= 0 && at < rows.length; at += step) {
      if (!wanted || rows[at].dataset.state === wanted) return choose(rows[at], true);
    }
  }

  function press(decision) {
    const row = rows[chosen()];
    const button = row && row.querySelector(`button[value="${decision}"]`);
    if (button) button.click();
  }

  function into(name) {
    const row = rows[chosen()];
    if (!row) return;
    row.querySelector("details").open = true;
    const input = row.querySelector(`input[name="${name}"]`);
    input.focus();
    input.select();
    return input;
  }

  // After r the Enter of the reason rejects; after e that of value or reason saves.
  function arm(decision, input) {
    if (input) input.form.dataset.enter = decision;
  }

  const keys = {
    j: () => move(1),
    k: () => (chosen() < 0 ? undefined : move(-1)),
    n: () => move(1, "waiting"),
    a: () => press("accept"),
    e: () => arm("edit", into("value")),
    r: () => arm("reject", into("why")),
    u: () => press("undo"),
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.look");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link.closest("[data-number]"), false);
    const place = link.closest("article") && document.getElementById(link.hash.slice(1));
    if (place) reveal(place);
  });

  // A click on a marked word chooses its value.
  report.addEventListener("click", (event) => {
    const mark = event.target.closest("mark[data-v]");
    if (!mark || String(getSelection())) return;
    const row = rows.find((one) => one.dataset.number === mark.dataset.v.split(" ")[0]);
    if (row) choose(row, true);
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input, select, textarea, [contenteditable]");
    if (field) {
      if (event.key === "Escape") {
        const row = field.closest(".value");
        field.blur();
        if (row) row.querySelector("a.look").focus();
      } else if (event.key === "Enter" && field.form && field.form.dataset.enter) {
        event.preventDefault();
        field.form.querySelector(`button[value="${field.form.dataset.enter}"]`).click();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || off() || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  // One press, one decision.
  for (const form of document.querySelectorAll("form.decide")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form.decide")) delete form.dataset.sent;
  });

  function off() {
    return sessionStorage.getItem(OFF) === "yes";
  }
  const toggle = document.getElementById("keys-off");
  function show() {
    toggle.setAttribute("aria-pressed", String(off()));
    document.body.classList.toggle("keyed", !off());
  }
  toggle.addEventListener("click", () => {
    sessionStorage.setItem(OFF, off() ? "no" : "yes");
    show();
  });
  document.querySelector(".keys").hidden = false;
  show();

  const first = document.querySelector(".value.chosen, .contradiction.chosen");
  if (first) {
    light(first.dataset.number);
    const problem = first.querySelector(".problem");
    const fields = problem ? [...first.querySelectorAll("input:not([type=hidden])")] : [];
    const input = fields.find((field) => !field.value) || fields[0];
    (input || first.querySelector("a.look")).focus({ preventScroll: true });
    first.scrollIntoView({ block: "center" });
  }
})();
