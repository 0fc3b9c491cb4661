//! What `doctor` says of the connection: enrolment, certificate, spool, and whether the collector answers.

use cadastre_proto::limits::{CERTIFICATE_BACKDATE_S, CERTIFICATE_LIFE_S};
use jiff::Timestamp;

use super::{Check, Verdict};
use crate::clock::Clock;
use crate::refusal::Refusal;
use crate::send::{Way, of_link};
use crate::spool::{Identity, Spool};

/// How far a clock may lag before it is called wrong, milliseconds.
const SKEW_MAX_MS: i64 = 300_000;

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
    checks.extend(self::clock(identity, progress.acked_at_ms, clock.now().as_millisecond()));
    if let Some(pending) = spool.pending() {
        checks.push(Check::new(Verdict::Weak, Refusal::new("doctor_pending").with("at", &pending.collected_at)));
    }
    if !progress.refused.is_empty() {
        let refused = Refusal::new("doctor_refused").with("count", progress.refused.len());
        checks.push(Check::new(Verdict::Weak, refused));
    }
    checks
}

/// How far one gets on the way to the collector.
#[must_use]
pub fn way(way: &Way) -> Check {
    bad(match way {
        Way::Reached(address) => {
            return Check::new(Verdict::Good, Refusal::new("doctor_collector_ok").with("collector", address));
        }
        Way::NoName(host) => Refusal::new("doctor_no_name").with("host", host),
        Way::Closed { door, is_proxy: true } => Refusal::new("doctor_proxy_closed").with("door", door),
        Way::Closed { door, is_proxy: false } => Refusal::new("doctor_closed").with("door", door),
        Way::ProxyRefuses(door) => Refusal::new("doctor_proxy_refuses").with("door", door),
        Way::Intercepted { issuer } => Refusal::new("doctor_intercepted").with("issuer", issuer),
        Way::Stopped(error) => of_link(error),
    })
}

/// What a machine that is not enrolled has tried.
#[must_use]
pub fn enrolling(spool: &Spool) -> Check {
    match spool.waiting() {
        Ok(Some(waiting)) => bad(Refusal::new("doctor_token_waits").with("token", waiting.token)),
        _ if spool.progress().retired => bad(Refusal::new("agent_retired")),
        _ => not_enrolled(),
    }
}

/// The clock beside what the collector's has shown.
fn clock(identity: &Identity, acked_at_ms: Option<i64>, now_ms: i64) -> Option<Check> {
    let issued_ms = identity.not_after_ms.saturating_sub((CERTIFICATE_LIFE_S + CERTIFICATE_BACKDATE_S) * 1000);
    let latest = acked_at_ms.unwrap_or(i64::MIN).max(issued_ms);
    (now_ms < latest.saturating_sub(SKEW_MAX_MS))
        .then(|| bad(Refusal::new("doctor_clock_behind").with("now", instant(now_ms)).with("since", instant(latest))))
}

fn instant(millisecond: i64) -> String {
    Timestamp::from_millisecond(millisecond).map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(not_after_ms: i64) -> Identity {
        let text = String::new;
        Identity {
            client: text(),
            agent: text(),
            token: text(),
            agents: text(),
            enrolment: None,
            next_agents: None,
            key: text(),
            certificate: text(),
            authorities: Vec::new(),
            bundle_version: 0,
            not_after_ms,
        }
    }

    #[test]
    fn a_clock_behind_what_the_collector_showed_is_wrong() {
        let life_ms = CERTIFICATE_LIFE_S * 1000;
        let said = |acked: Option<i64>, now| {
            clock(&identity(1_790_000_000_000 + life_ms), acked, now).map(|check| check.finding.code)
        };
        assert_eq!(said(None, 1_790_000_000_000), None);
        assert_eq!(said(Some(1_790_500_000_000), 1_790_500_000_000 - 299_000), None);
        assert_eq!(said(Some(1_790_500_000_000), 1_790_400_000_000), Some("doctor_clock_behind"));
        assert_eq!(said(None, 1_700_000_000_000), Some("doctor_clock_behind"));
    }
}
