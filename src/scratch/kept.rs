//! Verdicts and programs that are kept, each under the key of all that it depends on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key::Key;
use super::unit::Built;
use super::{Engine, cache};
use crate::report::Diagnostic;

/// The file that makes a kept folder complete.
const VERDICT: &str = "verdict.json";
pub(crate) const PROGRAM: &str = "program";

/// What a compiler said.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) passed: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Said {
    /// Whether it is about the program, so that the same will be said again.
    fn is_verdict(&self) -> bool {
        let is_about_it = |diagnostic: &Diagnostic| {
            diagnostic.level == "error" && (diagnostic.file.is_some() || diagnostic.code.is_some())
        };
        self.passed || self.diagnostics.iter().any(is_about_it)
    }
}

#[derive(Serialize, Deserialize)]
struct Verdict {
    said: Said,
    /// What was said, in the compiler's colours.
    coloured: Vec<String>,
    /// The program's size in bytes: one that was cut short is not run.
    size: u64,
    /// Over the key and the rest: what was altered, or belongs elsewhere, is no verdict.
    seal: String,
}

impl Verdict {
    fn seal_of(key: &str, said: &Said, coloured: &[String], size: u64) -> String {
        // Words of our own types: they always serialise.
        let said = serde_json::to_vec(&(said, coloured)).unwrap_or_default();
        Key::new("verdict")
            .with(key)
            .with(said)
            .with(size.to_le_bytes())
            .finish()
    }
}

impl Engine {
    /// What is kept under this key, unless kept results are not wanted.
    pub(crate) fn kept(&self, key: &str) -> Option<Built> {
        if self.fresh {
            return None;
        }
        let folder = self.cache.units().join(key);
        let text = fs::read(folder.join(VERDICT)).ok()?;
        let mut verdict: Verdict = serde_json::from_slice(&text).ok()?;
        let program = folder.join(PROGRAM);
        let is_whole = verdict.size == size_of(&program)
            && verdict.seal
                == Verdict::seal_of(key, &verdict.said, &verdict.coloured, verdict.size);
        for (diagnostic, coloured) in verdict.said.diagnostics.iter_mut().zip(verdict.coloured) {
            diagnostic.coloured = coloured;
        }
        is_whole.then_some(Built {
            passed: verdict.said.passed,
            diagnostics: verdict.said.diagnostics,
            program,
            cached: true,
        })
    }

    /// Keeps what was said, and takes the program if one was made. Readers see the old or the new one whole.
    ///
    /// # Errors
    /// [`crate::error::Problem`] when the cache cannot be written.
    pub(crate) fn keep(
        &self,
        key: &str,
        said: Said,
        program: Option<&Path>,
    ) -> anyhow::Result<Built> {
        let folder = self.cache.units().join(key);
        let kept_program = folder.join(PROGRAM);
        if said.is_verdict() {
            let place = |error: io::Error| cache::problem(&folder, &error);
            fs::create_dir_all(&folder).map_err(place)?;
            let program = program.filter(|_| said.passed);
            if let Some(program) = program {
                fs::rename(program, &kept_program).map_err(place)?;
            }
            let size = program.map_or(0, |_| size_of(&kept_program));
            let coloured = said.diagnostics.iter();
            let coloured: Vec<_> = coloured.map(|one| one.coloured.clone()).collect();
            let verdict = Verdict {
                seal: Verdict::seal_of(key, &said, &coloured, size),
                size,
                said,
                coloured,
            };
            let text = serde_json::to_vec(&verdict)?;
            self.cache.grew(size + text.len() as u64);
            crate::atomic::replace(&folder.join(VERDICT), text).map_err(place)?;
            return Ok(Built::of(verdict.said, kept_program));
        }
        Ok(Built::of(said, kept_program))
    }
}

impl Built {
    fn of(said: Said, program: PathBuf) -> Self {
        Self {
            passed: said.passed,
            diagnostics: said.diagnostics,
            program,
            cached: false,
        }
    }
}

fn size_of(program: &Path) -> u64 {
    fs::metadata(program).map_or(0, |meta| meta.len())
}
