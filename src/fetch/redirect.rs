//! [HTTP-redirect fetch](https://fetch.spec.whatwg.org/#concept-http-redirect-fetch).

use alloc::string::String;

use url::Url;

use super::check::Problem;
use super::request::{Request, Tainting};
use super::{Body, FailureCode, Mode, Response, header_list, origin, request_header};

/// A [redirect status](https://fetch.spec.whatwg.org/#redirect-status).
pub(super) fn is_redirect_status(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Changes the request into the one that follows. `false` where the response redirects nowhere,
/// and so is the answer.
pub(super) fn follow(request: &mut Request, response: &Response) -> Result<bool, Problem> {
    // Steps 3 to 5.
    let Some(location) = location_url(request.current_url(), response)? else { return Ok(false) };
    // Step 6.
    if !matches!(location.scheme(), "http" | "https") {
        return Err(Problem::with(FailureCode::RedirectScheme, location.as_str()));
    }
    // Steps 7 and 8.
    if request.redirect_count == 20 {
        return Err(Problem::with(FailureCode::RedirectCount, location.as_str()));
    }
    request.redirect_count = request.redirect_count.saturating_add(1);
    // Steps 9 and 10. The second catches another origin that redirects back to the page's own.
    let includes_credentials =
        !location.username().is_empty() || location.password().is_some_and(|p| !p.is_empty());
    let is_other = request.mode == Mode::Cors && !request.origin.is_same_origin(&location);
    if includes_credentials && (is_other || request.tainting == Tainting::Cors) {
        return Err(Problem::with(FailureCode::RedirectCredentials, location.as_str()));
    }
    // Step 11.
    if response.status != 303 && request.body == Body::Stream {
        return Err(Problem::new(FailureCode::RedirectStreamBody));
    }
    // Step 12.
    let becomes_get = match response.status {
        301 | 302 => request.method == b"POST",
        303 => !matches!(request.method.as_slice(), b"GET" | b"HEAD"),
        _ => false,
    };
    if becomes_get {
        request.method = b"GET".to_vec();
        request.body = Body::None;
        request.headers.retain(|(name, _)| !request_header::is_request_body_header_name(name));
    }
    // Step 13: the moment another origin is seen, `Authorization` is lost.
    if !origin::are_same_origin(request.current_url(), &location) {
        request.headers.retain(|(name, _)| !super::is_cors_non_wildcard_request_header_name(name));
    }
    // Step 18.
    request.push_url(location);
    Ok(true)
}

/// A response's [location URL](https://fetch.spec.whatwg.org/#concept-response-location-url).
fn location_url(current: &Url, response: &Response) -> Result<Option<Url>, Problem> {
    let invalid = |value: &[u8]| Problem::with(FailureCode::RedirectLocationInvalid, value);
    // Step 2: the grammar allows one value, so several lines are a failure.
    let Some(value) = header_list::get(&response.headers, "Location") else { return Ok(None) };
    if header_list::count(&response.headers, "Location") > 1 {
        return Err(invalid(&value));
    }
    // Step 3. Bytes above 0x7F are taken for UTF-8, as browsers do.
    let text = String::from_utf8_lossy(&value);
    let mut location = current.join(&text).map_err(|_| invalid(&value))?;
    // Step 4.
    if location.fragment().is_none() {
        location.set_fragment(current.fragment());
    }
    Ok(Some(location))
}
