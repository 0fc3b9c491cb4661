//! `/clients/{client}/machines/{token}`: the command of each system, and how far the machines have come that ran it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{path, state};
use crate::present::Shared;
use crate::present::pages::frame::{Frame, zone};
use crate::present::query::{Asker, Unasked, client_code, encode};
use crate::present::text::machines::{COMMANDS, MachinesWords};
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number};
use crate::views::joining::{FirstReport, Joined, Joining};

/// A certificate without a report after this many seconds says that something is wrong.
const REPORT_LATE_S: i64 = 120;
/// A clock may be off by this many seconds.
const CLOCK_OFF_S: i64 = 300;

#[derive(Template)]
#[template(path = "machine.html")]
struct LivePage {
    frame: Frame,
    words: &'static MachinesWords,
    client_href: String,
    machines_href: String,
    here: String,
    id: String,
    state: &'static str,
    /// Whether the token is shown in the commands.
    shown: bool,
    open: bool,
    commands: Vec<(&'static str, String)>,
    loopback: bool,
    as_at: String,
    made: String,
    machines: Vec<Machine>,
    waiting: Option<String>,
}

struct Machine {
    steps: Vec<String>,
    asset: Option<(String, String)>,
    facts: Vec<String>,
    decide: bool,
    troubles: Vec<String>,
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((client, token)): Path<(String, String)>,
    _: Unasked,
    asker: Asker,
) -> Response {
    super::super::answer(page(&shared, &client, &token, &asker).await, &asker)
}

async fn page(shared: &Shared, client: &str, token: &str, asker: &Asker) -> Result<LivePage, Refusal> {
    let language = asker.language;
    let words = MachinesWords::of(language);
    let today = shared.reads.today(client_code(client)?).await?;
    let joining = Joining::read(&shared.office.registers, client, token).await?;
    let now = shared.office.registers.now();
    let secret = shared.fresh_tokens.of(token, now);
    let collector = shared.settings.enrolment.as_str();
    let told = [("collector", collector), ("token", secret.as_deref().unwrap_or("…"))];
    let zone = zone(&today);
    let state = state(&joining.token, now, words);
    let place = Place { client, zone: &zone, now, currency: &joining.currency, language };
    let port = collector.rsplit(':').next().unwrap_or_default();
    Ok(LivePage {
        frame: Frame::of(asker, |_| format!("{} · {}", words.title, today.name)).of_client(&today.name),
        words,
        client_href: format!("/clients/{}", encode(client)),
        machines_href: path(client),
        here: format!("{}/{}", path(client), encode(token)),
        id: token.to_owned(),
        state,
        open: state == words.state_open,
        shown: secret.is_some(),
        commands: COMMANDS.iter().map(|(system, command)| (*system, fill(command, &told, language))).collect(),
        loopback: collector.contains("127.0.0.1") || collector.contains("localhost"),
        as_at: fill(words.as_at, &[("time", &clock(now, &zone))], language),
        made: fill(words.token_made, &[("time", &date::instant(joining.made, &zone, language))], language),
        waiting: joining.machines.is_empty().then(|| fill(words.waiting_why, &[("port", port)], language)),
        machines: joining.machines.iter().map(|joined| machine(joined, &place)).collect(),
    })
}

struct Place<'p> {
    client: &'p str,
    zone: &'p TimeZone,
    now: Timestamp,
    currency: &'p str,
    language: Language,
}

fn machine(joined: &Joined, place: &Place<'_>) -> Machine {
    let language = place.language;
    let words = MachinesWords::of(language);
    let say = |text, at| fill(text, &[("time", &*clock(at, place.zone))], language);
    let mut steps = vec![say(words.token_seen, joined.enrolled), words.certificate.to_owned()];
    steps.push(match joined.report {
        Some(report) => say(words.report, report.at),
        None => words.report_waited.to_owned(),
    });
    let asset = joined.asset.as_ref().map(|asset| {
        let href = format!("/clients/{}/assets/{}", encode(place.client), encode(&asset.asset));
        (asset.name.clone(), href)
    });
    let mut facts = Vec::new();
    if let Some(asset) = &joined.asset {
        facts.push(label::name(label::CATEGORIES, &asset.category, language).to_owned());
        facts.push(label::name(label::STATUSES, &asset.status, language).to_owned());
        facts.extend(asset.line.clone());
    }
    if let Some(amount) = &joined.amount_month {
        let amount = number::signed_amount(amount, place.currency, language);
        facts.push(fill(words.amount, &[("amount", &amount)], language));
    }
    Machine {
        steps,
        asset,
        facts,
        decide: joined.asset.as_ref().is_some_and(|asset| asset.status == "uncovered"),
        troubles: troubles(joined, place),
    }
}

fn troubles(joined: &Joined, place: &Place<'_>) -> Vec<String> {
    let language = place.language;
    let words = MachinesWords::of(language);
    let seconds = |s: i64| date::age(Timestamp::UNIX_EPOCH, Timestamp::from_second(s).unwrap_or_default(), language);
    match joined.report {
        None => {
            let waited = place.now.as_second().saturating_sub(joined.enrolled.as_second());
            let said = || fill(words.report_late, &[("age", &seconds(waited))], language);
            (waited > REPORT_LATE_S).then(said).into_iter().collect()
        }
        Some(FirstReport { clock_ahead_s, .. }) => {
            let text = if clock_ahead_s > 0 { words.clock_ahead } else { words.clock_behind };
            let said = || fill(text, &[("age", &seconds(clock_ahead_s.saturating_abs()))], language);
            (clock_ahead_s.saturating_abs() > CLOCK_OFF_S).then(said).into_iter().collect()
        }
    }
}

/// `10:41`.
fn clock(at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}
