// The laboratory's catalogue: which tube, how much, how long fasting, when the result is there.
import { byId, fill, get, make, post } from "./live.js";
import { confirm, field, inTurn, input, keepFocus, labelled, openPage, row, say, select, sendForm } from "./staff.js";
import { COMMON, KEYS, language, local, words } from "./words.js";

const WORDS = words({
  title: ["检验项目", "Laboratory tests"],
  search: ["查找", "Find"],
  code: ["代码", "Code"],
  name: ["名称", "Name"],
  nameEn: ["英文名称", "English name"],
  short: ["标签上的简称", "Short, for labels"],
  tube: ["试管", "Tube"],
  section: ["检验组", "Section"],
  volumeUl: ["采血量（微升）", "Volume (microlitres)"],
  fastingHours: ["空腹小时数（0 不要求）", "Hours of fasting (0: none)"],
  fasting: ["空腹", "Fasting"],
  hours: [(count) => `${count} 小时`, (count) => `${count} h`],
  ownTube: ["必须单独一管", "Always a tube of its own"],
  series: ["定时采血（分钟，如 0,30,60,120）", "Timed series (minutes: 0,30,60,120)"],
  turn: ["出报告", "Result"],
  ready: ["出报告", "Result"],
  afterMinutes: ["收到后几分钟", "Minutes after receipt"],
  batches: ["分批（如 08:30-10:30, 12:00-14:00）", "Batches (08:30-10:30, 12:00-14:00)"],
  batchesHelp: ["收到时间不晚于前一个，结果在后一个时间出。", "Received until the first time, ready at the second."],
  workingDays: ["几个工作日后", "Working days later"],
  at: ["几点", "At"],
  place: ["取报告地点", "Where to get it"],
  placeEn: ["取报告地点（英文）", "Where, in English"],
  byMinutes: [(count) => `${count} 分钟`, (count) => `${count} min`],
  byDays: [(count, at) => `${count} 个工作日后 ${at}`, (count, at) => `${count} working days, ${at}`],
  byBatches: ["分批", "In batches"],
  none: ["没有项目。", "There are no tests."],
  edit: ["修改", "Change"],
  remove: ["删除", "Remove"],
  removeWhy: [(name) => `删除 ${name}？已经开出的医嘱会转给人工处理。`, (name) => `Remove ${name}? Orders of it are then for a person.`],
  add: ["添加项目", "Add a test"],
  fresh: ["新的项目", "Another test"],
  change: [(code) => `修改 ${code}`, (code) => `Change ${code}`],
  wrong: [(name) => `“${name}”填得不对。`, (name) => `"${name}" is not well formed.`],
});

/** @type {any} */
let view = { tests: [], tubes: [] };

const colour = (name) => local(view.tubes.find((tube) => tube.name === name)?.colour) || name;
const nameOf = (test) => (language === "en" && test.nameEn) || test.name;

function readyText(test) {
  if (test.batches?.length > 0) return WORDS.byBatches;
  return test.workingDays > 0 ? WORDS.byDays(test.workingDays, test.at ?? "") : WORDS.byMinutes(test.afterMinutes ?? 60);
}

function showList() {
  const asked = field("search").value.trim().toLowerCase();
  const shown = view.tests.filter((test) => [test.code, test.name, test.nameEn, test.short]
    .some((text) => text?.toLowerCase().includes(asked)));
  byId("none").hidden = shown.length > 0;
  keepFocus(() => fill("tests", ...shown.map((test) => row(
    ["wrap", make("b", {}, test.code)], ["wrap", nameOf(test)], ["wrap", colour(test.tube)],
    ["wide", test.fastingHours > 0 ? WORDS.hours(test.fastingHours) : "—"], ["wide wrap", readyText(test)],
    ["do wrap", make("button", { class: "small", "data-keep": `edit ${test.code}`, onclick: () => showForm(test) }, WORDS.edit),
      make("button", { class: "small", "data-keep": `remove ${test.code}`, onclick: () => remove(test) }, WORDS.remove)]))));
}

async function refresh() {
  view = await get("/api/lab-tests");
  showList();
}

/** "08:30-10:30, 12:00-14:00". @param {string} text */
const batchesOf = (text) => text.split(/[,，]/).map((one) => one.trim()).filter(Boolean).map((one) => {
  const [until, ready] = one.split(/[-–]/).map((time) => time.trim());
  return { until, ready };
});

/** @param {any} [test] the one to change; a new one without */
function showForm(test) {
  const text = (name, more = {}) => input(`l-${name}`, { maxlength: 60, value: test?.[name] ?? "", ...more });
  const number = (name, value, max) => input(`l-${name}`, { type: "number", min: 0, max, value: test?.[name] ?? value });
  const fields = {
    code: text("code", { required: true, maxlength: 40, readonly: Boolean(test), spellcheck: "false" }),
    name: text("name", { required: true }),
    nameEn: text("nameEn"),
    short: text("short", { maxlength: 20 }),
    tube: select("l-tube", view.tubes.map((tube) => ({ value: tube.name, text: local(tube.colour) })), test?.tube),
    section: text("section"),
    volumeUl: number("volumeUl", 2000, 50000),
    fastingHours: number("fastingHours", 0, 24),
    series: text("series", { value: (test?.series ?? []).join(",") }),
    afterMinutes: number("afterMinutes", 60, 43200),
    batches: text("batches", { maxlength: 200,
      value: (test?.batches ?? []).map((batch) => `${batch.until}-${batch.ready}`).join(", ") }),
    workingDays: number("workingDays", 0, 60),
    at: text("at", { type: "time" }),
    place: text("place"),
    placeEn: text("placeEn"),
  };
  const own = input("l-own", { type: "checkbox", checked: Boolean(test?.ownTube) });
  fill("edit", make("h2", {}, test ? WORDS.change(test.code) : WORDS.add),
    ...Object.entries(fields).flatMap(([name, box]) => [labelled(WORDS[name], box),
      name === "batches" ? make("p", { class: "quiet" }, WORDS.batchesHelp) : null]).filter(Boolean),
    make("label", { class: "check" }, own, WORDS.ownTube),
    make("button", { type: "submit", class: "main" }, COMMON.save, make("kbd", {}, KEYS.enter)),
    test ? make("button", { type: "button", class: "medium", onclick: () => showForm() }, WORDS.fresh) : null);
  byId("edit").onsubmit = async (event) => {
    event.preventDefault();
    const value = (name) => fields[name].value.trim();
    const body = { code: value("code"), name: value("name"), nameEn: value("nameEn"), short: value("short"),
      tube: value("tube"), section: value("section"), volumeUl: Number(value("volumeUl")),
      fastingHours: Number(value("fastingHours")), ownTube: own.checked,
      series: value("series").split(/[,，]/).filter(Boolean).map(Number), place: value("place"), placeEn: value("placeEn") };
    // One rule of the three: batches, else working days, else minutes.
    if (value("batches")) Object.assign(body, { batches: batchesOf(value("batches")) });
    else if (Number(value("workingDays")) > 0) Object.assign(body, { workingDays: Number(value("workingDays")) });
    else Object.assign(body, { afterMinutes: Number(value("afterMinutes")) });
    if (value("at")) Object.assign(body, { at: value("at") });
    const done = await sendForm(byId("edit"), () => inTurn(() => post("/api/lab-tests/put", body), ({ error, detail }) => {
      const member = (detail ?? "").split(" ")[0];
      return error === "bad-data" ? WORDS.wrong(WORDS[member] ?? member) : undefined;
    }), async () => {
      await refresh();
      if (own.isConnected) showForm();  // Else another one is looked at by now.
    });
    if (done) say(COMMON.saved, true);
  };
  if (test) byId("edit").scrollIntoView({ block: "nearest" });
}

async function remove(test) {
  if (!(await confirm(WORDS.remove, WORDS.removeWhy(nameOf(test)), WORDS.remove))) return;
  if (await inTurn(() => post("/api/lab-tests/remove", { code: test.code }), {}, `remove ${test.code}`)) await refresh();
}

async function open() {
  await openPage("lab-tests", WORDS);
  field("search").oninput = showList;
  await refresh();
  showForm();
}

open();
