//! The wire from end to end: real agents, real TLS, a collector in this process.

mod enrolment;
mod identity;
mod limits;
mod network;
mod policy;
mod reports;
