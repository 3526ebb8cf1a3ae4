// The frame of every staff page: navigation by what one may do, language, account, messages, and
// the question for a reason.
import { showAccount } from "./account.js";
import { byId, fill, get, make } from "./live.js";
import { COMMON, KEYS, PAGES, changeLanguage, language, local, refusalText, speakOn } from "./words.js";

/**
 * Fills <nav id="nav"> with the pages that the reader may open. `extra`: links of this page, below.
 * @param {string} current the page's name
 * @param {...HTMLElement} extra
 * @returns {Promise<string[]>} those pages
 */
export async function openFrame(current, ...extra) {
  const links = make("div", { id: "pages", class: "links" });
  const menu = make("button", { class: "menu", type: "button", "aria-expanded": "false",
    "aria-controls": "pages", onclick: () => {
      const open = byId("nav").classList.toggle("open");
      menu.setAttribute("aria-expanded", String(open));
    } }, COMMON.menu);
  fill("nav", make("b", {}, COMMON.product), make("span", { id: "hospital", class: "hospital" }),
    menu, links, make("div", { class: "grow" }),
    make("div", { class: "links" }, ...extra,
      make("button", { id: "language", class: "link", type: "button", onclick: changeLanguage,
        lang: language === "zh" ? "en" : "zh" }, COMMON.language),
      make("button", { class: "account-name link", type: "button", "aria-haspopup": "dialog",
        hidden: true })),
    make("span", { id: "clock", class: "clock" }));
  byId("nav").setAttribute("aria-label", COMMON.pages);
  document.title = `${PAGES[current] ?? current} · ${COMMON.product}`;
  showAccount();
  const { pages } = await get("/api/pages");
  links.replaceChildren(...pages.map((page) => make("a", {
    href: `/${page}`,
    class: page === current ? "on" : null,
    "aria-current": page === current ? "page" : null,
  }, PAGES[page] ?? page)));
  return pages;
}

/** The hospital's rooms and areas, its name in the navigation. @returns {Promise<any>} */
export async function places() {
  const all = await get("/api/places");
  byId("hospital").textContent = local(all.hospital);
  return all;
}

/** Says something in the page's <p id="said">. @param {string} text @param {boolean} [good] */
export function say(text, good = false) {
  const said = byId("said");
  said.textContent = text;
  said.classList.toggle("good", good);
}

/**
 * Opens a page: the navigation, the words of its HTML, the hospital's places.
 * @param {string} current @param {Record<string, any>} spoken its own words
 * @param {...HTMLElement} extra see openFrame
 */
export function openPage(current, spoken, ...extra) {
  openFrame(current, ...extra);
  speakOn({ ...COMMON, ...spoken });
  return places();
}

/** A field of a page by its id. @param {string} id @returns {HTMLInputElement} */
export const field = (id) => /** @type {HTMLInputElement} */ (byId(id));

/** A field with its word before it. @param {string} word @param {HTMLElement} input */
export const labelled = (word, input) => make("label", { class: "field" }, word, input);

/** An input or a select for a form. @param {string} id @param {Record<string, any>} [more] */
export const input = (id, more = {}) => /** @type {HTMLInputElement} */ (make("input", { id, ...more }));

/**
 * @param {string} id @param {{value: string, text: string}[]} choices @param {string} [value]
 * @param {Record<string, any>} [more]
 */
export function select(id, choices, value, more = {}) {
  return /** @type {HTMLSelectElement} */ (make("select", { id, ...more }, ...choices.map((choice) =>
    make("option", { value: choice.value, selected: choice.value === value }, choice.text))));
}

/** Departments to choose from. @param {any} all what places() gave @param {string} [value] */
export const serviceChoices = (all) => all.services.map((service) =>
  ({ value: service.id, text: `${service.letter} ${local(service.name)}`.trim() }));

/** Cells of a row; a cell is a text, an element, or [class, ...children]. @param {...any} cells */
export const row = (...cells) => make("tr", {}, ...cells.map((cell) => (Array.isArray(cell)
  ? make("td", { class: cell[0] }, ...cell.slice(1)) : make("td", {}, cell))));

/** "12.50" of 1250 fen. @param {number} fen */
export const yuan = (fen) => (fen / 100).toFixed(2);

/** Acts that wait for their turn. */
const MOST_IN_TURN = 20;
/** So late an answer is spoken of: nobody must take the press for lost. */
const SLOW_MS = 1500;
let inTurnCount = 0;
/** @type {Set<string>} */
const inTurnNow = new Set();
let turn = Promise.resolve();
let refusedCount = 0;

/**
 * Does one thing after the other and says what failed. Who acts on what the screen shows is never turned away because an
 * earlier answer is still on its way: a scanner is faster than any answer, and the screen may show it before it is here.
 * @template Answer @param {() => Promise<Answer>} act it names whom it is meant for: the screen may have changed
 * @param {Record<string, string> | ((failure: any) => string | undefined)} [refusals] see refusalText
 * @param {string} [name] of what a second quick press must not do once more
 * @returns {Promise<Answer | null>} null: it failed, too many wait already, or this waits or is under way; it was said
 */
export function inTurn(act, refusals = {}, name = "") {
  if (inTurnCount >= MOST_IN_TURN || inTurnNow.has(name)) {
    say(COMMON.underway);
    return Promise.resolve(null);
  }
  inTurnCount += 1;
  if (name) inTurnNow.add(name);
  const refusedBefore = refusedCount;
  const slow = setTimeout(() => refusedBefore === refusedCount && say(COMMON.underway), SLOW_MS);
  const mine = turn.then(async () => {
    try {
      const answer = await act();
      // What was refused since this was pressed has not been read yet.
      if (refusedBefore === refusedCount) say("");
      return answer;
    } catch (failure) {
      refusedCount += 1;
      say(refusalText(failure, refusals));
      return null;
    } finally {
      clearTimeout(slow);
      inTurnCount -= 1;
      inTurnNow.delete(name);
    }
  });
  turn = mine.then(() => undefined);
  return mine;
}

/** What was pressed until now has been done, or refused. */
export const settled = () => turn;

/**
 * Sends a form. Until the answer is here nobody types into it or sends it again: the answer may draw it anew, and what was
 * typed meanwhile would be gone. Then the keyboard is where it was.
 * @template Answer @param {HTMLElement} form @param {() => Promise<Answer>} act null: it failed
 * @param {() => Promise<void>} [show] what has changed, before the form can be used again
 * @returns {Promise<Answer | null>}
 */
export async function sendForm(form, act, show) {
  if (form.inert) return null;
  const before = /** @type {HTMLElement} */ (document.activeElement);
  const wasInside = form.contains(before);
  if (wasInside) before.blur();
  form.inert = true;
  try {
    const answer = await act();
    if (answer && show) await show();
    return answer;
  } finally {
    form.inert = false;
    if (wasInside && document.activeElement === document.body) {
      const again = before.isConnected ? before : document.getElementById(before.id) ?? form.querySelector("[type=submit]");
      /** @type {HTMLElement | null} */ (again)?.focus({ preventScroll: true });
    }
  }
}

/** @param {string | undefined} kept the `data-keep` of a button */
function focusKept(kept) {
  if (!kept) return;
  /** @type {HTMLElement | null} */ (document.querySelector(`[data-keep="${CSS.escape(kept)}"]`))?.focus();
}

/** Fills rows anew without taking the keyboard's focus from a button named by `data-keep`. @param {() => void} draw */
export function keepFocus(draw) {
  const kept = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.keep;
  draw();
  focusKept(kept);
}

const openDialog = () => document.querySelector("dialog[open]");

/**
 * Asks in a dialog of its own; closed by Escape. Waits while another one is open: a key that is meant for that one must not
 * answer this question.
 * @param {string} title @param {(done: (answer: any) => void) => any[]} parts what the dialog holds
 * @returns {Promise<any>} null when cancelled
 */
export async function ask(title, parts) {
  for (let open = openDialog(); open; open = openDialog()) {
    const other = open;
    await new Promise((resolve) => other.addEventListener("close", resolve, { once: true }));
  }
  const before = /** @type {HTMLElement} */ (document.activeElement);
  return new Promise((resolve) => {
    const done = (answer) => {
      dialog.onclose = null;
      dialog.close();
      dialog.remove();
      // The list behind it may have been drawn anew: the button is another element now.
      if (!before.isConnected) focusKept(before.dataset.keep);
      resolve(answer);
    };
    const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { id: "ask",
      "aria-labelledby": "ask-title" }));
    dialog.append(make("h2", { id: "ask-title" }, title), ...parts(done).flat());
    dialog.onclose = () => done(null);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** The buttons at a dialog's end. @param {HTMLElement} ok @param {(answer: any) => void} done */
export function dialogButtons(ok, done) {
  return make("div", { class: "row" },
    make("button", { type: "button", onclick: () => done(null) }, COMMON.cancel,
      make("kbd", {}, KEYS.escape)), ok);
}

/**
 * Asks for a reason: one of `choices` (keys 1 to 9) or an own one.
 * @param {string} title @param {string[]} choices @param {string} [why] @returns {Promise<string>} "" when cancelled
 */
export async function askReason(title, choices, why = COMMON.reasonWhy) {
  return (await ask(title, (done) => {
    const text = /** @type {HTMLInputElement} */ (
      make("input", { id: "reason-text", maxlength: 60, autocomplete: "off" }));
    const ok = /** @type {HTMLButtonElement} */ (make("button", { type: "submit", class: "main",
      disabled: true }, COMMON.ok, make("kbd", {}, KEYS.enter)));
    text.oninput = () => (ok.disabled = text.value.trim() === "");
    const form = make("form", { onsubmit: (event) => {
      event.preventDefault();
      if (text.value.trim() !== "") done(text.value.trim());
    }, onkeydown: (event) => {
      const choice = choices[Number(event.key) - 1];
      if (choice && event.target !== text) done(choice);
    } },
    make("p", { class: "quiet" }, why),
    make("div", { class: "choices" }, ...choices.map((choice, i) =>
      make("button", { type: "button", onclick: () => done(choice) }, choice,
        make("kbd", {}, String(i + 1))))),
    make("label", {}, COMMON.reasonOther, text), dialogButtons(ok, done));
    return [form];
  })) ?? "";
}

/**
 * Asks to choose one of `choices`, by key or pointer, and for a reason where `reasons` are given.
 * @param {string} title @param {{value: string, text: string}[]} choices
 * @param {{label: string, reasons?: string[], value?: string, why?: string}} more
 * @returns {Promise<{value: string, reason: string} | null>}
 */
export function askChoice(title, choices, { label, reasons, value, why = COMMON.reasonWhy }) {
  return ask(title, (done) => {
    const select = /** @type {HTMLSelectElement} */ (make("select", { id: "choice" },
      ...choices.map((choice) => make("option", { value: choice.value, selected: choice.value === value },
        choice.text))));
    const reason = /** @type {HTMLInputElement} */ (
      make("input", { id: "choice-reason", maxlength: 60, required: true, autocomplete: "off" }));
    const form = make("form", { onsubmit: (event) => {
      event.preventDefault();
      done({ value: select.value, reason: reason.value.trim() });
    } },
    make("label", {}, label, select),
    reasons ? [
      make("p", { class: "quiet" }, why),
      make("div", { class: "choices" }, ...reasons.map((one) => make("button", { type: "button",
        onclick: () => (reason.value = one) }, one))),
      make("label", {}, COMMON.reason, reason),
    ] : null,
    dialogButtons(make("button", { type: "submit", class: "main" }, COMMON.ok,
      make("kbd", {}, KEYS.enter)), done));
    return [form];
  });
}

/** A yes or no. @param {string} title @param {string} text @param {string} yes @returns {Promise<boolean>} */
export async function confirm(title, text, yes) {
  return Boolean(await ask(title, (done) => [make("form", { onsubmit: (event) => {
    event.preventDefault();
    done(true);
  } }, make("p", {}, text),
  dialogButtons(make("button", { type: "submit", class: "main" }, yes, make("kbd", {}, KEYS.enter)), done))]));
}
