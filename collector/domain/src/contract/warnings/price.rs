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
    cut_months(subject, reader);
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
