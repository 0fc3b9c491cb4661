//! A file tree that stands for a machine: a mounted disk, an unpacked copy, a folder written by hand.
//!
//! Links are followed inside the tree, by `walk`.
//! Refuses to look outside and to ask the live machine: what the tree lacks is *not captured*, never *not installed*.

use std::path::{Path, PathBuf};

use crate::source::reading::{self, Budget};
use crate::source::walk::{self, Last};
use crate::source::{Metadata, Output, ReadError, Service, Source, Sysinfo, System, registry, wmi};

/// A bare file tree.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    system: System,
    budget: Budget,
}

impl Tree {
    /// Opens the tree in a folder.
    ///
    /// # Errors
    /// A folder that is not there, is not a folder or may not be entered.
    pub fn open(folder: &Path) -> Result<Tree, ReadError> {
        let root = std::fs::canonicalize(folder).map_err(|error| reading::from_io(&error))?;
        if !root.is_dir() {
            return Err(ReadError::NotFound);
        }
        let mut tree = Tree { root, system: System::Linux, budget: Budget::new() };
        if tree.metadata("/System/Library/CoreServices/SystemVersion.plist").is_ok() {
            tree.system = System::Macos;
        }
        Ok(tree)
    }

    /// The names below the root that a path leads to.
    fn walk(&self, path: &str, last: Last) -> Result<Vec<String>, ReadError> {
        walk::walk(path, last, |names| {
            let real = self.real(names);
            let metadata = std::fs::symlink_metadata(&real).map_err(|error| missing(reading::from_io(&error)))?;
            if !metadata.is_symlink() {
                return Ok(None);
            }
            let target = std::fs::read_link(&real).map_err(|error| missing(reading::from_io(&error)))?;
            Ok(Some(target.to_string_lossy().into_owned()))
        })
    }

    /// The real path that a path leads to.
    fn followed(&self, path: &str) -> Result<PathBuf, ReadError> {
        Ok(self.real(&self.walk(path, Last::Followed)?))
    }

    fn real(&self, names: &[String]) -> PathBuf {
        let mut real = self.root.clone();
        real.extend(names);
        real
    }
}

impl Source for Tree {
    fn system(&self) -> System {
        self.system
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.budget.file(&self.followed(path)?).map_err(missing)
    }

    fn file_start(&self, path: &str, bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.budget.file_start(&self.followed(path)?, bytes).map_err(missing)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        reading::list(&self.followed(path)?).map_err(missing)
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        match std::fs::read_link(self.real(&self.walk(path, Last::Kept)?)) {
            Ok(target) => Ok(target.to_string_lossy().into_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => Err(ReadError::NotFound),
            Err(error) => Err(missing(reading::from_io(&error))),
        }
    }

    fn resolve(&self, path: &str) -> Result<String, ReadError> {
        Ok(format!("/{}", self.walk(path, Last::Followed)?.join("/")))
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        reading::metadata(&self.followed(path)?).map_err(missing)
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        Err(ReadError::NotCaptured)
    }

    fn wmi(&self, _class: &wmi::Class) -> Result<Vec<wmi::Row>, ReadError> {
        Err(ReadError::NotCaptured)
    }

    fn registry(&self, _query: &registry::Query<'_>) -> Result<registry::Key, ReadError> {
        Err(ReadError::NotCaptured)
    }

    fn command(&self, _argv: &[&str]) -> Result<Output, ReadError> {
        Err(ReadError::NotCaptured)
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        Err(ReadError::NotCaptured)
    }

    fn rest(&self) {
        self.budget.fill();
    }
}

fn missing(error: ReadError) -> ReadError {
    if error == ReadError::NotFound { ReadError::NotCaptured } else { error }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn tree() -> (tempfile::TempDir, Tree) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("etc/deep")).unwrap();
        fs::write(root.join("etc/name"), "inside").unwrap();
        fs::write(folder.path().join("secret"), "outside").unwrap();
        symlink("/etc/name", root.join("absolute")).unwrap();
        symlink("../../../../../secret", root.join("etc/deep/escape")).unwrap();
        symlink("../../../etc/name", root.join("etc/deep/up")).unwrap();
        symlink("loop-b", root.join("loop-a")).unwrap();
        symlink("loop-a", root.join("loop-b")).unwrap();
        symlink("/etc", root.join("folder")).unwrap();
        let opened = Tree::open(&root).unwrap();
        (folder, opened)
    }

    #[test]
    fn links_stay_inside() {
        let (_folder, tree) = tree();
        assert_eq!(tree.file("/absolute").unwrap(), b"inside");
        assert_eq!(tree.file("/etc/deep/up").unwrap(), b"inside");
        assert_eq!(tree.file("/folder/../etc/name").unwrap(), b"inside");
        assert_eq!(tree.file("/../../secret"), Err(ReadError::NotCaptured));
        assert_eq!(tree.file("/etc/deep/escape"), Err(ReadError::NotCaptured));
        assert_eq!(tree.link("/absolute").unwrap(), "/etc/name");
        assert_eq!(tree.resolve("/folder/deep/up").unwrap(), "/etc/name");
        assert_eq!(tree.list("/folder").unwrap(), ["deep", "name"]);
    }

    #[test]
    fn a_ring_of_links_ends() {
        let (_folder, tree) = tree();
        assert_eq!(tree.file("/loop-a"), Err(ReadError::Failed("eloop".to_owned())));
    }

    #[test]
    fn what_the_tree_lacks_is_not_captured() {
        let (_folder, tree) = tree();
        assert_eq!(tree.file("/proc/cpuinfo"), Err(ReadError::NotCaptured));
        assert_eq!(tree.file("/etc/name/below"), Err(ReadError::NotCaptured));
        assert_eq!(tree.sysinfo(), Err(ReadError::NotCaptured));
        assert_eq!(tree.file("/etc"), Err(ReadError::Unsupported));
    }

    #[test]
    fn a_file_beyond_the_limit_is_too_large() {
        let (folder, tree) = tree();
        let big = fs::File::create(folder.path().join("root/big")).unwrap();
        big.set_len(crate::source::FILE_BYTES_MAX + 1).unwrap();
        assert_eq!(tree.file("/big"), Err(ReadError::TooLarge));
        assert_eq!(tree.file_start("/big", 5).unwrap(), [0; 5]);
    }

    #[test]
    fn a_pipe_does_not_block() {
        let (folder, tree) = tree();
        let socket = std::os::unix::net::UnixListener::bind(folder.path().join("root/socket")).unwrap();
        assert_eq!(tree.file("/socket"), Err(ReadError::Unsupported));
        drop(socket);
    }
}
