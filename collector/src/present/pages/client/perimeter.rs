//! The grid: a row a contract line, with a drawing of seen against contracted.

use std::collections::BTreeMap;

use super::assets::requirement_name;
use crate::present::query::Asked;
use crate::present::text::client::ClientWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, label, number};
use crate::views::bill::Bill;
use crate::views::reconciliation::{LineRow, Reconciliation};

/// The grid and its totals.
pub(super) struct Grid {
    /// Whether a line requires anything.
    pub(super) required: bool,
    pub(super) rows: Vec<Line>,
}

/// A contract line.
pub(super) struct Line {
    pub(super) line: String,
    pub(super) contract: String,
    pub(super) category: String,
    pub(super) price: Option<String>,
    pub(super) contracted: String,
    pub(super) seen: (bool, String),
    pub(super) seen_href: String,
    pub(super) covered: (bool, String),
    pub(super) covered_href: String,
    pub(super) billable: (bool, String),
    pub(super) gap: String,
    /// `more`, `less` or `even`.
    pub(super) gap_kind: &'static str,
    pub(super) bullet: Bullet,
    /// What the running month asks for it.
    pub(super) amount: Option<String>,
    /// Each requirement: how many have it, and the list of those who lack it.
    pub(super) requirements: Vec<Kept>,
}

/// How far a requirement is kept.
pub(super) struct Kept {
    pub(super) text: String,
    pub(super) full: bool,
    pub(super) href: String,
}

/// The drawing of a line, in units of a bar of [`WIDTH`].
pub(super) struct Bullet {
    pub(super) seen: u32,
    pub(super) over: u32,
    pub(super) unknown: u32,
    /// Where the unknown part begins.
    pub(super) unknown_from: u32,
    pub(super) tick: u32,
    pub(super) said: String,
}

/// The grid, when a line is in force.
pub(super) fn grid(
    day: &Reconciliation,
    bills: Option<&[Bill]>,
    asked: &Asked,
    path: &str,
    language: Language,
) -> Option<Grid> {
    let mut unknown: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for asset in day.assets.iter().filter(|asset| asset.status == "unknown") {
        if let (Some(contract), Some(line)) = (&asset.contract, &asset.line) {
            let count = unknown.entry((contract, line)).or_default();
            *count = count.saturating_add(1);
        }
    }
    let most = day.lines.iter().map(|line| line.contracted.max(line.observed)).max().unwrap_or(0).max(1);
    let row = |line: &LineRow| {
        let unknown = unknown.get(&(line.contract.as_str(), line.line.as_str())).copied().unwrap_or(0);
        let mut row = row(line, &day.currency, (unknown, most), asked, path, language);
        row.amount = bills.and_then(|bills| amount(bills, line, language));
        row.requirements = requirements(day, line, asked, path, language);
        row
    };
    (!day.lines.is_empty()).then(|| Grid {
        required: day.assets.iter().any(|asset| !asset.requirements.is_empty()),
        rows: day.lines.iter().map(row).collect(),
    })
}

fn row(
    line: &LineRow,
    currency: &str,
    (unknown, most): (u32, u32),
    asked: &Asked,
    path: &str,
    language: Language,
) -> Line {
    let number = |n: u32| (n > 0, number::count(n, language));
    let list = |asked: Asked| format!("{}#assets", asked.href(path));
    let base = asked.unfiltered();
    Line {
        line: line.line.clone(),
        contract: line.contract.clone(),
        category: String::from(label::name(label::CATEGORIES, &line.category, language)),
        price: line.unit_price.as_ref().map(|price| number::amount(price, currency, language)),
        contracted: number::count(line.contracted, language),
        seen: number(line.observed),
        seen_href: list(Asked { category: Some(line.category.clone()), ..base.clone() }),
        covered: number(line.covered),
        covered_href: list(Asked { line: Some(line.line.clone()), ..base }),
        billable: number(line.billable),
        gap: number::signed(line.gap, language),
        gap_kind: match line.gap {
            0 => "even",
            1.. => "more",
            _ => "less",
        },
        bullet: bullet(line, unknown, most, language),
        amount: None,
        requirements: Vec::new(),
    }
}

/// What the bills ask for a line.
fn amount(bills: &[Bill], line: &LineRow, language: Language) -> Option<String> {
    let mut currency = None;
    let own = bills.iter().flat_map(|bill| bill.lines.iter().map(move |row| (bill, row)));
    let amounts = own.filter(|(_, row)| row.contract == line.contract && row.line.as_ref() == Some(&line.line));
    let total = number::total(amounts.map(|(bill, row)| {
        currency = Some(bill.currency.as_str());
        row.amount.as_str()
    }))?;
    Some(number::amount(&total, currency?, language))
}

/// « AV 24/25 · Sauvegarde 22/25 », each with the list of those who lack it.
fn requirements(day: &Reconciliation, line: &LineRow, asked: &Asked, path: &str, language: Language) -> Vec<Kept> {
    let own = day
        .assets
        .iter()
        .filter(|asset| asset.contract.as_ref() == Some(&line.contract) && asset.line.as_ref() == Some(&line.line));
    let mut kept: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for required in own.flat_map(|asset| &asset.requirements) {
        let (good, all) = kept.entry(&required.kind).or_default();
        *all += 1;
        *good += u32::from(required.verdict == "good");
    }
    let told = |(kind, (good, all)): (&str, (u32, u32))| {
        let name = requirement_name(kind, language);
        let lacking = Asked { line: Some(line.line.clone()), lacking: Some(String::from(kind)), ..asked.unfiltered() };
        Kept {
            text: format!("{name}\u{a0}{}/{}", number::count(good, language), number::count(all, language)),
            full: good == all,
            href: format!("{}#assets", lacking.href(path)),
        }
    };
    kept.into_iter().map(told).collect()
}

fn bullet(line: &LineRow, unknown: u32, most: u32, language: Language) -> Bullet {
    let scale = |n: u32| u32::try_from(u64::from(n) * u64::from(WIDTH) / u64::from(most.max(1))).unwrap_or(WIDTH);
    let unknown = unknown.min(line.observed);
    let sure = line.observed - unknown;
    let within = scale(sure.min(line.contracted));
    let values = [
        ("seen", &*number::count(line.observed, language)),
        ("contracted", &*number::count(line.contracted, language)),
        ("unknown", &*number::count(unknown, language)),
    ];
    Bullet {
        seen: within,
        over: scale(sure).saturating_sub(within),
        unknown: scale(line.observed).saturating_sub(scale(sure)),
        unknown_from: scale(sure),
        tick: scale(line.contracted),
        said: fill(ClientWords::of(language).bullet, &values, language),
    }
}

/// Width of the longest bar of the grid.
pub(super) const WIDTH: u32 = 120;
