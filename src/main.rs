//! The binary: everything is in the library.

fn main() -> std::process::ExitCode {
    tokio_cmd::run(std::env::args_os()).into()
}
