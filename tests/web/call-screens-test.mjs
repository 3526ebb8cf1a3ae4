// The call screens of areas and doors in a real browser: picture, pop-up and voice.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/call-screens-test.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, HOSPITAL, PHONE, SCREEN, overEdges, shoot, until } from "./browser.mjs";
import { HospitalProcess } from "./hospital-process.mjs";

/** @type {HospitalProcess} */
let hospital;
/** @type {Browser} */
let browser;
let services = [];

before(async () => {
  hospital = await HospitalProcess.open(HOSPITAL);
  browser = await Browser.open(hospital.base);
  services = (await hospital.get("/api/places")).services;
});

after(async () => {
  await browser?.close();
  await hospital?.close();
});

/** A service that no test had before, with the rooms where somebody waits. */
async function takeArea() {
  for (let service = services.shift(); service; service = services.shift()) {
    const rooms = [];
    for (const room of service.rooms) {
      const view = await hospital.get(`/api/desk?room=${room.id}`);
      if (room.doctor && view.waiting.length >= 2) rooms.push({ ...room, view });
    }
    if (rooms.length >= 2) return { id: service.area.id, serviceId: service.id, rooms };
  }
  return assert.fail("no area of the demonstration has two rooms where two people wait");
}

async function call(room) {
  const response = await fetch(`${hospital.base}/api/desk/next`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ room }),
  });
  assert.equal(response.status, 200);
  return (await response.json()).number;
}

/** A browser with ears: what is spoken and how often it chimes. `lang`: of its only voice, or "". */
function withEars(lang) {
  return `
    window.heard = [];
    window.atOnce = 0;
    let speaking = 0;
    const voices = ${JSON.stringify(lang)} ? [{ lang: ${JSON.stringify(lang)}, name: "test" }] : [];
    Object.defineProperty(window, "speechSynthesis", { value: {
      getVoices: () => voices, addEventListener() {}, cancel() {},
      speak(sentence) {
        heard.push(sentence.text);
        window.atOnce = Math.max(window.atOnce, ++speaking);
        setTimeout(() => { --speaking; sentence.onend(); }, 30);
      },
    } });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    const node = { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, frequency: {},
      connect: (next) => next, start() { heard.push("chime"); }, stop() {} };
    window.AudioContext = class {
      state = "running"; currentTime = 0;
      createOscillator() { return node; }
      createGain() { return node; }
      resume() { return Promise.resolve(); }
    };`;
}

async function openScreen(area, { ears = "zh-CN", address = "", ...options } = {}) {
  const screen = await browser.page(`/screen?area=${area}${address}`,
    { viewport: SCREEN, init: { content: withEars(ears) }, ...options });
  await screen.page.locator("#rows tr").first().waitFor();
  return screen;
}

async function heardUntil(page, count) {
  for (let tries = 0; tries < 300; ++tries) {
    const heard = await page.evaluate(() => heard);
    if (heard.length >= count) return heard;
    await page.waitForTimeout(100);
  }
  return assert.fail(`only ${JSON.stringify(await page.evaluate(() => heard))} was heard`);
}

test("calls of two rooms at the same time are announced one after the other, each twice", async () => {
  const area = await takeArea();
  const { page, faults, close } = await openScreen(area.id);
  await page.waitForTimeout(300);
  assert.deepEqual(await page.evaluate(() => heard), [], "nothing of before is announced");
  const [one, other] = await Promise.all([call(area.rooms[0].id), call(area.rooms[1].id)]);
  await page.locator("#call.new").waitFor();
  await shoot(page, "screen-pop-up");
  // Two tones and two sentences for each.
  const heard = await heardUntil(page, 8);
  const sentences = heard.filter((text) => text !== "chime");
  assert.equal(sentences.length, 4);
  assert.equal(sentences[0], sentences[1]);
  assert.equal(sentences[2], sentences[3]);
  assert.notEqual(sentences[0], sentences[2]);
  for (const text of heard) assert.doesNotMatch(text, /\*/, "the asterisk is never spoken");
  assert.deepEqual(heard.slice(0, 2), ["chime", "chime"]);
  assert.equal(await page.evaluate(() => atOnce), 1);
  const digits = (number) => number.replaceAll(/\d/g, (digit) => "零幺二三四五六七八九"[Number(digit)]);
  for (const number of [one, other]) {
    assert.ok(sentences.some((text) => text.startsWith(`请${digits(number)}号`)), `${number} in ${sentences}`);
  }
  await page.locator("#call:not(.new)").waitFor();
  await until(page, "#settings", "语音已开");
  await shoot(page, "screen-area");
  assert.deepEqual(faults, []);
  await close();
});

test("without a Chinese voice the chime still plays, and the screen says so once", async () => {
  const area = await takeArea();
  const { page, faults, close } = await openScreen(area.id, { ears: "en-US" });
  await until(page, "#settings", "没有中文语音，只播放提示音");
  await call(area.rooms[0].id);
  assert.deepEqual(await heardUntil(page, 2), ["chime", "chime"]);
  await page.locator("#call:not(.new)").waitFor();
  assert.equal((await page.innerText("body")).split("没有中文语音").length, 2);
  assert.deepEqual(faults, []);
  await close();
});

test("a clinic that tells numbers only has no part of a name on screen, door or voice", async () => {
  const area = await takeArea();
  const service = await hospital.get(`/fhir/HealthcareService/${area.serviceId}`);
  service.extension = [{ url: "urn:yizhan:sensitive", valueBoolean: true }];
  await hospital.put(`/fhir/HealthcareService/${area.serviceId}`, service);
  const { page, faults, close } = await openScreen(area.id);
  const door = await browser.page(`/door?room=${area.rooms[0].id}`, { viewport: SCREEN });
  const number = await call(area.rooms[0].id);
  const [, , text] = await heardUntil(page, 3);
  assert.match(text, /^请[^，]+号到/, "no name between the number and the place");
  await until(page, "#rows .current", number);
  await until(door.page, "#inside .n", number);
  for (const one of [page, door.page]) assert.doesNotMatch(await one.innerText("body"), /\*/);
  assert.deepEqual([...faults, ...door.faults], []);
  await door.close();
  await close();
});

test("the door's screen shows who is inside and who is next, as the desk calls", async () => {
  const area = await takeArea();
  const room = area.rooms[0];
  const { page, faults, close } = await browser.page(`/door?room=${room.id}`, { viewport: SCREEN });
  await until(page, "#place", room.doctor.name);
  await until(page, "#next li", room.view.waiting[0].number);
  const number = await call(room.id);
  await until(page, "#inside .n", number);
  await until(page, "#next li", room.view.waiting[1].number);
  await until(page, "#updated", "数据更新于");
  await shoot(page, "door");
  assert.deepEqual(await overEdges(page), []);
  assert.deepEqual(faults, []);
  await close();
});

test("nothing runs over the edge of a hall's screen in either language", async () => {
  const area = await takeArea();
  await call(area.rooms[0].id);
  for (const lang of ["zh", "en"]) {
    const { page, faults, close } = await openScreen(area.id, { address: `&lang=${lang}&voice=off` });
    await until(page, "#settings", lang === "zh" ? "本屏静音" : "Muted here");
    await shoot(page, `screen-area-${lang}`);
    assert.deepEqual(await overEdges(page), [], lang);
    assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight));
    assert.deepEqual(faults, []);
    await close();
  }
  for (const [path, viewport] of [["/door", SCREEN], ["/door", PHONE], ["/screen", PHONE]]) {
    const { page, faults, close } = await browser.page(path, { viewport });
    await page.locator("#chooser a").first().waitFor();
    await shoot(page, `choice-${path.slice(1)}-${viewport.width}`);
    assert.deepEqual(await overEdges(page), [], path);
    assert.deepEqual(faults, []);
    await close();
  }
});
