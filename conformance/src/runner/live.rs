//! [`Live`]: a server that runs, held to the policy that it claims to implement.
//!
//! Pages are made up from the policy: of the origins that it lists, of origins that are nearly
//! those, and of others, with what it allows and what it does not. A browser carries their messages,
//! and what comes of each is held against what the policy plainly means. What no browser sends goes
//! over the wire as it is, and must not be granted what the policy does not grant.

use corsac::PolicyConfig;
use corsac::fetch::{Credentials, Fetch, Message, Redirect, Response};

use super::http::{Target, WireRequest};
use super::play::{self, Ended};
use super::record::{Exchange, Problem};
use super::session::About;
use super::subject::NoAnswer;
use crate::isomorphic;
use crate::model::{PageRequest, may_read};
use crate::vectors::{Importance, Reference, Verdict};

mod near;
mod pages;
mod wire;

pub use pages::Page;
pub(super) use pages::{allowed_origin, allows};
pub use wire::Wire;

/// A server and its policy.
#[derive(Debug)]
pub struct Live<'p> {
    target: Target,
    policy: &'p PolicyConfig,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Case {
    /// What a page asks for.
    Page(Page),
    /// What no page asks for.
    Wire(Wire),
}

impl<'p> Live<'p> {
    /// A server that claims to implement `policy`, in which nothing is wrong.
    #[must_use]
    pub fn new(target: Target, policy: &'p PolicyConfig) -> Self {
        Self { target, policy }
    }

    /// All that is asked, in order. The ids are made from what is asked, so they stay the same as
    /// long as the policy does.
    #[must_use]
    pub fn cases(&self) -> Vec<(About, Case)> {
        let pages = pages::of(self.policy).into_iter().map(Case::Page);
        let wires = wire::of(self.policy).into_iter().map(Case::Wire);
        let mut cases: Vec<(About, Case)> = Vec::new();
        for case in pages.chain(wires) {
            let mut about = about(&case);
            let is_taken = |id: &str| cases.iter().any(|(other, _)| other.id == id);
            let first = about.id.clone();
            let mut number = 2_u32;
            while is_taken(&about.id) {
                about.id = format!("{first}-{number}");
                number = number.saturating_add(1);
            }
            cases.push((about, case));
        }
        cases
    }

    /// Asks it and judges the answer.
    #[must_use]
    pub fn play(&self, case: &Case) -> Ended {
        let mut ended = Ended::default();
        let answered = match case {
            Case::Page(page) => self.page(page, &mut ended),
            Case::Wire(wire) => self.wire(wire, &mut ended),
        };
        if let Err(why) = answered {
            ended.unjudged = Some(why);
        }
        ended
    }

    fn page(&self, page: &Page, ended: &mut Ended) -> Result<(), NoAnswer> {
        let unusable = |error: &dyn std::fmt::Display| {
            NoAnswer::Skip(format!("no script can ask for this: {error}"))
        };
        let mut fetch = Fetch::new(self.target.url().as_str(), &page.origin)
            .map_err(|error| unusable(&error))?;
        fetch.set_method(&page.method);
        // The CORS check is made on a redirect as well, and nothing else is asked.
        fetch.set_redirect(Redirect::Manual);
        if page.credentials {
            fetch.set_credentials(Credentials::Include);
        }
        for (name, value) in &page.headers {
            fetch
                .push_header(name.as_bytes(), value.as_bytes())
                .map_err(|error| unusable(&error))?;
        }
        let request: PageRequest = page.request();
        let expected =
            if may_read(self.policy, &request) { Verdict::Allow } else { Verdict::Block };
        let answer = play::handshake(&fetch, ended, |message| self.respond(message))?;
        if answer.verdict != expected {
            let why = answer.failure.map(|failure| format!(" ({})", failure.code));
            ended.problems.push(Problem {
                what: "verdict".to_owned(),
                expected: match expected {
                    Verdict::Allow => {
                        "allow: the policy lets this page send it and read the answer"
                    }
                    _ => "block: the policy does not let this page send it and read the answer",
                }
                .to_owned(),
                got: format!("{}{}", answer.verdict.as_str(), why.unwrap_or_default()),
            });
        }
        Ok(())
    }

    fn respond(&self, message: &Message) -> Result<Response, NoAnswer> {
        let request =
            WireRequest { method: message.method.clone(), headers: message.headers.clone() };
        let reply = self.target.ask(&request)?;
        Ok(Response { status: reply.status, headers: reply.headers })
    }

    fn wire(&self, wire: &Wire, ended: &mut Ended) -> Result<(), NoAnswer> {
        ended.exchanges.push(Exchange {
            sent: show(&wire.request, self.target.url().path()),
            received: Vec::new(),
        });
        let reply = self.target.ask(&wire.request)?;
        let response = Response { status: reply.status, headers: reply.headers };
        if let Some(exchange) = ended.exchanges.last_mut() {
            exchange.received = play::show_response(&response);
        }
        ended.problems.extend(wire.judge(self.policy, &response));
        Ok(())
    }
}

/// Without a policy there is nothing to hold a server to.
#[must_use]
pub fn without_policy() -> Ended {
    Ended::without_answer(NoAnswer::Skip("there is no policy; give --policy FILE".to_owned()))
}

/// A request as lines.
pub(super) fn show(request: &WireRequest, path: &str) -> Vec<String> {
    let text = |bytes: &[u8]| isomorphic::decode(bytes).into_owned();
    let head = format!("{} {path}", text(&request.method));
    let line = |(name, value): &(Vec<u8>, Vec<u8>)| format!("{}: {}", text(name), text(value));
    std::iter::once(head).chain(request.headers.iter().map(line)).collect()
}

fn about(case: &Case) -> About {
    let (topic, slug, description, kind, bug, rests_on) = match case {
        Case::Page(page) => {
            let rests_on = "https://fetch.spec.whatwg.org/#http-cors-protocol";
            (page.topic, &page.slug, &page.description, Importance::Required, page.bug, rests_on)
        }
        Case::Wire(wire) => {
            (wire.topic, &wire.slug, &wire.description, wire.kind, wire.bug, wire.rests_on)
        }
    };
    About {
        id: format!("{topic}/{}", slugged(slug)),
        topic: topic.to_owned(),
        kind,
        description: description.clone(),
        rests_on: vec![Reference { spec: rests_on.to_owned(), step: None }],
        source: None,
        bugs: bug.map(ToOwned::to_owned).into_iter().collect(),
    }
}

/// Letters and digits, and a `-` for what is between them.
fn slugged(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let parts: Vec<&str> = text.split(|c| !is_part(c)).filter(|part| !part.is_empty()).collect();
    let slug: String = parts.join("-").to_ascii_lowercase().chars().take(80).collect();
    slug.trim_end_matches('-').to_owned()
}
