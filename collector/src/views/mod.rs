//! The documents that the CLI, the API, the pages and the files show: one struct each, built from a register.
//!
//! **Invariant**: a document is the same for all of them; no storage, no HTML, no prose. First key `schema`; money as
//! text with a point; an absent value is `null`. Shapes: the published JSON Schemas of the same names.

pub mod agenda;
pub mod agents;
pub mod asset;
pub mod asset_months;
pub mod asset_story;
pub mod audit;
pub mod bill;
pub mod bridge;
pub mod cell;
pub mod clients;
pub mod draft;
pub mod explanation;
pub mod health;
pub mod history;
pub mod joining;
pub mod outline;
pub mod pack;
pub mod parties;
pub mod portfolio;
mod reader;
pub mod reconciliation;
pub mod search;
pub mod signature;
pub mod statement;
pub mod verification;
pub mod worklist;

pub use reader::Reader;
