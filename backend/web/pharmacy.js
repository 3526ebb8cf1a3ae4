// The pharmacy: what is to be picked next, and the window: a card opens exactly its patient's bag,
// every package is scanned, then it is handed over.
import { CARE_REFUSALS, CARE, alarmTone, doubtCard, flag, lift, personCard, scanBox } from "./care.js";
import { HospitalClock, byId, fill, follow, get, make, post, session } from "./live.js";
import { ask, askReason, inTurn, keepFocus, openFrame, places, say } from "./staff.js";
import { COMMON, PAGES, local, speakOn, words } from "./words.js";

const WORDS = words({
  choose: ["选择取药窗口", "Choose a window"],
  changeRoom: ["换窗口", "Change window"],
  screen: ["药房屏", "Pharmacy screen"],
  card: ["刷患者卡", "Swipe the patient's card"],
  item: ["扫药品条码", "Scan each package"],
  idle: ["请刷卡：只打开这位患者的药袋。", "Swipe a card: it opens this patient's bag only."],
  take: ["取下一张处方", "Take the next one"],
  pickingTitle: [(count) => `配药中（${count}）`, (count) => `Being picked (${count})`],
  readyTitle: [(count) => `已配好，等患者（${count}）`, (count) => `Ready (${count})`],
  ready: ["配好了", "Ready"],
  by: [(who) => `${who} 在配`, (who) => `picked by ${who}`],
  nothing: ["没有待配的处方。", "Nothing is to be picked."],
  modeTitle: ["配药方式", "How we work"],
  ahead: ["缴费即配（人少）", "Ahead: from the payment"],
  "on-arrival": ["报到后配（人多）", "On arrival: from the check-in"],
  byLoad: ["按负荷自动", "by load"],
  byHand: [(who) => `由 ${who} 手动`, (who) => `by hand: ${who}`],
  notArrived: [(count) => `${count} 张已缴费、未报到`, (count) => `${count} paid, not arrived`],
  change: ["切换", "Change"],
  load: ["恢复按负荷自动", "Follow the load again"],
  modeReasons: [["人太多", "人少了", "人手不足"], ["Too many people", "Few people", "Short of staff"]],
  notReady: ["还在配，请患者稍候。", "Still being picked: please wait."],
  otherWindow: [(window) => `在${window}取`, (window) => `to be fetched at ${window}`],
  scanned: ["已核对", "scanned"],
  toScan: ["待扫", "to scan"],
  dispense: ["发药", "Hand over"],
  dispensed: ["已发药。", "Handed over."],
  wrong: [(code) => `不是这张处方的药：${code}`, (code) => `Not in this prescription: ${code}`],
  wrongWhy: ["已锁定。请把药放回，再继续。", "Locked. Put it back, then go on."],
  clear: ["已放回，继续", "It was put back"],
  clearReasons: [["拿错药，已放回", "条码扫错"], ["Wrong package, put back", "Scanned wrongly"]],
  clearTitle: ["为什么会扫到别的药？", "How did this happen?"],
});
const REFUSALS = { ...CARE_REFUSALS, ...words({
  "unknown-card": ["不认识这张卡。", "This card is not known."],
  "no-bag": ["这张卡没有待取的药。", "There is nothing to fetch for this card."],
  blocked: ["已锁定，请先处理扫错的药。", "Locked: settle the wrong package first."],
  "not-opened": ["请先刷患者卡。", "Swipe the patient's card first."],
  incomplete: ["还有药没有扫。", "Not every package was scanned."],
  state: ["这袋药的状态刚刚变了。", "This bag has just changed."],
  "nothing is to be picked": ["没有待配的处方。", "Nothing is to be picked."],
}) };

const window_ = new URLSearchParams(location.search).get("window") ?? "";
const clock = new HospitalClock();
/** @type {any} */
let view = null;
/** What the last card opened; null: nothing. @type {any} */
let opened = null;
let cardTyped = "";
/** Counts the cards: what was scanned for an earlier one is not for this one. */
let visit = 0;
let isOpen = false;

/** Looks at once; see follow(). */
let refresh = async () => {};

/** @param {string} name @param {Record<string, string>} body */
const act = (name, body) => inTurn(() => post(`/api/pharmacy/${name}`, { window: window_, ...body }), REFUSALS,
  `${name} ${body.bag ?? body.card ?? ""}`);

async function openCard(card) {
  visit += 1;
  opened = null;
  cardTyped = card;
  showOpened();
  const mine = visit;
  const answer = await inTurn(() => post("/api/pharmacy/open", { window: window_, card }), REFUSALS);
  if (mine !== visit) return;
  opened = answer;
  showOpened();
}

/** The same card once more, to see what changed. */
async function look() {
  const mine = visit;
  const answer = await act("open", { card: cardTyped });
  if (mine !== visit || !answer) return;
  opened = answer;
  showOpened();
}

/** The bag that is scanned now: ready, and not locked. */
const current = () => opened?.bags.find((bag) => bag.state === "ready");

/** A package; scanned while another one's answer is awaited, it waits for its turn. */
async function scanItem(item) {
  const mine = visit;
  const now = await inTurn(async () => (mine === visit ? sendScan(item) : null), REFUSALS);
  if (!now || mine !== visit || !opened) return;
  opened.bags = opened.bags.map((one) => (one.id === now.id ? now : one));
  if (now.wrongItem) alarmTone();
  showOpened();
}

async function sendScan(item) {
  const bag = opened?.bags.find((one) => one.state === "ready" && !one.items.every((line) => line.scanned)) ?? current();
  if (!bag) throw Object.assign(new Error(), { error: "not-opened" });
  return post("/api/pharmacy/scan", { window: window_, bag: bag.id, item });
}

async function dispense(bag) {
  const mine = visit;
  const done = await act("dispense", { bag: bag.id });
  if (!done) return;
  if (mine !== visit || !opened) return say(WORDS.dispensed, true);
  opened.bags = opened.bags.filter((one) => one.id !== bag.id);
  if (opened.bags.length === 0) opened = null;
  showOpened();
  say(WORDS.dispensed, true);
}

async function clear(bag) {
  const reason = await askReason(WORDS.clearTitle, WORDS.clearReasons);
  if (reason && await act("clear", { bag: bag.id, reason })) await look();
}

function bagCard(bag) {
  const isReady = bag.state === "ready";
  const complete = bag.items.every((item) => item.scanned);
  return make("section", { class: "card", "data-bag": bag.prescription },
    make("h2", {}, bag.prescription, " ", bag.windowId === window_ ? null
      : make("span", { class: "tag warn" }, WORDS.otherWindow(local(bag.window)))),
    bag.wrongItem ? make("div", { class: "alarm", role: "alert", id: "wrong-item" }, WORDS.wrong(bag.wrongItem),
      make("small", {}, WORDS.wrongWhy),
      make("button", { class: "medium", id: "clear", onclick: () => clear(bag) }, WORDS.clear)) : null,
    make("ul", { class: "tubes" }, ...bag.items.map((item) => make("li", { class: item.scanned ? "done" : null },
      make("span", {}, item.scanned ? "✓" : ""),
      make("div", {}, make("b", {}, local(item.name)), make("br"), make("small", {}, item.amount)),
      make("b", {}, item.scanned ? WORDS.scanned : WORDS.toScan)))),
    isReady ? make("div", { class: "acts" }, make("button", { class: "main", id: "dispense",
      disabled: !complete || Boolean(bag.wrongItem) || Boolean(opened.person.doubt?.stands),
      onclick: () => dispense(bag) }, WORDS.dispense)) : make("p", { class: "stale" }, WORDS.notReady));
}

function showOpened() {
  if (!opened) {
    fill("opened", make("p", { class: "nobody" }, WORDS.idle));
    return;
  }
  const first = opened.bags[0];
  const where = { window: window_, bag: first?.id };
  fill("opened", personCard(opened.person),
    doubtCard(opened.person, async () => {
      if (await lift("pharmacy", where, isOpen)) await look();
    }),
    opened.person.doubt?.stands ? null : make("button", { class: "small bad", id: "doubt", onclick: async () => {
      if (await flag("pharmacy", where)) await look();
    } }, CARE.doubt),
    make("div", { class: "two" }, ...opened.bags.map(bagCard)));
}

function show(next) {
  view = next;
  byId("title").textContent = `${local(view.room)} · ${local(view.service)}`;
  document.title = `${local(view.room)} · ${COMMON.product}`;
  fill("mode", make("h2", {}, WORDS.modeTitle), make("p", { id: "mode-now" }, make("b", {}, WORDS[view.mode]), " ",
    make("span", { class: "quiet" }, view.manualBy ? WORDS.byHand(view.manualBy) : WORDS.byLoad), " ",
    make("button", { class: "small", "data-keep": "mode", onclick: changeMode }, WORDS.change)),
  view.notArrived ? make("p", { class: "quiet" }, WORDS.notArrived(view.notArrived)) : null);
  byId("picking-title").textContent = WORDS.pickingTitle(view.picking.length);
  byId("ready-title").textContent = WORDS.readyTitle(view.ready.length);
  keepFocus(() => {
    fill("picking", ...view.picking.map((bag) => make("li", {}, make("b", {}, bag.name), make("span", {}, local(bag.window)),
      bag.picker ? make("span", { class: "quiet" }, WORDS.by(bag.picker)) : null,
      bag.picker ? make("button", { class: "small", "data-keep": `ready ${bag.id}`,
        onclick: () => act("ready", { bag: bag.id }) }, WORDS.ready) : null,
      make("small", { class: "quiet" }, bag.items.map((item) => `${local(item.name)} ${item.amount}`).join("；")))));
    fill("ready", ...view.ready.map((bag) => make("li", {}, make("b", {}, bag.name), make("span", {}, local(bag.window)))));
  });
  /** @type {HTMLButtonElement} */ (byId("take")).disabled = !view.picking.some((bag) => !bag.picker);
  if (opened && cardTyped) refreshOpened();
}

/** A bag of the person at the window may have become ready meanwhile. */
async function refreshOpened() {
  const states = opened.bags.filter((bag) => bag.state !== "ready").map((bag) => bag.id);
  if (states.length && view.ready.some((bag) => states.includes(bag.id))) await look();
}

async function changeMode() {
  const mode = await ask(WORDS.modeTitle, (done) => [
    make("div", { class: "choices" }, ...["ahead", "on-arrival", "load"].map((one) =>
      make("button", { type: "button", "data-mode": one, onclick: () => done(one) }, WORDS[one]))),
    make("button", { type: "button", class: "medium", onclick: () => done(null) }, COMMON.cancel),
  ]);
  if (!mode) return;
  const reason = await askReason(WORDS[mode], WORDS.modeReasons);
  if (reason && await act("mode", { mode, reason })) await refresh();
}

async function open() {
  isOpen = (await session())?.kind === "open";
  for (const id of ["work", "side"]) byId(id).hidden = false;
  byId("page").classList.add("with-side");
  const card = scanBox("card", WORDS.card, (text) => {
    openCard(text);
    item.input.focus();
  });
  const item = scanBox("item", WORDS.item, scanItem);
  fill("scan", card.field, item.field);
  card.input.focus();
  const take = () => act("take", {});
  fill("take", WORDS.take, make("kbd", {}, "F2"));
  byId("take").addEventListener("click", take);
  document.addEventListener("keydown", (event) => {
    const press = { F2: take, F4: () => card.input.focus(), F8: () => {
      const bag = current();
      if (bag) dispense(bag);
    } }[event.key];
    if (!press || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    press();
  });
  showOpened();
  openFrame("pharmacy", make("a", { href: "/pharmacy" }, WORDS.changeRoom),
    make("a", { href: "/pharmacy-screen" }, WORDS.screen));
  places();
  refresh = follow(`/api/pharmacy/events?window=${encodeURIComponent(window_)}`, clock, {
    show,
    beat: () => (byId("clock").textContent = clock.text(clock.now(), true)),
    stale: (is) => (byId("stale").hidden = !is),
  });
}

async function choose() {
  byId("chooser").hidden = false;
  openFrame("pharmacy");
  places();
  const { rooms } = await get("/api/pharmacy");
  fill("rooms", ...rooms.map((one) => make("a", { href: `/pharmacy?window=${encodeURIComponent(one.id)}` },
    make("b", {}, local(one.name)))));
}

speakOn({ ...COMMON, ...WORDS });
document.title = `${PAGES.pharmacy} · ${COMMON.product}`;
if (window_) open();
else choose();
