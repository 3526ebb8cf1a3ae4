// The screen beside a room's door: who is inside, who is next. It does not speak: the area does.
import { HospitalClock, byId, fill, follow, get, make } from "./live.js";
import { legend, markSigns, nameClasses } from "./marks.js";
import { COMMON, PAGES, local, speakOn, words } from "./words.js";

const WORDS = words({
  stale: ["连接中断，显示的可能不是最新叫号，请留意现场通知",
    "No connection: the numbers may be out of date. Please listen to the staff."],
  choose: ["选择诊室", "Choose a room"],
  photo: ["医生照片", "Photo of the doctor"],
  free: ["请在候诊区等候叫号", "Please wait for your number in the waiting area"],
  nobody: ["没有人等候", "Nobody is waiting"],
  next: [(place) => (place === 1 ? "下一位" : `第 ${place} 位`), (place) => (place === 1 ? "Next" : `Number ${place} in line`)],
  updated: [(at) => `数据更新于 ${at}`, (at) => `Data of ${at}`],
  waiting: [(count) => `等候 ${count} 人`, (count) => `${count} waiting`],
});
/** So long a call stands out. */
const NEW_MS = 15000;

const room = new URLSearchParams(location.search).get("room") ?? "";
const clock = new HospitalClock();
let updatedMs = 0;
let calledMs = 0;

/** Whose photo is shown. */
let photoOf = "";

/** Draws the doctor's photo; without one there is no place for it. @param {string} doctor */
async function showPhoto(doctor) {
  if (doctor === photoOf) return;
  photoOf = doctor;
  const canvas = /** @type {HTMLCanvasElement} */ (byId("photo"));
  canvas.hidden = true;
  const photo = doctor ? await get(`/api/door-photo?doctor=${encodeURIComponent(doctor)}`).catch(() => null) : null;
  if (!photo?.data || doctor !== photoOf) return;
  try {
    const bytes = Uint8Array.from(atob(photo.data), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: photo.type }));
    // A portrait: what is too wide is cut at both sides.
    const side = Math.min(image.width, (image.height * canvas.width) / canvas.height);
    const height = (side * canvas.height) / canvas.width;
    canvas.getContext("2d")?.drawImage(image, (image.width - side) / 2, (image.height - height) / 2, side, height,
      0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
  } catch {
    // A picture that cannot be drawn is none.
  }
}

function show(view) {
  nameClasses(view.classes);
  showPhoto(view.doctorId);
  byId("title").textContent = `${local(view.hospital)} · ${local(view.service)}`;
  fill("place", make("b", {}, local(view.room)),
    make("span", {}, view.doctor ? `${view.doctor.name} ${local(view.doctor.title)}` : ""),
    make("span", {}, WORDS.waiting(view.waiting)));
  const current = view.current;
  if (current) {
    fill("inside", make("div", { class: "n" }, current.number),
      make("div", { class: "name" }, current.name, ...markSigns(current.marks)));
  } else {
    fill("inside", make("p", { class: "idle" }, view.waiting > 0 ? WORDS.free : WORDS.nobody));
  }
  calledMs = view.calledMs ?? 0;
  fill("next", ...view.next.map((ticket, i) =>
    make("li", {}, make("small", {}, WORDS.next(i + 1)), make("b", {}, ticket.number),
      make("span", { class: "who" }, ticket.name, ...markSigns(ticket.marks)))));
  fill("legend", ...legend([current, ...view.next].flatMap((ticket) => ticket?.marks ?? [])));
  updatedMs = clock.now();
  beat();
}

function beat() {
  byId("clock").textContent = clock.text(clock.now());
  if (updatedMs) byId("updated").textContent = WORDS.updated(clock.text(updatedMs, true));
  byId("inside").classList.toggle("new", calledMs > 0 && clock.now() - calledMs < NEW_MS);
}

async function chooseDoor() {
  byId("chooser").hidden = false;
  const places = await get("/api/places");
  fill("doors", ...places.services.filter((one) => one.rooms.length > 0).flatMap((service) => [
    make("h2", {}, `${service.letter} ${local(service.name)}`),
    make("div", { class: "doors" }, ...service.rooms.map((one) =>
      make("a", { href: `/door?room=${encodeURIComponent(one.id)}` },
        make("b", {}, local(one.name)), make("small", {}, one.doctor?.name ?? "")))),
  ]));
}

document.title = `${PAGES.door} · ${COMMON.product}`;
speakOn(WORDS);
if (!room) {
  chooseDoor();
} else {
  byId("screen").hidden = false;
  follow(`/api/door/events?room=${encodeURIComponent(room)}`, {
    set: (tick) => {
      clock.set(tick);
      updatedMs = clock.now();
      beat();
    },
  }, {
    show,
    beat,
    stale: (is) => {
      byId("stale").hidden = !is;
      byId("screen").classList.toggle("old", is);
    },
  });
}
