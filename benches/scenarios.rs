//! What is measured: policies, requests to them, and the answers that are expected.

use bytes::{Bytes, BytesMut};
use corsac::{Kind, Policy, PolicyBuilder, Request};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// One question, asked again and again.
pub(crate) struct Scenario {
    /// Names it on the command line and in the baseline.
    pub(crate) name: &'static str,
    pub(crate) policy: Policy,
    pub(crate) method: Method,
    /// What a browser sends, the fields of CORS among them.
    pub(crate) headers: HeaderMap,
    /// The same as bytes.
    fields: Vec<(Vec<u8>, Bytes)>,
    /// What the engine is given where a server has found the fields already.
    found: Vec<(Found, Bytes)>,
    kind: Kind,
    rejection: Option<&'static str>,
}

/// The fields that CORS reads.
#[derive(Clone, Copy)]
enum Found {
    Origin,
    Method,
    Headers,
}

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

const ORIGIN: &str = "https://app.example.com";

fn listing(origins: impl IntoIterator<Item = String>) -> PolicyBuilder {
    Policy::builder().allow_origins(origins)
}

fn many(count: usize, shape: &str) -> Vec<String> {
    (0..count).map(|number| shape.replace('#', &format!("{number:05}"))).collect()
}

/// Ten headers and three methods, with credentials.
fn full(builder: PolicyBuilder) -> Policy {
    let names = (0..10).map(|number| format!("x-header-{number}"));
    let builder = builder.allow_methods(["PUT", "DELETE", "PATCH"]).allow_headers(names);
    builder.allow_credentials(true).max_age(600).build().expect("the policy is sound")
}

fn plain(builder: PolicyBuilder) -> Policy {
    builder.build().expect("the policy is sound")
}

fn scenario(
    name: &'static str,
    policy: Policy,
    fields: &[(&'static str, &[u8])],
    expected: (Kind, Option<&'static str>),
) -> Scenario {
    let preflight = fields.iter().any(|(name, _)| *name == "access-control-request-method");
    let method = if preflight { Method::OPTIONS } else { Method::GET };
    // Values are slices of one buffer, as servers make them.
    let browser = BROWSER.iter().map(|(name, value)| (*name, value.as_bytes()));
    let all: Vec<(&str, &[u8])> = browser.chain(fields.iter().copied()).collect();
    let mut buffer = BytesMut::new();
    all.iter().for_each(|(_, value)| buffer.extend_from_slice(value));
    let buffer: Bytes = buffer.freeze();
    let mut at = 0;
    let mut headers = HeaderMap::new();
    let mut raw = Vec::new();
    let mut found = Vec::new();
    for (name, value) in &all {
        let slice = buffer.slice(at..at + value.len());
        at += value.len();
        raw.push((name.as_bytes().to_vec(), slice.clone()));
        let field = match *name {
            "origin" => Some(Found::Origin),
            "access-control-request-method" => Some(Found::Method),
            "access-control-request-headers" => Some(Found::Headers),
            _ => None,
        };
        found.extend(field.map(|field| (field, slice.clone())));
        let value = HeaderValue::from_maybe_shared(slice).expect("a value");
        headers.append(HeaderName::from_static(name), value);
    }
    let (kind, rejection) = expected;
    Scenario { name, policy, method, headers, fields: raw, found, kind, rejection }
}

impl Scenario {
    #[inline(always)]
    pub(crate) fn request_without_fields(&self) -> Request<'_> {
        Request::new(self.method.as_str().as_bytes())
    }

    /// What a server does that has found the fields already. All of this is inlined, as an
    /// embedder's own code would be: a request is made where it stays.
    #[inline(always)]
    pub(crate) fn push_found<'s>(&'s self, request: &mut Request<'s>) {
        for (field, value) in &self.found {
            match field {
                Found::Origin => request.push_origin(value),
                Found::Method => request.push_request_method(value),
                Found::Headers => request.push_request_headers(value),
            }
        }
    }

    /// The question as it is asked with all the fields, as they came.
    #[inline(always)]
    pub(crate) fn request_of_fields(&self) -> Request<'_> {
        let fields = self.fields.iter().map(|(name, value)| (name.as_slice(), &value[..]));
        Request::from_fields(self.method.as_str(), fields)
    }

    #[inline(always)]
    pub(crate) fn request_of_map(&self) -> Request<'_> {
        Request::from_http(&self.method, &self.headers)
    }

    /// A measurement of a wrong answer is worth nothing.
    pub(crate) fn check(&self) {
        let mut of_bytes = self.request_without_fields();
        self.push_found(&mut of_bytes);
        for request in [of_bytes, self.request_of_fields(), self.request_of_map()] {
            let decision = self.policy.evaluate(&request);
            assert_eq!(decision.kind(), self.kind, "{}", self.name);
            let code = decision.verdict().rejection().map(corsac::Rejection::code);
            assert_eq!(code, self.rejection, "{}", self.name);
        }
    }
}

/// Makes a scenario; the larger ones take a while, so each is made when it is asked for.
type Make = fn() -> Scenario;

/// All of them: class by verdict by origins; then inputs of a mebibyte that no browser sends, whose
/// answer must cost what the policy bounds.
pub(crate) const ALL: [Make; 28] = [
    || scenario("not-cors", plain(one()), &[], (Kind::NotCors, None)),
    || actual("any-origin", plain(listing(["*".to_owned()])), ORIGIN, None),
    || actual("one-origin", plain(one()), ORIGIN, None),
    || actual("one-origin-refused", plain(one()), "https://evil.example.net", REFUSED),
    || {
        let exposing = one().allow_credentials(true).expose_headers(["x-request-id", "x-trace"]);
        actual("credentials-and-exposed", plain(exposing), ORIGIN, None)
    },
    || actual("10000-origins", origins(), "https://app-05000.example.com", None),
    || actual("10000-origins-refused", origins(), "https://app-x5000.example.com", REFUSED),
    || actual("one-pattern", pattern("https://*.example.com"), ORIGIN, None),
    || {
        let policy = pattern("https://pr-*-shop.example.com");
        actual("one-in-label-pattern", policy, "https://pr-17-shop.example.com", None)
    },
    || {
        let policy = pattern("http://localhost:*");
        actual("one-port-pattern", policy, "http://localhost:3000", None)
    },
    || actual("10000-patterns", patterns(), "https://app.customer-05000.example", None),
    || actual("10000-patterns-refused", patterns(), "https://app.customer-x5000.example", REFUSED),
    || preflight("preflight", &[b"x-header-1,x-header-4,x-header-8"], None),
    || preflight("preflight-unsorted", &[b"X-Header-8, X-Header-1, X-Header-4"], None),
    || preflight("preflight-refused", &[b"x-header-1,x-other"], Some("header-not-allowed")),
    || {
        let value = [b"https://", &vec![b'a'; MEBIBYTE][..]].concat();
        hostile_origin("hostile-origin-long", &value)
    },
    || {
        let value = [b"https://", &b"a.".repeat(MEBIBYTE / 2)[..]].concat();
        hostile_origin("hostile-origin-dots", &value)
    },
    || hostile_origin("hostile-origin-spaces", &spaces()),
    || {
        // As long as a host can be, and allowed: every byte is looked at.
        let origin = format!("https://{}a.example.com", "a.".repeat(120));
        actual("longest-subdomain", pattern("https://*.example.com"), &origin, None)
    },
    || {
        let origin = format!("https://{}pr-1.example.com", "a.".repeat(117));
        let policy = pattern("https://*.pr-*.example.com");
        actual("longest-wildcards", policy, &origin, None)
    },
    || {
        // As long as a host can be, under every pattern's scheme and under none of their tails.
        let origin = format!("https://{}a", "a.".repeat(126));
        actual("longest-refused", patterns(), &origin, REFUSED)
    },
    || preflight("hostile-commas", &[&vec![b','; MEBIBYTE]], OVER),
    || preflight("hostile-spaces", &[&spaces()], OVER),
    || preflight("hostile-long-name", &[&vec![b'x'; MEBIBYTE]], Some("header-not-allowed")),
    || preflight("hostile-repeats", &[&b"x-header-0,".repeat(MEBIBYTE / 11)], OVER),
    || preflight("hostile-turns", &[&b"x-header-9,x-header-0,".repeat(MEBIBYTE / 22)], OVER),
    || {
        // The most names that are accepted, backwards and in capitals, so that each is searched for.
        let names = (0..26).map(|number| format!("X-HEADER-{}", 9 - number % 10));
        let line = names.collect::<Vec<_>>().join(", ");
        preflight("most-names", &[line.as_bytes()], None)
    },
    || preflight("hostile-lines", &[&b""[..]; 1024], OVER),
];

const MEBIBYTE: usize = 1 << 20;
const REFUSED: Option<&str> = Some("origin-not-allowed");
const OVER: Option<&str> = Some("headers-over-budget");

fn one() -> PolicyBuilder {
    listing([ORIGIN.to_owned()])
}

fn origins() -> Policy {
    plain(listing(many(10_000, "https://app-#.example.com")))
}

fn pattern(pattern: &str) -> Policy {
    plain(listing([pattern.to_owned()]))
}

fn patterns() -> Policy {
    plain(listing(many(10_000, "https://*.customer-#.example")))
}

fn spaces() -> Vec<u8> {
    [vec![b' '; MEBIBYTE], b"x".to_vec()].concat()
}

fn actual(
    name: &'static str,
    policy: Policy,
    origin: &str,
    rejection: Option<&'static str>,
) -> Scenario {
    scenario(name, policy, &[("origin", origin.as_bytes())], (Kind::Actual, rejection))
}

fn hostile_origin(name: &'static str, value: &[u8]) -> Scenario {
    let expected = (Kind::Actual, Some("origin-malformed"));
    scenario(name, full(one()), &[("origin", value)], expected)
}

fn preflight(name: &'static str, lines: &[&[u8]], rejection: Option<&'static str>) -> Scenario {
    let mut fields: Vec<(&str, &[u8])> =
        vec![("origin", ORIGIN.as_bytes()), ("access-control-request-method", b"PUT")];
    fields.extend(lines.iter().map(|line| ("access-control-request-headers", *line)));
    scenario(name, full(one()), &fields, (Kind::Preflight, rejection))
}
