// What all staff pages share: building elements, talking to the server, staying current.
// Everything that comes from the server becomes text, never markup.

/**
 * Makes an element. Attributes "class", "hidden", "onclick" and the like; children are elements or
 * texts, nothing for null.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...any} children
 */
export function make(tag, attributes = {}, ...children) {
  const isSvg = ["svg", "rect", "path", "text", "g"].includes(tag);
  const element = isSvg
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  for (const child of children.flat()) {
    if (child != null) element.append(child);
  }
  return element;
}

/** @param {string} id @param {...any} children */
export function fill(id, ...children) {
  byId(id).replaceChildren(...children.flat().filter((child) => child != null));
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element ${id}`);
  return element;
}

/** @type {Promise<any> | null} */
let sessionOnce = null;

/** Who is logged in: {kind, id, name, roles, csrf}; null: nobody. Asked once. @returns {Promise<any>} */
export function session() {
  sessionOnce ??= fetch("/auth/session", { cache: "no-store" })
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => {
      sessionOnce = null;  // No network: asked again next time.
      return null;
    });
  return sessionOnce;
}

/** Goes to the log-in, and from there back here. @param {string} why "over" or "denied" */
function goToLogIn(why) {
  const next = encodeURIComponent(location.pathname + location.search);
  location.replace(`/login?next=${next}&${why}=1`);
}

/** What a refusal means for the whole page. @param {number} status @returns {boolean} the page is being left */
function leaveIfRefused(status) {
  if (location.pathname === "/login" || (status !== 401 && status !== 403)) return false;
  goToLogIn(status === 401 ? "over" : "denied");
  return true;
}

/** @param {string} path @returns {Promise<any>} */
export async function get(path) {
  const response = await fetch(path, { cache: "no-store" });
  if (leaveIfRefused(response.status)) return new Promise(() => {});  // Nothing here goes on.
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/** @param {string} path @param {object} body @returns {Promise<any>} */
export async function post(path, body) {
  const isBegin = path === "/auth/login" || path === "/auth/screen";
  const csrf = isBegin ? "" : (await session())?.csrf ?? "";
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(csrf ? { "X-CSRF-Token": csrf } : {}) },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) {
    // A log-in and a new password begin another session.
    if (answer.csrf) sessionOnce = Promise.resolve(answer);
    return answer;
  }
  if (answer.error === "session-over" || answer.error === "no-credentials") leaveIfRefused(401);
  throw Object.assign(new Error(answer.error ?? "unknown"), answer);
}

/**
 * Answers may come in another order than they were asked for. Call what this gives when you ask, and what that gives when
 * the answer is here: true when nothing was asked for since.
 * @returns {() => () => boolean}
 */
export function newest() {
  let asked = 0;
  return () => {
    const mine = ++asked;
    return () => mine === asked;
  };
}

/** The hospital's time, kept by the page between two ticks of the server. */
export class HospitalClock {
  #offsetMs = 0;
  #zoneMinutes = 480;

  /** @param {{nowMs: number, zoneMinutes: number}} tick */
  set(tick) {
    this.#offsetMs = tick.nowMs - Date.now();
    this.#zoneMinutes = tick.zoneMinutes;
  }
  now() {
    return Date.now() + this.#offsetMs;
  }
  /** When a clock on the wall shows "09:28" or "928", today or soon after midnight. @param {string} time */
  at(time) {
    const [hours, minutes] = [Number(time.slice(0, -2).replace(":", "")), Number(time.slice(-2))];
    const wall = this.now() + this.#zoneMinutes * 60000;
    const shown = wall - (wall % 86400000) + hours * 3600000 + minutes * 60000;
    return shown + (wall - shown > 43200000 ? 86400000 : 0) - this.#zoneMinutes * 60000;
  }
  /** "09:12" or "09:12:04" @param {number} ms @param {boolean} [seconds] */
  text(ms, seconds = false) {
    const local = new Date(ms + this.#zoneMinutes * 60000).toISOString();
    return local.slice(11, seconds ? 19 : 16);
  }
}

/** Silence after which what is shown may be wrong (three missed ticks). */
const STALE_MS = 30000;

/**
 * Follows a view. `show(view)` for each new one, `beat()` once a second, `stale(bool)` when the
 * connection is silent for too long, and when it is back.
 * @param {string} path
 * @param {{set: (tick: {nowMs: number, zoneMinutes: number}) => void}} clock
 * @param {{show: (view: any) => void, beat: () => void, stale: (is: boolean) => void}} page
 * @returns {() => Promise<void>} looks at once, for who does not want to wait for the stream; an answer that the stream has
 *   overtaken is not shown
 */
export function follow(path, clock, page) {
  let heard = performance.now();
  let isStale = false;
  let isAsking = false;
  let viewCount = 0;
  const asks = newest();
  /** @type {EventSource} */
  let source;

  const hear = () => {
    heard = performance.now();
    if (isStale) page.stale((isStale = false));
  };
  const connect = () => {
    source = new EventSource(path);
    source.addEventListener("tick", (event) => {
      clock.set(JSON.parse(event.data));
      hear();
      page.beat();
    });
    source.addEventListener("view", (event) => {
      hear();
      viewCount += 1;
      page.show(JSON.parse(event.data));
    });
  };
  connect();
  setInterval(() => {
    page.beat();
    const silence = performance.now() - heard;
    if (silence > STALE_MS && !isStale) page.stale((isStale = true));
    // A browser gives up on a server that refuses: find out why, and try again ourselves.
    if (source.readyState === EventSource.CLOSED && !isAsking) {
      isAsking = true;
      fetch("/auth/session", { cache: "no-store" })
        .then((response) => (response.status === 401 ? leaveIfRefused(401) : connect()))
        .catch(() => connect())
        .finally(() => (isAsking = false));
    }
  }, 1000);
  return async () => {
    const isNewest = asks();
    for (let before = -1; before !== viewCount && isNewest();) {
      before = viewCount;
      const view = await get(path.replace("/events", ""));
      if (before === viewCount && isNewest()) page.show(view);
    }
  };
}
