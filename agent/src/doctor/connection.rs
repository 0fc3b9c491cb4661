//! What `doctor` says of the connection: enrolment, certificate, spool, and whether the collector answers.

use jiff::Timestamp;

use super::{Check, Verdict};
use crate::clock::Clock;
use crate::refusal::Refusal;
use crate::send::{Address, LinkError, of_link};
use crate::spool::{Identity, Spool};

/// The machine is not enrolled.
#[must_use]
pub fn not_enrolled() -> Check {
    Check::new(Verdict::Bad, Refusal::new("not_enrolled"))
}

/// Something stops the agent.
#[must_use]
pub fn bad(refusal: Refusal) -> Check {
    Check::new(Verdict::Bad, refusal)
}

/// What the state folder tells.
#[must_use]
pub fn stored(spool: &Spool, identity: &Identity, clock: &dyn Clock) -> Vec<Check> {
    let until = instant(identity.not_after_ms);
    let certificate = if clock.now().as_millisecond() > identity.not_after_ms {
        Check::new(Verdict::Bad, Refusal::new("doctor_certificate_expired").with("until", until))
    } else {
        let found = Refusal::new("doctor_enrolled").with("client", &identity.client).with("agent", &identity.agent);
        Check::new(Verdict::Good, found.with("until", until))
    };
    let progress = spool.progress();
    let acked = match progress.acked_at_ms {
        Some(at) => Check::new(Verdict::Good, Refusal::new("doctor_acked").with("at", instant(at))),
        None => Check::new(Verdict::Weak, Refusal::new("doctor_never_acked")),
    };
    let mut checks = vec![certificate, acked];
    if let Some(pending) = spool.pending() {
        checks.push(Check::new(Verdict::Weak, Refusal::new("doctor_pending").with("at", &pending.collected_at)));
    }
    if !progress.refused.is_empty() {
        let refused = Refusal::new("doctor_refused").with("count", progress.refused.len());
        checks.push(Check::new(Verdict::Weak, refused));
    }
    checks
}

/// Whether the collector answered.
#[must_use]
pub fn reached(reached: &Result<Address, LinkError>) -> Check {
    match reached {
        Ok(address) => Check::new(Verdict::Good, Refusal::new("doctor_collector_ok").with("collector", address)),
        Err(error) => bad(of_link(error)),
    }
}

fn instant(millisecond: i64) -> String {
    Timestamp::from_millisecond(millisecond).map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}
