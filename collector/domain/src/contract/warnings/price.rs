//! Payment, terms of payment, price review, one-line modes in a month that the contract cuts.

use jiff::civil::Date;

use super::super::fields::Reader;
use super::super::line::Mode;
use super::Subject;
use crate::calendar::Month;
use crate::refusal::Refusal;

pub(super) fn remark(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let billing = &subject.conditions.billing;
    subject.expect(reader, billing.means.is_some(), "payment_missing");
    subject.expect(reader, billing.payment_terms.is_some(), "payment_terms_missing");
    subject.expect(reader, subject.conditions.price_review.is_some(), "price_review_missing");
    reference_index(subject, reader);
    one_offs(subject, reader);
    cut_months(subject, reader);
}

/// The first reference index is known when the contract begins. An amendment may agree on a later one.
fn reference_index(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let first = Month::of(subject.contract.first_day());
    let review = subject.contract.segments.first().and_then(|segment| segment.conditions.price_review);
    if let Some(review) = review.filter(|review| review.s0.month > first) {
        let refusal = Refusal::new("review_s0_after_start").with("month", review.s0.month).with("first", first);
        subject.root.warn(reader, "price_review", refusal);
    }
}

/// A one-off amount belongs to the time of its contract.
fn one_offs(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let (first, last) = (subject.contract.first_day(), subject.contract.last_day());
    let tables = subject.root.tables(&mut Reader::new(""), "one_off");
    for (one, table) in subject.contract.one_off.iter().zip(&tables) {
        let refusal = match last {
            _ if one.date < first => {
                Refusal::new("one_off_before_contract").with("date", one.date).with("first", first)
            }
            Some(last) if one.date > last => {
                Refusal::new("one_off_after_term").with("date", one.date).with("last", last)
            }
            _ => continue,
        };
        table.warn(reader, "date", refusal);
    }
}

/// A first or last month that is cut is billed whole by a one-line mode, or not at all.
fn cut_months(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let first = subject.contract.first_day();
    let cuts =
        |first: Date, last: Option<Date>| first.day() != 1 || last.is_some_and(|last| last != Month::of(last).last());
    for line in subject.lines.iter().filter(|line| line.mode.is_some_and(Mode::is_one_line)) {
        let begins = subject.contract.segments.iter().find(|segment| segment.lines.iter().any(|one| one.id == line.id));
        let begins = begins.map_or(first, |segment| segment.from);
        if cuts(begins, subject.contract.last_day()) {
            subject.about_line(reader, line, Refusal::new("month_cut").with("line", &line.id));
        }
    }
}
