//! `/clients/{client}/months/{month}`: the checklist, why the bill differs from the last, its lines down to the slot-days;
//! then close, statement and export.
//!
//! **Invariant**: whether the month can be closed is what closing itself answers, never a second opinion.

mod checks;
mod hand;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use cadastre_domain::calendar::Month;
use cadastre_domain::closing::Closed;
use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;

pub(super) use hand::{file, pack, statement};

use self::checks::Check;
use super::frame::{Frame, zone};
use super::month::{self, MonthView};
use super::{refused, render};
use crate::admin::close::{CloseMonth, close};
use crate::admin::sign::{SignStatement, sign};
use crate::present::files::{handover, profile};
use crate::present::form::{Desk, Form, Sent};
use crate::present::query::{self, Asked, Asker, client_code, encode};
use crate::present::text::bill::step;
use crate::present::text::monthly::MonthlyWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, number};
use crate::present::{Shared, status};
use crate::views::bill::{Bill, SlotDays};
use crate::views::bridge::{BridgeRow, Bridges, StepRow};

#[derive(Template)]
#[template(path = "monthly.html")]
struct MonthlyPage {
    frame: Frame,
    words: &'static MonthlyWords,
    path: String,
    title: String,
    previous: String,
    next: String,
    notice: Option<String>,
    checks: Vec<Check>,
    bridges: Vec<Bridge>,
    bridge_title: String,
    month: MonthView,
    /// Whether something prevents the close.
    stopped: bool,
    closing: Option<Closing>,
    closed: Option<String>,
    signing: Option<Form>,
    signatures: Vec<(String, String)>,
    exports: bool,
    profiles: Vec<String>,
}

/// The form that closes the month.
struct Closing {
    form: Form,
    about: String,
    sure: String,
    button: String,
}

struct Bridge {
    before: (String, String),
    steps: Vec<(String, Option<String>, String, bool)>,
    after: (String, String),
    same: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    Path((client, month)): Path<(String, String)>,
    RawQuery(asked): RawQuery,
    asker: Asker,
) -> Response {
    let place = Place { shared: &shared, client: &client, month: &month, asker: &asker };
    let page = async {
        let done = Asked::read(asked.as_deref(), &["done"])?.done.unwrap_or_default();
        if !["", "closed", "signed"].contains(&done.as_str()) {
            return Err(query::no_such("done", &done));
        }
        page(&place, &done, None).await
    };
    super::answer(page.await, &asker)
}

/// Which page it is.
#[derive(Clone, Copy)]
struct Place<'p> {
    shared: &'p Shared,
    client: &'p str,
    month: &'p str,
    asker: &'p Asker,
}

/// A form of the page that was refused, by the end of its address.
struct Again<'r> {
    form: &'static str,
    sent: &'r Sent,
    refusal: &'r Refusal,
}

impl Place<'_> {
    fn path(&self) -> String {
        format!("/clients/{}/months/{}", encode(self.client), encode(self.month))
    }

    async fn form(&self, name: &'static str, again: Option<&Again<'_>>, fields: &[&str]) -> Result<Form, Refusal> {
        let action = format!("{}/{name}", self.path());
        let token = Desk { shared: self.shared, action: &action, client: Some(self.client) }.token().await?;
        let form = Form::new(token);
        Ok(match again.filter(|again| again.form == name) {
            Some(again) => form.holding(again.sent).refused(again.refusal, fields, self.asker.language),
            None => form,
        })
    }
}

async fn page(place: &Place<'_>, done: &str, again: Option<Again<'_>>) -> Result<MonthlyPage, Refusal> {
    let (shared, language) = (place.shared, place.asker.language);
    let words = MonthlyWords::of(language);
    let client = client_code(place.client)?;
    let month = query::month(place.month)?;
    let today = shared.reads.today(client).await?;
    let register = shared.office.registers.of(client, None, None).await?;
    let bills = register.bills(month);
    let several = bills.as_ref().is_ok_and(|bills| bills.len() > 1);
    let bills = bills.map(|bills| bills.into_iter().map(|bill| Bill::of(&register, bill, several)).collect::<Vec<_>>());
    let net = bills
        .as_ref()
        .ok()
        .and_then(|bills| bills.first())
        .map(|bill| number::amount(&bill.total_net, &bill.currency, language));
    let exports = bills.as_ref().is_ok_and(|bills| !bills.is_empty());
    let client_href = format!("/clients/{}", encode(client));
    let names: BTreeMap<&str, &str> =
        register.assets.iter().map(|asset| (asset.id.as_str(), asset.name.as_str())).collect();
    let asked = Asked::default();
    let view = month::Place { path: &client_href, client, month, asked: &asked, names: &names, language };
    let name = date::month(month.first(), language);
    let say = |text: &str| fill(text, &[("month", &name), ("net", net.as_deref().unwrap_or("–"))], language);
    let closed = register.closed_month(month);
    let checks = checks::checks(&register, month, (&client_href, &zone(&today)), language)?;
    // A close that was refused is told where it was asked, though nothing offers it by now.
    let refused = again.as_ref().is_some_and(|again| again.form == "close");
    let stopped = checks.iter().any(|check| check.kind == "stop") && !refused;
    let closing = match closed {
        Some(_) => None,
        None if stopped => None,
        None => Some(Closing {
            form: place.form("close", again.as_ref(), &["sure"]).await?,
            about: say(words.close_about),
            sure: say(words.close_sure),
            button: say(words.close_button),
        }),
    };
    let signing = match closed {
        Some(_) => {
            let form = place.form("sign", again.as_ref(), &SIGN_FIELDS).await?;
            Some(form.with("signed_on", today.day).with("language", language.code()))
        }
        None => None,
    };
    let notice = match done {
        "closed" if closed.is_some() => Some(say(words.just_closed)),
        "signed" => Some(words.just_signed.to_owned()),
        _ => None,
    };
    let other = |by: i32| format!("{client_href}/months/{}", month.plus(by));
    Ok(MonthlyPage {
        frame: Frame::of(place.asker, |_| format!("{name} · {}", today.name)).of_client(&today.name),
        words,
        path: place.path(),
        title: date::capital(&say(words.title)),
        previous: other(-1),
        next: other(1),
        notice: notice.map(|text| date::capital(&text)),
        bridges: bridges(&register, month, &client_href, language),
        bridge_title: fill(words.bridge, &[("month", &date::month(month.plus(-1).first(), language))], language),
        month: month::view(bills, Ok(SlotDays::of(&register, month)), &view),
        closed: closed.map(|closed| {
            let at = date::instant(closed.at, &zone(&today), language);
            let head = head(&register, closed);
            fill(words.closed_on, &[("instant", &at), ("head", &head)], language)
        }),
        stopped,
        closing,
        signatures: if closed.is_some() { signatures(shared, client, month, language).await? } else { Vec::new() },
        signing,
        exports,
        profiles: profile::names(),
        checks,
    })
}

const SIGN_FIELDS: [&str; 4] = ["name", "role", "signed_on", "language"];

/// The first letters of the ledger's head after a closing.
fn head(register: &Register, closed: &Closed) -> String {
    let head = cadastre_domain::ledger::head_at(&register.client, &register.ledger, closed.seq);
    head.chars().take(HASH_SHOWN).collect()
}

const HASH_SHOWN: usize = 12;

/// Who signed the month's statement, and what.
async fn signatures(
    shared: &Shared,
    client: &str,
    month: Month,
    language: Language,
) -> Result<Vec<(String, String)>, Refusal> {
    let words = MonthlyWords::of(language);
    let recorded = shared.office.registers.record().facts_after(client, 0).await.map_err(|error| error.refusal())?;
    let of_month = recorded.iter().filter_map(|recorded| match &recorded.fact {
        Fact::Signature(signature) if signature.month == month => Some(signature),
        _ => None,
    });
    let said = of_month.map(|signature| {
        let day = date::day(signature.signed_on, language);
        let values = [("name", signature.name.as_str()), ("role", &signature.role), ("day", &day)];
        let sha: String = signature.statement.chars().take(HASH_SHOWN).collect();
        (fill(words.signed, &values, language), fill(words.imprint, &[("sha", &sha)], language))
    });
    Ok(said.collect())
}

fn bridges(register: &Register, month: Month, client_href: &str, language: Language) -> Vec<Bridge> {
    // What cannot be priced is said where the lines would stand.
    let Ok(bridges) = Bridges::of(register, month) else { return Vec::new() };
    let words = MonthlyWords::of(language);
    let name = |month: Month| date::capital(&date::month(month.first(), language));
    let one = |bridge: &BridgeRow| {
        let money = |text: &str| number::amount(text, &bridge.currency, language);
        let step = |row: &StepRow| {
            let day = row.day.map(|day| day.to_string());
            let line = row.line.as_deref().unwrap_or(&row.contract);
            let known = [
                ("line", Some(line)),
                ("contract", Some(row.contract.as_str())),
                ("slot", row.slot.as_deref()),
                ("day", day.as_deref()),
            ];
            let args: Vec<(&str, &str)> = known.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
            let href = row.slot.as_ref().and_then(|slot| holder(register, row, slot, month));
            let href = href.map(|asset| format!("{client_href}/assets/{}", encode(&asset)));
            let zero = super::clients::is_zero(&row.amount);
            (
                step(row.code, &args, language),
                href,
                number::signed_amount(&row.amount, &bridge.currency, language),
                zero,
            )
        };
        Bridge {
            before: (name(month.plus(-1)), money(&bridge.before)),
            steps: bridge.steps.iter().map(step).collect(),
            after: (name(month), money(&bridge.after)),
            same: bridge.steps.is_empty().then(|| {
                fill(words.bridge_same, &[("month", &date::month(month.plus(-1).first(), language))], language)
            }),
        }
    };
    bridges.bridges.iter().map(one).collect()
}

/// The asset that held a step's slot last in the month, or in the one before.
fn holder(register: &Register, row: &StepRow, slot: &str, month: Month) -> Option<String> {
    let line = row.line.as_deref()?;
    let of = |month: Month| register.stays_of(&row.contract, line, slot, month).last().map(|stay| stay.asset);
    let asset = of(month).or_else(|| of(month.plus(-1)))?;
    register.assets.get(asset).map(|asset| asset.id.clone())
}

pub(super) async fn settle(
    State(shared): State<Shared>,
    Path((client, month)): Path<(String, String)>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let place = Place { shared: &shared, client: &client, month: &month, asker: &asker };
    let path = place.path();
    let action = format!("{path}/close");
    let desk = Desk { shared: &shared, action: &action, client: Some(&client) };
    let closed = async {
        let args = CloseMonth { client: client_code(&client)?.to_owned(), period: query::month(&month)? };
        if sent.text("sure") != "yes" {
            return Err(Refusal::new("confirmation_needed").on("sure"));
        }
        let registers = shared.office.registers.clone();
        desk.submit(&sent, async move { close(&registers, args).await.map(|_| format!("{path}?done=closed")) }).await
    };
    match closed.await {
        Ok(led) => led,
        Err(refusal) => again(&place, "close", &sent, &refusal).await,
    }
}

pub(super) async fn signed(
    State(shared): State<Shared>,
    Path((client, month)): Path<(String, String)>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let place = Place { shared: &shared, client: &client, month: &month, asker: &asker };
    let path = place.path();
    let action = format!("{path}/sign");
    let desk = Desk { shared: &shared, action: &action, client: Some(&client) };
    let recorded = async {
        let (client, period) = (client_code(&client)?.to_owned(), query::month(&month)?);
        let language = Language::of_tag(sent.text("language")).unwrap_or(asker.language);
        let signed_on = sent.day("signed_on")?.ok_or_else(|| Refusal::new("cell_empty").on("signed_on"))?;
        let page = handover::page(&shared.office.registers, &client, period, language).await?;
        let args = SignStatement {
            client,
            period,
            name: sent.text("name").to_owned(),
            role: sent.text("role").to_owned(),
            signed_on,
            statement: page.sha256.clone(),
            head: page.statement.head,
            known_at: None,
        };
        let registers = shared.office.registers.clone();
        desk.submit(&sent, async move {
            sign(&registers, args, &[page.sha256]).await.map(|()| format!("{path}?done=signed"))
        })
        .await
    };
    match recorded.await {
        Ok(led) => led,
        Err(refusal) => again(&place, "sign", &sent, &refusal).await,
    }
}

/// The page with the refused form as it was typed.
async fn again(place: &Place<'_>, form: &'static str, sent: &Sent, refusal: &Refusal) -> Response {
    match page(place, "", Some(Again { form, sent, refusal })).await {
        Ok(page) => render(&page, status::of(refusal.code)),
        Err(refusal) => refused(&refusal, place.asker),
    }
}
