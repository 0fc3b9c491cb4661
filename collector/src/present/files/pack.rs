//! The dispute pack as files: printable pages in both languages, tables, facts, contracts, and the manifest over them all.

use std::collections::BTreeMap;

use askama::Template;
use cadastre_domain::closing::Closed;
use cadastre_domain::fact::{Fact, Recorded};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;

use super::{csv, statement};
use crate::present::text::paper::{self, PackWords};
use crate::present::text::table::{fill, find};
use crate::present::text::{Language, date, label, number};
use crate::views::bill::{Bill, BillLine};
use crate::views::pack::{self, Holder, Manifest, Proof, ProofSlot};
use crate::views::parties::{Party, parties_on};
use crate::views::statement::Statement;
use crate::views::verification::VerifiedBill;

/// The files of a pack, by name.
///
/// # Errors
/// What pricing and writing refuse.
pub(crate) fn files(
    register: &Register,
    closed: &Closed,
    proof: &Proof,
    statement: &Statement,
    recorded: &[Recorded],
) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert("bill.csv".to_owned(), csv::bills(&proof.bills)?.into_bytes());
    let mut documents = String::new();
    for bill in &proof.bills {
        documents += &serde_json::to_string(bill).map_err(|error| Refusal::new("internal").with("reason", error))?;
        documents.push('\n');
    }
    files.insert(pack::BILL.to_owned(), documents.into_bytes());
    files.insert(pack::SLOT_DAYS.to_owned(), pack::slot_days(&closed.closed).into_bytes());
    files.insert("observations.csv".to_owned(), pack::observations(register, &closed.closed).into_bytes());
    files.insert(pack::FACTS.to_owned(), pack::chained(&register.client, recorded)?.into_bytes());
    for recorded in recorded.iter().filter(|recorded| recorded.seq < closed.seq) {
        // The newest before the closing stands, under a name that no path can hide in.
        if let Fact::Contract { contract, text } = &recorded.fact {
            let plain: String = contract.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            files.insert(format!("contract-{plain}.toml"), text.clone().into_bytes());
        }
    }
    for language in [Language::Fr, Language::En] {
        let page = statement::page(statement, language)?;
        files.insert(format!("statement-{}.html", language.code()), page.into_bytes());
    }
    let parties = parties_on(register, closed.closed.month.last());
    let listed = Manifest::of(&register.client, closed.closed.month, "", entries(&files)).files;
    for language in [Language::Fr, Language::En] {
        let page = page(proof, &parties, &listed, register, language)?;
        files.insert(format!("index-{}.html", language.code()), page.into_bytes());
    }
    let manifest = Manifest::of(&register.client, closed.closed.month, &proof.verification.head, entries(&files));
    files.insert(pack::MANIFEST.to_owned(), manifest.text().into_bytes());
    Ok(files.into_iter().collect())
}

fn entries(files: &BTreeMap<String, Vec<u8>>) -> impl Iterator<Item = (&str, &[u8])> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
}

#[derive(Template)]
#[template(path = "pack.html")]
struct Page<'a> {
    language: &'static str,
    w: &'static PackWords,
    p: &'a Proof,
    title: String,
    provider: Option<(String, String)>,
    client_siren: String,
    closed_at: String,
    verdicts: Vec<([String; 4], bool)>,
    bills: Vec<BillPart>,
    groups: Vec<Group>,
    files: Vec<[String; 3]>,
}

struct BillPart {
    title: String,
    dated: String,
    lines: Vec<[String; 6]>,
    totals: Vec<(String, String)>,
}

/// The slots of one line in one month.
struct Group {
    title: String,
    total: String,
    rows: Vec<[String; 6]>,
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    w: &'static PackWords,
    language: Language,
    register: &'a Register,
}

fn page(
    proof: &Proof,
    (provider, client): &(Option<Party>, Party),
    listed: &BTreeMap<String, String>,
    register: &Register,
    language: Language,
) -> Result<String, Refusal> {
    let w = PackWords::of(language);
    let to = Writer { w, language, register };
    let siren = |party: &Party| paper::siren(party.siren.as_deref());
    let page = Page {
        language: language.code(),
        w,
        p: proof,
        title: to.fill(w.title, &[("month", &date::month(proof.start, language))]),
        provider: provider.as_ref().map(|party| (party.name.clone(), siren(party))),
        client_siren: siren(client),
        closed_at: date::instant(proof.closed_at, &register.zone, language),
        verdicts: proof.verification.bills.iter().map(|bill| to.verdict(bill)).collect(),
        bills: proof.bills.iter().map(|bill| to.bill(bill)).collect(),
        groups: to.groups(&proof.slots),
        files: listed.iter().map(|(name, hash)| [name.clone(), to.about(name), hash.clone()]).collect(),
    };
    page.render().map_err(|error| Refusal::new("internal").with("reason", error))
}

impl Writer<'_> {
    fn fill(self, text: &str, args: &[(&str, &str)]) -> String {
        fill(text, args, self.language)
    }

    fn day(self, day: jiff::civil::Date) -> String {
        date::day(day, self.language)
    }

    fn verdict(self, bill: &VerifiedBill) -> ([String; 4], bool) {
        let same = bill.differences.is_empty() && bill.issued == bill.recomputed;
        let lines = bill.differences.len().to_string();
        let result = if same { self.w.same.to_owned() } else { self.fill(self.w.differs, &[("lines", &lines)]) };
        let amount = |text: &str| number::amount(text, &bill.currency, self.language);
        ([bill.entity.clone(), amount(&bill.issued), amount(&bill.recomputed), result], same)
    }

    fn bill(self, bill: &Bill) -> BillPart {
        let amount = |text: &str| number::amount(text, &bill.currency, self.language);
        let mut totals = vec![(self.w.total_net.to_owned(), amount(&bill.total_net))];
        totals.extend(bill.vat.iter().map(|row| {
            let (rate, base) = (number::percent(&row.rate, self.language), amount(&row.base));
            (self.fill(self.w.vat_of, &[("rate", &rate), ("base", &base)]), amount(&row.amount))
        }));
        totals.push((self.w.total_gross.to_owned(), amount(&bill.total_gross)));
        BillPart {
            title: self.fill(self.w.bill_of, &[("reference", &bill.reference)]),
            dated: self.fill(self.w.dated, &[("date", &self.day(bill.date)), ("due", &self.day(bill.due))]),
            lines: bill.lines.iter().map(|line| self.line(line, &bill.currency)).collect(),
            totals,
        }
    }

    fn line(self, line: &BillLine, currency: &str) -> [String; 6] {
        let price = number::amount(&line.unit_price, currency, self.language);
        let mut computation = format!("{} × {price}", number::count(line.quantity, self.language));
        if line.price_base != 1 {
            computation += &format!(" ÷ {}", line.price_base);
        }
        if let Some(discount) = &line.discount {
            let percent = number::percent(discount, self.language);
            computation += &format!(", {}", self.fill(self.w.discount, &[("percent", &percent)]));
        }
        [
            line.label.clone(),
            format!("{} · {}", line.contract, label::name(label::BILL_KINDS, &line.kind, self.language)),
            self.fill(self.w.range, &[("from", &self.day(line.from)), ("to", &self.day(line.to))]),
            computation,
            number::percent(&line.vat_rate, self.language),
            number::amount(&line.amount, currency, self.language),
        ]
    }

    fn groups(self, slots: &[ProofSlot]) -> Vec<Group> {
        let mut groups: Vec<(&ProofSlot, Vec<&ProofSlot>)> = Vec::new();
        for slot in slots {
            match groups.last_mut() {
                Some((first, own))
                    if (first.month, &first.contract, &first.line) == (slot.month, &slot.contract, &slot.line) =>
                {
                    own.push(slot);
                }
                _ => groups.push((slot, vec![slot])),
            }
        }
        let group = |(first, own): (&ProofSlot, Vec<&ProofSlot>)| {
            let days: u64 = own.iter().map(|slot| u64::from(slot.days)).sum();
            let (days, slots) = (number::count(days, self.language), own.len().to_string());
            let month = date::month(first.month.first(), self.language);
            Group {
                title: self.fill(self.w.slots_of, &[("line", &first.line), ("month", &month)]),
                total: self.fill(self.w.slots_total, &[("days", &days), ("slots", &slots)]),
                rows: own.into_iter().map(|slot| self.slot(slot)).collect(),
            }
        };
        groups.into_iter().map(group).collect()
    }

    fn slot(self, slot: &ProofSlot) -> [String; 6] {
        let whole = slot.days == slot.month.days();
        let runs = slot.runs.iter().map(|run| match run.start == run.end {
            true => date::short(run.start, self.language),
            false => format!("{} – {}", date::short(run.start, self.language), date::short(run.end, self.language)),
        });
        let each = |of: &dyn Fn(&Holder) -> String| {
            let mut texts: Vec<String> = slot.holders.iter().map(of).collect();
            texts.dedup();
            texts.join(", ")
        };
        [
            slot.slot.clone(),
            each(&|holder| holder.name.clone()),
            slot.days.to_string(),
            if whole { self.w.whole.to_owned() } else { runs.collect::<Vec<_>>().join(", ") },
            each(&|holder| label::name(paper::ORIGINS, holder.opened_by, self.language).to_owned()),
            each(&|holder| self.seen(holder)),
        ]
    }

    fn seen(self, holder: &Holder) -> String {
        let day = |at| date::short(cadastre_domain::calendar::day_of(at, &self.register.zone), self.language);
        match (holder.first_seen.map(day), holder.last_seen.map(day)) {
            (Some(first), Some(last)) if first != last => format!("{first} – {last}"),
            (Some(day), _) | (None, Some(day)) => day,
            (None, None) => self.w.unseen.to_owned(),
        }
    }

    fn about(self, name: &str) -> String {
        let kind = ["contract", "statement"].into_iter().find(|kind| name.starts_with(kind)).unwrap_or(name);
        find(paper::PACK_FILES, kind, self.language).unwrap_or_default().to_owned()
    }
}
