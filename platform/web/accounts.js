// accounts.js - the operator's accounts and audit; everybody's own password.

import { call } from "./api.js";
import { ask, banner, chip, field, h, say, show, table, $ } from "./dom.js";
import { date, t, time, wrong } from "./words.js";

const ROLES = ["clerk", "publisher", "operator"];
const roles = (text) => text.split(",").map((r) => t(`role.${r}`)).join(t("and"));

// --- the audit -------------------------------------------------------------------------------

export async function auditPage() {
  const a = await call("audit");
  const head = h("h1", null, t("nav.audit"));
  if (a.error) return show(head, banner("bad", wrong(a)));
  const rows = a.lines.map((l) => h("tr", null, h("td", { class: "num" }, String(l.n)),
    h("td", { class: "when" }, time(l.at)), h("td", null, l.who), h("td", { class: "what" }, l.what)));
  return show(head, a.unbroken ? banner("ok", t("audit.unbroken", { n: a.n }), t("audit.write_down"))
    : banner("bad", t("audit.broken", { n: a.n }), t("audit.broken_line")),
  h("p", null, h("code", { id: "hash" }, a.hash)),
  table(["n", "when", "who", "what"].map((k) => t(`audit.col_${k}`)), rows, t("nav.audit")));
}

// --- accounts --------------------------------------------------------------------------------

function lockButton(c, me) {
  if (c.name === me.name) return t("clerks.you");
  const what = c.locked ? "unlock" : "lock";
  return h("button", { type: "button", class: "small-button", id: `${what}-${c.name}`, onclick: () =>
    ask(t(`clerks.${what}`), h("p", null, t(`clerks.${what}_sure`, { name: c.name })), t(`clerks.${what}`), t("cancel"), async () => {
      const answer = await call("clerk_do", { name: c.name, do: what });
      if (answer.error) return wrong(answer);
      say(t(`clerks.${what}ed`, { name: c.name }));
      accountsPage(me);
      return null;
    }, !c.locked) }, t(`clerks.${what}`));
}

function addForm(me) {
  const name = h("input", { id: "c-name", autocomplete: "off", required: true, maxlength: 31, spellcheck: "false" });
  const password = h("input", { id: "c-password", type: "password", autocomplete: "new-password", required: true, minlength: 10, maxlength: 127 });
  const boxes = ROLES.map((r) => h("input", { type: "checkbox", id: `c-${r}`, value: r }));
  const fault = h("p", { class: "fault", role: "alert" });
  const form = h("form", { class: "card" }, h("h2", null, t("clerks.new")), field(t("login.name"), name, t("clerks.name_hint")),
    field(t("login.password"), password, t("clerks.password_hint")),
    h("fieldset", null, h("legend", null, t("clerks.may")), boxes.map((b) =>
      h("p", { class: "check" }, b, h("label", { for: b.id }, t(`role.${b.value}_long`))))),
    fault, h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary", id: "c-go" }, t("clerks.add"))));
  form.addEventListener("submit", async (ev) => {
    ev.preventDefault();
    const chosen = boxes.filter((b) => b.checked).map((b) => b.value).join(",");
    const answer = await call("clerk_add", { name: name.value.trim(), roles: chosen, password: password.value });
    if (answer.error) { fault.textContent = wrong(answer); return; }
    say(t("clerks.added", { name: name.value.trim() }));
    accountsPage(me);
  });
  return form;
}

export async function accountsPage(me) {
  const a = await call("clerks");
  if (a.error) return show(h("h1", null, t("nav.clerks")), banner("bad", wrong(a)));
  const rows = a.clerks.map((c) => h("tr", null, h("th", { scope: "row" }, c.name), h("td", null, roles(c.roles)),
    h("td", null, c.locked ? chip("bad", t("clerks.is_locked")) : chip("ok", t("clerks.is_open"))),
    h("td", { class: "when" }, date(c.added)), h("td", null, lockButton(c, me))));
  show(h("h1", null, t("nav.clerks")), h("div", { class: "columns" },
    h("section", { class: "card" }, table(["name", "may", "state", "added", "do"].map((k) => t(`clerks.col_${k}`)), rows, t("nav.clerks"))),
    addForm(me)));
  return $("c-name").focus();
}

// --- oneself ---------------------------------------------------------------------------------

export function mePage(me, done) {
  const input = (id, kind) => h("input", { id, type: "password", autocomplete: kind, required: true, maxlength: 127 });
  const old = input("old", "current-password"), fresh = input("fresh", "new-password"), again = input("fresh2", "new-password");
  const fault = h("p", { class: "fault", role: "alert" });
  const form = h("form", { class: "card narrow" }, h("h2", null, t("me.password")), field(t("me.old"), old),
    field(t("me.new"), fresh, t("me.password_hint")), field(t("me.again"), again), fault,
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, t("me.go"))));
  form.addEventListener("submit", async (ev) => {
    ev.preventDefault();
    if (fresh.value !== again.value) { fault.textContent = t("me.differ"); return; }
    const answer = await call("passwd", { old: old.value, password: fresh.value });
    if (answer.error) fault.textContent = wrong(answer);
    else done();
  });
  show(h("h1", null, me.name), h("p", null, t("me.may", { roles: roles(me.roles) })), form);
  old.focus();
}
