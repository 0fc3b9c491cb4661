//! What stands in one place only: the system, the store's library, the wire's libraries, the clock; and what the domain
//! does without.

use cadastre_kit::source;
use cadastre_kit::tokens::{every_level, is_path_sign, is_sign, is_word, line, program_files};
use proc_macro2::TokenTree;

use super::none;

/// Everything that is compiled into the programs.
const PROGRAMS: &[&str] = &["agent/src", "collector/src", "collector/domain/src", "proto/src"];

#[test]
fn the_system_is_asked_for_in_live_only() {
    let mut breaches = Vec::new();
    for folder in ["agent", "collector", "proto", "tests"] {
        for file in source::files(folder, ".rs") {
            let word = concat!("target", "_os");
            if file.text.contains(word) && !file.path.starts_with("agent/src/source/live") {
                breaches.push(file.path);
            }
        }
    }
    none("the system is asked for in agent/src/source/live only", &breaches);
}

#[test]
fn the_store_is_named_in_one_file() {
    none("sled:: stands in one file", &crates_named(&["sled"], &["collector/src/facts/sled.rs"]));
}

#[test]
fn the_wire_is_named_in_its_rooms() {
    let crates = ["prost", "tonic", "tonic_prost", "tonic_types"];
    none(
        "prost and tonic stand in ingest/, send/ and proto/",
        &crates_named(&crates, &["collector/src/ingest/", "agent/src/send/", "proto/src/"]),
    );
}

#[test]
fn the_clock_is_asked_in_one_file() {
    let mut breaches = Vec::new();
    each_level(&mut |path, level| {
        for at in 0..level.len() {
            let is_call = is_word(level.get(at), "now") && at >= 2 && is_path_sign(level, at - 2);
            if is_call && !path.ends_with("/clock.rs") {
                breaches.push(format!("{path}:{}", line(&level[at])));
            }
        }
    });
    none("now() stands in clock.rs", &breaches);
}

#[test]
fn a_probe_asks_neither_clock_nor_process_nor_system() {
    let mut breaches = Vec::new();
    for (file, tokens) in program_files("agent/src/probe") {
        every_level(&tokens, &mut |level| {
            for at in 0..level.len() {
                let is_seam = ["std", "tokio"].iter().any(|root| is_word(level.get(at), root))
                    && is_path_sign(level, at + 1)
                    && ["fs", "process", "env", "time", "thread"].iter().any(|name| is_word(level.get(at + 3), name));
                let is_cfg = is_word(level.get(at), "cfg") && !is_sign(level.get(at + 1), '(');
                if is_seam || is_cfg {
                    breaches.push(format!("{}:{}", file.path, line(&level[at])));
                }
            }
        });
    }
    none("a probe is pure", &breaches);
}

#[test]
fn the_domain_is_pure() {
    let root = source::read("collector/domain/src/lib.rs");
    assert!(root.contains("#![no_std]"), "the domain is no_std");
    let mut breaches = Vec::new();
    for (file, tokens) in program_files("collector/domain/src") {
        every_level(&tokens, &mut |level| {
            for at in 0..level.len() {
                let word = ["f32", "f64", "HashMap", "HashSet", "SystemTime", "Instant"]
                    .iter()
                    .find(|w| is_word(level.get(at), w));
                let is_std = is_word(level.get(at), "std") && is_path_sign(level, at + 1);
                if word.is_some() || is_std {
                    breaches.push(format!("{}:{} has {}", file.path, line(&level[at]), level[at]));
                }
            }
        });
    }
    none("no float, hash map, clock or std in the domain", &breaches);
}

fn each_level(each: &mut impl FnMut(&str, &[TokenTree])) {
    for folder in PROGRAMS {
        for (file, tokens) in program_files(folder) {
            every_level(&tokens, &mut |level| each(&file.path, level));
        }
    }
}

/// Places outside the allowed ones where a path begins with one of these crates.
fn crates_named(crates: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut breaches = Vec::new();
    each_level(&mut |path, level| {
        for at in 0..level.len() {
            let begins = crates.iter().any(|name| is_word(level.get(at), name)) && is_path_sign(level, at + 1);
            let goes_on = at >= 2 && is_path_sign(level, at - 2);
            if begins && !goes_on && !allowed.iter().any(|place| path.starts_with(place)) {
                breaches.push(format!("{path}:{}", line(&level[at])));
            }
        }
    });
    breaches
}
