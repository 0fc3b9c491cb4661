//! `cadastre/portfolio/1`: what every client puts at stake today, one row each, with the totals.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadastre_domain::calendar::Month;
use cadastre_domain::money::Amount;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::source::Unmapped;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::register::{Closing, Summary};
use crate::views::reconciliation::UnmappedRow;

/// Months of a trend, the running one included.
const TREND_MONTHS: i32 = 12;
/// A notice deadline counts in the totals when it lies within so many days.
const NOTICE_DAYS: i32 = 90;

/// The clients at a glance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Portfolio {
    /// `cadastre/portfolio/1`.
    pub schema: &'static str,
    /// The oldest instant that a row speaks of; `null` without clients.
    pub known_at: Option<Timestamp>,
    /// One row a client, by currency, then the most at stake first, then code; made of its summary when it is shown.
    #[serde(serialize_with = "rows")]
    pub clients: Vec<Arc<Summary>>,
    /// One total a currency, by its code.
    pub totals: Vec<Total>,
    /// The month that is due to be closed, and how many clients are ready for it.
    pub closing: Option<ClosingTotal>,
    /// Groups of consoles that belong to no client.
    pub unmapped: Vec<UnmappedRow>,
}

/// A client at a glance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PortfolioRow {
    /// Client code.
    pub client: String,
    /// Display name, else the code.
    pub name: String,
    /// French company number.
    pub siren: Option<String>,
    /// When it was added.
    pub since: Timestamp,
    /// The instant the row speaks of.
    pub known_at: Timestamp,
    /// The client's day at that instant.
    pub as_of: Date,
    /// Currency of the amounts.
    pub currency: String,
    /// Σ |amount| of the findings, a month.
    pub at_stake: String,
    /// Of it, what would be billed and is not.
    pub unbilled: String,
    /// Of it, what is billed without proof.
    pub unproven: String,
    /// At stake at the end of each of the last twelve months as it was known then, the running one last.
    pub trend: Vec<TrendPoint>,
    /// Assets listed today.
    pub assets: u32,
    /// Σ `count` of the lines in force.
    pub contracted: u32,
    /// Assets active, not excluded, not pending, seen in the last 90 days.
    pub seen: u32,
    /// Slots billed today.
    pub billable: u32,
    /// Assets without a slot that wait for a decision.
    pub uncovered: u32,
    /// Assets past their threshold.
    pub missing: u32,
    /// Assets past it whose silence something else explains.
    pub unknown: u32,
    /// Of them, how many by cause: `site_silent`, `collector_stopped`, `list_stale` or `no_complete_list`.
    pub unknown_causes: BTreeMap<String, u32>,
    /// Sites that fell silent.
    pub silent_sites: Vec<String>,
    /// Assets that an identity task keeps out.
    pub pending: u32,
    /// Assets whose protection fails.
    pub unprotected: u32,
    /// Open findings.
    pub findings: u32,
    /// The day since which the oldest finding stands.
    pub oldest_gap: Option<Date>,
    /// Contract of the next notice deadline.
    pub notice_contract: Option<String>,
    /// Last day on which that notice is in time.
    pub notice_until: Option<Date>,
    /// The newest month whose statement the client signed.
    pub signed: Option<Month>,
    /// The month last closed.
    pub closed: Option<Month>,
    /// The last month that is over, when it is to be billed.
    pub closing: Option<Month>,
    /// `closed`, `ready` or `blocked`, for that month.
    pub closing_state: Option<&'static str>,
    /// The code of what holds it up.
    pub blocked_by: Option<String>,
}

/// A point of a trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrendPoint {
    /// The month.
    pub month: Month,
    /// At stake at its end, or now; `null` before the client was there, and until it is worked out.
    pub at_stake: Option<String>,
}

/// The sums of the clients of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Currency.
    pub currency: String,
    /// How many clients.
    pub clients: u32,
    /// Σ of the rows.
    pub at_stake: String,
    /// Σ of the rows.
    pub unbilled: String,
    /// Σ of the rows.
    pub unproven: String,
    /// Σ of the rows.
    pub assets: u32,
    /// Σ of the rows.
    pub contracted: u32,
    /// Σ of the rows.
    pub seen: u32,
    /// Σ of the rows.
    pub billable: u32,
    /// Σ of the rows.
    pub uncovered: u32,
    /// Σ of the rows.
    pub missing: u32,
    /// Σ of the rows.
    pub unknown: u32,
    /// Σ of the rows.
    pub pending: u32,
    /// Σ of the rows.
    pub unprotected: u32,
    /// Σ of the rows.
    pub findings: u32,
    /// The oldest of the rows.
    pub oldest_gap: Option<Date>,
    /// Notice deadlines within 90 days.
    pub notices: u32,
    /// Sites that fell silent.
    pub silent_sites: u32,
}

/// How far the clients are with a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClosingTotal {
    /// The month: the last that is over for most.
    pub month: Month,
    /// Clients that it is to be closed for.
    pub clients: u32,
    /// Of them, closed.
    pub closed: u32,
    /// Of them, closed or ready to be.
    pub ready: u32,
}

impl Portfolio {
    /// The portfolio of these summaries; `unmapped` are the groups that belong to no client.
    ///
    /// # Errors
    /// A total that passes the limits of money.
    pub fn of(summaries: &[Arc<Summary>], unmapped: &[Unmapped]) -> Result<Self, Refusal> {
        let mut clients: Vec<Arc<Summary>> = summaries.to_vec();
        clients.sort_by(|a, b| (&a.currency, b.at_stake, &a.client).cmp(&(&b.currency, a.at_stake, &b.client)));
        let sorted: Vec<&Summary> = clients.iter().map(Arc::as_ref).collect();
        let currencies: BTreeSet<&str> = sorted.iter().map(|summary| summary.currency.as_str()).collect();
        let total = |currency: &str| {
            let own: Vec<&Summary> = sorted.iter().copied().filter(|s| s.currency == currency).collect();
            Total::of(currency, &own)
        };
        Ok(Self {
            schema: "cadastre/portfolio/1",
            known_at: sorted.iter().map(|summary| summary.known_at).min(),
            totals: currencies.into_iter().map(total).collect::<Result<_, _>>()?,
            closing: closing(&sorted),
            clients,
            unmapped: unmapped.iter().map(UnmappedRow::of).collect(),
        })
    }
}

fn rows<S: Serializer>(clients: &[Arc<Summary>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(clients.iter().map(|summary| PortfolioRow::of(summary)))
}

/// Whether a month that is due is `closed`, `ready` or `blocked`.
pub fn closing_state(closing: &Closing) -> &'static str {
    match (closing.closed, &closing.blocked_by) {
        (true, _) => "closed",
        (false, None) => "ready",
        (false, Some(_)) => "blocked",
    }
}

impl PortfolioRow {
    /// The row of a client.
    pub fn of(summary: &Summary) -> Self {
        let closing = summary.closing.as_ref();
        Self {
            client: summary.client.clone(),
            name: summary.name.clone(),
            siren: summary.siren.clone(),
            since: summary.since,
            known_at: summary.known_at,
            as_of: summary.as_of,
            currency: summary.currency.clone(),
            at_stake: summary.at_stake.to_string(),
            unbilled: summary.unbilled.to_string(),
            unproven: summary.unproven.to_string(),
            trend: trend(summary),
            assets: summary.assets,
            contracted: summary.contracted,
            seen: summary.seen,
            billable: summary.billable,
            uncovered: summary.uncovered,
            missing: summary.missing,
            unknown: summary.unknown,
            unknown_causes: summary.unknown_causes.clone(),
            silent_sites: summary.silent_sites.clone(),
            pending: summary.pending,
            unprotected: summary.unprotected,
            findings: summary.findings,
            oldest_gap: summary.oldest_gap,
            notice_contract: summary.notice.as_ref().map(|notice| notice.contract.clone()),
            notice_until: summary.notice.as_ref().map(|notice| notice.until),
            signed: summary.signed,
            closed: summary.closed,
            closing: closing.map(|closing| closing.month),
            closing_state: closing.map(closing_state),
            blocked_by: closing.and_then(|closing| closing.blocked_by.clone()),
        }
    }
}

fn trend(summary: &Summary) -> Vec<TrendPoint> {
    let now = Month::of(summary.as_of);
    let past = (1..TREND_MONTHS).rev().map(|back| now.plus(-back)).map(|month| TrendPoint {
        month,
        at_stake: summary.trend.get(&month).copied().flatten().map(|amount| amount.to_string()),
    });
    past.chain([TrendPoint { month: now, at_stake: Some(summary.at_stake.to_string()) }]).collect()
}

/// The month that most clients are to close, and how many can.
fn closing(summaries: &[&Summary]) -> Option<ClosingTotal> {
    let due = || summaries.iter().filter_map(|summary| summary.closing.as_ref());
    let mut months: BTreeMap<Month, u32> = BTreeMap::new();
    for closing in due() {
        *months.entry(closing.month).or_insert(0) += 1;
    }
    let (month, clients) = months.into_iter().max_by_key(|(_, clients)| *clients)?;
    let own = || due().filter(|closing| closing.month == month);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Some(ClosingTotal {
        month,
        clients,
        closed: count(own().filter(|closing| closing.closed).count()),
        ready: count(own().filter(|closing| closing.closed || closing.blocked_by.is_none()).count()),
    })
}

impl Total {
    fn of(currency: &str, rows: &[&Summary]) -> Result<Self, Refusal> {
        let amount = |of: fn(&Summary) -> Amount| Amount::total(rows.iter().map(|row| of(row)));
        let sum = |of: fn(&Summary) -> u32| rows.iter().fold(0u32, |sum, row| sum.saturating_add(of(row)));
        let soon = |row: &&&Summary| {
            let days = |until: Date| row.as_of.until(until).map_or(i32::MAX, |span| span.get_days());
            row.notice.as_ref().is_some_and(|notice| days(notice.until) <= NOTICE_DAYS)
        };
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Self {
            currency: currency.to_owned(),
            clients: count(rows.len()),
            at_stake: amount(|row| row.at_stake)?.to_string(),
            unbilled: amount(|row| row.unbilled)?.to_string(),
            unproven: amount(|row| row.unproven)?.to_string(),
            assets: sum(|row| row.assets),
            contracted: sum(|row| row.contracted),
            seen: sum(|row| row.seen),
            billable: sum(|row| row.billable),
            uncovered: sum(|row| row.uncovered),
            missing: sum(|row| row.missing),
            unknown: sum(|row| row.unknown),
            pending: sum(|row| row.pending),
            unprotected: sum(|row| row.unprotected),
            findings: sum(|row| row.findings),
            oldest_gap: rows.iter().filter_map(|row| row.oldest_gap).min(),
            notices: count(rows.iter().filter(soon).count()),
            silent_sites: count(rows.iter().map(|row| row.silent_sites.len()).sum()),
        })
    }
}
