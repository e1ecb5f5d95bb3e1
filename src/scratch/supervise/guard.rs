//! A second process that outlives this one by a moment. Nothing can be done about SIGKILL in the process that gets it; so
//! this program starts itself again, in a group of its own, with a pipe. When the pipe closes while something that was
//! started has not ended, the guard ends it.

use std::io::{BufRead, Write};
use std::sync::{Arc, OnceLock};

use super::command;
use super::leftovers;

/// The hidden argument; what the guard is told by is not for users.
const MODE: &str = "__guard";

/// Our end of it. The guard is started before the first process that it is to guard; where it could not be, all else
/// works without it.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard(Arc<OnceLock<Option<Pipe>>>);

#[cfg(unix)]
type Pipe = std::io::PipeWriter;
#[cfg(not(unix))]
type Pipe = std::convert::Infallible;

impl Guard {
    /// Something will be started soon: the guard starts meanwhile, on another thread.
    pub(super) fn prepare(&self) {
        let pipe = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || {
            pipe.get_or_init(start);
        });
    }

    /// Something is about to be started.
    pub(super) fn begins(&self) {
        self.tell("begins");
    }

    /// It was started, as the leader of a group or within our own.
    pub(super) fn started(&self, id: Option<u32>, leads: bool) {
        if let Some(id) = id {
            let what = if leads { "group" } else { "process" };
            self.tell(&format!("{what} {id}"));
        }
    }

    /// Nothing is left of it.
    pub(super) fn ended(&self, id: Option<u32>) {
        self.tell(&format!("ended {}", id.unwrap_or_default()));
    }

    #[cfg(unix)]
    fn tell(&self, line: &str) {
        if let Some(mut pipe) = self.0.get_or_init(start).as_ref() {
            // Somebody may have ended it.
            let _ = pipe.write_all(format!("{line}\n").as_bytes());
        }
    }

    #[cfg(not(unix))]
    fn tell(&self, _line: &str) {}
}

#[cfg(unix)]
fn start() -> Option<Pipe> {
    use std::process::Stdio;
    let (reader, writer) = std::io::pipe().ok()?;
    // Not waited for: it ends after us. It holds nothing of the user's: no stream, no folder, no variable.
    tokio::process::Command::new(std::env::current_exe().ok()?)
        .args([MODE, command::session()])
        .stdin(reader)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        .env_clear()
        .process_group(0)
        .spawn()
        .ok()?;
    Some(writer)
}

#[cfg(not(unix))]
fn start() -> Option<Pipe> {
    None
}

/// Whether these arguments ask for a guard, and for which session.
pub(crate) fn asked_for(arguments: &[std::ffi::OsString]) -> Option<&str> {
    match arguments {
        [_, mode, session] if mode == MODE => session.to_str(),
        _ => None,
    }
}

/// Guards until the pipe closes.
pub(crate) fn guard(session: &str, pipe: impl BufRead) {
    let mut open: Vec<(bool, u32)> = Vec::new();
    let mut begun = 0_usize;
    for line in pipe.lines().map_while(Result::ok) {
        let (word, number) = line.split_once(' ').unwrap_or((&line, ""));
        let number = number.parse().unwrap_or_default();
        match word {
            "begins" => begun += 1,
            "group" | "process" => open.push((word == "group", number)),
            "ended" => {
                begun = begun.saturating_sub(1);
                open.retain(|(_, id)| *id != number);
            }
            _ => {}
        }
    }
    if begun > 0 {
        leftovers::end_all(&open, session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hidden_words_ask_for_a_guard() {
        let of = |arguments: &[&str]| {
            let arguments: Vec<_> = arguments.iter().map(Into::into).collect();
            asked_for(&arguments).map(str::to_owned)
        };
        assert_eq!(of(&["tokio-cmd", MODE, "1-2"]).as_deref(), Some("1-2"));
        assert_eq!(of(&["tokio-cmd", MODE]), None);
        assert_eq!(of(&["tokio-cmd", "ask", MODE]), None);
    }
}
