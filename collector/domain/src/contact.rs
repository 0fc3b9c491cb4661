//! The hours in which an agent spoke, as one bitmap a month: the one fact that grows in place.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::Month;

/// The hours in which an agent spoke, in one month of UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Agent id.
    pub agent: String,
    /// Month, of UTC.
    pub month: Month,
    /// Bit `n` of byte `n / 8` (lowest first) is hour `n` of the month.
    pub hours: Vec<u8>,
}

impl Contact {
    fn first_hour(&self) -> i64 {
        let first = self.month.first().at(0, 0, 0, 0);
        jiff::tz::TimeZone::UTC.to_timestamp(first).map_or(0, |t| t.as_second().div_euclid(3600))
    }

    /// Sets the hour that holds `instant`, which must lie in the month; says whether the bit was new.
    pub fn set(&mut self, instant: Timestamp) -> bool {
        let offset = instant.as_second().div_euclid(3600).saturating_sub(self.first_hour());
        let Ok(hour) = usize::try_from(offset) else { return false };
        if self.hours.len() <= hour / 8 {
            self.hours.resize((hour / 8).saturating_add(1), 0);
        }
        let Some(byte) = self.hours.get_mut(hour / 8) else { return false };
        let bit = 1u8 << (hour % 8);
        let new = *byte & bit == 0;
        *byte |= bit;
        new
    }

    /// The first instants of the hours set, in order.
    pub fn each(&self) -> impl DoubleEndedIterator<Item = Timestamp> {
        let first = self.first_hour();
        let hours = self.hours.len().saturating_mul(8);
        (0..hours).filter(|n| self.hours.get(n / 8).is_some_and(|byte| byte & (1u8 << (n % 8)) != 0)).filter_map(
            move |n| {
                let hour = first.saturating_add(i64::try_from(n).ok()?);
                Timestamp::from_second(hour.saturating_mul(3600)).ok()
            },
        )
    }

    /// The first instant of the last hour set.
    pub fn last(&self) -> Option<Timestamp> {
        self.each().next_back()
    }

    /// Drops the hours that begin after `known_at`.
    pub(crate) fn mask(&mut self, known_at: Timestamp) {
        let mut kept = Self { agent: self.agent.clone(), month: self.month, hours: Vec::new() };
        for hour in self.each().filter(|hour| *hour <= known_at) {
            kept.set(hour);
        }
        *self = kept;
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;

    #[test]
    fn contact_hours_are_set_listed_and_masked() {
        let mut contact = Contact { agent: "a".to_string(), month: "2026-11".parse().unwrap(), hours: vec![] };
        assert!(contact.set("2026-11-01T00:59:59Z".parse().unwrap()));
        assert!(!contact.set("2026-11-01T00:00:00Z".parse().unwrap()));
        assert!(contact.set("2026-11-30T23:10:00Z".parse().unwrap()));
        let each: Vec<String> = contact.each().map(|hour| hour.to_string()).collect();
        assert_eq!(each, ["2026-11-01T00:00:00Z", "2026-11-30T23:00:00Z"]);
        contact.mask("2026-11-30T22:59:59Z".parse().unwrap());
        assert_eq!(contact.last().unwrap().to_string(), "2026-11-01T00:00:00Z");
    }
}
