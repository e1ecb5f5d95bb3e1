//! `install` and `uninstall`: only what is this program's own is replaced or removed.

use std::fs;
use std::path::Path;

use super::{changes_nothing, exits, state, user};
use crate::program::tokio_cmd;

const SKILL: &str = ".claude/skills/tokio/SKILL.md";
const INSTALL: &str = "install --agent claude";
const UNINSTALL: &str = "uninstall --agent claude";

#[test]
fn installed_and_uninstalled_leaves_everything_as_it_was() {
    let folder = user();
    let before = state(folder.path());
    changes_nothing(folder.path(), &format!("{INSTALL} --dry-run"), 0);
    changes_nothing(folder.path(), UNINSTALL, 0);
    exits(folder.path(), INSTALL, 0);
    assert!(folder.path().join(SKILL).is_file());
    changes_nothing(folder.path(), INSTALL, 0);
    changes_nothing(folder.path(), &format!("{UNINSTALL} --dry-run"), 0);
    exits(folder.path(), UNINSTALL, 0);
    assert_eq!(state(folder.path()), before);
}

#[test]
fn what_else_lies_in_the_folders_of_the_skill_stays() {
    let folder = user();
    let settings = folder.path().join(".claude/settings.json");
    fs::create_dir_all(settings.parent().unwrap()).unwrap();
    fs::write(&settings, "{}").unwrap();
    let before = state(folder.path());
    exits(folder.path(), INSTALL, 0);
    let note = folder.path().join(".claude/skills/tokio/notes.md");
    fs::write(&note, "mine").unwrap();
    exits(folder.path(), UNINSTALL, 0);
    assert_eq!(fs::read_to_string(&note).unwrap(), "mine");
    fs::remove_dir_all(folder.path().join(".claude/skills")).unwrap();
    assert_eq!(state(folder.path()), before);
}

#[test]
fn an_edited_skill_is_left_alone_and_force_keeps_a_copy() {
    let folder = user();
    exits(folder.path(), INSTALL, 0);
    let path = folder.path().join(SKILL);
    let own = fs::read_to_string(&path).unwrap();
    fs::write(&path, "edited").unwrap();
    changes_nothing(folder.path(), INSTALL, 3).is_a_clean_refusal();
    changes_nothing(folder.path(), UNINSTALL, 3).is_a_clean_refusal();
    changes_nothing(folder.path(), &format!("{INSTALL} --force --dry-run"), 0);
    exits(folder.path(), &format!("{INSTALL} --force"), 0);
    assert_eq!(fs::read_to_string(&path).unwrap(), own);
    let copy = path.with_file_name("SKILL.md.bak");
    assert_eq!(fs::read_to_string(&copy).unwrap(), "edited");
    // A second copy does not take the place of the first.
    fs::write(&path, "edited again").unwrap();
    exits(folder.path(), &format!("{INSTALL} --force"), 0);
    assert_eq!(fs::read_to_string(&copy).unwrap(), "edited");
    let second = path.with_file_name("SKILL.md.bak.1");
    assert_eq!(fs::read_to_string(second).unwrap(), "edited again");
}

/// What the user edited is kept as it is, also where it is no text.
#[test]
fn a_skill_that_is_no_text_is_kept_to_the_byte() {
    let folder = user();
    exits(folder.path(), INSTALL, 0);
    let path = folder.path().join(SKILL);
    fs::write(&path, b"\xff\xfe edited").unwrap();
    exits(folder.path(), INSTALL, 3);
    exits(folder.path(), &format!("{INSTALL} --force"), 0);
    let copy = fs::read(path.with_file_name("SKILL.md.bak")).unwrap();
    assert_eq!(copy, b"\xff\xfe edited");
}

#[test]
fn a_skill_of_somebody_else_is_never_taken_for_ours() {
    let folder = user();
    let path = folder.path().join(SKILL);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "theirs").unwrap();
    changes_nothing(folder.path(), INSTALL, 3);
    changes_nothing(folder.path(), UNINSTALL, 3);
}

/// The skill of an older version is as that version wrote it, and may be replaced.
#[test]
fn the_skill_of_an_older_version_is_updated() {
    let folder = user();
    exits(folder.path(), INSTALL, 0);
    let path = folder.path().join(SKILL);
    let own = fs::read_to_string(&path).unwrap();
    fs::write(&path, "older\n").unwrap();
    let record = path.with_file_name(".tokio-cmd.json");
    let text = fs::read_to_string(&record).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let recorded = json["files"]["SKILL.md"].as_str().unwrap();
    fs::write(&record, text.replace(recorded, &"0".repeat(64))).unwrap();
    changes_nothing(folder.path(), INSTALL, 3);
    fs::write(&record, text.replace(recorded, &sha256("older\n"))).unwrap();
    let updated = exits(folder.path(), INSTALL, 0);
    assert!(
        updated.text().contains("SKILL.md: updated"),
        "{}",
        updated.text()
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), own);
    assert_eq!(fs::read_to_string(&record).unwrap(), text);
}

fn sha256(text: &str) -> String {
    use sha2::Digest;
    let bytes = sha2::Sha256::digest(text);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_project_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    for linked in [".claude", ".claude/skills", ".claude/skills/tokio"] {
        let folder = user();
        let link = folder.path().join(linked);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(outside.path(), &link).unwrap();
        changes_nothing(folder.path(), INSTALL, 3).is_a_clean_refusal();
        changes_nothing(folder.path(), UNINSTALL, 3).is_a_clean_refusal();
        assert!(state(outside.path()).is_empty(), "{linked}");
    }
}

#[test]
fn for_the_user_it_goes_to_their_own_folder() {
    let folder = user();
    let home = tempfile::tempdir().unwrap();
    let before = state(folder.path());
    let install =
        || tokio_cmd(folder.path()).args("install --agent claude --scope user".split(' '));
    install().env("HOME", home.path()).exits(0);
    assert!(home.path().join(SKILL).is_file());
    let named = home.path().join("elsewhere");
    install().env("CLAUDE_CONFIG_DIR", &named).exits(0);
    assert!(named.join("skills/tokio/SKILL.md").is_file());
    assert_eq!(state(folder.path()), before);
}

#[test]
fn install_says_what_hides_it_and_what_it_hides() {
    let folder = user();
    let command = folder.path().join(".claude/commands/tokio.md");
    fs::create_dir_all(command.parent().unwrap()).unwrap();
    fs::write(&command, "old").unwrap();
    let home = tempfile::tempdir().unwrap();
    let personal = home.path().join(SKILL);
    fs::create_dir_all(personal.parent().unwrap()).unwrap();
    fs::write(&personal, "mine").unwrap();
    let notes = |path: &Path| -> String {
        let install = tokio_cmd(folder.path())
            .args(INSTALL.split(' '))
            .args(["--format", "json"]);
        let ended = install.env("HOME", home.path()).env("PATH", path).exits(0);
        ended.json()["notes"].to_string()
    };
    let said = notes(folder.path());
    for word in [
        "commands/tokio.md is hidden",
        "hides the project's skill",
        "not on the PATH",
    ] {
        assert!(said.contains(word), "{word} is not in {said}");
    }
    let program = format!("tokio-cmd{}", std::env::consts::EXE_SUFFIX);
    fs::write(folder.path().join(program), "").unwrap();
    assert!(!notes(folder.path()).contains("not on the PATH"));
    assert_eq!(fs::read_to_string(&command).unwrap(), "old");
}
