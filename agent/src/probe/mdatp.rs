//! Microsoft Defender for Endpoint under Linux and macOS: what its own command says of its health.
//!
//! Refuses to drop a product that says it is unhealthy: it is reported louder. Without an answer the state is `unknown`.

use cadastre_proto::inventory::Antivirus;
use jiff::Timestamp;
use serde_json::Value;

use super::protection::presence;
use super::software::Found;
use crate::source::{Source, System};

/// What is known of an installed product.
pub(super) fn examine(source: &dyn Source, found: &Found<'_>) -> Antivirus {
    let program = if source.system() == System::Macos { "/usr/local/bin/mdatp" } else { "/usr/bin/mdatp" };
    let mut antivirus = presence(found);
    let answer = source.command(&[program, "health", "--output", "json"]);
    match answer.map(|output| serde_json::from_slice::<Value>(&output.stdout)) {
        Ok(Ok(health)) => say(&mut antivirus, &health),
        Ok(Err(_)) => antivirus.evidence.push("mdatp:not_understood".to_owned()),
        Err(error) if error.is_missing() => {}
        Err(_) => antivirus.evidence.push("mdatp:no_answer".to_owned()),
    }
    antivirus
}

fn say(antivirus: &mut Antivirus, health: &Value) {
    let flag = |name: &str| {
        let value = health.get(name)?;
        value.get("value").unwrap_or(value).as_bool()
    };
    let text = |name: &str| health.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let (is_healthy, is_passive) = (flag("healthy"), flag("passiveModeEnabled"));
    if is_passive == Some(true) {
        antivirus.role = "passive".to_owned();
    }
    antivirus.state = match (flag("realTimeProtectionEnabled"), is_healthy, is_passive) {
        (Some(true), Some(true), Some(false) | None) => "protected",
        (Some(false), _, _) | (_, Some(false), _) | (_, _, Some(true)) => "not_protected",
        _ => "unknown",
    }
    .to_owned();
    antivirus.product_version = text("appVersion").or(antivirus.product_version.take());
    antivirus.engine_version = text("engineVersion");
    antivirus.signature_version = text("definitionsVersion");
    antivirus.signature_date = health.get("definitionsUpdated").and_then(instant);
    antivirus.evidence.push(format!("mdatp:{}", if is_healthy == Some(false) { "unhealthy" } else { "health" }));
}

/// Milliseconds since 1970, as a number or as a text.
fn instant(value: &Value) -> Option<String> {
    let milliseconds = value.as_i64().or_else(|| value.as_str()?.parse().ok()).filter(|at| *at > 0)?;
    Some(Timestamp::from_millisecond(milliseconds).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state(health: Value) -> (String, String, Option<String>) {
        let mut antivirus =
            Antivirus { role: "active".to_owned(), state: "unknown".to_owned(), ..Antivirus::default() };
        say(&mut antivirus, &health);
        (antivirus.role, antivirus.state, antivirus.signature_date)
    }

    #[test]
    fn health() {
        let on = json!({ "healthy": true, "realTimeProtectionEnabled": { "value": true }, "passiveModeEnabled": { "value": false }, "definitionsUpdated": "1762157700000" });
        assert_eq!(state(on), ("active".into(), "protected".into(), Some("2025-11-03T08:15:00Z".into())));
        let ill = json!({ "healthy": false, "realTimeProtectionEnabled": true });
        assert_eq!(state(ill).1, "not_protected");
        let passive = json!({ "healthy": true, "realTimeProtectionEnabled": true, "passiveModeEnabled": true });
        assert_eq!(state(passive), ("passive".into(), "not_protected".into(), None));
        assert_eq!(state(json!({})).1, "unknown");
        assert_eq!(state(json!([1])).1, "unknown");
    }
}
