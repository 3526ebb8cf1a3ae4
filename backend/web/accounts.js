// Accounts of staff: add, roles, password, disable. Nobody changes the own one here.
import { PASSWORD_RULES } from "./account.js";
import { byId, fill, get, make, post, session } from "./live.js";
import { ask, dialogButtons, inTurn, keepFocus, openFrame, places, say, sendForm } from "./staff.js";
import { COMMON, KEYS, ROLES, language, speakOn, words } from "./words.js";

const WORDS = words({
  title: ["账号", "Accounts"],
  account: ["账号", "Account"],
  person: ["姓名", "Person"],
  roles: ["角色", "Roles"],
  disabled: ["已停用", "Disabled"],
  you: ["您自己", "You"],
  add: ["添加账号", "Add an account"],
  accountHelp: ["账号（2 到 40 位小写字母、数字、. - _）", "Account (2 to 40 of a-z, 0-9, . - _)"],
  password: ["初始密码（至少 10 个字符）", "First password (at least 10 characters)"],
  fresh: ["新密码（至少 10 个字符）", "New password (at least 10 characters)"],
  added: [(id) => `账号 ${id} 现在可以登录。`, (id) => `Account ${id} can log in now.`],
  changeRoles: ["角色", "Roles"],
  rolesOf: [(id) => `${id} 的角色`, (id) => `Roles of ${id}`],
  reset: ["重设密码", "Reset password"],
  resetOf: [(id) => `重设 ${id} 的密码`, (id) => `New password for ${id}`],
  resetWhy: ["此账号会在所有设备上退出登录。", "The account is logged out everywhere."],
  disable: ["停用", "Disable"],
  enable: ["启用", "Enable"],
  unlock: ["解锁", "Unlock"],
  refused: ["自己的账号请由另一位管理员修改。", "Another administrator changes your own account."],
  conflict: ["这个账号已经存在。", "There is an account of that name."],
  oneRole: ["至少选一个角色。", "Choose at least one role."],
  badAccount: ["账号或姓名的格式不对。", "The account or the name is not well formed."],
});

let own = "";
/** @type {string[]} */
let roles = [];

/** What a refused account or password means. @returns {string | undefined} */
function explain({ error, detail = "" }) {
  if (error === "refused") return WORDS.refused;
  if (error === "conflict") return WORDS.conflict;
  if (error !== "bad-data") return undefined;
  const rule = Object.keys(PASSWORD_RULES).find((one) => detail.endsWith(one));
  if (rule) return PASSWORD_RULES[/** @type {keyof typeof PASSWORD_RULES} */ (rule)];
  return detail.startsWith("roles") ? WORDS.oneRole : WORDS.badAccount;
}

/** @param {string} act @param {Record<string, any>} body */
async function change(act, body) {
  const done = await inTurn(() => post(`/api/accounts/${act}`, body), explain, `${act} ${body.id}`);
  if (done) await show();
  return done;
}

const roleName = (role) => ROLES[/** @type {keyof typeof ROLES} */ (role)] ?? role;

function roleBoxes(chosen) {
  const boxes = roles.map((role) => /** @type {HTMLInputElement} */ (
    make("input", { type: "checkbox", value: role, checked: chosen.includes(role) })));
  return {
    rows: boxes.map((box) => make("label", { class: "check" }, box, roleName(box.value))),
    chosen: () => boxes.filter((box) => box.checked).map((box) => box.value),
  };
}

async function editRoles(account) {
  const boxes = roleBoxes(account.roles);
  const chosen = await ask(WORDS.rolesOf(account.id), (done) => [make("form", { onsubmit: (event) => {
    event.preventDefault();
    done(boxes.chosen());
  } }, make("div", { class: "boxes" }, ...boxes.rows),
  dialogButtons(make("button", { type: "submit", class: "main" }, COMMON.save,
    make("kbd", {}, KEYS.enter)), done))]);
  if (chosen) await change("roles", { id: account.id, roles: chosen });
}

async function reset(account) {
  const field = /** @type {HTMLInputElement} */ (make("input", { type: "password",
    autocomplete: "new-password", maxlength: 256, required: true }));
  const password = await ask(WORDS.resetOf(account.id), (done) => [make("form", { onsubmit: (event) => {
    event.preventDefault();
    done(field.value);
  } }, make("p", { class: "quiet" }, WORDS.resetWhy), make("label", {}, WORDS.fresh, field),
  dialogButtons(make("button", { type: "submit", class: "main" }, COMMON.save,
    make("kbd", {}, KEYS.enter)), done))]);
  if (password) await change("reset", { id: account.id, password });
}

function rowOf(account) {
  const isOwn = account.id === own;
  const button = (name, act, word) => make("button", { class: "small", "data-keep": `${name} ${account.id}`,
    onclick: act }, word);
  const names = account.roles.map(roleName).join(language === "zh" ? "、" : ", ");
  return make("tr", { class: account.enabled ? null : "passed" },
    make("td", {}, make("b", {}, account.id)),
    make("td", { class: "wrap" }, account.name, " ",
      account.enabled ? null : make("span", { class: "tag bad" }, WORDS.disabled)),
    make("td", { class: "wide wrap" }, names),
    make("td", { class: "do wrap" }, isOwn ? make("span", { class: "quiet" }, WORDS.you) : [
      button("roles", () => editRoles(account), WORDS.changeRoles),
      button("reset", () => reset(account), WORDS.reset),
      button("unlock", () => change("unlock", { id: account.id }), WORDS.unlock),
      account.enabled
        ? button("switch", () => change("disable", { id: account.id }), WORDS.disable)
        : button("switch", () => change("enable", { id: account.id }), WORDS.enable)]));
}

async function show() {
  const view = await get("/api/accounts");
  roles = view.roles;
  keepFocus(() => fill("accounts", ...view.accounts.map(rowOf)));
}

function showForm() {
  const text = (name, more = {}) => /** @type {HTMLInputElement} */ (
    make("input", { id: `add-${name}`, autocomplete: "off", required: true, ...more }));
  const id = text("id", { maxlength: 40, autocapitalize: "none", spellcheck: "false" });
  const name = text("name", { maxlength: 40 });
  const password = text("password", { type: "password", autocomplete: "new-password", maxlength: 256 });
  const boxes = roleBoxes([]);
  fill("add", make("h2", {}, WORDS.add),
    make("label", { class: "field" }, WORDS.accountHelp, id),
    make("label", { class: "field" }, WORDS.person, name),
    make("label", { class: "field" }, WORDS.password, password),
    make("div", { class: "boxes", role: "group", "aria-label": WORDS.roles }, ...boxes.rows),
    make("button", { type: "submit", class: "main" }, WORDS.add));
  byId("add").onsubmit = async (event) => {
    event.preventDefault();
    const done = await sendForm(byId("add"), () => change("add", { id: id.value.trim(), name: name.value.trim(),
      password: password.value, roles: boxes.chosen() }));
    if (!done) return;
    say(WORDS.added(id.value.trim()), true);
    /** @type {HTMLFormElement} */ (byId("add")).reset();
    id.focus();
  };
}

async function open() {
  openFrame("accounts");
  speakOn(WORDS);
  own = (await session())?.id ?? "";
  places();
  await show();
  showForm();
}

open();
