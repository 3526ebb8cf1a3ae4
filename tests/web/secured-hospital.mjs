// A hospital server with accounts, over TLS, for a test: its own CA, new folder, any free port.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export class SecuredHospital {
  #program;
  #folder;
  #process;
  /** "https://127.0.0.1:PORT" */
  base = "";

  /** @param {string} program path of yizhan-hospital */
  static async open(program) {
    const hospital = new SecuredHospital();
    hospital.#program = program;
    hospital.#folder = await mkdtemp(join(tmpdir(), "yizhan-web-"));
    // One browser plays a whole hospital: its address may log in more often than usual.
    await writeFile(join(hospital.#folder, "hospital.toml"),
      `[store]\nfolder = "${hospital.#folder}/data"\n[access]\nlog_ins_per_minute = 6000\n`);
    await hospital.run(["enrol", "--server", "127.0.0.1"]);
    await hospital.#start();
    return hospital;
  }

  /**
   * Runs a command of the program on this hospital and returns what it prints.
   * @param {string[]} words @param {string} [input]
   */
  async run(words, input = "") {
    const command = spawn(this.#program, [...words, ...this.#place()],
      { stdio: [input ? "pipe" : "ignore", "pipe", "inherit"] });
    let told = "";
    command.stdout.on("data", (text) => (told += text));
    // A command that reads nothing may have ended by now: its exit code tells, not the pipe.
    command.stdin?.on("error", () => {}).end(input);
    const [code] = await once(command, "close");
    if (code !== 0) throw new Error(`${words.join(" ")}: exit code ${code}`);
    return told;
  }

  /** Stops it and leaves nothing behind. */
  async close() {
    if (this.#process) {
      const ended = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      const [code] = await ended;
      if (code !== 0) throw new Error(`the server ended with ${code}`);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #place() {
    return ["--config", join(this.#folder, "hospital.toml")];
  }

  async #start() {
    this.#process = spawn(this.#program,
      ["serve", "--listen", "127.0.0.1:0", ...this.#place(), "--demo", "--demo-now",
        "2026-03-10T09:10:00+08:00"],
      { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: this.#process.stdout })) {
      const told = /^listening on (\S+)$/.exec(line);
      if (!told) continue;
      this.base = `https://${told[1]}`;
      this.#process.stdout.resume();  // Nobody reads on, and the server must not block on it.
      return;
    }
    throw new Error("the hospital's server ended without listening");
  }
}
