// What machines could not finish and a person decides: acts that terminals did while they were
// alone and the hospital refused, and messages that did not get through.
import { byId, fill, get, make, newest, post } from "./live.js";
import { askReason, inTurn, keepFocus, openPage, row, say } from "./staff.js";
import { local, words } from "./words.js";

const WORDS = words({
  title: ["待处理", "To be decided"],
  explain: ["自助机离线时做的事被拒绝、短信没有发出去，都在这里等人决定。",
    "What terminals did while they were alone and was refused, and messages that did not get through."],
  acts: ["自助机的操作", "Acts of terminals"],
  messages: ["短信", "Text messages"],
  what: ["内容", "What"],
  why: ["原因", "Why"],
  since: ["时间", "Since"],
  next: ["下次重发", "Next try"],
  noActs: ["没有待处理的操作。", "There is nothing to decide."],
  noMessages: ["没有卡住的短信。", "No message is stuck."],
  checkIn: [(number) => `报到，纸上号码 ${number}`, (number) => `Check-in, number ${number} on paper`],
  terminal: [(name) => `自助机 ${name}`, (name) => `Terminal ${name}`],
  retry: ["重试", "Try again"],
  giveUp: ["放弃", "Give up"],
  giveUpTitle: [(what) => `放弃：${what}`, (what) => `Give up: ${what}`],
  giveUpWhy: ["放弃后不会再自动处理。原因会记入审计。", "Nothing is tried again. The reason is kept in the audit."],
  giveUpReasons: [["已人工处理", "已电话告知患者", "患者已离开", "重复"],
    ["Done by hand", "Told by telephone", "Patient has left", "Twice"]],
  retried: ["已安排重试。", "It is tried again."],
  gaveUp: ["已放弃。", "Given up."],
  trying: ["自助机正在重试", "The terminal tries again"],
});
/** Why the hospital refused an act, and what helps. */
const WHY = words({
  "wrong-day": ["不是今天的预约，送达时已经过了那一天", "The booking was for another day when it arrived"],
  "wrong-site": ["不是本院区的预约", "The booking is for another site"],
  late: ["过了报到时间，请在分诊台人工报到", "Too late: please check in by hand at the triage desk"],
  "too-early": ["还没到报到时间，可以稍后重试", "Too early: try again later"],
  "payment-due": ["挂号费没有付，付费后重试", "The fee is unpaid: try again after payment"],
  "already-checked-in": ["已经用别的号码报到，纸上的号码作废", "Already checked in with another number; the paper is void"],
  "not-booked": ["预约已经取消或失效", "The booking does not stand any more"],
  "number-differs": ["医院给的号码和纸上的不一样，请当面告诉患者", "The hospital gave another number: please tell the patient"],
  "hospital-fails": ["服务器多次出错，可以重试", "The server failed again and again: try again"],
  "not-understood": ["记录读不懂，请联系运维", "The record cannot be read: ask the operators"],
  refused: ["医院拒绝", "The hospital refused"],
  unknown: ["原因不明", "The reason is not known"],
  trying: ["还在自动重发", "Is still tried again"],
  "no-answer": ["短信网关一直没有回应", "The gateway does not answer"],
  "not-taken": ["短信网关拒收，多半是号码不对", "The gateway refuses it: most likely a wrong number"],
});
const KINDS = words({
  booked: ["预约成功", "Booked"], "confirm-soon": ["提醒确认", "Please confirm"], "day-before": ["前一天提醒", "Day before"],
  "same-day": ["当天提醒", "Same day"], changed: ["预约更改", "Changed"], offer: ["候补有号", "Offer"],
  stopped: ["停诊通知", "Clinic stopped"], substituted: ["替诊通知", "Substitute"], "no-show": ["爽约通知", "No-show"],
  unconfirmed: ["未确认失效", "Not confirmed"],
});

const buttons = (kind, one, what) => ["do wrap",
  one.trying ? make("span", { class: "tag plain" }, WORDS.trying)
    : make("button", { class: "small", "data-keep": `retry ${one.key}`, onclick: () => retry(kind, one) }, WORDS.retry),
  make("button", { class: "small", "data-keep": `give-up ${one.key}`, onclick: () => giveUp(kind, one, what) }, WORDS.giveUp)];

const asks = newest();

async function show() {
  const isNewest = asks();
  const view = await get("/api/parked");
  if (!isNewest()) return;
  byId("noActs").hidden = view.acts.length > 0;
  byId("noMessages").hidden = view.messages.length > 0;
  keepFocus(() => {
    fill("acts", ...view.acts.map((one) => {
      const what = `${one.name} ${WORDS.checkIn(one.number)}`;
      return row(["wrap", make("b", {}, what), make("br"), `${WORDS.terminal(one.terminal)} · ${local(one.service)}`],
        ["wrap", WHY[one.why] ?? WHY.unknown], ["wide", one.since], buttons("acts", one, what));
    }));
    fill("messages", ...view.messages.map((one) => {
      const what = `${one.name} ${KINDS[one.kind] ?? one.kind}`;
      return row(["wrap", make("b", {}, what), make("br"), one.phone], ["wrap", WHY[one.why] ?? WHY.unknown],
        ["wide", one.next || "—"], buttons("messages", one, what));
    }));
  });
}

async function retry(kind, one) {
  const done = await inTurn(() => post(`/api/parked/retry-${kind}`, { key: one.key }), {}, `retry ${one.key}`);
  if (!done) return;
  await show();
  say(WORDS.retried, true);
}

async function giveUp(kind, one, what) {
  const reason = await askReason(WORDS.giveUpTitle(what), WORDS.giveUpReasons, WORDS.giveUpWhy);
  if (!reason) return;
  const done = await inTurn(() => post(`/api/parked/give-up-${kind}`, { key: one.key, reason }), {}, `give-up ${one.key}`);
  if (!done) return;
  await show();
  say(WORDS.gaveUp, true);
}

async function open() {
  await openPage("parked", WORDS);
  await show();
  setInterval(() => show().catch(() => null), 15000);
}

open();
