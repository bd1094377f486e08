//! [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0): what is asked, and
//! whether the answer lets the request go.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::browser::Grant;
use super::check::{Problem, cors_check};
use super::header_list::Invalid;
use super::request::{Request, without_fragment};
use super::{
    Browser, FailureCode, Header, Message, MessageKind, Response, header_list, request_header,
};

const ALLOW_METHODS: &str = "Access-Control-Allow-Methods";
const ALLOW_HEADERS: &str = "Access-Control-Allow-Headers";

/// The request that asks.
pub(super) fn build(browser: Browser, request: &Request) -> Message {
    let field = |name: &str, value: &[u8]| (name.as_bytes().to_vec(), value.to_vec());
    // The CORS protocol's `Origin`, then steps 3 to 5.
    let mut headers = Vec::from([
        field("origin", request.serialized_origin().as_bytes()),
        field("access-control-request-method", &request.method),
    ]);
    let names = request_header::unsafe_names_in(browser, &request.headers);
    if !names.is_empty() {
        // Joined without a space, for better or worse.
        headers.push(field("access-control-request-headers", &names.join(&b',')));
    }
    Message {
        kind: MessageKind::Preflight,
        method: b"OPTIONS".to_vec(),
        url: without_fragment(request.current_url()),
        headers,
    }
}

/// Whether the answer lets the request go, and what it grants.
///
/// The standard's order of checks cannot be observed by a page, and is not that of any engine's
/// console; each profile has its own.
pub(super) fn check(
    browser: Browser,
    request: &Request,
    response: &Response,
) -> Result<Grant, Problem> {
    // Step 7: a CORS check for the request itself, with its credentials mode, and an ok status.
    let cors = || cors_check(request, &response.headers);
    let status = || check_status(response);
    match browser {
        Browser::Fetch => cors().and_then(|()| status())?,
        Browser::Chromium => {
            if is_redirect(response) && header_list::contains(&response.headers, "Location") {
                status()?;
            }
            cors().and_then(|()| status())?;
        }
        Browser::Firefox => cors().and_then(|()| status())?,
        Browser::WebKit => status().and_then(|()| cors())?,
    }
    // Steps 7.1 to 7.3. Firefox looks at the method before it reads the names.
    let methods = extract(&response.headers, ALLOW_METHODS, FailureCode::AllowMethodsInvalid)?;
    let methods = with_flag(browser, request, methods);
    if browser == Browser::Firefox {
        check_method(request, &methods)?;
    }
    let names = extract(&response.headers, ALLOW_HEADERS, FailureCode::AllowHeadersInvalid)?;
    let names = names.unwrap_or_default();
    check_method(request, &methods)?;
    check_names(browser, request, &names)?;
    let max_age = browser.read_max_age(&response.headers);
    Ok(Grant { methods, header_names: names, max_age })
}

/// What WebKit keeps although the check fails: its cache is filled before (source:
/// `CrossOriginPreflightChecker`).
pub(super) fn granted_all_the_same(
    browser: Browser,
    request: &Request,
    response: &Response,
) -> Option<Grant> {
    if browser != Browser::WebKit
        || check_status(response).is_err()
        || cors_check(request, &response.headers).is_err()
    {
        return None;
    }
    let methods = header_list::extract_tokens(&response.headers, ALLOW_METHODS).ok()?;
    let names = header_list::extract_tokens(&response.headers, ALLOW_HEADERS).ok()?;
    Some(Grant {
        methods: methods.unwrap_or_default(),
        header_names: names.unwrap_or_default(),
        max_age: browser.read_max_age(&response.headers),
    })
}

fn is_redirect(response: &Response) -> bool {
    super::redirect::is_redirect_status(response.status)
}

/// An [ok status](https://fetch.spec.whatwg.org/#ok-status).
fn check_status(response: &Response) -> Result<(), Problem> {
    match response.status {
        200..=299 => Ok(()),
        _ if is_redirect(response) => Err(Problem::new(FailureCode::PreflightRedirect)),
        _ => Err(Problem::new(FailureCode::PreflightStatusNotOk)),
    }
}

fn extract(
    headers: &[Header],
    name: &str,
    code: FailureCode,
) -> Result<Option<Vec<Vec<u8>>>, Problem> {
    header_list::extract_tokens(headers, name)
        .map_err(|Invalid { element, .. }| Problem::with(code, element))
}

/// Step 7.4: a preflight that is made only for the flag is cached.
fn with_flag(browser: Browser, request: &Request, methods: Option<Vec<Vec<u8>>>) -> Vec<Vec<u8>> {
    let passes =
        browser.preflight_flag_waives_method() || super::is_cors_safelisted_method(&request.method);
    match methods {
        None if request.use_preflight && passes => Vec::from([request.method.clone()]),
        methods => methods.unwrap_or_default(),
    }
}

/// Step 7.5. The case of a method counts.
fn check_method(request: &Request, methods: &[Vec<u8>]) -> Result<(), Problem> {
    let lists = |wanted: &[u8]| methods.iter().any(|method| method == wanted);
    let is_allowed = lists(&request.method)
        || super::is_cors_safelisted_method(&request.method)
        || (!request.includes() && lists(b"*"));
    if is_allowed {
        Ok(())
    } else {
        Err(Problem::with(FailureCode::MethodNotAllowed, request.method.clone()))
    }
}

/// Steps 7.6 and 7.7.
fn check_names(browser: Browser, request: &Request, listed: &[Vec<u8>]) -> Result<(), Problem> {
    let refuse = |name: Vec<u8>| Err(Problem::with(FailureCode::HeaderNotAllowed, name));
    let any = !request.includes() && listed.iter().any(|name| name == b"*");
    let listed: BTreeSet<Vec<u8>> = listed.iter().map(|name| name.to_ascii_lowercase()).collect();
    // Step 7.6, which no engine does; for them `authorization` is a name like others.
    if !browser.wildcard_covers_authorization() {
        for (name, _) in &request.headers {
            let lower = name.to_ascii_lowercase();
            if super::is_cors_non_wildcard_request_header_name(name) && !listed.contains(&lower) {
                return refuse(lower);
            }
        }
    }
    let asked = request_header::unsafe_names_in(browser, &request.headers);
    match asked.into_iter().find(|name| !any && !listed.contains(name)) {
        Some(name) => refuse(name),
        None => Ok(()),
    }
}

/// Whether the request goes only because a `*` is taken to cover `Authorization`.
pub(super) fn relies_on_wildcard_for_authorization(request: &Request, grant: &Grant) -> bool {
    let is_authorization = |name: &[u8]| super::is_cors_non_wildcard_request_header_name(name);
    request.headers.iter().any(|(name, _)| is_authorization(name))
        && !grant.header_names.iter().any(|name| is_authorization(name))
}
