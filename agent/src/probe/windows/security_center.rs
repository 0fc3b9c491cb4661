//! Security Center of Windows clients: what registered itself as antivirus or firewall, and the bits of its state.
//!
//! Windows Server has none. A registration whose program is gone is stale: upgrades and removals leave them behind.

use super::path;
use crate::source::wmi::{Class, Row};
use crate::source::{ReadError, Source};

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Registration {
    /// The name it shows.
    pub(super) name: String,
    /// What its state says.
    pub(super) state: Option<ProductState>,
    /// Whether its program is gone.
    pub(super) is_stale: bool,
}

/// The bits of `productState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProductState {
    /// What it does.
    pub(super) activity: Activity,
    /// Whether it is part of Windows.
    pub(super) is_windows: bool,
    /// Whether its signatures are out of date.
    pub(super) is_outdated: bool,
}

/// What a registered product does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activity {
    Off,
    On,
    Snoozed,
    Expired,
}

impl ProductState {
    /// The bits of a number; `None` for a state that is none of the four.
    pub(super) fn of(bits: u64) -> Option<ProductState> {
        let activity = match (bits >> 12) & 0xf {
            0 => Activity::Off,
            1 => Activity::On,
            2 => Activity::Snoozed,
            3 => Activity::Expired,
            _ => return None,
        };
        Some(ProductState { activity, is_windows: (bits >> 8) & 0xf == 1, is_outdated: (bits >> 4) & 0xf == 1 })
    }
}

/// Every registration of a class.
pub(super) fn registrations(source: &dyn Source, class: &Class) -> Result<Vec<Registration>, ReadError> {
    let rows = source.wmi(class)?;
    Ok(rows.iter().filter_map(|row| registration(source, row)).collect())
}

fn registration(source: &dyn Source, row: &Row) -> Option<Registration> {
    let programs = ["pathToSignedProductExe", "pathToSignedReportingExe"];
    let paths: Vec<String> = programs.into_iter().filter_map(|name| path(&row.text(name)?)).collect();
    let is_gone = |path: &String| source.metadata(path).err() == Some(ReadError::NotFound);
    Some(Registration {
        name: row.text("displayName")?,
        state: row.number("productState").and_then(ProductState::of),
        is_stale: !paths.is_empty() && paths.iter().all(is_gone),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states() {
        let state = |bits| ProductState::of(bits).map(|state| (state.activity, state.is_windows, state.is_outdated));
        assert_eq!(state(266_240), Some((Activity::On, false, false)));
        assert_eq!(state(266_256), Some((Activity::On, false, true)));
        assert_eq!(state(262_144), Some((Activity::Off, false, false)));
        assert_eq!(state(270_336), Some((Activity::Snoozed, false, false)));
        assert_eq!(state(393_472), Some((Activity::Off, true, false)));
        assert_eq!(state(397_568), Some((Activity::On, true, false)));
        assert_eq!(state(397_584), Some((Activity::On, true, true)));
        assert_eq!(state(0x3_000), Some((Activity::Expired, false, false)));
        assert_eq!(state(0xf_000), None);
    }
}
