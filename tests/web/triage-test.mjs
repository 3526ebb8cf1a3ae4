// The triage desk, the doctor's further acts and the rule editor in a real browser.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/triage-test.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, HOSPITAL, PHONE, SCREEN, overEdges, shoot, tabTo, until } from "./browser.mjs";
import { HospitalProcess } from "./hospital-process.mjs";

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

/** An area that no test had before, with its line. */
const takeArea = () => hospital.takeArea(services, 4);

const line = async (area) => (await hospital.get(`/api/triage?area=${area.id}`)).waiting;
const find = async (area, id) => (await line(area)).find((ticket) => ticket.id === id);

async function openTriage(area, options = {}) {
  const desk = await browser.page(`/triage?area=${area.id}`, options);
  await desk.page.locator("#waiting tr").first().waitFor();
  return desk;
}

/** Looks a number up, as who has a slip in the hand does; its acts are open then. */
async function lookUp(page, number) {
  await page.keyboard.press("/");
  await page.keyboard.type(number.toLowerCase());
  await page.keyboard.press("Enter");
  await until(page, "#chosen .number", number);
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
}

test("F29 the triage desk moves, prioritises and holds by named acts, by keyboard alone", async () => {
  const area = await takeArea();
  const [first, , , fourth] = area.view.waiting;
  const { page, faults, close } = await openTriage(area);
  await lookUp(page, fourth.number);
  await shoot(page, "triage");

  await page.keyboard.press("f");
  await page.locator("#ask[open]").waitFor();
  await page.locator("#ask .choices button").first().focus();
  await page.keyboard.press("Enter");
  await shoot(page, "triage-forward");
  await page.locator("#ask button[type=submit]").focus();
  await page.keyboard.press("Enter");
  await page.locator("#ask").waitFor({ state: "detached" });
  await until(page, "#waiting tr:first-child", fourth.number);
  await until(page, "#waiting tr:first-child .tag", "分诊台调整");
  assert.equal((await line(area))[0].id, fourth.id);

  await page.keyboard.press("k");
  await until(page, "#chosen .tag", "准备中");
  assert.equal((await find(area, fourth.id)).hold, "preparing");
  await page.keyboard.press("k");
  await page.locator("#chosen .tag").filter({ hasText: "准备中" }).waitFor({ state: "detached" });

  await lookUp(page, first.number);
  await page.keyboard.press("y");
  await page.locator("#ask[open]").waitFor();
  await page.selectOption("#choice", "elder");
  await page.fill("#choice-reason", "出示老年证");
  await page.keyboard.press("Enter");
  await until(page, "#chosen .tag", "老人");
  assert.deepEqual((await find(area, first.id)).marks, ["老"]);

  await page.keyboard.press("q");
  await page.locator("#ask[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#ask").waitFor({ state: "detached" });
  assert.ok(await find(area, first.id), "who cancels changes nothing");
  await page.keyboard.press("q");
  await page.locator("#ask[open]").waitFor();
  await page.keyboard.press("1");
  await page.locator("#waiting tr").filter({ hasText: first.number }).waitFor({ state: "detached" });
  assert.equal(await find(area, first.id), undefined);

  const audit = await hospital.get("/fhir/AuditEvent?_sort=-date&_count=20");
  const told = JSON.stringify(audit.entry);
  for (const act of ["move-forward", "give-priority", "hold", "release", "give-up"]) {
    assert.ok(told.includes(`"${act}"`), `${act} is in the audit`);
  }
  assert.deepEqual(faults, []);
  await close();
});

test("F18 whose booking lapses soon is on the desk's page and is checked in from there", async () => {
  const area = await takeArea();
  await hospital.put("/fhir/Patient/web-lapse", { resourceType: "Patient", id: "web-lapse", name: [{ text: "欧阳小珊" }] });
  await hospital.put("/fhir/Appointment/web-lapse", { resourceType: "Appointment", id: "web-lapse", status: "booked",
    start: "2026-03-10T08:59:00+08:00", end: "2026-03-10T09:29:00+08:00", participant: [
      { actor: { reference: "Patient/web-lapse" }, status: "accepted" },
      { actor: { reference: `HealthcareService/${area.service.id}` }, status: "accepted" }] });
  const { page, faults, close } = await openTriage(area);
  await until(page, "#lapsing-rows li", "欧**珊");
  await until(page, "#lapsing-rows li", "09:19 逾时");
  assert.doesNotMatch(await page.innerText("body"), /欧阳小珊/, "the name is masked");
  await shoot(page, "triage-lapsing");
  const row = page.locator("#lapsing-rows li").filter({ hasText: "欧**珊" });
  await row.locator('[data-keep^="lapsing"]').focus();
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await page.keyboard.press("1");
  await until(page, "#said", "已报到");
  await row.waitFor({ state: "detached" });
  assert.deepEqual(await overEdges(page), []);
  assert.deepEqual(faults, []);
  await close();
});

/** A booking of today that lapses at 09:19, of somebody with that telephone. */
async function bookLate(area, id, name, phone) {
  await hospital.put(`/fhir/Patient/${id}`, { resourceType: "Patient", id, name: [{ text: name }],
    telecom: [{ system: "phone", value: phone }] });
  await hospital.put(`/fhir/Appointment/${id}`, { resourceType: "Appointment", id, status: "booked",
    start: "2026-03-10T08:59:00+08:00", end: "2026-03-10T09:29:00+08:00", participant: [
      { actor: { reference: `Patient/${id}` }, status: "accepted" },
      { actor: { reference: `HealthcareService/${area.service.id}` }, status: "accepted" }] });
}

/** The dialog of a button that has the focus, with a time typed into it. */
async function promise(page, time) {
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await tabTo(page, "#arrival");
  await page.keyboard.type(time);
  await page.keyboard.press("Enter");
}

test("F18 who telephones is waited for until the promised time, by keyboard alone", async () => {
  const area = await takeArea();
  await bookLate(area, "web-phone", "欧阳大海", "13900007777");
  const { page, faults, close } = await openTriage(area, { refusals: true });
  const row = page.locator("#lapsing-rows li").filter({ hasText: "欧**海" });
  await row.filter({ hasText: "09:19 逾时" }).waitFor();
  await tabTo(page, '[data-keep="late lapsing web-phone"]');
  await page.keyboard.press("Enter");
  await until(page, "#ask", "最晚到 09:29");
  await shoot(page, "triage-late");
  assert.deepEqual(await overEdges(page), []);
  await page.keyboard.press("Escape");
  await page.locator("#ask").waitFor({ state: "detached" });
  await promise(page, "0925");
  await until(page, "#said.good", "欧**海 09:25 到，号保留到 09:25。");
  await row.filter({ hasText: "来电：09:25 到" }).filter({ hasText: "保留到 09:25" }).waitFor();
  assert.ok(await page.evaluate(() => document.activeElement?.matches('[data-keep="late lapsing web-phone"]')));
  await shoot(page, "triage-late-noted");
  assert.deepEqual(await overEdges(page), []);
  const audit = await hospital.get("/fhir/AuditEvent?subtype=late-notice");
  assert.equal(audit.entry.length, 1);

  // Found by telephone, and more than the slot lasts.
  await page.keyboard.press("/");
  await page.keyboard.type("13900007777");
  await page.keyboard.press("Enter");
  await until(page, "#found li", "来电：09:25 到");
  await tabTo(page, '[data-keep="late found web-phone"]');
  await promise(page, "0940");
  await until(page, "#said.good", "09:40 到，号保留到 09:29。之后号会放给别人。");
  await until(page, "#found li", "来电：09:40 到");
  await shoot(page, "triage-late-found");
  assert.doesNotMatch(await page.innerText("body"), /欧阳大海|1390000/);

  // By one key; a time that is over is refused in words, and so is a booking that was cancelled meanwhile.
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  const first = (await page.locator("#ask .choices button").first().innerText()).slice(0, "09:15".length);
  await page.keyboard.press("1");
  await until(page, "#said.good", `${first} 到`);
  await promise(page, "0800");
  await until(page, "#said", "到达时间要在现在之后");
  const booking = await hospital.get("/fhir/Appointment/web-phone");
  await hospital.put("/fhir/Appointment/web-phone", { ...booking, status: "cancelled" });
  await promise(page, "0927");
  await until(page, "#said", "这个预约已经失效");
  assert.deepEqual(faults, []);
  await close();
});

test("F18 the late notice fits a phone and is in English, too", async () => {
  const area = await takeArea();
  await bookLate(area, "web-phone-2", "司马小川", "13900008888");
  const { page, faults, close } = await openTriage(area, { viewport: PHONE, locale: "en-GB" });
  const button = page.locator('[data-keep="late lapsing web-phone-2"]');
  assert.equal(await button.innerText(), "Will be late");
  await button.focus();
  await page.keyboard.press("Enter");
  await until(page, "#ask", "at most until 09:29");
  await shoot(page, "triage-late-phone-en");
  assert.deepEqual(await overEdges(page), []);
  await tabTo(page, "#arrival");
  await page.keyboard.type("0925");
  await page.keyboard.press("Enter");
  await until(page, "#said.good", "comes at 09:25. The number is kept until 09:25.");
  await until(page, "#lapsing-rows li", "Comes at 09:25");
  await shoot(page, "triage-late-phone-en-noted");
  assert.deepEqual(await overEdges(page), []);
  assert.deepEqual(faults, []);
  await close();
});

test("F16 another room is given only when a patient who chose a doctor agrees", async () => {
  const area = await takeArea();
  const ticket = area.view.waiting[0];
  const other = area.view.rooms.find((room) => room.id !== ticket.roomId);
  const { page, faults, close } = await openTriage(area, { refusals: true });
  await lookUp(page, ticket.number);
  await page.keyboard.press("z");
  await page.selectOption("#choice", other.id);
  await page.fill("#choice-reason", "均衡候诊");
  await page.keyboard.press("Enter");
  await until(page, "#ask", "征得患者同意");
  await shoot(page, "triage-consent");
  assert.equal((await find(area, ticket.id)).roomId, ticket.roomId, "not before the patient agreed");
  await page.locator("#ask button[type=submit]").click();
  await until(page, "#chosen", other.room.zh);
  assert.equal((await find(area, ticket.id)).roomId, other.id);
  assert.deepEqual(faults, []);
  await close();
});

test("who is found by document or telephone is checked in by hand, with a masked name", async () => {
  const area = await takeArea();
  const day = (await hospital.get("/api/places")).today;
  await hospital.put("/fhir/Patient/web-late", { resourceType: "Patient", id: "web-late",
    name: [{ text: "赵小明" }], telecom: [{ system: "phone", value: "13900001234" }] });
  await hospital.put("/fhir/Appointment/web-late", { resourceType: "Appointment", id: "web-late", status: "booked",
    start: `${day}T08:00:00+08:00`, end: `${day}T08:30:00+08:00`,
    participant: [["Patient", "web-late"], ["HealthcareService", area.service.id]].map(([type, id]) =>
      ({ actor: { reference: `${type}/${id}` }, status: "accepted" })) });
  const { page, faults, close } = await openTriage(area);
  await page.keyboard.press("/");
  await page.keyboard.type("13900001234");
  await page.keyboard.press("Enter");
  await until(page, "#found li", "赵*明");
  assert.equal(await page.inputValue("#q"), "", "the number does not stay on the screen");
  assert.doesNotMatch(page.url(), /1390/, "nor in the address");
  await shoot(page, "triage-found");
  await tabTo(page, "#found button");
  await page.keyboard.press("Enter");
  await page.locator("#ask[open]").waitFor();
  await page.keyboard.press("1");
  await until(page, "#said.good", "已报到，号码");
  await until(page, "#waiting tr", "赵*明");
  assert.doesNotMatch(await page.content(), /赵小明/);
  assert.deepEqual(faults, []);
  await close();
});

test("what the desk announces is on the area's screen until it is ended", async () => {
  const area = await takeArea();
  const { page, faults, close } = await openTriage(area);
  await page.keyboard.press("b");
  await page.locator("#ask[open]").waitFor();
  await page.fill("#broadcast-text", "医生去急诊，请稍候。");
  await page.keyboard.press("Enter");
  await until(page, "#on-air", "医生去急诊");
  const screen = await browser.page(`/screen?area=${area.id}`, { viewport: SCREEN });
  await until(screen.page, "#notice.told", "医生去急诊，请稍候。");
  await shoot(screen.page, "screen-broadcast");
  await page.locator("#on-air button").click();
  await page.locator("#on-air").waitFor({ state: "hidden" });
  await until(screen.page, "#notice:not(.told)", "过号");
  assert.deepEqual([...faults, ...screen.faults], []);
  await screen.close();
  await close();
});

test("F30 a doctor sends to an exam, takes back, holds, transfers and pauses by keyboard", async () => {
  const area = await takeArea();
  const room = area.view.rooms.find((one) => area.view.waiting.filter((ticket) => ticket.roomId === one.id).length >= 2);
  const [first] = (await hospital.get(`/api/desk?room=${room.id}`)).waiting;
  const { page, faults, close } = await browser.page(`/desk?room=${room.id}`);
  await until(page, "#next", first.number);
  await page.keyboard.press("Space");
  await until(page, "#current .number", first.number);
  await page.keyboard.press("j");
  await until(page, "tr.passed", "检查中");
  await until(page, "#current", "还没有叫号");
  await shoot(page, "desk-away");
  await tabTo(page, "tr.passed button");
  await page.keyboard.press("Enter");
  await until(page, "#waiting .tag", "回诊");
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());

  const [next] = (await hospital.get(`/api/desk?room=${room.id}`)).waiting;
  await until(page, "#next", next.number);
  await page.keyboard.press("Space");
  await until(page, "#current .number", next.number);
  await page.keyboard.press("z");
  await page.locator("#ask[open]").waitFor();
  await page.fill("#choice-reason", "挂错科室");
  await shoot(page, "desk-transfer");
  await page.keyboard.press("Enter");
  await until(page, "#said.good", "已转诊，新号");
  await until(page, "#current", "还没有叫号");

  await page.keyboard.press("p");
  await page.locator("#ask[open]").waitFor();
  await page.keyboard.press("1");
  await until(page, "#paused", "暂停叫号");
  assert.ok(await page.isDisabled("#next"), "nobody is called into a paused room");
  const screen = await browser.page(`/screen?area=${area.id}`, { viewport: SCREEN });
  await until(screen.page, "#rows tr", "暂停");
  await page.keyboard.press("p");
  await page.locator("#paused").waitFor({ state: "hidden" });
  assert.deepEqual([...faults, ...screen.faults], []);
  await screen.close();
  await close();
});

test("rules are tried on today's queue before they are saved, and a wrong one is refused", async () => {
  const area = await takeArea();
  const { service } = area;
  const late = area.view.waiting[0];
  const { page, faults, close } = await browser.page(`/rules?key=${service.id}`, { refusals: true });
  await until(page, "#moved", `${area.view.waiting.length} 人等候`);
  await until(page, "#inherits", "没有自己的规则");
  assert.ok(await page.isDisabled("#save"), "nothing to save yet");
  await shoot(page, "rules");
  await page.fill("#lateInterval", "99");
  await until(page, "#said", "迟到：每隔几位插一位");
  assert.ok(await page.isDisabled("#save"));
  await page.fill("#lateInterval", "3");
  await page.selectOption("#orderBy", "number");
  await until(page, "#preview li", late.number);
  const before = (await line(area)).map((ticket) => ticket.number);
  const shown = await page.locator("#preview li b").allInnerTexts();
  assert.deepEqual((await line(area)).map((ticket) => ticket.number), before, "looking changes nothing");
  await shoot(page, "rules-preview");
  await page.keyboard.press("Control+s");
  await page.locator("#ask[open]").waitFor();
  await page.keyboard.press("1");
  await until(page, "#said.good", "已保存");
  await until(page, "#inherits", "有自己的规则");
  assert.deepEqual((await line(area)).map((ticket) => ticket.number), shown, "as it was shown");
  const audit = JSON.stringify((await hospital.get("/fhir/AuditEvent?_sort=-date&_count=3")).entry);
  assert.ok(audit.includes("set-queue-rules"));
  await page.locator("#remove").click();
  await page.locator("#ask[open]").waitFor();
  await page.keyboard.press("1");
  await until(page, "#inherits", "没有自己的规则");
  assert.deepEqual(faults, []);
  await close();
});

test("F36 the guide desk sees who is stuck and tells anybody the next steps, with masked names", async () => {
  const area = await takeArea();
  const { today: day } = await hospital.get("/api/places");
  await hospital.put("/fhir/Patient/web-stuck", { resourceType: "Patient", id: "web-stuck",
    name: [{ text: "欧阳小珊" }], telecom: [{ system: "phone", value: "13800005678" }] });
  await hospital.put("/fhir/ServiceRequest/web-stuck", { resourceType: "ServiceRequest", id: "web-stuck",
    status: "active", intent: "order", authoredOn: `${day}T08:30:00+08:00`, subject: { reference: "Patient/web-stuck" },
    category: [{ text: "laboratory" }], code: { text: "血常规" },
    locationReference: [{ reference: `Location/${area.id}` }] });
  await hospital.put("/fhir/Invoice/web-stuck", { resourceType: "Invoice", id: "web-stuck", status: "balanced",
    subject: { reference: "Patient/web-stuck" }, totalNet: { value: 88, currency: "CNY" } });
  const { page, faults, close } = await browser.page("/guide?minutes=0");
  await until(page, "#stuck tr", "欧**珊");
  await shoot(page, "guide");
  await page.keyboard.press("/");
  await page.keyboard.type("13800005678");
  await page.keyboard.press("Enter");
  await until(page, "#sheet h2", "欧**珊");
  await until(page, "#sheet li", "血常规");
  assert.doesNotMatch(await page.content(), /欧阳小珊|13800005678/);
  await shoot(page, "guide-steps");
  assert.deepEqual(await overEdges(page), []);
  assert.deepEqual(faults, []);
  await close();
});

test("nothing of triage desk and rules runs over the edge in either language", async () => {
  const area = await takeArea();
  for (const [place, viewport] of [["desk", undefined], ["phone", PHONE]]) {
    for (const locale of ["zh-CN", "en-GB"]) {
      for (const [name, path, ready] of [
        ["triage", `/triage?area=${area.id}`, "#waiting tr"],
        ["rules", `/rules?key=${area.service.id}`, "#preview li"],
        ["triage-areas", "/triage", "#areas a"],
        ["guide", "/guide?minutes=0", "#stuck tr"],
      ]) {
        const { page, faults, close } = await browser.page(path, { viewport, locale });
        await page.locator(ready).first().waitFor();
        if (name === "triage") {
          await page.locator("#waiting button").first().click();
          await page.locator("#chosen .acts button").first().waitFor();
        }
        await page.locator("#pages a.on").waitFor({ state: "attached" });
        await shoot(page, `${name}-${place}-${locale}`);
        assert.deepEqual(await overEdges(page), [], `${name} ${place} ${locale}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
        assert.deepEqual(faults, []);
        await close();
      }
    }
  }
});
