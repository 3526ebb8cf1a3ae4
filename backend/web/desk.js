// A doctor's calling desk, keyboard first.
import { HospitalClock, byId, fill, follow, get, make, newest, post } from "./live.js";
import { markTags, nameClasses } from "./marks.js";
import { askChoice, askReason, inTurn, keepFocus, openFrame, places, say } from "./staff.js";
import { COMMON, KEYS, QUEUE_REFUSALS, durationText, local, operationId, speakOn, words } from "./words.js";

const WORDS = words({
  notes: ["患者预约时写的：", "Written at booking: "],
  choose: ["选择诊室", "Choose a room"],
  changeRoom: ["换诊室", "Another room"],
  inside: ["正在就诊", "In consultation"],
  connecting: ["正在连接…", "Connecting…"],
  nobody: ["现在没有人等候。新的报到会自动出现在这里。",
    "Nobody is waiting. Who checks in appears here by itself."],
  chartLabel: ["到诊与预约", "Arrivals and bookings"],
  chartTitle: ["每半小时到诊（实）与预约（空）", "Arrived (filled) and booked (outlined) by half hour"],
  foot: ["每次改变顺序都会记录操作人和原因，并在屏幕上标出。",
    "Every change of order is recorded with name and reason, and marked on the screen."],
  again: ["重叫", "Call again"],
  pass: ["过号", "Missed call"],
  finish: ["完成", "Finish"],
  next: [(number) => `叫下一位 ${number}`, (number) => `Call next ${number}`],
  nobodyWaits: ["没有人等候", "Nobody is waiting"],
  notYet: ["还没有叫号", "Nobody is called yet"],
  none: ["现在没有可以叫的号。", "There is nobody to call now."],
  male: ["男", "male"],
  female: ["女", "female"],
  age: [(years) => `${years} 岁`, (years) => `${years} years`],
  away: ["去检查", "To an exam"],
  transfer: ["转诊", "Transfer"],
  pause: ["暂停叫号", "Pause"],
  resume: ["恢复叫号", "Resume"],
  paused: [(since, reason) => `${since} 起暂停叫号：${reason}`, (since, reason) => `Paused since ${since}: ${reason}`],
  pauseTitle: ["暂停本诊室叫号", "Pause calling in this room"],
  pauseReasons: [["去病房会诊", "临时休息", "设备故障"], ["Called to a ward", "Short break", "Equipment is broken"]],
  hold: ["准备中", "Hold"],
  release: ["恢复", "Release"],
  isAway: ["检查中", "At an exam"],
  comesBack: ["回诊", "Is back"],
  transferTitle: [(who) => `转诊 ${who}`, (who) => `Transfer ${who}`],
  transferTo: ["转到", "To"],
  transferReasons: [["病情需要", "挂错科室", "需专科会诊"], ["Clinical need", "Wrong department", "Specialist opinion"]],
  transferred: [(number) => `已转诊，新号 ${number}。`, (number) => `Transferred. The new number is ${number}.`],
  passedNow: [(number) => `${number} 多次未到，已过号。`, (number) => `${number} did not come and was passed.`],
  calls: [(done, most) => `第 ${done} 次叫号（${most} 次后过号）`, (done, most) => `Call ${done} of ${most}`],
  called: [(at, again, lasted) => `${at} 叫号${again ? ` · 重叫 ${again}` : ""} · 已 ${lasted}`,
    (at, again, lasted) => `Called ${at}${again ? ` · again ${again}` : ""} · ${lasted}`],
  callThis: ["叫此号", "Call"],
  callFirst: ["叫下一位", "Call next"],
  callOther: ["不按顺序叫此号，需要原因", "Calls out of order and needs a reason"],
  booked: ["预约", "Booked"],
  missed: ["已过号", "Missed call"],
  recall: ["召回", "Recall"],
  waiting: ["等候", "Waiting"],
  done: ["已看", "Seen"],
  typical: ["通常就诊", "Usual length"],
  passed: ["过号", "Missed calls"],
  terminalCalls: [(terminal) => `自助机 ${terminal} 呼叫工作人员`, (terminal) => `Terminal ${terminal} calls for staff`],
  answer: ["我去处理", "I will go"],
  callTitle: [(who) => `不按顺序叫 ${who}`, (who) => `Call ${who} out of order`],
  recallTitle: [(who) => `召回 ${who}`, (who) => `Recall ${who}`],
  callReasons: [["急诊患者", "军人优先", "老人优先", "残障优先", "复诊取结果"],
    ["Emergency", "Armed forces", "Elderly", "Disability", "Back with results"]],
  recallReasons: [["患者已回到候诊区", "去检查后返回", "未听到叫号"],
    ["Back in the waiting area", "Back from an exam", "Did not hear the call"]],
});

const room = new URLSearchParams(location.search).get("room") ?? "";
const clock = new HospitalClock();
/** The last view of the server; null until it came. @type {any} */
let view = null;
/** The hospital's places; null until they came. @type {any} */
let all = null;

/** @param {string} name @param {Record<string, any>} [more] @returns {Promise<any>} */
async function act(name, more = {}) {
  const answer = await inTurn(() => post(`/api/desk/${name}`, { room, ...more }),
    { "not-found": WORDS.none, ...QUEUE_REFUSALS }, `${name} ${more.ticket ?? ""}`);
  if (name === "again" && answer?.status === "passed") say(WORDS.passedNow(answer.number));
  return answer;
}

function personText(row) {
  const parts = [row.name, row.sex ? WORDS[row.sex] : null, row.age != null ? WORDS.age(row.age) : null];
  return parts.filter(Boolean).join(" · ");
}

/** What patients wrote about their illness, by ticket; only for who treats. @type {Record<string, string>} */
let notes = {};
let mayReadNotes = false;
/** Of whom the notes are known. */
let notesOf = "";
const notesAsked = newest();

async function readNotes() {
  const ids = [view.current, ...view.waiting].filter(Boolean).map((ticket) => ticket.id).join(" ");
  if (!mayReadNotes || ids === notesOf) return;
  notesOf = ids;
  const isNewest = notesAsked();
  const answer = await get(`/api/desk-notes?room=${encodeURIComponent(room)}`).catch(() => ({ notes: [] }));
  if (!isNewest()) return;
  notes = Object.fromEntries(answer.notes.map((note) => [note.id, note.text]));
  showCurrent();
}

function showCurrent() {
  const current = view.current;
  if (!current) {
    fill("current", make("div", { class: "number none" }, "—"),
      make("p", { class: "quiet" }, WORDS.notYet));
    return;
  }
  const lasted = Math.max(0, (clock.now() - (current.calledMs ?? clock.now())) / 1000);
  const again = current.lastCalledMs > current.calledMs ? clock.text(current.lastCalledMs) : "";
  fill("current",
    make("div", { class: "number" }, current.number),
    make("p", { class: "person" }, personText(current), " ", ...markTags(current.marks)),
    notes[current.id] ? make("p", { class: "notes", id: "notes" }, make("b", {}, WORDS.notes), notes[current.id]) : null,
    make("p", { class: "quiet" },
      WORDS.called(clock.text(current.calledMs), again, durationText(lasted))),
    current.calls > 1 ? make("p", { class: "quiet" }, WORDS.calls(current.calls, view.callsBeforePassed)) : null);
}

function cells(ticket) {
  return [
    make("td", {}, make("b", {}, ticket.number)),
    make("td", {}, ticket.name),
    make("td", { class: "wide" }, ticket.slot),
    make("td", { class: "wide" }, ticket.arrived),
  ];
}

function rowOf(ticket) {
  const waited = Math.max(0, Math.floor((clock.now() - ticket.arrivedMs) / 60000));
  const isNext = ticket === nextTicket();
  const button = (name, word, act, more = {}) => make("button", { class: "small",
    "data-keep": `${name} ${ticket.id}`, onclick: act, ...more }, word);
  const buttons = ticket.hold
    ? [button("release", WORDS.release, () => act("release", { ticket: ticket.id }))]
    : [button("hold", WORDS.hold, () => act("hold", { ticket: ticket.id, why: "preparing" })),
      button("call", WORDS.callThis, () => (isNext ? act("next", { ticket: ticket.id }) : callOutOfOrder(ticket)),
        { title: isNext ? WORDS.callFirst : WORDS.callOther })];
  const marks = markTags(ticket.marks);
  if (marks.length === 0) marks.push(make("span", { class: "tag plain" }, WORDS.booked));
  return make("tr", {}, ...cells(ticket),
    make("td", {}, COMMON.minutes(waited)),
    make("td", { class: "marks" }, ...marks),
    make("td", { class: "do" }, ...buttons));
}

/** Who is called by the one key: the first who is not held. */
function nextTicket() {
  return view.waiting.find((ticket) => !ticket.hold);
}

function awayRowOf(ticket) {
  return make("tr", { class: "passed" }, ...cells(ticket),
    make("td", {}, ""),
    make("td", { class: "marks" }, ...markTags(ticket.marks)),
    make("td", { class: "do" }, make("button", { class: "small", "data-keep": `back ${ticket.id}`,
      onclick: () => act("return", { ticket: ticket.id }) }, WORDS.comesBack)));
}

function passedRowOf(ticket) {
  return make("tr", { class: "passed" }, ...cells(ticket),
    make("td", {}, ""),
    make("td", { class: "marks" }, make("span", { class: "tag warn" }, WORDS.missed)),
    make("td", { class: "do" },
      make("button",
        { class: "small", "data-keep": `recall ${ticket.id}`, onclick: () => recall(ticket) },
        WORDS.recall)));
}

function stat(label, value) {
  return make("div", {}, label, make("b", {}, value));
}

function show(next) {
  nameClasses(next.classes);
  view = next;
  const doctor = view.doctor ? ` · ${view.doctor.name} ${local(view.doctor.title)}` : "";
  byId("title").textContent = `${local(view.room)}${doctor} · ${local(view.service)}`;
  document.title = `${local(view.room)} · ${COMMON.product}`;
  const typical = view.stats.typicalSeconds;
  fill("stats",
    stat(WORDS.waiting, String(view.stats.waiting)),
    stat(WORDS.done, String(view.stats.done)),
    stat(WORDS.typical, typical != null ? durationText(typical) : "—"),
    stat(WORDS.passed, String(view.stats.passed)));
  keepFocus(() => {
    fill("waiting", ...view.waiting.map(rowOf), ...view.away.map(awayRowOf), ...view.passed.map(passedRowOf));
    fill("staff-calls", ...view.staffCalls.map((call) =>
      make("p", { class: "call" },
        make("b", {}, WORDS.terminalCalls(call.terminal)), ` ${call.since}`,
        make("button",
          { class: "small", "data-keep": `answer ${call.id}`, onclick: () => answer(call.id) },
          WORDS.answer))));
  });
  byId("nobody").hidden = view.waiting.length + view.passed.length + view.away.length > 0;
  showCurrent();
  readNotes();
  byId("paused").hidden = !view.paused;
  if (view.paused) byId("paused").textContent = WORDS.paused(clock.text(view.paused.sinceMs), view.paused.reason);
  fill("pause", view.paused ? WORDS.resume : WORDS.pause, make("kbd", {}, "P"));
  setEnabled("pause", true);
  const first = view.paused ? null : nextTicket();
  fill("next", first ? WORDS.next(first.number) : WORDS.nobodyWaits, make("kbd", {}, KEYS.space));
  setEnabled("next", Boolean(first));
  for (const id of ["again", "pass", "finish", "away", "transfer"]) setEnabled(id, Boolean(view.current));
}

/** @param {string} id @param {boolean} enabled */
function setEnabled(id, enabled) {
  /** @type {HTMLButtonElement} */ (byId(id)).disabled = !enabled;
}

const answer = (id) => inTurn(() => post("/api/staff-calls/answer", { id }), {}, `answer ${id}`);

async function callOutOfOrder(ticket) {
  const reason = await askReason(WORDS.callTitle(`${ticket.number} ${ticket.name}`), WORDS.callReasons);
  if (reason) await act("call", { ticket: ticket.id, reason });
}

async function recall(ticket) {
  const reason = await askReason(WORDS.recallTitle(`${ticket.number} ${ticket.name}`),
    WORDS.recallReasons);
  if (reason) await act("recall", { ticket: ticket.id, reason });
}

async function pause() {
  if (view.paused) return act("resume");
  const reason = await askReason(WORDS.pauseTitle, WORDS.pauseReasons);
  return reason ? act("pause", { reason }) : null;
}

async function transfer() {
  const ticket = view.current;
  // Asked for when the page was opened: the next key is for the dialog, not for the page behind it.
  const { services } = all ?? await places();
  const others = services.filter((service) => service.id !== view.serviceId);
  const answer = await askChoice(WORDS.transferTitle(`${ticket.number} ${ticket.name}`),
    others.map((service) => ({ value: service.id, text: `${service.letter} ${local(service.name)}` })),
    { label: WORDS.transferTo, reasons: WORDS.transferReasons });
  if (!answer) return;
  const done = await act("transfer", { ticket: ticket.id, service: answer.value, reason: answer.reason,
    operation: operationId() });
  if (done) say(WORDS.transferred(done.number), true);
}

async function showChart() {
  const chart = await get(`/api/chart?room=${encodeURIComponent(room)}`).catch(() => null);
  if (!chart) return;
  const bars = chart.halfHours;
  const highest = Math.max(1, ...bars.map((bar) => bar.booked));
  const width = 720 / Math.max(1, bars.length);
  const height = (count) => (count / highest) * 62;
  fill("chart", make("svg", { viewBox: "0 0 720 96", role: "img" },
    ...bars.flatMap((bar, i) => [
      make("rect", { class: "booked", x: i * width + 3, width: Math.max(2, width - 8), rx: 2,
        y: 72 - height(bar.booked), height: height(bar.booked) }),
      make("rect", { class: "arrived", x: i * width + 3, width: Math.max(2, width - 8), rx: 2,
        y: 72 - height(bar.arrived), height: height(bar.arrived) }),
      bar.at.endsWith(":00")
        ? make("text", { x: i * width + 3, y: 90 }, bar.at.slice(0, 2)) : null,
    ]),
    make("path", { d: "M0 72.5h720" })));
}

async function chooseRoom() {
  byId("chooser").hidden = false;
  openFrame("desk");
  const all = await places();
  fill("rooms", ...all.services.filter((one) => one.rooms.length > 0).map((service) =>
    make("section", {},
      make("h2", {}, make("b", {}, service.letter), ` ${local(service.name)}`,
        make("small", {}, local(service.area.name))),
      make("div", { class: "choices" }, ...service.rooms.map((one) =>
        make("a", { href: `/desk?room=${encodeURIComponent(one.id)}` },
          make("b", {}, local(one.name)), ` ${one.doctor?.name ?? ""}`))))));
}

async function openDesk() {
  for (const id of ["desk", "side"]) byId(id).hidden = false;
  byId("page").classList.add("with-side");
  fill("again", WORDS.again, make("kbd", {}, "R"));
  fill("pass", WORDS.pass, make("kbd", {}, "G"));
  fill("finish", WORDS.finish, make("kbd", {}, KEYS.enter));
  fill("away", WORDS.away, make("kbd", {}, "J"));
  fill("transfer", WORDS.transfer, make("kbd", {}, "Z"));
  fill("pause", WORDS.pause, make("kbd", {}, "P"));
  const framed = openFrame("desk", make("a", { href: "/desk" }, WORDS.changeRoom));
  const placed = places();
  follow(`/api/desk/events?room=${encodeURIComponent(room)}`, clock, {
    show,
    beat: () => {
      byId("clock").textContent = clock.text(clock.now(), true);
      if (view) showCurrent();
    },
    stale: (is) => (byId("stale").hidden = !is),
  });
  placed.then((told) => (all = told));
  showChart();
  setInterval(showChart, 60000);
  setInterval(() => view && show(view), 30000);
  // Who works in exam rooms treats patients, too.
  mayReadNotes = (await framed).includes("exam");
  if (view) readNotes();
  const service = (await placed).services.find((one) => one.rooms.some((each) => each.id === room));
  if (service) {
    document.querySelector('#pages a[href="/screen"]')?.setAttribute("href",
      `/screen?area=${encodeURIComponent(service.area.id)}`);
  }
}

/** An act on who is inside, as this page shows it. @param {string} name */
const onCurrent = (name) => act(name, { ticket: view.current.id });

/** What the buttons do, and their keys. */
const BUTTONS = {
  next: () => act("next"),
  again: () => onCurrent("again"),
  pass: () => onCurrent("pass"),
  finish: () => onCurrent("finish"),
  away: () => onCurrent("away"),
  transfer,
  pause,
};
for (const [id, press] of Object.entries(BUTTONS)) byId(id).onclick = press;

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const isElsewhere = !room || event.repeat || event.ctrlKey || event.altKey || event.metaKey ||
    target.closest("dialog, input, a, nav button, button.small") != null;
  if (isElsewhere) return;
  const button = { " ": "next", r: "again", g: "pass", Enter: "finish", j: "away", z: "transfer", p: "pause" }[
    event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!button) return;
  event.preventDefault();  // A focused button must not act a second time.
  if (!/** @type {HTMLButtonElement} */ (byId(button)).disabled) BUTTONS[button]();
});

speakOn({ ...COMMON, ...WORDS });
if (room) openDesk();
else chooseRoom();
