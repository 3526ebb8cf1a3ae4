// Who is logged in: the menu with password and log-out, and the sign of life that keeps a session.
import { make, post, session } from "./live.js";

const ROLES = {
  admin: "管理员", triage: "分诊", doctor: "医生", nurse: "护士", pharmacist: "药师",
  cashier: "收费", lab: "检验", operator: "运维",
};
const RULES = {
  "too-short": "新密码至少 10 个字符。",
  "too-long": "新密码太长。",
  "contains-name": "新密码不能包含账号。",
  "too-simple": "新密码太简单：请多用几种字符，不要连号。",
  common: "这个密码太常见，请换一个。",
  same: "新密码要和现在的不同。",
};
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
  const old = passwordField("current-password", "现在的密码");
  const fresh = passwordField("new-password", "新密码（至少 10 个字符）");
  const again = passwordField("new-password", "再输一次新密码");
  const form = /** @type {HTMLFormElement} */ (make("form", { hidden: true }, old.row, fresh.row,
    again.row, make("button", { type: "submit", class: "main" }, "保存新密码")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (fresh.field.value !== again.field.value) return say("两次输入的新密码不一样。", true);
    try {
      await post("/auth/password", { old: old.field.value, new: fresh.field.value });
      form.reset();
      form.hidden = true;
      say("密码已更改，其他设备上已退出登录。");
    } catch (failure) {
      if (failure.error === "password-refused") say(RULES[failure.rule] ?? RULES["too-simple"], true);
      else if (failure.error === "wrong-password") say("现在的密码不对。", true);
      else if (failure.error === "locked-out") say("输错次数太多，请稍后再试。", true);
      else say("没有成功：请检查网络后再试。", true);
    }
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
  const fail = () => say("没有成功：请检查网络后再试。", true);
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { id: "account-menu",
    "aria-labelledby": "account-name" },
    make("div", { class: "account" },
      make("h2", { id: "account-name" }, who.name),
      make("p", { class: "quiet" },
        `${who.id} · ${who.roles.map((role) => ROLES[role] ?? role).join("、")}`),
      make("button", { id: "change-password", type: "button", onclick: () => {
        password.form.hidden = !password.form.hidden;
        say("");
        if (!password.form.hidden) password.first.focus();
      } }, "修改密码"),
      password.form,
      make("button", { id: "log-out", type: "button", onclick: () => logOut(false).catch(fail) },
        "退出登录"),
      make("button", { id: "log-out-everywhere", type: "button",
        onclick: () => logOut(true).catch(fail) }, "在所有设备上退出"),
      said,
      make("button", { type: "button", onclick: () => dialog.close() }, "关闭",
        make("kbd", {}, "Esc")))));
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
