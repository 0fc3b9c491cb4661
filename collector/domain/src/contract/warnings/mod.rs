//! Warnings: each clause of a maintenance contract that the file lacks, states in part, or makes hard to follow.
//!
//! One file a clause group. It refuses nothing: a contract with warnings is imported.
//! **Invariant**: a warning about something written names its line; one about something absent has none.

mod agreement;
mod complexity;
mod price;
mod promises;
mod services;

use alloc::string::String;
use core::ops::Range;

use super::Contract;
use super::amendment::Patch;
use super::conditions::Conditions;
use super::fields::{Fields, Reader};
use super::line::Line;
use crate::refusal::Refusal;

/// The contract under remark, as its last amendment leaves it, with its places in the file.
struct Subject<'r, 'a> {
    root: &'r Fields<'a>,
    contract: &'r Contract,
    patches: &'r [Patch<'a>],
    conditions: &'r Conditions,
    lines: &'r [Line],
}

/// Remarks what the contract lacks.
pub(super) fn remark(root: &Fields<'_>, contract: &Contract, patches: &[Patch<'_>], reader: &mut Reader) {
    let Some(last) = contract.segments.last() else { return };
    let subject = Subject { root, contract, patches, conditions: &last.conditions, lines: &last.lines };
    agreement::remark(&subject, reader);
    services::remark(&subject, reader);
    price::remark(&subject, reader);
    promises::remark(&subject, reader);
    complexity::remark(&subject, reader);
}

impl Subject<'_, '_> {
    /// Remarks something absent from the whole file.
    fn absent(&self, reader: &mut Reader, code: &'static str) {
        reader.absent(Refusal::new(code));
    }

    /// Remarks something absent unless it is there.
    fn expect(&self, reader: &mut Reader, there: bool, code: &'static str) {
        if !there {
            self.absent(reader, code);
        }
    }

    /// Remarks something about a contract line, where its table begins.
    fn about_line(&self, reader: &mut Reader, line: &Line, refusal: Refusal) {
        let field = alloc::format!("lines.{}", line.id);
        match self.place_of_line(&line.id) {
            Some(place) => reader.warn(&place, refusal.on(field)),
            None => reader.absent(refusal.on(field)),
        }
    }

    fn place_of_line(&self, id: &str) -> Option<Range<usize>> {
        let mut silent = Reader::new("");
        let tables = self.root.tables(&mut silent, "lines");
        let own = tables.iter().find(|table| table.has_text("id", id)).map(|table| table.place.clone());
        own.or_else(|| {
            let patch = self.patches.iter().find(|patch| patch.amendment.lines.iter().any(|line| line == id))?;
            Some(patch.fields.place_of("lines"))
        })
    }
}

/// Words joined for a message.
fn joined(words: &[&str]) -> String {
    words.join(", ")
}
