// The booking office's pages in a real browser: stopping a clinic and the waiting list.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/booking-desk-test.mjs
import assert from "node:assert/strict";
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

const parameters = (values) => ({
  resourceType: "Parameters",
  parameter: Object.entries(values).map(([name, value]) => ({ name, ...value })),
});
const text = (value) => ({ valueString: value });

/** A session of one seat for each of `times`, 50 yuan each. */
async function sell(id, times) {
  await hospital.put(`/fhir/Schedule/${id}`, {
    resourceType: "Schedule", id, active: true,
    actor: [{ reference: `Practitioner/${doctor}` }, { reference: `HealthcareService/${service.id}` },
      { reference: `Location/${service.rooms[0].id}` }],
    planningHorizon: { start: `${DAY}T08:00:00+08:00`, end: `${DAY}T12:00:00+08:00` },
    extension: [{ url: "urn:yizhan:session", valueCode: "am" },
      { url: "urn:yizhan:fee", valueMoney: { value: 50, currency: "CNY" } }],
  });
  for (const [i, time] of times.entries()) {
    await hospital.put(`/fhir/Slot/${id}-${i + 1}`, {
      resourceType: "Slot", id: `${id}-${i + 1}`, status: "free",
      schedule: { reference: `Schedule/${id}` },
      start: `${DAY}T${time}:00+08:00`, end: `${DAY}T${time.slice(0, 3)}30:00+08:00`,
    });
  }
}

async function patient(id, name) {
  await hospital.put(`/fhir/Patient/${id}`, { resourceType: "Patient", id, name: [{ text: name }] });
}

async function book(who, slot) {
  return hospital.act("/fhir/Appointment/$book", parameters({ "operation-id": text(`book-${who}-${slot}`),
    terminal: text("K3"), channel: text("kiosk"), patient: { valueReference: { reference: `Patient/${who}` } },
    slot: { valueReference: { reference: `Slot/${slot}` } } }));
}

before(async () => {
  hospital = await HospitalProcess.open(HOSPITAL);
  browser = await Browser.open(hospital.base);
  service = (await hospital.get("/api/places")).services.find((one) => one.letter === "L");
  const roles = await hospital.get(`/fhir/PractitionerRole?location=Location/${service.rooms[0].id}`);
  doctor = roles.entry[0].resource.practitioner.reference.split("/")[1];
  for (const [id, name] of [["stop-a", "赵小明"], ["stop-b", "钱大海"], ["stop-c", "孙一"],
    ["stop-d", "李四海"]]) await patient(id, name);
});

after(async () => {
  await browser?.close();
  await hospital?.close();
});

test("F20 stopping a clinic first shows whom it concerns, then settles every booking", async () => {
  await sell("web-stop", ["09:00", "10:00", "11:00"]);
  await book("stop-a", "web-stop-1");
  await book("stop-b", "web-stop-2");
  const { page, faults, close } = await browser.page(`/stop?service=${service.id}&day=${DAY}&id=web-stop`);
  await until(page, "#chosen", "受影响 2 人");
  await until(page, "#chosen li", "赵*明");
  assert.doesNotMatch(await page.innerText("body"), /赵小明|钱大海/, "names are masked");
  await shoot(page, "stop-before");
  await tabTo(page, "#stop");
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#ask").waitFor({ state: "detached" });
  assert.equal((await hospital.get("/fhir/Schedule/web-stop")).active, true, "who cancels changes nothing");
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await page.fill("#choice-reason", "医生生病");
  await shoot(page, "stop-reason");
  await page.keyboard.press("Enter");
  await until(page, "#said", "2 位患者的预约已处理");
  await until(page, "#chosen li .tag", "已停诊");
  await shoot(page, "stop-after");
  assert.equal((await hospital.get("/fhir/Schedule/web-stop")).active, false);
  for (const i of [1, 2, 3]) {
    assert.notEqual((await hospital.get(`/fhir/Slot/web-stop-${i}`)).status, "free", "no seat is sold any more");
  }
  assert.deepEqual(faults, []);
  await close();
});

test("F23 the waiting list is in its order, and an answer by telephone takes the offered seat", async () => {
  await sell("web-wait", ["08:00"]);
  const booked = await book("stop-a", "web-wait-1");
  for (const who of ["stop-b", "stop-c"]) {
    await hospital.act("/fhir/Appointment/$wait", parameters({ "operation-id": text(`wait-${who}`),
      terminal: text("K3"), channel: text("kiosk"), patient: { valueReference: { reference: `Patient/${who}` } },
      service: { valueReference: { reference: `HealthcareService/${service.id}` } },
      from: { valueInstant: `${DAY}T08:00:00+08:00` }, until: { valueInstant: `${DAY}T12:00:00+08:00` } }));
  }
  const { page, faults, close } = await browser.page(`/waitlist?day=${DAY}`);
  await until(page, "#lists tr:nth-child(1)", "钱*海");
  await until(page, "#lists tr:nth-child(2)", "孙*");
  await shoot(page, "waitlist");
  const appointment = booked.parameter.find((one) => one.resource?.resourceType === "Appointment").resource.id;
  await hospital.act(`/fhir/Appointment/${appointment}/$cancel`,
    parameters({ "operation-id": text("cancel-a"), terminal: text("K3"), channel: text("kiosk") }));
  await page.reload();
  await until(page, "#lists tr.chosen", "钱*海");
  await shoot(page, "waitlist-offered");
  await tabTo(page, "#lists tr.chosen button");
  await page.keyboard.press("Enter");
  await page.locator("#lists tr.chosen").waitFor({ state: "detached" });
  await until(page, "#lists tr:nth-child(1)", "孙*");
  assert.deepEqual(faults, []);
  await close();
});

test("F20 a doctor of the same level takes a session over, and nobody loses the booking", async () => {
  await sell("web-substitute", ["09:00"]);
  await book("stop-d", "web-substitute-1");
  const { page, faults, close } = await browser.page(`/stop?service=${service.id}&day=${DAY}&id=web-substitute`,
    { refusals: true });
  await until(page, "#chosen", "受影响 1 人");
  const { substitutes } = await hospital.get("/api/stop?id=web-substitute");
  if (substitutes.length === 0) {
    assert.ok(await page.isDisabled("#substitute"));
    await until(page, "#chosen", "没有同级医生");
  } else {
    await page.locator("#substitute").click();
    await page.fill("#choice-reason", "医生生病");
    await shoot(page, "stop-substitute");
    await page.keyboard.press("Enter");
    await page.locator("#ask").waitFor({ state: "detached" });
    await until(page, "#said", /已安排替诊，1 位|同一时间已经出诊/);
  }
  assert.equal((await hospital.get("/fhir/Schedule/web-substitute")).active, true);
  assert.deepEqual(faults, []);
  await close();
});

test("F14 a unit's list is booked line by line, and what was not is told with its line", async () => {
  await sell("web-unit", ["09:00", "10:00"]);
  for (const i of [1, 2]) {
    const slot = await hospital.get(`/fhir/Slot/web-unit-${i}`);
    slot.extension = [{ url: "urn:yizhan:quota", valueString: "unit:acme" }];
    await hospital.put(`/fhir/Slot/web-unit-${i}`, slot);
  }
  const { page, faults, close } = await browser.page("/quotas", { refusals: true });
  await page.locator("#edit-id").waitFor();
  await page.fill("#edit-id", "unit:acme");
  await page.fill("#edit-organisation", "远大机械厂");
  await page.fill("#edit-quota", "1");
  await page.fill("#edit-from", "2026-03-01");
  await page.fill("#edit-until", "2026-03-31");
  await page.keyboard.press("Enter");
  await until(page, "#contracts tr", /unit:acme.*0 \/ 1(?!\d)/s);
  await tabTo(page, '#contracts [data-keep="import unit:acme"]');
  await page.keyboard.press("Enter");
  await page.fill("#list", "姓名,身份证号\n陈大伟,11010119900307803X\n周小兰,110101199003070003\n吴一凡,123");
  await shoot(page, "quotas-list");
  await page.locator("#ask button[type=submit]").click();
  await until(page, "#errors li", "配额已满");
  await until(page, "#errors li", "身份证号不对");
  await until(page, "#contracts tr", /unit:acme.*1 \/ 1(?!\d)/s);
  await shoot(page, "quotas");
  assert.deepEqual(await overEdges(page), []);
  assert.deepEqual(faults, []);
  await close();
});

test("F18 money that cannot go back by itself waits for a person, with its reason", async () => {
  await sell("web-refund", ["09:00", "10:00"]);
  for (const [who, slot] of [["owed-a", "web-refund-1"], ["owed-b", "web-refund-2"]]) {
    await patient(who, "赵小明");
    const common = (act) => ({ "operation-id": text(`${act}-${who}-${slot}`), terminal: text("K3"),
      channel: text("desk") });
    const booked = await hospital.act("/fhir/Appointment/$book", parameters({ ...common("prepay"),
      patient: { valueReference: { reference: `Patient/${who}` } },
      slot: { valueReference: { reference: `Slot/${slot}` } }, prepay: { valueBoolean: true } }));
    const { id } = booked.parameter.find((one) => one.name === "appointment").resource;
    await hospital.act(`/fhir/Appointment/${id}/$take`, parameters({ ...common("take"),
      paid: { valueMoney: { value: 50, currency: "CNY" } } }));
    await hospital.act(`/fhir/Appointment/${id}/$cancel`, parameters(common("cancel")));
  }
  const { page, faults, close } = await browser.page("/refunds");
  await until(page, "#lists", "请人工退");
  const rows = page.locator("[data-refund]");
  assert.equal(await rows.count(), 2);
  assert.match(await rows.first().innerText(), /赵\*明/, "the name is masked");
  assert.match(await rows.first().innerText(), /50\.00 元/);
  await rows.first().getByText("已人工退").click();
  await page.keyboard.press("1");
  await rows.nth(1).waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
  await close();
});

test("nothing of the booking office runs over the edge in either language", async () => {
  await sell("web-look", ["09:00", "10:00"]);
  await book("stop-c", "web-look-1");
  for (const [place, viewport] of [["desk", undefined], ["phone", PHONE]]) {
    for (const locale of ["zh-CN", "en-GB"]) {
      for (const [name, path, ready] of [
        ["stop", `/stop?service=${service.id}&day=${DAY}&id=web-look`, "#chosen li"],
        ["waitlist", `/waitlist?day=${DAY}`, "#lists tbody tr"],
        ["quotas", "/quotas", "#contracts tr"],
        ["refunds", "/refunds", "#lists tbody tr"],
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
