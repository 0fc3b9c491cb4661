// Three people at work, by keyboard alone.
import { Hands } from "./keys.mjs";

async function desk(browser) {
  const context = await browser.newContext({ locale: "en", extraHTTPHeaders: { "accept-language": "en" }, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  return { context, page, hands: new Hands(page) };
}

const seconds = (since) => ((Date.now() - since) / 1000).toFixed(1);

// Two files, then a client with its contract, then the first agent.
async function newcomer(browser, collector) {
  const { context, page, hands } = await desk(browser);
  const billed = collector.file("billed.csv", "Nom;N° de série;Catégorie\nPT-01;PF2AAAA1;portable\nPT-02;PF2AAAA2;portable\n");
  const seen = collector.file("rmm.csv", "Hostname,Serial,Type\nPT-01,PF2AAAA1,laptop\nPT-03,PF2AAAA3,laptop\n");
  const since = Date.now();
  await page.goto(`${collector.origin}/compare`);
  await hands.choose("annex", billed);
  await hands.choose("lists", seen);
  await hands.fill("Laptop", "30");
  await hands.go("button", "Compare");
  const sentence = await page.locator(".side").innerText();
  if (!sentence.includes("Seen and not billed: 1 (€30.00")) throw new Error(`no amount in: ${sentence}`);
  const first = `first amount after ${seconds(since)} s and ${hands.strokes} keys`;
  await hands.fill("Name", "Nouveau SARL");
  await hands.fill("Code", "nouveau");
  await hands.go("button", "Make the client");
  if (!page.url().endsWith("/clients/nouveau")) throw new Error(`led to ${page.url()}`);
  const contracts = collector.json("contract", "show", "--client", "nouveau").contracts;
  if (contracts[0]?.contract !== "C-NOUVEAU") throw new Error("no contract was made");
  await hands.go("link", "Add machines");
  await hands.go("button", "Make the token");
  const shown = await page.locator("main").innerText();
  const token = /--token (\S+)/.exec(shown)?.[1];
  if (!token) throw new Error("the page shows no token");
  const machine = collector.laptop("pt-02", "PF2AAAA2");
  collector.agent(machine, "enroll", "--collector", collector.endpoints.enrolment, "--token", token);
  collector.agent(machine, "once", "--root", machine.root);
  await hands.go("link", "Refresh");
  const live = await page.locator("main").innerText();
  if (!live.includes("pt-02")) throw new Error("the first agent does not appear");
  const asset = collector.json("reconcile", "--client", "nouveau").assets.find((asset) => asset.name === "pt-02");
  if (asset?.status !== "covered") throw new Error(`pt-02 is ${asset?.status}`);
  await context.close();
  return `${first}; client, contract and first agent after ${seconds(since)} s and ${hands.strokes} keys`;
}

// A client and a contract from a sample, and an annex with its preview.
async function seller(browser, collector) {
  const { context, page, hands } = await desk(browser);
  await page.goto(`${collector.origin}/new/client`);
  await hands.fill("Name", "Atelier Neuf");
  await hands.fill("Code", "atelier-neuf");
  await hands.go("button", "Make the client");
  await hands.fill("Contract number", "C-1");
  await hands.go("button", "See the contract");
  await hands.go("button", "Record the contract");
  await hands.go("link", "Send an annex");
  await hands.choose("file", collector.file("annex.csv", "label;line;serial\nportable-01;portables;PF2CCCC1\n"));
  await hands.go("button", "See what changes");
  const preview = await page.locator("main").innerText();
  if (!preview.includes("1 new device") || !preview.includes("→")) throw new Error(`no preview: ${preview}`);
  await hands.go("button", "Record the annex");
  const day = collector.json("reconcile", "--client", "atelier-neuf");
  if (day.assets[0]?.slot !== "portable-01") throw new Error("the annex was not recorded");
  await context.close();
  return `a client with contract and annex after ${hands.strokes} keys`;
}

// A group without a client, attached.
async function sorter(browser, collector) {
  const { context, page, hands } = await desk(browser);
  await page.goto(`${collector.origin}/sources`);
  const form = page.getByRole("form", { name: "Attach Garage Perdu" });
  const choice = await form.getByRole("combobox").elementHandle();
  await hands.reachElement(choice, "the choice of a client");
  await hands.type("Client sans");
  const button = await form.getByRole("button").elementHandle();
  await hands.reachElement(button, "Attach");
  await Promise.all([page.waitForNavigation(), hands.press("Enter")]);
  const rows = collector.json("source", "list", "--client", "vide").sources;
  if (rows[0]?.rows !== 2) throw new Error(`attached ${JSON.stringify(rows)}`);
  await context.close();
  return `a group attached after ${hands.strokes} keys`;
}

// A finding, its decision with the preview, and the grid that has changed.
async function technician(browser, collector) {
  const { context, page, hands } = await desk(browser);
  const gap = (client) => collector.json("reconcile", "--client", client).findings.find((found) => found.code === "uncovered" && found.line);
  const client = collector.json("client", "list").clients.map((one) => one.client).find(gap);
  const found = gap(client);
  const covered = (day) => day.lines.find((line) => line.line === found.line).covered;
  const before = covered(collector.json("reconcile", "--client", client));
  await page.goto(`${collector.origin}/clients/${client}/findings`);
  const act = await page.locator(`[id="${found.id}"] .act a.button`).first().elementHandle({ timeout: 10_000 });
  await hands.reachElement(act, "the decision of the finding");
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), hands.press("Enter")]);
  await hands.fill("Why", "compté au contrat");
  const effect = await page.locator(".effect").innerText();
  if (!effect.includes("→")) throw new Error(`no preview of the bill: ${effect}`);
  await hands.go("button", "Confirm");
  if (await page.locator("form button[value=confirm]").count()) await hands.go("button", "Confirm");
  const after = covered(collector.json("reconcile", "--client", client));
  if (after !== before + 1) throw new Error(`covered ${before} → ${after} at ${page.url()}`);
  await page.goto(`${collector.origin}/clients/${client}`);
  if (!(await page.locator("main").innerText()).includes(found.name)) throw new Error("the page lost the device");
  await context.close();
  return `finding, decision, preview and a changed grid after ${hands.strokes} keys`;
}

// A month closed, its statement, its export.
async function biller(browser, collector) {
  const { context, page, hands } = await desk(browser);
  const last = new Date();
  last.setUTCDate(0);
  const month = last.toISOString().slice(0, 7);
  let client = null;
  for (const one of collector.json("client", "list").clients.filter((one) => one.example)) {
    const asked = await fetch(`${collector.origin}/clients/${one.client}/months/${month}`, { headers: { "accept-language": "en" } });
    const text = await asked.text();
    if (text.includes(`/months/${month}/close"`) && !text.includes("prevents the close")) {
      client = one.client;
      break;
    }
  }
  if (!client) throw new Error("no month waits to be closed");
  await page.goto(`${collector.origin}/clients/${client}/months/${month}`);
  const sure = await page.locator("#close input[type=checkbox]").elementHandle({ timeout: 10_000 });
  await hands.reachElement(sure, "I have checked");
  await hands.press("Space");
  const close = await page.locator("#close button").elementHandle();
  await hands.reachElement(close, "Close");
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), hands.press("Enter")]);
  if (await page.locator("#close").count()) throw new Error(`${client} ${month} is not closed: ${(await page.locator("main").innerText()).slice(0, 600).replace(/\s+/g, " ")}`);
  const statement = await page.locator("#statement a.button").elementHandle();
  await hands.reachElement(statement, "the statement");
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), hands.press("Enter")]);
  if (!(await page.locator("body").innerText()).includes("€")) throw new Error("the statement names no amount");
  // Alt and the left arrow: the browser without a window has no such key of its own.
  hands.strokes += 2;
  await page.goBack({ waitUntil: "load" });
  const csv = await page.locator("#export a.button").first().elementHandle();
  await hands.reachElement(csv, "the export");
  const [file] = await Promise.all([page.waitForEvent("download"), hands.press("Enter")]);
  if (!file.suggestedFilename().endsWith(".csv")) throw new Error(`exported ${file.suggestedFilename()}`);
  await context.close();
  return `closed, statement and export after ${hands.strokes} keys`;
}

export const walks = [
  ["technician", technician],
  ["biller", biller],
  ["newcomer", newcomer],
  ["client and contract", seller],
  ["unmapped group", sorter],
];
