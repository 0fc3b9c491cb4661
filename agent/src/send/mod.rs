//! The wire, from the agent's side: one connection for each exchange, none between them.
//!
//! ```text
//! link (proxy, TLS, whom to trust) ─▶ enrol       a token and a key → an identity
//!                                  ─▶ recover     a certificate that ended and its key → a new one
//!                                  ─▶ exchange    check-in → push → renew, over one connection
//! way     the same road step by step, for `doctor`
//! answer  what each refusal of the collector means     wait  how long until the next exchange
//! ```
//! Refuses to speak to a collector that its authority did not sign, to enrol with a collector that is not the token's,
//! and to delete a key or a pending change because of any answer.

pub mod answer;
pub mod wait;

mod enrol;
mod exchange;
mod keys;
mod link;
mod push;
mod recover;
mod way;

pub use self::enrol::{Enrolled, enrol};
pub(crate) use self::enrol::{code_word, of_link};
pub use self::exchange::{Done, Failure, Vitals, exchange, renew_now};
pub use self::link::{Address, Link, LinkError, Network};
pub use self::recover::recover;
pub use self::way::{Way, examine};
