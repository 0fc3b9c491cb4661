//! The way to the collector, step by step, for `doctor`: name, first door, proxy, TLS, who answers.
//!
//! Refuses to say anything of the machine on the way: no call is made, and whoever shows another certificate than the
//! collector's is told nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::link::{self, Address, Link, LinkError, Network};

/// How long a name or a door may take.
const STEP_MAX: Duration = Duration::from_secs(10);

/// How far one gets.
#[derive(Debug)]
pub enum Way {
    /// The name of the collector, or of the proxy, leads nowhere.
    NoName(String),
    /// Nobody opens at this address.
    Closed {
        /// `HOST:PORT`.
        door: String,
        /// Whether it is the proxy's.
        is_proxy: bool,
    },
    /// The proxy opens and does not let this agent through.
    ProxyRefuses(String),
    /// Somebody in between answers with a certificate of their own.
    Intercepted {
        /// Who issued it.
        issuer: String,
    },
    /// Something else stops it.
    Stopped(LinkError),
    /// The collector answers, and knows this agent's certificate.
    Reached(Address),
}

/// Goes the way to a collector.
pub async fn examine(link: &Link, network: &Network, address: &Address) -> Way {
    let proxy = match network.proxy.as_deref().map(|proxy| link::split_proxy(proxy).ok_or(proxy)) {
        Some(Err(proxy)) => return Way::Stopped(LinkError::Proxy(proxy.to_owned())),
        Some(Ok((_, _, uri))) => uri.authority().map(ToString::to_string),
        None => None,
    };
    let is_proxy = proxy.is_some();
    let door = proxy.unwrap_or_else(|| format!("{}:{}", address.host, address.port));
    let found = timeout(STEP_MAX, tokio::net::lookup_host(door.as_str())).await;
    if !found.is_ok_and(|found| found.is_ok_and(|mut found| found.next().is_some())) {
        return Way::NoName(door.rsplit_once(':').map_or(door.as_str(), |(host, _)| host).to_owned());
    }
    if !timeout(STEP_MAX, TcpStream::connect(door.as_str())).await.is_ok_and(|opened| opened.is_ok()) {
        return Way::Closed { door, is_proxy };
    }
    match link.connect(address).await {
        Ok(_) => Way::Reached(address.clone()),
        Err(LinkError::Unreachable(_)) if is_proxy => Way::ProxyRefuses(door),
        Err(LinkError::NotTrusted(error)) => match issuer(network, address).await {
            Some(issuer) if !issuer.contains("Cadastre") => Way::Intercepted { issuer },
            _ => Way::Stopped(LinkError::NotTrusted(error)),
        },
        Err(error) => Way::Stopped(error),
    }
}

/// Who issued the certificate that is shown at an address.
async fn issuer(network: &Network, address: &Address) -> Option<String> {
    let seen = Arc::new(Mutex::new(None));
    let link = Link::of_verifier(Arc::new(Onlooker(Arc::clone(&seen))), network).ok()?;
    // It is refused in any case: the look at the certificate is all.
    let _ = link.connect(address).await;
    seen.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Looks at a certificate and trusts nobody.
#[derive(Debug)]
struct Onlooker(Arc<Mutex<Option<String>>>);

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Ok((_, certificate)) = x509_parser::parse_x509_certificate(end_entity) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(certificate.issuer().to_string());
        }
        Err(CertificateError::UnknownIssuer.into())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
