//! Products that a probe knows more of than their facts, by their name in the catalogue.

/// The antivirus that is part of Windows.
pub(crate) const DEFENDER: &str = "Microsoft Defender Antivirus (Windows)";
/// Defender under Linux and macOS.
pub(crate) const DEFENDER_FOR_ENDPOINT: &str = "Microsoft Defender for Endpoint";
/// The antivirus that is part of macOS.
pub(crate) const XPROTECT: &str = "Apple XProtect (built in)";
/// ClamAV.
pub(crate) const CLAMAV: &str = "ClamAV";

#[cfg(test)]
mod tests {
    use cadastre_proto::catalogue::Catalogue;

    use super::*;

    #[test]
    fn the_catalogue_has_every_name() {
        let catalogue = Catalogue::embedded().unwrap();
        for name in [DEFENDER, DEFENDER_FOR_ENDPOINT, XPROTECT, CLAMAV] {
            assert!(catalogue.product(name).is_some(), "{name}");
        }
    }
}
