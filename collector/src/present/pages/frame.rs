//! The frame around every page: the screens, the client that is looked at, search, the day, the language.
//!
//! It is made of the address alone: which screen is open and which client's it is stand in the path, the day in the
//! query. **Invariant**: the frame of any address, a wrong one too, can be made without asking for a document.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::present::fixed::STYLE;
use crate::present::query::{Asked, Asker, client_code, day, instant};
use crate::present::text::frame::FrameWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date};
use crate::views::clients::Today;

/// What the template of the frame prints.
pub(super) struct Frame {
    pub(super) language: Language,
    pub(super) words: &'static FrameWords,
    pub(super) title: String,
    /// This very address: the skip link's, and where the language form returns to.
    pub(super) here: String,
    pub(super) style: &'static str,
    /// The language that the switch offers: its code and its own name.
    pub(super) other: (&'static str, &'static str),
    /// The screens over all clients.
    pub(super) screens: Vec<Screen>,
    /// The client whose page this is.
    pub(super) scope: Option<Scope>,
    /// What was searched for, on the page of results.
    pub(super) sought: String,
}

/// A screen of the menu.
pub(super) struct Screen {
    pub(super) name: &'static str,
    pub(super) href: String,
    pub(super) current: bool,
}

/// A client and its own screens.
pub(super) struct Scope {
    pub(super) code: String,
    /// Display name; the code until [`Frame::of_client`] tells it.
    pub(super) name: String,
    pub(super) href: String,
    pub(super) screens: Vec<Screen>,
}

impl Frame {
    /// The frame of the page that `asker` asks for.
    pub(super) fn of(asker: &Asker, title: impl Fn(&'static FrameWords) -> String) -> Self {
        let words = FrameWords::of(asker.language);
        let other = match asker.language {
            Language::En => ("fr", "Français"),
            Language::Fr => ("en", "English"),
        };
        let (path, query) = asker.here.split_once('?').unwrap_or((&asker.here, ""));
        Self {
            language: asker.language,
            words,
            title: title(words),
            here: asker.here.clone(),
            style: &STYLE,
            other,
            screens: screens(path, words),
            scope: scope(path, query, words),
            sought: String::new(),
        }
    }

    /// The same under the client's display name.
    pub(super) fn of_client(mut self, name: &str) -> Self {
        if let Some(scope) = &mut self.scope {
            name.clone_into(&mut scope.name);
        }
        self
    }

    /// The same without a client: of a page that found none there.
    pub(super) fn without_client(mut self) -> Self {
        self.scope = None;
        self
    }
}

fn screens(path: &str, words: &'static FrameWords) -> Vec<Screen> {
    let places = [
        ("/", words.portfolio),
        ("/findings", words.findings),
        ("/compare", words.compare),
        ("/clients", words.clients),
        ("/sources", words.sources),
        ("/health", words.health),
    ];
    let below = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_open = |place: &str| match place {
        "/" => path == "/",
        "/clients" => below(place) && client_of(path).is_none(),
        _ => below(place),
    };
    let screen = |(place, name)| Screen { name, href: String::from(place), current: is_open(place) };
    places.into_iter().map(screen).collect()
}

/// The client that an address names, and what stands behind it: `/clients/acme/findings` → (`acme`, `/findings`).
fn client_of(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/clients/")?;
    let (code, below) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    (code != NEW && client_code(code).is_ok()).then_some((code, below))
}

fn scope(path: &str, query: &str, words: &'static FrameWords) -> Option<Scope> {
    let (code, below) = client_of(path)?;
    let looked_at = moment_of(query);
    let client = format!("/clients/{code}");
    let places = [
        ("", words.perimeter, true),
        ("/findings", words.findings, true),
        ("/months", words.month, true),
        ("/contracts", words.contracts, true),
        ("/machines", words.add_machines, false),
    ];
    let is_open = |place: &str| match place {
        "" => below.is_empty() || below.starts_with("/assets/"),
        _ => below.starts_with(place),
    };
    let screen = |(place, name, dated): (&str, &'static str, bool)| {
        let path = format!("{client}{place}");
        Screen { name, href: if dated { looked_at.href(&path) } else { path }, current: is_open(place) }
    };
    Some(Scope {
        code: String::from(code),
        name: String::from(code),
        href: looked_at.href(&client),
        screens: places.into_iter().map(screen).collect(),
    })
}

/// The day and the instant of a query, where they are well written; all else is the page's affair.
fn moment_of(query: &str) -> Asked {
    let mut asked = Asked::default();
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "as_of" => asked.as_of = day(&value).ok(),
            "known_at" => asked.known_at = instant(&value).ok(),
            _ => {}
        }
    }
    asked
}

/// `/clients/new` is a page, no client.
const NEW: &str = "new";

/// The day that a page of a client looks at: the form that changes it, and the band when it is not today.
pub(super) struct Moment {
    /// The address that the form asks.
    pub(super) path: String,
    /// `YYYY-MM-DD` of the day shown.
    pub(super) day: String,
    /// The latest day that can be asked.
    pub(super) latest: String,
    /// `known_at` and `month` as they were asked: kept by the form.
    pub(super) kept: Vec<(&'static str, String)>,
    /// The sentence of the band.
    pub(super) band: Option<String>,
    /// The same page, today.
    pub(super) today: String,
}

impl Moment {
    /// What `asked` looks at. `known_at` is the document's own.
    pub(super) fn of(
        path: String,
        asked: &Asked,
        (as_of, known_at): (jiff::civil::Date, Timestamp),
        today: &Today,
        language: Language,
    ) -> Self {
        let words = FrameWords::of(language);
        let instant = date::instant(known_at, &zone(today), language);
        let day = date::day(as_of, language);
        let values = [("as_of", day.as_str()), ("known_at", instant.as_str())];
        let band = if as_of != today.day {
            Some(fill(words.band, &values, language))
        } else {
            asked.known_at.map(|_| fill(words.known_today, &values, language))
        };
        let mut kept = Vec::new();
        if let Some(known_at) = asked.known_at {
            kept.push(("known_at", known_at.to_string()));
        }
        if let Some(month) = asked.month {
            kept.push(("month", month.to_string()));
        }
        let now = Asked { as_of: None, known_at: None, ..asked.clone() }.href(&path);
        Self { path, day: as_of.to_string(), latest: today.day.to_string(), kept, band, today: now }
    }
}

/// The zone of a client; UTC where its name is unknown.
pub(super) fn zone(today: &Today) -> TimeZone {
    cadastre_domain::calendar::zone(&today.time_zone).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(here: &str) -> (Vec<String>, Option<String>) {
        let asker = Asker { language: Language::En, here: String::from(here) };
        let frame = Frame::of(&asker, |words| String::from(words.product));
        let scope = frame.scope.iter().flat_map(|scope| &scope.screens);
        let current = frame.screens.iter().chain(scope).filter(|screen| screen.current);
        (current.map(|screen| screen.href.clone()).collect(), frame.scope.map(|scope| scope.code))
    }

    #[test]
    fn one_screen_is_open_and_the_day_is_kept() {
        for (here, href, client) in [
            ("/", "/", None),
            ("/findings?tab=bill", "/findings", None),
            ("/clients", "/clients", None),
            ("/clients/new", "/clients", None),
            ("/clients/acme", "/clients/acme", Some("acme")),
            ("/clients/acme/assets/x?as_of=2026-10-31&q=1", "/clients/acme?as_of=2026-10-31", Some("acme")),
            ("/clients/acme/months/2026-03", "/clients/acme/months", Some("acme")),
            ("/clients/acme/machines?as_of=odd", "/clients/acme/machines", Some("acme")),
        ] {
            assert_eq!(open(here), (vec![String::from(href)], client.map(String::from)), "{here}");
        }
        assert_eq!(open("/nothing"), (Vec::new(), None));
        assert_eq!(open("/clients/UPPER").1, None);
    }
}
