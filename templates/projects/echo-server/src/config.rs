//! What the server can be told: by flag, by environment variable, or by these defaults.
//!
//! The variables are named after the package: in a package `my-server`, `--idle-timeout` is also
//! `MY_SERVER_IDLE_TIMEOUT`. `--help` names each.

use std::net::SocketAddr;
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Command, CommandFactory, FromArgMatches, Parser};
use tracing_subscriber::filter::Targets;

/// Address that the server listens on.
const DEFAULT_BIND: &str = "127.0.0.1:7007";

/// Connections that are served at once.
const DEFAULT_MAX_CONNECTIONS: usize = 1_000;

/// How long a client may stay silent.
const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a client may take to accept one reply.
const DEFAULT_WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client may take to close its side after the server closed its own.
const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long open connections may take to end after a signal. With the second that aborting may
/// take, it is less than the 10 s after which `docker stop` kills.
const DEFAULT_DRAIN_DEADLINE: Duration = Duration::from_secs(8);

/// Echoes whatever TCP clients send.
#[derive(Clone, Debug, Parser)]
#[command(version, args_override_self = true)]
pub struct Cli {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env, value_name = "ADDRESS", default_value = DEFAULT_BIND)]
    pub bind: SocketAddr,

    /// What to log, for example `debug` or `info,mio=trace`
    #[arg(long, env, value_name = "FILTER", default_value = "info")]
    pub log: Targets,

    #[command(flatten)]
    pub config: Config,
}

/// The limits of a server.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Config {
    /// Connections served at once; further clients wait until one ends
    #[arg(
        long,
        env,
        value_name = "NUMBER",
        default_value_t = DEFAULT_MAX_CONNECTIONS,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..)
    )]
    pub max_connections: usize,

    /// How long a client may stay silent
    #[arg(
        long,
        env,
        value_name = "DURATION",
        default_value = text(DEFAULT_IDLE_TIMEOUT),
        value_parser = parse_timeout
    )]
    pub idle_timeout: Duration,

    /// How long a client may take to accept one reply
    #[arg(
        long,
        env,
        value_name = "DURATION",
        default_value = text(DEFAULT_WRITE_TIMEOUT),
        value_parser = parse_timeout
    )]
    pub write_timeout: Duration,

    /// How long a client may take to close its side after the server closed its own; at most half
    /// of the drain deadline counts
    #[arg(
        long,
        env,
        value_name = "DURATION",
        default_value = text(DEFAULT_CLOSE_TIMEOUT),
        value_parser = parse_duration
    )]
    pub close_timeout: Duration,

    /// How long open connections may take to end after a signal; the rest is aborted
    #[arg(
        long,
        env,
        value_name = "DURATION",
        default_value = text(DEFAULT_DRAIN_DEADLINE),
        value_parser = parse_duration
    )]
    pub drain_deadline: Duration,
}

impl Cli {
    /// Reads the command line and the environment of this process.
    ///
    /// Ends the process after `--help`, `--version` and on a mistake, as clap does.
    #[must_use]
    pub fn from_process() -> Self {
        Self::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit())
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_connections: DEFAULT_MAX_CONNECTIONS,
            idle_timeout: DEFAULT_IDLE_TIMEOUT,
            write_timeout: DEFAULT_WRITE_TIMEOUT,
            close_timeout: DEFAULT_CLOSE_TIMEOUT,
            drain_deadline: DEFAULT_DRAIN_DEADLINE,
        }
    }
}

/// The derived command, with the package's name put before the name of each variable.
///
/// A bare `BIND` or `LOG` would be too common, and a prefix written out in the attributes would
/// keep the old name when the package gets a new one.
fn command() -> Command {
    let prefix = env!("CARGO_PKG_NAME").to_uppercase().replace('-', "_");
    Cli::command().mut_args(|arg| {
        let variable = arg
            .get_env()
            .map(|name| format!("{prefix}_{}", name.to_string_lossy()));
        match variable {
            Some(name) => arg.env(name),
            None => arg,
        }
    })
}

/// A duration the way `parse_duration` reads it: `1.5s`, `250ms`.
fn text(duration: Duration) -> String {
    format!("{duration:?}")
}

fn parse_timeout(text: &str) -> Result<Duration, String> {
    match parse_duration(text)? {
        Duration::ZERO => Err("a timeout of zero would end every connection".to_owned()),
        timeout => Ok(timeout),
    }
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let unit_at = text
        .find(|c: char| c != '.' && !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let number: f64 = number
        .parse()
        .map_err(|_| "expected a number and a unit, such as 1.5s".to_owned())?;
    let seconds = match unit {
        "ns" => number / 1e9,
        "us" | "µs" => number / 1e6,
        "ms" => number / 1e3,
        "s" => number,
        "m" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err("the unit must be one of ns, us, ms, s, m, h".to_owned()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
        let program = std::iter::once("server");
        let matches = command().try_get_matches_from(program.chain(args.iter().copied()))?;
        Cli::from_arg_matches(&matches)
    }

    #[test]
    fn the_flags_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_setting_has_a_variable_named_after_the_package() {
        let prefix = env!("CARGO_PKG_NAME").to_uppercase().replace('-', "_");
        for arg in command().get_arguments() {
            let flag = arg.get_long().unwrap().to_uppercase().replace('-', "_");
            let variable = arg.get_env().unwrap().to_str().unwrap();
            assert_eq!(variable, format!("{prefix}_{flag}"));
        }
    }

    #[test]
    fn without_flags_the_defaults_hold() {
        // No variable of this package is expected where tests run.
        let cli = parse(&[]).unwrap();
        assert_eq!(cli.config, Config::default());
        assert_eq!(cli.bind, DEFAULT_BIND.parse().unwrap());
    }

    #[test]
    fn flags_set_the_limits() {
        let cli = parse(&["--max-connections", "3", "--idle-timeout", "250ms"]).unwrap();
        assert_eq!(cli.config.max_connections, 3);
        assert_eq!(cli.config.idle_timeout, Duration::from_millis(250));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for flags in [
            ["--max-connections", "0"],
            ["--idle-timeout", "0s"],
            ["--write-timeout", "0ms"],
            ["--drain-deadline", "10"],
            ["--bind", "localhost"],
            ["--log", "a=b=c"],
        ] {
            assert!(parse(&flags).is_err(), "{flags:?}");
        }
        assert!(parse(&["--drain-deadline", "0s"]).is_ok());
    }

    #[test]
    fn durations_are_read_as_they_are_printed() {
        for millis in [0, 1, 250, 1_500, 60_000, 86_400_000] {
            let duration = Duration::from_millis(millis);
            assert_eq!(parse_duration(&text(duration)), Ok(duration));
        }
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(parse_duration("1.5h"), Ok(Duration::from_secs(5_400)));
        for wrong in ["", "s", "5", "-1s", "1..2s", "5 s", "1d", "1e3s"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
