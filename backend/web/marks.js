// Marks of tickets: why somebody stands where they stand. Each has a sign for screens, a word for
// staff, and a class of colour; a legend says what the signs mean.
import { make } from "./live.js";
import { language } from "./words.js";

/** By sign, as the server sends it: Chinese, English, colour. In the order of a legend. */
const MARKS = {
  急: ["急危重优先", "Emergency", "bad"],
  军: ["军人优先", "Armed forces", "warn"],
  老: ["老年人优先", "Elderly", "warn"],
  幼: ["婴幼儿优先", "Small child", "warn"],
  残: ["残障优先", "Disability", "warn"],
  孕: ["孕妇优先", "Pregnant", "warn"],
  优: ["优先", "Priority", "warn"],
  调: ["分诊台调整", "Moved by the triage desk", "warn"],
  回: ["回诊", "Back with results", "ok"],
  加: ["加号", "Added number", "plain"],
  替: ["替诊", "Another doctor", "plain"],
  约: ["按预约排队，未报到", "By booking, not checked in", "plain"],
  召: ["过号召回", "Recalled", "late"],
  迟: ["迟到", "Late", "late"],
  备: ["准备中", "Preparing", "late"],
  检: ["检查中", "At an exam", "late"],
  过: ["已过号", "Missed call", "late"],
  离: ["离线报到", "Checked in offline", "plain"],
};

/**
 * What the hospital calls its classes of priority: its own words before ours.
 * @param {{mark: string, name: {zh: string, en: string}}[]} classes
 */
export function nameClasses(classes) {
  for (const { mark, name } of classes) {
    if (!mark || !name.zh) continue;
    MARKS[mark] = [name.zh, name.en || name.zh, MARKS[mark]?.[2] ?? "warn"];
  }
}

function rowOf(mark) {
  return MARKS[mark] ?? [mark, mark, "warn"];
}

/** What a mark means. @param {string} mark */
export function markWord(mark) {
  return rowOf(mark)[language === "zh" ? 0 : 1];
}

/** Marks in words, for staff. @param {string[]} marks @param {string} [className] */
export function markTags(marks, className = "tag") {
  return marks.map((mark) => make("span", { class: `${className} ${rowOf(mark)[2]}` }, markWord(mark)));
}

/** Marks as single signs, for a call screen. @param {string[]} marks */
export function markSigns(marks) {
  return marks.map((mark) =>
    make("span", { class: `sign ${rowOf(mark)[2]}`, title: markWord(mark) }, mark));
}

/** What the signs on a picture mean; nothing when there are none. @param {string[]} marks */
export function legend(marks) {
  const shown = new Set(marks);
  return Object.keys(MARKS).filter((mark) => shown.has(mark)).map((mark) =>
    make("span", { class: "meaning" }, ...markSigns([mark]), markWord(mark)));
}
