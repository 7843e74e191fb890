// fleet.js - the operator's terminals, the one in most trouble first.

import { call } from "./api.js";
import { ask, banner, chip, field, h, say, select, show, table, $ } from "./dom.js";
import { has, span, t, wrong } from "./words.js";

const MINUTE = 60000, HOUR = 60 * MINUTE;
const QUIET = 70 * MINUTE; // a terminal reports once an hour at least
const BAD = ["absent", "no_service", "paper_out", "cover_open"]; // of a reader, a printer
const filter = { text: "", only: "all" };

// What is wrong with one, each with how bad it is: 3 it cannot serve, 2 soon, 1 worth a look.
function troubles(r, now) {
  const list = [], add = (n, key, values) => list.push([n, t(key, values)]);
  if (r.revoked) return [[0, t("fleet.revoked")]];
  if (!r.seen) return [[2, t("fleet.never")]];
  const p = r.report, away = now - r.seen;
  if (away > 24 * HOUR) add(3, "fleet.gone", { span: span(away) });
  else if (away > QUIET) add(2, "fleet.quiet", { span: span(away) });
  if (Math.abs(r.skew_ms) > 60000) add(2, "fleet.skew", { span: span(Math.abs(r.skew_ms)) });
  if (!p) return list.length ? list : [[1, t("fleet.no_report")]];
  if (p.stuck > 0) add(3, "fleet.stuck", { n: p.stuck });
  if (p.rejected > 0) add(2, "fleet.rejected", { n: p.rejected });
  if (p.disk_mb >= 0 && p.disk_mb < 200) add(3, "fleet.disk", { n: p.disk_mb });
  if (BAD.includes(p.reader)) add(2, "fleet.reader", { how: device(p.reader) });
  if (BAD.includes(p.printer)) add(2, "fleet.printer", { how: device(p.printer) });
  if (p.temp_c > 80) add(2, "fleet.hot", { n: p.temp_c });
  return list;
}

const device = (state) => (has(`device.${state}`) ? t(`device.${state}`) : state || t("unknown"));
const worst = (list) => Math.max(0, ...list.map(([n]) => n));

function how(r, list) {
  if (r.revoked) return chip("mute", t("fleet.revoked"));
  if (list.length === 0) return chip("ok", t("fleet.well"));
  return [chip(worst(list) >= 3 ? "bad" : "warn", t(`fleet.level${Math.max(1, worst(list))}`)),
    h("ul", { class: "troubles" }, list.map(([, text]) => h("li", null, text)))];
}

function skew(r) {
  const s = Math.round(r.skew_ms / 1000);
  return r.seen ? (Math.abs(s) < 2 ? t("fleet.on_time") : t(s > 0 ? "fleet.ahead" : "fleet.behind", { n: Math.abs(s) })) : "";
}

function outbox(p, now) {
  if (!p) return "";
  return [t("fleet.waiting", { n: p.waiting }),
    p.waiting > 0 && p.oldest > 0 ? h("span", { class: "small" }, t("fleet.oldest", { span: span(now - p.oldest) })) : null];
}

const disk = (p) => (!p || p.disk_mb < 0 ? "" : p.disk_mb < 10000 ? `${p.disk_mb} MB` : `${Math.round(p.disk_mb / 1024)} GB`);

function row(r, list, now) {
  const p = r.report;
  return h("tr", null, h("th", { scope: "row" }, r.name), h("td", null, how(r, list)),
    h("td", null, r.seen ? t("fleet.ago", { span: span(now - r.seen) }) : "–"),
    h("td", null, p ? [p.version, p.index > 0 ? h("span", { class: "small" }, t("fleet.index", { n: p.index })) : null] : ""),
    h("td", null, outbox(p, now)),
    h("td", null, p ? [device(p.reader), h("span", { class: "small" }, t("fleet.prints", { how: device(p.printer) }))] : ""),
    h("td", null, disk(p), p && p.temp_c > 0 ? h("span", { class: "small" }, t("fleet.temp", { n: p.temp_c })) : null), h("td", null, skew(r)),
    h("td", null, r.revoked ? "" : h("button", { type: "button", class: "small-button revoke",
      "aria-label": `${t("fleet.revoke")} ${r.name}`, onclick: () => revoke(r.name) }, t("fleet.revoke"))));
}

// It cannot be taken back: the name is typed.
function revoke(name) {
  const typed = h("input", { id: "typed", autocomplete: "off", spellcheck: "false" });
  const body = h("div", null, h("p", null, t("fleet.revoke_sure", { name })), field(t("fleet.type", { name }), typed));
  ask(t("fleet.revoke_title", { name }), body, t("fleet.revoke"), t("cancel"), async () => {
    if (typed.value.trim() !== name) return t("err.not_typed");
    const answer = await call("revoke", { name, typed: typed.value.trim() });
    if (answer.error) return wrong(answer);
    say(t("fleet.revoked_now", { name }));
    fleetPage();
    return null;
  }, true);
}

function listed(answer) {
  const rows = answer.terminals.map((r) => [r, troubles(r, answer.now)]);
  const bad = rows.filter(([r, l]) => !r.revoked && l.length);
  const wanted = rows.filter(([r, l]) => r.name.toLowerCase().includes(filter.text.toLowerCase()) &&
    (filter.only === "all" || (filter.only === "trouble" ? !r.revoked && l.length : filter.only === "revoked" ? r.revoked : true)));
  wanted.sort(([a, la], [b, lb]) => worst(lb) - worst(la) || lb.length - la.length || a.revoked - b.revoked ||
    a.name.localeCompare(b.name));
  const alive = rows.filter(([r]) => !r.revoked).length;
  const head = banner(bad.length ? "warn" : "ok", t(bad.length ? "fleet.some" : "fleet.all_well", { n: bad.length, of: alive }));
  if (rows.length === 0) return [h("p", { class: "empty" }, t("fleet.none"))];
  if (wanted.length === 0) return [head, h("p", { class: "empty" }, t("fleet.no_match"))];
  return [head, table(["name", "how", "seen", "version", "outbox", "devices", "disk", "clock", "do"].map((k) => t(`fleet.col_${k}`)),
    wanted.map(([r, l]) => row(r, l, answer.now)), t("nav.fleet"))];
}

export async function fleetPage() {
  const answer = await call("fleet");
  if (answer.error) return show(h("h1", null, t("nav.fleet")), banner("bad", wrong(answer)));
  const again = () => $("fleet").replaceChildren(...listed(answer));
  const text = h("input", { id: "t-find", type: "search", value: filter.text, oninput: (ev) => { filter.text = ev.target.value; again(); } });
  const only = select("t-only", ["all", "trouble", "revoked"].map((k) => [k, t(`fleet.only_${k}`)]), filter.only,
    (ev) => { filter.only = ev.target.value; again(); });
  show(h("h1", null, t("nav.fleet")), h("form", { class: "filters", onsubmit: (ev) => ev.preventDefault() },
    field(t("fleet.find"), text), field(t("fleet.only"), only),
    h("button", { type: "button", id: "t-again", onclick: fleetPage }, t("fleet.again"))), h("div", { id: "fleet" }));
  again();
  return text.focus();
}
