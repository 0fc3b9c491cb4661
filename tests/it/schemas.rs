//! The shapes that scripts outside the project rely on: what the programs really say, held against the JSON Schemas of
//! the project, which are also what the API serves; and every address of the OpenAPI document answers.

use std::collections::BTreeMap;

use cadastre_kit::collector::{alone, alone_with_input};
use cadastre_kit::paper::march_contract;
use cadastre_kit::program::arg;
use cadastre_kit::{Agent, Collector, Locale, Machine, source};
use serde_json::{Value, json};

const CLIENT: &str = "atelier-martin";

/// The project's schemas, by the name of their document.
struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    fn read() -> Self {
        let files = source::files("collector/assets/schemas", ".json");
        let named = files.into_iter().map(|file| {
            let name = file.path.rsplit('/').next().unwrap().trim_end_matches(".json").to_owned();
            (name, serde_json::from_str(&file.text).unwrap())
        });
        Self(named.collect())
    }

    /// Holds a document against the schema that its first key names.
    #[track_caller]
    fn hold(&self, document: &Value) {
        let (first, named) = document.as_object().and_then(|object| object.iter().next()).unwrap();
        assert_eq!(first, "schema", "{document}");
        let name =
            named.as_str().and_then(|name| name.strip_prefix("cadastre/")).and_then(|name| name.strip_suffix("/1"));
        let schema = name.and_then(|name| self.0.get(name)).unwrap_or_else(|| panic!("{named} has no schema"));
        let validator = jsonschema::validator_for(schema).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{named}: {errors:#?}\n{document:#}");
        assert_no_blank(document, "");
    }
}

/// An absent value is `null`, never an empty text.
#[track_caller]
fn assert_no_blank(value: &Value, at: &str) {
    match value {
        Value::String(text) => assert!(!text.is_empty(), "{at} is empty"),
        Value::Array(items) => items.iter().for_each(|item| assert_no_blank(item, at)),
        Value::Object(object) => object.iter().for_each(|(key, value)| assert_no_blank(value, &format!("{at}/{key}"))),
        _ => {}
    }
}

/// A collector with a machine in a slot, a machine too many, an annex row that was never seen, and a decision.
fn busy() -> (Collector, Agent, String) {
    let collector = Collector::start();
    collector.cli(&["client", "add", CLIENT, "--name", "Atelier Martin", "--siren", "732829320"]).done();
    let keys = "mode = \"prorata\"\nadmission = \"auto\"\nunit_price = \"45.00\"\ncount = 0";
    collector.import_contract(CLIENT, &march_contract(CLIENT).line("servers", "server", keys).text());
    collector.import_annex(
        CLIENT,
        "C-2026-014",
        "label;line;serial\nposte-1;laptops;PF200001K\nposte-2;laptops;PF200002K\n",
    );
    let agent = Agent::enrolled(&Machine::laptop(1), &collector, CLIENT);
    agent.once().done();
    let server =
        Machine::laptop(9).hostname("srv-1").dmi("chassis_type", "23").dmi("product_name", "ThinkSystem SR650");
    Agent::enrolled(&server, &collector, CLIENT).once().done();
    let assets = collector.json(&["assets", "--client", CLIENT]);
    let asset = assets["assets"].as_array().unwrap().iter().find(|asset| asset["name"] == "laptop-001").unwrap();
    let asset = asset["asset"].as_str().unwrap().to_owned();
    let stock = ["decide", "stock", &asset, "--client", CLIENT, "--effective", "2026-03-01", "--reason", "réserve"];
    collector.cli(&stock).done();
    (collector, agent, asset)
}

#[test]
fn what_the_collector_says_is_as_its_schemas_promise() {
    let schemas = Schemas::read();
    let (collector, _agent, asset) = busy();
    schemas.hold(collector.endpoints());
    let of_client = |verbs: &[&'static str]| collector.json(&[verbs, &["--client", CLIENT]].concat());
    let reconciliation = of_client(&["reconcile"]);
    schemas.hold(&reconciliation);
    assert!(!reconciliation["findings"].as_array().unwrap().is_empty());
    schemas.hold(&collector.json(&["reconcile", "--client", CLIENT, "--as-of", "2026-03-31"]));
    schemas.hold(&of_client(&["assets"]));
    schemas.hold(&collector.json(&["assets"]));
    schemas.hold(&of_client(&["contract", "show"]));
    schemas.hold(&of_client(&["bill", "preview"]));
    schemas.hold(&of_client(&["bill", "days"]));
    schemas.hold(&of_client(&["token", "create"]));
    schemas.hold(&collector.json(&["client", "list"]));
    schemas.hold(&of_client(&["statement", "show"]));
    schemas.hold(&of_client(&["statement", "verify"]));
    schemas.hold(&of_client(&["contract", "alerts", "--days", "800"]));
    schemas.hold(&of_client(&["draft", "amendment", "--contract", "C-2026-014"]));
    collector.cli(&["bill", "close", "--client", CLIENT, "--period", "2026-03"]).done();
    schemas.hold(&of_client(&["bill", "verify", "--period", "2026-03"]));
    let sign = ["statement", "sign", "--period", "2026-03", "--name", "A", "--role", "B", "--on", "2026-04-02"];
    collector.cli(&[&sign[..], &["--client", CLIENT]].concat()).done();
    let signatures = of_client(&["statement", "verify"]);
    assert_eq!(signatures["signatures"].as_array().unwrap().len(), 1);
    schemas.hold(&signatures);
    schemas.hold(&collector.json(&["asset", "show", &asset]));
    let rows = collector.file("rmm.csv", "name;serial;group\npc-1;PF200001K;ACME\npc-2;PF200002K;Autre\n");
    collector.cli(&["source", "map", "rmm", "ACME", "--client", CLIENT, "--site", "lyon"]).done();
    let list = collector.json(&["import", "csv", arg(&rows), "--source", "rmm", "--complete"]);
    schemas.hold(&list);
    assert_eq!((&list["clients"][CLIENT], &list["unmapped"]["Autre"]), (&json!(1), &json!(1)));
    schemas.hold(&collector.json(&["source", "list"]));
    schemas.hold(&of_client(&["source", "list"]));
    let profiles = collector.json(&["source", "profiles"]);
    schemas.hold(&profiles);
    assert!(profiles["profiles"].as_array().unwrap().len() >= 14, "{profiles}");
    let preview = ["decide", "spare", &asset, "--client", CLIENT, "--effective", "2026-03-02", "--reason", "x"];
    schemas.hold(&collector.json(&[&preview[..], &["--preview"]].concat()));
    let bill =
        collector.cli(&["bill", "preview", "--client", CLIENT, "--period", "2026-03", "--format", "json"]).json();
    schemas.hold(&bill);
    assert!(!bill["lines"].as_array().unwrap().is_empty());
    let bill =
        collector.cli(&["bill", "preview", "--client", CLIENT, "--period", "2026-01", "--format", "json"]).json();
    assert_eq!((&bill["lines"], &bill["vat"], &bill["total_net"]), (&json!([]), &json!([]), &"0.00".into()));
    schemas.hold(&bill);

    let refused = collector.cli(&["reconcile", "--client", "nobody", "--json"]).error();
    schemas.hold(&refused);
    let file = collector.file("bad.toml", "prize = 1\n");
    schemas.hold(&alone(Locale::French, &["contract", "check", arg(&file), "--json"]).error());
}

#[test]
fn what_an_agent_shows_is_as_its_schema_promises_and_explain_takes_it() {
    let schemas = Schemas::read();
    let agent = Agent::of(&Machine::laptop(1));
    let shown = agent.show();
    schemas.hold(&shown);
    for level in ["minimal", "contract", "full"] {
        let root = agent.root();
        schemas.hold(&agent.cli(&["show", "--json", "--root", arg(&root), "--privacy", level]).json());
    }
    // This very machine too, whatever it is.
    schemas.hold(&agent.cli(&["show", "--json"]).json());
    schemas.hold(&Agent::of(&Machine::bare("unknown")).show());

    let input = format!("{shown}\n{{\"report_id\":\"least\"}}\n");
    let said = alone_with_input(Locale::English, &["explain", "--report", "-"], &input).done();
    let explained: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(explained.len(), 2);
    explained.iter().for_each(|line| schemas.hold(line));
    assert_eq!(explained[0]["report_id"], shown["report_id"]);
    assert_eq!((&explained[0]["decision"], &explained[0]["rule"]), (&"new".into(), &150.into()));

    schemas.hold(&agent.cli(&["once", "--json"]).error());
}

#[test]
fn the_api_serves_the_schemas_and_answers_at_every_address_it_documents() {
    let schemas = Schemas::read();
    let (collector, _agent, asset) = busy();
    for (name, schema) in &schemas.0 {
        let served = collector.get(&format!("/api/v1/schemas/{name}"));
        assert_eq!((served.status, &served.json()), (200, schema), "{name}");
        assert!(schema.as_object().is_some_and(|schema| schema.contains_key("properties")), "{name} promises nothing");
    }
    assert_eq!(collector.get("/api/v1/schemas/none").status, 404);

    let document = collector.get("/api/v1/openapi.json").json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."), "{document}");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 10, "{:?}", paths.keys());
    for (path, methods) in paths {
        assert!(methods.as_object().unwrap().contains_key("get"), "{path}");
        let filled = path
            .replace("{client}", CLIENT)
            .replace("{month}", "2026-03")
            .replace("{asset}", &asset)
            .replace("{name}", "bill");
        assert!(!filled.contains('{'), "{path} has a part that this test does not know");
        let answer = collector.get(&filled);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        if filled.contains("/schemas/") || filled.ends_with("openapi.json") {
            continue;
        }
        schemas.hold(&answer.json());
        // Elsewhere it is a refusal in the published form, never an empty page.
        let nowhere = filled.replace(CLIENT, "nobody").replace(&asset, "none");
        if nowhere != filled {
            let refused = collector.get(&nowhere);
            assert_eq!(refused.status, 404, "{nowhere}: {refused:?}");
            schemas.hold(&refused.json());
        }
    }
}

#[test]
fn the_api_says_what_the_command_line_says() {
    let (collector, _agent, asset) = busy();
    let known_at = collector.json(&["reconcile", "--client", CLIENT])["known_at"].as_str().unwrap().to_owned();
    let same = |args: &[&str], path: &str| {
        let said = collector.cli(&[args, &["--known-at", &known_at, "--json"]].concat()).done();
        let answer = collector.get(&format!("{path}?known_at={known_at}"));
        assert_eq!(answer.body.trim_end(), said.trim_end(), "{path}");
    };
    same(&["reconcile", "--client", CLIENT], "/api/v1/clients/atelier-martin/reconciliation");
    same(
        &["bill", "preview", "--client", CLIENT, "--period", "2026-03"],
        "/api/v1/clients/atelier-martin/bill/2026-03",
    );
    same(
        &["bill", "days", "--client", CLIENT, "--period", "2026-03"],
        "/api/v1/clients/atelier-martin/slot-days/2026-03",
    );
    same(&["assets", "--client", CLIENT], "/api/v1/clients/atelier-martin/assets");
    same(&["asset", "show", &asset], &format!("/api/v1/assets/{asset}"));
}

#[test]
fn a_list_is_paged_by_its_cursor_without_a_gap() {
    let (collector, _agent, _asset) = busy();
    let whole = collector.get("/api/v1/clients/atelier-martin/assets").json();
    let whole = whole["assets"].as_array().unwrap().clone();
    assert!(whole.len() >= 3);
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = collector.get(&format!("/api/v1/clients/atelier-martin/assets?limit=1&cursor={cursor}")).json();
        let rows = page["assets"].as_array().unwrap();
        assert!(rows.len() == 1 && pages.len() < whole.len(), "{page}");
        pages.extend(rows.clone());
        match page.get("next").and_then(Value::as_str) {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(pages, whole);
}
