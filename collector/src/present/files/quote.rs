//! The quote of a draft as one printable page.

use askama::Template;
use cadastre_domain::refusal::Refusal;

use crate::present::text::contract::QuoteWords;
use crate::present::text::paper;
use crate::present::text::table::fill;
use crate::present::text::{Language, number};
use crate::views::draft::{Draft, DraftLine};
use crate::views::parties::Party;

#[derive(Template)]
#[template(path = "quote.html")]
struct Page {
    language: &'static str,
    w: &'static QuoteWords,
    about: String,
    provider: Option<(String, String)>,
    client: (String, String),
    lines: Vec<[String; 5]>,
    month: String,
    year: String,
    accept_about: String,
    unpriced: Option<String>,
}

/// The page of a draft between these parties.
///
/// # Errors
/// `internal` when the template does not render.
pub(crate) fn page(
    draft: &Draft,
    (provider, client): &(Option<Party>, Party),
    language: Language,
) -> Result<String, Refusal> {
    let w = QuoteWords::of(language);
    let say = |text: &str, args: &[(&str, &str)]| fill(text, args, language);
    let amount = |text: &str| number::amount(text, &draft.currency, language);
    let party = |party: &Party| (party.name.clone(), paper::siren(party.siren.as_deref()));
    let line = |line: &DraftLine| {
        [
            line.label.clone(),
            line.devices.join(", "),
            number::count(line.count_now, language),
            number::count(line.count_then, language),
            amount(&line.amount_month),
        ]
    };
    let day = draft.effective_on.to_string();
    let first = draft.number == 0;
    let unpriced: Vec<&str> = draft.unpriced.iter().map(|(name, _)| name.as_str()).collect();
    let page = Page {
        language: language.code(),
        w,
        about: say(if first { w.about_first } else { w.about }, &[("contract", &draft.contract), ("day", &day)]),
        provider: provider.as_ref().map(party),
        client: party(client),
        lines: draft.lines.iter().map(line).collect(),
        month: amount(&draft.amount_month),
        year: amount(&draft.amount_year),
        accept_about: if first {
            w.accept_first.to_owned()
        } else {
            say(w.accept_about, &[("number", &draft.number.to_string())])
        },
        unpriced: (!unpriced.is_empty()).then(|| say(w.unpriced, &[("devices", &unpriced.join(", "))])),
    };
    page.render().map_err(|error| Refusal::new("internal").with("reason", error))
}
