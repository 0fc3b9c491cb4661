//! Our own authority: it signs the collector's certificate and those of agents, and nothing else.
//!
//! P-256. Its key lies in one file of `DATA_DIR/ca/`, readable by its owner only, and in no fact, export or backup.
//! Refuses to take anything from a certificate request but its public key.
//!
//! **Invariant**: the server composes every name. An agent's certificate has exactly one, the URI
//! `spiffe://DOMAIN/client/C/agent/A`; the collector's has the URI `spiffe://DOMAIN/collector` and one fixed DNS name.

use std::path::Path;
use std::sync::Arc;

use cadastre_proto::hex;
use cadastre_proto::limits::{CERTIFICATE_BACKDATE_S, CERTIFICATE_LIFE_S, COLLECTOR_DNS_NAME, CSR_BYTES_MAX};
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKey, PublicKeyData,
    SanType, SerialNumber,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateSigningRequestDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};

use super::private_file;
use crate::clock::Random;

/// Name of the authority's file within its folder: key and certificate, PEM.
const FILE: &str = "authority.pem";
/// How long the authority lives, seconds: 20 years.
const ROOT_LIFE_S: i64 = 20 * 365 * 86_400;
/// How far before its making the authority begins, seconds: before any certificate it signs.
const ROOT_BACKDATE_S: i64 = 86_400;
/// Bytes of an uncompressed P-256 point.
const P256_POINT_BYTES: usize = 65;

/// The authority.
pub struct Ca {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    domain: String,
}

/// Why the authority could not be opened or could not sign.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// Its file could not be read or written.
    #[error("the authority's file")]
    File(#[source] std::io::Error),
    /// Its file is not a key and a certificate that this collector wrote.
    #[error("the authority's file is damaged")]
    Damaged,
    /// Making a key or a certificate failed.
    #[error("making a certificate")]
    Make(#[source] rcgen::Error),
}

/// The certificate request cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the certificate request is not a signed P-256 key")]
pub struct InvalidRequest;

/// A public key that proved, by signing its request, that its private half exists.
pub struct ProvenKey(PublicKey);

/// A certificate that was signed.
pub struct Issued {
    /// The certificate.
    pub certificate: CertificateDer<'static>,
    /// Its serial, hex.
    pub serial: String,
    /// Its last instant.
    pub not_after: Timestamp,
}

impl ProvenKey {
    /// The key of a PKCS #10 request in DER. Everything else in the request is ignored.
    ///
    /// # Errors
    /// When it is too long, not a request, not signed by its key, or the key is not P-256.
    pub fn of_request(der: &[u8]) -> Result<Self, InvalidRequest> {
        if der.len() > CSR_BYTES_MAX {
            return Err(InvalidRequest);
        }
        let request = CertificateSigningRequestParams::from_der(&CertificateSigningRequestDer::from(der))
            .map_err(|_| InvalidRequest)?;
        let key = request.public_key;
        let p256 = *key.algorithm() == PKCS_ECDSA_P256_SHA256 && key.der_bytes().len() == P256_POINT_BYTES;
        if p256 { Ok(Self(key)) } else { Err(InvalidRequest) }
    }

    /// SHA-256 of its SubjectPublicKeyInfo, hex.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(&Sha256::digest(self.0.subject_public_key_info()))
    }
}

impl Ca {
    /// The authority of a folder, made when the folder has none.
    ///
    /// # Errors
    /// See [`CaError`].
    pub fn open(folder: &Path, now: Timestamp, random: &dyn Random) -> Result<Self, CaError> {
        match private_file::read(&folder.join(FILE)).map_err(CaError::File)? {
            Some(pem) => Self::from_pem(&pem),
            None => {
                let (authority, pem) = Self::make(now, random)?;
                private_file::write(folder, FILE, pem.as_bytes()).map_err(CaError::File)?;
                Ok(authority)
            }
        }
    }

    /// A new authority and the text of its file.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn make(now: Timestamp, random: &dyn Random) -> Result<(Self, String), CaError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(CaError::Make)?;
        let mut name = [0; 8];
        random.fill(&mut name);
        let domain = format!("{}.cadastre.internal", hex::encode(&name));
        let mut params = bare("Cadastre", now, -ROOT_BACKDATE_S, ROOT_LIFE_S)?;
        params.serial_number = Some(serial(random));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.subject_alt_names = vec![uri(&format!("spiffe://{domain}"))?];
        params.distinguished_name.push(DnType::OrganizationalUnitName, domain.as_str());
        let root = params.self_signed(&key).map_err(CaError::Make)?;
        let pem = format!("{}{}", key.serialize_pem(), root.pem());
        Ok((Self { root: root.der().clone(), issuer: Issuer::new(params, key), domain }, pem))
    }

    fn from_pem(pem: &[u8]) -> Result<Self, CaError> {
        let key = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| CaError::Damaged)?;
        let root = CertificateDer::from_pem_slice(pem).map_err(|_| CaError::Damaged)?;
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ECDSA_P256_SHA256).map_err(|_| CaError::Damaged)?;
        let (domain, spki) = domain_and_key(&root).ok_or(CaError::Damaged)?;
        if spki != key.subject_public_key_info() {
            return Err(CaError::Damaged);
        }
        let issuer = Issuer::from_ca_cert_der(&root, key).map_err(|_| CaError::Damaged)?;
        Ok(Self { issuer, root, domain })
    }

    /// The authority's certificate.
    #[must_use]
    pub fn root(&self) -> &CertificateDer<'static> {
        &self.root
    }

    /// The trust domain of every identity it signs.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// What a token carries: SHA-256 of the authority's SubjectPublicKeyInfo.
    #[must_use]
    pub fn pin(&self) -> [u8; 32] {
        Sha256::digest(self.issuer.key().subject_public_key_info()).into()
    }

    /// Signs an agent's certificate: 14 days, from an hour ago.
    ///
    /// # Errors
    /// Only when the key cannot sign.
    pub fn agent(
        &self,
        key: &ProvenKey,
        (client, agent): (&str, &str),
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<Issued, CaError> {
        let mut params = bare("Cadastre agent", now, -CERTIFICATE_BACKDATE_S, CERTIFICATE_LIFE_S)?;
        let number = serial(random);
        params.serial_number = Some(number.clone());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.subject_alt_names = vec![uri(&agent_uri(&self.domain, client, agent))?];
        let certificate = params.signed_by(&key.0, &self.issuer).map_err(CaError::Make)?;
        Ok(Issued {
            certificate: certificate.der().clone(),
            serial: hex::encode(number.as_ref()),
            not_after: later(now, CERTIFICATE_LIFE_S),
        })
    }

    /// A new key and certificate for the collector, its chain with the root.
    ///
    /// # Errors
    /// Only when the system gives no randomness or the key cannot sign.
    pub fn collector(&self, now: Timestamp, random: &dyn Random) -> Result<Arc<CertifiedKey>, CaError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(CaError::Make)?;
        let mut params = bare("Cadastre collector", now, -CERTIFICATE_BACKDATE_S, CERTIFICATE_LIFE_S)?;
        params.serial_number = Some(serial(random));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let dns = COLLECTOR_DNS_NAME.try_into().map_err(CaError::Make)?;
        params.subject_alt_names = vec![SanType::DnsName(dns), uri(&format!("spiffe://{}/collector", self.domain))?];
        let certificate = params.signed_by(&key, &self.issuer).map_err(CaError::Make)?;
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signer = rustls::crypto::ring::sign::any_ecdsa_type(&private).map_err(|_| CaError::Damaged)?;
        let chain = vec![certificate.der().clone(), self.root.clone()];
        Ok(Arc::new(CertifiedKey::new(chain, signer)))
    }
}

/// The identity that an agent's certificate carries.
#[must_use]
pub fn agent_uri(domain: &str, client: &str, agent: &str) -> String {
    format!("spiffe://{domain}/client/{client}/agent/{agent}")
}

fn bare(name: &str, now: Timestamp, from_s: i64, to_s: i64) -> Result<CertificateParams, CaError> {
    let mut params = CertificateParams::new(Vec::new()).map_err(CaError::Make)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date(later(now, from_s));
    params.not_after = date(later(now, to_s));
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn uri(text: &str) -> Result<SanType, CaError> {
    text.try_into().map(SanType::URI).map_err(CaError::Make)
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    let second = now.as_second().saturating_add(seconds);
    Timestamp::from_second(second).unwrap_or(now)
}

fn date(instant: Timestamp) -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(instant.as_second()).unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
}

/// Sixteen random bytes; the first is neither 0 nor above 127, so that DER writes them as they are.
fn serial(random: &dyn Random) -> SerialNumber {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    bytes[0] = bytes[0] & 0x3f | 0x40;
    SerialNumber::from_slice(&bytes)
}

fn domain_and_key(root: &CertificateDer<'_>) -> Option<(String, Vec<u8>)> {
    let (_, root) = x509_parser::parse_x509_certificate(root).ok()?;
    let names = root.subject_alternative_name().ok()??;
    let [x509_parser::extensions::GeneralName::URI(uri)] = names.value.general_names[..] else { return None };
    Some((uri.strip_prefix("spiffe://")?.to_owned(), root.public_key().raw.to_vec()))
}

#[cfg(test)]
mod tests;
