// The triage desk: an area's queues, and every act that changes them, each with its name.
import { HospitalClock, byId, fill, follow, make, newest, post } from "./live.js";
import { LATE_REFUSALS, askArrival, keptTags, keptText, lateButton, mayBeLate } from "./late-notice.js";
import { markTags, nameClasses } from "./marks.js";
import { ask, askChoice, askReason, confirm, dialogButtons, inTurn, keepFocus, openFrame, places, say } from "./staff.js";
import { COMMON, KEYS, PAGES, QUEUE_REFUSALS, local, operationId, speakOn, words } from "./words.js";

const WORDS = words({
  choose: ["选择候诊区", "Choose a waiting area"],
  changeArea: ["换候诊区", "Another area"],
  placeholder: ["号码，或就诊卡、证件、电话", "Number, or card, document, telephone"],
  search: ["查找", "Find"],
  loads: ["各诊室候诊", "Rooms and their load"],
  nobody: ["现在没有人等候。", "Nobody is waiting."],
  notFound: ["没有找到。", "Nothing was found."],
  lapsing: ["即将逾时，还没有报到", "Lapse soon, not checked in yet"],
  lapsesAt: [(time) => `${time} 逾时`, (time) => `Lapses at ${time}`],
  anyRoom: ["未分诊室", "Any room"],
  open: ["操作", "Acts"],
  close: ["收起", "Close"],
  inside: [(number) => `就诊中 ${number}`, (number) => `Inside: ${number}`],
  free: ["空闲", "Free"],
  isPaused: ["暂停中", "Paused"],
  pause: ["暂停", "Pause"],
  resume: ["恢复", "Resume"],
  pauseTitle: [(room) => `暂停 ${room} 叫号`, (room) => `Pause ${room}`],
  pauseReasons: [["医生停诊", "医生暂离", "设备故障"], ["Doctor is away today", "Doctor is out for now", "Equipment is broken"]],
  checkIn: ["人工报到", "Check in"],
  checkInTitle: [(who) => `人工报到 ${who}`, (who) => `Check in ${who}`],
  checkInReasons: [["迟到", "自助机故障", "提前到院"], ["Late", "Terminal is broken", "Came early"]],
  checkedIn: [(number) => `已报到，号码 ${number}。`, (number) => `Checked in: ${number}.`],
  priority: ["优先", "Priority"],
  noPriority: ["不优先", "No priority"],
  priorityTitle: [(who) => `优先类别 ${who}`, (who) => `Priority of ${who}`],
  priorityReasons: [["出示证件", "病情变化", "误设更正"], ["Showed a document", "Condition changed", "Was a mistake"]],
  assign: ["指定诊室", "Assign room"],
  assignTitle: [(who) => `为 ${who} 指定诊室`, (who) => `A room for ${who}`],
  assignReasons: [["均衡候诊", "患者要求", "医生停诊"], ["Balance the rooms", "Patient asked", "Doctor is away"]],
  consentTitle: ["更换医生", "Another doctor"],
  consent: ["患者自己选了医生。已经当面征得患者同意更换吗？",
    "The patient chose the doctor. Did the patient agree to another one?"],
  agreed: ["患者已同意", "The patient agreed"],
  door: ["送到门口", "To the door"],
  doorTitle: [(who) => `送 ${who} 到诊室门口`, (who) => `Send ${who} to a door`],
  doorReasons: [["按分诊安排", "均衡候诊"], ["Triage decided", "Balance the rooms"]],
  forward: ["前移", "Move forward"],
  forwardTitle: [(who) => `前移 ${who}`, (who) => `Move ${who} forward`],
  before: ["排到谁前面", "Before whom"],
  head: ["队首", "Head of the line"],
  forwardReasons: [["病情变化", "叫号漏听", "分诊台失误"], ["Condition changed", "Missed by our fault", "Mistake at the desk"]],
  recall: ["召回", "Recall"],
  recallTitle: [(who) => `召回 ${who}`, (who) => `Recall ${who}`],
  recallReasons: [["患者已回到候诊区", "未听到叫号", "去检查后返回"], ["Back in the waiting area", "Did not hear the call", "Back from an exam"]],
  comesBack: ["回诊", "Is back"],
  hold: ["准备中", "Hold"],
  release: ["恢复叫号", "Release"],
  transfer: ["转科", "Transfer"],
  transferTitle: [(who) => `${who} 转到其他科室`, (who) => `Transfer ${who}`],
  transferTo: ["转到", "To"],
  transferReasons: [["挂错科室", "病情需要"], ["Wrong department", "Clinical need"]],
  transferred: [(number) => `已转科，新号 ${number}。`, (number) => `Transferred. The new number is ${number}.`],
  giveUp: ["弃号", "Gives up"],
  giveUpTitle: [(who) => `${who} 弃号`, (who) => `${who} gives up`],
  giveUpReasons: [["患者离开", "改日就诊"], ["Patient left", "Will come another day"]],
  cancel: ["取消报到", "Undo check-in"],
  cancelTitle: [(who) => `取消 ${who} 的报到`, (who) => `Undo the check-in of ${who}`],
  cancelReasons: [["报到错误", "患者要求"], ["Checked in by mistake", "Patient asked"]],
  broadcast: ["广播", "Announce"],
  broadcastTitle: ["向本候诊区广播", "Announce to this area"],
  broadcastText: ["内容（不要写患者姓名）", "Text (no patient's name)"],
  broadcastLasts: ["显示多久", "For how long"],
  broadcastChoices: [["请保持安静，按号就诊。", "医生去急诊会诊，请稍候。", "请看管好随身物品。"],
    ["Please be quiet and wait for your number.", "The doctor is called to an emergency. Please wait.", "Please watch your belongings."]],
  minutes: [(count) => `${count} 分钟`, (count) => `${count} minutes`],
  onAir: [(text) => `正在广播：${text}`, (text) => `On air: ${text}`],
  end: ["结束广播", "End it"],
  booked: ["已预约", "Booked"],
  "pending-confirm": ["待确认", "To be confirmed"],
  "checked-in": ["已报到", "Checked in"],
  "no-show": ["已逾时", "Did not come in time"],
  unconfirmed: ["未确认，已失效", "Was not confirmed"],
  cancelled: ["已取消", "Cancelled"],
  "cancelled-late": ["已取消", "Cancelled"],
  stopped: ["已停诊", "Stopped"],
  done: ["已就诊", "Done"],
  called: ["就诊中", "Called"],
  serving: ["就诊中", "In consultation"],
  abandoned: ["已弃号", "Gave up"],
  transferredState: ["已转科", "Transferred"],
  withdrawn: ["已取消报到", "Check-in undone"],
});

const area = new URLSearchParams(location.search).get("area") ?? "";
const clock = new HospitalClock();
/** @type {any} */
let view = null;
/** The ticket whose acts are shown. */
let chosenId = "";
/** What the last search found, so that a ticket of another area can be acted on, too. @type {any[]} */
let foundTickets = [];
/** Bookings of today that it found. @type {any[]} */
let foundBookings = [];
/** Looks at once; see follow(). */
let refresh = async () => {};
/** The hospital's places; null until they came. @type {any} */
let all = null;
/** Counts what was looked for and chosen: a late answer must not put another patient under the keys. */
const choices = newest();

const nameOf = (ticket) => `${ticket.number} ${ticket.name}`;

/** @param {string} act @param {Record<string, any>} body @returns {Promise<any>} */
function change(act, body) {
  // Another time or class for the same patient is another act.
  const name = `${act} ${JSON.stringify({ ...body, operation: "" })}`;
  return inTurn(() => post(`/api/triage/${act}`, body), { ...QUEUE_REFUSALS, ...LATE_REFUSALS }, name);
}

function serviceOf(ticket) {
  return view.services.find((service) => service.id === ticket.serviceId);
}

function roomsOf(ticket) {
  return view.rooms.filter((room) => room.serviceId === ticket.serviceId);
}

// ---- acts -----------------------------------------------------------------------------------

/** An act that needs nothing but a reason. */
async function withReason(act, ticket, title, reasons) {
  const reason = await askReason(title, reasons);
  return reason ? change(act, { ticket: ticket.id, reason }) : null;
}

async function prioritise(ticket) {
  const classes = serviceOf(ticket).priorities.map((one) => ({ value: one.code, text: `${one.mark} ${local(one.name)}` }));
  const answer = await askChoice(WORDS.priorityTitle(nameOf(ticket)),
    [{ value: "", text: WORDS.noPriority }, ...classes],
    { label: WORDS.priority, reasons: WORDS.priorityReasons, value: ticket.priority });
  if (answer) await change("priority", { ticket: ticket.id, class: answer.value, reason: answer.reason });
}

function roomChoices(ticket) {
  return roomsOf(ticket).map((room) => ({ value: room.id,
    text: `${local(room.room)} ${room.doctor?.name ?? ""} · ${COMMON.waited} ${room.own}` }));
}

async function assign(ticket) {
  const answer = await askChoice(WORDS.assignTitle(nameOf(ticket)), roomChoices(ticket),
    { label: WORDS.assign, reasons: WORDS.assignReasons, value: ticket.roomId });
  if (!answer) return;
  const body = { ticket: ticket.id, to: answer.value, reason: answer.reason, consent: false };
  const done = await inTurn(async () => {
    try {
      return await post("/api/triage/assign", body);
    } catch (failure) {
      if (failure.detail !== "chosen-doctor") throw failure;
      return { needsConsent: true };
    }
  }, QUEUE_REFUSALS, `assign ${ticket.id}`);
  if (done?.needsConsent && await confirm(WORDS.consentTitle, WORDS.consent, WORDS.agreed)) {
    await change("assign", { ...body, consent: true });
  }
}

async function toDoor(ticket) {
  const answer = await askChoice(WORDS.doorTitle(nameOf(ticket)), roomChoices(ticket),
    { label: WORDS.door, reasons: WORDS.doorReasons, value: ticket.roomId });
  if (answer) await change("door", { ticket: ticket.id, to: answer.value, reason: answer.reason });
}

async function forward(ticket) {
  const line = view.waiting.filter((one) => one.serviceId === ticket.serviceId);
  const before = line.slice(0, line.findIndex((one) => one.id === ticket.id));
  const answer = await askChoice(WORDS.forwardTitle(nameOf(ticket)),
    [{ value: "", text: WORDS.head }, ...before.map((one) => ({ value: one.id, text: nameOf(one) }))],
    { label: WORDS.before, reasons: WORDS.forwardReasons });
  if (answer) await change("forward", { ticket: ticket.id, before: answer.value, reason: answer.reason });
}

async function transfer(ticket) {
  // Asked for when the page was opened: the next key is for the dialog, not for the page behind it.
  const { services } = all ?? await places();
  const answer = await askChoice(WORDS.transferTitle(nameOf(ticket)),
    services.filter((service) => service.id !== ticket.serviceId)
      .map((service) => ({ value: service.id, text: `${service.letter} ${local(service.name)}` })),
    { label: WORDS.transferTo, reasons: WORDS.transferReasons });
  if (!answer) return;
  const done = await change("transfer", { ticket: ticket.id, service: answer.value,
    reason: answer.reason, operation: operationId() });
  if (done) say(WORDS.transferred(done.number), true);
}

async function pauseRoom(room) {
  if (room.paused) return change("resume", { room: room.id });
  const reason = await askReason(WORDS.pauseTitle(local(room.room)), WORDS.pauseReasons);
  return reason ? change("pause", { room: room.id, reason }) : null;
}

async function checkIn(booking) {
  const reason = await askReason(WORDS.checkInTitle(`${booking.name} ${booking.slot}`), WORDS.checkInReasons);
  if (!reason) return;
  const done = await change("check-in", { appointment: booking.id, reason, operation: operationId() });
  if (!done) return;
  foundBookings = [];
  showFound();
  say(WORDS.checkedIn(done.number), true);
}

async function willBeLate(booking) {
  const arrivalMs = await askArrival(booking, clock);
  if (arrivalMs === null) return;
  const kept = await change("late", { appointment: booking.id, arrivalMs });
  if (!kept) return;
  foundBookings = foundBookings.map((one) => (one.id === booking.id ? { ...one, ...kept } : one));
  showFound();
  await refresh();
  say(keptText(booking, kept, arrivalMs), true);
}

async function broadcast() {
  const answer = await ask(WORDS.broadcastTitle, (done) => {
    const text = /** @type {HTMLInputElement} */ (make("input", { id: "broadcast-text", maxlength: 60,
      required: true, autocomplete: "off" }));
    const lasts = /** @type {HTMLSelectElement} */ (make("select", {},
      ...[5, 15, 30, 60].map((count) => make("option", { value: count, selected: count === 15 }, WORDS.minutes(count)))));
    return [make("form", { onsubmit: (event) => {
      event.preventDefault();
      done({ text: text.value.trim(), minutes: Number(lasts.value) });
    } },
    make("div", { class: "choices" }, ...WORDS.broadcastChoices.map((one) =>
      make("button", { type: "button", onclick: () => (text.value = one) }, one))),
    make("label", {}, WORDS.broadcastText, text), make("label", {}, WORDS.broadcastLasts, lasts),
    dialogButtons(make("button", { type: "submit", class: "main" }, WORDS.broadcast,
      make("kbd", {}, KEYS.enter)), done))];
  });
  if (answer?.text && await change("broadcast", { area, ...answer })) showOnAir(answer.text);
}

function showOnAir(text) {
  byId("on-air").hidden = !text;
  fill("on-air", make("span", {}, WORDS.onAir(text)),
    make("button", { class: "small", "data-keep": "end", onclick: async () => {
      if (await change("broadcast", { area, text: "", minutes: 0 })) showOnAir("");
    } }, WORDS.end));
}

// ---- picture --------------------------------------------------------------------------------

/** The acts that make sense for a ticket, with their keys. @returns {[string, string, () => any][]} */
function actsOf(ticket) {
  const reasoned = (act, title, reasons) => () => withReason(act, ticket, title(nameOf(ticket)), reasons);
  const leaving = /** @type {[string, string, () => any][]} */ ([
    ["T", WORDS.transfer, () => transfer(ticket)],
    ["Q", WORDS.giveUp, reasoned("give-up", WORDS.giveUpTitle, WORDS.giveUpReasons)],
  ]);
  if (ticket.status === "passed") {
    return [["C", WORDS.recall, reasoned("recall", WORDS.recallTitle, WORDS.recallReasons)], ...leaving];
  }
  if (ticket.status === "away" || ticket.status === "done") {
    return [["H", WORDS.comesBack, () => change("return", { ticket: ticket.id })]];
  }
  if (ticket.status !== "waiting") return [];
  return [
    ["Y", WORDS.priority, () => prioritise(ticket)],
    ["F", WORDS.forward, () => forward(ticket)],
    ["Z", WORDS.assign, () => assign(ticket)],
    ["D", WORDS.door, () => toDoor(ticket)],
    ticket.hold
      ? ["K", WORDS.release, () => change("release", { ticket: ticket.id })]
      : ["K", WORDS.hold, () => change("hold", { ticket: ticket.id, why: "preparing" })],
    ...leaving,
    ["X", WORDS.cancel, reasoned("cancel-check-in", WORDS.cancelTitle, WORDS.cancelReasons)],
  ];
}

function chosenTicket() {
  return [...view.waiting, ...view.others, ...foundTickets].find((ticket) => ticket.id === chosenId);
}

function choose(id) {
  choices();
  chosenId = chosenId === id ? "" : id;
  say("");
  show(view);
}

function showChosen() {
  const ticket = chosenTicket();
  byId("side").hidden = !ticket;
  byId("page").classList.toggle("with-side", Boolean(ticket));
  if (!ticket) {
    fill("chosen");
    return;
  }
  // A ticket of another area: its rooms and classes are told by that area's desk.
  const acts = serviceOf(ticket) ? actsOf(ticket) : [];
  keepFocus(() => fill("chosen",
    make("div", { class: "number" }, ticket.number),
    make("p", { class: "person" }, ticket.name, " ", ...markTags(ticket.marks)),
    make("p", { class: "quiet" }, [local(ticket.room) || WORDS.anyRoom, ticket.slot, `${COMMON.arrived} ${ticket.arrived}`]
      .filter(Boolean).join(" · ")),
    serviceOf(ticket) ? null : make("p", {}, make("a", { href: `/triage?area=${encodeURIComponent(ticket.areaId)}` },
      WORDS.changeArea)),
    make("div", { class: "acts" }, ...acts.map(([key, word, press]) =>
      make("button", { "data-key": key, "data-keep": `act ${key}`, onclick: press }, word, make("kbd", {}, key)))),
    make("button", { class: "medium", "data-keep": "close", onclick: () => choose(ticket.id) }, WORDS.close,
      make("kbd", {}, KEYS.escape))));
}

function rowOf(ticket) {
  return make("tr", { class: [ticket.id === chosenId ? "chosen" : "", ticket.status === "waiting" ? "" : "passed"].join(" ") },
    make("td", {}, make("b", {}, ticket.number)),
    make("td", {}, ticket.name),
    make("td", { class: "wide" }, ticket.slot),
    make("td", { class: "wide" }, ticket.arrived),
    make("td", { class: "wrap" }, local(ticket.room) || WORDS.anyRoom),
    make("td", { class: "marks wrap" }, ...markTags(ticket.marks)),
    make("td", { class: "do" }, make("button", { class: "small", "data-keep": `open ${ticket.id}`,
      "aria-expanded": String(ticket.id === chosenId), onclick: () => choose(ticket.id) }, WORDS.open)));
}

function loadOf(room) {
  const state = room.paused ? WORDS.isPaused : room.current ? WORDS.inside(room.current.number) : WORDS.free;
  return make("div", { class: `load${room.paused ? " is-paused" : ""}`, role: "listitem" },
    make("b", {}, local(room.room)), make("span", { class: "count" }, String(room.own)),
    make("small", {}, `${room.doctor?.name ?? ""} ${state}`),
    make("button", { class: "small", "data-keep": `pause ${room.id}`, onclick: () => pauseRoom(room) },
      room.paused ? WORDS.resume : WORDS.pause));
}

function lapsingRow(booking) {
  return make("li", {}, make("b", {}, booking.name),
    make("span", {}, `${local(booking.service)} ${booking.slot}`),
    ...keptTags(booking, WORDS.lapsesAt(booking.lapses)),
    make("button", { class: "small", "data-keep": `lapsing ${booking.id}`, onclick: () => checkIn(booking) }, WORDS.checkIn),
    lateButton(booking, "lapsing", () => willBeLate(booking)));
}

function show(next) {
  view = next;
  for (const service of view.services) nameClasses(service.priorities);
  byId("title").textContent = `${PAGES.triage} · ${view.services.map((service) => local(service.name)).join(" ")} · ${local(view.area)}`;
  keepFocus(() => {
    fill("loads", ...view.rooms.map(loadOf));
    fill("lapsing-rows", ...view.lapsing.map(lapsingRow));
    fill("waiting", ...view.waiting.map(rowOf), ...view.others.map(rowOf));
  });
  byId("lapsing").hidden = view.lapsing.length === 0;
  byId("nobody").hidden = view.waiting.length + view.others.length > 0;
  keepFocus(() => showOnAir(view.broadcast?.text ?? ""));
  showChosen();
}

function stateWord(state) {
  return (state === "transferred" ? WORDS.transferredState : WORDS[state]) ?? state;
}

function foundRow(booking) {
  const isOpen = ["booked", "pending-confirm", "no-show"].includes(booking.state);
  return make("li", {}, make("b", {}, booking.name),
    make("span", {}, `${local(booking.service)} ${booking.slot}`),
    ...(booking.promised && booking.state === "booked" ? keptTags(booking, "")
      : [make("span", { class: "tag plain" }, stateWord(booking.state))]),
    isOpen ? make("button", { class: "small", "data-keep": `found ${booking.id}`, onclick: () => checkIn(booking) },
      WORDS.checkIn) : null,
    mayBeLate(booking, clock.now()) ? lateButton(booking, "found", () => willBeLate(booking)) : null);
}

function showFound() {
  keepFocus(() => fill("found", foundBookings.length === 0 ? null
    : make("ul", { class: "rows card" }, ...foundBookings.map(foundRow))));
}

async function find(event) {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId("q"));
  const q = field.value.trim();
  if (!q) return;
  // A number of a card or document does not stay on the screen, and the next one can be typed.
  field.value = "";
  const isNewest = choices();
  const answer = await inTurn(() => post("/api/triage/find", { q }));
  if (!answer && field.value === "") field.value = q;
  if (!answer || !isNewest()) return;
  foundTickets = answer.tickets;
  if (answer.tickets.length === 1) {
    chosenId = answer.tickets[0].id;
    show(view);
  }
  foundBookings = answer.bookings;
  showFound();
  if (answer.tickets.length + answer.bookings.length === 0) say(WORDS.notFound);
}

async function chooseArea() {
  byId("chooser").hidden = false;
  openFrame("triage");
  const all = await places();
  /** @type {Map<string, any>} */
  const areas = new Map();
  for (const service of all.services.filter((one) => one.rooms.length > 0)) {
    const known = areas.get(service.area.id) ?? { ...service.area, services: [] };
    known.services.push(service);
    areas.set(service.area.id, known);
  }
  fill("areas", ...[...areas.values()].map((one) =>
    make("section", {}, make("div", { class: "choices" },
      make("a", { href: `/triage?area=${encodeURIComponent(one.id)}` },
        make("b", {}, one.services.map((service) => local(service.name)).join(" ")), ` ${local(one.name)}`)))));
}

async function openDesk() {
  byId("triage").hidden = false;
  fill("broadcast", WORDS.broadcast, make("kbd", {}, "B"));
  byId("q").setAttribute("placeholder", WORDS.placeholder);
  byId("q").setAttribute("aria-label", WORDS.placeholder);
  byId("find").onsubmit = find;
  byId("broadcast").onclick = broadcast;
  openFrame("triage", make("a", { href: "/triage" }, WORDS.changeArea));
  places().then((told) => (all = told));
  refresh = follow(`/api/triage/events?area=${encodeURIComponent(area)}`, clock, {
    show,
    beat: () => (byId("clock").textContent = clock.text(clock.now(), true)),
    stale: (is) => (byId("stale").hidden = !is),
  });
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (!view || event.repeat || event.ctrlKey || event.altKey || event.metaKey || target.closest("dialog")) return;
  if (event.key === "Escape" && chosenId) return choose(chosenId);
  if (target.closest("input, select, textarea")) return undefined;
  if (event.key === "/") {
    event.preventDefault();
    return byId("q").focus();
  }
  const key = event.key.toUpperCase();
  if (key === "B") return broadcast();
  /** @type {HTMLElement | null} */ (document.querySelector(`#chosen [data-key="${CSS.escape(key)}"]`))?.click();
  return undefined;
});

speakOn({ ...COMMON, ...WORDS });
if (area) openDesk();
else chooseArea();
