// Stopping a clinic: which session, who is affected and what becomes of each, then the act.
import { byId, fill, get, make, newest, post } from "./live.js";
import { askChoice, field, inTurn, keepFocus, openPage, say, serviceChoices, yuan } from "./staff.js";
import { BOOKING_STATES, local, words } from "./words.js";

const WORDS = words({
  title: ["停诊与替诊", "Stop a clinic"],
  service: ["科室", "Department"],
  day: ["日期", "Day"],
  doctor: ["医生", "Doctor"],
  hours: ["时间", "Hours"],
  taken: ["已约 / 号源", "Booked / seats"],
  none: ["这一天没有出诊安排。", "There is no session on this day."],
  choose: ["从左边选择一个出诊单元，先看会影响谁，再决定。",
    "Choose a session: first see whom it concerns, then decide."],
  look: ["查看", "Look"],
  stopped: ["已停诊", "Stopped"],
  anyDoctor: ["不指定医生", "Any doctor"],
  affected: [(count) => `受影响 ${count} 人`, (count) => `${count === 1 ? "1 person" : `${count} people`} concerned`],
  free: [(count) => `未约号源 ${count} 个，将关闭`, (count) => `${count === 1 ? "1 free seat" : `${count} free seats`} will be closed`],
  nobody: ["没有人预约。", "Nobody is booked."],
  becomes: ["停诊后", "Then"],
  notice: ["通知，可免费改约", "Message, rebooks for nothing"],
  refund: [(yuan) => `退回 ${yuan} 元`, (yuan) => `${yuan} yuan back`],
  stays: ["不受影响", "Not concerned"],
  substitute: ["换人替诊", "Another doctor takes over"],
  substituteTitle: [(what) => `替诊：${what}`, (what) => `A substitute for ${what}`],
  substituteWho: ["同级医生", "Doctor of the same level"],
  substituted: [(count) => `已安排替诊，${count} 位患者会收到通知，不愿意的可以免费取消。`,
    (count) => `Another doctor takes over. ${count} patients are told and may cancel for nothing.`],
  noSubstitute: ["本科没有同级医生可以替诊。", "The department has no other doctor of that level."],
  remedy: ["给患者", "For the patients"],
  rebook: ["免费改约（已付的退回）", "Another time for nothing (what was paid goes back)"],
  refundOnly: ["只退款，不改约", "Money back only"],
  "not-same-level": ["不是同级医生。", "Not a doctor of the same level."],
  "doctor-busy": ["这位医生同一时间已经出诊。", "That doctor already has a session at that time."],
  act: ["停诊", "Stop this session"],
  actTitle: [(what) => `停诊：${what}`, (what) => `Stop ${what}`],
  why: ["请写明原因。原因会记入审计；患者会收到停诊通知。",
    "Why? The reason goes into the audit; the patients get a message."],
  reasons: [["医生生病", "会议或培训", "急诊手术", "设备故障"],
    ["Doctor is ill", "Meeting or training", "Emergency operation", "Equipment is broken"]],
  done: [(count) => `已停诊，${count} 位患者的预约已处理。`,
    (count) => `Stopped. ${count} bookings were settled.`],
});

const asked = new URLSearchParams(location.search);
/** The session that is looked at; "": none. */
let chosen = asked.get("id") ?? "";

function remember() {
  const address = new URLSearchParams({ service: field("service").value, day: field("day").value });
  if (chosen) address.set("id", chosen);
  history.replaceState(null, "", `/stop?${address}`);
}

const sessionsAsked = newest();
const chosenAsked = newest();

function doctorName(session) {
  return session.doctor ? `${session.doctor.name} ${local(session.doctor.title)}` : WORDS.anyDoctor;
}

async function showSessions() {
  remember();
  const address = new URLSearchParams({ service: field("service").value, day: field("day").value });
  const isNewest = sessionsAsked();
  const { sessions } = await get(`/api/sessions?${address}`);
  if (!isNewest()) return;
  byId("none").hidden = sessions.length > 0;
  keepFocus(() => fill("sessions", ...sessions.map((session) =>
    make("tr", { class: session.id === chosen ? "chosen" : null },
      make("td", { class: "wrap" }, make("b", {}, doctorName(session))),
      make("td", { class: "wide" }, local(session.room)),
      make("td", {}, session.hours ?? ""),
      make("td", {}, `${session.taken} / ${session.seats} `,
        session.stopped ? make("span", { class: "tag bad" }, WORDS.stopped) : null),
      make("td", { class: "do" }, make("button", { class: "small", "data-keep": session.id,
        onclick: () => choose(session.id) }, WORDS.look))))));
}

async function choose(id) {
  chosen = id;
  say("");
  await Promise.all([showSessions(), showChosen()]);
  byId("side").scrollIntoView({ block: "nearest" });
}

function becomes(patient) {
  if (patient.state === "stopped") {
    return patient.refundFen > 0 ? `${WORDS.notice} · ${WORDS.refund(yuan(patient.refundFen))}` : WORDS.notice;
  }
  if (!patient.stops) return WORDS.stays;
  return patient.prepaidFen > 0 ? `${WORDS.notice} · ${WORDS.refund(yuan(patient.prepaidFen))}` : WORDS.notice;
}

async function showChosen() {
  const isNewest = chosenAsked();
  if (!chosen) {
    fill("chosen", make("p", { class: "quiet" }, WORDS.choose));
    return;
  }
  const id = chosen;
  const session = await get(`/api/stop?id=${encodeURIComponent(id)}`);
  if (!isNewest()) return;
  const concerned = session.patients.filter((patient) => patient.stops || patient.state === "stopped");
  const title = `${doctorName(session)} · ${session.day ?? ""} ${session.hours ?? ""}`;
  fill("chosen",
    make("h2", {}, title),
    make("p", { class: "quiet" }, `${local(session.service)} · ${local(session.room)}`),
    make("p", {}, make("b", {}, WORDS.affected(concerned.length))),
    session.stopped ? null : make("p", { class: "quiet" }, WORDS.free(session.free)),
    session.stopped
      ? make("p", {}, make("span", { class: "tag bad" }, WORDS.stopped))
      : make("div", { class: "choices" },
        make("button", { id: "stop", class: "main", onclick: () => stop(id, title) }, WORDS.act),
        make("button", { id: "substitute", disabled: session.substitutes.length === 0,
          onclick: () => substitute(id, title, session.substitutes) }, WORDS.substitute)),
    session.stopped || session.substitutes.length > 0 ? null
      : make("p", { class: "quiet" }, WORDS.noSubstitute),
    session.patients.length === 0 ? make("p", { class: "quiet" }, WORDS.nobody)
      : make("ul", { class: "rows" }, ...session.patients.map((patient) =>
        make("li", {}, make("b", {}, patient.name), make("span", {}, patient.slot),
          make("span", { class: "tag plain" },
            BOOKING_STATES[/** @type {keyof typeof BOOKING_STATES} */ (patient.state)] ?? patient.state),
          make("small", { class: "quiet" }, becomes(patient))))));
}

/** @param {string} id of the session that is shown: another one may be chosen by now @param {string} title */
async function stop(id, title) {
  const answer = await askChoice(WORDS.actTitle(title),
    [{ value: "rebook", text: WORDS.rebook }, { value: "refund", text: WORDS.refundOnly }],
    { label: WORDS.remedy, reasons: WORDS.reasons, why: WORDS.why });
  if (!answer) return;
  const done = await inTurn(() => post("/api/stop/session",
    { id, reason: answer.reason, remedy: answer.value }), {}, `stop ${id}`);
  if (!done) return;
  await Promise.all([showSessions(), showChosen()]);
  say(WORDS.done(done.patients.length), true);
}

async function substitute(id, title, doctors) {
  const answer = await askChoice(WORDS.substituteTitle(title),
    doctors.map((doctor) => ({ value: doctor.id, text: `${doctor.name} ${local(doctor.title)}` })),
    { label: WORDS.substituteWho, reasons: WORDS.reasons, why: WORDS.why });
  if (!answer) return;
  const done = await inTurn(() => post("/api/stop/substitute",
    { id, doctor: answer.value, reason: answer.reason }), WORDS, `substitute ${id}`);
  if (!done) return;
  await Promise.all([showSessions(), showChosen()]);
  say(WORDS.substituted(done.patients.length), true);
}

async function open() {
  const all = await openPage("stop", WORDS);
  fill("service", ...serviceChoices(all).map((one) => make("option", { value: one.value }, one.text)));
  const wanted = asked.get("service");
  if (wanted) field("service").value = wanted;
  field("day").value = asked.get("day") ?? all.today;
  for (const id of ["service", "day"]) {
    field(id).addEventListener("change", () => {
      chosen = "";
      showSessions();
      showChosen();
    });
  }
  await Promise.all([showSessions(), showChosen()]);
}

open();
