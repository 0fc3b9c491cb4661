//! What a form asks, read against the register: the rows, the decisions they become, what those would do.

use cadastre_domain::calendar::day_of;
use cadastre_domain::fact::Verb;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;

use super::choice::{self, Anchor, Choice};
use super::reading::Reading;
use super::{OPERATOR, undo};
use crate::admin::decide::{Decide, Weighed, weigh};
use crate::present::Shared;
use crate::present::form::Sent;
use crate::present::pages::clients::is_zero;
use crate::present::query::encode;
use crate::present::text::decide::{ASKED, DO, DecideWords, WorkWords};
use crate::present::text::refusal::document;
use crate::present::text::table::{fill, say};
use crate::present::text::{Language, date, finding, label, number};
use crate::views::worklist::{Tab, WorkRow, Worklist};

/// What a page of a decision is made of.
pub(super) struct Plan {
    pub(super) client_name: String,
    pub(super) tab: Option<Tab>,
    pub(super) verb: Verb,
    pub(super) verbs: Vec<Verb>,
    /// The hidden fields that say what it is about: `finding`, `asset` or `undo`.
    pub(super) subjects: Vec<(&'static str, String)>,
    pub(super) rows: Vec<Row>,
    pub(super) choice: Choice,
    /// What fields hold until something is typed.
    pub(super) defaults: Vec<(&'static str, String)>,
    pub(super) reason: String,
    pub(super) weighed: Weighed,
    /// What was typed wrongly; nothing was weighed then.
    pub(super) refused: Option<Refusal>,
    pub(super) undoing: Option<String>,
    decisions: Vec<Decide>,
    amendment: Option<(String, u32)>,
}

/// A row that is decided about.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) said: Option<String>,
    pub(super) day: Option<String>,
    pub(super) amount: Option<String>,
    pub(super) refused: Option<String>,
}

/// What a row is about.
pub(super) struct Subject<'w> {
    pub(super) row: Option<&'w WorkRow>,
    /// Ids of its assets.
    pub(super) assets: Vec<String>,
    pub(super) name: String,
}

impl Plan {
    /// Reads what was sent.
    ///
    /// # Errors
    /// What a page cannot stand without: the client, at least one row that exists, a verb.
    pub(super) async fn of(shared: &Shared, client: &str, sent: &Sent, language: Language) -> Result<Self, Refusal> {
        let registers = &shared.office.registers;
        let register = registers.of(client, None, None).await?;
        let work = Worklist::of(&register)?;
        let words = DecideWords::of(language);
        let undone = match sent.number::<u64>("undo")? {
            Some(seq) => Some((seq, undo::of(&register, seq).ok_or_else(|| Refusal::new("undo_nothing"))?)),
            None => None,
        };
        let subjects = match &undone {
            Some((_, undone)) => undone.subjects(&register),
            None => subjects(&register, &work, sent)?,
        };
        let first = subjects.first().ok_or_else(|| Refusal::new("rows_needed"))?;
        let tab = first.row.map(|row| row.tab);
        let (verb, verbs) = match &undone {
            Some((_, undone)) => (undone.verb(), vec![undone.verb()]),
            None => verbs(sent, tab, first.row)?,
        };
        let clients = if verb == Verb::Move { clients(shared, client).await? } else { Vec::new() };
        let today = day_of(registers.now(), &register.zone);
        let way = choice::way(verb, sent.given("to_client").is_some());
        let anchors: Vec<(Anchor, Date)> = subjects
            .iter()
            .map(|subject| undone.as_ref().map_or_else(|| choice::anchor(subject.row, way, today), |(_, u)| u.anchor))
            .collect();
        let desk = Reading { register: &register, sent, verb, way, today, client };
        let days = desk.days(&anchors);
        let asked = days.clone().and_then(|days| match &undone {
            Some((_, undone)) => Ok(undone.decisions(client, days.first().copied().unwrap_or(today))),
            None => desk.decisions(&subjects, &days),
        });
        let (mut decisions, refused) = match asked {
            Ok(decisions) => (decisions, None),
            Err(refusal) => (Vec::new(), Some(refusal)),
        };
        let reason = undone.as_ref().map(|(_, undone)| undone.reason(language));
        let typed = sent.given("reason").map(str::to_owned).or(reason.clone()).unwrap_or_default();
        decisions.iter_mut().for_each(|decision| decision.reason = UNSAID.to_owned());
        let weighed = weigh(registers, OPERATOR, &decisions).await?;
        let mut rows: Vec<Row> = subjects
            .iter()
            .zip(days.unwrap_or_default())
            .map(|(subject, day)| row(subject, day, &work, language))
            .collect();
        for (place, refusal) in &weighed.refused {
            // One decision about several rows is refused for all of them.
            let one = decisions.len() == rows.len();
            for row in rows.iter_mut().enumerate().filter(|(at, _)| !one || at == place).map(|(_, row)| row) {
                row.refused = Some(document(refusal, language).message);
            }
        }
        let sent_reason = sent.all("reason").next().map(str::to_owned);
        decisions.iter_mut().for_each(|decision| decision.reason = sent_reason.clone().unwrap_or(typed.clone()));
        Ok(Self {
            client_name: work.name.clone(),
            tab,
            verb,
            verbs,
            subjects: kept(sent, undone.as_ref().map(|(seq, _)| *seq)),
            rows,
            choice: desk.choice(&anchors, &subjects, clients, words, language)?,
            defaults: desk.defaults(&subjects),
            reason: typed,
            weighed,
            refused,
            undoing: undone.as_ref().map(|(_, undone)| undone.said(language)),
            amendment: amendment(&register, &decisions),
            decisions,
        })
    }

    /// The decisions that are not refused.
    pub(super) fn accepted(&self) -> Vec<Decide> {
        let refused = |place: usize| self.weighed.refused.iter().any(|(at, _)| *at == place);
        let kept = self.decisions.iter().enumerate().filter(|(place, _)| !refused(*place));
        kept.map(|(_, decision)| decision.clone()).collect()
    }

    /// Whether anything is left to confirm.
    pub(super) fn can(&self) -> bool {
        self.refused.is_none() && self.weighed.refused.len() < self.decisions.len()
    }

    /// What the form's token is bound to: the address, and every decision but its motive.
    pub(super) fn action(&self, client: &str) -> String {
        let mut decisions = self.accepted();
        decisions.iter_mut().for_each(|decision| decision.reason.clear());
        let told = serde_json::to_string(&decisions).unwrap_or_default();
        format!("/clients/{}/decide\n{told}", encode(client))
    }

    /// Contract and number of the amendment that an addition asks for.
    pub(super) fn amendment(&self) -> Option<(&String, u32)> {
        let (contract, number) = self.amendment.as_ref()?;
        Some((contract, *number))
    }

    /// Said beside the preview.
    pub(super) fn notes(&self, words: &DecideWords, language: Language) -> Vec<String> {
        let mut notes = Vec::new();
        let refused = self.rows.iter().filter(|row| row.refused.is_some()).count();
        if refused > 0 && self.can() {
            let n = number::count(refused as u64, language);
            notes.push(fill(words.refused_rows, &[("n", &n)], language));
        } else if refused > 0 {
            notes.push(words.all_refused.to_owned());
        }
        if matches!(self.verb, Verb::Merge | Verb::NeverTogether) {
            notes.push(words.durable.to_owned());
        }
        notes
    }
}

/// Stands for the motive while it is not typed: a preview needs none.
const UNSAID: &str = "–";

/// The rows that findings and assets name.
fn subjects<'w>(register: &Register, work: &'w Worklist, sent: &Sent) -> Result<Vec<Subject<'w>>, Refusal> {
    let mut subjects: Vec<Subject<'w>> = Vec::new();
    let mut ids: Vec<&str> = sent.all("finding").filter(|id| !id.is_empty()).collect();
    ids.sort_unstable();
    ids.dedup();
    // In the order of the list they were chosen from.
    let mut known: Vec<&WorkRow> = Vec::new();
    for id in ids {
        known.push(work.row(id).ok_or_else(|| Refusal::new("finding_unknown").with("finding", id))?);
    }
    known.sort_by_key(|row| work.rows.iter().position(|other| other.finding.id == row.finding.id));
    for row in known {
        let name = row.finding.name.clone().or_else(|| row.finding.line.clone()).unwrap_or_default();
        let assets = row.assets.iter().map(|asset| asset.asset.clone()).collect();
        subjects.push(Subject { row: Some(row), assets, name });
    }
    for id in sent.all("asset").filter(|id| !id.is_empty()) {
        let unknown = || Refusal::new("asset_unknown").with("asset", id).with("client", &register.client);
        let asset = register.asset(id).and_then(|index| register.assets.get(index)).ok_or_else(unknown)?;
        if !subjects.iter().any(|subject| subject.assets.contains(&asset.id)) {
            subjects.push(Subject { row: None, assets: vec![asset.id.clone()], name: asset.name.clone() });
        }
    }
    Ok(subjects)
}

fn verbs(sent: &Sent, tab: Option<Tab>, row: Option<&WorkRow>) -> Result<(Verb, Vec<Verb>), Refusal> {
    let verbs = choice::offered(tab, row);
    let verb = match sent.given("verb") {
        Some(word) => {
            let known = choice::VERBS.map(Verb::word).join(", ");
            choice::verb_of(word).ok_or_else(|| {
                Refusal::new("unknown_value").with("key", "verb").with("value", word).with("allowed", known)
            })?
        }
        None => {
            let proposed = row.and_then(|row| choice::proposed(&row.finding.action));
            proposed.filter(|verb| verbs.contains(verb)).or(verbs.first().copied()).unwrap_or(Verb::Snooze)
        }
    };
    Ok((verb, verbs))
}

async fn clients(shared: &Shared, but: &str) -> Result<Vec<(String, String)>, Refusal> {
    let clients = shared.office.registers.clients().await?;
    Ok(clients.into_iter().filter(|client| client != but).map(|client| (client.clone(), client)).collect())
}

fn kept(sent: &Sent, undo: Option<u64>) -> Vec<(&'static str, String)> {
    if let Some(seq) = undo {
        return vec![("undo", seq.to_string())];
    }
    let of = |name: &'static str| sent.all(name).filter(|id| !id.is_empty()).map(move |id| (name, id.to_owned()));
    of("finding").chain(of("asset")).collect()
}

fn row(subject: &Subject<'_>, day: Date, work: &Worklist, language: Language) -> Row {
    let one = match subject.assets.as_slice() {
        [asset] => Some(asset),
        _ => None,
    };
    let found = subject.row.map(|row| &row.finding).filter(|found| !is_zero(&found.amount_month));
    Row {
        name: subject.name.clone(),
        href: one.map(|asset| format!("/clients/{}/assets/{}", encode(&work.client), encode(asset))),
        said: subject.row.and_then(|row| sentence(row, &subject.name, language)),
        day: Some(date::day(day, language)),
        amount: found.map(|found| {
            let amount = number::signed_amount(&found.amount_month, &work.currency, language);
            fill(WorkWords::of(language).month, &[("amount", &amount)], language)
        }),
        refused: None,
    }
}

/// What a row says: the sentence of its finding, or the question about identity.
pub(crate) fn sentence(row: &WorkRow, name: &str, language: Language) -> Option<String> {
    let found = &row.finding;
    if found.asset.is_none() && ASKED.iter().any(|asked| asked.0 == found.code) {
        let value = found.evidence.first().map(String::as_str).unwrap_or_default();
        return Some(say(ASKED, &found.code, &[("names", name), ("value", value)], language));
    }
    let since = found.since.to_string();
    let named = Some(name).filter(|name| !name.is_empty());
    let known = [("name", named), ("line", found.line.as_deref()), ("since", Some(since.as_str()))];
    let args: Vec<(&str, &str)> = known.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    finding::sentence(&found.code, &args, language)
}

/// The contract of an `include`, with the number that its next amendment bears.
fn amendment(register: &Register, decisions: &[Decide]) -> Option<(String, u32)> {
    let decision = decisions.iter().find(|decision| decision.verb == Verb::Include)?;
    let named = |id: &str| decision.contract.as_deref().is_none_or(|contract| contract == id);
    let contract = register.contracts().into_iter().find(|contract| named(&contract.id))?;
    let last = contract.amendments.iter().map(|amendment| amendment.number).max().unwrap_or(0);
    Some((contract.id.clone(), last.saturating_add(1)))
}

/// A verb as a sentence says it.
pub(super) fn verb_name(verb: Verb, language: Language) -> &'static str {
    label::name(DO, verb.word(), language)
}
