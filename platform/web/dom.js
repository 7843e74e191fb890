// dom.js - makes elements. What is said in them is always text, never HTML: whatever a citizen or a
// publisher wrote stays letters.

export function h(tag, attrs, ...children) {
  const e = document.createElement(tag);
  for (const [key, value] of Object.entries(attrs || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
    else if (key in e && (typeof value === "boolean" || key === "value")) e[key] = value;
    else e.setAttribute(key, value === true ? "" : value);
  }
  e.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return e;
}

export const $ = (id) => document.getElementById(id);

export function show(...children) {
  const main = $("main");
  main.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return main;
}

// A label and its field, one below the other; hint: a sentence under it.
export function field(label, input, hint) {
  const id = input.id;
  const says = hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null;
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id }, label), input, says);
}

export function select(id, options, value, onchange) {
  return h("select", { id, onchange }, options.map(([v, text]) =>
    h("option", { value: v, selected: v === value }, text)));
}

// Up and down go from row to row, as in a list; Home and End to its ends.
export function listKeys(table) {
  table.addEventListener("keydown", (ev) => {
    const links = [...table.querySelectorAll("tbody .open")];
    const at = links.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[ev.key];
    if (at < 0 || to === undefined || !links[to]) return;
    links[to].focus();
    ev.preventDefault();
  });
  return table;
}

export function table(heads, rows, caption) {
  return h("div", { class: "scroll" }, h("table", null,
    caption ? h("caption", { class: "unseen" }, caption) : null,
    h("thead", null, h("tr", null, heads.map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", null, rows)));
}

export const chip = (kind, text) => h("span", { class: `chip ${kind}` }, text);

export function banner(kind, title, line) {
  return h("div", { class: `banner ${kind}`, role: kind === "bad" ? "alert" : null },
    h("strong", null, title), line ? h("p", null, line) : null);
}

// Says something that was done, where screen readers hear it too; it goes after a while.
let quiet = 0;
export function say(text) {
  const e = $("say");
  e.textContent = text;
  e.classList.add("on");
  clearTimeout(quiet);
  quiet = setTimeout(() => e.classList.remove("on"), 6000);
}

// Asks once more. body: elements above the buttons. done(form) says whether the dialog may close.
export function ask(title, body, yes, no, done, danger) {
  const dialog = $("ask");
  const fault = h("p", { class: "fault", role: "alert" });
  const form = h("form", { method: "dialog" }, h("h2", { id: "ask-title" }, title), body, fault,
    h("div", { class: "buttons" },
      h("button", { type: "submit", class: danger ? "danger" : "primary", id: "ask-yes" }, yes),
      h("button", { type: "button", id: "ask-no", onclick: () => dialog.close() }, no)));
  form.addEventListener("submit", async (ev) => {
    ev.preventDefault();
    const button = form.querySelector("#ask-yes");
    button.disabled = true;
    const wrong = await done(form);
    button.disabled = false;
    if (wrong) fault.textContent = wrong;
    else dialog.close();
  });
  dialog.setAttribute("aria-labelledby", "ask-title");
  dialog.replaceChildren(form);
  dialog.showModal();
  (form.querySelector("textarea, input") || form.querySelector("#ask-no")).focus();
}
