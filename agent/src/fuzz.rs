//! Hostile input for every parser: recorded machines with one input damaged, over and over. Nothing panics and every
//! section has an outcome.
//!
//! The budget is `CADASTRE_FUZZ_SECONDS` for each of the four formats that come from firmware, from other programs or from
//! other machines (SMBIOS, `.reg`, property lists, `capture.json`), and a tenth of it for each other one. A case that fails is
//! kept in the folder of temporary files under the name of its target; `CADASTRE_FUZZ_SEED` starts from other chance.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cadastre_proto::catalogue::Catalogue;
use cadastre_proto::inventory::SECTIONS;
use cadastre_proto::pack;

use crate::agent::collect;
use crate::agent::tests::{Sevens, Still, embedded};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::privacy::Privacy;
use crate::probe;
use crate::source::registry;
use crate::source::replay;

/// Seconds for each of the four great formats when nobody says otherwise.
const SECONDS: u64 = 5;
/// Longest input made, bytes.
const BYTES_MAX: usize = 1 << 18;
/// Pieces that mean something to one parser or another.
const PIECES: [&[u8]; 22] = [
    b"\0",
    b"\n",
    b"\n\n",
    b"..",
    b"/",
    b"\\",
    b"%41",
    b"-1",
    b"4294967295",
    b"18446744073709551616",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"{}",
    b"[[[[",
    b"null",
    b"\"at\":\"../x\"",
    b"hex(7):",
    b"dword:",
    b"<dict>",
    b"bplist00",
    b"Package:",
    b"1601-01-01",
];

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// A seed with a few places changed.
    fn damaged(&mut self, seeds: &[Vec<u8>], at: usize) -> Vec<u8> {
        let mut bytes = seeds[at].clone();
        for _ in 0..=self.below(6) {
            let place = self.below(bytes.len() + 1);
            let end = (place + 1 + self.below(24)).min(bytes.len());
            match self.below(9) {
                0 => bytes.truncate(place),
                1 if place < bytes.len() => bytes[place] ^= 1 << self.below(8),
                2 if place < bytes.len() => bytes[place] = [0, 1, 0x7f, 0x80, 0xff][self.below(5)],
                3 if place < end => drop(bytes.drain(place..end)),
                4 if place < end => {
                    let again = bytes[place..end].to_vec();
                    bytes.splice(place..place, again);
                }
                5 => {
                    let piece = PIECES[self.below(PIECES.len())].to_vec();
                    bytes.splice(place..place, piece);
                }
                6 => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len() + 1);
                    bytes.truncate(place);
                    bytes.extend_from_slice(&other[from..]);
                }
                7 if place + 4 <= bytes.len() => {
                    let number = [0, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX, 0xffff][self.below(6)];
                    bytes[place..place + 4].copy_from_slice(&number.to_be_bytes());
                }
                _ => bytes.insert(place, u8::try_from(self.below(256)).unwrap()),
            }
        }
        bytes.truncate(BYTES_MAX);
        bytes
    }
}

#[expect(clippy::disallowed_methods, reason = "the long run gives more time, and another seed")]
fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Feeds damaged seeds to a parser for its time; a case that panics is kept.
fn drive(target: &str, share: u64, seeds: &[Vec<u8>], mut parse: impl FnMut(usize, &[u8])) {
    assert!(!seeds.is_empty(), "{target} has no seed");
    let seconds = variable("CADASTRE_FUZZ_SECONDS").unwrap_or(SECONDS);
    let budget = Duration::from_millis(seconds * 1000 / share);
    let mut hasher = DefaultHasher::new();
    (target, variable("CADASTRE_FUZZ_SEED").unwrap_or(0)).hash(&mut hasher);
    let mut chance = Chance(hasher.finish() | 1);
    let clock = SystemClock::new();
    let mut cases = 0_u64;
    while clock.elapsed() < budget {
        let at = chance.below(seeds.len());
        let bytes = chance.damaged(seeds, at);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| parse(at, &bytes))) {
            let kept = std::env::temp_dir().join(format!("cadastre-fuzz-{target}"));
            std::fs::write(&kept, &bytes).unwrap();
            std::io::Write::write_all(&mut std::io::stderr(), format!("{}\n", kept.display()).as_bytes()).unwrap();
            resume_unwind(panic);
        }
        cases += 1;
    }
    let said = format!("fuzz {target}: {cases} cases in {} s\n", clock.elapsed().as_secs());
    std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).unwrap();
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Every stored file of the recorded machines, links aside.
fn files() -> Vec<PathBuf> {
    let (mut found, mut ahead) = (Vec::new(), vec![fixtures()]);
    while let Some(folder) = ahead.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match std::fs::symlink_metadata(&path).unwrap().file_type() {
                kind if kind.is_dir() => ahead.push(path),
                kind if kind.is_file() => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        let kind = std::fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_dir() {
            copy(&path, &to.join(name));
        } else if kind.is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(std::fs::read_link(&path).unwrap(), to.join(name)).unwrap();
        } else {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// A folder in memory where there is some.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Reads a whole machine in which one stored file is damaged, for every file that `is_wanted`.
fn machines(target: &str, share: u64, is_wanted: impl Fn(&str) -> bool) {
    let root = fixtures();
    let wanted: Vec<PathBuf> = files()
        .into_iter()
        .filter(|path| path.strip_prefix(&root).is_ok_and(|path| path.components().count() > 1))
        .filter(|path| is_wanted(&path.to_string_lossy().replace('\\', "/")))
        .collect();
    let seeds: Vec<Vec<u8>> = wanted.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let (work, catalogue) = (folder(), embedded());
    copy(&root, work.path());
    drive(target, share, &seeds, |at, bytes| {
        let inside = wanted[at].strip_prefix(&root).unwrap();
        let (file, machine) = (work.path().join(inside), inside.components().next().unwrap());
        std::fs::write(&file, bytes).unwrap();
        if let Ok(machine) = replay::open(&work.path().join(machine)) {
            let inventory = collect(machine.as_ref(), &Still, &mut Sevens, Privacy::Full, &catalogue);
            assert_eq!(inventory.sections.len(), SECTIONS.len());
        }
        std::fs::write(&file, &seeds[at]).unwrap();
    });
}

fn seeds(is_wanted: impl Fn(&str) -> bool) -> Vec<Vec<u8>> {
    let wanted = files().into_iter().filter(|path| is_wanted(&path.to_string_lossy()));
    wanted.map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn smbios() {
    let tables = seeds(|path| path.ends_with("tables/DMI"));
    drive("smbios", 1, &tables, |_, bytes| {
        let table = probe::smbios::Table::parse(bytes);
        for structure in &table.structures {
            let _ = (structure.string(4), structure.bytes(8, 16), structure.word(0x0c), structure.double_word(0x1c));
        }
        probe::firmware::any_table(bytes);
        let _ = (probe::smbios::version(bytes), probe::smbios::date(&String::from_utf8_lossy(bytes)));
    });
}

#[test]
fn reg() {
    let files = seeds(|path| path.ends_with(".reg"));
    drive("reg", 1, &files, |_, bytes| {
        let Ok(keys) = registry::file::parse(bytes) else { return };
        for (_, values) in keys.values() {
            for (_, data) in values {
                let _ = (data.text(), data.number());
            }
        }
    });
}

#[test]
fn plist() {
    let lists = seeds(|path| path.ends_with(".plist"));
    drive("plist", 1, &lists, |_, bytes| {
        if let Ok(list) = ::plist::Value::from_reader(std::io::Cursor::new(bytes)) {
            let _ =
                list.as_dictionary().and_then(|list| list.get("globalstate")).map(::plist::Value::as_signed_integer);
        }
    });
}

#[test]
fn capture_json() {
    machines("capture_json", 1, |path| path.ends_with("/capture.json"));
}

#[test]
fn plists_of_machines() {
    machines("plists_of_machines", 10, |path| path.ends_with(".plist"));
}

#[test]
fn reg_of_machines() {
    machines("reg_of_machines", 10, |path| path.ends_with(".reg"));
}

#[test]
fn rows_of_wmi() {
    machines("rows_of_wmi", 10, |path| path.contains("/wmi/"));
}

#[test]
fn calls() {
    machines("calls", 10, |path| path.contains("/calls/"));
}

#[test]
fn output_of_commands() {
    machines("output_of_commands", 10, |path| path.contains("/commands/"));
}

#[test]
fn dpkg() {
    machines("dpkg", 10, |path| path.ends_with("dpkg/status"));
}

#[test]
fn apk() {
    machines("apk", 10, |path| path.contains("/apk/"));
}

#[test]
fn rpm() {
    machines("rpm", 10, |path| path.contains("rpmdb") || path.contains("lib/rpm") || path.contains("sysimage"));
}

#[test]
fn pacman() {
    machines("pacman", 10, |path| path.contains("/pacman/"));
}

#[test]
fn clamav() {
    machines("clamav", 10, |path| path.contains("lib/clamav"));
}

#[test]
fn files_of_linux() {
    machines("files_of_linux", 10, |path| ["/proc/", "/sys/", "/etc/"].iter().any(|part| path.contains(part)));
}

#[test]
fn events_of_windows() {
    let xml =
        b"<Event x='y'><System><Level>4</Level><TimeCreated SystemTime='2026-11-20T20:42:11.12Z'/></System></Event>";
    drive("events", 10, &[xml.to_vec()], |_, bytes| {
        let _ = probe::windows::events::parse(&String::from_utf8_lossy(bytes));
    });
}

#[test]
fn identity_of_windows() {
    let account = [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x51, 4, 0, 0].to_vec();
    let property = [&[0x20, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0][..], &[0x30, 0x82, 1, 1]].concat();
    drive("identity", 10, &[account, property], |_, bytes| {
        let _ = (probe::windows::identity::sid(bytes), probe::windows::identity::certificate(bytes));
    });
}

#[test]
fn catalogue() {
    let table: String = cadastre_proto::catalogue::EMBEDDED.lines().take(40).map(|line| format!("{line}\n")).collect();
    drive("catalogue", 10, &[table.into_bytes()], |_, bytes| {
        if let Ok(catalogue) = Catalogue::parse(&String::from_utf8_lossy(bytes)) {
            let _ = catalogue.matches(
                cadastre_proto::catalogue::System::Windows,
                cadastre_proto::catalogue::FactKind::Service,
                "WinDefend",
            );
        }
    });
}

#[test]
fn configuration() {
    let text =
        b"collector = \"https://c.example:8443\"\nproxy = \"http://p:3128\"\nprivacy = \"full\"\ninterval = \"30m\"\n";
    drive("configuration", 10, &[text.to_vec()], |_, bytes| {
        let _ = Config::parse(&String::from_utf8_lossy(bytes));
    });
}

#[test]
fn packed_sections() {
    let packed = pack::pack(&b"{\"outcome\":\"ok\"}".repeat(64)).unwrap();
    drive("packed_sections", 10, &[packed], |_, bytes| {
        let _ = (pack::unpack(bytes, 1_024), pack::unpack_stored(bytes));
    });
}
