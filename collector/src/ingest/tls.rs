//! TLS of both listeners: version 1.3, ring, our certificate with its root, renewed while the collector runs.
//!
//! The agents' listener asks for a certificate of our authority: none or a foreign one ends the handshake. One that has
//! expired passes, so that the call can be answered in words; the calls check it.

use std::sync::{Arc, PoisonError, RwLock};

use cadastre_proto::limits::ALPN;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConfig, SignatureScheme};

use super::ca::Ca;

/// The collector's certificate, replaced while connections come.
#[derive(Debug)]
pub(super) struct OwnCertificate(RwLock<Arc<CertifiedKey>>);

impl OwnCertificate {
    pub(super) fn new(key: Arc<CertifiedKey>) -> Arc<Self> {
        Arc::new(Self(RwLock::new(key)))
    }

    pub(super) fn replace(&self, key: Arc<CertifiedKey>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = key;
    }
}

impl ResolvesServerCert for OwnCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// TLS for agents: both ends show a certificate.
pub(super) fn for_agents(own: Arc<OwnCertificate>, authority: &Ca) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.root().clone())?;
    let inner = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| Error::General(error.to_string()))?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(OfOurs(inner)))
        .with_cert_resolver(own);
    Ok(finish(config))
}

/// TLS for machines that enrol: they have no certificate yet.
pub(super) fn for_enrolment(own: Arc<OwnCertificate>) -> Result<Arc<ServerConfig>, Error> {
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_cert_resolver(own);
    Ok(finish(config))
}

fn finish(mut config: ServerConfig) -> Arc<ServerConfig> {
    config.alpn_protocols = vec![ALPN.to_vec()];
    Arc::new(config)
}

/// Every certificate that our authority signed, whatever the date.
#[derive(Debug)]
struct OfOurs(Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for OfOurs {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        // Judged at its own first second, which the authority's life covers: dates are for the calls to check.
        let first = x509_parser::parse_x509_certificate(end_entity)
            .ok()
            .and_then(|(_, leaf)| u64::try_from(leaf.validity().not_before.timestamp()).ok());
        let at = first.map_or(now, |second| UnixTime::since_unix_epoch(std::time::Duration::from_secs(second)));
        self.0.verify_client_cert(end_entity, intermediates, at)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
