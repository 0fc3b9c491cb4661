//! Who uses the machine: names of home folders and the last part of users' SIDs become user1, user2….
//!
//! Invariant: one user has one name everywhere in a capture, and well-known folders and accounts keep theirs.

use std::collections::BTreeMap;

use super::super::Seen;
use super::super::entries::Known;
use super::each_text;
use crate::source::registry;

/// What stands before a home folder's name.
const HOMES: [&str; 3] = ["\\Users\\", "/Users/", "/home/"];
/// Folders beside the users' that belong to nobody.
const NOBODY: [&str; 7] = ["public", "default", "default user", "all users", "shared", "guest", "lost+found"];
/// Beginnings of SIDs that are users': of a machine or domain, and of a cloud directory.
const SIDS: [&str; 2] = ["S-1-5-21-", "S-1-12-1-"];

/// Renames every user of what was seen.
pub(super) fn rename(seen: &mut Seen) {
    let mut users = Users::default();
    let keys = std::mem::take(&mut seen.registry);
    for (path, answer) in keys {
        let path = users.text(&path).unwrap_or(path);
        seen.registry.insert(path, answer.map(|key| users.key(key)));
    }
    for row in seen.wmi.values_mut().flatten().flatten() {
        row.0.values_mut().for_each(|value| each_text(value, &mut |text| users.text(text)));
    }
    let files = std::mem::take(&mut seen.files);
    for (path, known) in files {
        let full = format!("/{path}");
        let path = users.text(&full).map_or(path, |renamed| renamed.trim_start_matches('/').to_owned());
        seen.files.insert(
            path,
            match known {
                Known::File { bytes, modified, content, is_listed_only } => Known::File {
                    bytes,
                    modified,
                    content: content.map(|content| users.bytes(content)),
                    is_listed_only,
                },
                Known::Link(target) => Known::Link(users.text(&target).unwrap_or(target)),
                other => other,
            },
        );
    }
    for output in seen.commands.values_mut().flatten() {
        output.stdout = users.bytes(std::mem::take(&mut output.stdout));
    }
}

/// Users met so far, by what stood for them.
#[derive(Default)]
struct Users(BTreeMap<String, usize>);

impl Users {
    fn number(&mut self, of: &str) -> usize {
        let next = self.0.len().saturating_add(1);
        *self.0.entry(of.to_lowercase()).or_insert(next)
    }

    /// A text with its users renamed; `None` when it names none.
    fn text(&mut self, text: &str) -> Option<String> {
        let mut changed = self.homes(text);
        let sids = self.sids(changed.as_deref().unwrap_or(text));
        if sids.is_some() {
            changed = sids;
        }
        changed
    }

    fn homes(&mut self, text: &str) -> Option<String> {
        let mut changed = String::new();
        let mut rest = text;
        while let Some((at, mark)) = HOMES.into_iter().filter_map(|mark| Some((rest.find(mark)?, mark))).min() {
            let begin = at.saturating_add(mark.len());
            let after = rest.get(begin..).unwrap_or_default();
            let end = after.find(['\\', '/', '"', '\n', '\0', '<']).unwrap_or(after.len());
            let name = after.get(..end).unwrap_or_default();
            changed.push_str(rest.get(..begin).unwrap_or_default());
            if name.is_empty() || NOBODY.contains(&name.to_lowercase().as_str()) || is_renamed(name) {
                changed.push_str(name);
            } else {
                changed.push_str(&format!("user{}", self.number(name)));
            }
            rest = after.get(end..).unwrap_or_default();
        }
        changed.push_str(rest);
        (changed != text).then_some(changed)
    }

    fn sids(&mut self, text: &str) -> Option<String> {
        let mut changed = String::new();
        let mut rest = text;
        while let Some(at) = SIDS.into_iter().filter_map(|mark| rest.find(mark)).min() {
            let sid = rest.get(at..).unwrap_or_default();
            let end = sid.find(|c: char| !c.is_ascii_digit() && c != '-' && c != 'S').unwrap_or(sid.len());
            let whole = sid.get(..end).unwrap_or_default();
            let (beginning, last) = whole.rsplit_once('-').unwrap_or((whole, ""));
            changed.push_str(rest.get(..at).unwrap_or_default());
            // A machine's own SID has no user's part.
            if last.is_empty() || whole.matches('-').count() < 7 {
                changed.push_str(whole);
            } else {
                changed.push_str(&format!("{beginning}-user{}", self.number(whole)));
            }
            rest = sid.get(end.max(1)..).unwrap_or_default();
        }
        changed.push_str(rest);
        (changed != text).then_some(changed)
    }

    fn bytes(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        match std::str::from_utf8(&bytes).ok().and_then(|text| self.text(text)) {
            Some(changed) => changed.into_bytes(),
            None => bytes,
        }
    }

    fn key(&mut self, key: registry::Key) -> registry::Key {
        let values = key.values.into_iter().map(|(name, data)| {
            let changed = data.text().and_then(|text| self.text(&text));
            let data = match changed {
                Some(text) => registry::Data { kind: data.kind, ..registry::Data::of_text(&text) },
                None => data,
            };
            (name, data)
        });
        registry::Key {
            values: values.collect(),
            name: self.text(&key.name).unwrap_or(key.name),
            keys: key.keys.into_iter().map(|key| self.key(key)).collect(),
        }
    }
}

fn is_renamed(name: &str) -> bool {
    name.strip_prefix("user")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_user_has_one_name() {
        let mut users = Users::default();
        assert_eq!(users.text("C:\\Users\\Ann Lee\\x").as_deref(), Some("C:\\Users\\user1\\x"));
        assert_eq!(users.text("/home/bob/x\n/home/bob/y").as_deref(), Some("/home/user2/x\n/home/user2/y"));
        assert_eq!(users.text("C:\\USERS").as_deref(), None);
        assert_eq!(users.text("C:\\Users\\Public\\x"), None);
        assert_eq!(users.text("C:\\Users\\ann lee").as_deref(), Some("C:\\Users\\user1"));
    }

    #[test]
    fn sids_lose_their_last_part() {
        let mut users = Users::default();
        assert_eq!(users.text("S-1-5-21-1-2-3-1001_Classes").as_deref(), Some("S-1-5-21-1-2-3-user1_Classes"));
        assert_eq!(
            users.text("HKEY_USERS\\S-1-12-1-1-2-3-4\\x").as_deref(),
            Some("HKEY_USERS\\S-1-12-1-1-2-3-user2\\x")
        );
        assert_eq!(users.text("S-1-5-21-1-2-3"), None);
        assert_eq!(users.text("S-1-5-18"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_renamed_once(text in "(\\\\Users\\\\|/home/|S-1-5-21-|[a-zé0-9/\\\\-]){0,12}") {
            let mut users = Users::default();
            let once = users.text(&text).unwrap_or(text);
            prop_assert_eq!(users.text(&once), None);
        }
    }
}
