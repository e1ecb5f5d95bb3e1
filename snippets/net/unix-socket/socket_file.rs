//! A Unix socket whose file comes and goes with the server.
//!
//! Use it when programs on one machine talk: a control socket, a local database, an agent. Only
//! the same user (and root) gets in.
//!
//! Prevents: "address in use" after a crash, since the file outlives its server; a running server
//! or another file that is pushed aside; a socket that every user may connect to.

use std::fs::Permissions;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::fs;
use tokio::net::{UnixListener, UnixStream};

/// A listener and its file, which is removed when this is dropped.
#[derive(Debug)]
pub struct SocketFile {
    listener: UnixListener,
    path: PathBuf,
    // What tells our file from a successor's of the same name.
    file: (u64, u64),
    owner: u32,
}

impl SocketFile {
    /// Listens at `path`, in place of a file that a dead server has left there.
    ///
    /// The folder must belong to the same user. If two servers start at the very same moment, the
    /// later one gets the name.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if somebody listens there, `AlreadyExists` if it is not a socket, and those of
    /// the file system; a path of more than about 80 bytes is too long for a socket.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O enabled.
    pub async fn bind(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        make_way(&path).await?;
        // Under another name first, so that nobody connects before the permissions are set.
        let mut new = path.clone().into_os_string();
        new.push(format!(".{:x}", RandomState::new().hash_one(&path)));
        let listener = UnixListener::bind(&new)?;
        let renamed = async {
            fs::set_permissions(&new, Permissions::from_mode(0o600)).await?;
            let file = fs::metadata(&new).await?;
            fs::rename(&new, &path).await?;
            Ok(file)
        };
        match renamed.await {
            Ok(file) => Ok(Self {
                listener,
                path,
                file: (file.dev(), file.ino()),
                owner: file.uid(),
            }),
            Err(error) => {
                let _ = fs::remove_file(&new).await;
                Err(error)
            }
        }
    }

    /// The next connection of the same user or root; others are closed. Cancel safe.
    ///
    /// # Errors
    ///
    /// Those of accepting, such as too many open files: wait a moment and call it again.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            let peer = stream.peer_cred();
            if peer.is_ok_and(|peer| peer.uid() == self.owner || peer.uid() == 0) {
                return Ok(stream);
            }
        }
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let file = std::fs::symlink_metadata(&self.path);
        if file.is_ok_and(|file| (file.dev(), file.ino()) == self.file) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Fails unless `path` is free, or a socket at which nobody listens.
async fn make_way(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path).await {
        Ok(file) if file.file_type().is_socket() => {}
        // Connecting to a plain file is refused just like connecting to a dead socket.
        Ok(_) => return Err(ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    // A server that is there sees a connection that ends at once.
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        // Also if it is too busy to answer.
        _ => Err(ErrorKind::AddrInUse.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// A folder of the test's own, removed also when the test fails.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> io::Result<Self> {
            let unique = RandomState::new().hash_one(std::process::id());
            let folder = std::env::temp_dir().join(format!("sock-{unique:x}"));
            std::fs::create_dir(&folder)?;
            Ok(Self(folder))
        }

        fn socket(&self) -> PathBuf {
            self.0.join("s")
        }

        fn count(&self) -> io::Result<usize> {
            Ok(std::fs::read_dir(&self.0)?.count())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    async fn kind_of_error(path: impl Into<PathBuf>) -> ErrorKind {
        SocketFile::bind(path).await.expect_err("no").kind()
    }

    #[tokio::test]
    async fn talks_and_leaves_no_file() -> io::Result<()> {
        let folder = Folder::new()?;
        let server = SocketFile::bind(folder.socket()).await?;
        let mode = std::fs::metadata(folder.socket())?.mode();
        assert_eq!(mode & 0o777, 0o600);
        let mut client = UnixStream::connect(folder.socket()).await?;
        let mut accepted = server.accept().await?;
        accepted.write_all(b"hi").await?;
        let mut text = [0; 2];
        client.read_exact(&mut text).await?;
        assert_eq!(&text, b"hi");
        drop(server);
        assert_eq!(folder.count()?, 0);
        Ok(())
    }

    #[tokio::test]
    async fn a_dead_servers_file_is_replaced() -> io::Result<()> {
        let folder = Folder::new()?;
        drop(UnixListener::bind(folder.socket())?);
        let server = SocketFile::bind(folder.socket()).await?;
        UnixStream::connect(folder.socket()).await?;
        server.accept().await?;
        assert_eq!(folder.count()?, 1);
        Ok(())
    }

    #[tokio::test]
    async fn a_living_server_and_other_files_stay() -> io::Result<()> {
        let folder = Folder::new()?;
        let server = SocketFile::bind(folder.socket()).await?;
        assert_eq!(kind_of_error(folder.socket()).await, ErrorKind::AddrInUse);
        UnixStream::connect(folder.socket()).await?;
        server.accept().await?;
        let file = folder.0.join("file");
        std::fs::write(&file, "precious")?;
        assert_eq!(kind_of_error(&file).await, ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&file)?, b"precious");
        assert_eq!(
            kind_of_error(folder.0.join("no/s")).await,
            ErrorKind::NotFound
        );
        assert_eq!(folder.count()?, 2);
        Ok(())
    }

    #[tokio::test]
    async fn the_file_of_a_successor_stays() -> io::Result<()> {
        let folder = Folder::new()?;
        let old = SocketFile::bind(folder.socket()).await?;
        std::fs::remove_file(folder.socket())?;
        let _new = SocketFile::bind(folder.socket()).await?;
        drop(old);
        UnixStream::connect(folder.socket()).await?;
        Ok(())
    }
}
