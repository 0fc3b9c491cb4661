//! The category of a device, from one sighting: chassis, then what is known to lie.
//!
//! Virtual machines are told first, then models whose name is surer than their chassis code, then the code itself, then
//! weaker signs where the code says nothing. It refuses to let one weak sign (a management controller, ECC, a battery
//! record, mobile parts) overrule a chassis that speaks: those signs are wrong more often than it is.
//! **Invariant**: pure, one sighting at a time; a doubtful case has confidence [`Confidence::Low`].

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Sighting, SourceKind};

#[cfg(test)]
mod hard_cases;
mod models;
mod signs;
#[cfg(test)]
mod tests;

/// What a contract line can count. Written with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Towers, all-in-ones, mini and stick PCs, thin clients, workstations.
    Desktop,
    /// The keyboard stays on.
    Laptop,
    /// Rack, blade and tower servers.
    Server,
    /// A virtual guest or a container that is no workstation.
    VirtualServer,
    /// Slates, detachables, handhelds.
    Tablet,
    /// Telephones.
    Smartphone,
    /// Printers.
    Printer,
    /// Routers.
    Router,
    /// Switches.
    Switch,
    /// Firewalls.
    Firewall,
    /// Wi-Fi access points.
    AccessPoint,
    /// Network storage.
    Nas,
    /// Any other device.
    Other,
    /// A person's seat.
    User,
    /// A mailbox.
    Mailbox,
    /// A licence.
    Licence,
    /// A service.
    Service,
}

/// A word that is no category.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown category {0}")]
pub struct UnknownCategory(pub String);

impl Category {
    /// All categories, in the order of the reference.
    pub const ALL: [Self; 17] = [
        Self::Desktop,
        Self::Laptop,
        Self::Server,
        Self::VirtualServer,
        Self::Tablet,
        Self::Smartphone,
        Self::Printer,
        Self::Router,
        Self::Switch,
        Self::Firewall,
        Self::AccessPoint,
        Self::Nas,
        Self::Other,
        Self::User,
        Self::Mailbox,
        Self::Licence,
        Self::Service,
    ];

    /// The word of documents and contracts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Laptop => "laptop",
            Self::Server => "server",
            Self::VirtualServer => "virtual-server",
            Self::Tablet => "tablet",
            Self::Smartphone => "smartphone",
            Self::Printer => "printer",
            Self::Router => "router",
            Self::Switch => "switch",
            Self::Firewall => "firewall",
            Self::AccessPoint => "access-point",
            Self::Nas => "nas",
            Self::Other => "other",
            Self::User => "user",
            Self::Mailbox => "mailbox",
            Self::Licence => "licence",
            Self::Service => "service",
        }
    }

    /// Whether it is a seat without hardware, known only by lists, which presence does not judge.
    pub fn is_seat(self) -> bool {
        matches!(self, Self::User | Self::Mailbox | Self::Licence | Self::Service)
    }

    /// Whether it leaves its site on an ordinary day.
    pub fn travels(self) -> bool {
        matches!(self, Self::Laptop | Self::Tablet | Self::Smartphone)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Category {
    type Err = UnknownCategory;

    fn from_str(text: &str) -> Result<Self, UnknownCategory> {
        Self::ALL.into_iter().find(|c| c.as_str() == text).ok_or_else(|| UnknownCategory(String::from(text)))
    }
}

/// How sure the category is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A guess: shown as doubtful.
    Low,
    /// One sign, or the source's own word.
    Medium,
    /// The chassis or the model says so and nothing contradicts.
    High,
}

impl Confidence {
    /// Its word in the interfaces.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// Kinds of things that are never one another, whatever they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A machine of its own.
    Physical,
    /// A guest or a container.
    Virtual,
    /// Network equipment and printers.
    Network,
}

/// Whether a sighting speaks of a machine of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    Physical,
    Guest,
    Container,
    Untold,
}

/// The category of one sighting, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryVerdict {
    /// The category.
    pub category: Category,
    /// How sure.
    pub confidence: Confidence,
    /// Closed codes, the decisive one first.
    pub reasons: Vec<&'static str>,
    /// The family; it vetoes only when the category is sure.
    pub family: Family,
}

impl CategoryVerdict {
    fn new(category: Category, confidence: Confidence, reason: &'static str) -> Self {
        let family = match category {
            Category::VirtualServer => Family::Virtual,
            Category::Printer | Category::Router | Category::Switch | Category::Firewall | Category::AccessPoint => {
                Family::Network
            }
            _ => Family::Physical,
        };
        Self { category, confidence, reasons: vec![reason], family }
    }

    fn doubt(mut self, confidence: Confidence, reason: &'static str) -> Self {
        self.confidence = self.confidence.min(confidence);
        self.reasons.push(reason);
        self
    }

    /// The family, when the category is sure.
    pub(crate) fn sure_family(&self) -> Option<Family> {
        (self.confidence == Confidence::High).then_some(self.family)
    }
}

/// The category of a device from what one sighting says of it.
pub fn categorise(evidence: &Evidence) -> CategoryVerdict {
    let names = names(evidence);
    if let Some(verdict) = signs::virtual_machine(evidence) {
        return verdict;
    }
    let verdict = signs::by_model(evidence, &names)
        .or_else(|| signs::by_chassis(evidence, &names))
        .or_else(|| signs::by_signs(evidence, &names))
        .unwrap_or_else(|| signs::by_word(evidence, &names));
    // A guest whose firmware copies its host's cannot be told from a physical machine: never sure.
    let bit = evidence.role.as_deref() == Some("guest") && evidence.os_family.as_deref() != Some("windows");
    if bit { verdict.doubt(Confidence::Medium, "hypervisor_bit") } else { verdict }
}

/// The category of a device from all its sightings: the surest, agents before rows, the newest first.
pub fn of_device<'a>(sightings: impl IntoIterator<Item = &'a Sighting>) -> CategoryVerdict {
    let judged = sightings.into_iter().map(|sighting| (categorise(&sighting.evidence), sighting));
    let best = judged.max_by_key(|(verdict, sighting)| {
        let sighting: &'a Sighting = sighting;
        // A guess of an agent gives way to a row's word; above that the agent speaks first.
        let guess = verdict.confidence == Confidence::Low;
        (!guess, sighting.kind == SourceKind::Agent, sighting.recorded, sighting.id.as_str())
    });
    best.map_or_else(|| categorise(&Evidence::default()), |(verdict, _)| verdict)
}

/// Whether the sighting speaks of a physical machine, a guest or a container, or does not tell.
pub(crate) fn nature(evidence: &Evidence) -> Nature {
    let role = evidence.role.as_deref();
    if role == Some("container") {
        return Nature::Container;
    }
    if is_guest(evidence) {
        return Nature::Guest;
    }
    let described = evidence.manufacturer.is_some() || evidence.product.is_some() || evidence.chassis_type.is_some();
    if described || matches!(role, Some("none" | "host")) { Nature::Physical } else { Nature::Untold }
}

/// A hypervisor bit alone is no guest: Windows sets it on physical machines too. Firmware must say so or be absent, or the
/// engine must be named and not be the one that Windows runs on itself.
fn is_guest(evidence: &Evidence) -> bool {
    let maker = lower(evidence.manufacturer.as_deref());
    let product = lower(evidence.product.as_deref());
    let told = |(m, p): &(&str, &str)| maker.contains(m) && product.contains(p);
    // A bare-metal instance says its cloud's name too.
    let metal = product.contains(".metal") || product.contains("bare metal");
    let firmware_silent = maker.is_empty() && product.is_empty() && evidence.chassis_type.is_none();
    let windows = evidence.os_family.as_deref() == Some("windows");
    let engine = lower(evidence.virtualisation.as_deref());
    let named = models::any(&engine, "kvm|qemu|xen|vmware|virtualbox|bhyve|parallels");
    let bit = evidence.role.as_deref() == Some("guest") && !windows;
    (models::VIRTUAL.iter().any(told) && !metal) || (bit && (firmware_silent || named))
}

/// The maker's names of the model in one lower-case text, `_` for each blank and at both ends.
fn names(evidence: &Evidence) -> String {
    let mut text = String::from("_");
    let parts = [&evidence.manufacturer, &evidence.product, &evidence.product_version, &evidence.product_family];
    for part in parts.into_iter().flatten() {
        let lower = part.trim().chars().flat_map(char::to_lowercase);
        text.extend(lower.map(|c| if c.is_whitespace() { '_' } else { c }));
        text.push('_');
    }
    text
}

fn lower(text: Option<&str>) -> String {
    text.map(|text| text.trim().to_lowercase()).unwrap_or_default()
}
