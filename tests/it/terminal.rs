//! On a terminal: text with colours, unless `NO_COLOR` is set. A pseudo terminal stands for the real one.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::Path;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::program::tokio_cmd;

/// What the program writes to a terminal, stdout and stderr together.
fn on_a_terminal(args: &[&str], no_color: Option<&str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo terminal");
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .open(Path::new(&name))
        .unwrap();
    let mut invocation = tokio_cmd(folder.path()).args(args).env("TERM", "xterm");
    if let Some(value) = no_color {
        invocation = invocation.env("NO_COLOR", value);
    }
    let mut command = invocation.command();
    command
        .stdout(terminal.try_clone().unwrap())
        .stderr(terminal);
    let mut child = command.spawn().unwrap();
    // Only the child's own ends of it are left, so that its end is ours.
    drop(command);
    let mut said = Vec::new();
    // Linux tells the end of a terminal with an error.
    let _ = File::from(ours).read_to_end(&mut said);
    child.wait().unwrap();
    String::from_utf8(said).unwrap()
}

const ESCAPE: char = '\u{1b}';

#[test]
fn a_terminal_gets_colours_and_titles() {
    let shown = on_a_terminal(&["show", "timeouts"], None);
    assert!(
        shown.starts_with(ESCAPE) && shown.contains("timeouts"),
        "{shown}"
    );
    let list = on_a_terminal(&["list", "topics"], None);
    let channels = list.lines().find(|line| line.contains("channels"));
    assert!(
        channels.is_some_and(|line| line.contains("Channels")),
        "{list}"
    );
    let refused = on_a_terminal(&["show", "chanels"], None);
    assert!(
        refused.contains(ESCAPE) && refused.contains("no entry is called"),
        "{refused}"
    );
}

#[test]
fn no_color_takes_the_colours_away_and_nothing_else() {
    for args in [
        &["show", "timeouts"][..],
        &["list"],
        &["show", "chanels"],
        &["lst"],
        &["--help"],
    ] {
        let plain = on_a_terminal(args, Some("1"));
        assert!(!plain.contains(ESCAPE), "{args:?}: {plain:?}");
        // An empty value is no wish (no-color.org).
        let empty = on_a_terminal(args, Some(""));
        assert!(empty.contains(ESCAPE), "{args:?}: {empty:?}");
        assert_eq!(without_escapes(&empty), plain, "{args:?}");
    }
}

#[test]
fn color_never_and_formats_for_programs_stay_plain() {
    for args in [
        &["show", "timeouts", "--color", "never"][..],
        &["show", "timeouts", "--format", "markdown"],
        &["list", "--format", "json"],
        &["show", "timeouts", "--code-only"],
    ] {
        let shown = on_a_terminal(args, None);
        assert!(!shown.contains(ESCAPE), "{args:?}: {shown:?}");
    }
}

fn without_escapes(text: &str) -> String {
    let mut parts = text.split(ESCAPE);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        let end = part.find(|c: char| c.is_ascii_alphabetic());
        plain + &part[end.map_or(0, |end| end + 1)..]
    })
}
