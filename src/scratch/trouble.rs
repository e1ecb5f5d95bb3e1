//! What keeps a compiler from answering at all: a full disk, a signal, a missing linker. It is no verdict on what it was
//! asked to compile, and is never kept as one.

use std::io::{Error, ErrorKind};
use std::path::Path;

use super::cache;
use super::supervise::{Ended, Ending};
use crate::error::Problem;
use crate::report::Diagnostic;

const INSTALL_LINKER: &str = "install a C compiler (such as gcc): rustc links with it";

const FREE_SOME: &str = "memory or disk space may have run out: free some and try again; `tokio-cmd cache clean` frees \
    what this program keeps";

/// How the system's reasons read in what rustc, cargo and the linker say.
const REASONS: [(&str, ErrorKind); 8] = [
    ("No space left on device", ErrorKind::StorageFull),
    ("Disk quota exceeded", ErrorKind::QuotaExceeded),
    ("File too large", ErrorKind::FileTooLarge),
    ("File size limit exceeded", ErrorKind::FileTooLarge),
    ("file size limit exceeded", ErrorKind::FileTooLarge),
    ("Read-only file system", ErrorKind::ReadOnlyFilesystem),
    (
        "Permission denied (os error 13)",
        ErrorKind::PermissionDenied,
    ),
    ("Not a directory (os error 20)", ErrorKind::NotADirectory),
];

/// The trouble of a tool that worked below `folder`, if it had any. `said` is what it wrote beside its diagnostics.
pub(crate) fn of(
    tool: &str,
    folder: &Path,
    ended: &Ended,
    said: &str,
    diagnostics: &[Diagnostic],
) -> Option<Problem> {
    if ended.succeeded() {
        return None;
    }
    // What has a place or a code is about the program that is compiled. Where there is such an error, it is the reason,
    // and the tool's own words are by the way.
    let (general, about_it): (Vec<_>, Vec<_>) = diagnostics
        .iter()
        .partition(|diagnostic| diagnostic.file.is_none() && diagnostic.code.is_none());
    let is_refused = about_it
        .iter()
        .any(|diagnostic| diagnostic.level == "error");
    let said = if is_refused { "" } else { said };
    let holds = |words: &str| {
        said.contains(words)
            || general
                .iter()
                .any(|diagnostic| diagnostic.rendered.contains(words))
    };
    if let Some((_, kind)) = REASONS.iter().find(|(words, _)| holds(words)) {
        return Some(cache::problem(folder, &Error::from(*kind)));
    }
    let missing_linker = general
        .iter()
        .find(|d| d.message.starts_with("linker `") && d.message.ends_with("not found"));
    if let Some(missing) = missing_linker {
        let message = missing.message.clone();
        return Some(Problem::environment(
            "tool-missing",
            message,
            INSTALL_LINKER,
        ));
    }
    let killed = |what: String| Problem::environment("compiler", what, FREE_SOME);
    match ended.ending {
        Ending::Signalled(signal) => Some(killed(format!("`{tool}` was ended by signal {signal}"))),
        // Cargo's words for a compiler that did not end by itself, and the C compiler's for the linker. One that maps the
        // file that it writes is told of a full disk in this way.
        _ if said.contains("(signal: ") || holds("ld terminated with signal") => Some(killed(
            format!("a tool that `{tool}` started was ended by a signal"),
        )),
        _ => None,
    }
}

/// A tool that could not be started at all.
pub(crate) fn not_started(tool: &str, cure: &str, error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<Error>() {
        Some(cause) if cause.kind() == ErrorKind::NotFound => {
            Problem::tool_missing(tool, cure).into()
        }
        Some(cause) => Problem::environment(
            "tool-missing",
            format!("`{tool}` cannot be started: {cause}"),
            cure,
        )
        .into(),
        None => error,
    }
}
