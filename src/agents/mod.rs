//! What is installed for which agent, and where. Files are written whole, recorded with their hash, and removed only as
//! they were written.

mod record;

use std::fs;
use std::path::{Path, PathBuf};

use crate::atomic;
use crate::catalog::embed;
use crate::error::Problem;
use crate::report::InstalledFile;
use record::Record;

/// Whose skills folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Project,
    User,
}

/// Where Claude Code looks for a skill, and the places that matter beside it.
#[derive(Debug)]
pub struct Place {
    /// The folder of the skill.
    skill: PathBuf,
    /// An older command file, which the skill hides.
    command: PathBuf,
    /// The user's own skill, which hides a project's.
    personal: Option<PathBuf>,
    /// Files must not be written outside of it through links.
    root: Option<PathBuf>,
}

const SKILL: &str = "SKILL.md";

impl Place {
    /// `root` is the project's root; the rest comes from the environment.
    ///
    /// # Errors
    /// [`Problem`] when the user's folder is asked for and nothing tells where it is.
    pub fn claude(scope: Scope, root: &Path) -> Result<Self, Problem> {
        let user = std::env::var_os("CLAUDE_CONFIG_DIR")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let user = user.or_else(|| etcetera::home_dir().ok().map(|home| home.join(".claude")));
        let base = match (scope, &user) {
            (Scope::Project, _) => root.join(".claude"),
            (Scope::User, Some(user)) => user.clone(),
            (Scope::User, None) => {
                return Err(Problem::environment(
                    "no-home",
                    "there is no home folder",
                    "set HOME or CLAUDE_CONFIG_DIR",
                ));
            }
        };
        Ok(Self {
            skill: base.join("skills/tokio"),
            command: base.join("commands/tokio.md"),
            personal: user
                .filter(|_| scope == Scope::Project)
                .map(|user| user.join("skills/tokio").join(SKILL)),
            root: (scope == Scope::Project).then(|| root.to_owned()),
        })
    }

    /// Writes the skill, or says what would be written.
    ///
    /// # Errors
    /// [`Problem`] when a file is not as this program wrote it, unless `force`, which keeps a copy.
    pub fn install(&self, dry_run: bool, force: bool) -> Result<Vec<InstalledFile>, Problem> {
        self.must_stay_inside()?;
        let text = embed::template_file("agents/SKILL.md.tera").unwrap_or_default();
        let path = self.skill.join(SKILL);
        let mut done = Vec::new();
        let action = match read(&path)? {
            None => "written",
            Some(there) if there == text.as_bytes() => "unchanged",
            Some(there) if Record::read(&self.skill).holds(SKILL, &there) => "updated",
            Some(there) => {
                if !force {
                    let hint = "move it away, or use `--force`, which keeps a copy beside it";
                    return Err(Problem::edited(&path, hint));
                }
                let copy = free_copy_name(&path);
                if !dry_run {
                    atomic::create(&copy, &there).map_err(|error| Problem::io(&copy, &error))?;
                }
                done.push(InstalledFile {
                    path: copy.display().to_string(),
                    action: "kept",
                });
                "replaced"
            }
        };
        if !dry_run {
            if action != "unchanged" {
                atomic::replace(&path, text).map_err(|error| Problem::io(&path, &error))?;
            }
            Record::of(&[(SKILL, text)]).write(&self.skill)?;
        }
        done.push(InstalledFile {
            path: path.display().to_string(),
            action,
        });
        Ok(done)
    }

    /// Removes what `install` wrote and what is empty then.
    ///
    /// # Errors
    /// [`Problem`] when a file is not as this program wrote it.
    pub fn uninstall(&self, dry_run: bool) -> Result<Vec<InstalledFile>, Problem> {
        self.must_stay_inside()?;
        let path = self.skill.join(SKILL);
        let Some(there) = read(&path)? else {
            return Ok(Vec::new());
        };
        if !Record::read(&self.skill).holds(SKILL, &there) {
            return Err(Problem::edited(&path, "remove it yourself"));
        }
        if !dry_run {
            let place = |error: std::io::Error| Problem::io(&path, &error);
            fs::remove_file(&path).map_err(place)?;
            Record::remove(&self.skill)?;
            // Only empty folders go; the first that is not ends it.
            let folders = self.skill.ancestors().take(3);
            for folder in folders {
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        Ok(vec![InstalledFile {
            path: path.display().to_string(),
            action: "removed",
        }])
    }

    /// What the user should know about the surroundings.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.command.is_file() {
            notes.push(format!(
                "{} is hidden by the skill, which wins: remove it when you do not need it",
                self.command.display()
            ));
        }
        if let Some(personal) = self.personal.as_ref().filter(|path| path.is_file()) {
            notes.push(format!(
                "{} hides the project's skill: a personal skill wins",
                personal.display()
            ));
        }
        if !is_on_path() {
            notes.push("tokio-cmd is not on the PATH: `/tokio` will not find it; `cargo install --path .` puts it there, or add its folder".to_owned());
        }
        notes
    }

    /// A project's folder may hold links; what is written must still be the project's.
    fn must_stay_inside(&self) -> Result<(), Problem> {
        let Some(root) = &self.root else {
            return Ok(());
        };
        let Ok(root) = root.canonicalize() else {
            return Ok(());
        };
        let existing = self.skill.join(SKILL);
        let existing = existing
            .ancestors()
            .find(|path| fs::symlink_metadata(path).is_ok());
        let real = existing.and_then(|path| path.canonicalize().ok());
        if real.is_some_and(|real| real.starts_with(&root)) {
            return Ok(());
        }
        Err(Problem::refused(
            "outside",
            format!(
                "{} leads out of the project through a link",
                crate::error::shown(&self.skill)
            ),
            "remove the link, or use `--scope user`",
        ))
    }
}

/// As bytes: what the user made of a file is kept, also where it is no text.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Problem> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::io(path, &error)),
    }
}

/// `SKILL.md.bak`, or with a number where that is taken.
fn free_copy_name(path: &Path) -> PathBuf {
    let mut copy = path.with_file_name(format!("{SKILL}.bak"));
    let mut number = 0_u32;
    while fs::symlink_metadata(&copy).is_ok() {
        number += 1;
        copy = path.with_file_name(format!("{SKILL}.bak.{number}"));
    }
    copy
}

fn is_on_path() -> bool {
    let program = format!("tokio-cmd{}", std::env::consts::EXE_SUFFIX);
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(&program).is_file())
    })
}
