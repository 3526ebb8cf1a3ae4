// Added numbers, no-shows, sessions and holidays, the booking report, the laboratory's catalogue and
// what is parked, in a real browser.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/office-pages-test.mjs
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, HOSPITAL, PHONE, overEdges, shoot, tabTo, until } from "./browser.mjs";
import { HospitalProcess } from "./hospital-process.mjs";

const DAY = "2026-03-12";  // The demonstration's clock stands on the tenth.

/** @type {HospitalProcess} */
let hospital;
/** @type {Browser} */
let browser;
let service;
let doctor;

before(async () => {
  hospital = await HospitalProcess.open(HOSPITAL);
  browser = await Browser.open(hospital.base);
  service = (await hospital.get("/api/places")).services.find((one) => one.letter === "L");
  const roles = await hospital.get(`/fhir/PractitionerRole?location=Location/${service.rooms[0].id}`);
  doctor = roles.entry[0].resource.practitioner.reference.split("/")[1];
  await hospital.put("/fhir/Patient/office-a", { resourceType: "Patient", id: "office-a", gender: "female",
    birthDate: "1980-05-01", name: [{ text: "欧阳小珊" }], telecom: [{ system: "phone", value: "13955550001" }] });
  await hospital.put("/fhir/Schedule/office", {
    resourceType: "Schedule", id: "office", active: true,
    actor: [{ reference: `Practitioner/${doctor}` }, { reference: `HealthcareService/${service.id}` },
      { reference: `Location/${service.rooms[0].id}` }],
    planningHorizon: { start: `${DAY}T08:00:00+08:00`, end: `${DAY}T12:00:00+08:00` },
  });
  await hospital.put("/fhir/Slot/office-1", { resourceType: "Slot", id: "office-1", status: "free",
    schedule: { reference: "Schedule/office" }, start: `${DAY}T11:00:00+08:00`, end: `${DAY}T11:30:00+08:00` });
  await hospital.put("/fhir/Appointment/missed", { resourceType: "Appointment", id: "missed", status: "noshow",
    start: "2026-03-09T09:00:00+08:00", end: "2026-03-09T09:30:00+08:00", participant: [
      { actor: { reference: "Patient/office-a" }, status: "accepted" },
      { actor: { reference: `HealthcareService/${service.id}` }, status: "accepted" }] });
  await hospital.put("/fhir/Task/parked-1", { resourceType: "Task", id: "parked-1", status: "requested", intent: "order",
    identifier: [{ system: "urn:yizhan:operation-id", value: "op-parked-1" }],
    code: { coding: [{ system: "urn:yizhan:task-code", code: "parked-act" }] },
    for: { reference: "Patient/office-a" }, focus: { reference: "Appointment/missed" },
    authoredOn: "2026-03-10T08:40:00+08:00",
    statusReason: { coding: [{ system: "urn:yizhan:parked-reason", code: "payment-due" }] },
    requester: { identifier: { system: "urn:yizhan:terminal", value: "K3" } },
    input: [{ type: { coding: [{ system: "urn:yizhan:ticket-input", code: "number" }] }, valueString: "A-K3-01" }] });
});

after(async () => {
  await browser?.close();
  await hospital?.close();
});

test("F20 a number is added for a person who is found by telephone, by keyboard alone", async () => {
  const { page, faults, close } = await browser.page(`/added?service=${service.id}&day=${DAY}`);
  await until(page, "#sessions tr", "0 / 1 + 0");
  const row = page.locator('#sessions button[data-keep="office"]');
  await row.focus();
  await page.keyboard.press("Enter");
  await page.locator("#who").waitFor();
  await tabTo(page, "#who");
  await page.keyboard.type("13955550001");
  await page.keyboard.press("Enter");
  await until(page, "#people li", "欧**珊");
  assert.doesNotMatch(await page.innerText("body"), /欧阳小珊|1395555/, "names are masked");
  await shoot(page, "added-found");
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await tabTo(page, "#ask button[type=submit]");
  await page.keyboard.press("Enter");
  await until(page, "#said", "已加号");
  await until(page, "#given li", "欧**珊");
  await shoot(page, "added");
  assert.deepEqual(faults, []);
  await close();
});

test("F22 a no-show is forgiven with a reason", async () => {
  const { page, faults, close } = await browser.page("/waivers?from=2026-03-09&until=2026-03-09");
  await until(page, "#rows tr", "欧**珊");
  await page.fill("#who", "13955550001");
  await page.keyboard.press("Enter");
  await until(page, "#rows tr", "欧**珊");
  await tabTo(page, '#rows button[data-keep="missed"]');
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await shoot(page, "waivers-reason");
  await page.keyboard.press("3");
  await until(page, "#said", "已减免");
  await until(page, "#rows tr .tag.ok", "已减免");
  assert.deepEqual(faults, []);
  await close();
});

test("F25 a night clinic goes on over midnight where the day begins at four", async () => {
  const other = await HospitalProcess.open(HOSPITAL, "[hospital]\nday_begins_minute = 240\n");
  const guest = await Browser.open(other.base);
  const { page, faults, close } = await guest.page("/templates", { refusals: true });
  await page.locator("#edit #t-id").waitFor();
  const put = async (id, from, to) => {
    for (const [box, value] of [["#t-id", id], ["#t-from", from], ["#t-until", to]]) await page.fill(box, value);
    await page.selectOption("#t-service", service.id);
    await page.selectOption("#t-session", "night");
    await page.locator("#edit button[type=submit]").click();
  };
  await put("late-night", "22:00", "04:30");
  await until(page, "#said", "一天从 04:00 开始");
  await put("late-night", "22:00", "02:00");
  await until(page, "#templates tr", "22:00–次日 02:00");
  await put("small-hours", "00:30", "03:30");
  await until(page, "#templates tr", "次日 00:30–03:30");
  await page.fill("#o-from", DAY);
  await page.fill("#o-until", DAY);
  await page.locator("#open button[type=submit]").click();
  await until(page, "#said", /新开放 \d+ 个出诊单元/);
  const slots = await other.get("/fhir/Slot?schedule=Schedule/small-hours-20260312&_sort=start&_count=20");
  assert.equal(slots.entry[0].resource.start, "2026-03-12T16:30:00.000Z");
  await shoot(page, "templates-night");
  await page.locator('#templates button[data-keep="edit late-night"]').click();
  assert.equal(await page.inputValue("#t-until"), "02:00");
  assert.deepEqual(faults, []);
  await close();
  await guest.close();
  await other.close();
});

test("F25 a weekly session and a holiday are kept, and days are opened for booking", async () => {
  const { page, faults, close } = await browser.page("/templates", { refusals: true });
  await page.locator("#edit #t-id").waitFor();
  await page.fill("#t-id", "web-am");
  // Where the day begins at midnight, no session goes on over it.
  await page.fill("#t-from", "22:00");
  await page.fill("#t-until", "02:00");
  await page.locator("#edit button[type=submit]").click();
  await until(page, "#said", "一天从 00:00 开始");
  await page.fill("#t-from", "08:00");
  await page.fill("#t-until", "12:00");
  await page.selectOption("#t-service", service.id);
  await page.fill("#t-fee", "12.50");
  await page.fill("#t-slot", "60");
  await page.locator("#edit button[type=submit]").focus();
  await page.keyboard.press("Enter");
  await until(page, "#templates tr", "12.50");
  await page.fill("#d-date", "2026-05-01");
  await page.fill("#d-name", "劳动节");
  await page.locator("#day button[type=submit]").click();
  await until(page, "#holidays tr", "劳动节");
  await page.fill("#o-from", "2026-04-30");
  await page.fill("#o-until", "2026-05-01");
  await page.locator("#open button[type=submit]").click();
  await until(page, "#said", /新开放 \d+ 个出诊单元/);
  const made = await hospital.get("/fhir/Slot?schedule=Schedule/web-am-20260430&_count=20");
  assert.equal(made.entry.length, 4);
  await shoot(page, "templates");
  await page.locator('#templates button[data-keep="remove web-am"]').focus();
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await tabTo(page, "#ask button[type=submit]");
  await page.keyboard.press("Enter");
  await page.locator('#templates button[data-keep="remove web-am"]').waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
  await close();
});

test("F13 the report of channels can be had as a table file", async () => {
  const { page, faults, close } = await browser.page("/reports");
  await page.locator("#channels tr").first().waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#csv").click()]);
  assert.match(download.suggestedFilename(), /^bookings-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  const text = await readFile(await download.path(), "utf8");
  assert.ok(text.startsWith("\uFEFF渠道,有效,"), text.slice(0, 40));
  assert.ok(text.split("\r\n").length > 4);
  await shoot(page, "reports");
  assert.deepEqual(faults, []);
  await close();
});

test("F30 a test of the laboratory is added and changed", async () => {
  const { page, faults, close } = await browser.page("/lab-tests", { refusals: true });
  await page.locator("#tests tr").first().waitFor();
  await page.fill("#l-code", "WEB1");
  await page.fill("#l-name", "网页测试");
  await page.fill("#l-batches", "08:30-10:30, 08:00-11:00");
  await page.locator("#edit button[type=submit]").click();
  await until(page, "#said", "分批");
  await page.fill("#l-batches", "08:30-10:30, 12:00-14:00");
  await page.locator("#edit button[type=submit]").click();
  await page.fill("#search", "web1");
  await until(page, "#tests tr", "分批");
  assert.equal(await page.locator("#tests tr").count(), 1);
  await shoot(page, "lab-tests");
  assert.deepEqual(faults, []);
  await close();
});

test("F46 what a terminal could not replay is tried again or given up by a person", async () => {
  const { page, faults, close } = await browser.page("/parked");
  await until(page, "#acts tr", "A-K3-01");
  await until(page, "#acts tr", "挂号费没有付");
  await tabTo(page, '#acts button[data-keep="retry parked-1"]');
  await page.keyboard.press("Enter");
  await until(page, "#acts tr .tag", "自助机正在重试");
  await page.locator('#acts button[data-keep="give-up parked-1"]').focus();
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await shoot(page, "parked-reason");
  await page.keyboard.press("1");
  await page.locator("#noActs").waitFor();
  assert.equal((await hospital.get("/fhir/Task/parked-1")).status, "rejected");
  assert.deepEqual(faults, []);
  await close();
});

test("nothing of these pages runs over the edge in either language", async () => {
  for (const [place, viewport] of [["desk", undefined], ["phone", PHONE]]) {
    for (const locale of ["zh-CN", "en-GB"]) {
      for (const [name, path, ready] of [
        ["added", `/added?service=${service.id}&day=${DAY}&id=office`, "#given li"],
        ["waivers", "/waivers?from=2026-03-09&until=2026-03-09", "#rows tr"],
        ["templates", "/templates", "#holidays tr"],
        ["reports", "/reports", "#channels tr"],
        ["lab-tests", "/lab-tests", "#tests tr"],
        ["parked", "/parked", "#noActs"],
      ]) {
        const { page, faults, close } = await browser.page(path, { viewport, locale });
        await page.locator(ready).first().waitFor();
        await page.locator("#pages a.on").waitFor({ state: "attached" });
        await shoot(page, `${name}-${place}-${locale}`);
        assert.deepEqual(await overEdges(page), [], `${name} ${place} ${locale}`);
        assert.deepEqual(faults, []);
        await close();
      }
    }
  }
});
