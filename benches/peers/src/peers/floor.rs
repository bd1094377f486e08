//! What CORS costs at the least: look up, compare, insert values that are there already. None of the
//! rules that make it correct: no patterns, no lists in several lines or in another order, no removal
//! of what the service has set, no merging of `Vary`. Everything is `'static`, so that nothing is
//! counted by reference.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN,
    VARY,
};
use http::{Method, Request, Response, StatusCode};
use pin_project_lite::pin_project;
use rustc_hash::FxHashMap;
use tower::{Service, service_fn};

use super::tower::{asked, respond};
use crate::Peer;
use crate::scenarios::{Rules, Scenario};

pub(super) fn peer(scenario: &Scenario) -> Box<dyn Peer> {
    let values: &'static Values = Box::leak(Box::new(Values::of(&scenario.rules)));
    asked(Floor { inner: service_fn(respond), values }, scenario)
}

enum Origins {
    Any(HeaderValue),
    One(&'static str, HeaderValue),
    Many(FxHashMap<&'static [u8], HeaderValue>),
}

struct Values {
    origins: Origins,
    credentials: bool,
    expose: Option<HeaderValue>,
    methods: &'static [&'static str],
    headers: &'static [&'static str],
    /// The answer to a preflight from the one origin.
    preflight: HeaderMap,
    preflight_vary: HeaderValue,
}

impl Values {
    fn of(rules: &Rules) -> Self {
        let origin = |text: &String| -> &'static str { text.clone().leak() };
        let list = |names: &[&str]| HeaderValue::from_static(names.join(",").leak());
        let origins = match rules.origins.as_deref() {
            None => Origins::Any(HeaderValue::from_static("*")),
            Some([one]) => {
                let one = origin(one);
                Origins::One(one, HeaderValue::from_static(one))
            }
            Some(many) => Origins::Many(
                many.iter()
                    .map(origin)
                    .map(|one| (one.as_bytes(), HeaderValue::from_static(one)))
                    .collect(),
            ),
        };
        let preflight_vary = HeaderValue::from_static(
            "origin, access-control-request-method, access-control-request-headers",
        );
        let mut preflight = HeaderMap::new();
        if let Origins::One(_, value) = &origins {
            preflight.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value.clone());
        }
        preflight.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        preflight.insert(ACCESS_CONTROL_ALLOW_METHODS, list(rules.methods));
        preflight.insert(ACCESS_CONTROL_ALLOW_HEADERS, list(rules.headers));
        preflight.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        preflight.insert(VARY, preflight_vary.clone());
        Self {
            origins,
            credentials: rules.credentials,
            expose: (!rules.expose.is_empty()).then(|| list(rules.expose)),
            methods: rules.methods,
            headers: rules.headers,
            preflight,
            preflight_vary,
        }
    }

    #[inline]
    fn origin(&self, headers: &HeaderMap) -> Option<&HeaderValue> {
        match &self.origins {
            Origins::Any(value) => Some(value),
            Origins::One(origin, value) => {
                headers.get(ORIGIN).filter(|sent| sent.as_bytes() == origin.as_bytes())?;
                Some(value)
            }
            Origins::Many(values) => values.get(headers.get(ORIGIN)?.as_bytes()),
        }
    }

    fn grants(&self, method: &HeaderValue, headers: &HeaderMap) -> bool {
        let method = method.as_bytes();
        if !self.methods.iter().any(|allowed| allowed.as_bytes() == method) {
            return false;
        }
        let Some(names) = headers.get(ACCESS_CONTROL_REQUEST_HEADERS) else { return true };
        // Both are sorted, so one walk over the allowed names finds each or misses one.
        let mut allowed = self.headers.iter();
        let mut names = names.as_bytes().split(|&byte| byte == b',');
        names.all(|name| allowed.any(|allowed| allowed.as_bytes() == name))
    }
}

struct Floor<S> {
    inner: S,
    values: &'static Values,
}

impl<S, B, R> Service<Request<B>> for Floor<S>
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
        let values = self.values;
        let headers = request.headers();
        let origin = values.origin(headers);
        if *request.method() == Method::OPTIONS
            && let Some(method) = headers.get(ACCESS_CONTROL_REQUEST_METHOD)
        {
            let mut response = Response::new(R::default());
            if origin.is_some() && values.grants(method, headers) {
                *response.status_mut() = StatusCode::NO_CONTENT;
                *response.headers_mut() = values.preflight.clone();
            } else {
                *response.status_mut() = StatusCode::FORBIDDEN;
                response.headers_mut().insert(VARY, values.preflight_vary.clone());
            }
            return Answering::Preflight { response: Some(response) };
        }
        Answering::Inner { future: self.inner.call(request), origin, values }
    }
}

pin_project! {
    #[project = AnsweringProjection]
    enum Answering<F, R> {
        Preflight { response: Option<Response<R>> },
        Inner { #[pin] future: F, origin: Option<&'static HeaderValue>, values: &'static Values },
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
            AnsweringProjection::Inner { future, origin, values } => {
                let mut response = ready!(future.poll(context))?;
                let headers = response.headers_mut();
                if let Some(origin) = origin {
                    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                    if values.credentials {
                        let yes = HeaderValue::from_static("true");
                        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
                    }
                    if let Some(expose) = &values.expose {
                        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, expose.clone());
                    }
                }
                if !matches!(values.origins, Origins::Any(_)) {
                    headers.insert(VARY, HeaderValue::from_static("origin"));
                }
                Ok(response)
            }
        })
    }
}
