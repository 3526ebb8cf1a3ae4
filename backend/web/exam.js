// An examination room: the next patient who is prepared, what is examined, and its end.
import { CARE, CARE_REFUSALS, alarmTone, doubtCard, flag, lift, personCard, scanBox, waitingRow } from "./care.js";
import { HospitalClock, byId, fill, follow, get, make, post, session } from "./live.js";
import { inTurn, keepFocus, openFrame, places, say } from "./staff.js";
import { COMMON, KEYS, PAGES, local, speakOn, words } from "./words.js";

const WORDS = words({
  choose: ["选择检查室", "Choose a room"],
  changeRoom: ["换检查室", "Change room"],
  waiting: ["等候", "Waiting"],
  next: ["叫下一位", "Call next"],
  again: ["复呼", "Again"],
  pass: ["过号", "Missed"],
  finish: ["检查完成", "Examined"],
  release: ["准备好了", "Prepared"],
  hold: ["还没准备好", "Not prepared"],
  scan: ["核对：扫导诊单上的项目条码", "Check: scan the order on the guide sheet"],
  called: [(order) => `核对一致：${order}`, (order) => `It fits: ${order}`],
  here: [(order, number) => `${order} 是 ${number} 的项目，还没有叫到。`,
    (order, number) => `${order} belongs to ${number}, who is not called yet.`],
  elsewhere: [(order, number, service) => `不在本室：${order}（${number}）请到${service}。`,
    (order, number, service) => `Not here: ${order} (${number}) is done at ${service}.`],
  absent: [(order, service) => `${order} 还没有报到，请先在自助机刷卡报到（${service}）。`,
    (order, service) => `${order}: not checked in yet. Please tap the card at a terminal (${service}).`],
  isDone: [(order) => `${order} 已经做完了。`, (order) => `${order} is done already.`],
  done: [(number) => `${number} 检查完成。`, (number) => `${number} was examined.`],
});
const REFUSALS = { ...CARE_REFUSALS, ...words({
  "nobody is called": ["请先叫号。", "Call somebody first."],
  "no such order": ["没有这个条码的项目。", "No order has this number."],
  "nobody waits": ["没有可以叫的人：都在准备中或在别的房间。", "Nobody can be called: they prepare, or are in another room."],
}) };

const room = new URLSearchParams(location.search).get("room") ?? "";
const clock = new HospitalClock();
/** @type {any} */
let view = null;
let isOpen = false;
/** Looks at once; see follow(). */
let refresh = async () => {};

/** @param {string} path @param {Record<string, any>} [more] */
async function act(path, more = {}) {
  const done = await inTurn(() => post(`/api/${path}`, { room, ...more }), REFUSALS, `${path} ${more.ticket ?? ""}`);
  if (done) await refresh();
  return done;
}

const inside = () => view?.current?.id ?? "";

/** What a scanned order is to this room. */
async function check(number) {
  fill("scanned");
  const before = inside();
  const found = await inTurn(() => post("/api/exam/scan", { room, order: number }), REFUSALS);
  if (!found) return alarmTone();
  if (before !== inside()) return say(REFUSALS["not-inside"]);
  const order = local(found.order);
  const service = local(found.service);
  const text = {
    called: () => WORDS.called(order),
    waiting: () => WORDS.here(order, found.number),
    elsewhere: () => WORDS.elsewhere(order, found.number, service),
    absent: () => WORDS.absent(order, service),
    done: () => WORDS.isDone(order),
  }[found.state]();
  if (found.state !== "called") alarmTone();
  fill("scanned", make("p", { class: found.state === "called" ? "fine" : "alarm" }, text));
}

function row(ticket) {
  const path = ticket.hold ? "exam/release" : "exam/hold";
  return waitingRow(ticket, make("button", { class: "small", "data-keep": `${path} ${ticket.id}`,
    onclick: () => act(path, { ticket: ticket.id }) }, ticket.hold ? WORDS.release : WORDS.hold));
}

function show(next) {
  // What was scanned for the one before says nothing about the next one.
  if (view?.current?.id !== next.current?.id) fill("scanned");
  view = next;
  byId("title").textContent = `${local(view.room)} · ${local(view.service)}`;
  document.title = `${local(view.room)} · ${COMMON.product}`;
  const current = view.current;
  byId("number").textContent = current ? current.number : "—";
  byId("number").classList.toggle("none", !current);
  fill("person", current ? personCard(current.person) : make("p", { class: "nobody" }, CARE.notYet),
    current?.order ? make("p", { id: "order" }, make("span", { class: "tag plain" }, local(current.order))) : null,
    current ? doubtCard(current.person, async () => {
      if (await lift("exam", { room, ticket: current.id }, isOpen)) await refresh();
    }) : null);
  keepFocus(() => fill("waiting", ...(view.waiting.length ? view.waiting.map(row)
    : [make("li", { class: "quiet" }, CARE.nobody)])));
  for (const id of ["again", "pass", "finish", "doubt"]) {
    /** @type {HTMLButtonElement} */ (byId(id)).disabled = !current;
  }
}

/** An act on who is inside, as this page shows it. @param {string} path */
const onCurrent = (path) => act(path, { ticket: inside() });

async function finish() {
  const done = await onCurrent("exam/finish");
  if (done) say(WORDS.done(done.number), true);
}

async function open() {
  isOpen = (await session())?.kind === "open";
  for (const id of ["work", "side"]) byId(id).hidden = false;
  byId("page").classList.add("with-side");
  const scan = scanBox("order-scan", WORDS.scan, (number) => {
    scan.input.blur();  // The page's keys work again.
    check(number);
  });
  fill("scan", scan.field);
  const presses = { next: () => act("desk/next"), again: () => onCurrent("desk/again"),
    pass: () => onCurrent("desk/pass"),
    finish, doubt: async () => {
      if (await flag("exam", { room, ticket: inside() })) await refresh();
    } };
  const keys = { next: KEYS.space, again: "R", pass: "G", finish: KEYS.enter };
  for (const [id, press] of Object.entries(presses)) {
    fill(id, WORDS[id] ?? CARE.doubt, keys[id] ? make("kbd", {}, keys[id]) : null);
    byId(id).addEventListener("click", press);
  }
  document.addEventListener("keydown", (event) => {
    const id = { " ": "next", r: "again", R: "again", g: "pass", G: "pass", Enter: "finish" }[event.key];
    const target = /** @type {HTMLElement} */ (event.target);
    // A scanner types wherever the focus is; its line end must not be taken for "examined".
    if (/^[0-9]$/.test(event.key) && target === document.body) scan.input.focus();
    if (!id || document.querySelector("dialog[open]") || /^(INPUT|BUTTON|A|SELECT)$/.test(target.tagName)) return;
    event.preventDefault();
    /** @type {HTMLButtonElement} */ (byId(id)).click();
  });
  openFrame("exam", make("a", { href: "/exam" }, WORDS.changeRoom));
  places();
  refresh = follow(`/api/exam/events?room=${encodeURIComponent(room)}`, clock, {
    show,
    beat: () => (byId("clock").textContent = clock.text(clock.now(), true)),
    stale: (is) => (byId("stale").hidden = !is),
  });
}

async function choose() {
  byId("chooser").hidden = false;
  openFrame("exam");
  places();
  const { rooms } = await get("/api/exam");
  fill("rooms", ...rooms.map((one) => make("a", { href: `/exam?room=${encodeURIComponent(one.id)}` },
    make("b", {}, local(one.name)), ` ${local(one.service)}`)));
}

speakOn({ ...COMMON, ...WORDS });
document.title = `${PAGES.exam} · ${COMMON.product}`;
if (room) open();
else choose();
