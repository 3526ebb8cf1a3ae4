// What a call screen says when somebody is called. Pure: no page, no voice, no time.

const DIGITS = { zh: "零幺二三四五六七八九",
  en: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"] };
/** What one goes there for, by the kind of queue. */
const PURPOSE = {
  clinic: "就诊", triage: "分诊", exam: "检查", draw: "采血", pharmacy: "取药", "service-centre": "办理",
};

/** Each digit for itself: A012 is "A 零幺二"; a terminal's own number "A-K3-07" is "A，K三，零七". */
function spell(text, language) {
  const digits = DIGITS[language];
  if (language === "en") {
    return [...text].map((c) => (/\d/.test(c) ? digits[Number(c)] : c === "-" ? "," : c)).join(" ")
      .replaceAll(" ,", ",");
  }
  return [...text].map((c) => (/\d/.test(c) ? digits[Number(c)] : c === "-" ? "，" : c)).join("");
}

/** "5 诊室" stays a number; "101 诊室" is said digit by digit, as people say it. */
function roomText(name, language) {
  return name.replace(/(\d) (?=\p{Script=Han})/gu, "$1").replace(/\d{3,}/g, (digits) => spell(digits, language));
}

/**
 * The sentence for a call. The mask's asterisk is never in it: a number, and where the clinic
 * allows it a surname with 先生 or 女士, as the server gives it.
 * @param {{text?: string, number: string, spoken?: string, room: {zh: string, en: string}, kind?: string}} call
 * @param {"zh" | "en"} [language]
 * @returns {string}
 */
export function announcement(call, language = "zh") {
  // What a person says to everybody, as it was written.
  if (call.text) return call.text.replaceAll("*", "");
  const number = spell(call.number.replaceAll("*", ""), language);
  const room = roomText((language === "en" && call.room.en) || call.room.zh, language).replaceAll("*", "");
  if (language === "en") return `Number ${number}, please go to ${room}.`;
  const name = call.spoken && !call.spoken.includes("*") ? `，${call.spoken}，` : "";
  return `请${number}号${name}到${room}${PURPOSE[call.kind ?? "clinic"] ?? PURPOSE.clinic}。`;
}

/** How loud by the hour of the hospital: softer when the halls are quiet. @param {number} hour */
export function volumeAt(hour) {
  return hour >= 7 && hour < 19 ? 1 : 0.5;
}

/**
 * Which calls of a view are to be announced: those that were not yet. `known` is changed. On the
 * first view nothing is: whoever was called before the screen was there has heard it.
 * @param {{number: string, calledMs: number}[]} calls @param {Set<string>} known @param {boolean} isFirst
 */
export function newCalls(calls, known, isFirst) {
  const fresh = calls.filter((call) => !known.has(`${call.number} ${call.calledMs}`));
  known.clear();
  for (const call of calls) known.add(`${call.number} ${call.calledMs}`);
  return isFirst ? [] : fresh;
}
