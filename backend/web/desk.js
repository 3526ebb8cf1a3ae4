import { showAccount } from "./account.js";
import { HospitalClock, byId, fill, follow, get, make, markTags, post } from "./live.js";

const room = new URLSearchParams(location.search).get("room") ?? "";
const clock = new HospitalClock();
/** The last view of the server; null until it came. @type {any} */
let view = null;
let isBusy = false;

const REFUSALS = {
  "not-found": "现在没有可以叫的号。",
  conflict: "刚才有人改动了，请再看一眼再操作。",
  refused: "这个操作现在不能做。",
  role: "您的账号不能做这个操作。",
};

function say(text) {
  byId("said").textContent = text;
}

/** @param {string} act @param {object} [more] */
async function act(act, more = {}) {
  if (isBusy) return;
  isBusy = true;
  try {
    await post(`/api/desk/${act}`, { room, ...more });
    say("");
  } catch (error) {
    say(REFUSALS[error.error] ?? "没有成功:请检查网络后再试。");
  } finally {
    isBusy = false;
  }
}

function personText(row) {
  const sex = { male: "男", female: "女" }[row.sex];
  const parts = [row.name, sex, row.age != null ? `${row.age} 岁` : null];
  return parts.filter(Boolean).join(" · ");
}

function durationText(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = Math.floor(seconds % 60);
  return minutes > 0 ? `${minutes} 分 ${String(rest).padStart(2, "0")} 秒` : `${rest} 秒`;
}

function showCurrent() {
  const current = view.current;
  if (!current) {
    fill("current", make("div", { class: "number none" }, "—"),
      make("p", { class: "quiet" }, "还没有叫号"));
    return;
  }
  const lasted = Math.max(0, (clock.now() - (current.calledMs ?? clock.now())) / 1000);
  const again = current.lastCalledMs > current.calledMs
    ? ` · 重叫 ${clock.text(current.lastCalledMs)}` : "";
  fill("current",
    make("div", { class: "number" }, current.number),
    make("p", { class: "person" }, personText(current)),
    make("p", { class: "quiet" },
      `${clock.text(current.calledMs)} 叫号${again} · 已 ${durationText(lasted)}`));
}

function rowOf(ticket, index) {
  const waited = Math.max(0, Math.floor((clock.now() - ticket.arrivedMs) / 60000));
  const call = make("button", {
    class: "small",
    "data-keep": `call ${ticket.id}`,
    title: index === 0 ? "叫下一位" : "不按顺序叫此号，需要原因",
    onclick: () => (index === 0 ? act("next") : callOutOfOrder(ticket)),
  }, "叫此号");
  const marks = markTags(ticket.marks, "tag warn");
  if (marks.length === 0) marks.push(make("span", { class: "tag plain" }, "预约"));
  return make("tr", {},
    make("td", {}, make("b", {}, ticket.number)),
    make("td", {}, ticket.name),
    make("td", {}, ticket.slot),
    make("td", {}, ticket.arrived),
    make("td", {}, `${waited} 分`),
    make("td", { class: "marks" }, ...marks),
    make("td", { class: "do" }, call));
}

function passedRowOf(ticket) {
  return make("tr", { class: "passed" },
    make("td", {}, make("b", {}, ticket.number)),
    make("td", {}, ticket.name),
    make("td", {}, ticket.slot),
    make("td", {}, ticket.arrived),
    make("td", {}, ""),
    make("td", { class: "marks" }, make("span", { class: "tag warn" }, "已过号")),
    make("td", { class: "do" },
      make("button",
        { class: "small", "data-keep": `recall ${ticket.id}`, onclick: () => recall(ticket) },
        "召回")));
}

function stat(label, value) {
  return make("div", {}, label, make("b", {}, value));
}

function show(next) {
  view = next;
  // Buttons are made anew; who was on one of them by keyboard stays on it.
  const kept = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.keep;
  const doctor = view.doctor ? ` · ${view.doctor.name} ${view.doctor.title.zh}` : "";
  byId("title").textContent = `${view.room.zh}${doctor} · ${view.service.zh}`;
  document.title = `${view.room.zh} 叫号 · 医站`;
  const typical = view.stats.typicalSeconds;
  fill("stats",
    stat("等候", String(view.stats.waiting)),
    stat("已看", String(view.stats.done)),
    stat("通常就诊", typical != null ? durationText(typical) : "—"),
    stat("过号", String(view.stats.passed)));
  fill("waiting", ...view.waiting.map(rowOf), ...view.passed.map(passedRowOf));
  byId("nobody").hidden = view.waiting.length + view.passed.length > 0;
  showCurrent();
  const first = view.waiting[0];
  fill("next", first ? `叫下一位 ${first.number}` : "没有人等候", make("kbd", {}, "空格"));
  setEnabled("next", Boolean(first));
  for (const id of ["again", "pass", "finish"]) setEnabled(id, Boolean(view.current));
  fill("staff-calls", ...view.staffCalls.map((call) =>
    make("p", { class: "call" },
      make("b", {}, `自助机 ${call.terminal} 呼叫工作人员`), ` ${call.since}`,
      make("button",
        { class: "small", "data-keep": `answer ${call.id}`, onclick: () => answer(call.id) },
        "我去处理"))));
  if (kept) {
    /** @type {HTMLElement | null} */ (
      document.querySelector(`[data-keep="${CSS.escape(kept)}"]`))?.focus();
  }
}

/** @param {string} id @param {boolean} enabled */
function setEnabled(id, enabled) {
  /** @type {HTMLButtonElement} */ (byId(id)).disabled = !enabled;
}

async function answer(id) {
  try {
    await post("/api/staff-calls/answer", { id });
  } catch {
    say("没有成功:请检查网络后再试。");
  }
}

// ---- reasons ------------------------------------------------------------------------------

const CALL_REASONS = ["急诊患者", "军人优先", "老人优先", "残障优先", "复诊取结果"];
const RECALL_REASONS = ["患者已回到候诊区", "去检查后返回", "未听到叫号"];

/** @param {string} title @param {string[]} choices @returns {Promise<string>} "" when cancelled */
function askReason(title, choices) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("reason"));
  const text = /** @type {HTMLInputElement} */ (byId("reason-text"));
  byId("reason-title").textContent = title;
  text.value = "";
  setEnabled("reason-ok", false);
  return new Promise((resolve) => {
    const done = (reason) => {
      dialog.onclose = null;
      dialog.close();
      resolve(reason);
    };
    fill("reason-choices", ...choices.map((choice, i) =>
      make("button", { type: "button", onclick: () => done(choice) },
        choice, make("kbd", {}, String(i + 1)))));
    text.oninput = () => setEnabled("reason-ok", text.value.trim() !== "");
    byId("reason-ok").onclick = (event) => {
      event.preventDefault();
      if (text.value.trim() !== "") done(text.value.trim());
    };
    byId("reason-cancel").onclick = () => done("");
    dialog.onkeydown = (event) => {
      const choice = choices[Number(event.key) - 1];
      if (choice && event.target !== text) done(choice);
    };
    dialog.onclose = () => done("");
    dialog.showModal();
  });
}

async function callOutOfOrder(ticket) {
  const reason = await askReason(`不按顺序叫 ${ticket.number} ${ticket.name}`, CALL_REASONS);
  if (reason) await act("call", { ticket: ticket.id, reason });
}

async function recall(ticket) {
  const reason = await askReason(`召回 ${ticket.number} ${ticket.name}`, RECALL_REASONS);
  if (reason) await act("recall", { ticket: ticket.id, reason });
}

// ---- chart --------------------------------------------------------------------------------

async function showChart() {
  const chart = await get(`/api/chart?room=${encodeURIComponent(room)}`).catch(() => null);
  if (!chart) return;
  const bars = chart.halfHours;
  const highest = Math.max(1, ...bars.map((bar) => bar.booked));
  const width = 720 / Math.max(1, bars.length);
  const height = (count) => (count / highest) * 62;
  fill("chart", make("svg", { viewBox: "0 0 720 96", role: "img" },
    ...bars.flatMap((bar, i) => [
      make("rect", { class: "booked", x: i * width + 3, width: Math.max(2, width - 8), rx: 2,
        y: 72 - height(bar.booked), height: height(bar.booked) }),
      make("rect", { class: "arrived", x: i * width + 3, width: Math.max(2, width - 8), rx: 2,
        y: 72 - height(bar.arrived), height: height(bar.arrived) }),
      bar.at.endsWith(":00")
        ? make("text", { x: i * width + 3, y: 90 }, bar.at.slice(0, 2)) : null,
    ]),
    make("path", { d: "M0 72.5h720" })));
}

// ---- start --------------------------------------------------------------------------------

async function chooseRoom() {
  byId("chooser").hidden = false;
  const places = await get("/api/places");
  fill("rooms", ...places.services.map((service) =>
    make("section", {},
      make("h2", {}, make("b", {}, service.letter), ` ${service.name.zh}`,
        make("small", {}, service.area.name.zh)),
      make("div", { class: "choices" }, ...service.rooms.map((one) =>
        make("a", { href: `/desk?room=${encodeURIComponent(one.id)}` },
          make("b", {}, one.name.zh), ` ${one.doctor?.name ?? ""}`))))));
}

async function openDesk() {
  byId("desk").hidden = false;
  const places = await get("/api/places");
  byId("hospital").textContent = places.hospital.zh;
  const service = places.services.find((one) => one.rooms.some((each) => each.id === room));
  if (service) {
    byId("screen-link").setAttribute("href",
      `/screen?area=${encodeURIComponent(service.area.id)}`);
  }
  follow(`/api/desk/events?room=${encodeURIComponent(room)}`, clock, {
    show,
    beat: () => {
      byId("clock").textContent = clock.text(clock.now(), true);
      if (view) showCurrent();
    },
    stale: (is) => (byId("stale").hidden = !is),
  });
  showChart();
  setInterval(showChart, 60000);
  setInterval(() => view && show(view), 30000);
}

byId("next").onclick = () => act("next");
byId("again").onclick = () => act("again");
byId("pass").onclick = () => act("pass");
byId("finish").onclick = () => act("finish");

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const isElsewhere = !room || event.repeat || event.ctrlKey || event.altKey || event.metaKey ||
    target.closest("dialog, input, a, button.small, .account-name") != null;
  if (isElsewhere) return;
  const button = { " ": "next", r: "again", g: "pass", Enter: "finish" }[
    event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!button) return;
  event.preventDefault();  // A focused button must not act a second time.
  if (!/** @type {HTMLButtonElement} */ (byId(button)).disabled) act(button);
});

if (room) openDesk();
else chooseRoom();
showAccount();
