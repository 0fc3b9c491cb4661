//! One test a rule, named as the rule; each shows what links and what must not.

use super::*;
use crate::identify::rules;

/// `b` joins `a` by `rule`.
#[track_caller]
fn links(rule: u16, a: Seen, b: Seen) {
    let (one, other) = (a.0.id.clone(), b.0.id.clone());
    let world = world([a, b]);
    assert!(world.together(&one, &other), "{rule}");
    assert_eq!(world.rule(&other), rule);
}

#[track_caller]
fn apart(a: Seen, b: Seen) {
    let (one, other) = (a.0.id.clone(), b.0.id.clone());
    let world = world([a, b]);
    assert!(!world.together(&one, &other));
    assert_eq!((world.rule(&one), world.rule(&other)), (150, 150));
}

#[test]
fn every_rule_has_its_number_once() {
    let numbers: Vec<u16> = rules().map(|(number, _)| number).collect();
    assert_eq!(numbers, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100, 110, 120, 130, 140, 150]);
}

#[test]
fn pins() {
    let a = || agent("a", "A", 1).serial("PF100001").uuid(1);
    let b = || agent("b", "B", 2).serial("PF200002").uuid(2);
    let later = || agent("c", "B", 9).serial("PF200002").uuid(2);
    let pin = decision(Verb::Merge, &[&a(), &b()]);
    let world = decided([a(), b(), later()], core::slice::from_ref(&pin));
    assert!(world.together("a", "b") && world.together("a", "c"));
    assert_eq!((world.rule("b"), world.rule("c")), (0, 10));
    assert!(world.identity.tasks.is_empty(), "a board swap, once said, stays said");
    let own = id::own("client", &b().0);
    assert_eq!(world.identity.aliases[&own], world.identity.devices[0].id, "its id stands for the device it joined");
    assert_eq!(world.identity.resolve(&own), Some(0));
    let never = decision(Verb::NeverTogether, &[&b(), &a()]);
    let world = decided([a(), b()], &[pin, never]);
    assert!(!world.together("a", "b"), "never wins over a pin");
}

#[test]
fn a_pin_of_what_an_annex_row_founded_means_the_machine() {
    let annexed = || row("0:1", "annex", 0).annex().native("C-1/poste-1").untyped("PF100001");
    let before = || agent("a", "A", 1).serial("PF100001").uuid(1);
    let after = || agent("b", "A", 9).serial("PF200002").uuid(2);
    let swapped = Decision {
        assets: alloc::vec![id::own("client", &annexed().0), id::of_report("client", &after().0)],
        ..decision(Verb::Merge, &[])
    };
    let merged = decided([annexed(), before(), after()], &[swapped]);
    assert!(merged.together("0:1", "a") && merged.together("a", "b"));
    assert!(merged.identity.tasks.is_empty());
    let named = || row("0:1", "annex", 0).annex().native("C-1/poste-1").host("pc-1");
    let first = || before().host("pc-1");
    let other = || agent("c", "C", 9).serial("PF100001").uuid(1).host("pc-1");
    assert!(decided([named(), first(), other()], &[]).together("a", "c"));
    let apart = decision(Verb::NeverTogether, &[&named(), &other()]);
    assert!(!decided([named(), first(), other()], &[apart]).together("a", "c"), "never means the machine too");
}

#[test]
fn agent_id() {
    links(10, agent("a", "A", 1).host("pc-1"), agent("b", "A", 9).host("pc-2"));
    apart(agent("a", "A", 1).host("pc-1"), agent("b", "B", 9).host("pc-1"));
}

#[test]
fn native_id() {
    links(20, row("1:1", "rmm", 1).native("77").host("pc-1"), row("2:1", "rmm", 9).native("77").host("pc-2"));
    apart(row("1:1", "rmm", 1).native("77").host("pc-1"), row("2:1", "edr", 9).native("77").host("pc-2"));
}

#[test]
fn serial_and_uuid() {
    let hp = agent("a", "A", 1).serial("5CG1234XYZ").uuid(7).maker("HP");
    links(30, hp, agent("b", "B", 9).serial("5cg-1234-xyz").uuid(7).maker("Hewlett-Packard"));
    apart(agent("a", "A", 1).serial("5CG1234XYZ").uuid(7), agent("b", "B", 9).serial("5CG1234XYZ").uuid(8));
}

#[test]
fn serial_and_maker() {
    let pc = |id, agent_id, day| agent(id, agent_id, day).serial("5CG1234XYZ").maker("HP");
    links(40, pc("a", "A", 1).uuid(7), pc("b", "B", 9));
    links(40, pc("a", "A", 1).machine("m1"), pc("b", "B", 9).machine("m1"));
    links(40, pc("a", "A", 1), row("1:1", "rmm", 9).untyped("5CG1234XYZ").maker("HP"));
    apart(pc("a", "A", 1), pc("b", "B", 9));
    apart(pc("a", "A", 1).uuid(7), row("1:1", "rmm", 9).untyped("5CG1234XYZ").maker("Dell"));
}

#[test]
fn uuid() {
    links(50, agent("a", "A", 1).uuid(7).serial("5CG1234XYZ"), agent("b", "B", 9).uuid(7));
    links(50, agent("a", "A", 1).uuid(7).disk("S5GX460001"), agent("b", "B", 9).uuid(7).disk("S5GX460001"));
    apart(agent("a", "A", 1).uuid(7), agent("b", "B", 9).uuid(7));
}

#[test]
fn directory() {
    let sid = "S-1-5-21-1-2-3-1414";
    links(60, agent("a", "A", 1).sid(sid), agent("b", "B", 9).sid(sid));
    let mac = ["98:fa:9b:00:00:01", "98:fa:9b:00:00:07"];
    apart(agent("a", "A", 1).sid(sid).mac(mac[0]), agent("b", "B", 9).sid(sid).mac(mac[1]));
    links(60, agent("a", "A", 1).sid(sid).mac(mac[0]), agent("b", "B", 9).sid(sid).mac(mac[1]).mac(mac[0]));
    apart(agent("a", "A", 1).sid(sid).serial("PF100001"), agent("b", "B", 9).sid(sid).serial("PF200002"));
}

#[test]
fn serial() {
    let device = || agent("a", "A", 1).serial("PF2ABCDE").maker("LENOVO").uuid(7);
    links(70, device(), row("1:1", "annex", 9).annex().untyped("PF2ABCDE"));
    links(70, device().chassis("CH000777"), row("1:1", "rmm", 9).untyped("CH000777"));
    links(70, device().board("BO000777"), row("1:1", "rmm", 9).untyped("BO000777"));
    links(70, row("1:1", "rmm", 1).untyped("PF2ABCDE"), row("2:1", "edr", 9).untyped("PF2ABCDE"));
    apart(device().chassis("CH000777"), agent("b", "B", 9).chassis("CH000777"));
    apart(agent("a", "A", 1).serial("PF2ABCDE"), agent("b", "B", 9).serial("PF2ABCDE"));
    let two =
        world([device(), agent("b", "B", 2).serial("PF2ABCDE").maker("HP"), row("1:1", "rmm", 9).untyped("PF2ABCDE")]);
    assert!(!two.together("a", "1:1") && !two.together("b", "1:1"), "all carriers with a maker are one group");
}

#[test]
fn two_parts() {
    let board = |id, a, day| agent(id, a, day).mac("d0:50:99:10:09:01");
    links(80, board("a", "A", 1).disk("S5GX460001"), board("b", "B", 9).disk("S5GX460001"));
    links(80, board("a", "A", 1).machine("m1"), board("b", "B", 9).machine("m1"));
    let card = |s: Seen| s.mac("a0:36:9f:00:00:10").mac("a0:36:9f:00:00:11");
    links(80, card(board("a", "A", 1)), card(board("b", "B", 9)).mac("d0:50:99:77:00:77"));
    links(80, card(agent("a", "A", 1)), card(agent("b", "B", 9)));
    apart(card(agent("a", "A", 1)).mac("d0:50:99:10:09:01"), card(agent("b", "B", 9)).mac("d0:50:99:77:00:77"));
    apart(agent("a", "A", 1).disk("S5GX460001").machine("m1"), agent("b", "B", 9).disk("S5GX460001").machine("m1"));
    apart(board("a", "A", 1), board("b", "B", 9));
}

#[test]
fn name_and_one() {
    let mac = "d0:50:99:10:09:01";
    links(90, agent("a", "A", 1).mac(mac).host("pc-1"), agent("b", "B", 9).mac(mac).host("pc-1"));
    links(90, agent("a", "A", 1).machine("m1").host("pc-1").uuid(7), agent("b", "B", 9).machine("m1").host("pc-1"));
    let known = |id, a, day, tail| agent(id, a, day).mac(mac).host("pc-1").uuid(tail);
    apart(known("a", "A", 1, 7), agent("b", "B", 9).mac(mac).host("pc-1").serial("PF100001"));
    apart(agent("a", "A", 1).mac(mac).host("pc-1"), agent("b", "B", 9).mac(mac).host("pc-2"));
    apart(agent("a", "A", 1).mac(mac).host("ubuntu"), agent("b", "B", 9).mac(mac).host("ubuntu"));
}

#[test]
fn name_only_rows() {
    let device = || agent("a", "A", 1).serial("PF100001").host("pc-1");
    links(95, device(), row("1:1", "rmm", 9).host("PC-1.corp.example"));
    links(95, row("1:1", "rmm", 8).host("pc-1"), row("2:1", "edr", 9).host("pc-1"));
    let twice = world([device(), row("1:1", "rmm", 9).host("pc-1"), row("1:2", "rmm", 9).host("pc-1")]);
    assert!(!twice.together("a", "1:1") && !twice.together("a", "1:2"), "its own list has the name twice");
    let annex = |id, contract: &str| {
        row(id, "annex", 9).annex().native(&alloc::format!("{contract}/PC 1")).with(|e| e.label = Some("PC 1".into()))
    };
    let both = world([device(), annex("1:1", "C-1").host("pc-1"), annex("2:1", "C-2").host("pc-1")]);
    assert_eq!(both.identity.devices.len(), 1, "each annex is a list of its own");
    let two = world([device(), agent("b", "B", 2).serial("PF200002").host("pc-1"), row("1:1", "rmm", 9).host("pc-1")]);
    assert!(!two.together("a", "1:1") && !two.together("b", "1:1"), "it links rows, never two devices");
    let old = || agent("b", "B", 2).serial("PF200002").host("pc-1");
    let retired = decision(Verb::Retire, &[&old()]);
    let one = decided([device(), old(), row("1:1", "rmm", 9).host("pc-1")], &[retired]);
    assert!(one.together("a", "1:1"), "a retired device no longer counts");
}

#[track_caller]
fn suggests(rule: u16, a: Seen, b: Seen) {
    let (one, other) = (a.0.id.clone(), b.0.id.clone());
    let world = world([a, b]);
    assert!(!world.together(&one, &other), "a suggestion never links");
    let candidates = &world.identity.devices[world.device(&other)].candidates;
    assert_eq!(candidates.iter().map(|c| (c.device, c.rule)).collect::<Vec<_>>(), [(world.device(&one), rule)]);
    assert!(world.identity.tasks.is_empty(), "a suggestion is no task");
}

#[test]
fn name_and_model_or_disk() {
    suggests(100, agent("a", "A", 1).host("pc-1").model("A1"), agent("b", "B", 9).host("pc-1").model("A1"));
}

#[test]
fn name() {
    suggests(110, agent("a", "A", 1).host("pc-1"), agent("b", "B", 9).host("pc-1"));
}

#[test]
fn one_mac() {
    let mac = "d0:50:99:10:09:01";
    suggests(120, agent("a", "A", 1).mac(mac).host("pc-1"), agent("b", "B", 9).mac(mac).host("pc-2"));
}

#[test]
fn near_serial() {
    let device = || agent("a", "A", 1).serial("PF2OBCDE").host("pc-1");
    suggests(130, device(), row("1:1", "annex", 9).annex().untyped("PF20BCDE"));
    suggests(130, device(), row("1:1", "annex", 9).annex().untyped("PF2OBCDEX"));
    let far = world([device(), row("1:1", "annex", 9).annex().untyped("PF2OXXDE")]);
    assert!(far.identity.devices[1].candidates.is_empty());
}

#[test]
fn label_is_name() {
    let label = row("1:1", "annex", 9).annex().with(|e| e.label = Some("PC Compta 1".into()));
    suggests(140, agent("a", "A", 1).host("pc-compta-1"), label);
}

#[test]
fn new_device() {
    apart(agent("a", "A", 1), agent("b", "B", 9));
}
