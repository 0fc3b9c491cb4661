//! What makes a contract hard to follow: too many lines, ways to price, tiers, rules or amendments.

use alloc::collections::BTreeSet;

use super::super::fields::Reader;
use super::Subject;
use crate::refusal::Refusal;

/// More lines than a reader keeps in mind.
const LINES_MAX: usize = 30;
/// More ways to price than a bill explains well.
const MODES_MAX: usize = 4;
/// More tiers than one line explains well.
const TIERS_MAX: usize = 6;
/// More amendments than one text should carry.
const AMENDMENTS_MAX: usize = 12;
/// More rules than show who is covered.
const RULES_MAX: usize = 40;

pub(super) fn remark(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let modes: BTreeSet<_> = subject.lines.iter().map(|line| (line.formula, line.mode)).collect();
    for (code, count, most) in [
        ("complex_lines", subject.lines.len(), LINES_MAX),
        ("complex_modes", modes.len(), MODES_MAX),
        ("complex_amendments", subject.patches.len(), AMENDMENTS_MAX),
        ("complex_rules", subject.contract.scope_rules.len(), RULES_MAX),
    ] {
        if count > most {
            reader.absent(Refusal::new(code).with("count", count).with("most", most));
        }
    }
    for line in subject.lines.iter().filter(|line| line.tiers.len() > TIERS_MAX) {
        let refusal = Refusal::new("complex_tiers").with("line", &line.id).with("count", line.tiers.len());
        subject.about_line(reader, line, refusal.with("most", TIERS_MAX));
    }
}
