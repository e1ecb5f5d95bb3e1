//! What a program reads, writes and ends with goes through `run` unchanged.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;

use super::process::{Running, end_of, is_gone, pid, wait_until};
use super::shell::{Shell, entry};

#[test]
fn output_comes_as_it_is_written() {
    let script = "echo first; echo aside >&2; read answer; echo $answer";
    let shell = Shell::new();
    let (mut running, mut stdin) = Running::start_with_stdin(shell.run(&[], script));
    // The program waits for us by now, so that nothing but its output can have brought these.
    running.says("first");
    running.tells("aside");
    writeln!(stdin, "second").unwrap();
    running.says("second");
    assert_eq!(running.ends().code(), Some(0));
}

#[test]
fn both_streams_stay_what_they_are() {
    let shell = Shell::new();
    let ended = shell.run(&[], "echo out; echo err >&2").ends();
    assert_eq!(
        (ended.stdout.as_str(), ended.stderr.as_str()),
        ("out\n", "err\n")
    );
    assert_eq!(ended.code, Some(0));
}

#[test]
fn streams_that_lead_to_one_file_keep_their_order() {
    let mut file = tempfile::tempfile().unwrap();
    let script = "for i in $(seq 300); do echo out $i; echo err $i >&2; done";
    let shell = Shell::new();
    let mut command = shell.run(&[], script).command();
    command
        .stdout(file.try_clone().unwrap())
        .stderr(file.try_clone().unwrap());
    assert_eq!(command.status().unwrap().code(), Some(0));

    let mut said = String::new();
    std::io::Seek::rewind(&mut file).unwrap();
    file.read_to_string(&mut said).unwrap();
    let expected: String = (1..=300).map(|i| format!("out {i}\nerr {i}\n")).collect();
    assert_eq!(said, expected);
}

#[test]
fn the_exit_code_is_the_programs_own() {
    let shell = Shell::new();
    for (script, code) in [
        ("exit 0", 0),
        ("exit 3", 3),
        ("exit 255", 255),
        ("kill -KILL $$", 128 + 9),
        ("kill -TERM $$", 128 + 15),
        ("kill -ABRT $$", 128 + 6),
    ] {
        let ended = shell.run(&[], script).ends();
        assert_eq!(ended.code, Some(code), "{script}\n{ended}");
    }
    let panics = entry(
        "panics",
        "//! Panics.\nfn main() { panic!(\"own words\") }\n",
    );
    let ended = panics.tokio_cmd().args(["run", "team:panics"]).ends();
    assert_eq!(ended.code, Some(101), "{ended}");
    assert!(ended.stderr.contains("own words"), "{ended}");
    // The panic is the program's, at the entry's own line.
    assert!(
        ended
            .stderr
            .contains(".tokio-cmd/snippets/team/panics/main.rs:2:13"),
        "{ended}"
    );
}

#[test]
fn standard_input_is_empty_unless_it_is_piped() {
    let shell = Shell::new();
    let ended = shell.run(&[], "cat; echo end").ends();
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), "end\n"),
        "{ended}"
    );

    // More than any pipe holds, so that it flows through while the program runs.
    let sent: Vec<u8> = (0..8_000_000_u32).map(|i| (i % 251) as u8).collect();
    let mut command = shell.run(&[], "cat").command();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = {
        let sent = sent.clone();
        std::thread::spawn(move || stdin.write_all(&sent))
    };
    let came = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert_eq!(came.status.code(), Some(0));
    assert!(
        came.stdout == sent,
        "{} of {} bytes",
        came.stdout.len(),
        sent.len()
    );
}

#[test]
fn a_reader_that_goes_away_is_a_normal_end() {
    let shell = Shell::new();
    let mut command = shell.run(&[], "echo $$; exec yes").command();
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    drop(reader);
    assert_eq!(end_of(&mut child).code(), Some(0));
    assert!(is_gone(pid(&line)));
}

#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let shell = Shell::new();
    let mut command = shell.run(&[], "exec yes").command();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = command
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(
        told.starts_with("error: stdout: No space left on device"),
        "{told}"
    );
}

#[test]
fn the_answer_goes_on_when_nobody_reads_stderr() {
    let script = "yes noise | head -c 1000000 >&2; echo answer; exit 7";
    let shell = Shell::new();
    let mut command = shell.run(&[], script).command();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"answer\n");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn nothing_is_lost_in_a_pipe_that_another_has_made_non_blocking() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    rustix::fs::fcntl_setfl(&writer, rustix::fs::OFlags::NONBLOCK).unwrap();
    let shell = Shell::new();
    let mut command = shell.run(&[], "yes | head -c 3000000").command();
    let mut child = command.stdout(writer).spawn().unwrap();
    drop(command);
    // Full before anything is read: the first write that does not fit has failed by then.
    wait_until("the pipe is full", || {
        rustix::io::ioctl_fionread(&reader).unwrap() >= 64 * 1024
    });
    let mut came = Vec::new();
    reader.read_to_end(&mut came).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(came.len(), 3_000_000);
}

#[test]
fn json_keeps_a_mebibyte_of_each_stream_and_says_so() {
    let shell = Shell::new();
    let script = "yes o | head -c 3000000; yes e | head -c 2000000 >&2; exit 3";
    let ended = shell.run(&["--format", "json"], script).ends();
    assert_eq!(ended.code, Some(3));
    let report = ended.json();
    let kept = |stream: &str| report[stream].as_str().unwrap().to_owned();
    assert_eq!(kept("stdout"), "o\n".repeat(1024 * 1024 / 2));
    assert_eq!(kept("stderr"), "e\n".repeat(1024 * 1024 / 2));
    assert_eq!(report["truncated"], true);
    assert_eq!(report["outcome"], "exited");
    assert_eq!(report["code"], 3);

    let report = shell
        .run(&["--format", "json"], "echo o; kill -KILL $$")
        .ends()
        .json();
    assert_eq!(report["stdout"], "o\n");
    assert_eq!(report["truncated"], false);
    assert_eq!(report["outcome"], "signalled");
    assert!(report["code"].is_null(), "{report}");
}
