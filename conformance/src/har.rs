//! Recordings of developer tools, in the [HTTP
//! Archive](https://w3c.github.io/web-performance/specs/HAR/Overview.html) format: which of their
//! entries are requests to another origin, and what script must have asked for.
//!
//! A recording does not say everything. The headers that script set are told from those of the
//! browser by the preflight, where one was recorded, and by their names, where not. Whether
//! credentials were asked for is told by the cookies; where a browser leaves those out of the
//! recording, the caller says so.

use corsac::fetch::{Credentials, Fetch, Response, is_cors_safelisted_request_header};
use serde::Deserialize;
use serde_json::Value;

/// One request to another origin, with the responses to all of its messages.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Which entry of the recording it is, from 0.
    pub entry: usize,
    /// What script asked for.
    pub fetch: Fetch,
    /// The responses, in order: a preflight's, if there was one, and those of each hop.
    pub responses: Vec<Response>,
    /// Whether the request wants a preflight, and none was recorded: it may have been cached.
    pub preflight_is_missing: bool,
}

/// What a recording holds.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// The requests to other origins.
    pub requests: Vec<Recorded>,
    /// Entries that cannot be judged, counted from 0, and why.
    pub skipped: Vec<(usize, String)>,
    /// How many entries went to the page's own origin, or had no origin.
    pub others: usize,
}

#[derive(Deserialize)]
struct Entry {
    request: EntryRequest,
    response: EntryResponse,
    #[serde(default, rename = "_error")]
    error: Option<String>,
}

#[derive(Deserialize)]
struct EntryRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Field>,
    #[serde(default)]
    cookies: Vec<Value>,
}

#[derive(Deserialize)]
struct EntryResponse {
    status: i64,
    #[serde(default)]
    headers: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    name: String,
    value: String,
}

fn find<'f>(fields: &'f [Field], name: &str) -> Option<&'f str> {
    let mut found = fields.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
    found.next().map(|field| field.value.as_str())
}

impl EntryRequest {
    fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    fn is_preflight(&self) -> bool {
        self.method == "OPTIONS" && self.header("access-control-request-method").is_some()
    }
}

/// Whether a document is a recording.
#[must_use]
pub fn is_recording(document: &Value) -> bool {
    document.get("log").and_then(|log| log.get("entries")).is_some_and(Value::is_array)
}

/// Reads a recording. `credentials` overrides what the cookies say.
#[must_use]
pub fn read(document: &Value, credentials: Option<Credentials>) -> Recording {
    let entries = document.get("log").and_then(|log| log.get("entries")).and_then(Value::as_array);
    let mut recording = Recording::default();
    let mut readable: Vec<(usize, Entry)> = Vec::new();
    for (at, value) in entries.into_iter().flatten().enumerate() {
        match Entry::deserialize(value) {
            Ok(entry) => readable.push((at, entry)),
            Err(error) => recording.skip(at, &format!("it is no entry: {error}")),
        }
    }
    let mut used = vec![false; readable.len()];
    for (index, (at, entry)) in readable.iter().enumerate() {
        if used.get(index).copied().unwrap_or(true) || entry.request.is_preflight() {
            continue;
        }
        match read_one(&readable, index, &mut used, credentials) {
            Ok(Some(mut recorded)) => {
                recorded.entry = *at;
                recording.requests.push(recorded);
            }
            Ok(None) => recording.others = recording.others.saturating_add(1),
            Err(reason) => recording.skip(*at, &reason),
        }
    }
    // A preflight that led to nothing is a request that was never sent.
    for (index, (at, entry)) in readable.iter().enumerate() {
        if entry.request.is_preflight() && !used.get(index).copied().unwrap_or(true) {
            match read_lone_preflight(entry, credentials) {
                Ok(mut recorded) => {
                    recorded.entry = *at;
                    recording.requests.push(recorded);
                }
                Err(reason) => recording.skip(*at, &reason),
            }
        }
    }
    recording.requests.sort_by_key(|recorded| recorded.entry);
    recording.skipped.sort_by_key(|(entry, _)| *entry);
    recording
}

impl Recording {
    fn skip(&mut self, at: usize, message: &str) {
        self.skipped.push((at, message.to_owned()));
    }
}

/// A request that is not a preflight, with those that were redirected from it.
fn read_one(
    entries: &[(usize, Entry)],
    index: usize,
    used: &mut [bool],
    credentials: Option<Credentials>,
) -> Result<Option<Recorded>, String> {
    let Some((_, entry)) = entries.get(index) else { return Ok(None) };
    mark(used, index);
    let Some(origin) = entry.request.header("origin") else { return Ok(None) };
    let preflight = entries.iter().enumerate().position(|(other, (_, preflight))| {
        !used.get(other).copied().unwrap_or(true) && asks_for(&preflight.request, &entry.request)
    });
    let preflight = preflight.and_then(|at| {
        mark(used, at);
        entries.get(at).map(|(_, preflight)| preflight)
    });
    let asked = preflight.and_then(|p| p.request.header("access-control-request-headers"));
    let fetch = fetch_of(&entry.request, &entry.request.method, origin, asked, credentials)?;
    if fetch.origin().is_same_origin(fetch.url()) {
        return Ok(None);
    }
    let mut responses = Vec::new();
    if let Some(preflight) = preflight {
        responses.push(response_of(preflight)?);
    }
    match response_of(entry) {
        Ok(response) => responses.push(response),
        // A preflight that failed is why there is none.
        Err(reason) if preflight.is_none() => return Err(reason),
        Err(_) => {}
    }
    follow(entries, index, used, &mut responses)?;
    let preflight_is_missing = preflight.is_none()
        && corsac::fetch::judge(&fetch, &[], corsac::fetch::Browser::Fetch)
            .sent
            .first()
            .is_some_and(|message| message.kind == corsac::fetch::MessageKind::Preflight);
    Ok(Some(Recorded { entry: 0, fetch, responses, preflight_is_missing }))
}

fn mark(used: &mut [bool], index: usize) {
    if let Some(used) = used.get_mut(index) {
        *used = true;
    }
}

fn asks_for(preflight: &EntryRequest, request: &EntryRequest) -> bool {
    preflight.is_preflight()
        && preflight.url == request.url
        && preflight.header("origin") == request.header("origin")
        && preflight.header("access-control-request-method") == Some(request.method.as_str())
}

/// Adds the responses that a chain of redirects led to, preflights on the way included.
fn follow(
    entries: &[(usize, Entry)],
    index: usize,
    used: &mut [bool],
    responses: &mut Vec<Response>,
) -> Result<(), String> {
    let mut at = index;
    // A browser follows 20.
    for _ in 0..20 {
        let Some((_, entry)) = entries.get(at) else { return Ok(()) };
        let is_redirect = matches!(entry.response.status, 301 | 302 | 303 | 307 | 308);
        let Some(location) = find(&entry.response.headers, "location").filter(|_| is_redirect)
        else {
            return Ok(());
        };
        let from = corsac::fetch::Url::parse(&entry.request.url).map_err(|e| e.to_string())?;
        let Ok(to) = from.join(location) else { return Ok(()) };
        let next =
            entries.iter().enumerate().skip(at.saturating_add(1)).find(|(other, (_, next))| {
                !used.get(*other).copied().unwrap_or(true)
                    && !next.request.is_preflight()
                    && corsac::fetch::Url::parse(&next.request.url).is_ok_and(|url| url == to)
            });
        let Some((other, (_, next))) = next else { return Ok(()) };
        let preflight = entries.iter().enumerate().find(|(between, (_, preflight))| {
            !used.get(*between).copied().unwrap_or(true)
                && asks_for(&preflight.request, &next.request)
        });
        if let Some((between, (_, preflight))) = preflight {
            mark(used, between);
            responses.push(response_of(preflight)?);
        }
        mark(used, other);
        responses.push(response_of(next)?);
        at = other;
    }
    Ok(())
}

fn read_lone_preflight(
    entry: &Entry,
    credentials: Option<Credentials>,
) -> Result<Recorded, String> {
    let request = &entry.request;
    let origin = request.header("origin").ok_or("the preflight has no Origin")?;
    let method = request.header("access-control-request-method").unwrap_or("GET");
    let asked = request.header("access-control-request-headers").unwrap_or_default();
    let fetch = fetch_of(request, method, origin, Some(asked), credentials)?;
    let responses = vec![response_of(entry)?];
    Ok(Recorded { entry: 0, fetch, responses, preflight_is_missing: false })
}

/// What script must have asked for.
fn fetch_of(
    request: &EntryRequest,
    method: &str,
    origin: &str,
    asked: Option<&str>,
    credentials: Option<Credentials>,
) -> Result<Fetch, String> {
    let mut fetch = Fetch::new(&request.url, origin).map_err(|error| error.to_string())?;
    fetch.set_method(method);
    let has_cookies = !request.cookies.is_empty() || request.header("cookie").is_some();
    let told = if has_cookies { Credentials::Include } else { Credentials::SameOrigin };
    fetch.set_credentials(credentials.unwrap_or(told));
    let asked: Option<Vec<String>> =
        asked.map(|list| list.split(',').map(|name| name.trim().to_ascii_lowercase()).collect());
    for Field { name, value } in &request.headers {
        let lower = name.to_ascii_lowercase();
        let is_scripts = match &asked {
            Some(asked) => asked.contains(&lower) || lower == "content-type",
            None => !is_browsers(&lower),
        };
        // One that goes unasked changes nothing, whoever set it.
        let value = value.as_bytes();
        if is_scripts && !is_cors_safelisted_request_header(lower.as_bytes(), value) {
            fetch.push_header(name.as_bytes(), value).map_err(|error| error.to_string())?;
        }
    }
    // A preflight that stands alone tells the names, not the values.
    for name in asked.into_iter().flatten().filter(|name| !name.is_empty()) {
        if !request.headers.iter().any(|field| field.name.eq_ignore_ascii_case(&name)) {
            // A value that is safelisted for no header.
            fetch.push_header(name.as_bytes(), b"\"").map_err(|error| error.to_string())?;
        }
    }
    Ok(fetch)
}

/// Headers that browsers set themselves and script seldom does.
fn is_browsers(lower: &str) -> bool {
    lower.starts_with(':')
        || lower.starts_with("sec-")
        || matches!(
            lower,
            "accept"
                | "accept-encoding"
                | "accept-language"
                | "cache-control"
                | "connection"
                | "content-length"
                | "cookie"
                | "dnt"
                | "host"
                | "if-modified-since"
                | "if-none-match"
                | "origin"
                | "pragma"
                | "priority"
                | "range"
                | "referer"
                | "te"
                | "upgrade-insecure-requests"
                | "user-agent"
        )
}

fn response_of(entry: &Entry) -> Result<Response, String> {
    let status = u16::try_from(entry.response.status).ok().filter(|status| *status >= 100);
    let Some(status) = status else {
        let error = entry.error.as_deref().unwrap_or("the request was blocked or cancelled");
        return Err(format!("it has no response ({error})"));
    };
    let mut response = Response::new(status);
    for Field { name, value } in &entry.response.headers {
        // Several lines of one header are recorded as one value with line breaks.
        for line in value.split('\n') {
            response.push_header(name.as_bytes(), line.as_bytes());
        }
    }
    Ok(response)
}
