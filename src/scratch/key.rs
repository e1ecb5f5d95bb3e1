//! Names for what is kept: a hash over everything that a result depends on.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Collects what a result depends on.
pub(crate) struct Key(Sha256);

impl Key {
    /// `what` keeps the sorts of keys apart.
    pub(crate) fn new(what: &str) -> Self {
        Self(Sha256::new())
            .with(what)
            .with(env!("CARGO_PKG_VERSION"))
    }

    /// The length goes along, so that two fields never read as one.
    pub(crate) fn with(mut self, field: impl AsRef<[u8]>) -> Self {
        let field = field.as_ref();
        self.0.update(field.len().to_le_bytes());
        self.0.update(field);
        self
    }

    /// Half of the hash: enough for a name, short enough for a path.
    pub(crate) fn finish(self) -> String {
        let mut name = String::with_capacity(32);
        for byte in &self.0.finalize()[..16] {
            let _ = write!(name, "{byte:02x}");
        }
        name
    }
}
