//! corsac, as a layer of tower's kind does it: decide, hand the request on, put the fields on the
//! response.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use corsac::{Policy, ResponseFields};
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower::{Service, service_fn};

use super::tower::{asked, respond};
use crate::Peer;
use crate::scenarios::Scenario;

pub(super) fn peer(scenario: &Scenario) -> Box<dyn Peer> {
    let policy = Arc::new(policy(scenario));
    asked(Cors { inner: service_fn(respond), policy }, scenario)
}

fn policy(scenario: &Scenario) -> Policy {
    let rules = &scenario.rules;
    let any = ["*".to_owned()];
    let mut builder = Policy::builder()
        .allow_origins(rules.origins.as_deref().unwrap_or(&any))
        .allow_methods(rules.methods.iter().copied())
        .allow_headers(rules.headers.iter().copied())
        .expose_headers(rules.expose.iter().copied())
        .allow_credentials(rules.credentials);
    if let Some(seconds) = rules.max_age {
        builder = builder.max_age(seconds);
    }
    builder.build().expect("the policy is sound")
}

#[derive(Clone)]
struct Cors<S> {
    inner: S,
    policy: Arc<Policy>,
}

impl<S, B, R> Service<Request<B>> for Cors<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Answering<S::Future, R>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let fields = {
            let incoming = corsac::Request::from_http(request.method(), request.headers());
            let decision = self.policy.evaluate(&incoming);
            if let Some(response) = decision.preflight_response() {
                return Answering::Preflight { response: Some(response) };
            }
            decision.to_response_fields()
        };
        Answering::Inner { future: self.inner.call(request), fields: Some(fields) }
    }
}

pin_project! {
    #[project = AnsweringProjection]
    enum Answering<F, R> {
        Preflight { response: Option<Response<R>> },
        Inner { #[pin] future: F, fields: Option<ResponseFields> },
    }
}

impl<F, R, E> Future for Answering<F, R>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match self.project() {
            AnsweringProjection::Preflight { response } => {
                Ok(response.take().expect("not polled again once it has answered"))
            }
            AnsweringProjection::Inner { future, fields } => {
                let mut response = ready!(future.poll(context))?;
                if let Some(fields) = fields.take() {
                    fields.apply(response.headers_mut());
                }
                Ok(response)
            }
        })
    }
}
