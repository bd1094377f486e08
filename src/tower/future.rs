//! [`ResponseFuture`]: a response on its way, and what is put on it.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;

use super::rule::Mark;

pin_project! {
    /// The response of [`Cors`](super::Cors).
    ///
    /// ```
    /// # use tower::{Layer, Service, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// use corsac::tower::{CorsLayer, ResponseFuture};
    ///
    /// let mut service = CorsLayer::new(policy).layer(handler);
    /// let request = http::Request::get("/").header("origin", "https://app.example");
    /// let future: ResponseFuture<_, String> = service.call(request.body(String::new())?);
    /// assert_eq!(future.await?.headers()["access-control-allow-origin"], "https://app.example");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "a future does nothing until it is polled"]
    pub struct ResponseFuture<F, B> {
        #[pin]
        state: State<F, B>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, B> {
        Answered { response: Option<Response<B>> },
        Waiting { #[pin] inner: F, mark: Mark },
    }
}

impl<F, B> ResponseFuture<F, B> {
    #[inline]
    pub(super) fn answered(response: Response<()>) -> Self
    where
        B: Default,
    {
        Self { state: State::Answered { response: Some(response.map(|()| B::default())) } }
    }

    #[inline]
    pub(super) fn waiting(inner: F, mark: Mark) -> Self {
        Self { state: State::Waiting { inner, mark } }
    }
}

impl<F, B, E> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<B>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            // A future that has ended is not polled again; one that is has nothing more to say.
            StateProjection::Answered { response } => {
                response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)))
            }
            StateProjection::Waiting { inner, mark } => {
                // What is large is not moved once more.
                let mut polled = inner.poll(context);
                if let Poll::Ready(Ok(response)) = &mut polled {
                    mark.put_on(response);
                }
                polled
            }
        }
    }
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
