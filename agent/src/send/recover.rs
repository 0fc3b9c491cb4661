//! Coming back: a machine that was off for longer than its certificate lives gets a new one for its key.
//!
//! The enrolment address takes it, for the agents' one answers no call without a certificate in force. No fact about the
//! machine leaves.

use cadastre_proto::hex;
use cadastre_proto::wire::enrollment_client::EnrollmentClient;
use cadastre_proto::wire::{RecoverReply, RecoverRequest};

use super::enrol::PORT;
use super::exchange::Failure;
use super::keys;
use super::link::{Address, Link, LinkError, Network};
use crate::spool::{Identity, Spool};

/// Asks for a certificate at the enrolment address; `agents` is where this agent reports.
///
/// # Errors
/// See [`Failure`]; key and certificate then stay as they are.
pub async fn recover(
    spool: &Spool,
    identity: &Identity,
    agents: &Address,
    network: &Network,
) -> Result<Identity, Failure> {
    let link = Link::of_authorities(identity, network)?;
    let request = RecoverRequest {
        certificate: hex::decode(&identity.certificate).ok_or(LinkError::Identity)?,
        csr: keys::request(&identity.key).map_err(|_| LinkError::Identity)?,
    };
    let mut failure = Failure::Lost;
    for address in addresses(identity, agents) {
        let channel = match link.connect(&address).await {
            Ok(channel) => channel,
            Err(error) => {
                failure = error.into();
                continue;
            }
        };
        let reply = EnrollmentClient::new(channel).recover(request.clone()).await?.into_inner();
        let RecoverReply { certificate, not_after_ms } = reply;
        if certificate.is_empty() {
            return Err(Failure::Lost);
        }
        let recovered = Identity { certificate: hex::encode(&certificate), not_after_ms, ..identity.clone() };
        spool.store_identity(&recovered)?;
        return Ok(recovered);
    }
    Err(failure)
}

/// Where to ask: where the machine was enrolled; then, for the collector may have moved since, where it reports, at the
/// port of enrolment.
fn addresses(identity: &Identity, agents: &Address) -> Vec<Address> {
    let first: Option<Address> = identity.enrolment.as_ref().and_then(|address| address.parse().ok());
    let port = first.as_ref().map_or(PORT, |first| first.port);
    let moved = Address { host: agents.host.clone(), port };
    first.into_iter().filter(|first| *first != moved).chain([moved.clone()]).collect()
}
