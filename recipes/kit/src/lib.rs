//! What every recipe does besides CORS: read a policy from a file, listen, and tell.
//!
//! How corsac is embedded is whole in each recipe.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::exit;
use std::{env, fs};

use corsac::{Decision, Policy, PolicyConfig};

/// The command line: `RECIPE POLICY.toml [PORT]`.
#[derive(Clone, Debug)]
pub struct CommandLine {
    /// The policy.
    pub policy: Policy,
    /// Where it was read from.
    pub policy_file: PathBuf,
    /// The port to listen on; 0 is any.
    pub port: u16,
    /// What comes after the port.
    pub rest: Vec<String>,
}

/// The port where the command line names none.
const DEFAULT_PORT: u16 = 3000;

impl CommandLine {
    /// Reads it and the policy, or says what to do and exits.
    #[must_use]
    pub fn read() -> Self {
        let mut arguments = env::args();
        let program = arguments.next().unwrap_or_else(|| "recipe".to_owned());
        let usage = || -> ! {
            give_up(&format!(
                "usage: {program} POLICY.toml [PORT]\n\
                 PORT is {DEFAULT_PORT} unless given; 0 is any free one. There are policies in \
                 recipes/policies."
            ))
        };
        let Some(policy_file) = arguments.next().map(PathBuf::from) else { usage() };
        let port = match arguments.next().map(|port| port.parse()) {
            None => DEFAULT_PORT,
            Some(Ok(port)) => port,
            Some(Err(_)) => usage(),
        };
        let policy = read_policy(&policy_file).unwrap_or_else(|error| give_up(&error));
        Self { policy, policy_file, port, rest: arguments.collect() }
    }

    /// Listens on loopback and prints the URL.
    #[must_use]
    pub fn listen(&self) -> TcpListener {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .unwrap_or_else(|error| {
                give_up(&format!(
                    "cannot listen on 127.0.0.1:{}: {error}; name another port, or 0 for any",
                    self.port
                ))
            });
        match listener.local_addr() {
            Ok(address) => announce(address),
            Err(error) => give_up(&format!("cannot tell where it listens: {error}")),
        }
        listener
    }
}

/// Prints the URL.
pub fn announce(address: SocketAddr) {
    println!("listening on http://{address}");
}

/// Reads a policy, or says everything that is wrong with it.
///
/// # Errors
/// What is wrong, and what to do.
pub fn read_policy(path: &Path) -> Result<Policy, String> {
    let text = fs::read_to_string(path).map_err(|error| {
        format!("cannot read the policy {}: {error}; name a TOML file", path.display())
    })?;
    let config: PolicyConfig = toml::from_str(&text)
        .map_err(|error| format!("{} is not a policy:\n{error}", path.display()))?;
    config
        .build()
        .map_err(|errors| format!("the policy {} cannot stand:\n{errors}", path.display()))
}

/// Says on standard error why a request is refused. What it shows of the request is escaped.
pub fn log(decision: &Decision<'_>) {
    let Some(rejection) = decision.verdict().rejection() else { return };
    match decision.offending() {
        Some(offending) => {
            eprintln!("refused: {rejection}: {offending} [{}]", rejection.code());
        }
        None => eprintln!("refused: {rejection} [{}]", rejection.code()),
    }
}

/// Says why there is no server, and exits.
pub fn give_up(message: &str) -> ! {
    eprintln!("{message}");
    exit(2)
}
