//! Situations of the field: partitions and tasks that the rules must give together.

use super::*;

const WHITE_BOX: &str = "To Be Filled By O.E.M.";

fn white(id: &str, day: i64) -> Seen {
    agent(id, "", day).serial(WHITE_BOX).maker(WHITE_BOX).model(WHITE_BOX).with(|e| {
        e.uuid = Some("03000200-0400-0500-0006-000700080009".into());
    })
}

fn codes(world: &World) -> Vec<&'static str> {
    world.tasks().into_iter().map(|(code, _)| code).collect()
}

#[test]
fn an_older_tool_writes_the_uuid_in_the_other_byte_order() {
    let pc = |id, day, uuid: &str| {
        let uuid = uuid.to_string();
        agent(id, "", day).serial("5CG1234XYZ").maker("HP").with(|e| e.uuid = Some(uuid))
    };
    let world = world([
        pc("a", 1, "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        pc("b", 15, "e004253f-894f-d311-9a0c-0305e82c3301"),
    ]);
    assert!(world.together("a", "b") && world.identity.tasks.is_empty());
}

#[test]
fn a_white_box_is_known_by_its_two_adapters() {
    let pc = |id, day, name| white(id, day).host(name).mac("d0:50:99:10:09:01").mac("d0:50:99:10:09:02");
    let world = world([pc("a", 1, "atelier"), pc("b", 15, "renamed")]);
    assert!(world.together("a", "b") && world.identity.tasks.is_empty());
}

#[test]
fn a_white_box_is_known_by_its_computer_account() {
    let world = world([white("a", 1).sid("S-1-5-21-1-2-3-1414"), white("b", 15).sid("S-1-5-21-1-2-3-1414")]);
    assert!(world.together("a", "b") && world.identity.tasks.is_empty());
}

#[test]
fn one_dock_serves_three_laptops() {
    let laptop = |id, serial, tail| agent(id, "", 1).serial(serial).uuid(tail).adapter("00:e0:4c:68:20:01", true);
    let world = world([laptop("a", "3HT1B63", 1), laptop("b", "4HT1B63", 2), laptop("c", "9XT1C63", 3)]);
    assert_eq!(world.identity.devices.len(), 3);
    assert!(world.identity.tasks.is_empty());
}

#[test]
fn a_board_swap_is_a_task() {
    let pc = |id, day, serial, tail| {
        let pc = agent(id, "", day).serial(serial).uuid(tail).host("pc-46").maker("Dell Inc.");
        pc.sid("S-1-5-21-1-2-3-4601").disk("S5GX460001")
    };
    let world = world([pc("a", 1, "7AA46A3", 1), pc("b", 15, "8BB46B3", 2)]);
    assert!(!world.together("a", "b"));
    assert_eq!(codes(&world), ["ambiguous_value", "part_moved"]);
    assert!(world.identity.tasks.iter().all(|task| task.proposal == "board_swap"));
}

#[test]
fn a_replacement_takes_over_name_and_account() {
    let pc =
        |id, day, serial, tail| agent(id, "", day).serial(serial).uuid(tail).host("compta").sid("S-1-5-21-1-2-3-6001");
    let world = world([pc("a", 1, "1OL60D3", 1).disk("OLD60000"), pc("b", 15, "2NE60W3", 2).disk("NEW60000")]);
    assert!(!world.together("a", "b"));
    assert_eq!(world.identity.tasks.iter().map(|task| task.proposal).collect::<Vec<_>>(), ["replace"]);
}

#[test]
fn twin_nodes_share_a_serial_and_have_weak_uuids() {
    let node = |id, tail: &str| {
        let uuid = alloc::format!("00000000-0000-0000-0000-0cc47a48000{tail}");
        let node = agent(id, "", 1).serial("S15317X6B48000").maker("Supermicro").with(|e| e.uuid = Some(uuid));
        node.mac(&alloc::format!("0c:c4:7a:48:00:0{tail}"))
    };
    let world = world([node("a", "1"), node("b", "2")]);
    assert!(!world.together("a", "b"));
    assert_eq!(codes(&world), ["serial_under_two_uuids"]);
}

#[test]
fn a_container_is_not_its_host() {
    let host = || agent("a", "", 1).serial("9DK57H3").uuid(57).maker("Dell Inc.").model("PowerEdge R640").shape(23);
    let container = host().role("container").host("f3a9c1d2e457");
    let world = world([host(), Seen(Sighting { id: "b".into(), ..container.0 })]);
    assert!(!world.together("a", "b") && world.identity.tasks.is_empty());
}

#[test]
fn two_kiosks_from_one_image_run_at_once() {
    let kiosk = |id, mac| agent(id, "", 1).host("kiosk").machine("0c1a9f0d5e5b4b0c8f6f2b7a70000000").mac(mac);
    let world = world([kiosk("a", "dc:a6:32:70:00:01"), kiosk("b", "dc:a6:32:70:00:02")]);
    assert!(!world.together("a", "b"));
}

#[test]
fn a_bridge_between_two_machines_stays_apart() {
    let pc = |id| agent(id, "", 1).uuid(73).maker("Acme");
    let world = world([pc("a").serial("AC73010077"), pc("b"), pc("c").serial("AC73020088")]);
    assert_eq!(world.identity.devices.len(), 3);
    assert_eq!(world.tasks()[0].1, ["a", "b", "c"]);
    assert_eq!(world.identity.listed.iter().map(|l| l.kind).collect::<Vec<_>>(), ["uuid"]);
}

#[test]
fn the_same_content_under_three_reports_is_one_machine() {
    let pc = |id| agent(id, "", 1).serial("6RP79L3").uuid(79).machine("k79").host("pc-79");
    let world = world([pc("a"), pc("b"), pc("c")]);
    assert_eq!((world.identity.devices.len(), world.identity.tasks.len()), (1, 0));
}

#[test]
fn two_virtual_machines_from_one_snapshot_run_at_once() {
    let vm = |id, boot, last| {
        let vm = agent(id, "", 1).serial("PF100001").uuid(7).session(instant(1, boot), instant(1, last));
        vm.maker("QEMU").model("Standard PC")
    };
    let both = world([vm("a", 6, 12), vm("b", 9, 14)]);
    assert!(!both.together("a", "b"));
    assert_eq!(codes(&both), ["clone", "serial_under_two_uuids"][..1]);
    assert_eq!(both.identity.tasks[0].proposal, "re_key");
    let handed_over = world([vm("a", 6, 8), vm("b", 9, 14)]);
    assert!(handed_over.together("a", "b"), "sessions that do not overlap are one machine restored");
}

#[test]
fn a_wrong_clock_makes_no_session() {
    let vm = |id, boot, last| agent(id, "", 1).serial("PF100001").uuid(7).session(instant(1, boot), instant(1, last));
    let wrong = vm("b", 9, 14).with(|e| e.collected_at = Some(instant(-900, 0)));
    assert!(world([vm("a", 6, 12), wrong]).together("a", "b"));
}

#[test]
fn a_machine_id_does_not_link_two_agents_that_run_at_once() {
    let pc = |id, of, day| agent(id, of, day).host("pc-1").machine("m1");
    assert!(!world([pc("a", "A", 1), pc("b", "B", 1)]).together("a", "b"));
    assert!(world([pc("a", "A", 1), pc("b", "B", 2)]).together("a", "b"));
}

#[test]
fn families_do_not_mix_when_both_are_sure() {
    let sid = "S-1-5-21-1-2-3-1414";
    let physical = agent("a", "A", 1).sid(sid).maker("Dell Inc.").model("Latitude 5420").shape(10);
    let guest = agent("b", "B", 9).sid(sid).maker("QEMU").model("Standard PC (Q35)").shape(1);
    let world = world([physical, guest]);
    assert!(!world.together("a", "b"));
    let code = world.identity.devices[1].vetoes[0].code;
    assert_eq!(code, "family_differs");
}
