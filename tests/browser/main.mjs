// Screens in their variants, then the walks. Exit 1 on the first kind of trouble that is left at the end.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Collector } from "./collector.mjs";
import { screens } from "./screens.mjs";
import { walks } from "./walks.mjs";

const args = process.argv.slice(2);
const long = args.includes("--long");
const shots = args.includes("--shots") ? args[args.indexOf("--shots") + 1] : null;
const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : null;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let looked = 0;
let walked = 0;
const troubles = [];

function variants(number) {
  if (!long) {
    return [{ language: number % 2 ? "fr" : "en", width: number % 3 === 1 ? 390 : 1280, script: number % 4 !== 3, scheme: "light" }];
  }
  const all = [];
  for (const language of ["fr", "en"]) {
    for (const width of [1280, 390]) {
      for (const script of [true, false]) all.push({ language, width, script, scheme: script ? "light" : "dark" });
    }
  }
  return all;
}

async function look(browser, collector, [name, path, status = 200], variant) {
  const { language, width, script, scheme } = variant;
  const title = `${name}-${language}-${width}${script ? "" : "-noscript"}${scheme === "dark" ? "-dark" : ""}`;
  const trouble = (what) => troubles.push(`${title}: ${what}`);
  const context = await browser.newContext({
    locale: language,
    extraHTTPHeaders: { "accept-language": language },
    viewport: { width, height: width === 390 ? 844 : 900 },
    colorScheme: scheme,
    serviceWorkers: "block",
  });
  try {
    const page = await context.newPage();
    // Without script: none of the page's own is fetched; axe-core itself needs the engine.
    if (!script) await page.route("**/*", (route) => (route.request().resourceType() === "script" ? route.abort() : route.continue()));
    page.on("request", (request) => {
      if (!request.url().startsWith(collector.origin)) trouble(`asks for ${request.url()}`);
    });
    page.on("console", (message) => {
      const refused = message.type() === "error" && !message.text().includes(`status of ${status}`);
      if (refused) trouble(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => trouble(`script: ${error.message}`));
    const answer = await page.goto(collector.origin + path, { waitUntil: "load" });
    if (answer.status() !== status) trouble(`status ${answer.status()}`);
    const told = await page.evaluate(() => ({
      language: document.documentElement.lang,
      beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }));
    if (told.language !== language) trouble(`says lang=${told.language}`);
    if (told.beyond > 0) trouble(`scrolls sideways by ${told.beyond} px`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const violation of found.violations) {
      const where = violation.nodes.slice(0, 2).map((node) => `${node.target.join(" ")} ${node.any?.[0]?.message ?? ""}`);
      trouble(`axe ${violation.id}: ${violation.nodes.length} × ${where.join(" | ")}`);
    }
    if (shots) await page.screenshot({ path: join(shots, `${title}.png`), fullPage: true });
  } catch (error) {
    trouble(error.message.split("\n")[0]);
  } finally {
    await context.close();
  }
}

// What takes longer than two minutes hangs.
async function soon(work, name) {
  let timer;
  const late = new Promise((done) => (timer = setTimeout(() => done(troubles.push(`${name}: hangs`)), 120_000)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}

const collector = new Collector();
let browser;
try {
  if (shots) mkdirSync(shots, { recursive: true });
  await collector.start();
  collector.cli("client", "add", "vide", "--name", "Client sans rien");
  collector.cli("demo", "--clients", "22");
  const unmapped = "Nom;Client;Type;Dernier contact\nPC-INCONNU-1;Garage Perdu;portable;2026-11-20\nPC-INCONNU-2;Garage Perdu;portable;2026-11-20\nPC-AUTRE;Mairie d’Ailleurs;fixe;2026-11-20\n";
  collector.cli("import", "csv", collector.file("groupes.csv", unmapped), "--source", "console-groupes", "--complete");
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const all = screens(collector).filter(([name]) => !only || name.startsWith(only));
  for (const [number, screen] of all.entries()) {
    for (const variant of variants(number)) {
      await soon(look(browser, collector, screen, variant), `${screen[0]}`);
      looked += 1;
    }
  }
  console.log(`${all.length} screens, ${looked} looked at with axe-core`);
  if (!only || only === "walks") {
    for (const [name, walk] of walks) {
      walked += 1;
      try {
        console.log(`${name}: ${await walk(browser, collector)}`);
      } catch (error) {
        troubles.push(`${name}: ${error.message.split("\n")[0]}`);
      }
    }
  }
} finally {
  await browser?.close();
  collector.stop();
}
for (const trouble of troubles) console.error(trouble);
const failed = Math.min(troubles.length, looked + walked);
console.log(`test result: ${failed ? "FAILED" : "ok"}. ${looked + walked - failed} passed; ${failed} failed; 0 ignored`);
process.exitCode = troubles.length ? 1 : 0;
