//! The rows of another console's list, from a table.
//!
//! A date that nobody can read is refused by its line. Nothing is guessed but the order of day and month, from the column's
//! own values, French where they do not tell.

use cadastre_domain::evidence::{Adapter, DirectoryId, Evidence};
use cadastre_domain::fact::ListRow;
use cadastre_domain::protection::{Product, Protection, Safeguard, State};
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::admin::list_columns::Columns;
use crate::admin::list_words::{category, state};
use crate::admin::moment::{Moments, is_never};
use crate::admin::profile::{Profile, Provides};
use crate::admin::table::Table;

/// The rows of a list, each with its line.
///
/// # Errors
/// `list_key_missing`, `instant_unreadable` with the line.
pub(super) fn read(
    table: &Table,
    profile: Option<&Profile>,
    as_of: Timestamp,
    zone: &TimeZone,
) -> Result<Vec<(usize, ListRow)>, Refusal> {
    let columns = Columns::find(table, profile)?;
    let moments = ["last_seen", "signature_date", "last_backup"].map(|key| {
        let order = profile.and_then(|profile| profile.dates);
        (key, Moments::of(columns.column(key), order, zone))
    });
    let mut rows = Vec::with_capacity(table.rows.len());
    for (line, cells) in &table.rows {
        let instant = |key: &str| -> Result<Option<Timestamp>, Refusal> {
            let Some(cell) = columns.cell(cells, key).filter(|cell| !is_never(cell)) else { return Ok(None) };
            let reader = moments.iter().find(|(own, _)| *own == key).map(|(_, reader)| reader);
            match reader.and_then(|reader| reader.read(cell)) {
                // No console saw anything after the instant that its list speaks of.
                Some(instant) => Ok(Some(instant.min(as_of))),
                None => Err(Refusal::new("instant_unreadable").with("value", cell).at_line(*line).on(key)),
            }
        };
        let last_seen = instant("last_seen")?;
        let told = Dated { signature: instant("signature_date")?, backup: instant("last_backup")? };
        rows.push((*line, row(&columns, profile, cells, last_seen, &told)));
    }
    Ok(rows)
}

/// When each row's console saw its thing first, where the list tells.
///
/// # Errors
/// `list_key_missing`, `instant_unreadable` with the line.
pub(super) fn first_seen(
    table: &Table,
    profile: Option<&Profile>,
    zone: &TimeZone,
) -> Result<Vec<Option<Timestamp>>, Refusal> {
    let columns = Columns::find(table, profile)?;
    let moments = Moments::of(columns.column("first_seen"), profile.and_then(|profile| profile.dates), zone);
    let read = |(line, cells): &(usize, Vec<String>)| {
        let Some(cell) = columns.cell(cells, "first_seen").filter(|cell| !is_never(cell)) else { return Ok(None) };
        let unreadable = || Refusal::new("instant_unreadable").with("value", cell).at_line(*line).on("first_seen");
        moments.read(cell).map(Some).ok_or_else(unreadable)
    };
    table.rows.iter().map(read).collect()
}

/// Instants that a row tells of its protection.
struct Dated {
    signature: Option<Timestamp>,
    backup: Option<Timestamp>,
}

fn row(
    columns: &Columns<'_>,
    profile: Option<&Profile>,
    cells: &[String],
    last_seen: Option<Timestamp>,
    dated: &Dated,
) -> ListRow {
    let text = |key: &str| columns.cell(cells, key).map(str::to_owned);
    let category = category(text("category").as_deref(), text("kind").as_deref());
    let seat = category.is_some_and(|word| ["user", "mailbox", "licence", "service"].contains(&word));
    // What a list calls a thing stands for its name where nothing else does.
    let name = text("hostname").or_else(|| text("label").filter(|_| columns.only_label()));
    let ids = [("ad_sid", text("ad_sid")), ("entra_device_id", text("entra_device_id"))];
    let directory =
        ids.into_iter().filter_map(|(kind, value)| Some(DirectoryId { kind: kind.to_owned(), value: value? }));
    let macs = text("mac").unwrap_or_default();
    let macs = macs.split([',', ';', '|', ' ', '\n']).filter(|mac| mac.len() >= 12);
    // A seat has a label and no host name: nothing of it may link to a machine.
    let label = if seat { text("label").or_else(|| name.clone()) } else { None };
    let native_id = text("native_id").or_else(|| label.clone());
    ListRow {
        native_id,
        group: text("group"),
        last_seen,
        unseen: last_seen.is_none() && columns.has("last_seen"),
        evidence: Evidence {
            hostname: name.filter(|_| !seat),
            untyped_serial: text("serial").filter(|_| !seat),
            uuid: text("uuid").filter(|_| !seat),
            directory_ids: directory.filter(|_| !seat).collect(),
            os_name: text("os"),
            manufacturer: text("manufacturer"),
            product: text("model"),
            asset_tag: text("asset_tag"),
            adapters: macs.map(|mac| Adapter { mac: Some(mac.to_owned()), ..Adapter::default() }).collect(),
            claimed_category: category.map(str::to_owned),
            ou: text("ou").map(|name| unit(&name)),
            tags: tags(text("tags").as_deref().unwrap_or_default()),
            label,
            ..Evidence::default()
        },
        protection: protection(columns, profile, cells, dated),
    }
}

/// The organisational unit of a row: a distinguished name without the machine's own part.
fn unit(name: &str) -> String {
    let own = name.to_lowercase().starts_with("cn=");
    name.split_once(',').filter(|_| own).map_or(name, |(_, unit)| unit).trim().to_owned()
}

fn tags(cell: &str) -> Vec<String> {
    cell.split([',', ';', '|']).map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// What the row proves of its machine; nothing when the console is not about protection and no column tells.
fn protection(columns: &Columns<'_>, profile: Option<&Profile>, cells: &[String], dated: &Dated) -> Option<Protection> {
    let provides = profile.map_or(&[][..], |profile| profile.provides.as_slice());
    let proves = |what: Provides| provides.contains(&what);
    let product = profile.map_or_else(|| "console".to_owned(), |profile| profile.name.clone());
    let said = |key: &str| columns.cell(cells, key).map(state);
    let mut told = Protection::default();
    let mut products = Vec::new();
    let own = |detects: bool, state: State| Product {
        product: product.clone(),
        detects,
        protects: true,
        state,
        signature_date: dated.signature,
    };
    if proves(Provides::Antivirus) || columns.has("protection_state") {
        // A machine that its antivirus console lists, without a column that says how it does, is taken as protected.
        let state = said("protection_state").unwrap_or(if columns.has("protection_state") {
            State::Unknown
        } else {
            State::Protected
        });
        products.push(own(false, state));
    }
    if proves(Provides::Detection) {
        products.push(own(true, State::Protected));
    }
    told.antivirus = (!products.is_empty()).then_some(products);
    if proves(Provides::Backup) || columns.has("last_backup") {
        let state = if dated.backup.is_some() {
            State::Protected
        } else if columns.has("last_backup") {
            State::NotProtected
        } else {
            State::Unknown
        };
        told.backup = Some(vec![Safeguard { product: product.clone(), state, last_success: dated.backup }]);
    }
    let one = |state: State| vec![Safeguard { product: product.clone(), state, last_success: None }];
    told.encryption = said("encryption_state").map(one);
    told.firewall = said("firewall_state").map(one);
    (told != Protection::default()).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::profile;

    fn rows(text: &str, source: &str) -> Result<Vec<ListRow>, Refusal> {
        let table = Table::read(text.as_bytes())?;
        let as_of = "2026-11-20T00:00:00Z".parse().unwrap();
        let zone = cadastre_domain::calendar::zone("Europe/Paris").unwrap();
        let profile = profile::find(None, source)?;
        Ok(read(&table, profile, as_of, &zone)?.into_iter().map(|(_, row)| row).collect())
    }

    #[test]
    fn usual_headers_are_found_in_french_and_english() {
        let found = rows("Nom de machine;N° de série;Adresse MAC;Client;Dernier contact\npc-1;PF2A1;00:11:22:33:44:55, 66-77-88-99-AA-BB;ACME;19/11/2026 08:30\n", "x").unwrap();
        assert_eq!(found[0].evidence.hostname.as_deref(), Some("pc-1"));
        assert_eq!(found[0].evidence.untyped_serial.as_deref(), Some("PF2A1"));
        assert_eq!(found[0].evidence.adapters.len(), 2);
        assert_eq!(found[0].group.as_deref(), Some("ACME"));
        assert_eq!(found[0].last_seen.unwrap().to_string(), "2026-11-19T07:30:00Z");
        assert_eq!(found[0].protection, None);
    }

    #[test]
    fn units_and_tags_are_read_for_scope_rules() {
        let text = "Name;SID;Distinguished Name;Tags\npc-1;S-1-5-21-1-2-3-9;\"CN=PC-1,OU=Compta,DC=acme\";vip, lyon\n";
        let found = rows(text, "ad").unwrap();
        assert_eq!(found[0].evidence.ou.as_deref(), Some("OU=Compta,DC=acme"));
        assert_eq!(found[0].evidence.tags, ["vip", "lyon"]);
    }

    #[test]
    fn a_profile_says_what_a_row_proves() {
        let found = rows(
            "Name,Type,Last active,Health\nPC-1,Laptop,2026-11-19,good\nPC-2,Server,2026-11-19,bad\n",
            "sophos-central",
        )
        .unwrap();
        assert_eq!(found[0].evidence.claimed_category.as_deref(), Some("laptop"));
        let states =
            [0, 1].map(|row: usize| found[row].protection.as_ref().unwrap().antivirus.as_ref().unwrap()[0].state);
        assert_eq!(states, [State::Protected, State::NotProtected]);
    }

    #[test]
    fn seats_have_a_label_and_nothing_that_links_to_a_machine() {
        let found = rows("kind;name;serial\nmailbox;contact@acme.fr;X1\n", "m365").unwrap();
        assert_eq!(found[0].evidence.claimed_category.as_deref(), Some("mailbox"));
        assert_eq!((&found[0].evidence.hostname, &found[0].evidence.untyped_serial), (&None, &None));
        assert_eq!(found[0].native_id.as_deref(), Some("contact@acme.fr"));
    }

    #[test]
    fn a_list_without_a_key_or_with_a_strange_date_is_refused() {
        assert_eq!(rows("Colour;Price\nred;1\n", "x").unwrap_err().code, "list_key_missing");
        let strange = rows("name;last seen\na;2026-11-01\nb;soon\n", "x").unwrap_err();
        assert_eq!((strange.code, strange.line), ("instant_unreadable", Some(3)));
        let never = rows("name;last seen\na;\nb;Never\n", "x").unwrap();
        assert!(never[0].unseen && never[1].unseen);
        assert!(!rows("name\na\n", "x").unwrap()[0].unseen);
    }
}
