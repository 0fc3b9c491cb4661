use std::os::unix::fs::PermissionsExt as _;

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;

use super::*;
use crate::clock::SystemRandom;

fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn request(configure: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    configure(&mut params);
    let key = KeyPair::generate().unwrap();
    params.serialize_request(&key).unwrap().der().to_vec()
}

#[test]
fn a_second_start_finds_the_same_authority_in_a_private_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("ca");
    let first = Ca::open(&folder, now(), &SystemRandom).unwrap();
    let second = Ca::open(&folder, now(), &SystemRandom).unwrap();
    assert_eq!((first.pin(), first.domain(), first.root()), (second.pin(), second.domain(), second.root()));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join(FILE))), (0o700, 0o600));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    std::fs::write(folder.join(FILE), "x").unwrap();
    assert!(matches!(Ca::open(&folder, now(), &SystemRandom), Err(CaError::Damaged)));
}

#[test]
fn a_key_that_is_not_the_certificates_is_refused() {
    let (_, one) = Ca::make(now(), &SystemRandom).unwrap();
    let (_, other) = Ca::make(now(), &SystemRandom).unwrap();
    let key = one.split_inclusive("-----END PRIVATE KEY-----").next().unwrap();
    let certificate = &other[other.find("-----BEGIN CERTIFICATE-----").unwrap()..];
    assert!(matches!(Ca::from_pem(format!("{key}\n{certificate}").as_bytes()), Err(CaError::Damaged)));
}

#[test]
fn an_agents_certificate_has_one_name_and_two_weeks() {
    let (authority, _) = Ca::make(now(), &SystemRandom).unwrap();
    let asked = request(|params| {
        params.subject_alt_names = vec![SanType::DnsName(COLLECTOR_DNS_NAME.try_into().unwrap())];
        params.distinguished_name.push(DnType::CommonName, "collector");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    let key = ProvenKey::of_request(&asked).unwrap();
    let issued = authority.agent(&key, ("acme", "0199"), now(), &SystemRandom).unwrap();
    let (_, seen) = x509_parser::certificate::X509Certificate::from_der(&issued.certificate).unwrap();
    let names = seen.subject_alternative_name().unwrap().unwrap().value.general_names.clone();
    let uri = agent_uri(authority.domain(), "acme", "0199");
    assert_eq!(names, [GeneralName::URI(&uri)]);
    assert_eq!(hex::encode(seen.raw_serial()), issued.serial);
    assert_eq!(seen.validity().not_before.timestamp(), now().as_second() - 3_600);
    assert_eq!(seen.validity().not_after.timestamp(), now().as_second() + 14 * 86_400);
    assert_eq!(issued.not_after.as_second(), now().as_second() + 14 * 86_400);
    assert!(!seen.is_ca());
    assert_eq!(seen.subject().to_string(), "CN=Cadastre agent");
    assert_eq!(hex::encode(&Sha256::digest(seen.public_key().raw)), key.hash());
    let (_, root) = x509_parser::certificate::X509Certificate::from_der(authority.root()).unwrap();
    seen.verify_signature(Some(root.public_key())).unwrap();
    assert_eq!(hex::encode(&Sha256::digest(root.public_key().raw)), hex::encode(&authority.pin()));
}

#[test]
fn requests_that_prove_nothing_are_refused() {
    let good = request(|_| ());
    assert!(ProvenKey::of_request(&good).is_ok());
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let p384 = CertificateParams::new(Vec::new()).unwrap().serialize_request(&p384).unwrap().der().to_vec();
    let long = vec![0x30; CSR_BYTES_MAX + 1];
    for bad in [&damaged[..], &p384, &long, b"", b"\x30\x00"] {
        assert!(ProvenKey::of_request(bad).is_err(), "{} bytes", bad.len());
    }
}
