// A terminal's way from a one-time code to its work and to its end, with the real server and script.
//   YIZHAN_HOSPITAL=build/debug/bin/yizhan-hospital node tests/web/enrol-test.mjs
// Ends with 77, and a reason, where something to test with is missing.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import https from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SecuredHospital } from "./secured-hospital.mjs";

const HOSPITAL = process.env.YIZHAN_HOSPITAL ?? "";
const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), "../../deploy/enrol-terminal");

for (const tool of ["curl", "openssl"]) {
  if (spawnSync(tool, ["--help"], { stdio: "ignore" }).error) {
    console.log(`skipped: ${tool} is not installed`);
    process.exit(77);
  }
}
assert.ok(existsSync(HOSPITAL), "YIZHAN_HOSPITAL must be the path of yizhan-hospital");

/** @type {SecuredHospital} */
let hospital;
let folder = "";

before(async () => {
  hospital = await SecuredHospital.open(HOSPITAL);
  folder = await mkdtemp(join(tmpdir(), "yizhan-terminal-"));
});

after(async () => {
  await hospital?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What `yizhan-hospital enrol` tells: the words behind "enrol-terminal". */
async function enrolment(name) {
  const told = await hospital.run(["enrol", name]);
  const [, , code, , fingerprint] = /enrol-terminal (.*)$/m.exec(told)[0].split(" ");
  return { code, fingerprint };
}

function runScript(code, place, fingerprint) {
  return spawnSync(SCRIPT, [hospital.base, code, place, fingerprint], { encoding: "utf8" });
}

/** GET over one connection that stays open. @returns {Promise<{status: number, reason: string, reused: boolean}>} */
function get(agent, path) {
  return new Promise((resolve, reject) => {
    const request = https.get(hospital.base + path, { agent }, (response) => {
      let text = "";
      response.on("data", (part) => (text += part));
      response.on("end", () => {
        const reason = response.statusCode < 400 ? "" :
          JSON.parse(text).issue?.[0]?.details?.coding?.[0]?.code ?? "";
        resolve({ status: response.statusCode ?? 0, reason, reused: request.reusedSocket });
      });
    });
    request.on("error", reject);
  });
}

function agentOf(place) {
  const read = (name) => readFileSync(join(place, name));
  return new https.Agent({ keepAlive: true, maxSockets: 1, ca: read("ca.pem"),
    cert: read("kiosk.pem"), key: read("kiosk.key") });
}

test("a terminal enrols itself, works, and is refused on the open connection once revoked", async () => {
  const place = join(folder, "K3");
  const { code, fingerprint } = await enrolment("K3");
  const done = runScript(code, place, fingerprint);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /CN ?= ?K3/);
  assert.equal(statSync(join(place, "kiosk.key")).mode & 0o777, 0o600);
  const agent = agentOf(place);
  assert.equal((await get(agent, "/fhir/Patient?_count=1")).status, 200);
  await hospital.run(["revoke", "K3"]);
  const refused = await get(agent, "/fhir/Patient?_count=1");
  assert.deepEqual(refused, { status: 401, reason: "device-revoked", reused: true });
  agent.destroy();
});

test("a code works once, and a wrong one never", async () => {
  const { code, fingerprint } = await enrolment("K4");
  assert.match(runScript("AAAA-AAAA", join(folder, "x"), fingerprint).stderr, /enrolment-code/);
  assert.equal(runScript(code, join(folder, "K4"), fingerprint).status, 0);
  assert.match(runScript(code, join(folder, "again"), fingerprint).stderr, /enrolment-code/);
  assert.ok(!existsSync(join(folder, "again/kiosk.pem")), "nothing is left behind");
});

test("a server with another CA gets no code", async () => {
  const { code } = await enrolment("K5");
  const done = runScript(code, join(folder, "y"), "00".repeat(32));
  assert.equal(done.status, 1);
  assert.match(done.stderr, /another one/);
});

test("a request can be signed by hand, and another CA's certificate opens nothing", async () => {
  const request = join(folder, "request.pem");
  const key = join(folder, "hand.key");
  execFileSync("openssl", ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
    "-nodes", "-subj", "/CN=x", "-keyout", key, "-out", request], { stdio: "ignore" });
  const certificate = await hospital.run(["enrol", "K6", "--csr", request]);
  assert.match(certificate, /BEGIN CERTIFICATE/);
  const ca = readFileSync(join(folder, "K4/ca.pem"));
  const known = new https.Agent({ keepAlive: true, ca, cert: certificate, key: readFileSync(key) });
  assert.equal((await get(known, "/fhir/Patient?_count=1")).status, 200);
  known.destroy();
  const self = join(folder, "self.pem");
  execFileSync("openssl", ["req", "-x509", "-key", key, "-subj", "/CN=K6", "-out", self, "-days", "2"],
    { stdio: "ignore" });
  const stranger = new https.Agent({ ca, cert: readFileSync(self), key: readFileSync(key) });
  assert.deepEqual(await get(stranger, "/fhir/Patient?_count=1"),
    { status: 401, reason: "certificate-untrusted", reused: false });
  stranger.destroy();
  assert.match(await hospital.run(["enrol", "--list"]), /K6\tkiosk\tin use/);
});
