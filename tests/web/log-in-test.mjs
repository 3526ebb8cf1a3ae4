// Log-in of staff in a real browser against the real server, over TLS.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/log-in-test.mjs
// Ends with 77, and a reason, where something to test with is missing.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { SecuredHospital } from "./secured-hospital.mjs";

const HOSPITAL = process.env.YIZHAN_HOSPITAL ?? "";
const CHROMIUM = process.env.YIZHAN_CHROMIUM ?? "/usr/bin/chromium";
const SHOTS = process.env.YIZHAN_SHOTS;  // A folder, to look at what was tested.

function skip(reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}
const playwright = await import("playwright-core").catch(() => null);
if (!playwright) skip("npm ci --prefix tests/web was not run");
if (!existsSync(CHROMIUM)) skip(`${CHROMIUM} is missing`);
assert.ok(existsSync(HOSPITAL), "YIZHAN_HOSPITAL must be the path of yizhan-hospital");

// Sanitizers make the server slow; nothing here waits for time, only for what must happen.
const PATIENCE_MS = 30000;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const DESK = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };
const PASSWORD = "korrekt-pferd 49";

/** @type {SecuredHospital} */
let hospital;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  hospital = await SecuredHospital.open(HOSPITAL);
  for (const [id, name, role] of [["wang", "王建国", "doctor"], ["chen", "陈晓梅", "doctor"],
    ["sun", "孙立", "operator"], ["lock", "锁", "nurse"], ["zhou", "周敏", "triage"]]) {
    await hospital.run(["account", "add", id, "--name", name, "--role", role], `${PASSWORD}\n`);
  }
  browser = await playwright.chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});

after(async () => {
  await browser?.close();
  await hospital?.close();
});

/** Opens a page in a profile of its own. `faults`: what a page must never do. */
async function open(path, { viewport = DESK, locale = "zh-CN" } = {}) {
  // The certificate's authority is the test's own; that it is checked is tested elsewhere.
  const context = await browser.newContext({ viewport, locale, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // A refused log-in is an error to the browser's console, and expected here.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      faults.push(message.text());
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(hospital.base)) faults.push(`went to ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(hospital.base + path);
  return { context, page, faults, close: () => context.close() };
}

async function shoot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

async function logIn(page, name, password = PASSWORD) {
  await page.fill("#name", name);
  await page.fill("#password", password);
  const answered = page.waitForResponse((response) => response.url().endsWith("/auth/login"));
  await page.keyboard.press("Enter");
  await answered;
}

async function firstRoom(page) {
  return page.evaluate(async () => {
    const places = await (await fetch("/api/places")).json();
    return places.services[0].rooms[0].id;
  });
}

/** What runs over an edge of the screen. */
async function overEdges(page) {
  return page.evaluate(() => [...document.body.querySelectorAll("*")]
    .filter((element) => element.getClientRects().length > 0)
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 &&
        getComputedStyle(element).display !== "inline";
      return left < -0.5 || right > innerWidth + 0.5 || cut;
    })
    .map((element) => `${element.tagName}#${element.id}.${element.className}`));
}

test("a doctor logs in by keyboard, comes to the page that was asked for, and logs out", async () => {
  const { context, page, faults, close } = await open("/desk");
  await page.waitForURL(/\/login\?next=/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "name");
  await page.keyboard.type("Wang");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
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
  await page.click(".chooser .account-name");
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
  await page.locator("#rooms section").first().waitFor();
  await page.reload();
  await page.locator("#rooms section").first().waitFor();
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
  await page.locator(".nav .account-name").filter({ hasText: "王建国" }).waitFor();
  await shoot(page, "desk-phone-logged-in");
  await page.click(".nav .account-name");
  await page.click("#change-password");
  await shoot(page, "account-menu-phone");
  assert.deepEqual(await overEdges(page), []);
  await close();
});
