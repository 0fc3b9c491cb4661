//! Commands about other consoles: `import csv`, `source map`, `source list`; and what some verbs of `decide` take.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::remote::{self, Failed};
use super::{Context, read_file, reads, show};

/// A list to import.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The file.
    pub(crate) file: PathBuf,
    /// Name of the source.
    #[arg(long, value_name = "NAME")]
    pub(crate) source: String,
    /// The client of all rows; without it, the group column says whose each row is.
    #[arg(long)]
    pub(crate) client: Option<String>,
    /// The list is complete: what it lacks is absent.
    #[arg(long)]
    pub(crate) complete: bool,
    /// The day or the instant that it speaks of; now when absent.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
    /// The profile of its columns.
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Record it even when it lost many rows.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Groups and lists of other consoles.
#[derive(Debug, Subcommand)]
pub(crate) enum SourceCommand {
    /// Say whose a group is.
    Map {
        /// Name of the source.
        name: String,
        /// Group, as the console writes it.
        group: String,
        /// Client code.
        #[arg(long)]
        client: String,
        /// Site of the client.
        #[arg(long)]
        site: Option<String>,
    },
    /// Lists and groups.
    List {
        /// Only this client's.
        #[arg(long)]
        client: Option<String>,
    },
    /// What the columns of other consoles' exports say.
    Profiles,
}

/// What `move`, `snooze` and `attest` take.
#[derive(Debug, Args)]
pub(crate) struct MoreArgs {
    /// Client that the assets go to, for move.
    #[arg(long, value_name = "CLIENT")]
    to_client: Option<String>,
    /// Site that the assets go to, for move.
    #[arg(long)]
    site: Option<String>,
    /// Finding, for snooze.
    #[arg(long)]
    finding: Option<String>,
    /// Last day that it sleeps, for snooze.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Duty, for attest.
    #[arg(long)]
    duty: Option<String>,
    /// Result, for attest: passed or failed.
    #[arg(long)]
    result: Option<String>,
}

impl MoreArgs {
    /// As the admin socket takes it.
    pub(super) fn json(&self) -> Value {
        json!({
            "to_client": self.to_client, "site": self.site, "finding": self.finding, "until": self.until,
            "duty": self.duty, "result": self.result,
        })
    }
}

pub(super) async fn import(context: &Context, args: ListArgs) -> Result<(), Failed> {
    let bytes = STANDARD.encode(read_file(&args.file)?);
    let body = json!({
        "source": args.source, "client": args.client, "complete": args.complete, "as_of": args.as_of,
        "profile": args.profile, "yes": args.yes, "file": args.file.display().to_string(), "bytes": bytes,
    });
    let answer = remote::post(context, "list-import", &body).await?;
    let rows = answer["rows"].to_string();
    let changed = answer["changed"] == Value::Bool(true);
    let code = if changed { "list_imported" } else { "list_unchanged" };
    show::done(context, &answer, code, &[("rows", &rows), ("source", &args.source)]);
    for (group, rows) in answer["unmapped"].as_object().into_iter().flatten() {
        let rows = rows.to_string();
        show::say(context, "group_unmapped", &[("group", group), ("rows", &rows), ("source", &args.source)]);
    }
    Ok(())
}

pub(super) async fn run(context: &Context, command: SourceCommand) -> Result<(), Failed> {
    match command {
        SourceCommand::Map { name, group, client, site } => {
            let body = json!({"source": name, "group": group, "client": client, "site": site});
            let answer = remote::post(context, "source-map", &body).await?;
            let rows = answer["rows"].to_string();
            let args = [("group", group.as_str()), ("source", &name), ("client", &client), ("rows", &rows)];
            show::done(context, &answer, "group_mapped", &args);
        }
        SourceCommand::List { client } => {
            let query = client.map(|client| format!("?client={}", reads::encode(&client))).unwrap_or_default();
            let answer = remote::get(context, &format!("/api/v1/admin/sources{query}")).await?;
            let columns = ["source", "client", "group", "site", "as_of", "complete", "rows"];
            reads::list(context, &answer, "sources", &columns, "no_sources");
        }
        SourceCommand::Profiles => {
            let profiles = json!({"schema": "cadastre/profiles/1", "profiles": crate::admin::profile::all()});
            reads::list(context, &profiles, "profiles", &["name", "verified", "read_on", "read_in"], "no_sources");
        }
    }
    Ok(())
}
