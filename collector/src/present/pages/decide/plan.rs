//! What a form asks, read against the register: the rows, the decisions they become, what those would do.

use cadastre_domain::calendar::day_of;
use cadastre_domain::fact::{DecisionMore, Verb};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;

use super::choice::{self, Anchor, Choice, Way};
use super::{OPERATOR, undo};
use crate::admin::decide::{Decide, Weighed, weigh};
use crate::present::Shared;
use crate::present::form::Sent;
use crate::present::pages::clients::is_zero;
use crate::present::query::encode;
use crate::present::text::decide::{ASKED, DO, DecideWords};
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
        let work = Worklist::of(&register);
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
        amount: found.map(|found| number::signed_amount(&found.amount_month, &work.currency, language)),
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

/// The fields of a form, read for one verb.
struct Reading<'r> {
    register: &'r Register,
    sent: &'r Sent,
    verb: Verb,
    way: Way,
    today: Date,
    client: &'r str,
}

impl Reading<'_> {
    /// The effective day of each row.
    fn days(&self, anchors: &[(Anchor, Date)]) -> Result<Vec<Date>, Refusal> {
        let day = match choice::chosen(self.sent)? {
            "first" => return Ok(anchors.iter().map(|(_, day)| *day).collect()),
            "next" => choice::next_day(self.way, self.today),
            _ => self.sent.day("effective")?.ok_or_else(|| Refusal::new("cell_empty").on("effective"))?,
        };
        Ok(vec![day; anchors.len()])
    }

    fn decisions(&self, subjects: &[Subject<'_>], days: &[Date]) -> Result<Vec<Decide>, Refusal> {
        let day = |place: usize| days.get(place).copied().unwrap_or(self.today);
        if matches!(self.verb, Verb::Merge | Verb::NeverTogether) {
            let mut assets: Vec<String> = subjects.iter().flat_map(|subject| subject.assets.clone()).collect();
            if let Some(with) = self.sent.given("with") {
                assets.push(self.named(with)?);
            }
            assets.dedup();
            return Ok(vec![Decide { assets, ..self.bare(day(0)) }]);
        }
        let one = |(place, subject): (usize, &Subject<'_>)| self.decision(subject, day(place));
        subjects.iter().enumerate().map(one).collect()
    }

    fn decision(&self, subject: &Subject<'_>, day: Date) -> Result<Decide, Refusal> {
        let mut decide = Decide { assets: subject.assets.clone(), ..self.bare(day) };
        let text = |name: &str| self.sent.given(name).map(str::to_owned);
        match self.verb {
            Verb::Include => {
                (decide.contract, decide.line) = self.line(subject);
                decide.slot = text("slot");
            }
            Verb::Replace => decide.slot = text("slot").or_else(|| self.slots().into_iter().next()),
            Verb::Move => {
                decide.more = DecisionMore { to_client: text("to_client"), site: text("site"), ..decide.more };
            }
            Verb::Snooze => {
                let finding = subject.row.map(|row| row.finding.id.clone());
                let until = self.sent.day("until")?.unwrap_or_else(|| self.sleep());
                decide.assets.clear();
                decide.more = DecisionMore { finding, until: Some(until), ..decide.more };
            }
            Verb::Attest => {
                let own = subject.row.and_then(|row| row.finding.name.as_deref()?.strip_prefix(DUTY));
                let duty = text("duty").or(own.map(str::to_owned));
                let result = text("result").or_else(|| Some("passed".to_owned()));
                decide.assets.clear();
                decide.more = DecisionMore { duty, result, ..decide.more };
            }
            _ => {}
        }
        Ok(decide)
    }

    fn bare(&self, day: Date) -> Decide {
        Decide {
            verb: self.verb,
            assets: Vec::new(),
            client: self.client.to_owned(),
            effective: day,
            reason: String::new(),
            contract: None,
            line: None,
            slot: None,
            more: DecisionMore::default(),
            preview: false,
        }
    }

    /// The line that was chosen, else the one that the finding proposes, else that of the asset's category.
    fn line(&self, subject: &Subject<'_>) -> (Option<String>, Option<String>) {
        if let Some((contract, line)) = self.sent.given("line").and_then(|line| line.split_once('|')) {
            return (Some(contract.to_owned()), Some(line.to_owned()));
        }
        let asset = subject.assets.first().and_then(|id| self.register.asset(id));
        let category = asset
            .and_then(|index| self.register.assets.get(index)?.category_at(self.register.at))
            .map(|verdict| verdict.category.as_str());
        let moves = subject.row.is_some_and(|row| row.finding.action == "move_line");
        if let Some(found) = subject.row.map(|row| &row.finding)
            && let (Some(contract), Some(line), false) = (&found.contract, &found.line, moves)
        {
            return (Some(contract.clone()), Some(line.clone()));
        }
        let own = self.lines().into_iter().find(|(_, _, of)| Some(of.as_str()) == category);
        own.map_or((None, None), |(contract, line, _)| (Some(contract), Some(line)))
    }

    /// Contract, id and category of each line in force today.
    fn lines(&self) -> Vec<(String, String, String)> {
        let in_force = self.register.contracts().into_iter().filter(|contract| contract.in_force(self.today));
        let of = in_force.flat_map(|contract| {
            let lines = contract.lines_on(self.today).iter();
            lines.map(move |line| (contract.id.clone(), line.id.clone(), line.category.clone()))
        });
        of.collect()
    }

    /// The slots that are open today.
    fn slots(&self) -> Vec<String> {
        let mut slots: Vec<String> =
            self.register.perimeter.on(self.today).map(|(_, stay)| stay.slot.clone()).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The asset of this id, or of this name when one alone bears it.
    fn named(&self, text: &str) -> Result<String, Refusal> {
        if let Some(asset) = self.register.asset(text).and_then(|index| self.register.assets.get(index)) {
            return Ok(asset.id.clone());
        }
        let mut named = self.register.assets.iter().filter(|asset| asset.name.eq_ignore_ascii_case(text));
        match (named.next(), named.next()) {
            (Some(asset), None) => Ok(asset.id.clone()),
            (Some(_), Some(_)) => Err(Refusal::new("asset_name_twice").with("name", text).on("with")),
            _ => Err(Refusal::new("asset_unknown").with("asset", text).with("client", self.client).on("with")),
        }
    }

    /// Until when a finding sleeps where nothing is said: the end of next month.
    fn sleep(&self) -> Date {
        cadastre_domain::calendar::Month::of(self.today).plus(1).last()
    }

    fn defaults(&self, subjects: &[Subject<'_>]) -> Vec<(&'static str, String)> {
        let mut defaults = vec![("until", self.sleep().to_string()), ("result", "passed".to_owned())];
        if let [subject] = subjects
            && let (Some(contract), Some(line)) = self.line(subject)
        {
            defaults.push(("line", format!("{contract}|{line}")));
        }
        defaults
    }

    fn choice(
        &self,
        anchors: &[(Anchor, Date)],
        subjects: &[Subject<'_>],
        clients: Vec<(String, String)>,
        words: &'static DecideWords,
        language: Language,
    ) -> Result<Choice, Refusal> {
        let dated = |text: &str, day: Date| fill(text, &[("day", &date::near(day, self.today, language))], language);
        let next = choice::next_day(self.way, self.today);
        let identity = matches!(self.verb, Verb::Merge | Verb::NeverTogether);
        let mut names: Vec<String> = Vec::new();
        if identity && subjects.iter().map(|subject| subject.assets.len()).sum::<usize>() < 2 {
            names = self.register.assets.iter().map(|asset| asset.name.clone()).take(NAMES_MAX).collect();
            names.sort_unstable();
            names.dedup();
        }
        let with = if self.verb == Verb::Merge { words.with } else { words.apart };
        let line = |(contract, line, _): (String, String, String)| (format!("{contract}|{line}"), line);
        Ok(Choice {
            legend: match self.way {
                Way::In => words.effective_in,
                Way::Out => words.effective_out,
                Way::On => words.effective_on,
            },
            date: choice::chosen(self.sent).unwrap_or("first"),
            first: choice::first_label(anchors, self.today, words, language),
            next: match self.way {
                Way::In => Some(dated(words.next_month, next)),
                Way::Out => Some(dated(words.month_end, next)),
                Way::On => None,
            },
            effective: self.sent.text("effective").to_owned(),
            lines: if self.verb == Verb::Include { self.lines().into_iter().map(line).collect() } else { Vec::new() },
            slots: match self.verb {
                Verb::Include => Some(Vec::new()),
                Verb::Replace => Some(self.slots()),
                _ => None,
            },
            slot_needed: self.verb == Verb::Replace,
            with: (!names.is_empty()).then_some(with),
            names,
            clients,
            sites: (self.verb == Verb::Move).then(|| {
                let mut sites: Vec<String> = self.register.assets.iter().filter_map(|a| a.site.clone()).collect();
                sites.sort_unstable();
                sites.dedup();
                sites
            }),
            until: self.verb == Verb::Snooze,
            duty: self.verb == Verb::Attest,
        })
    }
}

/// A finding about a duty names it so.
const DUTY: &str = "duty:";
/// Names offered for completion.
const NAMES_MAX: usize = 1000;

/// A verb as a sentence says it.
pub(super) fn verb_name(verb: Verb, language: Language) -> &'static str {
    label::name(DO, verb.word(), language)
}
