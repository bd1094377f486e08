//! [`Warning`]: what is odd about an exchange, although it does not decide.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::browser::decimal;
use super::request::Request;
use super::{Browser, Response, header_list};

/// Something beside the verdict.
///
/// ```
/// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, Response, WarningCode, judge};
///
/// fetch.set_method("PUT");
/// let preflight = Response::new(204)
///     .header("Access-Control-Allow-Origin", "*")
///     .header("Access-Control-Allow-Methods", "PUT")
///     .header("Access-Control-Max-Age", "604800");
/// let judgement = judge(&fetch, &[preflight], Browser::Fetch);
/// let warning = &judgement.warnings[0];
/// assert_eq!(warning.code(), WarningCode::MaxAgeAboveBrowserCap);
/// assert_eq!(warning.value(), b"604800");
/// println!("{warning}");
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    code: WarningCode,
    value: Vec<u8>,
    message: String,
}

/// The kinds of [`Warning`].
///
/// ```
/// use corsac::fetch::WarningCode;
///
/// assert_eq!(WarningCode::CookieSameSite.as_str(), "cookie-same-site");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningCode {
    /// A cookie set on a credentialed request of another site without `SameSite=None; Secure`,
    /// which browsers do not keep.
    CookieSameSite,
    /// A max-age above what some browsers honour.
    MaxAgeAboveBrowserCap,
    /// The request goes because the browser takes `*` to cover `Authorization`, which the standard
    /// does not.
    AuthorizationCoveredByWildcard,
}

impl WarningCode {
    /// A stable name for programs.
    ///
    /// ```
    /// use corsac::fetch::WarningCode;
    ///
    /// assert_eq!(WarningCode::MaxAgeAboveBrowserCap.as_str(), "max-age-above-browser-cap");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CookieSameSite => "cookie-same-site",
            Self::MaxAgeAboveBrowserCap => "max-age-above-browser-cap",
            Self::AuthorizationCoveredByWildcard => "authorization-covered-by-wildcard",
        }
    }
}

impl Warning {
    /// What it is about.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// # fetch.set_credentials(corsac::fetch::Credentials::Include);
    /// use corsac::fetch::{Browser, Response, WarningCode, judge};
    ///
    /// let answer = Response::new(200)
    ///     .header("Access-Control-Allow-Origin", "https://app.example")
    ///     .header("Access-Control-Allow-Credentials", "true")
    ///     .header("Set-Cookie", "id=secret; Secure");
    /// let warning = &judge(&fetch, &[answer], Browser::Fetch).warnings[0];
    /// assert_eq!(warning.code(), WarningCode::CookieSameSite);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn code(&self) -> WarningCode {
        self.code
    }

    /// The value it is about: the name of a cookie (never its value), a max-age, a list.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// # fetch.set_credentials(corsac::fetch::Credentials::Include);
    /// use corsac::fetch::{Browser, Response, judge};
    ///
    /// let answer = Response::new(200)
    ///     .header("Access-Control-Allow-Origin", "https://app.example")
    ///     .header("Access-Control-Allow-Credentials", "true")
    ///     .header("Set-Cookie", "id=secret; Secure");
    /// let warning = &judge(&fetch, &[answer], Browser::Fetch).warnings[0];
    /// assert_eq!(warning.value(), b"id");
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }
}

/// A sentence for a person.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A preflight answer that asks to be kept longer than browsers do.
pub(super) fn of_max_age(response: &Response) -> Option<Warning> {
    let value = header_list::get(&response.headers, "Access-Control-Max-Age")?;
    let seconds = decimal(&value)?;
    let caps: Vec<String> = Browser::ENGINES
        .into_iter()
        .filter_map(|browser| Some((browser, browser.max_age_limit()?)))
        .filter(|(_, limit)| seconds > *limit)
        .map(|(browser, limit)| format!("{} ({limit} s)", browser.name()))
        .collect();
    (!caps.is_empty()).then(|| Warning {
        code: WarningCode::MaxAgeAboveBrowserCap,
        message: format!(
            "Access-Control-Max-Age is {}, which is above what {} honours",
            value.escape_ascii(),
            caps.join(", "),
        ),
        value,
    })
}

/// Cookies that a credentialed response of another site sets in vain.
pub(super) fn of_cookies(request: &Request, response: &Response) -> Vec<Warning> {
    if !request.sends_credentials() || request.origin.is_same_site(request.current_url()) {
        return Vec::new();
    }
    let lines =
        response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(b"Set-Cookie"));
    lines.filter_map(|(_, value)| of_cookie(value)).collect()
}

fn of_cookie(value: &[u8]) -> Option<Warning> {
    let mut parts = value.split(|&byte| byte == b';').map(header_list::strip_tabs_and_spaces);
    let name = parts.next()?.split(|&byte| byte == b'=').next()?;
    let (mut none, mut secure) = (false, false);
    for attribute in parts {
        secure |= attribute.eq_ignore_ascii_case(b"Secure");
        if let Some((name, value)) = split_at_equals(attribute)
            && name.eq_ignore_ascii_case(b"SameSite")
        {
            // The last one counts.
            none = value.eq_ignore_ascii_case(b"None");
        }
    }
    (!none || !secure).then(|| Warning {
        code: WarningCode::CookieSameSite,
        value: name.to_vec(),
        message: format!(
            "the cookie {} is set for another site without SameSite=None; Secure, so browsers do \
             not keep it",
            name.escape_ascii(),
        ),
    })
}

fn split_at_equals(attribute: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = attribute.iter().position(|&byte| byte == b'=')?;
    let (name, value) = attribute.split_at_checked(at)?;
    let strip = header_list::strip_tabs_and_spaces;
    Some((strip(name), strip(value.get(1..)?)))
}

/// What Firefox warns of, and the standard forbids.
pub(super) fn of_authorization() -> Warning {
    Warning {
        code: WarningCode::AuthorizationCoveredByWildcard,
        value: b"*".to_vec(),
        message:
            "this browser takes the * of Access-Control-Allow-Headers to cover Authorization; \
                  by the standard it does not, so list authorization by name"
                .into(),
    }
}
