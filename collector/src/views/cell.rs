//! Cells of the tables that people open in a spreadsheet.

/// A text that a spreadsheet would take for a formula, guarded by an apostrophe; every other text as it is.
pub fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
