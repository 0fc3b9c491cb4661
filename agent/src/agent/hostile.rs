//! A machine that answers anything to everything: no probe stops, and every section has an outcome.

use std::cell::RefCell;

use cadastre_proto::inventory::SECTIONS;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use super::collect;
use super::tests::{Sevens, Still, embedded};
use crate::privacy::Privacy;
use crate::source::{FileKind, Metadata, Output, ReadError, Service, Source, Sysinfo, System, registry, wmi};

/// Answers, taken one after the other and over again.
#[derive(Debug)]
struct Hostile {
    system: System,
    texts: Vec<Vec<u8>>,
    numbers: Vec<i64>,
    at: RefCell<usize>,
}

impl Hostile {
    fn next(&self) -> usize {
        let mut at = self.at.borrow_mut();
        *at = at.wrapping_add(1);
        *at
    }

    fn bytes(&self) -> Result<Vec<u8>, ReadError> {
        let next = self.next();
        match next % 11 {
            0 => Err(ReadError::Denied),
            1 => Err(ReadError::NotFound),
            _ => Ok(self.texts[next % self.texts.len()].clone()),
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.texts[self.next() % self.texts.len()]).into_owned()
    }

    fn number(&self) -> i64 {
        self.numbers[self.next() % self.numbers.len()]
    }

    fn value(&self) -> Value {
        match self.next() % 7 {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => self.number().into(),
            3 => Value::Array(vec![self.number().into(), Value::String(self.text())]),
            4 => serde_json::json!({ "value": self.number() }),
            _ => Value::String(self.text()),
        }
    }

    fn key(&self, depth: u8, values: &[&str]) -> registry::Key {
        let data = || registry::Data {
            kind: u32::try_from(self.number().rem_euclid(13)).unwrap(),
            bytes: self.texts[self.next() % self.texts.len()].clone(),
        };
        let below = if depth > 0 { 2 } else { 0 };
        registry::Key {
            name: self.text(),
            values: values.iter().map(|name| ((*name).to_owned(), data())).collect(),
            keys: (0..below).map(|_| self.key(depth - 1, values)).collect(),
        }
    }
}

impl Source for Hostile {
    fn system(&self) -> System {
        self.system
    }

    fn file(&self, _path: &str) -> Result<Vec<u8>, ReadError> {
        self.bytes()
    }

    fn file_start(&self, _path: &str, _bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.bytes()
    }

    fn list(&self, _path: &str) -> Result<Vec<String>, ReadError> {
        Ok(vec![self.text(), "X.app".to_owned(), "dm-0".to_owned(), "eth0".to_owned()])
    }

    fn link(&self, _path: &str) -> Result<String, ReadError> {
        self.bytes().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn resolve(&self, path: &str) -> Result<String, ReadError> {
        self.bytes().map(|_| format!("{path}/{}", self.text()))
    }

    fn metadata(&self, _path: &str) -> Result<Metadata, ReadError> {
        self.bytes().map(|bytes| Metadata {
            kind: FileKind::File,
            bytes: bytes.len() as u64,
            modified: Timestamp::from_second(self.number()).ok(),
        })
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        Ok(Sysinfo {
            arch: Some(self.text()),
            ipv4: vec![(self.text(), self.text())],
            hostname: Some(self.text()),
            kernel: Some(self.text()),
            boot_time_s: Some(self.number()),
            memory_bytes: None,
        })
    }

    fn wmi(&self, class: &wmi::Class) -> Result<Vec<wmi::Row>, ReadError> {
        let row = |_| wmi::Row(class.properties.iter().map(|name| ((*name).to_owned(), self.value())).collect());
        self.bytes().map(|_| (0..3).map(row).collect())
    }

    fn registry(&self, query: &registry::Query<'_>) -> Result<registry::Key, ReadError> {
        self.bytes().map(|_| self.key(query.depth.min(2), query.values))
    }

    fn command(&self, argv: &[&str]) -> Result<Output, ReadError> {
        let mut row = serde_json::Map::new();
        for name in
            ["interface", "_name", "bsd_name", "size_in_bytes", "physical_memory", "number_processors", "Ethernet"]
        {
            row.insert(name.to_owned(), self.value());
        }
        row.insert("_items".to_owned(), Value::Array(vec![Value::Object(row.clone()), self.value()]));
        let document = serde_json::json!({ argv.last().copied().unwrap_or_default(): [row, self.value()] });
        let stdout = if self.next().is_multiple_of(3) { self.bytes()? } else { document.to_string().into_bytes() };
        Ok(Output { exit: None, stdout })
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        Ok(vec![Service { name: self.text(), running: None, start: None }])
    }

    fn rest(&self) {}
}

proptest! {
    #[test]
    fn every_section_has_an_outcome(
        system in prop_oneof![Just(System::Linux), Just(System::Windows), Just(System::Macos)],
        texts in proptest::collection::vec(
            prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..80),
                "\\PC{0,40}".prop_map(String::into_bytes),
                "[0-9:.+* -]{0,40}".prop_map(String::into_bytes),
                Just(b"S-1-5-21-1-2-3-1001".to_vec()),
                Just(b"A_1.0_x64__p".to_vec()),
            ],
            1..12,
        ),
        numbers in proptest::collection::vec(any::<i64>(), 1..8),
        start in any::<usize>(),
    ) {
        let machine = Hostile { system, texts, numbers, at: RefCell::new(start) };
        let inventory = collect(&machine, &Still, &mut Sevens, Privacy::Full, &embedded());
        prop_assert_eq!(inventory.sections.len(), SECTIONS.len());
    }
}
