//! The agent's keys: P-256, made here, never sent; a request carries the public half and proves the private one.

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};

/// A new key, PKCS #8 in PEM.
pub(super) fn make() -> Result<String, rcgen::Error> {
    Ok(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?.serialize_pem())
}

/// The request for a certificate of a key, DER. It carries no name: the collector composes it.
pub(super) fn request(key: &str) -> Result<Vec<u8>, rcgen::Error> {
    let key = KeyPair::from_pkcs8_pem_and_sign_algo(key, &PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    Ok(params.serialize_request(&key)?.der().to_vec())
}
