//! An entry built by cargo alone, with exactly the dependencies and features that it names: what a family, which unifies
//! features, cannot show.

use std::path::PathBuf;

use super::cargo::PROFILE;
use super::diagnostics::CargoLine;
use super::key::Key;
use super::unit::Built;
use super::{Engine, files};
use crate::catalog::entry::{self, Entry, Origin};
use crate::error::Problem;
use crate::render::dependencies::{self, Dependencies};
use crate::render::parameters::Files;

/// What cargo is asked to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alone {
    /// Program and tests are checked.
    Check,
    /// The program is checked, without its tests.
    CheckProgram,
    Program,
    Tests,
}

impl Engine {
    /// Builds one file of an entry as the program of a package of its own.
    ///
    /// # Errors
    /// [`Problem`] when crates are missing; a program that does not compile is no error.
    pub(crate) async fn build_alone(
        &self,
        entry: &Entry,
        files: &Files,
        main: &str,
        replaced: Option<&Dependencies>,
        what: Alone,
    ) -> anyhow::Result<Built> {
        let folder = self.write_alone(entry, files, main, replaced)?;
        let target = self.toolchain.host.as_str();
        let mut arguments = match what {
            Alone::Check => vec!["check", "--bins", "--tests"],
            Alone::CheckProgram => vec!["check", "--bins"],
            Alone::Program => vec!["build", "--bins"],
            Alone::Tests => vec!["test", "--no-run", "--bins"],
        };
        arguments.extend([
            "--profile",
            "scratch",
            "--message-format",
            "json",
            "--target",
            target,
        ]);
        let run = self.cargo(&folder, &arguments).await?;
        let mut diagnostics = run.diagnostics();
        if !run.ended.succeeded()
            && diagnostics
                .iter()
                .all(|diagnostic| diagnostic.level != "error")
        {
            diagnostics.push(super::diagnostics::plain(run.ended.stderr_text().trim()));
        }
        // A file is compiled as program and as test: what both say is said once.
        let mut said = Vec::new();
        diagnostics.retain(|diagnostic| {
            let new = !said.contains(&diagnostic.rendered);
            said.push(diagnostic.rendered.clone());
            new
        });
        let program = run.lines.iter().rev().find_map(|line| match line {
            CargoLine::CompilerArtifact(artifact) => {
                artifact.executable.as_ref().map(PathBuf::from)
            }
            _ => None,
        });
        Ok(Built {
            passed: run.ended.succeeded(),
            diagnostics,
            program: program.unwrap_or_default(),
            cached: false,
        })
    }

    /// Writes the package; the same content gives the same folder, so that cargo finds what it has built.
    fn write_alone(
        &self,
        entry: &Entry,
        files: &Files,
        main: &str,
        replaced: Option<&Dependencies>,
    ) -> anyhow::Result<PathBuf> {
        let workspace = entry::workspace()?;
        let normal = dependencies::resolve(
            &workspace,
            replaced.unwrap_or(&entry.manifest.dependencies),
            false,
        );
        let dev = match replaced {
            Some(_) => Vec::new(),
            None => dependencies::resolve(&workspace, &entry.manifest.dev_dependencies, true),
        };
        let shown_as = super::shown_as(entry);
        let manifest = format!(
            "[package]\nname = \"alone\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n{PROFILE}\n\
             [[bin]]\nname = \"alone\"\npath = {:?}\n\n[dependencies]\n{}\n[dev-dependencies]\n{}",
            format!("{shown_as}/{main}"),
            dependencies::manifest_lines(&normal),
            dependencies::manifest_lines(&dev),
        );
        let mut key = Key::new("alone")
            .with(&manifest)
            .with(&self.toolchain.identity);
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            key = key.with(path).with(text.as_bytes());
        }
        let folder = self
            .cache
            .families()
            .join(format!("alone-{}", key.finish()));
        let place = |error: std::io::Error| Problem::io(&folder, &error);
        if !folder.join("Cargo.toml").is_file() {
            files::write_all(&folder.join(&shown_as), files).map_err(place)?;
            // The family's lock keeps the versions that the catalogue is proven with; a team's entry has a lock of its own.
            if let (Origin::Catalogue, Some(family)) = (&entry.origin, &entry.family)
                && let Some(lock) = entry::family_lock(family)
            {
                files::write(&folder.join("Cargo.lock"), lock).map_err(place)?;
            }
            crate::atomic::replace(&folder.join("Cargo.toml"), manifest).map_err(place)?;
        }
        Ok(folder)
    }
}
