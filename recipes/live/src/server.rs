//! [`Server`]: a recipe that runs.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long anything may take before a test gives up: it decides nothing.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A recipe that runs until this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    said: Arc<Said>,
}

/// What it has said on standard error so far.
#[derive(Debug, Default)]
struct Said {
    text: Mutex<String>,
    more: Condvar,
}

impl Said {
    fn lock(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder of the policies that come with the recipes.
#[must_use]
pub fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies")
}

impl Server {
    /// Starts it with a policy on any free port, and waits until it listens.
    ///
    /// # Panics
    /// If it does not.
    #[must_use]
    pub fn start(program: &str, policy: &Path) -> Self {
        Self::start_with(program, policy, &[])
    }

    /// The same, with more arguments after the port.
    ///
    /// # Panics
    /// If it does not listen.
    #[must_use]
    pub fn start_with(program: &str, policy: &Path, rest: &[&str]) -> Self {
        Self::try_start(program, policy, rest).unwrap_or_else(|error| panic!("{program}: {error}"))
    }

    /// The same, for a policy that it may refuse.
    ///
    /// # Errors
    /// What it says, if it does not listen.
    ///
    /// # Panics
    /// If the program cannot be run at all.
    pub fn try_start(program: &str, policy: &Path, rest: &[&str]) -> Result<Self, String> {
        let mut child = Command::new(program)
            .arg(policy)
            .arg("0")
            .args(rest)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let said = Arc::new(Said::default());
        let stderr = child.stderr.take().expect("it is piped");
        let listener = Arc::clone(&said);
        let listening = thread::spawn(move || listen_to(stderr, &listener));
        let stdout = child.stdout.take().expect("it is piped");
        let (send, address) = channel();
        thread::spawn(move || {
            // It reads to the end, so that the program can go on talking.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let url = line.split("http://").nth(1).unwrap_or_default();
                let authority = url.split(['/', ' ']).next().unwrap_or_default();
                if let Ok(address) = authority.parse::<SocketAddr>() {
                    let _ = send.send(address);
                }
            }
        });
        let why = match address.recv_timeout(PATIENCE) {
            Ok(address) => return Ok(Self { child, address, said }),
            Err(RecvTimeoutError::Timeout) => "it names no URL",
            Err(RecvTimeoutError::Disconnected) => "it ended",
        };
        let _ = child.kill();
        let _ = child.wait();
        // So there is an end to what it says.
        let _ = listening.join();
        Err(format!("{why}; it said:\n{}", said.lock()))
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path on it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The process, to send it signals.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has said this on standard error.
    ///
    /// # Panics
    /// If it does not.
    pub fn wait_until_it_says(&self, text: &str) {
        let said = self.said.lock();
        let (said, waited) = self
            .said
            .more
            .wait_timeout_while(said, PATIENCE, |said| !said.contains(text))
            .unwrap_or_else(PoisonError::into_inner);
        let said = said.clone(); // and let go of the lock
        assert!(!waited.timed_out(), "it never said {text:?}, but:\n{said}");
    }
}

impl Server {
    /// Forgets what it has said so far.
    pub fn forget(&self) {
        self.said.lock().clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("the server said:\n{}", self.said.lock());
        }
    }
}

fn listen_to(stderr: impl Read, said: &Said) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        let mut text = said.lock();
        text.push_str(&line);
        text.push('\n');
        said.more.notify_all();
    }
}
