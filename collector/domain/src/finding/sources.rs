//! What the sources themselves say or fail to say: `unknown_site_silent`.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use jiff::Timestamp;

use super::Draft;
use crate::calendar::day_of;
use crate::presence::Presence;
use crate::register::Register;
use crate::standing::Status;

/// All of the family.
pub(super) fn findings(register: &Register) -> Vec<Draft> {
    silent_sites(register)
}

/// One finding a site that fell silent, whatever the number of its devices that are unknown for it.
fn silent_sites(register: &Register) -> Vec<Draft> {
    let mut sites: BTreeMap<Option<&str>, Timestamp> = BTreeMap::new();
    for standing in &register.standings {
        if standing.status != Status::Unknown || !matches!(standing.presence, Presence::Unknown("site_silent")) {
            continue;
        }
        let site = register.assets.get(standing.asset).and_then(|asset| asset.site.as_deref());
        if let Some(last) = standing.last_seen {
            let latest = sites.entry(site).or_insert(last);
            *latest = last.max(*latest);
        }
    }
    sites
        .into_iter()
        .map(|(site, last)| Draft {
            code: "unknown_site_silent",
            asset: None,
            slot: Some(format!("site:{}", site.unwrap_or_default())),
            agreement: None,
            line: None,
            since: day_of(last, &register.zone),
            evidence: Vec::new(),
            slots: 0,
            action: "check_site",
        })
        .collect()
}
