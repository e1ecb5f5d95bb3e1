//! Configuration that is read everywhere, without locks, and replaced as a whole.
//!
//! Use it when many tasks read a value very often and it changes now and then. If readers should be
//! told of a change, or the value is read seldom, `watch` does it without a further crate.
//!
//! Prevents: readers that wait for each other or for a writer, values of which one half is old and
//! one half new, and changes that overwrite each other.

use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::task::{JoinError, yield_now};

/// How often the reader looks; it meets old and new configurations.
const READS: usize = 1_000;

#[derive(Debug, PartialEq)]
struct Config {
    host: &'static str,
    port: u16,
    reloads: u32,
}

/// The current configuration, shared as `Arc<Settings>`.
struct Settings(ArcSwap<Config>);

impl Settings {
    fn new(config: Config) -> Self {
        Self(ArcSwap::from_pointee(config))
    }

    /// A complete configuration, which stays as it is however long the caller keeps it. Call it
    /// once for each unit of work, not once for each field.
    ///
    /// Not the guard of `load`, which is cheaper but meant to be let go before the next await.
    fn current(&self) -> Arc<Config> {
        self.0.load_full()
    }

    /// Changes the configuration in a way that depends on what it is.
    ///
    /// `change` runs again if somebody else was faster, so that no change is lost.
    fn update(&self, change: impl Fn(&Config) -> Config) {
        self.0.rcu(|config| change(config));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let settings = Arc::new(Settings::new(Config {
        host: "a.example",
        port: 1,
        reloads: 0,
    }));

    let reader = tokio::spawn({
        let settings = Arc::clone(&settings);
        async move {
            for _ in 0..READS {
                let config = settings.current();
                yield_now().await;
                let pair = (config.host, config.port);
                assert!(matches!(pair, ("a.example", 1) | ("b.example", 2)));
            }
        }
    });
    let writer = tokio::spawn({
        let settings = Arc::clone(&settings);
        async move {
            for _ in 0..READS / 2 {
                settings.update(|old| Config {
                    host: "b.example",
                    port: 2,
                    reloads: old.reloads + 1,
                });
                yield_now().await;
            }
        }
    });
    reader.await?;
    writer.await?;
    let last = settings.current();
    println!(
        "every read was complete; at the end {}:{}",
        last.host, last.port
    );
    println!("no change was lost: {}", last.reloads as usize == READS / 2);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn config(reloads: u32) -> Config {
        Config {
            host: "a.example",
            port: 1,
            reloads,
        }
    }

    #[test]
    fn what_a_reader_has_does_not_change_under_it() {
        let settings = Settings::new(config(0));
        let mine = settings.current();
        settings.update(|_| config(7));
        assert_eq!((mine.reloads, settings.current().reloads), (0, 7));
    }

    #[test]
    fn the_old_configuration_is_freed_with_its_last_reader() {
        let settings = Settings::new(config(0));
        let mine = settings.current();
        let old = Arc::downgrade(&mine);
        settings.update(|_| config(1));
        assert!(old.upgrade().is_some());
        drop(mine);
        assert!(old.upgrade().is_none());
    }

    #[test]
    fn changes_from_several_threads_are_all_kept() {
        let settings = Settings::new(config(0));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        settings.update(|old| config(old.reloads + 1));
                    }
                });
            }
        });
        assert_eq!(*settings.current(), config(400));
    }
}
