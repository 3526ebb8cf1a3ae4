// Who works when: weekly sessions, holidays over them, and opening days for booking.
import { byId, fill, get, make, post } from "./live.js";
import { confirm, inTurn, input, keepFocus, labelled, openPage, row, say, select, sendForm, serviceChoices, yuan } from "./staff.js";
import { COMMON, KEYS, LEVELS, SESSIONS, WEEKDAYS, language, local, words } from "./words.js";

const WORDS = words({
  title: ["出诊模板与节假日", "Sessions and holidays"],
  templates: ["每周的出诊", "Sessions of the week"],
  holidays: ["节假日与调休", "Holidays and working weekends"],
  who: ["科室与医生", "Department and doctor"],
  when: ["时间", "When"],
  seats: ["号源", "Seats"],
  release: ["放号", "Released"],
  none: ["还没有模板。", "There are no sessions yet."],
  noHolidays: ["没有登记节假日。", "No holidays are set."],
  date: ["日期", "Day"],
  name: ["名称", "Name"],
  works: ["当天", "That day"],
  holiday: ["放假：只开节假日门诊", "Holiday: only holiday clinics"],
  worksAs: [(day) => `按${day}上班`, (day) => `Works like a ${day}`],
  anyDoctor: ["不指定医生", "Any doctor"],
  noRoom: ["不指定诊室", "No certain room"],
  each: [(count, minutes) => `每 ${minutes} 分钟 ${count} 个`, (count, minutes) => `${count} each ${minutes} min`],
  released: [(days, at) => `提前 ${days} 天 ${at}`, (days, at) => `${days} days before, ${at}`],
  onHolidays: ["节假日", "Holidays"],
  edit: ["修改", "Change"],
  remove: ["删除", "Remove"],
  removeTitle: ["删除", "Remove"],
  removeTemplate: [(id) => `删除模板 ${id}？已经开放的日子不变，以后不再开放。`,
    (id) => `Remove ${id}? Days that are open stay; no new ones are opened.`],
  removeDay: [(date) => `删除 ${date}？`, (date) => `Remove ${date}?`],
  add: ["添加模板", "Add a session"],
  change: [(id) => `修改 ${id}`, (id) => `Change ${id}`],
  fresh: ["新的模板", "Another session"],
  id: ["代码（小写字母、数字、-）", "Code (small letters, digits, -)"],
  service: ["科室", "Department"],
  doctor: ["医生", "Doctor"],
  room: ["诊室", "Room"],
  session: ["班次", "Session"],
  level: ["级别", "Level"],
  weekdays: ["星期", "Weekdays"],
  from: ["从", "From"],
  until: ["到", "Until"],
  nextDay: [(time) => `次日 ${time}`, (time) => `${time} next day`],
  slot: ["每个时段（分钟）", "Minutes a slot"],
  perSlot: ["每个时段几个号", "Numbers a slot"],
  fee: ["挂号费（元）", "Fee (yuan)"],
  "release-days": ["提前几天放号", "Released days before"],
  "release-at": ["放号时间", "Released at"],
  "closes-before-end": ["结束前几分钟停止预约", "Booking ends minutes before the end"],
  kind: ["类别", "Kind"],
  "works-as": ["当天", "That day"],
  addDay: ["登记节假日或调休", "Set a holiday or a working weekend"],
  open: ["开放号源", "Open days for booking"],
  openHelp: ["按模板和节假日生成这些天还没有的号源；已经有的不会改变。",
    "Makes what templates and holidays say and is not there yet; what is there stays."],
  opened: [(made, seats, closed) => `新开放 ${made} 个出诊单元、${seats} 个号；因节假日关闭 ${closed} 个。`,
    (made, seats, closed) => `${made} sessions with ${seats} numbers opened; ${closed} closed by holidays.`],
  toStop: ["这些出诊单元遇到节假日，但已经有人预约，请逐个停诊：", "Patients have booked these on a holiday; please stop each:"],
  wrongTimes: [(begins) => `出诊要在医院的同一天之内（一天从 ${begins} 开始）。`,
    (begins) => `A session lies within one day of the hospital, which begins at ${begins}.`],
  wrong: [(name) => `“${name}”填得不对。`, (name) => `"${name}" is not well formed.`],
});
const KINDS = words({
  clinic: ["门诊", "Clinic"], exam: ["检查", "Examination"], "check-up": ["体检", "Check-up"], bed: ["床位", "Bed"],
});

/** @type {any} */
let all;
/** @type {any} */
let view;

const DAY = 24 * 60;
/** 1560 is 02:00 of the night that ends the day. */
const time = (minutes) => `${String(Math.floor(minutes % DAY / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const span = (from, until) => {
  if (from >= DAY) return WORDS.nextDay(`${time(from)}–${time(until)}`);
  return `${time(from)}–${until > DAY ? WORDS.nextDay(time(until)) : until === DAY ? "24:00" : time(until)}`;
};
const minutesOf = (text) => {
  const [hours, minutes] = text.split(":").map(Number);
  return hours * 60 + minutes;
};
/** What is before the hospital's day begins belongs to the night of the day before. */
const startOf = (text) => minutesOf(text) + (minutesOf(text) < view.dayBegins ? DAY : 0);
const endOf = (text, start) => minutesOf(text) + (minutesOf(text) <= start ? DAY : 0);
const refusals = ({ error, detail }) => (error === "bad-data" ? WORDS.wrong(WORDS[detail] ?? detail) : undefined);
const refusalsOfTemplate = (refusal) => (refusal.error === "bad-data" && ["from", "until"].includes(refusal.detail)
  ? WORDS.wrongTimes(time(view.dayBegins)) : refusals(refusal));

/** "周一至周五": days that follow each other are one span; none is torn apart at a line's end. @param {number[]} days */
function weekdayList(days) {
  /** @type {number[][]} */
  const spans = [];
  for (const day of [...days].sort()) {
    const last = spans.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else spans.push([day, day]);
  }
  const name = (day) => WEEKDAYS[day - 1];
  return spans.map(([from, to]) => (from === to ? name(from)
    : `${name(from)}${language === "zh" ? "至" : "–"}${name(to)}`)).join(language === "zh" ? "、" : ", ");
}

function showLists() {
  byId("none").hidden = view.templates.length > 0;
  byId("noHolidays").hidden = view.holidays.length > 0;
  keepFocus(() => {
    fill("templates", ...view.templates.map((one) => row(
      ["wrap", make("b", {}, local(one.serviceName)), make("br"),
        `${one.doctorName?.name ?? WORDS.anyDoctor} · ${LEVELS[one.level] ?? one.level}`],
      ["wide wrap", `${one.session === "holiday" ? WORDS.onHolidays : weekdayList(one.weekdays)} ${span(one.from, one.until)}`],
      ["wrap", WORDS.each(one.seats, one.slot), make("br"), `${yuan(one.fee)}`],
      ["wide wrap", WORDS.released(one.releaseDays, time(one.releaseAt))],
      ["do wrap", make("button", { class: "small", "data-keep": `edit ${one.id}`, onclick: () => showForm(one) }, WORDS.edit),
        make("button", { class: "small", "data-keep": `remove ${one.id}`, onclick: () => remove(one.id) }, WORDS.remove)])));
    fill("holidays", ...view.holidays.map((one) => row(
      one.date, ["wrap", one.name],
      ["wide wrap", one.worksAs === 0 ? WORDS.holiday : WORDS.worksAs(WEEKDAYS[one.worksAs - 1])],
      ["do", make("button", { class: "small", "data-keep": `day ${one.date}`, onclick: () => removeDay(one.date) }, WORDS.remove)])));
  });
}

async function refresh() {
  view = await get("/api/templates");
  showLists();
}

/** What a template's form holds. @param {any} one */
function fieldsOf(one) {
  const number = (id, value, min, max) => input(id, { type: "number", min, max, required: true, value });
  const doctors = (service) => [{ value: "", text: WORDS.anyDoctor }, ...view.doctors
    .filter((doctor) => doctor.service === service)
    .map((doctor) => ({ value: doctor.id, text: `${doctor.name} ${local(doctor.title)}` }))];
  const service = one.service ?? all.services[0]?.id;
  const fields = {
    id: input("t-id", { maxlength: 40, required: true, pattern: "[a-z0-9\\-]+", readonly: Boolean(one.id),
      value: one.id ?? "", spellcheck: "false", autocapitalize: "none" }),
    service: select("t-service", serviceChoices(all), service),
    doctor: select("t-doctor", doctors(service), one.doctor),
    room: select("t-room", [{ value: "", text: WORDS.noRoom },
      ...view.rooms.map((room) => ({ value: room.id, text: local(room.name) }))], one.room),
    session: select("t-session", Object.entries(SESSIONS).map(([value, text]) => ({ value, text })), one.session ?? "am"),
    level: select("t-level", Object.entries(LEVELS).map(([value, text]) => ({ value, text })), one.level ?? "ordinary"),
    kind: select("t-kind", Object.entries(KINDS).map(([value, text]) => ({ value, text })), one.kind ?? "clinic"),
    from: input("t-from", { type: "time", required: true, value: time(one.from ?? 480) }),
    until: input("t-until", { type: "time", required: true, value: time(one.until ?? 720) }),
    slot: number("t-slot", one.slot ?? 30, 1, 720),
    perSlot: number("t-seats", one.seats ?? 1, 1, 100),
    fee: input("t-fee", { type: "number", min: 0, step: "0.01", required: true, value: yuan(one.fee ?? 0) }),
    "release-days": number("t-release-days", one.releaseDays ?? 7, 0, 365),
    "release-at": input("t-release-at", { type: "time", required: true, value: time(one.releaseAt ?? 420) }),
    "closes-before-end": number("t-closes", one.closesBeforeEnd ?? 0, 0, 720),
  };
  fields.service.onchange = () => fields.doctor.replaceChildren(...doctors(fields.service.value).map((doctor) =>
    make("option", { value: doctor.value }, doctor.text)));
  return fields;
}

/** @param {any} [one] the one to change; a new one without */
function showForm(one) {
  const fields = fieldsOf(one ?? {});
  const days = WEEKDAYS.map((name, i) => input(`t-day-${i + 1}`, { type: "checkbox",
    checked: (one?.weekdays ?? [1, 2, 3, 4, 5]).includes(i + 1) }));
  fill("edit", make("h2", {}, one ? WORDS.change(one.id) : WORDS.add),
    ...Object.entries(fields).map(([name, box]) => labelled(WORDS[name], box)),
    make("fieldset", { class: "boxes" }, make("legend", {}, WORDS.weekdays),
      ...days.map((box, i) => make("label", { class: "check" }, box, WEEKDAYS[i]))),
    make("button", { type: "submit", class: "main" }, COMMON.save, make("kbd", {}, KEYS.enter)),
    one ? make("button", { type: "button", class: "medium", onclick: () => showForm() }, WORDS.fresh) : null);
  byId("edit").onsubmit = async (event) => {
    event.preventDefault();
    const value = (name) => fields[name].value.trim();
    const done = await sendForm(byId("edit"), () => inTurn(() => post("/api/templates/put", {
      id: value("id"), service: value("service"), doctor: value("doctor"), room: value("room"), session: value("session"),
      level: value("level"), kind: value("kind"), quota: one?.quota ?? "",
      weekdays: days.flatMap((box, i) => (box.checked ? [i + 1] : [])),
      from: startOf(value("from")), until: endOf(value("until"), startOf(value("from"))), slot: Number(value("slot")),
      seats: Number(value("perSlot")), fee: Math.round(Number(value("fee")) * 100),
      releaseDays: Number(value("release-days")), releaseAt: minutesOf(value("release-at")),
      closesBeforeEnd: Number(value("closes-before-end")),
    }), refusalsOfTemplate), async () => {
      await refresh();
      if (fields.id.isConnected) showForm();  // Else another one is looked at by now.
    });
    if (done) say(COMMON.saved, true);
  };
  if (one) byId("edit").scrollIntoView({ block: "nearest" });
}

async function remove(id) {
  if (!(await confirm(WORDS.removeTitle, WORDS.removeTemplate(id), WORDS.remove))) return;
  if (await inTurn(() => post("/api/templates/remove", { id }), {}, `remove ${id}`)) await refresh();
}

async function removeDay(date) {
  if (!(await confirm(WORDS.removeTitle, WORDS.removeDay(date), WORDS.remove))) return;
  if (await inTurn(() => post("/api/templates/remove-day", { date }), {}, `remove-day ${date}`)) await refresh();
}

/** The forms for holidays and for opening days. @param {string} today */
function showOthers(today) {
  const date = input("d-date", { type: "date", required: true });
  const name = input("d-name", { maxlength: 20, required: true });
  const works = select("d-works", [{ value: "0", text: WORDS.holiday },
    ...WEEKDAYS.map((day, i) => ({ value: String(i + 1), text: WORDS.worksAs(day) }))], "0");
  const from = input("o-from", { type: "date", required: true, value: today });
  const until = input("o-until", { type: "date", required: true, value: today });
  const result = make("div", { id: "opened" });
  const dayForm = make("form", { class: "side-form", id: "day", autocomplete: "off", onsubmit: async (event) => {
    event.preventDefault();
    const done = await sendForm(dayForm, () => inTurn(() => post("/api/templates/put-day", { date: date.value,
      name: name.value.trim(), worksAs: Number(works.value) }), refusals), refresh);
    if (done) say(COMMON.saved, true);
  } }, make("h2", {}, WORDS.addDay), labelled(WORDS.date, date), labelled(WORDS.name, name),
  labelled(WORDS.works, works), make("button", { type: "submit", class: "medium" }, COMMON.save));
  const openForm = make("form", { class: "side-form", id: "open", autocomplete: "off", onsubmit: async (event) => {
    event.preventDefault();
    const done = await sendForm(openForm, () => inTurn(() => post("/api/templates/open-days",
      { from: from.value, until: until.value }), refusals));
    if (!done) return;
    say(WORDS.opened(done.made, done.seats, done.closed), true);
    result.replaceChildren(...(done.toStop.length === 0 ? [] : [make("p", {}, WORDS.toStop),
      make("ul", { class: "rows" }, ...done.toStop.map((session) => make("li", {},
        make("a", { href: `/stop?day=${session.day}&id=${encodeURIComponent(session.id)}` },
          `${session.day} ${session.hours} ${local(session.service)} ${session.doctor?.name ?? ""}`))))]));
  } }, make("h2", {}, WORDS.open), make("p", { class: "quiet" }, WORDS.openHelp), labelled(WORDS.from, from),
  labelled(WORDS.until, until), make("button", { type: "submit", class: "medium" }, WORDS.open), result);
  fill("made", dayForm, openForm);
}

async function open() {
  all = await openPage("templates", WORDS);
  await refresh();
  showForm();
  showOthers(all.today);
}

open();
