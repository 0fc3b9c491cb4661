//! What leaving on a day costs: computed and shown, never billed by itself.
//!
//! `amount` is due as it stands; `months` is so many months of the recurring price; `percent` is that share of the
//! recurring price from the day after to the end of the term, each cut month by its days. Nothing is due at the end of a
//! term or after it.

use jiff::civil::Date;
use num_rational::Ratio;

use super::Contract;
use super::conditions::{Conditions, ExitFee, RenewalKind};
use crate::calendar::{Days, Month, add_months};
use crate::money::{Amount, r2};
use crate::refusal::Refusal;

impl Contract {
    /// The first day after the term that runs on `day`; `None` without a term.
    pub fn end_of_term(&self, day: Date) -> Option<Date> {
        let conditions = self.conditions_on(day.max(self.effective_on));
        let tacit = conditions.renewal.is_some_and(|renewal| renewal.kind == RenewalKind::Tacit);
        let mut k = 0;
        loop {
            let end = end(self.effective_on, conditions, k)?;
            if end > day || !tacit || end == Date::MAX {
                return Some(end);
            }
            k += 1;
        }
    }

    /// What leaving with `day` as last day costs, at a recurring price a month; `None` when the contract states no fee.
    ///
    /// # Errors
    /// `amount_overflow`.
    pub fn exit_fee(&self, day: Date, recurring: Amount) -> Result<Option<Amount>, Refusal> {
        let Some(fee) = self.conditions_on(day).exit_fee else { return Ok(None) };
        let Some(end) = self.end_of_term(day) else { return Ok(None) };
        let next = day.tomorrow().unwrap_or(day);
        if next >= end {
            return Ok(Some(Amount::ZERO));
        }
        let overflow = || Refusal::new("amount_overflow");
        let cents = i128::from(recurring.cents());
        let exact = match fee {
            ExitFee::Amount(amount) => return Ok(Some(amount)),
            ExitFee::Months(months) => Ratio::new(cents.checked_mul(i128::from(months)).ok_or_else(overflow)?, 100),
            ExitFee::Percent(percent) => {
                let months = months_left(next, end);
                let part = cents.checked_mul(i128::from(percent.millionths())).ok_or_else(overflow)?;
                let above = part.checked_mul(*months.numer()).ok_or_else(overflow)?;
                let below = months.denom().checked_mul(100 * 100 * 1_000_000).ok_or_else(overflow)?;
                Ratio::new(above, below)
            }
        };
        r2(exact).map(Some)
    }
}

fn end(effective_on: Date, conditions: &Conditions, k: u32) -> Option<Date> {
    let renewal = conditions.renewal.and_then(|renewal| renewal.months).unwrap_or(0);
    if k > 0 && renewal == 0 {
        return None;
    }
    let months = conditions.initial_months?.saturating_add(k.saturating_mul(renewal));
    Some(add_months(effective_on, i32::try_from(months).unwrap_or(i32::MAX)))
}

/// Months from `from` to the day before `end`: whole ones, and cut ones by their days.
fn months_left(from: Date, end: Date) -> Ratio<i128> {
    let last = end.yesterday().unwrap_or(end);
    let mut left = Ratio::new(0i128, 1);
    let mut month = Month::of(from);
    while month.first() <= last {
        let days = i128::from(Days::between(month, from, Some(last)).count());
        let share = Ratio::new(days, i128::from(month.days()));
        left = Ratio::new(
            left.numer().saturating_mul(*share.denom()).saturating_add(share.numer().saturating_mul(*left.denom())),
            left.denom().saturating_mul(*share.denom()),
        );
        month = month.plus(1);
    }
    left
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use crate::contract::read;

    #[test]
    fn what_leaving_costs_on_each_day() {
        let fee = |rule: &str, day: &str| {
            let contract = read(&format!(
                "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\ninitial_months = 12\n{rule}\n\
                 renewal = {{ kind = \"tacit\", months = 12 }}\nnotice_months = 3\n[billing]\nvat_rate = \"20.00\"\n"
            ))
            .unwrap();
            let fee = contract.exit_fee(day.parse().unwrap(), "300.00".parse().unwrap()).unwrap();
            fee.map_or_else(|| "none".to_string(), |fee| fee.to_string())
        };
        assert_eq!(fee("", "2026-06-30"), "none");
        assert_eq!(fee("exit_fee = { amount = \"150.00\" }", "2026-06-30"), "150.00");
        assert_eq!(fee("exit_fee = { amount = \"150.00\" }", "2026-12-31"), "0.00", "the term ends that day");
        assert_eq!(fee("exit_fee = { months = 3 }", "2026-06-30"), "900.00");
        // Six months and 16 of June's 30 days left: half of 300.00 × (6 + 16/30) = 980.00.
        assert_eq!(fee("exit_fee = { percent = \"50\" }", "2026-06-14"), "980.00");
        // The renewed term runs to the end of 2027.
        assert_eq!(fee("exit_fee = { percent = \"10\" }", "2027-11-30"), "30.00");
    }
}
