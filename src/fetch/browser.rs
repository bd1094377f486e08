//! [`Browser`]: what each engine does otherwise than the standard says.
//!
//! Each difference names its evidence: *source*, the engine's own code, as read in 2024 to 2026;
//! *test*, its tests or the Web Platform Tests' results.

use alloc::vec::Vec;

use super::{Header, header_list};

/// Whose behaviour a [`judge`](super::judge) follows.
///
/// ```
/// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, Outcome, Response, judge};
///
/// // The standard wants this header by name; no engine does yet.
/// fetch.push_header(b"Authorization", b"Bearer token")?;
/// let preflight = [Response::new(204)
///     .header("Access-Control-Allow-Origin", "*")
///     .header("Access-Control-Allow-Headers", "*")];
/// assert!(matches!(judge(&fetch, &preflight, Browser::Fetch).outcome, Outcome::Block(_)));
/// assert_eq!(judge(&fetch, &preflight, Browser::Firefox).outcome, Outcome::NeedsResponse);
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Browser {
    /// The text of the Fetch standard.
    #[default]
    Fetch,
    /// Chromium: Chrome, Edge, Opera and others.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKit: Safari.
    WebKit,
}

impl Browser {
    /// Every profile.
    ///
    /// ```
    /// use corsac::fetch::Browser;
    ///
    /// let named = |name: &str| Browser::ALL.into_iter().find(|browser| browser.as_str() == name);
    /// assert_eq!(named("webkit"), Some(Browser::WebKit));
    /// ```
    pub const ALL: [Self; 4] = [Self::Fetch, Self::Chromium, Self::Firefox, Self::WebKit];
    /// The three engines.
    ///
    /// ```
    /// use corsac::fetch::Browser;
    ///
    /// assert!(Browser::ENGINES.iter().all(|engine| engine.max_age_limit().is_some()));
    /// ```
    pub const ENGINES: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// A stable name for programs: `fetch`, `chromium`, `firefox` or `webkit`.
    ///
    /// ```
    /// use corsac::fetch::Browser;
    ///
    /// assert_eq!(Browser::Chromium.as_str(), "chromium");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Its name, for a person.
    ///
    /// ```
    /// use corsac::fetch::Browser;
    ///
    /// assert_eq!(format!("as {} has it", Browser::Fetch.name()), "as the Fetch standard has it");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fetch => "the Fetch standard",
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        }
    }

    /// The longest time that it keeps a preflight's answer, in seconds. The standard
    /// [leaves](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0) the limit to the browser, so
    /// there is none in the profile [`Fetch`](Self::Fetch).
    ///
    /// ```
    /// use corsac::fetch::Browser;
    ///
    /// assert_eq!(Browser::Chromium.max_age_limit(), Some(7_200));
    /// assert_eq!(Browser::Fetch.max_age_limit(), None);
    /// ```
    #[must_use]
    pub const fn max_age_limit(self) -> Option<u64> {
        match self {
            Self::Fetch => None,
            // Source: preflight_result.cc.
            Self::Chromium => Some(7_200),
            // Source: nsCORSListenerProxy.cpp.
            Self::Firefox => Some(86_400),
            // Source: CrossOriginPreflightResultCache.cpp.
            Self::WebKit => Some(600),
        }
    }

    /// Whether the `*` of `Access-Control-Allow-Headers` covers `Authorization`: it does in every
    /// engine (source: a feature that is off in Chromium, a preference with a warning in Firefox,
    /// no rule at all in WebKit; test: the row fails everywhere).
    pub(super) const fn wildcard_covers_authorization(self) -> bool {
        !matches!(self, Self::Fetch)
    }

    /// The same for a `*` in the preflight cache. Chromium's cache is stricter than its check
    /// (source); Firefox's knows no `*`.
    pub(super) const fn cached_wildcard_covers_authorization(self) -> bool {
        matches!(self, Self::WebKit)
    }

    /// Whether safelisted values of more than 1024 bytes in all need a preflight. Not in WebKit
    /// (source). For Firefox there is only an old copy to go by, so it follows the standard.
    pub(super) const fn counts_safelisted_values(self) -> bool {
        !matches!(self, Self::WebKit)
    }

    /// Whether a range's unit is `bytes`. Chromium folds its case (test: `cors_unittest.cc`).
    pub(super) fn range_unit_matches(self) -> fn(&[u8]) -> bool {
        match self {
            Self::Chromium => |unit| unit.eq_ignore_ascii_case(b"bytes"),
            _ => |unit| unit == b"bytes",
        }
    }

    /// Whether a header in lower case is safelisted besides those of the standard. Client hints
    /// are in Chromium (source: cors.cc; test: `simple-requests-ch.tentative.htm`, and empty
    /// values in `client-hint-request-headers.htm`).
    pub(super) fn safelists_besides(self, lower: &[u8], value: &[u8]) -> bool {
        self == Self::Chromium
            && match lower {
                b"save-data" => value.eq_ignore_ascii_case(b"on"),
                b"device-memory" | b"dpr" | b"width" | b"viewport-width" | b"rtt" | b"downlink"
                | b"ect" => !value.is_empty(),
                _ => false,
            }
    }

    /// Whether a response header is exposed besides those of the standard: `Accept`, in WebKit
    /// (source).
    pub(super) fn exposes_besides(self, name: &[u8]) -> bool {
        self == Self::WebKit && name.eq_ignore_ascii_case(b"Accept")
    }

    /// Whether a method goes without an entry in the preflight cache, where there is one for the
    /// URL. Firefox wants one for HEAD (source).
    pub(super) fn needs_no_method_entry(self, method: &[u8]) -> bool {
        super::is_cors_safelisted_method(method) && !(self == Self::Firefox && method == b"HEAD")
    }

    /// Whether the use-CORS-preflight flag waives the check of the method where the answer has no
    /// `Access-Control-Allow-Methods`: in the standard's text, and in no engine (source).
    pub(super) const fn preflight_flag_waives_method(self) -> bool {
        matches!(self, Self::Fetch)
    }

    /// How long the answer to a preflight is kept, in seconds, before the limit; `None` where it
    /// is not kept at all.
    pub(super) fn read_max_age(self, headers: &[Header]) -> Option<u64> {
        const NAME: &str = "Access-Control-Max-Age";
        const DEFAULT: u64 = 5;
        let value = match header_list::get(headers, NAME) {
            None => return Some(DEFAULT),
            Some(value) if value.is_empty() => return Some(DEFAULT),
            Some(value) => value,
        };
        let digits = decimal(&value);
        let seconds = match self {
            // CORS-preflight fetch, steps 7.8 and 7.9: `delta-seconds`, and several lines fail.
            Self::Fetch => digits.unwrap_or(DEFAULT),
            // Anything but digits, and the answer is not kept (source).
            Self::Firefox => digits?,
            // A signed integer, below zero expired already (source). Beyond 64 bits it is none in
            // Chromium; in WebKit that is not verified.
            Self::Chromium | Self::WebKit => signed(&value).unwrap_or(DEFAULT),
        };
        Some(self.max_age_limit().map_or(seconds, |limit| seconds.min(limit)))
    }
}

/// `delta-seconds` ([RFC 9111, section 1.2.2](https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2)).
pub(super) fn decimal(value: &[u8]) -> Option<u64> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(value.iter().fold(0_u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit.wrapping_sub(b'0')))
    }))
}

/// A signed integer of 64 bits; 0 if it is negative.
fn signed(value: &[u8]) -> Option<u64> {
    let number: i64 = core::str::from_utf8(value).ok()?.parse().ok()?;
    Some(u64::try_from(number).unwrap_or(0))
}

/// What a preflight grants, as its response lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) methods: Vec<Vec<u8>>,
    pub(super) header_names: Vec<Vec<u8>>,
    /// In seconds; `None` where the browser does not keep it.
    pub(super) max_age: Option<u64>,
}
