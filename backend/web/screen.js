// The call screen of a waiting area: a table of its rooms, the last call, a picture and a voice
// for each new one. Address: ?area=ID, &voice=off for a second screen in the same area, &voice=both
// for Chinese and English, &lang=en for an English picture.
import { newCalls } from "./announce.js";
import { HospitalClock, byId, fill, follow, get, make } from "./live.js";
import { legend, markSigns, nameClasses } from "./marks.js";
import { Announcer } from "./speech.js";
import { COMMON, PAGES, language, local, speakOn, words } from "./words.js";

const WORDS = words({
  stale: ["连接中断，显示的可能不是最新叫号，请留意现场通知",
    "No connection: the numbers may be out of date. Please listen to the staff."],
  room: ["诊室", "Room"],
  doctor: ["医生", "Doctor"],
  current: ["就诊中", "In consultation"],
  next1: ["候诊 1", "Next"],
  next2: ["候诊 2", "Then"],
  waiting: ["等候", "Waiting"],
  choose: ["选择候诊区", "Choose a waiting area"],
  area: ["候诊区", " waiting area"],
  idle: ["请留意叫号", "Please wait for your number"],
  idleOther: ["Please wait for your number", "请留意叫号"],
  updated: [(at) => `数据更新于 ${at}`, (at) => `Data of ${at}`],
  notice: ["过号请到分诊台或自助机刷卡重新报到", "Missed your call? Check in again at the triage desk or a terminal"],
  missed: [(numbers) => `过号：${numbers.join("、")}，请到分诊台或自助机刷卡重新报到`,
    (numbers) => `Missed calls: ${numbers.join(", ")}. Please check in again at the triage desk or a terminal`],
  stopped: [(numbers) => `停诊：${numbers.join("、")}，请到分诊台办理改约或退费`,
    (numbers) => `Clinic stopped: ${numbers.join(", ")}. Please ask at the triage desk for another time or your money back`],
  voice: ["语音已开", "Voice on"],
  chime: ["此浏览器没有中文语音，只播放提示音", "No Chinese voice in this browser: chime only"],
  locked: ["触摸屏幕一次以打开声音", "Touch the screen once to switch the sound on"],
  silent: ["没有声音输出", "No sound"],
  off: ["本屏静音", "Muted here"],
  paused: ["暂停", "Paused"],
  pageOf: [(page, pages) => `${page}/${pages}`, (page, pages) => `${page}/${pages}`],
});
/** Rows that fit; where more rooms are busy they take turns. */
const ROWS = 6;
const TURN_MS = 10000;

const asked = new URLSearchParams(location.search);
const area = asked.get("area") ?? "";
const voice = asked.get("voice") ?? "on";
/** @type {("zh" | "en")[]} */
const SPOKEN = voice === "off" ? [] : voice === "both" ? ["zh", "en"] : ["zh"];
const clock = new HospitalClock();
/** The announcement to everybody that was heard. */
let toldMs = 0;
/** Numbers that were told to be stopped. @type {Set<string>} */
const toldStopped = new Set();
/** When the picture was last known to be right. */
let updatedMs = 0;
/** @type {any} */
let view = null;
let turn = 0;
/** Calls that were announced. @type {Set<string>} */
const known = new Set();
/** The call that is announced now; null: none. @type {any} */
let announced = null;

const announcer = new Announcer({
  hour: () => Number(clock.text(clock.now()).slice(0, 2)),
  begin: (call) => {
    announced = call;
    showCall();
  },
  end: () => {
    announced = null;
    showCall();
  },
  state: (word) => {
    byId("settings").textContent = voice === "off" ? WORDS.off : WORDS[word];
    byId("settings").dataset.state = word;
  },
});

function sentence(call, spoken) {
  const who = make("b", {}, call.name || call.number);
  return spoken === "zh"
    ? ["请 ", who, " 到 ", make("b", {}, call.room.zh), " 就诊"]
    : [who, ", please go to ", make("b", {}, call.room.en || call.room.zh)];
}

function showCall() {
  const call = announced ?? view?.call;
  byId("call").classList.toggle("new", Boolean(announced));
  if (announced?.text) {
    fill("call", make("p", { class: "told" }, announced.text));
    return;
  }
  if (!call) {
    fill("call", make("p", { class: "idle" }, WORDS.idle, make("small", {}, WORDS.idleOther)));
    return;
  }
  const doctor = call.doctor ? `${call.doctor.name} ${local(call.doctor.title)} · ` : "";
  fill("call",
    make("div", { class: "n" }, call.number),
    make("div", { class: "w" },
      make("p", {}, ...sentence(call, language), ...markSigns(call.marks)),
      make("small", {}, doctor, ...sentence(call, language === "zh" ? "en" : "zh"))));
}

/** One cell for somebody, or an empty one. */
function cell(ticket, className = "") {
  if (!ticket) return make("td", { class: className }, "");
  return make("td", { class: className },
    make("span", { class: "who" }, make("b", {}, ticket.number), " ",
      make("span", { class: "name" }, ticket.name), ...markSigns(ticket.marks)));
}

function rowOf(room) {
  return make("tr", { class: room.current ? "busy" : "" },
    make("td", { class: "room" }, local(room.room)),
    make("td", {}, room.paused ? make("span", { class: "sign late" }, WORDS.paused) : room.doctor?.name ?? ""),
    cell(room.current, "current"), cell(room.next[0]), cell(room.next[1]),
    make("td", { class: "count" }, String(room.waiting)));
}

function showRooms() {
  // Rooms where nothing happens give their place to those where people wait.
  const busy = view.rooms.filter((room) => room.waiting > 0 || room.current);
  const rooms = busy.length > 0 ? busy : view.rooms;
  const pages = Math.ceil(rooms.length / ROWS);
  const page = turn % pages;
  const shown = rooms.slice(page * ROWS, (page + 1) * ROWS);
  fill("rows", ...shown.map(rowOf));
  const marks = shown.flatMap((room) => [room.current, ...room.next])
    .flatMap((ticket) => ticket?.marks ?? []);
  fill("legend", ...legend([...marks, ...(view.call?.marks ?? [])]),
    pages > 1 ? make("span", { class: "turn" }, WORDS.pageOf(page + 1, pages)) : null);
}

function show(next) {
  const isFirst = view === null;
  view = next;
  nameClasses(view.classes);
  const names = view.services.map(local).join(" ");
  byId("title").textContent = `${names}${WORDS.area} · ${local(view.area)}`;
  const told = view.broadcast?.text ?? "";
  byId("notice").classList.toggle("told", told !== "" || view.stopped.length > 0);
  byId("notice").textContent = told || (view.stopped.length > 0 ? WORDS.stopped(view.stopped)
    : view.passed.length > 0 ? WORDS.missed(view.passed) : WORDS.notice);
  const freshlyStopped = view.stopped.filter((number) => !toldStopped.has(number));
  for (const number of freshlyStopped) toldStopped.add(number);
  if (freshlyStopped.length > 0 && !isFirst) {
    announcer.announce({ text: WORDS.stopped(freshlyStopped), sinceMs: clock.now() }, SPOKEN);
  }
  if (told && !isFirst && view.broadcast.sinceMs !== toldMs) announcer.announce(view.broadcast, SPOKEN);
  toldMs = view.broadcast?.sinceMs ?? 0;
  for (const call of newCalls(view.calls, known, isFirst)) {
    announcer.announce(call, SPOKEN);
  }
  showCall();
  showRooms();
  updatedMs = clock.now();
}

async function chooseArea() {
  byId("chooser").hidden = false;
  const places = await get("/api/places");
  fill("areas", ...places.services.filter((one) => one.rooms.length > 0).map((service) =>
    make("a", { href: `/screen?area=${encodeURIComponent(service.area.id)}` },
      make("b", {}, local(service.name)), make("small", {}, local(service.area.name)))));
}

document.title = `${PAGES.screen} · ${COMMON.product}`;
speakOn(WORDS);
if (!area) {
  chooseArea();
} else {
  byId("screen").hidden = false;
  showCall();
  const beat = () => {
    byId("clock").textContent = clock.text(clock.now());
    if (updatedMs) byId("updated").textContent = WORDS.updated(clock.text(updatedMs, true));
  };
  follow(`/api/screen/events?area=${encodeURIComponent(area)}`, {
    set: (tick) => {
      clock.set(tick);
      updatedMs = clock.now();
      beat();
    },
  }, {
    show,
    beat,
    stale: (is) => {
      byId("stale").hidden = !is;
      byId("screen").classList.toggle("old", is);
    },
  });
  setInterval(() => {
    ++turn;
    if (view) showRooms();
  }, TURN_MS);
}
