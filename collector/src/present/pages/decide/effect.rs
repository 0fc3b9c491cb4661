//! What decisions do to the invoices, in sentences: « Novembre : 311,23 → 318,83 € (+7,60 : 19 j × 12,00 / 30) ».

use cadastre_domain::money::Amount;

use crate::admin::decide::{BillChange, DayEffect, MonthEffect, Weighed};
use crate::present::pages::clients::is_zero;
use crate::present::text::decide::DecideWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, number};

/// A sentence a month and bill; the unchanged ones only when nothing changes at all.
pub(super) fn sentences(weighed: &Weighed, language: Language) -> Vec<String> {
    let words = DecideWords::of(language);
    let changes: Vec<(&MonthEffect, &BillChange)> =
        weighed.months.iter().flat_map(|month| month.bills.iter().map(move |bill| (month, bill))).collect();
    let changed = |bill: &BillChange| bill.before != bill.after;
    if !changes.iter().any(|(_, bill)| changed(bill)) {
        return vec![words.no_bill.to_owned()];
    }
    let several = weighed.months.iter().any(|month| month.bills.len() > 1);
    let first = weighed.months.first().map(|month| month.month);
    let told = changes.into_iter().filter(|(_, bill)| changed(bill));
    told.filter_map(|(month, bill)| sentence(month, bill, (several, Some(month.month) == first), language)).collect()
}

/// The first month with its bill before and after; a later one with what it changes by itself, for the regularisations of
/// closed months are paid once. `None` when nothing is left.
fn sentence(
    month: &MonthEffect,
    bill: &BillChange,
    (several, first): (bool, bool),
    language: Language,
) -> Option<String> {
    let words = DecideWords::of(language);
    let name = date::capital(&date::month(month.month.first(), language));
    let name = match several {
        true => fill(words.month_of, &[("entity", &bill.entity), ("month", &name)], language),
        false => name,
    };
    let whole = difference(&bill.before, &bill.after).unwrap_or_default();
    let regularised = !several && !is_zero(&month.regularised);
    let change = match regularised && !first {
        true => difference(&month.regularised, &whole).unwrap_or_default(),
        false => whole,
    };
    if is_zero(&change) {
        return None;
    }
    let mut days = month.days.as_ref().filter(|_| !several).map(|days| day_words(days, language)).unwrap_or_default();
    if regularised && first {
        let amount = number::signed_decimal(&month.regularised, language);
        days += &fill(words.regularised, &[("amount", &amount)], language);
    }
    let values = [
        ("month", name.as_str()),
        ("before", &number::decimal(&bill.before, language)),
        ("after", &number::amount(&bill.after, &bill.currency, language)),
        ("change", &number::signed_decimal(&change, language)),
        ("days", &days),
    ];
    Some(fill(if first { words.month } else { words.month_later }, &values, language))
}

/// ` : 19 j × 12,00 / 30`.
fn day_words(days: &DayEffect, language: Language) -> String {
    let n = days.days.unsigned_abs().to_string();
    let (price, base) = (number::decimal(&days.unit_price, language), days.price_base.to_string());
    let values = [("n", n.as_str()), ("price", &price), ("base", &base)];
    fill(DecideWords::of(language).days, &values, language)
}

/// `after` less `before`.
fn difference(before: &str, after: &str) -> Option<String> {
    let (before, after): (Amount, Amount) = (before.parse().ok()?, after.parse().ok()?);
    after.minus(before).ok().map(|change| change.to_string())
}
