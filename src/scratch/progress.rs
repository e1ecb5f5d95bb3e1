//! How far a build of cargo's is: how many of the crates that it needs are done, and which was the last.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use super::diagnostics::{self, CargoLine};
use crate::report::Listener;

/// Reads cargo's JSON lines as they come and tells the listener of each crate that is done.
pub(crate) struct Crates {
    listener: Arc<dyn Listener + Send + Sync>,
    /// How many there will be, where that is known.
    total: Option<usize>,
    done: BTreeSet<String>,
    /// What came of a line that is not whole yet.
    begun: Vec<u8>,
}

impl Crates {
    pub(crate) fn new(listener: Arc<dyn Listener + Send + Sync>, total: Option<usize>) -> Self {
        Self {
            listener,
            total,
            done: BTreeSet::new(),
            begun: Vec::new(),
        }
    }

    fn take(&mut self, line: &str) {
        for found in diagnostics::of_cargo(line) {
            let CargoLine::CompilerArtifact(artifact) = found else {
                continue;
            };
            let is_crate = artifact
                .target
                .kind
                .iter()
                .any(|kind| kind == "lib" || kind == "proc-macro");
            // The package that asks for them is none of them.
            let is_own = artifact.package_id.starts_with("path+");
            if is_crate && !is_own && self.done.insert(artifact.package_id) {
                let (done, name) = (self.done.len(), artifact.target.name);
                let told = match self.total {
                    Some(total) => format!("{done} of {total} crates: {name}"),
                    None => format!("{done} crates: {name}"),
                };
                self.listener.step(&told);
            }
        }
    }
}

impl Write for Crates {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        let Some(end) = self.begun.iter().rposition(|byte| *byte == b'\n') else {
            return Ok(bytes.len());
        };
        let rest = self.begun.split_off(end + 1);
        let whole = std::mem::replace(&mut self.begun, rest);
        self.take(&String::from_utf8_lossy(&whole));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many crates `cargo tree --prefix none` names beside the package itself, which stands first.
pub(crate) fn count(tree: &str) -> Option<usize> {
    let of_line = |line: &str| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let crates: BTreeSet<_> = tree.lines().filter_map(of_line).collect();
    crates.len().checked_sub(1)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Listener for Told {
        fn progress(&self, _line: &str) {}
        fn step(&self, line: &str) {
            self.0.lock().unwrap().push(line.to_owned());
        }
        fn watches(&self) -> bool {
            true
        }
        fn note(&self, _line: &str) {}
        fn detail(&self, _line: &str) {}
    }

    fn artifact(source: &str, name: &str, kind: &str) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","package_id":"{source}+{name}","target":{{"name":"{name}","kind":["{kind}"]}},"filenames":[],"executable":null}}"#
        ) + "\n"
    }

    #[test]
    fn each_crate_is_told_of_once_however_its_lines_come() {
        let told = Arc::new(Told::default());
        let mut crates = Crates::new(told.clone(), Some(2));
        let lines = [
            artifact("registry", "libc", "custom-build"),
            artifact("registry", "libc", "lib"),
            artifact("registry", "libc", "lib"),
            artifact("registry", "tokio_macros", "proc-macro"),
            artifact("path", "family", "lib"),
        ]
        .concat();
        for piece in lines.as_bytes().chunks(7) {
            crates.write_all(piece).unwrap();
        }
        let told = told.0.lock().unwrap();
        assert_eq!(
            *told,
            ["1 of 2 crates: libc", "2 of 2 crates: tokio_macros"]
        );
    }

    #[test]
    fn a_tree_names_each_crate_once() {
        let tree = "family v0.0.0 (/a b)\nbytes v1.12.2\ntokio v1.54.1\nbytes v1.12.2\nmacros v2.0.0 (proc-macro) (*)\n";
        assert_eq!(count(tree), Some(3));
        assert_eq!(count(""), None);
    }
}
