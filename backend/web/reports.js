// What became of the hospital's numbers: by channel and by doctor, on the page and as a table file.
import { byId, fill, get, make, newest } from "./live.js";
import { field, openPage, row, say } from "./staff.js";
import { local, words } from "./words.js";

const WORDS = words({
  title: ["预约统计", "Booking report"],
  from: ["从", "From"],
  until: ["到", "Until"],
  csv: ["下载表格（CSV）", "Download (CSV)"],
  channels: ["各渠道的预约", "Bookings by channel"],
  channel: ["渠道", "Channel"],
  stands: ["有效", "Stand"],
  visited: ["已就诊", "Visited"],
  cancelled: ["取消", "Cancelled"],
  noShows: ["爽约", "No-shows"],
  stopped: ["停诊", "Stopped"],
  waiting: ["候补", "Waiting"],
  total: ["合计", "Total"],
  all: ["全部", "All"],
  kept: [(percent) => `在预约时段内就诊的占 ${percent}%`, (percent) => `${percent}% were seen within their slot`],
  doctors: ["医生的号源", "Numbers by doctor"],
  who: ["科室与医生", "Department and doctor"],
  offered: ["号源", "Offered"],
  used: ["已用", "Used"],
  added: ["加号", "Added"],
  idle: ["没有人约", "Idle"],
  overloaded: ["超出号源", "Overloaded"],
  none: ["这段时间没有号源。", "There are no numbers in this time."],
  tooLong: ["一次最多看 100 天。", "100 days at most."],
  anyDoctor: ["不指定医生", "Any doctor"],
});
const CHANNELS = words({
  kiosk: ["自助机", "Terminals"],
  desk: ["窗口", "Desk"],
  web: ["网站", "Web"],
  wechat: ["微信", "WeChat"],
  ivr: ["语音电话", "Voice menu"],
  "phone-agent": ["电话客服", "Telephone"],
  "doctor-room": ["诊室", "Doctor's room"],
  "group-hospital": ["集团医院", "Group hospitals"],
  "unit-contract": ["团体单位", "Units"],
  agency: ["中介机构", "Agencies"],
  "": ["其他", "Others"],
});

const COUNTS = ["stands", "visited", "cancelled", "noShows", "stopped", "waiting", "total"];

/** @type {any} */
let view = null;

const channelName = (line) => CHANNELS[/** @type {keyof typeof CHANNELS} */ (line.channel)] ?? line.channel;
const whoOf = (line) => `${local(line.service)} · ${line.doctor?.name ?? WORDS.anyDoctor}`;
const WIDE = ["visited", "cancelled", "stopped", "waiting"];

function show() {
  const sums = Object.fromEntries(COUNTS.map((name) => [name, view.channels.reduce((sum, line) => sum + line[name], 0)]));
  const cells = (line) => COUNTS.map((name) => [WIDE.includes(name) ? "wide" : "", String(line[name])]);
  fill("channels", ...view.channels.map((line) => row(["wrap", channelName(line)], ...cells(line))),
    row(["wrap", make("b", {}, WORDS.all)], ...cells(sums)));
  byId("kept").hidden = view.inSlotPercent < 0;
  byId("kept").textContent = WORDS.kept(view.inSlotPercent);
  byId("none").hidden = view.doctors.length > 0;
  fill("doctors", ...view.doctors.map((line) => row(
    ["wrap", `${whoOf(line)} `, line.idle ? make("span", { class: "tag warn" }, WORDS.idle)
      : line.overloaded ? make("span", { class: "tag bad" }, WORDS.overloaded) : null],
    String(line.offered), String(line.used), ["wide", String(line.added)])));
}

const asks = newest();

async function read() {
  const isNewest = asks();
  const address = new URLSearchParams({ from: field("from").value, until: field("until").value });
  history.replaceState(null, "", `/reports?${address}`);
  say("");
  try {
    const told = await get(`/api/reports?${address}`);
    if (!isNewest()) return;
    view = told;
    show();
  } catch {
    if (isNewest()) say(WORDS.tooLong);
  }
}

/** A cell that no program of tables takes for a formula. @param {any} value */
function cell(value) {
  const text = String(value);
  const safe = /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvText() {
  const lines = [
    [WORDS.channel, ...COUNTS.map((name) => WORDS[name])],
    ...view.channels.map((line) => [channelName(line), ...COUNTS.map((name) => line[name])]),
    [],
    [WORDS.who, WORDS.offered, WORDS.used, WORDS.added],
    ...view.doctors.map((line) => [whoOf(line), line.offered, line.used, line.added]),
  ];
  return lines.map((line) => line.map(cell).join(",")).join("\r\n");
}

function download() {
  if (!view) return;
  // Programs of tables read Chinese only behind this mark.
  const file = new Blob(["\uFEFF", csvText()], { type: "text/csv" });
  const link = /** @type {HTMLAnchorElement} */ (make("a", { href: URL.createObjectURL(file),
    download: `bookings-${view.from}-${view.until}.csv` }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function open() {
  await openPage("reports", WORDS);
  // What the address does not say is the server's usual time.
  view = await get(`/api/reports?${new URLSearchParams(location.search)}`).catch(() => get("/api/reports"));
  for (const id of ["from", "until"]) {
    field(id).value = view[id];
    field(id).addEventListener("change", read);
  }
  byId("csv").onclick = download;
  show();
}

open();
