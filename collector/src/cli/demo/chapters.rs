//! What people did in those months: lists imported, visits attested, interventions noted, devices decided, months closed.
//!
//! **Invariant**: a decision names an asset by the id that the register gives it, and a month is closed by the rules of
//! closing or left open.

use cadastre_domain::calendar::Month;
use cadastre_domain::closing;
use cadastre_domain::evidence::Evidence;
use cadastre_domain::fact::{AnnexRow, Decision, DecisionMore, Fact, ListRow, Verb};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use cadastre_domain::usage::UsageRow;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use super::cast::{Cast, Days, Part, Trouble};
use super::dice::Dice;
use super::machine::Kind;
use super::paper::{self, CONSOLE, FORGOTTEN, SEATS};
use super::plan::{Oddity, Plan};
use super::story::{Story, instant};

/// The console that knows every machine and what stands in the network.
const MONITORING: &str = "rmm";

/// The lists: one a quarter, and one of this morning.
pub(super) fn lists(plan: &Plan, cast: &Cast, days: Days, story: &mut Story) {
    let morning = story.now.checked_sub(150.minutes()).unwrap_or(story.now);
    let mut editions: Vec<(Timestamp, Date)> = [30_i64, 120, 210, 300]
        .into_iter()
        .map(|after| days.start.saturating_add(after.days()))
        .map(|day| (instant(day, 6), day))
        .collect();
    editions.push((morning, days.today));
    for (as_of, day) in &editions {
        let newest = *as_of == morning;
        let there =
            || cast.parts.iter().filter(|part| part.arrived <= *day && part.left.is_none_or(|left| left > *day));
        let heard = |part: &&Part| part.trouble != Some(Trouble::NeverSeen);
        let mut rows: Vec<ListRow> = there().filter(heard).map(|part| computer(part, days, *as_of, newest)).collect();
        rows.extend(
            cast.network
                .iter()
                .map(|(name, category, serial)| row(Some(name), Some(serial), Some(category), Some(*as_of))),
        );
        list(story, MONITORING, *as_of, rows);
        let laptops = there().filter(|part| part.machine.kind == Kind::Laptop).filter(heard);
        let mut rows: Vec<ListRow> = laptops
            .filter(|part| !newest || part.trouble != Some(Trouble::AbsentFromConsole))
            .map(|part| computer(part, days, *as_of, newest))
            .collect();
        if cast.apart.contains(&Trouble::OnlyInConsole) {
            let serial = Dice::of(&format!("licence {}", plan.code)).serial("PF");
            let long_ago = instant(days.start.saturating_sub(40_i64.days()), 9);
            rows.push(row(Some("PT-ANCIEN-000"), Some(&serial), Some("laptop"), Some(long_ago)));
        }
        if plan.oddity != Oddity::NoContract {
            list(story, CONSOLE, *as_of, rows);
        }
        let gone = usize::from(newest && cast.apart.contains(&Trouble::SeatGone));
        let seats = cast.mailboxes.iter().take(cast.mailboxes.len().saturating_sub(gone));
        list(story, SEATS, *as_of, seats.map(|seat| mailbox(seat)).collect());
    }
    if plan.oddity == Oddity::StaleSource {
        let as_of = instant(days.ago(70), 6);
        let rows = cast.parts.iter().filter(|part| part.machine.kind == Kind::Laptop && part.left.is_none());
        list(story, FORGOTTEN, as_of, rows.map(|part| computer(part, days, as_of, false)).collect());
    }
}

fn list(story: &mut Story, source: &str, as_of: Timestamp, rows: Vec<ListRow>) {
    if !rows.is_empty() {
        let fact = Fact::List { source: source.to_owned(), as_of, complete: true, rows };
        story.tell_at(as_of.checked_add(20.minutes()).unwrap_or(as_of), fact);
    }
}

fn computer(part: &Part, days: Days, as_of: Timestamp, newest: bool) -> ListRow {
    let seen = match part.trouble {
        Some(Trouble::StaleInConsole) if newest => instant(days.ago(41), 9),
        Some(Trouble::Missing) if newest => instant(days.ago(58), 9),
        _ => match part.silent_since.filter(|_| newest) {
            Some(silent) => instant(silent, 9),
            None => as_of,
        },
    };
    let serial = Some(part.machine.serial.as_str()).filter(|serial| !serial.is_empty());
    row(Some(&part.machine.name), serial, None, Some(seen))
}

fn row(name: Option<&str>, serial: Option<&str>, category: Option<&str>, seen: Option<Timestamp>) -> ListRow {
    let evidence = Evidence {
        hostname: name.map(str::to_owned),
        untyped_serial: serial.map(str::to_owned),
        claimed_category: category.map(str::to_owned),
        ..Evidence::default()
    };
    ListRow { last_seen: seen, evidence, ..ListRow::default() }
}

fn mailbox(address: &str) -> ListRow {
    let evidence = Evidence {
        label: Some(address.to_owned()),
        claimed_category: Some("mailbox".to_owned()),
        ..Evidence::default()
    };
    ListRow { native_id: Some(address.to_owned()), evidence, ..ListRow::default() }
}

/// Visits and restore tests, attested on their days; interventions.
pub(super) fn works(plan: &Plan, cast: &Cast, days: Days, story: &mut Story) {
    if plan.oddity == Oddity::NoContract {
        return;
    }
    let contract = paper::contract_id(plan);
    for (after, duty) in [(150_i64, "visite"), (160, "restitution"), (325, "visite"), (330, "restitution")] {
        let day = days.start.saturating_add(after.days());
        if plan.oddity == Oddity::DutyOverdue && after > 300 {
            continue;
        }
        let more =
            DecisionMore { duty: Some(duty.to_owned()), result: Some("passed".to_owned()), ..DecisionMore::default() };
        story.tell(
            day,
            15,
            decision(Verb::Attest, Vec::new(), day, "Fait sur place, sans réserve", Some(&contract), more),
        );
    }
    let mut dice = Dice::of(&format!("works {}", plan.code));
    let mut rows: Vec<UsageRow> = Vec::new();
    for number in 0..(4 + dice.below(24)) {
        let day = days.ago(3 + dice.below(380));
        let natures = ["assistance", "corrective", "preventive"];
        rows.push(intervention(&contract, number, day, dice.pick(&natures, "assistance"), (9, 10, 12)));
    }
    for trouble in &cast.apart {
        match trouble {
            Trouble::Palliative => {
                let asset = cast.parts.last().map(|part| part.machine.name.clone());
                let row = intervention(&contract, 900, workday(days.ago(37)), "palliative", (9, 10, 11));
                rows.push(UsageRow { asset, ..row });
            }
            Trouble::Late => {
                rows.push(intervention(&contract, 901, workday(days.ago(16)), "corrective", (7, 14, 17)));
            }
            _ => {}
        }
    }
    for row in rows {
        story.tell(row.date, 17, Fact::Usage { rows: vec![row] });
    }
}

/// The day, or the Friday before it.
fn workday(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_sub(1_i64.days()),
        Weekday::Sunday => day.saturating_sub(2_i64.days()),
        _ => day,
    }
}

fn intervention(
    contract: &str,
    number: u32,
    date: Date,
    nature: &str,
    (opened, answered, solved): (i8, i8, i8),
) -> UsageRow {
    UsageRow {
        key: format!("INT-{number:04}"),
        contract: contract.to_owned(),
        line: "portables".to_owned(),
        date,
        minutes: 30,
        nature: Some(nature.to_owned()),
        means: Some("à distance".to_owned()),
        opened_at: Some(instant(date, opened)),
        answered_at: Some(instant(date, answered)),
        solved_at: (nature != "palliative").then(|| instant(date, solved)),
        label: Some("Demande de l’utilisateur".to_owned()),
        ..UsageRow::default()
    }
}

/// Decisions about devices; each in the words of the person who takes it.
pub(super) fn decisions(cast: &Cast, days: Days, register: &Register, story: &mut Story) {
    let id_of = |name: &str| register.assets.iter().find(|asset| asset.name == name).map(|asset| asset.id.clone());
    for part in &cast.parts {
        let Some(id) = id_of(&part.machine.name) else { continue };
        let (verb, day, reason) = match (part.left, part.trouble) {
            (Some(left), _) => (Verb::Retire, left, "Remplacé par un poste neuf"),
            (None, Some(Trouble::RetiredAlive)) => (Verb::Retire, days.ago(21), "Annoncé comme jeté par le client"),
            (None, Some(Trouble::Excluded)) => {
                (Verb::Exclude, days.start.saturating_add(12_i64.days()), "Poste personnel du gérant")
            }
            (None, Some(Trouble::Stock)) => (Verb::Stock, days.ago(48), "En réserve dans l’armoire"),
            _ => continue,
        };
        story.tell(day, 16, decision(verb, vec![id], day, reason, None, DecisionMore::default()));
    }
}

/// Findings put off until later.
pub(super) fn snoozes(cast: &Cast, days: Days, register: &Register, story: &mut Story) {
    for part in cast.parts.iter().filter(|part| part.trouble == Some(Trouble::Snoozed)) {
        let of = |asset: Option<usize>| asset.and_then(|at| register.assets.get(at)).map(|asset| asset.name.as_str());
        let found = register.findings.iter().find(|found| of(found.asset) == Some(&part.machine.name));
        let Some(finding) = found.map(|found| found.id.clone()) else { continue };
        let until = Some(days.today.saturating_add(20_i64.days()));
        let more = DecisionMore { finding: Some(finding), until, ..DecisionMore::default() };
        let day = days.ago(4);
        story.tell(day, 16, decision(Verb::Snooze, Vec::new(), day, "Le client répond après l’inventaire", None, more));
    }
}

fn decision(
    verb: Verb,
    assets: Vec<String>,
    effective: Date,
    reason: &str,
    contract: Option<&str>,
    more: DecisionMore,
) -> Fact {
    Fact::Decision(Decision {
        verb,
        assets,
        effective,
        reason: reason.to_owned(),
        by: "exemple".to_owned(),
        contract: contract.map(str::to_owned),
        line: None,
        slot: None,
        more,
    })
}

/// Closes the months that a person would have closed, each on the fifth of the next one; one that the rules refuse stays open.
///
/// # Errors
/// What the register refuses.
pub(super) async fn closings(plan: &Plan, days: Days, story: &mut Story) -> Result<(), Refusal> {
    if matches!(plan.oddity, Oddity::NoContract | Oddity::AnnexEmpty) {
        return Ok(());
    }
    let current = Month::of(days.today);
    let back = if plan.oddity == Oddity::LateFact { 6 } else { 3 };
    let lazy = Dice::of(&format!("closing {}", plan.code)).one_in(5);
    for n in (1..=back).rev() {
        let month = current.plus(-n);
        let next = month.plus(1).first();
        let at = instant(next.saturating_add(4_i64.days()), 10).checked_add(7.minutes()).unwrap_or(story.now);
        if at >= story.now || lazy && n == 1 {
            continue;
        }
        let register = story.register(at).await?;
        let Ok(closed) = closing::close(&register, month) else { break };
        story.tell_at(at, Fact::ClosedMonth(Box::new(closed)));
    }
    if plan.oddity == Oddity::LateFact {
        let row = AnnexRow {
            label: "poste-oublie".to_owned(),
            line: Some("portables".to_owned()),
            serial: Some(Dice::of(&format!("forgotten {}", plan.code)).serial("PF")),
            from: Some(current.plus(-6).first()),
            ..AnnexRow::default()
        };
        story.tell(days.ago(2), 11, Fact::Annex { contract: paper::contract_id(plan), rows: vec![row] });
    }
    Ok(())
}
