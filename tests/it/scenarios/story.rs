//! Reads a scenario into facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadastre_domain::calendar::Month;
use cadastre_domain::evidence::Evidence;
use cadastre_domain::fact::{AnnexRow, Contact, Decision, DecisionMore, Fact, Facts, HouseFacts, Recorded, Verb};
use cadastre_domain::protection::Protection;
use cadastre_domain::register::{Register, derive};
use cadastre_kit::paper::Contract;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::words::{evidence, line_keys, list_row, protects};

pub(crate) const CLIENT: &str = "client";

/// What happened, and what to tell of it.
pub(crate) struct Story {
    pub(super) title: String,
    /// The contract told last.
    pub(super) contract: String,
    pub(super) facts: Facts,
    pub(super) house: HouseFacts,
    pub(super) questions: Vec<Question>,
}

/// What to tell.
pub(super) enum Question {
    Show(Date),
    Bill(Month),
}

pub(crate) type Told<T> = Result<T, String>;

impl Story {
    /// A client without facts but its own.
    pub(crate) fn empty() -> Told<Self> {
        let mut story = Self {
            title: String::new(),
            contract: String::new(),
            facts: Facts { client: CLIENT.to_owned(), ..Facts::default() },
            house: HouseFacts { running: vec![(day("2026-01-01")?, day("2027-12-31")?)], ..HouseFacts::default() },
            questions: Vec::new(),
        };
        story.record(day("2023-12-15")?, Fact::Client { name: None, siren: None, example: false });
        Ok(story)
    }

    pub(super) fn read(text: &str) -> Told<Self> {
        let mut story = Self::empty()?;
        let mut lines = text.lines().enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            let mut indented = Vec::new();
            while let Some((_, next)) = lines.next_if(|(_, next)| next.starts_with("  ")) {
                indented.push(next.trim());
            }
            story.line(line.trim(), &indented).map_err(|error| format!("line {}: {error}", number + 1))?;
        }
        Ok(story)
    }

    /// One line, with those indented below it.
    pub(crate) fn line(&mut self, line: &str, indented: &[&str]) -> Told<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "" => {}
            "#" => self.title = if self.title.is_empty() { rest.to_owned() } else { format!("{}\n{rest}", self.title) },
            "contract" => self.contract(rest, indented)?,
            "show" => self.questions.push(Question::Show(date(rest)?)),
            "bill" => self.questions.push(Question::Bill(rest.parse().map_err(|_| "month")?)),
            first => {
                let from = date(first)?;
                let (to, rest) = match rest.strip_prefix("to ") {
                    Some(rest) => {
                        let (to, rest) = rest.split_once(' ').ok_or("to DATE what")?;
                        (date(to)?, rest)
                    }
                    None => (from, rest),
                };
                self.event(from, to, rest)?;
            }
        }
        Ok(())
    }

    fn event(&mut self, from: Date, to: Date, rest: &str) -> Told<()> {
        let at = day(&from.to_string())?;
        let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "agent" => self.agent(at, rest),
            "heard" => self.heard(from, to, rest),
            "annex" => self.annex(at, rest),
            "list" => self.list(at, rest),
            "decide" => self.decide(from, at, rest),
            "used" => self.used(from, at, rest),
            "index" => self.index(at, rest),
            "close" => self.close(at, rest),
            "mapped" => self.mapped(at, rest),
            "grouped" => self.grouped(at, rest),
            "stopped" => {
                let (start, _) = self.house.running.pop().ok_or("already stopped for ever")?;
                let again = day(&to.to_string())?;
                self.house.running.extend([(start, at), (again, day("2027-12-31")?)]);
                Ok(())
            }
            other => Err(format!("what is “{other}”?")),
        }
    }

    /// Records a fact not before `at`, and always after the one before.
    pub(super) fn record(&mut self, at: Timestamp, fact: Fact) -> u64 {
        let last = self.facts.recorded.last().map(|last| last.at + 1.microsecond());
        let at = last.map_or(at, |last| last.max(at));
        let seq = self.facts.recorded.len() as u64 + 1;
        self.facts.recorded.push(Recorded { seq, at, fact });
        seq
    }

    fn contract(&mut self, head: &str, lines: &[&str]) -> Told<()> {
        let words: Vec<&str> = head.split_whitespace().collect();
        let [id, "from", from, ref rest @ ..] = words[..] else { return Err("contract ID from DATE".to_owned()) };
        let mut contract = Contract::new(id, CLIENT, from);
        for line in lines {
            if let Some(duty) = line.strip_prefix("duty ") {
                let (id, months) = duty.split_once(" every ").ok_or("duty ID every N months")?;
                let months = months.split_whitespace().next().unwrap_or_default();
                contract =
                    contract.tail(&format!("[[duties]]\nid = \"{id}\"\nkind = \"other\"\nevery_months = {months}"));
                continue;
            }
            let (line_id, keys) = line.split_once(": ").ok_or("line: category, …")?;
            let (category, keys) = line_keys(keys)?;
            contract = contract.line(line_id, &category, &keys);
        }
        let mut text = contract.text();
        if let ["until", last] = rest[..] {
            text = text.replace(
                "renewal = { kind = \"tacit\", months = 12 }",
                &format!("ends_on = {last}\nrenewal = {{ kind = \"none\" }}"),
            );
        }
        self.contract = id.to_owned();
        let first: Date = date(from)?;
        self.record(day(&first.to_string())?, Fact::Contract { contract: id.to_owned(), text });
        Ok(())
    }

    fn agent(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let (name, words) = rest.split_once(": ").ok_or("agent NAME: words")?;
        let mut told = Evidence { hostname: Some(name.to_uppercase()), collected_at: Some(at), ..Evidence::default() };
        let mut protection = Protection::default();
        let mut agent = name.to_owned();
        for phrase in words.split(", ") {
            match phrase.split_once(' ').unwrap_or((phrase, "")) {
                ("id", id) => agent = id.to_owned(),
                ("hostname", hostname) => told.hostname = Some(hostname.to_owned()),
                phrase => evidence(&mut told, phrase).or_else(|_| protects(&mut protection, phrase))?,
            }
        }
        let report_id = format!("report-{}", self.facts.recorded.len() + 1);
        let fact = Fact::Report {
            agent: agent.clone(),
            epoch: "e".to_owned(),
            report_seq: 1,
            report_id,
            collected_at: at,
            state: String::new(),
            sections: BTreeMap::new(),
        };
        let seq = self.record(at, fact);
        self.facts.evidence.insert(seq, told);
        self.facts.protection.insert(seq, Arc::new(protection));
        self.contact(&agent, at);
        Ok(())
    }

    fn heard(&mut self, from: Date, to: Date, agents: &str) -> Told<()> {
        for agent in agents.split(", ") {
            let mut at = from;
            while at <= to {
                self.contact(agent, day(&at.to_string())?);
                at = at.tomorrow().map_err(|_| "too late")?;
            }
        }
        Ok(())
    }

    fn contact(&mut self, agent: &str, at: Timestamp) {
        let month = Month::of(jiff::tz::TimeZone::UTC.to_datetime(at).date());
        let known = self.facts.contacts.iter().position(|c| c.agent == agent && c.month == month);
        let place = known.unwrap_or_else(|| {
            self.facts.contacts.push(Contact { agent: agent.to_owned(), month, hours: Vec::new() });
            self.facts.contacts.len() - 1
        });
        self.facts.contacts[place].set(at);
    }

    pub(super) fn annex(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let (contract, rows) = rest.split_once(": ").ok_or("annex CONTRACT: rows")?;
        let mut annexed = Vec::new();
        for row in rows.split("; ") {
            let mut words = row.split_whitespace();
            let mut row = AnnexRow { label: words.next().ok_or("label")?.to_owned(), ..AnnexRow::default() };
            row.line = words.next().map(str::to_owned);
            while let (Some(key), Some(value)) = (words.next(), words.next()) {
                match key {
                    "serial" => row.serial = Some(value.to_owned()),
                    "hostname" => row.hostname = Some(value.to_owned()),
                    "from" => row.from = Some(date(value)?),
                    "to" => row.to = Some(date(value)?),
                    other => return Err(format!("annex: what is “{other}”?")),
                }
            }
            annexed.push(row);
        }
        self.record(at, Fact::Annex { contract: contract.to_owned(), rows: annexed });
        Ok(())
    }

    fn list(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let (head, rows) = rest.split_once(':').ok_or("list NAME complete: rows")?;
        let (source, kind) = head.split_once(' ').ok_or("list NAME complete|partial")?;
        let mut listed = Vec::new();
        for row in rows.split("; ").map(str::trim).filter(|row| !row.is_empty()) {
            listed.push(list_row(row)?);
        }
        let fact = Fact::List { source: source.to_owned(), as_of: at, complete: kind == "complete", rows: listed };
        self.record(at, fact);
        Ok(())
    }

    fn decide(&mut self, effective: Date, at: Timestamp, rest: &str) -> Told<()> {
        let (what, reason) = rest.split_once(" because ").ok_or("decide … because …")?;
        let mut words = what.split_whitespace();
        let verb: Verb = serde_json::from_value(words.next().unwrap_or_default().into()).map_err(|_| "verb")?;
        let register = self.register(None)?;
        let mut decision = Decision {
            verb,
            assets: Vec::new(),
            effective,
            reason: reason.to_owned(),
            by: "person".to_owned(),
            contract: None,
            line: None,
            slot: None,
            more: DecisionMore::default(),
        };
        let mut tasks: Vec<String> = Vec::new();
        while let Some(word) = words.next() {
            let slot = match word {
                "line" => &mut decision.line,
                "slot" => &mut decision.slot,
                "site" => &mut decision.more.site,
                "duty" => &mut decision.more.duty,
                "result" => &mut decision.more.result,
                "until" => {
                    decision.more.until = words.next().map(date).transpose()?;
                    continue;
                }
                "tasks" => {
                    tasks.extend(register.identity.tasks.iter().map(|task| task.id.clone()));
                    continue;
                }
                name => {
                    let own = register.assets.iter().filter(|asset| asset.name.eq_ignore_ascii_case(name));
                    decision.assets.extend(own.map(|asset| asset.id.clone()));
                    continue;
                }
            };
            *slot = words.next().map(str::to_owned);
        }
        // `snooze tasks` is a decision a task.
        for task in &tasks {
            decision.more.finding = Some(task.clone());
            self.record(at, Fact::Decision(decision.clone()));
        }
        if tasks.is_empty() {
            self.record(at, Fact::Decision(decision));
        }
        Ok(())
    }

    /// The register as of a day; without one, of the last thing told.
    pub(super) fn register(&self, as_of: Option<Date>) -> Told<Register> {
        let last = self.facts.recorded.last().map(|last| last.at).unwrap_or_default();
        let paris = cadastre_domain::calendar::zone("Europe/Paris").ok_or("zone")?;
        let known_at = match as_of {
            Some(day) => cadastre_domain::calendar::last_instant(day, &paris),
            None => last,
        };
        derive(self.facts.clone(), &self.house, as_of, known_at).map_err(|refusal| format!("{refusal:?}"))
    }
}

pub(crate) fn date(text: &str) -> Told<Date> {
    text.trim().parse().map_err(|_| format!("“{text}” is not a date"))
}

/// Nine o'clock UTC of a day.
pub(super) fn day(text: &str) -> Told<Timestamp> {
    format!("{}T09:00:00Z", date(text)?).parse().map_err(|_| format!("“{text}” is not a day"))
}
