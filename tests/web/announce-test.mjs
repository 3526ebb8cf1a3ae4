// What a call screen says: pure text, no browser.
//   node --test tests/web/announce-test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// The page's own file: it imports nothing, so that it can be read as a module here.
const source = readFileSync(new URL("../../backend/web/announce.js", import.meta.url), "utf8");
const { announcement, newCalls, volumeAt } =
  await import(`data:text/javascript,${encodeURIComponent(source)}`);

const ROOM = { zh: "5 诊室", en: "Room 5" };

test("F28 F31 the number of the slip is said digit by digit, with surname and title", () => {
  assert.equal(announcement({ number: "A012", spoken: "张先生", room: ROOM }),
    "请A零幺二号，张先生，到5诊室就诊。");
  assert.equal(announcement({ number: "B907", spoken: "欧阳女士", room: { zh: "101 诊室", en: "" } }),
    "请B九零七号，欧阳女士，到幺零幺诊室就诊。");
});

test("where only the number may be said, only the number is said", () => {
  assert.equal(announcement({ number: "L003", spoken: "", room: ROOM }), "请L零零三号到5诊室就诊。");
  assert.equal(announcement({ number: "L003", room: ROOM }), "请L零零三号到5诊室就诊。");
});

test("the asterisk of a mask is never said, wherever it comes from", () => {
  for (const call of [
    { number: "A012", spoken: "张*三", room: ROOM },
    { number: "A*12", spoken: "张先生", room: ROOM },
    { number: "A012", spoken: "张先生", room: { zh: "*5 诊室", en: "*Room 5" } },
  ]) {
    for (const language of ["zh", "en"]) assert.doesNotMatch(announcement(call, language), /\*/);
  }
});

test("a terminal's own number has its pauses", () => {
  assert.equal(announcement({ number: "A-K3-07", spoken: "", room: ROOM }),
    "请A，K三，零七号到5诊室就诊。");
});

test("every kind of queue says what one comes for", () => {
  const window = { zh: "3 号窗", en: "Window 3" };
  assert.equal(announcement({ number: "C033", spoken: "", room: window, kind: "draw" }), "请C零三三号到3号窗采血。");
  assert.equal(announcement({ number: "P001", spoken: "", room: window, kind: "pharmacy" }), "请P零零幺号到3号窗取药。");
  assert.equal(announcement({ number: "X001", spoken: "", room: ROOM, kind: "new" }), "请X零零幺号到5诊室就诊。");
});

test("English says the number and the place", () => {
  assert.equal(announcement({ number: "A012", spoken: "张先生", room: ROOM }, "en"),
    "Number A zero one two, please go to Room 5.");
});

test("a call is announced once, a repeated call again, and none that was there before", () => {
  const known = new Set();
  const first = { number: "A001", calledMs: 1 };
  const again = { number: "A001", calledMs: 2 };
  const other = { number: "A002", calledMs: 3 };
  assert.deepEqual(newCalls([first], known, true), []);
  assert.deepEqual(newCalls([first], known, false), []);
  assert.deepEqual(newCalls([again, other], known, false), [again, other]);
  assert.deepEqual(newCalls([again, other], known, false), []);
});

test("halls are louder by day than by night", () => {
  assert.ok(volumeAt(10) > volumeAt(22) && volumeAt(22) > 0);
});
