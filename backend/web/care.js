// What draw window, pharmacy and examination rooms have in common: who the person is, the doubt
// about a person (人证不符), and the queue beside.
import { make, post } from "./live.js";
import { markTags } from "./marks.js";
import { ask, askReason, dialogButtons, inTurn } from "./staff.js";
import { COMMON, KEYS, QUEUE_REFUSALS, language, words } from "./words.js";

export const CARE = words({
  male: ["男", "male"],
  female: ["女", "female"],
  other: ["其他", "other"],
  unknown: ["性别未知", "sex unknown"],
  age: [(age) => `${age} 岁`, (age) => `aged ${age}`],
  card: [(card) => `卡号 ${card}`, (card) => `card ${card}`],
  doubt: ["人证不符", "Not the person"],
  doubtTitle: ["什么对不上？", "What does not fit?"],
  doubtWhy: ["在另一位工作人员核实之前，采血、检查、发药都不能进行。",
    "Until a second member of staff has checked, nothing is drawn, examined or handed out."],
  sex: ["性别", "Sex"],
  ageWord: ["年龄", "Age"],
  photo: ["照片", "Picture"],
  nameWord: ["姓名", "Name"],
  stands: [(what, by) => `人证不符：${what}（${by}）`, (what, by) => `Not the person: ${what} (${by})`],
  standsWhy: ["请第二位工作人员核实后解除。", "A second member of staff has to check and lift this."],
  lifted: [(by) => `已由 ${by} 核实`, (by) => `Checked by ${by}`],
  lift: ["核实无误，解除", "Checked: lift it"],
  liftTitle: ["第二人核实", "Check by a second person"],
  liftReasons: [["已查身份证件", "家属代办，已核验", "信息录入有误，已更正"],
    ["Identity card was seen", "A relative acts, checked", "Record was wrong, corrected"]],
  second: ["第二位工作人员的工号", "Account of the second person"],
  secondWhy: ["请由另一位工作人员在自己的账号下解除；提出的人不能自己解除。",
    "Somebody else lifts it with an account of their own; whoever raised it cannot."],
  "same-person": ["提出的人不能自己解除，请另一位工作人员操作。", "Whoever raised it cannot lift it."],
  "identity-doubt": ["人证不符尚未解除，不能继续。", "There is doubt about the person: nothing may be done."],
  nobody: ["没有人等候。", "Nobody is waiting."],
  notYet: ["还没有叫号。", "Nobody was called yet."],
});

const WHAT = { sex: CARE.sex, age: CARE.ageWord, photo: CARE.photo, name: CARE.nameWord };

/** What every page of these can be refused with. */
export const CARE_REFUSALS = {
  "not-inside": QUEUE_REFUSALS["not-inside"],
  "same-person": CARE["same-person"],
  "identity-doubt": CARE["identity-doubt"],
};

/** Full name, sex, age, card: to compare with who stands here. */
export function personCard(person) {
  const parts = [CARE[person.sex] ?? CARE.unknown, person.age != null ? CARE.age(person.age) : null,
    person.card ? CARE.card(person.card) : null].filter(Boolean);
  return make("p", { class: "who", id: "who" }, person.name, make("small", {}, parts.join(" · ")));
}

/** The doubt about a person, and its end. @param {any} person @param {() => void} onLift */
export function doubtCard(person, onLift) {
  const doubt = person?.doubt;
  if (!doubt) return null;
  if (!doubt.stands) return make("p", { class: "fine" }, CARE.lifted(doubt.liftedBy));
  return make("div", { class: "alarm", role: "alert" }, CARE.stands(WHAT[doubt.what] ?? doubt.what, doubt.by),
    make("small", {}, CARE.standsWhy),
    make("button", { class: "medium", id: "lift", type: "button", onclick: onLift }, CARE.lift));
}

/**
 * Asks what does not fit and tells the server.
 * @param {string} part "draw" @param {Record<string, string>} where with the ticket or bag whose person is meant: another
 *   one may be here when the question is answered
 * @returns {Promise<any>}
 */
export async function flag(part, where) {
  const what = await ask(CARE.doubtTitle, (done) => [
    make("p", { class: "quiet" }, CARE.doubtWhy),
    make("div", { class: "choices" }, ...Object.entries(WHAT).map(([code, name]) =>
      make("button", { type: "button", "data-what": code, onclick: () => done(code) }, name))),
    make("button", { type: "button", class: "medium", onclick: () => done(null) }, COMMON.cancel),
  ]);
  return what ? inTurn(() => post(`/api/${part}/mismatch`, { ...where, what }), CARE_REFUSALS,
    `mismatch ${where.ticket ?? where.bag}`) : null;
}

/** The second person; see flag(). On an open server nobody has an account, so the account is asked for. */
export async function lift(part, where, isOpen) {
  let staff = "";
  if (isOpen) {
    staff = await ask(CARE.liftTitle, (done) => {
      const name = /** @type {HTMLInputElement} */ (make("input", { id: "second", maxlength: 40, required: true,
        autocomplete: "off" }));
      return [make("form", { onsubmit: (event) => {
        event.preventDefault();
        done(name.value.trim());
      } }, make("p", { class: "quiet" }, CARE.secondWhy), make("label", {}, CARE.second, name),
      dialogButtons(/** @type {HTMLButtonElement} */ (make("button", { type: "submit", class: "main" }, COMMON.ok,
        make("kbd", {}, KEYS.enter))), done))];
    });
    if (!staff) return null;
  }
  const reason = await askReason(CARE.liftTitle, CARE.liftReasons, CARE.secondWhy);
  if (!reason) return null;
  return inTurn(() => post(`/api/${part}/override`, { ...where, reason, staff }), CARE_REFUSALS,
    `override ${where.ticket ?? where.bag}`);
}

/** One waiting ticket as a row of a list. @param {any} ticket @param {...any} buttons */
export function waitingRow(ticket, ...buttons) {
  return make("li", {}, make("b", {}, ticket.number), make("span", {}, ticket.name),
    ...markTags(ticket.marks),
    make("span", { class: "quiet" }, ticket.arrived), ...buttons);
}

/** A text box that a card reader or a scanner types into: Enter hands over what it typed. */
export function scanBox(id, label, onScan) {
  const input = /** @type {HTMLInputElement} */ (make("input", { id, autocomplete: "off", spellcheck: "false",
    inputmode: "numeric", maxlength: 40 }));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const text = input.value.trim();
    input.value = "";
    if (text) onScan(text);
  });
  return { input, field: make("label", { class: "field" }, label, input) };
}

/** A tone that cannot be overheard, where the browser lets a page make one. */
export function alarmTone() {
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    tone.type = "square";
    tone.frequency.value = 880;
    tone.connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.6);
    tone.onended = () => audio.close();
  } catch {
    // Silent rooms: the red words stay.
  }
}

// Code 128 (ISO/IEC 15417), code set C: widths of bars and spaces by value.
const PATTERNS = ("212222222122222221121223121322131222122213122312132212221213221312231212112232122132" +
  "122231113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123" +
  "212321232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121" +
  "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224111422" +
  "121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142" +
  "121241114212124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311" +
  "113141114131311141411131211412211214211232").match(/.{6}/g) ?? [];
const START_C = 105;
const STOP = "2331112";

/** An even number of digits as bars. @param {string} digits */
export function bars(digits) {
  const values = (digits.match(/../g) ?? []).map(Number);
  const sum = values.reduce((total, value, i) => total + value * (i + 1), START_C);
  const widths = [START_C, ...values, sum % 103].map((value) => PATTERNS[value]).join("") + STOP;
  let x = 10;  // Ten modules of white.
  let path = "";
  [...widths].forEach((width, i) => {
    if (i % 2 === 0) path += `M${x} 0h${width}v10h-${width}z`;
    x += Number(width);
  });
  return make("svg", { viewBox: `0 0 ${x + 10} 10`, preserveAspectRatio: "none" }, make("path", { d: path }));
}

/** True when Chinese is spoken. */
export const isChinese = language === "zh";
