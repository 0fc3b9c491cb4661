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

mod models;
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
    virtual_machine(evidence)
        .or_else(|| by_model(evidence, &names))
        .or_else(|| by_chassis(evidence, &names))
        .or_else(|| by_signs(evidence, &names))
        .unwrap_or_else(|| by_word(evidence, &names))
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

/// A hypervisor bit alone is no guest: Windows sets it on physical machines too. Firmware must say so, or be absent.
fn is_guest(evidence: &Evidence) -> bool {
    let maker = lower(evidence.manufacturer.as_deref());
    let product = lower(evidence.product.as_deref());
    let told = |(m, p): &(&str, &str)| maker.contains(m) && product.contains(p);
    // A bare-metal instance says its cloud's name too.
    let metal = product.contains(".metal") || product.contains("bare metal");
    let firmware_silent = maker.is_empty() && product.is_empty() && evidence.chassis_type.is_none();
    let windows = evidence.os_family.as_deref() == Some("windows");
    (models::VIRTUAL.iter().any(told) && !metal)
        || (evidence.role.as_deref() == Some("guest") && firmware_silent && !windows)
}

fn virtual_machine(evidence: &Evidence) -> Option<CategoryVerdict> {
    let reason = match nature(evidence) {
        Nature::Container => "container",
        Nature::Guest => "virtual_machine",
        Nature::Physical | Nature::Untold => return None,
    };
    let mut verdict = CategoryVerdict::new(Category::VirtualServer, Confidence::High, reason);
    if evidence.product_type.as_deref() == Some("workstation") {
        verdict.category = Category::Desktop;
        verdict.reasons.push("workstation_system");
    }
    Some(verdict)
}

/// Names that are surer than the chassis code.
fn by_model(evidence: &Evidence, names: &str) -> Option<CategoryVerdict> {
    let maker = lower(evidence.manufacturer.as_deref());
    let product = lower(evidence.product.as_deref());
    let high = |category, reason| Some(CategoryVerdict::new(category, Confidence::High, reason));
    if maker.contains("apple") {
        return apple(evidence, &product);
    }
    if maker.contains("microsoft") && product.contains("surface") {
        let category = match () {
            () if product.contains("studio") && !product.contains("laptop studio") => Category::Desktop,
            () if product.contains("hub") => Category::Desktop,
            () if product.contains("laptop") => Category::Laptop,
            () => Category::Tablet,
        };
        return high(category, "surface_model");
    }
    if models::any(&maker, models::STORAGE) {
        return high(Category::Nas, "storage_maker");
    }
    if maker == "google" && !models::any(names, &["nexus", "pixel"]) {
        return Some(chromebook(evidence));
    }
    if models::any(names, models::SERVERS) && !models::any(names, &["thinkstation", "precision"]) {
        return high(Category::Server, "server_model");
    }
    if models::any(names, models::FOLDING) {
        return high(Category::Laptop, "laptop_model");
    }
    let chassis = evidence.chassis_type.map(chassis_category);
    if models::any(names, models::TABLETS) && !matches!(chassis, Some(Some(Category::Desktop | Category::Server))) {
        return high(Category::Tablet, "tablet_model");
    }
    // A mini PC can claim a laptop's chassis; a laptop's name settles it the other way.
    if models::any(names, models::DESKTOPS)
        && !models::any(names, models::LAPTOPS)
        && chassis != Some(Some(Category::Server))
    {
        return high(Category::Desktop, "desktop_model");
    }
    None
}

fn apple(evidence: &Evidence, product: &str) -> Option<CategoryVerdict> {
    let category = match () {
        () if product.starts_with("macbook") || product.starts_with("powerbook") => Category::Laptop,
        () if models::APPLE_LAPTOPS.contains(&product) => Category::Laptop,
        () if product.starts_with("ipad") => Category::Tablet,
        () if product.starts_with("iphone") => Category::Smartphone,
        () if product.starts_with("xserve") || product.starts_with("rackmac") => Category::Server,
        () if ["imac", "macmini", "macpro", "mac mini", "mac pro", "mac studio"]
            .iter()
            .any(|p| product.starts_with(p)) =>
        {
            Category::Desktop
        }
        // A model newer than this table: a Mac that lists a battery folds.
        () if product.starts_with("mac") => {
            let folds = evidence.battery == Some(true) || evidence.portable_battery == Some(true);
            let category = if folds { Category::Laptop } else { Category::Desktop };
            return Some(CategoryVerdict::new(category, Confidence::Medium, "apple_battery"));
        }
        () => return None,
    };
    Some(CategoryVerdict::new(category, Confidence::High, "apple_model"))
}

fn chromebook(evidence: &Evidence) -> CategoryVerdict {
    let chassis = evidence.chassis_type.and_then(chassis_category);
    if chassis == Some(Category::Tablet) {
        return CategoryVerdict::new(Category::Tablet, Confidence::High, "chassis");
    }
    if evidence.portable_battery == Some(true) || evidence.battery == Some(true) {
        return CategoryVerdict::new(Category::Laptop, Confidence::High, "chromebook");
    }
    if chassis == Some(Category::Laptop) && evidence.battery.is_none() {
        return CategoryVerdict::new(Category::Laptop, Confidence::Medium, "chromebook");
    }
    CategoryVerdict::new(Category::Desktop, Confidence::Medium, "chromebox")
}

/// The category that a chassis code names; `None` for codes that name none.
fn chassis_category(code: u8) -> Option<Category> {
    Some(match code {
        3..=7 | 13 | 15 | 16 | 24 | 33..=36 => Category::Desktop,
        8..=10 | 14 | 31 => Category::Laptop,
        11 | 30 | 32 => Category::Tablet,
        17..=23 | 25..=29 => Category::Server,
        _ => return None,
    })
}

fn by_chassis(evidence: &Evidence, names: &str) -> Option<CategoryVerdict> {
    let category = evidence.chassis_type.and_then(chassis_category)?;
    let verdict = CategoryVerdict::new(category, Confidence::High, "chassis");
    let server_parts = evidence.bmc == Some(true) && evidence.memory_ecc == Some(true);
    Some(match category {
        Category::Desktop if server_board(evidence) => {
            CategoryVerdict::new(Category::Server, Confidence::Medium, "server_board")
        }
        Category::Desktop if server_parts && is_server_system(evidence) => {
            verdict.doubt(Confidence::Low, "server_parts")
        }
        Category::Desktop if models::any(names, models::LAPTOPS) => verdict.doubt(Confidence::Low, "laptop_model"),
        Category::Desktop if evidence.portable_battery == Some(true) => {
            verdict.doubt(Confidence::Medium, "battery_record")
        }
        _ => verdict,
    })
}

/// A board made only for servers, with its management controller.
fn server_board(evidence: &Evidence) -> bool {
    let maker = lower(evidence.board_manufacturer.as_deref().or(evidence.manufacturer.as_deref()));
    let product = lower(evidence.product.as_deref());
    evidence.bmc == Some(true)
        && ["supermicro", "super micro", "asrockrack", "tyan", "quanta"].iter().any(|m| maker.contains(m))
        && !product.contains("workstation")
}

fn is_server_system(evidence: &Evidence) -> bool {
    matches!(evidence.product_type.as_deref(), Some("server" | "domain_controller"))
}

/// Signs that count only where the chassis says nothing: codes 0, 1, 2, 12 or none.
fn by_signs(evidence: &Evidence, names: &str) -> Option<CategoryVerdict> {
    let medium = |category, reason| Some(CategoryVerdict::new(category, Confidence::Medium, reason));
    if models::any(names, models::LAPTOPS) {
        return Some(CategoryVerdict::new(Category::Laptop, Confidence::High, "laptop_model"));
    }
    if evidence.portable_battery == Some(true) {
        return Some(CategoryVerdict::new(Category::Laptop, Confidence::High, "battery_record"));
    }
    let so_dimm = evidence.memory_form_factors.iter().any(|f| crate::identifier::alphanumeric(f) == "SODIMM");
    if so_dimm && evidence.processors.iter().any(|model| is_mobile(model)) {
        return medium(Category::Laptop, "mobile_parts");
    }
    if evidence.battery == Some(true) {
        return medium(Category::Laptop, "battery");
    }
    if server_board(evidence) || (evidence.bmc == Some(true) && evidence.memory_ecc == Some(true)) {
        return medium(Category::Server, "server_parts");
    }
    if is_server_system(evidence) {
        return medium(Category::Server, "server_system");
    }
    if evidence.claimed_category.is_none()
        && evidence.memory_form_factors.iter().any(|f| f.eq_ignore_ascii_case("DIMM"))
    {
        return Some(CategoryVerdict::new(Category::Desktop, Confidence::Low, "memory_modules"));
    }
    None
}

/// A processor made for laptops, by the letters after its number.
fn is_mobile(model: &str) -> bool {
    let model = lower(Some(model));
    if models::any(&model, &["mobile", "turion", "atom", "celeron(r) n", "pentium(r) n", " z-0"]) {
        return true;
    }
    model.split([' ', '-']).any(|word| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let suffix =
            word.trim_start_matches(|c: char| !c.is_ascii_digit()).trim_start_matches(|c: char| c.is_ascii_digit());
        let suffixes =
            ["u", "y", "h", "hq", "hk", "hs", "hx", "m", "mq", "qm", "xm", "lm", "um", "g1", "g4", "g7", "p"];
        (3..=5).contains(&digits) && suffixes.contains(&suffix)
    })
}

/// What the source itself claims; else any computer is a desktop until something says more.
fn by_word(evidence: &Evidence, names: &str) -> CategoryVerdict {
    if let Some(claimed) = evidence.claimed_category.as_deref().and_then(|word| word.parse().ok()) {
        return CategoryVerdict::new(claimed, Confidence::Medium, "claimed");
    }
    let computer = evidence.os_family.is_some() || names.trim() != "";
    let category = if computer { Category::Desktop } else { Category::Other };
    CategoryVerdict::new(category, Confidence::Low, "no_sign")
}

/// The maker's names of the model in one lower-case text, with a space at each end.
fn names(evidence: &Evidence) -> String {
    let mut text = String::from(" ");
    let parts = [&evidence.manufacturer, &evidence.product, &evidence.product_version, &evidence.product_family];
    for part in parts.into_iter().flatten() {
        text.extend(part.chars().flat_map(char::to_lowercase));
        text.push(' ');
    }
    text
}

fn lower(text: Option<&str>) -> String {
    text.map(|text| text.trim().to_lowercase()).unwrap_or_default()
}
