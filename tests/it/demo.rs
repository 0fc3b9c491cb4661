//! The sample: made-up clients, marked as such, and away again with one command.

use cadastre_kit::Collector;

#[test]
fn the_sample_is_marked_and_goes_without_a_trace() {
    let collector = Collector::start();
    collector.add_client("acme");
    let added = collector.json(&["demo", "--clients", "3"]);
    assert_eq!((&added["clients"], &added["assets"]), (&3.into(), &27.into()));
    let document = collector.json(&["client", "list"]);
    let clients = document["clients"].as_array().unwrap();
    let examples = clients.iter().filter(|client| client["example"] == true);
    assert!(examples.clone().count() == 3 && clients.len() == 4, "{document}");
    for client in examples {
        let page = collector.get(&format!("/clients/{}", client["client"].as_str().unwrap()));
        assert!(page.status == 200 && page.body.contains("(exemple)"), "{}", page.status);
    }
    assert_eq!(collector.cli(&["demo", "--clients", "3", "--json"]).error()["code"], "demo_exists");

    assert_eq!(collector.json(&["demo", "--remove"])["clients"], 3);
    let document = collector.json(&["client", "list"]);
    assert_eq!(document["clients"].as_array().unwrap().len(), 1, "{document}");
    for file in walk(&collector.data()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(8).any(|part| part == b"exemple-"), "{} still names an example", file.display());
    }
    assert_eq!(collector.json(&["demo", "--remove"])["clients"], 0);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => files.extend(walk(&entry.path())),
            kind if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    files
}
