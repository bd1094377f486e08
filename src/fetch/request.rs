//! `Request`: the standard's [request](https://fetch.spec.whatwg.org/#concept-request), as it
//! changes from one redirect to the next.

use alloc::vec::Vec;

use url::Url;

use super::{
    Body, Browser, Credentials, Fetch, Header, Message, MessageKind, Mode, PageOrigin, Redirect,
    origin, request_header,
};

/// [Response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tainting {
    Basic,
    Cors,
    Opaque,
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) origin: PageOrigin,
    pub(super) method: Vec<u8>,
    pub(super) headers: Vec<Header>,
    pub(super) mode: Mode,
    pub(super) credentials: Credentials,
    pub(super) redirect: Redirect,
    pub(super) use_preflight: bool,
    pub(super) body: Body,
    pub(super) tainting: Tainting,
    pub(super) redirect_count: u8,
    initial_url: Url,
    current_url: Url,
    is_redirect_tainted: bool,
}

impl Request {
    /// The request of a [`Request` object](https://fetch.spec.whatwg.org/#dom-request) whose
    /// arguments have been found sound.
    pub(super) fn new(fetch: &Fetch, browser: Browser) -> Self {
        Self {
            origin: fetch.origin.clone(),
            method: super::normalize_method(&fetch.method),
            headers: request_header::guard(browser, &fetch.headers, fetch.mode == Mode::NoCors),
            mode: fetch.mode,
            credentials: fetch.credentials,
            redirect: fetch.redirect,
            // A body without a source sets the flag.
            use_preflight: fetch.use_preflight || fetch.body == Body::Stream,
            body: fetch.body,
            tainting: Tainting::Basic,
            redirect_count: 0,
            initial_url: fetch.url.clone(),
            current_url: fetch.url.clone(),
            is_redirect_tainted: false,
        }
    }

    /// The [current URL](https://fetch.spec.whatwg.org/#concept-request-current-url).
    pub(super) fn current_url(&self) -> &Url {
        &self.current_url
    }

    /// The first of the [URL list](https://fetch.spec.whatwg.org/#concept-request-url-list), if a
    /// redirect has led away from it.
    pub(super) fn redirected_from(&self) -> Option<&Url> {
        (self.redirect_count > 0).then_some(&self.initial_url)
    }

    /// Appends to the URL list, and with it computes the
    /// [redirect-taint](https://fetch.spec.whatwg.org/#concept-request-tainted-origin): once a
    /// redirect leads from an origin that is not the page's to another one, for good.
    pub(super) fn push_url(&mut self, url: Url) {
        let leaves = !origin::are_same_origin(&url, &self.current_url);
        if leaves && !self.origin.is_same_origin(&self.current_url) {
            self.is_redirect_tainted = true;
        }
        self.current_url = url;
    }

    /// [Serializes a request origin](https://fetch.spec.whatwg.org/#serializing-a-request-origin).
    pub(super) fn serialized_origin(&self) -> &str {
        if self.is_redirect_tainted { "null" } else { self.origin.as_str() }
    }

    pub(super) fn is_redirect_tainted(&self) -> bool {
        self.is_redirect_tainted
    }

    /// Whether the credentials mode is `include`.
    pub(super) fn includes(&self) -> bool {
        self.credentials == Credentials::Include
    }

    /// Whether cookies go with the request to the current URL.
    pub(super) fn sends_credentials(&self) -> bool {
        match self.credentials {
            Credentials::Include => true,
            Credentials::SameOrigin => self.tainting == Tainting::Basic,
            Credentials::Omit => false,
        }
    }

    /// What goes over the network.
    pub(super) fn message(&self) -> Message {
        let mut headers = Vec::new();
        if let Some(origin) = self.origin_header() {
            headers.push((b"origin".to_vec(), origin.as_bytes().to_vec()));
        }
        headers.extend(
            self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())),
        );
        Message {
            kind: MessageKind::Actual,
            method: self.method.clone(),
            url: without_fragment(&self.current_url),
            headers,
        }
    }

    /// [Append a request `Origin` header](https://fetch.spec.whatwg.org/#append-a-request-origin-header),
    /// under the default referrer policy, `strict-origin-when-cross-origin`.
    fn origin_header(&self) -> Option<&str> {
        // Step 3.
        if self.tainting == Tainting::Cors {
            return Some(self.serialized_origin());
        }
        // Step 4.
        if matches!(self.method.as_slice(), b"GET" | b"HEAD") {
            return None;
        }
        let is_downgrade =
            self.origin.as_str().starts_with("https://") && self.current_url.scheme() != "https";
        if self.mode != Mode::Cors && is_downgrade {
            return Some("null");
        }
        Some(self.serialized_origin())
    }
}

/// A URL as it is sent.
pub(super) fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}
