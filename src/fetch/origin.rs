//! [Origins](https://html.spec.whatwg.org/multipage/browsers.html#concept-origin), by the URL parser.

use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt;

use url::Url;

use super::FetchError;

/// The origin of the page that asks.
///
/// ```
/// use corsac::fetch::PageOrigin;
///
/// let origin = PageOrigin::parse("https://app.example:8443")?;
/// assert_eq!(origin.to_string(), "https://app.example:8443");
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOrigin(Option<String>);

impl PageOrigin {
    /// Reads a serialized origin; `null` is an
    /// [opaque origin](https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque).
    ///
    /// ```
    /// use corsac::fetch::PageOrigin;
    ///
    /// assert!(PageOrigin::parse("null").is_ok());
    /// assert!(PageOrigin::parse("https://app.example").is_ok());
    /// // The default port is not serialized, nor is a path.
    /// assert!(PageOrigin::parse("https://app.example:443").is_err());
    /// assert!(PageOrigin::parse("https://app.example/").is_err());
    /// ```
    ///
    /// # Errors
    /// [`FetchError::Origin`], where no browser serializes an origin so.
    pub fn parse(text: &str) -> Result<Self, FetchError> {
        if text == "null" {
            return Ok(Self(None));
        }
        let is_serialized = Url::parse(text).is_ok_and(|url| {
            let origin = origin_of(&url).or_else(|| {
                // An extension, say: a scheme that the URL standard does not know.
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                url.host_str().map(|host| format!("{}://{host}{port}", url.scheme()))
            });
            origin.as_deref() == Some(text)
        });
        if is_serialized {
            Ok(Self(Some(text.to_string())))
        } else {
            Err(FetchError::Origin(text.to_string()))
        }
    }

    /// Its [serialization](https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin).
    ///
    /// ```
    /// use corsac::fetch::PageOrigin;
    ///
    /// assert_eq!(PageOrigin::parse("null")?.as_str(), "null");
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("null")
    }

    /// Whether this is the [same origin](https://html.spec.whatwg.org/multipage/browsers.html#same-origin)
    /// as a URL's. An opaque origin is not.
    ///
    /// ```
    /// use corsac::fetch::{PageOrigin, Url};
    ///
    /// let origin = PageOrigin::parse("https://app.example")?;
    /// assert!(origin.is_same_origin(&Url::parse("https://app.example/things")?));
    /// assert!(!origin.is_same_origin(&Url::parse("https://app.example:8443/")?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_same_origin(&self, url: &Url) -> bool {
        self.0.is_some() && self.0 == origin_of(url)
    }

    /// Whether this is of the [same site](https://html.spec.whatwg.org/multipage/browsers.html#same-site)
    /// as a URL: the same scheme, and the same registrable domain or host.
    pub(super) fn is_same_site(&self, url: &Url) -> bool {
        let Some(Ok(own)) = self.0.as_deref().map(Url::parse) else { return false };
        own.scheme() == url.scheme() && site(&own).is_some() && site(&own) == site(url)
    }
}

impl fmt::Display for PageOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A URL's [origin](https://url.spec.whatwg.org/#concept-url-origin), serialized; `None` for an
/// opaque one.
fn origin_of(url: &Url) -> Option<String> {
    let origin = url.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Whether two URLs are of the same origin.
pub(super) fn are_same_origin(one: &Url, other: &Url) -> bool {
    origin_of(one).is_some() && origin_of(one) == origin_of(other)
}

/// The registrable domain, or the host where it has none.
fn site(url: &Url) -> Option<&str> {
    match url.host()? {
        url::Host::Domain(domain) => Some(psl::domain_str(domain).unwrap_or(domain)),
        _ => url.host_str(),
    }
}
