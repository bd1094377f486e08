//! The inputs of the fuzz targets. Bytes become texts that are put together from fragments, so
//! that the fuzzer starts close to the edges; and each input's `Debug` prints what to type to see
//! the same again.

use std::fmt;

use arbitrary::{Arbitrary, Result, Unstructured};
use corsac::fetch::{Browser, Credentials, Fetch, Response};
use corsac::{Decision, PolicyConfig, Request};
use corsac_conformance::model::{Answer, ModelRequest, error_codes};

/// What origins and patterns are made of.
const ORIGIN_PARTS: [&str; 40] = [
    "https://",
    "http://",
    "tauri://",
    "ftp://",
    "*.",
    "*",
    ":*",
    "a",
    "b",
    "com",
    "co.uk",
    "example",
    ".",
    "..",
    "-",
    "_",
    ":",
    ":443",
    ":80",
    ":8443",
    ":0",
    ":65536",
    "/",
    "null",
    "[",
    "]",
    "[::1]",
    "::",
    "127.0.0.1",
    "1",
    "0x7f",
    "xn--bcher-kva",
    "localhost",
    "A",
    "b\u{fc}",
    "@",
    "evil",
    "%",
    " ",
    ".a.com",
];
const METHODS: [&str; 10] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "patch", "*", "TRACE", "P T"];
const NAMES: [&str; 16] = [
    "x-a",
    "x-ab",
    "X-A",
    "y",
    "content-type",
    "authorization",
    "Authorization",
    "*",
    "accept",
    "cookie",
    "sec-x",
    "x a",
    "",
    "set-cookie",
    "origin",
    "x-abc",
];

/// A text of fragments, and now and then a byte as it comes.
fn text_of(u: &mut Unstructured<'_>, parts: &[&str]) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for _ in 0..u.int_in_range(0..=12)? {
        if u.ratio(1, 16)? {
            text.push(u.arbitrary()?);
        } else {
            text.extend_from_slice(u.choose(parts)?.as_bytes());
        }
    }
    Ok(text)
}

fn origin_text(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(String::from_utf8_lossy(&text_of(u, &ORIGIN_PARTS)?).into_owned())
}

fn list(
    u: &mut Unstructured<'_>,
    most: usize,
    mut member: impl FnMut(&mut Unstructured<'_>) -> Result<String>,
) -> Result<Vec<String>> {
    (0..u.int_in_range(0..=most)?).map(|_| member(u)).collect()
}

fn config(u: &mut Unstructured<'_>) -> Result<PolicyConfig> {
    let mut config = PolicyConfig::default();
    config.allow_origins = list(u, 12, origin_text)?;
    config.allow_methods = list(u, 4, |u| Ok((*u.choose(&METHODS)?).to_owned()))?;
    config.allow_headers = list(u, 6, |u| Ok((*u.choose(&NAMES)?).to_owned()))?;
    config.expose_headers = list(u, 3, |u| Ok((*u.choose(&NAMES)?).to_owned()))?;
    config.max_age = u.arbitrary()?;
    config.preflight_status = if u.arbitrary()? { 204 } else { u.arbitrary()? };
    config.allow_credentials = u.arbitrary()?;
    config.allow_private_network = u.arbitrary()?;
    config.diagnostics = u.arbitrary()?;
    config.dynamic_origins = u.arbitrary()?;
    config.dangerously_allow_null_origin = u.arbitrary()?;
    config.dangerously_allow_insecure_origins = u.arbitrary()?;
    config.dangerously_allow_public_suffix_wildcards = u.arbitrary()?;
    Ok(config)
}

/// Takes out whatever the reference server finds wrong.
fn repair(mut config: PolicyConfig) -> PolicyConfig {
    loop {
        let errors = error_codes(&config);
        let Some((path, code)) = errors.last() else { return config };
        let index = path.split_once('[').and_then(|(_, at)| at.trim_end_matches(']').parse().ok());
        let list = match path.split('[').next() {
            Some("allow_origins") => &mut config.allow_origins,
            Some("allow_methods") => &mut config.allow_methods,
            Some("allow_headers") => &mut config.allow_headers,
            Some("expose_headers") => &mut config.expose_headers,
            Some("max_age") => {
                config.max_age = None;
                continue;
            }
            _ => {
                config.preflight_status = 204;
                continue;
            }
        };
        match (index, *code) {
            (Some(index), _) => drop(list.remove(index)),
            (None, "origins-missing") => list.push("https://a.com".to_owned()),
            (None, _) => list.retain(|member| member != "*"),
        }
    }
}

fn request(u: &mut Unstructured<'_>, config: &PolicyConfig) -> Result<ModelRequest> {
    let method = if u.ratio(7, 8)? { b"OPTIONS".to_vec() } else { text_of(u, &METHODS)? };
    let mut headers = Vec::new();
    for _ in 0..u.int_in_range(0..=8)? {
        let (name, value) = match u.int_in_range(0..=7)? {
            0 if !config.allow_origins.is_empty() => {
                let listed = u.choose(&config.allow_origins)?.replace(":*", "");
                ("Origin", listed.replace('*', u.choose(&["q", "q.r", "1-2", ""])?).into_bytes())
            }
            0 | 1 => ("origin", text_of(u, &ORIGIN_PARTS)?),
            2 => ("Access-Control-Request-Method", u.choose(&METHODS)?.as_bytes().to_vec()),
            3 => ("access-control-request-method", text_of(u, &METHODS)?),
            4 => ("access-control-request-private-network", b"true".to_vec()),
            5 => ("host", b"a".to_vec()),
            _ => ("Access-Control-Request-Headers", names_line(u)?),
        };
        headers.push((name.to_owned(), value));
    }
    Ok(ModelRequest { method, headers })
}

fn names_line(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    for _ in 0..u.int_in_range(0..=24)? {
        match u.int_in_range(0..=9)? {
            0..=3 => line.extend_from_slice(u.choose(&NAMES)?.as_bytes()),
            4..=6 => line.push(b','),
            7 => line.extend_from_slice(u.choose(&[&b" "[..], b"\t", b" , ", b",,,,,,,,"])?),
            8 => line.extend(vec![*u.choose(b", \txX\xff")?; u.int_in_range(0..=160)?]),
            _ => line.push(u.arbitrary()?),
        }
    }
    Ok(line)
}

/// A policy document, sound or not.
pub struct Document(pub PolicyConfig);

impl<'a> Arbitrary<'a> for Document {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        config(u).map(Self)
    }
}

/// A shell command that says what is wrong with it.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_policy(f, &self.0)?;
        writeln!(f, "corsac lint policy.json")
    }
}

fn write_policy(f: &mut fmt::Formatter<'_>, config: &PolicyConfig) -> fmt::Result {
    let json = serde_json::to_string(config).map_err(|_| fmt::Error)?;
    writeln!(f, "\ncat >policy.json <<'END'\n{json}\nEND")
}

/// A policy in which nothing is wrong, and a request to it.
pub struct Exchange {
    /// The policy.
    pub config: PolicyConfig,
    /// The request.
    pub request: ModelRequest,
}

impl<'a> Arbitrary<'a> for Exchange {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let config = repair(config(u)?);
        let request = request(u, &config)?;
        Ok(Self { config, request })
    }
}

/// Shell commands that ask the same again.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_policy(f, &self.config)?;
        write!(f, "printf '%b' '{} / HTTP/1.1\\n", Printf(&self.request.method))?;
        for (name, value) in &self.request.headers {
            write!(f, "{name}: {}\\n", Printf(value))?;
        }
        writeln!(f, "' | corsac evaluate policy.json -")
    }
}

/// Bytes within single quotes for `printf '%b'`.
struct Printf<'a>(&'a [u8]);

impl fmt::Display for Printf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| match byte {
            b'\'' | b'\\' => write!(f, "\\0{byte:o}"),
            b' '..=b'~' => write!(f, "{}", char::from(*byte)),
            _ => write!(f, "\\0{byte:o}"),
        })
    }
}

/// Patterns and an origin.
pub struct Match {
    /// Sound or not.
    pub patterns: Vec<String>,
    /// Whatever.
    pub origin: Vec<u8>,
}

impl<'a> Arbitrary<'a> for Match {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let patterns = list(u, 16, origin_text)?;
        let origin = if !patterns.is_empty() && u.ratio(1, 2)? {
            let near = u.choose(&patterns)?.replace(":*", u.choose(&["", ":1"])?);
            near.replace('*', u.choose(&["q", "q.r", "1-2", "", "_"])?).into_bytes()
        } else {
            text_of(u, &ORIGIN_PARTS)?
        };
        Ok(Self { patterns, origin })
    }
}

/// Shell commands that ask the same again.
impl fmt::Debug for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut config = PolicyConfig::default();
        config.allow_origins.clone_from(&self.patterns);
        write_policy(f, &config)?;
        write!(f, "printf '%b' 'origin: {}\\n'", Printf(&self.origin))?;
        writeln!(f, " | corsac evaluate policy.json -")
    }
}

/// The origin of a page, as bytes.
pub struct OriginBytes(pub Vec<u8>);

impl<'a> Arbitrary<'a> for OriginBytes {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        text_of(u, &ORIGIN_PARTS).map(Self)
    }
}

/// A shell command that asks the same again.
impl fmt::Debug for OriginBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\nprintf '%b' 'origin: {}\\n'", Printf(&self.0))?;
        writeln!(f, " | corsac evaluate examples/policy.toml -")
    }
}

/// The engine's decision in the reference server's form.
#[must_use]
pub fn as_answer(decision: &Decision<'_>) -> Answer {
    Answer {
        kind: decision.kind().as_str(),
        rejection: decision.verdict().rejection().map(|rejection| {
            (rejection.code(), decision.offending().map(|value| value.as_bytes().to_vec()))
        }),
        status: decision.status(),
        headers: decision
            .fields()
            .map(|field| (field.name().to_owned(), field.value().to_vec()))
            .collect(),
    }
}

/// The request as the engine takes it.
#[must_use]
pub fn as_request(of: &ModelRequest) -> Request<'_> {
    Request::from_fields(&of.method, of.headers.iter().map(|(n, v)| (n, v.as_slice())))
}

/// A preflight that asks for these lines of names.
pub struct NamesAsked {
    /// A policy that allows the origin and the method.
    pub config: PolicyConfig,
    /// The preflight.
    pub request: ModelRequest,
}

impl<'a> Arbitrary<'a> for NamesAsked {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut config = PolicyConfig::default();
        config.allow_origins = vec!["https://a.com".to_owned()];
        config.allow_headers = list(u, 12, |u| Ok((*u.choose(&NAMES)?).to_owned()))?;
        config.allow_credentials = u.arbitrary()?;
        let config = repair(config);
        let field = |name: &str, value: &[u8]| (name.to_owned(), value.to_vec());
        let mut headers =
            vec![field("origin", b"https://a.com"), field("access-control-request-method", b"GET")];
        for _ in 0..u.int_in_range(0..=18)? {
            headers.push(field("access-control-request-headers", &names_line(u)?));
        }
        Ok(Self { config, request: ModelRequest { method: b"OPTIONS".to_vec(), headers } })
    }
}

/// Shell commands that ask the same again.
impl fmt::Debug for NamesAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, request } = self;
        Exchange { config: config.clone(), request: request.clone() }.fmt(f)
    }
}

/// Headers that script may set, and whether they go without being asked for.
const SCRIPT_HEADERS: [(&str, &str, bool); 11] = [
    ("accept", "*/*", true),
    ("content-type", "text/plain", true),
    ("content-type", "application/json", false),
    ("range", "bytes=0-1", true),
    ("range", "bytes=-1", false),
    ("authorization", "x", false),
    ("x-a", "1", false),
    ("X-AB", "1", false),
    ("y", "1", false),
    ("*", "1", false),
    ("cookie", "1", true),
];

/// What script asks for, under one profile.
pub struct Page {
    /// The origin of the page.
    pub origin: String,
    /// The method.
    pub method: &'static str,
    /// The headers, and whether each goes without being asked for.
    pub headers: Vec<(&'static str, &'static str, bool)>,
    /// Whether the credentials mode is `include`.
    pub credentials: bool,
    /// Whether there is an upload listener.
    pub use_preflight: bool,
    /// Seconds since the request before.
    pub seconds: u32,
}

impl Page {
    fn arbitrary(u: &mut Unstructured<'_>, config: &PolicyConfig) -> Result<Self> {
        let origin = if !config.allow_origins.is_empty() && u.ratio(4, 5)? {
            let label = *u.choose(&["q", "q.r", "1-2"])?;
            let listed = u.choose(&config.allow_origins)?;
            if listed == "*" {
                "https://a.com".to_owned()
            } else {
                listed.replace(":*", ":1").replace('*', label)
            }
        } else {
            origin_text(u)?
        };
        let headers = (0..u.int_in_range(0..=3)?).map(|_| u.choose(&SCRIPT_HEADERS).copied());
        Ok(Self {
            origin,
            headers: headers.collect::<Result<_>>()?,
            method: u.choose(&["GET", "POST", "HEAD", "put", "DELETE", "patch", "PATCH", "*"])?,
            credentials: u.arbitrary()?,
            use_preflight: u.ratio(1, 5)?,
            seconds: *u.choose(&[0, 1, 5, 600, 90_000])?,
        })
    }

    /// What the browser's side takes, unless no browser has such a page.
    #[must_use]
    pub fn fetch(&self, url: &str) -> Option<Fetch> {
        let mut fetch = Fetch::new(url, &self.origin).ok()?;
        fetch.set_method(self.method);
        for (name, value, _) in &self.headers {
            fetch.push_header(name.as_bytes(), value.as_bytes()).ok()?;
        }
        if self.credentials {
            fetch.set_credentials(Credentials::Include);
        }
        fetch.set_use_preflight(self.use_preflight);
        Some(fetch)
    }
}

/// A command that plays the same, but for the cache.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "corsac simulate policy.json https://target.test/ --origin '{}'", self.origin)?;
        write!(f, " --method '{}'", self.method)?;
        for (name, value, _) in &self.headers {
            write!(f, " -H '{name}: {value}'")?;
        }
        f.write_str(if self.credentials { " --credentials include" } else { "" })?;
        f.write_str(if self.use_preflight { " --use-preflight" } else { "" })?;
        writeln!(f, "   # {} s later", self.seconds)
    }
}

/// A policy in which nothing is wrong, and pages that ask one after another.
pub struct Session {
    /// The policy.
    pub config: PolicyConfig,
    /// The requests.
    pub pages: Vec<Page>,
    /// The profile.
    pub browser: Browser,
}

impl<'a> Arbitrary<'a> for Session {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut config = config(u)?;
        config.dynamic_origins = false;
        let config = repair(config);
        let pages = (0..u.int_in_range(1..=4)?).map(|_| Page::arbitrary(u, &config));
        let pages = pages.collect::<Result<_>>()?;
        Ok(Self { config, pages, browser: *u.choose(&Browser::ALL)? })
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_policy(f, &self.config)?;
        writeln!(f, "# --browser {}", self.browser.as_str())?;
        self.pages.iter().try_for_each(|page| page.fmt(f))
    }
}

/// What script asks for, and responses of any kind.
pub struct Trial {
    /// What script asks for.
    pub page: Page,
    /// Where.
    pub url: &'static str,
    /// What is answered.
    pub responses: Vec<Response>,
    /// The profile.
    pub browser: Browser,
}

const RESPONSE_NAMES: [&str; 9] = [
    "access-control-allow-origin",
    "Access-Control-Allow-Origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
    "location",
    "set-cookie",
];
const RESPONSE_PARTS: [&str; 24] = [
    "*",
    "true",
    "null",
    "https://a.com",
    "https://target.test",
    "PUT",
    "DELETE",
    "x-a",
    "y",
    ",",
    ", ",
    " ",
    "\t",
    "authorization",
    "content-type",
    "60",
    "-1",
    "/next",
    "https://b.com/",
    "u:p@",
    "a b",
    "SameSite=None",
    "; ",
    "=",
];

impl<'a> Arbitrary<'a> for Trial {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut page = Page::arbitrary(u, &PolicyConfig::default())?;
        if u.ratio(3, 4)? {
            page.origin = "https://a.com".to_owned();
        }
        let url =
            *u.choose(&["https://target.test/", "https://a.com/x", "http://u@b.com/", "data:,"])?;
        let mut responses = Vec::new();
        for _ in 0..u.int_in_range(0..=5)? {
            let mut response = Response::new(*u.choose(&[200, 204, 301, 302, 303, 307, 404, 0])?);
            for _ in 0..u.int_in_range(0..=6)? {
                let name = *u.choose(&RESPONSE_NAMES)?;
                response.push_header(name.as_bytes(), &text_of(u, &RESPONSE_PARTS)?);
            }
            responses.push(response);
        }
        Ok(Self { page, url, responses, browser: *u.choose(&Browser::ALL)? })
    }
}

impl fmt::Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n# {} --browser {}\n{:?}", self.url, self.browser.as_str(), self.page)?;
        self.responses.iter().try_for_each(|response| writeln!(f, "# answered: {response:?}"))
    }
}
