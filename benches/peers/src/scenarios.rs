//! What is asked: a policy, a request to it, and the answer that is expected.

use bytes::{Bytes, BytesMut};
use http::Method;

/// A policy in words that every implementation has.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Exact origins; `None` for any.
    pub origins: Option<Vec<String>>,
    /// Methods beyond those that CORS always allows.
    pub methods: &'static [&'static str],
    /// Request headers that may be set.
    pub headers: &'static [&'static str],
    /// Response headers that may be read.
    pub expose: &'static [&'static str],
    /// Whether credentials may come along.
    pub credentials: bool,
    /// Seconds for which a preflight's answer may be kept.
    pub max_age: Option<u32>,
}

/// The answer that a scenario is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `Access-Control-Allow-Origin` with this value, and on a preflight the lists.
    Allowed(&'static str),
    /// No `Access-Control-Allow-Origin`.
    Refused,
    /// What no browser sends: corsac and the floor refuse it, others need not.
    RefusedHere,
}

/// One question, asked again and again.
#[derive(Debug)]
pub struct Scenario {
    /// Names it in tables and on the command line.
    pub name: &'static str,
    /// What the server grants.
    pub rules: Rules,
    /// `OPTIONS` for a preflight.
    pub method: Method,
    /// What a browser sends; the values are slices of one buffer, as servers make them.
    pub fields: Vec<(&'static str, Bytes)>,
    /// The answer.
    pub expected: Expected,
    /// Whether an implementation may take milliseconds to answer.
    pub large: bool,
}

const ORIGIN: &str = "https://app.example.com";
const STRANGER: &str = "https://evil.example.net";

/// What Chromium sends besides the fields of CORS.
const BROWSER: [(&str, &str); 12] = [
    ("host", "api.example.com"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0.0.0"),
    ("accept", "*/*"),
    ("accept-language", "en-GB,en;q=0.9"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("referer", "https://app.example.com/"),
    ("sec-fetch-dest", "empty"),
    ("sec-fetch-mode", "cors"),
    ("sec-fetch-site", "same-site"),
    ("sec-ch-ua-platform", "\"Linux\""),
    ("connection", "keep-alive"),
    ("cache-control", "no-cache"),
];

/// In the order in which a list of names is sent: sorted.
const NAMES: [&str; 10] = [
    "x-header-0",
    "x-header-1",
    "x-header-2",
    "x-header-3",
    "x-header-4",
    "x-header-5",
    "x-header-6",
    "x-header-7",
    "x-header-8",
    "x-header-9",
];

/// All of them, in the order of the tables.
#[must_use]
pub fn all() -> Vec<Scenario> {
    use Expected::{Allowed, Refused};
    let exposing = Rules { credentials: true, expose: &["x-request-id", "x-trace"], ..one() };
    vec![
        scenario("no Origin", one(), &[], Refused),
        actual("one origin", one(), ORIGIN, Allowed(ORIGIN)),
        actual("credentials, exposed headers", exposing, ORIGIN, Allowed(ORIGIN)),
        actual("refused origin", one(), STRANGER, Refused),
        {
            const MIDDLE: &str = "https://app-05000.example.com";
            actual("10,000 origins, hit", many(), MIDDLE, Allowed(MIDDLE))
        },
        actual("10,000 origins, miss", many(), "https://app-x5000.example.com", Refused),
        actual("any origin", Rules { origins: None, ..one() }, ORIGIN, Allowed("*")),
        preflight("preflight", "x-header-1,x-header-4,x-header-8", Allowed(ORIGIN)),
        oversized("preflight, 64 KiB of names", 64 << 10),
        oversized("preflight, 1 MiB of names", 1 << 20),
    ]
}

fn one() -> Rules {
    Rules {
        origins: Some(vec![ORIGIN.to_owned()]),
        methods: &[],
        headers: &[],
        expose: &[],
        credentials: false,
        max_age: None,
    }
}

fn many() -> Rules {
    let origins = (0..10_000).map(|number| format!("https://app-{number:05}.example.com"));
    Rules { origins: Some(origins.collect()), ..one() }
}

fn actual(name: &'static str, rules: Rules, origin: &str, expected: Expected) -> Scenario {
    scenario(name, rules, &[("origin", origin)], expected)
}

/// Three of ten headers, and credentials.
fn preflight(name: &'static str, names: &str, expected: Expected) -> Scenario {
    let rules = Rules {
        methods: &["PUT", "DELETE", "PATCH"],
        headers: &NAMES,
        credentials: true,
        max_age: Some(600),
        ..one()
    };
    let fields = [
        ("origin", ORIGIN),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", names),
    ];
    scenario(name, rules, &fields, expected)
}

/// One allowed name over and over, which is never refused for the name.
fn oversized(name: &'static str, size: usize) -> Scenario {
    let names: String = "x-header-0,".chars().cycle().take(size).collect();
    let names = names.rsplit_once(',').map_or("", |(whole, _)| whole);
    Scenario { large: true, ..preflight(name, names, Expected::RefusedHere) }
}

fn scenario(
    name: &'static str,
    rules: Rules,
    fields: &[(&'static str, &str)],
    expected: Expected,
) -> Scenario {
    let preflight = fields.iter().any(|(name, _)| *name == "access-control-request-method");
    let method = if preflight { Method::OPTIONS } else { Method::GET };
    let all = || BROWSER.iter().chain(fields).copied();
    let mut buffer = BytesMut::new();
    all().for_each(|(_, value)| buffer.extend_from_slice(value.as_bytes()));
    let mut buffer: Bytes = buffer.freeze();
    let fields = all().map(|(name, value)| (name, buffer.split_to(value.len()))).collect();
    Scenario { name, rules, method, fields, expected, large: false }
}

impl Scenario {
    /// Whether the request is one.
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        self.method == Method::OPTIONS
    }
}
