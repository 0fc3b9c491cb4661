//! Perimeter and money of many assets, identity given: how long, what each asset costs, and the same join in DuckDB.
//!
//! `cargo bench -p cadastre-tests --bench perimeter -- [ASSETS]… [--out DIR]`: sizes, by default 10,000, 100,000 and
//! 1,000,000, in clients of a hundred. With `--out`, writes the inputs as CSV and the total to DIR for
//! `tests/bench/perimeter/joined.py`. It judges nothing.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement, run by hand")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cadastre_domain::asset::Asset;
use cadastre_domain::calendar::Month;
use cadastre_domain::category::categorise;
use cadastre_domain::contract;
use cadastre_domain::evidence::{Evidence, Sighting, SourceKind};
use cadastre_domain::fact::{AnnexRow, Facts};
use cadastre_domain::identify::Identity;
use cadastre_domain::perimeter::{Agreement, AnnexEntry, Observed, lay, slot_days};
use cadastre_domain::price::{Indexes, Inputs, bill};
use cadastre_domain::source::Lists;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

const ASSETS_A_CLIENT: usize = 100;
const MONTH_DAYS: i8 = 31;

/// What the rules are given of one client.
struct Client {
    code: String,
    facts: Facts,
    sightings: Vec<Sighting>,
    assets: Vec<Asset>,
    agreements: Vec<Agreement>,
    identity: Identity,
    lists: Lists,
}

fn main() {
    let mut sizes = Vec::new();
    let mut out: Option<PathBuf> = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--out" => out = words.next().map(PathBuf::from),
            "--bench" => {}
            size => sizes.push(size.parse().expect("a number of assets")),
        }
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, 1_000_000];
    }
    for size in sizes {
        let (mut spent, mut cents) = (Duration::ZERO, 0i64);
        let mut rows = out.as_ref().map(|_| Rows::default());
        for code in 0..size / ASSETS_A_CLIENT {
            let client = client(code);
            if let Some(rows) = &mut rows {
                rows.add(&client);
            }
            let (took, net) = timed(|| net(&client));
            spent += took;
            cents += net;
        }
        let each = spent.as_secs_f64() * 1e6 / f64::from(u32::try_from(size).expect("a size"));
        println!("{size:>9} assets: {:.3} s, {each:.2} µs an asset, {cents} cents", spent.as_secs_f64());
        if let (Some(rows), Some(out)) = (rows, &out) {
            rows.write(&out.join(size.to_string()), spent, cents);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a stop-watch")]
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = std::time::Instant::now();
    let made = work();
    (start.elapsed(), made)
}

/// A client's perimeter, laid anew, and its bill of March, net, in cents.
fn net(client: &Client) -> i64 {
    let observed = Observed {
        facts: &client.facts,
        sightings: &client.sightings,
        lists: &client.lists,
        identity: &client.identity,
        assets: &client.assets,
    };
    let month = march();
    let perimeter = lay(&observed, &client.agreements, &[], &|_| None);
    let days = [slot_days(&client.agreements, &perimeter, month, &[])];
    let contracts: Vec<_> = client.agreements.iter().map(|agreement| &agreement.contract).collect();
    let indexes = Indexes::default();
    let inputs = Inputs { slot_days: &days, usage: &[], indexes: &indexes, issued: &[] };
    let bills = bill(&client.code, &contracts, inputs, month).expect("a bill");
    bills.iter().map(|bill| bill.total_net.cents()).sum()
}

fn march() -> Month {
    Month::of(date(2026, 3, 1))
}

/// Laptops of the annex, some for a part of the month; desktops that a line admits up to its count; servers that another
/// admits whatever their number; tablets that nothing covers.
fn client(code: usize) -> Client {
    let code = format!("client-{code:05}");
    let text = format!(
        "id = \"K\"\nclient = \"{code}\"\neffective_on = 2026-01-01\ninitial_months = 12\nnotice_months = 3\n\
         renewal = {{ kind = \"tacit\", months = 12 }}\n[billing]\ntiming = \"arrears\"\nperiod = \"month\"\n\
         vat_rate = \"20.00\"\n\
         [[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\nmode = \"prorata\"\n\
         unit_price = \"12.00\"\ncount = 40\n\
         [[lines]]\nid = \"desktops\"\nformula = \"forfait\"\ncategory = \"desktop\"\nmode = \"prorata\"\n\
         admission = \"auto\"\nunit_price = \"9.50\"\ncount = 25\n\
         [[lines]]\nid = \"servers\"\nformula = \"forfait\"\ncategory = \"server\"\nmode = \"prorata\"\n\
         admission = \"unlimited\"\nunit_price = \"45.17\"\n"
    );
    let contract = contract::read(&text).expect("the contract");
    let mut client = Client {
        facts: Facts { client: code.clone(), ..Facts::default() },
        code,
        sightings: Vec::new(),
        assets: Vec::new(),
        agreements: Vec::new(),
        identity: Identity::default(),
        lists: Lists::default(),
    };
    let mut annex = Vec::new();
    for number in 0..ASSETS_A_CLIENT {
        let (from, to) = span(number);
        client.add(number, from);
        if number < 40 {
            let row = AnnexRow { label: format!("lt-{number:03}"), from: Some(from), to, ..AnnexRow::default() };
            annex.push(AnnexEntry { row: AnnexRow { line: Some("laptops".to_owned()), ..row }, asset: number, seq: 2 });
        }
    }
    client.agreements.push(Agreement { contract, seq: 2, annex });
    client
}

/// The first day of an asset, and its last when it leaves.
fn span(number: usize) -> (Date, Option<Date>) {
    let number = i8::try_from(number).unwrap_or_default();
    let from = if number % 10 == 0 { date(2026, 3, 1 + number % MONTH_DAYS) } else { date(2026, 1, 1 + number % 28) };
    let to = (number % 7 == 3).then(|| date(2026, 3, 8 + number % 20));
    (from, to)
}

impl Client {
    fn add(&mut self, number: usize, from: Date) {
        let category = match number {
            0..40 => "laptop",
            40..70 => "desktop",
            70..90 => "server",
            _ => "tablet",
        };
        let evidence = Evidence { claimed_category: Some(category.to_owned()), ..Evidence::default() };
        let first = jiff::tz::TimeZone::UTC.to_timestamp(from.at(8, 0, 0, 0)).expect("an instant");
        let verdict = categorise(&evidence);
        // Seen once a week since its first day.
        let contacts: Vec<Timestamp> =
            (0..12).filter_map(|week| first.checked_add((week * 168).hours()).ok()).collect();
        self.sightings.push(Sighting {
            id: format!("r-{number:03}"),
            source: "agent".to_owned(),
            kind: SourceKind::Agent,
            native_id: Some(format!("agent-{number:03}")),
            recorded: first,
            last_contact: None,
            evidence,
        });
        self.assets.push(Asset {
            id: format!("asset-{number:03}"),
            name: format!("pc-{number:03}"),
            sightings: vec![number],
            agent_contacts: contacts.clone(),
            contacts,
            site: None,
            in_task: false,
            categories: vec![(first, verdict)],
        });
    }
}

/// The inputs, flat.
#[derive(Default)]
struct Rows {
    assets: String,
}

impl Rows {
    fn add(&mut self, client: &Client) {
        for (number, asset) in client.assets.iter().enumerate() {
            let (from, to) = span(number);
            let category = asset.categories.first().map_or("", |(_, verdict)| verdict.category.as_str());
            let to = to.filter(|_| number < 40).map(|to| to.to_string()).unwrap_or_default();
            let _ = writeln!(self.assets, "{},{},{category},{from},{to}", client.code, asset.id);
        }
    }

    fn write(&self, folder: &Path, spent: Duration, cents: i64) {
        fs::create_dir_all(folder).expect("a folder");
        fs::write(folder.join("assets.csv"), format!("client,asset,category,first,last\n{}", self.assets))
            .expect("a file");
        let told = format!("{{\"seconds\":{},\"cents\":{cents}}}\n", spent.as_secs_f64());
        fs::write(folder.join("told.json"), told).expect("a file");
    }
}
