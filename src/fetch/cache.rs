//! The [CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache).

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::Browser;
use super::browser::Grant;
use super::request::Request;

/// The preflight answers that a browser remembers.
///
/// Time is the caller's, counted from any moment. One cache may be used under several profiles;
/// each finds its own entries. The standard's partition key is the caller's too: one cache for
/// each top-level site.
///
/// ```
/// use corsac::fetch::PreflightCache;
///
/// // One for each top-level site, as long as the browser is open.
/// let cache = PreflightCache::new();
/// assert!(cache.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct PreflightCache {
    places: BTreeMap<Key, Place>,
    stored: u64,
}

/// Whose, and where: the byte-serialized origin and the URL of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    browser: Browser,
    origin: String,
    url: String,
}

#[derive(Clone, Debug, Default)]
struct Place {
    methods: Table,
    header_names: Table,
}

/// Entries by what they are filed under.
type Table = BTreeMap<EntryKey, Entry>;

/// A [cache entry](https://fetch.spec.whatwg.org/#cache-entry), but for what it is filed under.
#[derive(Clone, Copy, Debug)]
struct Entry {
    stored: Duration,
    max_age: u64,
    /// Earlier entries are found first.
    order: u64,
}

impl Entry {
    fn is_fresh(&self, now: Duration) -> bool {
        // A clock that is set back makes nothing fresh again for longer.
        now.checked_sub(self.stored).is_some_and(|age| age < Duration::from_secs(self.max_age))
    }
}

/// What an entry is filed under: its name, and its `credentials`.
type EntryKey = (Vec<u8>, bool);

impl Place {
    fn table(&self, of: Of) -> &Table {
        match of {
            Of::Method => &self.methods,
            Of::HeaderName => &self.header_names,
        }
    }

    /// The earliest entry that matches.
    fn find(
        &self,
        browser: Browser,
        request: &Request,
        of: Of,
        name: &[u8],
        now: Duration,
    ) -> Option<EntryKey> {
        let mut found: Option<(EntryKey, u64)> = None;
        for credentials in [false, true] {
            // A cache entry match. Firefox keeps the two apart (source: its cache's key).
            let serves = match browser {
                Browser::Firefox => credentials == request.includes(),
                _ => credentials || !request.includes(),
            };
            for candidate in [name, b"*"] {
                let is_wildcard = candidate == b"*";
                if !serves || (is_wildcard && !wildcard_matches(browser, of, name, credentials)) {
                    continue;
                }
                let key = (candidate.to_owned(), credentials);
                if let Some(entry) = self.table(of).get(&key)
                    && entry.is_fresh(now)
                    && found.as_ref().is_none_or(|(_, order)| entry.order < *order)
                {
                    found = Some((key, entry.order));
                }
            }
        }
        found.map(|(key, _)| key)
    }

    fn store(&mut self, browser: Browser, request: &Request, of: Of, name: Vec<u8>, entry: Entry) {
        let matching = match browser {
            Browser::Fetch => self.find(browser, request, of, &name, entry.stored),
            // In the engines an entry is its own, and its time starts anew.
            _ => None,
        };
        let table = match of {
            Of::Method => &mut self.methods,
            Of::HeaderName => &mut self.header_names,
        };
        match matching.and_then(|key| table.get_mut(&key)) {
            // By the text it still counts from when it was stored.
            Some(matching) => matching.max_age = entry.max_age,
            None => drop(table.insert((name, request.includes()), entry)),
        }
    }
}

/// Which of the two kinds of entries is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Method,
    HeaderName,
}

impl PreflightCache {
    /// A cache that remembers nothing yet.
    ///
    /// ```
    /// use corsac::fetch::PreflightCache;
    ///
    /// assert!(PreflightCache::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is remembered.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use std::time::Duration;
    /// use corsac::fetch::{Browser, PreflightCache, Response, judge_with_cache};
    ///
    /// fetch.set_method("PUT");
    /// let preflight = Response::new(204)
    ///     .header("Access-Control-Allow-Origin", "*")
    ///     .header("Access-Control-Allow-Methods", "PUT");
    /// let answer = Response::new(200).header("Access-Control-Allow-Origin", "*");
    /// let mut cache = PreflightCache::new();
    /// let both = [preflight, answer];
    /// let _ = judge_with_cache(&fetch, &both, Browser::Fetch, &mut cache, Duration::ZERO);
    /// assert!(!cache.is_empty());
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether there is a [method cache entry
    /// match](https://fetch.spec.whatwg.org/#concept-cache-match-method).
    pub(super) fn method_matches(
        &self,
        browser: Browser,
        request: &Request,
        now: Duration,
    ) -> bool {
        self.find(browser, request, Of::Method, &request.method, now).is_some()
    }

    /// Whether there is a [header-name cache entry
    /// match](https://fetch.spec.whatwg.org/#concept-cache-match-header).
    pub(super) fn header_name_matches(
        &self,
        browser: Browser,
        request: &Request,
        name: &[u8],
        now: Duration,
    ) -> bool {
        self.find(browser, request, Of::HeaderName, &name.to_ascii_lowercase(), now).is_some()
    }

    fn find(
        &self,
        browser: Browser,
        request: &Request,
        of: Of,
        name: &[u8],
        now: Duration,
    ) -> Option<EntryKey> {
        self.places.get(&key(browser, request))?.find(browser, request, of, name, now)
    }

    /// CORS-preflight fetch, steps 7.12 to 7.15.
    pub(super) fn store(
        &mut self,
        browser: Browser,
        request: &Request,
        grant: &Grant,
        now: Duration,
    ) {
        let Some(max_age) = grant.max_age else { return };
        if matches!(browser, Browser::Chromium | Browser::WebKit) {
            // One answer replaces another as a whole (source).
            self.clear(browser, request);
        }
        let place = self.places.entry(key(browser, request)).or_default();
        for (of, names) in [(Of::Method, &grant.methods), (Of::HeaderName, &grant.header_names)] {
            for name in names {
                let name = match of {
                    Of::Method => name.clone(),
                    Of::HeaderName => name.to_ascii_lowercase(),
                };
                self.stored = self.stored.saturating_add(1);
                let entry = Entry { stored: now, max_age, order: self.stored };
                place.store(browser, request, of, name, entry);
            }
        }
        // Entries are removed once their time is over.
        place.methods.retain(|_, entry| entry.is_fresh(now));
        place.header_names.retain(|_, entry| entry.is_fresh(now));
    }

    /// [Clears cache entries](https://fetch.spec.whatwg.org/#concept-cache-clear).
    pub(super) fn clear(&mut self, browser: Browser, request: &Request) {
        self.places.remove(&key(browser, request));
    }
}

fn key(browser: Browser, request: &Request) -> Key {
    let origin = match browser {
        // The page's own, even where a redirect has tainted it (source). Chromium is said to have
        // done so once; it follows the standard here, as a test of 2026 asks.
        Browser::Firefox => request.origin.as_str(),
        _ => request.serialized_origin(),
    };
    Key { browser, origin: origin.to_owned(), url: request.current_url().as_str().to_owned() }
}

/// Whether an entry `*` stands for a name.
fn wildcard_matches(browser: Browser, of: Of, name: &[u8], credentials: bool) -> bool {
    let is_authorization =
        of == Of::HeaderName && super::is_cors_non_wildcard_request_header_name(name);
    match browser {
        // By the text, even one that was listed with credentials and meant nothing then.
        Browser::Fetch => !is_authorization,
        // The rule for credentials holds in the cache as well (source).
        Browser::Chromium | Browser::WebKit => {
            !credentials && (!is_authorization || browser.cached_wildcard_covers_authorization())
        }
        // Compared as it is written (source).
        Browser::Firefox => name == b"*",
    }
}
