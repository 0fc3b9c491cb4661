//! Reads a scenario into facts, line by line.

use cadastre_domain::calendar::{Month, zone};
use cadastre_domain::fact::{Fact, Facts, HouseFacts, Recorded};
use cadastre_domain::register::{Register, derive};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::claims::Claim;

/// What happened, and what to tell of it.
pub(super) struct Story {
    pub(super) title: String,
    /// Clients, in the order in which they were named; the story is of the last one until another is.
    pub(super) clients: Vec<Facts>,
    current: usize,
    pub(super) house: HouseFacts,
    pub(super) questions: Vec<Question>,
}

/// What to tell, and what must be true of it.
pub(super) struct Question {
    pub(super) what: What,
    pub(super) claims: Vec<Claim>,
}

/// What to tell: of a day, as it was known at the end of another where one is named.
#[derive(Clone, Copy)]
pub(super) enum What {
    /// Lines, assets, findings, tasks.
    Show(Date, Date),
    /// Which sightings are one device, and why.
    Identity(Date),
    /// The bill of a month, as known at the end of a day.
    Bill(Month, Date),
}

pub(super) type Told<T> = Result<T, String>;

impl Story {
    pub(super) fn read(text: &str) -> Told<Self> {
        let mut story = Self {
            title: String::new(),
            clients: Vec::new(),
            current: 0,
            house: HouseFacts { running: vec![(day("2026-01-01")?, day("2028-12-31")?)], ..HouseFacts::default() },
            questions: Vec::new(),
        };
        let mut lines = text.lines().enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            let mut indented = Vec::new();
            while let Some((_, next)) = lines.next_if(|(_, next)| next.starts_with("  ")) {
                indented.push(next.trim());
            }
            story.line(line.trim(), &indented).map_err(|error| format!("line {}: {error}", number + 1))?;
        }
        Ok(story)
    }

    fn line(&mut self, line: &str, indented: &[&str]) -> Told<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "" => {}
            "#" => self.title = if self.title.is_empty() { rest.to_owned() } else { format!("{}\n{rest}", self.title) },
            "client" => self.client(rest)?,
            "contract" => self.contract(rest, indented)?,
            "show" => {
                let (on, known) = rest.split_once(" known ").unwrap_or((rest, rest));
                self.ask(What::Show(date(on)?, date(known)?), indented)?;
            }
            "identity" => self.ask(What::Identity(date(rest)?), indented)?,
            "bill" => {
                let (month, known) = rest.split_once(" known ").unwrap_or((rest, ""));
                let month: Month = month.parse().map_err(|_| "month")?;
                let known = if known.is_empty() { month.last() } else { date(known)? };
                self.ask(What::Bill(month, known), indented)?;
            }
            first => {
                let from = date(first)?;
                let (to, rest) = match rest.strip_prefix("to ") {
                    Some(rest) => {
                        let (to, rest) = rest.split_once(' ').ok_or("to DATE what")?;
                        (date(to)?, rest)
                    }
                    None => (from, rest),
                };
                self.event(from, to, rest)?;
            }
        }
        Ok(())
    }

    fn ask(&mut self, what: What, claims: &[&str]) -> Told<()> {
        let claims = claims.iter().map(|claim| Claim::read(claim)).collect::<Told<Vec<Claim>>>()?;
        self.questions.push(Question { what, claims });
        Ok(())
    }

    /// The client that the next lines speak of.
    fn client(&mut self, name: &str) -> Told<()> {
        if let Some(known) = self.clients.iter().position(|facts| facts.client == name) {
            self.current = known;
            return Ok(());
        }
        self.current = self.clients.len();
        self.clients.push(Facts { client: name.to_owned(), ..Facts::default() });
        self.record(day("2026-01-01")?, Fact::Client { name: None, siren: None, example: false });
        Ok(())
    }

    /// The facts of the client that the story speaks of; a story that names none has one.
    pub(super) fn facts(&mut self) -> &mut Facts {
        if self.clients.is_empty() {
            let first = Recorded {
                seq: 1,
                at: Timestamp::UNIX_EPOCH,
                fact: Fact::Client { name: None, siren: None, example: false },
            };
            self.clients.push(Facts { client: "client".to_owned(), recorded: vec![first], ..Facts::default() });
        }
        &mut self.clients[self.current]
    }

    /// Records a fact not before `at`, and always after the one before.
    pub(super) fn record(&mut self, at: Timestamp, fact: Fact) -> u64 {
        let recorded = &mut self.facts().recorded;
        let last = recorded.last().map(|last| last.at + 1.microsecond());
        let at = last.map_or(at, |last| last.max(at));
        let seq = recorded.len() as u64 + 1;
        recorded.push(Recorded { seq, at, fact });
        seq
    }

    /// The register of the current client, as it was known when a day's work began, or when the last thing was told.
    pub(super) fn register_now(&mut self, at: Timestamp) -> Told<Register> {
        let last = self.facts().recorded.last().map_or(at, |last| last.at.max(at));
        let facts = self.facts().clone();
        derive(facts, &self.house, None, last).map_err(|refusal| format!("{refusal:?}"))
    }

    /// The registers of all clients as of a day, known at the end of another.
    pub(super) fn registers(&self, as_of: Date, known: Date) -> Told<Vec<Register>> {
        let paris = zone("Europe/Paris").ok_or("zone")?;
        let known_at = cadastre_domain::calendar::last_instant(known, &paris);
        let of = |facts: &Facts| derive(facts.clone(), &self.house, Some(as_of), known_at);
        self.clients.iter().map(of).collect::<Result<_, _>>().map_err(|refusal| format!("{refusal:?}"))
    }
}

pub(super) fn date(text: &str) -> Told<Date> {
    text.trim().parse().map_err(|_| format!("“{text}” is not a date"))
}

/// Nine o'clock UTC of a day.
pub(super) fn day(text: &str) -> Told<Timestamp> {
    format!("{}T09:00:00Z", date(text)?).parse().map_err(|_| format!("“{text}” is not a day"))
}

/// An instant: a day and an hour of UTC, `2026-03-01T09:30`; a day alone is nine o'clock.
pub(super) fn instant(text: &str) -> Told<Timestamp> {
    match text.trim() {
        text if !text.contains('T') => day(text),
        text if text.ends_with('Z') => text.parse().map_err(|_| format!("“{text}” is not an instant")),
        text => format!("{text}:00Z").parse().map_err(|_| format!("“{text}” is not an instant")),
    }
}
