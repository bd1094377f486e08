//! The pages whose requests are played against a live server.

use corsac::PolicyConfig;
use corsac::fetch::{Fetch, cors_unsafe_request_header_names, normalize_method};

use super::near::{instances, near, near_pattern};
use crate::model::{PageRequest, may_read};

/// Members of a list of the policy that are asked about, each.
const MOST: usize = 16;
/// An origin that nobody lists.
pub(super) const UNLISTED: &str = "https://corsac-unlisted.example";

/// A page's request.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) topic: &'static str,
    pub(super) slug: String,
    pub(super) description: String,
    pub(super) bug: Option<&'static str>,
    pub(super) origin: String,
    pub(super) method: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) credentials: bool,
}

impl Page {
    /// What the policy is asked about.
    pub(super) fn request(&self) -> PageRequest {
        let headers: Vec<(Vec<u8>, Vec<u8>)> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
            .collect();
        let names = cors_unsafe_request_header_names(&headers);
        PageRequest {
            origin: self.origin.clone(),
            method: String::from_utf8_lossy(&normalize_method(self.method.as_bytes())).into_owned(),
            unsafe_names: names
                .iter()
                .map(|name| String::from_utf8_lossy(name).into_owned())
                .collect(),
            credentials: self.credentials,
        }
    }
}

/// An origin that the policy allows, if it lists one.
pub(in crate::runner) fn allowed_origin(policy: &PolicyConfig) -> Option<String> {
    let listed = policy.allow_origins.iter().find(|origin| *origin != "null")?;
    if listed == "*" {
        return Some(UNLISTED.to_owned());
    }
    instances(listed).into_iter().next()
}

/// All pages.
pub(super) fn of(policy: &PolicyConfig) -> Vec<Page> {
    let mut pages = of_origins(policy);
    if let Some(origin) = allowed_origin(policy) {
        pages.extend(of_methods(policy, &origin));
        pages.extend(of_headers(policy, &origin));
        pages.extend(of_credentials(policy, &origin));
    }
    // A page that has no such origin, or a script that cannot ask for it, is none.
    pages.retain(|page| Fetch::new("http://localhost/", &page.origin).is_ok());
    pages
}

fn get(topic: &'static str, slug: String, description: String, origin: &str) -> Page {
    Page {
        topic,
        slug,
        description,
        bug: None,
        origin: origin.to_owned(),
        method: "GET".to_owned(),
        headers: Vec::new(),
        credentials: false,
    }
}

fn of_origins(policy: &PolicyConfig) -> Vec<Page> {
    const TOPIC: &str = "live-origins";
    let mut pages: Vec<Page> = Vec::new();
    let mut add = |page: Page| {
        if !pages.iter().any(|other| other.origin == page.origin) {
            pages.push(page);
        }
    };
    let listed: Vec<&String> =
        policy.allow_origins.iter().filter(|listed| *listed != "*").take(MOST).collect();
    for pattern in &listed {
        for origin in instances(pattern) {
            let what = if **pattern == origin {
                "is listed".to_owned()
            } else {
                format!("matches {pattern}")
            };
            add(get(TOPIC, format!("listed {origin}"), format!("{origin} {what}"), &origin));
        }
    }
    for pattern in listed {
        let origin = instances(pattern).into_iter().next().unwrap_or_default();
        let near_origin = near(&origin).into_iter().map(|near| (near, &origin));
        let near_pattern = near_pattern(pattern).into_iter().map(|near| (near, pattern));
        for (near, what) in near_pattern.chain(near_origin) {
            // What another entry allows, or the same pattern, is no near miss.
            if allows(policy, &near.origin) {
                continue;
            }
            let description = format!("{} is nearly {what}: {}", near.origin, near.what);
            let page = get(TOPIC, format!("{} {what}", near.what), description, &near.origin);
            add(Page { bug: Some(near.bug), ..page });
        }
    }
    let page =
        get(TOPIC, "unlisted".to_owned(), "an origin that nobody lists".to_owned(), UNLISTED);
    add(Page { bug: Some("origin-reflection"), ..page });
    let description = "the origin null, which any sandboxed page has".to_owned();
    let page = get(TOPIC, "null".to_owned(), description, "null");
    add(Page { bug: Some("null-origin"), ..page });
    pages
}

fn of_methods(policy: &PolicyConfig, origin: &str) -> Vec<Page> {
    let listed = policy.allow_methods.iter().filter(|method| *method != "*").take(MOST);
    let mut methods: Vec<String> =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CORSAC"].map(ToOwned::to_owned).into();
    methods.extend(listed.cloned());
    // A method in another case is another method, but for those that browsers mend.
    let lower: Vec<String> = methods.iter().map(|method| method.to_ascii_lowercase()).collect();
    methods.extend(
        lower.into_iter().filter(|method| normalize_method(method.as_bytes()) == method.as_bytes()),
    );
    let mut seen: Vec<String> = Vec::new();
    methods.retain(|method| {
        let is_new = !seen.contains(method);
        seen.push(method.clone());
        is_new
    });
    let page = |method: String| {
        let is_lower = method.bytes().all(|byte| byte.is_ascii_lowercase());
        let slug = if is_lower { format!("{method} in lower case") } else { method.clone() };
        let description = format!("{method} from {origin}");
        let bug = is_lower.then_some("case-folding");
        Page { bug, method, ..get("live-methods", slug, description, origin) }
    };
    methods.into_iter().map(page).collect()
}

fn of_headers(policy: &PolicyConfig, origin: &str) -> Vec<Page> {
    // Values that no browser lets through unasked, and short enough for any policy's names.
    let field = |name: &str| {
        let value =
            if name.eq_ignore_ascii_case("content-type") { "application/json" } else { "1" };
        (name.to_owned(), value.to_owned())
    };
    let listed: Vec<&str> = policy
        .allow_headers
        .iter()
        .map(String::as_str)
        .filter(|name| *name != "*")
        .take(MOST.saturating_sub(2))
        .collect();
    let page = |slug: &str, names: &[&str], bug: Option<&'static str>| {
        let headers: Vec<_> = names.iter().map(|name| field(name)).collect();
        let description = format!("the headers {} from {origin}", names.join(", "));
        Page { bug, headers, ..get("live-headers", slug.to_owned(), description, origin) }
    };
    let mut pages: Vec<Page> = Vec::new();
    for name in &listed {
        pages.push(page(&format!("listed {name}"), &[name], None));
        let longer = format!("{name}x");
        pages.push(page(&format!("longer than {name}"), &[&longer], Some("prefix-match")));
    }
    if listed.len() > 1 {
        pages.push(page("all listed", &listed, None));
    }
    let unlisted = "x-corsac-unlisted";
    pages.push(page("unlisted", &[unlisted], Some("fail-open")));
    if let Some(first) = listed.first() {
        pages.push(page("listed and unlisted", &[first, unlisted], Some("fail-open")));
    }
    if !listed.iter().any(|name| name.eq_ignore_ascii_case("authorization")) {
        pages.push(page("authorization", &["authorization"], Some("authorization-wildcard")));
    }
    pages
}

fn of_credentials(policy: &PolicyConfig, origin: &str) -> Vec<Page> {
    const TOPIC: &str = "live-credentials";
    let page = |slug: &str, description: String, origin: &str| Page {
        credentials: true,
        ..get(TOPIC, slug.to_owned(), description, origin)
    };
    let mut pages = vec![page("listed", format!("GET with credentials from {origin}"), origin)];
    let unlisted = page("unlisted", format!("GET with credentials from {UNLISTED}"), UNLISTED);
    pages.push(Page { bug: Some("origin-reflection"), ..unlisted });
    let null = page("null", "GET with credentials from the origin null".to_owned(), "null");
    pages.push(Page { bug: Some("null-origin"), ..null });
    let description = format!("PUT with a header and credentials from {origin}");
    let method = policy.allow_methods.iter().find(|method| *method != "*");
    let name = policy
        .allow_headers
        .iter()
        .find(|name| *name != "*" && !name.eq_ignore_ascii_case("authorization"));
    let name = name.map_or("x-corsac", String::as_str).to_owned();
    pages.push(Page {
        method: method.map_or("PUT", String::as_str).to_owned(),
        headers: vec![(name, "1".to_owned())],
        ..page("preflight", description, origin)
    });
    pages
}

/// Whether the policy allows the origin something.
pub(in crate::runner) fn allows(policy: &PolicyConfig, origin: &str) -> bool {
    may_read(
        policy,
        &PageRequest {
            origin: origin.to_owned(),
            method: "GET".to_owned(),
            unsafe_names: Vec::new(),
            credentials: false,
        },
    )
}
