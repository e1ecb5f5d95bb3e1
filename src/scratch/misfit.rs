//! Dependencies that turn out not to fit, or to be damaged in a way that their sizes do not show: they are built again once.

use super::Engine;
use super::family::Wanted;
use super::lock::{Held, Share};
use crate::error::Problem;
use crate::report::Diagnostic;

/// rustc's codes for crates that were built by another compiler, against another crate, or cannot be read.
const CODES: [&str; 4] = ["E0460", "E0462", "E0514", "E0786"];
/// A crate cannot be found: one of the program's own, or one that a dependency needs.
const NOT_FOUND: &str = "E0463";

/// The compiler complained of the dependencies rather than of the program.
#[derive(Debug)]
pub(crate) struct Misfit {
    said: String,
    /// The build it complained of.
    built: Option<u128>,
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the built dependencies do not fit: {}", self.said)
    }
}

impl std::error::Error for Misfit {}

/// Looks for such a complaint. `named` says that all crates were named to the compiler by this program.
///
/// # Errors
/// [`Misfit`] when there is one.
pub(crate) fn look(
    diagnostics: &[Diagnostic],
    named: bool,
    built: Option<u128>,
) -> Result<(), Misfit> {
    let complains = |diagnostic: &&Diagnostic| match diagnostic.code.as_deref() {
        Some(NOT_FOUND) => named || diagnostic.message.contains("depends on"),
        Some(code) => CODES.contains(&code),
        None => false,
    };
    let found = diagnostics.iter().find(complains);
    found.map_or(Ok(()), |diagnostic| {
        Err(Misfit {
            said: diagnostic.message.clone(),
            built,
        })
    })
}

/// A family that was there when the lock was taken, and is no more.
pub(crate) fn vanished(family: &str) -> Misfit {
    Misfit {
        said: format!("`{family}` changed while it was used"),
        built: None,
    }
}

impl Engine {
    /// Does work under the lock, with these families built. Where they turn out not to fit they are built again, once.
    /// The lock is given along, for who needs what is kept a little longer.
    ///
    /// # Errors
    /// The work's own, and [`Problem`] when the dependencies cannot be built.
    pub(crate) async fn with_families<T, W>(
        &self,
        wanted: &Wanted,
        work: impl Fn(Self) -> W,
    ) -> anyhow::Result<(T, Held)>
    where
        W: Future<Output = anyhow::Result<T>>,
    {
        let mut is_second = false;
        loop {
            let held = self.share(wanted).await?;
            let error = match work(self.clone()).await {
                Ok(done) => return Ok((done, held)),
                Err(error) => error,
            };
            drop(held);
            let misfit = error.downcast::<Misfit>()?;
            if is_second {
                let hint = "`tokio-cmd cache clean` and try again; `-v` says what is run";
                return Err(Problem::environment("dependencies", misfit.to_string(), hint).into());
            }
            is_second = true;
            self.listener
                .note(&format!("{misfit}; they are built again"));
            self.drop_built(wanted, &misfit).await?;
        }
    }

    /// Drops what was complained of, unless another has built it again by now.
    async fn drop_built(&self, wanted: &Wanted, misfit: &Misfit) -> anyhow::Result<()> {
        let _alone = self.lock(Share::Alone).await?;
        let Some(built) = misfit.built else {
            return Ok(self.cache.remove_built()?);
        };
        for (family, variant) in wanted {
            let now = self.built_family(family, *variant)?;
            if let Some(externs) = now.filter(|externs| externs.built == built) {
                return Ok(externs.unmake(true, &self.cache.families())?);
            }
        }
        Ok(())
    }

    pub(crate) async fn lock(&self, share: Share) -> anyhow::Result<Held> {
        let listener = self.listener.as_ref();
        self.cache.lock(share, &self.supervisor, listener).await
    }
}
