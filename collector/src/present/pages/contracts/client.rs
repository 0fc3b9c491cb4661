//! `/new/client`: a client made in the browser, and on to its contract.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use cadastre_domain::refusal::Refusal;

use crate::admin::client::{AddClient, add};
use crate::admin::sample;
use crate::present::form::{Desk, Form, Sent};
use crate::present::pages::frame::Frame;
use crate::present::pages::{answer, refused, render};
use crate::present::query::{Asker, Unasked, encode};
use crate::present::text::contracts::{ContractsWords, SAMPLES};
use crate::present::text::label;
use crate::present::{Shared, status};

const PATH: &str = "/new/client";

#[derive(Template)]
#[template(path = "new_client.html")]
struct NewClientPage {
    frame: Frame,
    words: &'static ContractsWords,
    form: Form,
    samples: Vec<(&'static str, &'static str)>,
}

pub(crate) async fn show(State(shared): State<Shared>, _: Unasked, asker: Asker) -> Response {
    answer(page(&shared, None, &asker).await, &asker)
}

async fn page(shared: &Shared, again: Option<(&Sent, &Refusal)>, asker: &Asker) -> Result<NewClientPage, Refusal> {
    let language = asker.language;
    let words = ContractsWords::of(language);
    let mut form = Form::new(Desk { shared, action: PATH, client: None }.token().await?);
    form = match again {
        Some((sent, refusal)) => form.holding(sent).refused(refusal, &["client", "name", "siren"], language),
        None => form.with("sample", "office-forfait"),
    };
    let samples = sample::names().map(|name| (name, label::name(SAMPLES, name, language)));
    Ok(NewClientPage {
        frame: Frame::of(asker, |_| String::from(words.new_client)),
        words,
        form,
        samples: samples.collect(),
    })
}

pub(crate) async fn make(State(shared): State<Shared>, asker: Asker, sent: Sent) -> Response {
    let client = sent.text("client").to_owned();
    let args = AddClient {
        client: client.clone(),
        name: sent.given("name").map(str::to_owned),
        siren: sent.given("siren").map(|siren| siren.replace(' ', "")),
    };
    let path = format!("/clients/{}", encode(&client));
    let led_to = match sent.given("sample") {
        Some(sample) => format!("{path}/contracts/new?sample={}", encode(sample)),
        None => path,
    };
    let registers = shared.office.registers.clone();
    let work = async move {
        let known = |refusal: Refusal| if refusal.field.is_none() { refusal.on("client") } else { refusal };
        add(registers.record(), args).await.map(|()| led_to).map_err(known)
    };
    match (Desk { shared: &shared, action: PATH, client: None }).submit(&sent, work).await {
        Ok(led) => led,
        Err(refusal) => match page(&shared, Some((&sent, &refusal)), &asker).await {
            Ok(page) => render(&page, status::of(refusal.code)),
            Err(refusal) => refused(&refusal, &asker),
        },
    }
}
