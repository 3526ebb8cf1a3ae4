// Log-in of staff in a real browser against the real server, over TLS.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/log-in-test.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, DESK, HOSPITAL, PHONE, overEdges, shoot } from "./browser.mjs";
import { SecuredHospital } from "./secured-hospital.mjs";

const PASSWORD = "korrekt-pferd 49";

/** @type {SecuredHospital} */
let hospital;
/** @type {Browser} */
let browser;

before(async () => {
  hospital = await SecuredHospital.open(HOSPITAL);
  for (const [id, name, role] of [["wang", "王建国", "doctor"], ["chen", "陈晓梅", "doctor"],
    ["sun", "孙立", "operator"], ["lock", "锁", "nurse"], ["zhou", "周敏", "triage"], ["root", "管理", "admin"]]) {
    await hospital.run(["account", "add", id, "--name", name, "--role", role], `${PASSWORD}\n`);
  }
  browser = await Browser.open(hospital.base);
});

after(async () => {
  await browser?.close();
  await hospital?.close();
});

/** Refused log-ins are what is tested here. */
function open(path, options = {}) {
  return browser.page(path, { refusals: true, ...options });
}

async function logIn(page, name, password = PASSWORD) {
  await page.fill("#name", name);
  await page.fill("#password", password);
  await page.locator("#submit:enabled").waitFor();
  const answered = page.waitForResponse((response) => response.url().endsWith("/auth/login"));
  await page.keyboard.press("Enter");
  await answered;
}

async function firstRoom(page) {
  return page.evaluate(async () => {
    const places = await (await fetch("/api/places")).json();
    return places.services.find((service) => service.letter === "A").rooms[0].id;
  });
}

test("a doctor logs in by keyboard, comes to the page that was asked for, and logs out", async () => {
  const { context, page, faults, close } = await open("/desk");
  await page.waitForURL(/\/login\?next=/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "name");
  await page.keyboard.type("Wang");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.locator("#submit:enabled").waitFor();
  await page.keyboard.press("Enter");
  await page.locator("#rooms a").first().waitFor();
  const room = await firstRoom(page);
  await page.goto(`${hospital.base}/desk?room=${room}`);
  await page.locator("#stats b").first().waitFor();
  await page.locator(".nav .account-name").filter({ hasText: "王建国" }).waitFor();
  await shoot(page, "desk-logged-in");

  const [cookie] = await context.cookies();
  assert.equal(cookie.name, "__Host-yizhan");
  assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === "Strict" && cookie.path === "/");
  assert.equal(await page.evaluate(() => document.cookie), "", "scripts cannot read it");

  await page.keyboard.press("Space");
  await page.locator("#current .person").waitFor();
  await page.click(".nav .account-name");
  await page.locator("#account-menu[open]").waitFor();
  await shoot(page, "account-menu");
  await page.click("#log-out");
  await page.waitForURL(/\/login\?next=/);
  assert.deepEqual((await context.cookies()).filter(({ value }) => value), []);
  await page.goto(`${hospital.base}/desk?room=${room}`);
  await page.waitForURL(/\/login\?next=/);
  assert.deepEqual(faults, []);
  await close();
});

test("a wrong password says so, keeps the name, and puts the cursor where it is needed", async () => {
  const { page, faults, close } = await open("/login");
  await logIn(page, "chen", "nicht das richtige");
  await page.locator("#wrong").filter({ hasText: "账号或密码不对" }).waitFor();
  assert.equal(await page.inputValue("#name"), "chen");
  assert.equal(await page.inputValue("#password"), "");
  assert.equal(await page.evaluate(() => document.activeElement.id), "password");
  await shoot(page, "log-in-wrong-zh");
  const known = await page.innerText("#wrong");
  await logIn(page, "niemand", "nicht das richtige");
  await page.locator("#wrong").filter({ hasText: "账号或密码不对" }).waitFor();
  assert.equal(await page.innerText("#wrong"), known, "nobody learns which names there are");
  await logIn(page, "chen");
  await page.waitForURL(/\/desk/);
  assert.deepEqual(faults, []);
  await close();
});

test("five wrong passwords lock the account, and the page says for how long", async () => {
  const { page, faults, close } = await open("/login", { locale: "en-GB" });
  for (let tries = 0; tries < 5; ++tries) {
    await logIn(page, "lock", "wrong wrong wrong");
    await page.locator("#wrong").filter({ hasText: "is wrong" }).waitFor();
  }
  await logIn(page, "lock");
  await page.locator("#wrong").filter({ hasText: "Too many wrong passwords" }).waitFor();
  assert.match(await page.innerText("#wrong"), /try again in \d+ s\./);
  assert.ok(await page.isDisabled("#submit"));
  await shoot(page, "log-in-locked-en");
  await hospital.run(["account", "unlock", "lock"]);
  await page.reload();
  await logIn(page, "lock");
  await page.waitForURL(/\/desk/);
  assert.deepEqual(faults, []);
  await close();
});

test("the page speaks the browser's language, the other one on demand, and remembers it", async () => {
  const { page, faults, close } = await open("/login", { locale: "en-US" });
  await page.locator("h1").filter({ hasText: "Log in" }).first().waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await shoot(page, "log-in-en");
  await page.click("#language");
  await page.locator("h1").filter({ hasText: "登录" }).first().waitFor();
  await shoot(page, "log-in-zh");
  await page.reload();
  await page.locator("h1").filter({ hasText: "登录" }).first().waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("a link cannot send anybody to another site after the log-in", async () => {
  for (const next of ["//evil.example", "https://evil.example/desk", "/\\evil.example", "javascript:alert(1)",
    "/desk/../../evil", "/auth/logout"]) {
    const { page, close } = await open(`/login?next=${encodeURIComponent(next)}`);
    await logIn(page, "zhou");
    await page.waitForURL(`${hospital.base}/desk`);
    await close();
  }
});

test("who may not see a page is told so and can come as somebody else", async () => {
  const { page, faults, close } = await open("/desk");
  await page.waitForURL(/\/login/);
  await page.goto(`${hospital.base}/login?next=/desk`);
  await logIn(page, "sun");
  await page.locator("#rooms a").first().waitFor();
  const room = await firstRoom(page);
  await page.goto(`${hospital.base}/desk?room=${room}`);
  await page.locator("#denied").waitFor();
  assert.match(await page.innerText("#denied-who"), /孙立/);
  await shoot(page, "log-in-denied");
  await page.click("#other");
  await page.locator("#log-in").waitFor();
  await logIn(page, "chen");
  await page.locator("#stats b").first().waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("an administrator's log-out takes an open desk back to the log-in", async () => {
  const { page, faults, close } = await open("/login");
  await logIn(page, "zhou");
  await page.locator("#rooms a").first().waitFor();
  await page.goto(`${hospital.base}/desk?room=${await firstRoom(page)}`);
  await page.locator("#stats b").first().waitFor();
  await hospital.run(["account", "log-out", "zhou"]);
  await page.waitForURL(/\/login\?.*over=1/);
  await page.locator("#told").filter({ hasText: "重新登录" }).waitFor();
  await shoot(page, "log-in-over");
  await logIn(page, "zhou");
  await page.locator("#stats b").first().waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("a person changes the own password and other browsers are logged out", async () => {
  const first = await open("/login");
  await logIn(first.page, "chen");
  await first.page.locator("#rooms a").first().waitFor();
  const { page, faults, close } = await open("/login");
  await logIn(page, "chen");
  await page.locator("#rooms a").first().waitFor();
  await page.click(".nav .account-name");
  await page.click("#change-password");
  const [old, fresh, again] = await page.locator("#account-menu input").all();
  await old.fill(PASSWORD);
  await fresh.fill("1234567890");
  await again.fill("1234567890");
  await page.keyboard.press("Enter");
  await page.locator(".account .said").filter({ hasText: "太简单" }).waitFor();
  await shoot(page, "password-refused");
  await fresh.fill("noch ein satz 77");
  await again.fill("noch ein satz 77");
  await page.keyboard.press("Enter");
  await page.locator(".account .said.good").filter({ hasText: "密码已更改" }).waitFor();
  await page.reload();
  await page.locator("#rooms a").first().waitFor();
  await first.page.reload();
  await first.page.waitForURL(/\/login/);
  assert.deepEqual(faults, []);
  await first.close();
  await close();
});

test("an administrator adds an account, changes it, and cannot lock out the own one", async () => {
  const { page, faults, close } = await open("/login");
  await logIn(page, "root");
  await page.waitForURL(/\/desk/);
  await page.goto(`${hospital.base}/accounts`);
  await page.locator("#accounts tr").filter({ hasText: "王建国" }).waitFor();
  await page.locator("#accounts tr").filter({ hasText: "您自己" }).filter({ hasText: "root" }).waitFor();
  await page.fill("#add-id", "liu");
  await page.fill("#add-name", "刘洋");
  await page.fill("#add-password", "1234567890");
  await page.locator("#add input[value=triage]").check();
  await page.locator("#add button").click();
  await page.locator("#said").filter({ hasText: "太简单" }).waitFor();
  await page.fill("#add-password", PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator("#said.good").filter({ hasText: "liu" }).waitFor();
  const row = page.locator("#accounts tr").filter({ hasText: "刘洋" });
  await row.filter({ hasText: "分诊" }).waitFor();
  await shoot(page, "accounts");
  assert.deepEqual(await overEdges(page), []);
  const other = await open("/login");
  await logIn(other.page, "liu");
  await other.page.locator("#rooms a").first().waitFor();
  await page.locator("#accounts button[data-keep='switch liu']").click();
  await row.filter({ hasText: "已停用" }).waitFor();
  await other.page.reload();
  await other.page.waitForURL(/\/login/);
  assert.deepEqual(faults, []);
  await other.close();
  await close();
});

test("the navigation shows the pages that one may open, and no others", async () => {
  for (const [name, has, lacks] of [["wang", "desk", "accounts"], ["root", "accounts", "triage"]]) {
    const { page, close } = await open("/login");
    await logIn(page, name);
    await page.locator(`#pages a[href="/${has}"]`).waitFor();
    assert.equal(await page.locator(`#pages a[href="/${lacks}"]`).count(), 0, name);
    await close();
  }
});

test("a call screen is paired with its code, by keyboard, and stays paired", async () => {
  const told = await hospital.run(["enrol", "HALL-1", "--role", "screen"]);
  const code = /code (\S+)/.exec(told)[1];
  const { page, faults, close } = await open("/login?next=/screen&pair=1");
  await page.locator("#pair").waitFor();
  await page.fill("#code", "WRNG-CODE");
  await page.keyboard.press("Enter");
  await page.locator("#pair-wrong").waitFor();
  await shoot(page, "pair");
  await page.fill("#code", code.toLowerCase());
  await page.keyboard.press("Enter");
  await page.locator("#areas a").first().click();
  await page.locator("#rows tr").first().waitFor();
  await page.reload();
  await page.locator("#rows tr").first().waitFor();
  await hospital.run(["revoke", "HALL-1"]);
  await page.waitForURL(/\/login/);
  assert.deepEqual(faults, []);
  await close();
});

test("nothing runs over the edge of a desk's or a phone's screen in either language", async () => {
  for (const [place, viewport] of [["desk", DESK], ["phone", PHONE]]) {
    for (const locale of ["zh-CN", "en-GB"]) {
      for (const [name, path] of [["log-in", "/login?over=1"], ["pair", "/login?next=/screen&pair=1"]]) {
        const { page, faults, close } = await open(path, { viewport, locale });
        await page.locator("form:not([hidden]) button.main").waitFor();
        await shoot(page, `${name}-${place}-${locale}`);
        assert.deepEqual(await overEdges(page), [], `${name} ${place} ${locale}`);
        const { height, inside } = await page.evaluate(() => ({
          height: document.documentElement.scrollHeight, inside: innerHeight }));
        assert.ok(height <= inside, `${name} ${place} ${locale}: ${height} px`);
        assert.deepEqual(faults, []);
        await close();
      }
    }
  }
  const { page, close } = await open("/login", { viewport: PHONE });
  await logIn(page, "wang");
  await page.locator("#rooms a").first().waitFor();
  await page.goto(`${hospital.base}/desk?room=${await firstRoom(page)}`);
  await page.locator("#stats b").first().waitFor();
  await page.click(".nav .menu");
  await page.locator(".nav .account-name").filter({ hasText: "王建国" }).waitFor();
  await shoot(page, "desk-phone-logged-in");
  await page.click(".nav .account-name");
  await page.click("#change-password");
  await shoot(page, "account-menu-phone");
  assert.deepEqual(await overEdges(page), []);
  await close();
});
