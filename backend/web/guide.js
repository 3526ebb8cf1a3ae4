// The guide desk: who paid and did not go on, and the next steps of whoever asks.
import { HospitalClock, byId, fill, follow, make, newest, post } from "./live.js";
import { inTurn, keepFocus, openFrame, places, say } from "./staff.js";
import { COMMON, local, speakOn, words } from "./words.js";

const WORDS = words({
  title: ["导诊台", "Guide desk"],
  explain: ["已经付费、过了这么久还没有报到的患者，等得最久的在前。",
    "Who paid and is in no queue for so long; the longest first."],
  longer: ["超过", "For longer than"],
  minutes: [(count) => `${count} 分钟`, (count) => `${count} min`],
  none: ["没有滞留的患者。", "Nobody is stuck."],
  patient: ["患者", "Patient"],
  what: ["项目", "What"],
  where: ["地点", "Where"],
  since: ["多久", "How long"],
  next: ["下一步", "Next steps"],
  find: ["就诊卡、证件或电话", "Card, document or telephone"],
  search: ["查下一步", "Look up"],
  notFound: ["没有找到。", "Nothing was found."],
  tooShort: ["请输入完整的号码。", "Please type the whole number."],
  stepsOf: [(name) => `${name} 今天的步骤`, (name) => `Today's steps of ${name}`],
  nothing: ["今天没有要做的项目。", "There is nothing to do today."],
  ahead: [(count) => `前面 ${count} 人`, (count) => `${count} ahead`],
  done: ["已完成", "Done"],
  waiting: ["排队中", "In the queue"],
  nextState: ["现在去", "Go now"],
  later: ["随后", "Later"],
  meal: ["可以进食", "May eat now"],
});
const COLOURS = { done: "plain", waiting: "warn", next: "ok", later: "plain" };

const asked = new URLSearchParams(location.search);
const clock = new HospitalClock();
/** @type {any} */
let view = null;
/** Whose steps are shown. */
let patient = "";

function rowOf(one) {
  const minutes = Math.max(0, Math.floor((clock.now() - one.sinceMs) / 60000));
  return make("tr", { class: one.patient === patient ? "chosen" : null },
    make("td", {}, make("b", {}, one.name)),
    make("td", { class: "wrap" }, local(one.what)),
    make("td", { class: "wide wrap" }, local(one.where)),
    make("td", {}, WORDS.minutes(minutes)),
    make("td", { class: "do" }, make("button", { class: "small", "data-keep": `${one.patient} ${one.what.zh}`,
      onclick: () => showSheet(one.patient) }, WORDS.next)));
}

function show(next) {
  view = next;
  byId("none").hidden = view.stuck.length > 0;
  keepFocus(() => fill("stuck", ...view.stuck.map(rowOf)));
}

function lineOf(line) {
  const word = line.state === "next" ? WORDS.nextState : WORDS[line.state];
  const what = line.kind === "meal" ? WORDS.meal : local(line.what);
  const more = [local(line.where), line.ahead != null ? WORDS.ahead(line.ahead) : "", local(line.note)];
  return make("li", {}, make("b", {}, what),
    make("span", { class: `tag ${COLOURS[line.state]}` }, word),
    make("small", { class: "quiet" }, more.filter(Boolean).join(" · ")));
}

/** A late answer must not stand for who was asked for last. */
const asks = newest();

/** @param {string} id */
async function showSheet(id) {
  const isNewest = asks();
  const sheet = await inTurn(() => post("/api/guide/sheet", { patient: id }));
  if (!sheet || !isNewest()) return;
  patient = id;
  if (view) show(view);
  fill("sheet", make("h2", {}, WORDS.stepsOf(sheet.name)),
    sheet.lines.length === 0 ? make("p", { class: "quiet" }, WORDS.nothing)
      : make("ol", { class: "rows" }, ...sheet.lines.map(lineOf)));
}

async function find(event) {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId("q"));
  const q = field.value.trim();
  field.value = "";  // A number of a card or document does not stay on the screen.
  const isNewest = asks();
  const found = await inTurn(() => post("/api/guide/find", { q }), { "bad-data": WORDS.tooShort });
  if (!found || !isNewest()) return;
  fill("sheet");
  if (found.patients.length === 0) return say(WORDS.notFound);
  if (found.patients.length === 1) return showSheet(found.patients[0].patient);
  fill("sheet", make("div", { class: "choices" }, ...found.patients.map((one) =>
    make("button", { onclick: () => showSheet(one.patient) }, one.name))));
}

openFrame("guide").then(places);
speakOn({ ...COMMON, ...WORDS });
const minutes = /** @type {HTMLSelectElement} */ (byId("minutes"));
const wanted = Number(asked.get("minutes") ?? 30);
fill("minutes", ...[0, 10, 20, 30, 60, 120].map((count) =>
  make("option", { value: count, selected: count === wanted }, WORDS.minutes(count))));
minutes.onchange = () => location.assign(`/guide?minutes=${minutes.value}`);
byId("find").onsubmit = find;
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || /** @type {HTMLElement} */ (event.target).closest("input, dialog")) return;
  event.preventDefault();
  byId("q").focus();
});
follow(`/api/guide/events?minutes=${minutes.value}`, clock, {
  show,
  beat: () => (byId("clock").textContent = clock.text(clock.now(), true)),
  stale: (is) => (byId("stale").hidden = !is),
});
