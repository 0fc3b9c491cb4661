//! The fields of a form about a decision, read for one verb: days, decisions, and what the form shows for them.

use cadastre_domain::fact::{DecisionMore, Verb};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;

use super::choice::{self, Anchor, Choice, Way};
use super::plan::Subject;
use crate::admin::decide::Decide;
use crate::present::form::Sent;
use crate::present::text::decide::DecideWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date};

/// The fields of a form, read for one verb.
pub(super) struct Reading<'r> {
    pub(super) register: &'r Register,
    pub(super) sent: &'r Sent,
    pub(super) verb: Verb,
    pub(super) way: Way,
    pub(super) today: Date,
    pub(super) client: &'r str,
}

impl Reading<'_> {
    /// The effective day of each row.
    pub(super) fn days(&self, anchors: &[(Anchor, Date)]) -> Result<Vec<Date>, Refusal> {
        let day = match choice::chosen(self.sent)? {
            "first" => return Ok(anchors.iter().map(|(_, day)| *day).collect()),
            "next" => choice::next_day(self.way, self.today),
            _ => self.sent.day("effective")?.ok_or_else(|| Refusal::new("cell_empty").on("effective"))?,
        };
        Ok(vec![day; anchors.len()])
    }

    pub(super) fn decisions(&self, subjects: &[Subject<'_>], days: &[Date]) -> Result<Vec<Decide>, Refusal> {
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

    pub(super) fn defaults(&self, subjects: &[Subject<'_>]) -> Vec<(&'static str, String)> {
        let mut defaults = vec![("until", self.sleep().to_string()), ("result", "passed".to_owned())];
        if let [subject] = subjects
            && let (Some(contract), Some(line)) = self.line(subject)
        {
            defaults.push(("line", format!("{contract}|{line}")));
        }
        defaults
    }

    pub(super) fn choice(
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
