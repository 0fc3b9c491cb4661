//! What tells one Windows machine from another beside its serials: accounts in directories, and the TPM.
//!
//! Sources: the machine's account in its domain (`PolMachineAccountS`, for the system alone), the device certificate of an
//! Entra join, the endorsement key that the TPM's service keeps. Refuses the user who joined and the tenant.

use cadastre_proto::hex;
use cadastre_proto::inventory::DirectoryId;
use sha2::{Digest as _, Sha256};

use super::key;
use crate::source::{Source, registry};

const MACHINE_ACCOUNT: &str = "HKEY_LOCAL_MACHINE\\SECURITY\\Policy\\PolMachineAccountS";
const JOIN: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin\\JoinInfo";
const CERTIFICATES: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates";
const ENDORSEMENT: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\TPM\\WMI\\Endorsement";
/// The property of a stored certificate that holds the certificate itself.
const CERTIFICATE: u32 = 0x20;
/// The beginning of a stored public key of RSA.
const RSA_MAGIC: &[u8] = b"RSA1";

/// The machine's accounts in directories.
pub(crate) fn directory_ids(source: &dyn Source) -> Vec<DirectoryId> {
    let account = key(source, MACHINE_ACCOUNT, &[""]).ok().and_then(|key| sid(&key.value("")?.bytes));
    let account = account.map(|value| DirectoryId { kind: "ad_sid".to_owned(), value });
    let device = entra_device(source).map(|value| DirectoryId { kind: "entra_device_id".to_owned(), value });
    account.into_iter().chain(device).collect()
}

/// SHA-256 of the TPM's endorsement key, in hex.
pub(crate) fn tpm(source: &dyn Source) -> Option<String> {
    let key = key(source, ENDORSEMENT, &["EKPub"]).ok()?;
    let stored = &key.value("EKPub")?.bytes;
    if stored.is_empty() {
        return None;
    }
    Some(hex::encode(&Sha256::digest(modulus(stored).unwrap_or(stored))))
}

/// The modulus of a stored RSA key, so that every system that reads the same TPM gives the same digest.
fn modulus(stored: &[u8]) -> Option<&[u8]> {
    let rest = stored.strip_prefix(RSA_MAGIC)?;
    let number = |at: usize| -> Option<usize> {
        let bytes = rest.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    // Bits, bytes of the exponent, bytes of the modulus, two lengths of a private key; then exponent and modulus.
    let (exponent, length) = (number(4)?, number(8)?);
    let begins = 20_usize.checked_add(exponent)?;
    rest.get(begins..begins.checked_add(length)?).filter(|modulus| !modulus.is_empty())
}

/// A SID from its binary form.
pub(crate) fn sid(bytes: &[u8]) -> Option<String> {
    let [1, count, authority @ .., _, _, _, _] = bytes.get(..12)? else { return None };
    let authority = authority.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let parts = bytes.get(8..)?.get(..usize::from(*count).checked_mul(4)?)?;
    let mut text = format!("S-1-{authority}");
    for part in parts.chunks_exact(4) {
        text.push_str(&format!("-{}", u32::from_le_bytes(part.try_into().ok()?)));
    }
    // The machine's own domain account, not a group or the local machine.
    (text.starts_with("S-1-5-21-") && *count == 5).then_some(text)
}

/// The id of the device in Entra: the subject of the certificate of its join.
fn entra_device(source: &dyn Source) -> Option<String> {
    let joins = source.registry(&registry::Query { path: JOIN, depth: 1, values: &[] }).ok()?;
    joins.keys.iter().find_map(|join| {
        let stored = key(source, &format!("{CERTIFICATES}\\{}", join.name), &["Blob"]).ok()?;
        device_of(certificate(&stored.value("Blob")?.bytes)?)
    })
}

/// The certificate among the properties stored with it: each has a number, a reserved word, a length and its bytes.
pub(crate) fn certificate(mut blob: &[u8]) -> Option<&[u8]> {
    loop {
        let (head, rest) = blob.split_first_chunk::<12>()?;
        let word = |at: usize| head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        let length = usize::try_from(word(8)?).ok()?;
        let (bytes, after) = rest.split_at_checked(length)?;
        if word(0)? == CERTIFICATE {
            return Some(bytes);
        }
        blob = after;
    }
}

fn device_of(certificate: &[u8]) -> Option<String> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let name = certificate.subject().iter_common_name().next()?.as_str().ok()?.to_owned();
    Some(uuid::Uuid::parse_str(name.trim()).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ACCOUNT: [u8; 28] = [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x51, 4, 0, 0];

    #[test]
    fn the_account_of_a_machine() {
        assert_eq!(sid(&ACCOUNT).as_deref(), Some("S-1-5-21-1-2-3-1105"));
        assert_eq!(sid(&ACCOUNT[..20]), None);
        let everyone = [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        assert_eq!(sid(&everyone), None);
    }

    #[test]
    fn the_device_of_a_certificate() {
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, id);
        let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let property = |number: u32, bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).unwrap();
            [&number.to_le_bytes()[..], &1_u32.to_le_bytes(), &length.to_le_bytes(), bytes].concat()
        };
        let blob = [property(3, b"thumbprint"), property(CERTIFICATE, made.der())].concat();
        assert_eq!(device_of(certificate(&blob).unwrap()).as_deref(), Some(id));
        assert_eq!(certificate(&blob[..20]), None);
        assert_eq!(device_of(b"none"), None);
    }

    #[test]
    fn a_key_of_rsa_is_known_by_its_modulus() {
        let mut stored = b"RSA1".to_vec();
        for number in [2048_u32, 3, 4, 0, 0] {
            stored.extend(number.to_le_bytes());
        }
        stored.extend([1, 0, 1, 9, 8, 7, 6]);
        assert_eq!(modulus(&stored), Some(&[9, 8, 7, 6][..]));
        assert_eq!(modulus(&stored[..26]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = (sid(&bytes), certificate(&bytes), device_of(&bytes));
            let _ = modulus(&[RSA_MAGIC, bytes.as_slice()].concat()).is_some();
        }
    }
}
