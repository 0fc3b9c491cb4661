//! `demo`: forty made-up clients over fourteen months, with every kind of finding, and away again with one command.
//!
//! Each client is told as facts with the instants of their days, written as the export of a client, and taken in by the road
//! of `import client`. **Invariant**: the same day gives the same sample; every client of it says that it is an example, and
//! `--remove` erases those and no other.

mod cast;
mod chapters;
mod dice;
mod estate;
mod machine;
mod paper;
mod plan;
mod story;
#[cfg(test)]
mod tests;

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::refusal::Refusal;
use clap::Args;
use hyper::body::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use self::cast::{Cast, Days};
use self::plan::{ASSETS, PLANS, Plan};
use self::story::Story;
use super::remote::{self, Failed};
use super::{Context, show};
use crate::clock::{Clock, SystemClock};

/// Months that the sample tells, the present one included.
const MONTHS: i32 = 14;

/// What to do with the sample.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Erase them, and nothing else.
    #[arg(long)]
    remove: bool,
    /// Only so many of them, the smallest first.
    #[arg(long, value_name = "N", default_value_t = PLANS.len())]
    clients: usize,
}

/// Adds the sample, or removes it.
pub(super) async fn run(context: &Context, args: &DemoArgs) -> Result<(), Failed> {
    if args.remove {
        return self::remove(context).await;
    }
    if let Some(client) = examples(context).await?.into_iter().next() {
        return Err(Refusal::new("demo_exists").with("client", client).into());
    }
    let now = SystemClock.now();
    let mut assets = 0;
    let wanted = args.clients.min(PLANS.len());
    for (turn, plan) in PLANS.iter().take(wanted).enumerate() {
        let size = if plan.size == 0 { ASSETS.saturating_sub(assets) } else { plan.size };
        let (lines, count) = client(plan, size, turn * 3, now).await?;
        assets += count;
        let text: String = lines.into_iter().flat_map(|line| [line, "\n".to_owned()]).collect();
        remote::post_bytes(context, "import", Bytes::from(text)).await?;
        let (done, of) = ((turn + 1).to_string(), wanted.to_string());
        show::say(context, "demo_progress", &[("done", &done), ("of", &of), ("name", &plan.display_name())]);
    }
    let answer = json!({"schema": "cadastre/demo/1", "clients": wanted, "assets": assets, "months": MONTHS});
    let (clients, assets, months) = (wanted.to_string(), assets.to_string(), MONTHS.to_string());
    show::done(context, &answer, "demo_added", &[("clients", &clients), ("assets", &assets), ("months", &months)]);
    Ok(())
}

/// The clients that are examples.
async fn examples(context: &Context) -> Result<Vec<String>, Failed> {
    let answer = remote::get(context, "/api/v1/admin/examples").await?;
    let clients = answer["clients"].as_array().into_iter().flatten();
    Ok(clients.filter_map(|client| client.as_str()).map(str::to_owned).collect())
}

async fn remove(context: &Context) -> Result<(), Failed> {
    let answer = remote::post(context, "demo-remove", &json!({})).await?;
    let clients = answer["clients"].to_string();
    show::done(context, &answer, "demo_removed", &[("clients", &clients)]);
    Ok(())
}

/// One client's export, and how many assets its register holds.
async fn client(plan: &Plan, size: u32, turn: usize, now: Timestamp) -> Result<(Vec<String>, u32), Refusal> {
    let zone = cadastre_domain::calendar::zone("Europe/Paris").unwrap_or(TimeZone::UTC);
    let today = day_of(now, &zone);
    let days = Days { start: Month::of(today).plus(1 - MONTHS).first(), today };
    let cast = Cast::of(plan, size, days, turn);
    let mut story = Story::new(plan.client(), now);
    estate::tell(plan, &cast, days, &mut story)?;
    chapters::lists(plan, &cast, days, &mut story);
    chapters::works(plan, &cast, days, &mut story);
    let register = story.register(now).await?;
    chapters::decisions(&cast, days, &register, &mut story);
    chapters::closings(plan, days, &mut story).await?;
    let register = story.register(now).await?;
    chapters::snoozes(&cast, days, &register, &mut story);
    let count = u32::try_from(register.standings.len()).unwrap_or(u32::MAX);
    Ok((story.lines()?, count))
}
