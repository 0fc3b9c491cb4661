//! What a month counts of each asset: the days billed in its name, and what they come to where the price is a day's.
//!
//! **Invariant**: the days of an asset are days of its slots, so that the days of all assets make up the month's.

use std::collections::BTreeMap;

use cadastre_domain::calendar::{Days, Month};
use cadastre_domain::contract::{Contract, Line, Mode};
use cadastre_domain::money::{Amount, charge};
use cadastre_domain::register::Register;
use jiff::civil::Date;

use crate::views::bill::Period;

/// The month, asset by asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetMonths {
    /// The month.
    pub month: Month,
    /// By asset id: those with a counted day.
    pub assets: BTreeMap<String, AssetMonth>,
}

/// What the month counts of an asset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetMonth {
    /// Its days.
    pub days: u32,
    /// The runs of them.
    pub runs: Vec<Period>,
    /// Their price, tax apart; `None` where the line has no price a day.
    pub amount: Option<String>,
}

impl AssetMonths {
    /// The month of a register.
    pub fn of(register: &Register, month: Month) -> Self {
        let counted = register.slot_days(month);
        let mut days: BTreeMap<usize, Days> = BTreeMap::new();
        let mut amounts: BTreeMap<usize, Option<Amount>> = BTreeMap::new();
        for stay in &register.perimeter.stays {
            let held = Days::between(month, stay.from, stay.billed_to.or(stay.to));
            let Some(contract) = register.agreements.get(stay.agreement).map(|agreement| &agreement.contract) else {
                continue;
            };
            if held == Days::default() {
                continue;
            }
            let key = (contract.id.clone(), stay.line.clone());
            let slot = counted.lines.get(&key).and_then(|slots| slots.get(&stay.slot)).copied();
            let own = slot.unwrap_or_default().and(held);
            if own == Days::default() {
                continue;
            }
            let before = days.entry(stay.asset).or_default();
            *before = before.or(own);
            let amount = price_of(contract, &stay.line, own, month);
            let sum = amounts.entry(stay.asset).or_insert(Some(Amount::default()));
            *sum = sum.zip(amount).and_then(|(sum, amount)| sum.plus(amount).ok());
        }
        let row = |(index, days): (usize, Days)| {
            let asset = register.assets.get(index)?;
            let runs = days.runs(month).into_iter().map(|(start, end)| Period { start, end }).collect();
            let amount = amounts.get(&index).copied().flatten().map(|amount| amount.to_string());
            Some((asset.id.clone(), AssetMonth { days: days.count(), runs, amount }))
        };
        Self { month, assets: days.into_iter().filter_map(row).collect() }
    }
}

/// The price of these days on a line priced by the day; prices that change within the month are taken day by day.
fn price_of(contract: &Contract, line: &str, days: Days, month: Month) -> Option<Amount> {
    let mut spans: Vec<(&Line, i64)> = Vec::new();
    for day in month.each_day().filter(|day: &Date| days.contains(day.day())) {
        let on = contract.line_on(line, day)?;
        match spans.last_mut() {
            Some((last, count)) if last.unit_price == on.unit_price && last.discount == on.discount => *count += 1,
            _ => spans.push((on, 1)),
        }
    }
    let mut sum = Amount::default();
    for (line, count) in spans {
        let price = line.unit_price.filter(|_| line.mode == Some(Mode::Prorata))?;
        sum = sum.plus(charge(count, price, month.days(), line.discount).ok()?).ok()?;
    }
    Some(sum)
}
