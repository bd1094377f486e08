//! `corsac judge`.

use std::io::{self, Read as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use corsac::fetch::{Browser, Fetch, Judgement, Outcome, Response, judge};
use corsac_conformance::exchange::{BrowserName, CredentialsName, FetchDocument, ResponseDocument};
use corsac_conformance::har::{self, Recorded};
use corsac_conformance::oracle::answer::Judged;
use serde::Deserialize;
use serde_json::{Value, json};

use super::story::{self, Server, printable};
use super::style;
use crate::{NO, Outcome as Ended, UNUSABLE};

/// Says what a browser makes of recorded responses. Exits with 0 if script gets every response, 1
/// if it does not, 2 if there is nothing to judge.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A JSON document with `fetch` and `responses`, as the oracle takes it, or a HAR file from
    /// developer tools; `-` for standard input.
    file: PathBuf,
    /// Whose behaviour is followed; in the place of what the document says.
    #[arg(long)]
    browser: Option<BrowserName>,
    /// The credentials mode of recorded requests, for recordings without cookies.
    #[arg(long)]
    credentials: Option<CredentialsName>,
    /// Prints JSON: the oracle's answer, or one a line for the requests of a HAR file.
    #[arg(long)]
    json: bool,
}

/// A question to the oracle, whose `op` may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    fetch: FetchDocument,
    #[serde(default)]
    responses: Vec<ResponseDocument>,
    #[serde(default)]
    browser: BrowserName,
    #[serde(default, rename = "op")]
    _op: Option<String>,
    #[serde(default, rename = "id")]
    _id: Option<Value>,
}

pub(crate) fn run(arguments: &Arguments) -> Ended {
    let file = &arguments.file;
    let bytes = read(file)?;
    let text = std::str::from_utf8(&bytes)
        .with_context(|| format!("{file:?} is not UTF-8"))
        .map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let value: Value = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))
        .map_err(|error| anyhow::anyhow!("{file:?} is not JSON: {error}"))?;
    if har::is_recording(&value) {
        return judge_recording(arguments, &value);
    }
    let document: Document = serde_path_to_error::deserialize(&value).map_err(|error| {
        let message = format!(
            "{file:?} is neither a HAR file nor a question with fetch and responses: {error}"
        );
        anyhow::anyhow!("{}", printable(&message))
    })?;
    let mut fetch = document.fetch.to_fetch().map_err(|unusable| {
        anyhow::anyhow!("{file:?}: fetch.{}", printable(&unusable.to_string()))
    })?;
    if let Some(credentials) = arguments.credentials {
        fetch.set_credentials(credentials.into());
    }
    let responses: Vec<Response> =
        document.responses.iter().map(ResponseDocument::to_response).collect();
    let browser = arguments.browser.unwrap_or(document.browser).into();
    let mut output = anstream::stdout().lock();
    let judgement = judge(&fetch, &responses, browser);
    let is_shared = matches!(judgement.outcome, Outcome::Allow(_));
    if arguments.json {
        writeln!(output, "{}", serde_json::to_string(&Judged(judgement))?)?;
    } else {
        tell(&mut output, &fetch, &responses, browser, &judgement, &Server::Recorded)?;
    }
    Ok(super::exit_code(is_shared))
}

fn read(file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file).map_err(|error| anyhow::anyhow!("{file:?} cannot be read: {error}"))
}

fn tell(
    output: &mut impl Write,
    fetch: &Fetch,
    responses: &[Response],
    browser: Browser,
    judgement: &Judgement,
    first: &Server<'_>,
) -> anyhow::Result<()> {
    story::begin(output, fetch)?;
    for (at, message) in judgement.sent.iter().enumerate() {
        let server = if at == 0 { first } else { &Server::Recorded };
        story::exchange(output, message, responses.get(at), server)?;
    }
    let others = Browser::ALL
        .into_iter()
        .filter(|other| *other != browser)
        .map(|other| (other, judge(fetch, responses, other).outcome));
    story::end(output, browser, judgement, None, others)?;
    Ok(())
}

/// Judges every request to another origin. A preflight that was not recorded was answered before,
/// and is taken to have let the request go.
fn judge_recording(arguments: &Arguments, document: &Value) -> Ended {
    let recording = har::read(document, arguments.credentials.map(Into::into));
    let browser: Browser = arguments.browser.unwrap_or_default().into();
    let mut output = anstream::stdout().lock();
    let (mut shared, mut blocked) = (0_usize, 0_usize);
    for recorded in &recording.requests {
        let judgement = judge_recorded(recorded, browser);
        match judgement.outcome {
            Outcome::Allow(_) => shared = shared.saturating_add(1),
            _ => blocked = blocked.saturating_add(1),
        }
        if arguments.json {
            let entry = json!({"entry": recorded.entry, "url": recorded.fetch.url().as_str(), "ok": Judged(judgement)});
            writeln!(output, "{entry}")?;
            continue;
        }
        let faint = style::FAINT;
        writeln!(output, "{faint}entry {}{faint:#}", recorded.entry)?;
        let responses = responses_of(recorded);
        let first = if recorded.preflight_is_missing { Server::Assumed } else { Server::Recorded };
        tell(&mut output, &recorded.fetch, &responses, browser, &judgement, &first)?;
        writeln!(output)?;
    }
    for (entry, reason) in &recording.skipped {
        if arguments.json {
            writeln!(output, "{}", json!({"entry": entry, "skipped": reason}))?;
        } else {
            let (doubtful, reason) = (style::DOUBTFUL, printable(reason));
            writeln!(output, "{doubtful}skipped{doubtful:#}   entry {entry}: {reason}")?;
        }
    }
    if shared == 0 && blocked == 0 && recording.skipped.is_empty() && recording.others == 0 {
        bail!("the recording {:?} holds no entry", arguments.file);
    }
    if !arguments.json {
        writeln!(
            output,
            "{shared} shared, {blocked} blocked, {} skipped; {} of the page's own origin or without one",
            recording.skipped.len(),
            recording.others,
        )?;
    }
    Ok(match (shared, blocked) {
        (0, 0) if !recording.skipped.is_empty() => ExitCode::from(UNUSABLE),
        (_, 0) => ExitCode::SUCCESS,
        _ => ExitCode::from(NO),
    })
}

fn judge_recorded(recorded: &Recorded, browser: Browser) -> Judgement {
    judge(&recorded.fetch, &responses_of(recorded), browser)
}

/// The responses, with one in the place of a preflight's that is not in the recording.
fn responses_of(recorded: &Recorded) -> Vec<Response> {
    let mut responses = recorded.responses.clone();
    if recorded.preflight_is_missing {
        responses.insert(0, granting(&recorded.fetch));
    }
    responses
}

/// An answer to the preflight that grants what it asks for.
fn granting(fetch: &Fetch) -> Response {
    let judgement = judge(fetch, &[], Browser::Fetch);
    let mut response = Response::new(204)
        .header("access-control-allow-origin", fetch.origin().as_str())
        .header("access-control-allow-credentials", "true");
    for (name, value) in judgement.sent.first().map(|m| m.headers.as_slice()).unwrap_or_default() {
        match name.as_slice() {
            b"access-control-request-method" => {
                response.push_header(b"access-control-allow-methods", value);
            }
            b"access-control-request-headers" => {
                response.push_header(b"access-control-allow-headers", value);
            }
            _ => {}
        }
    }
    response
}
