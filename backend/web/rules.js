// The editor of queue rules: plain words for each, the effect on today's queue before saving.
import { byId, fill, get, make, newest, post } from "./live.js";
import { markTags } from "./marks.js";
import { askReason, inTurn, openFrame, places, say, sendForm } from "./staff.js";
import { QUEUE_REFUSALS, local, speakOn, words } from "./words.js";

const WORDS = words({
  title: ["排队规则", "Queue rules"],
  whose: ["谁的规则", "Whose rules"],
  hospital: ["全院", "The whole hospital"],
  areaOf: [(name) => `候诊区：${name}`, (name) => `Area: ${name}`],
  own: ["这里有自己的规则，整套代替上一级。", "These are its own rules: they replace the wider ones as a whole."],
  inherited: ["这里没有自己的规则，沿用上一级。保存后就有自己的一套。",
    "It has no rules of its own and follows the wider ones. Saving gives it its own."],
  effect: ["对今天队列的影响", "Effect on today's queue"],
  onQueue: ["看哪个队列", "Which queue"],
  moved: [(count, all) => `${all} 人等候，${count} 人的位置会变。`, (count, all) => `${all} waiting, ${count} would move.`],
  save: ["保存", "Save"],
  undo: ["撤销修改", "Undo changes"],
  remove: ["取消自己的规则", "Drop its own rules"],
  saveTitle: ["保存排队规则", "Save the queue rules"],
  saveReasons: [["门诊办决定", "高峰调整", "试行", "更正错误"], ["Office's decision", "Rush hour", "Trial", "Correction"]],
  saved: ["已保存，正在等候的人已按新规则排队。", "Saved. Who waits now stands by the new rules."],
  wrong: [(name) => `“${name}”填得不对。`, (name) => `"${name}" cannot be meant like this.`],

  groupIn: ["报到", "Check-in"],
  groupOrder: ["顺序", "Order"],
  groupLate: ["迟到、过号、回诊", "Late, missed, back with results"],
  groupRooms: ["诊室", "Rooms"],
  groupPriority: ["优先类别", "Priority classes"],
  checkIn: ["要报到才排队（签到模式）", "Only who checked in waits"],
  opensMinutes: ["号段前多少分钟可以报到", "Check-in opens so many minutes before the slot"],
  opensHelp: ["空着：当天随时；0：到点才可以", "Empty: any time that day; 0: not before the slot"],
  orderBy: ["按什么排", "In the order of"],
  orderByArrival: ["报到先后（签到号序）", "check-in"],
  orderByNumber: ["挂号先后（挂号号序）", "registration"],
  byPeriod: ["按号段分时，一段看完再下一段", "Periods follow one another"],
  bookedFirst: ["预约的排在现场挂号前面", "Booked before walk-in"],
  late: ["迟到的排在", "Who is late goes"],
  lateInterval: ["迟到：每隔几位插一位", "Late: behind every so many others"],
  recalled: ["过号召回的排在", "Who is recalled goes"],
  recallInterval: ["召回：每隔几位插一位", "Recalled: behind every so many others"],
  returnInterval: ["回诊：每隔几位插一位", "With results: behind every so many others"],
  returnDays: ["几天内回诊不再收费", "Comes back for nothing within days"],
  insertInterval: ["正常号之间，隔几位插一位", "between the others, at intervals"],
  insertPeriod: ["本时间段最后", "to the end of the period"],
  insertHalfDay: ["上午或下午最后", "to the end of the half day"],
  insertNormal: ["按报到时间，不罚后", "by arrival, as if on time"],
  callsBeforePassed: ["叫几次不到算过号", "Calls until a missed call"],
  rooms: ["没选医生的患者什么时候定诊室", "Who chose no doctor gets a room"],
  roomsCall: ["哪个诊室先叫就到哪里", "when a room calls"],
  roomsCheckIn: ["报到时分到等得最短的诊室", "at check-in: the shortest wait"],
  roomsList: ["二次分诊：门口有一个短名单", "by a short list at each door"],
  roomCapacity: ["诊室门口最多几位（0：不设）", "Most in a door's list (0: no list)"],
  level: ["级别", "Level"],
  mark: ["标记", "Mark"],
  nameZh: ["中文名", "Chinese name"],
  nameEn: ["英文名", "English name"],
  code: ["代码", "Code"],
  addClass: ["添加类别", "Add a class"],
  dropClass: ["删除", "Remove"],
  priorities: ["优先类别", "Priority classes"],
});

const INSERTS = [["interval", WORDS.insertInterval], ["end-of-period", WORDS.insertPeriod],
  ["end-of-half-day", WORDS.insertHalfDay], ["as-normal", WORDS.insertNormal]];

/** Every field: group, member, kind, and what the kind needs. @type {any[][]} */
const FIELDS = [
  ["groupIn", "checkIn", "flag"],
  ["groupIn", "opensMinutes", "count", 0, 1440, true, "opensHelp"],
  ["groupOrder", "orderBy", "choice", [["arrival", WORDS.orderByArrival], ["number", WORDS.orderByNumber]]],
  ["groupOrder", "byPeriod", "flag"],
  ["groupOrder", "bookedFirst", "flag"],
  ["groupLate", "late", "choice", INSERTS],
  ["groupLate", "lateInterval", "count", 1, 50],
  ["groupLate", "recalled", "choice", INSERTS],
  ["groupLate", "recallInterval", "count", 1, 50],
  ["groupLate", "returnInterval", "count", 1, 50],
  ["groupLate", "returnDays", "count", 1, 30],
  ["groupRooms", "rooms", "choice", [["on-call", WORDS.roomsCall], ["check-in", WORDS.roomsCheckIn], ["room-list", WORDS.roomsList]]],
  ["groupRooms", "roomCapacity", "count", 0, 20],
  ["groupRooms", "callsBeforePassed", "count", 1, 20],
];

/** The rules as the server has them, with `key`: whose they are. @type {any} */
let kept = {};
const loads = newest();
/** @type {any[]} */
let services = [];
let asking = 0;

/** @param {string} id @returns {any} */
const field = (id) => byId(id);

function draw(rules) {
  const groups = [...new Set(FIELDS.map(([group]) => group))];
  fill("form", ...groups.map((group) =>
    make("fieldset", {}, make("legend", {}, WORDS[group]),
      ...FIELDS.filter(([one]) => one === group).map((row) => inputOf(row, rules)))),
  make("fieldset", {}, make("legend", {}, WORDS.groupPriority),
    make("div", { id: "priorities", class: "classes" }, ...classRows(rules.priorities))));
}

function inputOf([, member, kind, more, most, mayBeEmpty, help], rules) {
  const value = rules[member];
  if (kind === "flag") {
    return make("label", { class: "check" }, make("input", { id: member, type: "checkbox", checked: value }), WORDS[member]);
  }
  const input = kind === "choice"
    ? make("select", { id: member }, ...more.map(([code, text]) =>
      make("option", { value: code, selected: code === value }, text)))
    : make("input", { id: member, type: "number", min: more, max: most, step: 1, required: !mayBeEmpty, value: value ?? "" });
  return make("label", { class: "field" }, WORDS[member], input, help ? make("small", {}, WORDS[help]) : null);
}

function classRows(classes) {
  const text = (name, value, more = {}) => make("input", { class: name, "data-name": name, value, "aria-label": WORDS[more.label], maxlength: more.most });
  return [
    make("div", { class: "class titles" }, make("span", {}, WORDS.level), make("span", {}, WORDS.mark),
      make("span", {}, WORDS.nameZh), make("span", { class: "en" }, WORDS.nameEn),
      make("span", { class: "code" }, WORDS.code), make("span", {}, "")),
    ...classes.map((one) => make("div", { class: "class", "data-class": true },
      make("input", { "data-name": "level", type: "number", min: 1, max: 99, value: one.level, "aria-label": WORDS.level }),
      text("mark", one.mark, { label: "mark", most: 2 }), text("zh", one.name.zh, { label: "nameZh", most: 20 }),
      text("en", one.name.en, { label: "nameEn", most: 40 }), text("code", one.code, { label: "code", most: 32 }),
      make("button", { type: "button", class: "small", onclick: (event) => {
        event.target.closest("[data-class]").remove();
        preview();
      } }, WORDS.dropClass))),
    make("button", { type: "button", class: "medium", onclick: () => {
      const rules = read();
      rules.priorities.push({ code: `class-${rules.priorities.length + 1}`, level: 9, mark: "优", name: { zh: "", en: "" } });
      fill("priorities", ...classRows(rules.priorities));
      preview();
    } }, WORDS.addClass),
  ];
}

/** The rules as they are filled in. */
function read() {
  /** @type {any} */
  const rules = {};
  for (const [, member, kind] of FIELDS) {
    const input = field(member);
    if (kind === "flag") rules[member] = input.checked;
    else if (kind === "choice") rules[member] = input.value;
    else rules[member] = input.value === "" ? null : Number(input.value);
  }
  rules.priorities = [...document.querySelectorAll("[data-class]")].map((row) => {
    const value = (name) => /** @type {HTMLInputElement} */ (row.querySelector(`[data-name="${name}"]`)).value.trim();
    return { code: value("code"), level: Number(value("level")), mark: value("mark"), name: { zh: value("zh"), en: value("en") } };
  });
  return rules;
}

function isChanged() {
  return JSON.stringify(read()) !== JSON.stringify(kept.ordered);
}

/** What a refusal says: the member that cannot be meant. */
function explain(failure) {
  for (const wrong of document.querySelectorAll(".wrong")) wrong.classList.remove("wrong");
  if (failure.error !== "bad-data") return QUEUE_REFUSALS[failure.detail];
  document.getElementById(failure.detail)?.classList.add("wrong");
  return WORDS.wrong(WORDS[failure.detail] ?? failure.detail);
}

function rowOf(row) {
  const by = row.before - row.after;
  const change = by > 0 ? make("span", { class: "up" }, `↑ ${by}`)
    : by < 0 ? make("span", { class: "down" }, `↓ ${-by}`) : make("span", { class: "same" }, "=");
  return make("li", {}, make("span", { class: "quiet" }, String(row.after)),
    make("span", {}, make("b", {}, row.number), ` ${row.name} `, ...markTags(row.marks)), change);
}

/** Shows today's line under the rules as they are filled in. */
async function preview() {
  const own = ++asking;
  const changed = isChanged();
  field("undo").disabled = !changed;
  field("save").disabled = !changed;
  try {
    const { rows } = await post("/api/rules/preview", { service: field("service").value, rules: read() });
    if (own !== asking) return;  // A later change is already asked for.
    for (const wrong of document.querySelectorAll(".wrong")) wrong.classList.remove("wrong");
    byId("moved").textContent = WORDS.moved(rows.filter((row) => row.before !== row.after).length, rows.length);
    fill("preview", ...rows.map(rowOf));
    say("");
  } catch (failure) {
    if (own !== asking) return;
    field("save").disabled = true;
    fill("preview");
    byId("moved").textContent = "";
    say(explain(failure) ?? WORDS.wrong(""));
  }
}

/** Until the rules are here nobody changes those that are shown: they are somebody else's. */
async function load() {
  const key = field("key").value;
  history.replaceState(null, "", `/rules?key=${encodeURIComponent(key)}`);
  const isNewest = loads();
  field("form").inert = true;
  for (const id of ["save", "undo", "remove"]) field(id).disabled = true;
  const told = await get(`/api/rules?key=${encodeURIComponent(key)}`);
  if (!isNewest()) return;
  kept = { ...told, key };
  field("form").inert = false;
  field("remove").disabled = false;
  byId("inherits").textContent = key === "hospital" ? "" : kept.own ? WORDS.own : WORDS.inherited;
  field("remove").hidden = !kept.own || key === "hospital";
  draw(kept.rules);
  kept.ordered = read();
  const within = services.filter((service) => key === "hospital" || service.id === key || service.area.id === key);
  fill("service", ...within.map((service) => make("option", { value: service.id }, `${service.letter} ${local(service.name)}`)));
  await preview();
}

/** @param {any} rules null: none of its own any more */
async function store(rules) {
  const reason = await askReason(WORDS.saveTitle, WORDS.saveReasons);
  if (!reason) return;
  const { key } = kept;
  const done = await sendForm(field("form"), () => inTurn(() => post("/api/rules/set", { key, rules, reason }), explain));
  if (!done) return;
  if (key === field("key").value) await load();
  say(WORDS.saved, true);
}

async function open() {
  openFrame("rules");
  speakOn(WORDS);
  fill("save", WORDS.save, make("kbd", {}, "Ctrl S"));
  const all = await places();
  services = all.services;
  const areas = new Map(services.map((service) => [service.area.id, local(service.area.name)]));
  fill("key", make("option", { value: "hospital" }, WORDS.hospital),
    ...[...areas].map(([id, name]) => make("option", { value: id }, WORDS.areaOf(name))),
    ...services.map((service) => make("option", { value: service.id }, `${service.letter} ${local(service.name)}`)));
  const wanted = new URLSearchParams(location.search).get("key");
  if (wanted) field("key").value = wanted;
  field("key").onchange = load;
  field("service").onchange = preview;
  byId("form").oninput = preview;
  byId("form").onsubmit = (event) => event.preventDefault();
  byId("save").onclick = () => store(read());
  byId("remove").onclick = () => store(null);
  byId("undo").onclick = load;
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey && event.key.toLowerCase() === "s")) return;
    event.preventDefault();
    if (!field("save").disabled) byId("save").click();
  });
  await load();
}

open();
