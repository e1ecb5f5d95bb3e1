//! Files for the user's own folders: planned without touching anything (`plan`), then written, never over what is there
//! (`write`). `surroundings` and `user_crate` read what a folder
//! lies in.

pub mod plan;
pub mod surroundings;
pub mod user_crate;
pub mod write;
