//! [`Cors`]: the service.

use core::borrow::Borrow as _;
use core::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::future::ResponseFuture;
use super::rule::{Rules, Ruling};
use super::{ByPolicy, CorsLayer, PolicySource};

/// A service that answers preflights and puts a policy's decision on the responses of another.
/// [`CorsLayer`] makes it.
///
/// It is ready when the inner service is.
///
/// ```
/// use corsac::Policy;
/// use corsac::tower::{Cors, CorsLayer};
///
/// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// let service: Cors<&str> = Cors::new("a service", CorsLayer::new(policy));
/// assert_eq!(service.into_inner(), "a service");
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cors<S, P = crate::Policy, O = ByPolicy> {
    pub(super) inner: S,
    pub(super) source: P,
    pub(super) origins: O,
    pub(super) rules: Rules,
}

impl<S, P, O> Cors<S, P, O> {
    /// Puts a layer around a service.
    ///
    /// ```
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// use corsac::tower::{Cors, CorsLayer};
    ///
    /// let service = Cors::new("a service", CorsLayer::new(policy));
    /// # let _: Cors<&str> = service;
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    pub fn new(inner: S, layer: CorsLayer<P, O>) -> Self {
        let CorsLayer { source, origins, rules } = layer;
        Self { inner, source, origins, rules }
    }

    /// The service inside.
    ///
    /// ```
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// use corsac::tower::{Cors, CorsLayer};
    ///
    /// let service = Cors::new("a service", CorsLayer::new(policy));
    /// assert_eq!(service.get_ref(), &"a service");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service inside.
    ///
    /// ```
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// use corsac::tower::{Cors, CorsLayer};
    ///
    /// let mut service = Cors::new("a service", CorsLayer::new(policy));
    /// *service.get_mut() = "another";
    /// assert_eq!(service.get_ref(), &"another");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The service inside, without this one.
    ///
    /// ```
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// use corsac::tower::{Cors, CorsLayer};
    ///
    /// let service = Cors::new("a service", CorsLayer::new(policy));
    /// assert_eq!(service.into_inner(), "a service");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, P, A, B> Service<Request<A>> for Cors<S, P>
where
    S: Service<Request<A>, Response = Response<B>>,
    P: PolicySource,
    B: Default,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let (request, ruling) = if let Some(policy) = self.source.policy_for_any() {
            let ruling =
                self.rules.rule(policy.borrow(), (request.method(), request.headers()), None);
            (request, ruling)
        } else {
            let (parts, body) = request.into_parts();
            let policy = self.source.policy(&parts);
            let ruling = self.rules.rule(policy.borrow(), (&parts.method, &parts.headers), None);
            (Request::from_parts(parts, body), ruling)
        };
        match ruling {
            Ruling::Answer(response) => ResponseFuture::answered(response),
            Ruling::GoOn(mark) => ResponseFuture::waiting(self.inner.call(request), mark),
        }
    }
}
