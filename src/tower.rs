//! A [`tower`](https://docs.rs/tower) layer, for axum, tonic, hyper and whatever else is made of
//! services over the `http` crate (feature `tower`).
//!
//! [`CorsLayer`] wraps a service in [`Cors`], which
//!
//! - answers a preflight itself, and lets every other `OPTIONS` through;
//! - puts the policy's decision on every response that the inner service returns, whatever its
//!   status, takes off CORS fields that somebody else has put there, and merges `Vary`;
//! - lets a refused actual request go on, as CORS has it, unless told to
//!   [answer 403](CorsLayer::forbid_refused).
//!
//! ```
//! use corsac::Policy;
//! use corsac::tower::CorsLayer;
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let policy = Policy::builder()
//!     .allow_origins(["https://app.example.com"])
//!     .allow_methods(["PUT"])
//!     .build()?;
//! let service = ServiceBuilder::new().layer(CorsLayer::new(policy)).service(service_fn(
//!     |_: http::Request<String>| async {
//!         Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
//!     },
//! ));
//!
//! let preflight = http::Request::options("/things/1")
//!     .header("origin", "https://app.example.com")
//!     .header("access-control-request-method", "PUT")
//!     .body(String::new())?;
//! let response = service.clone().oneshot(preflight).await?;
//! assert_eq!(response.status(), 204);
//! assert_eq!(response.headers()["access-control-allow-methods"], "PUT");
//!
//! let put = http::Request::put("/things/1")
//!     .header("origin", "https://app.example.com")
//!     .body(String::new())?;
//! let response = service.oneshot(put).await?;
//! assert_eq!(response.body(), "done");
//! assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example.com");
//! # Ok(())
//! # }
//! ```
//!
//! # Where the policy comes from
//!
//! One policy for the whole server, a [function of the request](CorsLayer::per_request), or
//! anything else that is a [`PolicySource`], such as a policy that is swapped while the server
//! runs. It is asked once for each request, so no answer is a mixture of two policies. Who may read
//! can also be [looked up](CorsLayer::look_up_origins) asynchronously.
//!
//! # Where the layer goes
//!
//! Outside whatever answers requests by itself: authentication, rate limits, timeouts, routing, and
//! the layers that turn errors and panics into responses. The answer of a layer outside this one is
//! out of its reach: script sees "Failed to fetch" and no status.
//!
//! An *error* of the inner service is passed on as it is. There is no response yet for a decision
//! to be put on, so whatever makes a response of an error (axum's `HandleErrorLayer`,
//! `tower-http`'s `CatchPanicLayer`) goes inside.
//!
//! # What it costs
//!
//! Futures are not boxed, and nothing is allocated but what the response's own maps need, with
//! these exceptions: an [`Outcome`] in the extensions, and a preflight that is [passed
//! on](CorsLayer::pass_preflights_on).

use alloc::string::String;
use core::fmt;

use http::header::{HeaderName, HeaderValue};

mod future;
mod lookup;
mod outcome;
mod rule;
mod service;
mod source;

pub use future::ResponseFuture;
pub use lookup::{LookUp, LookUpFuture};
pub use outcome::{Outcome, Outcomes};
pub use service::Cors;
#[cfg(feature = "arc-swap")]
pub use source::Loaded;
pub use source::{PerRequest, PolicySource};

use rule::Rules;

/// The origins are decided by the policy: by its `allow_origins`. What a [`CorsLayer`] does unless
/// it [looks them up](CorsLayer::look_up_origins).
///
/// ```
/// # let policy = corsac::Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// use corsac::tower::{ByPolicy, CorsLayer};
///
/// let layer: CorsLayer<corsac::Policy, ByPolicy> = CorsLayer::new(policy);
/// # let _: CorsLayer = layer;
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ByPolicy;

/// A [layer](tower_layer::Layer) that puts [`Cors`] around a service. See the [module](self).
///
/// `P` is where the policy comes from, and `O` who decides about origins.
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is put around a service"]
pub struct CorsLayer<P = crate::Policy, O = ByPolicy> {
    source: P,
    origins: O,
    rules: Rules,
}

impl<P: PolicySource> CorsLayer<P> {
    /// A layer for a policy, or for another [source](PolicySource) of them.
    ///
    /// ```
    /// use corsac::Policy;
    /// use corsac::tower::CorsLayer;
    ///
    /// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let layer = CorsLayer::new(policy);
    /// # let _: CorsLayer = layer;
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    pub fn new(source: P) -> Self {
        Self { source, origins: ByPolicy, rules: Rules::default() }
    }
}

impl<F> CorsLayer<PerRequest<F>> {
    /// A layer that chooses a policy for each request: by its route, its tenant, its method.
    ///
    /// A preflight stands for a request that is not there yet, so a choice by method looks at
    /// `Access-Control-Request-Method`, and one by route must not expect a route for `OPTIONS`. A
    /// choice by a header is told to caches with [`vary_by`](Self::vary_by), one by `Origin` too if
    /// a policy is for any origin and so says nothing of it. The URL and the method need no
    /// telling.
    ///
    /// ```
    /// use corsac::Policy;
    /// use corsac::tower::CorsLayer;
    ///
    /// let public = Policy::builder().allow_origins(["*"]).build()?;
    /// let app = Policy::builder()
    ///     .allow_origins(["https://app.example.com"])
    ///     .allow_credentials(true)
    ///     .build()?;
    /// let layer = CorsLayer::per_request(move |parts: &http::request::Parts| {
    ///     if parts.uri.path().starts_with("/public/") { public.clone() } else { app.clone() }
    /// });
    /// # let _: Box<dyn std::any::Any> = Box::new(layer);
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    ///
    /// A clone of a policy is a reference to the same one. For a request to which nobody grants
    /// anything, return a policy that denies everybody:
    /// `Policy::builder().dynamic_origins(true).build()`.
    pub fn per_request<R>(choose: F) -> Self
    where
        F: Fn(&http::request::Parts) -> R,
        R: core::borrow::Borrow<crate::Policy>,
    {
        Self::new(PerRequest(choose))
    }
}

impl<P, O> CorsLayer<P, O> {
    /// Whether an actual request that the policy refuses is answered 403 without the inner service;
    /// by default it goes on.
    ///
    /// It goes on because CORS does not ask for more: the browser keeps the response from the page.
    /// It must, if pages of the server's own origin send POST requests to it and that origin is not
    /// in the policy: those have an `Origin` too. This is no defence against forged requests from
    /// pages that send none, nor against anything that is not a browser.
    ///
    /// ```
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// use corsac::Policy;
    /// use corsac::tower::CorsLayer;
    ///
    /// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let layer = CorsLayer::new(policy).forbid_refused(true);
    /// let refused = http::Request::get("/").header("origin", "https://evil.example");
    /// let response = layer.layer(handler).oneshot(refused.body(String::new())?).await?;
    /// assert_eq!((response.status().as_u16(), response.body().as_str()), (403, ""));
    /// # Ok(())
    /// # }
    /// ```
    pub fn forbid_refused(mut self, forbid: bool) -> Self {
        self.rules.forbid_refused = forbid;
        self
    }

    /// Whether preflights go on to the inner service too; by default they are answered here.
    ///
    /// The decision is then put on the response of the inner service, whose status must be a 2xx
    /// for the browser to take the preflight for granted. A handler so sees every preflight and
    /// must not act on it. This is for a service that has something to add to the answer. The
    /// fields that wait for its response are an allocation.
    ///
    /// ```
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// use corsac::Policy;
    /// use corsac::tower::CorsLayer;
    ///
    /// let policy = Policy::builder()
    ///     .allow_origins(["https://app.example.com"])
    ///     .allow_methods(["PUT"])
    ///     .build()?;
    /// let layer = CorsLayer::new(policy).pass_preflights_on(true);
    /// let preflight = http::Request::options("/")
    ///     .header("origin", "https://app.example.com")
    ///     .header("access-control-request-method", "PUT")
    ///     .body(String::new())?;
    /// let response = layer.layer(handler).oneshot(preflight).await?;
    /// assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "done"));
    /// assert_eq!(response.headers()["access-control-allow-methods"], "PUT");
    /// # Ok(())
    /// # }
    /// ```
    pub fn pass_preflights_on(mut self, pass: bool) -> Self {
        self.rules.pass_preflights_on = pass;
        self
    }

    /// Adds names to the `Vary` of every response: the request fields by which
    /// [`per_request`](CorsLayer::per_request) chooses a policy or
    /// [`look_up_origins`](CorsLayer::look_up_origins) decides. Those that a decision
    /// depends on are there already.
    ///
    /// They are the same for every response, allowed, refused or without `Origin`. A cache that
    /// holds one answer must know when another could differ.
    ///
    /// ```
    /// use corsac::Policy;
    /// use corsac::tower::CorsLayer;
    ///
    /// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let layer = CorsLayer::new(policy).vary_by(["x-tenant"])?;
    /// assert!(layer.vary_by(["x tenant"]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`VaryNameError`] for something that is no field name, or for `*`.
    pub fn vary_by<N: AsRef<str>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, VaryNameError> {
        for name in names {
            let error = || VaryNameError { name: name.as_ref().escape_debug().collect() };
            let name = HeaderName::from_bytes(name.as_ref().as_bytes()).map_err(|_| error())?;
            if name == "*" {
                return Err(error());
            }
            self.rules.add_vary(&name);
        }
        Ok(self)
    }

    /// Which requests leave an [`Outcome`] in the extensions of their responses; by default the
    /// [refused](Outcomes::Refused).
    ///
    /// ```
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// use corsac::tower::{CorsLayer, Outcome, Outcomes};
    /// use corsac::{Policy, Rejection};
    ///
    /// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let layer = CorsLayer::new(policy).outcomes(Outcomes::All);
    /// let refused = http::Request::get("/").header("origin", "https://evil.example");
    /// let response = layer.layer(handler).oneshot(refused.body(String::new())?).await?;
    /// let outcome: &Outcome = response.extensions().get().expect("all leave one");
    /// assert_eq!(outcome.rejection(), Some(Rejection::OriginNotAllowed));
    /// # Ok(())
    /// # }
    /// ```
    pub fn outcomes(mut self, outcomes: Outcomes) -> Self {
        self.rules.outcomes = outcomes;
        self
    }

    /// The level of the event that says why a request is refused; by default
    /// [`DEBUG`](tracing::Level::DEBUG), since anybody can send a request that is.
    ///
    /// Its target is `corsac`, its fields are `kind`, `rejection` (the code) and `offending` (the
    /// bytes at fault, escaped), and its message is the reason.
    ///
    /// ```
    /// use corsac::Policy;
    /// use corsac::tower::CorsLayer;
    ///
    /// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let layer = CorsLayer::new(policy).trace_refused(tracing::Level::INFO);
    /// # let _: Box<dyn std::any::Any> = Box::new(layer);
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[cfg(feature = "tracing")]
    pub fn trace_refused(mut self, level: tracing::Level) -> Self {
        self.rules.level = outcome::Level(level);
        self
    }
}

impl<S, P: Clone, O: Clone> tower_layer::Layer<S> for CorsLayer<P, O> {
    type Service = Cors<S, P, O>;

    fn layer(&self, inner: S) -> Self::Service {
        Cors::new(inner, self.clone())
    }
}

/// A name that cannot stand in `Vary`, [RFC 9110, section
/// 12.5.5](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5): it is no field name, or it is
/// `*`, which would keep every response out of caches.
///
/// ```
/// # let policy = corsac::Policy::builder().allow_origins(["*"]).build().unwrap();
/// let error = corsac::tower::CorsLayer::new(policy).vary_by(["x\ny"]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#""x\ny" cannot stand in Vary; write the name of a request field, such as "x-tenant""#,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaryNameError {
    name: String,
}

impl fmt::Display for VaryNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" cannot stand in Vary; write the name of a request field, such as \"x-tenant\"",
            self.name
        )
    }
}

impl core::error::Error for VaryNameError {}

/// The value of `Vary` with a name more.
fn with_name(value: Option<&HeaderValue>, name: &HeaderName) -> Option<HeaderValue> {
    let mut text = String::new();
    for there in value.iter().filter_map(|value| value.to_str().ok()) {
        if there.split(", ").any(|other| other == name.as_str()) {
            return None;
        }
        text.push_str(there);
        text.push_str(", ");
    }
    text.push_str(name.as_str());
    HeaderValue::try_from(text).ok()
}
