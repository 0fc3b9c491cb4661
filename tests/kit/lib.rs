//! What the tests that cross rooms share: the two programs as child processes, a collector in this process for the tests of
//! the wire, machines as file trees, contracts and annexes as text.
//!
//! Refuses to look inside the programs: it starts them, speaks to them as a user or a script would, and reads what they
//! say. **Invariant**: every folder is a temporary one, every port a free one, and no child outlives its owner.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose world cannot be set up fails"
)]

pub mod agent;
pub mod clock;
pub mod collector;
pub mod http;
pub mod machine;
pub mod paper;
pub mod program;
pub mod source;

pub mod tokens;
pub mod wire;

pub use agent::Agent;
pub use collector::Collector;
pub use machine::Machine;
pub use program::{Locale, Said};
