// A real browser for tests of the staff's pages. Importing it ends the test with 77, and a reason,
// where something to test with is missing.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Path of the program under test. */
export const HOSPITAL = process.env.YIZHAN_HOSPITAL ?? "";
const CHROMIUM = process.env.YIZHAN_CHROMIUM ?? "/usr/bin/chromium";
const WEB = process.env.YIZHAN_WEB;  // A folder: its pages instead of those that are built in.
const SHOTS = process.env.YIZHAN_SHOTS;  // A folder, to look at what was tested.
// A slow network, to find what depends on a fast one: see README.md.
const LATE_ANSWERS_MS = Number(process.env.YIZHAN_LATE_ANSWERS_MS ?? 0);
const LATE_REQUESTS_MS = Number(process.env.YIZHAN_LATE_REQUESTS_MS ?? 0);

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

export const DESK = { width: 1366, height: 768 };
export const SCREEN = { width: 1920, height: 1080 };
export const PHONE = { width: 390, height: 844 };

/** For who works at the pages: no build between two looks. */
async function servePagesOf(context, base) {
  await context.route((url) => url.href.startsWith(base), async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = join(WEB ?? "", pathname.startsWith("/web/") ? pathname.slice(4) : `${pathname}.html`);
    if (route.request().method() !== "GET" || !existsSync(file)) return route.fallback();
    if (pathname.startsWith("/web/")) return route.fulfill({ path: file });
    // Who is not logged in is sent elsewhere.
    const response = await route.fetch({ maxRedirects: 0 });
    return route.fulfill(response.status() === 200 ? { path: file } : { response });
  });
}

/** Every request comes late to the server. What the page asks for in a row comes late in a row. */
async function holdRequests(context, base) {
  await context.route((url) => url.href.startsWith(base), async (route) => {
    await new Promise((resolve) => setTimeout(resolve, LATE_REQUESTS_MS));
    await route.fallback().catch(() => null);  // The page may be gone by now.
  });
}

/** The server has done what was asked, its other pages know it, and only the answer is late. */
async function holdAnswers(context, base) {
  await context.route((url) => url.href.startsWith(base) && /^\/(api|auth)\//.test(url.pathname), async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    try {
      const response = await route.fetch();
      await new Promise((resolve) => setTimeout(resolve, LATE_ANSWERS_MS));
      await route.fulfill({ response });
    } catch {
      await route.abort().catch(() => null);  // The server or the page is gone by now.
    }
    return undefined;
  });
}

/** One browser; each page has a profile of its own, so that no two share a log-in. */
export class Browser {
  #browser;
  #base;

  /** @param {string} base the server's address */
  static async open(base) {
    const browser = new Browser();
    browser.#base = base;
    browser.#browser = await playwright.chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    return browser;
  }

  /**
   * Opens a page. `faults` collects what a page must never do: errors on the console, exceptions,
   * requests that fail or go elsewhere, breaches of the content security policy. `refusals: true`
   * where the server's refusals are what is tested; `clock: true` for emulated time; `init`: a
   * function that runs in the page before its own scripts.
   */
  async page(path, { viewport = DESK, locale = "zh-CN", clock = false, refusals = false, init } = {}) {
    // The certificate's authority is the test's own; that it is checked is tested elsewhere.
    const context = await this.#browser.newContext({ viewport, locale, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      const isExpected = refusals && message.text().startsWith("Failed to load resource");
      if (["error", "warning"].includes(message.type()) && !isExpected) faults.push(message.text());
    });
    page.on("response", (response) => {
      if (!refusals && response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.#base)) faults.push(`went to ${request.url()}`);
    });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
    if (WEB) await servePagesOf(context, this.#base);
    if (LATE_ANSWERS_MS > 0) await holdAnswers(context, this.#base);
    if (LATE_REQUESTS_MS > 0) await holdRequests(context, this.#base);
    if (init) await page.addInitScript(init);
    if (clock) await page.clock.install();
    await page.goto(this.#base + path);
    return { context, page, faults, close: () => context.close() };
  }

  async close() {
    await this.#browser.close();
  }
}

/**
 * Holds one request back, before it comes to the server or (`answer`) after the server has done it, until `open()`.
 * `asked`: the page has sent it.
 * @param {string} path a pattern of the address @param {{answer?: boolean}} [how]
 */
export async function hold(page, path, { answer = false } = {}) {
  let open = () => {};
  let tell = () => {};
  const gate = new Promise((resolve) => (open = () => resolve(null)));
  const asked = new Promise((resolve) => (tell = () => resolve(null)));
  await page.route(path, async (route) => {
    const response = answer ? await route.fetch() : undefined;
    tell();
    await gate;
    await (response ? route.fulfill({ response }) : route.continue());
  }, { times: 1 });
  return { open, asked };
}

/** A picture for whoever looks at what was tested. */
export async function shoot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** Waits until an element of that selector with this text is there. */
export async function until(page, selector, text) {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}

/** Presses Tab until `selector` has the focus: whoever has no mouse must get there. */
export async function tabTo(page, selector) {
  for (let pressed = 0; pressed < 120; ++pressed) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`${selector} cannot be reached with the Tab key`);
}

/** What runs over an edge of the screen or is cut off; an empty list is good. */
export async function overEdges(page) {
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
