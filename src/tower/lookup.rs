//! [`LookUp`]: origins that are decided elsewhere, asynchronously.

use core::borrow::Borrow as _;
use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use http::request::Parts;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::future::ResponseFuture;
use super::rule::{Rules, Ruling};
use super::{Cors, CorsLayer, PolicySource};
use crate::{Origin, OriginVerdict, Policy, Rejection, Verdict};

/// A function that looks an origin up; made by
/// [`CorsLayer::look_up_origins`].
///
/// ```
/// use corsac::tower::{CorsLayer, LookUp};
/// use corsac::{Origin, OriginVerdict, Policy};
///
/// let policy = Policy::builder().dynamic_origins(true).build()?;
/// let layer: CorsLayer<Policy, LookUp<_>> = CorsLayer::new(policy).look_up_origins(
///     |_: Origin<'_>, _: &http::request::Parts| std::future::ready(OriginVerdict::Deny),
/// );
/// # let _: Box<dyn std::any::Any> = Box::new(layer);
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy)]
pub struct LookUp<F>(F);

impl<F> fmt::Debug for LookUp<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookUp")
    }
}

impl<P> CorsLayer<P> {
    /// Lets a function decide about origins, in the place of the policy's `allow_origins`. The
    /// policy decides about everything else.
    ///
    /// It is called with an origin that has been parsed, for requests that could be allowed: not
    /// without an `Origin`, nor with one that no browser sends, nor with `null` unless the policy
    /// lists it. What it borrows it must copy, since the future outlives the call; the request
    /// waits in the meantime. A look-up that fails denies. A policy for such use alone sets
    /// [`dynamic_origins`](crate::PolicyConfig::dynamic_origins) and lists none.
    ///
    /// If the verdict depends on other fields of the request, name them with
    /// [`vary_by`](Self::vary_by). The inner service must be `Clone`, as services of axum are: the
    /// one that is ready is kept for the request that waits.
    ///
    /// ```
    /// use corsac::tower::CorsLayer;
    /// use corsac::{Origin, OriginVerdict, Policy};
    ///
    /// async fn is_customer(origin: &str, tenant: &str) -> bool {
    ///     // … asks a database …
    /// #   let _: (&str, &str) = (origin, tenant);
    /// #   true
    /// }
    ///
    /// let policy = Policy::builder().dynamic_origins(true).allow_credentials(true).build()?;
    /// let layer = CorsLayer::new(policy)
    ///     .look_up_origins(|origin: Origin<'_>, parts: &http::request::Parts| {
    ///         let origin = origin.as_str().to_owned();
    ///         let tenant = parts.headers.get("x-tenant").cloned();
    ///         async move {
    ///             let tenant = tenant.as_ref().and_then(|tenant| tenant.to_str().ok());
    ///             match tenant {
    ///                 Some(tenant) if is_customer(&origin, tenant).await => OriginVerdict::Allow,
    ///                 _ => OriginVerdict::Deny,
    ///             }
    ///         }
    ///     })
    ///     .vary_by(["x-tenant"])?;
    /// # let _: Box<dyn std::any::Any> = Box::new(layer);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn look_up_origins<F, Fut>(self, look_up: F) -> CorsLayer<P, LookUp<F>>
    where
        F: Fn(Origin<'_>, &Parts) -> Fut,
        Fut: Future<Output = OriginVerdict>,
    {
        CorsLayer { source: self.source, origins: LookUp(look_up), rules: self.rules }
    }
}

impl<S, P, F, Fut, A, B> Service<Request<A>> for Cors<S, P, LookUp<F>>
where
    S: Service<Request<A>, Response = Response<B>> + Clone,
    P: PolicySource,
    F: Fn(Origin<'_>, &Parts) -> Fut,
    Fut: Future<Output = OriginVerdict>,
    B: Default,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = LookUpFuture<Fut, S, A, B>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let policy = self.source.policy(&parts);
        let policy: &Policy = policy.borrow();
        let Some(verdict) =
            to_look_up(policy, &parts).map(|origin| (self.origins.0)(origin, &parts))
        else {
            // Nothing that a verdict could change.
            let future = match self.rules.rule(
                policy,
                (&parts.method, &parts.headers),
                Some(OriginVerdict::Deny),
            ) {
                Ruling::Answer(response) => ResponseFuture::answered(response),
                Ruling::GoOn(mark) => {
                    let request = Request::from_parts(parts, body);
                    ResponseFuture::waiting(self.inner.call(request), mark)
                }
            };
            return LookUpFuture { state: State::Decided { future } };
        };
        // It is this one that is ready, and not its clone.
        let clone = self.inner.clone();
        let inner = mem::replace(&mut self.inner, clone);
        let policy = policy.clone();
        let rules = self.rules.clone();
        let waiting =
            Some(Waiting { request: Request::from_parts(parts, body), inner, policy, rules });
        LookUpFuture { state: State::LookingUp { verdict, waiting } }
    }
}

/// The origin, if it depends on it alone whether the request could be allowed.
fn to_look_up<'p>(policy: &Policy, parts: &'p Parts) -> Option<Origin<'p>> {
    let request = crate::Request::from_http(&parts.method, &parts.headers);
    let refused = policy.evaluate_with(&request, OriginVerdict::Deny).verdict();
    match refused {
        Verdict::Deny(Rejection::OriginNotAllowed) => Origin::parse(request.origin()?).ok(),
        _ => None,
    }
}

/// A request that waits for the verdict about its origin.
struct Waiting<S, A> {
    request: Request<A>,
    inner: S,
    /// The one that it was given when it came.
    policy: Policy,
    rules: Rules,
}

impl<S, A, B> Waiting<S, A>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: Default,
{
    fn decide(mut self, verdict: OriginVerdict) -> ResponseFuture<S::Future, B> {
        let (parts, body) = self.request.into_parts();
        match self.rules.rule(&self.policy, (&parts.method, &parts.headers), Some(verdict)) {
            Ruling::Answer(response) => ResponseFuture::answered(response),
            Ruling::GoOn(mark) => {
                let request = Request::from_parts(parts, body);
                ResponseFuture::waiting(self.inner.call(request), mark)
            }
        }
    }
}

pin_project! {
    /// The response of a [`Cors`] that looks origins up.
    ///
    /// ```
    /// # use tower::{Layer, Service, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// # let policy = corsac::Policy::builder().dynamic_origins(true).build()?;
    /// use corsac::tower::{CorsLayer, LookUpFuture};
    /// use corsac::{Origin, OriginVerdict};
    ///
    /// let layer = CorsLayer::new(policy).look_up_origins(
    ///     |_: Origin<'_>, _: &http::request::Parts| async { OriginVerdict::Allow },
    /// );
    /// let request = http::Request::get("/").header("origin", "https://app.example");
    /// let future: LookUpFuture<_, _, String, String> =
    ///     layer.layer(handler).call(request.body(String::new())?);
    /// assert_eq!(future.await?.headers()["access-control-allow-origin"], "https://app.example");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "a future does nothing until it is polled"]
    pub struct LookUpFuture<Fut, S, A, B>
    where
        S: Service<Request<A>>,
    {
        #[pin]
        state: State<Fut, S, S::Future, A, B>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<Fut, S, R, A, B> {
        LookingUp { #[pin] verdict: Fut, waiting: Option<Waiting<S, A>> },
        Decided { #[pin] future: ResponseFuture<R, B> },
    }
}

impl<Fut, S, A, B> Future for LookUpFuture<Fut, S, A, B>
where
    Fut: Future<Output = OriginVerdict>,
    S: Service<Request<A>, Response = Response<B>>,
    B: Default,
{
    type Output = Result<Response<B>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let future = match state.as_mut().project() {
                StateProjection::Decided { future } => return future.poll(context),
                StateProjection::LookingUp { verdict, waiting } => {
                    let verdict = ready!(verdict.poll(context));
                    // It is there until the verdict is.
                    let Some(waiting) = waiting.take() else { return Poll::Pending };
                    waiting.decide(verdict)
                }
            };
            state.set(State::Decided { future });
        }
    }
}

impl<Fut, S: Service<Request<A>>, A, B> fmt::Debug for LookUpFuture<Fut, S, A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookUpFuture").finish_non_exhaustive()
    }
}
