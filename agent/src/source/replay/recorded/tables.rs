//! What a capture holds besides files: rows of WMI, pieces of the registry, answers of calls.

use std::rc::Rc;

use serde_json::Value;

use super::{Answer, Recorded, invalid};
use crate::source::record::SysinfoAnswer;
use crate::source::{ReadError, Sysinfo, registry, wmi};

impl Recorded {
    /// The bytes of an answer.
    pub(super) fn answer(&self, answer: Option<&Answer>) -> Result<Vec<u8>, ReadError> {
        match answer {
            Some(Answer { error: Some(error), .. }) => Err(error.clone()),
            Some(Answer { at: Some(at), .. }) => self.bytes(at),
            _ => Err(ReadError::NotCaptured),
        }
    }

    pub(super) fn rows(&self, class: &wmi::Class) -> Result<Vec<wmi::Row>, ReadError> {
        let answer = self.wmi.get(&(class.namespace.to_lowercase(), class.name.to_lowercase()));
        let rows: Vec<Value> = serde_json::from_slice(&self.answer(answer)?).map_err(|_| invalid())?;
        let rows = rows.into_iter().map(|row| match row {
            Value::Object(row) => Ok(wmi::Row(row)),
            _ => Err(invalid()),
        });
        rows.collect()
    }

    pub(super) fn key(&self, query: &registry::Query<'_>) -> Result<registry::Key, ReadError> {
        let path = registry::canonical(query.path);
        let folded = path.to_lowercase();
        let mut above = folded.as_str();
        loop {
            if let Some(answer) = self.registry.get(above) {
                if let Some(error) = &answer.error {
                    return Err(error.clone());
                }
                let at = answer.at.as_deref().ok_or(ReadError::NotCaptured)?;
                let key = registry::file::key(&*self.parsed(at)?, &path).ok_or(ReadError::NotFound)?;
                return Ok(key.within(query, query.depth));
            }
            // A read of a key above holds the keys below it.
            match above.rsplit_once('\\') {
                Some((next, _)) => above = next,
                None => return Err(ReadError::NotCaptured),
            }
        }
    }

    fn parsed(&self, at: &str) -> Result<Rc<registry::file::Keys>, ReadError> {
        if let Some(keys) = self.parsed.borrow().get(at) {
            return Ok(Rc::clone(keys));
        }
        let keys = registry::file::parse(&self.bytes(at)?).map_err(|error| ReadError::Failed(error.to_string()))?;
        let keys = Rc::new(keys);
        self.parsed.borrow_mut().insert(at.to_owned(), Rc::clone(&keys));
        Ok(keys)
    }

    pub(super) fn recorded_sysinfo(&self) -> Result<Sysinfo, ReadError> {
        let arch = self.arch.clone();
        let answer = match self.answer(self.calls.get("sysinfo")) {
            Ok(bytes) => bytes,
            Err(ReadError::NotCaptured) if arch.is_some() => return Ok(Sysinfo { arch, ..Sysinfo::default() }),
            Err(error) => return Err(error),
        };
        let answer: SysinfoAnswer = serde_json::from_slice(&answer).map_err(|_| invalid())?;
        let pairs = answer
            .networks
            .into_iter()
            .flat_map(|network| network.ipv4.into_iter().map(move |address| (network.name.clone(), address)));
        Ok(Sysinfo {
            arch,
            ipv4: pairs.collect(),
            hostname: answer.hostname,
            kernel: answer.kernel,
            boot_time_s: answer.boot_time.map(|at| at.as_second()),
            memory_bytes: answer.memory_bytes,
        })
    }
}
