//! A finding as a row: what, since, due, how much, and the command that settles it.

use jiff::civil::Date;

use super::clients::is_zero;
use super::decide::proposed;
use crate::present::query::{Asked, encode};
use crate::present::text::client::ClientWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, finding, number};
use crate::views::reconciliation::FindingRow;

/// What the template prints of one finding.
pub(super) struct Finding {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) code: String,
    /// What it says; absent for a code without a sentence.
    pub(super) sentence: Option<String>,
    pub(super) name: Option<String>,
    pub(super) href: Option<String>,
    pub(super) since: String,
    pub(super) due: String,
    pub(super) overdue: bool,
    pub(super) month: Option<String>,
    pub(super) year: Option<String>,
    pub(super) action: String,
    /// The page where the action is decided.
    pub(super) decide: Option<String>,
    pub(super) command: Option<String>,
    pub(super) evidence: Vec<String>,
    pub(super) evidence_count: String,
}

/// How a list of findings is printed.
pub(super) struct Place<'p> {
    pub(super) client: &'p str,
    pub(super) currency: &'p str,
    pub(super) as_of: Date,
    pub(super) asked: &'p Asked,
    pub(super) language: Language,
}

/// The row of one finding.
pub(super) fn row(found: &FindingRow, place: &Place<'_>) -> Finding {
    let language = place.language;
    let name = found.name.clone().or_else(|| found.asset.clone());
    let name = name.map(|name| finding::subject(&found.code, &name, language)).filter(|name| !name.is_empty());
    let since = found.since.to_string();
    let known = [("name", name.as_deref()), ("line", found.line.as_deref()), ("since", Some(since.as_str()))];
    let args: Vec<(&str, &str)> = known.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    let amount = |text: &str| (!is_zero(text)).then(|| number::amount(text, place.currency, language));
    let proofs = number::count(found.evidence.len() as u64, language);
    let shown = found.evidence.iter().take(EVIDENCE_SHOWN);
    Finding {
        id: found.id.clone(),
        title: String::from(finding::title(&found.code, language)),
        code: found.code.clone(),
        sentence: finding::sentence(&found.code, &args, language),
        href: found.asset.as_ref().map(|asset| asset_href(place.client, asset, place.asked)),
        name,
        since: date::day(found.since, language),
        due: date::day(found.due, language),
        overdue: found.due < place.as_of,
        month: amount(&found.amount_month),
        year: amount(&found.amount_year),
        action: String::from(finding::action(&found.action, language)),
        decide: decide(found, place),
        command: command(found, place.client),
        evidence: shown.map(|proof| finding::proof(proof, language)).collect(),
        evidence_count: fill(ClientWords::of(language).evidence, &[("n", &proofs)], language),
    }
}

/// The page of an asset on the same day.
pub(super) fn asset_href(client: &str, asset: &str, asked: &Asked) -> String {
    let day = Asked { as_of: asked.as_of, known_at: asked.known_at, ..Asked::default() };
    day.href(&format!("/clients/{}/assets/{}", encode(client), encode(asset)))
}

/// The page that carries out the proposed action, where a decision does; another day than today cannot be decided.
fn decide(found: &FindingRow, place: &Place<'_>) -> Option<String> {
    let verb = proposed(&found.action).filter(|_| place.asked.as_of.is_none() && place.asked.known_at.is_none())?;
    let (client, finding) = (encode(place.client), encode(&found.id));
    Some(format!("/clients/{client}/decide?finding={finding}&verb={}", verb.word()))
}

/// The command that settles a finding, where one asset and one verb do.
fn command(found: &FindingRow, client: &str) -> Option<String> {
    let asset = found.asset.as_deref().filter(|asset| is_plain(asset))?;
    let (_, verb) = VERBS.iter().find(|(action, _)| *action == found.action)?;
    let line = match (*verb, found.line.as_deref()) {
        ("include", Some(line)) if is_plain(line) => format!(" --line {line}"),
        ("include", _) => return None,
        _ => String::new(),
    };
    let since = found.since;
    Some(format!("cadastre-collector decide {verb} {asset} --client {client}{line} --effective {since} --reason \"…\""))
}

/// Whether a word can stand in a shell as it is.
fn is_plain(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with('-')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Actions that one verb of `decide` carries out.
const VERBS: [(&str, &str); 9] = [
    ("active", "active"),
    ("add_to_contract", "include"),
    ("byod", "byod"),
    ("exclude", "exclude"),
    ("include", "include"),
    ("loan", "loan"),
    ("retire", "retire"),
    ("spare", "spare"),
    ("stock", "stock"),
];

const EVIDENCE_SHOWN: usize = 50;
