//! Who calls: every call is checked, whatever the handshake let through.
//!
//! **Invariant**: a call goes on only for an agent of this client that is not revoked, with a certificate of its own
//! that is valid now, and with a body that names the same agent. It sets the agent's contact hour.

use std::sync::Arc;

use jiff::Timestamp;
use tonic::{Request, Status};

use super::Shared;
use super::answer::{self, Refused};
use super::connection::{Call, Peer};
use super::convert::Named;
use super::peer::Identity;
use crate::facts::AgentRow;

/// An agent whose call may go on.
pub(super) struct Caller {
    pub(super) client: String,
    /// What the record holds of it.
    pub(super) row: AgentRow,
    /// The instant at which it was checked.
    pub(super) now: Timestamp,
    _call: Option<Call>,
}

/// The identity of the connection, and the note that a call is under way.
pub(super) struct Presented {
    identity: Option<Arc<Identity>>,
    call: Option<Call>,
}

/// What the connection of a request presented.
pub(super) fn presented<T>(request: &Request<T>) -> Presented {
    let peer = request.extensions().get::<Peer>();
    Presented { identity: peer.and_then(|peer| peer.identity.clone()), call: peer.map(Peer::begin) }
}

/// Checks a call.
pub(super) async fn authenticate(shared: &Shared, presented: Presented, named: &Named) -> Result<Caller, Status> {
    let identity = presented.identity.ok_or(Refused::NoCertificate)?;
    let now = shared.clock.now();
    let row = shared.record.agent(&identity.client, &identity.agent).await.map_err(|e| answer::of_record(&e))?;
    let row = row.ok_or(Refused::UnknownAgent)?;
    check(&identity, &row, now, named)?;
    let first = row.certificates.first().is_some_and(|certificate| certificate.serial == identity.serial);
    if !first {
        let used = shared.record.certificate_used(&identity.client, &identity.agent, &identity.serial).await;
        used.map_err(|e| answer::of_record(&e))?;
    }
    shared.record.contact(&identity.client, &identity.agent, now).await.map_err(|e| answer::of_record(&e))?;
    Ok(Caller { client: identity.client.clone(), row, now, _call: presented.call })
}

fn check(identity: &Identity, row: &AgentRow, now: Timestamp, named: &Named) -> Result<(), Refused> {
    if row.revoked {
        return Err(Refused::Revoked);
    }
    let certificate = row.certificate(&identity.serial).ok_or(Refused::StaleSerial)?;
    let second = now.as_second();
    if second < identity.not_before_s || second > identity.not_after_s || now > certificate.not_after {
        return Err(Refused::Expired);
    }
    if named.client != identity.client || named.agent != identity.agent {
        return Err(Refused::IdentityMismatch);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Certificate;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn each_way_of_not_being_the_agent_has_its_word() {
        let identity = Identity {
            client: "acme".to_owned(),
            agent: "a1".to_owned(),
            serial: "40".to_owned(),
            not_before_s: at("2026-11-01T00:00:00Z").as_second(),
            not_after_s: at("2026-11-15T00:00:00Z").as_second(),
        };
        let certificate =
            Certificate { key: "k".to_owned(), serial: "40".to_owned(), not_after: at("2026-11-15T00:00:00Z") };
        let row = AgentRow {
            agent: "a1".to_owned(),
            token: "t".to_owned(),
            site: None,
            certificates: vec![certificate],
            revoked: false,
            retire_on: None,
            cursor: None,
        };
        let named = Named { client: "acme".to_owned(), agent: "a1".to_owned() };
        let now = at("2026-11-14T23:59:59Z");
        assert_eq!(check(&identity, &row, now, &named), Ok(()));
        assert_eq!(check(&identity, &row, at("2026-11-15T00:00:01Z"), &named), Err(Refused::Expired));
        assert_eq!(check(&identity, &row, at("2026-10-31T23:59:59Z"), &named), Err(Refused::Expired));
        let revoked = AgentRow { revoked: true, ..row.clone() };
        assert_eq!(check(&identity, &revoked, at("2027-01-01T00:00:00Z"), &named), Err(Refused::Revoked));
        let stale = Identity { serial: "41".to_owned(), ..identity.clone() };
        assert_eq!(check(&stale, &row, now, &named), Err(Refused::StaleSerial));
        for other in [("acme", "a2"), ("other", "a1")] {
            let named = Named { client: other.0.to_owned(), agent: other.1.to_owned() };
            assert_eq!(check(&identity, &row, now, &named), Err(Refused::IdentityMismatch));
        }
    }
}
