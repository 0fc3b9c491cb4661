//! What holds of every client, whatever is said of it and in which order: one status a day, sums that add up, a past that
//! stays what it was, and the same register from the same facts.

mod slots;
mod transfer;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use cadastre_collector::views::bill::Bill;
use cadastre_collector::views::reconciliation::Reconciliation;
use cadastre_domain::calendar::Month;
use cadastre_domain::fact::Fact;
use cadastre_domain::register::Register;
use cadastre_domain::standing::Status;
use jiff::ToSpan as _;
use jiff::civil::Date;
use proptest::prelude::*;

use self::world::{Said, Step, World, day, everything, machines, rows};

/// The months that a toy world may touch.
const MONTHS: [&str; 3] = ["2026-02", "2026-03", "2026-04"];

fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    // A case here is a whole client, read several times over.
    ProptestConfig { cases: default.cases.div_ceil(4), failure_persistence: None, ..default }
}

/// Slots billed, day by day, up to a day.
fn slot_days(register: &Register, until: Date) -> BTreeSet<(String, String, Date)> {
    let mut all = BTreeSet::new();
    for month in MONTHS.map(|month| month.parse::<Month>().unwrap()) {
        for ((_, line), slots) in register.slot_days(month).lines {
            for (slot, days) in slots {
                let days = (1..=31).filter(|n| days.contains(*n));
                let dates = days.map(|n| Date::new(month.first().year(), month.first().month(), n).unwrap());
                all.extend(dates.filter(|date| *date <= until).map(|date| (line.clone(), slot.clone(), date)));
            }
        }
    }
    all
}

/// Every document of a register, as bytes.
fn documents(register: &Register) -> Vec<String> {
    let mut all = vec![serde_json::to_string(&Reconciliation::of(register)).unwrap()];
    for month in MONTHS.map(|month| month.parse::<Month>().unwrap()) {
        let bills = register.bills(month).unwrap();
        all.extend(bills.into_iter().map(|bill| serde_json::to_string(&Bill::of(register, bill, false)).unwrap()));
    }
    all
}

/// Cents of an amount with two decimals.
fn cents(text: &str) -> i128 {
    let (units, decimals) = text.split_once('.').unwrap();
    let sign = if text.starts_with('-') { -1 } else { 1 };
    units.parse::<i128>().unwrap() * 100 + sign * decimals.parse::<i128>().unwrap()
}

/// Millionths of a price.
fn millionths(text: &str) -> i128 {
    let (units, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{units}{decimals:0<6}").parse().unwrap()
}

/// `x/y` to the nearest whole, half away from zero; `x` and `y` positive.
fn rounded(x: i128, y: i128) -> i128 {
    (2 * x + y) / (2 * y)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_asset_has_one_status_a_day_and_a_slot_one_asset(steps in everything(14)) {
        let world = World::of(&steps);
        let today = world.today();
        for as_of in [day(0), day(3), today].into_iter().filter(|day| *day <= today) {
            let register = world.register(Some(as_of), world.now());
            let assets: BTreeSet<usize> = register.standings.iter().map(|standing| standing.asset).collect();
            prop_assert_eq!(assets.len(), register.standings.len(), "an asset stands twice");
            for standing in &register.standings {
                let holds = !standing.stays.is_empty();
                let covered = matches!(standing.status, Status::Covered | Status::Missing | Status::Unknown);
                prop_assert_eq!(holds, covered, "{:?}", standing);
                prop_assert!(!standing.reasons.is_empty(), "without a reason: {:?}", standing);
            }
            let mut holders: BTreeMap<(usize, &str), usize> = BTreeMap::new();
            for (_, stay) in register.perimeter.on(as_of) {
                let other = holders.insert((stay.agreement, &stay.slot), stay.asset);
                prop_assert!(other.is_none(), "{} is held twice on {}", stay.slot, as_of);
            }
        }
    }

    #[test]
    fn the_lines_of_a_bill_add_up_and_recompute_from_the_slot_days(steps in everything(14)) {
        let world = World::of(&steps);
        let register = world.register(None, world.now());
        for month in MONTHS.map(|month| month.parse::<Month>().unwrap()) {
            let slots = register.slot_days(month);
            let days_of = |line: &str| -> i64 {
                let own = slots.lines.iter().filter(|((_, id), _)| id == line).flat_map(|(_, slots)| slots.values());
                own.map(|days| i64::from(days.count())).sum()
            };
            for bill in register.bills(month).unwrap() {
                let bill = Bill::of(&register, bill, false);
                let net: i128 = bill.lines.iter().map(|line| cents(&line.amount)).sum();
                prop_assert_eq!(cents(&bill.total_net), net);
                let base: i128 = bill.vat.iter().map(|row| cents(&row.base)).sum();
                prop_assert_eq!(base, net);
                let vat: i128 = bill.vat.iter().map(|row| cents(&row.amount)).sum();
                prop_assert_eq!(vat, rounded(net * 20, 100));
                prop_assert_eq!(cents(&bill.total_gross), net + vat);
                for line in &bill.lines {
                    let id = line.line.as_deref().unwrap();
                    let quantity = i128::from(line.quantity);
                    prop_assert!(quantity > 0, "a line without a quantity");
                    if id != "flat" {
                        prop_assert_eq!(line.quantity, days_of(id), "{}", id);
                    }
                    let exact = quantity * millionths(&line.unit_price);
                    prop_assert_eq!(cents(&line.amount), rounded(exact, i128::from(line.price_base) * 10_000));
                }
                let billed: i64 = bill.lines.iter().filter(|line| line.line.as_deref() != Some("flat")).map(|l| l.quantity).sum();
                prop_assert_eq!(billed, ["laptops", "servers", "desktops"].map(days_of).iter().sum::<i64>());
            }
        }
    }

    #[test]
    fn made_anew_the_register_is_the_same(steps in everything(14)) {
        let world = World::of(&steps);
        let first = documents(&world.register(None, world.now()));
        prop_assert_eq!(documents(&world.register(None, world.now())), first.clone());
        // The order in which contacts are read is none of theirs.
        let mut other = World::of(&steps);
        other.facts.contacts.reverse();
        prop_assert_eq!(documents(&other.register(None, other.now())), first);
    }

    #[test]
    fn reports_of_one_instant_have_no_order(steps in machines(10), shift in 1..9usize) {
        let mut world = World::of(&steps);
        // All reports are recorded in one instant.
        let at = world.now();
        for recorded in &mut world.facts.recorded[2..] {
            recorded.at = at;
            if let Fact::Report { collected_at, .. } = &mut recorded.fact {
                *collected_at = at;
            }
        }
        let known_at = at.checked_add(1.hour()).unwrap();
        let first = world.register(None, known_at);
        // Each keeps what it says and takes another place; of one agent, the order stays.
        let reports: Vec<(Fact, _)> = world.facts.recorded[2..]
            .iter()
            .map(|recorded| (recorded.fact.clone(), world.facts.evidence[&recorded.seq].clone()))
            .collect();
        let mut agents: Vec<String> = reports.iter().map(|(fact, _)| agent_of(fact)).collect();
        let mut queues: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for report in reports {
            queues.entry(agent_of(&report.0)).or_default().push(report);
        }
        let turn = shift % agents.len().max(1);
        agents.rotate_left(turn);
        for (place, agent) in agents.iter().enumerate() {
            let (fact, evidence) = queues.get_mut(agent).unwrap().remove(0);
            let recorded = &mut world.facts.recorded[place + 2];
            recorded.fact = fact;
            world.facts.evidence.insert(recorded.seq, evidence);
        }
        let second = world.register(None, known_at);
        let shape = |register: &Register| -> Vec<String> {
            let rows = Reconciliation::of(register).assets.into_iter();
            rows.map(|row| serde_json::to_string(&row).unwrap()).collect()
        };
        prop_assert_eq!(shape(&second), shape(&first));
        prop_assert_eq!(slot_days(&second, day(99)), slot_days(&first, day(99)));
    }

    #[test]
    fn a_later_fact_about_later_days_leaves_the_slot_days_before_it(
        before in everything(10), after in prop_oneof![everything(8).boxed(), machines(8).boxed()]
    ) {
        // So far each agent has a machine of its own; afterwards it may go over to any, or be restored on several.
        let before: Vec<Step> = before.iter().map(|step| nameless(step, true)).collect();
        let after: Vec<Step> = after.iter().map(|step| nameless(step, false)).collect();
        let mut world = World::of(&before);
        let past = world.today();
        let then = slot_days(&world.register(None, world.now()), past);
        // On a later day, people speak of later days only.
        let mut first = true;
        for mut step in after {
            step.minutes += if first { 1_440 } else { 0 };
            let later = past.checked_add(1.day()).unwrap();
            let about = match &step.said {
                Said::Row { label, from, .. } if day(*from) >= later && !told(&world, *label) => true,
                // A decision closes or opens from its day on; the last day of a way out is its own.
                Said::Decide { day: on, .. } => day(*on) >= later,
                Said::Row { .. } => false,
                Said::Report { .. } | Said::CheckIn { .. } => true,
            };
            if about {
                first = false;
                world.say(&step);
            }
        }
        let now = slot_days(&world.register(None, world.now()), past);
        prop_assert_eq!(now, then);
    }

    #[test]
    fn an_annex_alone_is_billed_by_its_own_days(steps in rows(10)) {
        let world = World::of(&steps);
        let register = world.register(None, world.now());
        let mut latest = BTreeMap::new();
        for recorded in &world.facts.recorded {
            if let Fact::Annex { rows, .. } = &recorded.fact {
                latest.insert(rows[0].label.clone(), rows[0].clone());
            }
        }
        let end = Date::constant(2026, 4, 30);
        let mut own = BTreeSet::new();
        for (label, row) in latest {
            let (from, to) = (row.from.unwrap(), row.to.unwrap_or(end).min(end));
            let days = from.series(1.day()).take_while(|day| *day <= to);
            own.extend(days.map(|day| (row.line.clone().unwrap(), label.clone(), day)));
        }
        prop_assert_eq!(slot_days(&register, end), own);
    }

    #[test]
    fn what_was_known_at_an_instant_does_not_move(before in everything(10), after in everything(8)) {
        let mut world = World::of(&before);
        let (known_at, today) = (world.now(), world.today());
        let read = |world: &World| {
            let days = [day(0), today].into_iter();
            let registers = days.map(|as_of| world.register(Some(as_of), known_at));
            registers.flat_map(|register| documents(&register)).collect::<Vec<_>>()
        };
        let then = read(&world);
        for mut step in after {
            // A contact's bit counts as the first instant of its hour.
            step.minutes += 61;
            world.say(&step);
        }
        prop_assert_eq!(read(&world), then);
    }
}

fn report(minutes: i64, agent: u8, machine: u8, variant: u8) -> Step {
    Step { minutes, said: Said::Report { agent, machine, variant } }
}

#[test]
fn a_task_of_a_later_day_undoes_no_admission() {
    let mut world = World::of(&[report(0, 0, 1, 5)]);
    let first = slot_days(&world.register(None, world.now()), day(0));
    assert_eq!(first.len(), 1);
    // On the next day the agent speaks of another machine with the same serial: a question for a person.
    world.say(&report(1_440, 0, 0, 0));
    let register = world.register(None, world.now());
    assert!(!register.identity.tasks.is_empty());
    assert_eq!(slot_days(&register, day(0)), first);
}

#[test]
fn a_machine_is_not_seen_before_it_was_told_of() {
    let mut world = World::of(&[Step { minutes: 0, said: Said::CheckIn { agent: 2 } }]);
    world.say(&report(1_440, 2, 1, 0));
    assert_eq!(slot_days(&world.register(None, world.now()), day(0)), BTreeSet::new());
    // Nor does an agent that went over to another machine make that one older.
    world.say(&report(1_440, 2, 2, 0));
    let register = world.register(None, world.now());
    let moved = register.assets.iter().find(|asset| asset.name == "host-2").unwrap();
    assert_eq!(moved.contacts.len(), 1, "{:?}", moved.contacts);
}

/// Slots billed on one day.
fn slots_on(world: &World, on: Date) -> Vec<String> {
    let register = world.register(None, world.now());
    slot_days(&register, day(99)).into_iter().filter(|(.., day)| *day == on).map(|(_, slot, _)| slot).collect()
}

#[test]
fn the_half_that_a_split_leaves_without_its_founder_takes_no_slot() {
    // Two agents on one server; the second shows nothing that could part it from any machine.
    let mut world = World::of(&[report(0, 0, 1, 0), report(1, 1, 1, 7)]);
    assert_eq!(slots_on(&world, day(0)), ["servers-001"]);
    // The second goes over to a desktop: what it showed on the first day is that desktop's now.
    world.say(&report(1_440, 1, 2, 0));
    let register = world.register(None, world.now());
    assert_eq!(register.assets.len(), 2);
    assert_eq!(slots_on(&world, day(0)), ["servers-001"]);
    assert_eq!(slots_on(&world, day(1)), ["servers-001"], "the split-off half waits for a decision");
}

#[test]
fn an_admission_is_judged_by_the_category_that_was_known_then() {
    // A desktop by its serial, and a server by its UUID: nothing ties them yet.
    let mut world = World::of(&[report(0, 0, 2, 2), report(1, 1, 2, 6)]);
    let first = slots_on(&world, day(0));
    assert_eq!(first, ["desktops-001", "servers-001"]);
    world.say(&report(1_440, 0, 2, 0));
    let register = world.register(None, world.now());
    assert_eq!(register.assets.len(), 1, "one machine after all");
    assert_eq!(slots_on(&world, day(0)), first);
}

#[test]
fn a_row_and_an_admission_that_merge_later_both_stay_in_force() {
    let row = Said::Row { label: 0, machine: Some(1), from: 1, days: None, server: true };
    let mut world = World::of(&[report(0, 0, 1, 1), Step { minutes: 1_440, said: row }]);
    let both = ["row-0", "servers-001"];
    assert_eq!(slots_on(&world, day(1)), both);
    world.say(&report(1_440, 0, 1, 0));
    let register = world.register(None, world.now());
    assert_eq!(register.assets.len(), 1);
    assert_eq!(
        (slots_on(&world, day(1)), slots_on(&world, day(2))),
        (both.map(String::from).into(), both.map(String::from).into())
    );
    assert!(register.findings.iter().any(|finding| finding.code == "duplicate_suspected"));
    // A person says so too: the slot that began later ends the day before.
    let alias = register.identity.aliases.keys().find(|id| **id != register.assets[0].id).unwrap().clone();
    world.merge([register.assets[0].id.clone(), alias], day(3));
    assert_eq!(
        (slots_on(&world, day(2)), slots_on(&world, day(3))),
        (both.map(String::from).into(), vec![both[1].to_owned()])
    );
}

#[test]
fn a_row_that_names_an_admitted_device_takes_its_slot_over() {
    let row = Said::Row { label: 0, machine: Some(1), from: 1, days: None, server: true };
    let world = World::of(&[report(0, 0, 1, 0), Step { minutes: 1_440, said: row }]);
    assert_eq!(
        (slots_on(&world, day(0)), slots_on(&world, day(1))),
        (vec!["servers-001".to_owned()], vec!["row-0".to_owned()])
    );
}

fn agent_of(fact: &Fact) -> String {
    match fact {
        Fact::Report { agent, .. } => agent.clone(),
        other => panic!("not a report: {other:?}"),
    }
}

/// The same said, where rows name slots and no machines (an entry may take over the slot of the machine it is found to
/// name), and agents, if they are at home, each a machine of their own, else any machine with its serial and UUID.
fn nameless(step: &Step, at_home: bool) -> Step {
    let said = match step.said.clone() {
        Said::Row { label, from, days, server, .. } => Said::Row { label, machine: None, from, days, server },
        Said::Report { agent, variant, .. } if at_home => Said::Report { agent, machine: agent, variant: variant % 5 },
        Said::Report { agent, machine, variant } => {
            Said::Report { agent, machine, variant: [0, 3, 4][usize::from(variant) % 3] }
        }
        said => said,
    };
    Step { minutes: step.minutes, said }
}

/// Whether an annex row of this label was told already.
fn told(world: &World, label: u8) -> bool {
    let label = format!("row-{label}");
    world.facts.recorded.iter().any(|recorded| match &recorded.fact {
        Fact::Annex { rows, .. } => rows.iter().any(|row| row.label == label),
        _ => false,
    })
}
