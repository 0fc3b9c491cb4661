//! What is refused: exit code 1, one clear sentence in French and in English, `cadastre/error/1` with `--json`, and
//! nothing half-applied.

use std::fmt::Write as _;
use std::path::Path;

use cadastre_kit::collector::{alone, alone_with_input, import_client};
use cadastre_kit::paper::{march_annex, march_contract};
use cadastre_kit::program::arg;
use cadastre_kit::{Agent, Collector, Locale, Machine, Said};
use serde_json::Value;
use sha2::Digest as _;

const CLIENT: &str = "atelier-martin";
const CONTRACT: &str = "C-2026-014";

fn collector() -> Collector {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &march_contract(CLIENT).text());
    collector.import_annex(CLIENT, CONTRACT, &march_annex());
    collector
}

/// Where and why a command must be refused.
struct Expected<'a> {
    code: &'a str,
    line: Option<u64>,
    field: Option<&'a str>,
    /// Words of the English sentence.
    words: &'a [&'a str],
}

/// A refusal without a place.
fn because<'a>(code: &'a str, words: &'a [&'a str]) -> Expected<'a> {
    Expected { code, line: None, field: None, words }
}

/// Runs a command in both languages and in JSON; each time it is refused as expected.
#[track_caller]
fn refused(run: impl Fn(Locale, &[&str]) -> Said, args: &[&str], expected: &Expected<'_>) {
    let json: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let error = run(Locale::English, &json).error();
    assert_eq!(error["code"], expected.code, "{error}");
    assert_eq!((error["line"].as_u64(), error["field"].as_str()), (expected.line, expected.field), "{error}");
    let [english, french] = [Locale::English, Locale::French].map(|locale| sentence(&run(locale, args)));
    assert_ne!(english, french, "one language for both");
    for word in expected.words {
        assert!(english.contains(word), "“{word}” is not in: {english}");
    }
    if let Some(line) = expected.line {
        assert!(english.contains(&format!("line {line}")), "the line is not said: {english}");
        assert!(french.contains(&format!("ligne {line}")), "the line is not said: {french}");
    }
    for said in [&english, &french] {
        assert!(!said.contains(['{', '}']), "a value is missing: {said}");
        assert!(!said.split([' ', ':']).any(|word| word == expected.code), "a code is no sentence: {said}");
        assert!(said.ends_with('.') || said.ends_with(')'), "not a sentence: {said}");
    }
}

/// The last line of standard error of a refused command: the sentence that ends it.
#[track_caller]
fn sentence(said: &Said) -> String {
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{said:?}");
    said.err.lines().last().unwrap_or_else(|| panic!("nothing is said: {said:?}")).to_owned()
}

/// A refused command of the running collector, after which the client's record is what it was.
#[track_caller]
fn refused_whole(collector: &Collector, args: &[&str], expected: &Expected<'_>) {
    let before = collector.export(CLIENT);
    refused(|locale, args| collector.cli_in(locale, args), args, expected);
    assert_eq!(collector.export(CLIENT), before, "something was half-applied");
}

/// The remark of the linter on a contract file, and the refusal of both commands that read it.
#[track_caller]
fn contract_refused(collector: &Collector, text: &str, line: u64, words: &[&str]) {
    let file = collector.file("bad.toml", text);
    let check = ["contract", "check", arg(&file)];
    refused(alone, &check, &because("contract_has_errors", &["bad.toml"]));
    let import = ["contract", "import", arg(&file), "--client", CLIENT];
    refused_whole(collector, &import, &because("contract_has_errors", &["bad.toml", "nothing was recorded"]));
    let said = collector.cli(&import);
    let errors: Vec<&str> = said.err.lines().filter(|line| line.starts_with("error: ")).collect();
    let meant =
        |error: &&&str| error.contains(&format!("line {line}")) && words.iter().all(|word| error.contains(word));
    assert!(errors.iter().any(|error| meant(&error)), "line {line} with {words:?} is not said: {errors:#?}");
    let french = collector.cli_in(Locale::French, &import);
    let errors: Vec<&str> = french.err.lines().filter(|line| line.starts_with("erreur")).collect();
    assert!(errors.iter().any(|error| error.contains(&format!("ligne {line}"))), "{errors:?}");
}

/// The line of a text, from 1, on which a word stands first.
fn line_of(text: &str, word: &str) -> u64 {
    let line = text.lines().position(|line| line.contains(word)).unwrap();
    u64::try_from(line + 1).unwrap()
}

#[test]
fn contracts_with_an_error_are_refused_with_their_line() {
    let collector = collector();
    let good = march_contract(CLIENT).text();

    let unknown = good.replace("unit_price", "prize");
    contract_refused(&collector, &unknown, line_of(&unknown, "prize"), &["prize"]);
    let negative = good.replace("unit_price = \"12.00\"", "unit_price = \"-12.00\"");
    contract_refused(&collector, &negative, line_of(&negative, "-12.00"), &["unit_price"]);
    let keys = "mode = \"prorata\"\nunit_price = \"3.00\"\ncount = 1";
    let twice = march_contract(CLIENT).line("laptops", "server", keys).text();
    let second = twice.lines().count() - twice.lines().rev().position(|line| line == "id = \"laptops\"").unwrap();
    contract_refused(&collector, &twice, u64::try_from(second).unwrap(), &["laptops"]);
    let broken = good.replace("notice_months = 3", "notice_months = = 3");
    contract_refused(&collector, &broken, line_of(&broken, "= = 3"), &[]);
}

#[test]
fn a_contract_of_another_client_is_refused() {
    let collector = collector();
    let file = collector.file("other.toml", &march_contract("another").text());
    let import = ["contract", "import", arg(&file), "--client", CLIENT];
    let expected = Expected { field: Some("client"), ..because("contract_other_client", &["another", CLIENT]) };
    refused_whole(&collector, &import, &expected);
}

#[test]
fn annexes_with_a_wrong_row_are_refused_whole_with_the_line() {
    let collector = collector();
    let import = |name: &str, csv: &str, expected: Expected<'_>| {
        let file = collector.file(name, csv);
        let args = ["annex", "import", arg(&file), "--client", CLIENT, "--contract", CONTRACT];
        refused_whole(&collector, &args, &expected);
        let error = collector.cli(&[&args[..], &["--json"]].concat()).error();
        assert_eq!(error["file"], arg(&file), "the file is not named");
        assert!(sentence(&collector.cli(&args)).contains(name), "the file is not said");
    };
    let at = |line, code, field, words| Expected { line: Some(line), field, ..because(code, words) };
    // The first row is good every time: a file is taken whole or not at all.
    let good = "label;line;serial;from;to\nnew-1;laptops;PF3NEW01;2026-04-01;\n";
    import(
        "long.csv",
        &format!("{good}new-2;laptops;PF3NEW02;2026-04-01;;;\n"),
        at(3, "table_row_length", None, &["7"]),
    );
    import("quote.csv", &format!("{good}\"new-2;laptops;PF3NEW02;2026-04-01;\n"), at(3, "table_row_length", None, &[]));
    import("day.csv", &format!("{good}new-2;laptops;PF3NEW02;soon;\n"), at(3, "date_invalid", Some("from"), &["soon"]));
    import("empty.csv", &format!("{good};laptops;PF3NEW02;2026-04-01;\n"), at(3, "cell_empty", Some("label"), &[]));
    import(
        "twice.csv",
        &format!("{good}new-1;laptops;PF3NEW02;2026-04-01;\n"),
        at(3, "label_twice", Some("label"), &["new-1"]),
    );
    import(
        "serial.csv",
        &format!("{good}new-2;laptops;PF3-new01;2026-04-01;\n"),
        at(3, "serial_twice", Some("serial"), &["new-1", "new-2"]),
    );
    import(
        "line.csv",
        &format!("{good}new-2;desktops;;2026-04-01;\n"),
        at(3, "line_not_in_contract", Some("line"), &["desktops", "laptops"]),
    );
    import(
        "early.csv",
        &format!("{good}new-2;laptops;;2026-01-31;\n"),
        at(3, "annex_before_contract", Some("from"), &["31 Jan 2026"]),
    );
    import(
        "back.csv",
        &format!("{good}new-2;laptops;;2026-04-02;2026-04-01\n"),
        at(3, "annex_ends_before", Some("to"), &["1 Apr 2026"]),
    );
    import("from.csv", &format!("{good}new-2;laptops;;;\n"), at(3, "annex_from_needed", Some("from"), &["new-2"]));
    import(
        "column.csv",
        "label;line;colour\nnew-1;laptops;red\n",
        at(1, "column_unknown", Some("colour"), &["serial"]),
    );
    import("nothing.csv", "", because("table_empty", &[]));
}

#[test]
fn what_is_not_there_is_refused() {
    let collector = collector();
    let away = || because("client_unknown", &["nobody"]);
    for read in [
        &["reconcile", "--client", "nobody"][..],
        &["assets", "--client", "nobody"],
        &["bill", "preview", "--client", "nobody", "--period", "2026-03"],
        &["bill", "days", "--client", "nobody", "--period", "2026-03"],
        &["contract", "show", "--client", "nobody"],
        &["token", "create", "--client", "nobody"],
    ] {
        refused_whole(&collector, read, &away());
    }
    let annex = collector.file("annex.csv", &march_annex());
    refused_whole(&collector, &["annex", "import", arg(&annex), "--client", "nobody", "--contract", CONTRACT], &away());
    let contract = ["annex", "import", arg(&annex), "--client", CLIENT, "--contract", "C-0"];
    refused_whole(&collector, &contract, &because("contract_unknown", &["C-0", CLIENT]));
    refused_whole(&collector, &["asset", "show", "none"], &because("asset_unknown", &["none"]));
    let token = Expected { field: Some("token"), ..because("token_unknown", &["none"]) };
    refused_whole(&collector, &["token", "revoke", "none", "--client", CLIENT], &token);
    refused_whole(
        &collector,
        &["agent", "revoke", "none"],
        &Expected { field: Some("agent"), ..because("agent_unknown", &["none"]) },
    );
    let out = tempfile::tempdir().unwrap();
    refused_whole(&collector, &["export", "client", "nobody", "--out", arg(out.path())], &away());
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0, "a refused export writes nothing");
    let file = ["contract", "check", "/nowhere/contract.toml"];
    refused(alone, &file, &because("file_unreadable", &["/nowhere/contract.toml"]));
    let import = ["import", "client", "/nowhere"];
    refused_whole(&collector, &import, &because("file_unreadable", &["/nowhere"]));
}

#[test]
fn a_client_is_added_once_and_its_code_and_number_are_checked() {
    let collector = collector();
    refused_whole(&collector, &["client", "add", CLIENT], &because("client_exists", &[CLIENT]));
    refused_whole(
        &collector,
        &["client", "add", "Société"],
        &Expected { field: Some("client"), ..because("client_code_invalid", &["Société"]) },
    );
    let siren = Expected { field: Some("siren"), ..because("siren_invalid", &["732829321"]) };
    refused_whole(&collector, &["client", "add", "other", "--siren", "732829321"], &siren);
    let clients = collector.json(&["client", "list"]);
    assert_eq!(clients["clients"].as_array().unwrap().len(), 1);
}

#[test]
fn a_day_to_come_is_refused_and_a_month_to_come_is_not() {
    let collector = collector();
    let day = Expected { field: Some("as_of"), ..because("day_in_future", &["2999"]) };
    for read in [
        &["reconcile", "--client", CLIENT, "--as-of", "2999-01-01"][..],
        &["assets", "--client", CLIENT, "--as-of", "2999-01-01"],
        &["bill", "preview", "--client", CLIENT, "--period", "2026-03", "--as-of", "2999-01-01"],
    ] {
        refused_whole(&collector, read, &day);
    }
    collector.json(&["bill", "preview", "--client", CLIENT, "--period", "2027-01"]);
}

#[test]
fn decisions_that_contradict_or_lack_their_object_are_refused() {
    let collector = collector();
    let document = collector.json(&["reconcile", "--client", CLIENT, "--as-of", "2026-03-31"]);
    let asset = document["assets"][0]["asset"].as_str().unwrap();
    let on = ["--client", CLIENT, "--effective", "2026-03-20", "--reason", "stock room"];
    let decide = |verb: &'static str, more: &[&'static str]| {
        let args: Vec<String> =
            ["decide", verb, asset].iter().chain(&on).chain(more).map(|arg| (*arg).to_owned()).collect();
        args
    };
    let run = |args: &[String], expected: &Expected<'_>| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        refused_whole(&collector, &args, expected);
    };
    collector.cli(&decide("stock", &[]).iter().map(String::as_str).collect::<Vec<_>>()).done();
    // The same again says nothing else; another state on that day does.
    let contradicts =
        Expected { field: Some("effective"), ..because("decision_contradicts", &["20 Mar 2026", "stock room"]) };
    run(&decide("spare", &[]), &contradicts);
    run(&decide("retire", &[]), &contradicts);
    let line = Expected { field: Some("line"), ..because("option_needed", &["--line"]) };
    run(&decide("include", &[]), &line);
    let line = Expected { field: Some("line"), ..because("line_not_in_contract", &["desktops", "laptops"]) };
    run(&decide("include", &["--line", "desktops"]), &line);
    let slot = Expected { field: Some("slot"), ..because("slot_unknown", &["laptop-999"]) };
    run(&decide("replace", &["--slot", "laptop-999"]), &slot);
    let needed = Expected { field: Some("assets"), ..because("assets_needed", &["2"]) };
    run(&decide("merge", &[]), &needed);
    let unknown = ["decide", "stock", "none", "--client", CLIENT, "--effective", "2026-03-20", "--reason", "x"];
    let asset_unknown = Expected { field: Some("assets"), ..because("asset_unknown", &["none"]) };
    refused_whole(&collector, &unknown, &asset_unknown);
    let blank = ["decide", "stock", asset, "--client", CLIENT, "--effective", "2026-03-21", "--reason", " "];
    refused_whole(&collector, &blank, &Expected { field: Some("reason"), ..because("cell_empty", &[]) });
    let early = [
        "decide",
        "include",
        asset,
        "--client",
        CLIENT,
        "--effective",
        "2026-01-31",
        "--reason",
        "x",
        "--line",
        "laptops",
    ];
    let expected = Expected { field: Some("effective"), ..because("before_contract", &["31 Jan 2026", "1 Feb 2026"]) };
    refused_whole(&collector, &early, &expected);
    let verb = ["decide", "forget", asset, "--client", CLIENT, "--effective", "2026-03-21", "--reason", "x"];
    let said = collector.cli(&verb);
    assert!(matches!(said.code, Some(1 | 2)) && said.err.contains("forget") && said.err.contains("retire"), "{said:?}");
}

#[test]
fn a_token_that_may_not_be_used_makes_no_agent() {
    let collector = collector();
    let enrol = |token: &str, code: &str| {
        let before = collector.export(CLIENT);
        let agent = Agent::of(&Machine::laptop(1));
        let args = ["enroll", "--collector", collector.enrolment(), "--token", token];
        refused(|locale, args| agent.cli_in(locale, args), &args, &because(code, &[]));
        assert_eq!(collector.export(CLIENT), before);
        let once = agent.once();
        assert_eq!((once.error()["code"].as_str(), once.out.as_str()), (Some("not_enrolled"), ""));
    };
    let token = collector.token(CLIENT, &[]);
    let first = Agent::of(&Machine::laptop(1));
    first.enroll(&collector, &token).done();
    enrol(&token, "token_spent");
    // The same machine again is no new agent: its key is the one that used the token.
    let before = collector.export(CLIENT);
    first.enroll(&collector, &token).done();
    assert_eq!(collector.export(CLIENT), before);

    let revoked = collector.token(CLIENT, &[]);
    collector.cli(&["token", "revoke", &revoked, "--client", CLIENT]).done();
    enrol(&revoked, "token_revoked");
    enrol("not-a-token", "token_invalid");

    // Two uses make two agents, never three, whoever comes at once.
    let two = collector.token(CLIENT, &["--uses", "2"]);
    let agents: Vec<Agent> = (2..8).map(|number| Agent::of(&Machine::laptop(number))).collect();
    let said: Vec<Said> = std::thread::scope(|scope| {
        let threads: Vec<_> = agents.iter().map(|agent| scope.spawn(|| agent.enroll(&collector, &two))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(said.iter().filter(|said| said.code == Some(0)).count(), 2, "{said:?}");
    let enrolled = collector.export(CLIENT).lines().filter(|line| line.contains("\"kind\":\"enrolled\"")).count();
    assert_eq!(enrolled, 3);

    let none = Expected { field: Some("uses"), ..because("number_out_of_range", &["uses"]) };
    refused_whole(&collector, &["token", "create", "--client", CLIENT, "--uses", "0"], &none);
}

#[test]
fn an_expired_token_makes_no_agent() {
    let first = collector();
    let token = first.token(CLIENT, &[]);
    let facts = first.export(CLIENT);
    // The same collector's keys, and its record as it will stand once the token's days are over.
    let mut second = Collector::prepare();
    copy_folder(&first.data().join("ca"), &second.data().join("ca"));
    second.restart();
    let made = facts.lines().find(|line| line.contains("\"kind\":\"token\"")).unwrap();
    let made: Value = serde_json::from_str(made).unwrap();
    let expires_at = made["fact"]["expires_at"].as_str().unwrap();
    let expired = sealed(&facts.replace(expires_at, "2026-01-01T00:00:00Z"));
    import_client(&second, &expired).done();
    let before = second.export(CLIENT);
    let agent = Agent::of(&Machine::laptop(1));
    let args = ["enroll", "--collector", second.enrolment(), "--token", &token];
    refused(|locale, args| agent.cli_in(locale, args), &args, &because("token_expired", &["expired"]));
    assert_eq!(second.export(CLIENT), before);
    agent.once().error();
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// An export whose lines were changed, with the check sum of its new ones.
fn sealed(facts: &str) -> String {
    let (body, _) = facts.trim_end().rsplit_once('\n').unwrap();
    let body = format!("{body}\n");
    let sum: String = sha2::Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{body}{{\"lines\":{},\"sha256\":\"{sum}\"}}\n", body.lines().count())
}

#[test]
fn an_agent_that_was_revoked_adds_nothing() {
    let collector = collector();
    let machine = Machine::laptop(1);
    let agent = Agent::enrolled(&machine, &collector, CLIENT);
    agent.once().done();
    let enrolled: Vec<Value> =
        collector.export(CLIENT).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let enrolled = enrolled.iter().find(|line| line["fact"]["kind"] == "enrolled").unwrap();
    collector.cli(&["agent", "revoke", enrolled["fact"]["agent"].as_str().unwrap()]).done();
    let before = collector.export(CLIENT);
    agent.becomes(&machine.hostname("changed"));
    let root = agent.root();
    refused(|locale, args| agent.cli_in(locale, args), &["once", "--root", arg(&root)], &because("agent_revoked", &[]));
    assert_eq!(collector.export(CLIENT), before);
}

#[test]
fn a_certificate_of_another_collector_is_not_let_in() {
    let [own, other] = [collector(), collector()];
    let agent = Agent::enrolled(&Machine::laptop(1), &other, CLIENT);
    agent.once().done();
    agent.follow(&own);
    let before = own.export(CLIENT);
    let root = agent.root();
    let said = agent.cli(&["once", "--json", "--root", arg(&root)]);
    said.error();
    assert_eq!(own.export(CLIENT), before);
    // Back at its own, it is itself.
    agent.follow(&other);
    agent.once().done();

    // A token carries the pin of its collector: a machine does not enrol with another one.
    let stranger = Agent::of(&Machine::laptop(2));
    let args = ["enroll", "--collector", own.enrolment(), "--token", &other.token(CLIENT, &[])];
    refused(|locale, args| stranger.cli_in(locale, args), &args, &because("collector_not_the_tokens", &[]));
    assert_eq!(own.export(CLIENT), before);
}

#[test]
fn a_second_collector_on_the_folder_is_refused_and_the_first_goes_on() {
    let collector = collector();
    let before = collector.export(CLIENT);
    refused(
        |locale, args| collector.cli_in(locale, args),
        &["serve"],
        &because("data_dir_in_use", &[arg(&collector.data())]),
    );
    assert_eq!(collector.export(CLIENT), before);
    assert!(collector.data().join("endpoints.json").exists(), "the running collector's addresses are still told");
    collector.add_client("another");
}

#[test]
fn without_a_collector_a_command_says_so() {
    let collector = Collector::prepare();
    let expected = because("collector_not_running", &["admin.sock", "serve"]);
    refused(|locale, args| collector.cli_in(locale, args), &["client", "list"], &expected);
    assert!(!collector.data().exists(), "asking makes no folder");
}

#[test]
fn an_export_that_was_altered_is_not_imported() {
    let source = collector();
    let facts = source.export(CLIENT);
    let target = Collector::start();
    let import = |name: &str, text: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("facts.jsonl"), text).unwrap();
        let said = target.cli(&["import", "client", arg(folder.path()), "--json"]);
        let code = said.error()["code"].as_str().unwrap().to_owned();
        assert!(code.starts_with("export_"), "{name}: {said:?}");
        refused(
            |locale, args| target.cli_in(locale, args),
            &["import", "client", arg(folder.path())],
            &Expected { line: said.error()["line"].as_u64(), field: None, code: &code, words: &[] },
        );
        let clients = target.json(&["client", "list"]);
        assert_eq!(clients["clients"].as_array().unwrap().len(), 0, "{name}: half a client was imported");
    };
    import("a price", &facts.replacen("12.00", "13.00", 1));
    let short: String = facts.lines().take(facts.lines().count() - 1).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    });
    import("its end", &short);
    let without_second: String =
        facts.lines().enumerate().filter(|(index, _)| *index != 2).fold(String::new(), |mut text, (_, line)| {
            let _ = writeln!(text, "{line}");
            text
        });
    import("a fact", &without_second);
    import("another file", "label;line\na;b\n");
    import("nothing", "");
    // The sound one still comes in.
    import_client(&target, &facts).done();
}

#[test]
fn explain_names_the_wrong_lines_and_explains_the_rest() {
    let sound = |id: &str, serial: &str| {
        let uuid = serial.bytes().fold(0x7a3b_0000_u64, |sum, byte| sum * 31 % 0xffff_ffff + u64::from(byte));
        format!(
            "{{\"report_id\":\"{id}\",\"sections\":{{\"firmware\":{{\"outcome\":\"ok\",\"data\":{{\"system\":{{\"serial\":\"{serial}\",\"manufacturer\":\"Dell Inc.\",\"uuid\":\"4c4c4544-0042-3510-8051-{uuid:012x}\"}}}}}}}}}}"
        )
    };
    let lines = [
        sound("a", "5CD1234XYZ"),
        "{\"report_id\":".to_owned(),
        sound("b", "5CD1234XYZ"),
        "{\"sections\":{}}".to_owned(),
        sound("c", "5CD9999AAA"),
        sound("c", "5CD9999AAB"),
        sound("a", "5CD1234XYZ"),
        "[1,2]".to_owned(),
    ];
    let input = lines.join("\n");
    let args = ["explain", "--report", "-"];
    let said = alone_with_input(Locale::English, &[&args[..], &["--json"]].concat(), &input);
    let explained: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let shown: Vec<(&str, &str, &str)> = explained
        .iter()
        .map(|line| ["report_id", "decision", "asset"].map(|key| line[key].as_str().unwrap()))
        .map(|[id, decision, asset]| (id, decision, asset))
        .collect();
    assert_eq!(said.code, Some(1));
    assert_eq!(shown[..2], [("a", "new", "a"), ("b", "link", "a")], "{shown:?}");
    let refused: Vec<(u64, String)> = said
        .err
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|error| error["line"].is_u64())
        .map(|error| (error["line"].as_u64().unwrap(), error["code"].as_str().unwrap().to_owned()))
        .collect();
    let numbers: Vec<u64> = refused.iter().map(|(line, _)| *line).collect();
    assert!([2, 4, 6, 8].iter().all(|line| numbers.contains(line)), "{refused:?}");
    assert!(!numbers.iter().any(|line| [1, 3, 7].contains(line)), "{refused:?}");
    assert!(refused.contains(&(6, "report_id_twice".to_owned())), "{refused:?}");
    for (locale, word) in [(Locale::English, "line 2"), (Locale::French, "ligne 2")] {
        let said = alone_with_input(locale, &args, &input);
        assert!(said.code == Some(1) && said.err.contains(word), "{said:?}");
        assert_eq!(said.out.lines().count(), explained.len());
    }
}

#[test]
fn usage_errors_exit_with_2() {
    for args in [&["reconcile"][..], &["bill", "preview", "--client", "a", "--period", "March"], &["fly"]] {
        assert_eq!(alone(Locale::English, args).code, Some(2), "{args:?}");
    }
}
