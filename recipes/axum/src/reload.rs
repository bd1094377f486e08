//! The policy file, read again while the server runs: `kill -HUP` its process.

use std::path::PathBuf;
use std::sync::Arc;

use crate::Current;

/// Reads the file again whenever the process is told to. A file that is no policy any more changes
/// nothing: the last good one stays in force, and what is wrong is said.
#[cfg(unix)]
pub async fn on_hangup(file: PathBuf, current: Current) {
    use tokio::signal::unix::{SignalKind, signal};

    let mut hangups = match signal(SignalKind::hangup()) {
        Ok(hangups) => hangups,
        Err(error) => {
            eprintln!("cannot be told to read the policy again: {error}; restart for a new one");
            return;
        }
    };
    println!("after a change of {}: kill -HUP {}", file.display(), std::process::id());
    while hangups.recv().await.is_some() {
        match kit::read_policy(&file) {
            Ok(policy) => {
                // Every request is decided by the policy that was in force when it came: none
                // sees a mixture.
                current.store(Arc::new(policy));
                eprintln!("the policy {} is in force", file.display());
            }
            Err(error) => eprintln!("{error}\nthe last good policy stays in force"),
        }
    }
}

/// There is no such signal.
#[cfg(not(unix))]
pub async fn on_hangup(_: PathBuf, _: Current) {
    eprintln!("restart for a new policy: this system has no SIGHUP");
}
