//! Starts every process of the program, each in a group of its own, and ends the group: at the time limit, at Ctrl-C,
//! and when the process itself has ended, so that nothing is left behind.

use std::ffi::{OsStr, OsString};
use std::io::{PipeReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// What is kept of each stream of a captured process, in bytes.
pub(crate) const KEPT: usize = 1024 * 1024;
/// How long the last output of a killed group may take to arrive.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A process to start. Its standard input is empty unless said otherwise.
pub(crate) struct Command {
    program: PathBuf,
    arguments: Vec<OsString>,
    folder: Option<PathBuf>,
    set: Vec<(OsString, OsString)>,
    removed: Vec<OsString>,
    stdin: Input,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    Empty,
    /// Ours is passed on; it is no terminal.
    Inherited,
    /// The terminal: the process then stays in our group, since a background group that reads it is stopped.
    Terminal,
}

impl Command {
    pub(crate) fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            folder: None,
            set: Vec::new(),
            removed: Vec::new(),
            stdin: Input::Empty,
        }
    }

    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub(crate) fn arguments(mut self, arguments: &[impl AsRef<OsStr>]) -> Self {
        self.arguments.extend(
            arguments
                .iter()
                .map(|argument| argument.as_ref().to_owned()),
        );
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    pub(crate) fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.set
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn without_variable(mut self, name: impl AsRef<OsStr>) -> Self {
        self.removed.push(name.as_ref().to_owned());
        self
    }

    pub(crate) fn stdin(mut self, stdin: Input) -> Self {
        self.stdin = stdin;
        self
    }

    fn build(&self, stdout: Stdio, stderr: Stdio) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdout(stdout)
            .stderr(stderr)
            .kill_on_drop(true);
        command.stdin(if self.stdin == Input::Empty {
            Stdio::null()
        } else {
            Stdio::inherit()
        });
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        for name in &self.removed {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
        #[cfg(unix)]
        if self.stdin != Input::Terminal {
            command.process_group(0);
        }
        command
    }
}

/// Where the output of a process goes.
pub(crate) enum Output {
    /// To our own streams themselves.
    Inherited,
    /// Through pipes to these, as it comes.
    Passed(Box<dyn Write + Send>, Box<dyn Write + Send>),
    /// The first [`KEPT`] bytes of each are kept, the rest is read and dropped.
    Captured,
    /// As captured, and over when stdout has been silent for this long after this line.
    UntilSilentAfter(&'static str, Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Exited(i32),
    Signalled(i32),
    TimeLimit,
    /// Nobody reads our output any more.
    Unread,
    /// The awaited silence came.
    Silent,
}

#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) ending: Ending,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) truncated: bool,
    pub(crate) elapsed: Duration,
}

impl Ended {
    pub(crate) fn succeeded(&self) -> bool {
        self.ending == Ending::Exited(0)
    }

    pub(crate) fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// The user or the system asked this program to end; everything it had started is gone.
#[derive(Debug)]
pub(crate) struct Interrupted {
    pub(crate) signal: i32,
}

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "interrupted by signal {}", self.signal)
    }
}

impl std::error::Error for Interrupted {}

/// Starts processes, and ends them when this process is asked to end.
#[derive(Debug, Clone)]
pub(crate) struct Supervisor {
    interrupted: watch::Receiver<Option<i32>>,
}

impl Supervisor {
    /// Takes over SIGINT, SIGTERM and SIGHUP for the life of the process.
    ///
    /// # Errors
    /// When the system refuses the handlers.
    pub(crate) fn new() -> std::io::Result<Self> {
        let (sender, interrupted) = watch::channel(None);
        let signal = Signals::new()?;
        tokio::spawn(async move {
            let number = signal.next().await;
            sender.send_replace(Some(number));
            // Kept, so that waiting for a change never fails.
            sender.closed().await;
        });
        Ok(Self { interrupted })
    }

    /// # Errors
    /// [`Interrupted`], once a signal came.
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        let signal = *self.interrupted.borrow();
        signal.map_or(Ok(()), |signal| Err(Interrupted { signal }))
    }

    /// Runs a process to its end and keeps what it says.
    ///
    /// # Errors
    /// When it cannot be started, or on [`Interrupted`].
    pub(crate) async fn capture(&self, command: Command) -> anyhow::Result<Ended> {
        self.run(command, Output::Captured, None).await
    }

    /// Runs a process until it ends, the limit is over, or this program is asked to end.
    ///
    /// # Errors
    /// When it cannot be started, or on [`Interrupted`].
    pub(crate) async fn run(
        &self,
        command: Command,
        output: Output,
        limit: Option<Duration>,
    ) -> anyhow::Result<Ended> {
        self.check()?;
        let begun = Instant::now();
        let (mut child, mut streams) = start(&command, output)?;
        let group = child.id();
        let mut interrupted = self.interrupted.clone();
        let until = limit.map_or(Duration::from_secs(60 * 60 * 24 * 365), |limit| limit);
        let ending = tokio::select! {
            status = child.wait() => Some(ending(status?)),
            () = tokio::time::sleep(until) => Some(Ending::TimeLimit),
            _ = interrupted.wait_for(Option::is_some) => None,
            over = streams.over() => Some(over),
        };
        if command.stdin == Input::Terminal {
            let _ = child.start_kill();
        } else {
            end_group(group);
        }
        let _ = child.wait().await;
        let (stdout, stderr) = streams
            .rest(matches!(
                ending,
                Some(Ending::Exited(_) | Ending::Signalled(_))
            ))
            .await;
        let Some(ending) = ending else {
            self.check()?;
            anyhow::bail!("interrupted");
        };
        Ok(Ended {
            ending,
            truncated: stdout.truncated || stderr.truncated,
            stdout: stdout.bytes,
            stderr: stderr.bytes,
            elapsed: begun.elapsed(),
        })
    }
}

fn start(command: &Command, output: Output) -> anyhow::Result<(tokio::process::Child, Streams)> {
    if matches!(output, Output::Inherited) {
        let child = command.build(Stdio::inherit(), Stdio::inherit()).spawn()?;
        return Ok((child, Streams::default()));
    }
    let (out_reader, out_writer) = std::io::pipe()?;
    let (err_reader, err_writer) = std::io::pipe()?;
    // The writers go with the command: the readers see the end once the group has closed them.
    let child = command
        .build(Stdio::from(out_writer), Stdio::from(err_writer))
        .spawn()?;
    let (news, heard) = watch::channel(News::default());
    let streams = match output {
        Output::Passed(out, err) => Streams::new(
            Reader::new(out_reader, Sink::Pass(out), &news),
            Reader::new(err_reader, Sink::Pass(err), &news),
            heard,
            None,
        ),
        Output::UntilSilentAfter(line, silence) => Streams::new(
            Reader::new(out_reader, Sink::Keep(Kept::default(), Some(line)), &news),
            Reader::new(err_reader, Sink::Keep(Kept::default(), None), &news),
            heard,
            Some(silence),
        ),
        _ => Streams::new(
            Reader::new(out_reader, Sink::Keep(Kept::default(), None), &news),
            Reader::new(err_reader, Sink::Keep(Kept::default(), None), &news),
            heard,
            None,
        ),
    };
    Ok((child, streams))
}

#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    truncated: bool,
}

impl Kept {
    fn take(&mut self, bytes: &[u8]) {
        let room = KEPT.saturating_sub(self.bytes.len());
        self.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.truncated |= bytes.len() > room;
    }
}

/// What the readers tell while the process still runs.
#[derive(Debug, Default, Clone, Copy)]
struct News {
    unread: bool,
    reached: bool,
    count: u64,
}

enum Sink {
    Pass(Box<dyn Write + Send>),
    Keep(Kept, Option<&'static str>),
}

/// One pipe, read on a thread of its own: writing to our own stdout may block for as long as its reader likes, and the
/// time limit must not wait for that.
struct Reader {
    pipe: PipeReader,
    sink: Sink,
    news: watch::Sender<News>,
}

impl Reader {
    fn new(pipe: PipeReader, sink: Sink, news: &watch::Sender<News>) -> Self {
        Self {
            pipe,
            sink,
            news: news.clone(),
        }
    }

    fn read_all(mut self) -> Kept {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = match self.pipe.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            match &mut self.sink {
                Sink::Pass(sink) => {
                    if sink
                        .write_all(&buffer[..count])
                        .and_then(|()| sink.flush())
                        .is_err()
                    {
                        self.news.send_modify(|news| news.unread = true);
                        break;
                    }
                }
                Sink::Keep(kept, line) => {
                    kept.take(&buffer[..count]);
                    let reached = line.is_some_and(|line| {
                        String::from_utf8_lossy(&kept.bytes)
                            .lines()
                            .any(|said| said == line)
                    });
                    if line.is_some() {
                        self.news.send_modify(|news| {
                            news.reached |= reached;
                            news.count += 1;
                        });
                    }
                }
            }
        }
        match self.sink {
            Sink::Keep(kept, _) => kept,
            Sink::Pass(_) => Kept::default(),
        }
    }
}

#[derive(Default)]
struct Streams {
    readers: Option<(tokio::task::JoinHandle<Kept>, tokio::task::JoinHandle<Kept>)>,
    news: Option<watch::Receiver<News>>,
    silence: Option<Duration>,
}

impl Streams {
    fn new(
        out: Reader,
        err: Reader,
        news: watch::Receiver<News>,
        silence: Option<Duration>,
    ) -> Self {
        let readers = (
            tokio::task::spawn_blocking(|| out.read_all()),
            tokio::task::spawn_blocking(|| err.read_all()),
        );
        Self {
            readers: Some(readers),
            news: Some(news),
            silence,
        }
    }

    /// Ends when the streams themselves say that the process need not go on.
    async fn over(&mut self) -> Ending {
        let Some(news) = &mut self.news else {
            return std::future::pending().await;
        };
        loop {
            let seen = *news.borrow_and_update();
            if seen.unread {
                return Ending::Unread;
            }
            let changed = match self.silence.filter(|_| seen.reached) {
                Some(silence) => match tokio::time::timeout(silence, news.changed()).await {
                    Ok(changed) => changed,
                    Err(_) => return Ending::Silent,
                },
                None => news.changed().await,
            };
            if changed.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// What is left in the pipes. After a normal end it is waited for, since its reader may be slow; after a kill only briefly.
    async fn rest(self, normal: bool) -> (Kept, Kept) {
        let Some((out, err)) = self.readers else {
            return Default::default();
        };
        let both = async { (out.await.unwrap_or_default(), err.await.unwrap_or_default()) };
        if normal {
            return both.await;
        }
        tokio::time::timeout(LAST_WORDS, both)
            .await
            .unwrap_or_default()
    }
}

#[cfg(unix)]
fn ending(status: ExitStatus) -> Ending {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited(code),
        (None, signal) => Ending::Signalled(signal.unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn ending(status: ExitStatus) -> Ending {
    Ending::Exited(status.code().unwrap_or(1))
}

/// Ends what is left of a group. That nothing is left is the normal case.
#[cfg(unix)]
fn end_group(group: Option<u32>) {
    let group = group
        .and_then(|id| i32::try_from(id).ok())
        .and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(_group: Option<u32>) {}

#[cfg(unix)]
struct Signals {
    all: [(i32, tokio::signal::unix::Signal); 3],
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let handler =
            |kind: SignalKind| Ok::<_, std::io::Error>((kind.as_raw_value(), signal(kind)?));
        Ok(Self {
            all: [
                handler(SignalKind::interrupt())?,
                handler(SignalKind::terminate())?,
                handler(SignalKind::hangup())?,
            ],
        })
    }

    async fn next(mut self) -> i32 {
        let [interrupt, terminate, hangup] = &mut self.all;
        tokio::select! {
            _ = interrupt.1.recv() => interrupt.0,
            _ = terminate.1.recv() => terminate.0,
            _ = hangup.1.recv() => hangup.0,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(self) -> i32 {
        let _ = tokio::signal::ctrl_c().await;
        2
    }
}
