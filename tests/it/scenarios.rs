//! Scenarios that a person of the business can read: `tests/scenarios/NAME.txt` tells what happened, and
//! `tests/golden/scenarios/NAME.txt` is what Cadastre makes of it. `UPDATE=1` writes the golden files anew.
//!
//! The language, one event a line, days first, in the order in which things became known:
//!
//! ```text
//! client acme
//! contract C-1 from 2026-03-01 [until 2026-06-30]
//!   laptops: laptop, prorata 12.00, annex, count 25, requires antivirus 7 days, requires source sophos 7 days
//!   scope laptops for hostname lap-*, category laptop
//!   duty restore every 6 months
//! 2026-03-01 annex C-1: poste-1 laptops serial PF2A1; poste-2 laptops hostname pc-2
//! 2026-03-01 agent pc-1: laptop, serial PF2A1, maker Dell, antivirus protected 2026-03-01
//! 2026-03-01 to 2026-03-31 heard pc-1
//! 2026-03-05 list rmm complete: pc-1 serial PF2A1 seen 2026-03-04; pc-9 serial PF2A9 laptop
//! 2026-03-06 usage k1 C-1/laptops: 60 minutes, corrective, on PC-1, opened 2026-03-06T08:00, solved 2026-03-06T09:00
//! 2026-03-10 decide retire PC-1 because sold
//! 2026-03-03 to 2026-03-06 stopped
//! 2026-04-01 close 2026-03
//! show 2026-03-31 [known 2026-04-15]
//!   with finding missing on PC-1
//!   without veto serial_differs
//! identity 2026-03-31
//! bill 2026-03 [known 2026-04-15]
//! ```

mod claims;
mod events;
mod story;
mod telling;
mod words;

use std::collections::BTreeSet;

use cadastre_kit::source;

use self::claims::{Subject, subjects};
use self::story::Story;

/// Each scenario, by the name of its file.
fn stories() -> Vec<(String, Story)> {
    let read = |file: source::SourceFile| {
        let name = file.path.rsplit('/').next().unwrap().to_owned();
        let story = Story::read(&file.text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, story)
    };
    source::files("tests/scenarios", ".txt").into_iter().map(read).collect()
}

#[test]
fn every_scenario_ends_as_its_golden_file_says() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let stories = stories();
    assert!(!stories.is_empty());
    for (name, story) in stories {
        let (told, false_claims) = story.tell();
        wrong.extend(false_claims.into_iter().map(|claim| format!("== {name} is false {claim}")));
        let golden = source::root().join("tests/golden/scenarios").join(&name);
        if update {
            std::fs::create_dir_all(golden.parent().unwrap()).unwrap();
            std::fs::write(&golden, &told).unwrap();
            continue;
        }
        let wanted = std::fs::read_to_string(&golden).unwrap_or_default();
        if wanted != told {
            wrong.push(format!("== {name}\n-- wanted\n{wanted}-- told\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_veto_task_finding_and_requirement_is_shown_and_shown_absent() {
    let mut shown: BTreeSet<Subject> = BTreeSet::new();
    let mut absent: BTreeSet<Subject> = BTreeSet::new();
    for (_, story) in stories() {
        for claim in story.questions.iter().flat_map(|question| &question.claims).filter(|claim| claim.counts()) {
            let (shows, subject) = claim.subject();
            if shows {
                shown.insert(subject)
            } else {
                absent.insert(subject)
            };
        }
    }
    let mut missing = Vec::new();
    for (kind, code) in subjects() {
        let subject = (kind, code);
        if !shown.contains(&subject) {
            missing.push(format!("no scenario shows {} {}", subject.0, subject.1));
        }
        if !absent.contains(&subject) {
            missing.push(format!("no scenario shows the absence of {} {}", subject.0, subject.1));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
