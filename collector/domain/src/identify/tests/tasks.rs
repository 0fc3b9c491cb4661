//! When tasks open and close, forks, dissent, ids.

use super::*;

fn serials(id: &str, of: &str, day: i64, serial: &str, tail: u32) -> Seen {
    agent(id, of, day).serial(serial).uuid(tail).maker("Dell Inc.")
}

#[test]
fn one_agent_on_two_machines_forks() {
    let one = || serials("a", "A", 1, "PF100001", 1);
    let other = || serials("b", "A", 9, "PF200002", 2);
    let world = world([one(), other(), serials("c", "A", 10, "PF100001", 1)]);
    assert!(!world.together("a", "b") && world.together("a", "c"), "each joins the earliest that it does not veto");
    assert_eq!(world.tasks(), [("identity_moved", alloc::vec!["a".to_string(), "b".to_string()])]);
    let ids: Vec<&str> = world.identity.devices.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(ids[0], id::own("client", &one().0));
    assert_eq!(ids[1], id::of_report("client", &other().0), "a fork's id carries its report id");
}

#[test]
fn a_clone_of_an_agent_forks_and_merges_when_a_person_says_so() {
    let one = || agent("a", "A", 1).session(instant(1, 0), instant(1, 12)).host("pc-9");
    let other = || agent("b", "A", 1).session(instant(1, 6), instant(1, 14)).host("pc-9");
    let both = world([one(), other()]);
    assert_eq!(both.tasks()[0].0, "clone");
    let fork = both.identity.devices[1].id.clone();
    let pin = Decision { assets: alloc::vec![id::own("client", &one().0), fork.clone()], ..decision(Verb::Merge, &[]) };
    let merged = decided([one(), other()], &[pin]);
    assert!(merged.together("a", "b") && merged.identity.tasks.is_empty());
    assert_eq!(merged.identity.aliases[&fork], merged.identity.devices[0].id);
}

#[test]
fn one_boot_of_one_agent_is_never_a_clone() {
    let dock = agent("a", "A", 1).mac("98:fa:9b:00:00:01").session(instant(1, 6), instant(1, 12));
    let wifi = agent("b", "A", 1).mac("98:fa:9b:00:00:07").session(instant(1, 6), instant(1, 14));
    assert!(world([dock, wifi]).together("a", "b"));
}

#[test]
fn never_together_parts_and_closes_the_task() {
    let one = || serials("a", "A", 1, "PF100001", 1).disk("S5GX460001");
    let other = || serials("b", "B", 9, "PF200002", 2).disk("S5GX460001");
    assert_eq!(world([one(), other()]).tasks()[0].0, "part_moved");
    let never = decision(Verb::NeverTogether, &[&one(), &other()]);
    let world = decided([one(), other()], &[never]);
    assert!(world.identity.tasks.is_empty() && world.identity.listed.is_empty());
}

#[test]
fn retiring_a_carrier_gives_a_value_its_power_back() {
    let mac = "d0:50:99:10:09:01";
    let old = || serials("a", "A", 1, "PF100001", 1).mac(mac).host("old");
    let new = || serials("b", "B", 9, "PF200002", 2).mac(mac).host("pc-9");
    let bare = || agent("c", "C", 12).mac(mac).host("pc-9");
    assert!(!world([old(), new(), bare()]).together("b", "c"), "an ambiguous address links nothing");
    let retired = decision(Verb::Retire, &[&old()]);
    let back = decided([old(), new(), bare()], core::slice::from_ref(&retired));
    assert!(back.together("b", "c"));
    let again = Decision { effective: "2026-10-20".parse().unwrap(), ..decision(Verb::Active, &[&old()]) };
    let world = decided([old(), new(), bare()], &[again, retired]);
    assert!(!world.together("b", "c"), "the later state holds");
}

#[test]
fn a_weaker_rule_that_points_elsewhere_is_dissent() {
    let sid = "S-1-5-21-1-2-3-1414";
    let world = world([
        serials("a", "A", 1, "PF100001", 1).sid(sid),
        serials("b", "B", 2, "PF200002", 2).sid(sid),
        serials("c", "C", 9, "PF200002", 2),
    ]);
    assert!(world.together("b", "c"));
    let dissent = &world.identity.devices[world.device("b")].dissent;
    assert_eq!(dissent.iter().map(|d| (d.device, d.rule)).collect::<Vec<_>>(), [(world.device("a"), 60)]);
}

#[test]
fn candidates_are_ranked_by_their_bits() {
    let world = world([
        agent("a", "A", 1).uuid(73).serial("AC73010077").maker("Acme").host("pc-1"),
        agent("b", "B", 2).uuid(73).serial("AC73020088").maker("Acme").host("pc-2"),
        agent("c", "C", 9).uuid(73).host("pc-2"),
    ]);
    let candidates = &world.identity.devices[world.device("c")].candidates;
    let ranked: Vec<usize> = candidates.iter().map(|c| c.device).collect();
    assert_eq!(ranked, [world.device("b"), world.device("a")]);
    assert!(candidates[0].bits > candidates[1].bits);
}

#[test]
fn the_older_founder_names_the_device_and_the_other_id_stays() {
    let listed = || row("1:1", "rmm", 0).native("77").untyped("PF100001");
    let device = || serials("a", "A", 1, "PF100001", 1);
    let world = world([device(), listed()]);
    assert!(world.together("a", "1:1"));
    assert_eq!(world.identity.devices[0].id, id::own("client", &listed().0));
    assert_eq!(world.identity.aliases[&id::own("client", &device().0)], world.identity.devices[0].id);
    assert_eq!((world.rule("1:1"), world.rule("a")), (150, 70));
}
