//! Events of Windows' logs, through the system's own reader of logs: instant and level of a few numbers.
//!
//! Refuses an event's text, which is in a user's language: the level says whether it is a failure.

use jiff::Timestamp;

use crate::probe::known::{VEEAM_WINDOWS, WINDOWS_BACKUP};
use crate::probe::not_understood;
use crate::source::{ReadError, Source};

const PROGRAM: &str = "C:\\Windows\\System32\\wevtutil.exe";
/// Windows' number for what only others may.
const ACCESS_DENIED: i32 = 5;
/// The level from which on (downwards) an event is a failure: error.
const ERROR: u8 = 2;

/// Events to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Events {
    /// The log's name.
    pub(crate) log: &'static str,
    /// The numbers of its events.
    numbers: &'static [u16],
}

/// An event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    /// When it was written.
    pub(crate) at: Timestamp,
    /// Whether its level is that of an error.
    pub(crate) is_failure: bool,
}

/// The events by which a backup product tells how it ended.
pub(crate) fn of_backup(product: &str) -> Option<&'static Events> {
    match product {
        VEEAM_WINDOWS => Some(&Events { log: "Veeam Agent", numbers: &[190] }),
        WINDOWS_BACKUP => Some(&Events { log: "Microsoft-Windows-Backup", numbers: &[4, 5, 9, 17, 49] }),
        _ => None,
    }
}

/// The newest events of a log.
pub(crate) fn read(source: &dyn Source, events: &Events) -> Result<Vec<Event>, ReadError> {
    let numbers: Vec<String> = events.numbers.iter().map(|number| format!("EventID={number}")).collect();
    let query = format!("/q:*[System[({})]]", numbers.join(" or "));
    let output = source.command(&[PROGRAM, "qe", events.log, &query, "/c:16", "/rd:true", "/f:xml"])?;
    match output.exit {
        Some(0) | None => Ok(parse(&String::from_utf8_lossy(&output.stdout))),
        Some(ACCESS_DENIED) => Err(ReadError::Denied),
        Some(_) => Err(not_understood()),
    }
}

/// What is read of the XML of events, whatever stands between.
pub(crate) fn parse(xml: &str) -> Vec<Event> {
    let of_event = |text: &str| {
        let at = text.split_once("SystemTime=").and_then(|(_, rest)| rest.get(1..)?.split(['\'', '"']).next())?;
        let level = text.split_once("<Level>").and_then(|(_, rest)| rest.split('<').next()?.trim().parse::<u8>().ok());
        let is_failure = level.is_some_and(|level| (1..=ERROR).contains(&level));
        Some(Event { at: at.parse().ok()?, is_failure })
    };
    xml.split("<Event ").skip(1).filter_map(of_event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_and_levels() {
        let xml = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Veeam Agent'/>\
                   <EventID Qualifiers='0'>190</EventID><Level>4</Level><TimeCreated SystemTime='2026-11-20T20:42:11.1234567Z'/>\
                   </System><EventData><Data>Job</Data></EventData></Event>\
                   <Event xmlns=''><System><Level>2</Level><TimeCreated SystemTime=\"2026-11-19T20:42:11Z\"/></System></Event>";
        let events = parse(xml);
        assert_eq!(events.len(), 2);
        assert_eq!((events[0].at.to_string().as_str(), events[0].is_failure), ("2026-11-20T20:42:11.1234567Z", false));
        assert!(events[1].is_failure);
        assert!(parse("").is_empty() && parse("<Event ><Level>x</Level></Event>").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_gives_events_or_none(text in "(<Event |SystemTime=|<Level>|['\"é0-9TZ:<-]){0,40}") {
            let _ = parse(&text);
        }
    }
}
