//! What happens in a scenario: each event as the facts that it leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadastre_domain::calendar::Month;
use cadastre_domain::closing;
use cadastre_domain::evidence::Evidence;
use cadastre_domain::fact::{AnnexRow, Contact, Decision, DecisionMore, Fact, Verb};
use cadastre_domain::protection::Protection;
use cadastre_domain::register::Register;
use cadastre_domain::usage::UsageRow;
use cadastre_kit::paper::Contract;
use jiff::Timestamp;
use jiff::civil::Date;

use super::story::{Story, Told, date, day, instant};
use super::words::{evidence, line_keys, list_row, protects};

impl Story {
    pub(super) fn event(&mut self, from: Date, to: Date, rest: &str) -> Told<()> {
        let at = day(&from.to_string())?;
        let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "agent" => self.agent(at, rest),
            "heard" => self.heard(from, to, rest),
            "annex" => self.annex(at, rest),
            "list" => self.list(at, rest),
            "map" => self.map(at, rest),
            "decide" => self.decide(from, at, rest),
            "usage" => self.usage(from, at, rest),
            "close" => self.close(at, rest),
            "stopped" => {
                let (start, end) = self.house.running.pop().ok_or("already stopped for ever")?;
                let again = day(&to.to_string())?;
                self.house.running.extend([(start, at), (again, end)]);
                Ok(())
            }
            other => Err(format!("what is “{other}”?")),
        }
    }

    /// A contract, whose first day is the day on which it was recorded.
    pub(super) fn contract(&mut self, head: &str, lines: &[&str]) -> Told<()> {
        let words: Vec<&str> = head.split_whitespace().collect();
        let [id, "from", from, ref rest @ ..] = words[..] else { return Err("contract ID from DATE".to_owned()) };
        let client = self.facts().client.clone();
        let mut contract = Contract::new(id, &client, from);
        let mut top = String::new();
        for line in lines {
            if let Some(duty) = line.strip_prefix("duty ") {
                let (id, months) = duty.split_once(" every ").ok_or("duty ID every N months")?;
                let months = months.split_whitespace().next().unwrap_or_default();
                let kind = if id.starts_with("restore") { "restore_test" } else { "other" };
                contract =
                    contract.tail(&format!("[[duties]]\nid = \"{id}\"\nkind = \"{kind}\"\nevery_months = {months}"));
            } else if let Some(rule) = line.strip_prefix("scope ") {
                contract = contract.tail(&scope_rule(rule)?);
            } else if let Some(priority) = line.strip_prefix("priority ") {
                top = format!("priority = {priority}\n");
            } else if *line == "for a non-professional" {
                contract = contract.tail("");
            } else {
                let (line_id, keys) = line.split_once(": ").ok_or("line: category, …")?;
                let (category, keys) = line_keys(keys)?;
                contract = contract.line(line_id, &category, &keys);
            }
        }
        let mut text = top + &contract.text();
        if lines.contains(&"for a non-professional") {
            text = text.replace("\"professional\"", "\"non_professional\"");
        }
        if let ["until", last] = rest[..] {
            let tacit = "renewal = { kind = \"tacit\", months = 12 }";
            text = text.replace(tacit, &format!("ends_on = {last}\nrenewal = {{ kind = \"none\" }}"));
        }
        self.record(day(from)?, Fact::Contract { contract: id.to_owned(), text });
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
                ("nameless", _) => told.hostname = None,
                phrase => evidence(&mut told, phrase).or_else(|_| protects(&mut protection, phrase))?,
            }
        }
        let report_id = format!("report-{}", self.facts().recorded.len() + 1);
        let fact = Fact::Report {
            agent: agent.clone(),
            epoch: "e".to_owned(),
            report_seq: 1,
            report_id,
            collected_at: told.collected_at.unwrap_or(at),
            state: String::new(),
            sections: BTreeMap::new(),
        };
        let seq = self.record(at, fact);
        self.facts().evidence.insert(seq, told);
        self.facts().protection.insert(seq, Arc::new(protection));
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
        let contacts = &mut self.facts().contacts;
        let known = contacts.iter().position(|c| c.agent == agent && c.month == month);
        let place = known.unwrap_or_else(|| {
            contacts.push(Contact { agent: agent.to_owned(), month, hours: Vec::new() });
            contacts.len() - 1
        });
        contacts[place].set(at);
    }

    fn annex(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let (contract, rows) = rest.split_once(": ").ok_or("annex CONTRACT: rows")?;
        let mut annexed = Vec::new();
        for row in rows.split("; ") {
            let mut words = row.split_whitespace();
            let mut row = AnnexRow { label: words.next().ok_or("label")?.to_owned(), ..AnnexRow::default() };
            row.line = words.next().map(str::to_owned);
            while let (Some(key), Some(value)) = (words.next(), words.next()) {
                let text = Some(value.to_owned());
                match key {
                    "serial" => row.serial = text,
                    "hostname" => row.hostname = text,
                    "mac" => row.mac = text,
                    "maker" => row.manufacturer = text,
                    "tag" => row.asset_tag = text,
                    "site" => row.site = text,
                    "owner" => row.owner = text,
                    "supplied" => row.supplied_on = Some(date(value)?),
                    "months" => row.months = Some(value.parse().map_err(|_| "months N")?),
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

    /// `list NAME complete|partial [about DATE]: rows`.
    fn list(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let (head, rows) = rest.split_once(':').ok_or("list NAME complete: rows")?;
        let words: Vec<&str> = head.split_whitespace().collect();
        let (source, kind, as_of) = match words[..] {
            [source, kind] => (source, kind, at),
            [source, kind, "about", of] => (source, kind, day(of)?),
            _ => return Err("list NAME complete|partial [about DATE]: rows".to_owned()),
        };
        let mut listed = Vec::new();
        for row in rows.split("; ").map(str::trim).filter(|row| !row.is_empty()) {
            listed.push(list_row(row)?);
        }
        let fact = Fact::List { source: source.to_owned(), as_of, complete: kind == "complete", rows: listed };
        self.record(at, fact);
        Ok(())
    }

    /// `map SOURCE GROUP site SITE`: the group's things stand at that site.
    fn map(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let [source, group, "site", site] = words[..] else { return Err("map SOURCE GROUP site SITE".to_owned()) };
        let client = self.facts().client.clone();
        let (source, group) = (source.to_owned(), group.to_owned());
        self.record(at, Fact::SourceMap { source, group, client, site: Some(site.to_owned()) });
        Ok(())
    }

    /// `usage KEY CONTRACT/LINE: 60 minutes, corrective, on PC-1, opened …, answered …, solved …`.
    fn usage(&mut self, date: Date, at: Timestamp, rest: &str) -> Told<()> {
        let (head, words) = rest.split_once(": ").ok_or("usage KEY CONTRACT/LINE: words")?;
        let (key, place) = head.split_once(' ').ok_or("usage KEY CONTRACT/LINE")?;
        let (contract, line) = place.split_once('/').ok_or("CONTRACT/LINE")?;
        let (key, contract, line) = (key.to_owned(), contract.to_owned(), line.to_owned());
        let mut row = UsageRow { key, contract, line, date, ..UsageRow::default() };
        for phrase in words.split(", ") {
            match phrase.split_once(' ').unwrap_or((phrase, "")) {
                (minutes, "minutes") => row.minutes = minutes.parse().map_err(|_| "N minutes")?,
                ("on", asset) => row.asset = Some(asset.to_owned()),
                ("opened", at) => row.opened_at = Some(instant(at)?),
                ("answered", at) => row.answered_at = Some(instant(at)?),
                ("solved", at) => row.solved_at = Some(instant(at)?),
                (nature, "") if cadastre_domain::usage::NATURES.contains(&nature) => {
                    row.nature = Some(nature.to_owned());
                }
                _ => return Err(format!("usage: what is “{phrase}”?")),
            }
        }
        self.record(at, Fact::Usage { rows: vec![row] });
        Ok(())
    }

    fn close(&mut self, at: Timestamp, month: &str) -> Told<()> {
        let month: Month = month.parse().map_err(|_| "close MONTH")?;
        let register = self.register_now(at)?;
        let closed = closing::close(&register, month).map_err(|refusal| format!("{refusal:?}"))?;
        self.record(at, Fact::ClosedMonth(Box::new(closed)));
        Ok(())
    }

    /// `decide VERB NAME… [from DATE] [line L] [slot S] … because REASON`.
    fn decide(&mut self, effective: Date, at: Timestamp, rest: &str) -> Told<()> {
        let (what, reason) = rest.split_once(" because ").ok_or("decide … because …")?;
        let mut words = what.split_whitespace();
        let verb: Verb = serde_json::from_value(words.next().unwrap_or_default().into()).map_err(|_| "verb")?;
        let register = self.register_now(at)?;
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
        while let Some(word) = words.next() {
            let mut next = || words.next().map(str::to_owned);
            match word {
                "line" => decision.line = next(),
                "slot" => decision.slot = next(),
                "site" => decision.more.site = next(),
                "duty" => decision.more.duty = next(),
                "result" => decision.more.result = next(),
                "from" => decision.effective = date(&next().unwrap_or_default())?,
                "until" => decision.more.until = Some(date(&next().unwrap_or_default())?),
                "to-client" => decision.more.to_client = next(),
                // The ids of the things that were found to be this one.
                "aliases" => {
                    let own = decision.assets.first().cloned().unwrap_or_default();
                    let others = register.identity.aliases.iter().filter(|(alias, id)| **id == own && **alias != own);
                    decision.assets.extend(others.map(|(alias, _)| alias.clone()));
                }
                "finding" => {
                    let (code, _, name) = (next().unwrap_or_default(), next(), next().unwrap_or_default());
                    decision.more.finding = Some(finding(&register, &code, &name)?);
                }
                name => {
                    let own = register.assets.iter().filter(|asset| asset.name.eq_ignore_ascii_case(name));
                    let own: Vec<String> = own.map(|asset| asset.id.clone()).collect();
                    if own.is_empty() {
                        return Err(format!("nothing is called “{name}”"));
                    }
                    decision.assets.extend(own);
                }
            }
        }
        self.record(at, Fact::Decision(decision));
        Ok(())
    }
}

/// The id of the open finding of an asset.
fn finding(register: &Register, code: &str, name: &str) -> Told<String> {
    let of = |asset: usize| register.assets[asset].name.eq_ignore_ascii_case(name);
    let found = register.findings.iter().find(|finding| finding.code == code && finding.asset.is_some_and(of));
    found.map(|finding| finding.id.clone()).ok_or_else(|| format!("no finding {code} on {name}"))
}

/// `laptops for hostname lap-*, category laptop, from 2026-03-10`, or `none for …` to exclude.
fn scope_rule(text: &str) -> Told<String> {
    let (line, criteria) = text.split_once(" for ").ok_or("scope LINE for CRITERIA")?;
    let mut rule = String::from("[[scope_rules]]\n");
    match line {
        "none" => rule.push_str("exclude = true\n"),
        line => rule.push_str(&format!("line = \"{line}\"\n")),
    }
    for criterion in criteria.split(", ") {
        let (key, value) = criterion.split_once(' ').ok_or("KEY VALUE")?;
        let dated = matches!(key, "from" | "to");
        rule.push_str(&if dated { format!("{key} = {value}\n") } else { format!("{key} = \"{value}\"\n") });
    }
    Ok(rule)
}
