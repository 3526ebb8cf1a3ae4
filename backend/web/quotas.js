// Quotas of units and agencies: how many they may book, how many they did, and lists of members.
import { byId, fill, get, make, post } from "./live.js";
import { ask, dialogButtons, inTurn, keepFocus, openPage, say, sendForm } from "./staff.js";
import { COMMON, KEYS, local, operationId, words } from "./words.js";

const WORDS = words({
  title: ["号源配额", "Quotas"],
  organisation: ["单位", "Organisation"],
  service: ["科室或套餐", "Department or package"],
  any: ["不限", "Any"],
  period: ["期间", "Period"],
  used: ["已用 / 配额", "Used / quota"],
  none: ["还没有配额。", "There are no quotas yet."],
  edit: ["修改", "Change"],
  import: ["导入名单", "Import a list"],
  importTitle: [(name) => `为 ${name} 导入名单`, (name) => `Members of ${name}`],
  importHelp: ["每行一人：姓名,身份证号,电话（电话可以不填）", "One a line: name, identity number, telephone (may be missing)"],
  imported: [(count, bad) => `已预约 ${count} 人，${bad} 行没有成功。`, (count, bad) => `${count} booked, ${bad} lines were not.`],
  row: [(row) => `第 ${row} 行`, (row) => `Line ${row}`],
  add: ["添加配额", "Add a quota"],
  change: ["修改配额", "Change the quota"],
  id: ["代码（如 unit:acme）", "Code (such as unit:acme)"],
  quota: ["最多预约数", "Bookings at most"],
  from: ["从", "From"],
  until: ["到", "Until"],
  fresh: ["新的配额", "Another quota"],
  wrong: [(name) => `“${name}”填得不对。`, (name) => `"${name}" is not well formed.`],
  list: ["名单", "List"],
});
const ERRORS = words({
  "bad-id": ["身份证号不对", "wrong identity number"],
  "no-name": ["没有姓名", "no name"],
  "name-differs": ["姓名与登记的不一致", "another name is registered"],
  full: ["没有空号", "no free seat"],
  "quota-full": ["配额已满", "the quota is used up"],
  "contract-over": ["不在有效期内", "outside the period"],
  barred: ["因爽约暂停预约", "barred after no-shows"],
  "limit-day": ["当天预约已达上限", "too many bookings that day"],
});
/** @type {any[]} */
let services = [];

/** @param {any} [contract] the one to change; a new one without */
function showForm(contract) {
  const text = (name, more = {}) => /** @type {HTMLInputElement} */ (
    make("input", { id: `edit-${name}`, required: true, value: contract?.[name] ?? "", ...more }));
  const id = text("id", { maxlength: 64, readonly: Boolean(contract), spellcheck: "false", autocapitalize: "none" });
  const organisation = text("organisation", { maxlength: 60, value: contract ? local(contract.organisation) : "" });
  const quota = text("quota", { type: "number", min: 1, max: 100000 });
  const from = text("from", { type: "date" });
  const until = text("until", { type: "date" });
  const service = /** @type {HTMLSelectElement} */ (make("select", { id: "edit-service" },
    make("option", { value: "" }, WORDS.any), ...services.map((one) => make("option",
      { value: one.id, selected: one.id === contract?.service }, `${one.letter} ${local(one.name)}`))));
  const field = (word, input) => make("label", { class: "field" }, word, input);
  fill("edit", make("h2", {}, contract ? WORDS.change : WORDS.add), field(WORDS.id, id),
    field(WORDS.organisation, organisation), field(WORDS.service, service), field(WORDS.quota, quota),
    field(WORDS.from, from), field(WORDS.until, until),
    make("button", { type: "submit", class: "main" }, COMMON.save, make("kbd", {}, KEYS.enter)),
    contract ? make("button", { type: "button", class: "medium", onclick: () => showForm() }, WORDS.fresh) : null);
  byId("edit").onsubmit = async (event) => {
    event.preventDefault();
    const body = { id: id.value.trim(), organisation: organisation.value.trim(), quota: Number(quota.value),
      service: service.value, from: from.value, until: until.value };
    const done = await sendForm(byId("edit"), () => inTurn(() => post("/api/quotas/put", body),
      ({ error, detail }) => (error === "bad-data" ? WORDS.wrong(WORDS[detail] ?? detail) : undefined)), async () => {
      await show();
      if (id.isConnected) showForm();  // Else another one is looked at by now.
    });
    if (done) say(COMMON.saved, true);
  };
}

async function importList(contract) {
  const list = await ask(WORDS.importTitle(local(contract.organisation)), (done) => {
    const field = /** @type {HTMLTextAreaElement} */ (make("textarea", { id: "list", rows: 8, required: true,
      spellcheck: "false", "aria-label": WORDS.list }));
    return [make("form", { onsubmit: (event) => {
      event.preventDefault();
      done(field.value);
    } }, make("label", {}, WORDS.importHelp, field),
    dialogButtons(make("button", { type: "submit", class: "main" }, WORDS.import), done))];
  });
  if (!list) return;
  const done = await inTurn(() => post("/api/quotas/import", { contract: contract.id, operation: operationId(), list }),
    {}, `import ${contract.id}`);
  if (!done) return;
  await show();
  fill("errors", make("ul", { class: "rows" }, ...done.errors.map((error) =>
    make("li", {}, make("b", {}, WORDS.row(error.row)), ERRORS[/** @type {keyof typeof ERRORS} */ (error.code)] ?? error.code))));
  say(WORDS.imported(done.booked, done.errors.length), done.errors.length === 0);
}

async function show() {
  const view = await get("/api/quotas");
  byId("none").hidden = view.contracts.length > 0;
  keepFocus(() => fill("contracts", ...view.contracts.map((contract) => make("tr", {},
    make("td", { class: "wrap" }, make("b", {}, local(contract.organisation)), ` ${contract.id}`),
    make("td", { class: "wide wrap" }, local(contract.serviceName) || WORDS.any),
    make("td", { class: "wide wrap" }, `${contract.from} – ${contract.until}`),
    make("td", { class: "wrap" }, `${contract.used} / ${contract.quota} `,
      contract.used >= contract.quota ? make("span", { class: "tag warn wide" }, ERRORS["quota-full"]) : null),
    make("td", { class: "do wrap" },
      make("button", { class: "small", "data-keep": `import ${contract.id}`, onclick: () => importList(contract) }, WORDS.import),
      make("button", { class: "small", "data-keep": `edit ${contract.id}`, onclick: () => showForm(contract) }, WORDS.edit))))));
}

async function open() {
  services = (await openPage("quotas", WORDS)).services;
  await show();
  showForm();
}

open();
