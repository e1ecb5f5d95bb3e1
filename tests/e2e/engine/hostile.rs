//! Programs that do what a program can do wrong: each ends with its own outcome, and `tokio-cmd` takes no harm.

use std::process::Stdio;

use super::process::end_of;
use super::shell::{Shell, entry};
use crate::invoke::Ended;

/// Runs a program of these lines.
fn ends(lines: &str, options: &[&str]) -> Ended {
    let main = format!(
        "//! Goes wrong.\nuse std::io::Write as _;\n\nfn main() {{\n{lines}\n    let _ = std::io::stdout().flush();\n}}\n"
    );
    let overlay = entry("it", &main);
    let run = overlay.tokio_cmd().args(["run", "team:it"]);
    run.args(options).ends()
}

fn outcome(ended: &Ended) -> String {
    ended.json()["outcome"].as_str().unwrap().to_owned()
}

#[test]
fn an_abort_and_a_stack_overflow_are_signals() {
    for lines in [
        "    std::process::abort();",
        "    fn deeper(n: u64) -> u64 { let large = [n; 4096]; deeper(large[0] + 1) + large[1] }\n    println!(\"{}\", deeper(0));",
    ] {
        let ended = ends(lines, &["--format=json"]);
        assert_eq!(ended.code, Some(128 + 6), "{ended}");
        assert_eq!(outcome(&ended), "signalled", "{ended}");
        assert!(ended.json()["code"].is_null(), "{ended}");
    }
}

#[test]
fn memory_without_end_ends_at_the_limit_that_was_asked_for() {
    let takes = "    let mut all = Vec::new();\n    for _ in 0..2048 { all.push(vec![1_u8; 1 << 20]); }\n    println!(\"{}\", all.len());";
    let ended = ends(takes, &["--memory=256MiB", "--format=json"]);
    assert_eq!(outcome(&ended), "signalled", "{ended}");
    let said = ended.json()["stderr"].as_str().unwrap().to_owned();
    assert!(
        said.contains("memory allocation of 1048576 bytes failed"),
        "{ended}"
    );
    // A program that takes less does not notice.
    let ended = ends(
        "    println!(\"{}\", vec![1_u8; 1 << 20].len());",
        &["--memory=256MiB"],
    );
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "1048576\n"));
    let ended = ends("", &["--memory=much"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(
        ended.stderr.contains("`much` is no value for `--memory`"),
        "{ended}"
    );
}

#[test]
fn a_last_line_without_its_end_is_passed_on() {
    let ended = Shell::new().run(&[], "printf 'no end'").passes();
    assert_eq!(ended.stdout, "no end");
}

#[test]
fn a_program_that_closes_its_streams_is_waited_for() {
    let shell = Shell::new();
    let ended = shell
        .run(&[], "echo before; exec >&- 2>&-; sleep 0.2; exit 7")
        .ends();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(7), "before\n"));
}

#[test]
fn a_gigabyte_passes_through_either_stream() {
    const GIGABYTE: u64 = 1_000_000_000;
    let shell = Shell::new();
    for to in ["", " >&2"] {
        let script = format!("head -c {GIGABYTE} /dev/zero{to}; exit 3");
        let mut command = shell.run(&["--time-limit=5m"], &script).command();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let counts = [
            std::thread::spawn({
                let mut pipe = child.stdout.take().unwrap();
                move || std::io::copy(&mut pipe, &mut std::io::sink()).unwrap()
            }),
            std::thread::spawn({
                let mut pipe = child.stderr.take().unwrap();
                move || std::io::copy(&mut pipe, &mut std::io::sink()).unwrap()
            }),
        ];
        assert_eq!(end_of(&mut child).code(), Some(3));
        let counts = counts.map(|count| count.join().unwrap());
        assert_eq!(counts.into_iter().sum::<u64>(), GIGABYTE, "{to:?}");
    }
}
