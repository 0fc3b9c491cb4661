//! Sizes, dependencies, samples, and paths of a machine.

use std::path::Path;

use cadastre_collector::config::Config;
use cadastre_domain::contract::{self, Severity};
use cadastre_kit::source;

use super::none;

/// A file may have this many lines.
const LINES_MAX: usize = 400;
#[test]
fn files_are_short() {
    let mut breaches = Vec::new();
    for folder in ["agent", "collector", "proto", "tests"] {
        for file in source::files(folder, ".rs") {
            let lines = file.text.lines().count();
            if lines > LINES_MAX {
                breaches.push(format!("{} has {lines}", file.path));
            }
        }
    }
    none("no file has more than 400 lines", &breaches);
}

#[test]
fn every_module_says_what_it_does() {
    let mut breaches = Vec::new();
    for folder in ["agent", "collector", "proto", "tests"] {
        for file in source::files(folder, ".rs") {
            if !file.text.starts_with("//!") && !file.path.ends_with("/tests.rs") {
                breaches.push(file.path);
            }
        }
    }
    none("a file opens with what it does", &breaches);
}

#[test]
fn the_domain_depends_on_the_agreed_list() {
    // Instants and days; exact fractions; facts as JSON and contracts as TOML; digests; error types; folding of text.
    let agreed = ["jiff", "num-rational", "serde", "serde_json", "toml", "sha2", "thiserror", "unicode-normalization"];
    let manifest: toml::Table = toml::from_str(&source::read("collector/domain/Cargo.toml")).unwrap();
    let mut own: Vec<&str> = manifest["dependencies"].as_table().unwrap().keys().map(String::as_str).collect();
    let mut agreed = agreed.to_vec();
    own.sort_unstable();
    agreed.sort_unstable();
    assert_eq!(own, agreed);
}

#[test]
fn one_library_does_tls() {
    let lock: toml::Table = toml::from_str(&source::read("Cargo.lock")).unwrap();
    let barred = ["aws-lc-rs", "aws-lc-sys", "openssl", "openssl-sys", "native-tls", "reqwest"];
    let packages = lock["package"].as_array().unwrap().iter().filter_map(|package| package["name"].as_str());
    let found: Vec<String> = packages.filter(|name| barred.contains(name)).map(str::to_owned).collect();
    none("ring is the one provider", &found);
    for main in ["agent/src/main.rs", "collector/src/cli/start.rs"] {
        let text = source::read(main);
        assert!(text.contains("ring::default_provider().install_default()"), "{main} names the provider");
    }
}

#[test]
fn samples_are_read_by_the_programs() {
    let mut read = 0;
    for file in source::files("packaging", ".toml") {
        let name = Path::new(&file.path).file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("collector") {
            Config::parse(&file.text).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", file.path));
        } else if name.starts_with("agent") {
            cadastre_agent::config::Config::parse(&file.text)
                .unwrap_or_else(|refusal| panic!("{}: {refusal:?}", file.path));
        } else {
            let remarks = contract::lint(&file.text);
            let errors: Vec<_> = remarks.iter().filter(|remark| remark.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", file.path);
        }
        read += 1;
    }
    assert!(read >= 2, "packaging has its samples");
}

#[test]
fn no_path_of_a_machine_is_written_down() {
    let barred = [concat!("/wo", "rk/"), concat!("/tm", "p/w"), concat!("/tm", "p/t/"), concat!("/hom", "e/runner")];
    let mut breaches = Vec::new();
    for folder in ["agent", "collector", "proto", "tests", "packaging"] {
        for ending in [".rs", ".toml", ".html", ".css", ".json", ".proto", "quickstart", "run", ".tsv", ".md"] {
            for file in source::files(folder, ending) {
                for (number, line) in file.text.lines().enumerate() {
                    if barred.iter().any(|path| line.contains(path)) {
                        breaches.push(format!("{}:{}", file.path, number + 1));
                    }
                }
            }
        }
    }
    none("no path of a machine", &breaches);
}
