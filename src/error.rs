//! What a user can put right: a code, words, a hint and an exit status, each said once, here.
//!
//! A [`Problem`] travels inside `anyhow::Error`; whatever is none is a defect of the program and ends with [`Exit::Environment`].

use std::fmt;
use std::path::Path;

/// The documented exit codes. `run` passes on its program's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done,
    /// Asked and answered, and the answer is no.
    No,
    Usage,
    /// Refused so that nothing of the user's is lost.
    Refused,
    Environment,
    /// The code of a program that was run.
    Program(u8),
}

impl Exit {
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Environment => 4,
            Self::Program(code) => code,
        }
    }
}

/// Something a user can put right.
#[derive(Debug)]
pub struct Problem {
    pub code: &'static str,
    pub exit: Exit,
    pub message: String,
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Problem {
    fn usage(code: &'static str, message: String, hint: Option<String>) -> Self {
        Self {
            code,
            exit: Exit::Usage,
            message,
            hint,
        }
    }

    /// `what` is `snippet`, `topic`, ... or `entry`.
    pub fn unknown(what: &str, name: &str, near: &[String]) -> Self {
        let hint = did_you_mean(near)
            .unwrap_or_else(|| "`tokio-cmd list` names everything there is".to_owned());
        Self::usage(
            "unknown-name",
            format!("no {what} is called {}", quoted(name)),
            Some(hint),
        )
    }

    pub fn unknown_parameter(entry: &str, name: &str, known: &[String]) -> Self {
        let near = nearest(name, known.iter().map(String::as_str));
        let hint = did_you_mean(&near).unwrap_or_else(|| {
            if known.is_empty() {
                "it has no parameters".to_owned()
            } else {
                format!(
                    "it has {}",
                    known
                        .iter()
                        .map(|n| quoted(n))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
        });
        Self::usage(
            "unknown-parameter",
            format!("`{entry}` has no parameter {}", quoted(name)),
            Some(hint),
        )
    }

    pub fn bad_value(parameter: &str, got: &str, wants: &str) -> Self {
        Self::usage(
            "bad-value",
            format!("{} is no value for `{parameter}`", quoted(got)),
            Some(format!("it takes {wants}")),
        )
    }

    pub fn out_of_bounds(parameter: &str, got: &str, bounds: &str) -> Self {
        Self::usage(
            "out-of-bounds",
            format!("{} is out of bounds for `{parameter}`", quoted(got)),
            Some(format!("it takes {bounds}")),
        )
    }

    pub fn wording(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::usage("usage", message.into(), Some(hint.into()))
    }

    pub fn not_a_module(snippet: &str) -> Self {
        Self::usage(
            "not-a-module",
            format!("`{snippet}` is a program, not a module to copy"),
            Some(format!(
                "`tokio-cmd show {snippet} --code-only` prints it whole"
            )),
        )
    }

    pub fn bad_name(name: &str, why: &str) -> Self {
        Self::usage(
            "bad-name",
            format!("{} cannot be a crate's name: {why}", quoted(name)),
            Some(
                "take lower-case letters, digits, `-` and `_`, beginning with a letter".to_owned(),
            ),
        )
    }

    pub fn not_for_this_system(entry: &str) -> Self {
        Self::usage(
            "not-for-this-system",
            format!("`{entry}` needs a Unix system"),
            None,
        )
    }

    pub fn exists(path: &Path, hint: &str) -> Self {
        Self {
            code: "exists",
            exit: Exit::Refused,
            message: format!("{} exists already; nothing was written", shown(path)),
            hint: Some(hint.to_owned()),
        }
    }

    pub fn edited(path: &Path, hint: &str) -> Self {
        Self {
            code: "edited",
            exit: Exit::Refused,
            message: format!(
                "{} is not as this program wrote it; it was left alone",
                shown(path)
            ),
            hint: Some(hint.to_owned()),
        }
    }

    pub fn refused(code: &'static str, message: String, hint: &str) -> Self {
        Self {
            code,
            exit: Exit::Refused,
            message,
            hint: Some(hint.to_owned()),
        }
    }

    pub fn environment(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            code,
            exit: Exit::Environment,
            message: message.into(),
            hint: Some(hint.into()),
        }
    }

    pub fn tool_missing(tool: &str, cure: &str) -> Self {
        Self::environment("tool-missing", format!("`{tool}` was not found"), cure)
    }

    /// A file or folder that cannot be used, with the cure that fits the cause.
    pub fn io(path: &Path, error: &std::io::Error) -> Self {
        let hint = match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                "make it writable, or set TOKIO_CMD_CACHE to a folder that is"
            }
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                "free some space; `tokio-cmd cache clean` frees what this program keeps"
            }
            _ => "check that the path exists and may be used",
        };
        Self::environment("io", format!("{}: {error}", shown(path)), hint)
    }
}

/// A name as it stands in a message: in backticks, control characters made visible, cut where it is endless.
pub fn quoted(name: &str) -> String {
    visible(name, 60)
}

/// A path as it stands in a message; it is cut only where no system would take it.
pub fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy(), 4096)
}

fn visible(text: &str, longest: usize) -> String {
    let mut shown: String = text
        .chars()
        .take(longest)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().count() > longest {
        shown.push_str("...");
    }
    format!("`{}`", shown.replace("\\'", "'").replace("\\\"", "\""))
}

fn did_you_mean(near: &[String]) -> Option<String> {
    (!near.is_empty()).then(|| {
        let names: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
        format!("did you mean {}?", names.join(", "))
    })
}

/// Up to three of the known names that a typo or a part of the name may have meant, best first.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let name: String = name.to_lowercase().chars().take(80).collect();
    let mut scored: Vec<(f64, &str)> = known
        .map(|candidate| {
            let alike = strsim::normalized_damerau_levenshtein(&name, candidate);
            let part =
                name.len() >= 3 && (candidate.contains(name.as_str()) || name.contains(candidate));
            (if part { alike.max(0.7) } else { alike }, candidate)
        })
        .filter(|(score, _)| *score >= 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by_key(|(_, candidate)| *candidate);
    scored
        .into_iter()
        .take(3)
        .map(|(_, candidate)| candidate.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_name() {
        let known = ["channels", "timeouts", "circuit-breaker"];
        assert_eq!(nearest("chanels", known.into_iter()), ["channels"]);
        assert_eq!(nearest("breaker", known.into_iter()), ["circuit-breaker"]);
        assert!(nearest("xyz", known.into_iter()).is_empty());
    }

    #[test]
    fn a_name_in_a_message_cannot_write_to_the_terminal() {
        assert_eq!(quoted("a\u{1b}[31m\n"), "`a\\u{1b}[31m\\n`");
        assert!(quoted(&"x".repeat(300)).len() < 80);
        let path = "x".repeat(300);
        assert_eq!(shown(Path::new(&path)), format!("`{path}`"));
    }
}
