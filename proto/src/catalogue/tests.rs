//! The embedded table is sound, and the matcher compares as it says.

use super::*;

fn embedded() -> Catalogue {
    Catalogue::embedded().unwrap()
}

fn names(found: &[Match<'_>]) -> Vec<String> {
    found.iter().map(|found| found.product.name.clone()).collect()
}

#[test]
fn the_embedded_table_knows_two_hundred_products() {
    let catalogue = embedded();
    assert!(catalogue.products().len() >= 200, "{}", catalogue.products().len());
    for category in Category::ALL {
        assert!(catalogue.products().iter().any(|product| product.category == *category), "{}", category.word());
    }
    let verified = catalogue.facts.iter().filter(|fact| fact.verified).count();
    assert!(verified * 2 > catalogue.facts.len());
}

#[test]
fn the_products_of_a_usual_server_are_found_by_package() {
    let catalogue = embedded();
    for (package, product, category) in [
        ("clamav-daemon", "ClamAV", Category::Antivirus),
        ("thunderbird", "Mozilla Thunderbird", Category::MailClient),
        ("postfix", "Postfix", Category::MailServer),
        ("ufw", "UFW", Category::Firewall),
        ("restic", "restic", Category::Backup),
    ] {
        let found = catalogue.matches(System::Linux, FactKind::Package, package);
        assert_eq!(names(&found), [product], "{package}");
        assert_eq!(found[0].product.category, category);
        assert!(found[0].fact.verified);
    }
    assert!(catalogue.matches(System::Linux, FactKind::Package, "libc6").is_empty());
    assert!(catalogue.matches(System::Windows, FactKind::Package, "ufw").is_empty());
}

#[test]
fn globs_and_case() {
    let catalogue = embedded();
    let found = catalogue.matches(System::Windows, FactKind::DisplayName, "ESET ENDPOINT ANTIVIRUS 11.1");
    assert_eq!(names(&found), ["ESET Endpoint Antivirus / Endpoint Security"]);
    assert!(!catalogue.matches(System::Windows, FactKind::Service, "windefend").is_empty());
    assert!(catalogue.matches(System::Linux, FactKind::Package, "Postfix").is_empty());
}

#[test]
fn glob_vectors() {
    for (pattern, text, fits) in [
        ("a*", "abc", true),
        ("*c", "abc", true),
        ("a*c", "abbc", true),
        ("a*c", "ab", false),
        ("*b*", "abc", true),
        ("*", "", true),
        ("a", "ab", false),
        ("ab*ba", "aba", false),
        ("a**b", "ab", true),
        ("é*", "école", true),
    ] {
        assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
    }
}

#[test]
fn management_agents_are_marked() {
    let catalogue = embedded();
    let found = catalogue.matches(System::Windows, FactKind::Service, "EraAgentSvc");
    assert_eq!(found[0].fact.role, Some(Role::Management));
    let found = catalogue.matches(System::Linux, FactKind::Package, "klnagent64");
    assert_eq!(found[0].fact.role, Some(Role::Management));
}

#[test]
fn a_bad_table_is_refused_with_its_line() {
    let header = "revision\t7\nproduct\tvendor\tcategory\tos\tkind\tvalue\tmatch\tverified\trole\n";
    let good = "P\tV\tbackup\tlinux\tpackage\tp\texact\tyes\t\n";
    let parse = |body: &str| Catalogue::parse(&format!("{header}{body}")).map(|_| ());
    assert_eq!(parse(good), Ok(()));
    assert_eq!(Catalogue::parse(good).map(|_| ()), Err(TableError::Header));
    assert_eq!(parse(&format!("{good}{good}")), Err(TableError::Duplicate(4)));
    assert_eq!(parse("P\tV\tbackup\n"), Err(TableError::Columns(3)));
    let other = "P\tV\tvpn\tlinux\tpackage\tq\texact\tyes\t\n";
    assert_eq!(parse(&format!("{good}{other}")), Err(TableError::Product(4)));
    let word = "P\tV\ttoaster\tlinux\tpackage\tq\texact\tyes\t\n";
    assert_eq!(parse(word), Err(TableError::Word { line: 3, word: "toaster".to_owned() }));
}
