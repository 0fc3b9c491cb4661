//! What is at stake in a finding: the bill of a whole month with the proposed action, less the bill without it.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};

use num_rational::Ratio;

use crate::contract::{Line, Mode};
use crate::money::{self, Amount};
use crate::refusal::Refusal;
use crate::register::Register;

/// The stakes of one day, each computed once per line and change.
pub(super) struct Stakes<'a> {
    register: &'a Register,
    known: BTreeMap<(usize, String, i32), Amount>,
}

impl<'a> Stakes<'a> {
    pub(super) fn new(register: &'a Register) -> Self {
        Self { register, known: BTreeMap::new() }
    }

    /// What a line's whole month changes when it counts so many slots more (fewer when negative).
    pub(super) fn change(&mut self, agreement: usize, line: &str, slots: i32) -> Result<Amount, Refusal> {
        let key = (agreement, line.to_string(), slots);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let contract = self.register.agreements.get(agreement).map(|agreement| &agreement.contract);
        let Some(terms) = contract.and_then(|contract| contract.line_on(line, self.register.as_of)) else {
            return Ok(Amount::ZERO);
        };
        let count = self.register.lines.iter().find(|count| count.agreement == agreement && count.line == line);
        let (now, covered) = count.map_or((0, 0), |count| (count.billable, count.covered));
        let (now, then) = match terms.mode {
            // A seat that stands empty is paid for already.
            Some(Mode::Fixed) if slots > 0 => (now.max(covered), now.max(covered.saturating_add_signed(slots))),
            _ => (now, now.saturating_add_signed(slots)),
        };
        let change = whole_month(terms, then)?.minus(whole_month(terms, now)?)?;
        self.known.insert(key, change);
        Ok(change)
    }
}

/// What a line's whole month costs more on the register's day when so many devices are added to it and its count is raised
/// as far as they need.
///
/// # Errors
/// `amount_overflow`.
pub fn added(register: &Register, agreement: usize, line: &str, devices: u32) -> Result<Amount, Refusal> {
    let contract = register.agreements.get(agreement).map(|agreement| &agreement.contract);
    let Some(terms) = contract.and_then(|contract| contract.line_on(line, register.as_of)) else {
        return Ok(Amount::ZERO);
    };
    let count = register.lines.iter().find(|count| count.agreement == agreement && count.line == line);
    let (now, covered) = count.map_or((0, 0), |count| (count.billable, count.covered));
    let then = match terms.mode {
        Some(Mode::Fixed) => now.max(covered.saturating_add(devices)),
        _ => now.saturating_add(devices),
    };
    whole_month(terms, then)?.minus(whole_month(terms, now)?)
}

/// The recurring amount of a whole month in which so many slots are in force every day.
fn whole_month(line: &Line, slots: u32) -> Result<Amount, Refusal> {
    let millionths = match (line.mode, line.unit_price) {
        (Some(Mode::Graduated), _) => graduated(line, slots),
        (Some(Mode::Volume), _) => volume(line, slots),
        (_, Some(price)) => i128::from(price.millionths()).checked_mul(i128::from(slots.max(line.commitment))),
        (_, None) => Some(0),
    };
    let amount = money::rounded(millionths.ok_or_else(overflow)?, 1, line.discount)?;
    match line.minimum_amount {
        Some(minimum) => {
            let minimum = money::r2(Ratio::new(i128::from(minimum.millionths()), 1_000_000))?;
            Ok(amount.max(minimum))
        }
        None => Ok(amount),
    }
}

fn graduated(line: &Line, slots: u32) -> Option<i128> {
    let mut below = 0u32;
    let mut total = 0i128;
    for tier in &line.tiers {
        let end = tier.up_to.unwrap_or(u32::MAX).min(slots);
        let within = i128::from(end.saturating_sub(below));
        total = total.checked_add(within.checked_mul(i128::from(tier.unit_price.millionths()))?)?;
        below = below.max(end);
    }
    Some(total)
}

fn volume(line: &Line, slots: u32) -> Option<i128> {
    let tier = line.tiers.iter().find(|tier| tier.up_to.is_none_or(|up_to| slots <= up_to));
    let price = tier.or(line.tiers.last()).map_or(0, |tier| tier.unit_price.millionths());
    i128::from(price).checked_mul(i128::from(slots))
}

fn overflow() -> Refusal {
    Refusal::new("amount_overflow")
}
