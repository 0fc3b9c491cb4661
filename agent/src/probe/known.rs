//! Products that a probe knows more of than their facts, by their name in the catalogue.

/// The antivirus that is part of Windows.
pub(crate) const DEFENDER: &str = "Microsoft Defender Antivirus (Windows)";
/// Defender under Linux and macOS.
pub(crate) const DEFENDER_FOR_ENDPOINT: &str = "Microsoft Defender for Endpoint";
/// ESET's products for workstations and for servers, under Windows.
pub(crate) const ESET: [&str; 2] =
    ["ESET Endpoint Antivirus / Endpoint Security", "ESET Server / File / Mail Security"];
/// Kaspersky's product for workstations and servers, under Windows.
pub(crate) const KASPERSKY: &str = "Kaspersky Endpoint Security (Windows)";
/// Symantec's.
pub(crate) const SYMANTEC: &str = "Symantec Endpoint Protection";
/// WithSecure's.
pub(crate) const WITHSECURE: &str = "WithSecure Elements / Client Security (ex F-Secure)";
/// What Windows gives to who connects from afar.
pub(crate) const REMOTE_DESKTOP: &str = "Windows Remote Desktop (RDP) enabled";
/// The antivirus that is part of macOS.
pub(crate) const XPROTECT: &str = "Apple XProtect (built in)";
/// Veeam's agent under Windows.
pub(crate) const VEEAM_WINDOWS: &str = "Veeam Agent for Microsoft Windows";
/// Veeam's agent elsewhere.
pub(crate) const VEEAM: &str = "Veeam Agent for Linux / Mac";
/// The backup that is part of Windows Server.
pub(crate) const WINDOWS_BACKUP: &str = "Windows Server Backup";
/// The backup that is part of macOS.
pub(crate) const TIME_MACHINE: &str = "Apple Time Machine";
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
        let backups = [VEEAM_WINDOWS, VEEAM, WINDOWS_BACKUP, TIME_MACHINE, RESTIC, BORG];
        let vendors = [KASPERSKY, SYMANTEC, WITHSECURE];
        let others = [DEFENDER, DEFENDER_FOR_ENDPOINT, REMOTE_DESKTOP, XPROTECT, CLAMAV];
        for name in others.into_iter().chain(vendors).chain(ESET).chain(backups) {
            assert!(catalogue.product(name).is_some(), "{name}");
        }
    }
}
