//! `show` without `--json`: the report in the reader's language, one line a section.
//!
//! Refuses to add anything that is not in the report.

use cadastre_proto::inventory::{Inventory, SECTIONS};

use crate::text::Text;

/// The report as a page of text.
#[must_use]
pub(crate) fn summary(inventory: &Inventory, text: Text) -> String {
    let mut page = String::new();
    for id in SECTIONS {
        let Some(section) = inventory.sections.get(id) else { continue };
        page.push_str(&format!("{:<16} {}\n", text.word(&format!("section_{id}")), text.outcome(section.outcome)));
    }
    page.push_str(&format!("\n{}\n", text.word("show_note")));
    page
}
