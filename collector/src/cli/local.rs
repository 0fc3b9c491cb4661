//! Commands that need no collector: `contract check` and `explain`.

use std::io::{BufWriter, Read, Write};
use std::path::Path;

use cadastre_domain::contract::{self, Remark, Severity};
use cadastre_domain::refusal::Refusal;

use super::{Context, Failed, read_file, show};
use crate::views::explanation::explain as explain_lines;

/// Says what is wrong with a contract file; an `error` is a refusal.
pub(super) fn check(context: &Context, file: &Path) -> Result<(), Failed> {
    let remarks = contract::lint(&read_text(file)?);
    if context.json {
        show::document(&serde_json::json!({"schema": "cadastre/remarks/1", "remarks": remarks}));
    }
    show::remarks(context, file, &remarks);
    if remarks.iter().any(|remark| remark.severity == Severity::Error) {
        let refusal = Refusal::new("contract_unsound").with("errors", errors(&remarks));
        return Err(refusal.in_file(file.display()).into());
    }
    let warnings = remarks.len().to_string();
    show::say(context, "contract_checked", &[("warnings", &warnings)]);
    Ok(())
}

/// The refusal that ends a command that records a contract, on one with errors.
pub(super) fn refused(file: &Path, remarks: &[Remark]) -> Refusal {
    Refusal::new("contract_has_errors").with("errors", errors(remarks)).in_file(file.display())
}

fn errors(remarks: &[Remark]) -> usize {
    remarks.iter().filter(|remark| remark.severity == Severity::Error).count()
}

/// A text file in UTF-8.
pub(super) fn read_text(file: &Path) -> Result<String, Refusal> {
    let bytes = read_file(file)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line =
            error.as_bytes().get(..valid).map_or(1, |before| before.iter().filter(|byte| **byte == b'\n').count() + 1);
        Refusal::new("not_utf8").in_file(file.display()).at_line(line)
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Explains each line of a file: one document out for each line in; wrong lines are named on stderr and end in exit 1.
pub(super) fn explain(context: &Context, report: &Path) -> Result<(), Failed> {
    let mut input: Box<dyn Read> = if report == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        let open = std::fs::File::open(report);
        let unreadable = |error| Refusal::new("file_unreadable").with("reason", error).in_file(report.display());
        Box::new(open.map_err(unreadable)?)
    };
    let mut text = Vec::new();
    input
        .read_to_end(&mut text)
        .map_err(|e| Refusal::new("file_unreadable").with("reason", e).in_file(report.display()))?;
    let (explained, refusals) = explain_lines(&text);
    let mut out = BufWriter::new(std::io::stdout().lock());
    // A closed pipe is not our failure.
    let _ = explained.write(|line| out.write_all(line)).and_then(|()| out.flush());
    let count = refusals.len();
    for refusal in refusals {
        show::refusal(context, &refusal.in_file(report.display()));
    }
    if count > 0 {
        return Err(Refusal::new("lines_refused").with("lines", count).in_file(report.display()).into());
    }
    Ok(())
}
