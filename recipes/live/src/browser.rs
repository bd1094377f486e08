//! A page that fetches: what a browser sends, over a socket, and what it makes of the answers.

use std::io;

use corsac::fetch::{Browser, Fetch, Judgement, MessageKind, Outcome, Response, judge};

use crate::http::{Answer, Connection};
use crate::server::Server;

/// What came of it.
#[derive(Debug)]
pub struct Visit {
    /// The judgement of the standard's browser.
    pub judgement: Judgement,
    /// Every answer, preflights and redirects among them.
    pub answers: Vec<Answer>,
}

/// Plays a fetch through: every message that the browser would send is sent, on one connection.
///
/// # Errors
/// If the server does not speak HTTP, or the three engines do not agree with the standard about it.
pub fn visit(server: &Server, fetch: &Fetch) -> Result<Visit, String> {
    let mut connection = Connection::open(server.address()).map_err(|error| error.to_string())?;
    let mut answers = Vec::<Answer>::new();
    loop {
        let heads: Vec<Response> = answers.iter().map(|answer| answer.head.clone()).collect();
        let judgement = judge(fetch, &heads, Browser::Fetch);
        let message = match (&judgement.outcome, judgement.sent.last()) {
            (Outcome::NeedsResponse, Some(message)) => message,
            _ => {
                engines_agree(fetch, &heads, &judgement)?;
                return Ok(Visit { judgement, answers });
            }
        };
        let answer = connection
            .ask(&message.method, message.url.path(), &message.headers, b"")
            .map_err(|error: io::Error| format!("{message:?} got no answer: {error}"))?;
        answers.push(answer);
    }
}

/// A recipe's policy means the same to every browser.
fn engines_agree(fetch: &Fetch, heads: &[Response], ours: &Judgement) -> Result<(), String> {
    for browser in Browser::ENGINES {
        let theirs = judge(fetch, heads, browser);
        let is_shared = |judgement: &Judgement| matches!(judgement.outcome, Outcome::Allow(_));
        if is_shared(ours) != is_shared(&theirs) {
            return Err(format!("{} says otherwise: {:?}", browser.name(), theirs.outcome));
        }
    }
    Ok(())
}

impl Visit {
    /// The status that script gets; an error that says why if it gets none.
    ///
    /// # Errors
    /// Why the browser keeps the response from script.
    pub fn shared(&self) -> Result<u16, String> {
        match &self.judgement.outcome {
            Outcome::Allow(shared) => Ok(shared.status),
            Outcome::Block(failure) => {
                Err(format!("blocked: {failure} [{}]", failure.code().as_str()))
            }
            Outcome::NeedsResponse => Err("there is no answer".to_owned()),
        }
    }

    /// The names of the headers that script can read.
    #[must_use]
    pub fn readable(&self) -> &[String] {
        match &self.judgement.outcome {
            Outcome::Allow(shared) => shared.exposed.as_deref().unwrap_or_default(),
            _ => &[],
        }
    }

    /// The code of the failure.
    #[must_use]
    pub fn blocked(&self) -> Option<&'static str> {
        match &self.judgement.outcome {
            Outcome::Block(failure) => Some(failure.code().as_str()),
            _ => None,
        }
    }

    /// How many preflights the browser has sent.
    #[must_use]
    pub fn preflights(&self) -> usize {
        let is_preflight = |kind: MessageKind| kind == MessageKind::Preflight;
        self.judgement.sent.iter().filter(|message| is_preflight(message.kind)).count()
    }

    /// The last answer.
    ///
    /// # Errors
    /// If there is none.
    pub fn last(&self) -> Result<&Answer, String> {
        self.answers.last().ok_or_else(|| "nothing was sent".to_owned())
    }
}
