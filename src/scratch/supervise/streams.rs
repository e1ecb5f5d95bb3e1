//! The output of a process: read as it comes, so that the process never waits for this program, and kept or passed on.

use std::io::{self, Write};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Ending;
use super::command::Command;
use super::pump::Pump;

/// What is kept of each stream of a program that is run, in bytes.
pub(crate) const KEPT: usize = 1024 * 1024;

pub(crate) type Sink = Box<dyn Write + Send>;

/// Where the output of a process goes.
pub(crate) enum Output {
    /// To our own streams themselves.
    Inherited,
    /// Through pipes to these, as it comes; through one where both streams lead to the same place, so that the order of
    /// what is written stays.
    Passed(Sink, Option<Sink>),
    /// This many bytes of each are kept, the rest is read and dropped.
    Captured(usize),
    /// As captured, and stdout is shown to this as it comes.
    Watched(usize, Sink),
    /// As captured, and over when stdout has been silent for this long after this line.
    UntilSilentAfter(&'static str, Duration),
}

impl Output {
    /// Starts the process with its streams attached.
    pub(super) fn attach(self, command: &Command) -> io::Result<(Child, Streams)> {
        if matches!(self, Self::Inherited) {
            let child = command.build(Stdio::inherit(), Stdio::inherit()).spawn()?;
            return Ok((child, Streams::none()));
        }
        #[cfg(unix)]
        if let Self::Passed(sink, None) = self {
            let (reader, writer) = io::pipe()?;
            // The writers go with the command.
            let child = command
                .build(writer.try_clone()?.into(), writer.into())
                .spawn()?;
            let reader = std::process::ChildStdout::from(std::os::fd::OwnedFd::from(reader));
            let mut streams = Streams::none();
            let reader = tokio::process::ChildStdout::from_std(reader)?;
            streams.pump(0, reader, Kept::new(0), Some(sink));
            return Ok((child, streams));
        }
        let mut child = command.build(Stdio::piped(), Stdio::piped()).spawn()?;
        let mut streams = Streams::none();
        let (most, line, sinks) = match self {
            Self::Captured(most) => (most, None, [None, None]),
            Self::Watched(most, sink) => (most, None, [Some(sink), None]),
            Self::UntilSilentAfter(line, silence) => {
                streams.silence = Some(silence);
                (KEPT, Some(line), [None, None])
            }
            Self::Passed(out, err) => (0, None, [Some(out), err]),
            Self::Inherited => (0, None, [None, None]),
        };
        let [out, err] = sinks;
        if let Some(pipe) = child.stdout.take() {
            let kept = Kept {
                awaited: line,
                ..Kept::new(most)
            };
            streams.pump(0, pipe, kept, out);
        }
        if let Some(pipe) = child.stderr.take() {
            streams.pump(1, pipe, Kept::new(most), err);
        }
        Ok((child, streams))
    }
}

#[derive(Debug, Default)]
pub(super) struct Kept {
    bytes: Vec<u8>,
    most: usize,
    truncated: bool,
    awaited: Option<&'static str>,
    /// Where the line begins that is not complete yet.
    line_begins: usize,
}

impl Kept {
    fn new(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Takes what there is room for; whether the awaited line is there now.
    pub(super) fn take(&mut self, bytes: &[u8]) -> bool {
        let room = self.most.saturating_sub(self.bytes.len());
        self.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.truncated |= self.most > 0 && bytes.len() > room;
        let Some(awaited) = self.awaited else {
            return false;
        };
        let fresh = &self.bytes[self.line_begins..];
        let mut lines = fresh.split(|byte| *byte == b'\n');
        let reached = lines.any(|line| line.trim_ascii_end() == awaited.as_bytes());
        if let Some(newline) = fresh.iter().rposition(|byte| *byte == b'\n') {
            self.line_begins += newline + 1;
        }
        reached
    }
}

/// What the streams tell while the process still runs.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct News {
    pub(super) failed: Option<Ending>,
    pub(super) reached: bool,
    /// How often something was said.
    pub(super) count: u64,
}

pub(super) struct Streams {
    pumps: JoinSet<()>,
    kept: [Arc<Mutex<Kept>>; 2],
    tell: watch::Sender<News>,
    news: watch::Receiver<News>,
    /// Whether the process has ended, and with it whatever could write.
    ended: watch::Sender<bool>,
    silence: Option<Duration>,
}

impl Streams {
    fn none() -> Self {
        let (tell, news) = watch::channel(News::default());
        Self {
            pumps: JoinSet::new(),
            kept: Default::default(),
            tell,
            news,
            ended: watch::Sender::new(false),
            silence: None,
        }
    }

    fn pump(
        &mut self,
        which: usize,
        pipe: impl AsyncRead + Unpin + Send + 'static,
        kept: Kept,
        sink: Option<Sink>,
    ) {
        self.kept[which] = Arc::new(Mutex::new(kept));
        let pump = Pump {
            pipe,
            kept: Arc::clone(&self.kept[which]),
            sink,
            is_answer: which == 0,
            tell: self.tell.clone(),
            ended: self.ended.subscribe(),
        };
        self.pumps.spawn(pump.run());
    }

    /// Ends when the streams themselves say that the process need not go on.
    pub(super) async fn over(&mut self) -> Ending {
        loop {
            let seen = *self.news.borrow_and_update();
            if let Some(failed) = seen.failed {
                return failed;
            }
            // The sender is ours, so that there is always a change to wait for.
            match self.silence.filter(|_| seen.reached) {
                Some(silence) => {
                    if tokio::time::timeout(silence, self.news.changed())
                        .await
                        .is_err()
                    {
                        return Ending::Silent;
                    }
                }
                None => drop(self.news.changed().await),
            }
        }
    }

    /// Delivers what is left in the pipes of a process that has ended.
    pub(super) async fn rest(&mut self) {
        self.ended.send_replace(true);
        while self.pumps.join_next().await.is_some() {}
    }

    /// Why stdout could not be delivered.
    pub(super) fn failed(&self) -> Option<Ending> {
        self.news.borrow().failed
    }

    /// Both streams as far as they were kept, and whether more was said.
    pub(super) fn kept(&self) -> (Vec<u8>, Vec<u8>, bool) {
        let [out, err] = [&self.kept[0], &self.kept[1]]
            .map(|kept| std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner)));
        (out.bytes, err.bytes, out.truncated || err.truncated)
    }
}
