//! Sample documents for the tests: a rich client, an empty one, one without contract, and one whose data is hostile.

mod asset;
mod broken;
mod history;
mod money;
mod perimeter;
mod portfolio;

use std::future::ready;
use std::sync::Arc;

use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use futures_util::FutureExt;
use jiff::Timestamp;
use jiff::civil::{Date, date};

use self::asset::detail;
use self::money::{bills, slots};
use self::perimeter::reconciliation;
use super::reads::{Answer, Reads};
use super::socket::Office;
use crate::clock::{Clock, FixedClock, SystemRandom};
use crate::facts::{MemoryStore, Record};
use crate::register::Registers;
use crate::views::asset::AssetDetail;
use crate::views::asset_months::AssetMonths;
use crate::views::asset_story::AssetStory;
use crate::views::bill::{Bill, Period, SlotDays};
use crate::views::clients::{ClientRow, Clients, ContractRow, Contracts, Today};
use crate::views::history::History;
use crate::views::outline::Outlined;
use crate::views::portfolio::Portfolio;
use crate::views::reconciliation::{AssetLine, AssetRow, Assets, Reconciliation};
use crate::views::search::{AssetHit, ClientHit, Found, Sought};

/// What a spiteful machine or console would call itself.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"'&{{name}}\u{202e}";

/// Today, for every sample client.
pub(crate) const TODAY: Date = date(2026, 11, 24);

/// Answers with the samples.
pub(crate) struct Samples;

/// Says that the store failed, and that there is no client.
pub(crate) struct Broken;

/// An office over an empty store in memory, on a clock that stands still in the morning of [`TODAY`].
pub(crate) fn office() -> Office {
    office_on(Arc::new(FixedClock(now())))
}

/// The same on another clock.
pub(crate) fn office_on(clock: Arc<dyn Clock>) -> Office {
    let record = Record::new(Arc::new(MemoryStore::new()), Arc::clone(&clock));
    Office { registers: Registers::new(record, clock), pin: [7; 32], random: Arc::new(SystemRandom) }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The instant of every sample document.
pub(crate) fn now() -> Timestamp {
    at("2026-11-24T10:12:00Z")
}

fn hours_ago(hours: i64) -> Option<Timestamp> {
    Timestamp::from_second(now().as_second() - hours * 3600).ok()
}

fn answer<'a, T: Send + 'a>(value: Result<T, Refusal>) -> Answer<'a, T> {
    ready(value).boxed()
}

fn known(client: &str) -> Result<&str, Refusal> {
    let known = ["atelier-martin", "empty", "hostile", "no-contract"].contains(&client);
    if known { Ok(client) } else { Err(Refusal::new("client_unknown").with("client", client)) }
}

fn day(as_of: Option<Date>) -> Result<Date, Refusal> {
    let day = as_of.unwrap_or(TODAY);
    if day > TODAY {
        return Err(Refusal::new("day_in_future").with("day", day).with("today", TODAY));
    }
    Ok(day)
}

impl Reads for Samples {
    fn clients(&self) -> Answer<'_, Clients> {
        let row = |client: &str, name: &str, assets, findings, at_stake: &str| ClientRow {
            client: client.into(),
            name: name.into(),
            siren: (client == "atelier-martin").then(|| "732829320".into()),
            example: client == "hostile",
            since: at("2026-01-12T09:00:00Z"),
            assets,
            findings,
            at_stake: at_stake.into(),
            currency: "EUR".into(),
        };
        let clients = vec![
            row("atelier-martin", "Atelier Martin SARL", 34, 5, "36.00"),
            row("empty", "empty", 0, 0, "0.00"),
            row("hostile", HOSTILE, 2906, 1, "1234.50"),
            row("no-contract", "Cabinet Sorel & Associés", 2, 0, "0.00"),
        ];
        answer(Ok(Clients { schema: "cadastre/clients/1", clients }))
    }

    fn portfolio(&self) -> Answer<'_, Arc<Portfolio>> {
        answer(self::portfolio::portfolio(HOSTILE))
    }

    fn work(&self) -> Answer<'_, Outlined> {
        answer(Ok(Arc::default()))
    }

    fn today<'a>(&'a self, client: &'a str) -> Answer<'a, Today> {
        let name = match client {
            "atelier-martin" => "Atelier Martin SARL",
            "hostile" => HOSTILE,
            "no-contract" => "Cabinet Sorel & Associés",
            other => other,
        };
        answer(known(client).map(|client| Today {
            client: client.into(),
            name: name.into(),
            example: client == "hostile",
            day: TODAY,
            time_zone: "Europe/Paris".into(),
        }))
    }

    fn reconciliation<'a>(
        &'a self,
        client: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, Reconciliation> {
        answer(known(client).and_then(|client| Ok(reconciliation(client, day(as_of)?, known_at.unwrap_or(now())))))
    }

    fn bills<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        _known_at: Option<Timestamp>,
        _as_of: Option<Date>,
    ) -> Answer<'a, Vec<Bill>> {
        answer(match client {
            "hostile" => Err(Refusal::new("amount_overflow")),
            client => known(client).map(|client| bills(client, month)),
        })
    }

    fn slot_days<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        _known_at: Option<Timestamp>,
        _as_of: Option<Date>,
    ) -> Answer<'a, SlotDays> {
        answer(known(client).map(|client| SlotDays {
            schema: "cadastre/slot_days/1",
            client: client.into(),
            period: Period { start: month.first(), end: month.last() },
            slots: if client == "atelier-martin" { slots(month) } else { Vec::new() },
        }))
    }

    fn assets<'a>(&'a self, client: &'a str, as_of: Option<Date>, known_at: Option<Timestamp>) -> Answer<'a, Assets> {
        let read = known(client).and_then(|client| Ok(reconciliation(client, day(as_of)?, known_at.unwrap_or(now()))));
        answer(read.map(|day| Assets {
            schema: "cadastre/assets/1",
            assets: day.assets.into_iter().map(|row| line(row, client)).collect(),
            next: None,
        }))
    }

    fn asset<'a>(
        &'a self,
        client: Option<&'a str>,
        asset: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, AssetDetail> {
        let read = || {
            let client = known(client.unwrap_or("atelier-martin"))?;
            let day = reconciliation(client, day(as_of)?, known_at.unwrap_or(now()));
            let row = day.assets.iter().find(|row| row.asset == asset).cloned();
            let row = row.ok_or_else(|| Refusal::new("asset_unknown").with("asset", asset))?;
            Ok(detail(row, &day))
        };
        answer(read())
    }

    fn history<'a>(&'a self, client: &'a str, as_of: Option<Date>, _: Option<Timestamp>) -> Answer<'a, History> {
        answer(known(client).and_then(|client| Ok(self::history::of(client, day(as_of)?))))
    }

    fn asset_months<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        _: Option<Date>,
        _: Option<Timestamp>,
    ) -> Answer<'a, AssetMonths> {
        answer(known(client).map(|client| self::history::months(client, month)))
    }

    fn asset_story<'a>(
        &'a self,
        client: &'a str,
        _: &'a str,
        as_of: Option<Date>,
        _: Option<Timestamp>,
    ) -> Answer<'a, AssetStory> {
        answer(known(client).and_then(|_| Ok(self::asset::story(day(as_of)?))))
    }

    fn search<'a>(&'a self, client: Option<&'a str>, text: &'a str) -> Answer<'a, Found> {
        answer(client.map_or(Ok("atelier-martin"), known).map(|within| found(client, within, text)))
    }

    fn contracts<'a>(
        &'a self,
        client: &'a str,
        _as_of: Option<Date>,
        _known_at: Option<Timestamp>,
    ) -> Answer<'a, Contracts> {
        let contract = ContractRow {
            contract: "C-2026-014".into(),
            first_day: date(2026, 2, 1),
            end: Some(date(2027, 2, 1)),
            deadline: Some(date(2026, 11, 1)),
            notice_until: Some(date(2026, 10, 31)),
            warn_from: None,
            warn_until: None,
            lines: vec!["laptops".into(), "desktops".into(), "servers".into(), "spare".into()],
            amendment: Some(1),
        };
        answer(known(client).map(|client| Contracts {
            schema: "cadastre/contracts/1",
            client: client.into(),
            contracts: if client == "atelier-martin" { vec![contract] } else { Vec::new() },
        }))
    }
}

fn found(client: Option<&str>, within: &str, text: &str) -> Found {
    let sought = Sought::new(text);
    let names =
        [("atelier-martin", "Atelier Martin SARL"), ("hostile", HOSTILE), ("no-contract", "Cabinet Sorel & Associés")];
    let hit = |row: AssetRow| AssetHit {
        client: within.into(),
        name: row.name.clone(),
        asset: row.asset,
        client_name: within.into(),
        category: row.category,
        status: row.status,
        field: "name",
        value: row.name,
        last_seen: row.last_seen,
    };
    let assets = reconciliation(within, TODAY, now()).assets.into_iter().filter(|row| sought.is_in(&row.name));
    Found {
        schema: "cadastre/search/1",
        sought: text.into(),
        known_at: now(),
        clients: names
            .iter()
            .filter(|(code, name)| client.is_none() && (sought.is_in(code) || sought.is_in(name)))
            .map(|(code, name)| ClientHit { client: (*code).into(), name: (*name).into() })
            .collect(),
        assets: assets.map(hit).collect(),
        more: false,
    }
}

fn line(row: AssetRow, client: &str) -> AssetLine {
    AssetLine {
        asset: row.asset,
        name: row.name,
        category: row.category,
        status: row.status,
        last_seen: row.last_seen,
        client: client.into(),
    }
}
