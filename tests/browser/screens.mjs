// Every screen, as an address of the sample.

export function screens(collector) {
  const clients = collector.json("client", "list").clients;
  const code = (part) => (clients.find((client) => client.client.includes(part)) ?? clients[0]).client;
  const lively = code("notaires");
  const contract = collector.json("contract", "show", "--client", lively).contracts[0].contract;
  const day = collector.json("reconcile", "--client", lively);
  const asset = day.assets.find((asset) => asset.status === "covered").asset;
  const past = new Date(Date.now() - 100 * 86_400_000).toISOString().slice(0, 10);
  return [
    ["portfolio", "/"],
    ["client", `/clients/${lively}`],
    ["client-uncovered", `/clients/${lively}?status=uncovered`],
    ["client-past", `/clients/${lively}?as_of=${past}`],
    ["client-without-contract", `/clients/${code("menuiserie")}`],
    ["client-annex-empty", `/clients/${code("traiteur")}`],
    ["client-empty", "/clients/vide"],
    ["asset", `/clients/${lively}/assets/${asset}`],
    ["findings-everywhere", "/findings"],
    ["findings", `/clients/${lively}/findings`],
    ["month", `/clients/${lively}/months/${day.as_of.slice(0, 7)}`],
    ["month-before", `/clients/${lively}/months/${past.slice(0, 7)}`],
    ["machines", `/clients/${lively}/machines`],
    ["contracts", `/clients/${lively}/contracts`],
    ["contracts-none", "/clients/vide/contracts"],
    ["contract-new", `/clients/${lively}/contracts/new`],
    ["contract-sample", `/clients/${lively}/contracts/new?sample=office-forfait`],
    ["contract-text", `/clients/${lively}/contracts/${contract}/text`],
    ["annex", `/clients/${lively}/contracts/${contract}/annex`],
    ["new-client", "/new/client"],
    ["search", "/search?q=PC"],
    ["search-nothing", "/search?q=zzzz"],
    ["compare", "/compare"],
    ["sources", "/sources"],
    ["health", "/health"],
    ["health-client", `/clients/${code("laboratoire")}/health`],
    ["error-client", "/clients/nobody", 404],
    ["error-filter", "/?colour=red", 400],
  ];
}
