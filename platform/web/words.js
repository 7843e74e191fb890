// words.js - the words of both languages, and how times, days and money are written.

const HOUR = 3600000, DAY = 24 * HOUR, SHANGHAI = 8 * HOUR;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const words = {};
let lang = "zh";

export const language = () => lang;

export async function load() {
  await Promise.all(["zh", "en"].map(async (l) => {
    words[l] = await (await fetch(`/console/${l}.json`)).json();
  }));
  const kept = sessionStorage.getItem("lang");
  if (kept in words) lang = kept;
  mark();
}

function mark() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = t("title");
  document.getElementById("skip").textContent = t("skip");
}

export function speak(l) {
  lang = l;
  sessionStorage.setItem("lang", l);
  mark();
}

export const has = (key) => key in words[lang];

// The sentence of a key, with its {names} filled in.
export function t(key, values) {
  const text = words[lang][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (values && name in values ? values[name] : all));
}

// A code of the platform as a sentence.
export const wrong = (answer) =>
  t(has(`err.${answer.error}`) ? `err.${answer.error}` : "err.other", { s: answer.s ?? "", by: answer.by ?? "" });

// A fault of a sheet, "column: what", in this language: what is known has a translation.
export function why(text) {
  if (lang === "en") return text;
  const cut = text.indexOf(": ");
  const column = cut > 0 ? text.slice(0, cut) : "", rest = cut > 0 ? text.slice(cut + 2) : text;
  const known = words.zh[`why.${rest}`];
  if (known && rest.startsWith("names a ")) return known; // its column is a table's name
  return known ? (column ? `${column}：${known}` : known) : text;
}

const two = (n) => String(n).padStart(2, "0");
const civil = (ms) => new Date(ms + SHANGHAI); // read with getUTC…: the platform's time, wherever
const sameYear = (d) => d.getUTCFullYear() === civil(Date.now()).getUTCFullYear();

export function date(ms) {
  const d = civil(ms), y = sameYear(d) ? "" : d.getUTCFullYear();
  if (lang === "zh") return `${y ? `${y}年` : ""}${d.getUTCMonth() + 1}月${d.getUTCDate()}日`;
  return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}${y ? ` ${y}` : ""}`;
}
export const day = (n) => date(n * DAY - SHANGHAI);
export const clock = (minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
export function time(ms) {
  const d = civil(ms);
  return `${date(ms)} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}
export const yuan = (fen) => (fen < 0 ? "" : `${Math.floor(fen / 100)}.${two(fen % 100)}`);

// How long: minutes, hours or days.
export function span(ms) {
  const m = Math.max(0, Math.floor(ms / 60000));
  if (m < 1) return t("span.now");
  if (m < 120) return t("span.minutes", { n: m });
  if (m < 2880) return t("span.hours", { n: Math.floor(m / 60) });
  return t("span.days", { n: Math.floor(m / 1440) });
}
