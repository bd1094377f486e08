//! The generators of cases: programs that know a policy's plain meaning and nothing of how it is
//! decided. The same seed gives the same cases on every machine.

use std::collections::BTreeSet;

use corsac::PolicyConfig;
use serde_json::{Value, json};

use super::checking::fill;
use super::{File, Suite};
use crate::model::{PageRequest, may_read, pattern_matches};

/// The topic that the generators write.
pub const TOPIC: &str = "generated";

/// Writes the generated topic anew, with its exact answers.
///
/// # Errors
/// A message, if a generator writes what is no vector file.
pub fn generate() -> Result<File, String> {
    let groups: Vec<Value> =
        NEAR.iter().map(near_origins).chain(PAGES.iter().copied().map(pages)).collect();
    let file = json!({
        "format": super::FORMAT,
        "topic": TOPIC,
        "side": "server",
        "description": "Cases that a program wrote: origins next to those of a policy, and random \
                        pages before random policies. What is expected is the policy's plain meaning.",
        "groups": groups,
    });
    let file: File = serde_path_to_error::deserialize(file).map_err(|error| error.to_string())?;
    let mut suite = Suite { files: vec![file] };
    fill(&mut suite);
    suite.files.pop().ok_or_else(|| "there is no file".to_owned())
}

/// Numbers that look random: [SplitMix64](https://prng.di.unimi.it/splitmix64.c).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        let number = usize::try_from(self.next() >> 33).unwrap_or_default();
        number.checked_rem(end).unwrap_or_default()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }

    /// Some of a list, in its order.
    fn some<'t>(&mut self, from: &[&'t str], percent: usize) -> Vec<&'t str> {
        from.iter().copied().filter(|_| self.chance(percent)).collect()
    }
}

/// The seeds of `near-origins`, and the origins of each policy.
const NEAR: &[(u64, &[&str])] = &[
    (1, &["https://shop.example.com", "https://pay.example.com:8443"]),
    (2, &["https://*.shop.example.com", "https://shop.example.org"]),
    (3, &["http://localhost:*", "https://pr-*-web.example.net", "https://192.0.2.7"]),
];

/// Origins that are a step or two away from those of a policy.
fn near_origins((seed, listed): &(u64, &[&str])) -> Value {
    let mut random = Random(*seed);
    let mut known = BTreeSet::new();
    let mut cases = Vec::new();
    while cases.len() < 40 {
        let mut origin = example_of(random.pick(listed), &mut random);
        for _ in 0..random.below(3) {
            origin = step_away(&origin, &mut random);
        }
        if !crate::model::is_serialized_origin(origin.as_bytes()) || !known.insert(origin.clone()) {
            continue;
        }
        let allowed = listed.iter().any(|pattern| {
            *pattern == origin
                || (pattern.contains('*') && pattern_matches(pattern, origin.as_bytes()))
        });
        let what = if allowed { "is one that the policy allows" } else { "is not allowed" };
        cases.push(json!({
            "id": format!("case-{}", cases.len().saturating_add(1)),
            "description": format!("{origin} {what}."),
            "kind": "required",
            "rests_on": [{"spec": CHECK, "step": "4"}],
            "request": {"method": "GET", "headers": [["origin", origin]]},
            "expect": {"allowed": allowed},
        }));
    }
    json!({
        "id": format!("near-origins-{seed}"),
        "description": "Origins next to those of the policy, by one or two steps.",
        "policy": {"allow_origins": listed},
        "generated": {"generator": "near-origins", "seed": seed},
        "cases": cases,
    })
}

const CHECK: &str = "https://fetch.spec.whatwg.org/#concept-cors-check";
const HTTP_FETCH: &str = "https://fetch.spec.whatwg.org/#concept-http-fetch";

/// An origin that a pattern stands for.
fn example_of(pattern: &str, random: &mut Random) -> String {
    let port = random.pick(&["", ":3000", ":8443", ":1"]);
    let pattern = pattern.replace(":*", port);
    let word = random.pick(&["a", "x-1", "shop", "b.a", "www"]);
    pattern.replace('*', word)
}

/// Another origin, by one change.
fn step_away(origin: &str, random: &mut Random) -> String {
    let Some((scheme, rest)) = origin.split_once("://") else { return origin.to_owned() };
    let (host, port) = rest.split_once(':').unwrap_or((rest, ""));
    let with = |scheme: &str, host: &str, port: &str| {
        let colon = if port.is_empty() { "" } else { ":" };
        format!("{scheme}://{host}{colon}{port}")
    };
    let letter = random.pick(&["a", "x", "0", "-", "evil", "s"]);
    match random.below(12) {
        0 => with(if scheme == "https" { "http" } else { "https" }, host, port),
        1 => with(scheme, &format!("{letter}{host}"), port),
        2 => with(scheme, &format!("{host}{letter}"), port),
        3 => with(scheme, &format!("www.{host}"), port),
        4 => with(scheme, &format!("{host}.evil.net"), port),
        5 => with(scheme, host.split_once('.').map_or(host, |(_, parent)| parent), port),
        6 => with(scheme, &host.replacen('.', letter, 1), port),
        7 => with(scheme, &host.replacen('.', ".a.", 1), port),
        8 => with(scheme, host, random.pick(&["8443", "3000", "84", "1", "65535", ""])),
        9 => with(scheme, host.get(1..).unwrap_or(host), port),
        10 => with(scheme, &host.replacen('-', ".", 1), port),
        _ => with(
            scheme,
            &host.replacen("example", random.pick(&["exampl", "examples", "test"]), 1),
            port,
        ),
    }
}

/// The seeds of `pages`: one policy each.
const PAGES: &[u64] = &[11, 12, 13, 14, 15, 16, 17, 18];

const ORIGINS: [&str; 7] = [
    "https://app.example.com",
    "https://shop.example.com",
    "https://a.shop.example.com",
    "http://app.example.com",
    "https://app.example.com:8443",
    "http://localhost:3000",
    "null",
];
const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "patch", "PATCH"];
const NAMES: [&str; 5] = ["content-type", "authorization", "x-a", "x-b", "x-ab"];

/// A random policy, and random pages before it.
fn pages(seed: u64) -> Value {
    let mut random = Random(seed);
    let policy = policy(&mut random);
    let config: PolicyConfig = serde_json::from_value(policy.clone()).unwrap_or_default();
    let mut known = BTreeSet::new();
    let mut cases = Vec::new();
    while cases.len() < 18 {
        let origin = random.pick(&ORIGINS);
        let method = random.pick(&METHODS);
        let names = random.some(&NAMES, 25);
        let credentials = random.chance(40);
        if !known.insert((origin, method, names.clone(), credentials)) {
            continue;
        }
        let request = PageRequest {
            origin: origin.to_owned(),
            method: method.to_owned(),
            unsafe_names: names.iter().map(|name| (*name).to_owned()).collect(),
            credentials,
        };
        let verdict = if may_read(&config, &request) { "allow" } else { "block" };
        let lines: Vec<_> = names.iter().map(|name| [name, "application/json"]).collect();
        let mut page =
            json!({"url": "https://api.example/data", "origin": origin, "method": method});
        if let Some(page) = page.as_object_mut() {
            if !lines.is_empty() {
                page.insert("headers".to_owned(), json!(lines));
            }
            if credentials {
                page.insert("credentials".to_owned(), json!("include"));
            }
        }
        let with = if credentials { " with credentials" } else { "" };
        let may = if verdict == "allow" { "may read" } else { "may not read" };
        let headers =
            if names.is_empty() { String::new() } else { format!(" and {}", names.join(", ")) };
        cases.push(json!({
            "id": format!("case-{}", cases.len().saturating_add(1)),
            "description": format!("A page of {origin}{with}, by {method}{headers}: it {may}."),
            "kind": "required",
            "rests_on": [{"spec": HTTP_FETCH, "step": "4.4"}],
            "page": page,
            "expect": {"verdict": verdict},
        }));
    }
    json!({
        "id": format!("pages-{seed}"),
        "description": "Random pages before a random policy.",
        "policy": policy,
        "generated": {"generator": "pages", "seed": seed},
        "cases": cases,
    })
}

/// A policy in which nothing is wrong.
fn policy(random: &mut Random) -> Value {
    let credentials = random.chance(50);
    let mut origins = random.some(&ORIGINS, 40);
    origins.retain(|origin| {
        *origin != "null" && !(credentials && *origin == "http://app.example.com")
    });
    if random.chance(40) {
        origins.push("https://*.shop.example.com");
    }
    if origins.is_empty() {
        origins.push("https://app.example.com");
    }
    let any = !credentials && random.chance(20);
    let methods =
        if random.chance(25) { vec!["*"] } else { random.some(&["PUT", "DELETE", "PATCH"], 50) };
    let names = match random.below(4) {
        0 => vec!["*"],
        1 => vec!["*", "authorization"],
        _ => random.some(&NAMES, 50),
    };
    json!({
        "allow_origins": if any { vec!["*"] } else { origins },
        "allow_methods": methods,
        "allow_headers": names,
        "allow_credentials": credentials,
    })
}
