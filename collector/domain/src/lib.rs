//! The rules of Cadastre, as one pure function of one client's facts.
//!
//! ```text
//! facts ─▶ identify ─▶ presence ─▶ perimeter ─▶ finding ─▶ price ─▶ Register
//! ```
//!
//! **Invariant**: no clock, no file, no float, no hash map, no prose. What a rule needs it receives; what it says is a
//! code with arguments, which `present/text` of the collector turns into French and English.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod asset;
pub mod audit;
pub mod bridge;
pub mod calendar;
pub mod category;
pub mod closing;
pub mod contact;
pub mod contract;
pub mod delay;
pub mod evidence;
pub mod fact;
pub mod facts;
pub mod finding;
pub mod hours;
pub mod identifier;
pub mod identify;
pub mod ledger;
pub mod money;
pub mod perimeter;
pub mod presence;
pub mod price;
pub mod protection;
pub mod refusal;
pub mod register;
pub mod report;
pub mod sighting;
pub mod source;
pub mod standing;
pub mod usage;
