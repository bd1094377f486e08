//! What no browser sends, and headers that no page can see: requests to a live server as they go over
//! the wire.

use corsac::PolicyConfig;
use corsac::fetch::{Header, Response};

use super::pages::{UNLISTED, allowed_origin, allows};
use crate::runner::http::WireRequest;
use crate::runner::record::Problem;
use crate::vectors::Importance;

/// A request, and what is looked for in the answer.
#[derive(Clone, Debug)]
pub struct Wire {
    pub(super) topic: &'static str,
    pub(super) slug: String,
    pub(super) description: String,
    pub(super) kind: Importance,
    pub(super) bug: Option<&'static str>,
    pub(super) rests_on: &'static str,
    pub(super) request: WireRequest,
    rule: Rule,
}

/// What must hold of an answer.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// No origin is granted that the policy does not allow.
    NothingBeyond,
    /// The same, and the server does not break.
    Survives,
    /// `Access-Control-Expose-Headers` names what the policy does.
    Exposes,
    /// It names no more.
    ExposesNoMore,
    /// `Access-Control-Max-Age` is the policy's.
    MaxAge,
}

const ORIGIN_HEADER: &str = "https://fetch.spec.whatwg.org/#origin-header";
const RESPONSES: &str = "https://fetch.spec.whatwg.org/#http-responses";

/// All of them.
pub(super) fn of(policy: &PolicyConfig) -> Vec<Wire> {
    let Some(origin) = allowed_origin(policy) else { return Vec::new() };
    let mut wires: Vec<Wire> = odd_origins(&origin)
        .into_iter()
        .map(|(slug, lines, bug)| Wire {
            topic: "live-wire",
            slug: format!("origin {slug}"),
            description: format!("an Origin that no browser sends: {slug}"),
            kind: Importance::Required,
            bug: Some(bug),
            rests_on: ORIGIN_HEADER,
            request: WireRequest {
                method: b"GET".to_vec(),
                headers: lines.into_iter().map(|value| field("origin", value)).collect(),
            },
            rule: Rule::NothingBeyond,
        })
        .collect();
    wires.extend(odd_preflights(&origin));
    wires.extend(response_headers(policy, &origin));
    wires
}

fn field(name: &str, value: impl Into<Vec<u8>>) -> Header {
    (name.as_bytes().to_vec(), value.into())
}

type Odd = (&'static str, Vec<Vec<u8>>, &'static str);

fn odd_origins(origin: &str) -> Vec<Odd> {
    let one = |text: String| vec![text.into_bytes()];
    let both = |first: &str, second: &str| vec![first.into(), second.into()];
    vec![
        ("twice, the allowed one first", both(origin, UNLISTED), "first-line-only"),
        ("twice, the allowed one last", both(UNLISTED, origin), "first-line-only"),
        ("a list, the allowed one first", one(format!("{origin}, {UNLISTED}")), "prefix-match"),
        ("a list, the allowed one last", one(format!("{UNLISTED}, {origin}")), "suffix-match"),
        ("separated by a space", one(format!("{UNLISTED} {origin}")), "suffix-match"),
        ("in upper case", one(origin.to_ascii_uppercase()), "case-folding"),
        ("with a slash at its end", one(format!("{origin}/")), "prefix-match"),
        ("with a path", one(format!("{origin}/corsac")), "prefix-match"),
        ("with a query", one(format!("{origin}?corsac")), "prefix-match"),
        (
            "as the user of another host",
            one(format!("{origin}@corsac-evil.example")),
            "prefix-match",
        ),
        ("as the path of another", one(format!("{UNLISTED}/{origin}")), "suffix-match"),
        (
            "with a byte that is no ASCII",
            vec![[origin.as_bytes(), b"\xff"].concat()],
            "malformed-echo",
        ),
        ("with a quote", one(format!("{origin}'")), "malformed-echo"),
        ("with markup", one(format!("{origin}<script>")), "malformed-echo"),
        (
            "with an underscored domain behind it",
            one(format!("{origin}_.corsac-evil.example")),
            "prefix-match",
        ),
        (
            "with a backquoted domain behind it",
            one(format!("{origin}`.corsac-evil.example")),
            "prefix-match",
        ),
        ("empty", vec![Vec::new()], "other"),
        ("null in upper case", vec![b"NULL".to_vec()], "null-origin"),
        ("a wildcard", vec![b"*".to_vec()], "malformed-echo"),
        ("a scheme alone", vec![b"https://".to_vec()], "prefix-match"),
        ("of a file", vec![b"file://".to_vec()], "null-origin"),
        (
            "of four thousand bytes",
            one(format!("https://{}.example", "a".repeat(4000))),
            "malformed-echo",
        ),
    ]
}

fn odd_preflights(origin: &str) -> Vec<Wire> {
    let preflight = |slug: &str, bug, headers: Vec<Header>| Wire {
        topic: "live-wire",
        slug: format!("preflight {slug}"),
        description: format!("a preflight that no browser sends: {slug}"),
        kind: Importance::Recommended,
        bug: Some(bug),
        rests_on: "https://fetch.spec.whatwg.org/#http-requests",
        request: WireRequest {
            method: b"OPTIONS".to_vec(),
            headers: std::iter::once(field("origin", origin)).chain(headers).collect(),
        },
        rule: Rule::Survives,
    };
    let method = || field("access-control-request-method", "PUT");
    let names = |value: &[u8]| field("access-control-request-headers", value);
    vec![
        preflight(
            "with two methods",
            "first-line-only",
            vec![method(), field("access-control-request-method", "DELETE")],
        ),
        preflight(
            "with an empty method",
            "malformed-echo",
            vec![field("access-control-request-method", "")],
        ),
        preflight(
            "with a method that is none",
            "malformed-echo",
            vec![field("access-control-request-method", "PU T")],
        ),
        preflight(
            "with names that are none",
            "malformed-echo",
            vec![method(), names(b"a b, \xff")],
        ),
        preflight("with commas alone", "denial-of-service", vec![method(), names(&[b','; 4000])]),
        preflight(
            "with a thousand names",
            "denial-of-service",
            vec![method(), names("x-corsac,".repeat(800).as_bytes())],
        ),
        preflight(
            "with names on many lines",
            "denial-of-service",
            std::iter::once(method()).chain((0..50).map(|_| names(b"x-corsac"))).collect(),
        ),
    ]
}

fn response_headers(policy: &PolicyConfig, origin: &str) -> Vec<Wire> {
    let wire =
        |slug: &str, description: &str, kind, bug, rule, method: &[u8], more: Vec<Header>| Wire {
            topic: "live-response-headers",
            slug: slug.to_owned(),
            description: description.to_owned(),
            kind,
            bug,
            rests_on: RESPONSES,
            request: WireRequest {
                method: method.to_vec(),
                headers: std::iter::once(field("origin", origin)).chain(more).collect(),
            },
            rule,
        };
    let mut wires = Vec::new();
    if !policy.expose_headers.is_empty() {
        let description = "the names that the policy exposes are exposed";
        let rule = Rule::Exposes;
        wires.push(wire(
            "exposed",
            description,
            Importance::Required,
            Some("over-strict"),
            rule,
            b"GET",
            Vec::new(),
        ));
    }
    let description = "no other names are exposed";
    let (rule, bug) = (Rule::ExposesNoMore, Some("disclosure"));
    wires.push(wire(
        "exposed-no-more",
        description,
        Importance::Recommended,
        bug,
        rule,
        b"GET",
        Vec::new(),
    ));
    if policy.max_age.is_some() {
        let description = "a preflight's answer may be kept as long as the policy says";
        let more = vec![field("access-control-request-method", "GET")];
        wires.push(wire(
            "max-age",
            description,
            Importance::Recommended,
            None,
            Rule::MaxAge,
            b"OPTIONS",
            more,
        ));
    }
    wires
}

impl Wire {
    /// What is wrong with the answer.
    pub(super) fn judge(&self, policy: &PolicyConfig, response: &Response) -> Vec<Problem> {
        let problem = |what: &str, expected: String, got: String| {
            vec![Problem { what: what.to_owned(), expected, got }]
        };
        match self.rule {
            Rule::Survives if response.status >= 500 => problem(
                "status",
                "any but a server's error".to_owned(),
                response.status.to_string(),
            ),
            Rule::NothingBeyond | Rule::Survives => beyond(policy, response),
            Rule::Exposes => {
                let exposed = names(response, "access-control-expose-headers");
                let is_exposed = |name: &String| {
                    exposed.iter().any(|other| other.eq_ignore_ascii_case(name))
                        || (exposed.iter().any(|other| other == "*") && !policy.allow_credentials)
                };
                let missing: Vec<&str> = policy
                    .expose_headers
                    .iter()
                    .filter(|name| !is_exposed(name))
                    .map(String::as_str)
                    .collect();
                if missing.is_empty() {
                    return Vec::new();
                }
                let expected = policy.expose_headers.join(", ");
                problem("access-control-expose-headers", expected, listed(&exposed))
            }
            Rule::ExposesNoMore => {
                let exposed = names(response, "access-control-expose-headers");
                let is_meant = |name: &String| {
                    policy
                        .expose_headers
                        .iter()
                        .any(|other| other == "*" || other.eq_ignore_ascii_case(name))
                };
                if exposed.iter().all(is_meant) {
                    return Vec::new();
                }
                let expected = format!("no more than {}", listed(&policy.expose_headers));
                problem("access-control-expose-headers", expected, listed(&exposed))
            }
            Rule::MaxAge => {
                let expected = policy.max_age.unwrap_or_default().to_string();
                let got: Vec<String> = values(response, "access-control-max-age");
                if got == [expected.as_str()] {
                    return Vec::new();
                }
                problem("access-control-max-age", expected, listed(&got))
            }
        }
    }
}

/// Origins that are granted although the policy does not allow them.
fn beyond(policy: &PolicyConfig, response: &Response) -> Vec<Problem> {
    let values = values(response, "access-control-allow-origin");
    let is_meant = |value: &String| {
        policy.allow_origins.iter().any(|listed| listed == "*")
            || (value != "*" && allows(policy, value))
    };
    let not_meant = values.into_iter().filter(|value| !is_meant(value));
    not_meant
        .map(|value| Problem {
            what: "access-control-allow-origin".to_owned(),
            expected: "none, or an origin that the policy allows".to_owned(),
            got: value,
        })
        .collect()
}

fn listed(values: &[String]) -> String {
    if values.is_empty() { "none".to_owned() } else { values.join(", ") }
}

/// The lines of a header.
fn values(response: &Response, name: &str) -> Vec<String> {
    let lines = response.headers.iter();
    let lines = lines.filter(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()));
    lines.map(|(_, value)| crate::isomorphic::decode(value).into_owned()).collect()
}

/// The members of a header that is a list.
fn names(response: &Response, name: &str) -> Vec<String> {
    let lines = values(response, name);
    let names = lines.iter().flat_map(|line| line.split(','));
    names.map(str::trim).filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
}
