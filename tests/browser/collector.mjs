// The two programs as child processes on a folder of their own; nothing outlives the tests.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const built = join(process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, "../../target"), process.env.CADASTRE_PROFILE ?? "debug");

export class Collector {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "cadastre-browser-"));
    this.data = join(this.folder, "data");
    this.config = join(this.folder, "collector.toml");
    const listen = ["agents", "enrolment", "dashboard", "metrics"].map((name) => `${name} = "127.0.0.1:0"`);
    writeFileSync(this.config, `data_dir = "${this.data}"\n[listen]\n${listen.join("\n")}\n`);
  }

  async start() {
    this.child = spawn(join(built, "cadastre-collector"), ["--config", this.config, "serve"], { stdio: "ignore" });
    const file = join(this.data, "endpoints.json");
    for (let tries = 0; !existsSync(file); tries++) {
      if (tries > 400) throw new Error("the collector does not start");
      await new Promise((done) => setTimeout(done, 50));
    }
    this.endpoints = JSON.parse(readFileSync(file, "utf8"));
    this.origin = this.endpoints.dashboard;
  }

  cli(...args) {
    return execFileSync(join(built, "cadastre-collector"), ["--config", this.config, "--lang", "en", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  json(...args) {
    return JSON.parse(this.cli(...args, "--json"));
  }

  file(name, text) {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  // Runs a command of an agent that reads a machine as a file tree.
  agent(machine, ...args) {
    const state = join(this.folder, "agents", machine.name);
    const config = this.file(`agents/${machine.name}.toml`, `collector = "${this.endpoints.agents}"\n`);
    return execFileSync(join(built, "cadastre-agent"), ["--state", state, "--config", config, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  // A laptop as a file tree.
  laptop(name, serial) {
    const tree = {
      "etc/hostname": name,
      "proc/sys/kernel/hostname": name,
      "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
      "proc/meminfo": "MemTotal:       16083952 kB\n",
      "etc/machine-id": "5f0a1b2c3d4e5f60718293a4b5c6d7e8\n",
      "sys/class/dmi/id/sys_vendor": "LENOVO\n",
      "sys/class/dmi/id/product_name": "21HM\n",
      "sys/class/dmi/id/product_version": "ThinkPad X1 Carbon Gen 11\n",
      "sys/class/dmi/id/product_serial": `${serial}\n`,
      "sys/class/dmi/id/product_uuid": "4c4c4544-0042-3510-8051-000000017a3b\n",
      "sys/class/dmi/id/chassis_type": "10\n",
      "proc/stat": `cpu  1 2 3 4\nbtime ${Math.floor(Date.now() / 1000) - 3600}\n`,
    };
    for (const [path, text] of Object.entries(tree)) this.file(`machines/${name}/${path}`, text);
    return { name, root: join(this.folder, "machines", name) };
  }

  stop() {
    this.child?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
