//! Tokens, agents, reports and contacts.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_uses_of_a_one_use_token_make_one_agent() {
    let folder = tempfile::tempdir().unwrap();
    for (record, _) in [in_memory(), in_folder(folder.path())] {
        record.append("acme", vec![client(), token("t1", 1)], None).await.unwrap();
        let tasks: Vec<_> = (0..64)
            .map(|n| {
                let record = record.clone();
                let fact = enrolled(&format!("a{n}"), "t1", &format!("k{n}"));
                tokio::spawn(async move { record.append("acme", vec![fact], None).await })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => made += 1,
                Err(error) => assert_eq!(error, FactsError::TokenSpent("t1".to_owned())),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(record.agents("acme").await.unwrap().len(), 1);
        let row = record.token("acme", "t1").await.unwrap().unwrap();
        assert_eq!((row.used, row.uses_left()), (1, 0));
    }
}

#[tokio::test]
async fn a_key_that_comes_again_finds_its_agent() {
    let (record, _) = in_memory();
    record.append("acme", vec![client(), token("t1", 5)], None).await.unwrap();
    record.append("acme", vec![enrolled("a1", "t1", "k1")], None).await.unwrap();
    assert_eq!(record.append("acme", vec![enrolled("a2", "t1", "k1")], None).await, Err(conflict("acme")));
    assert_eq!(record.token_use("acme", "t1", "k1").await.unwrap().as_deref(), Some("a1"));
    assert_eq!(record.token_use("acme", "t", "1k1").await.unwrap(), None);
    assert_eq!(record.token("acme", "t1").await.unwrap().unwrap().uses_left(), 4);
}

#[tokio::test]
async fn facts_of_nobody_are_refused() {
    let (record, _) = in_memory();
    record.append("acme", vec![client(), token("t1", 5)], None).await.unwrap();
    let agent = Err(FactsError::AgentUnknown("a1".to_owned()));
    assert_eq!(record.append("acme", vec![renewed("a1", 2)], None).await, agent);
    let none = record.append_report("acme", report("a1", 1, &[]), vec![], instant("2026-03-01T08:00:00Z")).await;
    assert_eq!(none, Err(FactsError::AgentUnknown("a1".to_owned())));
    assert_eq!(record.contact("acme", "a1", instant("2026-03-01T08:00:00Z")).await.err(), agent.err());
    let unknown = Err(FactsError::TokenUnknown("t9".to_owned()));
    assert_eq!(record.append("acme", vec![enrolled("a1", "t9", "k1")], None).await, unknown);
    let twice = Err(FactsError::TokenExists("t1".to_owned()));
    assert_eq!(record.append("acme", vec![token("t1", 1)], None).await, twice);
    record.append("acme", vec![Fact::TokenRevoked { token: "t1".to_owned() }], None).await.unwrap();
    let revoked = Err(FactsError::TokenRevoked("t1".to_owned()));
    assert_eq!(record.append("acme", vec![enrolled("a1", "t1", "k1")], None).await, revoked);
    assert_eq!(record.head("acme").await, Ok(3));
}

#[tokio::test]
async fn old_certificates_go_at_the_first_use_of_a_newer() {
    let (record, _) = in_memory();
    record.append("acme", vec![client(), token("t1", 5), enrolled("a1", "t1", "k1")], None).await.unwrap();
    record.append("acme", vec![renewed("a1", 2), renewed("a1", 3)], None).await.unwrap();
    let serials = async || -> Vec<String> {
        let row = record.agent("acme", "a1").await.unwrap().unwrap();
        row.certificates.into_iter().map(|certificate| certificate.serial).collect()
    };
    record.certificate_used("acme", "a1", "a1-1").await.unwrap();
    assert_eq!(serials().await, ["a1-1", "a1-2", "a1-3"]);
    record.certificate_used("acme", "a1", "a1-2").await.unwrap();
    assert_eq!(serials().await, ["a1-2", "a1-3"]);
    record.certificate_used("acme", "a1", "foreign").await.unwrap();
    assert_eq!(serials().await, ["a1-2", "a1-3"]);
    for n in 4..20 {
        record.append("acme", vec![renewed("a1", n)], None).await.unwrap();
    }
    let kept = serials().await;
    assert_eq!((kept.len(), kept[0].as_str(), kept[7].as_str()), (8, "a1-2", "a1-19"), "the one in use stays");
    record.append("acme", vec![Fact::Revoked { agent: "a1".to_owned() }], None).await.unwrap();
    assert!(record.agent("acme", "a1").await.unwrap().unwrap().revoked);
}

#[tokio::test]
async fn a_report_brings_its_new_sections_its_cursor_and_its_hour() {
    let folder = tempfile::tempdir().unwrap();
    for (record, _) in [in_memory(), in_folder(folder.path())] {
        fill(&record, "acme").await;
        let loaded = record.load("acme").await.unwrap();
        assert_eq!(loaded.sections.keys().map(String::as_str).collect::<Vec<_>>(), ["host-a", "host-b", "os", "os-2"]);
        assert_eq!(loaded.sections["os"], bytes("os").1);
        let asked = ["os".to_owned(), "none".to_owned()];
        assert_eq!(record.has_sections("acme", &asked).await.unwrap(), [true, false]);

        let row = record.agent("acme", "a1").await.unwrap().unwrap();
        let cursor = row.cursor.unwrap();
        assert_eq!((cursor.seq, cursor.report_seq, cursor.state.as_str()), (9, 2, "state-2"));
        assert_eq!(cursor.sections["os"], "os-2");
        assert_eq!((row.site.as_deref(), row.certificates.len()), (Some("lyon"), 2));

        let hours: Vec<(String, Vec<String>)> = loaded
            .contacts
            .iter()
            .map(|contact| (contact.agent.clone(), contact.each().map(|hour| hour.to_string()).collect()))
            .collect();
        let wanted: [(&str, &[&str]); 3] = [
            ("a1", &["2026-03-01T08:00:00Z"]),
            ("a2", &["2026-03-01T08:00:00Z", "2026-03-31T23:00:00Z"]),
            ("a2", &["2026-04-01T00:00:00Z"]),
        ];
        let wanted = wanted
            .map(|(agent, hours)| (agent.to_owned(), hours.iter().map(|hour| (*hour).to_owned()).collect::<Vec<_>>()));
        assert_eq!(hours, wanted);
    }
}

#[tokio::test]
async fn a_report_repeated_or_without_its_sections_is_refused() {
    let (record, _) = in_memory();
    fill(&record, "acme").await;
    let at = instant("2026-03-01T08:10:00Z");
    let named = [("host", "host-a"), ("os", "os-2")];
    assert_eq!(record.append_report("acme", report("a1", 2, &named), vec![], at).await, Err(conflict("acme")));
    let missing = record.append_report("acme", report("a1", 3, &[("os", "os-9")]), vec![bytes("os-8")], at).await;
    assert_eq!(missing, Err(FactsError::SectionMissing("os-9".to_owned())));
    assert_eq!(record.has_sections("acme", &["os-8".to_owned()]).await.unwrap(), [false]);
    let stored = [("host", "host-b"), ("os", "os")];
    let seq = record.append_report("acme", report("a1", 3, &stored), vec![], at).await.unwrap().seq;
    assert_eq!(seq, 10, "sections that another agent brought are there");
}

#[tokio::test]
async fn a_contact_writes_once_an_agent_and_hour() {
    let (record, _) = in_memory();
    fill(&record, "acme").await;
    assert_eq!(record.contact("acme", "a1", instant("2026-03-01T08:59:59Z")).await, Ok(false), "its report said it");
    assert_eq!(record.contact("acme", "a1", instant("2026-03-01T09:00:00Z")).await, Ok(true));
    assert_eq!(record.contact("acme", "a1", instant("2026-03-01T09:30:00Z")).await, Ok(false));
    assert_eq!(record.contact("acme", "a2", instant("2026-03-01T09:30:00Z")).await, Ok(true));
}
