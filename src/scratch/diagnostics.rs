//! rustc's and cargo's JSON lines as diagnostics.

use std::path::Path;

use anstream::adapter::strip_str;
use serde::Deserialize;

use crate::report::Diagnostic;

#[derive(Deserialize)]
struct Message {
    message: String,
    code: Option<Code>,
    level: String,
    #[serde(default)]
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: u32,
    column_start: u32,
    is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Span,
}

impl Span {
    /// Where it stands in a file of the entry, which a macro of another crate may hide. Files of others are absolute.
    fn own(&self) -> &Self {
        match &self.expansion {
            Some(expansion) if Path::new(&self.file_name).is_absolute() => expansion.span.own(),
            _ => self,
        }
    }
}

/// What rustc wrote to stderr with `--error-format=json`, and the lines that are none of it.
pub(crate) fn of_rustc(stderr: &str) -> (Vec<Diagnostic>, String) {
    let found = stderr.lines().filter_map(of_line).collect();
    let strays: Vec<_> = stderr
        .lines()
        .filter(|line| !line.starts_with('{') && !line.trim().is_empty())
        .collect();
    (found, strays.join("\n"))
}

/// An error that has no place in a file.
pub(crate) fn plain(text: &str) -> Diagnostic {
    Diagnostic {
        level: "error".to_owned(),
        code: None,
        message: text.lines().next().unwrap_or_default().to_owned(),
        file: None,
        line: None,
        column: None,
        rendered: format!("{text}\n"),
        coloured: String::new(),
    }
}

fn of_line(line: &str) -> Option<Diagnostic> {
    diagnostic(serde_json::from_str(line).ok()?)
}

fn diagnostic(message: Message) -> Option<Diagnostic> {
    let is_summary = message.spans.is_empty()
        && (message.message.starts_with("aborting due to")
            || message.message.ends_with("warning emitted")
            || message.message.ends_with("warnings emitted"));
    if is_summary
        || !matches!(
            message.level.as_str(),
            "error" | "warning" | "error: internal compiler error"
        )
    {
        return None;
    }
    let place = message
        .spans
        .iter()
        .find(|span| span.is_primary)
        .or(message.spans.first())
        .map(Span::own);
    let coloured = message.rendered.map_or_else(
        || format!("{}: {}\n", message.level, message.message),
        |rendered| without_lost_files(&rendered),
    );
    Some(Diagnostic {
        rendered: strip_str(&coloured).to_string(),
        coloured,
        file: place.map(|span| span.file_name.clone()),
        line: place.map(|span| span.line_start),
        column: place.map(|span| span.column_start),
        level: message.level,
        code: message.code.map(|code| code.code),
        message: message.message,
    })
}

/// Leaves out where rustc wrote the whole name of a long type: that file lies in a scratch folder which is gone before
/// anybody reads this, and its name differs each time.
fn without_lost_files(rendered: &str) -> String {
    rendered
        .split_inclusive('\n')
        .filter(|line| {
            !line.contains("the full name for the type has been written to")
                && !line.contains("consider using `--verbose` to print the full type name")
        })
        .collect()
}

/// A line of `cargo --message-format=json` that this program has use for.
#[derive(Debug, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub(crate) enum CargoLine {
    CompilerArtifact(Artifact),
    CompilerMessage(CargoMessage),
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Artifact {
    pub(crate) package_id: String,
    pub(crate) target: Target,
    pub(crate) filenames: Vec<String>,
    pub(crate) executable: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    /// `lib`, `proc-macro`, `custom-build`, ...
    pub(crate) kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CargoMessage {
    message: serde_json::Value,
}

pub(crate) fn of_cargo(stdout: &str) -> Vec<CargoLine> {
    stdout
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

impl CargoMessage {
    pub(crate) fn diagnostic(&self) -> Option<Diagnostic> {
        diagnostic(serde_json::from_value(self.message.clone()).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_keeps_its_place() {
        let line = r#"{"$message_type":"diagnostic","message":"mismatched types","code":{"code":"E0308","explanation":""},"level":"error","spans":[{"file_name":"a/main.rs","byte_start":0,"byte_end":1,"line_start":3,"line_end":3,"column_start":5,"column_end":6,"is_primary":true,"text":[],"label":null,"suggested_replacement":null,"suggestion_applicability":null,"expansion":null}],"children":[],"rendered":"\u001b[1merror[E0308]\u001b[0m: mismatched types\n"}"#;
        let (found, strays) = of_rustc(line);
        assert_eq!(strays, "");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].file.as_deref(), found[0].line, found[0].column),
            (Some("a/main.rs"), Some(3), Some(5))
        );
        assert_eq!(found[0].code.as_deref(), Some("E0308"));
        assert_eq!(found[0].rendered, "error[E0308]: mismatched types\n");
        assert!(found[0].coloured.starts_with('\u{1b}'));
    }

    #[test]
    fn files_that_are_gone_are_not_named() {
        let line = r#"{"message":"m","code":null,"level":"error","spans":[],"rendered":"error: m\n  = note: the full name for the type has been written to 'metadata.long-type-1.txt'\n  = note: consider using `--verbose` to print the full type name to the console\n  = help: h\n\n"}"#;
        let (found, _) = of_rustc(line);
        assert_eq!(found[0].rendered, "error: m\n  = help: h\n\n");
    }

    #[test]
    fn what_is_no_json_is_not_lost() {
        let (found, strays) = of_rustc("thread 'rustc' panicked\n");
        assert_eq!(
            (found.len(), strays.as_str()),
            (0, "thread 'rustc' panicked")
        );
    }

    #[test]
    fn a_macro_of_another_crate_does_not_hide_the_place() {
        let line = r#"{"message":"m","code":null,"level":"error","spans":[{"file_name":"/std/macros.rs","line_start":9,"column_start":9,"is_primary":true,"expansion":{"span":{"file_name":"a/main.rs","line_start":3,"column_start":5,"is_primary":false,"expansion":null},"macro_decl_name":"m!","def_site_span":null}}],"children":[],"rendered":"m"}"#;
        let (found, _) = of_rustc(line);
        assert_eq!(
            (found[0].file.as_deref(), found[0].line, found[0].column),
            (Some("a/main.rs"), Some(3), Some(5))
        );
    }
}
