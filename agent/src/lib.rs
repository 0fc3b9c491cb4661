//! The agent of Cadastre, room by room: `source` → `probe` → `agent` (the inventory) → the commands of `cli`.

pub mod agent;
pub mod cli;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod privacy;
pub mod refusal;
pub mod send;
pub mod source;
pub mod spool;
pub mod text;

#[cfg(test)]
mod fuzz;
mod probe;
mod show;
