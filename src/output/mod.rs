//! Reports and errors as text, Markdown or JSON: the only place that prints. Data goes to stdout, everything else to stderr.

mod text;

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::cli::{Color, Format, Global};
use crate::error::{Exit, Problem};
use crate::report::{Listener, Report};

/// How this invocation speaks.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    format: Option<Format>,
    quiet: bool,
    verbose: bool,
    stdout: Stream,
    stderr: Stream,
}

#[derive(Debug, Clone, Copy)]
struct Stream {
    is_terminal: bool,
    colour: bool,
    /// Whether a line can be taken back.
    moves: bool,
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();

impl Console {
    pub fn new(global: &Global) -> Self {
        let stream = |is_terminal: bool| Stream {
            is_terminal,
            colour: colour(global.color, is_terminal),
            moves: is_terminal && std::env::var_os("TERM").is_some_and(|term| term != "dumb"),
        };
        Self {
            format: global.format,
            quiet: global.quiet,
            verbose: global.verbose,
            stdout: stream(io::stdout().is_terminal()),
            stderr: stream(io::stderr().is_terminal()),
        }
    }

    /// For errors in the command line itself, where no options are known.
    pub fn of_arguments(arguments: &[std::ffi::OsString]) -> Self {
        let text: Vec<_> = arguments
            .iter()
            .map(|argument| argument.to_string_lossy())
            .collect();
        let asks_json = text.iter().any(|argument| argument == "--format=json")
            || text
                .windows(2)
                .any(|pair| pair[0] == "--format" && pair[1] == "json");
        Self::new(&Global {
            format: asks_json.then_some(Format::Json),
            color: Color::Auto,
            offline: false,
            quiet: false,
            verbose: false,
        })
    }

    pub fn is_json(self) -> bool {
        self.format == Some(Format::Json)
    }

    pub fn stdout_is_terminal(self) -> bool {
        self.stdout.is_terminal
    }

    pub fn sinks(self) -> (Box<dyn Write + Send>, Box<dyn Write + Send>) {
        (Box::new(io::stdout()), Box::new(io::stderr()))
    }

    /// Prints an answer. A reader that went away is a normal end.
    pub fn report(self, report: &Report) -> Exit {
        say("");
        let text = if self.is_json() {
            json(report)
        } else {
            self.text(report)
        };
        // A program that was run has spoken for itself, and its output may still wait for a reader, stdout in hand.
        if text.is_empty() {
            return report.exit();
        }
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => self.problem(
                &Problem::environment("output", format!("stdout: {error}"), "check where it leads"),
            ),
            Err(_) => Exit::Done,
            Ok(()) => report.exit(),
        }
    }

    /// Prints an error and gives its exit code.
    pub fn error(self, error: &anyhow::Error) -> Exit {
        if let Some(problem) = error.downcast_ref::<Problem>() {
            return self.problem(problem);
        }
        self.problem(&Problem::environment(
            "internal",
            format!("{error:#}"),
            "this is a defect of tokio-cmd: please report it with the command line",
        ))
    }

    pub fn problem(self, problem: &Problem) -> Exit {
        let text = if self.is_json() {
            #[derive(Serialize)]
            struct Failure<'a> {
                format: u8,
                error: Words<'a>,
            }
            #[derive(Serialize)]
            struct Words<'a> {
                code: &'a str,
                message: &'a str,
                hint: Option<&'a str>,
            }
            let error = Words {
                code: problem.code,
                message: &problem.message,
                hint: problem.hint.as_deref(),
            };
            serde_json::to_string(&Failure { format: 1, error }).unwrap_or_default() + "\n"
        } else {
            let mut text = format!("{} {}\n", self.stderr.paint(RED, "error:"), problem.message);
            if let Some(hint) = &problem.hint {
                text += &format!("\n{} {hint}\n", self.stderr.paint(CYAN, "hint:"));
            }
            text
        };
        say(&text);
        problem.exit
    }

    /// An error of clap's, or its help.
    pub fn clap(self, error: &clap::Error) -> Exit {
        if !error.use_stderr() {
            let _ = error.print();
            return Exit::Done;
        }
        if self.is_json() {
            let text = error.to_string();
            let mut parts = text.trim().splitn(2, "\n\n");
            let message = parts
                .next()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned();
            // The first paragraph after the message: a tip, or how the command is used.
            let rest = parts.next().unwrap_or_default().trim_start();
            let hint = match rest.split("\n\n").next().unwrap_or_default() {
                "" => "see `tokio-cmd --help`",
                first => first.trim_start_matches("tip: "),
            };
            return self.problem(&Problem::wording(message, hint));
        }
        let _ = error.print();
        Exit::Usage
    }
}

fn colour(asked: Color, is_terminal: bool) -> bool {
    match asked {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

impl Stream {
    fn paint(self, style: Style, text: &str) -> String {
        if self.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

fn json(report: &Report) -> String {
    // The version stands before the report.
    let body = serde_json::to_string(report).unwrap_or_else(|_| "{}".to_owned());
    format!("{{\"format\":1,{}\n", body.trim_start_matches('{'))
}

/// Whether the last line of the terminal is one that the next takes the place of.
static STEP_STANDS: AtomicBool = AtomicBool::new(false);

/// Back to the beginning of the line, and nothing on it.
const CLEAR_LINE: &str = "\r\x1b[K";

/// Says something on stderr; that nobody hears it is no error.
fn say(text: &str) {
    let clear = if STEP_STANDS.swap(false, Ordering::Relaxed) {
        CLEAR_LINE
    } else {
        ""
    };
    let text = format!("{clear}{text}");
    if !text.is_empty() {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

impl Listener for Console {
    fn progress(&self, line: &str) {
        if self.watches() {
            say(&format!("{}\n", self.stderr.paint(DIM, line)));
        }
    }

    fn step(&self, line: &str) {
        if self.watches() && self.stderr.moves {
            say(&format!("  {}", self.stderr.paint(DIM, line)));
            STEP_STANDS.store(true, Ordering::Relaxed);
        }
    }

    fn watches(&self) -> bool {
        self.stderr.is_terminal && !self.quiet
    }

    fn note(&self, line: &str) {
        if !self.quiet {
            say(&format!("{line}\n"));
        }
    }

    fn detail(&self, line: &str) {
        if self.verbose {
            say(&format!("{line}\n"));
        }
    }
}
