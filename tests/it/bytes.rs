//! Whatever bytes come in, `ask` answers: exit 0, printable text, no panic. Claude Code drops the whole invocation of a
//! command that fails.

use std::fmt::Write as _;

use crate::program::{Ended, tokio_cmd};

const MEGABYTE: usize = 1024 * 1024;

fn asked(input: &[u8], args: &[&str]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let ask = tokio_cmd(folder.path()).args(["ask", "--stdin"]).args(args);
    ask.ends_after_reading(input)
}

#[track_caller]
fn is_an_answer(name: &str, ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{name}: {}", ended.stderr);
    assert_eq!(ended.stderr, "", "{name}");
    let text = ended.text();
    let steers = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    assert_eq!(text.chars().find(steers), None, "{name}: {text:?}");
    assert!(
        text.contains("tokio-cmd "),
        "{name}: no next step in {text}"
    );
    let length = text.chars().count();
    assert!(length <= 6000, "{name}: {length} characters");
}

#[test]
fn every_input_gets_a_printable_answer() {
    let inputs: [(&str, Vec<u8>); 16] = [
        ("nothing", Vec::new()),
        ("blanks", b" \t\r\n ".to_vec()),
        ("NUL", vec![0; 100]),
        ("a megabyte of NUL", vec![0; MEGABYTE]),
        ("a megabyte of one word", vec![b'x'; MEGABYTE]),
        ("more than is read", b"channels ".repeat(MEGABYTE / 4)),
        ("a million newlines", vec![b'\n'; 1_000_000]),
        ("a lone escape", vec![0x1b]),
        ("escapes without an end", b"\x1b[".repeat(1000)),
        (
            "a title for the terminal",
            b"\x1b]0;evil\x07channels\x9b31m".to_vec(),
        ),
        (
            "invalid UTF-8",
            vec![0xff, 0xfe, b'c', 0x80, 0xc3, 0x28, 0xf0, 0x9f],
        ),
        (
            "half a character at the end",
            "channels ä".as_bytes()[..10].to_vec(),
        ),
        ("every byte", (0..=255).collect()),
        (
            "a client's marks",
            b"\\!x ! ` \\! !` $(id) `id` <% if %> \xc2\xabx\xc2\xbb".to_vec(),
        ),
        ("flags", b"--help --version -- --stdin".to_vec()),
        (
            "marks of direction",
            "\u{202e}\u{2066}channels\u{feff}".as_bytes().to_vec(),
        ),
    ];
    for (name, input) in inputs {
        is_an_answer(name, &asked(&input, &[]));
    }
}

/// Random, but the same in every run: a failure can be looked at.
#[test]
fn random_bytes_get_a_printable_answer() {
    let mut random = Random(0x7f3a_91c0_ffee_1234);
    for round in 0..40 {
        let length = usize::try_from(random.next() % 3000).unwrap();
        // Half of them are made of pieces that mean something somewhere, which plain noise never hits.
        let input = if round % 2 == 0 {
            (0..length)
                .map(|_| random.next().to_le_bytes()[0])
                .collect()
        } else {
            pieces(&mut random, length / 10)
        };
        let name = format!("round {round}: {:?}", String::from_utf8_lossy(&input));
        is_an_answer(&name, &asked(&input, &[]));
    }
}

fn pieces(random: &mut Random, count: usize) -> Vec<u8> {
    const PIECES: [&str; 20] = [
        "channels",
        "team:",
        "/",
        "error[E0277]",
        "\u{1b}[",
        "\u{1b}",
        "m",
        "«",
        "<%",
        "::",
        "`",
        "\\!",
        "ß",
        "İ",
        "\0",
        "JoinSet",
        "_",
        " ",
        "\n",
        "Cannot start a runtime from within a runtime",
    ];
    let mut text = String::new();
    for _ in 0..count {
        let at = random.next() % PIECES.len() as u64;
        text.push_str(PIECES[usize::try_from(at).unwrap()]);
    }
    text.into_bytes()
}

/// xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 8
    }
}

#[test]
fn as_json_every_input_is_one_document() {
    let inputs = [
        &b"channels"[..],
        b"\0\x1b[31m\xff\"\\",
        b"",
        b"zzzqqq",
        "a\u{9b}31m\u{85}b\u{7f}".as_bytes(),
    ];
    for input in inputs {
        let ended = asked(input, &["--format", "json"]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let json = ended.json();
        assert_eq!(
            (&json["format"], &json["kind"]),
            (&1.into(), &"answer".into())
        );
        assert!(
            json["markdown"].is_string() && json["hits"].is_array(),
            "{json}"
        );
        // The question comes back, and what steers a terminal does not.
        let query = json["query"].as_str().expect("the question");
        assert!(!query.contains(char::is_control), "{query:?}");
    }
}

/// A megabyte is read and no more: an endless input has an answer, too.
#[test]
fn what_stands_beyond_the_first_megabyte_is_not_read() {
    let input = [&b" ".repeat(MEGABYTE)[..], b"channels"].concat();
    let ended = asked(&input, &[]);
    is_an_answer("a megabyte of blanks first", &ended);
    assert!(
        ended.text().starts_with("# Tokio, by topic"),
        "{}",
        ended.text()
    );
}

#[test]
fn what_is_typed_after_the_words_mark_is_never_an_option() {
    let folder = tempfile::tempdir().unwrap();
    for words in [
        &["--", "--help"][..],
        &["--", "-x", "--format", "json"],
        &["--", ""],
        &["--", "a\u{1b}[31mb\u{7}"],
        &["--", "--"],
    ] {
        is_an_answer(
            &format!("{words:?}"),
            &tokio_cmd(folder.path()).args(["ask"]).args(words).ends(),
        );
    }
    // As many words as a shell hands over.
    let many: String = (0..9000).fold(String::new(), |mut all, number| {
        let _ = write!(all, "w{number} ");
        all
    });
    let ended = tokio_cmd(folder.path()).args(["ask", "--", &many]).ends();
    is_an_answer("nine thousand words", &ended);
}

#[cfg(unix)]
#[test]
fn words_that_are_no_utf_8_get_an_answer() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let word = std::ffi::OsStr::from_bytes(b"chan\xffnels");
    let ask = tokio_cmd(folder.path()).args(["ask", "--"]).args([word]);
    is_an_answer("no UTF-8", &ask.ends());
}
