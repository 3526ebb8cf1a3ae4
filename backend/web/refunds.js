// Money that the hospital owes: what is on its way, and what a person must look at.
import { byId, fill, get, make, newest, post } from "./live.js";
import { askReason, inTurn, keepFocus, openFrame, places } from "./staff.js";
import { speakOn, words } from "./words.js";

const WORDS = words({
  title: ["退款", "Refunds"],
  explain: ["预付的挂号费取消、停诊后自动原路退回；下面是还没有退到的。",
    "Prepaid fees go back by themselves; these have not arrived yet."],
  none: ["没有待退的款。", "Nothing is owed."],
  patient: ["患者", "Patient"],
  visit: ["就诊日期", "Visit"],
  sum: ["金额", "Sum"],
  since: ["应退时间", "Owed since"],
  state: ["状态", "State"],
  yuan: [(yuan) => `${yuan} 元`, (yuan) => `${yuan} yuan`],
  owed: ["等待退款", "To be sent"],
  asked: ["退款中，会自动重试", "On its way, retried by itself"],
  again: ["再试一次", "Try again"],
  byHand: ["已人工退", "Given back by hand"],
  byHandTitle: ["怎样退的？", "How was it given back?"],
  byHandReasons: [["收费窗口退现金", "收费窗口原路退回", "财务转账"],
    ["Cash at the cashier", "At the cashier, the way it was paid", "Bank transfer"]],
});
const REASONS = words({
  "no-order": ["不是在付款平台付的：请人工退", "Not paid at the platform: give it back by hand"],
  "no-answer": ["付款平台一直没有答复", "The platform never answered"],
  "unknown-order": ["付款平台没有这笔订单", "The platform does not know this payment"],
  "too-much": ["超过已付金额", "More than was paid"],
  "not-paid": ["付款平台说没有付款", "The platform says it was not paid"],
  "platform-failed": ["付款平台退款失败", "The platform could not give it back"],
  "number-in-use": ["退款单号重复", "The refund's number is in use"],
});
const REFUSALS = words({
  "not-stuck": ["状态刚刚变了。", "This has just changed."],
  "no-order": ["不是在付款平台付的，只能人工退。", "Not paid at the platform: only by hand."],
});

async function act(name, refund, reason) {
  const view = await inTurn(() => post(`/api/refunds/${name}`, { id: refund.id, reason }), REFUSALS, `${name} ${refund.id}`);
  asks();  // What was asked for before is older.
  if (view) draw(view);
}

async function byHand(refund) {
  const reason = await askReason(WORDS.byHandTitle, WORDS.byHandReasons);
  if (reason) await act("by-hand", refund, reason);
}

function rowOf(refund) {
  const isStuck = refund.state === "stuck";
  const button = (name, run) => make("button", { class: "small", "data-keep": `${name} ${refund.id}`, onclick: run },
    name === "again" ? WORDS.again : WORDS.byHand);
  return make("tr", { class: isStuck ? "chosen" : null, "data-refund": refund.id },
    make("td", {}, refund.name),
    make("td", { class: "wide" }, refund.visit),
    make("td", {}, make("b", {}, WORDS.yuan((refund.fen / 100).toFixed(2)))),
    make("td", { class: "wide" }, refund.since),
    make("td", { class: "wrap" }, isStuck ? make("b", {}, REASONS[refund.reason] ?? refund.reason) : WORDS[refund.state]),
    make("td", { class: "do wrap" }, ...(isStuck ? [
      refund.number ? button("again", () => act("again", refund, "")) : null,
      button("byHand", () => byHand(refund))] : [])));
}

function draw(view) {
  byId("none").hidden = view.refunds.length > 0;
  keepFocus(() => fill("lists", view.refunds.length === 0 ? null : make("section", { class: "table" },
    make("table", {},
      make("thead", {}, make("tr", {}, make("th", {}, WORDS.patient), make("th", { class: "wide" }, WORDS.visit),
        make("th", {}, WORDS.sum), make("th", { class: "wide" }, WORDS.since), make("th", {}, WORDS.state),
        make("th", {}, ""))),
      make("tbody", {}, ...view.refunds.map(rowOf))))));
}

const asks = newest();

async function show() {
  const isNewest = asks();
  const view = await get("/api/refunds");
  if (isNewest()) draw(view);
}

async function open() {
  openFrame("refunds");
  speakOn(WORDS);
  await places();
  await show();
  // What is on its way arrives by itself.
  setInterval(() => show().catch(() => null), 15000);
}

open();
