// 爽约: who did not come, what it cost, who may not book because of it; a person may forgive it.
import { byId, fill, get, make, newest, post } from "./live.js";
import { askReason, field, inTurn, input, keepFocus, labelled, openPage, row, say, yuan } from "./staff.js";
import { BOOKING_REFUSALS, KEYS, local, words } from "./words.js";

const WORDS = words({
  title: ["爽约与减免", "No-shows"],
  rule: [(count, within, days) => (count === 0 ? "本院不因爽约暂停预约。"
    : `${within} 天内爽约 ${count} 次，暂停预约 ${days} 天（不影响现场挂号和急诊）。`),
  (count, within, days) => (count === 0 ? "Nobody is barred from booking here."
    : `${count} no-shows in ${within} days: no booking for ${days} days. On-site registration and emergencies stay open.`)],
  from: ["从", "From"],
  until: ["到", "Until"],
  patient: ["患者", "Patient"],
  missed: ["爽约", "Missed"],
  cost: ["违约金 / 已退", "Penalty / refund"],
  banned: ["暂停预约", "Barred"],
  none: ["没有爽约记录。", "There are no no-shows."],
  who: ["查一个人：就诊卡、证件号或电话", "One person: card, document or telephone"],
  find: ["查找", "Find"],
  unknown: ["没有找到这个人。", "Nobody was found."],
  until2: [(day) => `至 ${day}`, (day) => `until ${day}`],
  free: ["可以预约", "May book"],
  waived: ["已减免", "Forgiven"],
  waive: ["减免", "Forgive"],
  waiveTitle: [(who) => `减免 ${who} 的爽约`, (who) => `Forgive ${who}`],
  waiveWhy: ["这次爽约不再计数；收过的违约金会退回。原因会记入审计。",
    "It no longer counts, and a penalty goes back. The reason is kept in the audit."],
  waiveReasons: [["交通中断", "突发疾病", "本院原因", "登记有误"],
    ["Transport broke down", "Sudden illness", "Our own fault", "Was recorded by mistake"]],
  done: ["已减免。", "Forgiven."],
  doneMoney: [(sum) => `已减免，退回 ${sum} 元。`, (sum) => `Forgiven: ${sum} yuan go back.`],
});

/** What the last search asked for; "": the days count. */
let wanted = "";

const money = (one) => (one.penaltyFen + one.refundFen === 0 ? "—" : `${yuan(one.penaltyFen)} / ${yuan(one.refundFen)}`);

function showRows(rows) {
  byId("none").hidden = rows.length > 0;
  keepFocus(() => fill("rows", ...rows.map((one) => row(
    ["wrap", make("b", {}, one.name)],
    ["wrap", `${one.day} ${one.slot} ${local(one.service)}`],
    ["wide", money(one)],
    ["wide wrap", one.barredUntil ? make("span", { class: "tag warn" }, WORDS.until2(one.barredUntil)) : WORDS.free],
    ["do", one.waived ? make("span", { class: "tag ok" }, WORDS.waived)
      : make("button", { class: "small", "data-keep": one.id, onclick: () => waive(one) }, WORDS.waive)]))));
}

const asks = newest();

async function show() {
  const isNewest = asks();
  if (wanted) {
    const q = wanted;
    const found = await inTurn(() => post("/api/waivers/find", { q }));
    if (!found || !isNewest()) return;
    showRows(found.rows);
    if (!found.known) say(WORDS.unknown);
    return;
  }
  const address = new URLSearchParams({ from: field("from").value, until: field("until").value });
  history.replaceState(null, "", `/waivers?${address}`);
  const view = await get(`/api/waivers?${address}`);
  if (!isNewest()) return;
  byId("rule").textContent = WORDS.rule(view.count, view.withinDays, view.barredDays);
  showRows(view.rows);
}

async function waive(one) {
  const reason = await askReason(WORDS.waiveTitle(one.name), WORDS.waiveReasons, WORDS.waiveWhy);
  if (!reason) return;
  const done = await inTurn(() => post("/api/waivers/waive", { id: one.id, reason }), BOOKING_REFUSALS, `waive ${one.id}`);
  if (!done) return;
  await show();
  say(one.penaltyFen > 0 ? WORDS.doneMoney(yuan(one.penaltyFen)) : WORDS.done, true);
}

async function open() {
  const { today } = await openPage("waivers", WORDS);
  const asked = new URLSearchParams(location.search);
  for (const id of ["from", "until"]) {
    field(id).value = asked.get(id) ?? today;
    field(id).addEventListener("change", () => {
      wanted = "";
      say("");
      show();
    });
  }
  const box = input("who", { maxlength: 64, spellcheck: "false", autocapitalize: "none" });
  fill("find", labelled(WORDS.who, box), make("button", { type: "submit", class: "medium" }, WORDS.find,
    make("kbd", {}, KEYS.enter)));
  byId("find").onsubmit = (event) => {
    event.preventDefault();
    wanted = box.value.trim();
    say("");
    show();
  };
  await show();
}

open();
