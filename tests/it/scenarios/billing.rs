//! What a scenario tells of money: contracts as files, hours and tickets used, indexes, closed months; and its bills.

use std::collections::BTreeMap;

use cadastre_domain::calendar::{Month, last_instant};
use cadastre_domain::closing;
use cadastre_domain::contract::{self, SERIES};
use cadastre_domain::fact::{Fact, Grouped};
use cadastre_domain::price::Bill;
use cadastre_domain::register::{Register, derive};
use cadastre_domain::usage::{IndexRow, UsageRow};
use jiff::Timestamp;
use jiff::civil::Date;

use super::story::{CLIENT, Story, Told, date, day};

impl Story {
    /// `used 90 minutes on LINE`, `used 3 tickets on LINE`, `used 3 tickets on LINE key K`.
    pub(super) fn used(&mut self, date: Date, at: Timestamp, rest: &str) -> Told<()> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let [count, unit, "on", line, ref more @ ..] = words[..] else { return Err("used N UNIT on LINE".to_owned()) };
        let count: u32 = count.parse().map_err(|_| "used N")?;
        let (minutes, tickets) = if unit.starts_with("minute") { (count, 0) } else { (0, count) };
        let key = match more {
            ["key", key] => (*key).to_owned(),
            _ => format!("row-{:04}", self.facts().recorded.len()),
        };
        let (contract, line) = line.split_once('/').unwrap_or((self.contract.as_str(), line));
        let (contract, line) = (contract.to_owned(), line.to_owned());
        let row = UsageRow { key, contract, line, date, minutes, tickets, ..UsageRow::default() };
        self.record(at, Fact::Usage { rows: vec![row] });
        Ok(())
    }

    /// `index syntec 2026-03 312.5 published 2026-05-20`.
    pub(super) fn index(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let [series, month, value, ref more @ ..] = words[..] else {
            return Err("index SERIES MONTH VALUE".to_owned());
        };
        let series = SERIES.iter().find(|(name, _)| *name == series).ok_or("series")?.1;
        let published_on = match more {
            ["published", day] => Some(date(day)?),
            _ => None,
        };
        let (month, value) = (month.parse().map_err(|_| "month")?, value.parse().map_err(|_| "value")?);
        self.house.indexes.push((at, IndexRow { series, month, value, published_on }));
        Ok(())
    }

    /// `mapped SOURCE GROUP`: a console's group belongs to the client.
    pub(super) fn mapped(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let (source, group) = rest.split_once(' ').ok_or("mapped SOURCE GROUP")?;
        let (source, group) = (source.to_owned(), group.to_owned());
        self.house.mapped.push((at, source.clone(), group.clone()));
        self.record(at, Fact::SourceMap { source, group, client: CLIENT.to_owned(), site: None });
        Ok(())
    }

    /// `grouped SOURCE: GROUP ROWS`: a file of many clients has rows of a group that no client has.
    pub(super) fn grouped(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let (source, group) = rest.split_once(": ").ok_or("grouped SOURCE: GROUP ROWS")?;
        let (group, rows) = group.rsplit_once(' ').ok_or("GROUP ROWS")?;
        let groups = BTreeMap::from([(group.to_owned(), rows.parse().map_err(|_| "ROWS")?)]);
        self.house.grouped.push(Grouped { at, source: source.to_owned(), as_of: at, groups });
        Ok(())
    }

    /// `close MONTH`, or `close MONTH refused CODE`.
    pub(super) fn close(&mut self, at: Timestamp, rest: &str) -> Told<()> {
        let (month, refused) = rest.split_once(" refused ").map_or((rest, None), |(month, code)| (month, Some(code)));
        let month: Month = month.trim().parse().map_err(|_| "close MONTH")?;
        let register = self.register_now(at)?;
        match (closing::close(&register, month), refused) {
            (Ok(closed), None) => {
                self.record(at, Fact::ClosedMonth(Box::new(closed)));
                Ok(())
            }
            (Err(refusal), Some(code)) if refusal.code == code => Ok(()),
            (Ok(_), Some(_)) => Err("it was closed".to_owned()),
            (Err(refusal), _) => Err(format!("{refusal:?}")),
        }
    }

    /// A version of a contract, as its file; the first is told on the day it is in force, a later one after all else.
    pub(crate) fn contract_text(&mut self, text: &str) -> Told<()> {
        let read = contract::read(text).map_err(|remarks| format!("{remarks:?}"))?;
        self.contract = read.id.clone();
        self.record(day("2023-12-15")?, Fact::Contract { contract: read.id, text: text.to_owned() });
        Ok(())
    }

    /// So many annex rows, from the contract's first day; then words of a row: `l2 from 2026-03-12 to 2026-03-20`.
    pub(crate) fn seats(&mut self, count: usize, words: &str) -> Told<()> {
        let told = self.facts().recorded.len();
        let rows: Vec<String> = (1..=count).map(|n| format!("s{told}-{n:03} {words}")).collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.annex(day("2023-12-15")?, &format!("{}: {}", self.contract, rows.join("; ")))
    }

    /// The bills of a month, as known on a day; without one, when the month is over and all has been told.
    pub(crate) fn bills(&self, month: Month, known: Option<Date>) -> Result<Vec<Bill>, String> {
        let recorded = self.clients.get(self.current).and_then(|facts| facts.recorded.last());
        let last = recorded.map(|last| last.at).unwrap_or_default();
        let end = last_instant(known.unwrap_or(month.last()), &self.zone()?);
        let at = if known.is_some() { end } else { end.max(last) };
        let register = self.register_at(at)?;
        register.bills(month).map_err(|refusal| refusal.code.to_owned())
    }

    pub(crate) fn zone(&self) -> Told<jiff::tz::TimeZone> {
        cadastre_domain::calendar::zone("Europe/Paris").ok_or_else(|| "zone".to_owned())
    }

    /// The register of today, as known at an instant.
    pub(crate) fn register_at(&self, known_at: Timestamp) -> Told<Register> {
        let facts = self.clients.get(self.current).cloned().unwrap_or_default();
        derive(facts, &self.house, None, known_at).map_err(|refusal| format!("{refusal:?}"))
    }
}
