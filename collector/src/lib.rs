//! The collector of Cadastre.
//!
//! ```text
//! ingest ─┐ append                       ┌ pages
//!         ├──▶ facts ──▶ register ──▶ views ┼ api
//! admin ──┘                                 └ files, cli
//! ```

pub mod clock;
pub mod facts;
pub mod ingest;
pub mod present;
pub mod views;
