// publish.js - the publisher's pages: notices, and price sheets looked through before they are out.

import { call } from "./api.js";
import { ask, banner, chip, field, h, say, select, show, table, $ } from "./dom.js";
import { clock, day, t, time, why, wrong, yuan } from "./words.js";

// --- notices ---------------------------------------------------------------------------------

const KINDS = ["village", "town", "weather", "road", "health", "bid"];
const TEXTS = ["title", "body", "sender", "title_en", "body_en", "sender_en"];
const draft = { kind: "village", pinned: false };

// As the terminal shows it: a badge, who says it and when, then the text.
function preview() {
  const words = (key) => draft[key] || t(`notice.no_${key}`);
  return [h("p", { class: "kind" }, chip(draft.kind === "weather" ? "warn" : "jujube", t(`kind.${draft.kind}`)),
    draft.pinned ? chip("sel", t("notice.pinned_short")) : null),
  h("h3", null, words("title")), h("p", { class: "by" }, `${words("sender")} · ${time(Date.now())}`),
  h("p", { class: "body" }, words("body")),
  draft.title_en || draft.body_en ? h("div", { class: "second", lang: "en" },
    h("h3", null, draft.title_en || ""), h("p", { class: "body" }, draft.body_en || "")) : null].filter(Boolean);
}

function typed(key) {
  return (ev) => {
    draft[key] = ev.target.type === "checkbox" ? ev.target.checked : ev.target.value;
    $("preview")?.replaceChildren(...preview());
  };
}

function textField(key) {
  const long = key.startsWith("body");
  const input = h(long ? "textarea" : "input", { id: `n-${key}`, rows: long ? 6 : null, value: draft[key] || "",
    maxlength: long ? 4000 : key.startsWith("title") ? 60 : 40, required: !key.endsWith("_en"),
    lang: key.endsWith("_en") ? "en" : "zh-CN", oninput: typed(key) });
  return field(t(`notice.${key}`), input);
}

function publishNotice(ev) {
  ev.preventDefault();
  ask(t("notice.go"), h("p", null, t("notice.sure", { title: draft.title })), t("notice.go"), t("cancel"), async () => {
    const answer = await call("notice", draft);
    if (answer.error) return wrong(answer);
    say(t("notice.done", { n: answer.index }));
    for (const key of TEXTS) if (key !== "sender" && key !== "sender_en") delete draft[key];
    delete draft.until;
    draft.pinned = false;
    noticesPage();
    return null;
  });
}

function outRow(n) {
  const withdraw = () => ask(t("notice.withdraw"), h("p", null, t("notice.withdraw_sure", { title: n.title })),
    t("notice.withdraw"), t("cancel"), async () => {
      const answer = await call("withdraw", { id: n.id });
      if (answer.error) return wrong(answer);
      say(t("notice.withdrawn", { title: n.title }));
      noticesPage();
      return null;
    }, true);
  return h("tr", null, h("td", { class: "when" }, `${day(Number(n.day))} ${clock(Number(n.at_min))}`),
    h("td", null, n.title, n.pinned === "1" ? chip("sel", t("notice.pinned_short")) : null,
      h("span", { class: "small" }, n.until ? `${n.sender} · ${t("notice.until_day", { day: day(n.until) })}` : n.sender)),
    h("td", { class: "short" }, t(`kind.${n.kind}`)),
    h("td", null, h("button", { type: "button", class: "small-button withdraw", onclick: withdraw,
      "aria-label": `${t("notice.withdraw")} ${n.title}` }, t("notice.withdraw"))));
}

export async function noticesPage() {
  const kinds = select("n-kind", KINDS.map((k) => [k, t(`kind.${k}`)]), draft.kind, typed("kind"));
  const until = h("input", { type: "date", id: "n-until", value: draft.until || "", oninput: typed("until") });
  const pinned = h("input", { type: "checkbox", id: "n-pinned", checked: draft.pinned, onchange: typed("pinned") });
  const form = h("form", { class: "card", onsubmit: publishNotice }, h("h2", null, t("notice.new")),
    TEXTS.slice(0, 3).map(textField), field(t("notice.kind"), kinds), field(t("notice.until"), until, t("notice.until_hint")),
    h("p", { class: "check" }, pinned, h("label", { for: "n-pinned" }, t("notice.pinned"))),
    h("details", { open: Boolean(draft.title_en || draft.body_en) }, h("summary", null, t("notice.english")),
      TEXTS.slice(3).map(textField)),
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary", id: "n-go" }, t("notice.go"))));
  const out = h("div", { id: "out" });
  show(h("h1", null, t("nav.notices")), h("div", { class: "columns" }, form,
    h("div", null, h("section", { class: "card terminal" }, h("h2", null, t("notice.preview")),
      h("div", { id: "preview" }, preview())),
    h("section", { class: "card" }, h("h2", null, t("notice.out")), out))));
  $("n-title").focus();
  const answer = await call("notices");
  if (answer.error) out.replaceChildren(banner("bad", wrong(answer)));
  else if (!answer.notices.length) out.replaceChildren(h("p", { class: "empty" }, t("notice.none")));
  else out.replaceChildren(table(["when", "title", "kind", "do"].map((k) => t(`notice.col_${k}`)),
    answer.notices.map(outRow), t("notice.out")));
}

// --- prices ----------------------------------------------------------------------------------

const LARGEST = 1 << 20;

function base64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

const price = (fen) => (fen < 0 ? t("price.no_quote") : t("price.yuan", { n: yuan(fen) }));

function percent(x) {
  if (x.fen < 0 || x.old_fen <= 0) return "";
  const p = Math.round(((x.fen - x.old_fen) * 100) / x.old_fen);
  return p === 0 ? "" : p > 0 ? `↑ ${p}%` : `↓ ${-p}%`;
}

function changeRow(x) {
  return h("tr", { class: x.jump ? "jump" : null }, h("td", null, x.good), h("td", null, x.place),
    h("td", null, day(x.day)),
    h("td", { class: "num" }, x.old_fen < 0 ? t("price.new") : price(x.old_fen),
      x.old_fen >= 0 && x.old_day !== x.day ? h("span", { class: "small" }, day(x.old_day)) : null),
    h("td", { class: "num" }, price(x.fen)),
    h("td", null, x.jump ? chip("warn", t("price.jump", { by: percent(x) })) : percent(x)));
}

const faultRow = (f) => h("tr", null, h("td", { class: "num" }, f.line > 0 ? String(f.line) : "–"), h("td", null, why(f.why)));

function faulty(answer) {
  return [banner("bad", t("price.faults", { n: answer.fault_count }), t("price.faults_line")),
    table([t("price.line"), t("price.what")], answer.faults.sort((a, b) => a.line - b.line).map(faultRow), t("price.faults_line"))];
}

function checked(answer, csv) {
  const fresh = answer.rows - answer.same;
  if (fresh === 0) return [banner("ok", t("price.nothing"), t("price.nothing_line", { n: answer.rows }))];
  const seen = h("input", { type: "checkbox", id: "seen" });
  const fault = h("p", { class: "fault", role: "alert" });
  const button = h("button", { type: "button", class: "primary", id: "p-go" }, t("price.go", { n: fresh }));
  button.addEventListener("click", async () => {
    if (answer.jumps && !seen.checked) {
      fault.textContent = t("price.look_first");
      return seen.focus();
    }
    button.disabled = true;
    const done = await call("sheet_publish", { csv, head: answer.head });
    button.disabled = false;
    if (done.error) fault.textContent = wrong(done);
    else $("sheet").replaceChildren(banner("ok", t("price.done", { n: done.index }), t("price.done_line", { n: done.changed })));
    return undefined;
  });
  const shown = answer.changes.length;
  return [banner(answer.jumps ? "warn" : "ok", t("price.checked", { rows: answer.rows, n: fresh, same: answer.same }),
    answer.jumps ? t("price.jumps", { n: answer.jumps }) : t("price.no_jumps")),
  answer.gbk ? h("p", { class: "small" }, t("price.gbk")) : null,
  answer.jumps ? h("p", { class: "check" }, seen, h("label", { for: "seen" }, t("price.seen"))) : null,
  fault, h("div", { class: "buttons" }, button),
  table(["good", "place", "day", "old", "fen", "change"].map((k) => t(`price.col_${k}`)),
    answer.changes.map(changeRow), t("nav.prices")),
  shown < fresh ? h("p", { class: "small" }, t("price.more", { n: fresh - shown })) : null].filter(Boolean);
}

async function look(file) {
  const sheet = $("sheet");
  if (!file) return;
  if (file.size > LARGEST) return sheet.replaceChildren(banner("bad", t("err.too_big")));
  sheet.replaceChildren(h("p", null, t("price.looking")));
  const csv = base64(await file.arrayBuffer());
  const answer = await call("sheet", { csv });
  if (answer.error) sheet.replaceChildren(banner("bad", wrong(answer)));
  else sheet.replaceChildren(...(answer.fault_count ? faulty(answer) : checked(answer, csv)));
}

export function pricesPage() {
  const file = h("input", { type: "file", id: "csv", accept: ".csv,text/csv", onchange: (ev) => look(ev.target.files[0]) });
  show(h("h1", null, t("nav.prices")),
    h("section", { class: "card" }, field(t("price.file"), file, t("price.file_hint")),
      h("p", { class: "small" }, t("price.example")),
      h("pre", null, "day,place,good,yuan\n2026-11-29,1,1,5.20\n2026-11-29,1,2,")),
    h("section", { id: "sheet", "aria-live": "polite" }));
  file.focus();
}
