//! tower-http's `CorsLayer`, and ours.

use std::convert::Infallible;

use http::{Request, Response};
use tower::{Layer, Service, ServiceExt as _, service_fn};

use crate::{Answer, Question};

pub mod ours;
pub mod theirs;

/// Puts a question to a handler that says 200 through a layer.
pub async fn ask<L, S>(layer: L, question: Question) -> Answer
where
    L: Layer<Handler, Service = S>,
    S: Service<Request<String>, Response = Response<String>, Error = Infallible>,
{
    ask_with(layer, question, &[]).await
}

/// The same, with a handler that puts fields of its own on the response.
pub async fn ask_with<L, S>(
    layer: L,
    question: Question,
    own: &'static [(&'static str, &'static str)],
) -> Answer
where
    L: Layer<Handler, Service = S>,
    S: Service<Request<String>, Response = Response<String>, Error = Infallible>,
{
    let mut request = Request::builder().method(question.method).uri("/things/1");
    for (name, value) in &question.fields {
        request = request.header(*name, value);
    }
    let request = request.body(String::new()).expect("it is a request");
    let response = layer.layer(handler(own)).oneshot(request).await.expect("it cannot fail");
    Answer::new(response.status().as_u16(), response.headers())
}

/// A handler.
pub type Handler = tower::util::BoxCloneSyncService<Request<String>, Response<String>, Infallible>;

fn handler(own: &'static [(&'static str, &'static str)]) -> Handler {
    Handler::new(service_fn(move |_: Request<String>| async move {
        let mut response = Response::builder();
        for (name, value) in own {
            response = response.header(*name, *value);
        }
        Ok(response.body("done".to_owned()).expect("it is a response"))
    }))
}
