//! `corsac evaluate`.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use corsac::{Decision, Kind, Request};
use corsac_conformance::advice::advice;
use corsac_conformance::oracle::answer::Evaluation;
use corsac_conformance::request_head::RequestHead;

use super::style;
use crate::{NO, Outcome};

/// Decides about a request. Exits with 0 if it is allowed, 1 if it is denied, 2 if there is
/// nothing to decide.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The policy, a TOML or JSON file.
    policy: PathBuf,
    /// The head of a request, as sent, as `curl -v` prints it or as developer tools copy it; `-`,
    /// or nothing at all, for standard input.
    request: Option<PathBuf>,
    /// The method, in the place of a request's own.
    #[arg(long)]
    method: Option<String>,
    /// A header field, `Name: value`; may be given several times.
    #[arg(long = "header", short = 'H', value_name = "FIELD")]
    headers: Vec<String>,
    /// Prints the decision as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let policy = super::load_policy(&arguments.policy)?;
    let head = read_head(arguments)?;
    let fields = head.fields.iter().map(|(name, value)| (name, value.as_slice()));
    let request = Request::from_fields(head.method.as_deref().unwrap_or(b"GET"), fields);
    let decision = policy.evaluate(&request);
    let mut output = anstream::stdout().lock();
    if arguments.json {
        writeln!(output, "{}", serde_json::to_string(&Evaluation(&decision))?)?;
    } else {
        print(&decision, &request, &mut output)?;
    }
    Ok(if decision.is_allowed() { ExitCode::SUCCESS } else { ExitCode::from(NO) })
}

fn read_head(arguments: &Arguments) -> Result<RequestHead> {
    let given = arguments.method.is_some() || !arguments.headers.is_empty();
    let mut head = match &arguments.request {
        Some(path) => RequestHead::parse(&read(path)?)?,
        None if given => RequestHead::default(),
        None => RequestHead::parse(&read(Path::new("-"))?)?,
    };
    if let Some(method) = &arguments.method {
        head.method = Some(method.clone().into());
    }
    for field in &arguments.headers {
        let Some((name, value)) = field.split_once(':').filter(|(name, _)| !name.is_empty()) else {
            bail!("--header {field:?} is no field; it reads 'Name: value'");
        };
        head.fields.push((name.into(), value.into()));
    }
    if head == RequestHead::default() {
        bail!("the request is empty; give its head, or --method and --header");
    }
    Ok(head)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    if path.as_os_str() != "-" {
        return std::fs::read(path)
            .with_context(|| format!("the request {path:?} cannot be read"))
            .map_err(|error| anyhow::anyhow!("{error:#}"));
    }
    if io::stdin().is_terminal() {
        anstream::eprintln!("Paste the request, then an empty line and Ctrl-D.");
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn print(decision: &Decision<'_>, request: &Request<'_>, mut output: impl io::Write) -> Result<()> {
    let kind = match decision.kind() {
        Kind::NotCors => "not a CORS request: it has no Origin",
        Kind::Actual => "an actual request",
        Kind::Preflight => "a preflight",
    };
    let from = request.origin().map(|origin| format!(" from {}", origin.escape_ascii()));
    let from = from.unwrap_or_default();
    match decision.verdict().rejection() {
        None => {
            let style = style::GOOD;
            writeln!(output, "{style}allowed{style:#}  {kind}{from}")?;
        }
        Some(rejection) => {
            let style = style::BAD;
            writeln!(output, "{style}denied{style:#}   {kind}{from}")?;
            writeln!(output, "         {rejection} [{}]", rejection.code())?;
            if let Some(advice) = advice(decision) {
                writeln!(output, "         {advice}")?;
            }
            let faint = style::FAINT;
            writeln!(output, "         {faint}{}{faint:#}", rejection.spec())?;
        }
    }
    writeln!(output)?;
    if let Some(status) = decision.status() {
        writeln!(output, "status: {status}")?;
    }
    for field in decision.fields() {
        writeln!(output, "{}: {}", field.name(), field.value().escape_ascii())?;
    }
    Ok(())
}
