// 迟到登记: a patient telephones, and the number is kept until the promised time, at most to the slot's end.
import { make } from "./live.js";
import { ask, dialogButtons } from "./staff.js";
import { COMMON, KEYS, words } from "./words.js";

const WORDS = words({
  button: ["迟到登记", "Will be late"],
  title: [(who) => `迟到登记 ${who}`, (who) => `Will be late: ${who}`],
  why: [(until) => `患者说几点到？号保留到那时，最晚到 ${until}。记入审计。`,
    (until) => `When will the patient be here? The number is kept until then, at most until ${until}. This is in the audit.`],
  at: ["到达时间（如 0925）", "Arrival (such as 0925)"],
  format: ["四位数字，24 小时制，如 0925", "Four digits of 24 hours, such as 0925"],
  promised: [(time) => `来电：${time} 到`, (time) => `Comes at ${time}`],
  kept: [(time) => `保留到 ${time}`, (time) => `Kept until ${time}`],
  done: [(who, promised, kept) => `已登记：${who} ${promised} 到，号保留到 ${kept}。`,
    (who, promised, kept) => `Noted: ${who} comes at ${promised}. The number is kept until ${kept}.`],
  capped: ["之后号会放给别人。", " Then it goes to others."],
});

/** Why nothing is kept, by the server's word. */
export const LATE_REFUSALS = words({
  "slot-over": ["预约的时段已经结束，不能再保留。", "The slot is over: nothing can be kept any more."],
  lapsed: ["已经逾时，号已放出。到院后请人工报到。", "It has lapsed and was given to others. Check in by hand on arrival."],
  "not-confirmed": ["这个预约还没有确认。", "This booking was not confirmed yet."],
  "arrival-past": ["到达时间要在现在之后。", "The arrival must be later than now."],
});

/** A choice each so many minutes, and how many. */
const STEP_MS = 5 * 60000;
const MOST_CHOICES = 6;

/** May somebody still telephone? The server knows better; this only hides what makes no sense. */
export const mayBeLate = (booking, now) => booking.state === "booked" && now < booking.endMs;

/** What a row says of how long the number is kept. @param {any} booking @param {string} word without a promise */
export function keptTags(booking, word) {
  if (!booking.promised) return [make("span", { class: "tag warn" }, word)];
  return [make("span", { class: "tag plain" }, WORDS.promised(booking.promised)),
    make("span", { class: "tag warn" }, WORDS.kept(booking.lapses))];
}

/** @param {any} booking @param {string} list one booking may be in two of them @param {() => void} press */
export const lateButton = (booking, list, press) => make("button", { class: "small",
  "data-keep": `late ${list} ${booking.id}`, onclick: press }, WORDS.button);

/**
 * Asks for the promised time.
 * @param {any} booking @param {import("./live.js").HospitalClock} clock
 * @returns {Promise<number | null>} null when cancelled
 */
export function askArrival(booking, clock) {
  const first = (Math.floor(clock.now() / STEP_MS) + 1) * STEP_MS;
  const choices = Array.from({ length: MOST_CHOICES }, (_, i) => first + i * STEP_MS).filter((at) => at <= booking.latestMs);
  return ask(WORDS.title(`${booking.name} ${booking.slot}`), (done) => {
    // A field of type time shows hours as the desk's computer counts them; the hospital counts to 24.
    const at = /** @type {HTMLInputElement} */ (make("input", { id: "arrival", required: true, maxlength: 5,
      inputmode: "numeric", autocomplete: "off", pattern: "([01]?[0-9]|2[0-3]):?[0-5][0-9]", placeholder: "09:25",
      title: WORDS.format }));
    return [make("form", { onsubmit: (event) => {
      event.preventDefault();
      done(clock.at(at.value.trim()));
    }, onkeydown: (event) => {
      const choice = choices[Number(event.key) - 1];
      if (choice && event.target !== at) done(choice);
    } },
    make("p", { class: "quiet" }, WORDS.why(clock.text(booking.latestMs))),
    make("div", { class: "choices" }, ...choices.map((choice, i) =>
      make("button", { type: "button", onclick: () => done(choice) }, clock.text(choice), make("kbd", {}, String(i + 1))))),
    make("label", {}, WORDS.at, at),
    dialogButtons(make("button", { type: "submit", class: "main" }, COMMON.ok, make("kbd", {}, KEYS.enter)), done))];
  });
}

/** What is held until when. @param {any} booking @param {any} kept the server's answer @param {number} arrivalMs promised */
export function keptText(booking, kept, arrivalMs) {
  return WORDS.done(booking.name, kept.promised, kept.lapses) + (arrivalMs > kept.latestMs ? WORDS.capped : "");
}
