//! What there is: the embedded catalogue and a team's overlay, by name and by words. No I/O but the overlay's.

pub mod embed;
pub mod entry;
pub mod head;
pub mod index;
pub mod lookup;
pub mod manifest;
pub mod overlay;
pub mod search;
pub mod words;

use std::path::PathBuf;
use std::sync::OnceLock;

use overlay::Overlay;

/// The catalogue as one invocation sees it.
#[derive(Debug)]
pub struct Catalog {
    working_folder: PathBuf,
    overlay: OnceLock<Overlay>,
}

impl Catalog {
    pub fn new(working_folder: PathBuf) -> Self {
        Self {
            working_folder,
            overlay: OnceLock::new(),
        }
    }

    /// The team's entries; read when first asked for.
    pub fn overlay(&self) -> &Overlay {
        self.overlay
            .get_or_init(|| overlay::read(&self.working_folder))
    }

    /// What was left out of the overlay, if it was read at all.
    pub fn left_out(&self) -> &[String] {
        self.overlay.get().map_or(&[], |overlay| &overlay.left_out)
    }

    pub fn working_folder(&self) -> &std::path::Path {
        &self.working_folder
    }
}
