// app.js - the roof: who is here, which page is shown, and the way between pages.

import { call, onLost, setToken } from "./api.js";
import { accountsPage, auditPage, mePage } from "./accounts.js";
import { casePage, casesPage } from "./cases.js";
import { $, field, h, say, show } from "./dom.js";
import { fleetPage } from "./fleet.js";
import { noticesPage, pricesPage } from "./publish.js";
import { language, load, speak, t, wrong } from "./words.js";

const IDLE_MS = 30 * 60 * 1000;
const pages = [ // address, role, page
  ["cases", "clerk", casesPage],
  ["notices", "publisher", noticesPage],
  ["prices", "publisher", pricesPage],
  ["fleet", "operator", fleetPage],
  ["audit", "operator", auditPage],
  ["clerks", "operator", accountsPage],
];
let me = null, idle = 0;

const mine = () => pages.filter(([, role]) => me.roles.split(",").includes(role));

function enter(answer) {
  me = answer;
  setToken(answer.token);
  rest();
  route();
}

function leave(sentence) {
  me = null;
  setToken("");
  $("ask").close();
  loginPage(sentence);
}

async function logout() {
  await call("logout");
  leave(t("login.bye"));
}

// Nobody is there any more: what is on the screen must not stay there.
function rest() {
  clearTimeout(idle);
  if (me) idle = setTimeout(logout, IDLE_MS);
}

// --- the bar on top --------------------------------------------------------------------------

function switchLanguage() {
  speak(language() === "zh" ? "en" : "zh");
  if (me) route();
  else loginPage();
  $("lang").focus();
}

const langButton = () => h("button", { type: "button", class: "plain", id: "lang",
  lang: language() === "zh" ? "en" : "zh-CN", onclick: switchLanguage },
language() === "zh" ? "English" : "中文");

function bar(at) {
  const top = $("top");
  top.hidden = false;
  top.replaceChildren(
    h("p", { class: "brand" }, t("brand")),
    h("nav", { "aria-label": t("nav") }, h("ul", null, mine().map(([name]) =>
      h("li", null, h("a", { href: `#/${name}`, "aria-current": name === at ? "page" : null },
        t(`nav.${name}`)))))),
    h("div", { class: "who" },
      h("a", { href: "#/me", "aria-current": at === "me" ? "page" : null }, me.name),
      langButton(),
      h("button", { type: "button", class: "plain", id: "logout", onclick: logout }, t("logout"))));
}

// --- login -----------------------------------------------------------------------------------

function loginPage(sentence) {
  const name = h("input", { id: "name", name: "name", autocomplete: "username", required: true,
    autocapitalize: "none", spellcheck: "false", maxlength: 31 });
  const password = h("input", { id: "password", name: "password", type: "password",
    autocomplete: "current-password", required: true, maxlength: 127 });
  const fault = h("p", { class: "fault", role: "alert", id: "login-fault" });
  const button = h("button", { type: "submit", class: "primary", id: "login" }, t("login.go"));
  const form = h("form", { class: "card login" }, h("h1", null, t("brand")),
    h("p", null, sentence || t("login.who")), field(t("login.name"), name),
    field(t("login.password"), password), fault, h("div", { class: "buttons" }, button, langButton()));
  form.addEventListener("submit", async (ev) => {
    ev.preventDefault();
    button.disabled = true;
    fault.textContent = "";
    const answer = await call("login", { name: name.value.trim(), password: password.value });
    button.disabled = false;
    if (!answer.error) return enter(answer);
    fault.textContent = wrong(answer);
    password.value = "";
    password.focus();
  });
  $("top").hidden = true;
  show(form);
  name.focus();
}

// --- the way ---------------------------------------------------------------------------------

async function route() {
  if (!me) return;
  $("ask").close(); // a question belongs to its page
  const [name, word] = location.hash.replace(/^#\/?/, "").split("/");
  rest();
  if (name === "me") {
    bar("me");
    return mePage(me, () => leave(t("me.changed")));
  }
  if (name === "case" && word && mine().some(([n]) => n === "cases")) {
    bar("cases");
    return casePage(decodeURIComponent(word));
  }
  const page = mine().find(([n]) => n === name) || mine()[0];
  if (!page) {
    bar("");
    return show(h("p", null, t("no_pages")));
  }
  bar(page[0]);
  return page[2](me);
}

for (const ev of ["keydown", "pointerdown"]) document.addEventListener(ev, rest);
window.addEventListener("hashchange", route);
onLost(() => {
  if (me) leave(t("login.over"));
});
// The link to the text must not be taken for a page.
document.getElementById("skip").addEventListener("click", (ev) => {
  ev.preventDefault();
  $("main").focus();
});

await load();
const answer = await call("me");
if (answer.error) loginPage(answer.error === "login" ? null : wrong(answer));
else enter(answer);
if (answer.error === "offline") say(wrong(answer));
