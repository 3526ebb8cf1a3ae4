// The draw window: the next patient, the identity check, each tube scanned back.
import { CARE, CARE_REFUSALS, alarmTone, bars, doubtCard, flag, lift, personCard, scanBox, waitingRow } from "./care.js";
import { HospitalClock, byId, fill, follow, get, make, post, session } from "./live.js";
import { askReason, inTurn, keepFocus, openFrame, places, say, settled } from "./staff.js";
import { COMMON, PAGES, local, speakOn, words } from "./words.js";

const WORDS = words({
  choose: ["选择采血窗口", "Choose a window"],
  changeRoom: ["换窗口", "Change window"],
  waiting: ["等候", "Waiting"],
  next: ["叫下一位", "Call next"],
  again: ["复呼", "Again"],
  pass: ["过号", "Missed"],
  finish: ["完成", "Finish"],
  stepOne: ["第 1 步：核对身份", "Step 1: who is it?"],
  asked: ["已问姓名，患者自己说出，且与屏幕一致", "The patient said the name, and it is the one above"],
  card: ["刷患者卡", "Swipe the patient's card"],
  label: ["扫任一管标签", "Scan any of the labels"],
  stepTwo: ["第 2 步：采完一管，扫一管", "Step 2: scan each tube when it is drawn"],
  identified: ["身份已核对", "The person was checked"],
  tube: ["扫标签", "Scan a label"],
  drawn: [(at) => `${at} 已采`, (at) => `drawn ${at}`],
  void: ["已作废", "void"],
  toDraw: ["待采", "to be drawn"],
  urgent: ["急", "urgent"],
  later: [(minutes) => `首管后 ${minutes} 分`, (minutes) => `${minutes} min after the first`],
  reprinted: [(count) => `补打 ${count} 次`, (count) => `label ${count + 1}`],
  failed: ["采集失败", "Draw failed"],
  failedTitle: ["采集失败：作废这一管，换新标签", "The draw failed: this tube is void, a new label is printed"],
  failedReasons: [["溶血", "凝固", "量不足", "进针失败", "管破损"],
    ["Haemolysed", "Clotted", "Not enough", "No vein", "Broken tube"]],
  newLabel: [(code) => `旧标签已作废。新标签 ${code}，请撕掉旧的。`, (code) => `The old label is void. New label: ${code}.`],
  wrong: ["不是这位患者的！", "This belongs to another patient!"],
  wrongWhy: ["请停下，把标签或卡放回去，重新核对。已记入审计。", "Stop. Put it back and check again. This is in the audit."],
  all: ["全部采完", "All tubes are drawn"],
  done: [(number) => `${number} 已完成。`, (number) => `${number} is finished.`],
  left: [(count) => `还有 ${count} 管没有采，确定完成吗？`, (count) => `${count} tubes are not drawn. Finish anyway?`],
  leftReasons: [["稍后再采", "患者离开", "转其他科室采集"], ["Later", "The patient left", "Drawn elsewhere"]],
  sexMale: ["男", "male"],
  sexFemale: ["女", "female"],
});
const REFUSALS = { ...CARE_REFUSALS, ...words({
  "name-not-asked": ["请先问姓名，并勾选。", "Ask for the name first, and tick the box."],
  "not-identified": ["请先核对身份。", "Check first who it is."],
  drawn: ["这一管已经扫过了。", "This tube was scanned before."],
  failed: ["这个标签已作废，请用新标签。", "This label is void. Use the new one."],
  "no label has this number": ["这不是试管标签。", "This is no tube's label."],
  "no tube carries this label": ["没有这个标签的试管。", "No tube carries this label."],
  "nobody is called": ["请先叫号。", "Call somebody first."],
}) };

const room = new URLSearchParams(location.search).get("room") ?? "";
const clock = new HospitalClock();
/** @type {any} */
let view = null;
let cardTyped = "";
let isOpen = false;
/** Looks at once; see follow(). */
let refresh = async () => {};

/** One act; a wrong patient is shown so that nobody overlooks it. The scanner does not wait for answers. */
async function act(name, body) {
  const answer = await inTurn(async () => {
    try {
      const done = await post(`/api/draw/${name}`, { room, ...body });
      byId("alarm").replaceChildren();
      return done;
    } catch (failure) {
      if (/** @type {any} */ (failure).detail === "wrong-patient") alarm();
      throw failure;
    }
  }, { ...REFUSALS, "wrong-patient": WORDS.wrong });
  if (answer) await refresh();
  return answer;
}

function alarm() {
  fill("alarm", make("div", { class: "alarm", role: "alert", id: "wrong-patient" }, WORDS.wrong,
    make("small", {}, WORDS.wrongWhy)));
  alarmTone();
}

function tubeRow(tube) {
  const state = tube.state === "drawn" ? WORDS.drawn(tube.drawn)
    : tube.state === "failed" ? WORDS.void : WORDS.toDraw;
  const facts = [local(tube.tube), tube.volumeUl ? `${tube.volumeUl / 1000} mL` : null, tube.barcode,
    tube.minutesAfterFirst ? WORDS.later(tube.minutesAfterFirst) : null,
    tube.reprints ? WORDS.reprinted(tube.reprints) : null].filter(Boolean).join(" · ");
  return make("li", { class: tube.state === "drawn" ? "done" : tube.state === "failed" ? "void" : null,
    "data-barcode": tube.barcode },
  make("span", { class: `cap ${tube.kind}` }),
  make("div", {}, make("b", {}, tube.tests.join("、")), " ",
    tube.urgent ? make("span", { class: "tag bad" }, WORDS.urgent) : null, make("br"), make("small", {}, facts)),
  make("div", {}, make("b", {}, state), " ", tube.state === "labelled" && view.current.identified
    ? make("button", { class: "small", "data-keep": `failed ${tube.barcode}`, onclick: () => fail(tube) }, WORDS.failed)
    : null));
}

async function fail(tube) {
  const whose = view.current;
  const reason = await askReason(WORDS.failedTitle, WORDS.failedReasons);
  if (!reason) return;
  const next = await act("failed", { barcode: tube.barcode, reason });
  if (!next) return;
  printLabel(next, whose);
  say(WORDS.newLabel(next.barcode), true);
}

/** On the label printer of this desk. @param {any} tube @param {any} whose who was inside when it was asked for */
function printLabel(tube, whose) {
  const person = whose.person;
  const sex = person.sex === "male" ? WORDS.sexMale : person.sex === "female" ? WORDS.sexFemale : "";
  fill("label",
    make("div", {}, make("b", {}, person.name), make("b", {},
      `${sex} ${person.age ?? ""} ${tube.urgent ? "急 " : ""}${tube.place}/${tube.count} 补${tube.reprints}`)),
    make("div", {}, make("span", {}, tube.department), make("span", {}, whose.outpatient)),
    bars(tube.barcode),
    make("div", {}, make("span", {}, tube.barcode), make("span", {}, local(tube.tube))),
    make("div", {}, make("span", {}, tube.tests.join("、")), make("span", {}, "采集 ____:____")));
  window.print();
}

/** The boxes are made once for each patient, so that nobody types into one that is taken away. */
let shownFor = "";
function showSteps() {
  const current = view.current;
  const step = !current ? "" : `${current.id} ${current.identified}`;
  if (step === shownFor) return;
  shownFor = step;
  fill("identify");
  fill("scan");
  if (!current) return;
  if (current.identified) {
    const scan = scanBox("barcode", WORDS.stepTwo, (barcode) => act("drawn", { barcode }));
    fill("identify", make("p", { class: "fine" }, WORDS.identified));
    fill("scan", scan.field);
    scan.input.focus();
    return;
  }
  cardTyped = "";
  const asked = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox", id: "asked" }));
  const label = scanBox("label-scan", WORDS.label, (barcode) =>
    act("identify", { card: cardTyped, barcode, nameAsked: asked.checked }));
  const card = scanBox("card", WORDS.card, (text) => {
    cardTyped = text;
    card.input.placeholder = "✓";
    label.input.focus();
  });
  asked.addEventListener("change", () => card.input.focus());
  fill("identify", make("h2", {}, WORDS.stepOne), make("label", { class: "check" }, asked, WORDS.asked));
  fill("scan", card.field, label.field);
}

function show(next) {
  view = next;
  byId("title").textContent = `${local(view.room)} · ${local(view.service)}`;
  document.title = `${local(view.room)} · ${COMMON.product}`;
  const current = view.current;
  byId("number").textContent = current ? current.number : "—";
  byId("number").classList.toggle("none", !current);
  fill("person", current ? personCard(current.person) : make("p", { class: "nobody" }, CARE.notYet),
    current ? doubtCard(current.person, async () => {
      if (await lift("draw", { room, ticket: current.id }, isOpen)) await refresh();
    }) : null);
  showSteps();
  const tubes = current?.tubes ?? [];
  keepFocus(() => {
    fill("tubes", ...tubes.map(tubeRow));
    fill("waiting", ...(view.waiting.length ? view.waiting.map((ticket) => waitingRow(ticket))
      : [make("li", { class: "quiet" }, CARE.nobody)]));
  });
  const live = tubes.filter((tube) => tube.state !== "failed");
  if (live.length > 0 && live.every((tube) => tube.state === "drawn")) {
    fill("identify", make("p", { class: "fine", id: "all-drawn" }, WORDS.all));
  }
  for (const id of ["again", "pass", "finish", "doubt"]) {
    /** @type {HTMLButtonElement} */ (byId(id)).disabled = !current;
  }
}

/** An act on who is inside, as this page shows it. @param {string} name */
const onCurrent = (name) => desk(name, { ticket: inside() });

const inside = () => view?.current?.id ?? "";

async function desk(name, more = {}) {
  const done = await inTurn(() => post(`/api/desk/${name}`, { room, ...more }), REFUSALS, `${name} ${more.ticket ?? ""}`);
  if (done) await refresh();
  return done;
}

/** Tubes of who is inside that are not drawn yet. The last scan may still be on its way. */
async function countLeft() {
  const ticket = inside();
  const count = (current) => (current?.tubes ?? []).filter((tube) => tube.state === "labelled").length;
  if (count(view?.current) === 0) return 0;
  await settled();
  const { current } = await get(`/api/draw?room=${encodeURIComponent(room)}`).catch(() => view);
  return current?.id === ticket ? count(current) : 0;
}

let isAsking = false;

async function finish() {
  if (isAsking) return;
  isAsking = true;
  const ticket = inside();
  let reason = "";
  try {
    const left = await countLeft();
    if (left > 0) {
      reason = await askReason(WORDS.left(left), WORDS.leftReasons);
      if (!reason) return;
    }
  } finally {
    isAsking = false;
  }
  const done = await desk("finish", { ticket, reason });
  if (done) say(WORDS.done(done.number), true);
}

async function next() {
  if (await countLeft() > 0) return finish();
  byId("alarm").replaceChildren();
  await desk("next");
}

async function open() {
  isOpen = (await session())?.kind === "open";
  for (const id of ["work", "side"]) byId(id).hidden = false;
  byId("page").classList.add("with-side");
  const buttons = { next: [WORDS.next, "F2", next], again: [WORDS.again, "F4", () => onCurrent("again")],
    pass: [WORDS.pass, "", () => onCurrent("pass")], finish: [WORDS.finish, "F8", finish],
    doubt: [CARE.doubt, "", async () => {
      if (await flag("draw", { room, ticket: inside() })) await refresh();
    }] };
  for (const [id, [text, key, press]] of Object.entries(buttons)) {
    fill(id, text, key ? make("kbd", {}, key) : null);
    byId(id).addEventListener("click", press);
  }
  // The readers type digits and Enter: only function keys are free.
  document.addEventListener("keydown", (event) => {
    const press = { F2: next, F4: () => onCurrent("again"), F8: finish }[event.key];
    if (!press || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    press();
  });
  openFrame("draw", make("a", { href: "/draw" }, WORDS.changeRoom));
  places();
  refresh = follow(`/api/draw/events?room=${encodeURIComponent(room)}`, clock, {
    show,
    beat: () => (byId("clock").textContent = clock.text(clock.now(), true)),
    stale: (is) => (byId("stale").hidden = !is),
  });
}

async function choose() {
  byId("chooser").hidden = false;
  openFrame("draw");
  places();
  const { rooms } = await get("/api/draw");
  fill("rooms", ...rooms.map((one) => make("a", { href: `/draw?room=${encodeURIComponent(one.id)}` },
    make("b", {}, local(one.name)))));
}

speakOn({ ...COMMON, ...WORDS });
document.title = `${PAGES.draw} · ${COMMON.product}`;
if (room) open();
else choose();
