//! The policy file, read again while the server runs: `kill -HUP` its process.

use std::path::PathBuf;
#[cfg(unix)]
use std::sync::Arc;

use crate::Current;

/// Reads the file again whenever the process is told to. A file that is no policy any more changes
/// nothing: the last good one stays in force, and what is wrong is said.
///
/// # Errors
/// If the process cannot be told.
#[cfg(unix)]
pub fn on_hangup(file: PathBuf, current: Current) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    // From here on the signal does not end the process.
    let mut hangups = signal(SignalKind::hangup())?;
    println!("after a change of {}: kill -HUP {}", file.display(), std::process::id());
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            match kit::read_policy(&file) {
                Ok(policy) => {
                    // Every request is decided by the policy that was in force when it came:
                    // none sees a mixture.
                    current.store(Arc::new(policy));
                    eprintln!("the policy {} is in force", file.display());
                }
                Err(error) => eprintln!("{error}\nthe last good policy stays in force"),
            }
        }
    });
    Ok(())
}

/// There is no such signal.
#[cfg(not(unix))]
pub fn on_hangup(_: PathBuf, _: Current) -> std::io::Result<()> {
    println!("after a change of the policy: restart, since this system has no SIGHUP");
    Ok(())
}
