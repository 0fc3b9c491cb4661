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
  await page.goto(`${collector.origin}/clients/nouveau/machines`);
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

export const walks = [
  ["newcomer", newcomer],
  ["client and contract", seller],
  ["unmapped group", sorter],
];
