//! What each engine's console says, in its words.
//!
//! The texts are facts about the engines, as their sources had them in 2025 and 2026; they are
//! for recognizing, and for looking up.

use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt::Write as _;

use super::check::{ALLOW_CREDENTIALS, ALLOW_ORIGIN, Problem};
use super::request::{Request, without_fragment};
use super::{Browser, FailureCode, Initiator, Phase, Response, header_list, preflight};

/// What a line is made of.
pub(super) struct Scene<'s> {
    pub(super) request: &'s Request,
    pub(super) response: Option<&'s Response>,
    pub(super) during: Phase,
    pub(super) initiator: Initiator,
    pub(super) problem: &'s Problem,
}

/// The line of an engine, which looks at the response in its own order.
pub(super) fn line(browser: Browser, scene: &Scene<'_>) -> Option<String> {
    let own: Problem;
    let mut scene = Scene { ..*scene };
    if let (Phase::Preflight, Some(response)) = (scene.during, scene.response) {
        own = preflight::check(browser, scene.request, response).err()?;
        scene.problem = &own;
    }
    match browser {
        Browser::Fetch => None,
        Browser::Chromium => chromium(&scene),
        Browser::Firefox => firefox(&scene),
        Browser::WebKit => webkit(&scene),
    }
}

impl Scene<'_> {
    fn url(&self) -> String {
        without_fragment(self.request.current_url()).to_string()
    }

    fn status(&self) -> u16 {
        self.response.map_or(0, |response| response.status)
    }

    fn header(&self, name: &str) -> String {
        let value = self.response.and_then(|response| header_list::get(&response.headers, name));
        value.map(|value| escape(&value)).unwrap_or_default()
    }

    fn value(&self) -> String {
        self.problem.value.as_deref().map(escape).unwrap_or_default()
    }

    fn is_about_the_cors_check(&self) -> bool {
        matches!(
            self.problem.code,
            FailureCode::AllowOriginMissing
                | FailureCode::AllowOriginMismatch
                | FailureCode::AllowOriginMultiple
                | FailureCode::AllowOriginInvalid
                | FailureCode::AllowOriginWildcardWithCredentials
                | FailureCode::AllowCredentialsNotTrue
        )
    }
}

/// Consoles show what cannot be printed as escapes.
fn escape(value: &[u8]) -> String {
    let mut text = String::new();
    for &byte in value {
        match byte {
            b' '..=b'~' => text.push(char::from(byte)),
            _ => {
                let _infallible = write!(text, "\\u{byte:04X}");
            }
        }
    }
    text
}

/// `cors_error_string.cc`.
fn chromium(scene: &Scene<'_>) -> Option<String> {
    let code = scene.problem.code;
    let body = match code {
        FailureCode::ModeSameOrigin => {
            "Cross origin requests are not allowed by request mode.".to_string()
        }
        FailureCode::SchemeNotHttp => {
            "Cross origin requests are only supported for protocol schemes: http, data, chrome, \
             chrome-extension, chrome-untrusted, https."
                .to_string()
        }
        FailureCode::PreflightStatusNotOk => "It does not have HTTP ok status.".to_string(),
        // Without a Location it is a status like another.
        FailureCode::PreflightRedirect if scene.header("Location").is_empty() => {
            "It does not have HTTP ok status.".to_string()
        }
        FailureCode::PreflightRedirect => {
            "Redirect is not allowed for a preflight request.".to_string()
        }
        FailureCode::AllowMethodsInvalid => "Cannot parse Access-Control-Allow-Methods response \
                                             header field in preflight response."
            .to_string(),
        FailureCode::AllowHeadersInvalid => "Cannot parse Access-Control-Allow-Headers response \
                                             header field in preflight response."
            .to_string(),
        FailureCode::MethodNotAllowed => format!(
            "Method {} is not allowed by Access-Control-Allow-Methods in preflight response.",
            scene.value()
        ),
        FailureCode::HeaderNotAllowed => format!(
            "Request header field {} is not allowed by Access-Control-Allow-Headers in preflight \
             response.",
            scene.value()
        ),
        FailureCode::RedirectCredentials => "Redirect location '' contains a username and \
                                             password, which is disallowed for cross-origin requests."
            .to_string(),
        FailureCode::RedirectCount => {
            let method = escape(&scene.request.method);
            return Some(format!("{method} {} net::ERR_TOO_MANY_REDIRECTS", scene.url()));
        }
        _ if scene.is_about_the_cors_check() => chromium_cors_check(scene),
        // A TypeError or a network error, without a word on CORS.
        _ => return None,
    };
    let kind = match scene.initiator {
        Initiator::Fetch => "fetch",
        Initiator::XmlHttpRequest => "XMLHttpRequest",
    };
    let redirected = match scene.request.redirected_from() {
        Some(initial) => format!("(redirected from '{}') ", without_fragment(initial)),
        None => String::new(),
    };
    let is_about_preflight = scene.during == Phase::Preflight
        && (scene.is_about_the_cors_check()
            || matches!(code, FailureCode::PreflightStatusNotOk | FailureCode::PreflightRedirect));
    let preflight = if is_about_preflight {
        "Response to preflight request doesn't pass access control check: "
    } else {
        ""
    };
    Some(format!(
        "Access to {kind} at '{}' {redirected}from origin '{}' has been blocked by CORS policy: \
         {preflight}{body}",
        scene.url(),
        scene.request.origin,
    ))
}

fn chromium_cors_check(scene: &Scene<'_>) -> String {
    let value = scene.header(ALLOW_ORIGIN);
    let (xhr, fetch) = match scene.initiator {
        Initiator::XmlHttpRequest => (
            " The credentials mode of requests initiated by the XMLHttpRequest is controlled by the \
             withCredentials attribute.",
            "",
        ),
        Initiator::Fetch => ("", " Have the server send the header with a valid value."),
    };
    match scene.problem.code {
        FailureCode::AllowOriginMissing => "No 'Access-Control-Allow-Origin' header is present on \
                                            the requested resource."
            .to_string(),
        FailureCode::AllowCredentialsNotTrue => format!(
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{}' \
             which must be 'true' when the request's credentials mode is 'include'.{xhr}",
            scene.header(ALLOW_CREDENTIALS)
        ),
        FailureCode::AllowOriginWildcardWithCredentials => format!(
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the \
             wildcard '*' when the request's credentials mode is 'include'.{xhr}"
        ),
        _ if value.contains([' ', ',']) => format!(
            "The 'Access-Control-Allow-Origin' header contains multiple values '{value}', but only \
             one is allowed.{fetch}"
        ),
        // Valid is what is a URL, not what is an origin.
        _ if value != "null" && url::Url::parse(&value).is_err() => format!(
            "The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'.{fetch}"
        ),
        _ => format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to \
             the supplied origin.{fetch}"
        ),
    }
}

/// `security.properties` and `nsCORSListenerProxy.cpp`.
fn firefox(scene: &Scene<'_>) -> Option<String> {
    let status = scene.status();
    let lines =
        scene.response.map_or(0, |response| header_list::count(&response.headers, ALLOW_ORIGIN));
    // With a status the parenthesis closes before it, as printed.
    let reason = match scene.problem.code {
        FailureCode::SchemeNotHttp | FailureCode::RedirectScheme => {
            "CORS request not http).".into()
        }
        FailureCode::AllowOriginMissing => {
            format!("CORS header ‘Access-Control-Allow-Origin’ missing). Status code: {status}.")
        }
        FailureCode::AllowCredentialsNotTrue => {
            "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’).".into()
        }
        // It counts header lines, not values.
        _ if scene.is_about_the_cors_check() && lines > 1 => {
            "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed).".into()
        }
        FailureCode::AllowOriginWildcardWithCredentials => {
            "Credential is not supported if the CORS \
             header ‘Access-Control-Allow-Origin’ is ‘*’)."
                .into()
        }
        _ if scene.is_about_the_cors_check() => format!(
            "CORS header ‘Access-Control-Allow-Origin’ does not match ‘{}’).",
            scene.header(ALLOW_ORIGIN)
        ),
        FailureCode::PreflightRedirect if !scene.header("Location").is_empty() => {
            "CORS request external redirect not allowed).".into()
        }
        FailureCode::PreflightStatusNotOk | FailureCode::PreflightRedirect => {
            format!("CORS preflight response did not succeed). Status code: {status}.")
        }
        FailureCode::AllowMethodsInvalid => format!(
            "invalid token ‘{}’ in CORS header ‘Access-Control-Allow-Methods’).",
            scene.value()
        ),
        FailureCode::MethodNotAllowed => {
            "Did not find method in CORS header ‘Access-Control-Allow-Methods’).".into()
        }
        FailureCode::AllowHeadersInvalid => format!(
            "invalid token ‘{}’ in CORS header ‘Access-Control-Allow-Headers’).",
            scene.value()
        ),
        FailureCode::HeaderNotAllowed => format!(
            "header ‘{}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS \
             preflight response).",
            scene.value()
        ),
        // A redirect with a password fails without a line.
        _ => return None,
    };
    // One of its texts has the URL in quotes.
    let url = match scene.problem.code {
        FailureCode::AllowOriginWildcardWithCredentials if lines == 1 => {
            format!("‘{}’", scene.url())
        }
        _ => scene.url(),
    };
    Some(format!(
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource \
         at {url}. (Reason: {reason}"
    ))
}

/// `CrossOriginAccessControl.cpp`, and what the interface adds: the reason, then what cannot load.
fn webkit(scene: &Scene<'_>) -> Option<String> {
    let status = scene.status();
    let url = scene.url();
    let reason = match scene.problem.code {
        FailureCode::PreflightStatusNotOk | FailureCode::PreflightRedirect => {
            format!("Preflight response is not successful. Status code: {status}")
        }
        FailureCode::AllowMethodsInvalid => format!(
            "Header Access-Control-Allow-Methods has an invalid value: {}",
            scene.header("Access-Control-Allow-Methods")
        ),
        FailureCode::AllowHeadersInvalid => format!(
            "Header Access-Control-Allow-Headers has an invalid value: {}",
            scene.header("Access-Control-Allow-Headers")
        ),
        FailureCode::MethodNotAllowed => {
            format!("Method {} is not allowed by Access-Control-Allow-Methods.", scene.value())
        }
        FailureCode::HeaderNotAllowed => format!(
            "Request header field {} is not allowed by Access-Control-Allow-Headers.",
            in_own_case(scene)
        ),
        FailureCode::AllowCredentialsNotTrue => {
            "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".".into()
        }
        FailureCode::AllowOriginWildcardWithCredentials => "Cannot use wildcard in \
            Access-Control-Allow-Origin when credentials flag is true."
            .into(),
        _ if scene.is_about_the_cors_check() => {
            if scene.header(ALLOW_ORIGIN).contains(',') {
                "Access-Control-Allow-Origin cannot contain more than one origin.".to_string()
            } else {
                format!(
                    "Origin {} is not allowed by Access-Control-Allow-Origin. Status code: {status}",
                    scene.request.serialized_origin()
                )
            }
        }
        _ => return None,
    };
    let interface = match scene.initiator {
        Initiator::Fetch => "Fetch API",
        Initiator::XmlHttpRequest => "XMLHttpRequest",
    };
    Some(format!("{reason}\n{interface} cannot load {url} due to access control checks."))
}

/// The name at fault as script wrote it.
fn in_own_case(scene: &Scene<'_>) -> String {
    let lower = scene.problem.value.as_deref().unwrap_or_default();
    let names = scene.request.headers.iter().map(|(name, _)| name);
    let own = names.clone().find(|name| name.eq_ignore_ascii_case(lower));
    own.map_or_else(|| scene.value(), |name| escape(name))
}
