//! The tests that cross rooms: the programs as users and scripts meet them, and the rules that hold over the whole house.
#![expect(clippy::panic, reason = "a test that cannot go on fails")]

mod audit;
mod decisions;
mod demo;
mod drafts;
mod identity;
mod kills;
mod march;
mod money;
mod pack;
mod path;
mod properties;
mod refusals;
mod samples;
mod scenarios;
mod schemas;
mod statement;
mod tidy;
mod usage;
mod wire;
