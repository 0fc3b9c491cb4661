//! A machine of the sample: its hardware, drawn from its name, and the sections that its agent would report.
//!
//! **Invariant**: two machines share no serial, UUID or address, so that identity joins only what the sample means to join.

use std::collections::BTreeMap;

use cadastre_proto::digest;
use cadastre_proto::inventory::{self as doc, Inventory, Outcome, Section};
use cadastre_proto::pack;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::dice::{Dice, hex, uuid};

/// What a machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Laptop,
    Desktop,
    Server,
    Virtual,
}

/// What is wrong with what its agent tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    AntivirusAbsent,
    AntivirusInactive,
    AntivirusOutdated,
    NoDetection,
    NoMail,
    NoBackup,
    LateBackup,
    FirewallOff,
    Clear,
    OldSystem,
    Partial,
    Skew,
}

/// A machine.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) site: Option<String>,
    pub(super) agent: String,
    pub(super) serial: String,
    pub(super) uuid: String,
    pub(super) mac: String,
    pub(super) maker: &'static str,
    pub(super) model: &'static str,
    pub(super) faults: Vec<Fault>,
}

/// A report on its way: the state's digest, and each section with its digest and packed bytes.
pub(super) struct Packed {
    pub(super) state: String,
    pub(super) named: BTreeMap<String, String>,
    pub(super) bytes: BTreeMap<String, Vec<u8>>,
}

impl Machine {
    /// A machine of a client.
    pub(super) fn new(client: &str, name: String, kind: Kind, site: Option<String>) -> Self {
        let seed = format!("{client}/{name}");
        let mut dice = Dice::of(&seed);
        let (maker, model, prefix) = match kind {
            Kind::Laptop => dice.pick(LAPTOPS, OTHER),
            Kind::Desktop => dice.pick(DESKTOPS, OTHER),
            Kind::Server => dice.pick(SERVERS, OTHER),
            Kind::Virtual => ("QEMU", "Standard PC (Q35 + ICH9, 2009)", ""),
        };
        let card = hex(&format!("card {seed}"));
        let part = |at: usize| card.get(at..at + 2).unwrap_or("00");
        let oui = if kind == Kind::Virtual { "52:54:00" } else { "a4:c3:f0" };
        Self {
            agent: uuid(&format!("agent {seed}")),
            serial: if kind == Kind::Virtual { String::new() } else { dice.serial(prefix) },
            uuid: uuid(&format!("board {seed}")).replace('-', "").to_lowercase(),
            mac: format!("{oui}:{}:{}:{}", part(0), part(2), part(4)),
            faults: Vec::new(),
            name,
            kind,
            site,
            maker,
            model,
        }
    }

    /// Whether its agent tells of this fault.
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// The category of a kind.
    pub(super) fn category_of(kind: Kind) -> &'static str {
        match kind {
            Kind::Laptop => "laptop",
            Kind::Desktop => "desktop",
            Kind::Server => "server",
            Kind::Virtual => "virtual-server",
        }
    }

    /// What its agent reports at an instant, up since `boot`.
    ///
    /// # Errors
    /// What cannot be written as JSON or packed.
    pub(super) fn report(&self, at: Timestamp, boot: Timestamp) -> std::io::Result<Packed> {
        let mut sections = BTreeMap::new();
        let mut add = |id: &str, section: Section| drop(sections.insert(id.to_owned(), section));
        add("host", read(&self.host(boot)));
        add("os", read(&self.os()));
        add("firmware", read(&self.firmware()));
        add("processor", read(&processor(self.kind)));
        add("memory", read(&memory(self.kind)));
        add("adapters", read(&[self.adapter()]));
        if self.kind == Kind::Laptop {
            add("battery", read(&[doc::Battery { name: Some("BAT0".to_owned()), ..Default::default() }]));
        }
        add("virtualisation", read(&virtualisation(self.kind)));
        if self.has(Fault::Partial) {
            add("protection", refused());
        } else {
            add("protection", read(&doc::Protection { antivirus: self.antivirus(at) }));
        }
        let on = |fault| if self.has(fault) { "off" } else { "on" };
        add("firewall", read(&[safeguard("Windows Defender Firewall", on(Fault::FirewallOff), None)]));
        let clear = if self.has(Fault::Clear) { "off" } else { "protected" };
        add("encryption", read(&[safeguard("BitLocker", clear, None)]));
        add("backup", read(&self.backups(at)));
        let mut mail = vec![safeguard("Microsoft Outlook", "installed", None)];
        mail.retain(|_| !self.has(Fault::NoMail));
        add("mail", read(&mail));
        packed(sections)
    }

    fn host(&self, boot: Timestamp) -> doc::Host {
        doc::Host {
            hostname: Some(self.name.clone()),
            machine_id: Some(hex(&format!("system {}", self.agent)).chars().take(32).collect()),
            boot_time: Some(boot.to_string()),
            timezone: Some("Europe/Paris".to_owned()),
            ..Default::default()
        }
    }

    fn os(&self) -> doc::Os {
        let (family, name, product_type, end) = match self.kind {
            Kind::Server => ("windows", "Windows Server 2022 Standard", "server", "2031-10-14"),
            Kind::Virtual => ("linux", "Debian GNU/Linux 12 (bookworm)", "server", "2028-06-30"),
            _ if self.has(Fault::OldSystem) => ("windows", "Windows 10 Pro", "workstation", "2025-10-14"),
            _ => ("windows", "Windows 11 Pro", "workstation", "2029-10-09"),
        };
        doc::Os {
            family: Some(family.to_owned()),
            name: Some(name.to_owned()),
            arch: Some("x86_64".to_owned()),
            product_type: Some(product_type.to_owned()),
            support_end: Some(end.to_owned()),
            ..Default::default()
        }
    }

    fn firmware(&self) -> doc::Firmware {
        let chassis = match self.kind {
            Kind::Laptop => 10,
            Kind::Desktop => 3,
            Kind::Server => 23,
            Kind::Virtual => 1,
        };
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        doc::Firmware {
            system: doc::System {
                manufacturer: text(self.maker),
                product: text(self.model),
                serial: text(&self.serial),
                uuid: text(&self.uuid),
                ..Default::default()
            },
            chassis: doc::Chassis { r#type: Some(chassis), ..Default::default() },
            portable_battery: (self.kind == Kind::Laptop).then_some(true),
            ..Default::default()
        }
    }

    fn adapter(&self) -> doc::Adapter {
        doc::Adapter {
            name: Some("Ethernet".to_owned()),
            mac: Some(self.mac.clone()),
            bus: Some(if self.kind == Kind::Virtual { "virtual" } else { "pci" }.to_owned()),
            removable: Some(false),
            up: Some(true),
            ..Default::default()
        }
    }

    fn antivirus(&self, at: Timestamp) -> Vec<doc::Antivirus> {
        let days = if self.has(Fault::AntivirusOutdated) { 23 } else { 0 };
        let signed = at.checked_sub((days * 24 + 3).hours()).unwrap_or(at);
        let state = if self.has(Fault::AntivirusInactive) { "not_protected" } else { "protected" };
        let product = |product: &str, category: &str, state: &str| doc::Antivirus {
            product: product.to_owned(),
            category: category.to_owned(),
            role: "active".to_owned(),
            state: state.to_owned(),
            signature_date: Some(signed.to_string()),
            ..Default::default()
        };
        let mut told = Vec::new();
        if !self.has(Fault::AntivirusAbsent) {
            told.push(product("Microsoft Defender Antivirus", "antivirus", state));
        }
        if !self.has(Fault::NoDetection) {
            told.push(product("Sophos Intercept X", "edr", "protected"));
        }
        told
    }

    fn backups(&self, at: Timestamp) -> Vec<doc::Safeguard> {
        if self.has(Fault::NoBackup) {
            return Vec::new();
        }
        let hours = if self.has(Fault::LateBackup) { 19 * 24 } else { 9 };
        let last = at.checked_sub(hours.hours()).unwrap_or(at);
        let state = if self.has(Fault::LateBackup) { "failed" } else { "recent_success" };
        vec![safeguard("Veeam Agent", state, Some(last.to_string()))]
    }
}

const OTHER: (&str, &str, &str) = ("LENOVO", "ThinkPad T14 Gen 5", "PF");
const LAPTOPS: &[(&str, &str, &str)] = &[
    OTHER,
    ("HP", "HP EliteBook 840 14 inch G11 Notebook PC", "5C"),
    ("Dell Inc.", "Latitude 5450", "D"),
    ("LENOVO", "ThinkPad L13 Gen 4", "PF"),
];
const DESKTOPS: &[(&str, &str, &str)] = &[
    ("Dell Inc.", "OptiPlex 7020", "F"),
    ("HP", "HP Pro Mini 400 G9 Desktop PC", "8C"),
    ("LENOVO", "ThinkCentre M70q Gen 4", "MJ"),
];
const SERVERS: &[(&str, &str, &str)] = &[
    ("Dell Inc.", "PowerEdge R450", "H"),
    ("HPE", "ProLiant DL360 Gen11", "CZ"),
    ("Lenovo", "ThinkSystem SR630", "J3"),
];

fn processor(kind: Kind) -> doc::Processor {
    let model = match kind {
        Kind::Laptop => "Intel(R) Core(TM) Ultra 5 125U",
        Kind::Desktop => "Intel(R) Core(TM) i5-14500T",
        Kind::Server => "Intel(R) Xeon(R) Silver 4314",
        Kind::Virtual => "QEMU Virtual CPU version 2.5+",
    };
    let package = doc::ProcessorPackage { model: Some(model.to_owned()), ..Default::default() };
    doc::Processor { packages: vec![package] }
}

fn memory(kind: Kind) -> doc::Memory {
    let gigabytes: u64 = if kind == Kind::Server { 64 } else { 16 };
    let form = if kind == Kind::Laptop { "SODIMM" } else { "DIMM" };
    let module = doc::MemoryModule { form_factor: Some(form.to_owned()), ..Default::default() };
    doc::Memory { total_bytes: Some(gigabytes << 30), modules: vec![module] }
}

fn virtualisation(kind: Kind) -> doc::Virtualisation {
    let guest = kind == Kind::Virtual;
    doc::Virtualisation {
        role: Some(if guest { "guest" } else { "none" }.to_owned()),
        kind: guest.then(|| "kvm".to_owned()),
    }
}

fn safeguard(product: &str, state: &str, last_success: Option<String>) -> doc::Safeguard {
    doc::Safeguard { product: product.to_owned(), state: state.to_owned(), last_success, ..Default::default() }
}

fn read<T: Serialize + ?Sized>(document: &T) -> Section {
    Section { outcome: Outcome::Ok, reason: None, duration_ms: 0, data: serde_json::to_value(document).ok() }
}

fn refused() -> Section {
    Section { outcome: Outcome::Denied, reason: Some("0x80041003".to_owned()), duration_ms: 0, data: None }
}

fn packed(sections: BTreeMap<String, Section>) -> std::io::Result<Packed> {
    let inventory = Inventory {
        schema: doc::SCHEMA.to_owned(),
        report_id: String::new(),
        collected_at: String::new(),
        agent: doc::AgentInfo { version: String::new(), os: String::new() },
        sections,
    };
    let encoded = digest::sections(&inventory)?;
    let state = cadastre_proto::hex::encode(&digest::state_digest(encoded.iter().map(|section| &section.digest)));
    let mut packed = Packed { state, named: BTreeMap::new(), bytes: BTreeMap::new() };
    for section in encoded {
        let digest = cadastre_proto::hex::encode(&section.digest);
        packed.bytes.insert(digest.clone(), pack::pack(&section.bytes)?);
        packed.named.insert(section.id.to_owned(), digest);
    }
    Ok(packed)
}
