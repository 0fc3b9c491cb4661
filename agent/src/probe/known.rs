//! Products that a probe knows more of than their facts, by their name in the catalogue.

/// The antivirus that is part of Windows.
pub(crate) const DEFENDER: &str = "Microsoft Defender Antivirus (Windows)";
/// Defender under Linux and macOS.
pub(crate) const DEFENDER_FOR_ENDPOINT: &str = "Microsoft Defender for Endpoint";
/// The antivirus that is part of macOS.
pub(crate) const XPROTECT: &str = "Apple XProtect (built in)";
/// Veeam's agent under Windows.
pub(crate) const VEEAM_WINDOWS: &str = "Veeam Agent for Microsoft Windows";
/// Veeam's agent elsewhere.
pub(crate) const VEEAM: &str = "Veeam Agent for Linux / Mac";
/// The backup that is part of Windows Server.
pub(crate) const WINDOWS_BACKUP: &str = "Windows Server Backup";
/// restic.
pub(crate) const RESTIC: &str = "restic";
/// Borg and what drives it.
pub(crate) const BORG: &str = "BorgBackup / borgmatic";
/// ClamAV.
pub(crate) const CLAMAV: &str = "ClamAV";

#[cfg(test)]
mod tests {
    use cadastre_proto::catalogue::Catalogue;

    use super::*;

    #[test]
    fn the_catalogue_has_every_name() {
        let catalogue = Catalogue::embedded().unwrap();
        let backups = [VEEAM_WINDOWS, VEEAM, WINDOWS_BACKUP, RESTIC, BORG];
        for name in [DEFENDER, DEFENDER_FOR_ENDPOINT, XPROTECT, CLAMAV].into_iter().chain(backups) {
            assert!(catalogue.product(name).is_some(), "{name}");
        }
    }
}
