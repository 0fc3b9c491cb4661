//! The rules of the house, held over its own text: who imports whom, what stands in one place only, where prose may stand.

mod imports;
mod places;
mod shape;
mod words;

/// Fails with every breach on a line of its own.
#[track_caller]
fn none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}
