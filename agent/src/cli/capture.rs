//! `capture`: the raw inputs of this machine in a new folder, to be read before they are sent anywhere.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use cadastre_proto::catalogue::Catalogue;
use cadastre_proto::inventory::Inventory;
use clap::Args;

use super::{Cli, Environment, load_config, state_folder, text};
use crate::agent::{VERSION, collect};
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::privacy::Privacy;
use crate::probe::{boot, firmware};
use crate::refusal::{Refusal, io_code};
use crate::source::Source;
use crate::source::capture::mask::{KINDS, Masks};
use crate::source::capture::write::{About, write};
use crate::source::capture::{Recorder, redact};
use crate::source::live::{self, Live};
use crate::spool;

/// Arguments of `capture`.
#[derive(Debug, Clone, Args)]
pub struct CaptureArgs {
    /// The new folder.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How much to record (default: the level of the configuration file).
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub privacy: Option<Privacy>,
    /// Swap serials, UUIDs, MACs and names for values of the same shape.
    #[arg(long)]
    pub mask: bool,
}

pub(super) fn run(cli: &Cli, environment: &Environment, args: &CaptureArgs, out: &mut dyn Write) -> Result<ExitCode> {
    let config = load_config(cli, environment)?;
    let privacy = args.privacy.unwrap_or(config.privacy);
    let (clock, machine) = (SystemClock::new(), Live::new(None));
    let catalogue = spool::catalogue(&state_folder(cli, environment));
    let written = capture(&machine, &clock, &mut SystemRandom, (privacy, &catalogue), args)?;
    if cli.json {
        let document = serde_json::json!({ "schema": "cadastre/captured/1", "out": args.out, "files": written });
        writeln!(out, "{document}")?;
        return Ok(ExitCode::SUCCESS);
    }
    for path in &written {
        writeln!(out, "{}", args.out.join(path).display())?;
    }
    let said = Refusal::new("captured").in_file(&args.out).with("privacy", privacy.name());
    writeln!(out, "{}", text(cli, environment).refusal(&said))?;
    Ok(ExitCode::SUCCESS)
}

/// Records a machine; the files that were written.
pub(crate) fn capture(
    machine: &dyn Source,
    clock: &dyn Clock,
    random: &mut dyn Random,
    (privacy, catalogue): (Privacy, &Catalogue),
    args: &CaptureArgs,
) -> Result<Vec<String>> {
    let recorder = Recorder::new(machine);
    let inventory = collect(&recorder, clock, random, privacy, catalogue);
    // A capture also stands for the machine that reports: its boot is told at check-in.
    let _ = boot::read(&recorder, clock.now());
    let mut seen = recorder.seen();
    let dropped = redact::redact(&mut seen, machine.system(), privacy, catalogue);
    if args.mask {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        let mut masks = Masks::of(&serde_json::to_value(&inventory)?, &salt);
        masks.add(firmware::serials(machine), &salt);
        masks.apply(&mut seen);
    }
    let about = About {
        system: machine.system(),
        captured_at: inventory.collected_at.parse()?,
        time_zone: time_zone(&inventory),
        elevated: live::is_elevated(),
        privacy: privacy.name(),
        agent: VERSION,
        masked: if args.mask { KINDS.iter().map(|kind| (*kind).to_owned()).collect() } else { Vec::new() },
        dropped,
    };
    let written = write(&args.out, about, &seen)
        .map_err(|error| Refusal::new("capture_not_written").with("cause", io_code(&error)).in_file(&args.out))?;
    Ok(written)
}

fn time_zone(inventory: &Inventory) -> Option<String> {
    Some(inventory.sections.get("host")?.data.as_ref()?.get("timezone")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests;
