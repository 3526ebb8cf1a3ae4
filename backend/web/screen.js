import { HospitalClock, byId, fill, follow, get, make } from "./live.js";
import { markTags } from "./marks.js";

const area = new URLSearchParams(location.search).get("area") ?? "";
const clock = new HospitalClock();
/** When the picture was last known to be right. */
let updatedMs = 0;
/** The call on the picture, to notice a new one: number and time. */
let lastCall = "";

function showCall(call) {
  if (!call) {
    fill("call", make("p", { class: "idle" }, "请留意叫号", make("small", {}, "Please wait for your number")));
    lastCall = "";
    return;
  }
  const doctor = call.doctor ? `${call.doctor.name} ${call.doctor.title.zh}` : "";
  fill("call",
    make("div", { class: "n" }, call.number),
    make("div", { class: "w" },
      make("p", {}, "请 ", make("b", {}, call.name), " 到 ", make("b", {}, call.room.zh), " 就诊",
        ...markTags(call.marks, "m")),
      make("small", {}, `${doctor} · Please go to ${call.room.en}`)));
  const key = `${call.number} ${call.calledMs}`;
  if (lastCall !== "" && key !== lastCall) {
    const banner = byId("call");
    banner.classList.remove("new");
    void banner.offsetWidth;  // Lets the same animation begin again.
    banner.classList.add("new");
  }
  lastCall = key;
}

function columnOf(room) {
  const rows = room.next.map((ticket) =>
    make("li", {}, make("b", {}, ticket.number), make("span", { class: "name" }, ticket.name),
      ...markTags(ticket.marks, "m")));
  const current = room.current
    ? make("li", { class: "current" }, make("b", {}, room.current.number),
      make("span", { class: "name" }, room.current.name), make("span", { class: "m" }, "就诊中"))
    : null;
  return make("section", {},
    make("h2", {}, make("span", {}, `${room.room.zh} ${room.doctor?.name ?? ""}`),
      make("small", {}, `等候 ${room.waiting}`)),
    make("ul", {}, current, ...rows));
}

function show(view) {
  const names = view.services.map((service) => service.zh).join(" ");
  byId("title").textContent = `${names}候诊区 · ${view.area.zh}`;
  showCall(view.call);
  // Rooms where nothing happens give their place to those where people wait.
  const busy = view.rooms.filter((room) => room.waiting > 0 || room.current);
  const rooms = busy.length > 0 ? busy : view.rooms;
  byId("rooms").dataset.count = String(Math.min(6, rooms.length));
  fill("rooms", ...rooms.slice(0, 6).map(columnOf));
  updatedMs = clock.now();
}

async function chooseArea() {
  byId("chooser").hidden = false;
  const places = await get("/api/places");
  fill("areas", ...places.services.map((service) =>
    make("a", { href: `/screen?area=${encodeURIComponent(service.area.id)}` },
      make("b", {}, service.name.zh), make("small", {}, service.area.name.zh))));
}

if (!area) {
  chooseArea();
} else {
  byId("screen").hidden = false;
  const beat = () => {
    byId("clock").textContent = clock.text(clock.now());
    if (updatedMs) byId("updated").textContent = `更新于 ${clock.text(updatedMs, true)}`;
  };
  follow(`/api/screen/events?area=${encodeURIComponent(area)}`, {
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
