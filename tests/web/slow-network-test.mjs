// What staff do while an answer is still on its way: nothing is lost, and nobody else is hit.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/slow-network-test.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, HOSPITAL, hold, until } from "./browser.mjs";
import { HospitalProcess } from "./hospital-process.mjs";

const DAY = "2026-03-12";  // Two days after the one on which the tests' hospital is made.

/** @type {HospitalProcess} */
let hospital;
/** @type {Browser} */
let browser;
let services = [];

before(async () => {
  hospital = await HospitalProcess.open(HOSPITAL);
  browser = await Browser.open(hospital.base);
  services = (await hospital.get("/api/places")).services.filter((one) => one.kind === "clinic");
});

after(async () => {
  await browser?.close();
  await hospital?.close();
});

/** An area that no test had before. */
const takeArea = () => hospital.takeArea(services, 3);

async function call(room) {
  const answer = await fetch(`${hospital.base}/api/desk/next`, { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ room }) });
  assert.equal(answer.status, 200);
}

const blur = (page) => page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());

test("a late search takes neither what is typed meanwhile nor the patient who is acted on", async () => {
  const area = await takeArea();
  const [first, second, third] = area.view.waiting;
  const { page, faults, close } = await browser.page(`/triage?area=${area.id}`);
  await page.locator("#waiting tr").first().waitFor();
  const search = await hold(page, "**/api/triage/find", { answer: true });
  await page.fill("#q", third.number);
  await page.keyboard.press("Enter");
  await search.asked;
  assert.equal(await page.inputValue("#q"), "", "the next number can be typed at once");
  await page.keyboard.type("13900");
  await blur(page);
  await page.locator("#waiting tr").filter({ hasText: first.number }).locator("button").click();
  await until(page, "#chosen .number", first.number);
  await blur(page);
  await page.keyboard.press("k");  // Waits for the search.
  search.open();
  await until(page, "#chosen .tag", "准备中");
  await until(page, "#chosen .number", first.number);
  assert.equal(await page.inputValue("#q"), "13900");
  const { waiting } = await hospital.get(`/api/triage?area=${area.id}`);
  assert.deepEqual(waiting.filter((one) => one.hold).map((one) => one.id), [first.id]);
  assert.notEqual(first.id, second.id);
  assert.deepEqual(faults, []);
  await close();
});

test("acts on two patients in a row both happen, and what was refused stays to be read", async () => {
  const area = await takeArea();
  const [first, second] = area.view.waiting;
  const { page, faults, close } = await browser.page(`/triage?area=${area.id}`, { refusals: true });
  await page.locator("#waiting tr").first().waitFor();
  const open = async (ticket) => {
    await page.locator("#waiting tr").filter({ hasText: ticket.number }).locator("button").click();
    await until(page, "#chosen .number", ticket.number);
    await blur(page);
  };
  await open(first);
  const held = await hold(page, "**/api/triage/hold");
  await page.keyboard.press("k");
  await held.asked;
  // Meanwhile a colleague did the same: the act that is under way will be refused.
  const done = await fetch(`${hospital.base}/api/triage/give-up`, { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ticket: first.id, reason: "离开" }) });
  assert.equal(done.status, 200);
  await open(second);
  await page.keyboard.press("k");
  await until(page, "#said", "上一步还没有完成");
  held.open();
  await until(page, "#chosen .tag", "准备中");
  await until(page, "#chosen .number", second.number);
  await until(page, "#said", "状态不能这样做");
  assert.deepEqual(faults, []);
  await close();
});

test("a dialog gives the keyboard back to its button although the list was drawn anew behind it", async () => {
  const area = await takeArea();
  const ticket = area.view.waiting.at(-1);
  const { page, faults, close } = await browser.page(`/triage?area=${area.id}`);
  await page.locator("#waiting tr").first().waitFor();
  await page.locator("#waiting tr").filter({ hasText: ticket.number }).locator("button").click();
  await page.locator('#chosen [data-keep="act Q"]').focus();
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  const room = area.view.rooms.find((one) => area.view.waiting.some((each) => each.roomId === one.id));
  await call(room.id);
  await until(page, "#loads", "就诊中");
  await page.keyboard.press("Escape");
  await page.locator("#ask").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).dataset.keep), "act Q");
  assert.deepEqual(faults, []);
  await close();
});

test("the session that is shown is the one that is stopped, in whatever order answers come", async () => {
  const { service } = await takeArea();
  const roles = await hospital.get(`/fhir/PractitionerRole?location=Location/${service.rooms[0].id}`);
  for (const [id, from, to] of [["slow-a", "08", "10"], ["slow-b", "10", "12"]]) {
    await hospital.put(`/fhir/Schedule/${id}`, { resourceType: "Schedule", id, active: true,
      actor: [roles.entry[0].resource.practitioner, { reference: `HealthcareService/${service.id}` },
        { reference: `Location/${service.rooms[0].id}` }],
      planningHorizon: { start: `${DAY}T${from}:00:00+08:00`, end: `${DAY}T${to}:00:00+08:00` } });
  }
  const { page, faults, close } = await browser.page(`/stop?service=${service.id}&day=${DAY}`);
  const look = (id) => page.locator(`#sessions button[data-keep="${id}"]`);
  await look("slow-a").waitFor();
  const first = await hold(page, "**/api/stop?id=slow-a", { answer: true });
  await look("slow-a").click();
  await first.asked;
  await look("slow-b").click();
  await until(page, "#chosen h2", "10:00–12:00");
  const overtaken = page.waitForResponse("**/api/stop?id=slow-a");
  first.open();
  await (await overtaken).finished();
  // When a later answer is here, the page has dealt with the one before.
  await page.evaluate(() => fetch("/api/stop?id=slow-a").then((answer) => answer.json()));
  assert.match(await page.innerText("#chosen h2"), /10:00–12:00/);
  await page.locator("#stop").click();
  await page.fill("#choice-reason", "医生生病");
  await page.keyboard.press("Enter");
  await until(page, "#said", "已停诊");
  await until(page, "#chosen h2", "10:00–12:00");
  assert.equal((await hospital.get("/fhir/Schedule/slow-a")).active, true);
  assert.equal((await hospital.get("/fhir/Schedule/slow-b")).active, false);
  assert.deepEqual(faults, []);
  await close();
});

test("doubt about a person is never raised about whoever came in meanwhile", async () => {
  const area = await takeArea();
  const room = area.view.rooms.find((one) => area.view.waiting.filter((each) => each.roomId === one.id).length >= 2);
  await call(room.id);
  const before = (await hospital.get(`/api/desk?room=${room.id}`)).current;
  await call(room.id);
  const flag = (ticket) => fetch(`${hospital.base}/api/draw/mismatch`, { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ room: room.id, ticket, what: "sex" }) });
  const refused = await flag(before.id);
  assert.equal(refused.status, 422);
  assert.equal((await refused.json()).detail, "not-inside");
  assert.equal((await flag((await hospital.get(`/api/desk?room=${room.id}`)).current.id)).status, 200);
});

test("F30 who finishes while the last tube's scan is on its way is not asked why a tube is left", async () => {
  const asked = await hospital.act("/fhir/Patient/p-0041/$lab-check-in", { resourceType: "Parameters", parameter: [
    { name: "operation-id", valueString: "slow-41" }, { name: "terminal", valueString: "L1" }] });
  const barcodes = asked.parameter.filter((one) => one.name === "label")
    .map((one) => one.part.find((part) => part.name === "barcode").valueString);
  const { page, faults, close } = await browser.page("/draw?room=window-lab-draw-1");
  const scan = async (id, text) => {
    await page.locator(id).fill(text);
    await page.locator(id).press("Enter");
  };
  await until(page, "#waiting", "X001");
  await page.keyboard.press("F2");
  await until(page, "#number", "X001");
  await page.check("#asked");
  await scan("#card", "88010000000041");
  await scan("#label-scan", barcodes[0]);
  await until(page, "#identify", "身份已核对");
  const last = barcodes.pop();
  for (const barcode of barcodes) await scan("#barcode", barcode);
  await until(page, `[data-barcode="${barcodes.at(-1)}"]`, "已采");
  const drawn = await hold(page, "**/api/draw/drawn");
  await scan("#barcode", last);
  await drawn.asked;
  await page.keyboard.press("F8");
  await page.keyboard.press("F8");
  drawn.open();
  await until(page, "#said", "X001 已完成");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.deepEqual(faults, []);
  await close();
});

test("a form is sent once and is not typed into until its answer is here", async () => {
  const { page, faults, close } = await browser.page("/quotas");
  await page.locator("#edit-id").waitFor();
  await page.fill("#edit-id", "unit:slow");
  await page.fill("#edit-organisation", "远大机械厂");
  await page.fill("#edit-quota", "3");
  await page.fill("#edit-from", "2026-03-01");
  await page.fill("#edit-until", "2026-03-31");
  const put = await hold(page, "**/api/quotas/put", { answer: true });
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/api/quotas/put") ? 1 : 0));
  await page.focus("#edit-organisation");
  await page.keyboard.press("Enter");
  await put.asked;
  await page.keyboard.press("Enter");
  await page.keyboard.type("lost?");
  assert.equal(await page.inputValue("#edit-organisation"), "远大机械厂");
  put.open();
  await until(page, "#said.good", "已保存");
  await until(page, "#contracts tr", /unit:slow.*0 \/ 3(?!\d)/s);
  assert.equal(asked, 1);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "edit-organisation", "the keyboard is where it was");
  assert.deepEqual(faults, []);
  await close();
});
