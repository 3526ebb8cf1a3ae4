// The two languages of the staff's pages: which one is spoken, and the words that pages share.
// A word is a pair [Chinese, English], so that none can be missing; functions make sentences.

const MEMORY = "yizhan-language";

/** @returns {string | null} */
function remembered() {
  try {
    return localStorage.getItem(MEMORY);
  } catch {
    return null;  // A browser that keeps nothing.
  }
}

function chosen() {
  const asked = new URLSearchParams(location.search).get("lang") ?? remembered();
  if (asked === "zh" || asked === "en") return asked;
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

/** "zh" or "en": the one asked for by the address, chosen before, or the browser's. */
export const language = chosen();
document.documentElement.lang = language;

/** Speaks the other language from now on, on this page and the next ones. */
export function changeLanguage() {
  const other = language === "zh" ? "en" : "zh";
  try {
    localStorage.setItem(MEMORY, other);
  } catch {
    // The address says it for this page; it is chosen again on the next.
  }
  const address = new URL(location.href);
  if (remembered() === other) address.searchParams.delete("lang");
  else address.searchParams.set("lang", other);
  location.replace(address);
}

/**
 * The words of a page in the spoken language.
 * @template {Record<string, [any, any]>} Table
 * @param {Table} table
 * @returns {{[name in keyof Table]: any}}
 */
export function words(table) {
  const index = language === "zh" ? 0 : 1;
  return /** @type {any} */ (
    Object.fromEntries(Object.entries(table).map(([name, pair]) => [name, pair[index]])));
}

/** A name as the server sends it. @param {{zh: string, en: string} | null | undefined} name */
export function local(name) {
  return name ? (language === "en" && name.en) || name.zh : "";
}

/** Fills every element that names its word: <h1 data-word="title">. @param {Record<string, any>} spoken */
export function speakOn(spoken) {
  for (const element of document.querySelectorAll("[data-word]")) {
    const word = spoken[/** @type {HTMLElement} */ (element).dataset.word ?? ""];
    if (word === undefined) throw new Error(`no word for ${element.outerHTML}`);
    element.textContent = word;
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", spoken[/** @type {HTMLElement} */ (element).dataset.label ?? ""]);
  }
}

/** Pages by the name the server knows them by. */
export const PAGES = words({
  desk: ["叫号", "Calling desk"],
  triage: ["分诊台", "Triage desk"],
  guide: ["导诊台", "Guide desk"],
  draw: ["采血窗口", "Blood draw"],
  exam: ["检查室", "Exam rooms"],
  pharmacy: ["药房窗口", "Pharmacy"],
  "pharmacy-screen": ["药房屏", "Pharmacy screen"],
  stop: ["停诊与替诊", "Stop a clinic"],
  waitlist: ["候补", "Waiting list"],
  added: ["加号", "Added numbers"],
  waivers: ["爽约与减免", "No-shows"],
  templates: ["出诊与节假日", "Sessions"],
  quotas: ["号源配额", "Quotas"],
  refunds: ["退款", "Refunds"],
  reports: ["预约统计", "Booking report"],
  "lab-tests": ["检验项目", "Laboratory tests"],
  parked: ["待处理", "To be decided"],
  rules: ["排队规则", "Queue rules"],
  accounts: ["账号", "Accounts"],
  screen: ["候诊屏", "Call screens"],
  door: ["门口屏", "Door screens"],
});

export const ROLES = words({
  admin: ["管理员", "administrator"],
  office: ["门诊办", "outpatient office"],
  guide: ["导诊", "guide"],
  triage: ["分诊", "triage"],
  doctor: ["医生", "doctor"],
  nurse: ["护士", "nurse"],
  pharmacist: ["药师", "pharmacist"],
  cashier: ["收费", "cashier"],
  lab: ["检验", "laboratory"],
  technician: ["技师", "technician"],
  operator: ["运维", "operator"],
});

/** What goes wrong on every page, by the server's code. */
export const REFUSALS = words({
  "not-found": ["没有找到，可能刚刚变了。", "Not found: it may just have changed."],
  conflict: ["刚才有人改动了，请再看一眼再操作。", "Somebody changed it just now. Please look again."],
  refused: ["这个操作现在不能做。", "This cannot be done now."],
  "bad-data": ["填写的内容不对，请检查。", "Something was filled in wrongly. Please check."],
  role: ["您的账号不能做这个操作。", "Your account may not do this."],
  network: ["没有成功：请检查网络后再试。", "No success: please check the network and try again."],
});

/**
 * The sentence for a failed request. `more`: what a page knows better, by the refusal's detail or
 * code, or a function of the failure.
 * @param {{error?: string, detail?: string}} failure
 * @param {Record<string, string> | ((failure: any) => string | undefined)} [more]
 */
export function refusalText(failure, more = {}) {
  const code = failure.error ?? "network";
  const known = typeof more === "function" ? more(failure) : more[failure.detail ?? ""] ?? more[code];
  return known ?? REFUSALS[/** @type {keyof typeof REFUSALS} */ (code)] ?? REFUSALS.network;
}

/** What the rules of queues refuse, by the word of the refusal. */
export const QUEUE_REFUSALS = words({
  reason: ["请先写明原因。", "A reason is needed."],
  state: ["这个号现在的状态不能这样做。", "Not in the present state of this number."],
  paused: ["本诊室已暂停叫号，请先恢复。", "This room is paused. Resume it first."],
  "not-inside": ["叫号已经变了，请看现在的号。", "Somebody else is called now. Look at the number."],
  "in-another-room": ["患者正在另一个诊室。", "The patient is called to another room."],
  "chosen-doctor": ["患者选了医生，要先征得同意。", "The patient chose a doctor and has to agree first."],
  "room-full": ["诊室门口的候诊已满。", "The list at that door is full."],
  "no-results-day": ["已过回诊有效期，请重新挂号。", "Too late to come back for nothing: a new registration is needed."],
  "too-early": ["还没到可以报到的时间。", "It is too early to check in."],
  late: ["已经过了报到时间。", "It is too late to check in."],
  "wrong-day": ["不是今天的预约。", "The booking is for another day."],
  "wrong-site": ["不是本院区的预约。", "The booking is for another site."],
  "already-checked-in": ["已经报到过了。", "Already checked in."],
  "payment-due": ["挂号费还没有付。", "The registration fee has not been paid."],
  "not-booked": ["这个预约已经失效。", "The booking does not stand any more."],
});

/** What the rules of booking refuse, by the word of the refusal. */
export const BOOKING_REFUSALS = words({
  full: ["没有空号了。", "There is no free number."],
  closed: ["这个出诊单元已经结束。", "This session is over."],
  stopped: ["这个出诊单元已经停诊。", "This session was stopped."],
  "most-added": ["加号已用完。", "No further number can be added."],
  "no-seat": ["这个出诊单元没有号源。", "This session has no seats."],
  "limit-day": ["这位患者当天的预约已达上限。", "The patient has too many bookings that day."],
  "limit-session": ["这位患者在这个班次已有预约。", "The patient has too many bookings in that session."],
  "limit-doctor": ["这位患者已经有这位医生的号。", "The patient has a number with this doctor already."],
  barred: ["这位患者因爽约暂停预约。", "The patient is barred after no-shows."],
  "unknown-patient": ["没有找到这个人。", "Nobody was found."],
  "too-late": ["已经过了可以取消的时间。", "It is too late for that."],
  "wrong-state": ["这个预约现在的状态不能这样做。", "Not in the present state of this booking."],
});

/** What became of a booking, by the server's word. */
export const BOOKING_STATES = words({
  locked: ["锁定中", "Held"],
  "pending-confirm": ["待确认", "To be confirmed"],
  booked: ["已预约", "Booked"],
  "checked-in": ["已报到", "Checked in"],
  "in-visit": ["就诊中", "In consultation"],
  waiting: ["等待中", "Waiting"],
  offered: ["候补通知中", "Offered"],
  done: ["已就诊", "Done"],
  "lock-expired": ["已失效", "Expired"],
  unconfirmed: ["未确认，已失效", "Was not confirmed"],
  cancelled: ["已取消", "Cancelled"],
  "cancelled-late": ["已取消", "Cancelled"],
  "no-show": ["爽约", "Did not come"],
  stopped: ["已停诊", "Stopped"],
  withdrawn: ["已退出", "Left the list"],
});

export const SESSIONS = words({
  am: ["上午", "Morning"], pm: ["下午", "Afternoon"], night: ["夜间", "Evening"], holiday: ["节假日", "Holiday"],
});

export const LEVELS = words({
  ordinary: ["普通", "Ordinary"], deputy: ["副主任医师", "Deputy chief"], chief: ["主任医师", "Chief"], special: ["特需", "Special"],
});

/** Monday first. */
export const WEEKDAYS = language === "zh"
  ? ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
  : ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const SEXES = words({ male: ["男", "male"], female: ["女", "female"] });

/** "男，46 岁": enough to ask the person. @param {{sex?: string, age?: number}} person */
export function personText(person) {
  const age = person.age === undefined ? "" : language === "zh" ? `${person.age} 岁` : `age ${person.age}`;
  return [SEXES[/** @type {keyof typeof SEXES} */ (person.sex)] ?? "", age].filter(Boolean)
    .join(language === "zh" ? "，" : ", ");
}

/** A number that no other act of this browser has. */
export function operationId() {
  return `desk.${crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Keys, as written on a button. */
export const KEYS = words({
  space: ["空格", "Space"],
  enter: ["回车", "Enter"],
  escape: ["Esc", "Esc"],
});

export const COMMON = words({
  product: ["医站", "Yizhan"],
  pages: ["工作台", "Pages"],
  menu: ["菜单", "Menu"],
  language: ["English", "中文"],
  cancel: ["取消", "Cancel"],
  ok: ["确定", "OK"],
  close: ["关闭", "Close"],
  save: ["保存", "Save"],
  stale: ["与服务器的连接中断，下面可能不是最新的情况。",
    "The server cannot be reached: what is below may be out of date."],
  saved: ["已保存。", "Saved."],
  underway: ["上一步还没有完成，请稍候。", "The last step is still under way."],
  reasonWhy: ["为什么？原因会记入审计，不会显示给患者。",
    "Why? The reason is kept in the audit and never shown to patients."],
  reason: ["原因", "Reason"],
  reasonOther: ["其他原因", "Another reason"],
  number: ["号", "Number"],
  name: ["姓名", "Name"],
  slot: ["时段", "Slot"],
  arrived: ["报到", "Arrived"],
  waited: ["等候", "Waited"],
  marks: ["标记", "Marks"],
  room: ["诊室", "Room"],
  minutes: [(count) => `${count} 分`, (count) => `${count} min`],
  person: [(name) => name, (name) => name],
  empty: ["—", "—"],
});

/** How long, in words. @param {number} seconds */
export function durationText(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = Math.floor(seconds % 60);
  if (language === "zh") {
    return minutes > 0 ? `${minutes} 分 ${String(rest).padStart(2, "0")} 秒` : `${rest} 秒`;
  }
  return minutes > 0 ? `${minutes} min ${String(rest).padStart(2, "0")} s` : `${rest} s`;
}
