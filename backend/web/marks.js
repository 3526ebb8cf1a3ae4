// Marks of tickets: why somebody stands where they stand. Each has a sign for screens, a word for
// staff, and a class of colour; a legend says what the signs mean.
import { make } from "./live.js";
import { language } from "./words.js";

/** By the server's word: sign, Chinese, English, colour. In the order of a legend. */
const MARKS = {
  emergency: ["急", "急诊优先", "Emergency", "bad"],
  military: ["军", "军人优先", "Armed forces", "warn"],
  old: ["老", "老人优先", "Elderly", "warn"],
  child: ["幼", "婴幼儿优先", "Small child", "warn"],
  disabled: ["残", "残障优先", "Disability", "warn"],
  pregnant: ["孕", "孕妇优先", "Pregnant", "warn"],
  priority: ["优", "优先", "Priority", "warn"],
  moved: ["前", "分诊台前移", "Moved forward", "warn"],
  returned: ["回", "回诊", "Back with results", "ok"],
  added: ["加", "加号", "Added number", "plain"],
  transferred: ["转", "转诊", "Transferred", "plain"],
  recalled: ["召", "过号召回", "Recalled", "late"],
  late: ["迟", "迟到", "Late", "late"],
  hold: ["备", "准备中", "Preparing", "late"],
  exam: ["检", "检查中", "At an exam", "late"],
  passed: ["过", "过号", "Missed call", "late"],
  offline: ["离", "离线报到", "Checked in offline", "plain"],
};
const ALL = Object.keys(MARKS);

function rowOf(mark) {
  return MARKS[mark] ?? [mark, mark, mark, "plain"];
}

/** What a mark means. @param {string} mark */
export function markWord(mark) {
  return rowOf(mark)[language === "zh" ? 1 : 2];
}

/** Marks in words, for staff. @param {string[]} marks @param {string} [className] */
export function markTags(marks, className = "tag") {
  return marks.map((mark) => make("span", { class: `${className} ${rowOf(mark)[3]}` }, markWord(mark)));
}

/** Marks as single signs, for a call screen. @param {string[]} marks */
export function markSigns(marks) {
  return marks.map((mark) =>
    make("span", { class: `sign ${rowOf(mark)[3]}`, title: markWord(mark) }, rowOf(mark)[0]));
}

/** What the signs on a picture mean; nothing when there are none. @param {string[]} marks */
export function legend(marks) {
  const shown = new Set(marks);
  return ALL.filter((mark) => shown.has(mark)).map((mark) =>
    make("span", { class: "meaning" }, ...markSigns([mark]), markWord(mark)));
}
