// cases.js - the clerk's cases: the list with its filters, and one case opened.

import { call } from "./api.js";
import { ask, banner, chip, field, h, listKeys, say, select, show, table, $ } from "./dom.js";
import { clock, day, has, language, t, time, wrong } from "./words.js";

const filter = { state: "open", service: "", terminal: "", due: "", find: "", page: 0 };
const KIND = { received: "sel", asked: "warn", accepted: "ok", returned: "bad", finished: "mute" };
const stateChip = (state) => chip(KIND[state] || "mute", t(`state.${state}`));

// How long there is left of what was promised: words, and how loud they are.
function due(row, today) {
  if (!row.due) return { kind: "", text: t("due.none") };
  const left = row.due - today;
  if (row.state === "returned" || row.state === "finished") return { kind: "", text: day(row.due) };
  if (left < 0) return { kind: "bad", text: t("due.over", { n: -left, day: day(row.due) }) };
  if (left === 0) return { kind: "warn", text: t("due.today") };
  return { kind: left <= 3 ? "warn" : "", text: t("due.left", { n: left, day: day(row.due) }) };
}

// --- the list --------------------------------------------------------------------------------

function listRow(row, today) {
  const d = due(row, today);
  return h("tr", { onclick: () => { location.hash = `#/case/${row.ref}`; } },
    h("td", { class: "short" }, h("a", { class: "open", href: `#/case/${row.ref}` }, row.ref),
      h("span", { class: "small" }, row.receipt)),
    h("td", { class: "service" }, row.service, row.again ? h("span", { class: "small" }, t("again", { ref: row.again })) : null),
    h("td", { class: "short" }, stateChip(row.state)),
    h("td", { class: "short" }, d.kind ? chip(d.kind, d.text) : d.text),
    h("td", { class: "short" }, row.terminal),
    h("td", { class: "when" }, time(row.received)));
}

function pager(answer) {
  const pages = Math.max(1, Math.ceil(answer.total / answer.rows));
  const go = (n) => () => { filter.page = n; refresh("page"); };
  return h("div", { class: "pager" },
    filter.page > 0 ? h("button", { type: "button", id: "prev", onclick: go(filter.page - 1) }, t("page.prev")) : null,
    h("span", null, t("page.of", { n: filter.page + 1, of: pages, total: answer.total })),
    filter.page + 1 < pages ? h("button", { type: "button", id: "next", class: "primary",
      onclick: go(filter.page + 1) }, t("page.next")) : null);
}

function listed(answer) {
  if (answer.error) return [banner("bad", wrong(answer))];
  if (answer.cases.length === 0)
    return [h("p", { class: "empty" }, t(filter.find ? "cases.not_found" : "cases.none"))];
  const heads = ["ref", "service", "state", "due", "terminal", "received"].map((k) => t(`col.${k}`));
  return [listKeys(table(heads, answer.cases.map((r) => listRow(r, answer.today)), t("nav.cases"))),
    pager(answer)];
}

async function refresh(why) {
  const answer = await call("cases", filter);
  const list = $("list");
  if (!list) return;
  list.replaceChildren(...listed(answer));
  if (why === "page") list.querySelector(".open")?.focus();
  if (!answer.error && why === "first") choices(answer);
}

function choices(answer) {
  const put = (id, key, pairs) => {
    const list = $(id);
    if (!list) return;
    list.replaceChildren(...select(id, [["", t(key)], ...pairs]).children);
    list.value = filter[id.slice(2)];
  };
  put("f-service", "any.service", answer.services);
  put("f-terminal", "any.terminal", answer.terminals.map((n) => [n, n]));
}

const change = (key) => (ev) => {
  filter[key] = ev.target.value;
  filter.find = "";
  filter.page = 0;
  $("f-find").value = "";
  refresh("filter");
};

export async function casesPage() {
  const states = ["open", "", "received", "asked", "accepted", "returned", "finished"]
    .map((s) => [s, t(`state.${s || "all"}`)]);
  const dues = [["", t("due.any")], ["soon", t("due.soon")], ["over", t("due.overdue")]];
  const find = h("input", { id: "f-find", type: "search", value: filter.find, autocomplete: "off" });
  const form = h("form", { class: "filters", role: "search" },
    field(t("cases.find"), find), h("button", { type: "submit", id: "f-go" }, t("cases.find_go")),
    field(t("col.state"), select("f-state", states, filter.state, change("state"))),
    field(t("col.service"), select("f-service", [["", t("any.service")]], "", change("service"))),
    field(t("col.terminal"), select("f-terminal", [["", t("any.terminal")]], "", change("terminal"))),
    field(t("col.due"), select("f-due", dues, filter.due, change("due"))));
  form.addEventListener("submit", (ev) => {
    ev.preventDefault();
    filter.find = find.value.trim();
    filter.page = 0;
    refresh("filter");
  });
  show(h("h1", null, t("nav.cases")), form, h("div", { id: "list", "aria-live": "polite" }));
  await refresh("first");
  $("list")?.querySelector(".open")?.focus();
}

// --- one case --------------------------------------------------------------------------------

function pairs(list) {
  return h("dl", null, list.filter(([, v]) => v).map(([k, v]) => [h("dt", null, k), h("dd", null, v)]));
}

function person(c) {
  const idno = h("span", { id: "idno" }, c.idno || t("none")), card = h("span", { id: "card" }, c.card);
  const button = h("button", { type: "button", class: "small-button", id: "show-id" }, t("case.show"));
  button.addEventListener("click", async () => {
    const answer = await call("case_id", { ref: c.ref });
    if (answer.error) return say(wrong(answer));
    idno.textContent = answer.idno;
    card.textContent = answer.card;
    button.remove();
  });
  return h("section", { class: "card" }, h("h2", null, t("case.person")), pairs([
    [t("case.name"), c.name], [t("case.idno"), h("span", null, idno, " ", c.idno ? button : null)],
    [t("case.card"), c.card ? card : ""], [t("case.village"), c.village],
    [t("case.identity"), t(`from.${c.identity}`)]]));
}

const fields = (c) => h("section", { class: "card" }, h("h2", null, t("case.fields")),
  c.fields.length ? pairs(c.fields.map((f) => [f.label, h("span", null, h("span", { class: "value" }, f.value),
    h("span", { class: "small" }, t(`from.${f.from}`)))])) : h("p", null, t("none")));

function paper(c, m) {
  const id = `p-${c.materials.indexOf(m)}`;
  const box = h("input", { type: "checkbox", id, checked: m.ticked, disabled: m.ticked || !m.show });
  box.addEventListener("change", async () => {
    const answer = await call("case_tick", { ref: c.ref, paper: m.name });
    box.disabled = !answer.error;
    box.checked = !answer.error;
    say(answer.error ? wrong(answer) : t("case.ticked", { name: m.name }));
  });
  return h("li", null, m.show ? box : null, h("label", { for: m.show ? id : null }, m.name,
    h("span", { class: "small" }, m.show ? t("case.to_show") : m.via)));
}

const papers = (c) => h("section", { class: "card" }, h("h2", null, t("case.papers")),
  c.materials.length ? h("ul", { class: "papers" }, c.materials.map((m) => paper(c, m)))
    : h("p", null, t("none")));

// "console/wang" is a person at this page, "clerk/0" one at the command line, else a terminal.
function actor(who) {
  const [kind, name] = who.split("/");
  if (kind === "console") return name || t("who.console");
  return kind === "clerk" ? t("who.line", { name }) : t("who.terminal", { name: who });
}

function deed(what) {
  const word = what.split(" ")[0];
  return has(`did.${word}`) ? t(`did.${word}`) : what;
}

const history = (c) => h("section", { class: "card" }, h("h2", null, t("case.history")),
  h("ol", { class: "history" }, c.history.map((l) => h("li", null,
    h("span", { class: "when" }, time(l.at)), " ", deed(l.what), h("span", { class: "small" }, actor(l.who))))));

function slot(c) {
  if (!c.slot) return "";
  const when = `${day(c.slot.day)} ${clock(c.slot.minute)}`;
  return t(`slot.${c.slot.state}`, { when: c.slot.day ? when : "", place: c.slot.place });
}

function status(c) {
  const d = due(c, c.today);
  return h("section", { class: "card" }, h("h2", null, t("case.state")),
    h("p", { class: "state" }, stateChip(c.state), c.decided ? ` ${time(c.decided)}` : ""),
    c.reason ? h("blockquote", { id: "reason" }, c.reason) : null,
    pairs([[t("col.received"), time(c.received)], [t("case.at"), `${time(c.at)} · ${c.terminal}`],
      [t("col.due"), d.kind ? chip(d.kind, d.text) : d.text], [t("case.legal"), c.legal ? day(c.legal) : ""],
      [t("case.slot"), slot(c)], [t("case.again"), c.again ? h("a", { href: `#/case/${c.again}` }, c.again) : ""]]),
    c.may.length ? h("div", { class: "buttons" }, c.may.map((o) => orderButton(c, o)))
      : h("p", { class: "small" }, t("case.closed")));
}

function orderButton(c, order) {
  const kind = order === "accept" || order === "finish" ? "primary" : null;
  return h("button", { type: "button", class: kind, id: `do-${order}`, onclick: () => give(c, order) },
    t(`do.${order}`));
}

// Asked once more; what is told to the citizen is written here.
function give(c, order) {
  const here = location.hash;
  const needs = order === "return" || order === "ask";
  const text = h("textarea", { id: "reason-text", rows: 4, maxlength: 250, required: true });
  const body = h("div", null, h("p", null, t(`sure.${order}`, { ref: c.ref, name: c.name })),
    needs ? field(t(`reason.${order}`), text, t("reason.hint")) : null);
  ask(t(`do.${order}`), body, t(`do.${order}`), t("cancel"), async () => {
    const answer = await call("case_do", { ref: c.ref, do: order, reason: needs ? text.value.trim() : "" });
    if (answer.error === "state") { // decided by somebody else meanwhile
      if (location.hash === here) casePage(c.ref, wrong(answer));
      return null;
    }
    if (answer.error) return wrong(answer);
    say(t("case.done", { ref: c.ref, state: t(`state.${answer.state}`) }));
    if (location.hash === here) casePage(c.ref);
    return null;
  }, order === "return");
}

const back = () => { location.hash = "#/cases"; };

// note: what has to be said above it.
export async function casePage(ref, note) {
  const c = await call("case", { ref });
  if (c.error) return show(h("h1", null, ref), banner("bad", wrong(c)),
    h("button", { type: "button", onclick: back }, t("case.back")));
  const page = show(
    h("div", { class: "head" }, h("button", { type: "button", id: "back", onclick: back }, t("case.back")),
      h("h1", { tabindex: "-1", lang: language() === "en" ? "zh-CN" : null }, c.service),
      h("p", { class: "number" }, `${c.ref} · ${c.receipt}`)),
    note ? banner("bad", note) : null,
    h("div", { class: "columns" }, h("div", null, person(c), fields(c), papers(c)),
      h("div", null, status(c), history(c))));
  page.querySelector("h1").focus();
  return page;
}

document.addEventListener("keydown", (ev) => {
  if (ev.key === "Escape" && location.hash.startsWith("#/case/") && !$("ask").open) back();
});
