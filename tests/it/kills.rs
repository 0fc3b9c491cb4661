//! SIGKILL right after an ack, again and again on one folder: what was acknowledged is there after the next start, once.
//!
//! Four ways to die take turns: 3 to 60 ms after the process starts or serves, while commands stream in; at the end of an
//! agent's report; at the end of an import; in the midst of an agent's exchange, which it then repeats.
//! `CADASTRE_KILLS` says how many rounds.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle, sleep};
use std::time::Duration;

use cadastre_kit::http;
use cadastre_kit::paper::march_contract;
use cadastre_kit::program::{Said, setting};
use cadastre_kit::{Agent, Collector, Machine};
use serde_json::{Value, json};

/// Client of the commands that stream in.
const STREAMED: &str = "streamed";
/// Client of the annex rows.
const ANNEXED: &str = "annexed";
/// Client of the machine.
const REPORTED: &str = "reported";
/// How many streams of commands run at once.
const STREAMS: usize = 2;

#[test]
fn nothing_acknowledged_is_lost_or_doubled() {
    let rounds = setting("CADASTRE_KILLS", 50);
    let mut collector = Collector::start();
    for client in [STREAMED, ANNEXED, REPORTED] {
        collector.add_client(client);
    }
    collector.import_contract(ANNEXED, &march_contract(ANNEXED).text());
    let machine = Machine::laptop(1);
    let agent = Agent::enrolled(&machine, &collector, REPORTED);
    let mut told = Told::default();
    for round in 0..rounds {
        match round % 4 {
            0 => {
                collector.kill();
                let streams = Streams::start(&collector);
                collector.launch();
                if round % 8 == 4 {
                    collector.ready();
                }
                sleep(Duration::from_millis(3 + (round as u64 / 4 * 19) % 58));
                collector.kill();
                let ended = streams.end();
                told.early += ended.0.len();
                told.streamed(ended);
            }
            1 => {
                let streams = Streams::start(&collector);
                agent.becomes(&machine.clone().hostname(&format!("pc-{round}")));
                let said = agent.once();
                collector.kill();
                assert_eq!(said.json()["pushed"], true);
                told.reports += 1;
                told.streamed(streams.end());
            }
            2 => {
                let streams = Streams::start(&collector);
                let label = format!("slot-{round}");
                let answer = collector.admin("POST", "/api/v1/admin/annex-import", &annex_row(&label));
                collector.kill();
                assert_eq!(answer.unwrap().status, 200);
                told.labels.insert(label);
                told.streamed(streams.end());
            }
            _ => {
                agent.becomes(&machine.clone().hostname(&format!("pc-{round}")));
                let once = agent.start_once();
                sleep(Duration::from_millis(40 + (round as u64 / 4 * 37) % 180));
                collector.kill();
                let said = Said::of(&once.wait_with_output().unwrap());
                told.cut += usize::from(said.code != Some(0));
                collector.restart();
                agent.follow(&collector);
                // Said until the collector has it: where the ack was lost, that makes no second fact.
                agent.once().done();
                told.reports += 1;
                collector.kill();
            }
        }
        collector.restart();
        agent.follow(&collector);
        told.hold(&collector, round);
    }
    println!(
        "{rounds} rounds: {} streamed commands acknowledged ({} within 60 ms of serving), {} more kept of {} in flight, \
         {} reports, {} annex rows; {} of {} exchanges were cut",
        told.tokens.len(),
        told.early,
        told.kept_in_flight,
        told.in_flight,
        told.reports,
        told.labels.len(),
        told.cut,
        rounds / 4,
    );
}

/// Everything that was acknowledged so far, and what the last round found.
#[derive(Default)]
struct Told {
    tokens: BTreeSet<String>,
    in_flight: usize,
    kept_in_flight: usize,
    labels: BTreeSet<String>,
    reports: usize,
    early: usize,
    cut: usize,
    seen: [Vec<String>; 3],
}

impl Told {
    fn streamed(&mut self, (acked, in_flight): (Vec<String>, usize)) {
        self.tokens.extend(acked);
        self.in_flight += in_flight;
    }

    /// Holds the collector's record against what was told.
    fn hold(&mut self, collector: &Collector, round: usize) {
        let [streamed, annexed, reported] = [STREAMED, ANNEXED, REPORTED].map(|client| facts(collector, client));
        let texts =
            [&streamed, &annexed, &reported].map(|facts| facts.iter().map(Value::to_string).collect::<Vec<_>>());
        for (before, now) in self.seen.iter().zip(&texts) {
            assert!(now.starts_with(before), "round {round}: the record of an earlier round has changed");
        }
        self.seen = texts;

        let tokens: Vec<&str> = of_kind(&streamed, "token").map(|fact| fact["token"].as_str().unwrap()).collect();
        let distinct: BTreeSet<&str> = tokens.iter().copied().collect();
        assert_eq!(tokens.len(), distinct.len(), "round {round}: a command was recorded twice");
        let lost: Vec<&String> = self.tokens.iter().filter(|token| !distinct.contains(token.as_str())).collect();
        assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
        self.kept_in_flight = tokens.len() - self.tokens.len();
        assert!(self.kept_in_flight <= self.in_flight, "round {round}: more than was said is recorded");

        let labels: Vec<&str> =
            of_kind(&annexed, "annex").map(|fact| fact["rows"][0]["label"].as_str().unwrap()).collect();
        assert_eq!(
            labels.iter().map(|label| (*label).to_owned()).collect::<BTreeSet<_>>(),
            self.labels,
            "round {round}"
        );
        assert_eq!(labels.len(), self.labels.len(), "round {round}: a row was recorded twice");

        let states: Vec<&str> = of_kind(&reported, "report").map(|fact| fact["state"].as_str().unwrap()).collect();
        let distinct: BTreeSet<&str> = states.iter().copied().collect();
        assert_eq!((states.len(), distinct.len()), (self.reports, self.reports), "round {round}: reports");
        let assets = collector.admin("GET", &format!("/api/v1/clients/{REPORTED}/assets"), "").unwrap().json();
        assert_eq!(
            assets["assets"].as_array().unwrap().len(),
            usize::from(self.reports > 0),
            "round {round}: {assets}"
        );
    }
}

/// The facts of a client, whose sequence has no gap.
fn facts(collector: &Collector, client: &str) -> Vec<Value> {
    let export = collector.admin("GET", &format!("/api/v1/admin/export/{client}"), "").unwrap();
    assert_eq!(export.status, 200, "{export:?}");
    let lines = export.body.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let facts: Vec<Value> = lines.filter(|line| line.get("fact").is_some()).collect();
    for (index, fact) in facts.iter().enumerate() {
        assert_eq!(fact["seq"], index + 1, "{client}");
    }
    facts
}

fn of_kind<'a>(facts: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    facts.iter().map(|line| &line["fact"]).filter(move |fact| fact["kind"] == kind)
}

fn annex_row(label: &str) -> String {
    let csv = format!("label;line;from\n{label};laptops;2026-02-01\n");
    let bytes = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, csv);
    json!({"client": ANNEXED, "contract": "C-2026-014", "bytes": bytes}).to_string()
}

/// Commands that come one after another over the admin socket, whether it answers or not.
struct Streams {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<(Vec<String>, usize)>>,
}

impl Streams {
    fn start(collector: &Collector) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..STREAMS).map(|_| {
            let (stop, socket) = (Arc::clone(&stop), collector.data().join("admin.sock"));
            thread::spawn(move || stream(&socket, &stop))
        });
        Self { threads: threads.collect(), stop }
    }

    /// The ids acknowledged, and how many commands were said to which no answer came.
    fn end(self) -> (Vec<String>, usize) {
        self.stop.store(true, Ordering::SeqCst);
        let ends = self.threads.into_iter().map(|thread| thread.join().unwrap());
        ends.fold((Vec::new(), 0), |(mut acked, in_flight), (more, one)| {
            acked.extend(more);
            (acked, in_flight + one)
        })
    }
}

fn stream(socket: &Path, stop: &AtomicBool) -> (Vec<String>, usize) {
    let body = json!({"client": STREAMED}).to_string();
    let (mut acked, mut in_flight) = (Vec::new(), 0);
    while !stop.load(Ordering::SeqCst) {
        match http::over_socket(socket, "POST", "/api/v1/admin/token-create", &body) {
            Ok(answer) => {
                assert_eq!(answer.status, 200, "{answer:?}");
                acked.push(answer.json()["id"].as_str().unwrap().to_owned());
            }
            Err(error) => {
                let nobody =
                    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused);
                in_flight += usize::from(!nobody);
                sleep(Duration::from_millis(1));
            }
        }
    }
    (acked, in_flight)
}
