//! Who is at the other end of a connection: what its certificate says, read once after the handshake.
//!
//! Refuses a certificate that our authority did not sign or that carries another name than one agent's. Whether the
//! agent may speak now is asked anew at every call.

use cadastre_proto::hex;
use rustls::pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

use super::ca::Ca;

/// An agent, as its certificate names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// Client code.
    pub(super) client: String,
    /// Agent id.
    pub(super) agent: String,
    /// The certificate's serial, hex.
    pub(super) serial: String,
    /// Its first second.
    pub(super) not_before_s: i64,
    /// Its last second.
    pub(super) not_after_s: i64,
}

/// The agent that a certificate of this authority names.
pub(super) fn identify(certificate: &CertificateDer<'_>, authority: &Ca) -> Option<Identity> {
    let (_, leaf) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let (_, root) = x509_parser::parse_x509_certificate(authority.root()).ok()?;
    leaf.verify_signature(Some(root.public_key())).ok()?;
    let (client, agent) = names(&leaf, authority.domain())?;
    Some(Identity {
        client,
        agent,
        serial: hex::encode(leaf.raw_serial()),
        not_before_s: leaf.validity().not_before.timestamp(),
        not_after_s: leaf.validity().not_after.timestamp(),
    })
}

fn names(leaf: &X509Certificate<'_>, domain: &str) -> Option<(String, String)> {
    let names = leaf.subject_alternative_name().ok()??;
    let [GeneralName::URI(uri)] = names.value.general_names[..] else { return None };
    let path = uri.strip_prefix("spiffe://")?.strip_prefix(domain)?.strip_prefix("/client/")?;
    let (client, agent) = path.split_once("/agent/")?;
    let whole = !client.is_empty() && !agent.is_empty() && !client.contains('/') && !agent.contains('/');
    whole.then(|| (client.to_owned(), agent.to_owned()))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::super::ca::ProvenKey;
    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn only_our_own_agents_are_identified() {
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let (ours, _) = Ca::make(now, &SystemRandom).unwrap();
        let (foreign, _) = Ca::make(now, &SystemRandom).unwrap();
        let params = CertificateParams::new(Vec::new()).unwrap();
        let request = params.serialize_request(&KeyPair::generate().unwrap()).unwrap();
        let key = ProvenKey::of_request(request.der()).unwrap();
        let issued = ours.agent(&key, ("acme", "a1"), now, &SystemRandom).unwrap();
        let identity = identify(&issued.certificate, &ours).unwrap();
        assert_eq!((identity.client.as_str(), identity.agent.as_str()), ("acme", "a1"));
        assert_eq!(identity.serial, issued.serial);
        assert_eq!(identify(&issued.certificate, &foreign), None);
        let collector = ours.collector(now, &SystemRandom).unwrap();
        assert_eq!(identify(&collector.cert[0], &ours), None, "the collector is no agent");
        assert_eq!(identify(ours.root(), &ours), None);
        let odd = ours.agent(&key, ("acme/agent/x", "a1"), now, &SystemRandom).unwrap();
        assert_eq!(identify(&odd.certificate, &ours), None);
    }
}
