//! Presence at one instant: thresholds, and what explains a silence.

use alloc::vec;

use jiff::ToSpan;

use super::*;

fn at(day: i64, hour: i64) -> Timestamp {
    let first: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    first + (day * 24 + hour).hours()
}

fn device(category: Category, last: Timestamp) -> Heard<'static> {
    Heard {
        category,
        site: Some("paris"),
        active: true,
        known_by: KnownBy::Agent,
        last_contact: Some(last),
        missing_days: None,
    }
}

/// The presence of the first, the collector having run throughout.
fn one(heard: &[Heard<'_>], now: Timestamp) -> Presence {
    let house = HouseFacts { running: vec![(at(-400, 0), at(400, 0))], ..HouseFacts::default() };
    presence(heard, &house, now)[0]
}

#[test]
fn thresholds_run_in_hours_from_the_contacts_hour() {
    for (category, seen, missing) in [
        (Category::Server, 1, 3),
        (Category::VirtualServer, 1, 3),
        (Category::Desktop, 7, 30),
        (Category::Laptop, 7, 45),
        (Category::Tablet, 7, 60),
        (Category::Printer, 7, 60),
    ] {
        let heard = [device(category, at(0, 10) + 59.minutes())];
        assert_eq!(one(&heard, at(seen, 10)), Presence::Seen, "{category}");
        assert_eq!(one(&heard, at(seen, 11)), Presence::Quiet, "{category}");
        assert_eq!(one(&heard, at(missing, 10)), Presence::Quiet, "{category}");
        assert_eq!(one(&heard, at(missing, 11)), Presence::Missing, "{category}");
    }
    let line = [Heard { missing_days: Some(5), ..device(Category::Laptop, at(0, 10)) }];
    assert_eq!(one(&line, at(5, 11)), Presence::Missing);
    let strict = [Heard { missing_days: Some(2), ..device(Category::Laptop, at(0, 10)) }];
    assert_eq!(one(&strict, at(2, 11)), Presence::Missing, "a line stricter than seven days holds");
}

#[test]
fn a_state_that_nobody_misses_is_quiet() {
    let spare = [Heard { active: false, ..device(Category::Laptop, at(0, 0)) }];
    assert_eq!(one(&spare, at(200, 0)), Presence::Quiet);
}

#[test]
fn what_was_never_heard_is_never_missing() {
    let never = Heard { last_contact: None, ..device(Category::Laptop, at(0, 0)) };
    assert_eq!(one(core::slice::from_ref(&never), at(200, 0)), Presence::NeverSeen);
    let annex = Heard { known_by: KnownBy::Annex, ..device(Category::Laptop, at(0, 0)) };
    assert_eq!(one(&[annex], at(200, 0)), Presence::NeverSeen);
    let seat = Heard { category: Category::Mailbox, ..never };
    assert_eq!(one(&[seat], at(200, 0)), Presence::NotJudged);
}

#[test]
fn a_silent_site_explains_its_devices() {
    let desktops =
        |hours: &[i64]| -> Vec<Heard<'static>> { hours.iter().map(|h| device(Category::Desktop, at(0, *h))).collect() };
    let silent = Presence::Unknown("site_silent");
    assert_eq!(one(&desktops(&[0, 72]), at(40, 0)), silent);
    assert_eq!(one(&desktops(&[0, 73]), at(40, 0)), Presence::Missing, "only one fell silent with the site");
    assert_eq!(one(&desktops(&[0]), at(40, 0)), Presence::Missing, "one device is no site");
    assert_eq!(one(&desktops(&[72, 72, 0, 0]), at(40, 0)), silent);
    assert_eq!(one(&desktops(&[100, 100, 0, 0, 0]), at(40, 0)), Presence::Missing, "most of those heard left earlier");
    assert_eq!(one(&desktops(&[0, 10]), at(60, 0)), silent, "thirty days past its threshold");
    assert_eq!(one(&desktops(&[0, 10]), at(60, 1)), Presence::Missing, "and no longer");
    let mut other = desktops(&[0, 10]);
    other[1].site = Some("lyon");
    assert_eq!(one(&other, at(40, 0)), Presence::Missing);
}

#[test]
fn a_site_is_counted_on_what_does_not_travel() {
    let laptop = device(Category::Laptop, at(0, 5));
    let heard = [
        laptop.clone(),
        device(Category::Desktop, at(0, 10)),
        device(Category::Desktop, at(0, 12)),
        device(Category::Laptop, at(50, 0)),
    ];
    assert_eq!(one(&heard, at(50, 0)), Presence::Unknown("site_silent"), "a laptop that travels keeps no site alive");
    let laptops = [laptop.clone(), device(Category::Laptop, at(0, 10))];
    assert_eq!(one(&laptops, at(50, 0)), Presence::Unknown("site_silent"), "all, if every one travels");
    let alive = [laptop, device(Category::Desktop, at(49, 0)), device(Category::Desktop, at(49, 0))];
    assert_eq!(one(&alive, at(50, 0)), Presence::Missing);
}

#[test]
fn the_collectors_stops_are_taken_off_the_silence() {
    let heard = [device(Category::Server, at(10, 0))];
    let judged = |running: Vec<(Timestamp, Timestamp)>, now| {
        presence(&heard, &HouseFacts { running, ..HouseFacts::default() }, now)[0]
    };
    let stop = vec![(at(0, 0), at(10, 12)), (at(12, 12), at(20, 0))];
    assert_eq!(judged(stop.clone(), at(14, 0)), Presence::Unknown("collector_stopped"));
    assert_eq!(judged(stop.clone(), at(15, 0)), Presence::Unknown("collector_stopped"));
    assert_eq!(judged(stop, at(15, 1)), Presence::Missing);
    let late = vec![(at(12, 0), at(20, 0))];
    assert_eq!(judged(late, at(14, 0)), Presence::Missing, "before its first start it did not stop");
    assert_eq!(judged(vec![], at(14, 0)), Presence::Missing);
    assert_eq!(judged(vec![(at(0, 0), at(11, 0))], at(20, 0)), Presence::Unknown("collector_stopped"), "still down");
}

#[test]
fn a_device_of_lists_is_judged_by_the_newest_complete_one() {
    let listed = |complete| Heard { known_by: KnownBy::Lists { complete }, ..device(Category::Desktop, at(0, 0)) };
    assert_eq!(one(&[listed(Some(at(40, 0)))], at(41, 0)), Presence::Missing);
    assert_eq!(one(&[listed(Some(at(30, 0)))], at(41, 0)), Presence::Unknown("list_stale"));
    assert_eq!(one(&[listed(None)], at(41, 0)), Presence::Unknown("no_complete_list"));
    let house = HouseFacts { running: vec![(at(0, 0), at(0, 1)), (at(40, 0), at(41, 0))], ..HouseFacts::default() };
    assert_eq!(
        presence(&[listed(Some(at(40, 0)))], &house, at(41, 0)),
        [Presence::Missing],
        "stops count for agents only"
    );
}
