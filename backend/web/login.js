// Log-in of staff, and pairing of a call screen, in the language of the browser or the one chosen.
import { byId, get, post } from "./live.js";

const TEXTS = {
  zh: {
    page: "登录 · 医站", title: "登录", name: "账号", password: "密码", show: "显示", hide: "隐藏",
    caps: "大写锁定已打开", submit: "登录", enter: "回车", other: "换一个账号",
    help: "连续输错 5 次会暂时锁定。忘记密码请联系管理员。",
    toScreen: "这是一块候诊屏？", toLogIn: "返回登录",
    pairTitle: "候诊屏", code: "配对码", pairSubmit: "连接这块屏",
    pairHelp: "配对码由管理员提供，只能用一次。",
    deniedTitle: "不能打开这一页",
    denied: (name) => `${name} 的账号没有这一页的权限。需要时请联系管理员。`,
    over: "已自动退出登录，请重新登录。", language: "English",
    "wrong-password": "账号或密码不对，请检查后再试。",
    "locked-out": (wait) => `输错次数太多，请等 ${wait} 后再试。`,
    "rate-limit": (wait) => `尝试太频繁，请等 ${wait} 后再试。`,
    "enrolment-code": "配对码不对、已用过或已过期。",
    network: "连不上服务器，请检查网络后再试。",
    wait: (seconds) => seconds < 60 ? `${seconds} 秒` : `${Math.ceil(seconds / 60)} 分钟`,
  },
  en: {
    page: "Log in · Yizhan", title: "Log in", name: "Account", password: "Password", show: "Show",
    hide: "Hide", caps: "Caps Lock is on", submit: "Log in", enter: "Enter",
    other: "Use another account",
    help: "Five wrong passwords lock the account for a while. If you forgot yours, ask the administrator.",
    toScreen: "Is this a call screen?", toLogIn: "Back to log-in",
    pairTitle: "Call screen", code: "Pairing code", pairSubmit: "Connect this screen",
    pairHelp: "The administrator gives you a pairing code. It works once.",
    deniedTitle: "This page is not for you",
    denied: (name) => `The account of ${name} may not open this page. If you need it, ask the administrator.`,
    over: "You were logged out. Please log in again.", language: "中文",
    "wrong-password": "Account or password is wrong. Please check and try again.",
    "locked-out": (wait) => `Too many wrong passwords. Please try again in ${wait}.`,
    "rate-limit": (wait) => `Too many tries. Please try again in ${wait}.`,
    "enrolment-code": "The code is wrong, used or expired.",
    network: "The server cannot be reached. Please check the network and try again.",
    wait: (seconds) => seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`,
  },
};

const asked = new URLSearchParams(location.search);
const MEMORY = "yizhan-language";

function remembered() {
  try {
    return localStorage.getItem(MEMORY);
  } catch {
    return null;  // A browser that keeps nothing.
  }
}

let language = asked.get("lang") ?? remembered() ?? (navigator.language.startsWith("zh") ? "zh" : "en");
if (!(language in TEXTS)) language = "zh";
/** What is wrong, to say it again in the other language. @type {{at: string, code: string} | null} */
let problem = null;
let isBusy = false;
/** When trying again makes sense (performance.now()); 0: now. */
let waitUntil = 0;
/** Who is logged in and may not see the page. */
let deniedName = "";

/** @param {string} id @returns {HTMLInputElement} */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @param {string} id @returns {HTMLButtonElement} */
const button = (id) => /** @type {HTMLButtonElement} */ (byId(id));

/** Only pages of ours: whoever made the link must not choose another place. "": none was asked for. */
function nextPage() {
  const next = asked.get("next") ?? "";
  return /^\/(?!login\b)[a-z]+(-[a-z]+)*(\?[^#]*)?$/.test(next) ? next : "";
}

/** Where a person goes who asked for no page: the first of those that the account may open. */
async function firstPage() {
  const { pages } = await get("/api/pages").catch(() => ({ pages: [] }));
  return `/${pages[0] ?? "desk"}`;
}

function draw() {
  const text = TEXTS[language];
  document.documentElement.lang = language;
  document.title = text.page;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = text[/** @type {HTMLElement} */ (element).dataset.text ?? ""];
  }
  byId("language").textContent = text.language;
  byId("language").lang = language === "zh" ? "en" : "zh";
  const isShown = input("password").type === "text";
  byId("show").textContent = isShown ? text.hide : text.show;
  byId("switch").textContent = byId("pair").hidden ? text.toScreen : text.toLogIn;
  byId("told").textContent = text.over;
  byId("denied-who").textContent = text.denied(deniedName);
  drawProblem();
}

function drawProblem() {
  const text = TEXTS[language];
  const left = Math.ceil(Math.max(0, waitUntil - performance.now()) / 1000);
  for (const id of ["wrong", "pair-wrong"]) byId(id).hidden = problem?.at !== id;
  if (problem) {
    const sentence = text[problem.code] ?? text.network;
    const said = typeof sentence === "function" ? sentence(text.wait(Math.max(1, left))) : sentence;
    if (byId(problem.at).textContent !== said) byId(problem.at).textContent = said;
  }
  // Disabled in the page itself, too: before this script is here nobody would hear a press.
  button("submit").disabled = isBusy || left > 0;
}

/** @param {string} at @param {{error?: string, retryAfter?: number}} failure */
function say(at, failure) {
  const code = failure.error ?? "network";
  problem = { at, code: code in TEXTS.zh ? code : "network" };
  waitUntil = failure.retryAfter ? performance.now() + failure.retryAfter * 1000 : 0;
  drawProblem();
}

byId("log-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button("submit").disabled) return;
  isBusy = true;
  byId("log-in").inert = true;  // What is typed meanwhile would be wiped with the wrong password.
  problem = null;
  drawProblem();
  try {
    await post("/auth/login", { name: input("name").value, password: input("password").value });
    location.replace(nextPage() || await firstPage());
    return;
  } catch (failure) {
    isBusy = false;
    byId("log-in").inert = false;
    say("wrong", failure);
  }
  input("password").value = "";
  if (waitUntil === 0) input("password").focus();
});

byId("pair").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (byId("pair").inert) return;
  byId("pair").inert = true;  // A code works once: a second press would say that it is wrong.
  problem = null;
  drawProblem();
  try {
    await post("/auth/screen", { code: input("code").value });
    const next = nextPage();
    location.replace(/^\/(screen|door|pharmacy-screen)\b/.test(next) ? next : "/screen");
  } catch (failure) {
    byId("pair").inert = false;
    say("pair-wrong", failure);
    input("code").select();
  }
});

byId("show").addEventListener("click", () => {
  const isShown = input("password").type === "text";
  input("password").type = isShown ? "password" : "text";
  byId("show").setAttribute("aria-pressed", String(!isShown));
  draw();
  input("password").focus();
});

byId("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  try {
    localStorage.setItem(MEMORY, language);
  } catch {
    // It is chosen again next time.
  }
  draw();
});

byId("switch").addEventListener("click", () => {
  const isPairing = byId("pair").hidden;
  byId("pair").hidden = !isPairing;
  byId("log-in").hidden = isPairing;
  problem = null;
  draw();
  input(isPairing ? "code" : "name").focus();
});

byId("other").addEventListener("click", async () => {
  await post("/auth/logout", {}).catch(() => null);
  location.replace(`/login?next=${encodeURIComponent(nextPage())}`);
});

input("password").addEventListener("keyup", (event) => {
  byId("caps").hidden = !event.getModifierState?.("CapsLock");
});

byId("told").hidden = !asked.has("over");
if (/^\/(screen|door|pharmacy-screen)\b/.test(nextPage()) && asked.has("pair")) byId("switch").click();
if (asked.has("denied")) {
  const session = await fetch("/auth/session", { cache: "no-store" })
    .then((response) => response.ok ? response.json() : null).catch(() => null);
  if (session?.kind === "staff") {
    deniedName = session.name;
    byId("denied").hidden = false;
    byId("log-in").hidden = true;
    byId("switch").hidden = true;
    button("other").focus();
  }
}
draw();
setInterval(() => {
  if (waitUntil > 0) drawProblem();
  if (waitUntil > 0 && performance.now() > waitUntil) {
    waitUntil = 0;
    problem = null;
    drawProblem();
  }
}, 500);
