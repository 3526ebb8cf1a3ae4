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

let isBusy = false;

/**
 * Does one thing after the other: nothing happens twice by two quick presses. Says what failed.
 * @template Answer @param {() => Promise<Answer>} act
 * @param {Record<string, string> | ((failure: any) => string | undefined)} [refusals] see refusalText
 * @returns {Promise<Answer | null>} null: it failed, or something else is under way
 */
export async function once(act, refusals = {}) {
  if (isBusy) return null;
  isBusy = true;
  try {
    const answer = await act();
    say("");
    return answer;
  } catch (failure) {
    say(refusalText(failure, refusals));
    return null;
  } finally {
    isBusy = false;
    for (const go of waitForFree.splice(0)) go();
  }
}

/** Acts that wait for their turn. */
const MOST_IN_TURN = 20;
let inTurnCount = 0;
/** @type {Set<string>} */
const inTurnNow = new Set();
let turn = Promise.resolve();
/** @type {(() => void)[]} */
const waitForFree = [];

/**
 * As once(), but waits for what is under way instead of being dropped: for a scanner, which is faster than any answer,
 * and for whoever sees the answer on the screen before it is here.
 * @template Answer @param {() => Promise<Answer>} act it names whom it is meant for: the screen may have changed
 * @param {Record<string, string>} [refusals]
 * @param {string} [name] of what a second quick press must not do once more
 * @returns {Promise<Answer | null>} null: it failed, too many wait already, or this waits or is under way
 */
export function inTurn(act, refusals = {}, name = "") {
  if (inTurnCount >= MOST_IN_TURN || inTurnNow.has(name)) return Promise.resolve(null);
  inTurnCount += 1;
  if (name) inTurnNow.add(name);
  const mine = turn.then(async () => {
    while (isBusy) await new Promise((resolve) => waitForFree.push(() => resolve(null)));
    return once(act, refusals);
  });
  turn = mine.then(() => undefined, () => undefined).finally(() => {
    inTurnCount -= 1;
    inTurnNow.delete(name);
  });
  return mine;
}

/** Fills rows anew without taking the keyboard's focus from a button named by `data-keep`. @param {() => void} draw */
export function keepFocus(draw) {
  const kept = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.keep;
  draw();
  if (kept) {
    /** @type {HTMLElement | null} */ (
      document.querySelector(`[data-keep="${CSS.escape(kept)}"]`))?.focus();
  }
}

/**
 * Asks in a dialog of its own; closed by Escape.
 * @param {string} title @param {(done: (answer: any) => void) => any[]} parts what the dialog holds
 * @returns {Promise<any>} null when cancelled
 */
export function ask(title, parts) {
  return new Promise((resolve) => {
    const done = (answer) => {
      dialog.onclose = null;
      dialog.close();
      dialog.remove();
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
