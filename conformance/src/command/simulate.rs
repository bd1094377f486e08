//! `corsac simulate`.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use corsac::fetch::{Browser, Outcome, Response};
use corsac_conformance::exchange::{
    BodyName, BrowserName, ByteString, CredentialsName, FetchDocument, InitiatorName, ModeName,
    RedirectName,
};
use corsac_conformance::handshake;
use corsac_conformance::oracle::answer::Simulated;

use super::story::{self, Server};
use crate::Outcome as Ended;

/// Plays the handshake between a browser and a policy: every message, what script gets, and why
/// not. Exits with 0 if script gets the response, 1 if not, 2 if there is nothing to play.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The policy, a TOML or JSON file.
    policy: PathBuf,
    /// Where script sends its request.
    url: String,
    #[command(flatten)]
    fetch: FetchArguments,
    /// The status that the handler answers with.
    #[arg(long, default_value_t = 200, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(100..=999))]
    response_status: u16,
    /// A header of the handler's answer, `Name: value`; may be given several times.
    #[arg(long = "response-header", value_name = "FIELD")]
    response_headers: Vec<String>,
    /// Prints it all as JSON, as the oracle does.
    #[arg(long)]
    json: bool,
}

/// What script asks for.
#[derive(Args)]
pub(crate) struct FetchArguments {
    /// The page's origin, `https://app.example.com`, say, or `null`.
    #[arg(long)]
    origin: String,
    /// The method.
    #[arg(long, default_value = "GET")]
    method: String,
    /// A header that script sets, `Name: value`; may be given several times.
    #[arg(long = "header", short = 'H', value_name = "FIELD")]
    headers: Vec<String>,
    /// The credentials mode.
    #[arg(long, default_value_t)]
    credentials: CredentialsName,
    /// The mode.
    #[arg(long, default_value_t)]
    mode: ModeName,
    /// The redirect mode.
    #[arg(long, default_value_t)]
    redirect: RedirectName,
    /// The kind of body.
    #[arg(long)]
    body: Option<BodyName>,
    /// There is a listener on the upload, which makes a preflight.
    #[arg(long)]
    use_preflight: bool,
    /// The interface that script uses; it changes the words of the console.
    #[arg(long, default_value_t)]
    initiator: InitiatorName,
    /// Whose behaviour is followed: the standard's, or an engine's.
    #[arg(long, default_value_t)]
    browser: BrowserName,
}

impl FetchArguments {
    fn document(&self, url: &str) -> anyhow::Result<FetchDocument> {
        let bytes = |text: &str| ByteString(text.as_bytes().to_vec());
        let header = |field: &String| {
            let (name, value) = split_field("--header", field)?;
            Ok((bytes(name), bytes(value)))
        };
        Ok(FetchDocument {
            url: url.to_owned(),
            origin: self.origin.clone(),
            method: Some(bytes(&self.method)),
            headers: self.headers.iter().map(header).collect::<anyhow::Result<_>>()?,
            mode: self.mode,
            credentials: self.credentials,
            redirect: self.redirect,
            use_preflight: self.use_preflight,
            body: self.body,
            initiator: self.initiator,
        })
    }
}

fn split_field<'f>(option: &str, field: &'f str) -> anyhow::Result<(&'f str, &'f str)> {
    match field.split_once(':') {
        Some((name, value)) if !name.is_empty() => Ok((name, value)),
        _ => bail!("{option} {field:?} is no field; it reads 'Name: value'"),
    }
}

pub(crate) fn run(arguments: &Arguments) -> Ended {
    let policy = super::load_policy(&arguments.policy)?;
    let document = arguments.fetch.document(&arguments.url)?;
    let fetch = document
        .to_fetch()
        .map_err(|unusable| anyhow::anyhow!("{}", story::printable(&unusable.to_string())))
        .context("there is nothing to play")
        .map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let mut handler = Response::new(arguments.response_status);
    for field in &arguments.response_headers {
        let (name, value) = split_field("--response-header", field)?;
        handler.push_header(name.as_bytes(), value.as_bytes());
    }
    let browser: Browser = arguments.fetch.browser.into();
    let played = handshake::play(&policy, &fetch, &handler, browser, None);
    let ended = super::exit_code(matches!(played.judgement.outcome, Outcome::Allow(_)));
    let mut output = anstream::stdout().lock();
    if arguments.json {
        writeln!(output, "{}", serde_json::to_string(&Simulated(played))?)?;
        return Ok(ended);
    }
    story::begin(&mut output, &fetch)?;
    for exchange in &played.exchanges {
        let server = Server::Policy(exchange);
        story::exchange(&mut output, &exchange.request, Some(&exchange.response), &server)?;
    }
    // Whether another browser would end it otherwise.
    let others = Browser::ALL.into_iter().filter(|other| *other != browser).map(|other| {
        (other, handshake::play(&policy, &fetch, &handler, other, None).judgement.outcome)
    });
    let advice = played.exchanges.last().and_then(|exchange| exchange.advice.as_deref());
    story::end(&mut output, browser, &played.judgement, advice, others)?;
    Ok(ended)
}
