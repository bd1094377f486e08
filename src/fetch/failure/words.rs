//! What a [`Failure`] says to a person: the cause, and the fix.

use alloc::format;
use alloc::string::String;
use core::fmt;

use super::{Circumstances, Failure, FailureCode, Phase};

impl Failure {
    fn shown_value(&self) -> String {
        const MOST: usize = 200;
        let value = self.value.as_deref().unwrap_or_default();
        match value.get(..MOST) {
            Some(start) if value.len() > MOST => format!("{}…", start.escape_ascii()),
            _ => format!("{}", value.escape_ascii()),
        }
    }

    /// The response it is about.
    fn answer(&self) -> String {
        let status = self.circumstances.status.unwrap_or_default();
        match self.during {
            Phase::Preflight => format!("the answer to the preflight ({status})"),
            _ if super::super::redirect::is_redirect_status(status) => {
                format!("the redirect ({status}) from {}", self.circumstances.url)
            }
            _ => format!("the response ({status}) from {}", self.circumstances.url),
        }
    }

    /// What would have to change for it to pass.
    ///
    /// ```
    /// # use corsac::fetch::{Browser, Fetch, Outcome, Response, judge};
    /// # let fetch = Fetch::new("https://api.example/", "https://app.example")?;
    /// let response = Response::new(200);
    /// let judgement = judge(&fetch, &[response], Browser::Fetch);
    /// let Outcome::Block(failure) = judgement.outcome else { panic!() };
    /// let fix = failure.fix();
    /// assert!(fix.starts_with("Answer Access-Control-Allow-Origin: https://app.example"));
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn fix(&self) -> String {
        let Circumstances { origin, includes, method, is_redirect_tainted, .. } =
            &self.circumstances;
        let value = self.shown_value();
        let with_credentials =
            if *includes { " and Access-Control-Allow-Credentials: true" } else { "" };
        match self.code {
            FailureCode::MethodForbidden => {
                "Use another method; no server can allow this one.".into()
            }
            FailureCode::UrlCredentials => {
                "Take the user name and password out of the URL; send an Authorization header.".into()
            }
            FailureCode::BodyNotAllowed => {
                "Send no body with GET or HEAD, and no stream in mode no-cors.".into()
            }
            FailureCode::ModeSameOrigin => {
                "Set the mode to cors, and let the server allow the page's origin.".into()
            }
            FailureCode::NoCorsMethod | FailureCode::NoCorsRedirectMode => {
                "Set the mode to cors: no-cors is for requests that an image or a form could make, \
                 and its response cannot be read."
                    .into()
            }
            FailureCode::SchemeNotHttp => {
                "Serve the resource over https; CORS is a protocol of HTTP.".into()
            }
            FailureCode::AllowOriginMissing => self.fix_missing(with_credentials),
            _ if *is_redirect_tainted && self.code == FailureCode::AllowOriginMismatch => format!(
                "After a redirect from another origin to a third one the browser names the origin \
                 null. Ask for the last URL directly, or redirect within one origin. (To answer \
                 Access-Control-Allow-Origin: null{with_credentials} lets every sandboxed page in.)"
            ),
            FailureCode::AllowOriginMismatch
            | FailureCode::AllowOriginMultiple
            | FailureCode::AllowOriginInvalid => format!(
                "Answer Access-Control-Allow-Origin: {origin}, once and exactly{with_credentials}, if \
                 this page may read; and Vary: Origin. A server for several origins sends the one \
                 that asked, not a list."
            ),
            FailureCode::AllowOriginWildcardWithCredentials => format!(
                "Answer Access-Control-Allow-Origin: {origin}{with_credentials}, and Vary: Origin; or \
                 ask without credentials, for which * is enough."
            ),
            FailureCode::AllowCredentialsNotTrue => {
                "Answer Access-Control-Allow-Credentials: true, in lower case; or ask without \
                 credentials."
                    .into()
            }
            FailureCode::PreflightStatusNotOk => {
                "Answer the preflight with 204 or another status from 200 to 299, before routing, \
                 authentication and anything else that refuses OPTIONS: it carries no cookies and \
                 no Authorization."
                    .into()
            }
            FailureCode::PreflightRedirect => {
                "Ask for the URL that the redirect leads to (https, a trailing slash, www), or answer \
                 OPTIONS before redirecting: a preflight is not redirected."
                    .into()
            }
            FailureCode::AllowMethodsInvalid | FailureCode::AllowHeadersInvalid => {
                format!("Send names divided by commas; \"{value}\" is none.")
            }
            FailureCode::MethodNotAllowed if *includes => format!(
                "Answer the preflight with Access-Control-Allow-Methods: {method}; with credentials \
                 a * is no wildcard. Its case counts."
            ),
            FailureCode::MethodNotAllowed => format!(
                "Answer the preflight with Access-Control-Allow-Methods: {method}. Its case counts."
            ),
            FailureCode::HeaderNotAllowed if *includes => format!(
                "Answer the preflight with Access-Control-Allow-Headers: {value}; with credentials a \
                 * is no wildcard."
            ),
            FailureCode::HeaderNotAllowed => format!(
                "Answer the preflight with Access-Control-Allow-Headers: {value}, beside the other \
                 names{}.",
                if value == "authorization" { "; a * does not cover it" } else { "" },
            ),
            FailureCode::RedirectModeError => {
                "Ask for the URL that the redirect leads to, or set redirect to follow.".into()
            }
            FailureCode::RedirectScheme => "Redirect to an https URL.".into(),
            FailureCode::RedirectLocationInvalid => "Send one Location that is a URL.".into(),
            FailureCode::RedirectCount => {
                "The redirects go in a circle, or nearly; let the server end them.".into()
            }
            FailureCode::RedirectCredentials => {
                "Redirect to a URL without a user name and password.".into()
            }
            FailureCode::RedirectStreamBody => {
                "Ask for the URL that the redirect leads to, or send a body of bytes: a stream \
                 cannot be sent twice."
                    .into()
            }
        }
    }

    fn fix_missing(&self, with_credentials: &str) -> String {
        let Circumstances { origin, status, .. } = &self.circumstances;
        let status = status.unwrap_or_default();
        let where_else = match self.during {
            Phase::Preflight if !(200..300).contains(&status) => {
                " The server refuses OPTIONS here: answer preflights, with 204, before routing and \
                 authentication."
            }
            _ if super::super::redirect::is_redirect_status(status) => {
                " The header is wanted on every hop of a redirect, not on the last alone."
            }
            _ if status >= 400 => {
                " It is wanted on errors as well; often a proxy or an error page drops it."
            }
            _ => "",
        };
        format!(
            "Answer Access-Control-Allow-Origin: {origin}{with_credentials}, if this page may read; \
             and Vary: Origin.{where_else}"
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Circumstances { url, origin, method, .. } = &self.circumstances;
        let value = self.shown_value();
        let answer = self.answer();
        match self.code {
            FailureCode::MethodForbidden => {
                write!(f, "script may not use the method \"{value}\"")
            }
            FailureCode::UrlCredentials => f.write_str("the URL holds a user name or a password"),
            FailureCode::BodyNotAllowed => {
                write!(f, "a {method} request of this mode cannot have such a body")
            }
            FailureCode::ModeSameOrigin => {
                write!(f, "the mode is same-origin, and {url} is of another origin than {origin}")
            }
            FailureCode::NoCorsMethod => {
                write!(f, "in mode no-cors the method is GET, HEAD or POST, and not {method}")
            }
            FailureCode::NoCorsRedirectMode => {
                f.write_str("in mode no-cors the redirect mode is follow")
            }
            FailureCode::SchemeNotHttp => {
                write!(f, "{url} is of another origin, and CORS is for http and https alone")
            }
            FailureCode::AllowOriginMissing => {
                write!(f, "{answer} has no Access-Control-Allow-Origin")
            }
            FailureCode::AllowOriginMismatch => write!(
                f,
                "{answer} allows the origin \"{value}\", and the browser names the origin {origin}"
            ),
            FailureCode::AllowOriginMultiple => {
                write!(f, "{answer} allows several origins, \"{value}\", where one can be named")
            }
            FailureCode::AllowOriginInvalid => write!(
                f,
                "{answer} has an Access-Control-Allow-Origin that is no origin: \"{value}\""
            ),
            FailureCode::AllowOriginWildcardWithCredentials => {
                write!(f, "{answer} allows *, which is not enough for a request with credentials")
            }
            FailureCode::AllowCredentialsNotTrue if self.value.is_none() => {
                write!(f, "{answer} has no Access-Control-Allow-Credentials: true")
            }
            FailureCode::AllowCredentialsNotTrue => write!(
                f,
                "{answer} has an Access-Control-Allow-Credentials that is not true: \"{value}\""
            ),
            FailureCode::PreflightStatusNotOk => {
                write!(f, "{answer} is not of an ok status, 200 to 299")
            }
            FailureCode::PreflightRedirect => write!(f, "{answer} is a redirect"),
            FailureCode::AllowMethodsInvalid => {
                write!(f, "{answer} has an Access-Control-Allow-Methods that is no list")
            }
            FailureCode::AllowHeadersInvalid => {
                write!(f, "{answer} has an Access-Control-Allow-Headers that is no list")
            }
            FailureCode::MethodNotAllowed => {
                write!(f, "{answer} does not allow the method {method}")
            }
            FailureCode::HeaderNotAllowed => {
                write!(f, "{answer} does not allow the request header {value}")
            }
            FailureCode::RedirectModeError => {
                write!(f, "{answer} is a redirect, and the redirect mode is error")
            }
            FailureCode::RedirectScheme => {
                write!(f, "{answer} leads to \"{value}\", which is neither http nor https")
            }
            FailureCode::RedirectLocationInvalid => {
                write!(f, "{answer} has a Location that is no URL: \"{value}\"")
            }
            FailureCode::RedirectCount => write!(f, "{answer} is one redirect too many, after 20"),
            FailureCode::RedirectCredentials => {
                write!(f, "{answer} leads to a URL with a user name or a password, across origins")
            }
            FailureCode::RedirectStreamBody => {
                write!(f, "{answer} wants the body sent again, and it was a stream")
            }
        }
    }
}
