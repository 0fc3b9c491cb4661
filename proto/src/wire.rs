//! The messages and services of the wire, made from `cadastre/v1/*.proto`, and what both ends do with them alike.
//!
//! Only the collector's `ingest`, the agent's `send` and this crate know these types.

use crate::inventory::SECTIONS;

#[expect(clippy::allow_attributes, clippy::too_many_lines, reason = "made by the compiler of protocol buffers")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/cadastre.v1.rs"));
}

pub use generated::*;

impl SectionId {
    /// The id that the inventory document uses; none for `Unspecified`.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let index = usize::try_from(i32::from(self)).ok()?.checked_sub(1)?;
        SECTIONS.get(index).copied()
    }

    /// The section of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let index = SECTIONS.iter().position(|section| *section == name)?;
        Self::try_from(i32::try_from(index).ok()?.checked_add(1)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_its_number() {
        for (index, name) in SECTIONS.iter().enumerate() {
            let section = SectionId::of_name(name).unwrap();
            assert_eq!(section as usize, index + 1, "{name}");
            assert_eq!(section.name(), Some(*name));
            let wire = section.as_str_name().trim_start_matches("SECTION_ID_").to_lowercase();
            assert_eq!(wire, *name);
        }
        assert_eq!(SectionId::Unspecified.name(), None);
        assert_eq!(SectionId::of_name("uptime"), None);
        assert!(SectionId::try_from(17).is_err());
    }
}
