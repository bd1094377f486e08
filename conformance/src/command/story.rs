//! A handshake as a story on one screen.

use std::io::{self, Write};

use corsac::fetch::{
    Browser, Credentials, Failure, Fetch, Judgement, Message, Outcome, Response, ResponseType,
};
use corsac_conformance::handshake::Exchange;

pub(crate) use corsac_conformance::finding::printable;

use super::style;

/// Who answers.
pub(crate) enum Server<'s> {
    /// A policy, whose decision is known.
    Policy(&'s Exchange),
    /// Somebody, as recorded.
    Recorded,
    /// Nobody that was recorded: the answer was cached, it seems.
    Assumed,
}

/// What script asked for.
pub(crate) fn begin(output: &mut impl Write, fetch: &Fetch) -> io::Result<()> {
    let credentials = match fetch.credentials() {
        Credentials::Include => "with credentials",
        Credentials::SameOrigin | Credentials::Omit => "without credentials",
    };
    let (title, faint) = (style::TITLE, style::FAINT);
    let method = fetch.method().escape_ascii();
    writeln!(output, "{title}{method} {}{title:#}", fetch.url())?;
    writeln!(
        output,
        "{faint}from a page of{faint:#} {} {faint}{credentials}{faint:#}\n",
        fetch.origin()
    )
}

/// One message and the answer to it.
pub(crate) fn exchange(
    output: &mut impl Write,
    message: &Message,
    response: Option<&Response>,
    server: &Server<'_>,
) -> io::Result<()> {
    let faint = style::FAINT;
    let (title, method) = (style::TITLE, message.method.escape_ascii());
    writeln!(output, "{title}{:<10}{title:#}{method} {}", message.kind.as_str(), message.url)?;
    lines(output, "> ", &message.headers)?;
    if matches!(server, Server::Assumed) {
        let doubtful = style::DOUBTFUL;
        return writeln!(
            output,
            "          {doubtful}not in the recording{doubtful:#}; it is taken to have been cached\n"
        );
    }
    let Some(response) = response else {
        return writeln!(output, "          {faint}not answered in the recording{faint:#}\n");
    };
    let status = style::of_status(response.status);
    writeln!(output, "        {faint}<{faint:#} {status}{}{status:#}", response.status)?;
    lines(output, "< ", &response.headers)?;
    if let Server::Policy(exchange) = server
        && let Some(reason) = policys_reason(exchange)
    {
        let bad = style::BAD;
        writeln!(output, "          {bad}refused:{bad:#} {reason}")?;
    }
    writeln!(output)
}

fn lines(output: &mut impl Write, mark: &str, headers: &[(Vec<u8>, Vec<u8>)]) -> io::Result<()> {
    const MOST: usize = 40;
    const LONGEST: usize = 300;
    let faint = style::FAINT;
    for (name, value) in headers.iter().take(MOST) {
        let shown = value.get(..LONGEST).unwrap_or(value);
        let more = if shown.len() < value.len() { "…" } else { "" };
        writeln!(
            output,
            "        {faint}{mark}{}:{faint:#} {}{more}",
            name.escape_ascii(),
            shown.escape_ascii(),
        )?;
    }
    match headers.len().checked_sub(MOST) {
        Some(more) if more > 0 => writeln!(output, "          {faint}and {more} more{faint:#}"),
        _ => Ok(()),
    }
}

/// Why the policy refused, if it did.
pub(crate) fn policys_reason(exchange: &Exchange) -> Option<String> {
    let rejection = exchange.decision.get("rejection").filter(|rejection| !rejection.is_null())?;
    let text = |field: &str| rejection.get(field).and_then(|value| value.as_str());
    let value = text("value").map(|value| format!(" \"{}\"", printable(value)));
    Some(format!("{}{} [{}]", text("message")?, value.unwrap_or_default(), text("code")?))
}

/// How it ended.
pub(crate) fn end(
    output: &mut impl Write,
    browser: Browser,
    judgement: &Judgement,
    policys_fix: Option<&str>,
    others: impl Iterator<Item = (Browser, Outcome)>,
) -> io::Result<()> {
    match &judgement.outcome {
        Outcome::Allow(shared) => {
            let (good, faint) = (style::GOOD, style::FAINT);
            let what = match shared.response_type {
                ResponseType::Basic => format!("its own origin's response, {}", shared.status),
                ResponseType::Cors => format!("the response, {}", shared.status),
                ResponseType::Opaque => {
                    "an opaque response, of which it can read nothing".to_owned()
                }
                ResponseType::OpaqueRedirect => {
                    "an opaque redirect, of which it can read nothing".to_owned()
                }
            };
            writeln!(output, "{good}shared{good:#}    script gets {what}")?;
            if let Some(names) = &shared.exposed {
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                writeln!(
                    output,
                    "          {faint}headers it can read:{faint:#} {}",
                    printable(&names)
                )?;
            }
        }
        Outcome::Block(failure) => blocked(output, failure, policys_fix)?,
        Outcome::NeedsResponse => {
            let doubtful = style::DOUBTFUL;
            writeln!(output, "{doubtful}unfinished{doubtful:#} the last message was not answered")?;
        }
    }
    for warning in &judgement.warnings {
        let doubtful = style::DOUBTFUL;
        let code = warning.code().as_str();
        writeln!(output, "{doubtful}warning{doubtful:#}   {warning} [{code}]")?;
    }
    for (other, outcome) in others {
        let doubtful = style::DOUBTFUL;
        let differs = match (&judgement.outcome, &outcome) {
            (Outcome::Allow(_), Outcome::Block(failure)) => format!("blocked: {failure}"),
            (Outcome::Block(_), Outcome::Allow(_)) => "shared all the same".to_owned(),
            (Outcome::Allow(_) | Outcome::Block(_), Outcome::NeedsResponse) => {
                "it would send something else".to_owned()
            }
            _ => continue,
        };
        let by = browser.name();
        writeln!(
            output,
            "{doubtful}but{doubtful:#}       this is {by}; in {} it is {differs}",
            other.name()
        )?;
    }
    Ok(())
}

fn blocked(
    output: &mut impl Write,
    failure: &Failure,
    policys_fix: Option<&str>,
) -> io::Result<()> {
    let (bad, good, faint) = (style::BAD, style::GOOD, style::FAINT);
    let code = failure.code();
    writeln!(output, "{bad}blocked{bad:#}   {failure} [{}]", code.as_str())?;
    writeln!(output, "          {faint}{} step {}{faint:#}", code.spec(), code.step())?;
    // Where the policy is known, so is what to change in it.
    let fix = policys_fix.map_or_else(|| failure.fix(), printable);
    writeln!(output, "{good}fix{good:#}       {fix}\n")?;
    for engine in Browser::ENGINES {
        let text = failure.console(engine).unwrap_or("(no line on CORS)");
        for (at, line) in text.lines().enumerate() {
            let label = if at == 0 { engine.name() } else { "" };
            writeln!(output, "{faint}{label:<10}{faint:#}{line}")?;
        }
    }
    Ok(())
}
