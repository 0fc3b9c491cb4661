//! Scenarios that a person of the business can read: `tests/scenarios/NAME.txt` tells what happened, and
//! `tests/golden/scenarios/NAME.txt` is what Cadastre makes of it. `UPDATE=1` writes the golden files anew.
//!
//! The language, one event a line, days first, in the order in which things became known:
//!
//! ```text
//! contract C-1 from 2026-03-01 [until 2026-06-30]
//!   laptops: laptop, prorata 12.00, annex, count 25, requires antivirus 7 days, requires source sophos 7 days
//! 2026-03-01 annex C-1: poste-1 laptops serial PF2A1; poste-2 laptops hostname pc-2
//! 2026-03-01 agent pc-1: laptop, serial PF2A1, maker Dell, antivirus protected 2026-03-01
//! 2026-03-01 to 2026-03-31 heard pc-1
//! 2026-03-05 list rmm complete: pc-1 serial PF2A1 seen 2026-03-04; pc-9 serial PF2A9 laptop
//! 2026-03-10 decide retire PC-1 because sold
//! 2026-03-03 to 2026-03-06 stopped
//! 2026-03-05 used 90 minutes on hours
//! 2026-03-05 index syntec 2026-01 312.5 published 2026-03-05
//! 2026-04-01 close 2026-03 [refused CODE]
//! show 2026-03-31
//! bill 2026-03
//! ```

mod billing;
pub(crate) mod story;
mod telling;
mod words;

use cadastre_kit::source;

use self::story::Story;

#[test]
fn every_scenario_ends_as_its_golden_file_says() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let scenarios = source::files("tests/scenarios", ".txt");
    assert!(!scenarios.is_empty());
    for file in scenarios {
        let name = file.path.rsplit('/').next().unwrap().to_owned();
        let told = Story::read(&file.text).unwrap_or_else(|error| panic!("{name}: {error}")).tell();
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
