//! A connection to the collector: through the proxy if there is one, over TLS 1.3, to the one fixed name under an
//! authority that was pinned. The address says where the collector is, never who it is.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use cadastre_proto::hex;
use cadastre_proto::limits::{ALPN, COLLECTOR_DNS_NAME, HEADER_LIST_BYTES_MAX};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tonic::codegen::http::Uri;
use tonic::transport::{Channel, Endpoint};
use tower::Service;

use crate::spool::Identity;

/// How long a connection may take, with its handshake.
const CONNECT_MAX: Duration = Duration::from_secs(20);
/// How long one call may take.
const CALL_MAX: Duration = Duration::from_secs(30);

/// Where a collector is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Host, an IPv6 address in brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// How the machine reaches the network, from the agent's configuration.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Proxy, `http://…` or `socks5://…`.
    pub proxy: Option<String>,
    /// PEM file of more authorities to trust.
    pub ca_bundle: Option<PathBuf>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The address is not `https://HOST[:PORT]`.
    #[error("not an address: {0}")]
    Address(String),
    /// The proxy's address is not one.
    #[error("not a proxy: {0}")]
    Proxy(String),
    /// The file of authorities could not be read.
    #[error("the file of authorities")]
    Bundle(#[source] io::Error),
    /// The key, the certificate or the authorities in the state folder are damaged.
    #[error("the identity is damaged")]
    Identity,
    /// Nobody answers there.
    #[error("the collector cannot be reached")]
    Unreachable(#[source] io::Error),
    /// Whoever answers is not the collector, or does not know this agent's certificate.
    #[error("the collector is not trusted")]
    NotTrusted(#[source] io::Error),
    /// The collector's certificate is not valid at this machine's date.
    #[error("the collector's certificate is not valid now")]
    NotNow(#[source] io::Error),
    /// The connection ended before it was ready.
    #[error("the connection ended")]
    Ended(#[source] tonic::transport::Error),
}

impl FromStr for Address {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        Self::parse(text, None)
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "https://{}:{}", self.host, self.port)
    }
}

impl Address {
    /// An address whose port may be left out.
    ///
    /// # Errors
    /// When it is not `https://HOST:PORT`.
    pub fn parse(text: &str, default_port: Option<u16>) -> Result<Self, LinkError> {
        let refused = || LinkError::Address(text.to_owned());
        let uri: Uri = text.trim().parse().map_err(|_| refused())?;
        let plain = matches!(uri.path(), "" | "/") && uri.query().is_none();
        if uri.scheme_str() != Some("https") || !plain || uri.authority().is_none_or(|name| name.as_str().contains('@'))
        {
            return Err(refused());
        }
        let host = uri.host().ok_or_else(refused)?.to_owned();
        let port = uri.port_u16().or(default_port).ok_or_else(refused)?;
        Ok(Self { host, port })
    }
}

/// TLS and the way to the network, kept from exchange to exchange so that handshakes can be resumed.
pub struct Link {
    tls: TlsConnector,
    proxy: Option<String>,
}

impl Link {
    /// The link of an enrolled agent.
    ///
    /// # Errors
    /// When the identity or the network's files are unusable.
    pub fn of_agent(identity: &Identity, network: &Network) -> Result<Self, LinkError> {
        let certificate = CertificateDer::from(hex::decode(&identity.certificate).ok_or(LinkError::Identity)?);
        let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).map_err(|_| LinkError::Identity)?;
        let config = config()?
            .with_root_certificates(roots(identity, network)?)
            .with_client_auth_cert(vec![certificate], key)
            .map_err(|_| LinkError::Identity)?;
        Ok(Self::new(config, network))
    }

    /// The link of an enrolled agent that shows no certificate: its own has ended.
    ///
    /// # Errors
    /// When the identity or the network's files are unusable.
    pub(super) fn of_authorities(identity: &Identity, network: &Network) -> Result<Self, LinkError> {
        let config = config()?.with_root_certificates(roots(identity, network)?).with_no_client_auth();
        Ok(Self::new(config, network))
    }

    /// The link of a machine that enrols: it trusts the authority of this pin.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn of_pin(pin: [u8; 32], network: &Network) -> Result<Self, LinkError> {
        Self::of_verifier(Arc::new(Pinned(pin)), network)
    }

    /// The link of nobody in particular, to whom this verifier trusts.
    pub(super) fn of_verifier(verifier: Arc<dyn ServerCertVerifier>, network: &Network) -> Result<Self, LinkError> {
        let config = config()?.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
        Ok(Self::new(config, network))
    }

    fn new(mut config: ClientConfig, network: &Network) -> Self {
        config.alpn_protocols = vec![ALPN.to_vec()];
        Self { tls: TlsConnector::from(Arc::new(config)), proxy: network.proxy.clone() }
    }

    /// A new connection, ready for calls; it ends when the channel is dropped.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub async fn connect(&self, address: &Address) -> Result<Channel, LinkError> {
        let late = || LinkError::Unreachable(io::ErrorKind::TimedOut.into());
        let stream = timeout(CONNECT_MAX, self.secure(address)).await.map_err(|_| late())??;
        // TLS is ours: to the channel the stream is plain, and it is used once.
        let endpoint = Endpoint::from_shared(format!("http://{}:{}", address.host, address.port))
            .map_err(|_| LinkError::Address(address.to_string()))?
            .timeout(CALL_MAX)
            .http2_max_header_list_size(HEADER_LIST_BYTES_MAX);
        let mut once = Some(TokioIo::new(stream));
        let connector = tower::service_fn(move |_: Uri| {
            let stream = once.take().ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected));
            async move { stream }
        });
        timeout(CONNECT_MAX, endpoint.connect_with_connector(connector))
            .await
            .map_err(|_| late())?
            .map_err(LinkError::Ended)
    }

    async fn secure(
        &self,
        address: &Address,
    ) -> Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static, LinkError> {
        let stream = self.reach(address).await?;
        let name = ServerName::try_from(COLLECTOR_DNS_NAME).map_err(|_| LinkError::Identity)?;
        self.tls.connect(name, stream).await.map_err(|error| {
            match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(rustls::Error::InvalidCertificate(cause)) if is_of_date(cause) => LinkError::NotNow(error),
                Some(_) => LinkError::NotTrusted(error),
                None => LinkError::Unreachable(error),
            }
        })
    }

    async fn reach(&self, address: &Address) -> Result<Stream, LinkError> {
        let unreachable = |error| LinkError::Unreachable(io::Error::other::<BoxError>(error));
        let target: Uri = address.to_string().parse().map_err(|_| LinkError::Address(address.to_string()))?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let Some(proxy) = &self.proxy else {
            let stream = tcp.call(target).await.map_err(|error| unreachable(error.into()))?;
            return Ok(Box::pin(TokioIo::new(stream)));
        };
        let (scheme, user, uri) = split_proxy(proxy).ok_or_else(|| LinkError::Proxy(proxy.clone()))?;
        if scheme == "http" {
            let mut tunnel = Tunnel::new(uri, tcp);
            if let Some((name, password)) = user {
                let basic = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
                let value = format!("Basic {basic}").parse().map_err(|_| LinkError::Proxy(proxy.clone()))?;
                tunnel = tunnel.with_auth(value);
            }
            let stream = tunnel.call(target).await.map_err(|error| unreachable(error.into()))?;
            return Ok(Box::pin(TokioIo::new(stream)));
        }
        let mut socks = SocksV5::new(uri, tcp);
        if let Some((name, password)) = user {
            socks = socks.with_auth(name, password);
        }
        let stream = socks.call(target).await.map_err(|error| unreachable(error.into()))?;
        Ok(Box::pin(TokioIo::new(stream)))
    }
}

fn is_of_date(cause: &CertificateError) -> bool {
    matches!(
        cause,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    )
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Stream = Pin<Box<dyn Duplex>>;

/// What TLS needs of the stream below it.
trait Duplex: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Duplex for T {}

pub(super) type User = Option<(String, String)>;

/// Scheme, user and address of a proxy.
pub(super) fn split_proxy(text: &str) -> Option<(&'static str, User, Uri)> {
    let uri: Uri = text.trim().parse().ok()?;
    let scheme = match uri.scheme_str()? {
        "http" => "http",
        "socks5" | "socks5h" => "socks5",
        _ => return None,
    };
    let user = uri.authority()?.as_str().rsplit_once('@').map(|(user, _)| {
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        (name.to_owned(), password.to_owned())
    });
    let default_port = if scheme == "http" { 8080 } else { 1080 };
    let port = uri.port_u16().unwrap_or(default_port);
    let address = format!("http://{}:{port}", uri.host()?).parse().ok()?;
    Some((scheme, user, address))
}

fn config() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, LinkError> {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| LinkError::Identity)
}

/// Whom an enrolled agent trusts.
fn roots(identity: &Identity, network: &Network) -> Result<RootCertStore, LinkError> {
    let mut roots = RootCertStore::empty();
    for authority in &identity.authorities {
        let der = hex::decode(authority).ok_or(LinkError::Identity)?;
        roots.add(CertificateDer::from(der)).map_err(|_| LinkError::Identity)?;
    }
    for authority in bundle(network)? {
        // One that the library cannot use cannot sign anything either.
        let _ = roots.add(authority);
    }
    Ok(roots)
}

/// Whether certificates can all be trusted, and are any.
pub(super) fn are_authorities(certificates: &[Vec<u8>]) -> bool {
    let mut roots = RootCertStore::empty();
    !certificates.is_empty()
        && certificates.iter().all(|der| roots.add(CertificateDer::from(der.as_slice()).into_owned()).is_ok())
}

fn bundle(network: &Network) -> Result<Vec<CertificateDer<'static>>, LinkError> {
    let Some(path) = &network.ca_bundle else { return Ok(Vec::new()) };
    let pem = std::fs::read(path).map_err(LinkError::Bundle)?;
    CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| LinkError::Bundle(io::Error::new(io::ErrorKind::InvalidData, error)))
}

/// Trusts whoever the authority of this pin signed: the collector shows that authority in its chain.
#[derive(Debug)]
struct Pinned([u8; 32]);

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let unknown = || rustls::Error::from(CertificateError::UnknownIssuer);
        let root = intermediates.iter().find(|shown| pin(shown) == Some(self.0)).ok_or_else(unknown)?;
        let mut roots = RootCertStore::empty();
        roots.add(root.clone().into_owned())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().map_err(|_| unknown())?;
        verifier.verify_server_cert(end_entity, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// SHA-256 of a certificate's SubjectPublicKeyInfo.
pub(super) fn pin(certificate: &CertificateDer<'_>) -> Option<[u8; 32]> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Some(Sha256::digest(certificate.public_key().raw).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_with_host_and_port() {
        let parse = |text| Address::parse(text, Some(8444)).map(|address| address.to_string()).ok();
        assert_eq!(parse("https://collector.example"), Some("https://collector.example:8444".to_owned()));
        assert_eq!(parse(" https://10.0.0.1:9/ "), Some("https://10.0.0.1:9".to_owned()));
        assert_eq!(parse("https://[::1]:8443"), Some("https://[::1]:8443".to_owned()));
        for bad in ["collector:8444", "http://collector:8444", "https://", "https://a/b", "https://u:p@a:1", "x"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert!("https://collector".parse::<Address>().is_err(), "no port to fall back on");
    }

    #[test]
    fn proxies_name_their_kind_and_user() {
        let (scheme, user, uri) = split_proxy("http://me:secret@proxy.example:3128").unwrap();
        assert_eq!((scheme, uri.to_string()), ("http", "http://proxy.example:3128/".to_owned()));
        assert_eq!(user, Some(("me".to_owned(), "secret".to_owned())));
        let (scheme, user, uri) = split_proxy("socks5://10.0.0.1").unwrap();
        assert_eq!((scheme, user, uri.port_u16()), ("socks5", None, Some(1080)));
        assert!(split_proxy("ftp://x").is_none() && split_proxy("proxy:3128").is_none());
    }
}
