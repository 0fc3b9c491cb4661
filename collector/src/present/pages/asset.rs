//! `/clients/{client}/assets/{asset}`: one asset, explained in sentences, with who speaks of it and what was decided.

mod story;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use cadastre_domain::refusal::Refusal;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::answer;
use super::client::source_name;
use super::finding::{self, Finding};
use super::frame::{Frame, Moment, zone};
use crate::present::Shared;
use crate::present::query::{Asked, Asker, client_code, encode};
use crate::present::text::asset::AssetWords;
use crate::present::text::client::ClientWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number, reason};
use crate::views::asset::{AssetDetail, SightingRow};
use crate::views::asset_story::AssetStory;
use crate::views::clients::Today;

pub(super) async fn show(
    State(shared): State<Shared>,
    Path((client, asset)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let page = match Asked::read(query.as_deref(), &["as_of", "known_at"]) {
        Ok(asked) => read(&shared, &client, &asset, &asked, &asker).await,
        Err(refusal) => Err(refusal),
    };
    answer(page, &asker)
}

async fn read(shared: &Shared, client: &str, id: &str, asked: &Asked, asker: &Asker) -> Result<AssetPage, Refusal> {
    let client = client_code(client)?;
    let today = shared.reads.today(client).await?;
    let asset = shared.reads.asset(Some(client), id, asked.as_of, asked.known_at).await?;
    let story = shared.reads.asset_story(client, &asset.row.asset, asked.as_of, asked.known_at).await?;
    Ok(page(&asset, &story, &today, asked, asker))
}

#[derive(Template)]
#[template(path = "asset.html")]
struct AssetPage {
    frame: Frame,
    moment: Moment,
    words: &'static AssetWords,
    finding_words: &'static ClientWords,
    api: String,
    name: String,
    id: String,
    status: String,
    status_name: String,
    category: String,
    explanation: Vec<String>,
    findings: Vec<Finding>,
    sightings: Vec<Sighting>,
    sightings_more: Option<String>,
    stays: Vec<[String; 5]>,
    decisions: Vec<[String; 5]>,
    story: story::Story,
}

struct Sighting {
    source: String,
    native_id: Option<String>,
    recorded: String,
    rule: String,
    identifiers: Vec<Identifier>,
}

struct Identifier {
    kind: String,
    raw: String,
    normalised: String,
    refused: Option<String>,
}

fn page(asset: &AssetDetail, story: &AssetStory, today: &Today, asked: &Asked, asker: &Asker) -> AssetPage {
    let language = asker.language;
    let words = AssetWords::of(language);
    let zone = zone(today);
    let row = &asset.row;
    let client_path = format!("/clients/{}", encode(&asset.client));
    let path = format!("{client_path}/assets/{}", encode(&row.asset));
    let place =
        finding::Place { client: &asset.client, currency: &asset.currency, as_of: asset.as_of, asked, language };
    let older = asset.sightings.len().saturating_sub(SIGHTINGS_SHOWN);
    AssetPage {
        frame: Frame::of(asker, |_| format!("{} · {}", row.name, today.name)).of_client(&today.name),
        story: story::of(story, asset.known_at, asked, &path, language),
        moment: Moment::of(path, asked, (asset.as_of, asset.known_at), today, language),
        finding_words: ClientWords::of(language),
        api: format!("/api/v1/assets/{}?client={}", encode(&row.asset), encode(&asset.client)),
        name: row.name.clone(),
        id: row.asset.clone(),
        status: row.status.clone(),
        status_name: String::from(label::name(label::STATUSES, &row.status, language)),
        category: String::from(label::name(label::CATEGORIES, &row.category, language)),
        explanation: explanation(asset, &zone, language),
        findings: asset.findings.iter().map(|found| finding::row(found, &place)).collect(),
        sightings: asset
            .sightings
            .iter()
            .skip(older)
            .map(|sighting| self::sighting(sighting, &zone, language))
            .collect(),
        sightings_more: (older > 0)
            .then(|| fill(words.sightings_more, &[("n", &SIGHTINGS_SHOWN.to_string())], language)),
        stays: stays(asset, language),
        decisions: decisions(asset, &zone, language),
        words,
    }
}

/// What the asset is, where it stands and why, sentence by sentence.
fn explanation(asset: &AssetDetail, zone: &TimeZone, language: Language) -> Vec<String> {
    let words = AssetWords::of(language);
    let row = &asset.row;
    let name = |table, code| label::name(table, code, language);
    let say = |sentence, args: &[(&str, &str)]| fill(sentence, args, language);
    let day = date::short(asset.as_of, language);
    let category = name(label::CATEGORIES, &row.category);
    let confidence = name(label::CONFIDENCES, &asset.category_confidence);
    let mut said = vec![say(words.is_a, &[("name", &row.name), ("category", category), ("confidence", confidence)])];
    if !asset.category_reasons.is_empty() {
        said.push(say(words.because, &[("reasons", &reason::list(&asset.category_reasons, language))]));
    }
    said.push(match (&row.contract, &row.line, &row.slot) {
        (Some(contract), Some(line), Some(slot)) => {
            say(words.held, &[("day", &day), ("slot", slot), ("line", line), ("contract", contract)])
        }
        _ => say(words.not_held, &[("day", &day)]),
    });
    let status = name(label::STATUSES, &row.status);
    said.push(match row.reasons.is_empty() {
        true => say(words.status_is, &[("status", status)]),
        false => say(words.status_why, &[("status", status), ("reasons", &reason::list(&row.reasons, language))]),
    });
    if row.state != "active" {
        said.push(say(words.state_is, &[("state", name(label::STATES, &row.state))]));
    }
    said.push(match row.last_seen {
        Some(at) => {
            let age = date::age_in_words(at, asset.known_at, language);
            say(words.last_seen, &[("instant", &date::instant(at, zone, language)), ("age", &age)])
        }
        None => String::from(words.never_seen),
    });
    if !row.sources.is_empty() {
        let names: Vec<String> = row.sources.iter().map(|source| source_name(&source.source, language)).collect();
        let n = number::count(names.len() as u64, language);
        said.push(say(words.seen_by, &[("n", &n), ("sources", &names.join(", "))]));
    }
    if !asset.aliases.is_empty() {
        said.push(say(words.aliases, &[("ids", &asset.aliases.join(", "))]));
    }
    said
}

fn sighting(sighting: &SightingRow, zone: &TimeZone, language: Language) -> Sighting {
    let rule = sighting.rule.to_string();
    let identifiers = sighting.identifiers.as_array().map(Vec::as_slice).unwrap_or_default();
    Sighting {
        source: source_name(&sighting.source, language),
        native_id: sighting.native_id.clone(),
        recorded: date::instant(sighting.recorded, zone, language),
        rule: String::from(label::name(label::RULES, &rule, language)),
        identifiers: identifiers.iter().map(|value| identifier(value, language)).collect(),
    }
}

/// An identifier of the document: `{kind, scope, raw, normalised, refused}`, each absent when it is no text.
fn identifier(value: &Value, language: Language) -> Identifier {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let kind = label::name(label::IDENTIFIER_KINDS, text("kind").unwrap_or("–"), language);
    let scope = text("scope").map(|scope| label::name(label::SCOPES, scope, language));
    Identifier {
        kind: scope.map_or_else(|| String::from(kind), |scope| format!("{kind} ({scope})")),
        raw: String::from(text("raw").unwrap_or("–")),
        normalised: String::from(text("normalised").unwrap_or("–")),
        refused: text("refused").map(|code| {
            let reason = reason::words(code, language);
            fill(AssetWords::of(language).refused, &[("reason", &reason)], language)
        }),
    }
}

fn stays(asset: &AssetDetail, language: Language) -> Vec<[String; 5]> {
    let open = AssetWords::of(language).open;
    let stay = |stay: &crate::views::asset::StayRow| {
        let to = stay.to.map_or_else(|| String::from(open), |to| date::day(to, language));
        [stay.contract.clone(), stay.line.clone(), stay.slot.clone(), date::day(stay.from, language), to]
    };
    asset.stays.iter().map(stay).collect()
}

fn decisions(asset: &AssetDetail, zone: &TimeZone, language: Language) -> Vec<[String; 5]> {
    let decision = |decision: &crate::views::asset::DecisionRow| {
        [
            String::from(label::name(label::VERBS, &decision.verb, language)),
            date::day(decision.effective, language),
            decision.reason.clone(),
            decision.by.clone(),
            date::instant(decision.recorded, zone, language),
        ]
    };
    asset.decisions.iter().map(decision).collect()
}

const SIGHTINGS_SHOWN: usize = 50;
