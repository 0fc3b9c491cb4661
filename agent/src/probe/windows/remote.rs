//! Remote Desktop, which every Windows has and few let in: whether the machine takes connections.
//!
//! Sources: the policy's value before the machine's own. A value that is missing says nothing.

use cadastre_proto::inventory::Safeguard;

use super::key;
use crate::probe::known::REMOTE_DESKTOP;
use crate::source::Source;

const POLICY: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
const SETTINGS: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
const DENIES: &str = "fDenyTSConnections";

/// The row of Remote Desktop, when it lets in.
pub(crate) fn desktop(source: &dyn Source) -> Option<Safeguard> {
    let denies = |path: &str| key(source, path, &[DENIES]).ok()?.number(DENIES);
    let told = [(POLICY, "registry:policy"), (SETTINGS, "registry:settings")];
    let (denied, evidence) = told.into_iter().find_map(|(path, evidence)| Some((denies(path)?, evidence)))?;
    (denied == 0).then(|| Safeguard {
        product: REMOTE_DESKTOP.to_owned(),
        state: "running".to_owned(),
        evidence: vec![evidence.to_owned()],
        ..Safeguard::default()
    })
}
