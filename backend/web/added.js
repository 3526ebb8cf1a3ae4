// 加号: a number beyond capacity for a named patient, at the doctor's word.
import { byId, fill, get, make, newest, post } from "./live.js";
import { askReason, confirm, field, inTurn, input, keepFocus, labelled, openPage, row, say, sendForm, serviceChoices } from "./staff.js";
import { BOOKING_REFUSALS, BOOKING_STATES, KEYS, local, operationId, personText, words } from "./words.js";

const WORDS = words({
  title: ["加号", "Added numbers"],
  service: ["科室", "Department"],
  day: ["日期", "Day"],
  doctor: ["医生", "Doctor"],
  hours: ["时间", "Hours"],
  seats: ["已约 / 号源 + 加号", "Booked / seats + added"],
  none: ["这一天没有出诊安排。", "There is no session on this day."],
  choose: ["从左边选择一个出诊单元。", "Choose a session."],
  look: ["查看", "Look"],
  stopped: ["已停诊", "Stopped"],
  anyDoctor: ["不指定医生", "Any doctor"],
  left: [(standing, most) => `已加 ${standing} 个，最多 ${most} 个`, (standing, most) => `${standing} added, ${most} at most`],
  full: ["加号已用完。", "No further number can be added."],
  who: ["就诊卡、证件号或电话", "Card, document or telephone"],
  find: ["查找患者", "Find the patient"],
  nobody: ["没有找到这个人。", "Nobody was found."],
  add: ["加号", "Add a number"],
  addTitle: [(who) => `给 ${who} 加号`, (who) => `A number for ${who}`],
  addWhy: [(what) => `${what}。请再核对本人：加号只给这一位患者，不能转给别人。`,
    (what) => `${what}. Please make sure who it is: the number is this patient's alone.`],
  done: [(slot) => `已加号，时段 ${slot}，患者会收到通知。`, (slot) => `Added at ${slot}. The patient gets a message.`],
  given: ["已加的号", "Numbers that were added"],
  cancel: ["取消加号", "Take it back"],
  cancelTitle: [(who) => `取消 ${who} 的加号`, (who) => `Take the number of ${who} back`],
  cancelReasons: [["患者要求", "加错人", "医生要求"], ["Patient asked", "Wrong person", "Doctor asked"]],
  cancelled: ["已取消。", "Taken back."],
});

const asked = new URLSearchParams(location.search);
let chosen = asked.get("id") ?? "";
/** @type {any[]} */
let people = [];

function remember() {
  const address = new URLSearchParams({ service: field("service").value, day: field("day").value });
  if (chosen) address.set("id", chosen);
  history.replaceState(null, "", `/added?${address}`);
}

const sessionsAsked = newest();
const chosenAsked = newest();

const doctorName = (session) => (session.doctor ? `${session.doctor.name} ${local(session.doctor.title)}` : WORDS.anyDoctor);

async function showSessions() {
  remember();
  const address = new URLSearchParams({ service: field("service").value, day: field("day").value });
  const isNewest = sessionsAsked();
  const { sessions } = await get(`/api/sessions?${address}`);
  if (!isNewest()) return;
  byId("none").hidden = sessions.length > 0;
  keepFocus(() => fill("sessions", ...sessions.map((session) => {
    const cells = row(["wrap", make("b", {}, doctorName(session))], ["wide", local(session.room)], session.hours ?? "",
      ["", `${session.taken} / ${session.seats} + ${session.added} `,
        session.stopped ? make("span", { class: "tag bad" }, WORDS.stopped) : null],
      ["do", make("button", { class: "small", "data-keep": session.id, onclick: () => choose(session.id) }, WORDS.look)]);
    cells.classList.toggle("chosen", session.id === chosen);
    return cells;
  })));
}

async function choose(id) {
  chosen = id;
  people = [];
  say("");
  await Promise.all([showSessions(), showChosen()]);
  byId("said").scrollIntoView({ block: "nearest" });
}

function finder(session, title) {
  const box = input("who", { maxlength: 64, required: true, spellcheck: "false", autocapitalize: "none" });
  const form = make("form", { class: "side-form", autocomplete: "off", onsubmit: async (event) => {
    event.preventDefault();
    const q = box.value.trim();
    const found = await sendForm(form, () => inTurn(() => post("/api/added/find", { q })));
    // Another session was chosen meanwhile.
    if (!found || session.id !== chosen) return;
    people = found.people;
    await showChosen();
    if (people.length === 0) say(WORDS.nobody);
    else /** @type {HTMLElement | null} */ (document.querySelector("#people button"))?.focus();
  } }, labelled(WORDS.who, box), make("button", { type: "submit", class: "medium" }, WORDS.find,
    make("kbd", {}, KEYS.enter)));
  return [form, make("ul", { class: "rows", id: "people" }, ...people.map((person) => make("li", {},
    make("b", {}, person.name), make("span", {}, personText(person)),
    make("button", { class: "small main", onclick: () => add(session, person, title) }, WORDS.add))))];
}

async function showChosen() {
  const isNewest = chosenAsked();
  if (!chosen) {
    fill("chosen", make("p", { class: "quiet" }, WORDS.choose));
    return;
  }
  const session = await get(`/api/added?id=${encodeURIComponent(chosen)}`);
  if (!isNewest()) return;
  const title = `${doctorName(session)} · ${session.day ?? ""} ${session.hours ?? ""}`;
  const isFull = session.standing >= session.most;
  fill("chosen", make("h2", {}, title),
    make("p", { class: "quiet" }, `${local(session.service)} · ${local(session.room)}`),
    make("p", {}, make("b", {}, WORDS.left(session.standing, session.most))),
    session.stopped ? make("p", {}, make("span", { class: "tag bad" }, WORDS.stopped))
      : isFull ? make("p", { class: "quiet" }, WORDS.full) : finder(session, title),
    session.added.length === 0 ? null : [make("h2", {}, WORDS.given),
      make("ul", { class: "rows", id: "given" }, ...session.added.map((one) => make("li", {},
        make("b", {}, one.name), make("span", {}, one.slot),
        make("span", { class: "tag plain" }, BOOKING_STATES[one.state] ?? one.state),
        one.stands ? make("button", { class: "small", onclick: () => cancel(one) }, WORDS.cancel) : null)))]);
}

async function add(session, person, title) {
  const yes = await confirm(WORDS.addTitle(person.name), WORDS.addWhy(`${title} · ${personText(person)}`), WORDS.add);
  if (!yes) return;
  const done = await inTurn(() => post("/api/added/add", { session: session.id, patient: person.id,
    operation: operationId() }), BOOKING_REFUSALS, `add ${session.id} ${person.id}`);
  if (!done) return;
  people = [];
  await Promise.all([showSessions(), showChosen()]);
  say(WORDS.done(done.slot), true);
}

async function cancel(one) {
  const reason = await askReason(WORDS.cancelTitle(one.name), WORDS.cancelReasons);
  if (!reason) return;
  const done = await inTurn(() => post("/api/added/cancel", { id: one.id, operation: operationId(), reason }),
    BOOKING_REFUSALS, `cancel ${one.id}`);
  if (!done) return;
  await Promise.all([showSessions(), showChosen()]);
  say(WORDS.cancelled, true);
}

async function open() {
  const all = await openPage("added", WORDS);
  fill("service", ...serviceChoices(all).map((one) => make("option", { value: one.value }, one.text)));
  if (asked.get("service")) field("service").value = asked.get("service") ?? "";
  field("day").value = asked.get("day") ?? all.today;
  for (const id of ["service", "day"]) field(id).addEventListener("change", () => choose(""));
  await Promise.all([showSessions(), showChosen()]);
}

open();
