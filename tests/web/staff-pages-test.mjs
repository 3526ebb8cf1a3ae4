// The staff's pages in a real browser against the real server.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/staff-pages-test.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, DESK, HOSPITAL, PHONE, SCREEN, hold, overEdges, shoot, tabTo, until } from "./browser.mjs";
import { HospitalProcess } from "./hospital-process.mjs";

const LATEST_CALL_MS = 5000;

/** @type {HospitalProcess} */
let hospital;
/** @type {Browser} */
let browser;
/** Services of the demonstration, each with an area and rooms; a test takes one of its own. */
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

/** A room where at least `least` people wait, of a service that no test had before. */
async function takeRoom(least) {
  while (services.length > 0) {
    const service = services.shift();
    for (const room of service.rooms) {
      const view = await hospital.get(`/api/desk?room=${room.id}`);
      if (view.waiting.length >= least) return { id: room.id, area: service.area.id, view };
    }
  }
  throw new Error(`no room of the demonstration has ${least} people waiting`);
}

async function openDesk(room, options = {}) {
  const desk = await browser.page(`/desk?room=${room}`, options);
  await desk.page.locator("#stats b").first().waitFor();
  return desk;
}

async function openScreen(area, options = {}) {
  const screen = await browser.page(`/screen?area=${area}`, { viewport: SCREEN, ...options });
  await screen.page.locator("#rows tr").first().waitFor();
  return screen;
}

test("a call at the desk is on the screen of its area within a second", async (t) => {
  const room = await takeRoom(2);
  const screen = await openScreen(room.area);
  const desk = await openDesk(room.id);
  const number = room.view.waiting[0].number;
  // How fast this machine is now: one question and its answer.
  const asked = Date.now();
  await hospital.get(`/api/desk?room=${room.id}`);
  const latest = Math.max(LATEST_CALL_MS, 20 * (Date.now() - asked));
  const shown = screen.page.evaluate((wanted) => new Promise((resolve) => {
    const call = document.getElementById("call");
    new MutationObserver(() => {
      if (call.querySelector(".n")?.textContent === wanted) resolve(Date.now());
    }).observe(call, { childList: true, subtree: true });
  }), number);
  await desk.page.evaluate(() => document.addEventListener("keydown", () => {
    document.body.dataset.pressed = String(Date.now());
  }, true));
  await desk.page.keyboard.press("Space");
  const took = (await shown) - Number(await desk.page.getAttribute("body", "data-pressed"));
  t.diagnostic(`from the key to the screen: ${took} ms`);
  assert.ok(took >= 0 && took < latest, `${took} ms`);
  assert.match(await screen.page.innerText("#call"), new RegExp(room.view.room.zh));
  await until(desk.page, "#current .number", number);
  await shoot(screen.page, "screen");
  await shoot(desk.page, "desk");
  assert.deepEqual([...screen.faults, ...desk.faults], []);
  await screen.close();
  await desk.close();
});

test("the desk works by keyboard alone", async () => {
  const room = await takeRoom(3);
  const [first] = room.view.waiting.map((ticket) => ticket.number);
  const { page, faults, close } = await openDesk(room.id);
  await until(page, "#next", first);

  await page.keyboard.press("Space");
  await until(page, "#current .number", first);
  await page.keyboard.press("r");
  await until(page, "#current", "重叫");
  await page.keyboard.press("g");
  await until(page, "tr.passed", first);
  await until(page, "#current", "还没有叫号");

  await tabTo(page, "tr.passed button");
  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor();
  await shoot(page, "desk-reason");
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  assert.equal(await page.locator("tr.passed").count(), 1, "who cancels changes nothing");
  assert.ok(await page.evaluate(() => document.activeElement.matches("tr.passed button")));
  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("1");
  await page.locator("tr.passed").waitFor({ state: "detached" });
  await until(page, "#waiting tr", first);
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());

  const [next] = (await hospital.get(`/api/desk?room=${room.id}`)).waiting;
  await until(page, "#next", next.number);
  await page.keyboard.press("Space");
  await until(page, "#current .number", next.number);
  await page.keyboard.press("Enter");
  await until(page, "#current", "还没有叫号");
  const done = (await hospital.get(`/api/desk?room=${room.id}`)).stats.done;
  assert.equal(done, room.view.stats.done + 1);
  assert.deepEqual(faults, []);
  await close();
});

test("a key counts as soon as the screen shows who is inside, however late the answer is", async () => {
  const room = await takeRoom(3);
  const [first, second] = room.view.waiting.map((ticket) => ticket.number);
  const { page, faults, close } = await openDesk(room.id, { refusals: true });
  await until(page, "#next", first);
  const answer = await hold(page, "**/api/desk/next", { answer: true });
  await page.keyboard.press("Space");
  await until(page, "#current .number", first);
  await page.keyboard.press("Space");
  await page.keyboard.press("r");
  answer.open();
  await until(page, "#current", "重叫");
  assert.equal((await hospital.get(`/api/desk?room=${room.id}`)).waiting[0].number, second,
    "a second press while the first is under way calls nobody");

  // What is meant for the one before does not happen to the next.
  const request = await hold(page, "**/api/desk/next");
  await page.keyboard.press("Space");
  await page.keyboard.press("g");
  request.open();
  await until(page, "#said", "叫号已经变了");
  await until(page, "#current .number", second);
  assert.equal((await hospital.get(`/api/desk?room=${room.id}`)).passed.length, room.view.passed.length);
  assert.deepEqual(faults, []);
  await close();
});

test("every page speaks the browser's language, the other one on demand, and remembers it", async () => {
  const room = await takeRoom(1);
  const { page, faults, close } = await openDesk(room.id, { locale: "en-US" });
  await until(page, "#pages a.on", "Calling desk");
  await until(page, "#title", room.view.room.en);
  await until(page, "#next", `Call next ${room.view.waiting[0].number}`);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.doesNotMatch(await page.innerText("#side"), /\p{Script=Han}/u, "no Chinese is left over");
  await tabTo(page, "#language");
  await page.keyboard.press("Enter");
  await until(page, "#pages a.on", "叫号");
  await page.reload();
  await until(page, "#pages a.on", "叫号");
  assert.equal(await page.getAttribute("html", "lang"), "zh");
  assert.deepEqual(faults, []);
  await close();
});

test("the focus stays on a ticket's button while the queue changes", async () => {
  const room = await takeRoom(3);
  const last = room.view.waiting.at(-1);
  const { page, faults, close } = await openDesk(room.id);
  const button = page.locator("#waiting tr").filter({ hasText: last.number }).locator("button").last();
  await button.focus();
  const called = await fetch(`${hospital.base}/api/desk/next`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ room: room.id }),
  });
  assert.equal(called.status, 200);
  await until(page, "#current .number", room.view.waiting[0].number);
  const focused = await button.evaluate((element) => element === document.activeElement);
  assert.ok(focused, "a colleague's act took the focus away");
  assert.deepEqual(faults, []);
  await close();
});

test("waiting times are right at first sight, whatever the time of the desk's computer", async () => {
  // The hospital of this test lives on a day of its own, the browser on today.
  const room = await takeRoom(2);
  const { page, faults, close } = await openDesk(room.id);
  const waited = await page.locator("#waiting tr td:nth-child(5)").allInnerTexts();
  assert.equal(waited.length, room.view.waiting.length);
  for (const text of waited) assert.match(text, /^[1-9]?\d?\d 分$/);
  assert.match(await page.innerText("#clock"), /^09:1\d:\d\d$/);
  assert.deepEqual(faults, []);
  await close();
});

test("no page has a patient's full name, card, identity or telephone number anywhere", async () => {
  const patients = await hospital.get("/fhir/Patient?_count=500");
  const names = [...new Set(patients.entry.map(({ resource }) => resource.name[0].text))]
    .filter((name) => [...name].length > 1);  // 王 alone is its own mask.
  assert.ok(names.length > 100);
  const numbers = patients.entry.flatMap(({ resource }) =>
    [...(resource.identifier ?? []), ...(resource.telecom ?? [])].map(({ value }) => value));
  const room = await takeRoom(2);
  const desk = await openDesk(room.id);
  const screen = await openScreen(room.area);
  await desk.page.keyboard.press("Space");
  await until(desk.page, "#current .number", room.view.waiting[0].number);
  await until(screen.page, "#call .n", room.view.waiting[0].number);
  const places = await hospital.get("/api/places");
  const doctors = places.services.flatMap((service) =>
    service.rooms.map((one) => one.doctor?.name).filter(Boolean));
  for (const { page } of [desk, screen]) {
    // A doctor's own name is on the door; a patient may be called the same.
    const text = doctors.reduce((left, doctor) => left.replaceAll(doctor, " "), await page.content());
    assert.match(text, /\*/, "masked names are there");
    assert.deepEqual(names.filter((name) => text.includes(name)), []);
    assert.deepEqual(numbers.filter((number) => text.includes(number)), []);
  }
  assert.deepEqual([...desk.faults, ...screen.faults], []);
  await desk.close();
  await screen.close();
});

test("a terminal's call for staff is at the desk and can be answered there", async () => {
  const room = await takeRoom(0);
  const { page, faults, close } = await openDesk(room.id);
  const task = await hospital.create("/fhir/Task", {
    resourceType: "Task",
    status: "requested",
    intent: "order",
    code: { coding: [{ system: "urn:yizhan:task-code", code: "staff-call" }] },
    requester: { identifier: { system: "urn:yizhan:terminal", value: "K17" } },
  });
  await until(page, "#staff-calls .call", "K17");
  await shoot(page, "desk-staff-call");
  await tabTo(page, "#staff-calls button");
  await page.keyboard.press("Enter");
  await page.locator("#staff-calls .call").waitFor({ state: "detached" });
  assert.equal((await hospital.get(`/fhir/Task/${task.id}`)).status, "completed");
  assert.deepEqual(faults, []);
  await close();
});

test("nothing runs over the edge of a desk's, a hall's or a phone's screen", async () => {
  const room = await takeRoom(2);
  const pages = [
    ["desk at a desk", await openDesk(room.id)],
    ["desk on a phone", await openDesk(room.id, { viewport: PHONE })],
    ["desk at a desk in English", await openDesk(room.id, { locale: "en-GB" })],
    ["desk on a phone in English", await openDesk(room.id, { viewport: PHONE, locale: "en-GB" })],
    ["screen in a hall", await openScreen(room.area)],
  ];
  for (const [name, path, viewport, ready] of [
    ["choice of rooms at a desk", "/desk", DESK, "#rooms a"],
    ["choice of rooms on a phone", "/desk", PHONE, "#rooms a"],
    ["choice of areas in a hall", "/screen", SCREEN, "#areas a"],
  ]) {
    const chooser = await browser.page(path, { viewport });
    await chooser.page.locator(ready).first().waitFor();
    pages.push([name, chooser]);
  }
  for (const [name, { page, faults, close }] of pages) {
    await shoot(page, name.replaceAll(" ", "-"));
    assert.deepEqual(await overEdges(page), [], name);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
    assert.deepEqual(faults, [], name);
    await close();
  }
});

// Last: it stops the server.
test("a page says when it may be old, and is current again when the server is back", async () => {
  const room = await takeRoom(1);
  const { page, faults, close } = await openDesk(room.id, { clock: true });
  await page.clock.runFor(2000);
  assert.equal(await page.locator("#stale").isVisible(), false);
  assert.deepEqual(faults, []);
  assert.equal(await hospital.stop(), 0, "the server ends well");
  await page.clock.runFor(31000);
  await page.locator("#stale").waitFor();
  await shoot(page, "desk-stale");
  await hospital.startAgain();
  await page.locator("#stale").waitFor({ state: "hidden" });
  await page.keyboard.press("Space");
  await until(page, "#current .number", room.view.waiting[0].number);
  await close();
});
