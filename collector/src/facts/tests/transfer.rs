//! Export, import and erasure.

use super::*;
use crate::facts::export::hex;
use sha2::{Digest, Sha256};

/// The lines with a trailer that fits them.
fn sealed(mut lines: Vec<String>) -> Vec<String> {
    let mut hash = Sha256::new();
    for line in &lines {
        hash.update(format!("{line}\n"));
    }
    lines.push(format!("{{\"lines\":{},\"sha256\":\"{}\"}}", lines.len(), hex(&hash.finalize())));
    lines
}

async fn exported() -> Vec<String> {
    let (record, _) = in_memory();
    fill(&record, "acme").await;
    record.export("acme").await.unwrap()
}

#[tokio::test]
async fn the_export_of_an_import_is_the_same_file_on_every_store() {
    let folder = tempfile::tempdir().unwrap();
    let (memory, _) = in_memory();
    let (sled, _) = in_folder(folder.path());
    fill(&memory, "acme").await;
    fill(&sled, "acme").await;
    let file = memory.export("acme").await.unwrap();
    assert_eq!(sled.export("acme").await.unwrap(), file);

    let (other, _) = in_memory();
    assert_eq!(other.import(file.clone()).await.unwrap(), "acme");
    assert_eq!(other.export("acme").await.unwrap(), file);
    assert_eq!(other.load("acme").await.unwrap(), memory.load("acme").await.unwrap());
    assert_eq!(other.agents("acme").await.unwrap(), memory.agents("acme").await.unwrap());
    assert_eq!(other.token("acme", "t1").await.unwrap(), memory.token("acme", "t1").await.unwrap());
    assert_eq!(other.token_use("acme", "t1", "k2").await.unwrap().as_deref(), Some("a2"));

    sled.erase("acme").await.unwrap();
    assert_eq!(sled.import(file.clone()).await.unwrap(), "acme");
    drop(sled);
    let (sled, _) = in_folder(folder.path());
    assert_eq!(sled.export("acme").await.unwrap(), file);
    let next = sled.append("acme", vec![contract(1)], None).await.unwrap();
    assert_eq!(next[0].seq, 10);
}

#[tokio::test]
async fn the_file_has_the_form_that_the_format_says() {
    let file = exported().await;
    let start = |line: &String| line.chars().take(24).collect::<String>();
    let starts: Vec<String> = file.iter().map(start).collect();
    assert_eq!(file[0], r#"{"client":"acme","format":"cadastre/export/1"}"#);
    let name =
        r#"{"seq":1,"at":"2026-03-01T08:00:00.123456Z","fact":{"kind":"client","name":"Atelier Martin","siren":null}}"#;
    assert_eq!(file[1], name);
    let wanted = [
        "{\"seq\":5,\"at\":\"2026-03-0",
        "{\"section\":\"host-a\",\"seq",
        "{\"section\":\"os\",\"seq\":5,",
        "{\"seq\":6,\"at\":\"2026-03-0",
        "{\"section\":\"host-b\",\"seq",
        "{\"seq\":7,\"at\":\"2026-03-0",
        "{\"seq\":8,\"at\":\"2026-03-0",
        "{\"seq\":9,\"at\":\"2026-03-0",
        "{\"section\":\"os-2\",\"seq\":",
        "{\"contact\":{\"agent\":\"a1\"",
    ];
    assert_eq!(starts[5..15], wanted);
    assert_eq!(file.len(), 18);
}

#[tokio::test]
async fn a_client_that_exists_is_not_imported() {
    let file = exported().await;
    let (record, _) = in_memory();
    record.import(file.clone()).await.unwrap();
    assert_eq!(record.import(file.clone()).await, Err(FactsError::ClientExists("acme".to_owned())));
    let (record, _) = in_memory();
    record.append("acme", vec![client()], None).await.unwrap();
    assert_eq!(record.import(file).await, Err(FactsError::ClientExists("acme".to_owned())));
    assert_eq!(record.head("acme").await, Ok(1));
}

#[tokio::test]
async fn a_file_cut_altered_or_out_of_order_is_refused_and_leaves_nothing() {
    let file = exported().await;
    let body = file[..file.len() - 1].to_vec();
    let without =
        |n: usize| sealed(body.iter().enumerate().filter(|(at, _)| *at != n).map(|(_, l)| l.clone()).collect());
    let swapped = |a: usize, b: usize| {
        let mut lines = body.clone();
        lines.swap(a, b);
        sealed(lines)
    };
    let replaced = |n: usize, from: &str, to: &str| {
        let mut lines = body.clone();
        assert!(lines[n].contains(from), "{}", lines[n]);
        lines[n] = lines[n].replace(from, to);
        sealed(lines)
    };
    let mut altered = file.clone();
    altered[1] = altered[1].replace("Martin", "Durand");
    let cases: Vec<(Vec<String>, usize, &str)> = vec![
        (Vec::new(), 0, "export_truncated"),
        (body.clone(), 17, "export_truncated"),
        (file[..5].to_vec(), 5, "export_truncated"),
        (altered, 18, "export_altered"),
        (vec!["hello".to_owned(), file[17].clone()], 1, "export_not_an_export"),
        (replaced(0, "export/1", "export/9"), 1, "export_format_unknown"),
        (without(1), 2, "export_out_of_order"),
        (swapped(2, 3), 3, "export_out_of_order"),
        (swapped(14, 15), 16, "export_out_of_order"),
        (without(6), 8, "export_section_missing"),
        (without(13), 14, "export_section_missing"),
        (replaced(6, "host-a", "host-z"), 7, "export_out_of_order"),
        (replaced(3, "t1", "t7"), 4, "export_fact_contradicts"),
        (replaced(2, "123457Z", "1234579Z"), 3, "export_out_of_order"),
        (replaced(2, "\"seq\"", "\"sequence\""), 3, "export_line_malformed"),
        (replaced(14, "\"hours\":\"", "\"hours\":\"*"), 15, "export_line_malformed"),
        (sealed(vec![file[0].clone()]), 2, "export_truncated"),
        (sealed(body[..6].to_vec()), 7, "export_section_missing"),
    ];
    let (record, _) = in_memory();
    for (lines, line, problem) in cases {
        let refused = record.import(lines).await;
        assert_eq!(refused, Err(FactsError::Export { line, problem }));
        assert_eq!(record.clients().await.unwrap(), Vec::<String>::new());
    }
    assert_eq!(record.import(replaced(0, "acme", "Acme")).await, Err(FactsError::ClientCode("Acme".to_owned())));
    record.import(file).await.unwrap();
}

#[tokio::test]
async fn facts_keep_the_text_they_were_written_with() {
    let mut lines = exported().await;
    lines.pop();
    lines[1] = lines[1].replace("\"siren\":null", "\"siren\": null,\"later\":1");
    let file = sealed(lines);
    let (record, _) = in_memory();
    record.import(file.clone()).await.unwrap();
    assert_eq!(record.export("acme").await.unwrap(), file);
}

#[tokio::test]
async fn an_erased_client_can_come_back() {
    let folder = tempfile::tempdir().unwrap();
    for (record, _) in [in_memory(), in_folder(folder.path())] {
        fill(&record, "acme").await;
        fill(&record, "acme-2").await;
        let kept = record.export("acme-2").await.unwrap();
        record.erase("acme").await.unwrap();
        assert_eq!(record.load("acme").await.unwrap(), Default::default());
        assert_eq!(record.agents("acme").await.unwrap(), []);
        let unknown = FactsError::ClientUnknown("acme".to_owned());
        assert_eq!(record.erase("acme").await, Err(unknown.clone()));
        assert_eq!(record.export("acme").await, Err(unknown.clone()));
        assert_eq!(record.append("acme", vec![contract(1)], None).await, Err(unknown));
        assert_eq!(record.export("acme-2").await.unwrap(), kept);
        fill(&record, "acme").await;
        assert_eq!(record.head("acme").await, Ok(9));
    }
    let bytes_of = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(!folder.path().join("facts.000001").exists(), "the old database is gone");
    assert!(!bytes_of("facts.000002/db").is_empty());
}
