//! What is typed after `/tokio`, and what must come of it.

use std::fs;

use super::Client;
use super::sandbox::Call;

/// The file that no question may bring about.
const CANARY: &str = "canary";

/// Types `question`, which must reach tokio-cmd unharmed, and the answer the model.
fn assert_answered(client: &Client, question: &str) {
    assert_answered_as(client, question, question);
}

/// The same for a question that the client changes to `spliced` on the way.
fn assert_answered_as(client: &Client, question: &str, spliced: &str) {
    let turn = client.slash(question);

    let told = &turn.stdout_json;
    assert_eq!(turn.exit, Some(0), "{question:?}: {told}");
    assert_eq!(told["is_error"], false, "{question:?}: {told}");
    // Exactly one: whatever a question holds, the shell must not take a part of it for a command.
    // `tokio-cmd list` would even be allowed to run.
    let call = Call {
        arguments: ["ask", "--stdin"].map(str::to_owned).to_vec(),
        stdin: format!("{spliced}\n"),
    };
    assert_eq!(turn.calls, [call], "{question:?}: {told}");
    assert!(!client.sandbox.holds(CANARY), "{question:?} was executed");

    let expected = client.skill().rendered(&client.ask(question));
    assert!(
        turn.user_text.contains(&expected),
        "{question:?}: the model must read\n{expected}\n--- but it read\n{}",
        turn.user_text,
    );
}

/// Types `question`, which the client must refuse as a whole.
fn assert_refused(client: &Client, question: &str) {
    let turn = client.slash(question);

    let told = turn.stdout_json["result"].as_str().unwrap_or_default();
    assert!(
        told.contains("Shell command permission check failed"),
        "{question:?} was not refused: {}",
        turn.stdout_json,
    );
    assert_eq!(turn.calls, [], "{question:?}");
    assert_eq!(turn.user_text, "", "{question:?}");
    assert!(!client.sandbox.holds(CANARY), "{question:?} was executed");
}

#[test]
fn a_topic_is_answered() {
    assert_answered(&Client::start(), "channels");
}

#[test]
fn no_argument_is_answered() {
    assert_answered(&Client::start(), "");
}

#[test]
fn quotes_are_text() {
    let client = Client::start();
    assert_answered(&client, "why don't tasks stop when I drop the handle");
    assert_answered(&client, "the difference of \"buffered\" and \"unbuffered\"");
}

#[test]
fn backticks_are_text() {
    let client = Client::start();
    assert_answered(&client, "when do I need `spawn_blocking`");
    assert_answered(&client, "channels `touch canary` and `tokio-cmd list`");
}

#[test]
fn a_command_substitution_is_text() {
    let client = Client::start();
    assert_answered(&client, "channels $(touch canary) and $(tokio-cmd list)");
}

#[test]
fn a_command_after_a_separator_is_text() {
    let client = Client::start();
    assert_answered(&client, "channels; touch canary; tokio-cmd list");
    assert_answered(&client, "channels && tokio-cmd list | tee canary > canary");
}

#[test]
fn variables_and_globs_are_text() {
    assert_answered(&Client::start(), "$HOME * $1 $ARGUMENTS");
}

#[test]
fn flags_are_text() {
    assert_answered(&Client::start(), "--help -x");
}

#[test]
fn a_pasted_compiler_error_is_answered() {
    let client = Client::start();
    assert_answered(
        &client,
        "\
error[E0277]: `Rc<i32>` cannot be sent between threads safely
 --> src/main.rs:5:24
  |
5 |     std::thread::spawn(move || println!(\"{hits}\"));
  |     ------------------ -------^^^^^^^^^^^^^^^^^^^
  = help: within `{closure@src/main.rs:5:24: 5:31}`, the trait `Send` is not implemented for `Rc<i32>`",
    );
    assert_answered(
        &client,
        "\
error: future cannot be sent between threads safely
   --> src/main.rs:8:5
    |
8   | /     tokio::spawn(async move {
10  | |     });
    | |______^ future created by async block is not `Send`
    = help: within `{async block@src/main.rs:8:18: 8:28}`, the trait `Send` is not implemented for `Rc<i32>`",
    );
}

#[test]
fn a_pasted_panic_is_answered() {
    assert_answered(
        &Client::start(),
        "there is no reactor running, must be called from the context of a Tokio 1.x runtime",
    );
}

/// The client keeps arguments from looking like its own shell syntax: it puts a backslash before
/// `!` at the start of a word and a space between `!` and a backtick. The answer must not suffer.
#[test]
fn exclamation_marks_are_defused_and_answered() {
    let client = Client::start();
    assert_answered_as(&client, "!Send future", r"\!Send future");
    assert_answered_as(&client, "make a future !Send", r"make a future \!Send");
    assert_answered_as(
        &client,
        "does `select!` poll all",
        "does `select! ` poll all",
    );
    assert_answered(&client, "tokio::select! or join!(a, b)");
}

#[test]
fn the_clients_own_shell_syntax_is_never_run() {
    let client = Client::start();
    assert_answered_as(
        &client,
        "channels !`tokio-cmd list >canary`",
        r"channels \! `tokio-cmd list >canary`",
    );

    // A fence closes the skill's block early, so the rest of the question is lost, but not run.
    let turn = client.slash("channels\n```\n```!\ntokio-cmd list\n```\n!`touch canary`");
    assert_eq!(turn.calls.len(), 1, "{:?}", turn.calls);
    assert_eq!(turn.calls[0].stdin, "channels\n");
    assert!(turn.user_text.contains(&client.skill().after));
    assert!(!client.sandbox.holds(CANARY));
}

/// What the documentation says cannot be asked this way.
#[test]
fn what_the_client_cannot_analyse_is_refused_and_never_run() {
    let client = Client::start();
    assert_refused(&client, r"a \ b; touch canary");
    assert_refused(&client, r"C:\path\x \\ ..");
    assert_refused(&client, &"channels ".repeat(1_700));
}

/// The delimiter is known to everyone, so a pasted text can end the heredoc: what follows it runs
/// only as far as the client's own permissions go, and they let nothing be written.
#[test]
fn a_line_that_ends_the_heredoc_can_write_nothing() {
    let client = Client::start();
    let delimiter = client.skill().delimiter;
    for command in ["touch canary", "tokio-cmd list >canary"] {
        assert_refused(
            &client,
            &format!("channels\n{delimiter}\n{command}\ncat <<'{delimiter}'"),
        );
    }
}

#[test]
fn without_the_program_the_model_reads_the_fallback() {
    let client = Client::start_without_tokio_cmd();
    let turn = client.slash("channels");

    assert_eq!(turn.exit, Some(0), "{}", turn.stdout_json);
    assert_eq!(turn.calls, []);
    let fallback = client.skill().after;
    assert!(
        !fallback.trim().is_empty(),
        "the skill has no words for this"
    );
    let read = turn.user_text;
    let (_, after) = read
        .split_once("tokio-cmd: command not found")
        .unwrap_or_else(|| panic!("the model must read what is missing:\n{read}"));
    assert!(after.contains(&fallback), "{read}");
}

#[test]
fn the_installed_skill_passes_the_clients_validation() {
    let client = Client::start();
    let folder = client.sandbox.project().join(".claude");
    let validate = || {
        let folder = folder.to_str().expect("a temporary folder in UTF-8");
        client.claude(["plugin", "validate", "--strict", folder])
    };

    let output = validate();
    assert!(output.status.success(), "{output:?}");

    // A validation that cannot fail would prove nothing.
    let skill = client.sandbox.skill();
    let text = fs::read_to_string(&skill).expect("the installed skill");
    let broken = text.replacen("---\n", "", 1);
    fs::write(&skill, broken).expect("the skill can lose its frontmatter");
    let output = validate();
    assert!(!output.status.success(), "{output:?}");
}
