//! One client's fourteen months told: contract and annex, enrolments and reports, and the silences.
//!
//! **Invariant**: everything a person or a machine says stands at the day on which it would have been said.

use cadastre_domain::fact::{AnnexRow, Fact};
use cadastre_domain::refusal::Refusal;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::cast::{Cast, Days, Part, Trouble};
use super::dice::{Dice, hex};
use super::machine::{Fault, Kind, Machine};
use super::paper;
use super::plan::{Oddity, Plan};
use super::story::{Story, instant};

/// How many days ago the uncovered machines came.
const CAME_DAYS: u32 = 13;
/// How long a missing machine has been silent.
const MISSING_DAYS: u32 = 58;

/// Tells everything but what needs the register: decisions, closings.
///
/// # Errors
/// A report that cannot be packed.
pub(super) fn tell(plan: &Plan, cast: &Cast, days: Days, story: &mut Story) -> Result<(), Refusal> {
    let joined = days.start.saturating_sub(25_i64.days());
    let fact = Fact::Client { name: Some(plan.display_name()), siren: Some("732829320".to_owned()), example: true };
    story.tell(joined, 9, fact);
    papers(plan, cast, days, story);
    tokens(plan, days, story);
    for part in &cast.parts {
        machine(plan, part, days, story)?;
    }
    if plan.oddity == Oddity::Clone
        && let Some(part) = plain(cast)
    {
        copy(plan, part, days, story)?;
    }
    Ok(())
}

/// A machine that nothing is wrong with.
pub(super) fn plain(cast: &Cast) -> Option<&Part> {
    cast.parts.iter().rev().find(|part| part.trouble.is_none() && part.left.is_none())
}

/// Whether the annex names a machine.
fn annexed(part: &Part) -> bool {
    !matches!(part.trouble, Some(Trouble::Uncovered | Trouble::Snoozed | Trouble::Excluded))
}

fn papers(plan: &Plan, cast: &Cast, days: Days, story: &mut Story) {
    if plan.oddity == Oddity::NoContract {
        return;
    }
    let named = plan.oddity != Oddity::AnnexEmpty;
    let count = |kind: Kind| {
        let own = cast.parts.iter().filter(|part| part.machine.kind == kind && part.left.is_none());
        own.filter(|part| annexed(part)).count()
    };
    let id = paper::contract_id(plan);
    let text = paper::contract(plan, cast, days, count);
    story.tell(days.start.saturating_sub(15_i64.days()), 10, Fact::Contract { contract: id.clone(), text });
    if plan.oddity == Oddity::TwoContracts {
        let second = format!("{id}-SECURITE");
        let text = paper::second_contract(plan, days);
        story.tell(days.start.saturating_sub(14_i64.days()), 11, Fact::Contract { contract: second.clone(), text });
        if let Some(part) = plain(cast) {
            // By its name alone: two annexes that write one serial are billed once, and no finding.
            let row = AnnexRow {
                label: part.machine.name.to_lowercase(),
                line: Some("securite".to_owned()),
                hostname: Some(part.machine.name.clone()),
                ..AnnexRow::default()
            };
            let fact = Fact::Annex { contract: second, rows: vec![row] };
            story.tell(days.start.saturating_sub(10_i64.days()), 11, fact);
        }
    }
    if !named {
        return;
    }
    let mut rows: Vec<AnnexRow> = Vec::new();
    if plan.oddity == Oddity::Duplicate
        && let Some(part) = plain(cast)
    {
        let line = Some(paper::line_of(part.machine.kind).to_owned());
        let (label, hostname) = ("poste-direction".to_owned(), Some(part.machine.name.clone()));
        rows.push(AnnexRow { label, line, hostname, ..AnnexRow::default() });
    }
    for part in cast.parts.iter().filter(|part| annexed(part)) {
        let mut own = row(part);
        own.line = Some(paper::line_of(part.machine.kind).to_owned());
        if part.trouble == Some(Trouble::Mismatch) {
            own.line = Some(paper::line_of(Kind::Desktop).to_owned());
        }
        if plan.oddity == Oddity::Lease && rows.len() < 3 {
            own.owner = Some("lessor".to_owned());
            own.supplied_on = Some(days.start.saturating_sub(900_i64.days()));
            own.months = Some(36);
            own.value = Some("890.00".to_owned());
            own.buy_out = Some("45.00".to_owned());
        }
        if part.arrived > days.start {
            // Named on the day it came.
            own.from = Some(part.arrived);
            story.tell(part.arrived, 16, Fact::Annex { contract: id.clone(), rows: vec![own] });
        } else {
            rows.push(own);
        }
    }
    story.tell(days.start.saturating_sub(10_i64.days()), 10, Fact::Annex { contract: id.clone(), rows });
    for part in cast.parts.iter().filter(|part| part.left.is_some()) {
        let row = AnnexRow { line: Some(paper::line_of(part.machine.kind).to_owned()), to: part.left, ..row(part) };
        let day = part.left.unwrap_or(days.today);
        story.tell(day, 15, Fact::Annex { contract: id.clone(), rows: vec![row] });
    }
}

fn row(part: &Part) -> AnnexRow {
    let machine = &part.machine;
    let serial = (!machine.serial.is_empty()).then(|| machine.serial.clone());
    AnnexRow {
        label: machine.name.to_lowercase(),
        hostname: serial.is_none().then(|| machine.name.clone()),
        serial,
        site: machine.site.clone(),
        ..AnnexRow::default()
    }
}

/// One token a site, long expired: nobody can enrol with it.
fn tokens(plan: &Plan, days: Days, story: &mut Story) {
    let sites: Vec<Option<String>> = match plan.sites {
        [] => vec![None],
        sites => sites.iter().map(|site| Some((*site).to_owned())).collect(),
    };
    for (n, site) in sites.into_iter().enumerate() {
        let token = token_of(plan, n);
        let hash = hex(&format!("token {} {n}", plan.code));
        let expires_at = instant(days.start, 0);
        story.tell(
            days.start.saturating_sub(12_i64.days()),
            9,
            Fact::Token { token, hash, site, uses: 10_000, expires_at },
        );
    }
}

fn token_of(plan: &Plan, n: usize) -> String {
    hex(&format!("token id {} {n}", plan.code)).chars().take(8).collect()
}

fn machine(plan: &Plan, part: &Part, days: Days, story: &mut Story) -> Result<(), Refusal> {
    if part.trouble == Some(Trouble::NeverSeen) {
        return Ok(());
    }
    let machine = &part.machine;
    let mut dice = Dice::of(&format!("life {}", machine.agent));
    let fresh = matches!(part.trouble, Some(Trouble::Uncovered | Trouble::Snoozed));
    let first = match fresh {
        true => days.ago(CAME_DAYS + dice.below(4)),
        false if part.arrived > days.start => part.arrived,
        false => days.start.saturating_sub(i64::from(1 + dice.below(7)).days()),
    };
    let last = match part.trouble {
        _ if part.left.is_some() => part.left,
        Some(Trouble::Missing) => Some(days.ago(MISSING_DAYS)),
        _ => part.silent_since,
    };
    enrol(plan, machine, first, story);
    let at = instant(first, 14);
    let healthy = Machine {
        faults: machine.faults.iter().copied().filter(|f| *f == Fault::OldSystem).collect(),
        ..machine.clone()
    };
    report(story, &healthy, at, boot_before(at, &mut dice), 0)?;
    story.heard_between(machine, first.tomorrow().unwrap_or(first), last.unwrap_or(days.today));
    // What its agent tells today: of this morning, or of the last day it was heard.
    let at = match last {
        Some(last) => instant(last, 15),
        None => story.now.checked_sub(i64::from(20 + dice.below(90)).minutes()).unwrap_or(story.now),
    };
    if at > instant(first, 15) {
        let skew = if machine.has(Fault::Skew) { 47 } else { 0 };
        report(story, machine, at, boot_before(at, &mut dice), skew)?;
    }
    Ok(())
}

fn report(story: &mut Story, machine: &Machine, at: Timestamp, boot: Timestamp, skew: i64) -> Result<(), Refusal> {
    story.report(machine, at, boot, skew).map_err(|error| Refusal::new("internal").with("reason", error))
}

/// Up since less than an hour, so that no two sessions of one machine overlap.
fn boot_before(at: Timestamp, dice: &mut Dice) -> Timestamp {
    at.checked_sub(i64::from(5 + dice.below(12)).minutes()).unwrap_or(at)
}

fn enrol(plan: &Plan, machine: &Machine, day: Date, story: &mut Story) {
    let place = plan.sites.iter().position(|site| machine.site.as_deref() == Some(*site)).unwrap_or(0);
    let fact = Fact::Enrolled {
        agent: machine.agent.clone(),
        token: token_of(plan, place),
        key: hex(&format!("key {}", machine.agent)),
        serial: hex(&format!("certificate {}", machine.agent)).chars().take(32).collect(),
        not_after: instant(day, 0).checked_add((14 * 24).hours()).unwrap_or(story.now),
        site: machine.site.clone(),
    };
    story.tell(day, 13, fact);
}

/// A second machine with the identity of the first, running at the same time.
fn copy(plan: &Plan, part: &Part, days: Days, story: &mut Story) -> Result<(), Refusal> {
    let day = days.ago(9);
    let name = format!("{}-COPIE", part.machine.name);
    let twin = Machine::new(&story.client, name, part.machine.kind, part.machine.site.clone());
    let twin = Machine { serial: part.machine.serial.clone(), uuid: part.machine.uuid.clone(), ..twin };
    enrol(plan, &twin, day, story);
    let at = instant(day, 14);
    let long_ago = at.checked_sub(50.hours()).unwrap_or(at);
    report(story, &twin, at, long_ago, 0)?;
    story.heard_between(&twin, day, days.today);
    Ok(())
}
