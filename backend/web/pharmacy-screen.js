// The screen in front of the pharmacy: window, masked name, being picked or to be fetched. A name
// goes away with the swipe that hands the medicines over.
import { HospitalClock, byId, fill, follow, make } from "./live.js";
import { COMMON, local, speakOn, words } from "./words.js";

const WORDS = words({
  window: ["窗口", "Window"],
  name: ["姓名", "Name"],
  state: ["状态", "State"],
  picking: ["配药中", "Being prepared"],
  ready: ["请取药", "Please fetch"],
  nobody: ["暂无待取药品", "Nothing to fetch now"],
  foot: ["取药请带就诊卡，凭卡取药", "Bring your card: medicines are handed out by card only"],
  updated: [(at) => `数据更新于 ${at}`, (at) => `Data of ${at}`],
  stale: ["连接中断，显示的可能不是最新情况，请留意现场通知",
    "No connection: what is shown may be out of date. Please listen to the staff."],
});

const clock = new HospitalClock();
let updatedMs = 0;

function show(view) {
  byId("title").textContent = `${local(view.hospital)} · ${local(view.service)}`;
  document.title = `${local(view.service)} · ${COMMON.product}`;
  fill("rows", ...view.rows.map((row) => make("tr", { class: row.state },
    make("td", {}, local(row.window)), make("td", {}, row.name),
    make("td", { class: "state" }, WORDS[row.state]))));
  byId("nobody").hidden = view.rows.length > 0;
  updatedMs = clock.now();
}

speakOn(WORDS);
follow("/api/pharmacy-screen/events", clock, {
  show,
  beat: () => {
    byId("clock").textContent = clock.text(clock.now());
    if (updatedMs) byId("updated").textContent = WORDS.updated(clock.text(updatedMs, true));
  },
  stale: (is) => (byId("stale").hidden = !is),
});
