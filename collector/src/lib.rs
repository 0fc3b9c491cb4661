//! The collector of Cadastre.
//!
//! ```text
//! ingest ─┐ append                       ┌ pages
//!         ├──▶ facts ──▶ register ──▶ views ┼ api
//! admin ──┘                                 └ files, cli
//! ```

pub mod admin;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod facts;
pub mod ingest;
mod metrics;
pub mod present;
pub mod register;
pub mod views;
