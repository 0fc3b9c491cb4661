//! What machines alone may say and never do: end a slot, or reach another client.

use std::collections::BTreeSet;

use cadastre_domain::fact::Fact;
use cadastre_domain::perimeter::{Origin, Stay};
use cadastre_domain::register::Register;
use jiff::civil::Date;
use proptest::prelude::*;

use super::world::{World, everything, machines};
use super::{config, day, documents};

/// Slots in force on a day: line and slot.
fn in_force(register: &Register, on: Date) -> BTreeSet<(String, String)> {
    register.perimeter.on(on).map(|(_, stay)| (stay.line.clone(), stay.slot.clone())).collect()
}

/// Whether people ended a stay: its annex row ended, a decision was made, or a row that names its asset began the day
/// after.
fn people_ended(world: &World, register: &Register, stay: &Stay) -> bool {
    let told = || world.facts.recorded.iter().map(|recorded| &recorded.fact);
    let decided = told().any(|fact| matches!(fact, Fact::Decision(_)));
    let begins = |label: &str, from: Date| {
        let rows = told().filter_map(|fact| if let Fact::Annex { rows, .. } = fact { Some(rows) } else { None });
        rows.flatten().any(|row| row.label == label && row.from == Some(from))
    };
    let next = stay.to.and_then(|last| last.tomorrow().ok());
    let taken_over = register.perimeter.stays.iter().any(|later| {
        later.origin == Origin::Annex
            && later.asset == stay.asset
            && Some(later.from) == next
            && begins(&later.slot, later.from)
    });
    decided || stay.origin == Origin::Annex || taken_over
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_merge_or_a_split_by_rule_never_changes_a_slot(before in everything(8), after in machines(10)) {
        let mut world = World::of(&before);
        let past = world.today();
        let mut then = in_force(&world.register(None, world.now()), past);
        for step in after {
            world.say(&step);
            // What a day admits is settled when the day is over.
            if world.today() == past {
                then = in_force(&world.register(None, world.now()), past);
                continue;
            }
            // Rows that end, and decisions, are people's: only what machines made must stand.
            let register = world.register(None, world.now());
            let now = in_force(&register, world.today());
            for slot in &then {
                let ended = register.perimeter.stays.iter().rfind(|stay| (&stay.line, &stay.slot) == (&slot.0, &slot.1));
                let by_people = ended.is_some_and(|stay| stay.to.is_some() && people_ended(&world, &register, stay));
                prop_assert!(now.contains(slot) || by_people, "{slot:?} ended by what machines said");
            }
        }
    }

    #[test]
    fn no_client_shares_an_asset_or_a_word_with_another(steps in everything(10)) {
        let one = World::of(&steps);
        let mut other = World::of(&steps);
        other.facts.client = "another".to_owned();
        let [one, other] = [one.register(None, one.now()), other.register(None, other.now())];
        let ids = |register: &Register| register.assets.iter().map(|asset| asset.id.clone()).collect::<BTreeSet<_>>();
        prop_assert!(ids(&one).is_disjoint(&ids(&other)), "two clients share an asset");
        let aliases = |register: &Register| register.identity.aliases.keys().cloned().collect::<BTreeSet<_>>();
        prop_assert!(aliases(&one).is_disjoint(&aliases(&other)), "two clients share an id");
        let tasks = |register: &Register| register.identity.tasks.iter().map(|task| task.id.clone()).collect::<BTreeSet<_>>();
        prop_assert!(tasks(&one).is_disjoint(&tasks(&other)), "two clients share a question");
    }

    #[test]
    fn a_past_day_reads_the_same_before_and_after_later_facts(before in everything(10), after in everything(10), on in 0..40u8) {
        let mut world = World::of(&before);
        let (known_at, as_of) = (world.now(), day(on).min(world.today()));
        let then = documents(&world.register(Some(as_of), known_at));
        for mut step in after {
            // A contact's bit counts as the first instant of its hour.
            step.minutes += 61;
            world.say(&step);
        }
        prop_assert_eq!(documents(&world.register(Some(as_of), known_at)), then);
    }
}
