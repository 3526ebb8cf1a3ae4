// The waiting list of a day, and what patients answer to an offer by telephone or at the desk.
import { byId, fill, get, make, newest, post } from "./live.js";
import { inTurn, keepFocus, openPage } from "./staff.js";
import { COMMON, local, words } from "./words.js";

const WORDS = words({
  title: ["候补", "Waiting list"],
  day: ["日期", "Day"],
  explain: ["有人取消时按登记先后通知，超时不答复的排到最后。",
    "Who waits longest is asked first when a seat comes back; who does not answer goes to the end."],
  none: ["这一天没有人候补。", "Nobody waits for this day."],
  patient: ["患者", "Patient"],
  wanted: ["想要", "Wants"],
  since: ["登记", "Since"],
  state: ["状态", "State"],
  anyDoctor: ["不限医生", "Any doctor"],
  waiting: ["等待中", "Waiting"],
  offered: [(until) => `已通知，${until} 前答复`, (until) => `Offered until ${until}`],
  accept: ["患者接受", "Accepts"],
  decline: ["这次不要", "Not this one"],
  withdraw: ["退出候补", "Leaves the list"],
});

let today = "";

/** @param {string} name @param {any} entry */
async function act(name, entry) {
  await inTurn(() => post(`/api/waitlist/${name}`,
    { id: entry.id, operation: `${name}-${entry.id}-${entry.heldUntil ?? ""}` }), {}, `${name} ${entry.id}`);
  await show();
}

function rowOf(entry, place) {
  const isOffered = entry.state === "offered";
  const button = (name) => make("button", { class: "small", "data-keep": `${name} ${entry.id}`,
    onclick: () => act(name, entry) }, WORDS[name]);
  return make("tr", { class: isOffered ? "chosen" : null },
    make("td", {}, make("b", {}, String(place + 1))),
    make("td", {}, entry.name),
    make("td", { class: "wrap" }, `${entry.doctor?.name ?? WORDS.anyDoctor} ${entry.slot}`),
    make("td", { class: "wide" }, entry.since),
    make("td", { class: "wide" }, make("span", { class: `tag ${isOffered ? "warn" : "plain"}` },
      isOffered ? WORDS.offered(entry.heldUntil) : WORDS.waiting)),
    make("td", { class: "do wrap" },
      ...(isOffered ? [button("accept"), button("decline")] : [button("withdraw")])));
}

const asks = newest();

async function show() {
  const isNewest = asks();
  const day = /** @type {HTMLInputElement} */ (byId("day")).value || today;
  history.replaceState(null, "", `/waitlist?day=${day}`);
  const view = await get(`/api/waitlist?day=${day}`);
  if (!isNewest()) return;
  byId("none").hidden = view.services.length > 0;
  keepFocus(() => fill("lists", ...view.services.map((service) =>
    make("section", { class: "table" },
      make("table", {},
        make("caption", {}, local(service.name)),
        make("thead", {}, make("tr", {}, make("th", {}, COMMON.number), make("th", {}, WORDS.patient),
          make("th", {}, WORDS.wanted), make("th", { class: "wide" }, WORDS.since),
          make("th", { class: "wide" }, WORDS.state), make("th", {}, ""))),
        make("tbody", {}, ...service.entries.map(rowOf)))))));
}

async function open() {
  const all = await openPage("waitlist", WORDS);
  today = all.today;
  const day = /** @type {HTMLInputElement} */ (byId("day"));
  day.value = new URLSearchParams(location.search).get("day") ?? today;
  day.addEventListener("change", show);
  await show();
  // Offers run out by themselves.
  setInterval(() => show().catch(() => null), 15000);
}

open();
