//! The named annex: an entry opens its slot on its first day, whoever holds what, and closes it on its last.
//!
//! **Invariant**: an entry takes over the slot that a line gave by itself only where both were known for one device.

use alloc::string::String;

use jiff::Timestamp;
use jiff::civil::Date;

use super::timeline::Timeline;
use super::{Agreement, Origin};
use crate::calendar::first_instant;
use crate::category::Category;
use crate::contract::Line;

impl Timeline<'_> {
    pub(super) fn close_annex(&mut self, agreement: usize, entry: usize, last: Date) {
        let Some(entry) = self.agreements.get(agreement).and_then(|a| a.annex.get(entry)) else { return };
        let Some(stay) = self.open.get(&(agreement, entry.row.label.clone())).copied() else { return };
        let billed = self.removal(stay, last);
        self.close(stay, last, billed);
    }

    pub(super) fn open_annex(&mut self, agreement: usize, entry: usize, day: Date) {
        let Some(Agreement { contract, annex, .. }) = self.agreements.get(agreement) else { return };
        let Some(entry) = annex.get(entry) else { return };
        let slot = entry.row.label.clone();
        if !contract.in_force(day) || self.open.contains_key(&(agreement, slot.clone())) {
            return;
        }
        let morning = first_instant(day, &contract.zone());
        let speaks_of = self.applicants.of_row(&contract.id, &entry.row.label, morning);
        let (applicant, moment) = speaks_of.map_or((None, morning), |(applicant, at)| (Some(applicant), at));
        if self.keeps_out(entry.asset, applicant, day, moment) {
            return;
        }
        let Some(line) = annex_line(contract.lines_on(day), entry.row.line.as_deref(), self.category(entry.asset, day))
        else {
            return;
        };
        let taken = self.automatic_stay(agreement, entry.asset, speaks_of);
        let stay = self.open_stay(agreement, line, slot, entry.asset, day, Origin::Annex, taken);
        self.holders.extend(speaks_of.map(|(applicant, _)| (stay, applicant)));
    }

    /// The stay that the line's own admission gave the asset in this agreement, as far as it was known to be the
    /// device that the row speaks of.
    fn automatic_stay(&self, agreement: usize, asset: usize, speaks_of: Option<(usize, Timestamp)>) -> Option<usize> {
        let stays = self.held.get(&asset)?;
        stays.iter().copied().find(|index| {
            let stay = self.perimeter.stays.get(*index);
            stay.is_some_and(|stay| stay.agreement == agreement && stay.origin.is_automatic())
                && speaks_of.is_none_or(|(applicant, at)| self.is_of(*index, applicant, at))
        })
    }
}

/// The line of an annex row: the one it names, else the first of the asset's category, else the only one.
fn annex_line(lines: &[Line], named: Option<&str>, category: Option<Category>) -> Option<String> {
    let line = match named {
        Some(named) => lines.iter().find(|line| line.id == named),
        None => lines.iter().find(|line| category.is_some_and(|category| line.category == category.as_str())).or(
            match lines {
                [only] => Some(only),
                _ => None,
            },
        ),
    };
    line.map(|line| line.id.clone())
}
