// A hospital server of its own for a test: real process, new folder, port chosen by the system.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

// A morning with people in every queue, whatever time it is here.
const DEMO_NOW = "2026-03-10T09:10:00+08:00";

export class HospitalProcess {
  #program;
  #folder;
  #process;
  /** @type {string[]} */
  #config = [];
  /** "http://127.0.0.1:PORT" */
  base = "";

  /** @param {string} program path of yizhan-hospital @param {string} [config] text of its hospital.toml */
  static async open(program, config) {
    const hospital = new HospitalProcess();
    hospital.#program = program;
    hospital.#folder = await mkdtemp(join(tmpdir(), "yizhan-web-"));
    if (config) {
      const file = join(hospital.#folder, "hospital.toml");
      await writeFile(file, config);
      hospital.#config = ["--config", file];
    }
    await hospital.#start("127.0.0.1:0", ["--demo"]);
    return hospital;
  }

  /** Asks it to stop and returns its exit code: not 0 is a finding of a sanitizer, too. */
  async stop() {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const [code] = await ended;
    return code;
  }

  /** The same hospital at the same address, after stop(). */
  async startAgain() {
    await this.#start(new URL(this.base).host, []);
  }

  /** Stops it and leaves nothing behind. */
  async close() {
    this.#process.kill("SIGKILL");
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      await once(this.#process, "exit");
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  /**
   * An area of the first of these services where so many people wait; those before it are used up.
   * @param {any[]} services @param {number} least
   */
  async takeArea(services, least) {
    for (let service = services.shift(); service; service = services.shift()) {
      const view = await this.get(`/api/triage?area=${service.area.id}`);
      if (view.waiting.length >= least) return { id: service.area.id, service, view };
    }
    throw new Error(`no area of the demonstration has ${least} people waiting`);
  }

  /** @param {string} path below the server's root */
  async get(path) {
    const response = await fetch(this.base + path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
    return response.json();
  }

  /** @param {string} path @param {object} resource */
  async create(path, resource) {
    const response = await fetch(this.base + path, {
      method: "POST",
      headers: { "Content-Type": "application/fhir+json" },
      body: JSON.stringify(resource),
    });
    if (response.status !== 201) throw new Error(`POST ${path}: ${response.status}`);
    return response.json();
  }

  /** @param {string} path @param {object} resource */
  async put(path, resource) {
    const response = await fetch(this.base + path, {
      method: "PUT",
      headers: { "Content-Type": "application/fhir+json" },
      body: JSON.stringify(resource),
    });
    if (!response.ok) throw new Error(`PUT ${path}: ${response.status}`);
  }

  /** An operation. @param {string} path @param {object} parameters @returns {Promise<any>} */
  async act(path, parameters) {
    const response = await fetch(this.base + path, {
      method: "POST",
      headers: { "Content-Type": "application/fhir+json" },
      body: JSON.stringify(parameters),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async #start(listen, more) {
    this.#process = spawn(
      this.#program,
      ["serve", "--listen", listen, "--data", this.#folder, "--open", "--demo-now", DEMO_NOW,
        ...this.#config, ...more],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    for await (const line of createInterface({ input: this.#process.stdout })) {
      const told = /^listening on (\S+)$/.exec(line);
      if (!told) continue;
      this.base = `http://${told[1]}`;
      this.#process.stdout.resume();  // Nobody reads on, and the server must not block on it.
      return;
    }
    throw new Error("the hospital's server ended without listening");
  }
}
