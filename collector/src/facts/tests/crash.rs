//! A process that is killed while it appends loses nothing that it was told is there.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::*;

/// The child: appends for ever in the folder it was started in and says each sequence once it is durable.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "run by the test below, which kills it"]
async fn child() {
    let (record, _) = in_folder(Path::new("."));
    if record.head("acme").await.unwrap() == 0 {
        record.append("acme", vec![client(), token("t1", 100_000)], None).await.unwrap();
    }
    let from = record.head("acme").await.unwrap();
    let mut tasks = Vec::new();
    for worker in 0..8u64 {
        let record = record.clone();
        tasks.push(tokio::spawn(async move {
            let agent = format!("a{from}-{worker}");
            let made = record.append("acme", vec![enrolled(&agent, "t1", &agent)], None).await.unwrap();
            println!("\nacked {}", made[0].seq);
            for n in 1.. {
                let digest = format!("{agent}-{n}");
                let fact = report(&agent, n, &[("os", &digest)]);
                let at = instant("2026-03-01T08:10:00Z");
                let made = record.append_report("acme", fact, vec![bytes(&digest)], at).await.unwrap();
                println!("\nacked {}", made.seq);
                if n % 5 == 0 {
                    let made = record.append("acme", vec![contract(40)], None).await.unwrap();
                    println!("\nacked {}", made[0].seq);
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn nothing_acked_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut acked = 0;
    for kill_after in [1, 7, 40, 150, 3, 90] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "facts::tests::crash::child", "--ignored", "--nocapture"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        for line in lines {
            let Some(seq) = line.unwrap().strip_prefix("acked ").map(|seq| seq.parse::<u64>().unwrap()) else {
                continue;
            };
            acked = acked.max(seq);
            seen += 1;
            if seen == kill_after {
                // SIGKILL; what it said before dying is still read.
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(seen >= kill_after, "the child died by itself");
        check(folder.path(), acked).await;
    }
}

async fn check(folder: &Path, acked: u64) {
    let (record, _) = in_folder(folder);
    let loaded = record.load("acme").await.unwrap();
    gapless(&loaded.recorded);
    assert!(loaded.head >= acked, "{} of {acked}", loaded.head);
    let mut lasting = Vec::new();
    for one in &loaded.recorded {
        if let Fact::Report { agent, report_seq, sections, .. } = &one.fact {
            assert!(sections.values().all(|digest| loaded.sections.contains_key(digest)), "sections of {}", one.seq);
            let row = record.agent("acme", agent).await.unwrap().unwrap();
            assert!(row.cursor.unwrap().report_seq >= *report_seq);
        } else {
            lasting.push(one.seq);
        }
    }
    let journal = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap();
    let line = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["seq"].as_u64().unwrap();
    assert_eq!(journal.lines().map(line).collect::<Vec<_>>(), lasting, "the second file has them all, once");
    let (other, _) = in_memory();
    other.import(record.export("acme").await.unwrap()).await.unwrap();
}
