//! Toy worlds: a contract with a line of each way in, a few machines that share their values more often than real ones
//! do, and everything that may be said of them, in order.

use std::collections::BTreeMap;

use cadastre_domain::calendar::Month;
use cadastre_domain::evidence::{Adapter, Evidence};
use cadastre_domain::fact::{AnnexRow, Contact, Decision, Fact, Facts, HouseFacts, Recorded, Verb};
use cadastre_domain::register::{Register, derive};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

pub(super) const CLIENT: &str = "toy";
pub(super) const CONTRACT: &str = "K";
/// States of a machine.
pub(super) const VARIANTS: u8 = 8;

/// One thing said, some time after the one before.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) minutes: i64,
    pub(super) said: Said,
}

/// What may be said.
#[derive(Debug, Clone)]
pub(super) enum Said {
    /// An agent reports a machine, as a variant of it.
    Report { agent: u8, machine: u8, variant: u8 },
    /// An agent only checks in.
    CheckIn { agent: u8 },
    /// An annex row is told: label, machine whose serial it bears, day of its beginning and of its end, line.
    Row { label: u8, machine: Option<u8>, from: u8, days: Option<u8>, server: bool },
    /// A person decides about an asset, on a day.
    Decide { verb: Verb, asset: u8, day: u8 },
}

/// A line of each way in: laptops named in the annex, servers admitted, desktops whatever their number.
pub(super) fn contract() -> String {
    format!(
        "id = \"{CONTRACT}\"\nclient = \"{CLIENT}\"\nsigned_on = 2026-02-01\neffective_on = 2026-02-01\n\
         initial_months = 12\ntime_zone = \"Europe/Paris\"\nrenewal = {{ kind = \"tacit\", months = 12 }}\n\
         notice_months = 3\n[billing]\ntiming = \"arrears\"\nperiod = \"month\"\nvat_rate = \"20.00\"\n\
         [[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\nmode = \"prorata\"\n\
         admission = \"annex\"\nunit_price = \"12.00\"\ncount = 2\n\
         [[lines]]\nid = \"servers\"\nformula = \"forfait\"\ncategory = \"server\"\nmode = \"prorata\"\n\
         admission = \"auto\"\nunit_price = \"45.17\"\ncount = 2\n\
         [[lines]]\nid = \"desktops\"\nformula = \"forfait\"\ncategory = \"desktop\"\nmode = \"prorata\"\n\
         admission = \"unlimited\"\nunit_price = \"8.333333\"\n\
         [[lines]]\nid = \"flat\"\nformula = \"forfait\"\ncategory = \"tablet\"\nmode = \"fixed\"\n\
         unit_price = \"3.10\"\ncount = 3\n"
    )
}

/// Reports, check-ins, annex rows and decisions.
pub(super) fn everything(length: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(prop_oneof![4 => report(), 2 => check_in(), 3 => row(), 2 => decision()]), 1..length)
}

/// What machines say.
pub(super) fn machines(length: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(prop_oneof![3 => report(), 1 => check_in()]), 1..length)
}

/// Annex rows only.
pub(super) fn rows(length: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(row().boxed()), 1..length)
}

fn step(said: impl Strategy<Value = Said>) -> impl Strategy<Value = Step> {
    let minutes = prop::sample::select(vec![0, 1, 50, 700, 1_500, 6_000]);
    (minutes, said).prop_map(|(minutes, said)| Step { minutes, said })
}

fn report() -> BoxedStrategy<Said> {
    (0..4u8, 0..4u8, 0..VARIANTS).prop_map(|(agent, machine, variant)| Said::Report { agent, machine, variant }).boxed()
}

fn check_in() -> BoxedStrategy<Said> {
    (0..4u8).prop_map(|agent| Said::CheckIn { agent }).boxed()
}

fn row() -> BoxedStrategy<Said> {
    let parts = (0..4u8, prop::option::of(0..4u8), 0..50u8, prop::option::of(0..30u8), any::<bool>());
    parts.prop_map(|(label, machine, from, days, server)| Said::Row { label, machine, from, days, server }).boxed()
}

fn decision() -> BoxedStrategy<Said> {
    let verbs = [Verb::Include, Verb::Exclude, Verb::Active, Verb::Stock, Verb::Byod, Verb::Retire];
    let verb = prop::sample::select(verbs.to_vec());
    (verb, 0..8u8, 0..50u8).prop_map(|(verb, asset, day)| Said::Decide { verb, asset, day }).boxed()
}

/// The n-th day of the contract.
pub(super) fn day(n: u8) -> Date {
    Date::constant(2026, 2, 1).saturating_add(i64::from(n).days())
}

/// Everything that was said, as facts.
pub(super) struct World {
    pub(super) facts: Facts,
    now: Timestamp,
}

impl World {
    /// The client and its contract, said in the morning of the contract's first day.
    pub(super) fn new() -> Self {
        let now: Timestamp = "2026-02-01T07:00:00Z".parse().unwrap();
        let mut world = Self { facts: Facts { client: CLIENT.to_owned(), ..Facts::default() }, now };
        world.tell(Fact::Client { name: None, siren: None, example: false });
        world.tell(Fact::Contract { contract: CONTRACT.to_owned(), text: contract() });
        world
    }

    pub(super) fn of(steps: &[Step]) -> Self {
        let mut world = Self::new();
        steps.iter().for_each(|step| world.say(step));
        world
    }

    /// Says one thing.
    pub(super) fn say(&mut self, step: &Step) {
        self.now = self.now.checked_add(step.minutes.minutes()).unwrap();
        match &step.said {
            Said::Report { agent, machine, variant } => {
                let evidence = evidence(*machine, *variant, self.now);
                self.contact(*agent);
                let report_id = format!("report-{}-{}", self.facts.recorded.len(), agent);
                let seq = self.tell(Fact::Report {
                    agent: agent_id(*agent),
                    epoch: "00".to_owned(),
                    report_seq: self.now.as_second().unsigned_abs(),
                    report_id,
                    collected_at: self.now,
                    state: format!("{machine}-{variant}"),
                    sections: BTreeMap::new(),
                });
                self.facts.evidence.insert(seq, evidence);
            }
            Said::CheckIn { agent } => self.contact(*agent),
            Said::Row { label, machine, from, days, server } => {
                let row = AnnexRow {
                    label: format!("row-{label}"),
                    line: Some(if *server { "servers" } else { "laptops" }.to_owned()),
                    serial: machine.map(serial),
                    from: Some(day(*from)),
                    to: days.map(|days| day(from + days)),
                    ..AnnexRow::default()
                };
                self.tell(Fact::Annex { contract: CONTRACT.to_owned(), rows: vec![row] });
            }
            Said::Decide { verb, asset, day: on } => self.decide(*verb, *asset, day(*on)),
        }
    }

    /// A decision about one of the assets there are; without assets nothing is said.
    fn decide(&mut self, verb: Verb, asset: u8, effective: Date) {
        let register = self.register(None, self.now);
        let Some(asset) = register.assets.get(usize::from(asset) % register.assets.len().max(1)) else { return };
        let line = (verb == Verb::Include).then(|| "laptops".to_owned());
        self.said(verb, vec![asset.id.clone()], effective, line);
    }

    /// A person says that two ids are one device.
    pub(super) fn merge(&mut self, assets: [String; 2], effective: Date) {
        self.said(Verb::Merge, assets.into(), effective, None);
    }

    fn said(&mut self, verb: Verb, assets: Vec<String>, effective: Date, line: Option<String>) {
        self.tell(Fact::Decision(Decision {
            verb,
            assets,
            effective,
            reason: "said so".to_owned(),
            by: "someone".to_owned(),
            contract: None,
            line,
            slot: None,
            more: Default::default(),
        }));
    }

    fn contact(&mut self, agent: u8) {
        let month: Month = Month::of(jiff::tz::TimeZone::UTC.to_datetime(self.now).date());
        let agent = agent_id(agent);
        let known = self.facts.contacts.iter().position(|contact| contact.agent == agent && contact.month == month);
        let at = known.unwrap_or_else(|| {
            self.facts.contacts.push(Contact { agent, month, hours: Vec::new() });
            self.facts.contacts.len() - 1
        });
        self.facts.contacts[at].set(self.now);
    }

    /// Records a fact, strictly later than the one before.
    fn tell(&mut self, fact: Fact) -> u64 {
        let seq = self.facts.recorded.last().map_or(1, |last| last.seq + 1);
        self.now = self.now.checked_add(1.microseconds()).unwrap();
        self.facts.recorded.push(Recorded { seq, at: self.now, fact });
        seq
    }

    /// The present.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// The present day of the contract.
    pub(super) fn today(&self) -> Date {
        jiff::tz::TimeZone::get("Europe/Paris").unwrap().to_datetime(self.now).date()
    }

    /// The register of a day, as known at an instant.
    pub(super) fn register(&self, as_of: Option<Date>, known_at: Timestamp) -> Register {
        derive(self.facts.clone(), &HouseFacts::default(), as_of, known_at).unwrap()
    }
}

pub(super) fn agent_id(agent: u8) -> String {
    format!("agent-{agent}")
}

pub(super) fn serial(machine: u8) -> String {
    format!("PF2QXK{machine}Z")
}

/// A machine; variants lack a value or several, bear another name, run from another boot, bear the serial of another
/// machine, or another's chassis.
fn evidence(machine: u8, variant: u8, now: Timestamp) -> Evidence {
    let chassis = [10, 23, 3, 9][usize::from(machine)];
    let whole = Evidence {
        collected_at: Some(now),
        boot_time: Some("2026-01-31T06:00:00Z".parse().unwrap()),
        hostname: Some(format!("host-{machine}")),
        machine_id: Some(format!("{:032x}", 0x5eed_0000_u64 + u64::from(machine))),
        os_family: Some("linux".to_owned()),
        manufacturer: Some("LENOVO".to_owned()),
        product: Some("21HM".to_owned()),
        system_serial: Some(serial(machine)),
        uuid: Some(format!("4c4c4544-0042-3510-8051-a1b2c3d4e5f{machine}")),
        chassis_type: Some(chassis),
        adapters: vec![Adapter {
            name: Some("eno1".to_owned()),
            mac: Some(format!("a4:c3:f0:01:02:0{machine}")),
            bus: Some("pci".to_owned()),
            removable: false,
            ..Adapter::default()
        }],
        role: Some("none".to_owned()),
        ..Evidence::default()
    };
    match variant {
        1 => Evidence { system_serial: None, ..whole },
        2 => Evidence { uuid: None, adapters: Vec::new(), ..whole },
        3 => Evidence { hostname: Some("moved".to_owned()), ..whole },
        4 => Evidence { boot_time: Some(now), machine_id: None, ..whole },
        5 => Evidence { system_serial: Some(serial(0)), ..whole },
        // A server that shows a laptop's chassis, or the other way round, and no serial.
        6 => Evidence { system_serial: None, chassis_type: Some(if chassis == 23 { 10 } else { 23 }), ..whole },
        // Nothing that vetoes.
        7 => Evidence { system_serial: None, uuid: None, adapters: Vec::new(), boot_time: None, ..whole },
        _ => whole,
    }
}
