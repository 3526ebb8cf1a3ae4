// Who is logged in: the menu with password and log-out, and the sign of life that keeps a session.
import { make, post, session } from "./live.js";
import { COMMON, KEYS, REFUSALS, ROLES, words } from "./words.js";

const WORDS = words({
  old: ["现在的密码", "Present password"],
  fresh: ["新密码（至少 10 个字符）", "New password (at least 10 characters)"],
  again: ["再输一次新密码", "New password once more"],
  save: ["保存新密码", "Save the new password"],
  different: ["两次输入的新密码不一样。", "The two new passwords are different."],
  changed: ["密码已更改，其他设备上已退出登录。", "The password is changed. Other devices are logged out."],
  wrong: ["现在的密码不对。", "The present password is wrong."],
  locked: ["输错次数太多，请稍后再试。", "Too many wrong passwords. Please try again later."],
  change: ["修改密码", "Change password"],
  logOut: ["退出登录", "Log out"],
  everywhere: ["在所有设备上退出", "Log out everywhere"],
  between: ["、", ", "],
});
export const PASSWORD_RULES = words({
  "too-short": ["新密码至少 10 个字符。", "A password has at least 10 characters."],
  "too-long": ["新密码太长。", "The password is too long."],
  "contains-name": ["新密码不能包含账号。", "The password must not contain the account's name."],
  "too-simple": ["新密码太简单：请多用几种字符，不要连号。",
    "The password is too simple: use more kinds of characters and no series."],
  common: ["这个密码太常见，请换一个。", "This password is too common. Please take another one."],
  same: ["新密码要和现在的不同。", "The new password must be another one."],
});
/** A person is still there when a key or the pointer was used; told at most so often. */
const ALIVE_MS = 60000;

/** @param {string} autocomplete @param {string} label */
function passwordField(autocomplete, label) {
  const field = /** @type {HTMLInputElement} */ (
    make("input", { type: "password", autocomplete, maxlength: 256, required: true }));
  return { field, row: make("label", {}, label, field) };
}

/** @param {(text: string, bad?: boolean) => void} say */
function passwordForm(say) {
  const old = passwordField("current-password", WORDS.old);
  const fresh = passwordField("new-password", WORDS.fresh);
  const again = passwordField("new-password", WORDS.again);
  const form = /** @type {HTMLFormElement} */ (make("form", { hidden: true }, old.row, fresh.row,
    again.row, make("button", { type: "submit", class: "main" }, WORDS.save)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (fresh.field.value !== again.field.value) return say(WORDS.different, true);
    if (form.inert) return undefined;
    form.inert = true;  // A second press would try the old password again.
    try {
      await post("/auth/password", { old: old.field.value, new: fresh.field.value });
      form.reset();
      form.hidden = true;
      say(WORDS.changed);
    } catch (failure) {
      if (failure.error === "password-refused") {
        say(PASSWORD_RULES[failure.rule] ?? PASSWORD_RULES["too-simple"], true);
      } else if (failure.error === "wrong-password") say(WORDS.wrong, true);
      else if (failure.error === "locked-out") say(WORDS.locked, true);
      else say(REFUSALS.network, true);
    } finally {
      form.inert = false;
    }
    return undefined;
  });
  return { form, first: old.field };
}

/** @param {boolean} everywhere */
async function logOut(everywhere) {
  await post("/auth/logout", { everywhere });
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Fills the buttons with the person's name and their dialog; stays away where nobody logs in. */
export async function showAccount() {
  const who = await session();
  if (who?.kind !== "staff") return;
  const said = make("p", { class: "said", role: "status" });
  const say = (text, bad = false) => {
    said.textContent = text;
    said.classList.toggle("good", !bad);
  };
  const password = passwordForm(say);
  const fail = () => say(REFUSALS.network, true);
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { id: "account-menu",
    "aria-labelledby": "account-name" },
    make("div", { class: "account" },
      make("h2", { id: "account-name" }, who.name),
      make("p", { class: "quiet" },
        `${who.id} · ${who.roles.map((role) => ROLES[role] ?? role).join(WORDS.between)}`),
      make("button", { id: "change-password", type: "button", onclick: () => {
        password.form.hidden = !password.form.hidden;
        say("");
        if (!password.form.hidden) password.first.focus();
      } }, WORDS.change),
      password.form,
      make("button", { id: "log-out", type: "button", onclick: () => logOut(false).catch(fail) },
        WORDS.logOut),
      make("button", { id: "log-out-everywhere", type: "button",
        onclick: () => logOut(true).catch(fail) }, WORDS.everywhere),
      said,
      make("button", { type: "button", onclick: () => dialog.close() }, COMMON.close,
        make("kbd", {}, KEYS.escape)))));
  document.body.append(dialog);
  for (const opener of document.querySelectorAll("button.account-name")) {
    opener.textContent = who.name;
    /** @type {HTMLElement} */ (opener).hidden = false;
    opener.addEventListener("click", () => {
      say("");
      dialog.showModal();
    });
  }

  let told = performance.now();
  const alive = () => {
    if (performance.now() - told < ALIVE_MS) return;
    told = performance.now();
    post("/auth/active", {}).catch(() => null);
  };
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, alive, true);
}
