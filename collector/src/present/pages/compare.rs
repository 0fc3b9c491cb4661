//! `/compare`: two files in, the answer out: who is billed and unseen, seen and unbilled. The columns can be corrected; the
//! whole is kept as a client, or thrown away.
//!
//! **Invariant**: nothing is recorded before somebody says so; until then the files lie in memory, for an hour.

mod result;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use cadastre_domain::money::Price;
use cadastre_domain::refusal::Refusal;

use super::frame::Frame;
use super::{answer, refused, render};
use crate::admin::compare::{self, File, Keep};
use crate::present::form::{Desk, Form, Sent, see_other};
use crate::present::query::{Asker, Unasked, encode};
use crate::present::text::compare::CompareWords;
use crate::present::text::label;
use crate::present::uploads::Upload;
use crate::present::{Shared, status};
pub(super) use result::show as result;

const PATH: &str = "/compare";
/// Categories whose price is asked.
const PRICED: [&str; 5] = ["laptop", "desktop", "server", "virtual-server", "mailbox"];

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    frame: Frame,
    words: &'static CompareWords,
    form: Form,
    prices: Vec<PriceField>,
}

/// The field of a category's price.
struct PriceField {
    field: String,
    label: String,
}

pub(super) async fn show(State(shared): State<Shared>, _: Unasked, asker: Asker) -> Response {
    answer(page(&shared, None, &asker).await, &asker)
}

async fn page(shared: &Shared, again: Option<(&Sent, &Refusal)>, asker: &Asker) -> Result<ComparePage, Refusal> {
    let language = asker.language;
    let words = CompareWords::of(language);
    let mut form = Form::new(Desk { shared, action: PATH, client: None }.token().await?);
    if let Some((sent, refusal)) = again {
        let prices = PRICED.map(price_field);
        let fields: Vec<&str> = ["annex", "lists"].into_iter().chain(prices.iter().map(String::as_str)).collect();
        form = form.holding(sent).refused(refusal, &fields, language);
    }
    let prices = PRICED.map(|category| PriceField {
        field: price_field(category),
        label: label::name(label::CATEGORIES, category, language).to_owned(),
    });
    Ok(ComparePage { frame: Frame::of(asker, |_| String::from(words.title)), words, form, prices: prices.into() })
}

/// Name of the field of a category's price.
fn price_field(category: &str) -> String {
    format!("price-{category}")
}

/// Takes the files.
pub(super) async fn send(State(shared): State<Shared>, asker: Asker, sent: Sent) -> Response {
    let done = async {
        let upload = upload(&sent)?;
        // What cannot be read at all is refused here, beside the field.
        for (field, name, bytes) in &upload.files {
            let file = File { name: name.clone(), bytes: bytes.clone() };
            compare::columns(&file).map_err(|refusal| refusal.on(field.as_str()))?;
        }
        let (uploads, now) = (shared.uploads.clone(), shared.office.registers.now());
        let work = async move { Ok(format!("{PATH}/{}", uploads.keep(upload, now))) };
        Desk { shared: &shared, action: PATH, client: None }.submit(&sent, work).await
    };
    match done.await {
        Ok(led) => led,
        Err(refusal) => match page(&shared, Some((&sent, &refusal)), &asker).await {
            Ok(page) => render(&page, status::of(refusal.code)),
            Err(refusal) => refused(&refusal, &asker),
        },
    }
}

fn upload(sent: &Sent) -> Result<Upload, Refusal> {
    let mut upload = Upload::default();
    let annex = sent.file("annex").ok_or_else(|| Refusal::new("file_needed").on("annex"))?;
    upload.files.push(("annex".to_owned(), annex.name.clone(), annex.bytes.clone()));
    for file in sent.files("lists") {
        upload.files.push(("lists".to_owned(), file.name.clone(), file.bytes.clone()));
    }
    if upload.files.len() < 2 {
        return Err(Refusal::new("file_needed").on("lists"));
    }
    for category in PRICED {
        let field = price_field(category);
        if let Some(typed) = sent.given(&field) {
            let price = typed.replace(',', ".");
            let refusal = |_| Refusal::new("cell_price_invalid").with("value", typed).on(field.as_str());
            price.parse::<Price>().map_err(refusal)?;
            upload.fields.push((field, price));
        }
    }
    Ok(upload)
}

/// The files again, with their columns as a person says.
pub(super) async fn columns(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let action = format!("{PATH}/{id}/columns");
    let done = async {
        let now = shared.office.registers.now();
        let known = shared.uploads.of(&id, now)?;
        let mut upload = (*known).clone();
        upload.fields.retain(|(field, _)| !field.starts_with("column-"));
        let said = sent.fields().filter(|(field, _)| field.starts_with("column-"));
        upload.fields.extend(said.map(|(field, value)| (field.to_owned(), value.to_owned())));
        result::files(&upload)?;
        let (uploads, id) = (shared.uploads.clone(), id.clone());
        let work = async move {
            uploads.replace(&id, upload);
            Ok(format!("{PATH}/{id}"))
        };
        Desk { shared: &shared, action: &action, client: None }.submit(&sent, work).await
    };
    match done.await {
        Ok(led) => led,
        Err(refusal) => result::again(&shared, &id, &sent, &refusal, &asker).await,
    }
}

/// Keeps the files as a client.
pub(super) async fn keep(State(shared): State<Shared>, Path(id): Path<String>, asker: Asker, sent: Sent) -> Response {
    let action = format!("{PATH}/{id}/keep");
    let done = async {
        if let Some(led_to) = shared.forms.led_to(&sent) {
            return Ok(see_other(&led_to));
        }
        let upload = shared.uploads.of(&id, shared.office.registers.now())?;
        let files = result::files(&upload)?;
        let client = sent.text("client").to_owned();
        let args = Keep {
            client: client.clone(),
            name: sent.given("name").map(str::to_owned),
            prices: result::prices(&upload),
        };
        let (registers, uploads, id) = (shared.office.registers.clone(), shared.uploads.clone(), id.clone());
        let work = async move {
            if let [annex, lists @ ..] = files.as_slice() {
                compare::keep(&registers, annex, lists, args).await?;
            }
            uploads.forget(&id);
            Ok(format!("/clients/{}", encode(&client)))
        };
        Desk { shared: &shared, action: &action, client: None }.submit(&sent, work).await
    };
    match done.await {
        Ok(led) => led,
        Err(refusal) => result::again(&shared, &id, &sent, &refusal, &asker).await,
    }
}

/// Throws the files away.
pub(super) async fn discard(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let action = format!("{PATH}/{id}/discard");
    let uploads = shared.uploads.clone();
    let work = async move {
        uploads.forget(&id);
        Ok(PATH.to_owned())
    };
    match (Desk { shared: &shared, action: &action, client: None }).submit(&sent, work).await {
        Ok(led) => led,
        Err(refusal) => refused(&refusal, &asker),
    }
}
