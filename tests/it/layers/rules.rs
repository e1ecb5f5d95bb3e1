//! The rules themselves: design and map as tables.

/// A layer and the layers that it may name. What is not here names nothing.
pub(super) const LAYERS: [(&str, &[&str]); 11] = [
    (
        "commands",
        &[
            "agents", "catalog", "cli", "error", "output", "project", "render", "report", "scratch",
        ],
    ),
    ("output", &["cli", "error", "render", "report"]),
    (
        "scratch",
        &["atomic", "catalog", "error", "render", "report"],
    ),
    (
        "project",
        &["atomic", "catalog", "error", "render", "report"],
    ),
    (
        "agents",
        &["atomic", "catalog", "error", "render", "report"],
    ),
    ("render", &["catalog", "error"]),
    ("catalog", &["error"]),
    ("report", &["error"]),
    ("cli", &["error"]),
    ("atomic", &[]),
    ("error", &[]),
];

/// Words, and where alone they stand: in these files, or in these folders where it ends with `/`.
pub(super) const ONLY_IN: [(&[&str], &[&str]); 9] = [
    (&["tera::"], &["render/engine.rs"]),
    (&["include_dir::", "include_dir!"], &["catalog/embed.rs"]),
    (&["tokio::"], &["scratch/"]),
    // The binary names its exit code, and no process.
    (&["std::process"], &["scratch/supervise/", "main.rs"]),
    (
        &["tokio::process", "process::Command"],
        &["scratch/supervise/"],
    ),
    (
        &[
            "print!",
            "println!",
            "eprint!",
            "eprintln!",
            "stdout()",
            "stderr()",
        ],
        &["output/"],
    ),
    (&["dbg!", "todo!", "unimplemented!"], &[]),
    // A question is read by its command.
    (&["stdin()"], &["commands/"]),
    (
        &[
            "crate::atomic",
            "tempfile::",
            "fs::write",
            "fs::rename",
            "fs::copy",
            "fs::create_dir",
            "fs::create_dir_all",
            "fs::remove_file",
            "fs::remove_dir",
            "fs::remove_dir_all",
            "fs::set_permissions",
            "File::create",
            "File::create_new",
            "OpenOptions::new",
        ],
        &["atomic.rs", "project/write.rs", "scratch/", "agents/"],
    ),
];

/// Layers that read nothing from outside, and the one file that may.
pub(super) const WITHOUT_IO: [(&str, &str); 2] =
    [("catalog/", "catalog/overlay.rs"), ("render/", "")];
pub(super) const IO: [&str; 6] = [
    "std::fs",
    "std::env",
    "std::io",
    "fs::read_dir",
    "fs::read",
    "fs::read_to_string",
];

/// Commands share these, and name no other file of theirs.
pub(super) const SHARED_BY_COMMANDS: [&str; 3] = ["advice", "jobs", "shown"];

pub(super) const LONGEST_FILE: usize = 300;
pub(super) const NO_NAMES: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];

/// Where the program departs from a rule. Each is looked for: one that no longer holds must go, and none may come.
pub(super) const DEPARTURES: [&str; 2] = [
    // It asks where these lead, and prints nothing.
    "scratch/run.rs says stdout()",
    "scratch/run.rs says stderr()",
];
