//! Money through the command line: each file `golden/money/*.txt` is a story in steps, from the contract to the bill.
//!
//! A step begins with `==`: `contract` (the file follows), `refused` (the same, and its import must be), `annex` and
//! `usage` and `index` (a table follows), `device NAME SERIAL` (a laptop reports), `decide VERB NAME DAY …`,
//! `close MONTH`, `no-close MONTH CODE`, `verify MONTH`, `moves` (to another collector), `bill MONTH` (what it must carry follows).

mod bad;
mod bridge;
mod hand;
mod keys;
mod properties;
mod ubl;
mod vectors;

use std::fs;
use std::path::{Path, PathBuf};

use cadastre_kit::collector::import_client;
use cadastre_kit::program::arg;
use cadastre_kit::{Agent, Collector, Machine};
use serde_json::Value;

/// What no amount depends on: the test adds it to every contract.
const TERMS: &str = "initial_months = 36\nrenewal = { kind = \"tacit\", months = 12 }\nnotice_months = 1\n";
const PARTIES: &str = "\n[[parties]]\nrole = \"client\"\nname = \"A client\"\nclient_kind = \"professional\"\n";

#[test]
fn every_story_ends_in_the_bill_that_was_worked_out_by_hand() {
    let collector = Collector::start();
    let stories = stories();
    assert!(stories.len() >= 15, "{stories:?}");
    for story in stories {
        let story = Story::read(&story);
        // The index table belongs to the whole collector: a story that fills it has one of its own.
        if story.steps.iter().any(|(head, _)| head == "index") {
            story.play(&Collector::start());
        } else {
            story.play(&collector);
        }
    }
}

fn stories() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/money");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    files
}

struct Story {
    name: String,
    steps: Vec<(String, String)>,
}

impl Story {
    fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap();
        let mut steps: Vec<(String, String)> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with("# ")) {
            match line.strip_prefix("== ") {
                Some(head) => steps.push((head.to_owned(), String::new())),
                None => {
                    let (_, body) = steps.last_mut().expect("a story begins with a step");
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
        Self { name: file.file_stem().unwrap().to_str().unwrap().to_owned(), steps }
    }

    fn play(&self, collector: &Collector) {
        let mut world = World { collector, name: &self.name, client: String::new(), contract: String::new() };
        for (head, body) in &self.steps {
            let words: Vec<&str> = head.split_whitespace().collect();
            world.step(&words, body);
        }
    }
}

struct World<'a> {
    collector: &'a Collector,
    name: &'a str,
    client: String,
    contract: String,
}

impl World<'_> {
    fn step(&mut self, words: &[&str], body: &str) {
        match words {
            ["contract", more @ ..] => self.contract(body, more, None),
            ["refused"] => self.contract(body, &[], Some(1)),
            ["annex"] => {
                let contract = self.contract.clone();
                self.table("annex", body, &["--client", &self.client, "--contract", &contract]);
            }
            ["usage"] => self.table("usage", body, &["--client", &self.client]),
            ["index"] => self.table("index", body, &[]),
            ["device", name, serial] => {
                let machine = Machine::bare(name).dmi("product_serial", serial).dmi("chassis_type", "10");
                Agent::enrolled(&machine, self.collector, &self.client).once().done();
            }
            ["decide", verb, name, day, more @ ..] => self.decide(verb, name, day, more),
            ["close", month] => drop(self.close(month).done()),
            ["no-close", month, code] => {
                let args = ["bill", "close", "--client", &self.client, "--period", month, "--json"];
                assert_eq!(self.collector.cli(&args).error()["code"], *code, "{}", self.name);
            }
            ["verify", month] => {
                let args = ["bill", "verify", "--client", &self.client, "--period", month];
                self.collector.cli(&args).done();
            }
            ["moves"] => self.moves(),
            ["bill", month] => self.bill(month, body),
            other => panic!("{}: no step {other:?}", self.name),
        }
    }

    fn contract(&mut self, body: &str, more: &[&str], refused: Option<i32>) {
        let value = |key: &str| {
            let line = body.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_prefix("= "));
            line.unwrap_or_default().trim_matches('"').to_owned()
        };
        self.contract = value("id");
        if self.client != value("client") {
            self.client = value("client");
            self.collector.add_client(&self.client);
        }
        let at = body.find("\n[").expect("a contract has tables") + 1;
        let terms = if body.contains("initial_months") { "" } else { TERMS };
        let file = self.collector.file("contract.toml", &format!("{}{terms}{PARTIES}\n{}", &body[..at], &body[at..]));
        let args: Vec<&str> =
            ["contract", "import", arg(&file), "--client", &self.client].iter().chain(more).copied().collect();
        let said = self.collector.cli(&args);
        assert_eq!(said.code, refused.or(Some(0)), "{}: {said:?}", self.name);
    }

    /// Whether the ledger and the amounts still hold once the client has moved to another collector.
    fn moves(&mut self) {
        let facts = self.collector.export(&self.client);
        let second = Collector::start();
        import_client(&second, &facts).done();
        let args = ["bill", "preview", "--client", &self.client, "--period", "2026-03", "--format", "csv"];
        assert_eq!(second.cli(&args).done(), self.collector.cli(&args).done(), "{}", self.name);
        second.cli(&["bill", "verify", "--client", &self.client, "--period", "2026-03"]).done();
    }

    fn table(&self, kind: &str, body: &str, more: &[&str]) {
        let file = self.collector.file("table.csv", body);
        let args: Vec<&str> = [kind, "import", arg(&file)].iter().chain(more).copied().collect();
        self.collector.cli(&args).done();
    }

    fn decide(&self, verb: &str, name: &str, day: &str, more: &[&str]) {
        let assets = self.collector.json(&["assets", "--client", &self.client]);
        let named = assets["assets"].as_array().unwrap().iter().find(|asset| asset["name"] == name);
        let asset = named.unwrap_or_else(|| panic!("{}: no asset {name}: {assets}", self.name));
        let id = asset["asset"].as_str().unwrap();
        let args = ["decide", verb, id, "--client", &self.client, "--effective", day, "--reason", "a story"];
        let args: Vec<&str> = args.iter().chain(more).copied().collect();
        self.collector.cli(&args).done();
    }

    fn close(&self, month: &str) -> cadastre_kit::Said {
        self.collector.cli(&["bill", "close", "--client", &self.client, "--period", month])
    }

    fn bill(&self, month: &str, expected: &str) {
        let args = ["bill", "preview", "--client", &self.client, "--period", month, "--format", "json"];
        let bill: Value = self.collector.cli(&args).json();
        let mut told: Vec<String> = bill["lines"].as_array().unwrap().iter().map(line).collect();
        // A story that tells no dates asks for none.
        let dated = expected.lines().any(|line| line.contains(".."));
        if !dated {
            told.iter_mut().for_each(|line| *line = line.rsplit_once(' ').unwrap().0.to_owned());
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        told.push(format!("net {}", text(&bill["total_net"])));
        for row in bill["vat"].as_array().unwrap() {
            told.push(format!("vat {} {} {}", text(&row["rate"]), text(&row["base"]), text(&row["amount"])));
        }
        told.push(format!("gross {}", text(&bill["total_gross"])));
        assert_eq!(told, expected.lines().collect::<Vec<_>>(), "{}: {bill}", self.name);
    }
}

/// `kind line quantity unit price/base amount from..to`.
fn line(line: &Value) -> String {
    let text = |key: &str| line[key].as_str().unwrap_or("-");
    let numbers = format!("{} {} {}/{}", line["quantity"], text("unit"), text("unit_price"), line["price_base"]);
    format!("{} {} {numbers} {} {}..{}", text("kind"), text("line"), text("amount"), text("from"), text("to"))
}
