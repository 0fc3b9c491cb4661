//! Drafts: from findings, the amendment that would cover what is uncovered; from an inventory and a price list, the first
//! contract; and the quote of either. Nothing here is binding: what is signed and imported changes the perimeter.

use std::collections::BTreeMap;

use cadastre_domain::asset::Asset;
use cadastre_domain::calendar::Month;
use cadastre_domain::category::Category;
use cadastre_domain::contract::Admission;
use cadastre_domain::finding::added;
use cadastre_domain::money::{Amount, Price, charge};
use cadastre_domain::perimeter::{Agreement, State};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use cadastre_domain::standing::{Standing, Status, seen_lately};
use jiff::civil::Date;
use serde::Serialize;

/// `cadastre/draft/1`: what would be added to a contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Draft {
    /// `cadastre/draft/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// Contract id.
    pub contract: String,
    /// First day of the amendment or the contract: of next month, where none is asked.
    pub effective_on: Date,
    /// Number that the amendment would bear; 0 = it is the contract itself.
    pub number: u32,
    /// Currency.
    pub currency: String,
    /// One row a contract line.
    pub lines: Vec<DraftLine>,
    /// Σ a month, net.
    pub amount_month: String,
    /// Σ a year, net.
    pub amount_year: String,
    /// The amendment and the annex rows, as TOML to paste at the end of the contract's file; or the contract's file.
    pub text: String,
    /// Devices of a first contract that the price list has no price for: (name, category).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unpriced: Vec<(String, Option<Category>)>,
}

/// What a line would gain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DraftLine {
    /// Line id.
    pub line: String,
    /// What the contract calls it.
    pub label: String,
    /// Contracted now.
    pub count_now: u32,
    /// Contracted then.
    pub count_then: u32,
    /// Names of the devices.
    pub devices: Vec<String>,
    /// A month more, net.
    pub amount_month: String,
}

impl Draft {
    /// The draft for one contract.
    ///
    /// # Errors
    /// `contract_unknown`, `day_before_contract`, `draft_in_closed_month`, `nothing_to_draft`, `amount_overflow`.
    pub fn of(register: &Register, contract: &str, effective_on: Option<Date>) -> Result<Self, Refusal> {
        let place = register.agreements.iter().position(|agreement| agreement.contract.id == contract);
        let Some((index, agreement)) = place.and_then(|index| Some((index, register.agreements.get(index)?))) else {
            return Err(Refusal::new("contract_unknown").with("contract", contract).with("client", &register.client));
        };
        let first_day = agreement.contract.first_day();
        if let Some(day) = effective_on.filter(|day| *day < first_day) {
            let refusal = Refusal::new("day_before_contract").with("day", day).with("first", first_day);
            return Err(refusal.with("contract", contract).on("effective"));
        }
        check_open(register, effective_on)?;
        let effective_on = effective_on.unwrap_or_else(|| Month::of(register.as_of).plus(1).first()).max(first_day);
        let by_line = missing(register, index, agreement);
        if by_line.is_empty() {
            return Err(Refusal::new("nothing_to_draft").with("contract", contract));
        }
        let mut lines = Vec::new();
        let mut total = Amount::ZERO;
        for (line, assets) in &by_line {
            let more = u32::try_from(assets.len()).unwrap_or(u32::MAX);
            let amount = added(register, index, line, more)?;
            total = total.plus(amount)?;
            let held = register.lines.iter().find(|count| count.agreement == index && count.line == *line);
            let covered = held.map_or(0, |count| count.covered);
            let contracted = agreement.contract.line_on(line, register.as_of);
            let count_now = contracted.map_or(0, |line| line.count);
            lines.push(DraftLine {
                line: (*line).to_owned(),
                label: contracted.map_or_else(|| (*line).to_owned(), |line| line.label.clone()),
                count_now,
                count_then: count_now.max(covered.saturating_add(more)),
                devices: assets.iter().map(|asset| asset.name.clone()).collect(),
                amount_month: amount.to_string(),
            });
        }
        let number =
            agreement.contract.amendments.iter().map(|amendment| amendment.number).max().map_or(1, |last| last + 1);
        Ok(Self {
            schema: "cadastre/draft/1",
            client: register.client.clone(),
            contract: contract.to_owned(),
            effective_on,
            number,
            currency: agreement.contract.currency.clone(),
            text: text(register, agreement, number, effective_on, &lines, &by_line),
            lines,
            amount_month: total.to_string(),
            amount_year: Amount::total([total; 12])?.to_string(),
            unpriced: Vec::new(),
        })
    }

    /// A first contract: every uncovered device that was seen, on a line of its category at its price a month. The lines
    /// bear the names that `called` gives to their categories.
    ///
    /// # Errors
    /// `contract_exists`, `draft_in_closed_month`, `nothing_seen`, `amount_overflow`.
    pub fn first(
        register: &Register,
        contract: &str,
        effective_on: Option<Date>,
        prices: &BTreeMap<Category, Price>,
        called: impl Fn(Category) -> String,
    ) -> Result<Self, Refusal> {
        if register.contracts().into_iter().any(|known| known.id == contract) {
            return Err(Refusal::new("contract_exists").with("contract", contract).with("client", &register.client));
        }
        check_open(register, effective_on)?;
        let effective_on = effective_on.unwrap_or_else(|| Month::of(register.as_of).plus(1).first());
        let mut by_line: BTreeMap<Category, Vec<&Asset>> = BTreeMap::new();
        let mut unpriced = Vec::new();
        for standing in register.standings.iter().filter(|standing| standing.status == Status::Uncovered) {
            let Some(asset) = register.assets.get(standing.asset) else { continue };
            let category = asset.category_at(register.at).map(|verdict| verdict.category);
            match category.filter(|category| prices.contains_key(category)) {
                Some(category) => by_line.entry(category).or_default().push(asset),
                None => unpriced.push((asset.name.clone(), category)),
            }
        }
        if by_line.is_empty() {
            return Err(Refusal::new("nothing_seen").with("client", &register.client));
        }
        let (mut lines, mut total) = (Vec::new(), Amount::ZERO);
        let mut text = head(&register.client, contract, effective_on);
        for (category, assets) in &mut by_line {
            let Some(price) = prices.get(category) else { continue };
            assets.sort_by(|one, other| one.name.cmp(&other.name));
            let label = called(*category);
            let amount = charge(i64::try_from(assets.len()).unwrap_or(i64::MAX), *price, 1, None)?;
            total = total.plus(amount)?;
            text += &format!(
                "\n[[lines]]\nid = \"{category}\"\nlabel = {}\nformula = \"forfait\"\ncategory = \"{category}\"\n\
                 mode = \"prorata\"\nunit_price = \"{price}\"\ncount = {}\n",
                quoted(&label),
                assets.len()
            );
            lines.push(DraftLine {
                line: category.to_string(),
                label,
                count_now: 0,
                count_then: u32::try_from(assets.len()).unwrap_or(u32::MAX),
                devices: assets.iter().map(|asset| asset.name.clone()).collect(),
                amount_month: amount.to_string(),
            });
        }
        let named =
            by_line.iter().flat_map(|(category, assets)| assets.iter().map(|asset| (category.to_string(), *asset)));
        text += &annex(register, named, Vec::new(), effective_on);
        Ok(Self {
            schema: "cadastre/draft/1",
            client: register.client.clone(),
            contract: contract.to_owned(),
            effective_on,
            number: 0,
            currency: CURRENCY.to_owned(),
            text,
            lines,
            amount_month: total.to_string(),
            amount_year: Amount::total([total; 12])?.to_string(),
            unpriced,
        })
    }
}

/// Currency of a price list.
const CURRENCY: &str = "EUR";

/// What a first contract says before its lines: the shortest term that commits nobody further, paid in arrears.
fn head(client: &str, contract: &str, effective_on: Date) -> String {
    let (contract, client) = (quoted(contract), quoted(client));
    format!(
        "id = {contract}\nclient = {client}\n# signed_on = \neffective_on = {effective_on}\ninitial_months = 12\n\
         renewal = {{ kind = \"none\" }}\n\n[billing]\ntiming = \"arrears\"\nperiod = \"month\"\nvat_rate = \"20.00\"\n"
    )
}

/// What is drafted takes effect in an open month.
fn check_open(register: &Register, effective_on: Option<Date>) -> Result<(), Refusal> {
    let Some(day) = effective_on else { return Ok(()) };
    match register.closed_month(Month::of(day)) {
        Some(closed) => {
            let refusal = Refusal::new("draft_in_closed_month").with("day", day);
            Err(refusal.with("month", closed.closed.month).on("effective"))
        }
        None => Ok(()),
    }
}

/// The devices that each line of a contract lacks: those of its findings; where its annex names nobody, which is one
/// finding, those that are seen today.
fn missing<'a>(register: &'a Register, index: usize, agreement: &'a Agreement) -> BTreeMap<&'a str, Vec<&'a Asset>> {
    let mut by_line: BTreeMap<&str, Vec<&Asset>> = BTreeMap::new();
    let own = || register.findings.iter().filter(|finding| finding.agreement == Some(index));
    for finding in own() {
        if let ("uncovered" | "over_count", Some(line), Some(asset)) = (finding.code, &finding.line, finding.asset) {
            by_line.entry(line).or_default().extend(register.assets.get(asset));
        }
    }
    if own().any(|finding| finding.code == "annex_empty") {
        let lines = agreement.contract.lines_on(register.as_of);
        for standing in register.standings.iter().filter(|standing| is_unnamed(register, standing)) {
            let Some(asset) = register.assets.get(standing.asset) else { continue };
            let Some(category) = asset.category_at(register.at).map(|verdict| verdict.category) else { continue };
            // Its line is the first of its category; another admission has findings of its own.
            let line = lines.iter().find(|line| line.category == category.as_str());
            if let Some(line) = line.filter(|line| line.admission == Admission::Annex) {
                by_line.entry(&line.id).or_default().push(asset);
            }
        }
    }
    by_line
}

/// Seen lately, in use, and held by no slot.
fn is_unnamed(register: &Register, standing: &Standing) -> bool {
    standing.status == Status::Uncovered
        && standing.state == State::Active
        && seen_lately(register, standing.last_seen)
        && !register.perimeter.excluded(standing.asset, register.as_of)
}

/// The amendment as TOML: counts, and one annex row a device, named by what identifies it best.
fn text(
    register: &Register,
    agreement: &Agreement,
    number: u32,
    effective_on: Date,
    lines: &[DraftLine],
    by_line: &BTreeMap<&str, Vec<&Asset>>,
) -> String {
    let mut text = format!("\n[[amendments]]\nnumber = {number}\n# signed_on = \neffective_on = {effective_on}\n");
    for line in lines.iter().filter(|line| line.count_now > 0 && line.count_then != line.count_now) {
        text += &format!("[amendments.lines.{}]\ncount = {}\n", line.line, line.count_then);
    }
    let taken = agreement.annex.iter().map(|entry| entry.row.label.clone()).collect();
    let named = by_line.iter().flat_map(|(line, assets)| assets.iter().map(|asset| ((*line).to_owned(), *asset)));
    text + &annex(register, named, taken, effective_on)
}

/// Annex rows of assets on their lines, with labels that are not taken.
fn annex<'a>(
    register: &Register,
    named: impl Iterator<Item = (String, &'a Asset)>,
    mut taken: Vec<String>,
    effective_on: Date,
) -> String {
    let mut text = String::new();
    for (line, asset) in named {
        let sightings = asset.sightings.iter().rev().filter_map(|index| register.sightings.get(*index));
        let serial = sightings.clone().find_map(|s| {
            s.evidence.system_serial.as_deref().or(s.evidence.untyped_serial.as_deref()).filter(|text| !text.is_empty())
        });
        let label = free(&asset.name, &taken);
        text += &format!("\n[[annex]]\nlabel = {}\nline = {}\n", quoted(&label), quoted(&line));
        taken.push(label);
        match serial {
            Some(serial) => text += &format!("serial = {}\n", quoted(serial)),
            None => text += &format!("hostname = {}\n", quoted(&asset.name)),
        }
        text += &format!("from = {effective_on}\n");
    }
    text
}

/// A label that no row has yet.
fn free(name: &str, taken: &[String]) -> String {
    let is_free = |label: &String| !taken.contains(label);
    let numbered = (2..).map(|number: u32| format!("{name}-{number}"));
    core::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| name.to_owned())
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
