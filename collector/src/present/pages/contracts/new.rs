//! `/clients/{client}/contracts/new`: a contract from one of the samples, by its few answers; then the editor.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use cadastre_domain::calendar::Month;
use cadastre_domain::contract::{self, Severity};
use cadastre_domain::refusal::Refusal;

use super::{client_of, editor};
use crate::admin::sample::{self, Answers, quoted};
use crate::present::form::{Desk, Form, Sent};
use crate::present::pages::frame::Frame;
use crate::present::pages::{answer, refused, render};
use crate::present::query::{Asker, client_code};
use crate::present::text::contracts::{ContractsWords, SAMPLES};
use crate::present::text::label;
use crate::present::{Shared, status};

#[derive(Template)]
#[template(path = "new_contract.html")]
struct NewContractPage {
    frame: Frame,
    words: &'static ContractsWords,
    client: (String, String),
    path: String,
    sample: Option<(String, &'static str)>,
    samples: Vec<(&'static str, &'static str)>,
    form: Form,
    lines: Vec<Line>,
}

struct Line {
    label: String,
    price: Option<String>,
    count: Option<String>,
}

const FIELDS: [&str; 10] = [
    "id",
    "signed_on",
    "effective_on",
    "initial_months",
    "notice_months",
    "client_name",
    "client_siren",
    "provider_name",
    "provider_siren",
    "price",
];

pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let page = async {
        let mut sample = None;
        for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if key != "sample" {
                return Err(Refusal::new("query_key_unknown").with("key", key));
            }
            if sample::text(&value).is_none() {
                return Err(Refusal::new("sample_unknown").with("value", value));
            }
            sample = Some(value.into_owned());
        }
        page(&shared, &client, sample.as_deref(), None, &asker).await
    };
    answer(page.await, &asker)
}

async fn page(
    shared: &Shared,
    client: &str,
    sample: Option<&str>,
    again: Option<(&Sent, &Refusal)>,
    asker: &Asker,
) -> Result<NewContractPage, Refusal> {
    let language = asker.language;
    let words = ContractsWords::of(language);
    let named = client_of(shared, client).await?;
    let path = format!("{}/contracts/new", named.1);
    let present = shared.reads.today(client_code(client)?).await?;
    let today = present.day;
    let read = sample.and_then(sample::read);
    let mut form = Form::new(Desk { shared, action: &path, client: None }.token().await?);
    let mut lines = Vec::new();
    if let Some((sent, refusal)) = again {
        form = form.holding(sent).refused(refusal, &FIELDS, language);
    }
    if let Some(read) = &read {
        let conditions = read.conditions_on(read.first_day());
        form = form
            .with("id", format!("C-{}", client.to_uppercase()))
            .with("signed_on", today)
            .with("effective_on", Month::of(today).first())
            .with("client_name", &named.0);
        for (key, value) in [("initial_months", conditions.initial_months), ("notice_months", conditions.notice_months)]
        {
            form = form.with(key, value.map(|months| months.to_string()).unwrap_or_default());
        }
        for (at, line) in read.lines_on(read.first_day()).iter().enumerate() {
            let (price, count) = (format!("price-{at}"), format!("count-{at}"));
            if let Some(unit) = line.unit_price {
                form = form.with(&price, unit);
            }
            if line.counted && line.count > 0 {
                form = form.with(&count, line.count);
            }
            lines.push(Line {
                label: line.label.clone(),
                price: line.unit_price.is_some().then_some(price),
                count: (line.count > 0).then_some(count),
            });
        }
    }
    let samples = sample::names().map(|name| (name, label::name(SAMPLES, name, language)));
    Ok(NewContractPage {
        frame: Frame::of(asker, |_| format!("{} · {}", words.new_contract, named.0)).of_client(&present.name),
        sample: sample.map(|name| (name.to_owned(), label::name(SAMPLES, name, language).to_owned())).map(
            |(name, _)| {
                let title = sample::names().find(|known| *known == name).unwrap_or_default();
                (name, label::name(SAMPLES, title, language))
            },
        ),
        words,
        client: named,
        path,
        samples: samples.collect(),
        form,
        lines,
    })
}

/// Puts the answers into the sample, and shows what comes out in the editor.
pub(crate) async fn fill(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let sample = sent.text("sample").to_owned();
    let filled = async {
        let answers = answers(&client, &sent)?;
        let text =
            sample::fill(&sample, &answers).ok_or_else(|| Refusal::new("sample_unknown").with("value", &sample))?;
        let error = contract::lint(&text).into_iter().find(|remark| remark.severity == Severity::Error);
        match error {
            Some(error) if error.refusal.field.as_deref().is_some_and(|field| FIELDS.contains(&field)) => {
                Err(error.refusal)
            }
            _ => Ok(text),
        }
    };
    match filled.await {
        Ok(text) => editor::checked(&shared, &client, text, &asker).await,
        Err(refusal) => match page(&shared, &client, Some(&sample), Some((&sent, &refusal)), &asker).await {
            Ok(page) => render(&page, status::of(refusal.code)),
            Err(refusal) => refused(&refusal, &asker),
        },
    }
}

fn answers(client: &str, sent: &Sent) -> Result<Answers, Refusal> {
    let mut root = BTreeMap::from([("client", quoted(client))]);
    if sent.given("id").is_none() {
        return Err(Refusal::new("cell_empty").on("id"));
    }
    root.insert("id", quoted(sent.text("id")));
    for key in ["signed_on", "effective_on"] {
        let day = sent.day(key)?.ok_or_else(|| Refusal::new("cell_empty").on(key))?;
        root.insert(key, day.to_string());
    }
    for key in ["initial_months", "notice_months"] {
        if let Some(months) = sent.number::<u32>(key)? {
            root.insert(key, months.to_string());
        }
    }
    let count = sample::read(sent.text("sample")).map_or(0, |read| read.lines_on(read.first_day()).len());
    let line = |at: usize| {
        let (price, count) = (format!("price-{at}"), format!("count-{at}"));
        let is_asked = sent.all(&price).next().is_some();
        if is_asked && sent.given(&price).is_none() {
            return None;
        }
        let digits: String = sent.text(&count).chars().filter(char::is_ascii_digit).collect();
        Some((sent.text(&price).replace(',', ".").replace(' ', ""), digits))
    };
    let siren = |name: &str| sent.text(name).replace(' ', "");
    Ok(Answers {
        root,
        client: (sent.text("client_name").to_owned(), siren("client_siren")),
        provider: (sent.text("provider_name").to_owned(), siren("provider_siren")),
        lines: (0..count).map(line).collect(),
    })
}
