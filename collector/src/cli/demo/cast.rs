//! Who is there: a client's machines and seats, when each came and went, and what is wrong with it.
//!
//! **Invariant**: the devices are drawn from the plan and the size alone; a trouble changes one device and no other.

use jiff::ToSpan;
use jiff::civil::Date;

use super::dice::Dice;
use super::machine::{Fault, Kind, Machine};
use super::plan::{Oddity, Plan, TROUBLES};

/// What goes wrong with one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Its agent reports but nobody put it in the annex.
    Uncovered,
    /// Silent for two months.
    Missing,
    /// In the annex, never heard.
    NeverSeen,
    /// On the line of another category.
    Mismatch,
    /// Retired, and it goes on reporting.
    RetiredAlive,
    /// Not in the antivirus console.
    AbsentFromConsole,
    /// There, but not seen by the console for weeks.
    StaleInConsole,
    /// A licence of the console for nobody.
    OnlyInConsole,
    /// Excluded by decision.
    Excluded,
    /// On the shelf by decision.
    Stock,
    /// Uncovered, and put off by decision.
    Snoozed,
    /// A palliative repair that waits for its corrective one.
    Palliative,
    /// A delay of the contract that was missed.
    Late,
    /// A billed mailbox that its console no longer has.
    SeatGone,
    /// What its agent tells.
    Told(Fault),
}

/// A machine in the story.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) machine: Machine,
    /// The day its agent was enrolled.
    pub(super) arrived: Date,
    /// The last day it was heard; `None`: this very hour.
    pub(super) silent_since: Option<Date>,
    /// The day it left for good, replaced by another.
    pub(super) left: Option<Date>,
    pub(super) trouble: Option<Trouble>,
}

/// A client's devices and seats.
#[derive(Debug, Clone)]
pub(super) struct Cast {
    pub(super) parts: Vec<Part>,
    pub(super) mailboxes: Vec<String>,
    /// Printers, switches and firewalls: name, category, serial.
    pub(super) network: Vec<(String, &'static str, String)>,
    /// Troubles that are no machine's.
    pub(super) apart: Vec<Trouble>,
}

/// The days of the story.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    /// First day of the contract: fourteen months ago.
    pub(super) start: Date,
    pub(super) today: Date,
}

impl Days {
    /// So many days ago.
    pub(super) fn ago(self, days: u32) -> Date {
        self.today.saturating_sub(i64::from(days).days())
    }
}

/// How long the silent site has been.
const SILENT_DAYS: u32 = 35;

const PLACES: [&str; 9] = ["ACCUEIL", "COMPTA", "DIR", "ATELIER", "COM", "RH", "ETUDES", "MAG", "SAV"];

impl Cast {
    /// The cast of a client of this size. `turn` is where it begins in the list of troubles.
    pub(super) fn of(plan: &Plan, size: u32, days: Days, turn: usize) -> Self {
        let client = plan.client();
        let mut dice = Dice::of(&client);
        let mailboxes = size * 22 / 100;
        let printers = size * 4 / 100;
        let firewalls = u32::from(size >= 10);
        let switches = size / 40;
        let troubles = if plan.oddity == Oddity::NoContract { Vec::new() } else { troubles(size, turn) };
        let licence = u32::from(troubles.contains(&Trouble::OnlyInConsole));
        let devices = size - mailboxes - printers - firewalls - switches - licence;
        let servers = devices / 25;
        let guests = devices / 20;
        let desktops = devices * 35 / 100;
        let mut cast =
            Self { parts: Vec::new(), mailboxes: seats(plan, mailboxes), network: Vec::new(), apart: Vec::new() };
        for (count, category, prefix) in
            [(printers, "printer", "IMP"), (switches, "switch", "SW"), (firewalls, "firewall", "FW")]
        {
            for n in 1..=count {
                cast.network.push((format!("{prefix}-{n:02}"), category, dice.serial("X")));
            }
        }
        for n in 0..devices {
            let kind = match n {
                _ if n < servers => Kind::Server,
                _ if n < servers + guests => Kind::Virtual,
                _ if n < servers + guests + desktops => Kind::Desktop,
                _ => Kind::Laptop,
            };
            let site = plan.sites.get(usize::try_from(n).unwrap_or(0) % plan.sites.len().max(1));
            let machine = Machine::new(&client, name(kind, n, &mut dice), kind, site.map(|site| (*site).to_owned()));
            cast.parts.push(part(machine, days, &mut dice));
        }
        cast.afflict(&troubles);
        if plan.oddity != Oddity::NoContract {
            cast.replace(&client, days, &mut dice);
        }
        if plan.oddity == Oddity::SilentSite {
            cast.silence(plan.sites.first().copied(), days.ago(SILENT_DAYS));
        }
        cast
    }

    fn silence(&mut self, site: Option<&str>, since: Date) {
        let there = self.parts.iter_mut().filter(|part| part.left.is_none() && part.machine.site.as_deref() == site);
        there.for_each(|part| part.silent_since = Some(since));
    }

    fn afflict(&mut self, troubles: &[Trouble]) {
        let mut at = self.parts.len();
        for trouble in troubles {
            if matches!(trouble, Trouble::OnlyInConsole | Trouble::Palliative | Trouble::Late | Trouble::SeatGone) {
                self.apart.push(*trouble);
                continue;
            }
            // From the end, where the laptops are, in steps that leave desktops and servers their share.
            at = at.checked_sub(3).unwrap_or(self.parts.len().saturating_sub(2));
            if let Some(part) = self.parts.get_mut(at) {
                part.trouble = Some(*trouble);
                if let Trouble::Told(fault) = trouble {
                    part.machine.faults.push(*fault);
                }
            }
        }
    }

    /// One device in thirty took the place of another within the story.
    fn replace(&mut self, client: &str, days: Days, dice: &mut Dice) {
        let mut gone = Vec::new();
        for part in self.parts.iter_mut().filter(|part| part.trouble.is_none() && part.arrived <= days.start) {
            if !dice.one_in(30) {
                continue;
            }
            let day = days.ago(20 + dice.below(300));
            let name = format!("{}-ANC", part.machine.name);
            let old = Machine::new(client, name, part.machine.kind, part.machine.site.clone());
            gone.push(Part {
                machine: old,
                arrived: part.arrived,
                silent_since: Some(day),
                left: Some(day),
                trouble: None,
            });
            part.arrived = day;
        }
        self.parts.extend(gone);
    }
}

/// One trouble for about sixteen devices.
fn troubles(size: u32, turn: usize) -> Vec<Trouble> {
    let count = usize::try_from(1 + size / 16).unwrap_or(1);
    TROUBLES.iter().cycle().skip(turn).take(count).copied().collect()
}

fn part(machine: Machine, days: Days, dice: &mut Dice) -> Part {
    let late = dice.one_in(14);
    let arrived = if late { days.ago(30 + dice.below(330)) } else { days.start };
    Part { machine, arrived, silent_since: None, left: None, trouble: None }
}

fn name(kind: Kind, n: u32, dice: &mut Dice) -> String {
    let place = dice.pick(&PLACES, "ACCUEIL");
    let number = n + 1;
    match kind {
        Kind::Server => format!("SRV-{number:02}"),
        Kind::Virtual => format!("VM-{}-{number:02}", dice.pick(&["AD", "FICHIERS", "WEB", "PAIE", "SQL"], "AD")),
        Kind::Desktop => format!("PC-{place}-{number:03}"),
        Kind::Laptop => format!("PT-{place}-{number:03}"),
    }
}

fn seats(plan: &Plan, count: u32) -> Vec<String> {
    let domain = format!("{}.example", plan.code);
    (1..=count)
        .map(|n| match n {
            1 => format!("contact@{domain}"),
            2 => format!("compta@{domain}"),
            _ => format!("poste{n:03}@{domain}"),
        })
        .collect()
}
