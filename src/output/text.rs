//! Reports in words.

use super::{BOLD, Console, DIM, GREEN, RED, Stream, say};
use crate::cli::Format;
use crate::report::{
    AddAction, Added, Checks, Created, Diagnostic, Installed, Listed, Listener, Outcome, Ran,
    Report, Verdict,
};

impl Console {
    pub(super) fn text(self, report: &Report) -> String {
        match report {
            Report::Answer(answer) => self.markdown(&answer.markdown),
            Report::Show(show) => self.markdown(&show.markdown),
            Report::List { entries } => self.list(entries),
            Report::Check(checks) => self.checks(checks),
            Report::Run(ran) => self.ran(ran),
            Report::Add(added) => added_text(added),
            Report::New(created) => created_text(created),
            Report::Install(installed) => installed_text(installed),
            Report::Cache(state) => format!("{}\n", state.text),
            Report::Text { text } => text.clone(),
        }
    }

    /// Markdown as it is, or with its headings and fences painted.
    fn markdown(self, markdown: &str) -> String {
        let plain = self.format == Some(Format::Markdown) || !self.stdout.colour;
        if plain {
            return markdown.to_owned();
        }
        let mut in_code = false;
        let mut out = String::new();
        for line in markdown.lines() {
            let painted = if line.starts_with("```") {
                in_code = !in_code;
                self.stdout.paint(DIM, line)
            } else if !in_code && line.starts_with('#') {
                self.stdout.paint(BOLD, line)
            } else {
                line.to_owned()
            };
            out.push_str(&painted);
            out.push('\n');
        }
        out
    }

    /// Names, one a line; with titles for a person or a page.
    fn list(self, entries: &[Listed]) -> String {
        let names_only = self.format.is_none() && !self.stdout.is_terminal;
        let width = entries
            .iter()
            .map(|entry| entry.id.len())
            .max()
            .unwrap_or_default();
        entries
            .iter()
            .map(|entry| match self.format {
                _ if names_only => format!("{}\n", entry.id),
                Some(Format::Markdown) => {
                    format!("- `{}` ({}): {}\n", entry.id, entry.kind, entry.title)
                }
                _ => {
                    let pad = " ".repeat(width - entry.id.len());
                    format!(
                        "{}{pad}  {} {}\n",
                        self.stdout.paint(BOLD, &entry.id),
                        self.stdout.paint(DIM, entry.kind),
                        entry.title
                    )
                }
            })
            .collect()
    }

    fn checks(self, checks: &Checks) -> String {
        let mut out = String::new();
        for entry in &checks.entries {
            let (style, word) = match entry.verdict {
                Verdict::Pass => (GREEN, "pass"),
                Verdict::Fail => (RED, "FAIL"),
                Verdict::Error => (RED, "ERROR"),
            };
            let note = if entry.cached {
                "kept".to_owned()
            } else {
                format!("{:.2} s", entry.seconds)
            };
            out += &format!("{} {} ({note})\n", self.stdout.paint(style, word), entry.id);
            out += &self.stdout.diagnostics(&entry.diagnostics);
            for finding in &entry.findings {
                for line in finding.lines() {
                    out += &format!("    {line}\n");
                }
            }
        }
        out += &table(checks);
        let proven = if checks.verb == "test" {
            "proven"
        } else {
            "checked"
        };
        out += &format!(
            "{} {proven} with {}: {} passed, {} failed\n",
            checks.entries.len(),
            checks.toolchain,
            checks.passed,
            checks.failed
        );
        if checks.verb == "check" {
            out += "`check` sees types and borrows; `run` and `test` build, and find what only shows then.\n";
        }
        out
    }

    fn ran(self, ran: &Ran) -> String {
        // The program has spoken for itself already.
        if ran.outcome == Outcome::NotBuilt {
            say(&self.stderr.diagnostics(&ran.diagnostics));
            self.note(&format!("`{}` was not built", ran.id));
        }
        String::new()
    }
}

/// From this many entries on, a table sums them up.
const MANY: usize = 10;
/// How many of the slowest it names.
const SLOWEST: usize = 3;

/// What many entries came to, by kind, and where the time went.
fn table(checks: &Checks) -> String {
    if checks.entries.len() < MANY {
        return String::new();
    }
    let mut kinds: Vec<&str> = checks.entries.iter().map(|entry| entry.sort).collect();
    kinds.sort_unstable_by(|a, b| b.cmp(a));
    kinds.dedup();
    let mut out = format!(
        "\n{:<10} {:>7} {:>7} {:>7} {:>9}\n",
        "kind", "passed", "failed", "kept", "seconds"
    );
    for kind in kinds {
        let of_kind = || {
            checks
                .entries
                .iter()
                .filter(move |entry| entry.sort == kind)
        };
        let passed = of_kind()
            .filter(|entry| entry.verdict == Verdict::Pass)
            .count();
        out += &format!(
            "{kind:<10} {passed:>7} {:>7} {:>7} {:>9.2}\n",
            of_kind().count() - passed,
            of_kind().filter(|entry| entry.cached).count(),
            of_kind().map(|entry| entry.seconds).sum::<f64>(),
        );
    }
    let mut slowest: Vec<_> = checks
        .entries
        .iter()
        .filter(|entry| !entry.cached)
        .collect();
    slowest.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let slowest: Vec<_> = slowest
        .iter()
        .take(SLOWEST)
        .map(|entry| format!("{} ({:.2} s)", entry.id, entry.seconds))
        .collect();
    if !slowest.is_empty() {
        out += &format!("slowest: {}\n", slowest.join(", "));
    }
    out + "\n"
}

fn added_text(added: &Added) -> String {
    let what = match added.action {
        AddAction::Written => "written",
        AddAction::WouldBeWritten => "would be written",
        AddAction::Unchanged => "is there already, the same",
    };
    let mut out = format!("{}: {what}\n\n{}\n", added.path, added.mod_line);
    for line in &added.cargo_add {
        out += &format!("{line}\n");
    }
    out
}

fn created_text(created: &Created) -> String {
    let mut out = if created.written {
        format!(
            "{} from `{}`, {} files\n",
            created.path,
            created.template,
            created.files.len()
        )
    } else {
        format!("would write {}:\n", created.path)
            + &created
                .files
                .iter()
                .map(|file| format!("  {file}\n"))
                .collect::<String>()
    };
    for note in &created.notes {
        out += &format!("note: {note}\n");
    }
    out += "\nNext:\n";
    for step in &created.next_steps {
        out += &format!("  {step}\n");
    }
    out
}

fn installed_text(installed: &Installed) -> String {
    let mut out = String::new();
    for file in &installed.files {
        let would = if installed.dry_run && file.action != "unchanged" {
            "would be "
        } else {
            ""
        };
        out += &format!("{}: {would}{}\n", file.path, file.action);
    }
    for note in &installed.notes {
        out += &format!("note: {note}\n");
    }
    out
}

impl Stream {
    /// As the compiler says them, in its own colours where there are any.
    fn diagnostics(self, all: &[Diagnostic]) -> String {
        let words = |diagnostic: &Diagnostic| {
            let coloured = self.colour && !diagnostic.coloured.is_empty();
            let words = if coloured {
                &diagnostic.coloured
            } else {
                &diagnostic.rendered
            };
            format!("{}\n", words.trim_end())
        };
        all.iter().map(words).collect()
    }
}
